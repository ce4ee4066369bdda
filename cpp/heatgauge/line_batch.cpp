#include "heatgauge/line_batch.hpp"

#include <algorithm>
#include <cstring>

#include "heatgauge/dispatch.hpp"

namespace heatgauge {
namespace {

/// Sites of neighbouring lines lie side by side: `count` rows of eight, `step` doubles apart.
HEATGAUGE_CLONES void load_rows(const double* psi, Index step, Index count, double sign,
                                double* rows, Index row_step) {
  for (Index i = 0; i < count; ++i, psi += step, rows += row_step) {
    HEATGAUGE_LANES {
      rows[l] = sign * psi[2 * l];
      rows[line_lanes + l] = sign * psi[2 * l + 1];
    }
  }
}

HEATGAUGE_CLONES void store_rows(const double* rows, Index row_step, Index count, double sign,
                                 double* psi, Index step) {
  for (Index i = 0; i < count; ++i, psi += step, rows += row_step) {
    HEATGAUGE_LANES {
      psi[2 * l] = sign * rows[l];
      psi[2 * l + 1] = sign * rows[line_lanes + l];
    }
  }
}

#if defined(__GNUC__)
// Two sites of one line, or one component on four lines. The type never crosses a function
// boundary: the calling convention would differ between the clones.
typedef double Four __attribute__((vector_size(32)));

#define HEATGAUGE_TRANSPOSE_4X4(a)                                  \
  do {                                                              \
    const Four p = __builtin_shufflevector(a[0], a[1], 0, 4, 2, 6); \
    const Four q = __builtin_shufflevector(a[0], a[1], 1, 5, 3, 7); \
    const Four r = __builtin_shufflevector(a[2], a[3], 0, 4, 2, 6); \
    const Four s = __builtin_shufflevector(a[2], a[3], 1, 5, 3, 7); \
    a[0] = __builtin_shufflevector(p, r, 0, 1, 4, 5);               \
    a[1] = __builtin_shufflevector(q, s, 0, 1, 4, 5);               \
    a[2] = __builtin_shufflevector(p, r, 2, 3, 6, 7);               \
    a[3] = __builtin_shufflevector(q, s, 2, 3, 6, 7);               \
  } while (false)

/// Lines of contiguous sites, `line` doubles apart: pairs of sites of four lines at a time.
HEATGAUGE_CLONES void load_pairs(const double* psi, Index line, Index pairs, double sign,
                                 double* even, Index even_step, double* odd, Index odd_step) {
  for (Index i = 0; i < pairs; ++i, psi += 4, even += even_step, odd += odd_step) {
    for (Index half = 0; half < line_lanes; half += 4) {
      Four a[4];
      for (Index l = 0; l < 4; ++l) std::memcpy(&a[l], psi + (half + l) * line, sizeof(Four));
      HEATGAUGE_TRANSPOSE_4X4(a);
      a[2] *= sign;
      a[3] *= sign;
      std::memcpy(even + half, &a[0], sizeof(Four));
      std::memcpy(even + line_lanes + half, &a[1], sizeof(Four));
      std::memcpy(odd + half, &a[2], sizeof(Four));
      std::memcpy(odd + line_lanes + half, &a[3], sizeof(Four));
    }
  }
}

HEATGAUGE_CLONES void store_pairs(const double* even, Index even_step, const double* odd,
                                  Index odd_step, Index pairs, double sign, double* psi,
                                  Index line) {
  for (Index i = 0; i < pairs; ++i, psi += 4, even += even_step, odd += odd_step) {
    for (Index half = 0; half < line_lanes; half += 4) {
      Four a[4];
      std::memcpy(&a[0], even + half, sizeof(Four));
      std::memcpy(&a[1], even + line_lanes + half, sizeof(Four));
      std::memcpy(&a[2], odd + half, sizeof(Four));
      std::memcpy(&a[3], odd + line_lanes + half, sizeof(Four));
      a[2] *= sign;
      a[3] *= sign;
      HEATGAUGE_TRANSPOSE_4X4(a);
      for (Index l = 0; l < 4; ++l) std::memcpy(psi + (half + l) * line, &a[l], sizeof(Four));
    }
  }
}
constexpr bool kTransposes = true;
#else
constexpr bool kTransposes = false;
void load_pairs(const double*, Index, Index, double, double*, Index, double*, Index) {}
void store_pairs(const double*, Index, const double*, Index, Index, double, double*, Index) {}
#endif

}  // namespace

LineBatches::LineBatches(const Grid& grid, int axis, RowOrder order)
    : points_(grid.axis(axis).points),
      stride_(grid.stride(axis)),
      // Lines side by side in memory make a batch; along the last axis, lines after one another.
      outer_(stride_ == 1 ? 1 : grid.outer(axis)),
      lines_(stride_ == 1 ? grid.outer(axis) : stride_),
      groups_((lines_ + line_lanes - 1) / line_lanes),
      order_(order) {}

Index LineBatches::lines(Index b) const {
  return std::min(line_lanes, lines_ - b % groups_ * line_lanes);
}

Index LineBatches::first_site(Index b, Index lane) const {
  const Index line = b % groups_ * line_lanes + lane;
  return stride_ == 1 ? line * points_ : b / groups_ * stride_ * points_ + line;
}

/// Site by site from site `from` on; lanes without a line are zero.
void LineBatches::load_some(const Complex* psi, Index b, Index from, double* rows) const {
  const Index used = lines(b);
  for (Index i = from; i < points_; ++i) {
    double* row = rows + order_.row(i) * batch_row;
    const double sign = order_.sign(i);
    for (Index l = 0; l < line_lanes; ++l) {
      const Complex value = l < used ? psi[first_site(b, l) + i * stride_] : Complex{};
      row[l] = sign * value.real();
      row[line_lanes + l] = sign * value.imag();
    }
  }
}

void LineBatches::store_some(const double* rows, Index b, Index from, Complex* psi) const {
  const Index used = lines(b);
  for (Index i = from; i < points_; ++i) {
    const double* row = rows + order_.row(i) * batch_row;
    const double sign = order_.sign(i);
    for (Index l = 0; l < used; ++l) {
      psi[first_site(b, l) + i * stride_] = {sign * row[l], sign * row[line_lanes + l]};
    }
  }
}

void LineBatches::load(const Complex* psi, Index b, double* rows) const {
  if (lines(b) < line_lanes || (stride_ == 1 && !kTransposes)) return load_some(psi, b, 0, rows);
  const double* from = reinterpret_cast<const double*>(psi + first_site(b, 0));
  const Index even = order_.even_step * batch_row, odd = order_.odd_step * batch_row;
  double* odd_rows = rows + order_.odd_first * batch_row;
  if (stride_ == 1) {
    load_pairs(from, 2 * points_, points_ / 2, order_.odd_sign, rows, even, odd_rows, odd);
    if (points_ % 2 != 0) load_some(psi, b, points_ - 1, rows);
    return;
  }
  load_rows(from, 4 * stride_, (points_ + 1) / 2, 1.0, rows, even);
  load_rows(from + 2 * stride_, 4 * stride_, points_ / 2, order_.odd_sign, odd_rows, odd);
}

void LineBatches::store(const double* rows, Index b, Complex* psi) const {
  if (lines(b) < line_lanes || (stride_ == 1 && !kTransposes)) return store_some(rows, b, 0, psi);
  double* to = reinterpret_cast<double*>(psi + first_site(b, 0));
  const Index even = order_.even_step * batch_row, odd = order_.odd_step * batch_row;
  const double* odd_rows = rows + order_.odd_first * batch_row;
  if (stride_ == 1) {
    store_pairs(rows, even, odd_rows, odd, points_ / 2, order_.odd_sign, to, 2 * points_);
    if (points_ % 2 != 0) store_some(rows, b, points_ - 1, psi);
    return;
  }
  store_rows(rows, even, (points_ + 1) / 2, 1.0, to, 4 * stride_);
  store_rows(odd_rows, odd, points_ / 2, order_.odd_sign, to + 2 * stride_, 4 * stride_);
}

}  // namespace heatgauge
