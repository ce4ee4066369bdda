/// Iterative solution of the Cayley system, for grids too large to factor and for driven fields.
#pragma once

#include <vector>

#include "heatgauge/cayley.hpp"
#include "heatgauge/interrupt.hpp"
#include "heatgauge/sparse.hpp"

namespace heatgauge {

/// Solves (1 + iαH) φ = ψ, the mid state of a Crank-Nicolson step, in the Krylov space of H and ψ.
///
/// H is Hermitian, so the Lanczos recurrence is short: five vectors, one product per iteration.
/// The Galerkin solution has its residual r orthogonal to the space that φ lies in, and the norm of
/// ψ' = 2φ - ψ differs from that of ψ by exactly 4 Re<φ, r>: it is conserved to round-off even
/// before φ has converged. Unlike for an indefinite H the Galerkin solution always exists, the
/// Hermitian part of the tridiagonal matrix 1 + iαT being the identity.
class KrylovCayley {
 public:
  explicit KrylovCayley(Index size);

  /// Writes φ. norm_of_h: an upper bound of ‖H‖, see row_sum_norm. Converged means: the true
  /// residual ‖ψ - φ - iαHφ‖ is at most (1e-14 + 4·eps·|α|‖H‖) ‖ψ‖, the second term being what
  /// rounding lets one see of it, and at most 1e-8 ‖ψ‖. Throws NumericalFailure with the residual
  /// otherwise, and where ψ is not finite. Returns the number of iterations.
  Index mid_state(const CsrView<Complex>& hamiltonian, double alpha, double norm_of_h,
                  const Complex* psi, Complex* phi, Interrupt& interrupt);

 private:
  Index add_correction(const CsrView<Complex>& hamiltonian, double alpha, double target,
                       Complex* phi, Interrupt& interrupt);

  std::vector<Complex> residual_, older_, newer_, image_, direction_;
};

/// max_i Σ_j (|Re H_ij| + |Im H_ij|), an upper bound of ‖H‖.
double row_sum_norm(const CsrView<Complex>& matrix);

}  // namespace heatgauge
