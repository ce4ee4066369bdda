/// Number types and the two exceptions that leave the core.
#pragma once

#include <Eigen/Core>
#include <complex>
#include <stdexcept>
#include <string>

namespace heatgauge {

using Index = Eigen::Index;  // 64-bit: a 3D grid passes 2^31 unknowns or non-zeros easily
using Complex = std::complex<double>;
using ComplexSingle = std::complex<float>;  // of states in memory only: arithmetic is in doubles

static_assert(sizeof(Index) == 8, "heatgauge needs 64-bit indices");

/// Product of two complex numbers by the plain formula. std::complex's operator* first tests for
/// NaN and infinities (Annex G), which stops vectorisation; a non-finite state is caught elsewhere.
inline Complex times(Complex a, Complex b) {
  return {a.real() * b.real() - a.imag() * b.imag(), a.real() * b.imag() + a.imag() * b.real()};
}

/// conj(a)·b by the plain formula.
inline Complex conj_times(Complex a, Complex b) {
  return {a.real() * b.real() + a.imag() * b.imag(), a.real() * b.imag() - a.imag() * b.real()};
}

inline double norm2(Complex a) { return a.real() * a.real() + a.imag() * a.imag(); }

/// A computation that cannot go on: a state that is no longer finite, a solve that did not
/// converge. `step` counts from the start of the call that failed; `residual` is NaN where there is
/// none.
class NumericalFailure : public std::runtime_error {
 public:
  NumericalFailure(const std::string& what, Index step, double residual)
      : std::runtime_error(what), step_(step), residual_(residual) {}
  Index step() const { return step_; }
  double residual() const { return residual_; }

 private:
  Index step_;
  double residual_;
};

}  // namespace heatgauge
