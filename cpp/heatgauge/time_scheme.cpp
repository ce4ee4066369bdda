#include "heatgauge/time_scheme.hpp"

#include <cmath>

namespace heatgauge {

TimeScheme TimeScheme::midpoint() { return {1, 0.5, {{{0.5}}}, {1.0}, {0.5}, false}; }

TimeScheme TimeScheme::backward_euler() { return {1, 1.0, {{{1.0}}}, {1.0}, {1.0}, true}; }

namespace {

/// The stiffly accurate rule of 2nd order with abscissae γ, c₂, 1: b₃ = γ, b₁ + b₂ = 1 − γ and
/// γb₁ + c₂b₂ = ½ − γ.
TimeScheme stiff_rule(double g, double c2) {
  const double b2 = (0.5 - g - g * (1.0 - g)) / (c2 - g);
  const double b1 = 1.0 - g - b2;
  return {3, g, {{{g}, {c2 - g, g}, {b1, b2, g}}}, {b1, b2, g}, {g, c2, 1.0}, true};
}

}  // namespace

TimeScheme TimeScheme::l_stable() { return stiff_rule(1.0 - std::sqrt(2.0 / 3.0), 0.5); }

TimeScheme TimeScheme::l_stable_fronts() { return stiff_rule(0.47, 0.735); }

}  // namespace heatgauge
