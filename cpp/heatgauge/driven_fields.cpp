#include "heatgauge/driven_fields.hpp"

#include <algorithm>

namespace heatgauge {

DrivenFields::DrivenFields(const Grid& grid, const double* base_potential,
                           const std::array<const double*, 3>& base_phases,
                           std::vector<DriveProfile> drives)
    : base_potential_(base_potential, base_potential + grid.size()),
      drives_(std::move(drives)),
      fields_(grid, base_potential, base_phases) {
  std::size_t longest = base_potential_.size();
  for (int a = 0; a < grid.dimensions(); ++a) {
    const auto links = static_cast<std::size_t>(grid.links(a));
    std::vector<double>& base = base_phases_[static_cast<std::size_t>(a)];
    base.assign(links, 0.0);
    const double* given = base_phases[static_cast<std::size_t>(a)];
    if (given != nullptr) std::copy(given, given + links, base.begin());
    longest = std::max(longest, links);
  }
  sum_.resize(longest);
  for (const DriveProfile& drive : drives_) {
    const bool sites = drive.axis < 0;
    if (drive.axis >= grid.dimensions() ||
        drive.values.size() != (sites
                                    ? base_potential_.size()
                                    : base_phases_[static_cast<std::size_t>(drive.axis)].size())) {
      throw std::invalid_argument("a drive profile has the wrong size");
    }
  }
}

const CarrierFields& DrivenFields::at(const double* envelopes) {
  for (int axis = -1; axis < 3; ++axis) {
    const std::vector<double>& base =
        axis < 0 ? base_potential_ : base_phases_[static_cast<std::size_t>(axis)];
    bool driven = false;
    for (std::size_t d = 0; d < drives_.size(); ++d) {
      if (drives_[d].axis != axis) continue;
      if (!driven) std::copy(base.begin(), base.end(), sum_.begin());
      driven = true;
      const std::vector<double>& profile = drives_[d].values;
      for (std::size_t i = 0; i < profile.size(); ++i) sum_[i] += envelopes[d] * profile[i];
    }
    if (!driven) continue;
    if (axis < 0) {
      fields_.set_potential(sum_.data());
    } else {
      fields_.set_links(axis, sum_.data());
    }
  }
  return fields_;
}

}  // namespace heatgauge
