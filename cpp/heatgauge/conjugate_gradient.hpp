/// Preconditioned conjugate gradients for sparse symmetric positive definite matrices.
#pragma once

#include <vector>

#include "heatgauge/interrupt.hpp"
#include "heatgauge/sparse.hpp"

namespace heatgauge {

/// Conjugate gradients preconditioned by a modified incomplete Cholesky factorisation without
/// fill-in. The matrix must be a symmetric M-matrix (non-positive links, weakly dominant), for
/// which the factorisation exists. The view's memory must outlive this object. Source: Gustafsson,
/// BIT 18 (1978) 142.
class ConjugateGradient {
 public:
  explicit ConjugateGradient(const CsrView<double>& matrix);

  /// Replaces the right-hand side by the solution. The residual is formed anew from the solution at
  /// the end; it is at most 1e-14 (‖A‖∞‖x‖ + ‖b‖), the order of what a direct solver leaves.
  /// Throws NumericalFailure, with the residual relative to that norm, when that is not reached.
  void solve(double* x, Interrupt& interrupt) const;

 private:
  void multiply(const double* x, double* y) const;
  void precondition(const double* r, double* z) const;

  CsrView<double> matrix_;
  std::vector<Index> diagonal_;  // position of the diagonal entry of each row
  std::vector<double> pivot_;    // 1/D of the incomplete factors (L + D) D⁻¹ (D + Lᵀ)
  double norm_ = 0.0;            // ‖A‖∞
};

}  // namespace heatgauge
