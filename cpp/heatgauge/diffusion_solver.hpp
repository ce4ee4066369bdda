/// Solves the matrix of an implicit heat-conduction step, factored once.
#pragma once

#include <array>
#include <memory>
#include <span>
#include <variant>
#include <vector>

#include "heatgauge/conjugate_gradient.hpp"
#include "heatgauge/grid.hpp"
#include "heatgauge/interrupt.hpp"
#include "heatgauge/nested_dissection.hpp"
#include "heatgauge/tridiagonal.hpp"

namespace heatgauge {

using FaceField = std::array<std::vector<double>, 3>;  // one array of faces per axis

/// (M δ)_i = C_i δ_i + Σ_axes (s/h)(g_up (δ_i − δ_up) + g_low (δ_i − δ_low)), where g is the
/// conductance of a face, s a step, and δ vanishes beyond an outer face. Symmetric positive
/// definite. A line (1D) is solved by tridiagonal elimination, the rest by conjugate gradients.
class DiffusionSolver {
 public:
  DiffusionSolver(const Grid& grid, std::span<const double> capacity, const FaceField& conductance,
                  double step, Interrupt& interrupt);

  /// Replaces the right-hand side by the solution. `work` holds nothing between calls.
  void solve(std::vector<double>& x, std::vector<double>& work, Interrupt& interrupt) const;

  /// "tridiagonal", "nested dissection" or "conjugate gradients".
  const char* name() const;

 private:
  struct Rows {  // owns what ConjugateGradient looks at
    std::vector<Index> outer, inner;
    std::vector<double> values;
    CsrView<double> view() const;
  };
  static Rows assemble(const Grid& grid, std::span<const double> capacity,
                       const FaceField& conductance, double step);

  std::unique_ptr<Rows> rows_;
  std::variant<std::monostate, Tridiagonal, NestedDissection<double>, ConjugateGradient> solver_;
};

}  // namespace heatgauge
