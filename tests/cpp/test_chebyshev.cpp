#include <doctest/doctest.h>

#include <cmath>

#include "heatgauge/chebyshev.hpp"
#include "heatgauge/stencil_chebyshev.hpp"
#include "systems.hpp"

using namespace systems;
using heatgauge::ChebyshevSeries;
using heatgauge::exponential_coefficients;
using heatgauge::Interrupt;
using heatgauge::SparseChebyshev;
using heatgauge::StencilChebyshev;

namespace {

const std::vector<Complex> kCoefficients{{0.5, 0.1}, 2.0, {0.0, 0.7}, -0.3, {0.2, 0.2}};
constexpr ChebyshevSeries::Window kWindow{0.3, 20.0};

/// Σ c_k T_k of a dense matrix, by the recurrence that defines T_k.
Vector expected_sum(const Dense& h, const Vector& psi) {
  const Dense x = (h - kWindow.centre * Dense::Identity(h.rows(), h.cols())) / kWindow.half_width;
  Vector before = psi;
  Vector term = x * psi;
  Vector sum = kCoefficients[0] * before + kCoefficients[1] * term;
  for (std::size_t k = 2; k < kCoefficients.size(); ++k) {
    const Vector next = 2.0 * (x * term) - before;
    before = term;
    term = next;
    sum += kCoefficients[k] * term;
  }
  return sum;
}

std::vector<Grid> grids(int order) {
  const Index n = order + 1;
  const Axis wall{n, 0.5, false, 0.0};
  const Axis ring{n + 1, 0.4, true, 0.3};
  return {Grid({wall}),       Grid({ring}),
          Grid({wall, ring}), Grid({ring, wall}),
          Grid({wall, wall}), Grid({Axis{3 * n, 0.5, false, 0.0}, Axis{150, 0.4, true, -0.7}})};
}

}  // namespace

TEST_CASE("the rows of stencils and the matrix give the sums of the dense matrix") {
  Interrupt never;
  for (const int order : {2, 4, 6, 8}) {
    for (const Grid& grid : grids(order)) {
      CAPTURE(order);
      CAPTURE(grid.size());
      const Hamiltonian h(
          grid, std::vector<double>(static_cast<std::size_t>(grid.dimensions()), 1.3), 0.9, order);
      const CarrierFields fields = RandomFields(grid, 1).carrier(grid);
      if (grid.size() > 500) {  // too large for a dense matrix: stencils against the sparse one
        const Csr csr(h, fields);
        Vector rows = random_state(grid.size(), 2);
        Vector entries = rows;
        StencilChebyshev(h, fields).sum(rows.data(), kCoefficients, kWindow, never);
        SparseChebyshev(csr.view()).sum(entries.data(), kCoefficients, kWindow, never);
        CHECK((rows - entries).norm() <= 2e-15 * entries.norm());
        continue;
      }
      const Csr csr(h, fields);
      const Vector psi = random_state(grid.size(), 2);
      const Vector expected = expected_sum(csr.dense(), psi);
      Vector rows = psi;
      StencilChebyshev(h, fields).sum(rows.data(), kCoefficients, kWindow, never);
      CHECK((rows - expected).norm() <= 4e-15 * expected.norm());
    }
  }
}

TEST_CASE("masses on sites and pairs of periodic points") {
  Interrupt never;
  const Grid grid({Axis{7, 0.5, false, 0.0}, Axis{2, 0.4, true, 0.3}});
  std::vector<double> masses(14);
  for (std::size_t i = 0; i < masses.size(); ++i) masses[i] = 0.5 + 0.1 * static_cast<double>(i);
  const Hamiltonian h(grid, masses.data(), 0.9);
  const CarrierFields fields = RandomFields(grid, 3).carrier(grid);
  Vector psi = random_state(14, 2);
  const Vector expected = expected_sum(Csr(h, fields).dense(), psi);
  StencilChebyshev(h, fields).sum(psi.data(), kCoefficients, kWindow, never);
  CHECK((psi - expected).norm() <= 4e-15 * expected.norm());
}

