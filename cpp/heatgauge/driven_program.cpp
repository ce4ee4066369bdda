/// Steps of a sweep program whose slots change from one to the next.
#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "heatgauge/sweep_program.hpp"

namespace heatgauge {

void SweepProgram::set_profiles(const std::vector<const double*>& sites,
                                const std::array<std::vector<const double*>, 3>& links) {
  if (!plan_) compile();
  std::array<bool, 3> axes{};
  for (const GroupList* list : {&plan_->start(), &plan_->again(), &plan_->end()}) {
    for (const StageGroup& group : list->groups) {
      for (const SweepPass& pass : group.passes) {
        if (pass.site_slot >= 0) axes[static_cast<std::size_t>(group.axis)] = true;
      }
    }
  }
  std::array<LineBundles, 3> bundles = bundles_;
  if (grid_.dimensions() == 1) bundles[0] = LineBundles(grid_, 0, 1);  // shared by all members
  driven_.set(bundles, axes, sites);
  std::size_t longest = 0;
  for (int a = 0; a < grid_.dimensions(); ++a) {
    const auto axis = static_cast<std::size_t>(a);
    const auto count = static_cast<std::size_t>(grid_.links(a));
    link_profiles_[axis].clear();
    for (const double* profile : links[axis]) {
      link_profiles_[axis].emplace_back(profile, profile + count);
      longest = std::max(longest, count);
    }
  }
  link_sum_.resize(longest);
}

Index SweepProgram::site_coefficients() const {
  return static_cast<Index>(sites_.size()) * driven_.profiles();
}

Index SweepProgram::link_coefficients() const {
  std::size_t count = 0;
  for (const LinkSlot& slot : links_) {
    count += link_profiles_[static_cast<std::size_t>(slot.axis)].size();
  }
  return static_cast<Index>(count);
}

/// New links where a coefficient differs from that of the step before.
void SweepProgram::set_driven_links(const double* row, const double* before) {
  for (std::size_t s = 0; s < links_.size(); ++s) {
    const LinkSlot& slot = links_[s];
    const auto& profiles = link_profiles_[static_cast<std::size_t>(slot.axis)];
    const double* coefficients = row;
    row += profiles.size();
    const bool same = before != nullptr && std::equal(coefficients, row, before);
    if (before != nullptr) before += profiles.size();
    if (same || slot.kind == LinkKind::none || profiles.empty()) continue;
    const std::size_t count = slot.kind == LinkKind::uniform ? 1 : profiles[0].size();
    std::fill_n(link_sum_.begin(), count, 0.0);
    for (std::size_t k = 0; k < profiles.size(); ++k) {
      if (coefficients[k] == 0.0) continue;
      for (std::size_t i = 0; i < count; ++i) link_sum_[i] += coefficients[k] * profiles[k][i];
    }
    if (slot.kind == LinkKind::uniform) {
      set_uniform_link(static_cast<int>(s), link_sum_[0]);
    } else {
      set_links(static_cast<int>(s), link_sum_.data());
    }
  }
}

void SweepProgram::advance_driven(Complex* psi, Index steps, const double* site_rows,
                                  const double* link_rows, Interrupt& interrupt) {
  if (steps < 1) return;
  if (!plan_) throw std::invalid_argument("a driven program needs profiles");
  const double angle = plan_->start().angle + plan_->end().angle +
                       static_cast<double>(steps - 1) * plan_->again().angle;
  const Complex one(1.0, 0.0), scale(std::cos(angle), std::sin(angle));
  const bool tail = !plan_->end().groups.empty();
  const auto leave = [this](const double* row) { site_row_ = row; };
  struct Restore {  // also where a step fails
    decltype(leave)& run;
    ~Restore() { run(nullptr); }
  } restore{leave};
  for (Index step = 0; step < steps; ++step) {
    const double* links = link_rows + step * link_coefficients();
    set_driven_links(links, step == 0 ? nullptr : links - link_coefficients());
    site_row_ = site_rows + step * site_coefficients();
    const GroupList& list = step == 0 ? plan_->start() : plan_->again();
    run_list(list, psi, step == steps - 1 && !tail ? scale : one, step, interrupt);
  }
  run_list(plan_->end(), psi, scale, steps - 1, interrupt);
}

/// The site factors of a pass on one bundle; driven ones are formed in `space`.
const Row* SweepProgram::phase_of(const SweepPass& pass, int axis, Index task, Row* space) const {
  if (pass.site_slot < 0) return nullptr;
  const LineBundles& bundles = bundles_[static_cast<std::size_t>(axis)];
  const Index n = bundles.rows();
  if (site_row_ != nullptr) {
    const double* coefficients = site_row_ + pass.site_slot * driven_.profiles();
    const Index bundle = grid_.dimensions() == 1 ? 0 : task % bundles.count();
    driven_.factors(axis, bundle, n, coefficients, space);
    return space;
  }
  const SiteSlot& slot = sites_[static_cast<std::size_t>(pass.site_slot)];
  Index block = slot.own ? task : task % bundles.count();
  if (grid_.dimensions() == 1 && !slot.own) block = 0;
  return slot.factors[static_cast<std::size_t>(axis)].data() + block * n;
}

}  // namespace heatgauge
