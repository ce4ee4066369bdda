#include <doctest/doctest.h>

#include <thread>

#include "sweep_systems.hpp"

using namespace systems;
using heatgauge::NumericalFailure;

namespace {

constexpr double kPi = 3.14159265358979323846;

}  // namespace

TEST_CASE(
    "three steps are the product of the dense factors, every grid, factor count and link kind") {
  for (const Grid& grid : grids()) {
    const RandomFields fields(grid, 1);
    for (const LinkKind kind : {LinkKind::array, LinkKind::uniform, LinkKind::none}) {
      for (const int m : {1, 2, 3}) {
        for (const bool refine : {false, true}) {
          Strang strang(grid, m, refine, kind);
          strang.set(fields.potential);
          std::vector<Dense> s;
          for (int a = 0; a < grid.dimensions(); ++a) {
            const auto n = static_cast<std::size_t>(a);
            std::vector<double> phases = fields.phases[n];
            if (kind != LinkKind::array) {
              std::fill(phases.begin(), phases.end(), kind == LinkKind::none ? 0.0 : 0.4 + a);
            }
            if (kind == LinkKind::array) strang.program.set_links(strang.links[n], phases.data());
            if (kind == LinkKind::uniform) {
              strang.program.set_uniform_link(strang.links[n], 0.4 + a);
            }
            s.push_back(second_difference(grid, a, phases.data()));
          }
          Vector psi = random_state(grid.size(), 2), expected = psi;
          std::vector<double> halves = fields.potential;
          for (double& v : halves) v *= 0.5;
          const int steps = grid.size() > 200 ? 1 : 3;
          for (int step = 0; step < steps; ++step) {
            expected = turned(halves, expected);
            for (const int a : Strang::order(grid)) {
              expected = swept(strang.factors[static_cast<std::size_t>(a)],
                               s[static_cast<std::size_t>(a)], expected);
            }
            expected = turned(halves, expected);
          }
          strang.advance(psi, steps);
          CAPTURE(grid.dimensions());
          CAPTURE(grid.size());
          CAPTURE(static_cast<int>(kind));
          CAPTURE(m);
          CAPTURE(refine);
          CHECK(distance(psi, expected) <= 1e-13);  // what the library promises of one step
          // As many steps one by one: prologue and epilogue instead of the joint.
          Vector single = random_state(grid.size(), 2);
          for (int step = 0; step < steps; ++step) strang.advance(single, 1);
          CHECK(distance(single, expected) <= 1e-13);
        }
      }
    }
  }
}

TEST_CASE("gauge covariance with the links left in place, phases up to 1e4, and a flipped sign") {
  // Phases are multiples of 2^-20 below 2^14: their sums are exact, so that the only error is that
  // of the steps.
  const auto exact = [](double x) { return std::round(x * 0x1p20) * 0x1p-20; };
  for (const Grid& grid : grids()) {
    RandomFields fields(grid, 3);
    std::mt19937 random(4);
    std::vector<double> chi(static_cast<std::size_t>(grid.size()));
    for (double& c : chi) c = exact(uniform(random, -1e4, 1e4));
    const auto shifted = [&](int a, double sign) {
      std::vector<double> phases = fields.phases[static_cast<std::size_t>(a)];
      const Axis& axis = grid.axis(a);
      for (Index k = 0; k < grid.links(a); ++k) {
        const Index stride = grid.stride(a), line = k / (axis.links() * stride);
        const Index i = (k / stride) % axis.links(), c = k % stride;
        const Index base = line * axis.points * stride + c;
        phases[k] += sign * (chi[base + ((i + 1) % axis.points) * stride] - chi[base + i * stride]);
      }
      return phases;
    };
    for (int a = 0; a < grid.dimensions(); ++a) {
      for (double& p : fields.phases[static_cast<std::size_t>(a)]) p = exact(p);
    }
    for (const bool refine : {false, true}) {
      Strang here(grid, 2, refine, LinkKind::array), there(grid, 2, refine, LinkKind::array);
      Strang flipped(grid, 2, refine, LinkKind::array);
      for (Strang* strang : {&here, &there, &flipped}) strang->set(fields.potential);
      for (int a = 0; a < grid.dimensions(); ++a) {
        const auto n = static_cast<std::size_t>(a);
        here.program.set_links(here.links[n], fields.phases[n].data());
        there.program.set_links(there.links[n], shifted(a, 1.0).data());
        flipped.program.set_links(flipped.links[n], shifted(a, -1.0).data());
      }
      const Vector start = random_state(grid.size(), 5);
      Vector psi = start, moved = start, wrong = start;
      for (Index i = 0; i < grid.size(); ++i) {
        const Complex u(std::cos(chi[i]), std::sin(chi[i]));
        moved(i) *= u;
        wrong(i) *= u;
      }
      here.advance(psi, 10);
      there.advance(moved, 10);
      flipped.advance(wrong, 10);
      for (Index i = 0; i < grid.size(); ++i) psi(i) *= Complex(std::cos(chi[i]), std::sin(chi[i]));
      CAPTURE(grid.size());
      CHECK(distance(moved, psi) <= 1e-13);
      CHECK(distance(wrong, psi) > 0.1);
    }
  }
}