TEST_CASE("short series: a number, and one product") {
  Interrupt never;
  const Grid grid({Axis{6, 0.5, false, 0.0}});
  const Hamiltonian h(grid, {1.0}, 1.0, 2);
  const CarrierFields fields = RandomFields(grid, 3).carrier(grid);
  const Vector start = random_state(6, 2);
  Vector psi = start;
  StencilChebyshev series(h, fields);
  series.sum(psi.data(), {{0.0, 2.0}}, kWindow, never);
  CHECK((psi - Complex(0.0, 2.0) * start).norm() <= 1e-15);
  psi = start;
  series.sum(psi.data(), {0.0, 1.0}, kWindow, never);
  const Vector expected = (Csr(h, fields).dense() * start - 0.3 * start) / 20.0;
  CHECK((psi - expected).norm() <= 1e-15);
}

TEST_CASE("coefficients sum to the exponential on the spectrum, at any angle") {
  Interrupt never;
  for (const double theta : {0.0, 0.7, 1.5707963267948966}) {
    for (const double z : {0.0, 1e-12, 0.3, 25.0, 400.0}) {
      CAPTURE(theta);
      CAPTURE(z);
      const std::vector<Complex> c = exponential_coefficients(z, theta, 1e-17, never);
      for (const double x : {-1.0, -0.6, 0.1, 1.0}) {
        Complex sum = 0.0;
        for (std::size_t k = 0; k < c.size(); ++k) {
          sum += c[k] * std::cos(static_cast<double>(k) * std::acos(x));
        }
        const Complex exact = std::exp(Complex(0.0, -z) * std::polar(1.0, -theta) * (x + 1.0));
        CHECK(std::abs(sum - exact) <= 1e-15 * (4.0 + z));  // the phase of e^{-iz} itself
      }
    }
  }
  CHECK_THROWS_AS(exponential_coefficients(-1.0, 0.0, 1e-3, never), std::invalid_argument);
  CHECK_THROWS_AS(exponential_coefficients(1e9, 0.0, 1e-3, never), std::invalid_argument);
}

TEST_CASE("rows shared among threads give the same bits") {
  Interrupt never;
  const Axis ring{40, 0.4, true, 0.3};
  for (const Grid& grid : {Grid({Axis{700, 0.5, false, 0.0}, ring}), Grid({ring, ring, ring}),
                           Grid({Axis{9000, 0.5, false, 0.0}})}) {
    const std::vector<double> masses(static_cast<std::size_t>(grid.dimensions()), 1.3);
    const Hamiltonian h(grid, masses, 0.9, 4);
    const CarrierFields fields = RandomFields(grid, 3).carrier(grid);
    Vector one = random_state(grid.size(), 2);
    one.head(grid.size() / 3) *= 1e-300;  // denormal products: taken as zero on every thread
    Vector three = one;
    StencilChebyshev(h, fields).sum(one.data(), kCoefficients, kWindow, never);
    StencilChebyshev(h, fields, 3).sum(three.data(), kCoefficients, kWindow, never);
    CHECK(one == three);
  }
}

TEST_CASE("a sum can be interrupted and leaves the state as it was") {
  Interrupt always([] { return true; });
  const Grid grid({Axis{200, 0.5, true, 0.0}, Axis{200, 0.5, true, 0.0}});
  const Hamiltonian h(grid, {1.0, 1.0}, 1.0, 2);
  const CarrierFields fields = RandomFields(grid, 3).carrier(grid);
  const Vector start = random_state(grid.size(), 2);
  Vector psi = start;
  const std::vector<Complex> many(100000, 1e-6);
  for (const int threads : {1, 2}) {
    StencilChebyshev series(h, fields, threads);
    CHECK_THROWS_AS(series.sum(psi.data(), many, kWindow, always), heatgauge::Interrupted);
    CHECK(psi == start);
  }
}
