#include "heatgauge/strip_kernels.hpp"

#include <cstring>

#include "heatgauge/dispatch.hpp"

namespace heatgauge {
namespace {

// Eight doubles in one 512-bit register, in two of 256 bits or in four of 128 bits; and four. The
// types never cross a function boundary: the calling convention would differ between the clones.
typedef double Lanes __attribute__((vector_size(64)));
typedef double Half __attribute__((vector_size(32)));
constexpr Index lanes = 8;
constexpr Index half = 4;

#define HEATGAUGE_LOAD(register, address) std::memcpy(&(register), (address), sizeof(register))
#define HEATGAUGE_STORE(register, address) std::memcpy((address), &(register), sizeof(register))

/// `strips` strips of C at a time, so that enough independent sums are under way.
template <Index strips>
[[gnu::always_inline]] inline void products_strips(const Factor* terms, Index number, Index s,
                                                   double* c, Index c_strip) {
  Half sum[strips][half] = {};
  for (Index t = 0; t < number; ++t) {
    const Index width = terms[t].width;
    const double* b = terms[t].right;
    const double* a = terms[t].left + s * width * half;
    for (Index k = 0; k < width; ++k) {
      Half column[strips];
#pragma GCC unroll 4
      for (Index i = 0; i < strips; ++i) HEATGAUGE_LOAD(column[i], a + (i * width + k) * half);
#pragma GCC unroll 4
      for (Index j = 0; j < half; ++j)
#pragma GCC unroll 4
        for (Index i = 0; i < strips; ++i) sum[i][j] += column[i] * b[k * half + j];
    }
  }
#pragma GCC unroll 4
  for (Index i = 0; i < strips; ++i)
#pragma GCC unroll 4
    for (Index j = 0; j < half; ++j) {
      double* target = c + (s + i) * c_strip + j * half;
      Half value;
      HEATGAUGE_LOAD(value, target);
      value -= sum[i][j];
      HEATGAUGE_STORE(value, target);
    }
}

HEATGAUGE_CLONES void products_real(const Factor* terms, Index number, Index count, double* c,
                                    Index c_strip) {
  Index s = 0;
  for (; s + 2 < count; s += 3) products_strips<3>(terms, number, s, c, c_strip);
  for (; s < count; ++s) products_strips<1>(terms, number, s, c, c_strip);
}

// (a_r + i a_i)(b_r + i b_i): the columns of sums hold a·b_r and a·b_i with a left interleaved; the
// factor i of the second is applied once, at the end.
HEATGAUGE_CLONES void products_complex(const Factor* terms, Index number, Index count, double* c,
                                       Index c_strip, Index c_column) {
  for (Index s = 0; s < count; ++s) {
    Lanes sum[lanes] = {};
    for (Index t = 0; t < number; ++t) {
      const Index width = terms[t].width;
      const double* a = terms[t].left + s * width * lanes;
      const double* b[4] = {terms[t].right, terms[t].right + 2 * width, terms[t].right + 4 * width,
                            terms[t].right + 6 * width};
      for (Index k = 0; k < width; ++k) {
        Lanes column;
        HEATGAUGE_LOAD(column, a + k * lanes);
#pragma GCC unroll 4
        for (Index j = 0; j < 4; ++j) {
          sum[2 * j] += column * b[j][2 * k];
          sum[2 * j + 1] += column * b[j][2 * k + 1];
        }
      }
    }
    double* target = c + s * c_strip;
#pragma GCC unroll 4
    for (Index j = 0; j < 4; ++j) {
      const Lanes q = sum[2 * j + 1];
      const Lanes turned = {-q[1], q[0], -q[3], q[2], -q[5], q[4], -q[7], q[6]};
      Lanes value;
      HEATGAUGE_LOAD(value, target + j * c_column);
      value -= sum[2 * j] + turned;
      HEATGAUGE_STORE(value, target + j * c_column);
    }
  }
}

HEATGAUGE_CLONES void product_real(const double* a, Index count, Index width, const double* y,
                                   double* f) {
  for (Index s = 0; s < count; ++s, a += width * half, f += half) {
    Half even, odd = {};
    HEATGAUGE_LOAD(even, f);
    // Two sums, so that one does not wait for the other; widths are even.
    for (Index k = 0; k < width; k += 2) {
      Half first, second;
      HEATGAUGE_LOAD(first, a + k * half);
      HEATGAUGE_LOAD(second, a + (k + 1) * half);
      even -= first * y[k];
      odd -= second * y[k + 1];
    }
    even += odd;
    HEATGAUGE_STORE(even, f);
  }
}

HEATGAUGE_CLONES void product_complex(const double* a, Index count, Index width, const double* y,
                                      double* f) {
  for (Index s = 0; s < count; ++s, a += width * lanes, f += lanes) {
    Lanes p, q = {};
    HEATGAUGE_LOAD(p, f);
    for (Index k = 0; k < width; ++k) {
      Lanes column;
      HEATGAUGE_LOAD(column, a + k * lanes);
      p -= column * y[2 * k];
      q += column * y[2 * k + 1];
    }
    const Lanes turned = {-q[1], q[0], -q[3], q[2], -q[5], q[4], -q[7], q[6]};
    p -= turned;
    HEATGAUGE_STORE(p, f);
  }
}

// Sums for all columns stay in registers, so that the matrix is read in order; the number of
// columns is a template parameter because only then can they.
template <Index width>
[[gnu::always_inline]] inline void transposed_columns(const double* a, Index count, const double* f,
                                                      double* y) {
  Half sum[width] = {};
  for (Index s = 0; s < count; ++s) {
    Half value;
    HEATGAUGE_LOAD(value, f + s * half);
#pragma GCC unroll 16
    for (Index j = 0; j < width; ++j) {
      Half column;
      HEATGAUGE_LOAD(column, a + (s * width + j) * half);
      sum[j] += column * value;
    }
  }
#pragma GCC unroll 16
  for (Index j = 0; j < width; ++j) {
    const Half v = sum[j];
    y[j] -= (v[0] + v[2]) + (v[1] + v[3]);
  }
}

HEATGAUGE_CLONES void transposed(const double* a, Index count, Index width, const double* f,
                                 double* y) {
  switch (width) {
    case 4:
      return transposed_columns<4>(a, count, f, y);
    case 8:
      return transposed_columns<8>(a, count, f, y);
    case 12:
      return transposed_columns<12>(a, count, f, y);
    default:
      return transposed_columns<16>(a, count, f, y);
  }
}

template <Index parts>
[[gnu::always_inline]] inline void row_parts(const double* u, Index count, const double* x,
                                             double* y) {
  Lanes p[parts] = {}, q[parts] = {};
  for (Index r = 0; r < count; ++r) {
#pragma GCC unroll 4
    for (Index j = 0; j < parts; ++j) {
      Lanes value;
      HEATGAUGE_LOAD(value, u + (r * parts + j) * lanes);
      p[j] += value * x[2 * r];
      q[j] += value * x[2 * r + 1];
    }
  }
#pragma GCC unroll 4
  for (Index j = 0; j < parts; ++j) {
    const Lanes v = q[j];
    const Lanes turned = {-v[1], v[0], -v[3], v[2], -v[5], v[4], -v[7], v[6]};
    Lanes value;
    HEATGAUGE_LOAD(value, y + j * lanes);
    value -= p[j] + turned;
    HEATGAUGE_STORE(value, y + j * lanes);
  }
}

HEATGAUGE_CLONES void rows_product(const double* u, Index count, Index width, const double* x,
                                   double* y) {
  switch (width) {
    case 4:
      return row_parts<1>(u, count, x, y);
    case 8:
      return row_parts<2>(u, count, x, y);
    case 12:
      return row_parts<3>(u, count, x, y);
    default:
      return row_parts<4>(u, count, x, y);
  }
}

}  // namespace

void subtract_products(const Factor* terms, Index number, Index count, double* c, Index c_strip) {
  products_real(terms, number, count, c, c_strip);
}

void subtract_products(const Factor* terms, Index number, Index count, Complex* c, Index c_strip,
                       Index c_column) {
  products_complex(terms, number, count, doubles(c), 2 * c_strip, 2 * c_column);
}

void subtract_product(const double* a, Index count, Index width, const double* y, double* f) {
  product_real(a, count, width, y, f);
}

void subtract_product(const Complex* a, Index count, Index width, const Complex* y, Complex* f) {
  product_complex(doubles(a), count, width, doubles(y), doubles(f));
}

void subtract_transposed(const double* a, Index count, Index width, const double* f, double* y) {
  transposed(a, count, width, f, y);
}

void subtract_rows(const Complex* u, Index count, Index width, const Complex* x, Complex* y) {
  rows_product(doubles(u), count, width, doubles(x), doubles(y));
}

#undef HEATGAUGE_LOAD
#undef HEATGAUGE_STORE

}  // namespace heatgauge
