/// Generalised conjugate residuals, truncated: for any operator, and a preconditioner that need
/// neither be symmetric nor the same each time. Source: Eisenstat, Elman & Schultz, SIAM J. Numer.
/// Anal. 20 (1983) 345.
#pragma once

#include <array>
#include <cmath>
#include <vector>

#include "heatgauge/conjugate_gradient.hpp"

namespace heatgauge {

/// Directions and what the operator makes of them, besides those of ConjugateGradientWork.
struct ConjugateResidualWork {
  static constexpr std::size_t memory = 5;
  std::array<std::vector<double>, memory> direction, image;
  int steps = 0;  // of the last solve
};

/// Solves A x = b for work.b from the guess in work.x, where the result is left; work.r and work.z
/// are worked with. Each step makes the residual as small as the latest directions allow. The
/// residual is formed anew before it is believed. False where it is not reached in a few dozen
/// steps: x is then no worse than the guess.
template <typename Multiply, typename Precondition>
bool conjugate_residuals(ConjugateGradientWork& work, ConjugateResidualWork& past,
                         const Residual& wanted, Multiply&& multiply, Precondition&& precondition,
                         Interrupt& interrupt) {
  auto& [b, x, r, z, p, ap] = work;
  const double size = std::sqrt(dot(b, b));
  past.steps = 0;
  for (int restart = 0; restart < 4; ++restart) {
    multiply(x, r);
    view(r) = view(b) - view(r);
    double left = std::sqrt(dot(r, r));
    if (std::isfinite(left) && left <= wanted.bound(std::sqrt(dot(x, x)), size)) return true;
    for (std::size_t k = 0; k < 40; ++k) {
      interrupt.check();
      std::vector<double>&v = past.direction[k % past.memory], &av = past.image[k % past.memory];
      ++past.steps;
      precondition(r, z);
      multiply(z, ap);
      for (std::size_t j = k > past.memory - 1 ? k - past.memory + 1 : 0; j < k; ++j) {
        const double share = dot(ap, past.image[j % past.memory]);
        view(ap) -= share * view(past.image[j % past.memory]);
        view(z) -= share * view(past.direction[j % past.memory]);
      }
      const double length = std::sqrt(dot(ap, ap));
      if (!(length > 0.0) || !std::isfinite(length)) break;
      av.resize(ap.size());
      v.resize(z.size());
      view(av) = view(ap) / length;
      view(v) = view(z) / length;
      const double along = dot(r, av);
      view(x) += along * view(v);
      view(r) -= along * view(av);
      left = std::sqrt(dot(r, r));
      if (left <= 0.5 * wanted.bound(std::sqrt(dot(x, x)), size)) break;
    }
  }
  return false;
}

}  // namespace heatgauge
