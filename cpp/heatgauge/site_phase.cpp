#include "heatgauge/site_phase.hpp"

#include <cmath>

#include "heatgauge/dispatch.hpp"
#include "heatgauge/unit_phase.hpp"

namespace heatgauge {
namespace {

/// e^{-iθ} - 1 from e^{-iθ/2}: -2 sin²(θ/2) - 2i sin(θ/2)cos(θ/2).
HEATGAUGE_CLONES void from_half_angles(const double* half, Row* u) {
  for (Index l = 0; l < kLanes; ++l) {
    const double c = half[2 * l], s = half[2 * l + 1];
    u->re[l] = -2.0 * s * s;
    u->im[l] = 2.0 * s * c;
  }
}

}  // namespace

void site_rows(const double* phases, Index rows, Row* u) {
  double half[kLanes];
  Complex unit[kLanes];
  for (Index i = 0; i < rows; ++i, phases += kLanes) {
    for (Index l = 0; l < kLanes; ++l) half[l] = 0.5 * phases[l];
    unit_phases(half, kLanes, unit);
    from_half_angles(reinterpret_cast<const double*>(unit), u + i);
  }
}

void contract_rows(const double* contractions, Index rows, Row* u) {
  for (Index i = 0; i < rows; ++i) {
    for (Index l = 0; l < kLanes; ++l) {
      const double gamma = contractions[i * kLanes + l];
      if (gamma == 0.0) continue;
      const double loss = std::expm1(-gamma);
      u[i].re[l] += loss * (1.0 + u[i].re[l]);
      u[i].im[l] += loss * u[i].im[l];
    }
  }
}

}  // namespace heatgauge
