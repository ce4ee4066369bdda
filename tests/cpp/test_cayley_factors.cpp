#include <doctest/doctest.h>

#include <cmath>

#include "heatgauge/cayley_factors.hpp"

using heatgauge::cayley_factors;
using heatgauge::CayleyFactor;
using heatgauge::Complex;

namespace {

Complex value(const std::vector<CayleyFactor>& factors, double k) {
  const double s = 4.0 * std::sin(k / 2) * std::sin(k / 2);
  Complex product(1.0, 0.0);
  for (const CayleyFactor& f : factors) product *= (1.0 - f.zero * s) / (1.0 - f.pole * s);
  return product;
}

double error(const std::vector<CayleyFactor>& factors, Complex mu, double k) {
  return std::abs(value(factors, k) - std::exp(-Complex(0, 1) * mu * k * k));
}

}  // namespace

TEST_CASE("the factors approximate exp(-i mu k²) to the order of their number") {
  // The first term left out of the Padé approximant is k^(4m + 2); of one factor with p = 1/12,
  // λ³k⁶/12: fourth order in space, second in time.
  for (const double theta : {0.0, 0.4, 1.2}) {
    for (const int m : {1, 2, 3, 4}) {
      const double lambda = 0.3;
      const Complex mu = std::polar(lambda, -theta);
      const auto factors = cayley_factors(lambda, m, theta, false);
      CHECK(static_cast<int>(factors.size()) == m);
      const double k = m == 4 ? 1.2 : m == 3 ? 0.8 : 0.2;
      const double order = std::log2(error(factors, mu, k) / error(factors, mu, k / 2));
      CAPTURE(m);
      CAPTURE(theta);
      CHECK(order == doctest::Approx(4 * m + 2).epsilon(0.05));
    }
  }
  const auto crank_nicolson = cayley_factors(0.3, 1, 0.0, false, false);
  CHECK(crank_nicolson[0].pole == Complex(0.0, -0.15));
}

TEST_CASE("factors of real time are unitary, of rotated time they contract") {
  for (const double lambda : {-3.0, 1e-9, 1e-3, 0.2, 1.0, 7.0, 40.0, 1e3}) {
    for (const int m : {1, 2, 3, 4}) {
      for (const CayleyFactor& f : cayley_factors(lambda, m, 0.0, false)) {
        CHECK(f.zero == std::conj(f.pole));
      }
      if (lambda < 0.0 || lambda > 10.0) continue;
      const auto rotated = cayley_factors(lambda, m, 1.0, false);
      for (double k = 0.01; k < 3.1; k += 0.1) CHECK(std::abs(value(rotated, k)) <= 1.0);
    }
  }
}

TEST_CASE(
    "fitted factors gain where the approximant errs, and lose nothing that is seen elsewhere") {
  for (const int m : {2, 3, 4}) {
    for (const double lambda : {0.3, 1.0, 3.0}) {
      const auto plain = cayley_factors(lambda, m, 0.0, false),
                 fitted = cayley_factors(lambda, m, 0.0, true);
      double edge = 0.0;  // the wavenumber at which the approximant is wrong by 1e-6
      while (error(plain, lambda, edge) < 1e-6) edge += 0.01;
      CAPTURE(m);
      CAPTURE(lambda);
      CHECK(error(fitted, lambda, edge) <= 0.2 * 1.2e-6);
      for (double k = 0.05; k < edge; k += 0.05) CHECK(error(fitted, lambda, k) <= 1e-6 / 5);
      // the first m orders in s stay: towards small k the error falls at least as k^(2m)
      CHECK(error(fitted, lambda, edge / 8) <= 1e-6 * std::pow(8.0, -2 * m));
      for (const CayleyFactor& f : fitted) CHECK(f.zero == std::conj(f.pole));
    }
  }
}

TEST_CASE("lambda to zero keeps the digits of the phase") {
  for (const int m : {2, 3, 4}) {
    for (const double lambda : {1e-2, 1e-6, 1e-10}) {
      const Complex f = value(cayley_factors(lambda, m, 0.0, false), 0.4);
      CHECK(std::arg(f) == doctest::Approx(-lambda * 0.16).epsilon(m == 2 ? 1e-5 : 1e-6));
    }
  }
}

TEST_CASE("factors refuse what they cannot be made of") {
  CHECK_THROWS_AS(cayley_factors(1.0, 0), std::invalid_argument);
  CHECK_THROWS_AS(cayley_factors(1.0, 5), std::invalid_argument);
  CHECK_THROWS_AS(cayley_factors(std::nan(""), 2), std::invalid_argument);
  // a pole on the spectrum, in pure diffusion
  int refused = 0;
  for (double lambda = 0.15; lambda < 0.3; lambda += 0.001) {
    try {
      cayley_factors(lambda, 2, M_PI / 2);
    } catch (const std::invalid_argument&) {
      ++refused;
    }
  }
  CHECK(refused > 0);
}
