#include <doctest/doctest.h>

#include <cmath>
#include <random>

#include "heatgauge/density_matrix.hpp"

using heatgauge::Complex;
using heatgauge::CsrView;
using heatgauge::DensityMatrix;
using heatgauge::Index;
using heatgauge::Interrupt;

namespace {

/// A chain with hopping -J between n sites.
struct Chain {
  std::vector<Index> outer{0}, inner;
  std::vector<Complex> values;
  Chain(Index n, Complex hop) {
    for (Index i = 0; i < n; ++i) {
      if (i > 0) add(i - 1, -std::conj(hop));
      add(i, 2.0);
      if (i < n - 1) add(i + 1, -hop);
      outer.push_back(static_cast<Index>(inner.size()));
    }
  }
  void add(Index column, Complex value) {
    inner.push_back(column);
    values.push_back(value);
  }
  CsrView<Complex> view() const {
    return {static_cast<Index>(outer.size()) - 1, outer.data(), inner.data(), values.data()};
  }
};

std::vector<double> rates(Index n, double gamma) {
  std::vector<double> result(static_cast<std::size_t>(n * n), gamma);
  for (Index i = 0; i < n; ++i) result[static_cast<std::size_t>(i * n + i)] = 0.0;
  return result;
}

}  // namespace

TEST_CASE("mean square displacement of a dephased chain") {
  // Haken and Strobl, J = Γ = ħ = 1: 4(t - 1 + e^{-t}); ±50 sites: the Bessel tail is below 1e-20
  const Index n = 101, start = 50;
  const Chain chain(n, std::polar(1.0, 0.4));  // links that a gauge function takes away
  const std::vector<double> gamma = rates(n, 1.0);
  std::vector<Complex> rho(static_cast<std::size_t>(n * n));
  rho[static_cast<std::size_t>(start * n + start)] = 1.0;
  Interrupt none;
  DensityMatrix matrix(chain.view(), 1.0, gamma.data());
  for (int k = 1; k <= 2; ++k) {
    matrix.advance(rho.data(), 2.5, none);
    double trace = 0.0, square = 0.0;
    for (Index i = 0; i < n; ++i) {
      const double p = rho[static_cast<std::size_t>(i * n + i)].real();
      trace += p;
      square += p * static_cast<double>((i - start) * (i - start));
      for (Index j = 0; j < n; ++j) {
        const Complex a = rho[static_cast<std::size_t>(i * n + j)];
        CHECK(a == std::conj(rho[static_cast<std::size_t>(j * n + i)]));
      }
    }
    const double t = 2.5 * k, exact = 4 * (t - 1 + std::exp(-t));
    CHECK(std::abs(trace - 1.0) < 1e-13);
    CHECK(std::abs(square - exact) < 1e-11 * exact);
  }
}

TEST_CASE("two sites: Rabi oscillation without dephasing, damped oscillation with it") {
  // P₁ - P₂ obeys z'' + Γz' + 4J²/ħ²z = 0, z(0) = 1, z'(0) = 0
  const double hbar = 0.5, t = 1.7;
  for (const double gamma : {0.0, 0.8, 9.0}) {
    const Chain chain(2, 1.0);
    const std::vector<double> g = rates(2, gamma);
    std::vector<Complex> rho{1.0, 0.0, 0.0, 0.0};
    Interrupt none;
    DensityMatrix(chain.view(), hbar, g.data()).advance(rho.data(), t, none);
    const Complex root = std::sqrt(Complex(gamma * gamma / 4 - 4 / (hbar * hbar)));
    const Complex z =
        std::exp(-gamma * t / 2) * (std::cosh(root * t) + gamma / 2 * std::sinh(root * t) / root);
    CHECK(std::abs(rho[0].real() - rho[3].real() - z.real()) < 1e-14);
  }
}

TEST_CASE("pure dephasing of unequal rates") {
  const Chain chain(3, 0.0);
  std::vector<double> g{0, 1, 2, 1, 0, 0.5, 2, 0.5, 0};
  std::vector<Complex> rho(9, Complex(1.0 / 3));
  Interrupt none;
  DensityMatrix(chain.view(), 1.0, g.data()).advance(rho.data(), 0.7, none);
  for (std::size_t k = 0; k < 9; ++k) CHECK(std::abs(rho[k] - std::exp(-0.7 * g[k]) / 3) < 1e-15);
}
