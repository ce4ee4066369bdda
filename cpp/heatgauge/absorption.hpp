/// Absorbing layers in a Crank-Nicolson step: H - iW with W >= 0 on some sites.
#pragma once

#include <vector>

#include "heatgauge/grid.hpp"
#include "heatgauge/sparse.hpp"

namespace heatgauge {

/// W along one axis: strengths [energy] at the positions first, first + 1, … of it.
struct AbsorbingSlab {
  int axis;
  Index first;
  std::vector<double> strengths;
};

/// The step (1 + αW + iαH) ψ' = (1 - αW - iαH) ψ, α = dt/2ħ, by way of a unitary one: with
/// D² = 1 + αW and η = ψ/D the mid state φ = (ψ + ψ')/2 is (η + η')/2D, where η' is the
/// Crank-Nicolson step of η with the Hermitian matrix H/DD. So every solver for Hermitian H serves,
/// and because that step keeps the norm of η, the loss is exactly what the layers take from the mid
/// state: |ψ|² - |ψ'|² = 4α Σ W|φ|². Sites without W see η = ψ and η' = ψ'.
class Absorption {
 public:
  Absorption(const Grid& grid, const std::vector<AbsorbingSlab>& slabs, double alpha);

  std::size_t slabs() const { return slabs_.size(); }
  /// H becomes H/DD.
  void scale(const CsrView<Complex>& pattern, Complex* values) const;
  /// ψ becomes η; ψ is kept where there is absorption.
  void enter(Complex* psi);
  /// η becomes ψ again, where the step failed.
  void restore(Complex* psi) const;
  /// η' becomes ψ'; what each slab took of Σ|ψ|² is added to losses.
  void leave(Complex* psi, double* losses);

 private:
  struct Share {
    std::size_t place;  // in sites_
    double part;        // of W there
  };
  std::vector<double> inverse_root_;  // 1/D on all sites
  std::vector<Index> sites_;          // those with W > 0
  std::vector<std::vector<Share>> slabs_;
  std::vector<Complex> before_;
  std::vector<double> lost_;
};

}  // namespace heatgauge
