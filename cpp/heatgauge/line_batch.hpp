/// Eight neighbouring lines of a grid, taken out of the state and put back.
#pragma once

#include "heatgauge/grid.hpp"
#include "heatgauge/line_butterflies.hpp"

namespace heatgauge {

/// Which row of a batch a site of the line goes to: site 2i to row i·even_step, site 2i + 1 to row
/// odd_first + i·odd_step, there times odd_sign.
struct RowOrder {
  Index even_step, odd_first, odd_step;
  double odd_sign;

  /// Site after site.
  static RowOrder natural() { return {2, 1, 2, 1.0}; }
  /// The even sites, then minus the odd ones from the end: the Fourier transform of this, mixed in
  /// pairs, is the sine transform of a line of `points` cell centres between two walls.
  static RowOrder between_walls(Index points) { return {1, points - 1, -1, -1.0}; }

  Index row(Index site) const {
    return site % 2 == 0 ? site / 2 * even_step : odd_first + site / 2 * odd_step;
  }
  double sign(Index site) const { return site % 2 == 0 ? 1.0 : odd_sign; }
};

/// All lines along one axis of a grid, eight at a time; lines that are short of eight (the last
/// ones of a plane) travel with empty lanes.
class LineBatches {
 public:
  LineBatches(const Grid& grid, int axis, RowOrder order);

  Index points() const { return points_; }
  /// Number of batches in the grid.
  Index count() const { return groups_ * outer_; }
  /// Lines in batch `b`, 1 … 8.
  Index lines(Index b) const;
  /// First site of lane `lane` of batch `b`, and the distance of its sites in memory.
  Index first_site(Index b, Index lane) const;
  Index site_step() const { return stride_; }
  const RowOrder& order() const { return order_; }

  void load(const Complex* psi, Index b, double* rows) const;
  void store(const double* rows, Index b, Complex* psi) const;

 private:
  void load_some(const Complex* psi, Index b, Index from, double* rows) const;
  void store_some(const double* rows, Index b, Index from, Complex* psi) const;

  Index points_, stride_;
  Index outer_;   // planes of lines that lie side by side
  Index lines_;   // lines in each
  Index groups_;  // batches in each
  RowOrder order_;
};

}  // namespace heatgauge
