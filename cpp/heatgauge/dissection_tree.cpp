#include "heatgauge/dissection_tree.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <span>
#include <stdexcept>

namespace heatgauge {
namespace {

// Measured: below this many sites a dense leaf beats one more cut.
constexpr Index leaf_sites = 12;

struct Site {
  std::int32_t index;
  std::array<std::int32_t, 3> x;
};

/// A layer first ≤ Σ_a normal_a·x_a < first + reach.
struct Layer {
  std::array<std::int32_t, 3> normal{};
  Index first = 0;
  double score = std::numeric_limits<double>::infinity();  ///< small is good

  Index height(const Site& site) const {
    return Index{normal[0]} * site.x[0] + Index{normal[1]} * site.x[1] +
           Index{normal[2]} * site.x[2];
  }
};

using Open = std::array<bool, 3>;  // axes with walls and rings already cut

class Dissector {
 public:
  Dissector(const Grid& grid, Index reach, Interrupt& interrupt, DissectionTree& tree)
      : grid_(grid),
        reach_(reach),
        interrupt_(interrupt),
        tree_(tree),
        region_(static_cast<std::size_t>(grid.size()), -1) {}

  void run() {
    std::vector<Site> all(static_cast<std::size_t>(grid_.size()), Site{});
    Open open{};
    for (int a = 0; a < grid_.dimensions(); ++a) {
      open[static_cast<std::size_t>(a)] = !grid_.axis(a).periodic;
      for (Index i = 0; i < grid_.size(); ++i) {
        Site& site = all[static_cast<std::size_t>(i)];
        site.index = static_cast<std::int32_t>(i);
        site.x[static_cast<std::size_t>(a)] =
            static_cast<std::int32_t>(i / grid_.stride(a) % grid_.axis(a).points);
      }
    }
    dissect(all, open, {});
  }

 private:
  void dissect(std::span<Site> region, Open open, const std::vector<std::int32_t>& above);
  std::array<Index, 3> divide(std::span<Site> region, Open& open);
  int ring_to_open(std::span<const Site> region, const Open& open) const;
  Layer best_layer(std::span<const Site> region, const Open& open);
  void try_layers(std::span<const Site> region, Layer layer, Layer& best);
  bool touches(Index site, std::int32_t region) const;

