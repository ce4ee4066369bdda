#include <doctest/doctest.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <numbers>
#include <random>
#include <stdexcept>
#include <vector>

#include "heatgauge/line_transform.hpp"

using heatgauge::Complex;
using heatgauge::Index;
using heatgauge::kLanes;
using heatgauge::LineTransform;
using heatgauge::Row;

namespace {

using Rows = std::vector<Row>;

Rows random_rows(Index points, unsigned seed) {
  std::mt19937_64 random(seed);
  std::uniform_real_distribution<double> uniform(-1, 1);
  Rows rows(static_cast<std::size_t>(points));
  for (Row& row : rows) {
    for (double& x : row.re) x = uniform(random);
    for (double& x : row.im) x = uniform(random);
  }
  return rows;
}

Complex at(const Rows& rows, Index row, Index lane) {
  const Row& r = rows[static_cast<std::size_t>(row)];
  return {r.re[lane], r.im[lane]};
}

void put(Rows& rows, Index row, Index lane, Complex value) {
  rows[static_cast<std::size_t>(row)].re[lane] = value.real();
  rows[static_cast<std::size_t>(row)].im[lane] = value.imag();
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

double distance(const Rows& a, const Rows& b) {
  double sum = 0.0;
  for (Index i = 0; i < static_cast<Index>(a.size()); ++i) {
    for (Index l = 0; l < kLanes; ++l) sum += std::norm(at(a, i, l) - at(b, i, l));
  }
  return std::sqrt(sum);
}

double size(const Rows& rows) { return distance(rows, Rows(rows.size())); }

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
      for (Index l = 0; l < kLanes; ++l) {
        put(exact, p, l, exact_mode(before, points, mode, l));
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
    for (Row& row : after) {
      for (double& x : row.re) x /= static_cast<double>(points);
      for (double& x : row.im) x /= static_cast<double>(points);
    }
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
      for (Index l = 0; l < kLanes; ++l) {
        put(steps, p, l, at(steps, p, l) * at(own, p, l));
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
    for (Index l = 1; l < kLanes; ++l) put(rows, i, l, at(rows, i, 0));
  }
  transform.forward(rows.data());
  for (Index i = 0; i < points; ++i) {
    for (Index l = 1; l < kLanes; ++l) CHECK(at(rows, i, l) == at(rows, i, 0));
  }
}

TEST_CASE("a line transform refuses sizes with other prime factors") {
  for (const Index points : {Index{0}, Index{-4}, Index{7}, Index{14}, Index{121}, Index{8191}}) {
    CAPTURE(points);
    CHECK(!LineTransform::supports(points));
    CHECK_THROWS_AS(LineTransform{points}, std::invalid_argument);
  }
}
