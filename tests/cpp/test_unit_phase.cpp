#include <doctest/doctest.h>

#include <bit>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "heatgauge/unit_phase.hpp"

using heatgauge::Complex;
using heatgauge::Index;
using heatgauge::unit_phases;

namespace {

/// Error of a component in units of its last place; components below 2^-20 count as 2^-20, where
/// the promise is absolute.
double places(double value, long double exact) {
  const double size = std::max(std::abs(static_cast<double>(exact)), 0x1p-20);
  const double unit = std::exp2(std::ilogb(size) - 52);
  return static_cast<double>(std::abs(static_cast<long double>(value) - exact)) / unit;
}

double worst(const std::vector<double>& phases) {
  std::vector<Complex> u(phases.size());
  unit_phases(phases.data(), static_cast<Index>(phases.size()), u.data());
  double most = 0.0;
  for (std::size_t i = 0; i < phases.size(); ++i) {
    const auto phase = static_cast<long double>(phases[i]);
    most = std::max(
        {most, places(u[i].real(), std::cos(phase)), places(u[i].imag(), -std::sin(phase))});
    // Components right to one place each: |u|² is 1 to twice that.
    CHECK(std::abs(std::norm(u[i]) - 1.0) <= 4 * std::numeric_limits<double>::epsilon());
  }
  return most;
}

}  // namespace

// The reference is the 80-bit library function, right to 2^-63.
static_assert(std::numeric_limits<long double>::digits >= 64 || sizeof(long double) == 8);

TEST_CASE("unit phases are right to one unit in the last place") {
  if (std::numeric_limits<long double>::digits < 64) return;  // no better reference at hand
  std::mt19937_64 random(5);
  for (const double range : {1e-300, 1e-9, 0.7, 7.0, 1e3, 1e6, 1e9, 1e15}) {
    std::uniform_real_distribution<double> uniform(-range, range);
    std::vector<double> phases(20000);
    for (double& phase : phases) phase = uniform(random);
    CAPTURE(range);
    CHECK(worst(phases) <= 1.0);
  }
}

TEST_CASE("unit phases are right beside every kind of multiple of pi/4") {
  if (std::numeric_limits<long double>::digits < 64) return;
  std::vector<double> phases{0.0, -0.0, 5e-324, 1e6, std::nextafter(1e6, 2e6)};
  for (Index k = -1270000; k <= 1270000; k += k > -300 && k < 300 ? 1 : 293) {
    const double middle =
        static_cast<double>(static_cast<long double>(k) * 0.785398163397448309616L);
    for (const double phase : {std::nextafter(middle, -1e9), middle, std::nextafter(middle, 1e9)}) {
      phases.push_back(phase);
    }
  }
  CHECK(worst(phases) <= 1.0);
}

TEST_CASE("a phase gives the same bits wherever it stands") {
  std::vector<double> phases(37, 1.2345);
  phases[5] = 1e8;
  std::vector<Complex> u(37);
  unit_phases(phases.data(), 37, u.data());
  Complex alone;
  for (std::size_t i = 0; i < 37; ++i) {
    unit_phases(&phases[i], 1, &alone);
    CHECK(alone == u[i]);
  }
}

TEST_CASE("a phase that is not a number gives no number") {
  for (const double bad :
       {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
    Complex u(1.0, 0.0);
    unit_phases(&bad, 1, &u);
    CHECK(std::isnan(u.real()));
    CHECK(std::isnan(u.imag()));
  }
}

TEST_CASE("real and imaginary parts apart are the same bits") {
  std::mt19937_64 random(6);
  std::uniform_real_distribution<double> uniform(-9.0, 9.0);
  for (const double scale : {1.0, 1e8}) {
    std::vector<double> phases(333);
    for (double& phase : phases) phase = scale * uniform(random);
    phases[7] = std::numeric_limits<double>::infinity();
    std::vector<Complex> together(phases.size());
    std::vector<double> re(phases.size()), im(phases.size());
    const auto count = static_cast<Index>(phases.size());
    unit_phases(phases.data(), count, together.data());
    unit_phases(phases.data(), count, re.data(), im.data());
    for (std::size_t i = 0; i < phases.size(); ++i) {
      if (i == 7) {
        CHECK(std::isnan(re[i]));
        CHECK(std::isnan(im[i]));
        continue;
      }
      CHECK(Complex(re[i], im[i]) == together[i]);
    }
  }
}
