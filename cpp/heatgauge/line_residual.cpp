#include "heatgauge/line_residual.hpp"

#include "heatgauge/lane_vector.hpp"

namespace heatgauge {

namespace {

/// αψ + βδ of one row.
template <int W, bool kDelta>
HEATGAUGE_INLINE void mixed(const LineResidual& s, const Row& psi, const Row& delta, Index lane,
                            Complexes<W>& value) {
  value.load(psi.re + lane, psi.im + lane);
  value.multiply(s.alpha.real(), s.alpha.imag());
  if (!kDelta) return;
  Complexes<W> other;
  other.load(delta.re + lane, delta.im + lane);
  value.add_product(s.beta.real(), s.beta.imag(), other);
}

template <int W, bool kDelta>
HEATGAUGE_INLINE void evaluate_lanes(const LineResidual& s, Row* r, Index lane) {
  const Row none{};
  const auto delta = [&](Index i) -> const Row& { return kDelta ? s.delta[i] : none; };
  Complexes<W> below, here, above, link, sum;
  mixed<W, kDelta>(s, s.psi_below, s.delta_below, lane, below);
  if (s.links != nullptr) {
    link.load(s.links[0].re + lane, s.links[0].im + lane);
    below.multiply_conjugate(link);
  }
  mixed<W, kDelta>(s, s.psi[0], delta(0), lane, here);
  for (Index i = 0; i < s.rows; ++i) {
    const bool last = i == s.rows - 1;
    mixed<W, kDelta>(s, last ? s.psi_above : s.psi[i + 1], last ? s.delta_above : delta(i + 1),
                     lane, above);
    const Complexes<W> next = above;
    sum.re = here.re + here.re;
    sum.im = here.im + here.im;
    // δ first: subtracted last, from a sum already rounded, an error of δ below half a unit in its
    // last place would never be seen, and such errors lean to one side.
    if (kDelta) {
      Complexes<W> loss;
      loss.load(s.delta[i].re + lane, s.delta[i].im + lane);
      sum.subtract(loss);
    }
    sum.subtract(below);
    if (s.links != nullptr) {
      const Row& row = s.links[(i + 1) * s.link_step];
      link.load(row.re + lane, row.im + lane);
      above.multiply(link);
    }
    sum.subtract(above);
    sum.store(r[i].re + lane, r[i].im + lane);
    below = here;
    if (s.links != nullptr) below.multiply_conjugate(link);
    here = next;
  }
}

template <int W>
HEATGAUGE_INLINE void evaluate_rows(const LineResidual& s, Row* r) {
  for (Index lane = 0; lane < kLanes; lane += W) {
    if (s.delta != nullptr) {
      evaluate_lanes<W, true>(s, r, lane);
    } else {
      evaluate_lanes<W, false>(s, r, lane);
    }
  }
}

/// psi + delta + epsilon with the rounding error of the first sum (Knuth) added to epsilon.
template <int W>
HEATGAUGE_INLINE void add_exactly(const Vector<W>& delta, const Vector<W>& epsilon,
                                  Vector<W>& psi) {
  const Vector<W> sum = psi + delta;
  const Vector<W> part = sum - psi;
  const Vector<W> error = (psi - (sum - part)) + (delta - part);
  psi = sum + (error + epsilon);
}

template <int W>
HEATGAUGE_INLINE void add_rows(Index rows, const Row* delta, const Row* epsilon, Row* psi) {
  for (Index i = 0; i < rows; ++i) {
    for (Index lane = 0; lane < kLanes; lane += W) {
      Complexes<W> sum, large, small;
      sum.load(psi[i].re + lane, psi[i].im + lane);
      large.load(delta[i].re + lane, delta[i].im + lane);
      small.load(epsilon[i].re + lane, epsilon[i].im + lane);
      add_exactly<W>(large.re, small.re, sum.re);
      add_exactly<W>(large.im, small.im, sum.im);
      sum.store(psi[i].re + lane, psi[i].im + lane);
    }
  }
}

}  // namespace

HEATGAUGE_PER_PROCESSOR(evaluate, (const LineResidual& s, Row* r), evaluate_rows, (s, r))
HEATGAUGE_PER_PROCESSOR(add, (Index rows, const Row* delta, const Row* epsilon, Row* psi), add_rows,
                        (rows, delta, epsilon, psi))

}  // namespace heatgauge