TEST_CASE("a plane wave on a ring takes the phase of its wavenumber, twist and uniform links") {
  const Grid grid({Axis{64, 0.25, true, 0.7}});
  Strang strang(grid, 4, false, LinkKind::uniform, 1, 1, 0.3);
  strang.program.set_uniform_link(strang.links[0], 0.2);
  strang.set(std::vector<double>(64, 0.0));
  // ψ(x + L) = e^{0.7 i}ψ(x): k h = (2π·3 + 0.7)/64; the links shift it by 0.2
  const double k = (2 * kPi * 3 + 0.7) / 64;
  Vector psi(64);
  for (Index i = 0; i < 64; ++i) psi(i) = std::polar(0.125, k * static_cast<double>(i));
  const Vector start = psi;
  strang.advance(psi, 10);
  const double phase = -10 * 0.3 * (k - 0.2) * (k - 0.2);
  // (k - 0.2)^18 is far below rounding: what is left is that of ten steps
  CHECK(distance(psi, start * std::polar(1.0, phase)) <= 1e-13);
}

TEST_CASE("a box state between walls takes the phase of its wavenumber") {
  const Index n = 50;
  const Grid grid({Axis{n, 0.25, false, 0.0}});
  Strang strang(grid, 4, false, LinkKind::none, 1, 1, 0.3);
  strang.set(std::vector<double>(static_cast<std::size_t>(n), 0.0));
  const double k = kPi * 2 / static_cast<double>(n);  // walls half a spacing outside the end sites
  Vector psi(n);
  for (Index i = 0; i < n; ++i) psi(i) = std::sin(k * (static_cast<double>(i) + 0.5));
  psi.normalize();
  const Vector start = psi;
  strang.advance(psi, 10);
  CHECK(distance(psi, start * std::polar(1.0, -10 * 0.3 * k * k)) <= 1e-13);
}

TEST_CASE("what lies across memory is swept as what lies along it, bit by bit") {
  // Lines across memory go by in chunks of rows, those along it at once.
  for (const bool ring : {false, true}) {
    for (const int m : {1, 3}) {
      const Axis longer{77, 0.4, ring, ring ? 0.3 : 0.0}, shorter{37, 0.5, false, 0.0};
      std::vector<Vector> results;
      for (const bool turned : {false, true}) {
        const Grid grid = turned ? Grid(std::vector<Axis>{shorter, longer})
                                 : Grid(std::vector<Axis>{longer, shorter});
        const int outer = turned ? 1 : 0, inner = 1 - outer;
        const auto place = [&](Index count, Index i, Index j) {  // i along the longer axis
          return turned ? j * count + i : i * shorter.points + j;
        };
        SweepProgram program(grid, 1, 2, false);
        const int site = program.add_site_slot(false);
        const int along = program.add_link_slot(outer, LinkKind::array);
        const int across = program.add_link_slot(inner, LinkKind::none);
        program.add_phase(StepPart::prologue, site);
        program.add_sweep(StepPart::body, outer, cayley_factors(1.7, m), along);
        program.add_sweep(StepPart::body, inner, cayley_factors(2.3, m), across);
        program.add_phase(StepPart::body, site);
        program.add_sweep(StepPart::body, outer, cayley_factors(0.9, m), along);
        program.add_phase(StepPart::epilogue, site);
        std::vector<double> theta(static_cast<std::size_t>(grid.size()));
        std::vector<double> links(static_cast<std::size_t>(grid.links(outer)));
        Vector psi(grid.size());
        for (Index i = 0; i < longer.points; ++i) {
          for (Index j = 0; j < shorter.points; ++j) {
            const double x = std::sin(static_cast<double>(3 * i + 7 * j));
            const Index at = place(longer.points, i, j);
            theta[static_cast<std::size_t>(at)] = 0.2 * x;
            psi(at) = Complex(x, std::cos(static_cast<double>(i * j)));
            if (i >= longer.links()) continue;
            links[static_cast<std::size_t>(place(longer.links(), i, j))] = 2.0 * x;
          }
        }
        program.set_site(site, theta.data(), nullptr);
        program.set_links(along, links.data());
        Interrupt never;
        program.advance(psi.data(), 3, never);
        Vector sorted(grid.size());
        for (Index i = 0; i < longer.points; ++i) {
          for (Index j = 0; j < shorter.points; ++j) {
            sorted(i * shorter.points + j) = psi(place(longer.points, i, j));
          }
        }
        results.push_back(sorted);
      }
      CHECK(results[0] == results[1]);
    }
  }
}

