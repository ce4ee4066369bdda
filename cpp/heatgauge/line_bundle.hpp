/// Sixteen lines of one axis side by side, and arrays kept in that order.
#pragma once

#include <new>
#include <vector>

#include "heatgauge/grid.hpp"
#include "heatgauge/line_pass.hpp"

namespace heatgauge {

/// Memory for rows, aligned to a cache line, not initialised twice.
using Rows = std::vector<Row>;

/// How the lines of an axis are dealt into bundles of kLanes. `members` states lie one after the
/// other in memory; their lines follow each other too.
class LineBundles {
 public:
  LineBundles() = default;
  LineBundles(const Grid& grid, int axis, Index members);

  Index rows() const { return points_; }
  Index count() const { return (lines_ + kLanes - 1) / kLanes; }

  /// Copies of bundle `b`; lanes beyond the last line are zero, and are not stored.
  void load(Index b, const Complex* psi, Row* rows) const;
  /// Stores the rows times `scale`; false where a value is not finite.
  bool store(Index b, const Row* rows, Complex* psi, Complex scale) const;

  /// Where line `line` begins in one state; its sites follow at stride().
  Index first_site(Index line) const {
    return (line / stride_) * stride_ * points_ + line % stride_;
  }
  Index lines() const { return lines_; }
  Index stride() const { return stride_; }

 private:
  /// Whether kLanes lines from `first` on follow each other at lane_step().
  bool in_step(Index first) const {
    return lines_ - first >= kLanes && (stride_ == 1 || first % stride_ + kLanes <= stride_);
  }
  Index lane_step() const { return stride_ == 1 ? points_ : 1; }

  Index points_ = 0, stride_ = 1, lines_ = 0;
};

}  // namespace heatgauge
