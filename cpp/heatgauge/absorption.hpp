/// Absorbing layers, H - iW with W >= 0 on some sites, in steps of different kinds.
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

/// The sites of all layers, and which part of W there belongs to which slab.
class AbsorbingSites {
 public:
  AbsorbingSites(const Grid& grid, const std::vector<AbsorbingSlab>& slabs);

  std::size_t count() const { return sites_.size(); }
  std::size_t slabs() const { return slabs_.size(); }
  std::size_t at(std::size_t k) const { return sites_[k]; }
  /// W of all slabs on the k-th site.
  double strength(std::size_t k) const { return strengths_[k]; }
  /// Adds to losses what each slab took, lost[k] being what went on the k-th site.
  void book(const std::vector<double>& lost, double* losses) const;

 private:
  struct Share {
    std::size_t place;
    double part;  // of W there
  };
  std::vector<std::size_t> sites_;
  std::vector<double> strengths_;
  std::vector<std::vector<Share>> slabs_;
};

/// The step (1 + αW + iαH) ψ' = (1 - αW - iαH) ψ, α = dt/2ħ, by way of a unitary one: with
/// D² = 1 + αW and η = ψ/D the mid state φ = (ψ + ψ')/2 is (η + η')/2D, where η' is the
/// Crank-Nicolson step of η with the Hermitian matrix H/DD. So every solver for Hermitian H serves,
/// and because that step keeps the norm of η, the loss is exactly what the layers take from the mid
/// state: |ψ|² - |ψ'|² = 4α Σ W|φ|². Sites without W see η = ψ and η' = ψ'.
class Absorption {
 public:
  Absorption(const Grid& grid, const std::vector<AbsorbingSlab>& slabs, double alpha);

  std::size_t slabs() const { return sites_.slabs(); }
  /// H becomes H/DD.
  void scale(const CsrView<Complex>& pattern, Complex* values) const;
  /// ψ becomes η; ψ is kept where there is absorption.
  void enter(Complex* psi);
  /// η becomes ψ again, where the step failed.
  void restore(Complex* psi) const;
  /// η' becomes ψ'; what each slab took of Σ|ψ|² is added to losses.
  void leave(Complex* psi, double* losses);

 private:
  AbsorbingSites sites_;
  std::vector<double> inverse_root_;  // 1/D on all sites
  std::vector<Complex> before_;
  std::vector<double> lost_;
};

/// ψ becomes e^{-γ}ψ, γ = Wτ/ħ: the part of W in a split step.
class Contraction {
 public:
  /// scale: τ/ħ.
  Contraction(const Grid& grid, const std::vector<AbsorbingSlab>& slabs, double scale);

  std::size_t slabs() const { return sites_.slabs(); }
  /// What each slab took of Σ|ψ|², (1 - e^{-2γ})|ψ|² on every site, is added to losses.
  void apply(Complex* psi, double* losses);

 private:
  AbsorbingSites sites_;
  std::vector<double> factors_;
  std::vector<double> lost_;
};

}  // namespace heatgauge
