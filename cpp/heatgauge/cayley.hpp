/// The linear system of one Crank-Nicolson step: (1 + K) δ = -2Kψ with K = iαH, α = dt/2ħ.
#pragma once

#include "heatgauge/types.hpp"

namespace heatgauge {

/// Holds the factors of 1 + K and the increment δ of the step in progress. Nothing is allocated by
/// a step.
class CayleySystem {
 public:
  virtual ~CayleySystem() = default;
  virtual Index size() const = 0;
  /// δ = (1 + K)⁻¹(-2Kψ); returns ‖δ‖² (sum over sites).
  virtual double increment(const Complex* psi) = 0;
  /// δ += (1 + K)⁻¹(-2Kψ - δ - Kδ) with the ψ of increment(); returns the square of the norm of
  /// what was added.
  virtual double refine(const Complex* psi) = 0;
  /// ψ += δ.
  virtual void add_increment(Complex* psi) const = 0;
  /// refine() and add_increment(), in one pass where the system can; returns what refine() does.
  virtual double refine_and_add(Complex* psi) {
    const double square = refine(psi);
    add_increment(psi);
    return square;
  }
};

}  // namespace heatgauge