TEST_CASE("members advance as they would alone, whatever the number of threads") {
  for (const Grid& grid : grids()) {
    const RandomFields fields(grid, 6);
    const Index members = grid.dimensions() == 1 ? 21 : 3;
    Vector together(members * grid.size()), threaded;
    Strang alone(grid, 2, false, LinkKind::array);
    Strang all(grid, 2, false, LinkKind::array, members),
        three(grid, 2, false, LinkKind::array, members, 3);
    for (Strang* strang : {&alone, &all, &three}) {
      strang->set(fields.potential);
      for (int a = 0; a < grid.dimensions(); ++a) {
        const auto n = static_cast<std::size_t>(a);
        strang->program.set_links(strang->links[n], fields.phases[n].data());
      }
    }
    for (Index m = 0; m < members; ++m) {
      together.segment(m * grid.size(), grid.size()) =
          random_state(grid.size(), static_cast<unsigned>(m));
    }
    threaded = together;
    all.advance(together, 3);
    three.advance(threaded, 3);
    CHECK((together.array() == threaded.array()).all());
    for (Index m = 0; m < members; ++m) {
      Vector psi = random_state(grid.size(), static_cast<unsigned>(m));
      alone.advance(psi, 3);
      CHECK(distance(psi, together.segment(m * grid.size(), grid.size())) <= 1e-14);
    }
  }
}

TEST_CASE("every member may have phases of its own, and contract") {
  for (const Grid& grid : grids()) {
    const Index members = 3, size = grid.size();
    SweepProgram program(grid, members, 1, false);
    const int site = program.add_site_slot(true);
    const int last = grid.dimensions() - 1;
    const int link = program.add_link_slot(0, LinkKind::none);
    const auto factors = cayley_factors(0.4, 1);
    program.add_phase(StepPart::body, site);
    program.add_sweep(StepPart::body, 0, factors, link);
    program.add_phase(StepPart::epilogue, site);
    std::mt19937 random(7);
    std::vector<double> theta(static_cast<std::size_t>(members * size)), gamma(theta.size());
    for (double& t : theta) t = uniform(random, -20, 20);
    for (double& g : gamma) g = uniform(random, 0, 0.3);
    program.set_site(site, theta.data(), gamma.data());
    Vector psi = random_state(members * size, 8);
    const Vector start = psi;
    Interrupt never;
    program.advance(psi.data(), 1, never);
    const Dense s = second_difference(grid, 0, nullptr);
    for (Index m = 0; m < members; ++m) {
      Vector expected = start.segment(m * size, size);
      const auto absorb = [&] {
        for (Index i = 0; i < size; ++i) {
          const auto n = static_cast<std::size_t>(m * size + i);
          expected(i) *= std::polar(std::exp(-gamma[n]), -theta[n]);
        }
      };
      absorb();
      expected = swept(factors, s, expected);
      absorb();
      CAPTURE(last);
      CHECK(distance(psi.segment(m * size, size), expected) <= 1e-13);
    }
  }
}

