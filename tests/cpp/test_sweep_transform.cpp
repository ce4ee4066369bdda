#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "heatgauge/sweep_program.hpp"
#include "systems.hpp"

using heatgauge::Complex;
using heatgauge::Grid;
using heatgauge::Index;
using heatgauge::Interrupt;
using heatgauge::LineBundles;
using heatgauge::LineGauge;
using heatgauge::LinkKind;
using heatgauge::Row;
using heatgauge::SpectralSweep;
using heatgauge::StepPart;
using heatgauge::SweepProgram;
using systems::random_state;
using systems::RandomFields;
using systems::Vector;

namespace {

/// e^{-iλκ²} along one axis by itself: test_spectral_sweep.cpp compares it with dense exponentials.
void sweep(const Grid& grid, int axis, const double* links, Complex lambda, Vector& psi) {
  LineGauge gauge(grid, axis);
  if (links != nullptr) gauge.set_links(links);
  const SpectralSweep transform(gauge, lambda);
  const LineBundles bundles(grid, axis, 1);
  std::vector<Row> rows(static_cast<std::size_t>(bundles.rows())), space(rows.size());
  for (Index b = 0; b < bundles.count(); ++b) {
    bundles.load(b, heatgauge::dense_strides(grid), psi.data(), rows.data());
    transform.run(b, rows.data(), space.data());
    bundles.store(b, heatgauge::dense_strides(grid), rows.data(), psi.data(), 1.0);
  }
}

void turn(const std::vector<double>& phases, double share, Vector& psi) {
  for (Index i = 0; i < psi.size(); ++i) {
    psi[i] *= std::polar(1.0, -share * phases[static_cast<std::size_t>(i)]);
  }
}

/// Half a phase, a transform along every axis, half a phase; the halves of two steps joined.
struct SplitStep {
  SweepProgram program;
  std::vector<int> links, transforms;
  int half, whole;

  SplitStep(const Grid& grid, const RandomFields& fields, Complex lambda, Index members = 1,
            int threads = 1)
      : program(grid, members, threads, false),
        half(program.add_site_slot(false)),
        whole(program.add_site_slot(false)) {
    program.add_phase(StepPart::prologue, half);
    for (int a = 0; a < grid.dimensions(); ++a) {
      links.push_back(program.add_link_slot(a, LinkKind::array));
      transforms.push_back(program.add_transform(StepPart::body, a, lambda, links.back()));
    }
    program.add_phase(StepPart::joint, whole);
    program.add_phase(StepPart::epilogue, half);
    std::vector<double> halves(fields.potential);
    for (double& phase : halves) phase *= 0.5;
    program.set_site(half, halves.data(), nullptr);
    program.set_site(whole, fields.potential.data(), nullptr);
    for (std::size_t a = 0; a < links.size(); ++a) {
      program.set_links(links[a], fields.phases[a].data());
    }
  }
  Vector advanced(Vector psi, Index steps) {
    Interrupt interrupt;
    program.advance(psi.data(), steps, interrupt);
    return psi;
  }
};

std::vector<Grid> grids() {
  return {Grid({{30, 0.3, true, 0.4}}), Grid({{12, 0.3, true, 0.4}, {20, 0.2, false, 0.0}}),
          Grid({{10, 0.3, false, 0.0}, {6, 0.2, true, -1.0}, {9, 0.2, true, 0.0}}),
          Grid({{3, 0.3, true, 0.2}, {18, 0.2, true, -1.0}, {64, 0.2, false, 0.0}})};
}

}  // namespace

TEST_CASE("a program of phases and transforms is the split step it spells") {
  for (const Grid& grid : grids()) {
    const RandomFields fields(grid, 3);
    const Vector psi = random_state(grid.size(), 4);
    SplitStep step(grid, fields, 0.3);
    Vector expected = psi;
    for (int n = 0; n < 3; ++n) {
      turn(fields.potential, 0.5, expected);
      for (int a = 0; a < grid.dimensions(); ++a) {
        sweep(grid, a, fields.phases[static_cast<std::size_t>(a)].data(), 0.3, expected);
      }
      turn(fields.potential, 0.5, expected);
    }
    // Phases are joined in one program and not in the other: 1e-16 per stage.
    CHECK((step.advanced(psi, 3) - expected).norm() <= 1e-14);
    CHECK((step.advanced(psi, 2) - expected).norm() > 1e-2);
  }
}

TEST_CASE("transforms give the same bits for any number of threads and members") {
  for (const Grid& grid : grids()) {
    const RandomFields fields(grid, 5);
    const Index members = 19;
    const Vector all = random_state(members * grid.size(), 6);
    const Vector expected = SplitStep(grid, fields, 0.3, members).advanced(all, 4);
    CHECK(SplitStep(grid, fields, 0.3, members, 3).advanced(all, 4) == expected);
    SplitStep alone(grid, fields, 0.3);
    for (Index m = 0; m < members; ++m) {
      const Vector one = alone.advanced(all.segment(m * grid.size(), grid.size()), 4);
      CHECK(one == expected.segment(m * grid.size(), grid.size()));
    }
  }
}

