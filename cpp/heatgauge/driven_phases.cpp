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

bool lines_alike(const double* block, Index rows) {
  for (Index i = 0; i < rows; ++i, block += kLanes) {
    if (!std::equal(block + 1, block + kLanes, block)) return false;
  }
  return true;
}

bool sites_alike(const double* block, Index rows) {
  return std::equal(block + kLanes, block + rows * kLanes, block);
}

HEATGAUGE_CLONES void spread_over_lines(const double* re, const double* im, Index rows, Row* u) {
  for (Index i = 0; i < rows; ++i) {
    for (Index l = 0; l < kLanes; ++l) {
      u[i].re[l] = re[i];
      u[i].im[l] = im[i];
    }
  }
}

}  // namespace

DrivenPhases::DrivenPhases(const LaneLayout& layout, const std::array<bool, 3>& axes,
                           const std::vector<const double*>& profiles, bool careful)
    : profiles_(static_cast<Index>(profiles.size())), careful_(careful) {
  for (std::size_t a = 0; a < 3; ++a) {
    if (!axes[a]) continue;
    const int axis = static_cast<int>(a);
    const Index rows = layout.rows(axis), blocks = layout.site_blocks(axis, false);
    values_[a].resize(static_cast<std::size_t>(blocks * profiles_ * rows * kLanes));
    double* to = values_[a].data();
    bool lines = true, sites = true;
    for (Index b = 0; b < blocks; ++b) {
      Index first[kLanes];
      layout.first_sites(axis, b, false, first);
      for (const double* profile : profiles) {
        gather_rows(first, layout.bundles(axis).stride(), 0, rows, profile, to);
        lines = lines && lines_alike(to, rows);
        sites = sites && sites_alike(to, rows);
        to += rows * kLanes;
      }
    }
    shapes_[a] = sites ? Shape::sites_alike : lines ? Shape::lines_alike : Shape::any;
  }
}

/// e^{-iθ} - 1 on some rows.
void DrivenPhases::form(const double* values, Index block, Index first, Index rows,
                        const double* coefficients, Row* u) const {
  double sum[kChunk * kLanes];
  for (Index row = first; row < first + rows; row += kChunk) {
    const Index count = std::min(kChunk, first + rows - row) * kLanes;
    std::fill_n(sum, count, 0.0);
    for (Index k = 0; k < profiles_; ++k) {
      if (coefficients[k] == 0.0) continue;
      add_profile(coefficients[k], values + k * block + row * kLanes, count, sum);
    }
    site_rows(sum, count / kLanes, careful_, u + row);
  }
}

void DrivenPhases::keep(const LaneLayout& layout, int slot, int axis, const double* coefficients,
                        ThreadPool& pool) {
  if (shapes_[static_cast<std::size_t>(axis)] != Shape::any) return;
  Kept& kept = kept_[{slot, axis}];
  std::vector<double> wanted(coefficients, coefficients + profiles_);
  if (kept.coefficients == wanted) return;
  kept.coefficients.clear();  // until they hold, should room not be found
  const Index rows = layout.rows(axis), blocks = layout.site_blocks(axis, false);
  kept.factors.resize(static_cast<std::size_t>(blocks * rows));
  pool.run(blocks, [&](Index block, int) {
    factors(axis, block, rows, 0, rows, coefficients, kept.factors.data() + block * rows);
  });
  kept.coefficients = std::move(wanted);
}

const Row* DrivenPhases::kept(int slot, int axis, Index block, Index rows) const {
  const auto found = kept_.find({slot, axis});
  return found == kept_.end() ? nullptr : found->second.factors.data() + block * rows;
}

void DrivenPhases::factors(int axis, Index block, Index rows, Index first, Index count,
                           const double* coefficients, Row* u) const {
  const auto a = static_cast<std::size_t>(axis);
  const Index size = rows * kLanes;
  const double* values = values_[a].data() + block * profiles_ * size;
  if (shapes_[a] == Shape::any) return form(values, size, first, count, coefficients, u);
  if (shapes_[a] == Shape::sites_alike) {
    form(values + first * kLanes, size, 0, 1, coefficients, u + first);
    std::fill_n(u + first + 1, count - 1, u[first]);
    return;
  }
  for (Index i = first; i < first + count; i += kLanes) {  // sixteen sites are packed into one row
    const Index packing = std::min(kLanes, first + count - i);
    double sum[kLanes] = {};
    for (Index k = 0; k < profiles_; ++k) {
      const double* profile = values + k * size + i * kLanes;
      for (Index j = 0; j < packing; ++j) sum[j] += coefficients[k] * profile[j * kLanes];
    }
    Row packed;
    site_rows(sum, 1, careful_, &packed);
    spread_over_lines(packed.re, packed.im, packing, u + i);
  }
}

}  // namespace heatgauge
