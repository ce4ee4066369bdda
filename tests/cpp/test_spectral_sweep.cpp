#include <doctest/doctest.h>

#include <Eigen/Dense>
#include <cmath>
#include <limits>
#include <numbers>
#include <random>
#include <vector>

#include "heatgauge/spectral_sweep.hpp"
#include "systems.hpp"

using heatgauge::Axis;
using heatgauge::Complex;
using heatgauge::Grid;
using heatgauge::Index;
using heatgauge::LineBundles;
using heatgauge::LineGauge;
using heatgauge::Row;
using heatgauge::SpectralSweep;
using systems::Dense;
using systems::uniform;
using systems::Vector;

namespace {

constexpr double kPi = std::numbers::pi;
using Phases = std::vector<double>;

Phases random_phases(Index count, unsigned seed, double largest = 4.0) {
  std::mt19937 random(seed);
  Phases phases(static_cast<std::size_t>(count));
  for (double& p : phases) p = uniform(random, -largest, largest);
  return phases;
}

/// Bundle `b` of lines along the axis of a sweep.
void sweep_bundle(const Grid& grid, int axis, const SpectralSweep& sweep, Index b, Vector& psi) {
  const LineBundles bundles(grid, axis, 1);
  std::vector<Row> rows(static_cast<std::size_t>(bundles.rows())), space(rows.size());
  bundles.load(b, heatgauge::dense_strides(grid), psi.data(), rows.data());
  sweep.run(b, rows.data(), space.data());
  bundles.store(b, heatgauge::dense_strides(grid), rows.data(), psi.data(), 1.0);
}

Vector swept(const Grid& grid, int axis, const SpectralSweep& sweep, Vector psi) {
  const Index count = LineBundles(grid, axis, 1).count();
  for (Index b = 0; b < count; ++b) sweep_bundle(grid, axis, sweep, b, psi);
  return psi;
}

Vector swept(const Grid& grid, int axis, const LineGauge& gauge, Complex lambda,
             const Vector& psi) {
  return swept(grid, axis, SpectralSweep(gauge, lambda), psi);
}

Vector swept(const Grid& grid, int axis, const Phases& phases, Complex lambda, const Vector& psi) {
  LineGauge gauge(grid, axis);
  gauge.set_links(phases.data());
  return swept(grid, axis, gauge, lambda, psi);
}

/// Phases of the links of one line of the grid, the twist in the seam.
Phases line_phases(const Grid& grid, int axis, const Phases& phases, Index outer, Index inner) {
  const Axis& a = grid.axis(axis);
  Phases line;
  for (Index k = 0; k < a.links(); ++k) {
    line.push_back(
        phases[static_cast<std::size_t>((outer * a.links() + k) * grid.stride(axis) + inner)]);
  }
  if (a.periodic) line.back() -= a.twist;
  return line;
}

/// e^{-iλκ²} of a ring: κ is the argument of the covariant translation (Tψ)_i = e^{-ia_i}ψ_{i+1}.
Dense ring_flow(const Phases& line, Complex lambda) {
  const auto n = static_cast<Index>(line.size());
  Dense translation = Dense::Zero(n, n);
  for (Index i = 0; i < n; ++i) {
    translation(i, (i + 1) % n) += std::polar(1.0, -line[static_cast<std::size_t>(i)]);
  }
  const Eigen::ComplexSchur<Dense> schur(translation);
  Vector factors(n);
  for (Index i = 0; i < n; ++i) {
    const double kappa = std::arg(schur.matrixT()(i, i));
    factors[i] = std::exp(Complex(0, -1) * lambda * kappa * kappa);
  }
  return schur.matrixU() * factors.asDiagonal() * schur.matrixU().adjoint();
}

/// The covariant second difference between walls; site i couples to its mirror image -ψ_i.
Dense wall_difference(const Phases& line) {
  const auto n = static_cast<Index>(line.size()) + 1;
  Dense s = Dense::Zero(n, n);
  for (Index i = 0; i < n; ++i) s(i, i) = 2.0;
  s(0, 0) += 1.0;
  s(n - 1, n - 1) += 1.0;
  for (Index i = 0; i + 1 < n; ++i) {
    s(i, i + 1) = -std::polar(1.0, -line[static_cast<std::size_t>(i)]);
    s(i + 1, i) = std::conj(s(i, i + 1));
  }
  return s;
}

/// e^{-iλκ²} between walls from sine waves; that they are the eigenvectors of the covariant second
/// difference is checked on the way.
Dense wall_flow(const Phases& line, Complex lambda) {
  const auto n = static_cast<Index>(line.size()) + 1;
  Dense waves(n, n);
  Vector factors(n), symbols(n);
  double theta = 0.0;
  for (Index i = 0; i < n; ++i) {
    for (Index j = 1; j <= n; ++j) {
      const double height = std::sqrt((j == n ? 1.0 : 2.0) / static_cast<double>(n));
      const double at = kPi * static_cast<double>(j * (2 * i + 1) % (4 * n)) / double(2 * n);
      waves(i, j - 1) = std::polar(height * std::sin(at), 0.0) * std::polar(1.0, theta);
    }
    if (i + 1 < n) theta += line[static_cast<std::size_t>(i)];
  }
  for (Index j = 1; j <= n; ++j) {
    const double kappa = kPi * static_cast<double>(j) / static_cast<double>(n);
    factors[j - 1] = std::exp(Complex(0, -1) * lambda * kappa * kappa);
    symbols[j - 1] = 2.0 - 2.0 * std::cos(kappa);
  }
  CHECK((wall_difference(line) * waves - waves * symbols.asDiagonal()).norm() < 1e-12);
  return waves * factors.asDiagonal() * waves.adjoint();
}

Vector dense_flow(const Grid& grid, int axis, const Phases& phases, Complex lambda,
                  const Vector& psi) {
  const Axis& a = grid.axis(axis);
  const Index stride = grid.stride(axis);
  Vector result(psi.size());
  for (Index outer = 0; outer < grid.outer(axis); ++outer) {
    for (Index inner = 0; inner < stride; ++inner) {
      const Phases line = line_phases(grid, axis, phases, outer, inner);
      const Dense flow = a.periodic ? ring_flow(line, lambda) : wall_flow(line, lambda);
      Vector sites(a.points);
      const Index first = outer * a.points * stride + inner;
      for (Index i = 0; i < a.points; ++i) sites[i] = psi[first + i * stride];
      sites = flow * sites;
      for (Index i = 0; i < a.points; ++i) result[first + i * stride] = sites[i];
    }
  }
  return result;
}

std::vector<Grid> grids() {
  const Axis ring{12, 0.3, true, 0.7}, line{10, 0.2, false, 0.0}, odd_ring{15, 0.4, true, -2.9},
      odd_line{9, 0.5, false, 0.0}, short_ring{8, 0.1, true, 0.0};
  return {Grid({ring}),
          Grid({line}),
          Grid({odd_line}),
          Grid({ring, line}),
          Grid({odd_line, ring}),
          Grid({odd_ring, short_ring}),
          Grid({ring, line, odd_ring}),
          Grid({line, short_ring, odd_line})};
}

// Rounding: the phases λκ² (at most 9 here) and θ (at most 60) are right to 1e-15 and 7e-15, the
// transforms to 1e-15; the dense reference is built from the same numbers.
constexpr double kRounding = 1e-13;

}  // namespace

