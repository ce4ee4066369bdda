/// (Cyclic) banded elimination for one line of sites.
#pragma once

#include <Eigen/LU>
#include <memory>
#include <vector>

#include "heatgauge/cayley.hpp"
#include "heatgauge/pair.hpp"
#include "heatgauge/sparse.hpp"

namespace heatgauge {

/// K = iαH for a matrix H whose entries (i, j) lie at distance |i - j| <= P, around the ring if
/// `cyclic`.
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
  double refine() override;
  void add_increment(Complex* psi) const override;

 private:
  static constexpr int kMiddle = P + 1;
  using Block = Eigen::Matrix<Complex, Eigen::Dynamic, Eigen::Dynamic, 0, kMiddle, kMiddle>;
  using Small = Eigen::Matrix<Complex, Eigen::Dynamic, 1, 0, kMiddle, 1>;
  /// Row i of K in both halves: entry P + k is the column k steps nearer to the middle.
  struct Band {
    Pair entry[2 * P + 1];
  };
  struct Multipliers {
    Pair lower[P];
  };
  struct Pivot {
    Pair inverse;
    Pair upper[P];  // scaled by the inverse
  };
  /// A vector on the folded line; positions -P … half+P-1. Beyond the half lie copies of the middle
  /// unknowns; before 0 lie the border unknowns of a ring, or zeros. `edge` has the middle and, on
  /// a ring, the border.
  struct Folded {
    std::vector<Pair> pairs;
    Small middle, border;
    Pair* at(Index i) { return pairs.data() + (i + P); }
    const Pair* at(Index i) const { return pairs.data() + (i + P); }
  };

  void read(const CsrView<Complex>& hamiltonian, double alpha);
  void read_entry(Index row, Index offset, Complex value);
  void eliminate_halves();
  void eliminate_middle();
  void make_border();
  void size(Folded& x) const;
  void load(const Complex* x, Folded& out) const;
  void spread_edges(Folded& x) const;
  Pair product(const Folded& x, Index row) const;
  Small middle_product(const Folded& x) const;
  Small border_product(const Folded& x) const;
  template <typename Right>
  void forward(Folded& x, Right right) const;
  template <typename Visit>
  void backward(Folded& x, Visit visit) const;
  void solve_border(Folded& x, Folded& target) const;

  bool cyclic_;
  Index n_;     // unknowns on the line, without the border of a ring
  Index half_;  // rows in each half
  std::vector<Band> band_;
  std::vector<Multipliers> lower_;
  std::vector<Pivot> pivots_;
  // Rows of K for the middle and the border: towards lane 0, among themselves, towards lane 1. A
  // column of the outer two counts positions on the folded line, from half - P and from 0.
  Block middle_band_[3], border_band_[3];
  Block coupling_[2];  // multipliers of the middle rows towards the last P rows of each half
  Eigen::PartialPivLU<Block> middle_lu_, border_lu_;
  std::vector<Folded> columns_;  // line⁻¹ times the columns of the border
  Index decayed_ = 0;            // from this row on the columns vanish to double precision
  Folded psi_, right_, delta_, residual_;
};

/// The banded system for a half width of 1 … 4; nullptr if the line is too short or wider coupled.
std::unique_ptr<CayleySystem> make_banded_cayley(const CsrView<Complex>& hamiltonian, double alpha,
                                                 Index half_width, bool cyclic);

/// Factors `system` anew if make_banded_cayley made it (for the same pattern); false otherwise.
bool refactor_banded_cayley(CayleySystem& system, const CsrView<Complex>& hamiltonian,
                            double alpha);

}  // namespace heatgauge
