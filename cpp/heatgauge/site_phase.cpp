#include "heatgauge/site_phase.hpp"

#include <algorithm>
#include <cmath>

#include "heatgauge/dispatch.hpp"
#include "heatgauge/unit_phase.hpp"

namespace heatgauge {

namespace {

/// Moves the component that |1 + u| follows more finely.
Complex on_circle(Complex u) {
  const long double re = u.real(), im = u.imag();
  const long double excess = 2 * re + re * re + im * im;
  const long double cosine = 1 + re;
  if (std::abs(cosine) >= std::abs(im) || re > -0.5L) {
    return {static_cast<double>(re - excess / (2 * cosine)), u.imag()};
  }
  return {u.real(), static_cast<double>(im - excess / (2 * im))};
}

/// u = (cos, -sin) of half a phase becomes e^{-iθ} - 1 = (-2 sin², -2 sin cos).
HEATGAUGE_CLONES void from_half_phase(Index count, Complex* u) {
  auto* parts = reinterpret_cast<double*>(u);  // std::complex is an array of two
  for (Index i = 0; i < count; ++i) {
    const double c = parts[2 * i], s = parts[2 * i + 1];
    parts[2 * i] = -2.0 * s * s;
    parts[2 * i + 1] = 2.0 * s * c;
  }
}

}  // namespace

void site_factors(const double* phases, const double* contractions, Index count, bool careful,
                  Complex* u) {
  constexpr Index kChunk = 64;
  double half[kChunk];
  for (Index first = 0; first < count; first += kChunk) {
    const Index n = std::min(kChunk, count - first);
    for (Index i = 0; i < n; ++i) half[i] = 0.5 * phases[first + i];
    unit_phases(half, n, u + first);
    from_half_phase(n, u + first);
    if (careful) std::transform(u + first, u + first + n, u + first, on_circle);
    if (contractions == nullptr) continue;
    for (Index i = first; i < first + n; ++i) {
      const double loss = std::expm1(-contractions[i]);
      u[i] = {u[i].real() + loss * (1.0 + u[i].real()), u[i].imag() + loss * u[i].imag()};
    }
  }
}

}  // namespace heatgauge
