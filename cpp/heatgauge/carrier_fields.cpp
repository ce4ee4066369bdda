#include "heatgauge/carrier_fields.hpp"

#include <algorithm>
#include <cmath>

#include "heatgauge/unit_phase.hpp"

namespace heatgauge {

CarrierFields::CarrierFields(const Grid& grid, const double* potential,
                             const std::array<const double*, 3>& phases)
    : grid_(grid), potential_(potential, potential + grid.size()) {
  for (int a = 0; a < grid.dimensions(); ++a) {
    links_[static_cast<std::size_t>(a)].resize(static_cast<std::size_t>(grid.links(a)));
    set_links(a, phases[static_cast<std::size_t>(a)]);
  }
}

void CarrierFields::set_potential(const double* potential) {
  std::copy(potential, potential + grid_.size(), potential_.begin());
}

void CarrierFields::set_links(int a, const double* phases) {
  UnsetVector<Complex>& u = links_[static_cast<std::size_t>(a)];
  if (phases == nullptr) {
    std::fill(u.begin(), u.end(), Complex(1.0, 0.0));
  } else {
    unit_phases(phases, static_cast<Index>(u.size()), u.data());
  }
  const Axis& axis = grid_.axis(a);
  if (axis.twist == 0.0) return;
  const Complex twist(std::cos(axis.twist), std::sin(axis.twist));
  const Index inner = grid_.stride(a);
  const Index row = axis.links() * inner;
  for (Index o = 0; o < grid_.outer(a); ++o) {
    for (Index c = 0; c < inner; ++c) {
      Complex& seam = u[static_cast<std::size_t>(o * row + row - inner + c)];
      seam = times(seam, twist);
    }
  }
}

}  // namespace heatgauge
