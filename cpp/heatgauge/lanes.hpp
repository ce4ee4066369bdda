/// Two doubles in one SIMD register of the baseline instruction set.
#pragma once

namespace heatgauge {

// Not Eigen's arrays: their functions are not reliably inlined into clones for other instruction
// sets, and then every operand passes through memory.
#if defined(__GNUC__)
using Lanes = double __attribute__((vector_size(16)));
#else
struct Lanes {
  double value[2];
  double& operator[](int i) { return value[i]; }
  double operator[](int i) const { return value[i]; }
  Lanes operator-() const { return {-value[0], -value[1]}; }
  Lanes& operator+=(Lanes b) { return *this = *this + b; }
  Lanes& operator-=(Lanes b) { return *this = *this - b; }
  friend Lanes operator+(Lanes a, Lanes b) {
    return {a.value[0] + b.value[0], a.value[1] + b.value[1]};
  }
  friend Lanes operator-(Lanes a, Lanes b) {
    return {a.value[0] - b.value[0], a.value[1] - b.value[1]};
  }
  friend Lanes operator*(Lanes a, Lanes b) {
    return {a.value[0] * b.value[0], a.value[1] * b.value[1]};
  }
  friend Lanes operator/(Lanes a, Lanes b) {
    return {a.value[0] / b.value[0], a.value[1] / b.value[1]};
  }
};
#endif

}  // namespace heatgauge
