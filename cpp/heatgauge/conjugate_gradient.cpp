#include "heatgauge/conjugate_gradient.hpp"

#include <cmath>
#include <limits>
#include <stdexcept>

namespace heatgauge {

namespace {

constexpr double tolerance = 1e-14;

double dot(const std::vector<double>& a, const std::vector<double>& b) {
  const Eigen::Map<const Eigen::VectorXd> u(a.data(), static_cast<Index>(a.size()));
  const Eigen::Map<const Eigen::VectorXd> v(b.data(), static_cast<Index>(b.size()));
  return u.dot(v);
}

}  // namespace

ConjugateGradient::ConjugateGradient(const CsrView<double>& matrix)
    : matrix_(matrix),
      diagonal_(static_cast<std::size_t>(matrix.rows)),
      pivot_(static_cast<std::size_t>(matrix.rows)) {
  // Full modification makes the factors of a singular M-matrix singular; 0.97 keeps them regular
  // and costs next to nothing in iterations.
  constexpr double modification = 0.97;
  const auto& m = matrix_;
  double* const d = pivot_.data();
  for (Index i = 0; i < m.rows; ++i) d[i] = 0.0;
  for (Index i = 0; i < m.rows; ++i) {
    double sum = 0.0, upper = 0.0, magnitude = 0.0;
    Index where = -1;
    for (Index k = m.outer[i]; k < m.outer[i + 1]; ++k) {
      magnitude += std::abs(m.values[k]);
      if (m.inner[k] == i) where = k;
      if (m.inner[k] > i) upper += m.values[k];
    }
    if (where < 0) throw std::invalid_argument("every row of the matrix has a diagonal entry");
    diagonal_[static_cast<std::size_t>(i)] = where;
    norm_ = std::max(norm_, magnitude);
    sum = m.values[where] + d[i];  // d[i] holds what earlier rows have taken off
    if (!(sum > 0.0))
      throw NumericalFailure("the matrix is not positive definite", 0,
                             std::numeric_limits<double>::quiet_NaN());
    d[i] = 1.0 / sum;
    for (Index k = where + 1; k < m.outer[i + 1]; ++k) {
      const double a = m.values[k];
      d[m.inner[k]] -= a * d[i] * (a + modification * (upper - a));
    }
  }
}

void ConjugateGradient::multiply(const double* x, double* y) const {
  for (Index i = 0; i < matrix_.rows; ++i) {
    double sum = 0.0;
    for (Index k = matrix_.outer[i]; k < matrix_.outer[i + 1]; ++k)
      sum += matrix_.values[k] * x[matrix_.inner[k]];
    y[i] = sum;
  }
}

void ConjugateGradient::precondition(const double* r, double* z) const {
  const auto& m = matrix_;
  const double* const d = pivot_.data();
  const Index* const diagonal = diagonal_.data();
  for (Index i = 0; i < m.rows; ++i) {
    double sum = r[i];
    for (Index k = m.outer[i]; k < diagonal[i]; ++k) sum -= m.values[k] * z[m.inner[k]];
    z[i] = sum * d[i];
  }
  for (Index i = m.rows; i-- > 0;) {
    double sum = 0.0;
    for (Index k = diagonal[i] + 1; k < m.outer[i + 1]; ++k) sum += m.values[k] * z[m.inner[k]];
    z[i] -= sum * d[i];
  }
}

double ConjugateGradient::residual(const double* x, const double* b, double* r) const {
  multiply(x, r);
  double sum = 0.0;
  for (Index i = 0; i < matrix_.rows; ++i) {
    r[i] = b[i] - r[i];
    sum += r[i] * r[i];
  }
  return std::sqrt(sum);
}

void ConjugateGradient::solve(double* x, Interrupt& interrupt) const {
  const auto n = static_cast<std::size_t>(matrix_.rows);
  const std::vector<double> b(x, x + n);
  std::vector<double> solution(n, 0.0), r(b), z(n), p(n), ap(n);
  const double size = std::sqrt(dot(b, b));
  if (size == 0.0) return;
  double left = std::numeric_limits<double>::quiet_NaN();
  // The recursive residual drifts away from the true one; each restart begins from the true one.
  for (int restart = 0; restart < 4; ++restart) {
    double gain = 0.0;
    for (Index iteration = 0; iteration < 20 * matrix_.rows + 100; ++iteration) {
      interrupt.check();
      precondition(r.data(), z.data());
      const double next = dot(r, z);
      const double beta = iteration == 0 ? 0.0 : next / gain;
      gain = next;
      for (std::size_t i = 0; i < n; ++i) p[i] = z[i] + beta * p[i];
      multiply(p.data(), ap.data());
      const double curvature = dot(p, ap);
      if (!(curvature > 0.0)) break;
      const double alpha = gain / curvature;
      double norm2 = 0.0, residual2 = 0.0;
      for (std::size_t i = 0; i < n; ++i) {
        solution[i] += alpha * p[i];
        r[i] -= alpha * ap[i];
        norm2 += solution[i] * solution[i];
        residual2 += r[i] * r[i];
      }
      if (std::sqrt(residual2) <= 0.5 * tolerance * (norm_ * std::sqrt(norm2) + size)) break;
    }
    left = residual(solution.data(), b.data(), r.data()) /
           (norm_ * std::sqrt(dot(solution, solution)) + size);
    if (left <= tolerance) {
      std::copy(solution.begin(), solution.end(), x);
      return;
    }
  }
  throw NumericalFailure("conjugate gradients did not reach the residual asked for", 0, left);
}

}  // namespace heatgauge
