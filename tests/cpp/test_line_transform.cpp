#include <doctest/doctest.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <numbers>
#include <random>
#include <stdexcept>
#include <vector>

#include "heatgauge/line_batch.hpp"
#include "heatgauge/line_transform.hpp"

using heatgauge::batch_row;
using heatgauge::Complex;
using heatgauge::Index;
using heatgauge::line_lanes;
using heatgauge::LineTransform;

namespace {

using Rows = std::vector<double>;

Rows random_rows(Index points, unsigned seed) {
  std::mt19937_64 random(seed);
  std::uniform_real_distribution<double> uniform(-1, 1);
  Rows rows(static_cast<std::size_t>(points * batch_row));
  for (double& x : rows) x = uniform(random);
  return rows;
}

Complex at(const Rows& rows, Index row, Index lane) {
  const auto place = static_cast<std::size_t>(row * batch_row + lane);
  return {rows[place], rows[place + line_lanes]};
}

/// Σ_i x_i e^{-2πi·n·i/N} in 80 bits, the angle reduced in integers.
Complex exact_mode(const Rows& rows, Index points, Index mode, Index lane) {
  std::complex<long double> sum = 0;
  for (Index i = 0; i < points; ++i) {
    const long double angle = -2 * std::numbers::pi_v<long double> *
                              static_cast<long double>(mode * i % points) /
                              static_cast<long double>(points);
    const Complex x = at(rows, i, lane);
    sum += std::complex<long double>(x) * std::polar(1.0L, angle);
  }
  return Complex(sum);
}

double size(const Rows& rows) {
  double sum = 0.0;
  for (const double x : rows) sum += x * x;
  return std::sqrt(sum);
}

double distance(const Rows& a, const Rows& b) {
  Rows difference(a.size());
  for (std::size_t i = 0; i < a.size(); ++i) difference[i] = a[i] - b[i];
  return size(difference);
}

// Every radix alone, every pair of levels, lengths that fit the first cache and that do not.
const std::vector<Index> kSizes = {1,   2,   3,   4,   5,   6,   8,   9,   10,  12,  15,  16,
                                   18,  20,  24,  25,  27,  30,  32,  36,  40,  45,  48,  50,
                                   60,  64,  72,  75,  80,  81,  96,  100, 125, 128, 160, 192,
                                   240, 243, 256, 320, 375, 384, 512, 625, 640, 768};

/// Rounding of a transform in relation to the state: each of at most log2 N levels adds less than
/// one unit of 2.2e-16.
double rounding(Index points) { return 2.3e-16 * (1 + std::log2(static_cast<double>(points))); }

}  // namespace

TEST_CASE("the transform is the discrete Fourier transform, to rounding") {
  for (const Index points : kSizes) {
    CAPTURE(points);
    const LineTransform transform(points);
    const Rows before = random_rows(points, 1);
    Rows after = before;
    transform.forward(after.data());
    Rows exact(after.size());
    for (Index p = 0; p < points; ++p) {
      const Index mode = transform.modes()[static_cast<std::size_t>(p)];
      for (Index l = 0; l < line_lanes; ++l) {
        const Complex value = exact_mode(before, points, mode, l);
        exact[static_cast<std::size_t>(p * batch_row + l)] = value.real();
        exact[static_cast<std::size_t>(p * batch_row + line_lanes + l)] = value.imag();
      }
    }
    CHECK(distance(after, exact) <= rounding(points) * size(exact));
  }
}

TEST_CASE("backward is the adjoint of forward") {
  for (const Index points : kSizes) {
    CAPTURE(points);
    const LineTransform transform(points);
    const Rows before = random_rows(points, 2);
    Rows after = before;
    transform.forward(after.data());
    transform.backward(after.data());
    for (double& x : after) x /= static_cast<double>(points);
    CHECK(distance(after, before) <= 2 * rounding(points) * size(before));
  }
}

