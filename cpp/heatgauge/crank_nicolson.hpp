/// Crank-Nicolson steps on an assembled Hamiltonian: (1 + iαH) ψ' = (1 - iαH) ψ, α = dt/2ħ.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "heatgauge/cayley.hpp"
#include "heatgauge/grid.hpp"
#include "heatgauge/interrupt.hpp"
#include "heatgauge/krylov_cayley.hpp"
#include "heatgauge/sparse.hpp"

namespace heatgauge {

enum class CayleySolver { banded, dissection, sparse_lu, krylov };

/// Unitary, time reversible, 2nd order in dt. A step is taken in increment form, ψ' = ψ + δ with
/// (1 + K) δ = -2Kψ, K = iαH, which rounds far less than solving for ψ' itself; `refine` adds one
/// solve for the residual, after which the norm drifts by less than 1e-18 per step on average. ψ is
/// never rescaled.
class CrankNicolson {
 public:
  /// `hamiltonian` is seen, not copied: the caller keeps it alive, and may change its values
  /// between calls of update(). reach: half width of the stencil in links.
  CrankNicolson(const Grid& grid, Index reach, const CsrView<Complex>& hamiltonian, double alpha,
                CayleySolver solver, bool refine, Interrupt& interrupt);

  /// Reads the values of H anew, for the same pattern, and factors again where there are factors.
  void update(Interrupt& interrupt);
  /// Advances ψ in place. Throws NumericalFailure with the step at which ψ stopped being finite or
  /// a solve failed, Interrupted between steps; ψ is then the state of the last complete step.
  void advance(Complex* psi, Index steps, Interrupt& interrupt);

  Index iterations() const { return iterations_; }  // Krylov: of all steps so far

 private:
  void factor(Interrupt& interrupt);
  bool is_rounding(double correction, const Complex* psi) const;
  void direct_step(Complex* psi);
  void krylov_step(Complex* psi, Interrupt& interrupt);

  Grid grid_;
  Index reach_;
  CsrView<Complex> hamiltonian_;
  double alpha_;
  CayleySolver solver_;
  bool refine_;
  bool refines_once_ = false;
  std::unique_ptr<CayleySystem> system_;
  std::unique_ptr<KrylovCayley> krylov_;
  std::vector<Complex> mid_state_;
  double norm_ = 0.0;  // of H, for the bar of the iterative solve
  Index iterations_ = 0;
};

/// Whether the line is long enough for banded elimination.
bool banded_fits(const Grid& grid, Index reach);

}  // namespace heatgauge
