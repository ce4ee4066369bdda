#include "heatgauge/krylov_cayley.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace heatgauge {

namespace {

constexpr Index kMostIterations = 20000;

double norm(const std::vector<Complex>& x) {
  double sum = 0.0;
  for (const Complex& v : x) sum += norm2(v);
  return std::sqrt(sum);
}

}  // namespace

double row_sum_norm(const CsrView<Complex>& matrix) {
  double largest = 0.0;
  for (Index i = 0; i < matrix.rows; ++i) {
    double sum = 0.0;
    for (Index k = matrix.outer[i]; k < matrix.outer[i + 1]; ++k) {
      const Complex v = matrix.values[k];
      sum += std::abs(v.real()) + std::abs(v.imag());  // at most √2 too large, and no square root
    }
    largest = std::max(largest, sum);
  }
  return largest;
}

KrylovCayley::KrylovCayley(Index size) {
  for (auto* v : {&residual_, &older_, &newer_, &image_, &direction_}) {
    v->resize(static_cast<std::size_t>(size));
  }
}

Index KrylovCayley::mid_state(const CsrView<Complex>& hamiltonian, double alpha, double norm_of_h,
                              const Complex* psi, Complex* phi, Interrupt& interrupt) {
  const std::size_t n = residual_.size();
  const double eps = std::numeric_limits<double>::epsilon();
  std::copy(psi, psi + n, residual_.begin());
  std::fill(phi, phi + n, Complex(0.0, 0.0));
  const double size = norm(residual_);
  if (size == 0.0) return 0;
  if (!std::isfinite(size)) throw NumericalFailure("the state is no longer finite", 0, NAN);
  // Where rounding hides more than half the digits the state may be wrong unseen: a failure.
  const double bar = std::min(1e-14 + 4.0 * eps * std::abs(alpha) * norm_of_h, 1e-8) * size;
  double remaining = size;
  Index iterations = 0;
  for (int pass = 0; pass < 4; ++pass) {
    iterations += add_correction(hamiltonian, alpha, 0.25 * eps * size, phi, interrupt);
    for (Index i = 0; i < hamiltonian.rows; ++i) {
      Complex sum(0.0, 0.0);
      for (Index k = hamiltonian.outer[i]; k < hamiltonian.outer[i + 1]; ++k) {
        sum += times(hamiltonian.values[k], phi[hamiltonian.inner[k]]);
      }
      residual_[static_cast<std::size_t>(i)] =
          psi[i] - phi[i] - Complex(-alpha * sum.imag(), alpha * sum.real());
    }
    const double before = remaining;
    remaining = norm(residual_);
    if (!std::isfinite(remaining)) break;
    // The first pass ends with what Lanczos lost to rounding; the second one removes most of that.
    if (pass > 0 && (remaining <= bar || remaining > 0.5 * before)) break;
  }
  if (!(remaining <= bar)) {
    throw NumericalFailure(
        "the iterative solve of the Crank-Nicolson step did not converge: relative residual " +
            std::to_string(remaining / size) + " after " + std::to_string(iterations) +
            " iterations",
        0, remaining / size);
  }
  return iterations;
}

/// One Lanczos run on the residual: φ += (1 + iαH)⁻¹ residual, down to ‖residual‖ <= target.
/// 1 + iαT = LU is bidiagonal; `direction` holds the last column of VU⁻¹.
Index KrylovCayley::add_correction(const CsrView<Complex>& hamiltonian, double alpha, double target,
                                   Complex* phi, Interrupt& interrupt) {
  const std::size_t n = residual_.size();
  double beta = norm(residual_);
  if (beta <= target || !std::isfinite(beta)) return 0;
  Complex pivot(1.0, 0.0), amplitude(beta, 0.0);
  for (std::size_t i = 0; i < n; ++i) {
    newer_[i] = residual_[i] / beta;
    older_[i] = direction_[i] = Complex(0.0, 0.0);
  }
  double off = 0.0;  // β_j, coupling to the older vector
  for (Index iteration = 1; iteration <= kMostIterations; ++iteration) {
    interrupt.check();
    double diagonal = 0.0;
    for (std::size_t i = 0; i < n; ++i) {
      Complex sum(0.0, 0.0);
      for (Index k = hamiltonian.outer[i]; k < hamiltonian.outer[i + 1]; ++k) {
        sum += times(hamiltonian.values[k], newer_[static_cast<std::size_t>(hamiltonian.inner[k])]);
      }
      sum -= off * older_[i];
      image_[i] = sum;
      diagonal += conj_times(newer_[i], sum).real();
    }
    const Complex coupling(0.0, alpha * off);
    if (iteration > 1) {
      const Complex multiplier = coupling / pivot;
      amplitude = -times(multiplier, amplitude);
      pivot = Complex(1.0, alpha * diagonal) - times(multiplier, coupling);
    } else {
      pivot = Complex(1.0, alpha * diagonal);
    }
    const Complex inverse = 1.0 / pivot;
    double square = 0.0;
    for (std::size_t i = 0; i < n; ++i) {
      direction_[i] = times(inverse, newer_[i] - times(coupling, direction_[i]));
      phi[i] += times(amplitude, direction_[i]);
      image_[i] -= diagonal * newer_[i];
      square += norm2(image_[i]);
    }
    off = std::sqrt(square);
    const double remaining = std::abs(alpha) * off * std::abs(amplitude * inverse);
    if (!(remaining > target)) return iteration;  // also on NaN: the caller looks at the residual
    const double scale = 1.0 / off;
    older_.swap(newer_);
    for (std::size_t i = 0; i < n; ++i) newer_[i] = image_[i] * scale;
  }
  return kMostIterations;
}

}  // namespace heatgauge
