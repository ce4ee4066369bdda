#include <doctest/doctest.h>

#include <Eigen/LU>
#include <cmath>
#include <numeric>

#include "heatgauge/absorption.hpp"
#include "heatgauge/crank_nicolson.hpp"
#include "systems.hpp"

using namespace systems;
using heatgauge::AbsorbingSlab;
using heatgauge::Absorption;
using heatgauge::CayleySolver;
using heatgauge::Contraction;
using heatgauge::CrankNicolson;
using heatgauge::Interrupt;

namespace {

const Grid kGrid({Axis{9, 0.5, false, 0.0}, Axis{7, 0.5, false, 0.0}});
/// Two layers that meet in a corner, one with a site without absorption.
const std::vector<AbsorbingSlab> kSlabs{{0, 6, {0.1, 1.0, 30.0}}, {1, 0, {4.0, 0.0, 0.5}}};

Eigen::VectorXd strengths() {
  Eigen::VectorXd w = Eigen::VectorXd::Zero(63);
  for (Index i = 0; i < 9; ++i) {
    for (Index j = 0; j < 7; ++j) {
      if (i >= 6) w(7 * i + j) += kSlabs[0].strengths[static_cast<std::size_t>(i - 6)];
      if (j < 3) w(7 * i + j) += kSlabs[1].strengths[static_cast<std::size_t>(j)];
    }
  }
  return w;
}

}  // namespace

TEST_CASE("a scaled unitary step is the Cayley step of H - iW, and its books close") {
  const double alpha = 0.2;
  const Hamiltonian hamiltonian(kGrid, {1.0, 1.4}, 1.0, 2);
  Csr h(hamiltonian, RandomFields(kGrid, 1).carrier(kGrid));
  const Dense k =
      Complex(0.0, alpha) * h.dense() + Dense((alpha * strengths()).cast<Complex>().asDiagonal());
  const Vector start = random_state(63, 2);
  const Dense one = Dense::Identity(63, 63);
  const Vector expected = (one + k).fullPivLu().solve((one - k) * start);

  Absorption absorption(kGrid, kSlabs, alpha);
  absorption.scale(h.view(), h.values.data());
  Interrupt never;
  CrankNicolson steps(kGrid, 1, h.view(), alpha, CayleySolver::dissection, true, never);
  Vector psi = start;
  std::vector<double> losses(2, 0.0);
  absorption.enter(psi.data());
  steps.advance(psi.data(), 1, never);
  absorption.leave(psi.data(), losses.data());
  CHECK((psi - expected).norm() <= 1e-14);
  CHECK(std::abs(psi.squaredNorm() + losses[0] + losses[1] - 1.0) <= 2e-15);
  const Vector mid = 0.5 * (start + expected);
  double first = 0.0;
  for (Index i = 42; i < 63; ++i) {
    first +=
        4 * alpha * kSlabs[0].strengths[static_cast<std::size_t>(i / 7 - 6)] * std::norm(mid(i));
  }
  CHECK(losses[0] == doctest::Approx(first).epsilon(1e-12));

  absorption.enter(psi.data());
  absorption.restore(psi.data());
  CHECK((psi - expected).norm() <= 1e-14);
}

TEST_CASE("a contraction takes what it books, for each slab its share") {
  Contraction contraction(kGrid, kSlabs, 0.3);
  const Vector start = random_state(63, 2);
  Vector psi = start;
  std::vector<double> losses(2, 0.0);
  contraction.apply(psi.data(), losses.data());
  const Eigen::VectorXd w = strengths();
  double second = 0.0;
  for (Index i = 0; i < 63; ++i) {
    CHECK(std::abs(psi(i) - std::exp(-0.3 * w(i)) * start(i)) <= 1e-16);
    const double own = i % 7 < 3 ? kSlabs[1].strengths[static_cast<std::size_t>(i % 7)] : 0.0;
    if (own > 0.0) second += own / w(i) * (1 - std::exp(-0.6 * w(i))) * std::norm(start(i));
  }
  CHECK(std::abs(psi.squaredNorm() + losses[0] + losses[1] - 1.0) <= 1e-15);
  CHECK(losses[1] == doctest::Approx(second).epsilon(1e-13));
}
