#include "heatgauge/banded_sweeps.hpp"

#include "heatgauge/dispatch.hpp"
#include "heatgauge/folded_recurrence.hpp"

namespace heatgauge {

namespace {

HEATGAUGE_INLINE Pair folded(FoldedState x, Index i) { return Pair(x.front[i], x.back[-i]); }

/// Both eliminations: w = 2ψ or 2ψ + δ. A row of K is read once: with w_i it gives its part of
/// (Kw)_i, and by K(j,i) = -K(i,j)* its part of the P rows that follow.
template <int P, bool kResidual>
HEATGAUGE_INLINE void eliminate(const FoldedRow<P>* rows, Index half, FoldedState psi,
                                const Pair* delta, const Fringe<P>& before, Pair* y) {
  Pair window[P + 1];        // w_i … w_{i+P}
  Pair pending[P];           // of (Kw)_i … from the rows before
  FoldedRecurrence<P> line;  // eliminated right-hand sides
  const auto doubled = [&](Index i) {
    Pair w = folded(psi, i);
    w += w;
    if (kResidual) w += delta[i];
    return w;
  };
  for (int k = 0; k < P; ++k) {
    window[k] = doubled(k);
    pending[k] = before.at[k];
  }
  for (Index i = 0; i < half; ++i) {
    const FoldedRow<P>& row = rows[i];
    window[P] = doubled(i + P);
    Pair sum = pending[0];
    sum.re -= row.diagonal * window[0].im;
    sum.im += row.diagonal * window[0].re;
    for (int k = 1; k <= P; ++k) sum.add_product(row.upper[k - 1], window[k]);
    for (int k = 1; k < P; ++k) pending[k - 1] = pending[k];
    pending[P - 1] = Pair();
    for (int k = 1; k <= P; ++k)
      pending[k - 1].subtract_conjugate_product(row.upper[k - 1], window[0]);
    if (kResidual) sum += delta[i];
    const Pair x = line.push(Pair(-sum.re, -sum.im), row.lower);
    y[i] = row.inverse * x;
    for (int k = 0; k < P; ++k) window[k] = window[k + 1];
  }
}

/// Calls take(row, x) for x = U⁻¹y, from the middle to the ends; returns the sum of |x|².
template <int P, typename Take>
HEATGAUGE_INLINE double substitute(const FactoredRow<P>* rows, Index half, const Pair* y,
                                   Fringe<P>& beyond, Take take) {
  FoldedRecurrence<P> line;
  for (int k = 0; k < P; ++k) line.last[k] = beyond.at[k];
  Lanes square{0.0, 0.0};
  for (Index i = half; i-- > 0;) {
    const Pair x = line.push(y[i], rows[i].upper);
    square += norm2(x);
    take(i, x);
  }
  for (int k = 0; k < P; ++k) beyond.at[k] = line.last[k];
  return square[0] + square[1];
}

}  // namespace

#if defined(__GNUC__)
#define HEATGAUGE_TAKE __attribute__((always_inline))
#else
#define HEATGAUGE_TAKE
#endif

// target_clones cannot be put on templates: one specialisation each.
#define HEATGAUGE_SWEEPS(P)                                                                        \
  template <>                                                                                      \
  HEATGAUGE_CLONES void eliminate_increment(const FoldedRow<P>* rows, Index half, FoldedState psi, \
                                            const Fringe<P>& before, Pair* y) {                    \
    eliminate<P, false>(rows, half, psi, nullptr, before, y);                                      \
  }                                                                                                \
  template <>                                                                                      \
  HEATGAUGE_CLONES void eliminate_residual(const FoldedRow<P>* rows, Index half, FoldedState psi,  \
                                           const Pair* delta, const Fringe<P>& before, Pair* y) {  \
    eliminate<P, true>(rows, half, psi, delta, before, y);                                         \
  }                                                                                                \
  template <>                                                                                      \
  HEATGAUGE_CLONES double substitute_increment(const FactoredRow<P>* rows, Index half,             \
                                               Pair* delta) {                                      \
    Fringe<P> beyond;                                                                              \
    for (int k = 0; k < P; ++k) beyond.at[k] = delta[half + k];                                    \
    return substitute<P>(rows, half, delta, beyond,                                                \
                         [=](Index i, const Pair& x) HEATGAUGE_TAKE { delta[i] = x; });            \
  }                                                                                                \
  template <>                                                                                      \
  HEATGAUGE_CLONES double substitute_residual(const FactoredRow<P>* rows, Index half,              \
                                              const Pair* y, Fringe<P>& beyond, Pair* delta) {     \
    return substitute<P>(rows, half, y, beyond,                                                    \
                         [=](Index i, const Pair& x) HEATGAUGE_TAKE { delta[i] += x; });           \
  }                                                                                                \
  template <>                                                                                      \
  HEATGAUGE_CLONES double substitute_onto(const FactoredRow<P>* rows, Index half, const Pair* y,   \
                                          Fringe<P>& beyond, const Pair* delta, Complex* front,    \
                                          Complex* back) {                                         \
    return substitute<P>(rows, half, y, beyond, [=](Index i, const Pair& x) HEATGAUGE_TAKE {       \
      Pair sum = delta[i];                                                                         \
      sum += x;                                                                                    \
      front[i] += sum.first();                                                                     \
      back[-i] += sum.second();                                                                    \
    });                                                                                            \
  }

HEATGAUGE_SWEEPS(1)
HEATGAUGE_SWEEPS(2)
HEATGAUGE_SWEEPS(3)
HEATGAUGE_SWEEPS(4)
#undef HEATGAUGE_SWEEPS
#undef HEATGAUGE_TAKE

HEATGAUGE_CLONES void unfold(Index half, const Pair* delta, Complex* front, Complex* back) {
  for (Index i = 0; i < half; ++i) {
    front[i] += delta[i].first();
    back[-i] += delta[i].second();
  }
}

}  // namespace heatgauge
