/// Site phases that are sums of profiles, formed bundle by bundle.
#pragma once

#include <array>
#include <map>
#include <utility>
#include <vector>

#include "heatgauge/sweep_slots.hpp"

namespace heatgauge {

/// θ = Σ_k coefficient_k·profile_k on the sites. Profiles are kept in the order of the bundles of
/// each axis that needs them; phases are stored only where their coefficients stay the same.
class DrivenPhases {
 public:
  /// `axes`: for which axes the profiles are wanted in the order of `layout`. `careful`: as
  /// site_rows.
  DrivenPhases(const LaneLayout& layout, const std::array<bool, 3>& axes,
               const std::vector<const double*>& profiles, bool careful);

  Index profiles() const { return profiles_; }
  /// e^{-iθ} - 1 on `count` rows from `first` on of one block of site factors of so many `rows`.
  void factors(int axis, Index block, Index rows, Index first, Index count,
               const double* coefficients, Row* u) const;

  /// Stores the factors of a slot of these coefficients, unless they are stored already, or are so
  /// few that forming them costs no more than reading them.
  void keep(const LaneLayout& layout, int slot, int axis, const double* coefficients,
            ThreadPool& pool);
  void forget(int slot, int axis) { kept_.erase({slot, axis}); }
  /// All rows of one block, or nullptr where factors of the slot are not stored.
  const Row* kept(int slot, int axis, Index block, Index rows) const;

 private:
  struct Kept {
    std::vector<double> coefficients;
    Rows factors;
  };
  /// How profiles that depend on few coordinates look in the bundles of an axis: on all lines of a
  /// bundle alike, or on all sites of a line. Few phases are then to be formed.
  enum class Shape { any, lines_alike, sites_alike };
  void form(const double* values, Index block, Index first, Index rows, const double* coefficients,
            Row* u) const;

  Index profiles_;
  bool careful_;
  std::array<Shape, 3> shapes_{};
  std::array<std::vector<double>, 3> values_;  // bundle, profile, row, line
  std::map<std::pair<int, int>, Kept> kept_;   // slot and axis
};

}  // namespace heatgauge
