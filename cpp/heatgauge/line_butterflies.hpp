/// Discrete Fourier transforms of 2, 3, 4, 5 and 8 numbers, the steps of a longer one.
#pragma once

#include "heatgauge/line_pass.hpp"
#include "heatgauge/pair.hpp"

// One operation on all lanes, which never touch one another.
#if defined(__GNUC__) && !defined(__clang__)
#define HEATGAUGE_LANES _Pragma("GCC ivdep") for (Index l = 0; l < kLanes; ++l)
#else
#define HEATGAUGE_LANES for (Index l = 0; l < kLanes; ++l)
#endif

namespace heatgauge {

/// The complex number of one line: not std::complex, whose product tests for NaN.
struct Lane {
  double re, im;

  friend HEATGAUGE_INLINE Lane operator+(Lane a, Lane b) { return {a.re + b.re, a.im + b.im}; }
  friend HEATGAUGE_INLINE Lane operator-(Lane a, Lane b) { return {a.re - b.re, a.im - b.im}; }
  friend HEATGAUGE_INLINE Lane operator*(Lane a, Lane b) {
    return {a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re};
  }
  friend HEATGAUGE_INLINE Lane operator*(double a, Lane b) { return {a * b.re, a * b.im}; }
};

/// a·conj(b)
HEATGAUGE_INLINE Lane times_conjugate(Lane a, Lane b) {
  return {a.re * b.re + a.im * b.im, a.im * b.re - a.re * b.im};
}

HEATGAUGE_INLINE Lane lane(const Row& row, Index l) { return {row.re[l], row.im[l]}; }

HEATGAUGE_INLINE void put_lane(Row& row, Index l, Lane value) {
  row.re[l] = value.re;
  row.im[l] = value.im;
}

/// x[n] = Σ_i x[i]·e^{∓2πi·n·i/R}: the upper sign if `forward`.
template <int R, bool forward>
struct Butterfly;

/// x·e^{∓iπ/2}
template <bool forward>
HEATGAUGE_INLINE Lane quarter(Lane x) {
  return forward ? Lane{x.im, -x.re} : Lane{-x.im, x.re};
}

template <bool forward>
struct Butterfly<1, forward> {
  static HEATGAUGE_INLINE void apply(Lane (&)[1]) {}
};

template <bool forward>
struct Butterfly<2, forward> {
  static HEATGAUGE_INLINE void apply(Lane (&x)[2]) {
    const Lane difference = x[0] - x[1];
    x[0] = x[0] + x[1];
    x[1] = difference;
  }
};

template <bool forward>
struct Butterfly<3, forward> {
  static HEATGAUGE_INLINE void apply(Lane (&x)[3]) {
    // √3/2; rounded up on the way back, see √½ below.
    constexpr double sine = forward ? 0x1.bb67ae8584caap-1 : 0x1.bb67ae8584cabp-1;
    const Lane sum = x[1] + x[2];
    const Lane across = quarter<forward>(sine * (x[1] - x[2]));
    const Lane along = x[0] - 0.5 * sum;
    x[0] = x[0] + sum;
    x[1] = along + across;
    x[2] = along - across;
  }
};

template <bool forward>
struct Butterfly<4, forward> {
  static HEATGAUGE_INLINE void apply(Lane (&x)[4]) {
    const Lane even = x[0] + x[2], odd = x[0] - x[2];
    const Lane sum = x[1] + x[3], across = quarter<forward>(x[1] - x[3]);
    x[0] = even + sum;
    x[1] = odd + across;
    x[2] = even - sum;
    x[3] = odd - across;
  }
};

template <bool forward>
struct Butterfly<5, forward> {
  static HEATGAUGE_INLINE void apply(Lane (&x)[5]) {
    // cos and sin of 2π/5 and 4π/5; the cosines as their half difference, their mean is -1/4.
    constexpr double root = 0x1.1e3779b97f4a8p-1;    // √5/4
    constexpr double sine_1 = 0x1.e6f0e134454ffp-1;  // sin 2π/5
    constexpr double sine_2 = 0x1.2cf2304755a5ep-1;  // sin 4π/5
    const Lane sum_1 = x[1] + x[4], difference_1 = x[1] - x[4];
    const Lane sum_2 = x[2] + x[3], difference_2 = x[2] - x[3];
    const Lane sum = sum_1 + sum_2;
    const Lane spread = root * (sum_1 - sum_2);
    const Lane mean = x[0] - 0.25 * sum;
    const Lane along_1 = mean + spread, along_2 = mean - spread;
    const Lane across_1 = quarter<forward>(sine_1 * difference_1 + sine_2 * difference_2);
    const Lane across_2 = quarter<forward>(sine_2 * difference_1 - sine_1 * difference_2);
    x[0] = x[0] + sum;
    x[1] = along_1 + across_1;
    x[2] = along_2 + across_2;
    x[3] = along_2 - across_2;
    x[4] = along_1 - across_1;
  }
};

template <bool forward>
struct Butterfly<8, forward> {
  static HEATGAUGE_INLINE void apply(Lane (&x)[8]) {
    // √½ rounded up one way and down the other: their product is ½ to 2e-17, so that there and
    // back together do not change the norm of a state systematically.
    constexpr double half_root = forward ? 0x1.6a09e667f3bcdp-1 : 0x1.6a09e667f3bccp-1;
    const Lane a0 = x[0] + x[4], b0 = x[0] - x[4];
    const Lane a1 = x[1] + x[5], b1 = x[1] - x[5];
    const Lane a2 = x[2] + x[6], b2 = quarter<forward>(x[2] - x[6]);
    const Lane a3 = x[3] + x[7], b3 = x[3] - x[7];
    const Lane even = a0 + a2, odd = a0 - a2;
    const Lane sum = a1 + a3, across = quarter<forward>(a1 - a3);
    x[0] = even + sum;
    x[2] = odd + across;
    x[4] = even - sum;
    x[6] = odd - across;
    // b1·e^{∓iπ/4} ± b3·e^{∓3iπ/4}, the common factor √½ taken out.
    const Lane first = b1 + quarter<forward>(b1);
    const Lane third = quarter<forward>(b3) - b3;
    const Lane near = b0 + b2, far = b0 - b2;
    const Lane skew = half_root * (first + third);
    const Lane turned = half_root * quarter<forward>(first - third);
    x[1] = near + skew;
    x[3] = far + turned;
    x[5] = near - skew;
    x[7] = far - turned;
  }
};

}  // namespace heatgauge