TEST_CASE("filtering equals forward, multiplication and backward") {
  for (const Index points : kSizes) {
    CAPTURE(points);
    const LineTransform transform(points);
    const Rows before = random_rows(points, 3);
    const Rows own = random_rows(points, 4);  // a factor for each mode and lane
    std::vector<Complex> common(static_cast<std::size_t>(points));
    for (Index p = 0; p < points; ++p) common[static_cast<std::size_t>(p)] = at(own, p, 3);
    Rows by_common = before, by_own = before, steps = before;
    transform.filter(by_common.data(), common.data());
    transform.filter(by_own.data(), own.data());
    transform.forward(steps.data());
    for (Index p = 0; p < points; ++p) {
      for (Index l = 0; l < line_lanes; ++l) {
        const Complex value = at(steps, p, l) * at(own, p, l);
        steps[static_cast<std::size_t>(p * batch_row + l)] = value.real();
        steps[static_cast<std::size_t>(p * batch_row + line_lanes + l)] = value.imag();
      }
    }
    transform.backward(steps.data());
    CHECK(distance(by_own, steps) <= 2 * rounding(points) * size(steps));
    for (Index i = 0; i < points; ++i) CHECK(at(by_common, i, 3) == at(by_own, i, 3));
  }
}

TEST_CASE("a line's transform does not depend on its lane") {
  const Index points = 240;
  const LineTransform transform(points);
  Rows rows = random_rows(points, 5);
  for (Index i = 0; i < points; ++i) {
    for (Index part = 0; part < batch_row; part += line_lanes) {
      double* row = rows.data() + i * batch_row + part;
      for (Index l = 1; l < line_lanes; ++l) row[l] = row[0];
    }
  }
  transform.forward(rows.data());
  for (Index i = 0; i < points; ++i) {
    for (Index l = 1; l < line_lanes; ++l) CHECK(at(rows, i, l) == at(rows, i, 0));
  }
}

TEST_CASE("a line transform refuses sizes with other prime factors") {
  for (const Index points : {Index{0}, Index{-4}, Index{7}, Index{14}, Index{121}, Index{8191}}) {
    CAPTURE(points);
    CHECK(!LineTransform::supports(points));
    CHECK_THROWS_AS(LineTransform{points}, std::invalid_argument);
  }
}

TEST_CASE("batches cover every site once and put back what they took") {
  using heatgauge::Grid;
  using heatgauge::LineBatches;
  using heatgauge::RowOrder;
  for (const std::vector<Index>& shape :
       {std::vector<Index>{9}, {8, 8}, {7, 13}, {20, 3}, {5, 6, 7}, {2, 16, 9}}) {
    std::vector<heatgauge::Axis> axes;
    for (const Index n : shape) axes.push_back({n, 1.0, true, 0.0});
    const Grid grid(axes);
    for (int axis = 0; axis < grid.dimensions(); ++axis) {
      const Index points = grid.axis(axis).points;
      for (const bool walls : {false, true}) {
        CAPTURE(axis);
        CAPTURE(points);
        const LineBatches batches(grid, axis,
                                  walls ? RowOrder::between_walls(points) : RowOrder::natural());
        std::vector<Complex> psi(static_cast<std::size_t>(grid.size()));
        for (std::size_t i = 0; i < psi.size(); ++i) psi[i] = Complex(double(i) + 1, -double(i));
        std::vector<Complex> back(psi.size());
        std::vector<int> seen(psi.size());
        Rows rows(static_cast<std::size_t>(points * batch_row));
        for (Index b = 0; b < batches.count(); ++b) {
          batches.load(psi.data(), b, rows.data());
          batches.store(rows.data(), b, back.data());
          for (Index l = 0; l < batches.lines(b); ++l) {
            for (Index i = 0; i < points; ++i) {
              const auto site =
                  static_cast<std::size_t>(batches.first_site(b, l) + i * grid.stride(axis));
              ++seen[site];
              const double sign = walls && i % 2 == 1 ? -1.0 : 1.0;
              CHECK(at(rows, batches.order().row(i), l) == sign * psi[site]);
            }
          }
        }
        CHECK(back == psi);
        for (const int times : seen) CHECK(times == 1);
      }
    }
  }
}
