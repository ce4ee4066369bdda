/// The series circuit that a heat flux meets on its way through a face.
#pragma once

#include <array>
#include <span>
#include <vector>

#include "heatgauge/grid.hpp"

namespace heatgauge {

/// Per unit area, L dq/dt + r q = T(left) − T(right), which is q = κE with E = −∇T − ∂t(Λq) and
/// ∫A·dl = L q along the path. Between two sites the path is half a cell of each,
///   r = (h/2)(1/κ_i + 1/κ_j),  L = (h/2)(Λ_i + Λ_j),
/// so that a jump of κ at a face is met exactly; at an outer face it is half a cell.
class FaceCircuit {
 public:
  /// conductivity (> 0) and inductance Λ = τ/κ (>= 0) on sites, all of grid.size().
  FaceCircuit(const Grid& grid, std::span<const double> conductivity,
              std::span<const double> inductance);

  const std::vector<double>& resistance(int axis) const { return at(resistance_, axis); }
  const std::vector<double>& inductance(int axis) const { return at(inductance_, axis); }

  /// Adds a surface resistance (1/h_c of a Robin boundary) in series to an outer side.
  void add_surface_resistance(const Grid& grid, int axis, int end, std::span<const double> extra);

 private:
  static const std::vector<double>& at(const std::array<std::vector<double>, 3>& all, int axis) {
    return all.at(static_cast<std::size_t>(axis));
  }
  std::array<std::vector<double>, 3> resistance_, inductance_;
};

}  // namespace heatgauge
