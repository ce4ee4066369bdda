#include "heatgauge/line_pass.hpp"

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

template <bool kSolve, bool kPhase, bool kEliminate, Hop kHop>
HEATGAUGE_INLINE void rows(LinePass& p) {
  Row x = p.into_solve, w = p.into_eliminate;
  const Index n = p.rows;
  for (Index k = 0; k < n; ++k) {
    const Index i = p.up ? k : n - 1 - k;
    Row value = p.psi[i];
    if (kSolve) {
      const Row& y = p.y[i];
      for (Index l = 0; l < kLanes; ++l) {
        x.re[l] = y.re[l] - x.re[l];
        x.im[l] = y.im[l] - x.im[l];
      }
      multiply(x, p.solve[n - 1 - k].real(), p.solve[n - 1 - k].imag());
      if (p.keep != Complex(1.0, 0.0)) multiply(value, p.keep.real(), p.keep.imag());
      for (Index l = 0; l < kLanes; ++l) {
        value.re[l] += p.weight.real() * x.re[l] - p.weight.imag() * x.im[l];
        value.im[l] += p.weight.real() * x.im[l] + p.weight.imag() * x.re[l];
      }
    }
    if (kPhase) {
      const Row& u = p.phase[i];
      for (Index l = 0; l < kLanes; ++l) {
        const double r = value.re[l] + (value.re[l] * u.re[l] - value.im[l] * u.im[l]);
        value.im[l] += value.re[l] * u.im[l] + value.im[l] * u.re[l];
        value.re[l] = r;
      }
    }
    if (kSolve || kPhase) p.psi[i] = value;
    const Row* link = p.links + (kHop == Hop::up ? i + 1 : i) * p.link_step;
    if (kEliminate) {
      for (Index l = 0; l < kLanes; ++l) {
        w.re[l] = value.re[l] - w.re[l];
        w.im[l] = value.im[l] - w.im[l];
      }
      p.y[i] = w;
      multiply(w, p.eliminate[k].real(), p.eliminate[k].imag());
      hop<kHop>(w, link);
    }
    if (kSolve) hop<kHop>(x, link);
  }
  p.into_solve = x;
  p.into_eliminate = w;
}

// target_clones cannot be put on templates.
#define HEATGAUGE_PASS(name, solve, phase, eliminate)        \
  HEATGAUGE_CLONES void name(LinePass& p) {                  \
    if (p.links == nullptr) {                                \
      rows<solve, phase, eliminate, Hop::none>(p);           \
    } else if (p.up) {                                       \
      rows<solve, phase, eliminate, Hop::up>(p);             \
    } else {                                                 \
      rows<solve, phase, eliminate, Hop::down>(p);           \
    }                                                        \
  }
HEATGAUGE_PASS(phase_only, false, true, false)
HEATGAUGE_PASS(eliminate_only, false, false, true)
HEATGAUGE_PASS(phase_eliminate, false, true, true)
HEATGAUGE_PASS(solve_only, true, false, false)
HEATGAUGE_PASS(solve_phase, true, true, false)
HEATGAUGE_PASS(solve_eliminate, true, false, true)
HEATGAUGE_PASS(solve_phase_eliminate, true, true, true)
#undef HEATGAUGE_PASS

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

}  // namespace

HEATGAUGE_CLONES Row run_up(const RunUp& ring) {
  Row x{};
  for (Index k = 0; k < ring.rows; ++k) {
    const Index i = ring.up ? ring.first + k : ring.first - k;
    Row next = ring.values[i];
    subtract(x, next);
    multiply(next, ring.q.real(), ring.q.imag());
    hop(next, ring.links, ring.link_step, i, ring.up);
    x = next;
  }
  return x;
}

HEATGAUGE_CLONES Row subtract_decaying(const RunUp& ring, Row e, Row* y) {
  for (Index k = 0; k < ring.rows; ++k) {
    const Index i = ring.up ? ring.first + k : ring.first - k;
    if (y != nullptr) subtract(e, y[i]);
    multiply(e, -ring.q.real(), -ring.q.imag());
    hop(e, ring.links, ring.link_step, i, ring.up);
  }
  return e;
}

namespace {

/// αψ + βδ at row i.
HEATGAUGE_INLINE Row mixed(const Stencil& s, Index i) {
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
HEATGAUGE_INLINE Row neighbour(const Stencil& s, Index i, bool below) {
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

HEATGAUGE_CLONES void apply(const Stencil& s, Row* r) {
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

void run(LinePass& p) {
  if (p.solve != nullptr) {
    if (p.eliminate != nullptr) {
      (p.phase != nullptr ? solve_phase_eliminate : solve_eliminate)(p);
    } else {
      (p.phase != nullptr ? solve_phase : solve_only)(p);
    }
  } else if (p.eliminate != nullptr) {
    (p.phase != nullptr ? phase_eliminate : eliminate_only)(p);
  } else if (p.phase != nullptr) {
    phase_only(p);
  }
}

}  // namespace heatgauge
