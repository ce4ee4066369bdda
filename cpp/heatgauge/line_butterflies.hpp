/// Discrete Fourier transforms of 2, 3, 4, 5 and 8 numbers, the steps of a longer one.
#pragma once

#include "heatgauge/pair.hpp"

// One operation on all lanes, which never touch one another.
#if defined(__GNUC__) && !defined(__clang__)
#define HEATGAUGE_LANES _Pragma("GCC ivdep") for (Index l = 0; l < line_lanes; ++l)
#else
#define HEATGAUGE_LANES for (Index l = 0; l < line_lanes; ++l)
#endif

namespace heatgauge {

/// Lines transformed together, one per SIMD lane.
inline constexpr Index line_lanes = 8;
/// Doubles of one row of a batch: the real parts of eight lines, then their imaginary parts.
inline constexpr Index batch_row = 2 * line_lanes;

/// A complex number of one lane: not std::complex, whose product tests for NaN.
struct Turn {
  double re, im;

  friend HEATGAUGE_INLINE Turn operator+(Turn a, Turn b) { return {a.re + b.re, a.im + b.im}; }
  friend HEATGAUGE_INLINE Turn operator-(Turn a, Turn b) { return {a.re - b.re, a.im - b.im}; }
  friend HEATGAUGE_INLINE Turn operator*(Turn a, Turn b) {
    return {a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re};
  }
  friend HEATGAUGE_INLINE Turn operator*(double a, Turn b) { return {a * b.re, a * b.im}; }
};

/// a·conj(b)
HEATGAUGE_INLINE Turn times_conjugate(Turn a, Turn b) {
  return {a.re * b.re + a.im * b.im, a.im * b.re - a.re * b.im};
}

/// x[n] = Σ_i x[i]·e^{∓2πi·n·i/R}: the upper sign if `forward`.
template <int R, bool forward>
struct Butterfly;

/// x·e^{∓iπ/2}
template <bool forward>
HEATGAUGE_INLINE Turn quarter(Turn x) {
  return forward ? Turn{x.im, -x.re} : Turn{-x.im, x.re};
}

template <bool forward>
struct Butterfly<1, forward> {
  static HEATGAUGE_INLINE void apply(Turn (&)[1]) {}
};

template <bool forward>
struct Butterfly<2, forward> {
  static HEATGAUGE_INLINE void apply(Turn (&x)[2]) {
    const Turn difference = x[0] - x[1];
    x[0] = x[0] + x[1];
    x[1] = difference;
  }
};

template <bool forward>
struct Butterfly<3, forward> {
  static HEATGAUGE_INLINE void apply(Turn (&x)[3]) {
    constexpr double sine = 0x1.bb67ae8584caap-1;  // √3/2
    const Turn sum = x[1] + x[2];
    const Turn across = quarter<forward>(sine * (x[1] - x[2]));
    const Turn along = x[0] - 0.5 * sum;
    x[0] = x[0] + sum;
    x[1] = along + across;
    x[2] = along - across;
  }
};

template <bool forward>
struct Butterfly<4, forward> {
  static HEATGAUGE_INLINE void apply(Turn (&x)[4]) {
    const Turn even = x[0] + x[2], odd = x[0] - x[2];
    const Turn sum = x[1] + x[3], across = quarter<forward>(x[1] - x[3]);
    x[0] = even + sum;
    x[1] = odd + across;
    x[2] = even - sum;
    x[3] = odd - across;
  }
};

template <bool forward>
struct Butterfly<5, forward> {
  static HEATGAUGE_INLINE void apply(Turn (&x)[5]) {
    // cos and sin of 2π/5 and 4π/5; the cosines as their half difference, their mean is -1/4.
    constexpr double root = 0x1.1e3779b97f4a8p-1;    // √5/4
    constexpr double sine_1 = 0x1.e6f0e134454ffp-1;  // sin 2π/5
    constexpr double sine_2 = 0x1.2cf2304755a5ep-1;  // sin 4π/5
    const Turn sum_1 = x[1] + x[4], difference_1 = x[1] - x[4];
    const Turn sum_2 = x[2] + x[3], difference_2 = x[2] - x[3];
    const Turn sum = sum_1 + sum_2;
    const Turn spread = root * (sum_1 - sum_2);
    const Turn mean = x[0] - 0.25 * sum;
    const Turn along_1 = mean + spread, along_2 = mean - spread;
    const Turn across_1 = quarter<forward>(sine_1 * difference_1 + sine_2 * difference_2);
    const Turn across_2 = quarter<forward>(sine_2 * difference_1 - sine_1 * difference_2);
    x[0] = x[0] + sum;
    x[1] = along_1 + across_1;
    x[2] = along_2 + across_2;
    x[3] = along_2 - across_2;
    x[4] = along_1 - across_1;
  }
};

template <bool forward>
struct Butterfly<8, forward> {
  static HEATGAUGE_INLINE void apply(Turn (&x)[8]) {
    // √½ rounded up one way and down the other: their product is ½ to 2e-17, so that there and
    // back together do not change the norm of a state systematically.
    constexpr double half_root = forward ? 0x1.6a09e667f3bcdp-1 : 0x1.6a09e667f3bccp-1;
    const Turn a0 = x[0] + x[4], b0 = x[0] - x[4];
    const Turn a1 = x[1] + x[5], b1 = x[1] - x[5];
    const Turn a2 = x[2] + x[6], b2 = quarter<forward>(x[2] - x[6]);
    const Turn a3 = x[3] + x[7], b3 = x[3] - x[7];
    const Turn even = a0 + a2, odd = a0 - a2;
    const Turn sum = a1 + a3, across = quarter<forward>(a1 - a3);
    x[0] = even + sum;
    x[2] = odd + across;
    x[4] = even - sum;
    x[6] = odd - across;
    // b1·e^{∓iπ/4} ± b3·e^{∓3iπ/4}, the common factor √½ taken out.
    const Turn first = b1 + quarter<forward>(b1);
    const Turn third = quarter<forward>(b3) - b3;
    const Turn near = b0 + b2, far = b0 - b2;
    const Turn skew = half_root * (first + third);
    const Turn turned = half_root * quarter<forward>(first - third);
    x[1] = near + skew;
    x[3] = far + turned;
    x[5] = near - skew;
    x[7] = far - turned;
  }
};

}  // namespace heatgauge
