/// From the stages of a step to passes over memory.
#pragma once

#include <memory>
#include <vector>

#include "heatgauge/grid.hpp"
#include "heatgauge/line_sweep.hpp"

namespace heatgauge {

/// One stage of a step: site phases, or Cayley factors or a transform along an axis.
struct Stage {
  int site_slot = -1;  // of a phase stage
  int axis = -1;       // of a sweep
  const SpectralSweep* transform = nullptr;
  std::vector<CayleyFactor> factors;
  int link_slot = -1;
};

/// The parts of a run of n steps: prologue, body, (joint, body) n-1 times, epilogue.
struct StepParts {
  std::vector<Stage> prologue, body, joint, epilogue;
};

/// Neighbouring stages that are done on one bundle of lines while it is in the cache.
struct StageGroup {
  int axis;
  std::vector<SweepPass> passes;
  /// Whether its passes go from row to row, so that the first can load and the last store as it
  /// goes. Transforms and increments need whole lines.
  bool by_rows() const;
};

/// Groups that are done on one part of the state after the other: in 3D, plane by plane of the
/// first axis; else only one group.
struct GroupRun {
  std::vector<StageGroup> groups;
};

/// A list of runs of groups, and the product of the factors B that its passes leave out.
struct GroupList {
  std::vector<GroupRun> runs;
  double angle = 0.0;  // of that product, which has modulus 1
};

/// A run of n steps is `first`, then `middle` n-1 times, then `last`. They are cut where the axis
/// changes, so that what ends one step and what begins the next is one group.
class SweepPlan {
 public:
  SweepPlan() = default;
  /// planes: whether what happens along the last two of three axes may be done plane by plane.
  SweepPlan(const Grid& grid, const StepParts& parts, bool refine, bool planes);

  const GroupList& first() const { return first_; }
  const GroupList& middle() const { return middle_; }
  const GroupList& last() const { return last_; }

  /// The same for steps whose slots change from one to the next, not cut: n steps are `start`, then
  /// `again` n-1 times, then `end`.
  const GroupList& start() const { return start_; }
  const GroupList& again() const { return again_; }
  const GroupList& end() const { return end_; }

 private:
  GroupList grouped(const Grid& grid, const std::vector<Stage>& stages, bool refine, bool planes);

  std::vector<std::unique_ptr<LineFactor>> factors_;
  GroupList first_, middle_, last_, start_, again_, end_;
};

}  // namespace heatgauge
