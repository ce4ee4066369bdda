/// The gauge in which all links of a line are alike, for every line along one axis.
#pragma once

#include <vector>

#include "heatgauge/grid.hpp"
#include "heatgauge/line_bundle.hpp"

namespace heatgauge {

/// Link phases a_i = (s/ħ)∫A·dl enter the hop as u_i = e^{-i·a_i}. With ψ_i = e^{iθ_i}χ_i,
///   periodic  θ_i = Σ_{k<i} a_k - i·α/N,  α = Σ a_k - twist: all links of χ are e^{-iα/N},
///   walls     θ_i = Σ_{k<i} a_k: all links of χ are 1.
/// Waves e^{2πi·n·i/N} of χ then have the wavenumber k = (2πn + twist - Σ a)/L.
class LineGauge {
 public:
  LineGauge(const Grid& grid, int axis) : LineGauge(grid, axis, LineBundles(grid, axis)) {}
  /// Lines dealt into `bundles`, of one state.
  LineGauge(const Grid& grid, int axis, const LineBundles& bundles);

  /// The same phase on all links of the axis.
  void set_uniform(double phase);
  /// A phase on every link of the axis in the grid's order, the seam link last. Memory is taken at
  /// the first call that needs it, and kept.
  void set_links(const double* phases);

  const Axis& axis() const { return axis_; }
  /// Bundles of lines, and sites of each line.
  Index bundles() const { return bundles_.count(); }
  Index points() const { return axis_.points; }
  /// Whether all lines have the same α.
  bool alike() const { return alike_; }
  /// -α/N of the lines of bundle `b` (of all lines where they are alike).
  const double* turns(Index b) const {
    return turns_.data() + static_cast<std::size_t>(alike_ ? 0 : b * kLanes);
  }
  /// Bundle `b` of ψ → χ, and back.
  void enter(Index b, Row* rows) const;
  void leave(Index b, Row* rows) const;

 private:
  enum class Carry { none, common, own };
  void gather(const double* phases, Index b);
  bool survey(Index b);
  void carry_bundle(Index b);

  Axis axis_;
  LineBundles bundles_;
  bool alike_ = true;
  Carry carry_ = Carry::none;
  std::vector<double> turns_;    // of every line, rounded up to whole bundles
  std::vector<Complex> common_;  // e^{-iθ} of all lines
  std::vector<Row> own_;         // e^{-iθ} of every line
  std::vector<double> links_;    // scratch: the links of one bundle, then θ
};

}  // namespace heatgauge
