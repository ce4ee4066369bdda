/// The implicit step of heat conduction as a network of cells, and the network of its pairs.
#pragma once

#include <array>
#include <vector>

#include "heatgauge/types.hpp"

namespace heatgauge {

/// Conductances between cells and of cells on their own: (M x)_i = own_i x_i + Σ_faces G (x_i −
/// x_j), with x = 0 beyond an outer face. link[a][i] joins site i to its upper neighbour along axis
/// a (0 where there is none; on a periodic axis the last joins the first).
struct CellNetwork {
  std::array<Index, 3> points{1, 1, 1};
  std::array<bool, 3> periodic{};
  std::vector<double> own;                   ///< C volume
  std::array<std::vector<double>, 3> outer;  ///< conductance to outside, along each axis
  std::array<std::vector<double>, 3> link;

  Index size() const { return points[0] * points[1] * points[2]; }

  /// The diagonal of M without the links.
  std::vector<double> loss() const;

  /// Divides all by the largest of them, which is returned.
  double normalise();

  /// The axes along which coupling is strong: an anisotropic body is coarsened along its good
  /// conductor first. None where cells are so loosely coupled that smoothing alone solves.
  std::array<bool, 3> strong_axes() const;

  /// What half a cell nearer to that side is left of a value that is 0 beyond it: 1 at an insulated
  /// side, ½ at one held at 0; the mean over the side.
  double share_at_side(int axis, int end) const;

  /// Cells joined in pairs along these axes. The conductance between joined cells is that of the
  /// paths from centre to centre, in series along a path and parallel across, which is Galerkin's
  /// with the factor of ½ that piecewise constant interpolation lacks.
  CellNetwork coarsened(const std::array<bool, 3>& halved) const;
};

}  // namespace heatgauge
