/// Rectangular grid of 1 to 3 axes: shape, strides and what its ends do.
#pragma once

#include <array>
#include <vector>

#include "heatgauge/types.hpp"

namespace heatgauge {

/// One axis. Sites are cell centres lower + (i + 1/2)·spacing. Link k joins sites k and k + 1; on a
/// periodic axis the seam link (last site to first site) comes last.
struct Axis {
  Index points;
  double spacing;
  bool periodic;
  double twist;  ///< ψ(x + L) = e^{+i·twist} ψ(x); periodic axes only

  Index links() const { return periodic ? points : points - 1; }
};

/// The grid. The last axis varies fastest in memory.
class Grid {
 public:
  explicit Grid(std::vector<Axis> axes);

  int dimensions() const { return static_cast<int>(axes_.size()); }
  const Axis& axis(int a) const { return axes_[static_cast<std::size_t>(a)]; }
  Index size() const { return size_; }
  double cell_volume() const { return cell_volume_; }

  /// Number of sites behind axis `a` (its stride in memory) and in front of it.
  Index stride(int a) const { return strides_[static_cast<std::size_t>(a)]; }
  Index outer(int a) const { return size_ / (stride(a) * axis(a).points); }
  /// Number of links along axis `a` in the whole grid.
  Index links(int a) const { return outer(a) * axis(a).links() * stride(a); }

 private:
  std::vector<Axis> axes_;
  std::array<Index, 3> strides_{};
  Index size_ = 1;
  double cell_volume_ = 1.0;
};

}  // namespace heatgauge
