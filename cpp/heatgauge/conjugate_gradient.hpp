/// Conjugate gradients for any symmetric positive definite operator and preconditioner.
#pragma once

#include <cmath>
#include <limits>
#include <vector>

#include "heatgauge/interrupt.hpp"
#include "heatgauge/types.hpp"

namespace heatgauge {

/// Vectors that conjugate gradients need; kept by the caller, so that solves allocate nothing.
struct ConjugateGradientWork {
  std::vector<double> b, x, r, z, p, ap;
  void resize(std::size_t n) {
    for (std::vector<double>* v : {&b, &x, &r, &z, &p, &ap}) v->resize(n);
  }
};

/// Euclidean product; the order of the sum depends on nothing but the length.
inline double dot(const std::vector<double>& a, const std::vector<double>& b) {
  const Eigen::Map<const Eigen::VectorXd> u(a.data(), static_cast<Index>(a.size()));
  const Eigen::Map<const Eigen::VectorXd> v(b.data(), static_cast<Index>(b.size()));
  return u.dot(v);
}

inline Eigen::Map<Eigen::VectorXd> view(std::vector<double>& v) {
  return {v.data(), static_cast<Index>(v.size())};
}

/// How far to go: ‖b − Ax‖ <= relative (norm ‖x‖ + ‖b‖) + absolute.
struct Residual {
  double norm;      ///< ‖A‖
  double relative;  ///< the order of what a direct solver leaves is 1e-14
  double absolute = 0.0;
  double bound(double x, double b) const { return relative * (norm * x + b) + absolute; }
};

/// Solves A x = b for work.b from the guess in work.x, where the result is left. multiply(x, y)
/// sets y = Ax, precondition(r, z) z ≈ A⁻¹r, both on whole vectors. The residual is formed anew
/// from the solution before it is believed. Throws NumericalFailure, with the residual relative to
/// norm ‖x‖ + ‖b‖, when that is not reached.
template <typename Multiply, typename Precondition>
void conjugate_gradients(ConjugateGradientWork& work, const Residual& wanted, Multiply&& multiply,
                         Precondition&& precondition, Interrupt& interrupt) {
  auto& [b, x, r, z, p, ap] = work;
  const std::size_t n = b.size();
  const double size = std::sqrt(dot(b, b));
  const auto true_residual = [&] {  // older Clangs know no structured bindings in here
    multiply(work.x, work.r);
    view(work.r) = view(work.b) - view(work.r);
    return std::sqrt(dot(work.r, work.r));
  };
  double left = true_residual(), length = std::sqrt(dot(x, x));
  // The recursive residual drifts away from the true one; each restart begins from the true one.
  for (int restart = 0; restart < 5; ++restart) {
    if (std::isfinite(left) && left <= wanted.bound(length, size)) return;
    if (restart == 4) break;
    double gain = 0.0;
    for (std::size_t iteration = 0; iteration < 20 * n + 100; ++iteration) {
      interrupt.check();
      precondition(r, z);
      const double next = dot(r, z);
      const double beta = iteration == 0 ? 0.0 : next / gain;
      gain = next;
      view(p) = view(z) + beta * view(p);
      multiply(p, ap);
      const double curvature = dot(p, ap);
      if (!(curvature > 0.0)) break;
      const double alpha = gain / curvature;
      view(x) += alpha * view(p);
      view(r) -= alpha * view(ap);
      const double norm2 = dot(x, x), residual2 = dot(r, r);
      if (std::sqrt(residual2) <= 0.5 * wanted.bound(std::sqrt(norm2), size)) break;
    }
    left = true_residual();
    length = std::sqrt(dot(x, x));
  }
  throw NumericalFailure("conjugate gradients did not reach the residual asked for", 0,
                         left / (wanted.norm * length + size));
}

}  // namespace heatgauge
