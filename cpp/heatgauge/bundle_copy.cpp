#include "heatgauge/bundle_copy.hpp"

#include "heatgauge/lane_vector.hpp"

namespace heatgauge {

namespace {

// Rows of a bundle lie in different pages, where the processor does not look ahead by itself.
constexpr Index kAhead = 12;

template <typename Real>
HEATGAUGE_INLINE void prefetch_row(const Real* row) {
#if defined(__GNUC__)
  constexpr Index line = 64 / sizeof(Real);
  for (Index l = 0; l < 2 * kLanes; l += line) __builtin_prefetch(row + l, 1);
#else
  (void)row;
#endif
}

template <int W, typename Real>
HEATGAUGE_INLINE void load_rows(const BundleInMemory& shape, const std::complex<Real>* psi,
                                Row* rows) {
  const auto* from = reinterpret_cast<const Real*>(psi);  // std::complex is an array of two
  const Index ahead = 2 * shape.site * kAhead;
  for (Index i = 0; i < shape.rows; ++i, from += 2 * shape.site) {
    if (i + kAhead < shape.rows + shape.beyond) prefetch_row(from + ahead);
    for (Index l = 0; l < kLanes; l += W) {
      Vector<W> block[2];
      load_unaligned<W>(from + 2 * l, block[0]);
      load_unaligned<W>(from + 2 * l + W, block[1]);
      Complexes<W> value;
      separate<W>(block, value);
      value.store(rows[i].re + l, rows[i].im + l);
    }
  }
}

template <int W, typename Real>
HEATGAUGE_INLINE void load_lines(const BundleInMemory& shape, const std::complex<Real>* psi,
                                 Row* rows) {
  const Index whole = shape.rows - shape.rows % (W / 2);
  for (Index l = 0; l < kLanes; l += W) {
    const auto* from = reinterpret_cast<const Real*>(psi + l * shape.lane);
    const Index step = 2 * shape.lane;
    for (Index i = 0; i < whole; i += W / 2) {
      Vector<W> block[W];
      HEATGAUGE_UNROLL
      for (int k = 0; k < W; ++k) load_unaligned<W>(from + k * step + 2 * i, block[k]);
      transpose<W>(block);
      HEATGAUGE_UNROLL
      for (int k = 0; k < W / 2; ++k) {
        store_aligned<W>(block[2 * k], rows[i + k].re + l);
        store_aligned<W>(block[2 * k + 1], rows[i + k].im + l);
      }
    }
    for (Index i = whole; i < shape.rows; ++i) {
      for (int k = 0; k < W; ++k) {
        rows[i].re[l + k] = from[k * step + 2 * i];
        rows[i].im[l + k] = from[k * step + 2 * i + 1];
      }
    }
  }
}

/// rows·scale at lane l, and a mark where it is not finite.
template <int W, bool kScale>
HEATGAUGE_INLINE void scaled(const Row& row, Index l, Complex scale, Complexes<W>& value,
                             Vector<W>& check) {
  value.load(row.re + l, row.im + l);
  if (kScale) value.multiply(scale.real(), scale.imag());
  check += (value.re + value.im) * 0.0;
}

template <int W, bool kScale, typename Real>
HEATGAUGE_INLINE void store_rows(const BundleInMemory& shape, const Row* rows, Complex scale,
                                 std::complex<Real>* psi, Vector<W>& check) {
  auto* to = reinterpret_cast<Real*>(psi);
  for (Index i = 0; i < shape.rows; ++i, to += 2 * shape.site) {
    for (Index l = 0; l < kLanes; l += W) {
      Complexes<W> value;
      scaled<W, kScale>(rows[i], l, scale, value, check);
      Vector<W> block[2];
      join<W>(value, block);
      store_unaligned<W>(block[0], to + 2 * l);
      store_unaligned<W>(block[1], to + 2 * l + W);
    }
  }
}

template <int W, bool kScale, typename Real>
HEATGAUGE_INLINE void store_lines(const BundleInMemory& shape, const Row* rows, Complex scale,
                                  std::complex<Real>* psi, Vector<W>& check) {
  const Index whole = shape.rows - shape.rows % (W / 2);
  for (Index l = 0; l < kLanes; l += W) {
    auto* to = reinterpret_cast<Real*>(psi + l * shape.lane);
    const Index step = 2 * shape.lane;
    for (Index i = 0; i < whole; i += W / 2) {
      Vector<W> block[W];
      HEATGAUGE_UNROLL
      for (int k = 0; k < W / 2; ++k) {
        Complexes<W> value;
        scaled<W, kScale>(rows[i + k], l, scale, value, check);
        block[2 * k] = value.re;
        block[2 * k + 1] = value.im;
      }
      transpose<W>(block);
      HEATGAUGE_UNROLL
      for (int k = 0; k < W; ++k) store_unaligned<W>(block[k], to + k * step + 2 * i);
    }
    for (Index i = whole; i < shape.rows; ++i) {
      Complexes<W> value;
      scaled<W, kScale>(rows[i], l, scale, value, check);
      for (int k = 0; k < W; ++k) {
        to[k * step + 2 * i] = static_cast<Real>(value.re[k]);
        to[k * step + 2 * i + 1] = static_cast<Real>(value.im[k]);
      }
    }
  }
}

template <int W, typename Real>
HEATGAUGE_INLINE void load(const BundleInMemory& shape, const std::complex<Real>* psi, Row* rows) {
  if (shape.lane == 1) {
    load_rows<W>(shape, psi, rows);
  } else {
    load_lines<W>(shape, psi, rows);
  }
}

template <int W, typename Real>
HEATGAUGE_INLINE void store(const BundleInMemory& shape, const Row* rows, Complex scale,
                            std::complex<Real>* psi, double& check) {
  Vector<W> marks{};
  const bool scaling = scale != Complex(1.0, 0.0);
  if (shape.lane == 1) {
    if (scaling) {
      store_rows<W, true>(shape, rows, scale, psi, marks);
    } else {
      store_rows<W, false>(shape, rows, scale, psi, marks);
    }
  } else if (scaling) {
    store_lines<W, true>(shape, rows, scale, psi, marks);
  } else {
    store_lines<W, false>(shape, rows, scale, psi, marks);
  }
  for (int k = 0; k < W; ++k) check += marks[k];
}

}  // namespace

HEATGAUGE_PER_PROCESSOR(load_bundle, (const BundleInMemory& shape, const Complex* psi, Row* rows),
                        load, (shape, psi, rows))
HEATGAUGE_PER_PROCESSOR(load_bundle,
                        (const BundleInMemory& shape, const ComplexSingle* psi, Row* rows), load,
                        (shape, psi, rows))
HEATGAUGE_PER_PROCESSOR(store_bundle,
                        (const BundleInMemory& shape, const Row* rows, Complex scale, Complex* psi,
                         double& check),
                        store, (shape, rows, scale, psi, check))
HEATGAUGE_PER_PROCESSOR(store_bundle,
                        (const BundleInMemory& shape, const Row* rows, Complex scale,
                         ComplexSingle* psi, double& check),
                        store, (shape, rows, scale, psi, check))

}  // namespace heatgauge
