/// Two complex numbers side by side, one from each half of a line: one SIMD operation for both.
#pragma once

#include "heatgauge/lanes.hpp"
#include "heatgauge/types.hpp"

// A call from within a loop would have to leave the registers.
#if defined(__GNUC__)
#define HEATGAUGE_INLINE __attribute__((always_inline)) inline
#else
#define HEATGAUGE_INLINE inline
#endif

namespace heatgauge {

struct Pair {
  Lanes re{0.0, 0.0};
  Lanes im{0.0, 0.0};

  Pair() = default;
  // Lane by lane: as one block of 32 bytes a copy would wait for the two stores that made it.
  HEATGAUGE_INLINE Pair(const Pair& b) : re(b.re), im(b.im) {}
  HEATGAUGE_INLINE Pair& operator=(const Pair& b) {
    re = b.re;
    im = b.im;
    return *this;
  }
  Pair(Lanes real, Lanes imag) : re(real), im(imag) {}
  Pair(Complex first, Complex second)
      : re{first.real(), second.real()}, im{first.imag(), second.imag()} {}

  void set(int lane, Complex value) {
    re[lane] = value.real();
    im[lane] = value.imag();
  }
  Complex first() const { return {re[0], im[0]}; }
  Complex second() const { return {re[1], im[1]}; }

  HEATGAUGE_INLINE Pair& operator+=(const Pair& b) {
    re += b.re;
    im += b.im;
    return *this;
  }
  HEATGAUGE_INLINE Pair& operator-=(const Pair& b) {
    re -= b.re;
    im -= b.im;
    return *this;
  }
  // The sums are nested so that each term fuses with one multiplication where the processor can.
  /// this += a·b
  HEATGAUGE_INLINE void add_product(const Pair& a, const Pair& b) {
    re = (re + a.re * b.re) - a.im * b.im;
    im = (im + a.re * b.im) + a.im * b.re;
  }
  /// this -= a·b
  HEATGAUGE_INLINE void subtract_product(const Pair& a, const Pair& b) {
    re = (re - a.re * b.re) + a.im * b.im;
    im = (im - a.re * b.im) - a.im * b.re;
  }
  /// this -= conj(a)·b
  HEATGAUGE_INLINE void subtract_conjugate_product(const Pair& a, const Pair& b) {
    re = (re - a.re * b.re) - a.im * b.im;
    im = (im - a.re * b.im) + a.im * b.re;
  }
};

HEATGAUGE_INLINE Pair operator*(const Pair& a, const Pair& b) {
  return {a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re};
}

inline Pair reciprocal(const Pair& a) {
  const Lanes scale = Lanes{1.0, 1.0} / (a.re * a.re + a.im * a.im);
  return {a.re * scale, -a.im * scale};
}

HEATGAUGE_INLINE Lanes norm2(const Pair& a) { return a.re * a.re + a.im * a.im; }

}  // namespace heatgauge
