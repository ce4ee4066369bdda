#include "heatgauge/nested_dissection.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <new>
#include <stdexcept>
#include <type_traits>

#if defined(__linux__)
#include <sys/mman.h>
#endif

#include "heatgauge/dissection_front.hpp"

namespace heatgauge {
namespace {

template <typename Scalar>
inline constexpr bool symmetric = std::is_same_v<Scalar, double>;

constexpr std::size_t large_page = std::size_t{1} << 21;

/// Do the sites lie on one line of an axis, at most `reach` apart?
bool coupled(const Grid& grid, Index reach, Index i, Index j) {
  int differing = 0;
  for (int a = 0; a < grid.dimensions(); ++a) {
    const Axis& axis = grid.axis(a);
    const Index x = i / grid.stride(a) % axis.points, y = j / grid.stride(a) % axis.points;
    Index distance = std::abs(x - y);
    if (axis.periodic) distance = std::min(distance, axis.points - distance);
    if (distance > reach) return false;
    differing += distance != 0;
  }
  return differing <= 1;
}

// Good enough to compare sizes with, and without the square root.
double magnitude(double a) { return std::abs(a); }
double magnitude(Complex a) { return std::abs(a.real()) + std::abs(a.imag()); }

/// Checks the matrix and returns the largest magnitude of each row.
template <typename Scalar>
std::vector<double> row_scales(const Grid& grid, Index reach, const CsrView<Scalar>& matrix,
                               Interrupt& interrupt) {
  if (matrix.rows != grid.size())
    throw std::invalid_argument("the matrix does not have one row for each site of the grid");
  std::vector<double> scales(static_cast<std::size_t>(matrix.rows), 0.0);
  for (Index i = 0; i < matrix.rows; ++i) {
    if (i % 1024 == 0) interrupt.check();
    for (Index k = matrix.outer[i]; k < matrix.outer[i + 1]; ++k) {
      const Index j = matrix.inner[k];
      if (j < 0 || j >= matrix.rows || !coupled(grid, reach, i, j))
        throw std::invalid_argument("an entry of the matrix lies outside the reach of the stencil");
      const double size = magnitude(matrix.values[k]);
      if (!std::isfinite(size))
        throw NumericalFailure("an entry of the matrix is not finite", 0,
                               std::numeric_limits<double>::quiet_NaN());
      scales[static_cast<std::size_t>(i)] = std::max(scales[static_cast<std::size_t>(i)], size);
    }
  }
  return scales;
}

/// The backward pass visits the fronts against the order of memory, which the processor's own
/// prefetching does not foresee for small ones.
void prefetch_before(const double* end, Index count) {
#if defined(__GNUC__)
  constexpr Index line = 8, most = 2048;
  for (Index k = line; k <= std::min(count, most); k += line) __builtin_prefetch(end - k);
#endif
}

/// Zeros, a part at a time: a gigabyte of fresh memory takes a third of a second.
template <typename Scalar>
void clear(Scalar* to, Index count, Interrupt& interrupt) {
  constexpr Index part = 1 << 18;
  for (Index first = 0; first < count; first += part) {
    std::fill_n(to + first, std::min(part, count - first), Scalar(0));
    interrupt.check();
  }
}

/// Positions of the sites of the node at hand in its front, filled up to strips; -1 elsewhere.
class Positions {
 public:
  explicit Positions(Index sites) : of_site_(static_cast<std::size_t>(sites), -1) {}

  void enter(const DissectionNode& node, const std::int32_t* sites) {
    for (Index k = 0; k < node.own + node.boundary; ++k)
      of_site_[static_cast<std::size_t>(sites[k])] =
          static_cast<std::int32_t>(k < node.own ? k : k - node.own + padded(node.own));
  }
  void leave(const DissectionNode& node, const std::int32_t* sites) {
    for (Index k = 0; k < node.own + node.boundary; ++k)
      of_site_[static_cast<std::size_t>(sites[k])] = -1;
  }
  Index operator[](Index site) const { return of_site_[static_cast<std::size_t>(site)]; }

