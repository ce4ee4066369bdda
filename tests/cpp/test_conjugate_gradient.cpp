#include <doctest/doctest.h>

#include "heatgauge/conjugate_gradient.hpp"

using namespace heatgauge;

TEST_CASE("a small M-matrix is solved, an indefinite one is refused") {
  const std::vector<Index> outer{0, 2, 5, 7}, inner{0, 1, 0, 1, 2, 1, 2};
  std::vector<double> values{2.0, -1.0, -1.0, 2.0, -1.0, -1.0, 2.0};
  const CsrView<double> view{3, outer.data(), inner.data(), values.data()};
  std::vector<double> x{1.0, 0.0, 1.0};  // A (1, 1, 1)
  Interrupt none;
  ConjugateGradient(view).solve(x.data(), none);
  for (const double v : x) CHECK(v == doctest::Approx(1.0).epsilon(1e-14));

  x = {0.0, 0.0, 0.0};
  ConjugateGradient(view).solve(x.data(), none);
  for (const double v : x) CHECK(v == 0.0);

  values[0] = -2.0;
  CHECK_THROWS_AS(ConjugateGradient{view}, NumericalFailure);
}

TEST_CASE("a right-hand side that is not finite ends in an error, not in an endless loop") {
  const std::vector<Index> outer{0, 1, 2}, inner{0, 1};
  const std::vector<double> values{1.0, 1.0};
  const CsrView<double> view{2, outer.data(), inner.data(), values.data()};
  std::vector<double> x{std::numeric_limits<double>::quiet_NaN(), 1.0};
  Interrupt none;
  CHECK_THROWS_AS(ConjugateGradient(view).solve(x.data(), none), NumericalFailure);
}
