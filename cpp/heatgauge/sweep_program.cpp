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
  sites_.emplace_back(own_of_member);
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
  plan_.emplace(layout_.grid(), parts_, refine_);
  pivots_.clear();
  for (SiteSlot& slot : sites_) slot.forget();
  for (const GroupList* list : {&plan_->first(), &plan_->middle(), &plan_->last()}) {
    for (const StageGroup& group : list->groups) {
      for (const SweepPass& pass : group.passes) {
        if (pass.site_slot >= 0) {
          sites_[static_cast<std::size_t>(pass.site_slot)].reserve(layout_, group.axis);
        }
        if (pass.eliminate == nullptr || !layout_.segmented()) continue;
        pivots_.try_emplace(pass.eliminate, *pass.eliminate, layout_.segments());
      }
    }
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
  const bool tail = !plan_->last().groups.empty();
  const Complex one(1.0, 0.0), scale = left_out(steps);
  run_list(plan_->first(), psi, steps == 1 && !tail ? scale : one, 0, interrupt);
  for (Index step = 1; step < steps; ++step) {
    run_list(plan_->middle(), psi, step == steps - 1 && !tail ? scale : one, step, interrupt);
  }
  run_list(plan_->last(), psi, scale, steps - 1, interrupt);
}

void SweepProgram::run_list(const GroupList& list, Complex* psi, Complex scale, Index step,
                            Interrupt& interrupt) {
  FirstFailure failure;
  for (const StageGroup& group : list.groups) {
    interrupt.check();
    const Complex factor = &group == &list.groups.back() ? scale : Complex(1.0, 0.0);
    pool_.run(layout_.tasks(group.axis), [&](Index task, int worker) {
      const BundleSpace space = space_of(worker, group.axis);
      layout_.load(group.axis, task, psi, space.psi);
      run_passes(group, task, space);
      if (!layout_.store(group.axis, task, space.psi, psi, factor)) failure.note(step);
    });
    failure.raise();
  }
}

/// In 1D a bundle stays in the cache for many steps.
void SweepProgram::advance_lines(Complex* psi, Index steps, Interrupt& interrupt) {
  const Index chunk = std::max(Index{1}, Index{1000000} / size());  // some 10 ms
  FirstFailure failure;
  for (Index done = 0; done < steps; done += chunk) {
    interrupt.check();
    const Index until = std::min(steps, done + chunk);
    pool_.run(layout_.tasks(0), [&](Index task, int worker) {
      const BundleSpace space = space_of(worker, 0);
      layout_.load(0, task, psi, space.psi);
      for (Index step = done; step < until; ++step) {
        run_list_on_lines(step == 0 ? plan_->first() : plan_->middle(), task, space);
        if (!finite(space.psi[0])) failure.note(step);
      }
      if (until == steps) run_list_on_lines(plan_->last(), task, space);
      const Complex scale = until == steps ? left_out(steps) : Complex(1.0, 0.0);
      if (!layout_.store(0, task, space.psi, psi, scale)) failure.note(until - 1);
    });
    failure.raise();
  }
}

void SweepProgram::run_list_on_lines(const GroupList& list, Index task,
                                     const BundleSpace& space) const {
  for (const StageGroup& group : list.groups) run_passes(group, task, space);
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
