/// Direct solver for matrices whose couplings follow the axes of a grid.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "heatgauge/dissection_cost.hpp"
#include "heatgauge/dissection_tree.hpp"
#include "heatgauge/interrupt.hpp"
#include "heatgauge/sparse.hpp"

namespace heatgauge {

/// Multifrontal factorisation on a geometric nested-dissection tree (George 1973, SIAM J. Numer.
/// Anal. 10, 345; Duff and Reid 1983, ACM Trans. Math. Softw. 9, 302). Slabs of the thickness of
/// the stencil cut the grid into halves again and again; cells are eliminated first, slabs after
/// what they separate. On N sites the factors take O(N log N) numbers in 2D and O(N^{4/3}) in 3D,
/// the factorisation O(N^{3/2}) and O(N²) operations.
///
/// `Scalar` is double for a symmetric positive definite matrix (Cholesky; the matrix is taken as
/// symmetric, one of each pair of entries is read) or Complex for a general one (LU, pivoting
/// inside diagonal blocks of 16 only: made for matrices with a positive definite Hermitian part,
/// such as 1 + i·dt·H/2ħ with Hermitian or absorbing H, whose LU needs no pivoting).
///
/// Immutable; `solve` may run on several threads at once, each with its own work space.
template <typename Scalar>
class NestedDissection {
 public:
  /// bytes() and operations of the factorisation from the grid alone, see dissection_cost.
  static FactorCost cost(const Grid& grid, Index reach);

  /// Couplings (i, j) join sites on one line of an axis at cyclic distance ≤ reach; throws
  /// std::invalid_argument if one does not, NumericalFailure if a pivot is zero to working
  /// precision, negative (real) or not finite.
  NestedDissection(const Grid& grid, Index reach, const CsrView<Scalar>& matrix,
                   Interrupt& interrupt);

  /// x ← A⁻¹·x, in grid order. `work` is resized on first use and holds nothing between calls.
  void solve(Scalar* x, std::vector<Scalar>& work) const;

  double bytes() const;

 private:
  struct Release {
    void operator()(void* memory) const;
  };
  using Storage = std::unique_ptr<Scalar[], Release>;
  static Storage allocate(Index count);

  void factor(const CsrView<Scalar>& matrix, const std::vector<double>& scales,
              Interrupt& interrupt);
  void forward(const DissectionNode& node, const Scalar* lower, Scalar* x, Scalar* f) const;
  void backward(const DissectionNode& node, const Scalar* lower, const Scalar* upper, Scalar* x,
                Scalar* f) const;

  DissectionTree tree_;
  Index lower_size_ = 0, upper_size_ = 0, largest_ = 0;
  Storage lower_, upper_;
};

}  // namespace heatgauge
