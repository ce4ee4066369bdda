#include "heatgauge/carrier_fields.hpp"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>

#include "heatgauge/dispatch.hpp"
#include "heatgauge/thread_pool.hpp"
#include "heatgauge/unit_phase.hpp"

namespace heatgauge {

namespace {

constexpr Index kBlock = 4096;  // stays in the cache from one look to the next

/// body(first, last) for all blocks of 0 … count-1.
template <typename Body>
void each_block(ThreadPool& pool, Index count, const Body& body) {
  pool.run((count + kBlock - 1) / kBlock,
           [&](Index block, int) { body(block * kBlock, std::min(count, (block + 1) * kBlock)); });
}

HEATGAUGE_CLONES bool all_finite(const double* x, Index count) {
  Index beyond = 0;
  for (Index i = 0; i < count; ++i) {
    beyond += std::abs(x[i]) <= std::numeric_limits<double>::max() ? 0 : 1;
  }
  return beyond == 0;
}

}  // namespace

CarrierFields::CarrierFields(const Grid& grid, const double* potential,
                             const std::array<const double*, 3>& phases)
    : grid_(grid), potential_(potential, potential + grid.size()) {
  for (int a = 0; a < grid.dimensions(); ++a) {
    links_[static_cast<std::size_t>(a)].resize(static_cast<std::size_t>(grid.links(a)));
    set_links(a, phases[static_cast<std::size_t>(a)]);
  }
}

CarrierFields::CarrierFields(const Grid& grid, const StaticFields& parts, int threads)
    : grid_(grid) {
  potential_.resize(static_cast<std::size_t>(grid.size()));
  ThreadPool pool(threads);
  std::atomic<bool> finite{true};
  each_block(pool, grid.size(), [&](Index first, Index last) {
    double* sum = potential_.data();
    const double *scalar = parts.scalar, *external = parts.external;
    const double charge = parts.charge;
    for (Index i = first; i < last; ++i) sum[i] = scalar == nullptr ? 0.0 : charge * scalar[i];
    for (Index i = first; external != nullptr && i < last; ++i) sum[i] += external[i];
    if (!all_finite(sum + first, last - first)) finite = false;
  });
  for (int a = 0; a < grid.dimensions(); ++a) {
    UnsetVector<Complex>& u = links_[static_cast<std::size_t>(a)];
    u.resize(static_cast<std::size_t>(grid.links(a)));
    const double* vector = parts.vector[static_cast<std::size_t>(a)];
    each_block(pool, grid.links(a), [&](Index first, Index last) {
      if (vector == nullptr) {
        std::fill(u.begin() + first, u.begin() + last, Complex(1.0, 0.0));
        return;
      }
      std::array<double, kBlock> phases;
      const double spacing = grid.axis(a).spacing;
      const double factor = parts.charge_over_hbar;
      for (Index i = first; i < last; ++i) {
        phases[static_cast<std::size_t>(i - first)] = factor * (vector[i] * spacing);
      }
      if (!all_finite(phases.data(), last - first)) finite = false;
      unit_phases(phases.data(), last - first, u.data() + first);
    });
    twist_seam(a);
  }
  finite_ = finite;
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
  twist_seam(a);
}

void CarrierFields::twist_seam(int a) {
  UnsetVector<Complex>& u = links_[static_cast<std::size_t>(a)];
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
