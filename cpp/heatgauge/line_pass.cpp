#include "heatgauge/line_pass.hpp"

#include <algorithm>

#include "heatgauge/lane_vector.hpp"

namespace heatgauge {

namespace {

enum class Hop { none, up, down };
enum class Solve { no, unitary, general };

/// Two registers' worth of lanes at a time: enough to hide the latency of their recurrences, few
/// enough for all that is carried to stay in registers.
template <int W>
struct Lot {
  Complexes<W> half[2];
};

template <int W>
HEATGAUGE_INLINE void load(Complexes<W>& a, const Row& row, Index lane) {
  a.load(row.re + lane, row.im + lane);
}

template <int W>
HEATGAUGE_INLINE void store(const Complexes<W>& a, Row& row, Index lane) {
  a.store(row.re + lane, row.im + lane);
}

/// Rows between the one in work and the one that is asked for: memory beyond the inner caches is
/// read in rows of a page or less, at whose ends the processor stops looking ahead.
constexpr Index kAhead = 24;

/// The cache lines of a row that the lanes from `lane` on fill.
template <int W>
HEATGAUGE_INLINE void prefetch(const Row& row, Index lane) {
#if defined(__GNUC__)
  if (W < 8 && lane % 8 != 0) return;
  __builtin_prefetch(row.re + lane);
  __builtin_prefetch(row.im + lane);
#else
  (void)row, (void)lane;
#endif
}

/// a = q·link, the factor by which what a row leaves over reaches the next.
template <Hop kHop, int W>
HEATGAUGE_INLINE void hop(Complexes<W>& a, const Complexes<W>& link) {
  if (kHop == Hop::up) a.multiply_conjugate(link);
  if (kHop == Hop::down) a.multiply(link);
}

template <Solve kSolve, bool kPhase, bool kEliminate, Hop kHop, bool kOwn, int W>
HEATGAUGE_INLINE void rows_of_lanes(LinePass& p, Index first, Index count, Index lane) {
  Lot<W> x, w;
  for (int h = 0; h < 2; ++h) {
    load(x.half[h], p.into_solve, lane + h * W);
    load(w.half[h], p.into_eliminate, lane + h * W);
  }
  const Index n = p.rows, step = p.up ? 1 : -1;
  Index i = p.up ? first : n - 1 - first;
  const Complex weight = p.weight, keep = p.keep;
  Row *const psi = p.psi, *const y = p.y;
  const Complex* const solve = p.solve + (n - 1);
  const Complex* const eliminate = p.eliminate;
  for (Index k = first; k < first + count; ++k, i += step) {
    const Index ahead = p.up ? std::min(i + kAhead, n - 1) : std::max(i - kAhead, Index{0});
    for (int h = 0; h < 2; ++h) {
      const Index l = lane + h * W;
      Complexes<W> value, other, link, pivot;
      load(value, psi[i], l);
      if (kHop != Hop::none) prefetch<W>(p.links[ahead * p.link_step], l);
      if (kPhase) prefetch<W>(p.phase[ahead], l);
      if (kHop != Hop::none) {
        load(link, p.links[(kHop == Hop::up ? i + 1 : i) * p.link_step], l);
      }
      if (kSolve != Solve::no) {
        load(other, y[i], l);
        x.half[h].subtract_from(other);
        if (kOwn) {
          load(pivot, p.solve_rows[i], l);
        } else {
          pivot.fill(solve[-k].real(), solve[-k].imag());
        }
        other = x.half[h];
        other.multiply(pivot);
        // The next row waits for this product alone: pivot and link are multiplied beside it.
        hop<kHop>(pivot, link);
        x.half[h].multiply(pivot);
        if (kSolve == Solve::unitary) {
          value.add_turned(weight.imag(), other);
        } else {
          value.multiply(keep.real(), keep.imag());
          value.add_product(weight.real(), weight.imag(), other);
        }
      }
      if (kPhase) {
        load(other, p.phase[i], l);
        other.multiply(value);
        value.add(other);
      }
      if (kSolve != Solve::no || kPhase) store(value, psi[i], l);
      if (kEliminate) {
        w.half[h].subtract_from(value);
        store(w.half[h], y[i], l);
        if (kOwn) {
          load(pivot, p.eliminate_rows[i], l);
        } else {
          pivot.fill(eliminate[k].real(), eliminate[k].imag());
        }
        hop<kHop>(pivot, link);
        w.half[h].multiply(pivot);
      }
    }
  }
  for (int h = 0; h < 2; ++h) {
    store(x.half[h], p.into_solve, lane + h * W);
    store(w.half[h], p.into_eliminate, lane + h * W);
  }
}

template <Solve kSolve, bool kPhase, bool kEliminate, bool kOwn, int W>
HEATGAUGE_INLINE void rows(LinePass& p, Index first, Index count) {
  for (Index lane = 0; lane < kLanes; lane += 2 * W) {
    if (p.links == nullptr) {
      rows_of_lanes<kSolve, kPhase, kEliminate, Hop::none, kOwn, W>(p, first, count, lane);
    } else if (p.up) {
      rows_of_lanes<kSolve, kPhase, kEliminate, Hop::up, kOwn, W>(p, first, count, lane);
    } else {
      rows_of_lanes<kSolve, kPhase, kEliminate, Hop::down, kOwn, W>(p, first, count, lane);
    }
  }
}

template <Solve kSolve, bool kOwn, int W>
HEATGAUGE_INLINE void run_rows(LinePass& p, Index first, Index count) {
  const bool phase = p.phase != nullptr;
  if (p.eliminate != nullptr) {
    if (phase) {
      rows<kSolve, true, true, kOwn, W>(p, first, count);
    } else {
      rows<kSolve, false, true, kOwn, W>(p, first, count);
    }
  } else if (phase) {
    rows<kSolve, true, false, kOwn, W>(p, first, count);
  } else if (kSolve != Solve::no) {
    rows<kSolve, false, false, kOwn, W>(p, first, count);
  }
}

template <Solve kSolve, int W>
HEATGAUGE_INLINE void run_rows(LinePass& p, Index first, Index count) {
  if (p.solve_rows != nullptr || p.eliminate_rows != nullptr) {
    run_rows<kSolve, true, W>(p, first, count);
  } else {
    run_rows<kSolve, false, W>(p, first, count);
  }
}

template <int W>
HEATGAUGE_INLINE void run_start(LinePass& p, Index first, Index count) {
  run_rows<Solve::no, W>(p, first, count);
}
template <int W>
HEATGAUGE_INLINE void run_unitary(LinePass& p, Index first, Index count) {
  run_rows<Solve::unitary, W>(p, first, count);
}
template <int W>
HEATGAUGE_INLINE void run_general(LinePass& p, Index first, Index count) {
  run_rows<Solve::general, W>(p, first, count);
}

template <int W>
HEATGAUGE_INLINE void hop_along(Complexes<W>& a, const RunUp& ring, Index i, Index lane) {
  if (ring.links == nullptr) return;
  Complexes<W> link;
  load(link, ring.links[(ring.up ? i + 1 : i) * ring.link_step], lane);
  if (ring.up) {
    a.multiply_conjugate(link);
  } else {
    a.multiply(link);
  }
}

template <int W>
HEATGAUGE_INLINE void multiply_pivot(Complexes<W>& a, const RunUp& ring, Index i, Index lane) {
  if (ring.pivots == nullptr) {
    a.multiply(ring.q.real(), ring.q.imag());
    return;
  }
  Complexes<W> q;
  load(q, ring.pivots[i], lane);
  a.multiply(q);
}

template <int W>
HEATGAUGE_INLINE void run_up_rows(const RunUp& ring, Row& in) {
  for (Index lane = 0; lane < kLanes; lane += W) {
    Complexes<W> x, value;
    load(x, in, lane);
    for (Index k = 0; k < ring.rows; ++k) {
      const Index i = ring.up ? ring.first + k : ring.first - k;
      load(value, ring.values[i], lane);
      x.subtract_from(value);
      multiply_pivot(x, ring, i, lane);
      hop_along(x, ring, i, lane);
    }
    store(x, in, lane);
  }
}

template <int W>
HEATGAUGE_INLINE void decay_rows(const RunUp& ring, Row* y, Row& e) {
  for (Index lane = 0; lane < kLanes; lane += W) {
    Complexes<W> x, value;
    load(x, e, lane);
    for (Index k = 0; k < ring.rows; ++k) {
      const Index i = ring.up ? ring.first + k : ring.first - k;
      if (y != nullptr) {
        load(value, y[i], lane);
        value.subtract(x);
        store(value, y[i], lane);
      }
      multiply_pivot(x, ring, i, lane);
      x.re = -x.re;
      x.im = -x.im;
      hop_along(x, ring, i, lane);
    }
    store(x, e, lane);
  }
}

}  // namespace

HEATGAUGE_PER_PROCESSOR(start_pass, (LinePass & p, Index first, Index count), run_start,
                        (p, first, count))
HEATGAUGE_PER_PROCESSOR(unitary_pass, (LinePass & p, Index first, Index count), run_unitary,
                        (p, first, count))
HEATGAUGE_PER_PROCESSOR(general_pass, (LinePass & p, Index first, Index count), run_general,
                        (p, first, count))
HEATGAUGE_PER_PROCESSOR(run_up, (const RunUp& ring, Row& in), run_up_rows, (ring, in))
HEATGAUGE_PER_PROCESSOR(subtract_decaying, (const RunUp& ring, Row* y, Row& e), decay_rows,
                        (ring, y, e))

void run(LinePass& p, Index first, Index count) {
  if (p.solve == nullptr) {
    start_pass(p, first, count);
  } else if (p.weight.real() == 0.0 && p.keep == Complex(1.0, 0.0)) {
    unitary_pass(p, first, count);
  } else {
    general_pass(p, first, count);
  }
}

}  // namespace heatgauge
