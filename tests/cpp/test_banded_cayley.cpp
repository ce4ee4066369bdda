#include <doctest/doctest.h>

#include "heatgauge/banded_cayley.hpp"
#include "systems.hpp"

using namespace systems;
using heatgauge::make_banded_cayley;

namespace {

Vector step(heatgauge::CayleySystem& system, const Vector& psi, int refinements) {
  Vector next = psi;
  system.increment(psi.data());
  for (int r = 0; r < refinements; ++r) system.refine(psi.data());
  system.add_increment(next.data());
  return next;
}

}  // namespace

TEST_CASE("a banded step is the dense Cayley step, for every width, end and size") {
  for (Index width = 1; width <= 4; ++width) {
    for (const bool ring : {false, true}) {
      for (Index n = (ring ? 4 : 3) * width; n <= 40; ++n) {
        CAPTURE(width);
        CAPTURE(ring);
        CAPTURE(n);
        const Csr h = random_band(n, width, ring, static_cast<unsigned>(100 * width + n));
        for (const double alpha : {0.02, 0.7, 30.0, -0.7}) {
          const auto system = make_banded_cayley(h.view(), alpha, width, ring);
          REQUIRE(system);
          CHECK(system->size() == n);
          const Vector psi = random_state(n, static_cast<unsigned>(n));
          const Vector expected = dense_cayley(h.dense(), alpha, psi);
          // 1 + K is at most 1 + |alpha|·‖H‖ off the identity, and its inverse at most 1.
          const double rounding = 2.2e-16 * (1.0 + std::abs(alpha) * h.dense().norm());
          CHECK((step(*system, psi, 0) - expected).norm() <= 8 * rounding);
          CHECK((step(*system, psi, 1) - expected).norm() <= 8 * rounding);
        }
      }
    }
  }
}

TEST_CASE("refinement leaves the norm where it was") {
  for (Index width = 1; width <= 4; ++width) {
    for (const bool ring : {false, true}) {
      const Csr h = random_band(60, width, ring, 5);
      const auto system = make_banded_cayley(h.view(), 3.0, width, ring);
      const Vector psi = random_state(60, 6);
      // Rounding of δ and of ψ + δ: one unit each per component, of random sign.
      CHECK(std::abs(step(*system, psi, 1).squaredNorm() - psi.squaredNorm()) <= 1e-15);
      const double first = system->increment(psi.data());
      const double correction = system->refine(psi.data());
      CHECK(first == doctest::Approx((dense_cayley(h.dense(), 3.0, psi) - psi).squaredNorm())
                         .epsilon(ring ? 0.5 : 1e-13));
      CHECK(correction <= 1e-28 * first);
    }
  }
}

TEST_CASE("refining and adding in one pass gives the same bits as one after the other") {
  for (Index width = 1; width <= 4; ++width) {
    for (const bool ring : {false, true}) {
      for (const Index n : {16, 17, 60, 61}) {
        const Csr h = random_band(n, width, ring, 7);
        const auto system = make_banded_cayley(h.view(), 3.0, width, ring);
        const Vector psi = random_state(n, 8);
        const Vector expected = step(*system, psi, 1);
        Vector next = psi;
        system->increment(psi.data());
        CHECK(system->refine_and_add(next.data()) > 0.0);
        CHECK(next == expected);
      }
    }
  }
}

TEST_CASE("factoring anew forgets the old matrix and needs the same size") {
  for (const bool ring : {false, true}) {
    const Csr old = random_band(37, 2, ring, 7), fresh = random_band(37, 2, ring, 8);
    const auto system = make_banded_cayley(old.view(), 0.3, 2, ring);
    const Vector psi = random_state(37, 9);
    step(*system, psi, 1);
    REQUIRE(heatgauge::refactor_banded_cayley(*system, fresh.view(), 0.9));
    const auto expected = make_banded_cayley(fresh.view(), 0.9, 2, ring);
    CHECK(step(*system, psi, 1) == step(*expected, psi, 1));  // to the last bit
    const Csr other = random_band(36, 2, ring, 8);
    CHECK_THROWS_AS(heatgauge::refactor_banded_cayley(*system, other.view(), 0.9),
                    std::invalid_argument);
  }
}

TEST_CASE("on a long ring the border reaches as far as it decays, for weak and strong coupling") {
  for (const double alpha : {1e-3, 0.1, 200.0}) {
    for (Index width = 1; width <= 4; width += 3) {
      const Index n = 160;
      const Csr h = random_band(n, width, true, 10);
      const auto system = make_banded_cayley(h.view(), alpha, width, true);
      // A state at the seam, so that both sides of the border carry all of it.
      Vector psi = Vector::Zero(n);
      psi.head(5).setConstant(0.3);
      psi.tail(5).setConstant(Complex(0.0, 0.3));
      const double rounding = 2.2e-16 * (1.0 + alpha * h.dense().norm());
      CHECK((step(*system, psi, 1) - dense_cayley(h.dense(), alpha, psi)).norm() <= 8 * rounding);
    }
  }
}

TEST_CASE("no pivot is small, whatever the potential") {
  // H with eigenvalues of both signs and 1e8 apart: without the unit Hermitian part elimination
  // in this order would break down.
  Dense m = Dense::Zero(30, 30);
  std::mt19937 random(11);
  for (Index i = 0; i < 30; ++i) {
    m(i, i) = i % 3 == 0 ? 0.0 : std::pow(10.0, uniform(random, -4, 4)) * (i % 2 ? 1 : -1);
    if (i > 0) m(i, i - 1) = m(i - 1, i) = 1.0;
  }
  const Csr h(m, [](Index i, Index j) { return std::abs(i - j) <= 1; });
  for (const double alpha : {1.0, 1e4}) {
    const auto system = make_banded_cayley(h.view(), alpha, 1, false);
    const Vector psi = random_state(30, 12);
    const Vector next = step(*system, psi, 2);
    CHECK(next.allFinite());
    CHECK(std::abs(next.squaredNorm() - 1.0) <= 1e-11);  // eps·alpha·max|H|, unaligned
  }
}

TEST_CASE("what is not banded is refused") {
  CHECK_FALSE(make_banded_cayley(random_band(5, 2, false, 1).view(), 1.0, 2, false));
  CHECK_FALSE(make_banded_cayley(random_band(7, 2, true, 1).view(), 1.0, 2, true));
  CHECK_FALSE(make_banded_cayley(random_band(40, 2, true, 1).view(), 1.0, 5, true));
  CHECK_THROWS_AS(make_banded_cayley(random_band(40, 3, false, 1).view(), 1.0, 2, false),
                  std::invalid_argument);
  CHECK_THROWS_AS(make_banded_cayley(random_band(40, 2, true, 1).view(), 1.0, 2, false),
                  std::invalid_argument);
}
