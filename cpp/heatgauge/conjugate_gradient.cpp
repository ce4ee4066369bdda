#include "heatgauge/conjugate_gradient.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "heatgauge/krylov_solve.hpp"

namespace heatgauge {

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

void ConjugateGradient::solve(double* x, Interrupt& interrupt) const {
  ConjugateGradientWork work;
  work.resize(static_cast<std::size_t>(matrix_.rows));
  work.b.assign(x, x + matrix_.rows);
  conjugate_gradients(
      work, {norm_, 1e-14},
      [this](const std::vector<double>& in, std::vector<double>& out) {
        multiply(in.data(), out.data());
      },
      [this](const std::vector<double>& in, std::vector<double>& out) {
        precondition(in.data(), out.data());
      },
      interrupt);
  std::copy(work.x.begin(), work.x.end(), x);
}

}  // namespace heatgauge
