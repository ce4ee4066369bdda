/// The Chebyshev recurrence on the covariant stencils of a grid, row by row.
#pragma once

#include "heatgauge/chebyshev.hpp"
#include "heatgauge/hamiltonian.hpp"
#include "heatgauge/thread_pool.hpp"

namespace heatgauge {

/// Works on rows along the last axis with real and imaginary parts apart, so that all loops run
/// over neighbouring columns. The hops of one side of an axis are nested like Horner's scheme,
/// u_i(c₁ψ_{i+1} + u_{i+1}(c₂ψ_{i+2} + …)), which needs the links themselves only. Beyond a wall
/// the row continues oddly: ghost site -1-j holds -ψ_j, ghost links mirror the links inside, and
/// the link through the wall is 1. Rows are shared out among threads; a 1D grid is one row.
class StencilChebyshev final : public ChebyshevSeries {
 public:
  StencilChebyshev(const Hamiltonian& hamiltonian, const CarrierFields& fields, int threads = 1);

 private:
  using Row = std::vector<double>;
  struct Tap;
  void start(const Complex* psi, Complex c) override;
  void step(const Complex* psi, Complex c, double factor, double centre,
            Interrupt& interrupt) override;
  void finish(Complex* psi, Complex c, double factor, double centre) override;

  void keep_links(const Hamiltonian& hamiltonian, const CarrierFields& fields, int a);
  void keep_padded_links(const Hamiltonian& hamiltonian, const Complex* links);
  void lay_taps(Index row, double factor, std::vector<Tap>& taps) const;
  void lay_taps_across(int a, Index row, double factor, std::vector<Tap>& taps) const;
  template <typename Work>
  void over_rows(Interrupt* interrupt, const Work& work);
  void advance_row(const std::vector<Tap>& taps, Index row, const Complex* psi, Complex c,
                   double factor, double centre, Complex* out);
  void fill_ghosts(double* part) const;
  double* row_of(Row& state, Index row) const { return state.data() + row * 2 * padded_ + reach_; }
  const double* row_of(const Row& state, Index row) const {
    return state.data() + row * 2 * padded_ + reach_;
  }

  Grid grid_;
  Index columns_, rows_, reach_, padded_;
  bool mirrors_;  // walls are ghosts; with a mass on sites they are in the diagonal
  std::vector<double> diagonal_;
  std::array<std::vector<double>, 3> weights_;  // of 1 … reach links, [energy]
  std::array<Row, 3> links_;                    // real and imaginary parts by rows; empty: all 1
  Row ones_, zeros_;
  Row newer_, older_;
  ThreadPool pool_;
  std::vector<std::vector<Tap>> taps_;  // of each thread
};

/// One term of a nested sum: weight·ψ(columns) and the link to the site before it.
struct StencilChebyshev::Tap {
  const double* re;
  const double* im;
  const double* link_re;  // nullptr: the links of the axis are all 1
  const double* link_im;
  double weight;
  double sign;  // -1: the conjugate link
};

}  // namespace heatgauge
