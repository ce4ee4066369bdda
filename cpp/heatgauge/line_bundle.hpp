/// Sixteen lines of one axis side by side.
#pragma once

#include <array>

#include "heatgauge/grid.hpp"
#include "heatgauge/line_pass.hpp"
#include "heatgauge/state_memory.hpp"

namespace heatgauge {

/// Where the lines of a bundle lie in a state.
struct BundlePlace {
  Index used = 0;       // lines: lanes beyond hold none
  Index lane_step = 0;  // from each line to the next, or 0 where that differs
  Index site_step = 1;
  Index rows = 0;
  std::array<Index, kLanes> begin{};
};

/// Copies `count` rows from `first` on, of all `rows`; lanes beyond the last line are zero, and are
/// not stored.
template <typename Value>
void load(const BundlePlace& place, Index first, Index count, const Value* psi, Row* rows);
/// Stores rows times `scale`; false where a value is not finite. Values: Complex or ComplexSingle,
/// which is where a state in single precision is rounded. Those that overflow then are not told: a
/// norm that a unitary step keeps bounds them.
template <typename Value>
bool store(const BundlePlace& place, Index first, Index count, const Row* rows, Value* psi,
           Complex scale);

/// How the lines of an axis are dealt into bundles of kLanes. `blocks`: parts of the grid, one
/// after the other in memory, that no bundle crosses. In 1D the lines are those of `members`
/// states.
class LineBundles {
 public:
  LineBundles() = default;
  LineBundles(const Grid& grid, int axis, Index members = 1, Index blocks = 1);

  Index rows() const { return points_; }
  Index count() const { return blocks_ * per_block_; }
  Index per_block() const { return per_block_; }

  /// Bundle `b` in a state with these strides.
  BundlePlace place(Index b, const Strides& strides) const;
  /// All of a bundle.
  void load(Index b, const Strides& strides, const Complex* psi, Row* rows) const;
  bool store(Index b, const Strides& strides, const Row* rows, Complex* psi, Complex scale) const;

  /// Where the line of a lane begins, sites counted without gaps; lanes without a line repeat the
  /// last one.
  Index first_site(Index b, Index lane) const;
  Index stride() const { return stride_; }
  Index lines() const { return blocks_ * lines_of_block_; }

 private:
  Index line(Index b, Index lane) const;
  /// Where a line begins.
  Index begin(Index line, const Strides& strides) const;

  int axis_ = 0, dimensions_ = 1;
  Index points_ = 0, stride_ = 1, last_points_ = 1, middle_points_ = 1;
  Index blocks_ = 1, per_block_ = 0, lines_of_block_ = 0;
};

/// Rows `first` … `first` + `count` - 1 of a real array on the sites, kLanes numbers per row. Row 0
/// of lane l is the site sites[l], and the next row lies `stride` on.
void gather_rows(const Index (&sites)[kLanes], Index stride, Index first, Index count,
                 const double* values, double* rows);

}  // namespace heatgauge
