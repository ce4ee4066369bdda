#include "heatgauge/sweep_plan.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>

namespace heatgauge {

namespace {

/// Collects passes: a factor is eliminated for in one pass and substituted for in the next, where
/// phases and the elimination for the factor after it find room.
class PassBuilder {
 public:
  void phase(int slot) {
    if (pass_.eliminate != nullptr) next();
    if (pass_.site_slot >= 0) push();
    pass_.site_slot = slot;
  }

  void factor(const LineFactor* factor, int link_slot) {
    if (pass_.eliminate != nullptr) next();
    if (pass_.solve != nullptr && pass_.link_slot != link_slot) push();
    pass_.eliminate = factor;
    pass_.link_slot = link_slot;
  }

  /// A factor in increment form takes a pass of its own.
  void refined(const LineFactor* factor, int link_slot) {
    finish();
    passes_.push_back({});
    passes_.back().solve = passes_.back().eliminate = factor;
    passes_.back().link_slot = link_slot;
    passes_.back().increment = true;
  }

  void transform(const SpectralSweep* transform) {
    finish();
    passes_.push_back({});
    passes_.back().transform = transform;
  }

  std::vector<SweepPass> finish() {
    if (pass_.eliminate != nullptr) next();
    if (pass_.solve != nullptr || pass_.site_slot >= 0) push();
    return passes_;
  }

 private:
  void push() {
    passes_.push_back(pass_);
    pass_ = SweepPass();
  }
  void next() {
    const SweepPass done = pass_;
    push();
    pass_.solve = done.eliminate;
    pass_.link_slot = done.link_slot;
    pass_.up = !done.up;
  }

  SweepPass pass_;
  std::vector<SweepPass> passes_;
};

void append(std::vector<Stage>& list, const std::vector<Stage>& more, std::size_t from,
            std::size_t to) {
  list.insert(list.end(), more.begin() + static_cast<std::ptrdiff_t>(from),
              more.begin() + static_cast<std::ptrdiff_t>(to));
}

/// Whether two neighbouring groups may be done together on one plane.
bool in_planes(bool planes, int one, int other) { return planes && one > 0 && other > 0; }

/// The first stage of the body that sweeps along another axis than the sweep before it, so that
/// the state has to pass through memory in between.
std::size_t cut(const std::vector<Stage>& body, bool planes) {
  int axis = -1;
  for (std::size_t i = 0; i < body.size(); ++i) {
    if (body[i].axis < 0) continue;
    if (axis >= 0 && body[i].axis != axis && !in_planes(planes, axis, body[i].axis)) return i;
    axis = body[i].axis;
  }
  return body.size();
}

}  // namespace

bool StageGroup::by_rows() const {
  return std::none_of(passes.begin(), passes.end(), [](const SweepPass& pass) {
    return pass.transform != nullptr || pass.increment;
  });
}

SweepPlan::SweepPlan(const Grid& grid, const StepParts& parts, bool refine, bool planes) {
  const std::size_t at = cut(parts.body, planes), end = parts.body.size();
  std::vector<Stage> first = parts.prologue, middle, last;
  append(first, parts.body, 0, at);
  append(middle, parts.body, at, end);
  append(middle, parts.joint, 0, parts.joint.size());
  append(middle, parts.body, 0, at);
  append(last, parts.body, at, end);
  append(last, parts.epilogue, 0, parts.epilogue.size());
  first_ = grouped(grid, first, refine, planes);
  middle_ = grouped(grid, middle, refine, planes);
  last_ = grouped(grid, last, refine, planes);
  std::vector<Stage> start = parts.prologue, again = parts.joint;
  append(start, parts.body, 0, end);
  append(again, parts.body, 0, end);
  start_ = grouped(grid, start, refine, planes);
  again_ = grouped(grid, again, refine, planes);
  end_ = grouped(grid, parts.epilogue, refine, planes);
}

GroupList SweepPlan::grouped(const Grid& grid, const std::vector<Stage>& stages, bool refine,
                             bool planes) {
  GroupList list;
  PassBuilder builder;
  int axis = -1;
  const auto close = [&] {
    std::vector<SweepPass> passes = builder.finish();
    if (passes.empty()) return;
    const int along = axis < 0 ? grid.dimensions() - 1 : axis;
    if (list.runs.empty() || !in_planes(planes, list.runs.back().groups.back().axis, along)) {
      list.runs.emplace_back();
    }
    list.runs.back().groups.push_back({along, std::move(passes)});
    builder = PassBuilder();
  };
  for (const Stage& stage : stages) {
    if (stage.axis < 0) {
      builder.phase(stage.site_slot);
      continue;
    }
    if (axis >= 0 && stage.axis != axis) close();
    axis = stage.axis;
    if (stage.transform != nullptr) builder.transform(stage.transform);
    for (const CayleyFactor& factor : stage.factors) {
      if (factor.pole == factor.zero) continue;  // the identity
      factors_.push_back(
          std::make_unique<LineFactor>(factor, grid.axis(axis).points, grid.axis(axis).periodic));
      const LineFactor* line = factors_.back().get();
      if (refine) {
        builder.refined(line, stage.link_slot);
        continue;
      }
      builder.factor(line, stage.link_slot);
      if (line->unitary) list.angle += std::arg(line->overall);
    }
  }
  close();
  return list;
}

}  // namespace heatgauge
