#include <doctest/doctest.h>

#include <cmath>

#include "heatgauge/linear_predictor.hpp"

using namespace heatgauge;

TEST_CASE("three exponentials in time, one of them alternating, are predicted") {
  const std::size_t n = 1000;
  LinearPredictor predictor;
  CHECK(predictor.predict() == nullptr);
  double error = 0.0, size = 0.0;
  for (int step = 0; step < 8; ++step) {
    std::vector<double> v(n);
    for (std::size_t i = 0; i < n; ++i) {
      const double x = static_cast<double>(i) / static_cast<double>(n);
      v[i] = std::cos(3 * x) * std::pow(0.99, step) + x * std::pow(0.6, step) +
             std::sin(40 * x) * std::pow(-0.7, step);
    }
    const std::vector<double>* const guess = predictor.predict();
    if (step > 4) {
      REQUIRE(guess != nullptr);
      error = size = 0.0;
      for (std::size_t i = 0; i < n; ++i) {
        error = std::max(error, std::abs((*guess)[i] - v[i]));
        size = std::max(size, std::abs(v[i]));
      }
      CHECK(error < 1e-6 * size);  // the fit is regularised with 1e-13 of its squares
    }
    predictor.learn(v);
  }
}

TEST_CASE("a sequence of zeros and one that is constant are predicted as they are") {
  for (const double value : {0.0, 2.5}) {
    LinearPredictor predictor;
    const std::vector<double> v(100, value);
    for (int step = 0; step < 6; ++step) predictor.learn(v);
    for (const double x : *predictor.predict()) CHECK(x == doctest::Approx(value).epsilon(1e-9));
  }
}
