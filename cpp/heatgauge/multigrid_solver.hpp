/// Iterative refinement by multigrid cycles, for implicit heat conduction on a grid.
#pragma once

#include <array>
#include <cmath>
#include <functional>
#include <span>
#include <vector>

#include "heatgauge/faces.hpp"
#include "heatgauge/grid.hpp"
#include "heatgauge/interrupt.hpp"
#include "heatgauge/multigrid.hpp"

namespace heatgauge {

using FaceField = std::array<std::vector<double>, 3>;  // one array of faces per axis

/// The matrix of DiffusionSolver times the volume of a cell: 40 to 64 bytes a site with its
/// hierarchy, nothing is factored. Cycles in single precision correct a solution in double
/// precision, whose residual is formed anew each time. Where they gain too little (conductances
/// that jump by decades) conjugate gradients take over, with a symmetric cycle as preconditioner.
/// Steps of a smooth evolution begin so near their solution that a few cycles are enough.
class MultigridSolver {
 public:
  MultigridSolver(const Grid& grid, std::span<const double> capacity, const FaceField& conductance,
                  double step, Interrupt& interrupt);

  /// Arrays that solves work with, allocated in the first of them.
  struct Work {
    std::vector<double> x, r;  // r: of one row
    Multigrid::Work cycle;
    int cycles = 0;      // of the last solve
    int iterations = 0;  // and those of conjugate gradients
  };

  /// Replaces the right-hand side f by the solution, beginning at `guess` (nullptr for 0). The
  /// residual, formed anew at the end, is at most 1e-14 ‖M‖∞‖x‖ + relative ‖f‖ + absolute;
  /// otherwise NumericalFailure is thrown.
  void solve(std::vector<double>& f, const std::vector<double>* guess, double relative,
             double absolute, Work& work, Interrupt& interrupt) const;

  /// Norms of the residual, of what is rounded by forming it, and of what `relative` refers to.
  struct Norms {
    double residual = 0.0, x = 0.0, right = 0.0;
    Norms rooted() const { return {std::sqrt(residual), std::sqrt(x), std::sqrt(right)}; }
  };
  /// form(scale, change) adds `change` times the correction to a solution row by row
  /// (`add_correction`; nothing if 0), forms its residual, and hands on `scale` times that
  /// (`put_residual`): one pass over memory, in which the caller may do more.
  using Form = std::function<Norms(double scale, double change)>;

  /// Corrects until the residual is as small as `solve` promises; false if cycles do not lead
  /// there. The work space must be prepared.
  bool refine(const Form& form, double scale, double relative, double absolute, Work& work,
              Interrupt& interrupt) const;
  void prepare(Work& work) const;
  void put_residual(Work& work, Index row, double scale, const double* r) const {
    multigrid_.put_row(work.cycle, row, scale, r);
  }
  void add_correction(const Work& work, Index row, double change, double* x) const {
    multigrid_.add_row(work.cycle, row, change, x);
  }

  /// Rows of the last axis, and how many rows ahead of a row its neighbours lie.
  Index rows() const { return points_[0] * points_[1]; }
  Index ahead() const {
    return periodic_[0] || periodic_[1] ? rows() : points_[0] > 1 ? points_[1] : 1;
  }

  double bytes() const;
  std::size_t levels() const { return multigrid_.levels(); }

 private:
  void multiply_row(Index row, const double* x, double* y) const;
  void multiply(const double* x, double* y) const;
  Norms residual(const double* f, double scale, double change, Work& work) const;
  bool conjugate_gradients(const std::vector<double>& f, double least, Work& work,
                           Interrupt& interrupt) const;
  void iterate(double bound, std::vector<double>& r, std::vector<double>& p,
               std::vector<double>& ap, Work& work, Interrupt& interrupt) const;

  std::array<Index, 3> points_{1, 1, 1};
  std::array<bool, 3> periodic_{};
  std::vector<double> diagonal_;
  std::array<std::vector<double>, 3> link_;
  double norm_ = 0.0;
  Multigrid multigrid_;
};

}  // namespace heatgauge
