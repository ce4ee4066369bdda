/// How a sweep program goes over memory.
#include <algorithm>
#include <cmath>

#include "heatgauge/first_failure.hpp"
#include "heatgauge/flush_denormals.hpp"
#include "heatgauge/sweep_program.hpp"

namespace heatgauge {

namespace {

/// Whether a row is finite. One sweep spreads what is not over its whole line.
bool finite(const Row& row) {
  double check = 0.0;
  for (Index l = 0; l < kLanes; ++l) check += 0.0 * (row.re[l] + row.im[l]);
  return check == 0.0;
}

// Rows across memory from the load to the store: what passes do with them stays in the innermost
// cache. Lines along memory are loaded and stored one after the other: the processor then looks
// ahead.
constexpr Index kChunk = 32;

}  // namespace

/// The factors B that the passes of n steps leave out are a number of modulus 1: it is multiplied
/// on at the end, from its angle, so that it stays one.
Complex SweepProgram::left_out(const StepLists& lists, Index steps) {
  const double angle =
      lists.first.angle + lists.last.angle + static_cast<double>(steps - 1) * lists.middle.angle;
  return angle == 0.0 ? Complex(1.0, 0.0) : Complex(std::cos(angle), std::sin(angle));
}

template <typename Value>
void SweepProgram::advance(const StateView<Value>& states, Index steps, Interrupt& interrupt) {
  if (steps < 1) return;
  if (!plan_) compile();
  const FlushDenormals fast_tails;
  if (layout_.line()) {
    advance_lines(states, steps, interrupt);
  } else {
    const StepLists lists{plan_->first(), plan_->middle(), plan_->last()};
    advance_planes(lists, states, steps, [](Index) {}, interrupt);
  }
}

BundleSpace SweepProgram::space_of(int worker, int axis) {
  const Index n = layout_.rows(axis);
  Row* rows = space_[static_cast<std::size_t>(worker)].data();
  return {rows, rows + n, rows + 2 * n, refine_ ? rows + 3 * n : nullptr};
}

template <typename Value>
void SweepProgram::advance_planes(const StepLists& lists, const StateView<Value>& outside,
                                  Index steps, const std::function<void(Index)>& before,
                                  Interrupt& interrupt) {
  const Strides spread = spread_strides(grid(), sizeof(Value));
  const Index next = extent(grid(), spread);
  const bool tail = !lists.last.runs.empty();
  const bool gaps = spread != outside.strides && !lists.first.runs.empty() && tail;
  if (gaps) spread_.resize(static_cast<std::size_t>(layout_.members() * next) * sizeof(Value));
  auto* const own = reinterpret_cast<Value*>(spread_.data());
  const StateView<Value> inside = gaps ? StateView<Value>{own, spread, next} : outside;
  const Complex one(1.0, 0.0), scale = left_out(lists, steps);
  for (Index step = 0; step < steps; ++step) {
    before(step);
    run_list(step == 0 ? lists.first : lists.middle, step == 0 ? outside : inside, inside,
             step == steps - 1 && !tail ? scale : one, step, interrupt);
  }
  run_list(lists.last, inside, outside, scale, steps - 1, interrupt);
}

template <typename Value>
bool SweepProgram::run_task(const StageGroup& group, Index task, int worker,
                            const StateView<Value>& from, const StateView<Value>& to,
                            Complex scale) {
  const BundleSpace space = space_of(worker, group.axis);
  if (!layout_.segmented() && group.by_rows()) {
    return stream(group, task, space, from, to, scale);
  }
  layout_.load(group.axis, task, from, space.psi);
  run_passes(group, task, space);
  return layout_.store(group.axis, task, space.psi, to, scale);
}

template <typename Value>
void SweepProgram::run_list(const GroupList& list, const StateView<Value>& from,
                            const StateView<Value>& to, Complex scale, Index step,
                            Interrupt& interrupt) {
  FirstFailure failure;
  const StateView<Value>* source = &from;
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
          const StateView<Value>& here = &group == &first ? *source : to;
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
template <typename Value>
void SweepProgram::advance_lines(const StateView<Value>& state, Index steps, Interrupt& interrupt) {
  const Index chunk = std::max(Index{1}, Index{1000000} / size());  // some 10 ms
  FirstFailure failure;
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
      const Complex scale = until == steps
                                ? left_out({plan_->first(), plan_->middle(), plan_->last()}, steps)
                                : Complex(1.0, 0.0);
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

BundleLinks SweepProgram::links_of(const SweepPass& pass, Index task) const {
  if (pass.link_slot < 0) return {};
  return links_[static_cast<std::size_t>(pass.link_slot)].links(layout_, task);
}

/// The site factors of a pass; driven ones are to be formed in `space`.
const Row* SweepProgram::phase_of(const SweepPass& pass, int axis, Index task, Row* space) const {
  if (pass.site_slot < 0) return nullptr;
  if (site_row_ != nullptr) {
    const Row* kept = driven_->kept(pass.site_slot, axis, layout_.site_block(axis, task, false),
                                    layout_.rows(axis));
    return kept != nullptr ? kept : space;
  }
  return sites_[static_cast<std::size_t>(pass.site_slot)].rows(layout_, axis, task);
}

void SweepProgram::form_phase(const SweepPass& pass, int axis, Index task, Index first, Index count,
                              const Row* phase, Row* space) const {
  if (pass.site_slot < 0 || phase != space) return;
  driven_->factors(axis, layout_.site_block(axis, task, false), layout_.rows(axis), first, count,
                   site_row_ + pass.site_slot * driven_->profiles(), space);
}

template <typename Value>
bool SweepProgram::stream(const StageGroup& group, Index task, const BundleSpace& space,
                          const StateView<Value>& from, const StateView<Value>& to,
                          Complex scale) const {
  const int axis = group.axis;
  const Index rows = layout_.rows(axis);
  const BundlePlace source = layout_.place(axis, task, from.strides),
                    target =
                        from.strides == to.strides ? source : layout_.place(axis, task, to.strides);
  const Value* const here = layout_.beginning(axis, task, from);
  Value* const there = layout_.beginning(axis, task, to);
  const Index chunk = source.site_step == 1 ? rows : kChunk;
  bool finite = true;
  for (const SweepPass& pass : group.passes) {
    const BundleLinks links = links_of(pass, task);
    const Row* const phase = phase_of(pass, axis, task, space.right);
    BundlePass bundle(pass, rows, space, links, phase);
    for (Index k = 0; k < rows; k += chunk) {
      const Index count = std::min(chunk, rows - k), first = pass.up ? k : rows - k - count;
      if (&pass == &group.passes.front()) load(source, first, count, here, space.psi);
      form_phase(pass, axis, task, first, count, phase, space.right);
      bundle.run(k, count);
      if (&pass != &group.passes.back()) continue;
      if (!store(target, first, count, space.psi, there, scale)) finite = false;
    }
    bundle.close();
  }
  return finite;
}

void SweepProgram::run_passes(const StageGroup& group, Index task, const BundleSpace& space) const {
  const SegmentSweep cut(layout_.segments());
  const auto pivots = [&](const LineFactor* factor) {
    return factor == nullptr ? nullptr : &pivots_.at(factor);
  };
  const Index rows = layout_.rows(group.axis);
  for (const SweepPass& pass : group.passes) {
    if (pass.transform != nullptr) {
      pass.transform->run(task, space.psi, space.y);
      continue;
    }
    const BundleLinks links = links_of(pass, task);
    const Row* phase = phase_of(pass, group.axis, task, space.right);
    form_phase(pass, group.axis, task, 0, rows, phase, space.right);
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

template void SweepProgram::advance(const StateView<Complex>&, Index, Interrupt&);
template void SweepProgram::advance(const StateView<ComplexSingle>&, Index, Interrupt&);
template void SweepProgram::advance_planes(const StepLists&, const StateView<Complex>&, Index,
                                           const std::function<void(Index)>&, Interrupt&);
template void SweepProgram::advance_planes(const StepLists&, const StateView<ComplexSingle>&, Index,
                                           const std::function<void(Index)>&, Interrupt&);

}  // namespace heatgauge
