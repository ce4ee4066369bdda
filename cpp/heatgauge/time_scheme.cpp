#include "heatgauge/time_scheme.hpp"

#include <cmath>

namespace heatgauge {

TimeScheme TimeScheme::midpoint() { return {1, 0.5, {{{0.5}}}, {1.0}, {0.5}, false}; }

TimeScheme TimeScheme::backward_euler() { return {1, 1.0, {{{1.0}}}, {1.0}, {1.0}, true}; }

TimeScheme TimeScheme::l_stable() {
  const double g = 1.0 - std::sqrt(2.0 / 3.0);
  // c₂ = ½; b₁ + b₂ = 1 − γ and b₁γ + b₂/2 = ½ − γ (2nd order, with b₃ = γ, c₃ = 1) give b₂.
  const double a21 = 0.5 - g;
  const double b2 = (0.5 - g - g * (1.0 - g)) / (0.5 - g);
  const double b1 = 1.0 - g - b2;
  return {3, g, {{{g}, {a21, g}, {b1, b2, g}}}, {b1, b2, g}, {g, 0.5, 1.0}, true};
}

}  // namespace heatgauge
