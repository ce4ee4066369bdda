#include "heatgauge/line_bundle.hpp"

#include <algorithm>

#include "heatgauge/bundle_copy.hpp"

namespace heatgauge {

LineBundles::LineBundles(const Grid& grid, int axis, Index members, Index blocks)
    : axis_(axis),
      dimensions_(grid.dimensions()),
      points_(grid.axis(axis).points),
      stride_(grid.stride(axis)),
      last_points_(grid.axis(grid.dimensions() - 1).points),
      middle_points_(grid.dimensions() == 3 ? grid.axis(1).points : 1),
      blocks_(blocks) {
  lines_of_block_ = members * grid.size() / points_ / blocks;
  per_block_ = (lines_of_block_ + kLanes - 1) / kLanes;
}

Index LineBundles::line(Index b, Index lane) const {
  const Index block = b / per_block_;
  const Index inside = (b % per_block_) * kLanes + lane;
  return block * lines_of_block_ + std::min(inside, lines_of_block_ - 1);
}

Index LineBundles::first_site(Index b, Index lane) const {
  const Index l = line(b, lane);
  return (l / stride_) * stride_ * points_ + l % stride_;
}

Index LineBundles::begin(Index line, const Strides& strides) const {
  if (dimensions_ == 1) return line * points_;
  if (dimensions_ == 2) return axis_ == 0 ? line : line * strides[0];
  switch (axis_) {
    case 0:
      return line / last_points_ * strides[1] + line % last_points_;
    case 1:
      return line / last_points_ * strides[0] + line % last_points_;
    default:
      return line / middle_points_ * strides[0] + line % middle_points_ * strides[1];
  }
}

BundlePlace LineBundles::place(Index b, const Strides& strides) const {
  BundlePlace place;
  place.used = std::min(kLanes, lines_of_block_ - (b % per_block_) * kLanes);
  place.site_step = dimensions_ == 1 ? 1 : strides[static_cast<std::size_t>(axis_)];
  place.rows = points_;
  for (Index l = 0; l < kLanes; ++l) {
    place.begin[static_cast<std::size_t>(l)] = begin(line(b, l), strides);
  }
  if (place.used < kLanes) return place;
  const Index step = place.begin[1] - place.begin[0];
  for (std::size_t l = 2; l < place.begin.size(); ++l) {
    if (place.begin[l] != place.begin[l - 1] + step) return place;
  }
  if (axis_ == dimensions_ - 1 || step == 1) place.lane_step = step;
  return place;
}

void LineBundles::load(Index b, const Strides& strides, const Complex* psi, Row* rows) const {
  heatgauge::load(place(b, strides), 0, points_, psi, rows);
}

bool LineBundles::store(Index b, const Strides& strides, const Row* rows, Complex* psi,
                        Complex scale) const {
  return heatgauge::store(place(b, strides), 0, points_, rows, psi, scale);
}

template <typename Value>
void load(const BundlePlace& place, Index first, Index count, const Value* psi, Row* rows) {
  psi += first * place.site_step;
  rows += first;
  if (place.lane_step != 0) {
    const Index beyond = place.rows - first - count;
    load_bundle({count, place.lane_step, place.site_step, beyond}, psi + place.begin[0], rows);
    return;
  }
  for (Index l = 0; l < kLanes; ++l) {
    const Value* from = l < place.used ? psi + place.begin[static_cast<std::size_t>(l)] : nullptr;
    for (Index i = 0; i < count; ++i) {
      const Value value = from != nullptr ? from[i * place.site_step] : Value();
      rows[i].re[l] = value.real();
      rows[i].im[l] = value.imag();
    }
  }
}

template <typename Value>
bool store(const BundlePlace& place, Index first, Index count, const Row* rows, Value* psi,
           Complex scale) {
  psi += first * place.site_step;
  rows += first;
  double finite = 0.0;
  if (place.lane_step != 0) {
    store_bundle({count, place.lane_step, place.site_step}, rows, scale, psi + place.begin[0],
                 finite);
    return finite == 0.0;
  }
  for (Index l = 0; l < place.used; ++l) {
    Value* to = psi + place.begin[static_cast<std::size_t>(l)];
    for (Index i = 0; i < count; ++i) {
      const Complex value = times(Complex(rows[i].re[l], rows[i].im[l]), scale);
      to[i * place.site_step] = Value(value);
      finite += 0.0 * (value.real() + value.imag());  // not a number if one is not finite
    }
  }
  return finite == 0.0;
}

template void load(const BundlePlace&, Index, Index, const Complex*, Row*);
template void load(const BundlePlace&, Index, Index, const ComplexSingle*, Row*);
template bool store(const BundlePlace&, Index, Index, const Row*, Complex*, Complex);
template bool store(const BundlePlace&, Index, Index, const Row*, ComplexSingle*, Complex);

void gather_rows(const Index (&sites)[kLanes], Index stride, Index first, Index count,
                 const double* values, double* rows) {
  bool adjacent = true;
  for (Index l = 1; l < kLanes; ++l) adjacent = adjacent && sites[l] == sites[0] + l;
  if (adjacent) {
    const double* from = values + sites[0] + first * stride;
    for (Index i = 0; i < count; ++i) std::copy_n(from + i * stride, kLanes, rows + i * kLanes);
    return;
  }
  constexpr Index kPortion = 32;  // of the lines, so that what is written stays in the first cache
  for (Index start = 0; start < count; start += kPortion) {
    const Index end = std::min(start + kPortion, count);
    for (Index l = 0; l < kLanes; ++l) {
      const double* from = values + sites[l] + first * stride;
      for (Index i = start; i < end; ++i) rows[i * kLanes + l] = from[i * stride];
    }
  }
}

}  // namespace heatgauge
