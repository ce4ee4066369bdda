#include "heatgauge/sweep_program.hpp"

#include <algorithm>
#include <atomic>
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

// Rows across memory from the load to the store: what passes do with them stays in the innermost
// cache. Lines along memory are loaded and stored one after the other: the processor then looks
// ahead.
constexpr Index kChunk = 32;

}  // namespace

SweepProgram::SweepProgram(const Grid& grid, Index members, int threads, bool refine)
    : layout_(grid, members), refine_(refine), pool_(threads) {
  space_.resize(static_cast<std::size_t>(threads));
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

LinkSlot& SweepProgram::link_slot(int slot, int axis) {
  LinkSlot& links = links_.at(static_cast<std::size_t>(slot));
  if (links.axis() != axis) throw std::invalid_argument("the links belong to another axis");
  return links;
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
  LinkSlot& links = this->link_slot(link_slot, axis);
  if (!links.reserved()) links.reserve(layout_);
  Stage stage;
  stage.axis = axis;
  stage.factors = std::move(factors);
  stage.link_slot = link_slot;
  part_of(parts_, part).push_back(std::move(stage));
}

int SweepProgram::add_transform(StepPart part, int axis, Complex lambda, int link_slot) {
  plan_.reset();
  const LineGauge& gauge = this->link_slot(link_slot, axis).gauge(layout_);
  if (layout_.segmented()) {
    layout_.keep_lines_whole();
    for (LinkSlot& links : links_) {
      if (links.reserved()) links.reserve(layout_);
    }
  }
  int number = 0;
  for (const auto& transform : transforms_) {
    if (transform->gauge() == &gauge && transform->lambda() == lambda) break;
    ++number;
  }
  if (number == static_cast<int>(transforms_.size())) {
    transforms_.push_back(std::make_unique<SpectralSweep>(gauge, lambda));
  }
  Stage stage;
  stage.axis = axis;
  stage.transform = transforms_[static_cast<std::size_t>(number)].get();
  part_of(parts_, part).push_back(std::move(stage));
  return number;
}

void SweepProgram::set_lambda(int transform, Complex lambda) {
  transforms_.at(static_cast<std::size_t>(transform))->set_lambda(lambda);
}

void SweepProgram::update_transforms(const LinkSlot& links) {
  for (const auto& transform : transforms_) {
    if (links.has(*transform->gauge())) transform->update();
  }
}

Index SweepProgram::site_values(int slot) const {
  return sites_.at(static_cast<std::size_t>(slot)).own() ? size() : layout_.grid().size();
}

Index SweepProgram::link_values(int slot) const {
  return layout_.grid().links(links_.at(static_cast<std::size_t>(slot)).axis());
}

/// Makes the plan, room for the site factors in the order of each axis whose passes use them, and
/// room to work in.
void SweepProgram::compile() {
  plan_.emplace(layout_.grid(), parts_, refine_, layout_.planes());
  pivots_.clear();
  driven_.reset();
  for (SiteSlot& slot : sites_) slot.forget();
  for (const GroupList* list : {&plan_->first(), &plan_->middle(), &plan_->last(), &plan_->start(),
                                &plan_->again(), &plan_->end()}) {
    prepare(*list);
  }
  Index longest = 0;
  for (int a = 0; a < grid().dimensions(); ++a) longest = std::max(longest, layout_.rows(a));
  for (Rows& rows : space_) rows.resize(static_cast<std::size_t>((refine_ ? 4 : 3) * longest));
}

void SweepProgram::prepare(const GroupList& list) {
  for (const GroupRun& run : list.runs) {
    for (const StageGroup& group : run.groups) {
      for (const SweepPass& pass : group.passes) prepare(pass, group.axis);
    }
  }
}

void SweepProgram::prepare(const SweepPass& pass, int axis) {
  if (pass.site_slot >= 0) {
    sites_[static_cast<std::size_t>(pass.site_slot)].reserve(layout_, axis);
  }
  if (pass.eliminate == nullptr || !layout_.segmented()) return;
  pivots_.try_emplace(pass.eliminate, *pass.eliminate, layout_.segments());
}

void SweepProgram::set_site(int slot, const double* phases, const double* contractions) {
  if (!plan_) compile();
  sites_.at(static_cast<std::size_t>(slot)).set(layout_, phases, contractions, pool_);
}

void SweepProgram::set_links(int slot, const double* phases) {
  LinkSlot& links = links_.at(static_cast<std::size_t>(slot));
  links.set(layout_, phases, pool_);
  update_transforms(links);
}

void SweepProgram::set_uniform_link(int slot, double phase) {
  LinkSlot& links = links_.at(static_cast<std::size_t>(slot));
  links.set_uniform(phase);
  update_transforms(links);
}

/// The factors B that the passes of n steps leave out are a number of modulus 1: it is multiplied
/// on at the end, from its angle, so that it stays one.
Complex SweepProgram::left_out(const StepLists& lists, Index steps) {
  const double angle =
      lists.first.angle + lists.last.angle + static_cast<double>(steps - 1) * lists.middle.angle;
  return angle == 0.0 ? Complex(1.0, 0.0) : Complex(std::cos(angle), std::sin(angle));
}

void SweepProgram::advance(Complex* psi, Index steps, Interrupt& interrupt) {
  if (steps < 1) return;
  if (!plan_) compile();
  const FlushDenormals fast_tails;
  if (layout_.line()) {
    advance_lines(psi, steps, interrupt);
  } else {
    const StepLists lists{plan_->first(), plan_->middle(), plan_->last()};
    advance_planes(lists, psi, steps, [](Index) {}, interrupt);
  }
}

BundleSpace SweepProgram::space_of(int worker, int axis) {
  const Index n = layout_.rows(axis);
  Row* rows = space_[static_cast<std::size_t>(worker)].data();
  return {rows, rows + n, rows + 2 * n, refine_ ? rows + 3 * n : nullptr};
}

void SweepProgram::advance_planes(const StepLists& lists, Complex* psi, Index steps,
                                  const std::function<void(Index)>& before, Interrupt& interrupt) {
  const StateView outside{psi, dense_strides(grid()), grid().size()};
  const Strides spread = spread_strides(grid());
  const Index next = extent(grid(), spread);
  const bool tail = !lists.last.runs.empty();
  const bool gaps = spread != outside.strides && !lists.first.runs.empty() && tail;
  if (gaps) spread_.resize(static_cast<std::size_t>(layout_.members() * next));
  const StateView inside = gaps ? StateView{spread_.data(), spread, next} : outside;
  const Complex one(1.0, 0.0), scale = left_out(lists, steps);
  for (Index step = 0; step < steps; ++step) {
    before(step);
    run_list(step == 0 ? lists.first : lists.middle, step == 0 ? outside : inside, inside,
             step == steps - 1 && !tail ? scale : one, step, interrupt);
  }
  run_list(lists.last, inside, outside, scale, steps - 1, interrupt);
}

bool SweepProgram::run_task(const StageGroup& group, Index task, int worker, const StateView& from,
                            const StateView& to, Complex scale) {
  const BundleSpace space = space_of(worker, group.axis);
  if (!layout_.segmented() && group.by_rows()) {
    return stream(group, task, space, from, to, scale);
  }
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
  if (site_row_ != nullptr) return space;
  return sites_[static_cast<std::size_t>(pass.site_slot)].rows(layout_, axis, task);
}

void SweepProgram::form_phase(const SweepPass& pass, int axis, Index task, Index first, Index count,
                              Row* space) const {
  if (pass.site_slot < 0 || site_row_ == nullptr) return;
  driven_->factors(axis, layout_.site_block(axis, task, false), layout_.rows(axis), first, count,
                   site_row_ + pass.site_slot * driven_->profiles(), space);
}

bool SweepProgram::stream(const StageGroup& group, Index task, const BundleSpace& space,
                          const StateView& from, const StateView& to, Complex scale) const {
  const int axis = group.axis;
  const Index rows = layout_.rows(axis);
  const BundlePlace source = layout_.place(axis, task, from),
                    target = layout_.place(axis, task, to);
  const Complex* const here = layout_.beginning(axis, task, from);
  Complex* const there = layout_.beginning(axis, task, to);
  const Index chunk = source.site_step == 1 ? rows : kChunk;
  bool finite = true;
  for (const SweepPass& pass : group.passes) {
    const BundleLinks links = links_of(pass, task);
    BundlePass bundle(pass, rows, space, links, phase_of(pass, axis, task, space.right));
    for (Index k = 0; k < rows; k += chunk) {
      const Index count = std::min(chunk, rows - k), first = pass.up ? k : rows - k - count;
      if (&pass == &group.passes.front()) load(source, first, count, here, space.psi);
      form_phase(pass, axis, task, first, count, space.right);
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
    form_phase(pass, group.axis, task, 0, rows, space.right);
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
