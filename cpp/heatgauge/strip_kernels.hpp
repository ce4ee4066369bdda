/// Inner loops of the direct solver, on matrices stored in strips.
///
/// A strip holds 4 rows of every column of a matrix: 4 doubles a column for a real one, 8 for a
/// complex one (re, im interleaved). Strips follow one another: entry (i, j) of a matrix of w
/// columns is scalar number (i / 4·w + j)·4 + i % 4. All loops below read the big operands strictly
/// in order (memory bandwidth is what limits a solve) and need no copies of them. Row counts and
/// widths are filled up to multiples of 4, with zeros.
#pragma once

#include "heatgauge/types.hpp"

namespace heatgauge {

inline constexpr Index strip_rows = 4;

/// Columns of a panel of the factorisation: so many that the sums over them fit in registers.
inline constexpr Index panel_width = 16;

constexpr Index padded(Index count) { return (count + strip_rows - 1) / strip_rows * strip_rows; }

/// Scalar number of entry (i, j) in strips of `width` columns.
constexpr Index strip_entry(Index width, Index i, Index j) {
  return (i & ~Index{3}) * width + j * strip_rows + (i & 3);
}

/// std::complex guarantees this view.
inline double* doubles(Complex* a) { return reinterpret_cast<double*>(a); }
inline const double* doubles(const Complex* a) { return reinterpret_cast<const double*>(a); }
inline double* doubles(double* a) { return a; }
inline const double* doubles(const double* a) { return a; }

/// One term A·Bᵀ of a sum. `left` is A from the first strip wanted. `right` is, for real numbers,
/// one strip of B; for complex ones 4 rows of B, each of `width` contiguous entries.
struct Factor {
  const double* left;
  const double* right;
  Index width;
};

/// C −= Σ A·Bᵀ for `count` strips of C, `c_strip` scalars apart, and 4 columns of them.
void subtract_products(const Factor* terms, Index number, Index count, double* c, Index c_strip);
/// The same for 4 complex columns, `c_column` scalars apart.
void subtract_products(const Factor* terms, Index number, Index count, Complex* c, Index c_strip,
                       Index c_column);

/// f −= A·y for `count` strips of `width` columns.
void subtract_product(const double* a, Index count, Index width, const double* y, double* f);
void subtract_product(const Complex* a, Index count, Index width, const Complex* y, Complex* f);

/// y −= Aᵀ·f; width 4, 8, 12 or 16.
void subtract_transposed(const double* a, Index count, Index width, const double* f, double* y);

/// y −= Uᵀ·x, U stored row after row (`count` rows of `width` = 4, 8, 12 or 16 contiguous entries).
void subtract_rows(const Complex* u, Index count, Index width, const Complex* x, Complex* y);

}  // namespace heatgauge
