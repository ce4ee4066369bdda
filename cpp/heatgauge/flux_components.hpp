/// The components of a flux one by one, each a scalar field on the faces of its axis.
#pragma once

#include <array>
#include <span>
#include <vector>

#include "heatgauge/diffusion_solver.hpp"
#include "heatgauge/grid.hpp"
#include "heatgauge/interrupt.hpp"

namespace heatgauge {

/// Of own + Dᵀμ D + Curlᵀ μ Curl the part that joins faces of the same axis: for uniform μ that is
/// all of it, own − μ∇² for each component. Solved as so many diffusion problems, on grids whose
/// sites are the faces of an axis.
class FluxComponents {
 public:
  explicit FluxComponents(const Grid& grid);

  /// Adds (weight/2)(q_u − q_l)² of two faces of axis `a`, neighbours along axis `b` where `place`
  /// is that of the upper one, or its part that is left beyond a wall. Along b itself q_u and q_l
  /// are the faces of the cell at `place`.
  void join(int a, int b, std::array<Index, 3> place, double weight);

  /// Ends the set-up. `own` and `fixed` belong to all faces, axis after axis; fixed ones stay 0.
  void build(std::span<const double> own, const std::vector<char>& fixed, Interrupt& interrupt);

  struct Work {
    std::vector<double> one;
    std::array<DiffusionSolver::Work, 3> solver;
  };
  /// Replaces a right-hand side on all faces by the solution, to `relative` of it where a solver
  /// iterates. It is zero on fixed faces.
  void solve(std::vector<double>& q, double relative, Work& work, Interrupt& interrupt) const;

 private:
  Grid grid_;
  std::vector<Grid> of_;  // one grid for each component
  std::array<std::array<std::vector<double>, 3>, 3> conductance_;
  std::vector<DiffusionSolver> solver_;
};

}  // namespace heatgauge
