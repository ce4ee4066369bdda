#include "heatgauge/site_phase.hpp"

#include <algorithm>
#include <cmath>

#include "heatgauge/dispatch.hpp"
#include "heatgauge/unit_phase.hpp"

namespace heatgauge {
namespace {

/// Moves the part of u that |1 + u| follows more finely.
void onto_circle(double& real, double& imag) {
  const long double re = real, im = imag;
  const long double excess = 2 * re + re * re + im * im;
  const long double cosine = 1 + re;
  if (std::abs(cosine) >= std::abs(im) || re > -0.5L) {
    real = static_cast<double>(re - excess / (2 * cosine));
  } else {
    imag = static_cast<double>(im - excess / (2 * im));
  }
}

/// e^{-iθ} - 1 from e^{-iθ/2}: -2 sin²(θ/2) - 2i sin(θ/2)cos(θ/2).
HEATGAUGE_CLONES void from_half_angles(const double* cosine, const double* sine, Index rows,
                                       Row* u) {
  for (Index i = 0; i < rows; ++i) {
    for (Index l = 0; l < kLanes; ++l) {
      const double c = cosine[i * kLanes + l], s = sine[i * kLanes + l];  // s = -sin
      u[i].re[l] = -2.0 * s * s;
      u[i].im[l] = 2.0 * s * c;
    }
  }
}

HEATGAUGE_CLONES void halve(const double* phases, Index count, double* half) {
  for (Index i = 0; i < count; ++i) half[i] = 0.5 * phases[i];
}

}  // namespace

void site_rows(const double* phases, Index rows, bool careful, Row* u) {
  constexpr Index kChunk =
      16;  // rows under way: enough to hide the calls, few enough for the cache
  double half[kChunk * kLanes], cosine[kChunk * kLanes], sine[kChunk * kLanes];
  for (Index i = 0; i < rows; i += kChunk) {
    const Index n = std::min(kChunk, rows - i), count = n * kLanes;
    halve(phases + i * kLanes, count, half);
    unit_phases(half, count, cosine, sine);
    from_half_angles(cosine, sine, n, u + i);
    if (!careful) continue;
    for (Index k = i; k < i + n; ++k) {
      for (Index l = 0; l < kLanes; ++l) onto_circle(u[k].re[l], u[k].im[l]);
    }
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
