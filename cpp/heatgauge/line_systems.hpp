/// The implicit operator of one direction: a tridiagonal system on every line of an axis.
#pragma once

#include <span>
#include <vector>

#include "heatgauge/grid.hpp"
#include "heatgauge/interrupt.hpp"
#include "heatgauge/multigrid_solver.hpp"

namespace heatgauge {

/// Solves (C + s L_a) x = f with L_a = −∂ₐ(g ∂ₐ) on all lines of axis a, factored once. Lines are
/// taken in bundles, element by element side by side, so that recurrences run in the lanes of a
/// register; coefficients lie in the order in which they are read.
class LineSystems {
 public:
  LineSystems(const Grid& grid, int axis, std::span<const double> capacity,
              const FaceField& conductance, double step, Interrupt& interrupt);

  /// out = (C + s L_a)⁻¹ f. `line` is a work space; `out` may be `f`.
  void solve(const double* f, double* out, std::vector<double>& line) const;

 private:
  static constexpr Index width = 16;  // lines of a bundle
  struct Place {                      // of a bundle
    Index site, lines;                // its first site, and how many lines there are
  };
  Place place(Index bundle) const;
  void load(const Place& at, const double* f, double* to) const;
  void store(const Place& at, const double* from, double* to) const;

  Index points_, stride_, outer_, blocks_, bundles_;
  bool ring_;
  std::vector<double> factor_, inverse_pivot_, response_;  // bundle, element, line
  std::vector<double> first_, last_, inverse_schur_;       // of rings: bundle, line
};

}  // namespace heatgauge
