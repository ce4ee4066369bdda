#include "heatgauge/line_bundle.hpp"

#include <algorithm>

#include "heatgauge/bundle_copy.hpp"

namespace heatgauge {

LineBundles::LineBundles(const Grid& grid, int axis, Index members)
    : points_(grid.axis(axis).points),
      stride_(grid.stride(axis)),
      lines_(members * grid.size() / grid.axis(axis).points) {}

void LineBundles::load(Index b, const Complex* psi, Row* rows) const {
  const Index first = b * kLanes, used = std::min(kLanes, lines_ - first);
  if (in_step(first)) {
    load_bundle({points_, lane_step(), stride_}, psi + first_site(first), rows);
    return;
  }
  for (Index l = 0; l < kLanes; ++l) {
    const Complex* line = l < used ? psi + first_site(first + l) : nullptr;
    for (Index i = 0; i < points_; ++i) {
      const Complex value = line != nullptr ? line[i * stride_] : Complex(0.0, 0.0);
      rows[i].re[l] = value.real();
      rows[i].im[l] = value.imag();
    }
  }
}

bool LineBundles::store(Index b, const Row* rows, Complex* psi, Complex scale) const {
  const Index first = b * kLanes, used = std::min(kLanes, lines_ - first);
  double finite = 0.0;
  if (in_step(first)) {
    store_bundle({points_, lane_step(), stride_}, rows, scale, psi + first_site(first), finite);
    return finite == 0.0;
  }
  for (Index l = 0; l < used; ++l) {
    Complex* line = psi + first_site(first + l);
    for (Index i = 0; i < points_; ++i) {
      const Complex value = times(Complex(rows[i].re[l], rows[i].im[l]), scale);
      line[i * stride_] = value;
      finite += 0.0 * (value.real() + value.imag());  // not a number if one is not finite
    }
  }
  return finite == 0.0;
}

}  // namespace heatgauge
