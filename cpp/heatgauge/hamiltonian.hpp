/// The gauge-covariant Hamiltonian H = (-iħ∇ - sA)²/2m + sV + U of one carrier on a grid.
#pragma once

#include <array>
#include <vector>

#include "heatgauge/carrier_fields.hpp"
#include "heatgauge/grid.hpp"
#include "heatgauge/line_stencil.hpp"
#include "heatgauge/sparse.hpp"

namespace heatgauge {

/// Geometry, masses and stencil: everything that does not change with the potentials. The entry
/// for a hop is (ħ²/2mh²)·weight·U(path), multiplied in the same order in the rows of both its
/// ends, so that H(i,j) and H(j,i) are conjugate to the last bit.
class Hamiltonian {
 public:
  /// One mass per axis; orders 2, 4, 6, 8.
  Hamiltonian(const Grid& grid, const std::vector<double>& masses, double hbar, int order);
  /// A mass on every site, order 2: a link has the mean of its two masses.
  Hamiltonian(const Grid& grid, const double* site_masses, double hbar);

  const Grid& grid() const { return grid_; }
  /// Half width of the stencil in links.
  Index reach() const { return reach_; }
  double hbar() const { return hbar_; }

  /// Number of stored entries, without building them.
  Index nonzeros() const;
  /// The pattern: outer has size() + 1 entries, inner nonzeros(). The same for any `threads`.
  void pattern(Index* outer, Index* inner, int threads = 1) const;
  /// The values in the order of the pattern. The same bits for any `threads`.
  void fill(const CarrierFields& fields, Complex* values, int threads = 1) const;
  /// out = Hψ without a matrix. `out` must not overlap `psi`.
  void apply(const CarrierFields& fields, const Complex* psi, Complex* out) const;
  /// Probability current through every link of axis `a`, all hops that straddle it summed:
  /// ∂ₜ|ψᵢ|² + (J_{i+1/2} - J_{i-1/2})/h = 0, summed over the axes, holds exactly.
  void current(const CarrierFields& fields, const Complex* psi, int a, double* flux) const;
  /// Mass on the links of axis `a` (only the one value where the mass is uniform).
  double link_mass(int a, Index outer, Index link, Index inner) const;
  bool has_site_masses() const { return !site_masses_.empty(); }
  /// ħ²/2mh² of an axis; ħ²/2h² with masses on sites.
  double scale(int a) const { return scales_[static_cast<std::size_t>(a)]; }
  /// The diagonal of H, kinetic part and potential.
  void diagonal(const CarrierFields& fields, double* out) const;

 private:
  struct LineEntries;
  void entries(const Complex* links, int a, const Hop& hop, Index outer, Index inner, Index count,
               Complex* out) const;
  void along(const CarrierFields& fields, Index site, const std::array<Index, 3>& position,
             LineEntries& scratch) const;
  Complex* fill_end(const LineEntries& scratch, Index i, double diagonal, Complex* values) const;
  void fill_line(const CarrierFields& fields, Index site, const std::array<Index, 3>& position,
                 LineEntries& scratch, Complex* values) const;
  std::size_t across(const CarrierFields& fields, Index site, const std::array<Index, 3>& position,
                     LineEntries& scratch) const;
  LineEntries make_scratch() const;
  Index neighbours(int a, Index i) const;
  template <typename Visit>
  void each_line(int threads, Visit visit) const;
  void pattern_of_line(Index site, std::array<Index, 3> position, Index next, Index* outer,
                       Index* inner) const;
  double kinetic_diagonal(Index site, const std::array<Index, 3>& position) const;

  Grid grid_;
  double hbar_;
  Index reach_;
  std::vector<LineStencil> stencils_;
  std::array<double, 3> scales_{};        // ħ²/2mh² of each axis (uniform mass)
  std::vector<double> site_masses_;       // empty: uniform
  std::vector<double> kinetic_diagonal_;  // with site masses only
};

}  // namespace heatgauge
