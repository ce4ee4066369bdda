/// The Cayley system of a matrix on a 2D or 3D grid, or of any sparse matrix.
#pragma once

#include <memory>

#include "heatgauge/cayley.hpp"
#include "heatgauge/grid.hpp"
#include "heatgauge/interrupt.hpp"
#include "heatgauge/sparse.hpp"

namespace heatgauge {

/// K x = iαHx from the rows of H, which the caller keeps alive. Solves are left to the subclasses.
class SparseCayley : public CayleySystem {
 public:
  SparseCayley(const CsrView<Complex>& hamiltonian, double alpha)
      : hamiltonian_(hamiltonian), alpha_(alpha) {}
  Index size() const override { return hamiltonian_.rows; }
  void product(const Complex* x, Complex* out) const override;

 protected:
  const CsrView<Complex>& hamiltonian() const { return hamiltonian_; }
  double alpha() const { return alpha_; }

 private:
  CsrView<Complex> hamiltonian_;
  double alpha_;
};

/// Eigen's sparse LU. It cannot be interrupted: for small systems of any pattern only.
std::unique_ptr<CayleySystem> make_sparse_lu(const CsrView<Complex>& hamiltonian, double alpha);

/// Nested dissection for the stencils of a Hamiltonian on `grid`.
std::unique_ptr<CayleySystem> make_dissection(const Grid& grid, Index reach,
                                              const CsrView<Complex>& hamiltonian, double alpha,
                                              Interrupt& interrupt);

}  // namespace heatgauge
