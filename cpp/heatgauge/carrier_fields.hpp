/// What a carrier's Hamiltonian depends on at one time: the site potential and the link variables.
#pragma once

#include <array>

#include "heatgauge/grid.hpp"
#include "heatgauge/large_pages.hpp"

namespace heatgauge {

/// potential: sV + U on the sites [energy]. links(a): exp(-i s/ħ ∫A·dl) on the links of axis a, the
/// seam link times e^{i·twist}.
class CarrierFields {
 public:
  /// phases[a]: (s/ħ)∫A·dl on the links of axis a, or nullptr where A = 0.
  CarrierFields(const Grid& grid, const double* potential,
                const std::array<const double*, 3>& phases);

  /// Replace the potential or the links of one axis; nothing is allocated.
  void set_potential(const double* potential);
  void set_links(int a, const double* phases);

  const double* potential() const { return potential_.data(); }
  const Complex* links(int a) const { return links_[static_cast<std::size_t>(a)].data(); }

 private:
  Grid grid_;
  UnsetVector<double> potential_;
  std::array<UnsetVector<Complex>, 3> links_;
};

}  // namespace heatgauge
