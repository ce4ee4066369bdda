/// Functions of H applied to a state as sums of Chebyshev polynomials, without a matrix.
#pragma once

#include <vector>

#include "heatgauge/interrupt.hpp"
#include "heatgauge/sparse.hpp"

namespace heatgauge {

/// Coefficients c_k with Σ c_k T_k(x) = exp(-i z e^{-iθ} (x + 1)) for x in [-1, 1], cut where the
/// sum of all |c_k| left out is at most `tolerance`. Value 1 at x = -1, and at most 1 in magnitude
/// for 0 <= θ <= π/2: θ = 0 is real, π/2 imaginary time. c_k = (2 - δ_k0) (-i)^k J_k(ζ) e^{-iζ},
/// ζ = z e^{-iθ} (H. Tal-Ezer, R. Kosloff, J. Chem. Phys. 81, 3967 (1984)), the Bessel functions by
/// Miller's backward recurrence. z: from 0 to 1e8. Throws Interrupted.
std::vector<Complex> exponential_coefficients(double z, double theta, double tolerance,
                                              Interrupt& interrupt);

/// Sums Σ c_k T_k((H - centre)/half_width) ψ by Clenshaw's recurrence
/// b_k = c_k ψ + 2 (H - centre)/half_width b_{k+1} - b_{k+2}: one product with H for each term and
/// two states beside ψ. Each product, its part of the sum and the two subtractions are one pass
/// over memory.
class ChebyshevSeries {
 public:
  virtual ~ChebyshevSeries() = default;

  struct Window {
    double centre;
    double half_width;
  };
  /// ψ becomes the sum. Throws Interrupted, ψ then being what it was.
  void sum(Complex* psi, const std::vector<Complex>& coefficients, const Window& window,
           Interrupt& interrupt);

 protected:
  /// b₁ = cψ, b₂ = 0.
  virtual void start(const Complex* psi, Complex c) = 0;
  /// b₁, b₂ become factor·(H - centre) b₁ - b₂ + cψ and b₁.
  virtual void step(const Complex* psi, Complex c, double factor, double centre,
                    Interrupt& interrupt) = 0;
  /// ψ becomes factor·(H - centre) b₁ - b₂ + cψ.
  virtual void finish(Complex* psi, Complex c, double factor, double centre) = 0;
};

/// For a matrix, seen, not copied.
class SparseChebyshev final : public ChebyshevSeries {
 public:
  explicit SparseChebyshev(const CsrView<Complex>& matrix);

 private:
  void start(const Complex* psi, Complex c) override;
  void step(const Complex* psi, Complex c, double factor, double centre,
            Interrupt& interrupt) override;
  void finish(Complex* psi, Complex c, double factor, double centre) override;
  Complex row(const Complex* psi, Complex c, double factor, double centre, Index i) const;

  CsrView<Complex> matrix_;
  std::vector<Complex> newer_, older_;
};

}  // namespace heatgauge
