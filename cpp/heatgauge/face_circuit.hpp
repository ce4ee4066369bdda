/// The circuit that a heat flux meets on its way through a face.
#pragma once

#include <array>
#include <span>
#include <vector>

#include "heatgauge/grid.hpp"

namespace heatgauge {

/// Per unit area q = q_M + G ΔT with ΔT = T(left) − T(right): a branch with inertia,
///   L dq_M/dt + r q_M = ΔT,
/// in parallel with a shunt G that has none. G = 0 is q = κE with E = −∇T − ∂t(Λq) and
/// ∫A·dl = L q along the path. Between two sites the path is half a cell of each,
///   r = (h/2)(1/κ_i + 1/κ_j),  L = (h/2)(Λ_i + Λ_j),
/// so that a jump of κ at a face is met exactly; at an outer face it is half a cell. A branch with
/// L = 0 and r = ∞ is absent.
class FaceCircuit {
 public:
  /// conductivity (> 0, infinite for no resistance) and inductance Λ = τ/κ (>= 0) on sites: of
  /// grid.size(), or that size for each axis in turn.
  FaceCircuit(const Grid& grid, std::span<const double> conductivity,
              std::span<const double> inductance);

  const std::vector<double>& resistance(int axis) const { return at(resistance_, axis); }
  const std::vector<double>& inductance(int axis) const { return at(inductance_, axis); }
  const std::vector<double>& shunt(int axis) const { return at(shunt_, axis); }
  bool has_shunt() const { return has_shunt_; }

  /// Adds a surface resistance (1/h_c of a Robin boundary) in series to an outer side. In series
  /// with both branches it keeps the form above: with β = 1/(1 + R G) and q_M' = β q_M,
  ///   L' = L/β²,  r' = (r + Rβ)/β²,  G' = β G.
  void add_surface_resistance(const Grid& grid, int axis, int end, std::span<const double> extra);

  /// Adds an inertia to what an outer side puts in the way of the flux.
  void add_surface_inductance(const Grid& grid, int axis, int end, std::span<const double> extra);

  /// Puts a Fourier conductor of this conductivity (>= 0 on sites) beside the branch.
  void add_shunt(const Grid& grid, std::span<const double> conductivity);

  /// L dq/dt + r q = ΔT + θ dΔT/dt with θ r = ∫lag dl <= L along every path (lag = τ_T/κ on sites):
  /// the share ρ = θ r/L of the conductance follows ΔT at once, the rest has the inertia.
  void split_lag(const Grid& grid, std::span<const double> lag);

 private:
  using Field = std::array<std::vector<double>, 3>;
  static const std::vector<double>& at(const Field& all, int axis) {
    return all.at(static_cast<std::size_t>(axis));
  }
  Field resistance_, inductance_, shunt_;
  bool has_shunt_ = false;
};

}  // namespace heatgauge