TEST_CASE("a spectral sweep is the exponential of the covariant spectral Laplacian") {
  unsigned seed = 1;
  for (const Grid& grid : grids()) {
    for (int axis = 0; axis < grid.dimensions(); ++axis) {
      for (const Complex lambda : {Complex(0.9), Complex(-0.31), Complex(0.2, -0.4)}) {
        CAPTURE(axis);
        CAPTURE(grid.axis(axis).points);
        const Phases phases = random_phases(grid.links(axis), ++seed);
        const Vector psi = systems::random_state(grid.size(), ++seed);
        const Vector exact = dense_flow(grid, axis, phases, lambda, psi);
        const Vector result = swept(grid, axis, phases, lambda, psi);
        CHECK((result - exact).norm() <= kRounding);
        // The comparison sees a sign: of the links, with them of the holonomies, and of the time.
        Phases flipped = phases;
        for (double& p : flipped) p = -p;
        CHECK((swept(grid, axis, flipped, lambda, psi) - exact).norm() > 1e-2);
        CHECK((swept(grid, axis, phases, -lambda, psi) - exact).norm() > 1e-2);
      }
    }
  }
}

TEST_CASE("uniform link phases need no array, and equal one") {
  for (const Grid& grid : grids()) {
    for (int axis = 0; axis < grid.dimensions(); ++axis) {
      for (const double phase : {0.0, 0.4, -2.5, 40.0}) {
        CAPTURE(axis);
        CAPTURE(phase);
        const Phases phases(static_cast<std::size_t>(grid.links(axis)), phase);
        const Vector psi = systems::random_state(grid.size(), 7);
        LineGauge gauge(grid, axis);
        gauge.set_uniform(phase);
        const Vector exact = dense_flow(grid, axis, phases, 0.7, psi);
        CHECK((swept(grid, axis, gauge, 0.7, psi) - exact).norm() <= kRounding);
        CHECK((swept(grid, axis, phases, 0.7, psi) - exact).norm() <= kRounding);
        gauge.set_uniform(-phase);
        if (phase != 0.0) CHECK((swept(grid, axis, gauge, 0.7, psi) - exact).norm() > 1e-2);
      }
    }
  }
}

