/// Symmetric positive definite tridiagonal systems, open or closed to a ring, factored once.
#pragma once

#include <vector>

#include "heatgauge/types.hpp"

namespace heatgauge {

/// diagonal[i] x_i + link[i] x_{i+1} + link[i−1] x_{i−1} = f_i. With as many links as unknowns the
/// last one joins the last unknown to the first (a ring); with one link fewer the line is open.
/// Two unknowns on a ring are joined twice and the two links add.
class Tridiagonal {
 public:
  Tridiagonal(std::vector<double> diagonal, std::vector<double> link);

  Index size() const { return size_; }

  /// The factors, for solvers of many systems side by side.
  struct Factors {
    const double *factor, *inverse_pivot, *response;
    double first, last, inverse_schur;
  };
  Factors factors() const {
    return {factor_.data(), inverse_pivot_.data(), response_.data(), first_, last_, inverse_schur_};
  }

  /// Replaces the right-hand side by the solution: L D Lᵀ with stored factors, 5 operations a site.
  void solve(double* x) const;

 private:
  void solve_open(double* x) const;

  Index size_, open_;                  // unknowns, and those of the open part
  std::vector<double> factor_;         // sub-diagonal of L
  std::vector<double> inverse_pivot_;  // 1/D
  // A ring is an open line bordered by its last unknown: column of the border, T⁻¹ of it, and the
  // Schur complement. No pivoting is needed: every leading block is positive definite.
  double first_ = 0.0, last_ = 0.0, inverse_schur_ = 0.0;
  std::vector<double> response_;
};

}  // namespace heatgauge
