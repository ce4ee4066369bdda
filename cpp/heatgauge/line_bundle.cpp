#include "heatgauge/line_bundle.hpp"

#include <algorithm>
#include <cstring>

#include "heatgauge/dispatch.hpp"

namespace heatgauge {
namespace {

/// Lines that lie side by side: `count` rows of sixteen numbers, `step` doubles apart.
HEATGAUGE_CLONES void load_adjacent(const double* psi, Index step, Index count, Row* rows) {
  for (Index i = 0; i < count; ++i, psi += step) {
    for (Index l = 0; l < kLanes; ++l) {
      rows[i].re[l] = psi[2 * l];
      rows[i].im[l] = psi[2 * l + 1];
    }
  }
}

/// Also tells whether all numbers are finite: 0·x is not a number if x is not finite.
HEATGAUGE_CLONES bool store_adjacent(const Row* rows, Index count, Complex scale, double* psi,
                                     Index step) {
  const double re = scale.real(), im = scale.imag();
  double check[kLanes] = {};
  for (Index i = 0; i < count; ++i, psi += step) {
    for (Index l = 0; l < kLanes; ++l) {
      const double x = re * rows[i].re[l] - im * rows[i].im[l];
      const double y = re * rows[i].im[l] + im * rows[i].re[l];
      psi[2 * l] = x;
      psi[2 * l + 1] = y;
      check[l] += 0.0 * (x + y);
    }
  }
  double sum = 0.0;
  for (Index l = 0; l < kLanes; ++l) sum += check[l];
  return sum == 0.0;
}

// Sites are taken 32 at a time, of four lines after four lines: where lines are a power of two
// apart, all sixteen at once would push each other out of the first cache.
constexpr Index kPortion = 16;  // pairs

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

/// Lines of contiguous sites, `line` doubles apart; pairs of sites.
HEATGAUGE_CLONES void load_pairs(const double* psi, Index line, Index pairs, Row* rows) {
  for (Index from = 0; from < pairs; from += kPortion) {
    const Index to = std::min(from + kPortion, pairs);
    for (Index l = 0; l < kLanes; l += 4) {
      for (Index i = from; i < to; ++i) {
        Four a[4];
        for (Index k = 0; k < 4; ++k)
          std::memcpy(&a[k], psi + (l + k) * line + 4 * i, sizeof(Four));
        HEATGAUGE_TRANSPOSE_4X4(a);
        std::memcpy(rows[2 * i].re + l, &a[0], sizeof(Four));
        std::memcpy(rows[2 * i].im + l, &a[1], sizeof(Four));
        std::memcpy(rows[2 * i + 1].re + l, &a[2], sizeof(Four));
        std::memcpy(rows[2 * i + 1].im + l, &a[3], sizeof(Four));
      }
    }
  }
}

HEATGAUGE_CLONES bool store_pairs(const Row* rows, Index pairs, Complex scale, double* psi,
                                  Index line) {
  const double re = scale.real(), im = scale.imag();
  Four check = {};
  for (Index from = 0; from < pairs; from += kPortion) {
    const Index to = std::min(from + kPortion, pairs);
    for (Index l = 0; l < kLanes; l += 4) {
      for (Index i = from; i < to; ++i) {
        Four a[4];
        for (Index k = 0; k < 2; ++k) {
          Four x, y;
          std::memcpy(&x, rows[2 * i + k].re + l, sizeof(Four));
          std::memcpy(&y, rows[2 * i + k].im + l, sizeof(Four));
          a[2 * k] = re * x - im * y;
          a[2 * k + 1] = re * y + im * x;
          check += 0.0 * (a[2 * k] + a[2 * k + 1]);
        }
        HEATGAUGE_TRANSPOSE_4X4(a);
        for (Index k = 0; k < 4; ++k)
          std::memcpy(psi + (l + k) * line + 4 * i, &a[k], sizeof(Four));
      }
    }
  }
  return (check[0] + check[1]) + (check[2] + check[3]) == 0.0;
}

constexpr bool kTransposes = true;
#else
constexpr bool kTransposes = false;
void load_pairs(const double*, Index, Index, Row*) {}
bool store_pairs(const Row*, Index, Complex, double*, Index) { return true; }
#endif

}  // namespace

LineBundles::LineBundles(const Grid& grid, int axis, Index members)
    : points_(grid.axis(axis).points),
      stride_(grid.stride(axis)),
      lines_(members * grid.size() / grid.axis(axis).points) {}

/// How many sites of each line the fast loops take: all of them, an even number, or none.
Index LineBundles::easy_sites(Index b) const {
  const Index first = b * kLanes;
  if (first + kLanes > lines_) return 0;
  if (stride_ == 1) return kTransposes ? points_ / 2 * 2 : 0;
  return first % stride_ + kLanes <= stride_ ? points_ : 0;
}

void LineBundles::load(Index b, const Complex* psi, Row* rows) const {
  const Index first = b * kLanes, used = std::min(kLanes, lines_ - first), easy = easy_sites(b);
  const double* from = reinterpret_cast<const double*>(psi + first_site(first));
  if (easy > 0 && stride_ == 1) load_pairs(from, 2 * points_, easy / 2, rows);
  if (easy > 0 && stride_ > 1) load_adjacent(from, 2 * stride_, easy, rows);
  for (Index l = 0; l < kLanes; ++l) {
    const Complex* line = l < used ? psi + first_site(first + l) : nullptr;
    for (Index i = easy; i < points_; ++i) {
      const Complex value = line != nullptr ? line[i * stride_] : Complex(0.0, 0.0);
      rows[i].re[l] = value.real();
      rows[i].im[l] = value.imag();
    }
  }
}

bool LineBundles::store(Index b, const Row* rows, Complex* psi, Complex scale) const {
  const Index first = b * kLanes, used = std::min(kLanes, lines_ - first), easy = easy_sites(b);
  double* to = reinterpret_cast<double*>(psi + first_site(first));
  bool finite = true;
  if (easy > 0 && stride_ == 1) finite = store_pairs(rows, easy / 2, scale, to, 2 * points_);
  if (easy > 0 && stride_ > 1) finite = store_adjacent(rows, easy, scale, to, 2 * stride_);
  for (Index l = 0; l < used; ++l) {
    Complex* line = psi + first_site(first + l);
    for (Index i = easy; i < points_; ++i) {
      const Complex value = times(Complex(rows[i].re[l], rows[i].im[l]), scale);
      line[i * stride_] = value;
      finite = finite && 0.0 * (value.real() + value.imag()) == 0.0;
    }
  }
  return finite;
}

void LineBundles::gather(Index b, const double* values, double* rows) const {
  const Index first = b * kLanes;
  if (stride_ > 1 && easy_sites(b) == points_) {
    const double* from = values + first_site(first);
    for (Index i = 0; i < points_; ++i) std::copy_n(from + i * stride_, kLanes, rows + i * kLanes);
    return;
  }
  // Portions of the lines, so that what is written stays in the first cache.
  for (Index start = 0; start < points_; start += 2 * kPortion) {
    const Index end = std::min(start + 2 * kPortion, points_);
    for (Index l = 0; l < kLanes; ++l) {
      const double* from = values + first_site(std::min(first + l, lines_ - 1));
      for (Index i = start; i < end; ++i) rows[i * kLanes + l] = from[i * stride_];
    }
  }
}

}  // namespace heatgauge
