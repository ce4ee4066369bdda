#include <doctest/doctest.h>

#include <cmath>
#include <numbers>

#include "heatgauge/faces.hpp"
#include "heatgauge/flux_components.hpp"
#include "heatgauge/nonlocal_flux.hpp"

using namespace heatgauge;

namespace {

constexpr double pi = std::numbers::pi;
std::size_t slot(Index i) { return static_cast<std::size_t>(i); }

}  // namespace

TEST_CASE("a wave of every component on a ring is divided by own + μk²") {
  const Grid grid({Axis{12, 0.5, true, 0.0}, Axis{10, 0.3, true, 0.0}});
  const double own = 1.7, mu = 0.6;
  FluxComponents components(grid);
  for (int a = 0; a < 2; ++a)
    for (int b = 0; b < 2; ++b)
      for (Index i = 0; i < 12; ++i)
        for (Index j = 0; j < 10; ++j) {
          const double h = grid.axis(b).spacing;
          components.join(a, b, {i, j, 0}, mu / (h * h));
        }
  Interrupt none;
  components.build(std::vector<double>(240, own), std::vector<char>(240, 0), none);
  const double kx = 2 * std::sin(pi / 12) / 0.5, ky = 2 * std::sin(2 * pi / 10) / 0.3;
  std::vector<double> q(240);
  for (Index f = 0; f < 240; ++f) {
    const Index i = f % 120 / 10, j = f % 10;
    q[slot(f)] = std::cos(2 * pi * static_cast<double>(i) / 12 +
                          4 * pi * static_cast<double>(j) / 10 + static_cast<double>(f / 120));
  }
  std::vector<double> solved = q;
  FluxComponents::Work work;
  components.solve(solved, 1e-14, work, none);
  const double load = own + mu * (kx * kx + ky * ky);
  for (std::size_t f = 0; f < 240; ++f) CHECK(std::abs(solved[f] - q[f] / load) < 1e-13);
}

TEST_CASE("a component between walls: faces that are held stay, others feel them") {
  // One line of faces 0 … 8, the outer ones held: sin(πi/8) decays by own + μk̂².
  const Grid grid({Axis{8, 0.125, false, 0.0}, Axis{3, 1.0, true, 0.0}});
  const double own = 2.0, mu = 0.01;
  FluxComponents components(grid);
  for (Index i = 0; i < 8; ++i)
    for (Index j = 0; j < 3; ++j) components.join(0, 0, {i, j, 0}, mu / (0.125 * 0.125));
  std::vector<char> fixed(27 + 24, 0);
  std::vector<double> q(27 + 24, 0.0);
  for (Index j = 0; j < 3; ++j) {
    fixed[slot(j)] = fixed[slot(24 + j)] = 1;
    for (Index i = 0; i < 9; ++i) q[slot(3 * i + j)] = std::sin(pi * static_cast<double>(i) / 8);
    q[slot(24 + j)] = 0.0;
  }
  Interrupt none;
  components.build(std::vector<double>(51, own), fixed, none);
  std::vector<double> solved = q;
  FluxComponents::Work work;
  components.solve(solved, 1e-14, work, none);
  const double k = 2 * std::sin(pi / 16) / 0.125;
  for (std::size_t f = 0; f < 51; ++f)
    CHECK(std::abs(solved[f] - q[f] / (own + mu * k * k)) < 1e-14);
}

namespace {

/// Steps of conjugate residuals for a rough flux on n × n cells between walls, κ from 0.5 to 1.5.
int steps(Index n, bool no_slip, double mu_of_one) {
  const double h = 1.0 / static_cast<double>(n);
  const Grid grid({Axis{n, h, false, 0.0}, Axis{n, h, false, 0.0}});
  const auto cells = slot(grid.size());
  std::vector<double> kappa(cells), inertia(cells), mu(cells), capacity(cells, 1.0);
  for (std::size_t i = 0; i < cells; ++i) {
    const double x = (static_cast<double>(i / slot(n)) + 0.5) * h;
    const double y = (static_cast<double>(i % slot(n)) + 0.5) * h;
    kappa[i] = 1 + 0.5 * std::sin(2 * pi * x) * std::sin(2 * pi * y);
    inertia[i] = 0.1 / kappa[i];
    mu[i] = mu_of_one / kappa[i];
  }
  const FaceCircuit circuit(grid, kappa, inertia);
  std::array<std::vector<char>, 3> fixed;
  FaceField star, q;
  for (int a = 0; a < 2; ++a) {
    fixed[slot(a)].assign(slot(faces(grid, a)), 0);
    for (const int end : {0, 1})
      for_each_side_face(grid, a, end, [&](Index f, Index, Index) { fixed[slot(a)][slot(f)] = 1; });
    star[slot(a)].resize(slot(faces(grid, a)));
    for (std::size_t f = 0; f < star[slot(a)].size(); ++f)
      star[slot(a)][f] = fixed[slot(a)][f] ? 0.0 : std::sin(static_cast<double>(f * f % 1009));
  }
  q = star;
  Interrupt none;
  const NonlocalFlux flux(grid, capacity, mu, circuit, fixed, no_slip, 0.005, none);
  NonlocalFlux::Work work;
  flux.solve(std::vector<double>(cells, 0.0), star, HeatDrive(grid), 0, q, nullptr, work, none);
  return work.past.steps;
}

}  // namespace

TEST_CASE("the flux takes some dozen steps whatever the grid") {
  // Each gains a factor of 10 to 100. Preconditioned by ∇·q alone it took 100 and more, growing as
  // 1/h: 30, 60, 120 at the larger μ.
  for (const bool no_slip : {false, true})
    for (const double mu : {4e-4, 0.01})
      for (const Index n : {32, 64, 128}) {
        CAPTURE(n);
        CAPTURE(mu);
        CHECK(steps(n, no_slip, mu) < 17);
      }
}
