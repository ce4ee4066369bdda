#include <doctest/doctest.h>

#include "heatgauge/krylov_cayley.hpp"
#include "systems.hpp"

using namespace systems;
using heatgauge::Interrupt;
using heatgauge::KrylovCayley;
using heatgauge::NumericalFailure;
using heatgauge::row_sum_norm;

TEST_CASE("the mid state solves (1 + i alpha H) phi = psi") {
  const Grid grid({Axis{9, 0.5, false, 0.0}, Axis{8, 0.4, true, 0.3}});
  const Hamiltonian hamiltonian(grid, {1.0, 2.0}, 1.0, 4);
  const Csr h(hamiltonian, RandomFields(grid, 1).carrier(grid));
  const Dense m = h.dense();
  Interrupt never;
  KrylovCayley solver(grid.size());
  for (const double alpha : {1e-3, 0.1, 5.0, -0.1}) {
    CAPTURE(alpha);
    const Vector psi = random_state(grid.size(), 2);
    Vector phi(psi.size());
    const Index iterations =
        solver.mid_state(h.view(), alpha, row_sum_norm(h.view()), psi.data(), phi.data(), never);
    CHECK(iterations > 0);
    const Vector expected = dense_mid_state(m, alpha, psi);
    // The promised residual; the inverse of 1 + i alpha H is at most 1.
    const double bar = 1e-14 + 4 * 2.2e-16 * std::abs(alpha) * row_sum_norm(h.view());
    CHECK((phi - expected).norm() <= 2 * bar);
    CHECK(std::abs((2.0 * phi - psi).squaredNorm() - 1.0) <= 4 * bar);
  }
}

TEST_CASE("an eigenvector takes one iteration, nothing takes none") {
  const Grid grid({Axis{16, 1.0, true, 0.0}});
  const Hamiltonian hamiltonian(grid, {1.0}, 1.0, 2);
  const std::vector<double> zero(16, 0.0);
  const Csr h(hamiltonian, CarrierFields(grid, zero.data(), {}));
  Interrupt never;
  KrylovCayley solver(16);
  Vector psi(16), phi(16);
  for (Index i = 0; i < 16; ++i)
    psi(i) = std::polar(0.25, 0.7853981633974483 * static_cast<double>(i));
  const double energy = 1.0 - std::cos(0.7853981633974483);
  const Index iterations = solver.mid_state(h.view(), 0.5, 4.0, psi.data(), phi.data(), never);
  CHECK(iterations <= 3);  // one, and what rounding asks for in the passes after it
  CHECK((phi - psi / Complex(1.0, 0.5 * energy)).norm() <= 1e-15);
  psi.setZero();
  CHECK(solver.mid_state(h.view(), 0.5, 4.0, psi.data(), phi.data(), never) == 0);
  CHECK(phi.isZero());
}

TEST_CASE("a time step at which rounding hides the slow modes is a failure") {
  // On a free ring the constant part of the state stays, the rest turns by nearly pi.
  const Grid grid({Axis{50, 1.0, true, 0.0}});
  const std::vector<double> zero(50, 0.0);
  const Csr h(Hamiltonian(grid, {1.0}, 1.0, 2), CarrierFields(grid, zero.data(), {}));
  Interrupt never;
  KrylovCayley solver(50);
  const Vector psi = random_state(50, 8);
  Vector phi(50);
  solver.mid_state(h.view(), 1e4, 4.0, psi.data(), phi.data(), never);
  CHECK(std::abs(phi.mean() - psi.mean()) <= 4 * 2.2e-16 * 1e4 * 4.0);
  try {
    solver.mid_state(h.view(), 1e20, 4.0, psi.data(), phi.data(), never);
    FAIL("converged");
  } catch (const NumericalFailure& failure) {
    CHECK(failure.residual() > 1e-8);
  }
}

TEST_CASE("a state that is not finite and an absurd time step are failures, not loops") {
  const Grid grid({Axis{40, 0.1, false, 0.0}, Axis{40, 0.1, false, 0.0}});
  const Hamiltonian hamiltonian(grid, {1.0, 1.0}, 1.0, 2);
  const Csr h(hamiltonian, RandomFields(grid, 3).carrier(grid));
  const double norm = row_sum_norm(h.view());
  Interrupt never;
  KrylovCayley solver(grid.size());
  Vector psi = random_state(grid.size(), 4), phi(psi.size());
  CHECK_THROWS_AS(solver.mid_state(h.view(), std::numeric_limits<double>::infinity(), norm,
                                   psi.data(), phi.data(), never),
                  NumericalFailure);
  for (const double bad :
       {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
    psi(17) = bad;
    CHECK_THROWS_AS(solver.mid_state(h.view(), 0.1, norm, psi.data(), phi.data(), never),
                    NumericalFailure);
  }
}

TEST_CASE("the row sum bounds the norm of H within its factor") {
  const Csr h = random_band(30, 3, true, 5);
  const double spectral = modes(h.dense()).energies.cwiseAbs().maxCoeff();
  const double rows = h.dense().cwiseAbs().rowwise().sum().maxCoeff();
  CHECK(row_sum_norm(h.view()) >= spectral);
  CHECK(row_sum_norm(h.view()) <= std::sqrt(2.0) * rows * (1 + 1e-14));
}

TEST_CASE("a solve can be interrupted") {
  const Csr h = random_band(2000, 3, false, 6);
  Interrupt always([] { return true; });
  KrylovCayley solver(2000);
  const Vector psi = random_state(2000, 7);
  Vector phi(2000);
  CHECK_THROWS_AS(for (int i = 0; i < 100000; ++i)
                      solver.mid_state(h.view(), 10.0, 10.0, psi.data(), phi.data(), always),
                  heatgauge::Interrupted);
}
