#include "systems.hpp"

#include <Eigen/Eigenvalues>
#include <Eigen/LU>

namespace systems {

/// With full pivots: Eigen's blocked elimination makes references to empty blocks, at which the
/// sanitizer stops.
Vector dense_mid_state(const Dense& h, double alpha, const Vector& psi) {
  const Dense one = Dense::Identity(h.rows(), h.cols());
  return (one + Complex(0.0, alpha) * h).fullPivLu().solve(psi);
}

Vector dense_cayley(const Dense& h, double alpha, const Vector& psi) {
  return dense_mid_state(h, alpha, psi - Complex(0.0, alpha) * (h * psi));
}

Modes modes(const Dense& h) {
  const Eigen::SelfAdjointEigenSolver<Dense> solver(h);
  return {solver.eigenvalues(), solver.eigenvectors()};
}

}  // namespace systems
