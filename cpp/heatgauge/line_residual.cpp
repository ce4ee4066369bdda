#include "heatgauge/line_residual.hpp"

#include "heatgauge/dispatch.hpp"
#include "heatgauge/pair.hpp"

namespace heatgauge {

namespace {

enum class Hop { none, up, down };

HEATGAUGE_INLINE void multiply(Row& a, double re, double im) {
  for (Index l = 0; l < kLanes; ++l) {
    const double r = a.re[l] * re - a.im[l] * im;
    a.im[l] = a.re[l] * im + a.im[l] * re;
    a.re[l] = r;
  }
}

template <Hop kHop>
HEATGAUGE_INLINE void hop(Row& a, const Row* link) {
  if (kHop == Hop::none) return;
  constexpr double sign = kHop == Hop::up ? -1.0 : 1.0;
  for (Index l = 0; l < kLanes; ++l) {
    const double im = sign * link->im[l];
    const double r = a.re[l] * link->re[l] - a.im[l] * im;
    a.im[l] = a.re[l] * im + a.im[l] * link->re[l];
    a.re[l] = r;
  }
}

HEATGAUGE_INLINE void subtract(const Row& b, Row& a) {
  for (Index l = 0; l < kLanes; ++l) {
    a.re[l] -= b.re[l];
    a.im[l] -= b.im[l];
  }
}

HEATGAUGE_INLINE const Row* hop_from(const Row* links, Index step, Index i, bool up) {
  return links + (up ? i + 1 : i) * step;
}

HEATGAUGE_INLINE void hop(Row& a, const Row* links, Index step, Index i, bool up) {
  if (links == nullptr) return;
  if (up) {
    hop<Hop::up>(a, hop_from(links, step, i, up));
  } else {
    hop<Hop::down>(a, hop_from(links, step, i, up));
  }
}

/// αψ + βδ at row i.
HEATGAUGE_INLINE Row mixed(const LineResidual& s, Index i) {
  Row value = s.psi[i];
  multiply(value, s.alpha.real(), s.alpha.imag());
  if (s.delta == nullptr) return value;
  Row other = s.delta[i];
  multiply(other, s.beta.real(), s.beta.imag());
  for (Index l = 0; l < kLanes; ++l) {
    value.re[l] += other.re[l];
    value.im[l] += other.im[l];
  }
  return value;
}

/// What the neighbour below or above row i contributes to uT + (uT)†.
HEATGAUGE_INLINE Row neighbour(const LineResidual& s, Index i, bool below) {
  const bool beyond = below ? i == 0 : i == s.rows - 1;
  if (beyond && s.wall) {  // the mirror image
    Row value = mixed(s, i);
    multiply(value, -1.0, 0.0);
    return value;
  }
  const Index j = beyond ? (below ? s.rows - 1 : 0) : (below ? i - 1 : i + 1);
  Row value = mixed(s, j);
  hop(value, s.links, s.link_step, j, below);  // from below the hop goes up
  if (beyond) multiply(value, s.twist.real(), below ? -s.twist.imag() : s.twist.imag());
  return value;
}

}  // namespace

HEATGAUGE_CLONES void evaluate(const LineResidual& s, Row* r) {
  for (Index i = 0; i < s.rows; ++i) {
    Row sum = mixed(s, i);
    multiply(sum, 2.0, 0.0);
    subtract(neighbour(s, i, true), sum);
    subtract(neighbour(s, i, false), sum);
    if (s.delta != nullptr) {
      Row loss = s.delta[i];
      multiply(loss, s.gamma.real(), s.gamma.imag());
      subtract(loss, sum);
    }
    r[i] = sum;
  }
}

HEATGAUGE_CLONES void add(Index rows, const Row* b, Row* a) {
  for (Index i = 0; i < rows; ++i) {
    for (Index l = 0; l < kLanes; ++l) {
      a[i].re[l] += b[i].re[l];
      a[i].im[l] += b[i].im[l];
    }
  }
}

}  // namespace heatgauge
