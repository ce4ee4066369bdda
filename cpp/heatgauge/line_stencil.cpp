#include "heatgauge/line_stencil.hpp"

#include <algorithm>

namespace heatgauge {

std::vector<double> central_coefficients(int order) {
  switch (order) {  // B. Fornberg, Math. Comp. 51, 699 (1988), table 1, times -1
    case 2:
      return {2.0, -1.0};
    case 4:
      return {5.0 / 2, -4.0 / 3, 1.0 / 12};
    case 6:
      return {49.0 / 18, -3.0 / 2, 3.0 / 20, -1.0 / 90};
    case 8:
      return {205.0 / 72, -8.0 / 5, 1.0 / 5, -8.0 / 315, 1.0 / 560};
    default:
      throw std::invalid_argument("the order is 2, 4, 6 or 8");
  }
}

LineStencil::LineStencil(const Axis& axis, int order) {
  const std::vector<double> c = central_coefficients(order);
  const Index n = axis.points;
  const bool pair = n == 2 && axis.periodic && order == 2;
  if (n < order + 1 && !pair) throw std::invalid_argument("too few points for the order");
  diagonal_.assign(static_cast<std::size_t>(n), c[0]);
  const int reach = static_cast<int>(c.size()) - 1;
  for (Index i = 0; i < n; ++i) {
    for (int k = 1; k <= reach; ++k) {
      const double weight = c[static_cast<std::size_t>(k)];
      if (axis.periodic || i + k < n) hops_.push_back({i, (i + k) % n, i, k, weight});
    }
  }
  for (Index i = 0; i < reach && !axis.periodic; ++i) {  // ψ is odd about both walls
    for (Index k = i + 1; k <= reach; ++k) {
      const double weight = c[static_cast<std::size_t>(k)];
      const Index image = k - 1 - i;
      add_mirror(i, image, -weight);
      add_mirror(n - 1 - image, n - 1 - i, -weight);
    }
  }
  sort_into_rows();
}

void LineStencil::add_mirror(Index site, Index image, double weight) {
  if (image == site) {
    diagonal_[static_cast<std::size_t>(site)] += weight;
    return;
  }
  if (image < site) return;  // the pair is met from both sides: take it once
  // The image is nearer than the stencil reaches, so the straight hop of the same path is there.
  auto hop = std::lower_bound(hops_.begin(), hops_.end(), site,
                              [](const Hop& h, Index from) { return h.from < from; });
  while (hop->to != image) ++hop;
  hop->weight += weight;
}

void LineStencil::sort_into_rows() {
  row_start_.assign(diagonal_.size() + 1, 0);
  for (const Hop& hop : hops_) {
    ++row_start_[static_cast<std::size_t>(hop.from) + 1];
    ++row_start_[static_cast<std::size_t>(hop.to) + 1];
  }
  for (std::size_t i = 1; i < row_start_.size(); ++i) row_start_[i] += row_start_[i - 1];
  entries_.resize(row_start_.back());
  std::vector<std::size_t> next(row_start_.begin(), row_start_.end() - 1);
  for (std::size_t h = 0; h < hops_.size(); ++h) {
    const Hop& hop = hops_[h];
    entries_[next[static_cast<std::size_t>(hop.from)]++] = {hop.to, static_cast<Index>(h), false};
    entries_[next[static_cast<std::size_t>(hop.to)]++] = {hop.from, static_cast<Index>(h), true};
  }
  for (std::size_t i = 0; i + 1 < row_start_.size(); ++i) {
    // Equal columns keep the order of their hops in both rows, so that their sums round alike.
    std::stable_sort(entries_.begin() + static_cast<std::ptrdiff_t>(row_start_[i]),
                     entries_.begin() + static_cast<std::ptrdiff_t>(row_start_[i + 1]),
                     [](const HopInRow& a, const HopInRow& b) { return a.column < b.column; });
  }
}

}  // namespace heatgauge
