#include <doctest/doctest.h>

#include <cmath>
#include <random>

#include "heatgauge/conjugate_residual.hpp"

using namespace heatgauge;

namespace {

/// 4 on the diagonal, −1 − s below and −1 + s above it: not symmetric.
void skewed(const std::vector<double>& x, std::vector<double>& y) {
  const std::size_t n = x.size();
  for (std::size_t i = 0; i < n; ++i)
    y[i] = 4.0 * x[i] - (i > 0 ? 1.6 * x[i - 1] : 0.0) - (i + 1 < n ? 0.4 * x[i + 1] : 0.0);
}

}  // namespace

TEST_CASE("an operator that is not symmetric is solved for the vector that it was applied to") {
  const std::size_t n = 300;
  std::mt19937 engine(4);
  std::normal_distribution<double> normal;
  std::vector<double> wanted(n);
  for (double& v : wanted) v = normal(engine);
  ConjugateGradientWork work;
  ConjugateResidualWork past;
  work.resize(n);
  skewed(wanted, work.b);
  std::fill(work.x.begin(), work.x.end(), 0.0);
  Interrupt none;
  // A preconditioner that changes from call to call.
  int call = 0;
  const bool done = conjugate_residuals(
      work, past, {6.0, 1e-14}, skewed,
      [&](const std::vector<double>& r, std::vector<double>& z) {
        ++call;
        for (std::size_t i = 0; i < n; ++i) z[i] = r[i] * (0.25 + 0.01 * (call % 3));
      },
      none);
  CHECK(done);
  CHECK(past.steps == call);
  CHECK(call < 60);
  for (std::size_t i = 0; i < n; ++i) CHECK(std::abs(work.x[i] - wanted[i]) < 1e-12);
}

TEST_CASE("what has no solution is not called solved") {
  ConjugateGradientWork work;
  ConjugateResidualWork past;
  work.resize(2);
  work.b = {1.0, 1.0};
  work.x = {0.0, 0.0};
  Interrupt none;
  const auto first = [](const std::vector<double>& x, std::vector<double>& y) { y = {x[0], 0.0}; };
  const auto same = [](const std::vector<double>& r, std::vector<double>& z) { z = r; };
  CHECK(!conjugate_residuals(work, past, {1.0, 1e-14}, first, same, none));
}
