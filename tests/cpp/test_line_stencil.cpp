#include <doctest/doctest.h>

#include <chrono>
#include <cmath>
#include <vector>

#include "heatgauge/line_stencil.hpp"

using heatgauge::Axis;
using heatgauge::Index;
using heatgauge::LineStencil;

namespace {

/// Rows of the stencil without links, dense.
std::vector<std::vector<double>> dense(const LineStencil& stencil) {
  const std::size_t n = stencil.diagonal().size();
  std::vector<std::vector<double>> rows(n, std::vector<double>(n, 0.0));
  for (std::size_t i = 0; i < n; ++i) {
    rows[i][i] = stencil.diagonal()[i];
    for (const auto& entry : stencil.row(static_cast<Index>(i))) {
      rows[i][static_cast<std::size_t>(entry.column)] +=
          stencil.hops()[static_cast<std::size_t>(entry.hop)].weight;
    }
  }
  return rows;
}

}  // namespace

TEST_CASE("the coefficients fulfil Taylor's conditions up to their order and not beyond") {
  for (const int order : {2, 4, 6, 8}) {
    const std::vector<double> c = heatgauge::central_coefficients(order);
    for (int power = 0; power <= order + 2; power += 2) {
      double sum = power == 0 ? c[0] : 0.0;
      double size = std::abs(c[0]);
      for (std::size_t k = 1; k < c.size(); ++k) {
        const double term = 2.0 * c[k] * std::pow(static_cast<double>(k), power);
        sum += term;
        size += std::abs(term);
      }
      CAPTURE(order);
      CAPTURE(power);
      const double rounding = 8 * 2.2e-16 * size;  // four coefficients, each rounded
      if (power <= order) {
        CHECK(std::abs(sum - (power == 2 ? -2.0 : 0.0)) <= rounding);
      } else {
        CHECK(std::abs(sum) > 1e3 * rounding);  // the order is not higher than stated
      }
    }
  }
  CHECK_THROWS_AS(heatgauge::central_coefficients(3), std::invalid_argument);
}

TEST_CASE("at walls the stencil acts as on the odd continuation") {
  for (const int order : {2, 4, 6, 8}) {
    for (Index n = order + 1; n < order + 8; ++n) {
      const auto rows = dense(LineStencil(Axis{n, 1.0, false, 0.0}, order));
      const auto c = heatgauge::central_coefficients(order);
      for (Index i = 0; i < n; ++i) {
        std::vector<double> expected(static_cast<std::size_t>(n), 0.0);
        for (Index k = -order / 2; k <= order / 2; ++k) {
          Index j = i + k;
          double weight = c[static_cast<std::size_t>(std::abs(k))];
          if (j < 0 || j >= n) {
            j = j < 0 ? -1 - j : 2 * n - 1 - j;
            weight = -weight;
          }
          expected[static_cast<std::size_t>(j)] += weight;
        }
        for (std::size_t j = 0; j < expected.size(); ++j) {
          CHECK(rows[static_cast<std::size_t>(i)][j] ==
                doctest::Approx(expected[j]).epsilon(1e-15));
        }
      }
    }
  }
}

TEST_CASE("around a ring every row is the same, shifted") {
  for (const int order : {2, 4, 6, 8}) {
    const Index n = order + 1;
    const auto c = heatgauge::central_coefficients(order);
    const auto rows = dense(LineStencil(Axis{n, 1.0, true, 0.5}, order));
    for (Index i = 0; i < n; ++i) {
      for (Index j = 0; j < n; ++j) {
        const Index d = std::abs(i - j);
        const double expected = c[static_cast<std::size_t>(std::min(d, n - d))];
        CHECK(rows[static_cast<std::size_t>(i)][static_cast<std::size_t>(j)] == expected);
      }
    }
  }
}

TEST_CASE("two periodic points are joined by both links; fewer than order + 1 are refused") {
  const LineStencil pair(Axis{2, 1.0, true, 0.0}, 2);
  CHECK(pair.hops().size() == 2);
  CHECK(dense(pair)[0][1] == -2.0);
  CHECK(pair.hops()[0].first_link != pair.hops()[1].first_link);
  CHECK_THROWS_AS(LineStencil(Axis{2, 1.0, false, 0.0}, 2), std::invalid_argument);
  CHECK_THROWS_AS(LineStencil(Axis{2, 1.0, true, 0.0}, 4), std::invalid_argument);
  for (const int order : {4, 6, 8}) {
    CHECK_THROWS_AS(LineStencil(Axis{order, 1.0, true, 0.0}, order), std::invalid_argument);
  }
}

TEST_CASE("rows ascend and hold each hop at both its ends") {
  const LineStencil stencil(Axis{11, 1.0, true, 0.0}, 6);
  std::size_t seen = 0;
  for (Index i = 0; i < 11; ++i) {
    Index previous = -1;
    for (const auto& entry : stencil.row(i)) {
      const auto& hop = stencil.hops()[static_cast<std::size_t>(entry.hop)];
      CHECK(entry.column > previous);
      CHECK(i == (entry.reversed ? hop.to : hop.from));
      CHECK(entry.column == (entry.reversed ? hop.from : hop.to));
      previous = entry.column;
      ++seen;
    }
  }
  CHECK(seen == 2 * stencil.hops().size());
}

TEST_CASE("a million points take linear time") {
  const auto start = std::chrono::steady_clock::now();
  const LineStencil stencil(Axis{1000000, 1.0, false, 0.0}, 8);
  const std::chrono::duration<double> time = std::chrono::steady_clock::now() - start;
  CHECK(stencil.hops().size() == 4 * 1000000 - 10);
  CHECK(time.count() < 30.0);  // quadratic time would be hours; 0.2 s when nothing else runs
}
