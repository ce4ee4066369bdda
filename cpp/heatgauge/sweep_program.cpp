#include "heatgauge/sweep_program.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "heatgauge/flush_denormals.hpp"

namespace heatgauge {

namespace {

std::vector<Stage>& part_of(StepParts& parts, StepPart part) {
  switch (part) {
    case StepPart::prologue:
      return parts.prologue;
    case StepPart::body:
      return parts.body;
    case StepPart::joint:
      return parts.joint;
    default:
      return parts.epilogue;
  }
}

/// The first step at which a state was not finite.
class FirstFailure {
 public:
  void note(Index step) {
    Index seen = step_.load();
    while (step < seen && !step_.compare_exchange_weak(seen, step)) {
    }
  }
  void raise() const {
    if (step_ == kNone) return;
    throw NumericalFailure("the state is no longer finite", step_, std::nan(""));
  }

 private:
  static constexpr Index kNone = std::numeric_limits<Index>::max();
  std::atomic<Index> step_{kNone};
};

/// Whether a row is finite. One sweep spreads what is not over its whole line.
bool finite(const Row& row) {
  double check = 0.0;
  for (Index l = 0; l < kLanes; ++l) check += 0.0 * (row.re[l] + row.im[l]);
  return check == 0.0;
}

}  // namespace

SweepProgram::SweepProgram(const Grid& grid, Index members, int threads, bool refine)
    : layout_(grid, members), refine_(refine), pool_(threads) {
  Index longest = 0;
  for (int a = 0; a < grid.dimensions(); ++a) longest = std::max(longest, layout_.rows(a));
  space_.resize(static_cast<std::size_t>(threads));
  for (Rows& rows : space_) rows.resize(static_cast<std::size_t>((refine ? 4 : 2) * longest));
}

int SweepProgram::add_site_slot(bool own_of_member) {
  sites_.emplace_back(own_of_member, refine_);
  return static_cast<int>(sites_.size()) - 1;
}

int SweepProgram::add_link_slot(int axis, LinkKind kind) {
  if (axis < 0 || axis >= layout_.grid().dimensions()) {
    throw std::invalid_argument("there is no such axis");
  }
  links_.emplace_back(layout_, axis, kind);
  return static_cast<int>(links_.size()) - 1;
}

void SweepProgram::add_phase(StepPart part, int site_slot) {
  plan_.reset();
  sites_.at(static_cast<std::size_t>(site_slot));
  Stage stage;
  stage.site_slot = site_slot;
  part_of(parts_, part).push_back(std::move(stage));
}

void SweepProgram::add_sweep(StepPart part, int axis, std::vector<CayleyFactor> factors,
                             int link_slot) {
  plan_.reset();
  if (links_.at(static_cast<std::size_t>(link_slot)).axis() != axis) {
    throw std::invalid_argument("the links of a sweep belong to another axis");
  }
  Stage stage;
  stage.axis = axis;
  stage.factors = std::move(factors);
  stage.link_slot = link_slot;
  part_of(parts_, part).push_back(std::move(stage));
}

Index SweepProgram::site_values(int slot) const {
  return sites_.at(static_cast<std::size_t>(slot)).own() ? size() : layout_.grid().size();
}

Index SweepProgram::link_values(int slot) const {
  return layout_.grid().links(links_.at(static_cast<std::size_t>(slot)).axis());
}

/// Makes the plan, and room for the site factors in the order of each axis whose passes use them.
void SweepProgram::compile() {
  plan_.emplace(layout_.grid(), parts_, refine_, layout_.planes());
  pivots_.clear();
  for (SiteSlot& slot : sites_) slot.forget();
  for (const GroupList* list : {&plan_->first(), &plan_->middle(), &plan_->last()}) {
    for (const GroupRun& run : list->runs) {
      for (const StageGroup& group : run.groups) prepare(group);
    }
  }
}

void SweepProgram::prepare(const StageGroup& group) {
  for (const SweepPass& pass : group.passes) {
    if (pass.site_slot >= 0) {
      sites_[static_cast<std::size_t>(pass.site_slot)].reserve(layout_, group.axis);
    }
    if (pass.eliminate == nullptr || !layout_.segmented()) continue;
    pivots_.try_emplace(pass.eliminate, *pass.eliminate, layout_.segments());
  }
}

void SweepProgram::set_site(int slot, const double* phases, const double* contractions) {
  if (!plan_) compile();
  sites_.at(static_cast<std::size_t>(slot)).set(layout_, phases, contractions, pool_);
}

void SweepProgram::set_links(int slot, const double* phases) {
  links_.at(static_cast<std::size_t>(slot)).set(layout_, phases, pool_);
}

void SweepProgram::set_uniform_link(int slot, double phase) {
  links_.at(static_cast<std::size_t>(slot)).set_uniform(phase);
}

/// The factors B that the passes of n steps leave out are a number of modulus 1: it is multiplied
/// on at the end, from its angle, so that it stays one.
Complex SweepProgram::left_out(Index steps) const {
  const double angle = plan_->first().angle + plan_->last().angle +
                       static_cast<double>(steps - 1) * plan_->middle().angle;
  return angle == 0.0 ? Complex(1.0, 0.0) : Complex(std::cos(angle), std::sin(angle));
}

void SweepProgram::advance(Complex* psi, Index steps, Interrupt& interrupt) {
  if (steps < 1) return;
  if (!plan_) compile();
  const FlushDenormals fast_tails;
  if (layout_.line()) {
    advance_lines(psi, steps, interrupt);
  } else {
    advance_planes(psi, steps, interrupt);
  }
}

BundleSpace SweepProgram::space_of(int worker, int axis) {
  const Index n = layout_.rows(axis);
  Row* rows = space_[static_cast<std::size_t>(worker)].data();
  if (!refine_) return {rows, rows + n, nullptr, nullptr};
  return {rows, rows + n, rows + 2 * n, rows + 3 * n};
}

void SweepProgram::advance_planes(Complex* psi, Index steps, Interrupt& interrupt) {
  const Grid& grid = layout_.grid();
  const StateView outside{psi, dense_strides(grid), grid.size()};
  const Strides spread = spread_strides(grid);
  const Index next = extent(grid, spread);
  const bool gaps =
      spread != outside.strides && !plan_->first().runs.empty() && !plan_->last().runs.empty();
  if (gaps) spread_.resize(static_cast<std::size_t>(layout_.members() * next));
  const StateView inside = gaps ? StateView{spread_.data(), spread, next} : outside;
  const Complex one(1.0, 0.0), scale = left_out(steps);
  const bool tail = !plan_->last().runs.empty();
  run_list(plan_->first(), outside, inside, steps == 1 && !tail ? scale : one, 0, interrupt);
  for (Index step = 1; step < steps; ++step) {
    run_list(plan_->middle(), inside, inside, step == steps - 1 && !tail ? scale : one, step,
             interrupt);
  }
  run_list(plan_->last(), inside, outside, scale, steps - 1, interrupt);
}

bool SweepProgram::run_task(const StageGroup& group, Index task, int worker, const StateView& from,
                            const StateView& to, Complex scale) {
  const BundleSpace space = space_of(worker, group.axis);
  layout_.load(group.axis, task, from, space.psi);
  run_passes(group, task, space);
  return layout_.store(group.axis, task, space.psi, to, scale);
}

void SweepProgram::run_list(const GroupList& list, const StateView& from, const StateView& to,
                            Complex scale, Index step, Interrupt& interrupt) {
  FirstFailure failure;
  const StateView* source = &from;
  for (const GroupRun& run : list.runs) {
    interrupt.check();
    const Complex factor = &run == &list.runs.back() ? scale : Complex(1.0, 0.0);
    const StageGroup& first = run.groups.front();
    if (run.groups.size() == 1) {
      pool_.run(layout_.tasks(first.axis), [&](Index task, int worker) {
        if (!run_task(first, task, worker, *source, to, factor)) failure.note(step);
      });
    } else {
      const Index planes = layout_.members() * layout_.grid().axis(0).points;
      pool_.run(planes, [&](Index plane, int worker) {
        for (const StageGroup& group : run.groups) {
          const Index count = layout_.tasks_of_plane(group.axis);
          const StateView& here = &group == &first ? *source : to;
          const Complex last = &group == &run.groups.back() ? factor : Complex(1.0, 0.0);
          for (Index task = plane * count; task < (plane + 1) * count; ++task) {
            if (!run_task(group, task, worker, here, to, last)) failure.note(step);
          }
        }
      });
    }
    failure.raise();
    source = &to;
  }
}

/// In 1D a bundle stays in the cache for many steps.
void SweepProgram::advance_lines(Complex* psi, Index steps, Interrupt& interrupt) {
  const Index chunk = std::max(Index{1}, Index{1000000} / size());  // some 10 ms
  FirstFailure failure;
  const StateView state{psi, {1, 1, 1}, layout_.grid().size()};
  for (Index done = 0; done < steps; done += chunk) {
    interrupt.check();
    const Index until = std::min(steps, done + chunk);
    pool_.run(layout_.tasks(0), [&](Index task, int worker) {
      const BundleSpace space = space_of(worker, 0);
      layout_.load(0, task, state, space.psi);
      for (Index step = done; step < until; ++step) {
        run_list_on_lines(step == 0 ? plan_->first() : plan_->middle(), task, space);
        if (!finite(space.psi[0])) failure.note(step);
      }
      if (until == steps) run_list_on_lines(plan_->last(), task, space);
      const Complex scale = until == steps ? left_out(steps) : Complex(1.0, 0.0);
      if (!layout_.store(0, task, space.psi, state, scale)) failure.note(until - 1);
    });
    failure.raise();
  }
}

void SweepProgram::run_list_on_lines(const GroupList& list, Index task,
                                     const BundleSpace& space) const {
  for (const GroupRun& run : list.runs) {
    for (const StageGroup& group : run.groups) run_passes(group, task, space);
  }
  if (layout_.segmented()) layout_.segments().agree(space.psi);
}

void SweepProgram::run_passes(const StageGroup& group, Index task, const BundleSpace& space) const {
  const SegmentSweep cut(layout_.segments());
  const auto pivots = [&](const LineFactor* factor) {
    return factor == nullptr ? nullptr : &pivots_.at(factor);
  };
  const Index rows = layout_.rows(group.axis);
  for (const SweepPass& pass : group.passes) {
    BundleLinks links;
    if (pass.link_slot >= 0) {
      links = links_[static_cast<std::size_t>(pass.link_slot)].links(layout_, task);
    }
    const Row* phase = nullptr;
    if (pass.site_slot >= 0) {
      phase = sites_[static_cast<std::size_t>(pass.site_slot)].rows(layout_, group.axis, task);
    }
    if (!layout_.segmented()) {
      if (pass.increment) {
        run_refined(*pass.solve, rows, space, links);
      } else {
        run_pass(pass, rows, space, links, phase);
      }
    } else if (pass.increment) {
      cut.run_refined({pass.solve, pivots(pass.solve)}, space, links);
    } else {
      cut.run_pass(pass, pivots(pass.solve), pivots(pass.eliminate), space, links, phase);
    }
  }
}

}  // namespace heatgauge
