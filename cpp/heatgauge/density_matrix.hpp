/// The exact evolution of a dephased density matrix, for small systems.
#pragma once

#include <vector>

#include "heatgauge/interrupt.hpp"
#include "heatgauge/sparse.hpp"

namespace heatgauge {

/// dρ/dt = -i[H, ρ]/ħ - Γ_ij ρ_ij with a static Hermitian H and real symmetric Γ of zero diagonal
/// (Haken and Strobl, Z. Phys. 262, 135 (1973)). exp(tL) as a Taylor series over pieces of time in
/// which ‖L‖t <= 1, summed until what is left is below rounding. ρ stays Hermitian to the last bit;
/// its trace changes by rounding only.
class DensityMatrix {
 public:
  /// `h` and `rates` (size × size) are seen, not copied.
  DensityMatrix(const CsrView<Complex>& h, double hbar, const double* rates);

  /// Advances ρ (size × size, by rows) in place. Throws NumericalFailure where it is not finite.
  void advance(Complex* rho, double time, Interrupt& interrupt);

 private:
  void apply(const Complex* rho, Complex* out);

  CsrView<Complex> h_;
  double hbar_;
  const double* rates_;
  double norm_;  // a bound of ‖L‖
  std::vector<Complex> product_, term_, next_;
};

}  // namespace heatgauge