TEST_CASE("links that are alike on each line but not on all lines") {
  // A uniform induction in the Landau gauge; along the other axis all of it in the seam.
  const Grid grid({{12, 0.3, true, 0.2}, {20, 0.3, true, 0.0}});
  Phases along(240), seam(240);
  for (std::size_t i = 0; i < 12; ++i) {
    for (std::size_t j = 0; j < 20; ++j) {
      along[i * 20 + j] = -0.37 * static_cast<double>(j);
      seam[i * 20 + j] = j + 1 == 20 ? 1.1 * static_cast<double>(i) : 0.0;
    }
  }
  const Vector psi = systems::random_state(grid.size(), 8);
  CHECK((swept(grid, 0, along, 0.6, psi) - dense_flow(grid, 0, along, 0.6, psi)).norm() <=
        kRounding);
  CHECK((swept(grid, 1, seam, 0.6, psi) - dense_flow(grid, 1, seam, 0.6, psi)).norm() <= kRounding);
}

TEST_CASE("a twist and a holonomy of the opposite sign cancel, of the same sign they do not") {
  const double twist = 1.3;
  const Grid twisted({{16, 0.3, true, twist}}), plain({{16, 0.3, true, 0.0}});
  const Vector psi = systems::random_state(16, 9);
  Phases seam(16, 0.0);
  const Vector free = swept(plain, 0, seam, 0.8, psi);
  seam.back() = twist;
  CHECK((swept(twisted, 0, seam, 0.8, psi) - free).norm() <= kRounding);
  seam.back() = -twist;
  CHECK((swept(twisted, 0, seam, 0.8, psi) - free).norm() > 1e-2);
}

TEST_CASE("a spectral sweep is gauge covariant with the links left in place") {
  unsigned seed = 40;
  for (const Grid& grid : grids()) {
    for (int axis = 0; axis < grid.dimensions(); ++axis) {
      for (const double largest : {1.0, 1e2, 1e4}) {
        CAPTURE(axis);
        CAPTURE(largest);
        const Axis& a = grid.axis(axis);
        const Index stride = grid.stride(axis);
        const Phases chi = random_phases(grid.size(), ++seed, largest);
        const Phases phases = random_phases(grid.links(axis), ++seed);
        const Vector psi = systems::random_state(grid.size(), ++seed);
        Phases moved = phases;
        for (Index link = 0; link < grid.links(axis); ++link) {
          const Index inner = link % stride, k = link / stride % a.links();
          const Index line = link / stride / a.links() * a.points;
          const auto here = static_cast<std::size_t>((line + k) * stride + inner);
          const auto next = static_cast<std::size_t>((line + (k + 1) % a.points) * stride + inner);
          moved[static_cast<std::size_t>(link)] += chi[next] - chi[here];
        }
        const auto turned = [&](Vector state) {
          for (Index i = 0; i < state.size(); ++i) {
            state[i] *= std::polar(1.0, chi[static_cast<std::size_t>(i)]);
          }
          return state;
        };
        const Vector expected = turned(swept(grid, axis, phases, 0.5, psi));
        const Vector result = swept(grid, axis, moved, 0.5, turned(psi));
        // Every moved link is off by half a unit of 2χ; a line adds up to 15 of them.
        const double eps = std::numeric_limits<double>::epsilon();
        CHECK((result - expected).norm() <= 20 * eps * (1 + largest));
      }
    }
  }
}

