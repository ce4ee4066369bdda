#include <doctest/doctest.h>

#include <Eigen/Dense>
#include <random>

#include "heatgauge/tridiagonal.hpp"

using heatgauge::Index;
using heatgauge::Tridiagonal;

namespace {

/// max|A x − f| for a random dominant system of n unknowns, relative to max|f|.
double defect(Index n, bool ring, unsigned seed) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<double> uniform(0.0, 1.0);
  const Index links = ring ? n : n - 1;
  std::vector<double> link(static_cast<std::size_t>(links));
  std::vector<double> diagonal(static_cast<std::size_t>(n), 1e-3);
  Eigen::MatrixXd dense = Eigen::MatrixXd::Zero(n, n);
  for (Index k = 0; k < links; ++k) {
    const double g = std::pow(10.0, 4.0 * uniform(random) - 2.0);
    const Index i = k, j = (k + 1) % n;
    link[static_cast<std::size_t>(k)] = -g;
    diagonal[static_cast<std::size_t>(i)] += g;
    diagonal[static_cast<std::size_t>(j)] += g;
    dense(i, j) -= g;
    dense(j, i) -= g;
  }
  for (Index i = 0; i < n; ++i) dense(i, i) = diagonal[static_cast<std::size_t>(i)];
  Eigen::VectorXd f(n);
  for (Index i = 0; i < n; ++i) f[i] = uniform(random) - 0.5;
  Eigen::VectorXd x = f;
  Tridiagonal(diagonal, link).solve(x.data());
  return (dense * x - f).cwiseAbs().maxCoeff() /
         (dense.cwiseAbs().rowwise().sum().maxCoeff() * x.cwiseAbs().maxCoeff());
}

}  // namespace

TEST_CASE("open lines and rings are solved to round-off, two and three sites included") {
  for (const Index n : {2, 3, 4, 7, 200})
    for (unsigned seed = 0; seed < 20; ++seed) {
      CHECK(defect(n, false, seed) < 1e-15);
      CHECK(defect(n, true, seed) < 1e-15);
    }
}

TEST_CASE("an indefinite line and a wrong number of links are refused") {
  CHECK_THROWS_AS(Tridiagonal({1.0, 1.0}, {2.0}), heatgauge::NumericalFailure);
  CHECK_THROWS_AS(Tridiagonal({1.0, 1.0, 1.0}, {0.1}), std::invalid_argument);
}
