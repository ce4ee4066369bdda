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

Index LineBundles::used(Index b) const {
  return std::min(kLanes, lines_of_block_ - (b % per_block_) * kLanes);
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

Index LineBundles::lane_step(Index b, const Strides& strides) const {
  if (used(b) < kLanes) return 0;
  const Index first = begin(line(b, 0), strides);
  const Index step = begin(line(b, 1), strides) - first;
  for (Index l = 2; l < kLanes; ++l) {
    if (begin(line(b, l), strides) != first + l * step) return 0;
  }
  const bool contiguous = axis_ == dimensions_ - 1;
  return contiguous || step == 1 ? step : 0;
}

void LineBundles::load(Index b, const Strides& strides, const Complex* psi, Row* rows) const {
  const Index along = dimensions_ == 1 ? 1 : strides[static_cast<std::size_t>(axis_)];
  if (const Index step = lane_step(b, strides); step != 0) {
    load_bundle({points_, step, along}, psi + begin(line(b, 0), strides), rows);
    return;
  }
  for (Index l = 0; l < kLanes; ++l) {
    const Complex* from = l < used(b) ? psi + begin(line(b, l), strides) : nullptr;
    for (Index i = 0; i < points_; ++i) {
      const Complex value = from != nullptr ? from[i * along] : Complex(0.0, 0.0);
      rows[i].re[l] = value.real();
      rows[i].im[l] = value.imag();
    }
  }
}

bool LineBundles::store(Index b, const Strides& strides, const Row* rows, Complex* psi,
                        Complex scale) const {
  const Index along = dimensions_ == 1 ? 1 : strides[static_cast<std::size_t>(axis_)];
  double finite = 0.0;
  if (const Index step = lane_step(b, strides); step != 0) {
    store_bundle({points_, step, along}, rows, scale, psi + begin(line(b, 0), strides), finite);
    return finite == 0.0;
  }
  for (Index l = 0; l < used(b); ++l) {
    Complex* to = psi + begin(line(b, l), strides);
    for (Index i = 0; i < points_; ++i) {
      const Complex value = times(Complex(rows[i].re[l], rows[i].im[l]), scale);
      to[i * along] = value;
      finite += 0.0 * (value.real() + value.imag());  // not a number if one is not finite
    }
  }
  return finite == 0.0;
}

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