TEST_CASE("a free Gaussian is exact in one step") {
  // ψ(x, 0) = e^{-x²/4σ² + ipx}: width and momentum such that its tails in x and k are below 1e-15.
  const double length = 40.0, sigma = 1.1, momentum = 2.0, mass = 0.9, time = 1.7;
  const Index points = 160;
  const double spacing = length / points;
  const Grid grid({{points, spacing, true, 0.0}});
  const auto gaussian = [&](double t) {
    Vector psi(points);
    const Complex width = sigma * sigma * Complex(1.0, t / (2 * mass * sigma * sigma));
    const double centre = -4.0 + momentum * t / mass;
    for (Index i = 0; i < points; ++i) {
      const double x = -0.5 * length + (static_cast<double>(i) + 0.5) * spacing;
      psi[i] = sigma / std::sqrt(width) *
               std::exp(-(x - centre) * (x - centre) / (4.0 * width) +
                        Complex(0, momentum * (x - centre) + 0.5 * momentum * momentum * t / mass));
    }
    return psi;
  };
  LineGauge gauge(grid, 0);
  const Complex lambda = time / (2 * mass * spacing * spacing);
  const double error = (swept(grid, 0, gauge, lambda, gaussian(0.0)) - gaussian(time)).norm();
  // λκ² reaches 150, but only 2 where the packet has weight; 160 sites of 1e-15 each.
  CHECK(error <= 1e-13 * gaussian(0.0).norm());
  CHECK((swept(grid, 0, gauge, 1.01 * lambda, gaussian(0.0)) - gaussian(time)).norm() > 1e-3);
}

TEST_CASE("bundles may be taken in any order") {
  const Grid grid({{12, 0.3, true, 0.7}, {36, 0.2, true, 0.0}, {20, 0.2, false, 0.0}});
  for (int axis = 0; axis < 3; ++axis) {
    const Phases phases = random_phases(grid.links(axis), 50);
    const Vector psi = systems::random_state(grid.size(), 51);
    LineGauge gauge(grid, axis);
    gauge.set_links(phases.data());
    const SpectralSweep sweep(gauge, 0.4);
    const Vector whole = swept(grid, axis, sweep, psi);
    Vector parts = psi;
    for (Index b = gauge.bundles(); b-- > 0;) sweep_bundle(grid, axis, sweep, b, parts);
    CHECK(parts == whole);
  }
}

TEST_CASE("links may be replaced, by arrays and by numbers in turn") {
  const Grid grid({{12, 0.3, true, 0.7}, {9, 0.2, false, 0.0}});
  for (int axis = 0; axis < 2; ++axis) {
    const Phases first = random_phases(grid.links(axis), 60);
    const Phases second = random_phases(grid.links(axis), 61);
    const Vector psi = systems::random_state(grid.size(), 62);
    LineGauge gauge(grid, axis);
    SpectralSweep sweep(gauge, 0.4);
    const auto result = [&] {
      sweep.update();
      return swept(grid, axis, sweep, psi);
    };
    const Vector free = result();
    gauge.set_links(first.data());
    CHECK(result() == swept(grid, axis, first, 0.4, psi));
    gauge.set_links(second.data());
    CHECK(result() == swept(grid, axis, second, 0.4, psi));
    gauge.set_uniform(0.0);
    CHECK(result() == free);
  }
}

TEST_CASE("the norm drifts by rounding only") {
  // The bar of an unrefined step is 5e-16 per step.
  const Index steps = 100000;
  for (const bool periodic : {true, false}) {
    for (const Index points : {Index{60}, Index{64}}) {
      CAPTURE(periodic);
      CAPTURE(points);
      const Grid grid({{points, 0.3, periodic, 0.0}});
      LineGauge gauge(grid, 0);
      gauge.set_links(random_phases(grid.links(0), 70).data());
      const SpectralSweep sweep(gauge, 0.37);
      Vector psi = systems::random_state(points, 71);
      const double before = psi.squaredNorm();
      std::vector<Row> rows(static_cast<std::size_t>(points)), space(rows.size());
      const LineBundles bundles(grid, 0, 1);
      bundles.load(0, heatgauge::dense_strides(grid), psi.data(), rows.data());
      for (Index n = 0; n < steps; ++n) sweep.run(0, rows.data(), space.data());
      bundles.store(0, heatgauge::dense_strides(grid), rows.data(), psi.data(), 1.0);
      const double drift = std::abs(psi.squaredNorm() - before);
      MESSAGE("drift of norm² per step: " << drift / static_cast<double>(steps));
      CHECK(drift <= 5e-16 * static_cast<double>(steps));
    }
  }
}
