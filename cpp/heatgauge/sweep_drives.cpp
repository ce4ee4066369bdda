#include "heatgauge/sweep_drives.hpp"

#include <algorithm>
#include <stdexcept>

#include "heatgauge/dispatch.hpp"

namespace heatgauge {

namespace {

HEATGAUGE_CLONES void add_scaled(double scale, const double* profile, Index count, double* sum) {
  for (Index i = 0; i < count; ++i) sum[i] += scale * profile[i];
}

}  // namespace

void SweepDrives::add(SlotKind kind, int slot, std::vector<double> base,
                      std::vector<std::vector<double>> profiles) {
  const Index values =
      kind == SlotKind::site ? program_.site_values(slot) : program_.link_values(slot);
  const auto fits = [&](const std::vector<double>& v) {
    return static_cast<Index>(v.size()) == values;
  };
  if (!fits(base) || !std::all_of(profiles.begin(), profiles.end(), fits)) {
    throw std::invalid_argument("a profile has the wrong size for its slot");
  }
  coefficients_ += static_cast<Index>(profiles.size());
  sum_.resize(std::max(sum_.size(), base.size()));
  drives_.push_back({kind, slot, std::move(base), std::move(profiles)});
}

void SweepDrives::advance(Complex* psi, const double* rows, Index steps, Interrupt& interrupt) {
  for (Index step = 0; step < steps; ++step) {
    const double* c = rows + step * coefficients_;
    for (const Drive& drive : drives_) {
      std::copy(drive.base.begin(), drive.base.end(), sum_.begin());
      for (const std::vector<double>& profile : drive.profiles) {
        add_scaled(*c++, profile.data(), static_cast<Index>(profile.size()), sum_.data());
      }
      if (drive.kind == SlotKind::site) {
        program_.set_site(drive.slot, sum_.data(), nullptr);
      } else {
        program_.set_links(drive.slot, sum_.data());
      }
    }
    try {
      program_.advance(psi, 1, interrupt);
    } catch (const NumericalFailure& failure) {
      throw NumericalFailure(failure.what(), step, failure.residual());
    }
  }
}

}  // namespace heatgauge
