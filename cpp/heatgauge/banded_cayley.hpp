/// (Cyclic) banded elimination for one line of sites.
#pragma once

#include <Eigen/LU>
#include <memory>
#include <vector>

#include "heatgauge/banded_sweeps.hpp"
#include "heatgauge/cayley.hpp"
#include "heatgauge/sparse.hpp"

namespace heatgauge {

/// K = iαH for a Hermitian matrix H whose entries (i, j) lie at distance |i - j| <= P, around the
/// ring if `cyclic`. Of the entries on the line one of each conjugate pair is used, and the real
/// part of the diagonal.
///
/// The line is folded: rows i and n-1-i are eliminated together, from both ends towards P or P + 1
/// middle unknowns, as the two lanes of a Pair. On a ring the last P unknowns border the line.
/// There is no pivoting outside the small dense blocks: the Hermitian part of 1 + K is the
/// identity, every Schur complement keeps it >= 1, so no pivot is smaller than 1 in modulus.
template <int P>
class BandedCayley final : public CayleySystem {
 public:
  /// Fewest unknowns for which both halves are at least P long.
  static Index fewest(bool cyclic) { return (cyclic ? 4 : 3) * P; }

  BandedCayley(Index size, bool cyclic);
  /// Reads H and factors 1 + iαH; no memory is allocated after the first call.
  void factor(const CsrView<Complex>& hamiltonian, double alpha);

  Index size() const override { return n_ + (cyclic_ ? P : 0); }
  double increment(const Complex* psi) override;
  double refine(const Complex* psi) override;
  void add_increment(Complex* psi) const override;
  double refine_and_add(Complex* psi) override;

 private:
  static constexpr int kMiddle = P + 1;
  using Block = Eigen::Matrix<Complex, Eigen::Dynamic, Eigen::Dynamic, 0, kMiddle, kMiddle>;
  using Small = Eigen::Matrix<Complex, Eigen::Dynamic, 1, 0, kMiddle, 1>;
  /// A vector on the folded line; positions 0 … half+P-1. Beyond the half lie copies of the middle
  /// unknowns. The border has unknowns on a ring only.
  struct Folded {
    std::vector<Pair> pairs;
    Small middle, border;
    Pair* at(Index i) { return pairs.data() + i; }
    const Pair* at(Index i) const { return pairs.data() + i; }
  };
  /// What the rows of the middle and the border read of a vector: the ends of the halves too.
  struct Ends {
    Pair outer[P], inner[P];  // positions 0 … P-1 and half-P … half-1
    Small middle, border;
  };

  void read(const CsrView<Complex>& hamiltonian, double alpha);
  void read_entry(Index row, Index offset, Complex value);
  void read_half(Index i, Index steps, int lane, Complex value);
  void eliminate_halves();
  void eliminate_middle();
  void make_border();
  void size(Folded& x) const;
  Pair end_entry(Index i, Index c) const;
  Ends doubled_ends(const Complex* psi) const;
  void add_ends(const Folded& x, Ends& sum) const;
  Fringe<P> before(const Ends& x) const;
  Small middle_product(const Ends& x) const;
  Small border_product(const Ends& x) const;
  Fringe<P> eliminate_and_solve_middle(const Complex* psi);
  void spread_middle(Folded& x) const;
  void solve_middle(Folded& x) const;
  void solve_border(const Fringe<P>& outer, Small& border, Folded& target) const;

  bool cyclic_;
  Index n_;     // unknowns on the line, without the border of a ring
  Index half_;  // rows in each half
  std::vector<FoldedRow<P>> rows_;
  std::vector<FactoredRow<P>> factored_;
  Pair end_band_[P][P];  // entries of the first rows from before the line: row i, k + 1 steps back
  // Rows of K for the middle and the border: towards lane 0, among themselves, towards lane 1. A
  // column of the outer two counts positions on the folded line, from half - P and from 0.
  Block middle_band_[3], border_band_[3];
  Block coupling_[2];  // eliminated middle rows towards the last P rows of each half
  Eigen::PartialPivLU<Block> middle_lu_, border_lu_;
  std::vector<Folded> columns_;  // line⁻¹ times the columns of the border
  Index decayed_ = 0;            // from this row on the columns vanish to double precision
  Folded delta_, residual_;
};

/// The banded system for a half width of 1 … 4; nullptr if the line is too short or wider coupled.
std::unique_ptr<CayleySystem> make_banded_cayley(const CsrView<Complex>& hamiltonian, double alpha,
                                                 Index half_width, bool cyclic);

/// Factors `system` anew if make_banded_cayley made it (for the same pattern); false otherwise.
bool refactor_banded_cayley(CayleySystem& system, const CsrView<Complex>& hamiltonian,
                            double alpha);

}  // namespace heatgauge
