/// One front of the direct solver: block factorisation of a dense matrix held in strips.
#pragma once

#include <algorithm>
#include <vector>

#include "heatgauge/interrupt.hpp"
#include "heatgauge/strip_kernels.hpp"

namespace heatgauge {

/// Sizes of the blocks of a front with `own` unknowns to eliminate and `boundary` unknowns to
/// update. Both are filled up to whole strips; a dummy unknown has 1 on the diagonal, else 0.
template <typename Scalar>
struct FrontShape {
  Index own, boundary;  ///< filled up

  FrontShape(Index own_sites, Index boundary_sites)
      : own(padded(own_sites)), boundary(padded(boundary_sites)) {}
  Index size() const { return own + boundary; }
  Index panels() const { return (own + panel_width - 1) / panel_width; }
  Index start(Index p) const { return p * panel_width; }
  Index end(Index p) const { return std::min(own, (p + 1) * panel_width); }
  Index width(Index p) const { return end(p) - start(p); }

  /// Scalars stored. Panel p of `lower` holds rows end(p) … size() in strips; panel p of `upper`
  /// the columns end(p) … size() of its block row, one after another. The diagonal block goes
  /// before the panel the backward substitution reads: the lower one of a real symmetric matrix,
  /// which has no upper part, else the upper one.
  Index lower_size() const;
  Index upper_size() const;
  /// Real additions and multiplications of the factorisation.
  double flops() const;
};

/// M = [S, Sᵇ; Bˢ, B] with S the `own` block, factored in place, panel by panel:
///
/// - complex: block LU. The diagonal blocks D become D⁻¹ (partial pivoting within the block), the
///   blocks below L = F·D⁻¹; the blocks U to their right stay as they are.
/// - real: block Cholesky D = G·Gᵀ. The diagonal blocks become G⁻¹, the blocks below F·G⁻ᵀ.
///
/// B becomes the Schur complement B − Bˢ·S⁻¹·Sᵇ, in strips.
template <typename Scalar>
class DissectionFront {
 public:
  /// The arrays are zero and belong to the caller; `update` holds boundary² scalars.
  DissectionFront(const FrontShape<Scalar>& shape, Scalar* lower, Scalar* upper, Scalar* update);

  /// Entry (row, column) of M; real: row ≥ column only.
  Scalar& at(Index row, Index column) {
    const Index least = std::min(row, column);
    if (least >= shape_.own)
      return update_[strip_entry(shape_.boundary, row - shape_.own, column - shape_.own)];
    const Index p = least / panel_width, width = shape_.width(p);
    const Index end = shape_.end(p), start = shape_.start(p);
    if (std::max(row, column) < end)
      return diagonal_[p][strip_entry(width, row - start, column - start)];
    if (column < end) return lower_[p][strip_entry(width, row - end, column - start)];
    return upper_[p][(column - shape_.end(p)) * width + row - shape_.start(p)];
  }

  /// Adds the Schur complement of a child, `count` unknowns of which number i is number to[i] here;
  /// `to` ascends.
  void extend_add(const Scalar* child, Index count, const Index* to, Interrupt& interrupt);

  /// `scales[i]` is the size of the original matrix in row i < own; a pivot below 64 ε times that
  /// is rounding noise: throws NumericalFailure.
  void factor(const double* scales, std::vector<Scalar>& scratch, Interrupt& interrupt);

 private:
  void update_panel(Index p, Interrupt& interrupt);
  void update_boundary(Interrupt& interrupt);
  void invert_diagonal(Index p, const double* scales, Scalar* inverse);
  void scale_panel(Index p, const Scalar* inverse, std::vector<Scalar>& scratch);
  void subtract(Index row, Index row_end, Index column, Index first_panel, Index last_panel,
                Scalar* target, Index strip, Index step);

  FrontShape<Scalar> shape_;
  std::vector<Scalar*> diagonal_, lower_, upper_;  // of each panel
  Scalar* update_;
};

}  // namespace heatgauge
