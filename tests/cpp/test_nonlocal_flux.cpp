#include <doctest/doctest.h>

#include <cmath>
#include <numbers>
#include <random>

#include "heatgauge/faces.hpp"
#include "heatgauge/nonlocal_flux.hpp"

using namespace heatgauge;

namespace {

std::size_t slot(Index i) { return static_cast<std::size_t>(i); }

/// A flux on a ring of two axes that is an eigenfunction of the lattice's curl and divergence.
struct Ring {
  Grid grid{{Axis{12, 0.5, true, 0.0}, Axis{10, 0.3, true, 0.0}}};
  std::vector<double> capacity, mu;
  FaceField star, q;
  double kx, ky;  // of the lattice

  Ring() : capacity(120, 2.0), mu(120, 0.7) {
    const double px = 2 * std::numbers::pi / 12, py = 2 * std::numbers::pi / 10;
    kx = 2 * std::sin(px / 2) / 0.5;
    ky = 2 * std::sin(py / 2) / 0.3;
    for (int a = 0; a < 2; ++a) star[slot(a)].resize(120);
    q = star;
  }
  /// Longitudinal (along k) or transverse wave with phases on the faces of either axis.
  void wave(bool longitudinal) {
    const double px = 2 * std::numbers::pi / 12, py = 2 * std::numbers::pi / 10;
    for (Index i = 0; i < 12; ++i)
      for (Index j = 0; j < 10; ++j) {
        const auto x = static_cast<double>(i), y = static_cast<double>(j);
        star[0][slot(10 * i + j)] =
            (longitudinal ? kx : -ky) * std::cos(px * (x + 1) + py * (y + 0.5));
        star[1][slot(10 * i + j)] =
            (longitudinal ? ky : kx) * std::cos(px * (x + 0.5) + py * (y + 1));
      }
  }
};

}  // namespace

TEST_CASE("waves along and across k decay as 3μk² and μk² say") {
  const double step = 0.2, kappa = 1.5, inertia = 0.4;
  Interrupt none;
  for (const bool longitudinal : {true, false}) {
    Ring r;
    r.wave(longitudinal);
    const FaceCircuit circuit(r.grid, std::vector<double>(120, kappa),
                              std::vector<double>(120, inertia));
    std::array<std::vector<char>, 3> fixed;
    for (int a = 0; a < 2; ++a) fixed[slot(a)].assign(120, 0);
    const NonlocalFlux flux(r.grid, r.capacity, r.mu, circuit, fixed, false, step, none);
    NonlocalFlux::Work work;
    flux.solve(std::vector<double>(120, 0.0), r.star, HeatDrive(r.grid), 0, r.q, nullptr, work,
               none);
    const double k2 = r.kx * r.kx + r.ky * r.ky;
    // Transverse: no divergence, hence no change of T; longitudinal: 3μ + s/C.
    const double load = longitudinal ? (3 * 0.7 + step / 2.0) * k2 : 0.7 * k2;
    const double expected = (inertia / step) / (inertia / step + 1 / kappa + load);
    for (int a = 0; a < 2; ++a)
      for (std::size_t f = 0; f < 120; ++f)
        CHECK(std::abs(r.q[slot(a)][f] - expected * r.star[slot(a)][f]) < 1e-11);
  }
}

TEST_CASE("the flux along a wall that holds it feels its drag, along one that slips none") {
  const Grid grid({Axis{4, 0.25, true, 0.0}, Axis{8, 0.125, false, 0.0}});
  const std::vector<double> ones(32, 1.0), mu(32, 0.05);
  const FaceCircuit circuit(grid, ones, ones);
  Interrupt none;
  std::array<std::vector<char>, 3> fixed;
  fixed[0].assign(32, 0);
  fixed[1].assign(36, 0);
  for (Index i = 0; i < 4; ++i) fixed[1][slot(9 * i)] = fixed[1][slot(9 * i + 8)] = 1;
  FaceField star;
  star[0].assign(32, 1.0);
  star[1].assign(36, 0.0);
  for (const bool no_slip : {false, true}) {
    const NonlocalFlux flux(grid, ones, mu, circuit, fixed, no_slip, 1.0, none);
    FaceField q = star;
    NonlocalFlux::Work work;
    flux.solve(std::vector<double>(32, 0.0), star, HeatDrive(grid), 0, q, nullptr, work, none);
    // Eight cells on a boundary layer of 0.16: 2.1 %, falling as h² (see the tests in Python).
    // 2q − μ q'' = 1 (r + L/s = 2) with q = 0 on the walls, or q = ½ everywhere.
    const double root = std::sqrt(2.0 / 0.05);
    for (Index j = 0; j < 8; ++j) {
      const double y = (static_cast<double>(j) + 0.5) / 8 - 0.5;
      const double exact = no_slip ? 0.5 * (1 - std::cosh(root * y) / std::cosh(root / 2)) : 0.5;
      CHECK(std::abs(q[0][slot(j)] - exact) < (no_slip ? 2.5e-2 : 1e-12));
    }
    CHECK((q[0][0] < 0.3) == no_slip);
  }
}
