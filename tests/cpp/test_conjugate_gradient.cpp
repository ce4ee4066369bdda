#include <doctest/doctest.h>

#include "heatgauge/conjugate_gradient.hpp"

using namespace heatgauge;

namespace {

/// 2 on the diagonal (or `corner` in its first place), −1 beside it.
void second_difference(double corner, const std::vector<double>& x, std::vector<double>& y) {
  for (std::size_t i = 0; i < x.size(); ++i)
    y[i] = (i == 0 ? corner : 2.0) * x[i] - (i > 0 ? x[i - 1] : 0.0) -
           (i + 1 < x.size() ? x[i + 1] : 0.0);
}

void solve(ConjugateGradientWork& work, double corner) {
  Interrupt none;
  conjugate_gradients(
      work, {4.0, 1e-14}, [=](const auto& in, auto& out) { second_difference(corner, in, out); },
      [](const auto& in, auto& out) { out = in; }, none);
}

}  // namespace

TEST_CASE("a positive definite system is solved from any guess, an indefinite one is refused") {
  ConjugateGradientWork work;
  work.resize(20);
  for (const double guess : {0.0, 3.0}) {
    work.b.assign(20, 0.0);
    work.b.front() = work.b.back() = 1.0;  // A (1, …, 1)
    work.x.assign(20, guess);
    solve(work, 2.0);
    for (const double v : work.x) CHECK(v == doctest::Approx(1.0).epsilon(1e-12));
  }
  work.b.assign(20, 0.0);
  work.x.assign(20, 0.0);
  solve(work, 2.0);
  for (const double v : work.x) CHECK(v == 0.0);
  work.b.assign(20, 1.0);
  CHECK_THROWS_AS(solve(work, -2.0), NumericalFailure);
}

TEST_CASE("a right-hand side that is not finite ends in an error, not in an endless loop") {
  ConjugateGradientWork work;
  work.resize(2);
  work.b = {std::numeric_limits<double>::quiet_NaN(), 1.0};
  work.x = {0.0, 0.0};
  CHECK_THROWS_AS(solve(work, 2.0), NumericalFailure);
}
