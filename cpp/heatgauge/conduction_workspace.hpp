/// The arrays that a run of conduction works with.
#pragma once

#include <array>
#include <vector>

#include "heatgauge/conduction.hpp"
#include "heatgauge/faces.hpp"
#include "heatgauge/linear_predictor.hpp"

namespace heatgauge {

inline FaceField allocate(const Grid& grid) {
  FaceField field;
  for (int a = 0; a < grid.dimensions(); ++a)
    field[static_cast<std::size_t>(a)].assign(static_cast<std::size_t>(faces(grid, a)), 0.0);
  return field;
}

struct Conduction::Workspace {
  /// `states`: fluxes are states; otherwise one field holds those of the outer faces.
  Workspace(const Grid& grid, std::size_t stages, bool states)
      : trial(slot2(grid)), delta(slot2(grid)), q(slot2(grid), 0.0), flow(slot2(grid)) {
    for (std::size_t i = 0; i < stages; ++i) temperature_rate[i].resize(slot2(grid));
    flux[0] = allocate(grid);
    if (!states) return;
    for (std::size_t i = 0; i < stages; ++i) flux_rate[i] = flux[i] = flux[0];
    star = branch = flux[0];
  }
  static std::size_t slot2(const Grid& grid) { return static_cast<std::size_t>(grid.size()); }

  std::vector<double> trial, delta, q, flow;  // T*, T − T*, Q, div q
  std::vector<double> line;                   // a line of cells
  std::vector<double> first;                  // T − T* after the first direction
  FaceField jump;                             // what a direction adds when its turn comes
  DiffusionSolver::Work solver;
  std::array<LinearPredictor, 3> predictor;  // of T − T* in each stage
  double tolerance = 0.0;                    // residual that an iterative solver may leave
  std::array<std::vector<double>, 3> temperature_rate;  // dt dT/dt of each stage
  std::array<FaceField, 3> flux_rate, flux;             // dt dq_M/dt and q of each stage
  FaceField star, branch;                               // q*, q_M
  NonlocalFlux::Work nonlocal;
  std::size_t last = 0;  // the stage that was computed last
};

}  // namespace heatgauge
