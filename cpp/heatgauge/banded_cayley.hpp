/// (Cyclic) banded elimination for one line of sites.
#pragma once

#include <Eigen/LU>
#include <array>
#include <memory>
#include <vector>

#include "heatgauge/cayley.hpp"
#include "heatgauge/sparse.hpp"

namespace heatgauge {

/// K = iαH for a matrix H whose entries (i, j) lie at distance |i - j| <= P, around the ring if
/// `cyclic`. Elimination runs from both ends at once towards P middle unknowns: two independent
/// recurrences hide each other's latency. On a ring the last P unknowns border the rest. There is
/// no pivoting outside the P x P blocks: the Hermitian part of 1 + K is the identity, every Schur
/// complement keeps it >= 1, so no pivot is smaller than 1 in modulus.
template <int P>
class BandedCayley final : public CayleySystem {
 public:
  /// Fewest unknowns for which both halves are at least P long.
  static Index fewest(bool cyclic) { return (cyclic ? 4 : 3) * P; }

  BandedCayley(Index size, bool cyclic);
  /// Reads H and factors 1 + iαH; no memory is allocated after the first call.
  void factor(const CsrView<Complex>& hamiltonian, double alpha);

  Index size() const override { return n_ + (cyclic_ ? P : 0); }
  void product(const Complex* x, Complex* out) const override;
  void solve(Complex* x, std::vector<Complex>& work) const override;

 private:
  using Block = Eigen::Matrix<Complex, P, P>;
  using Small = Eigen::Matrix<Complex, P, 1>;
  /// Row i of K: entry 0 … 2P is column i - P … i + P, taken around the ring.
  struct Band {
    Complex entry[2 * P + 1];
  };
  struct Multipliers {
    Complex lower[P];  // of the rows 1 … P nearer to the end
  };
  struct Pivot {
    Complex inverse;
    Complex upper[P];  // scaled, towards the middle
  };
  struct Half {
    std::vector<Multipliers> forward;
    std::vector<Pivot> backward;
    Block coupling;  // multipliers of the middle rows towards the last P rows of this half
  };

  void read(const CsrView<Complex>& hamiltonian, double alpha);
  void eliminate(Half& half, bool from_top, Block& middle);
  void border();
  void solve_line(Complex* x) const;
  Complex matrix(Index i, int offset) const;  // of 1 + K

  Index n_;  // unknowns on the line, without the border of a ring
  Index middle_;
  bool cyclic_;
  std::vector<Band> band_;
  Half top_, bottom_;
  Eigen::PartialPivLU<Block> middle_lu_, border_lu_;
  Block low_, high_;          // rows of the border towards the first and the last P of the line
  std::vector<Small> inner_;  // line⁻¹ (columns of the border), row by row
  Index decayed_from_ = 0, decayed_to_ = 0;  // inner_ is zero to double precision in between
};

/// The banded system for a half width of 1 … 4; nullptr if the line is too short or wider coupled.
std::unique_ptr<CayleySystem> make_banded_cayley(const CsrView<Complex>& hamiltonian, double alpha,
                                                 Index half_width, bool cyclic);

/// Factors `system` anew if make_banded_cayley made it (for the same pattern); false otherwise.
bool refactor_banded_cayley(CayleySystem& system, const CsrView<Complex>& hamiltonian,
                            double alpha);

}  // namespace heatgauge
