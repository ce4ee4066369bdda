#include "heatgauge/dissection_front.hpp"

#include <Eigen/LU>
#include <algorithm>
#include <cmath>
#include <limits>
#include <type_traits>

namespace heatgauge {
namespace {

template <typename Scalar>
inline constexpr bool symmetric = std::is_same_v<Scalar, double>;

// Panels summed at a time and strips of rows updated at a time: 16·16 columns × 32 strips of the
// left factor are 512 KiB, which stay in a second-level cache.
constexpr Index chunk = 16;
constexpr Index block_strips = 32;

template <typename Scalar>
using Block = Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic, Eigen::ColMajor, panel_width,
                            panel_width>;

// Written so that a NaN fails too.
void require_pivot(double pivot, double scale) {
  constexpr double noise = 64.0 * std::numeric_limits<double>::epsilon();
  if (!(pivot > noise * scale) || !std::isfinite(pivot))
    throw NumericalFailure(
        "the matrix of the direct solver is singular to working precision, not "
        "positive definite or not finite",
        0, std::numeric_limits<double>::quiet_NaN());
}

void invert(Block<Complex>& block, const double* scales) {
  const Eigen::PartialPivLU<Block<Complex>> lu(block);
  for (Index i = 0; i < block.rows(); ++i) require_pivot(std::abs(lu.matrixLU()(i, i)), scales[i]);
  block = lu.inverse();
}

void invert(Block<double>& block, const double* scales) {
  const Index n = block.rows();
  for (Index j = 0; j < n; ++j) {  // Cholesky of the lower triangle, in place
    require_pivot(block(j, j), scales[j]);
    block(j, j) = std::sqrt(block(j, j));
    for (Index i = j + 1; i < n; ++i) block(i, j) /= block(j, j);
    for (Index k = j + 1; k < n; ++k)
      for (Index i = k; i < n; ++i) block(i, k) -= block(i, j) * block(k, j);
  }
  Block<double> inverse = Block<double>::Identity(n, n);
  for (Index c = 0; c < n; ++c)
    for (Index j = c; j < n; ++j) {
      inverse(j, c) /= block(j, j);
      for (Index i = j + 1; i < n; ++i) inverse(i, c) -= block(i, j) * inverse(j, c);
    }
  block = inverse;
}

}  // namespace

template <typename Scalar>
Index FrontShape<Scalar>::lower_size() const {
  Index sum = 0;
  for (Index p = 0; p < panels(); ++p)
    sum += (size() - (symmetric<Scalar> ? start(p) : end(p))) * width(p);
  return sum;
}

template <typename Scalar>
Index FrontShape<Scalar>::upper_size() const {
  if (symmetric<Scalar>) return 0;
  Index sum = 0;
  for (Index p = 0; p < panels(); ++p) sum += (size() - start(p)) * width(p);
  return sum;
}

template <typename Scalar>
double FrontShape<Scalar>::flops() const {
  // Multiply-add: 2 real operations, 8 for complex numbers; a symmetric matrix needs half of them.
  const double s = static_cast<double>(own), b = static_cast<double>(boundary);
  const double pairs = s * s * s / 3.0 + s * s * b + s * b * b;
  return symmetric<Scalar> ? pairs : 8.0 * pairs;
}

template <typename Scalar>
DissectionFront<Scalar>::DissectionFront(const FrontShape<Scalar>& shape, Scalar* lower,
                                         Scalar* upper, Scalar* update)
    : shape_(shape), update_(update) {
  for (Index p = 0; p < shape.panels(); ++p) {
    Scalar*& holder = symmetric<Scalar> ? lower : upper;
    const Index rows = shape.size() - shape.end(p);
    diagonal_.push_back(holder);
    holder += shape.width(p) * shape.width(p);
    lower_.push_back(lower);
    upper_.push_back(upper);
    lower += rows * shape.width(p);
    if (!symmetric<Scalar>) upper += rows * shape.width(p);
  }
}

template <typename Scalar>
void DissectionFront<Scalar>::extend_add(const Scalar* child, Index count, const Index* to,
                                         Interrupt& interrupt) {
  const Index width = padded(count), own = shape_.own;
  const Index inner = std::lower_bound(to, to + count, own) - to;  // those are eliminated here
  for (Index i = 0; i < count; ++i) {
    const Scalar* from = child + strip_entry(width, i, 0);
    const Index stop = symmetric<Scalar> ? i + 1 : count;
    const Index general = i < inner ? stop : std::min(inner, stop);
    for (Index j = 0; j < general; ++j) at(to[i], to[j]) += from[j * strip_rows];
    if (general == stop) continue;
    Scalar* row = update_ + strip_entry(shape_.boundary, to[i] - own, 0);
    for (Index j = general; j < stop; ++j) row[(to[j] - own) * strip_rows] += from[j * strip_rows];
    interrupt.check();
  }
}

/// Subtracts Σ L·U of the panels [first, last) from rows [row, row_end) and one strip of columns.
template <typename Scalar>
void DissectionFront<Scalar>::subtract(Index row, Index row_end, Index column, Index first,
                                       Index last, Scalar* target, Index strip, Index step) {
  Factor terms[chunk];
  for (Index p = first; p < last; ++p) {
    const Index width = shape_.width(p);
    const Scalar* left = lower_[p] + (row - shape_.end(p)) * width;
    const Scalar* right =
        (symmetric<Scalar> ? lower_[p] : upper_[p]) + (column - shape_.end(p)) * width;
    terms[p - first] = {doubles(left), doubles(right), width};
  }
  const Index count = (row_end - row) / strip_rows;
  if constexpr (symmetric<Scalar>)
    subtract_products(terms, last - first, count, target, strip);
  else
    subtract_products(terms, last - first, count, target, strip, step);
}

template <typename Scalar>
void DissectionFront<Scalar>::update_panel(Index p, Interrupt& interrupt) {
  constexpr Index R = strip_rows;
  const Index start = shape_.start(p), end = shape_.end(p), width = shape_.width(p);
  for (Index first = 0; first < p; first += chunk) {
    const Index last = std::min(p, first + chunk);
    for (Index column = start; column < end; column += R)
      subtract(start, end, column, first, last, diagonal_[p] + (column - start) * R, width * R, R);
    for (Index row = end; row < shape_.size(); row += block_strips * R) {
      const Index row_end = std::min(shape_.size(), row + block_strips * R);
      for (Index column = start; column < end; column += R)
        subtract(row, row_end, column, first, last,
                 lower_[p] + (row - end) * width + (column - start) * R, width * R, R);
      interrupt.check();
    }
    if (symmetric<Scalar>) continue;
    for (Index column = end; column < shape_.size(); column += R) {
      subtract(start, end, column, first, last, upper_[p] + (column - end) * width, R, width);
      if (column % (block_strips * R) == 0) interrupt.check();
    }
  }
}

template <typename Scalar>
void DissectionFront<Scalar>::update_boundary(Interrupt& interrupt) {
  constexpr Index R = strip_rows;
  const Index own = shape_.own, size = shape_.size();
  for (Index first = 0; first < shape_.panels(); first += chunk) {
    const Index last = std::min(shape_.panels(), first + chunk);
    for (Index row = own; row < size; row += block_strips * R) {
      const Index row_end = std::min(size, row + block_strips * R);
      for (Index column = own; column < (symmetric<Scalar> ? row_end : size); column += R) {
        const Index top = symmetric<Scalar> ? std::max(row, column) : row;
        subtract(top, row_end, column, first, last,
                 update_ + (top - own) * shape_.boundary + (column - own) * R, shape_.boundary * R,
                 R);
        interrupt.check();
      }
    }
  }
}

/// Leaves the inverse (of D, or of its Cholesky factor) in the diagonal block; `inverse` receives
/// the right factor with which scale_panel multiplies, as subtract_products wants it.
template <typename Scalar>
void DissectionFront<Scalar>::invert_diagonal(Index p, const double* scales, Scalar* inverse) {
  const Index start = shape_.start(p), width = shape_.width(p);
  Block<Scalar> block(width, width);
  for (Index j = 0; j < width; ++j)
    for (Index i = symmetric<Scalar> ? j : 0; i < width; ++i)
      block(i, j) = at(start + i, start + j);
  invert(block, scales + start);
  for (Index j = 0; j < width; ++j)
    for (Index i = 0; i < width; ++i) {
      diagonal_[p][strip_entry(width, i, j)] = block(i, j);
      inverse[symmetric<Scalar> ? strip_entry(width, i, j) : j * width + i] = -block(i, j);
    }
}

template <typename Scalar>
void DissectionFront<Scalar>::scale_panel(Index p, const Scalar* inverse,
                                          std::vector<Scalar>& scratch) {
  constexpr Index R = strip_rows;
  const Index width = shape_.width(p), rows = shape_.size() - shape_.end(p);
  if (rows == 0) return;
  Scalar* panel = lower_[p];
  scratch.assign(panel, panel + rows * width);
  std::fill(panel, panel + rows * width, Scalar(0));
  for (Index column = 0; column < width; column += R) {
    const Factor term{doubles(scratch.data()), doubles(inverse + column * width), width};
    if constexpr (symmetric<Scalar>)
      subtract_products(&term, 1, rows / R, panel + column * R, width * R);
    else
      subtract_products(&term, 1, rows / R, panel + column * R, width * R, R);
  }
}

template <typename Scalar>
void DissectionFront<Scalar>::factor(const double* scales, std::vector<Scalar>& scratch,
                                     Interrupt& interrupt) {
  Scalar inverse[panel_width * panel_width];
  for (Index p = 0; p < shape_.panels(); ++p) {
    update_panel(p, interrupt);
    invert_diagonal(p, scales, inverse);
    scale_panel(p, inverse, scratch);
  }
  update_boundary(interrupt);
  interrupt.check();
}

template struct FrontShape<double>;
template struct FrontShape<Complex>;
template class DissectionFront<double>;
template class DissectionFront<Complex>;

}  // namespace heatgauge