TEST_CASE("the time of a transform may be changed, and equal ones are kept once") {
  const Grid grid({{12, 0.3, true, 0.4}, {20, 0.2, false, 0.0}});
  const RandomFields fields(grid, 7);
  const Vector psi = random_state(grid.size(), 8);
  SplitStep step(grid, fields, 0.3), other(grid, fields, 0.5);
  for (const int transform : step.transforms) step.program.set_lambda(transform, 0.5);
  CHECK(step.advanced(psi, 2) == other.advanced(psi, 2));

  SweepProgram program(grid, 1, 1, false);
  const int links = program.add_link_slot(0, LinkKind::uniform);
  const int first = program.add_transform(StepPart::body, 0, 0.3, links);
  CHECK(program.add_transform(StepPart::body, 0, 0.3, links) == first);
  CHECK(program.add_transform(StepPart::body, 0, 0.4, links) != first);
}

TEST_CASE("a transform keeps lines whole whose sweeps would be cut into segments") {
  // Long lines between walls: a program of sweeps alone, on segments, then the transform by itself.
  for (const bool periodic : {true, false}) {
    const Grid grid({{100, 0.3, periodic, periodic ? 0.4 : 0.0}});
    const RandomFields fields(grid, 9);
    const Vector psi = random_state(grid.size(), 10);
    Interrupt interrupt;
    const auto factors = heatgauge::cayley_factors(0.3, 2);
    SweepProgram sweeps(grid, 1, 1, false), both(grid, 1, 1, false), threaded(grid, 1, 2, false);
    const int links = sweeps.add_link_slot(0, LinkKind::array);
    sweeps.add_sweep(StepPart::body, 0, factors, links);
    sweeps.set_links(links, fields.phases[0].data());
    Vector expected = psi;
    for (int n = 0; n < 2; ++n) {
      sweeps.advance(expected.data(), 1, interrupt);
      sweep(grid, 0, fields.phases[0].data(), 0.3, expected);
    }
    for (SweepProgram* program : {&both, &threaded}) {
      program->add_link_slot(0, LinkKind::array);
      program->add_sweep(StepPart::body, 0, factors, links);
      program->add_transform(StepPart::body, 0, 0.3, links);
      program->set_links(links, fields.phases[0].data());
    }
    Vector after = psi, of_two = psi;
    both.advance(after.data(), 2, interrupt);
    threaded.advance(of_two.data(), 2, interrupt);
    CHECK((after - expected).norm() <= 3e-14);
    CHECK(of_two == after);
  }
}

TEST_CASE("a slot may serve Cayley sweeps and transforms at once") {
  // Transform there, fitted factors back: what is left is the error of the factors, of opposite
  // sign for links of the wrong sign.
  const Grid grid({{64, 0.3, true, 0.4}});
  Vector psi(64);
  for (Index i = 0; i < 64; ++i) {
    const double x = 0.3 * (static_cast<double>(i) - 31.5);
    psi[i] = std::exp(Complex(-x * x, 0.5 * x));
  }
  std::vector<double> phases(64, 0.0);
  phases.back() = 1.0;
  SweepProgram program(grid, 1, 1, false);
  const int links = program.add_link_slot(0, LinkKind::array);
  program.add_transform(StepPart::body, 0, 0.3, links);
  auto factors = heatgauge::cayley_factors(0.3, 4);
  for (auto& factor : factors) factor = {factor.pole, factor.zero};
  program.add_sweep(StepPart::body, 0, factors, links);
  program.set_links(links, phases.data());
  Interrupt interrupt;
  Vector after = psi;
  program.advance(after.data(), 1, interrupt);
  CHECK((after - psi).norm() <= 1e-5 * psi.norm());
}

TEST_CASE("a transform refuses axes, links and sizes that do not fit") {
  const Grid grid({{14, 0.3, true, 0.0}, {12, 0.3, true, 0.0}});
  SweepProgram program(grid, 1, 1, false);
  const int first = program.add_link_slot(0, LinkKind::none);
  const int second = program.add_link_slot(1, LinkKind::none);
  CHECK_THROWS_AS(program.add_transform(StepPart::body, 0, 0.3, first), std::invalid_argument);
  CHECK_THROWS_AS(program.add_transform(StepPart::body, 1, 0.3, first), std::invalid_argument);
  CHECK_NOTHROW(program.add_transform(StepPart::body, 1, 0.3, second));
}
