/// What a carrier's Hamiltonian depends on at one time: the site potential and the link variables.
#pragma once

#include <array>

#include "heatgauge/grid.hpp"
#include "heatgauge/large_pages.hpp"

namespace heatgauge {

/// What fields that do not depend on time are made of, nullptr where they are 0.
struct StaticFields {
  const double* scalar = nullptr;         // V on the sites
  const double* external = nullptr;       // U on the sites
  std::array<const double*, 3> vector{};  // the mean of A on the links of each axis
  double charge = 0.0;                    // s
  double charge_over_hbar = 0.0;          // s/ħ
};

/// potential: sV + U on the sites [energy]. links(a): exp(-i s/ħ ∫A·dl) on the links of axis a, the
/// seam link times e^{i·twist}.
class CarrierFields {
 public:
  /// phases[a]: (s/ħ)∫A·dl on the links of axis a, or nullptr where A = 0.
  CarrierFields(const Grid& grid, const double* potential,
                const std::array<const double*, 3>& phases);
  /// The same bits for any number of threads.
  CarrierFields(const Grid& grid, const StaticFields& parts, int threads);

  /// Whether the potential and the phases of static fields did not overflow.
  bool is_finite() const { return finite_; }
  /// Replace the potential or the links of one axis; nothing is allocated.
  void set_potential(const double* potential);
  void set_links(int a, const double* phases);

  const double* potential() const { return potential_.data(); }
  const Complex* links(int a) const { return links_[static_cast<std::size_t>(a)].data(); }

 private:
  void twist_seam(int a);

  Grid grid_;
  bool finite_ = true;
  UnsetVector<double> potential_;
  std::array<UnsetVector<Complex>, 3> links_;
};

}  // namespace heatgauge
