#include "heatgauge/sparse_cayley.hpp"

#include <Eigen/SparseLU>
#include <algorithm>
#include <cmath>

#include "heatgauge/nested_dissection.hpp"

namespace heatgauge {

namespace {

double square_norm(const std::vector<Complex>& x) {
  double sum = 0.0;
  for (const Complex& v : x) sum += norm2(v);
  return sum;
}

}  // namespace

SparseCayley::SparseCayley(const CsrView<Complex>& hamiltonian, double alpha)
    : hamiltonian_(hamiltonian), alpha_(alpha) {
  for (auto* x : {&right_, &delta_, &residual_}) x->resize(static_cast<std::size_t>(size()));
}

Complex SparseCayley::product(const Complex* x, Index row) const {
  Complex sum(0.0, 0.0);
  for (Index k = hamiltonian_.outer[row]; k < hamiltonian_.outer[row + 1]; ++k) {
    sum += times(hamiltonian_.values[k], x[hamiltonian_.inner[k]]);
  }
  return Complex(-alpha_ * sum.imag(), alpha_ * sum.real());
}

double SparseCayley::increment(const Complex* psi) {
  for (Index i = 0; i < size(); ++i) {
    right_[static_cast<std::size_t>(i)] = -2.0 * product(psi, i);
  }
  delta_ = right_;
  solve(delta_.data());
  return square_norm(delta_);
}

double SparseCayley::refine(const Complex*) {
  for (Index i = 0; i < size(); ++i) {
    const auto k = static_cast<std::size_t>(i);
    residual_[k] = right_[k] - delta_[k] - product(delta_.data(), i);
  }
  solve(residual_.data());
  for (std::size_t k = 0; k < delta_.size(); ++k) delta_[k] += residual_[k];
  return square_norm(residual_);
}

void SparseCayley::add_increment(Complex* psi) const {
  for (std::size_t k = 0; k < delta_.size(); ++k) psi[k] += delta_[k];
}

namespace {

/// The entries of 1 + iαH in the order of H's rows; every row stores its diagonal, or gets one.
std::vector<Eigen::Triplet<Complex, Index>> shifted(const CsrView<Complex>& h, double alpha) {
  std::vector<Eigen::Triplet<Complex, Index>> entries;
  entries.reserve(static_cast<std::size_t>(h.nonzeros() + h.rows));
  for (Index i = 0; i < h.rows; ++i) {
    entries.emplace_back(i, i, Complex(1.0, 0.0));
    for (Index k = h.outer[i]; k < h.outer[i + 1]; ++k) {
      const Complex v = h.values[k];
      entries.emplace_back(i, h.inner[k], Complex(-alpha * v.imag(), alpha * v.real()));
    }
  }
  return entries;
}

class SparseLu final : public SparseCayley {
 public:
  SparseLu(const CsrView<Complex>& h, double alpha) : SparseCayley(h, alpha) {
    Eigen::SparseMatrix<Complex, Eigen::ColMajor, Index> matrix(h.rows, h.rows);
    const auto entries = shifted(h, alpha);
    matrix.setFromTriplets(entries.begin(), entries.end());
    lu_.compute(matrix);
    if (lu_.info() != Eigen::Success) {
      throw NumericalFailure("the sparse factorisation of 1 + i·dt·H/2ħ failed", 0, NAN);
    }
  }

 private:
  void solve(Complex* x) override {
    Eigen::Map<Eigen::VectorXcd> vector(x, size());
    vector = lu_.solve(vector).eval();
  }

  Eigen::SparseLU<Eigen::SparseMatrix<Complex, Eigen::ColMajor, Index>> lu_;
};

class Dissection final : public SparseCayley {
 public:
  Dissection(const Grid& grid, Index reach, const CsrView<Complex>& h, double alpha,
             Interrupt& interrupt)
      : SparseCayley(h, alpha), factors_(grid, reach, shifted_rows(h, alpha), interrupt) {
    values_ = {};
  }

 private:
  /// 1 + iαH in the pattern of H, which stores its diagonal.
  CsrView<Complex> shifted_rows(const CsrView<Complex>& h, double alpha) {
    values_.resize(static_cast<std::size_t>(h.nonzeros()));
    for (Index i = 0; i < h.rows; ++i) {
      for (Index k = h.outer[i]; k < h.outer[i + 1]; ++k) {
        const Complex v = h.values[k];
        const double one = h.inner[k] == i ? 1.0 : 0.0;
        values_[static_cast<std::size_t>(k)] = Complex(one - alpha * v.imag(), alpha * v.real());
      }
    }
    return {h.rows, h.outer, h.inner, values_.data()};
  }
  void solve(Complex* x) override { factors_.solve(x, work_); }

  std::vector<Complex> values_;  // only while the factors are made
  NestedDissection<Complex> factors_;
  std::vector<Complex> work_;
};

}  // namespace

std::unique_ptr<CayleySystem> make_sparse_lu(const CsrView<Complex>& hamiltonian, double alpha) {
  return std::make_unique<SparseLu>(hamiltonian, alpha);
}

std::unique_ptr<CayleySystem> make_dissection(const Grid& grid, Index reach,
                                              const CsrView<Complex>& hamiltonian, double alpha,
                                              Interrupt& interrupt) {
  return std::make_unique<Dissection>(grid, reach, hamiltonian, alpha, interrupt);
}

}  // namespace heatgauge
