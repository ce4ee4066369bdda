#include <doctest/doctest.h>

#include "heatgauge/crank_nicolson.hpp"
#include "heatgauge/krylov_cayley.hpp"
#include "systems.hpp"

using namespace systems;
using heatgauge::CayleySolver;
using heatgauge::CrankNicolson;
using heatgauge::Interrupt;
using heatgauge::NumericalFailure;

namespace {

constexpr CayleySolver kSolvers[] = {CayleySolver::banded, CayleySolver::dissection,
                                     CayleySolver::sparse_lu, CayleySolver::krylov};

Csr assembled(const Grid& grid, int order, unsigned seed) {
  return Csr(Hamiltonian(grid, {1.0, 0.7, 1.4}, 1.0, order),
             RandomFields(grid, seed).carrier(grid));
}

}  // namespace

TEST_CASE("one step of every solver is the dense Cayley step") {
  const Axis wall{11, 0.5, false, 0.0}, ring{10, 0.6, true, 0.8};
  Interrupt never;
  for (const int order : {2, 4, 6, 8}) {
    for (const Grid& grid :
         {Grid({wall}), Grid({Axis{17, 0.6, true, 0.8}}), Grid({wall, ring}), Grid({ring, wall})}) {
      const Csr h = assembled(grid, order, 1);
      const double norm = heatgauge::row_sum_norm(h.view());
      for (const CayleySolver solver : kSolvers) {
        if (solver == CayleySolver::banded && !heatgauge::banded_fits(grid, order / 2)) continue;
        for (const double alpha : {0.3 / norm, 3.0 / norm}) {
          Vector psi = random_state(grid.size(), 2);
          const Vector expected = dense_cayley(h.dense(), alpha, psi);
          CrankNicolson method(grid, order / 2, h.view(), alpha, solver, true, never);
          method.advance(psi.data(), 1, never);
          CAPTURE(order);
          CAPTURE(static_cast<int>(solver));
          CHECK((psi - expected).norm() <= 1e-13);  // what the library promises
        }
      }
    }
  }
}

TEST_CASE("an update reads the values of the matrix anew") {
  const Grid grid({Axis{20, 0.5, true, 0.3}});
  Interrupt never;
  for (const CayleySolver solver : kSolvers) {
    Csr h = assembled(grid, 4, 3);
    CrankNicolson method(grid, 2, h.view(), 0.1, solver, true, never);
    const Csr fresh = assembled(grid, 4, 4);
    std::copy(fresh.values.begin(), fresh.values.end(), h.values.begin());  // seen by the method
    method.update(never);
    Vector psi = random_state(20, 5);
    const Vector expected = dense_cayley(h.dense(), 0.1, psi);
    method.advance(psi.data(), 1, never);
    CHECK((psi - expected).norm() <= 1e-13);
  }
}

TEST_CASE("steps there and back return the state") {
  const Grid grid({Axis{64, 0.5, false, 0.0}});
  const Csr h = assembled(grid, 2, 6);
  Interrupt never;
  CrankNicolson forth(grid, 1, h.view(), 0.2, CayleySolver::banded, true, never);
  CrankNicolson back(grid, 1, h.view(), -0.2, CayleySolver::banded, true, never);
  Vector psi = random_state(64, 7);
  const Vector start = psi;
  forth.advance(psi.data(), 1000, never);
  CHECK((psi - start).norm() > 0.5);
  back.advance(psi.data(), 1000, never);
  CHECK((psi - start).norm() <= 1e-12);  // the promise for 1e5 steps each way
}

