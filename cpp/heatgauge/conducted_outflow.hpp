/// ∇·q of Fourier's law in one pass over the cells.
#pragma once

#include <array>
#include <vector>

#include "heatgauge/grid.hpp"
#include "heatgauge/heat_drive.hpp"
#include "heatgauge/multigrid_solver.hpp"

namespace heatgauge {

using SiteFields = std::array<const double*, 3>;  // one field on sites for each direction

/// ∇·q with q = g (T_left − T_right) on every face, without the fluxes ever being stored: half the
/// memory traffic of a step. Both cells of a face compute its flux from the same numbers, which
/// differ in sign only, so that sums over cells telescope to round-off.
class ConductedOutflow {
 public:
  /// `conductance` must outlive this object; it is 0 on prescribed sides.
  ConductedOutflow(const Grid& grid, const FaceField& conductance,
                   const std::array<bool, 6>& prescribed)
      : grid_(grid), conductance_(conductance), prescribed_(prescribed) {}

  /// out = ∇·q at this T (of each direction) and row of the drive; `line` is a work space.
  void operator()(const SiteFields& temperature, const HeatDrive& drive, Index row, double* out,
                  std::vector<double>& line) const;

  /// The same on one line of the last axis, the `o`-th; `out` holds that line only.
  void line(Index o, const SiteFields& temperature, const HeatDrive& drive, Index row, double* out,
            std::vector<double>& work) const;

 private:
  const Grid& grid_;
  const FaceField& conductance_;
  std::array<bool, 6> prescribed_;
};

}  // namespace heatgauge
