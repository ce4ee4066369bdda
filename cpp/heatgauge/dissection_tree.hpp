/// Order of elimination of the sites of a grid: geometric nested dissection.
#pragma once

#include <cstdint>
#include <vector>

#include "heatgauge/grid.hpp"
#include "heatgauge/interrupt.hpp"

namespace heatgauge {

/// One node: its own unknowns (a separator or a leaf), then the boundary: the later unknowns that
/// are coupled to anything in the region it belongs to. Sites are grid indices.
struct DissectionNode {
  Index own;
  Index boundary;
  Index first_site;  ///< where its own + boundary sites begin in DissectionTree::sites
  int children;
};

/// The whole order: nodes in postorder (children before parents, the last child directly before
/// its parent), so that a stack of update matrices suffices.
///
/// Couplings join sites on one line of an axis, so a coupling of length d changes ±x ± y ± z by d
/// at most, and a layer of thickness `reach` between two planes ±x ± y ± z = const separates. Such
/// diagonal layers hold fewer sites than slabs across an axis: a cell of V sites between them has
/// 2√2·√V neighbours in 2D and 3.8·V^{2/3} in 3D, a brick 4·√V and 6·V^{2/3}. A periodic axis is
/// first cut open by one slab across it.
struct DissectionTree {
  std::vector<DissectionNode> nodes;
  std::vector<std::int32_t> sites;

  /// Throws std::invalid_argument if reach < 1 or the grid has more than 2^31 sites.
  DissectionTree(const Grid& grid, Index reach, Interrupt& interrupt);

  double bytes() const {
    return static_cast<double>(nodes.size() * sizeof(DissectionNode) +
                               sites.size() * sizeof(std::int32_t));
  }
};

}  // namespace heatgauge
