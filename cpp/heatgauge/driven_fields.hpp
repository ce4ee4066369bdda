/// Carrier fields that are a static part plus envelopes times profiles.
#pragma once

#include <utility>
#include <vector>

#include "heatgauge/carrier_fields.hpp"

namespace heatgauge {

/// One separable drive: of the site potential (axis = -1) or of the phases on the links of an axis.
struct DriveProfile {
  int axis;
  std::vector<double> values;
};

class DrivenFields {
 public:
  /// base_potential, base_phases: the static parts (a nullptr phase is zero).
  DrivenFields(const Grid& grid, const double* base_potential,
               const std::array<const double*, 3>& base_phases, std::vector<DriveProfile> drives);

  std::size_t drives() const { return drives_.size(); }
  /// The fields for one row of envelopes, one number per drive. Links are made anew only on axes
  /// that a drive shakes. Nothing is allocated.
  const CarrierFields& at(const double* envelopes);

 private:
  std::vector<double> base_potential_;
  std::array<std::vector<double>, 3> base_phases_;
  std::vector<DriveProfile> drives_;
  std::vector<double> sum_;
  CarrierFields fields_;
};

}  // namespace heatgauge