TEST_CASE("a state of zero energy stays, however fine the rounding that moves it") {
  // Its increment is pure rounding, and so are all corrections: that is no failure to converge.
  const Grid grid({Axis{64, 0.5, true, 0.0}});
  const RandomFields random(grid, 8);
  const Hamiltonian hamiltonian(grid, {1.0}, 1.0, 8);
  Interrupt never;
  std::vector<double> potential(64, 0.0);
  Csr h(hamiltonian, CarrierFields(grid, potential.data(), random.pointers()));
  const Modes exact = modes(h.dense());
  for (double& v : potential) v = -exact.energies(3);
  h = Csr(hamiltonian, CarrierFields(grid, potential.data(), random.pointers()));
  for (const double alpha : {1e-3, 0.1, 10.0, 1e4}) {
    CAPTURE(alpha);
    CrankNicolson method(grid, 4, h.view(), alpha, CayleySolver::banded, true, never);
    Vector psi = exact.states.col(3);
    method.advance(psi.data(), 100, never);
    CHECK((psi - exact.states.col(3)).norm() <= 100 * 2.2e-16 * (1 + 30 * alpha));
  }
}

TEST_CASE("a state that stops being finite names its step and keeps the last good state") {
  const Grid grid({Axis{40, 0.5, false, 0.0}});
  const Csr h = assembled(grid, 2, 9);
  Interrupt never;
  for (const CayleySolver solver : kSolvers) {
    CrankNicolson method(grid, 1, h.view(), 0.1, solver, true, never);
    Vector psi = random_state(40, 10);
    psi(7) = std::numeric_limits<double>::infinity();
    const Vector before = psi;
    try {
      method.advance(psi.data(), 5, never);
      FAIL("no failure");
    } catch (const NumericalFailure& failure) {
      CHECK(failure.step() == 0);
    }
    CHECK(psi.head(7) == before.head(7));
  }
}

TEST_CASE("an interrupt ends a run between steps") {
  const Grid grid({Axis{40, 0.5, false, 0.0}});
  const Csr h = assembled(grid, 2, 11);
  int asked = 0;
  Interrupt later([&asked] { return ++asked == 2; });
  CrankNicolson method(grid, 1, h.view(), 0.1, CayleySolver::banded, true, later);
  Vector psi = random_state(40, 12);
  CHECK_THROWS_AS(method.advance(psi.data(), Index{1} << 40, later), heatgauge::Interrupted);
  CHECK(asked == 2);
  CHECK(std::abs(psi.squaredNorm() - 1.0) <= 1e-12);
}

TEST_CASE("the refined norm stays within the promised drift") {
  // The promise is 1e-12 after 1e6 steps. Rounding wanders: 1e5 steps may take sqrt(1/10) of it.
  Interrupt never;
  for (const bool ring : {false, true}) {
    for (const double strength : {3.0, 12.0, 65.0}) {
      const Grid grid({Axis{128, 0.5, ring, ring ? 0.4 : 0.0}});
      const Csr h = assembled(grid, 2, 13);
      const double alpha = 0.5 * strength / heatgauge::row_sum_norm(h.view());
      CrankNicolson method(grid, 1, h.view(), alpha, CayleySolver::banded, true, never);
      Vector psi = random_state(128, 14);
      const double start = exact_norm2(psi);
      method.advance(psi.data(), 100000, never);
      CAPTURE(strength);
      CHECK(std::abs(exact_norm2(psi) - start) <= 3.2e-13);
    }
  }
}

TEST_CASE("a matrix of another size, or too short a line, is refused") {
  const Grid grid({Axis{40, 0.5, false, 0.0}}), other({Axis{41, 0.5, false, 0.0}});
  const Csr h = assembled(grid, 2, 15);
  Interrupt never;
  CHECK_THROWS_AS(CrankNicolson(other, 1, h.view(), 0.1, CayleySolver::sparse_lu, true, never),
                  std::invalid_argument);
  const Grid plane({Axis{4, 0.5, false, 0.0}, Axis{10, 0.5, false, 0.0}});
  CHECK_FALSE(heatgauge::banded_fits(plane, 1));
  CHECK_FALSE(heatgauge::banded_fits(Grid({Axis{11, 1.0, false, 0.0}}), 4));
  CHECK_FALSE(heatgauge::banded_fits(Grid({Axis{15, 1.0, true, 0.0}}), 4));
  CHECK(heatgauge::banded_fits(Grid({Axis{16, 1.0, true, 0.0}}), 4));
}
