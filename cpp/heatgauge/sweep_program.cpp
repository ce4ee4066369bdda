#include "heatgauge/sweep_program.hpp"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <stdexcept>

#include "heatgauge/flush_denormals.hpp"
#include "heatgauge/site_phase.hpp"
#include "heatgauge/unit_phase.hpp"

namespace heatgauge {

namespace {

const Row& ones() {
  static const Row row = [] {
    Row r{};
    std::fill(r.re, r.re + kLanes, 1.0);
    return r;
  }();
  return row;
}

void put(Row& row, Index lane, Complex value) {
  row.re[lane] = value.real();
  row.im[lane] = value.imag();
}

Complex turned(double angle) { return {std::cos(angle), std::sin(angle)}; }

}  // namespace

SweepProgram::SweepProgram(const Grid& grid, Index members, int threads, bool refine)
    : grid_(grid), members_(members), refine_(refine), pool_(threads) {
  if (members < 1) throw std::invalid_argument("members must be at least 1");
  Index longest = 0;
  for (int a = 0; a < grid.dimensions(); ++a) {
    bundles_[static_cast<std::size_t>(a)] =
        LineBundles(grid, a, grid.dimensions() == 1 ? members : 1);
    longest = std::max(longest, grid.axis(a).points);
  }
  space_.resize(static_cast<std::size_t>(threads));
  for (Rows& rows : space_) rows.resize(static_cast<std::size_t>(4 * longest));
}

int SweepProgram::add_site_slot(bool own_of_member) {
  plan_.reset();
  sites_.push_back({own_of_member, {}});
  return static_cast<int>(sites_.size()) - 1;
}

int SweepProgram::add_link_slot(int axis, LinkKind kind) {
  if (axis < 0 || axis >= grid_.dimensions()) throw std::invalid_argument("there is no such axis");
  const LineBundles& bundles = bundles_[static_cast<std::size_t>(axis)];
  LinkSlot slot{axis, kind, {}};
  if (kind == LinkKind::uniform) slot.hops.assign(1, ones());
  if (kind == LinkKind::array) {
    const Index count = grid_.dimensions() == 1 ? 1 : bundles.count();
    slot.hops.assign(static_cast<std::size_t>(count * (bundles.rows() + 1)), ones());
  }
  links_.push_back(std::move(slot));
  return static_cast<int>(links_.size()) - 1;
}

void SweepProgram::add_phase(StepPart part, int site_slot) {
  plan_.reset();
  sites_.at(static_cast<std::size_t>(site_slot));
  std::vector<Stage>* parts[] = {&parts_.prologue, &parts_.body, &parts_.joint, &parts_.epilogue};
  Stage stage;
  stage.site_slot = site_slot;
  parts[static_cast<int>(part)]->push_back(stage);
}

void SweepProgram::add_sweep(StepPart part, int axis, std::vector<CayleyFactor> factors,
                             int link_slot) {
  plan_.reset();
  if (links_.at(static_cast<std::size_t>(link_slot)).axis != axis) {
    throw std::invalid_argument("the links of a sweep belong to another axis");
  }
  std::vector<Stage>* parts[] = {&parts_.prologue, &parts_.body, &parts_.joint, &parts_.epilogue};
  Stage stage;
  stage.axis = axis;
  stage.factors = std::move(factors);
  stage.link_slot = link_slot;
  parts[static_cast<int>(part)]->push_back(std::move(stage));
}

Index SweepProgram::site_values(int slot) const {
  return sites_.at(static_cast<std::size_t>(slot)).own ? size() : grid_.size();
}

Index SweepProgram::link_values(int slot) const {
  return grid_.links(links_.at(static_cast<std::size_t>(slot)).axis);
}

/// Makes the plan, and room for the site factors in the order of each axis whose passes use them.
void SweepProgram::compile() {
  plan_.emplace(grid_, parts_, refine_);
  for (const GroupList* list : {&plan_->first(), &plan_->middle(), &plan_->last()}) {
    for (const StageGroup& group : list->groups) {
      const auto axis = static_cast<std::size_t>(group.axis);
      const LineBundles& bundles = bundles_[axis];
      for (const SweepPass& pass : group.passes) {
        if (pass.site_slot < 0) continue;
        SiteSlot& slot = sites_[static_cast<std::size_t>(pass.site_slot)];
        Index blocks = bundles.count();
        if (grid_.dimensions() > 1 && slot.own) blocks *= members_;
        if (grid_.dimensions() == 1 && !slot.own) blocks = 1;
        slot.factors[axis].resize(static_cast<std::size_t>(blocks * bundles.rows()));
      }
    }
  }
}

void SweepProgram::set_site(int slot_number, const double* phases, const double* contractions) {
  if (!plan_) compile();
  SiteSlot& slot = sites_.at(static_cast<std::size_t>(slot_number));
  const bool line = grid_.dimensions() == 1;
  const Index blocks = slot.own && !line ? members_ : 1;
  Complex u[kLanes];
  double theta[kLanes], gamma[kLanes];
  for (std::size_t a = 0; a < 3; ++a) {
    if (slot.factors[a].empty()) continue;
    const LineBundles& bundles = bundles_[a];
    const bool shared = line && !slot.own;
    const Index count = shared ? 1 : bundles.count();
    for (Index block = 0; block < blocks; ++block) {
      for (Index b = 0; b < count; ++b) {
        for (Index i = 0; i < bundles.rows(); ++i) {
          for (Index l = 0; l < kLanes; ++l) {
            const Index n = shared ? 0 : std::min(b * kLanes + l, bundles.lines() - 1);
            const Index site = block * grid_.size() + bundles.first_site(n) + i * bundles.stride();
            theta[l] = phases[site];
            gamma[l] = contractions != nullptr ? contractions[site] : 0.0;
          }
          site_factors(theta, contractions != nullptr ? gamma : nullptr, kLanes, u);
          Row& row =
              slot.factors[a][static_cast<std::size_t>((block * count + b) * bundles.rows() + i)];
          for (Index l = 0; l < kLanes; ++l) put(row, l, u[l]);
        }
      }
    }
  }
}

void SweepProgram::set_links(int slot_number, const double* phases) {
  LinkSlot& slot = links_.at(static_cast<std::size_t>(slot_number));
  if (slot.kind != LinkKind::array) throw std::invalid_argument("the slot holds no array of links");
  const Axis& axis = grid_.axis(slot.axis);
  const LineBundles& bundles = bundles_[static_cast<std::size_t>(slot.axis)];
  const Complex twist = turned(axis.twist);
  const Index lines = grid_.size() / axis.points, stride = bundles.stride();
  const Index count = grid_.dimensions() == 1 ? 1 : bundles.count();
  double theta[kLanes];
  Complex u[kLanes];
  for (Index b = 0; b < count; ++b) {
    Row* hops = slot.hops.data() + b * (axis.points + 1);
    for (Index k = 0; k < axis.links(); ++k) {
      for (Index l = 0; l < kLanes; ++l) {
        const Index line = std::min(b * kLanes + l, lines - 1);
        theta[l] = phases[(line / stride) * stride * axis.links() + line % stride + k * stride];
      }
      unit_phases(theta, kLanes, u);
      for (Index l = 0; l < kLanes; ++l) {
        put(hops[k + 1], l, k == axis.points - 1 ? times(u[l], twist) : u[l]);
      }
    }
    if (axis.periodic) hops[0] = hops[axis.points];
  }
}

void SweepProgram::set_uniform_link(int slot_number, double phase) {
  LinkSlot& slot = links_.at(static_cast<std::size_t>(slot_number));
  if (slot.kind != LinkKind::uniform) throw std::invalid_argument("the slot holds no uniform link");
  Complex u;
  unit_phases(&phase, 1, &u);
  for (Index l = 0; l < kLanes; ++l) put(slot.hops[0], l, u);
}

void SweepProgram::advance(Complex* psi, Index steps, Interrupt& interrupt) {
  if (steps < 1) return;
  if (!plan_) compile();
  const FlushDenormals fast_tails;
  // The factors B that the passes left out are a number of modulus 1: it is multiplied on at the
  // end, from its angle, so that it stays one.
  const double angle = plan_->first().angle + plan_->last().angle +
                       static_cast<double>(steps - 1) * plan_->middle().angle;
  const bool tail = !plan_->last().groups.empty();
  const Complex one(1.0, 0.0), scale = turned(angle);
  run_list(plan_->first(), psi, steps == 1 && !tail ? scale : one, 0, interrupt);
  for (Index step = 1; step < steps; ++step) {
    run_list(plan_->middle(), psi, step == steps - 1 && !tail ? scale : one, step, interrupt);
  }
  run_list(plan_->last(), psi, scale, steps - 1, interrupt);
}

void SweepProgram::run_list(const GroupList& list, Complex* psi, Complex scale, Index step,
                            Interrupt& interrupt) {
  std::atomic<bool> finite{true};
  for (const StageGroup& group : list.groups) {
    interrupt.check();
    const bool last = &group == &list.groups.back();
    const Complex factor = last ? scale : Complex(1.0, 0.0);
    const Index count = bundles_[static_cast<std::size_t>(group.axis)].count();
    const Index blocks = grid_.dimensions() == 1 ? 1 : members_;
    pool_.run(blocks * count, [&](Index task, int worker) {
      if (!run_bundle(group, task, psi, factor, worker)) finite = false;
    });
  }
  if (!finite) throw NumericalFailure("the state is no longer finite", step, std::nan(""));
}

BundleLinks SweepProgram::links_of(const SweepPass& pass, int axis, Index bundle) const {
  BundleLinks links;
  const Axis& a = grid_.axis(axis);
  if (pass.link_slot < 0) return links;
  const LinkSlot& slot = links_[static_cast<std::size_t>(pass.link_slot)];
  if (slot.kind == LinkKind::array) {
    const Index block = grid_.dimensions() == 1 ? 0 : bundle;
    links.hops = slot.hops.data() + block * (a.points + 1);
    return links;
  }
  if (slot.kind == LinkKind::uniform) links.hops = slot.hops.data();
  links.step = 0;
  links.twist = turned(a.twist);
  return links;
}

bool SweepProgram::run_bundle(const StageGroup& group, Index task, Complex* psi, Complex scale,
                              int worker) {
  const auto axis = static_cast<std::size_t>(group.axis);
  const LineBundles& bundles = bundles_[axis];
  const Index n = bundles.rows();
  const Index bundle = task % bundles.count(), member = task / bundles.count();
  Row* rows = space_[static_cast<std::size_t>(worker)].data();
  const BundleSpace space{rows, rows + n, rows + 2 * n, rows + 3 * n};
  Complex* state = psi + member * grid_.size();
  bundles.load(bundle, state, space.psi);
  for (const SweepPass& pass : group.passes) {
    const BundleLinks links = links_of(pass, group.axis, bundle);
    if (pass.increment) {
      run_refined(*pass.solve, n, space, links);
      continue;
    }
    const Row* phase = nullptr;
    if (pass.site_slot >= 0) {
      const SiteSlot& slot = sites_[static_cast<std::size_t>(pass.site_slot)];
      Index block = slot.own ? task : bundle;
      if (grid_.dimensions() == 1 && !slot.own) block = 0;
      phase = slot.factors[axis].data() + block * n;
    }
    run_pass(pass, n, space, links, phase);
  }
  return bundles.store(bundle, space.psi, state, scale);
}

}  // namespace heatgauge
