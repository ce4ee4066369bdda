/// One line cut into sixteen segments that lie side by side like the lines of a bundle.
#pragma once

#include <array>

#include "heatgauge/line_sweep.hpp"

namespace heatgauge {

/// Segment l holds the sites first(l) … first(l) + rows() - 1. Where sixteen does not divide the
/// line, some segments end with the first site of the next.
class LineSegments {
 public:
  LineSegments() = default;
  LineSegments(Index points, bool ring);
  /// Shorter lines are not worth cutting.
  static constexpr Index kFewestPoints = 3 * kLanes;

  Index rows() const { return rows_; }
  Index points() const { return points_; }
  bool ring() const { return ring_; }
  Index first(Index segment) const { return first_[static_cast<std::size_t>(segment)]; }
  /// Whether the last row of this segment is the first of the next.
  bool shares(Index segment) const {
    return segment + 1 < kLanes && first(segment + 1) == first(segment) + rows_ - 1;
  }

  template <typename Value>
  void load(const Value* psi, Row* rows) const;
  template <typename Value>
  bool store(const Row* rows, Value* psi, Complex scale) const;
  /// Makes shared sites equal again, which rounding set apart.
  void agree(Row* rows) const;

 private:
  Index points_ = 0, rows_ = 0;
  bool ring_ = false;
  std::array<Index, kLanes> first_{};
};

/// The pivots of a factor by row and segment, for elimination up and down the line.
struct SegmentPivots {
  SegmentPivots(const LineFactor& factor, const LineSegments& segments);
  std::vector<Row> up, down;
};

/// As run_pass and run_refined, on a line in segments. Every recurrence starts each segment from 0;
/// what the segment before hands over follows from a scan over the segments, exactly.
class SegmentSweep {
 public:
  explicit SegmentSweep(const LineSegments& segments) : segments_(segments) {}

  struct Factor {
    const LineFactor* line;
    const SegmentPivots* pivots;
  };
  void run_pass(const SweepPass& pass, const SegmentPivots* solve, const SegmentPivots* eliminate,
                const BundleSpace& space, const BundleLinks& links, const Row* phase) const;
  void run_refined(const Factor& factor, const BundleSpace& space, const BundleLinks& links) const;

 private:
  struct Recurrence {
    const LineFactor* factor;
    const Row* pivots;
    bool up;
    const BundleLinks* links;
  };
  void solve_increment(const Factor& factor, const BundleSpace& space, const BundleLinks& links,
                       Row* result) const;
  Row start_of_solve(const Recurrence& r, const Row* y) const;
  void correct_elimination(const Recurrence& r, const BundleSpace& space, const Row& beyond) const;
  /// What enters each segment, when one that starts from 0 hands over `inside` after all of its
  /// rows and `before_last` before the last.
  Row handed_over(const Recurrence& r, const Row& inside, const Row& before_last) const;
  RunUp all_rows(const Recurrence& r, const Row* values) const;

  const LineSegments& segments_;
};

}  // namespace heatgauge
