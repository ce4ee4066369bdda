/// The gauge in which all links of a line are alike, for every line along one axis.
#pragma once

#include <vector>

#include "heatgauge/grid.hpp"
#include "heatgauge/line_batch.hpp"

namespace heatgauge {

/// Link phases a_i = (s/ħ)∫A·dl enter the hop as u_i = e^{-i·a_i}. With ψ_i = e^{iθ_i}χ_i,
///   periodic  θ_i = Σ_{k<i} a_k - i·α/N,  α = Σ a_k - twist: all links of χ are e^{-iα/N},
///   walls     θ_i = Σ_{k<i} a_k: all links of χ are 1.
/// Waves e^{2πi·n·i/N} of χ then have the wavenumber k = (2πn + twist - Σ a)/L.
class LineGauge {
 public:
  LineGauge(const Grid& grid, int axis);

  /// The same phase on all links of the axis.
  void set_uniform(double phase);
  /// A phase on every link of the axis in the grid's order, the seam link last. Memory is taken at
  /// the first call that needs it, and kept.
  void set_links(const double* phases);

  const Axis& axis() const { return axis_; }
  const LineBatches& batches() const { return batches_; }
  /// Whether all lines have the same α.
  bool alike() const { return alike_; }
  /// -α/N of the line in lane `lane` of batch `b`.
  double turn(Index b, Index lane) const {
    return turns_[static_cast<std::size_t>(alike_ ? 0 : b * line_lanes + lane)];
  }
  /// Batch `b` of ψ → χ and back, rows in the order of the batches.
  void enter(Index b, double* rows) const;
  void leave(Index b, double* rows) const;

 private:
  enum class Carry { none, common, own };
  void gather(const double* phases, Index b, double* links) const;
  bool survey(const double* phases);
  void carry_batch(const double* phases, Index b);

  Axis axis_;
  LineBatches batches_;
  Index link_step_;  // distance of the links of a line in memory
  bool alike_ = true;
  Carry carry_ = Carry::none;
  std::vector<double> turns_;
  std::vector<double> carries_;  // e^{-iθ}: a number per row, or a batch per batch
  std::vector<double> links_;    // scratch: the links of one batch, then θ
  std::vector<Complex> units_;   // scratch
};

}  // namespace heatgauge
