/// The Cayley system of a matrix on a 2D or 3D grid, or of any sparse matrix.
#pragma once

#include <memory>
#include <vector>

#include "heatgauge/cayley.hpp"
#include "heatgauge/grid.hpp"
#include "heatgauge/interrupt.hpp"
#include "heatgauge/sparse.hpp"

namespace heatgauge {

/// K x = iαHx from the rows of H, which the caller keeps alive; the subclasses solve.
class SparseCayley : public CayleySystem {
 public:
  SparseCayley(const CsrView<Complex>& hamiltonian, double alpha);
  Index size() const override { return hamiltonian_.rows; }
  double increment(const Complex* psi) override;
  double refine(const Complex* psi) override;
  void add_increment(Complex* psi) const override;

 protected:
  /// Replaces x by (1 + K)⁻¹x.
  virtual void solve(Complex* x) = 0;

 private:
  Complex product(const Complex* x, Index row) const;

  CsrView<Complex> hamiltonian_;
  double alpha_;
  std::vector<Complex> right_, delta_, residual_;
};

/// Eigen's sparse LU. It cannot be interrupted: for small systems of any pattern only.
std::unique_ptr<CayleySystem> make_sparse_lu(const CsrView<Complex>& hamiltonian, double alpha);

/// Nested dissection for the stencils of a Hamiltonian on `grid`.
std::unique_ptr<CayleySystem> make_dissection(const Grid& grid, Index reach,
                                              const CsrView<Complex>& hamiltonian, double alpha,
                                              Interrupt& interrupt);

}  // namespace heatgauge
