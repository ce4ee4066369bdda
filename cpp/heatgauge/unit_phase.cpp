#include "heatgauge/unit_phase.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>

#include "heatgauge/dispatch.hpp"
#include "heatgauge/pair.hpp"

namespace heatgauge {

namespace {

// π/2 in parts of 33 bits: times a quadrant number below 2^20 the first two are exact.
constexpr double kHalfPi[3] = {0x1.921fb544p+0, 0x1.0b4611a6p-34, 0x1.3198a2e037073p-69};
constexpr double kLargest = 1e6;
constexpr double kRounding =
    0x1.8p52;  // added to a number, leaves its nearest integer in the low bits

/// Σ_k c[k]·x^k by Horner's rule.
HEATGAUGE_INLINE double polynomial(const double (&c)[8], double x) {
  double sum = c[7];
  for (int k = 7; k-- > 0;) sum = c[k] + x * sum;
  return sum;
}

// (sin r - r)/r³ and (cos r - 1 + r²/2)/r⁴ as Taylor series in r²: for |r| <= π/4 the first terms
// left out are below 2^-63 of the whole.
constexpr double kSine[8] = {
    -1.0 / 6,        1.0 / 120,        -1.0 / 5040,          1.0 / 362880,
    -1.0 / 39916800, 1.0 / 6227020800, -1.0 / 1307674368000, 1.0 / 355687428096000};
constexpr double kCosine[8] = {
    1.0 / 24,        -1.0 / 720,         1.0 / 40320,          -1.0 / 3628800,
    1.0 / 479001600, -1.0 / 87178291200, 1.0 / 20922789888000, -1.0 / 6402373705728000};

struct Angle {
  double head, tail;
  std::uint64_t quadrant;  // its lowest two bits count
};

/// φ - quadrant·π/2 as an unevaluated sum of two doubles.
HEATGAUGE_INLINE Angle reduced(double phase) {
  const double shifted = phase * 0x1.45f306dc9c883p-1 + kRounding;
  const double quarter = shifted - kRounding;
  const double exact = phase - quarter * kHalfPi[0];
  const double next = quarter * kHalfPi[1];
  const double rest = quarter * kHalfPi[2];
  const double head = exact - next;
  return {head, ((exact - head) - next) - rest, std::bit_cast<std::uint64_t>(shifted)};
}

/// Negative where the bit is set.
HEATGAUGE_INLINE double with_sign(double x, std::uint64_t bit) {
  return std::bit_cast<double>(std::bit_cast<std::uint64_t>(x) ^ (bit << 63));
}

HEATGAUGE_INLINE Complex unit_phase(double phase) {
  const Angle angle = reduced(phase);
  const double r = angle.head + angle.tail;
  const double tail = (angle.head - r) + angle.tail;
  const double square = r * r;
  const double half = 0.5 * square;
  const double near = 1.0 - half;
  // The small terms are added up first, what rounding took from r and 1 - r²/2 among them.
  const double sine = r + (r * square * polynomial(kSine, square) + tail * near);
  const double cosine =
      near + (((1.0 - near) - half) + (square * square * polynomial(kCosine, square) - r * tail));
  const auto sine_bits = std::bit_cast<std::uint64_t>(sine);
  const auto cosine_bits = std::bit_cast<std::uint64_t>(cosine);
  const std::uint64_t swap = (sine_bits ^ cosine_bits) & (0 - (angle.quadrant & 1));
  const auto real = std::bit_cast<double>(cosine_bits ^ swap);
  const auto imag = std::bit_cast<double>(sine_bits ^ swap);
  return {with_sign(real, (angle.quadrant + 1) >> 1), with_sign(imag, (angle.quadrant >> 1) + 1)};
}

HEATGAUGE_CLONES void moderate_phases(const double* phases, Index count, Complex* u) {
  double* parts = reinterpret_cast<double*>(u);  // std::complex is an array of two
  for (Index i = 0; i < count; ++i) {
    const Complex value = unit_phase(phases[i]);
    parts[2 * i] = value.real();
    parts[2 * i + 1] = value.imag();
  }
}

HEATGAUGE_CLONES void moderate_parts(const double* phases, Index count, double* re, double* im) {
  for (Index i = 0; i < count; ++i) {
    const Complex value = unit_phase(phases[i]);
    re[i] = value.real();
    im[i] = value.imag();
  }
}

/// Whether all phases fit three parts of π/2 (a phase that is not a number does not).
HEATGAUGE_CLONES bool all_moderate(const double* phases, Index count) {
  Index beyond = 0;
  for (Index i = 0; i < count; ++i) beyond += std::abs(phases[i]) <= kLargest ? 0 : 1;
  return beyond == 0;
}

}  // namespace

void unit_phases(const double* phases, Index count, double* re, double* im) {
  moderate_parts(phases, count, re, im);
  if (all_moderate(phases, count)) return;
  for (Index i = 0; i < count; ++i) {
    if (std::abs(phases[i]) <= kLargest) continue;
    re[i] = std::cos(phases[i]);
    im[i] = -std::sin(phases[i]);
  }
}

void unit_phases(const double* phases, Index count, Complex* u) {
  constexpr Index kBlock = 1024;  // stays in the cache for the second look
  for (Index start = 0; start < count; start += kBlock) {
    const Index end = std::min(count, start + kBlock);
    moderate_phases(phases + start, end - start, u + start);
    if (all_moderate(phases + start, end - start)) continue;
    for (Index i = start; i < end; ++i) {  // too large for three parts of π/2, or not a number
      if (!(std::abs(phases[i]) <= kLargest)) u[i] = {std::cos(phases[i]), -std::sin(phases[i])};
    }
  }
}

}  // namespace heatgauge