 private:
  std::vector<std::int32_t> of_site_;
};

/// Entries of the matrix that belong to this front: those with a row or column among its own
/// unknowns and nothing eliminated earlier.
template <typename Scalar>
void assemble(const CsrView<Scalar>& matrix, const DissectionNode& node, const std::int32_t* sites,
              const Positions& positions, DissectionFront<Scalar>& front) {
  const Index own = padded(node.own);
  for (Index d = node.own; d < own; ++d) front.at(d, d) = Scalar(1);
  for (Index k = 0; k < node.own + node.boundary; ++k) {
    const Index row = positions[sites[k]];
    for (Index e = matrix.outer[sites[k]]; e < matrix.outer[sites[k] + 1]; ++e) {
      const Index column = positions[matrix.inner[e]];
      if (column < 0 || (row >= own && column >= own)) continue;
      if (symmetric<Scalar> && row < column) continue;
      front.at(row, column) += matrix.values[e];
    }
  }
}

}  // namespace

template <typename Scalar>
void NestedDissection<Scalar>::Release::operator()(void* memory) const {
  std::free(memory);
}

template <typename Scalar>
typename NestedDissection<Scalar>::Storage NestedDissection<Scalar>::allocate(Index count) {
  // Large pages (2 MiB) where the system has them: a solve streams through all of it, and with
  // small pages the address translation costs as much as the data.
  const std::size_t wanted = static_cast<std::size_t>(count) * sizeof(Scalar);
  const std::size_t page = wanted < large_page ? 64 : large_page;
  const std::size_t bytes = std::max<std::size_t>((wanted + page - 1) / page * page, page);
  void* memory = std::aligned_alloc(page, bytes);
  if (memory == nullptr) throw std::bad_alloc();
#if defined(__linux__)
  if (page == large_page) madvise(memory, bytes, MADV_HUGEPAGE);  // a hint: failure is harmless
#endif
  return Storage(static_cast<Scalar*>(memory));
}

template <typename Scalar>
FactorCost NestedDissection<Scalar>::cost(const Grid& grid, Index reach) {
  return dissection_cost<Scalar>(grid, reach);
}

template <typename Scalar>
double NestedDissection<Scalar>::bytes() const {
  return static_cast<double>(lower_size_ + upper_size_) * sizeof(Scalar) + tree_.bytes();
}

template <typename Scalar>
NestedDissection<Scalar>::NestedDissection(const Grid& grid, Index reach,
                                           const CsrView<Scalar>& matrix, Interrupt& interrupt)
    : tree_(grid, reach, interrupt) {
  const std::vector<double> scales = row_scales(grid, reach, matrix, interrupt);
  for (const DissectionNode& node : tree_.nodes) {
    const FrontShape<Scalar> shape(node.own, node.boundary);
    lower_size_ += shape.lower_size();
    upper_size_ += shape.upper_size();
    largest_ = std::max(largest_, shape.size());
  }
  lower_ = allocate(lower_size_);
  upper_ = allocate(upper_size_);
  factor(matrix, scales, interrupt);
}

template <typename Scalar>
void NestedDissection<Scalar>::factor(const CsrView<Scalar>& matrix,
                                      const std::vector<double>& scales, Interrupt& interrupt) {
  Positions positions(matrix.rows);
  struct Pending {
    const DissectionNode* node;
    Storage update;
  };
  std::vector<Pending> stack;
  std::vector<Scalar> scratch;
  std::vector<double> own_scales;
  std::vector<Index> to;
  Scalar *lower = lower_.get(), *upper = upper_.get();
  for (const DissectionNode& node : tree_.nodes) {
    const FrontShape<Scalar> shape(node.own, node.boundary);
    const std::int32_t* sites = tree_.sites.data() + node.first_site;
    const Index boundary_size = shape.boundary * shape.boundary;
    Pending result{&node, allocate(boundary_size)};
    clear(lower, shape.lower_size(), interrupt);
    clear(upper, shape.upper_size(), interrupt);
    clear(result.update.get(), boundary_size, interrupt);
    DissectionFront<Scalar> front(shape, lower, upper, result.update.get());
    positions.enter(node, sites);
    assemble(matrix, node, sites, positions, front);
    for (int c = 0; c < node.children; ++c) {
      const DissectionNode& child = *stack.back().node;
      const std::int32_t* boundary = tree_.sites.data() + child.first_site + child.own;
      to.clear();
      for (Index k = 0; k < child.boundary; ++k) to.push_back(positions[boundary[k]]);
      front.extend_add(stack.back().update.get(), child.boundary, to.data(), interrupt);
      stack.pop_back();
    }
    positions.leave(node, sites);
    own_scales.assign(static_cast<std::size_t>(shape.own), 1.0);
    for (Index k = 0; k < node.own; ++k)
      own_scales[static_cast<std::size_t>(k)] = scales[static_cast<std::size_t>(sites[k])];
    front.factor(own_scales.data(), scratch, interrupt);
    stack.push_back(std::move(result));
    lower += shape.lower_size();
    upper += shape.upper_size();
  }
}

template <typename Scalar>
void NestedDissection<Scalar>::forward(const DissectionNode& node, const Scalar* lower, Scalar* x,
                                       Scalar* f) const {
  const FrontShape<Scalar> shape(node.own, node.boundary);
  const std::int32_t* sites = tree_.sites.data() + node.first_site;
  for (Index k = 0; k < node.own; ++k) f[k] = x[sites[k]];
  std::fill(f + node.own, f + shape.size(), Scalar(0));
  for (Index p = 0; p < shape.panels(); ++p) {
    const Index width = shape.width(p), rows = shape.size() - shape.end(p);
    Scalar* y = f + shape.start(p);
    if constexpr (symmetric<Scalar>) {
      Scalar negative[panel_width];
      for (Index k = 0; k < width; ++k) negative[k] = -y[k];
      std::fill_n(y, width, Scalar(0));
      subtract_product(lower, width / strip_rows, width, negative, y);
      lower += width * width;
    }
    subtract_product(lower, rows / strip_rows, width, y, f + shape.end(p));
    lower += rows * width;
  }
  for (Index k = 0; k < node.own; ++k) x[sites[k]] = f[k];
  for (Index k = 0; k < node.boundary; ++k) x[sites[node.own + k]] += f[shape.own + k];
}

template <typename Scalar>
void NestedDissection<Scalar>::backward(const DissectionNode& node, const Scalar* lower,
                                        const Scalar* upper, Scalar* x, Scalar* f) const {
  const FrontShape<Scalar> shape(node.own, node.boundary);
  const std::int32_t* sites = tree_.sites.data() + node.first_site;
  std::fill(f, f + shape.size(), Scalar(0));
  for (Index k = 0; k < node.own; ++k) f[k] = x[sites[k]];
  for (Index k = 0; k < node.boundary; ++k) f[shape.own + k] = x[sites[node.own + k]];
  // `lower` and `upper` point behind the node: the panels are visited from the last to the first.
  for (Index p = shape.panels(); p-- > 0;) {
    const Index width = shape.width(p), rows = shape.size() - shape.end(p);
    Scalar* y = f + shape.start(p);
    const Scalar*& panel = symmetric<Scalar> ? lower : upper;
    panel -= (rows + width) * width;
    if constexpr (symmetric<Scalar>)
      subtract_transposed(panel + width * width, rows / strip_rows, width, f + shape.end(p), y);
    else
      subtract_rows(panel + width * width, rows, width, f + shape.end(p), y);
    Scalar negative[panel_width];
    for (Index k = 0; k < width; ++k) negative[k] = -y[k];
    std::fill_n(y, width, Scalar(0));
    if constexpr (symmetric<Scalar>)
      subtract_transposed(panel, width / strip_rows, width, negative, y);
    else
      subtract_product(panel, width / strip_rows, width, negative, y);
  }
  for (Index k = 0; k < node.own; ++k) x[sites[k]] = f[k];
}

template <typename Scalar>
void NestedDissection<Scalar>::solve(Scalar* x, std::vector<Scalar>& work) const {
  work.resize(static_cast<std::size_t>(largest_));
  const Scalar *lower = lower_.get(), *upper = upper_.get() + upper_size_;
  for (const DissectionNode& node : tree_.nodes) {
    forward(node, lower, x, work.data());
    lower += FrontShape<Scalar>(node.own, node.boundary).lower_size();
  }
  for (std::size_t n = tree_.nodes.size(); n-- > 0;) {
    const DissectionNode& node = tree_.nodes[n];
    const FrontShape<Scalar> shape(node.own, node.boundary);
    if (n > 0) {
      const FrontShape<Scalar> next(tree_.nodes[n - 1].own, tree_.nodes[n - 1].boundary);
      if constexpr (symmetric<Scalar>)
        prefetch_before(lower - shape.lower_size(), next.lower_size());
      else
        prefetch_before(doubles(upper - shape.upper_size()), 2 * next.upper_size());
    }
    backward(node, lower, upper, x, work.data());
    lower -= shape.lower_size();
    upper -= shape.upper_size();
  }
}

template class NestedDissection<double>;
template class NestedDissection<Complex>;

}  // namespace heatgauge
