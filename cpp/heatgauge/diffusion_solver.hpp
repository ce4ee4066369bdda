/// Solves the matrix of an implicit heat-conduction step, factored once.
#pragma once

#include <array>
#include <span>
#include <variant>
#include <vector>

#include "heatgauge/grid.hpp"
#include "heatgauge/interrupt.hpp"
#include "heatgauge/multigrid_solver.hpp"
#include "heatgauge/nested_dissection.hpp"
#include "heatgauge/tridiagonal.hpp"

namespace heatgauge {

/// (M δ)_i = C_i δ_i + Σ_axes (s/h)(g_up (δ_i − δ_up) + g_low (δ_i − δ_low)), where g is the
/// conductance of a face, s a step, and δ vanishes beyond an outer face. Symmetric positive
/// definite. A line (1D) is solved by tridiagonal elimination; grids of more axes by stored factors
/// where these fit, large ones by cycles of multigrid.
class DiffusionSolver {
 public:
  /// `exact` says that solves are to be, as in time steps; a preconditioner that asks for a digit
  /// or two is better off with cycles on small grids as well.
  DiffusionSolver(const Grid& grid, std::span<const double> capacity, const FaceField& conductance,
                  double step, Interrupt& interrupt, bool exact = true);

  /// Arrays that solves work with; they hold nothing that a result depends on.
  struct Work {
    std::vector<double> direct;
    MultigridSolver::Work iterative;
  };

  /// Replaces the right-hand side by the solution. An iterative solver begins at `guess` (nullptr
  /// for 0) and leaves a residual of relative ‖x‖ + absolute.
  void solve(std::vector<double>& x, Work& work, Interrupt& interrupt,
             const std::vector<double>* guess = nullptr, double relative = 1e-14,
             double absolute = 0.0) const;

  /// Whether a guess is of use.
  bool iterates() const { return multigrid() != nullptr; }

  /// The iterative solver; nullptr where the matrix is factored.
  const MultigridSolver* multigrid() const { return std::get_if<MultigridSolver>(&solver_); }

  /// "tridiagonal", "nested dissection" or "multigrid".
  const char* name() const;

 private:
  std::variant<std::monostate, Tridiagonal, NestedDissection<double>, MultigridSolver> solver_;
};

}  // namespace heatgauge
