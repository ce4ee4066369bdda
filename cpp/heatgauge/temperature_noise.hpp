/// Random phases of temporal links: what fluctuations of the temperature do to realisations.
#pragma once

#include <vector>

#include "heatgauge/grid.hpp"
#include "heatgauge/noise_filter.hpp"

namespace heatgauge {

/// The update of one step, for independent standard normal numbers n₁, n₂ of every site:
///   φ = passed·ω + spread·n₁,   ω ← kept·ω + joint·n₁ + fresh·n₂,
/// ω = sδT/ħ the rate of the phase at the beginning of the step and φ its integral over the step.
/// White noise has no ω: all but `spread` are zero.
struct NoiseStep {
  double spread = 0.0, passed = 0.0, kept = 0.0, joint = 0.0, fresh = 0.0;
};

/// Draws φ on the sites of several realisations. The numbers of a realisation follow from its key
/// and the number of the step alone, whatever others are drawn beside it.
class TemperatureNoise {
 public:
  /// filters: none, or one per axis of the grid. deviation: √⟨ω²⟩ of coloured noise, 0 for white.
  TemperatureNoise(const Grid& grid, std::vector<std::uint64_t> keys,
                   std::vector<NoiseFilter> filters, double deviation);

  Index members() const { return static_cast<Index>(keys_.size()); }
  Index sites() const { return sites_; }

  /// Adds φ of every site of every member, (members, sites), to `phases`; to be called for the
  /// steps 0, 1, 2, … one after the other where the noise is coloured.
  void add_phases(std::uint64_t step, const NoiseStep& law, double* phases);

 private:
  /// Correlated normal numbers of all members.
  const double* normals(std::uint64_t step, std::uint32_t stream, std::vector<double>& out);

  std::vector<Index> shape_;
  Index sites_, drawn_;
  std::vector<std::uint64_t> keys_;
  std::vector<NoiseFilter> filters_;
  std::vector<double> omega_, first_, second_, space_;
};

}  // namespace heatgauge
