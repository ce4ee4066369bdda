#include "heatgauge/line_transform.hpp"

#include <bit>
#include <cmath>
#include <numbers>
#include <stdexcept>
#include <string>

#include "heatgauge/dispatch.hpp"
#include "heatgauge/line_butterflies.hpp"

namespace heatgauge {
namespace {

template <int R>
HEATGAUGE_INLINE void load(const Row* rows, Index step, Index l, Lane (&x)[R]) {
#pragma GCC unroll 8
  for (int q = 0; q < R; ++q) x[q] = lane(rows[q * step], l);
}

template <int R>
HEATGAUGE_INLINE void store(Row* rows, Index step, Index l, const Lane (&x)[R]) {
#pragma GCC unroll 8
  for (int q = 0; q < R; ++q) put_lane(rows[q * step], l, x[q]);
}

/// One level forward in `blocks` blocks of R·rest rows: transform over the R parts, then turn.
template <int R>
HEATGAUGE_INLINE void split(Row* rows, Index blocks, Index rest, const double* factors) {
  for (Index block = 0; block < blocks; ++block, rows += R * rest) {
    for (Index j = 0; j < rest; ++j) {
      const double* f = factors + j * 2 * (R - 1);
      HEATGAUGE_LANES {
        Lane x[R];
        load<R>(rows + j, rest, l, x);
        Butterfly<R, true>::apply(x);
#pragma GCC unroll 8
        for (int q = 1; q < R; ++q) x[q] = x[q] * Lane{f[2 * q - 2], f[2 * q - 1]};
        store<R>(rows + j, rest, l, x);
      }
    }
  }
}

/// Undoes `split` (but for a factor R): turn back, then transform.
template <int R>
HEATGAUGE_INLINE void join(Row* rows, Index blocks, Index rest, const double* factors) {
  for (Index block = 0; block < blocks; ++block, rows += R * rest) {
    for (Index j = 0; j < rest; ++j) {
      const double* f = factors + j * 2 * (R - 1);
      HEATGAUGE_LANES {
        Lane x[R];
        load<R>(rows + j, rest, l, x);
#pragma GCC unroll 8
        for (int q = 1; q < R; ++q) {
          x[q] = times_conjugate(x[q], Lane{f[2 * q - 2], f[2 * q - 1]});
        }
        Butterfly<R, false>::apply(x);
        store<R>(rows + j, rest, l, x);
      }
    }
  }
}

/// The innermost level, where parts are single rows.
template <int R, bool forward>
HEATGAUGE_INLINE void finish(Row* rows, Index blocks) {
  for (Index block = 0; block < blocks; ++block, rows += R) {
    HEATGAUGE_LANES {
      Lane x[R];
      load<R>(rows, 1, l, x);
      Butterfly<R, forward>::apply(x);
      store<R>(rows, 1, l, x);
    }
  }
}

/// The innermost level there and back at once, with a number per mode between.
template <int R>
HEATGAUGE_INLINE void turn_common(Row* rows, Index blocks, const Complex* multiplier) {
  for (Index block = 0; block < blocks; ++block, rows += R, multiplier += R) {
    const double* f = reinterpret_cast<const double*>(multiplier);
    HEATGAUGE_LANES {
      Lane x[R];
      load<R>(rows, 1, l, x);
      Butterfly<R, true>::apply(x);
#pragma GCC unroll 8
      for (int q = 0; q < R; ++q) x[q] = x[q] * Lane{f[2 * q], f[2 * q + 1]};
      Butterfly<R, false>::apply(x);
      store<R>(rows, 1, l, x);
    }
  }
}

/// The same with a number per mode and line.
template <int R>
HEATGAUGE_INLINE void turn_own(Row* rows, Index blocks, const Row* multiplier) {
  for (Index block = 0; block < blocks; ++block, rows += R, multiplier += R) {
    HEATGAUGE_LANES {
      Lane x[R];
      load<R>(rows, 1, l, x);
      Butterfly<R, true>::apply(x);
#pragma GCC unroll 8
      for (int q = 0; q < R; ++q) x[q] = x[q] * lane(multiplier[q], l);
      Butterfly<R, false>::apply(x);
      store<R>(rows, 1, l, x);
    }
  }
}

#define HEATGAUGE_FOR_RADIX(radix, call) \
  switch (radix) {                       \
    case 1:                              \
      return call(1);                    \
    case 2:                              \
      return call(2);                    \
    case 3:                              \
      return call(3);                    \
    case 4:                              \
      return call(4);                    \
    case 5:                              \
      return call(5);                    \
    default:                             \
      return call(8);                    \
  }

HEATGAUGE_CLONES void split_level(int radix, Row* rows, Index blocks, Index rest,
                                  const double* factors){
#define HEATGAUGE_CALL(R) split<R>(rows, blocks, rest, factors)
    HEATGAUGE_FOR_RADIX(radix, HEATGAUGE_CALL)
#undef HEATGAUGE_CALL
}

HEATGAUGE_CLONES
    void join_level(int radix, Row* rows, Index blocks, Index rest, const double* factors){
#define HEATGAUGE_CALL(R) join<R>(rows, blocks, rest, factors)
        HEATGAUGE_FOR_RADIX(radix, HEATGAUGE_CALL)
#undef HEATGAUGE_CALL
    }

HEATGAUGE_CLONES void finish_forward(int radix, Row* rows, Index blocks){
#define HEATGAUGE_CALL(R) finish<R, true>(rows, blocks)
    HEATGAUGE_FOR_RADIX(radix, HEATGAUGE_CALL)
#undef HEATGAUGE_CALL
}

HEATGAUGE_CLONES void finish_backward(int radix, Row* rows, Index blocks){
#define HEATGAUGE_CALL(R) finish<R, false>(rows, blocks)
    HEATGAUGE_FOR_RADIX(radix, HEATGAUGE_CALL)
#undef HEATGAUGE_CALL
}

HEATGAUGE_CLONES void finish_common(int radix, Row* rows, Index blocks, const Complex* factors){
#define HEATGAUGE_CALL(R) turn_common<R>(rows, blocks, factors)
    HEATGAUGE_FOR_RADIX(radix, HEATGAUGE_CALL)
#undef HEATGAUGE_CALL
}

HEATGAUGE_CLONES void finish_own(int radix, Row* rows, Index blocks, const Row* factors) {
#define HEATGAUGE_CALL(R) turn_own<R>(rows, blocks, factors)
  HEATGAUGE_FOR_RADIX(radix, HEATGAUGE_CALL)
#undef HEATGAUGE_CALL
}

/// Rows that stay in the first cache (256 bytes each) while all their levels are run.
constexpr Index kResidentRows = 96;

/// e^{-2πi·part/whole}, from an angle below π/4 so that each component is right to its last place.
void put_root(Index part, Index whole, double* root) {
  part %= whole;
  const Index eighths = 8 * part / whole;
  const Index turned = (eighths + 1) / 2;  // quarter turns to the nearest axis
  const long double angle = 2 * std::numbers::pi_v<long double> *
                            static_cast<long double>(4 * part - turned * whole) /
                            static_cast<long double>(4 * whole);
  const auto cosine = static_cast<double>(std::cos(angle));
  const auto sine = static_cast<double>(-std::sin(angle));
  double c = cosine, s = sine;
  for (Index turn = 0; turn < turned; ++turn) {  // by -π/2
    const double old = c;
    c = s;
    s = -old;
  }
  root[0] = c;
  root[1] = s;
}

}  // namespace

bool LineTransform::supports(Index points) {
  if (points < 1) return false;
  for (const Index prime : {2, 3, 5}) {
    while (points % prime == 0) points /= prime;
  }
  return points == 1;
}

LineTransform::LineTransform(Index points) : points_(points) {
  if (!supports(points)) {
    throw std::invalid_argument(
        "a line transform needs a number of points without prime factors "
        "above 5, not " +
        std::to_string(points));
  }
  levels_of(points);
  order_modes();
}

// Eights last: the innermost level carries no factors and is run there and back in registers.
void LineTransform::levels_of(Index points) {
  std::vector<int> radices;
  Index left = points;
  for (const int odd : {5, 3}) {
    for (; left % odd == 0; left /= odd) radices.push_back(odd);
  }
  if (left == 2 || left == 4) {
    radices.push_back(static_cast<int>(left));
    left = 1;
  }
  for (; left > 1 && std::countr_zero(static_cast<std::size_t>(left)) % 3 != 0; left /= 4) {
    radices.push_back(4);
  }
  for (; left > 1; left /= 8) radices.push_back(8);
  if (radices.empty()) radices.push_back(1);
  Index rest = points;
  for (const int radix : radices) {
    const Index whole = rest;
    rest /= radix;
    levels_.push_back({radix, rest, static_cast<Index>(factors_.size())});
    if (rest == 1) break;
    for (Index j = 0; j < rest; ++j) {
      for (Index q = 1; q < radix; ++q) {
        factors_.resize(factors_.size() + 2);
        put_root(j * q, whole, &factors_[factors_.size() - 2]);
      }
    }
  }
}

void LineTransform::order_modes() {
  modes_.resize(static_cast<std::size_t>(points_));
  for (Index position = 0; position < points_; ++position) {
    Index weight = 1, left = position, mode = 0;
    for (const Level& level : levels_) {
      mode += weight * (left / level.rest);
      left %= level.rest;
      weight *= level.radix;
    }
    modes_[static_cast<std::size_t>(position)] = mode;
  }
}

/// All levels from `level` on, one after the other, of a block that fits into the cache.
void LineTransform::run_resident(std::size_t level, Row* rows, Multiplier multiplier,
                                 Way way) const {
  const Index length = levels_[level].radix * levels_[level].rest;
  const std::size_t last = levels_.size() - 1;
  const auto blocks = [&](std::size_t i) { return length / (levels_[i].radix * levels_[i].rest); };
  const auto run = [&](std::size_t i, auto step) {
    const Level& at = levels_[i];
    step(at.radix, rows, blocks(i), at.rest, factors_.data() + at.factors);
  };
  if (way != Way::backward) {
    for (std::size_t i = level; i < last; ++i) run(i, split_level);
  }
  const int radix = levels_[last].radix;
  switch (way) {
    case Way::forward:
      finish_forward(radix, rows, blocks(last));
      break;
    case Way::backward:
      finish_backward(radix, rows, blocks(last));
      break;
    case Way::common:
      finish_common(radix, rows, blocks(last), multiplier.common);
      break;
    case Way::own:
      finish_own(radix, rows, blocks(last), multiplier.own);
      break;
  }
  if (way != Way::forward) {
    for (std::size_t i = last; i-- > level;) run(i, join_level);
  }
}

/// Long blocks: one level on all of it, then part after part.
void LineTransform::descend(std::size_t level, Row* rows, Multiplier multiplier, Way way) const {
  const Level& at = levels_[level];
  if (at.rest == 1 || at.radix * at.rest <= kResidentRows) {
    return run_resident(level, rows, multiplier, way);
  }
  const double* factors = factors_.data() + at.factors;
  if (way != Way::backward) split_level(at.radix, rows, 1, at.rest, factors);
  for (Index q = 0; q < at.radix; ++q) {
    descend(level + 1, rows + q * at.rest, multiplier.from(q * at.rest), way);
  }
  if (way != Way::forward) join_level(at.radix, rows, 1, at.rest, factors);
}

void LineTransform::forward(Row* rows) const { descend(0, rows, {}, Way::forward); }

void LineTransform::backward(Row* rows) const { descend(0, rows, {}, Way::backward); }

void LineTransform::filter(Row* rows, const Complex* multiplier) const {
  descend(0, rows, {multiplier, nullptr}, Way::common);
}

void LineTransform::filter(Row* rows, const Row* multiplier) const {
  descend(0, rows, {nullptr, multiplier}, Way::own);
}

}  // namespace heatgauge
