#include "heatgauge/temperature_noise.hpp"

#include <stdexcept>

#include "heatgauge/counter_normals.hpp"
#include "heatgauge/dispatch.hpp"

namespace heatgauge {

namespace {

enum Stream : std::uint32_t { kPhases = 0, kRates = 1, kStart = 2 };

HEATGAUGE_CLONES void add_scaled(const double* x, double factor, Index count, double* sum) {
  for (Index i = 0; i < count; ++i) sum[i] += factor * x[i];
}

HEATGAUGE_CLONES void advance_rates(const double* n1, const double* n2, const NoiseStep& law,
                                    Index count, double* omega) {
  for (Index i = 0; i < count; ++i) {
    omega[i] = law.kept * omega[i] + (law.joint * n1[i] + law.fresh * n2[i]);
  }
}

}  // namespace

TemperatureNoise::TemperatureNoise(const Grid& grid, std::vector<std::uint64_t> keys,
                                   std::vector<NoiseFilter> filters, double deviation)
    : sites_(grid.size()), drawn_(1), keys_(std::move(keys)), filters_(std::move(filters)) {
  if (keys_.empty()) throw std::invalid_argument("there must be at least one key");
  if (!filters_.empty() && static_cast<int>(filters_.size()) != grid.dimensions()) {
    throw std::invalid_argument("there must be one filter per axis, or none");
  }
  for (int a = 0; a < grid.dimensions(); ++a) {
    const Index points = grid.axis(a).points;
    shape_.push_back(points);
    if (!filters_.empty() && filters_[static_cast<std::size_t>(a)].points() != points) {
      throw std::invalid_argument("a filter has the wrong number of points");
    }
    drawn_ *= filters_.empty() ? points : filters_[static_cast<std::size_t>(a)].width();
  }
  if (deviation == 0.0) return;
  omega_.assign(static_cast<std::size_t>(members() * sites_), 0.0);
  add_scaled(normals(0, kStart, first_), deviation, members() * sites_, omega_.data());
}

const double* TemperatureNoise::normals(std::uint64_t step, std::uint32_t stream,
                                        std::vector<double>& out) {
  out.resize(static_cast<std::size_t>(members() * drawn_));
  for (Index m = 0; m < members(); ++m) {
    counter_normals(keys_[static_cast<std::size_t>(m)], step, stream, drawn_,
                    out.data() + m * drawn_);
  }
  Index outer = members(), inner = drawn_;
  for (std::size_t a = 0; a < filters_.size(); ++a) {
    NoiseFilter& filter = filters_[a];
    inner /= filter.width();
    space_.resize(static_cast<std::size_t>(outer * filter.points() * inner));
    filter.apply(outer, inner, out.data(), space_.data());
    out.swap(space_);
    outer *= filter.points();
  }
  return out.data();
}

void TemperatureNoise::add_phases(std::uint64_t step, const NoiseStep& law, double* phases) {
  const Index count = members() * sites_;
  const double* n1 = normals(step, kPhases, first_);
  add_scaled(n1, law.spread, count, phases);
  if (omega_.empty()) return;
  add_scaled(omega_.data(), law.passed, count, phases);
  const double* n2 = normals(step, kRates, second_);
  advance_rates(n1, n2, law, count, omega_.data());
}

}  // namespace heatgauge