  const Grid& grid_;
  Index reach_;
  Interrupt& interrupt_;
  DissectionTree& tree_;
  std::vector<std::int32_t> region_;  // number of the last region a site was seen in
  std::int32_t regions_ = 0;
  std::vector<Index> counts_;
  std::vector<Site> scratch_;
};

/// Is the site coupled to a site of the region?
bool Dissector::touches(Index site, std::int32_t region) const {
  for (int a = 0; a < grid_.dimensions(); ++a) {
    const Index points = grid_.axis(a).points, stride = grid_.stride(a);
    const Index x = site / stride % points;
    const Index furthest = std::min(reach_, points - 1);
    for (Index d = -furthest; d <= furthest; ++d) {
      Index y = x + d;
      if (y < 0 || y >= points) {
        if (!grid_.axis(a).periodic) continue;
        y += y < 0 ? points : -points;
      }
      if (region_[static_cast<std::size_t>(site + (y - x) * stride)] == region) return true;
    }
  }
  return false;
}

/// The longest axis if it is a ring that a slab leaves something of; -1 otherwise.
int Dissector::ring_to_open(std::span<const Site> region, const Open& open) const {
  int longest = -1;
  Index length = 0;
  for (int a = 0; a < grid_.dimensions(); ++a) {
    const auto k = static_cast<std::size_t>(a);
    const auto [low, high] =
        std::minmax_element(region.begin(), region.end(),
                            [k](const Site& s, const Site& t) { return s.x[k] < t.x[k]; });
    const Index extent = high->x[k] - low->x[k] + 1;
    const bool ring = !open[k] && extent > reach_;
    if (extent > length || (extent == length && ring)) {
      length = extent;
      longest = ring ? a : -1;
    }
  }
  return longest;
}

/// All positions of a layer with the given normal.
void Dissector::try_layers(std::span<const Site> region, Layer layer, Layer& best) {
  interrupt_.check();
  Index low = std::numeric_limits<Index>::max(), high = std::numeric_limits<Index>::min();
  for (const Site& site : region) {
    const Index h = layer.height(site);
    low = std::min(low, h);
    high = std::max(high, h);
  }
  if (high - low < reach_ + 1) return;  // nothing would be left on one side
  counts_.assign(static_cast<std::size_t>(high - low + 2), 0);
  for (const Site& site : region) ++counts_[static_cast<std::size_t>(layer.height(site) - low + 1)];
  for (std::size_t k = 1; k < counts_.size(); ++k) counts_[k] += counts_[k - 1];
  for (Index first = low + 1; first + reach_ <= high; ++first) {
    const Index below = counts_[static_cast<std::size_t>(first - low)];
    const Index to_end = counts_[static_cast<std::size_t>(first + reach_ - low)];
    const double parts = static_cast<double>(below) * static_cast<double>(counts_.back() - to_end);
    layer.first = first;
    // Few sites in the layer, about as many below as above. Measured against other powers of the
    // product: the root of it costs three times the operations in 3D.
    layer.score = static_cast<double>(to_end - below) / parts;
    if (layer.score < best.score) best = layer;
  }
}

Layer Dissector::best_layer(std::span<const Site> region, const Open& open) {
  Layer best;
  for (int signs = 0; signs < 4; ++signs) {
    Layer layer;
    bool seen = false, repeated = false;
    for (std::size_t a = 0; a < 3; ++a) {
      if (!open[a]) {
        repeated = repeated || (a > 0 && (signs >> (a - 1) & 1));
        continue;
      }
      // The first axis keeps its sign: the opposite normal means the same layers.
      layer.normal[a] = seen && (signs >> (a - 1) & 1) ? -1 : 1;
      repeated = repeated || (!seen && a > 0 && (signs >> (a - 1) & 1));
      seen = true;
    }
    if (seen && !repeated) try_layers(region, layer, best);
  }
  return best;
}

/// Sorts the region into the parts before, after and in the separator; returns their sizes. A leaf
/// is all separator.
std::array<Index, 3> Dissector::divide(std::span<Site> region, Open& open) {
  const Index size = static_cast<Index>(region.size());
  if (size <= leaf_sites) return {0, 0, size};
  Layer layer;
  if (const int ring = ring_to_open(region, open); ring >= 0) {
    layer.normal[static_cast<std::size_t>(ring)] = 1;
    open[static_cast<std::size_t>(ring)] = true;
  } else {
    layer = best_layer(region, open);
    if (std::isinf(layer.score)) return {0, 0, size};
  }
  std::array<Index, 3> sizes{};
  scratch_.assign(region.begin(), region.end());
  const auto part = [&](const Site& site) -> std::size_t {
    const Index h = layer.height(site) - layer.first;
    return h < 0 ? 0 : h >= reach_ ? 1 : 2;
  };
  for (const Site& site : scratch_) ++sizes[part(site)];
  std::array<Index, 3> next{0, sizes[0], sizes[0] + sizes[1]};
  for (const Site& site : scratch_) region[static_cast<std::size_t>(next[part(site)]++)] = site;
  return sizes;
}

/// `above` holds the unknowns of the parent's front. The boundary keeps their order, so that the
/// map from a child's boundary into its parent's front ascends.
void Dissector::dissect(std::span<Site> region, Open open, const std::vector<std::int32_t>& above) {
  const std::int32_t number = regions_++;
  for (const Site& site : region) region_[static_cast<std::size_t>(site.index)] = number;
  const std::array<Index, 3> sizes = divide(region, open);
  std::vector<std::int32_t> list;
  for (const Site& site : region.subspan(static_cast<std::size_t>(sizes[0] + sizes[1])))
    list.push_back(site.index);
  for (const std::int32_t site : above)
    if (touches(site, number)) list.push_back(site);
  DissectionNode node{sizes[2], static_cast<Index>(list.size()) - sizes[2], 0, 0};
  Index first = 0;
  for (const Index size : {sizes[0], sizes[1]}) {
    if (size == 0) continue;
    dissect(region.subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(size)), open,
            list);
    first += size;
    ++node.children;
  }
  node.first_site = static_cast<Index>(tree_.sites.size());
  tree_.sites.insert(tree_.sites.end(), list.begin(), list.end());
  tree_.nodes.push_back(node);
}

}  // namespace

DissectionTree::DissectionTree(const Grid& grid, Index reach, Interrupt& interrupt) {
  if (reach < 1) throw std::invalid_argument("the reach of a stencil is at least 1");
  if (grid.size() > std::numeric_limits<std::int32_t>::max())
    throw std::invalid_argument("the grid is too large for a direct solver");
  Dissector(grid, reach, interrupt, *this).run();
}

}  // namespace heatgauge
