#include "heatgauge/tridiagonal.hpp"

#include <limits>
#include <stdexcept>
#include <utility>

namespace heatgauge {

namespace {

double positive(double pivot) {
  if (!(pivot > 0.0))
    throw NumericalFailure("the tridiagonal matrix is not positive definite", 0,
                           std::numeric_limits<double>::quiet_NaN());
  return pivot;
}

}  // namespace

Tridiagonal::Tridiagonal(std::vector<double> diagonal, std::vector<double> link)
    : size_(static_cast<Index>(diagonal.size())), open_(size_) {
  const std::size_t n = diagonal.size();
  if (n < 2 || (link.size() != n && link.size() + 1 != n))
    throw std::invalid_argument("a tridiagonal matrix has n or n - 1 links, n >= 2");
  const bool ring = link.size() == n;
  const std::size_t open = ring ? n - 1 : n;
  open_ = static_cast<Index>(open);
  factor_.resize(open, 0.0);
  inverse_pivot_.resize(open);
  double pivot = positive(diagonal[0]);
  inverse_pivot_[0] = 1.0 / pivot;
  for (std::size_t i = 1; i < open; ++i) {
    factor_[i] = link[i - 1] / pivot;
    pivot = positive(diagonal[i] - factor_[i] * link[i - 1]);
    inverse_pivot_[i] = 1.0 / pivot;
  }
  if (!ring) return;
  first_ = link[n - 1];
  last_ = link[n - 2];
  response_.assign(open, 0.0);
  response_.front() += first_;
  response_.back() += last_;
  solve_open(response_.data());
  inverse_schur_ =
      1.0 / positive(diagonal[n - 1] - first_ * response_.front() - last_ * response_.back());
}

void Tridiagonal::solve_open(double* x) const {
  const double* const l = factor_.data();
  const double* const d = inverse_pivot_.data();
  for (Index i = 1; i < open_; ++i) x[i] -= l[i] * x[i - 1];
  x[open_ - 1] *= d[open_ - 1];
  for (Index i = open_ - 1; i-- > 0;) x[i] = d[i] * x[i] - l[i + 1] * x[i + 1];
}

void Tridiagonal::solve(double* x) const {
  solve_open(x);
  if (open_ == size_) return;
  const double border = (x[open_] - first_ * x[0] - last_ * x[open_ - 1]) * inverse_schur_;
  const double* const z = response_.data();
  for (Index i = 0; i < open_; ++i) x[i] -= z[i] * border;
  x[open_] = border;
}

}  // namespace heatgauge
