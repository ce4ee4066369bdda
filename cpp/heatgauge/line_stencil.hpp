/// The second difference -h²∂² along one line of sites, of order 2, 4, 6 or 8, at walls or around a
/// periodic axis, written as hops between sites along straight paths of links.
#pragma once

#include <span>
#include <vector>

#include "heatgauge/grid.hpp"

namespace heatgauge {

/// Coupling of two sites along a path of `length` links, the first of them `first_link`; on a
/// periodic axis the path may cross the seam. It enters the matrix as weight·U(path) at (from, to)
/// and its conjugate at (to, from), where U is the product of the link variables.
struct Hop {
  Index from;
  Index to;
  Index first_link;
  int length;
  double weight;
};

/// One non-diagonal entry of a row: the hops that add up to it, conjugated where `reversed`.
struct HopInRow {
  Index column;
  Index hop;
  bool reversed;
};

class LineStencil {
 public:
  /// Throws std::invalid_argument for an order other than 2, 4, 6, 8 and for fewer than order + 1
  /// points (two periodic points are allowed at order 2: both links join the one pair).
  LineStencil(const Axis& axis, int order);

  /// Weight of each site itself.
  const std::vector<double>& diagonal() const { return diagonal_; }
  const std::vector<Hop>& hops() const { return hops_; }
  /// Entries of row `i` by ascending column; several hops may share a column.
  std::span<const HopInRow> row(Index i) const {
    const std::size_t start = row_start_[static_cast<std::size_t>(i)];
    return {entries_.data() + start, row_start_[static_cast<std::size_t>(i) + 1] - start};
  }

 private:
  void add_mirror(Index site, Index image, double weight);
  void sort_into_rows();

  std::vector<double> diagonal_;
  std::vector<Hop> hops_;  // by ascending `from`
  std::vector<std::size_t> row_start_;
  std::vector<HopInRow> entries_;
};

/// Central coefficients c₀ … c_p of -h²∂² of order 2p: Σ_k c_|k| f(x + kh) = -h²f''(x) + O(h^2p+2).
std::vector<double> central_coefficients(int order);

}  // namespace heatgauge
