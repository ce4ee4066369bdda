/// Two complex numbers side by side, one from each half of a line: one SIMD operation for both.
#pragma once

#include <Eigen/Core>

#include "heatgauge/types.hpp"

namespace heatgauge {

struct Pair {
  Eigen::Array2d re{0.0, 0.0};
  Eigen::Array2d im{0.0, 0.0};

  Pair() = default;
  Pair(const Eigen::Array2d& real, const Eigen::Array2d& imag) : re(real), im(imag) {}
  Pair(Complex first, Complex second)
      : re(first.real(), second.real()), im(first.imag(), second.imag()) {}

  Complex first() const { return {re[0], im[0]}; }
  Complex second() const { return {re[1], im[1]}; }

  Pair& operator+=(const Pair& b) {
    re += b.re;
    im += b.im;
    return *this;
  }
  Pair& operator-=(const Pair& b) {
    re -= b.re;
    im -= b.im;
    return *this;
  }
  /// this += a·b
  void add_product(const Pair& a, const Pair& b) {
    re += a.re * b.re - a.im * b.im;
    im += a.re * b.im + a.im * b.re;
  }
  /// this -= a·b
  void subtract_product(const Pair& a, const Pair& b) {
    re -= a.re * b.re - a.im * b.im;
    im -= a.re * b.im + a.im * b.re;
  }
};

inline Pair operator*(const Pair& a, const Pair& b) {
  return {a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re};
}

inline Pair reciprocal(const Pair& a) {
  const Eigen::Array2d scale = (a.re * a.re + a.im * a.im).inverse();
  return {a.re * scale, -a.im * scale};
}

inline Eigen::Array2d norm2(const Pair& a) { return a.re * a.re + a.im * a.im; }

}  // namespace heatgauge
