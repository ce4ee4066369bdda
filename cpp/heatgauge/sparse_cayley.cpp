#include "heatgauge/sparse_cayley.hpp"

#include <Eigen/SparseLU>
#include <algorithm>
#include <cmath>

namespace heatgauge {

void SparseCayley::product(const Complex* x, Complex* out) const {
  for (Index i = 0; i < hamiltonian_.rows; ++i) {
    Complex sum(0.0, 0.0);
    for (Index k = hamiltonian_.outer[i]; k < hamiltonian_.outer[i + 1]; ++k) {
      sum += times(hamiltonian_.values[k], x[hamiltonian_.inner[k]]);
    }
    out[i] = Complex(-alpha_ * sum.imag(), alpha_ * sum.real());
  }
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
  void solve(Complex* x, std::vector<Complex>&) const override {
    Eigen::Map<Eigen::VectorXcd> vector(x, size());
    vector = lu_.solve(vector).eval();
  }

 private:
  Eigen::SparseLU<Eigen::SparseMatrix<Complex, Eigen::ColMajor, Index>> lu_;
};

}  // namespace

std::unique_ptr<CayleySystem> make_sparse_lu(const CsrView<Complex>& hamiltonian, double alpha) {
  return std::make_unique<SparseLu>(hamiltonian, alpha);
}

std::unique_ptr<CayleySystem> make_dissection(const Grid&, Index, const CsrView<Complex>& h,
                                              double alpha, Interrupt&) {
  return make_sparse_lu(h, alpha);
}

}  // namespace heatgauge
