#include "heatgauge/driven_phases.hpp"

#include <algorithm>

#include "heatgauge/dispatch.hpp"
#include "heatgauge/site_phase.hpp"

namespace heatgauge {
namespace {

HEATGAUGE_CLONES void add_profile(double coefficient, const double* profile, Index count,
                                  double* sum) {
  for (Index i = 0; i < count; ++i) sum[i] += coefficient * profile[i];
}

constexpr Index kChunk = 16;  // rows whose phases are under way

}  // namespace

void DrivenPhases::set(const std::array<LineBundles, 3>& bundles, const std::array<bool, 3>& axes,
                       const std::vector<const double*>& profiles) {
  profiles_ = static_cast<Index>(profiles.size());
  for (std::size_t a = 0; a < 3; ++a) {
    if (!axes[a]) continue;
    const Index block = bundles[a].rows() * kLanes;
    values_[a].resize(static_cast<std::size_t>(bundles[a].count() * profiles_ * block));
    double* to = values_[a].data();
    for (Index b = 0; b < bundles[a].count(); ++b) {
      for (const double* profile : profiles) {
        bundles[a].gather(b, profile, to);
        to += block;
      }
    }
  }
}

void DrivenPhases::factors(int axis, Index bundle, Index rows, const double* coefficients,
                           Row* u) const {
  const Index block = rows * kLanes;
  const double* values =
      values_[static_cast<std::size_t>(axis)].data() + bundle * profiles_ * block;
  double sum[kChunk * kLanes];
  for (Index row = 0; row < rows; row += kChunk) {
    const Index count = std::min(kChunk, rows - row) * kLanes;
    std::fill_n(sum, count, 0.0);
    for (Index k = 0; k < profiles_; ++k) {
      if (coefficients[k] == 0.0) continue;
      add_profile(coefficients[k], values + k * block + row * kLanes, count, sum);
    }
    site_rows(sum, count / kLanes, u + row);
  }
}

}  // namespace heatgauge
