#include "heatgauge/line_systems.hpp"

#include <algorithm>

#include "heatgauge/dispatch.hpp"
#include "heatgauge/tridiagonal.hpp"

namespace heatgauge {

namespace {

std::size_t slot(Index i) { return static_cast<std::size_t>(i); }

constexpr Index lanes = 16;

HEATGAUGE_CLONES void sweep(Index n, const double* l, const double* d, double* __restrict x) {
  for (Index i = 1; i < n; ++i)
    for (Index k = 0; k < lanes; ++k) x[i * lanes + k] -= l[i * lanes + k] * x[(i - 1) * lanes + k];
  for (Index k = 0; k < lanes; ++k) x[(n - 1) * lanes + k] *= d[(n - 1) * lanes + k];
  for (Index i = n - 1; i-- > 0;)
    for (Index k = 0; k < lanes; ++k)
      x[i * lanes + k] =
          d[i * lanes + k] * x[i * lanes + k] - l[(i + 1) * lanes + k] * x[(i + 1) * lanes + k];
}

/// Takes the border, the last unknown of a ring, into the others.
HEATGAUGE_CLONES void close(Index open, const double* first, const double* last,
                            const double* inverse_schur, const double* z, double* __restrict x) {
  double border[lanes];
  for (Index k = 0; k < lanes; ++k)
    border[k] = (x[open * lanes + k] - first[k] * x[k] - last[k] * x[(open - 1) * lanes + k]) *
                inverse_schur[k];
  for (Index i = 0; i < open; ++i)
    for (Index k = 0; k < lanes; ++k) x[i * lanes + k] -= z[i * lanes + k] * border[k];
  for (Index k = 0; k < lanes; ++k) x[open * lanes + k] = border[k];
}

/// to[j, k] = f[k, j] for whole bundles: blocks of eight columns stay in registers and first cache.
HEATGAUGE_CLONES void turn(Index n, Index stride, const double* f, double* __restrict to) {
  for (Index j = 0; j < n; ++j)
    for (Index k = 0; k < lanes; ++k) to[j * lanes + k] = f[k * stride + j];
}

HEATGAUGE_CLONES void turn_back(Index n, Index stride, const double* from, double* __restrict to) {
  Index j = 0;
  for (; j + 8 <= n; j += 8)
    for (Index k = 0; k < lanes; ++k)
      for (Index m = 0; m < 8; ++m) to[k * stride + j + m] = from[(j + m) * lanes + k];
  for (; j < n; ++j)
    for (Index k = 0; k < lanes; ++k) to[k * stride + j] = from[j * lanes + k];
}

}  // namespace

LineSystems::LineSystems(const Grid& grid, int axis, std::span<const double> capacity,
                         const FaceField& conductance, double step, Interrupt& interrupt)
    : points_(grid.axis(axis).points),
      stride_(grid.stride(axis)),
      outer_(grid.outer(axis)),
      ring_(grid.axis(axis).periodic) {
  // Lines side by side in memory make a bundle; along the last axis those of successive rows do.
  const Index lines = stride_ == 1 ? outer_ : stride_;
  blocks_ = (lines + width - 1) / width;
  bundles_ = stride_ == 1 ? blocks_ : blocks_ * outer_;
  const Index open = ring_ ? points_ - 1 : points_;
  factor_.assign(slot(bundles_ * points_ * width), 0.0);
  inverse_pivot_.assign(factor_.size(), 1.0);
  if (ring_) {
    response_.assign(factor_.size(), 0.0);
    for (auto* v : {&first_, &last_, &inverse_schur_}) v->assign(slot(bundles_ * width), 0.0);
  }
  const double scale = step / grid.axis(axis).spacing;
  const double* const g = conductance[slot(axis)].data();
  const Index faces = faces_per_line(grid, axis);
  std::vector<double> diagonal(slot(points_)), link(slot(ring_ ? points_ : points_ - 1));
  for (Index b = 0; b < bundles_; ++b) {
    interrupt.check();
    const Place at = place(b);
    for (Index k = 0; k < at.lines; ++k) {
      const Index site = at.site + k * (stride_ == 1 ? points_ : 1);
      const Index face = site / (stride_ * points_) * stride_ * faces + site % stride_;
      for (Index i = 0; i < points_; ++i) {
        const double low = g[face + (ring_ ? (i + points_ - 1) % points_ : i) * stride_];
        const double up = g[face + (ring_ ? i : i + 1) * stride_];
        diagonal[slot(i)] = capacity[slot(site + i * stride_)] + scale * (low + up);
        if (i < static_cast<Index>(link.size())) link[slot(i)] = -scale * up;
      }
      const Tridiagonal line(diagonal, link);
      const Tridiagonal::Factors f = line.factors();
      for (Index i = 0; i < open; ++i) {
        const std::size_t to = slot((b * points_ + i) * width + k);
        factor_[to] = f.factor[i];
        inverse_pivot_[to] = f.inverse_pivot[i];
        if (ring_) response_[to] = f.response[i];
      }
      if (!ring_) continue;
      first_[slot(b * width + k)] = f.first;
      last_[slot(b * width + k)] = f.last;
      inverse_schur_[slot(b * width + k)] = f.inverse_schur;
    }
  }
}

LineSystems::Place LineSystems::place(Index bundle) const {
  const Index o = bundle / blocks_, first = bundle % blocks_ * width;
  if (stride_ == 1) return {first * points_, std::min(width, outer_ - first)};
  return {o * points_ * stride_ + first, std::min(width, stride_ - first)};
}

void LineSystems::load(const Place& at, const double* f, double* to) const {
  f += at.site;
  if (stride_ == 1 && at.lines == width) {
    turn(points_, points_, f, to);
  } else {
    const Index along = stride_, across = stride_ == 1 ? points_ : 1;
    for (Index i = 0; i < points_; ++i)
      for (Index k = 0; k < at.lines; ++k) to[i * width + k] = f[i * along + k * across];
  }
}

void LineSystems::store(const Place& at, const double* from, double* to) const {
  to += at.site;
  if (stride_ == 1 && at.lines == width) return turn_back(points_, points_, from, to);
  const Index along = stride_, across = stride_ == 1 ? points_ : 1;
  for (Index i = 0; i < points_; ++i)
    for (Index k = 0; k < at.lines; ++k) to[i * along + k * across] = from[i * width + k];
}

void LineSystems::solve(const double* f, double* out, std::vector<double>& line) const {
  line.assign(slot(points_ * width), 0.0);
  const Index open = ring_ ? points_ - 1 : points_;
  for (Index b = 0; b < bundles_; ++b) {
    const Place at = place(b);
    const std::size_t first = slot(b * points_ * width), edge = slot(b * width);
    load(at, f, line.data());
    sweep(open, factor_.data() + first, inverse_pivot_.data() + first, line.data());
    if (ring_)
      close(open, first_.data() + edge, last_.data() + edge, inverse_schur_.data() + edge,
            response_.data() + first, line.data());
    store(at, line.data(), out);
  }
}

}  // namespace heatgauge
