/// Conjugate gradients preconditioned by multigrid, for implicit heat conduction on a grid.
#pragma once

#include <array>
#include <span>
#include <vector>

#include "heatgauge/faces.hpp"
#include "heatgauge/grid.hpp"
#include "heatgauge/interrupt.hpp"
#include "heatgauge/multigrid.hpp"

namespace heatgauge {

using FaceField = std::array<std::vector<double>, 3>;  // one array of faces per axis

/// The matrix of DiffusionSolver times the volume of a cell: 40 to 64 bytes a site with its
/// hierarchy, nothing is factored. Steps of a smooth evolution begin so near their solution that a
/// few iterations are enough.
class MultigridSolver {
 public:
  MultigridSolver(const Grid& grid, std::span<const double> capacity, const FaceField& conductance,
                  double step, Interrupt& interrupt);

  /// Arrays that solves work with, allocated in the first of them.
  struct Work {
    std::vector<double> x, r, p, ap;
    Multigrid::Work cycle;
    int iterations = 0;  // of the last solve
  };

  /// Replaces the right-hand side f by the solution, beginning at `guess` (nullptr for 0). The
  /// residual, formed anew at the end, is at most 1e-14 ‖M‖∞‖x‖ + relative ‖f‖ + absolute;
  /// otherwise NumericalFailure is thrown.
  void solve(std::vector<double>& f, const std::vector<double>* guess, double relative,
             double absolute, Work& work, Interrupt& interrupt) const;

  double bytes() const;
  std::size_t levels() const { return multigrid_.levels(); }

 private:
  void multiply(const double* x, double* y) const;
  double residual(const double* f, Work& work) const;
  void iterate(double bound, Work& work, Interrupt& interrupt) const;

  std::array<Index, 3> points_{1, 1, 1};
  std::array<bool, 3> periodic_{};
  std::vector<double> diagonal_;
  std::array<std::vector<double>, 3> link_;
  double norm_ = 0.0;
  Multigrid multigrid_;
};

}  // namespace heatgauge