namespace {

/// Change of the norm² per step.
double drift(bool periodic, int m, double lambda, bool refine, bool smooth) {
  const Index n = 256;
  const Grid grid({Axis{n, 0.5, periodic, 0.0}});
  const RandomFields fields(grid, 9);
  const Index steps = 20000;
  Strang strang(grid, m, refine, LinkKind::array, 1, 1, lambda);
  std::vector<double> potential = fields.potential;
  Vector psi = random_state(n, 10);
  if (smooth) {  // a packet that swings in a trap, in a random gauge
    std::vector<double> chi(static_cast<std::size_t>(n) + 1, 0.0);
    for (std::size_t i = 1; i <= static_cast<std::size_t>(n); ++i) {
      chi[i] = chi[i - 1] + fields.phases[0][(i - 1) % fields.phases[0].size()];
    }
    for (Index i = 0; i < n; ++i) {
      const double x = static_cast<double>(i - n / 2) / 12.0;
      potential[static_cast<std::size_t>(i)] = 0.01 * x * x;
      psi(i) = std::polar(std::exp(-(x - 2) * (x - 2)), chi[static_cast<std::size_t>(i)]);
    }
    psi.normalize();
  }
  strang.set(potential);
  strang.program.set_links(strang.links[0], fields.phases[0].data());
  const double before = exact_norm2(psi);
  strang.advance(psi, steps);
  return std::abs(exact_norm2(psi) - before) / static_cast<double>(steps);
}

// Of a random state, whose increments are as large as itself: over 24 systems of random potentials
// and links the largest is 3.5e-18, the mean of the moduli 1.2e-18.
constexpr double kRandomDrift = 4e-18;

}  // namespace

TEST_CASE("the norm drifts by less than 5e-16 per factor and step, refined by 1e-18") {
  for (const bool periodic : {false, true}) {
    for (const int m : {1, 3}) {
      for (const double lambda : {0.2, 2.0}) {
        CAPTURE(m);
        CAPTURE(lambda);
        CAPTURE(periodic);
        CHECK(drift(periodic, m, lambda, false, false) <= 5e-16 * m);
        // 1e-12 in 1e6 steps
        CHECK(drift(periodic, m, lambda, true, true) <= 1e-18);
        CHECK(drift(periodic, m, lambda, true, false) <= kRandomDrift);
      }
    }
  }
}

TEST_CASE("rotated time goes by the same factors") {
  const Grid grid({Axis{12, 0.5, false, 0.0}, Axis{9, 0.5, true, 0.0}});
  for (const bool refine : {false, true}) {
    Strang strang(grid, 2, refine, LinkKind::none, 1, 1, 0.3, 0.9);
    strang.set(std::vector<double>(static_cast<std::size_t>(grid.size()), 0.0));
    Vector psi = random_state(grid.size(), 11), expected = psi;
    for (const int a : Strang::order(grid)) {
      expected = swept(strang.factors[static_cast<std::size_t>(a)],
                       second_difference(grid, a, nullptr), expected);
    }
    strang.advance(psi, 1);
    CHECK(distance(psi, expected) <= 1e-13);
    CHECK(psi.norm() < 0.9);
  }
}

TEST_CASE("a state that stops being finite names its step; a program refuses what does not fit") {
  const Grid grid({Axis{20, 0.5, false, 0.0}, Axis{30, 0.5, true, 0.0}});
  Strang strang(grid, 1, false, LinkKind::none);
  strang.set(std::vector<double>(600, 0.1));
  Vector psi = random_state(600, 12);
  psi(317) = std::numeric_limits<double>::infinity();
  Interrupt never;
  try {
    strang.program.advance(psi.data(), 5, never);
    FAIL("no failure");
  } catch (const NumericalFailure& failure) {
    CHECK(failure.step() == 0);
  }
  CHECK_THROWS_AS(strang.program.add_link_slot(2, LinkKind::none), std::invalid_argument);
  CHECK_THROWS_AS(strang.program.add_phase(StepPart::body, 7), std::out_of_range);
  CHECK_THROWS_AS(strang.program.add_sweep(StepPart::body, 1, {}, strang.links[0]),
                  std::invalid_argument);
  CHECK_THROWS_AS(strang.program.set_uniform_link(strang.links[0], 1.0), std::invalid_argument);
  Interrupt at_once([] { return true; });
  std::this_thread::sleep_for(std::chrono::milliseconds(25));
  CHECK_THROWS_AS(strang.program.advance(psi.data(), 1, at_once), heatgauge::Interrupted);
}
