/// What acts on a conducting body during a run of time steps: boundary values and heat sources.
#pragma once

#include <array>
#include <span>
#include <vector>

#include "heatgauge/grid.hpp"

namespace heatgauge {

/// Tables with one row per stage time (or a single row for what is constant in time).
class HeatDrive {
 public:
  explicit HeatDrive(const Grid& grid) : grid_(grid) {}

  /// Values on the outer faces of one side: T there, the ambient T behind a surface resistance, or
  /// the flux into the body. Each row holds one value for the side or one per face.
  void set_side(int axis, int end, std::vector<double> values, Index rows);

  /// A source Q(x) e(t): rows × sites of profile, and an envelope value per stage time or nothing.
  void add_source(std::vector<double> profile, Index rows, std::vector<double> envelope);
  void clear_sources() { sources_.clear(); }

  /// Value on face j of a side at stage time `row`; 0 where none was set.
  double side(int axis, int end, Index row, Index j) const {
    const Table& t = sides_[static_cast<std::size_t>(2 * axis + end)];
    if (t.values.empty()) return 0.0;
    return t.values[static_cast<std::size_t>((t.rows > 1 ? row * t.columns : 0) +
                                             (t.columns > 1 ? j : 0))];
  }

  const Grid& grid() const { return grid_; }
  bool has_sources() const { return !sources_.empty(); }
  bool static_sources() const;

  /// Q on all sites at stage time `row`.
  void source(Index row, std::vector<double>& q) const;

  /// Throws std::invalid_argument unless every table has one row or at least `rows`.
  void require_rows(Index rows) const;

 private:
  struct Table {
    std::vector<double> values;
    Index rows = 0, columns = 0;
  };
  struct Source {
    Table profile;
    std::vector<double> envelope;
  };
  Grid grid_;
  std::array<Table, 6> sides_;
  std::vector<Source> sources_;
};

}  // namespace heatgauge
