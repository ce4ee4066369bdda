/// The implicit rules that carry classical heat over one time step.
#pragma once

#include <array>
#include <cstddef>

namespace heatgauge {

/// A diagonally implicit Runge–Kutta rule with one diagonal entry γ, so that every stage solves the
/// same matrix:  y_i = y + dt Σ_{j≤i} a_ij f(y_j, t + c_i dt),  y' = y + dt Σ b_i f(y_i, t + c_i
/// dt).
struct TimeScheme {
  std::size_t stages;
  double diagonal;  ///< γ = a_ii
  std::array<std::array<double, 3>, 3> a;
  std::array<double, 3> b;
  std::array<double, 3> c;
  bool stiffly_accurate;  ///< the last stage is the new state

  /// Implicit midpoint rule: 2nd order; conserves every quadratic balance exactly.
  static TimeScheme midpoint();

  /// Three stages, γ = 1 − √(2/3): 2nd order, A- and L-stable. Its stability function
  /// R(z) = (1 + (1−3γ)z + (½−3γ+3γ²)z²)/(1−γz)³ is positive for every z ≤ 0 (γ is the value at
  /// which the coefficient of z² stays positive, 0.0505), so that no diffusive mode changes sign at
  /// any step; the usual two-stage rule and TR-BDF2 dip to −0.2.
  static TimeScheme l_stable();

  /// Three stages, γ = 0.47: 2nd order, A- and L-stable, for sharp heat waves. At dt = h/v its
  /// phase lead makes up half of the phase lag of the grid, and its damping takes the rest of the
  /// ripple; on diffusive modes R(z) dips to −0.11, which is why they have a rule of their own.
  static TimeScheme l_stable_fronts();

  /// Backward Euler: 1st order; an M-matrix step, hence monotone for Fourier's law.
  static TimeScheme backward_euler();
};

}  // namespace heatgauge
