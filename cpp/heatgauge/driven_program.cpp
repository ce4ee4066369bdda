/// Steps of a sweep program whose slots change from one to the next.
#include <algorithm>
#include <stdexcept>

#include "heatgauge/flush_denormals.hpp"
#include "heatgauge/sweep_program.hpp"

namespace heatgauge {

void SweepProgram::set_profiles(const std::vector<const double*>& sites,
                                const std::array<std::vector<const double*>, 3>& links) {
  if (!plan_) compile();
  std::array<bool, 3> axes{};
  for (const GroupList* list : {&plan_->start(), &plan_->again(), &plan_->end()}) {
    for (const GroupRun& run : list->runs) {
      for (const StageGroup& group : run.groups) {
        for (const SweepPass& pass : group.passes) {
          if (pass.site_slot >= 0) axes[static_cast<std::size_t>(group.axis)] = true;
        }
      }
    }
  }
  driven_.emplace(layout_, axes, sites, refine_);
  std::size_t longest = 0;
  for (int a = 0; a < grid().dimensions(); ++a) {
    const auto axis = static_cast<std::size_t>(a);
    const auto count = static_cast<std::size_t>(grid().links(a));
    link_profiles_[axis].clear();
    for (const double* profile : links[axis]) {
      link_profiles_[axis].emplace_back(profile, profile + count);
      longest = std::max(longest, count);
    }
  }
  link_sum_.resize(longest);
}

Index SweepProgram::site_coefficients() const {
  return driven_ ? static_cast<Index>(sites_.size()) * driven_->profiles() : 0;
}

Index SweepProgram::link_coefficients() const {
  std::size_t count = 0;
  for (const LinkSlot& slot : links_) {
    count += link_profiles_[static_cast<std::size_t>(slot.axis())].size();
  }
  return static_cast<Index>(count);
}

/// New links where a coefficient differs from that of the step before.
void SweepProgram::set_driven_links(const double* row, const double* before) {
  for (std::size_t s = 0; s < links_.size(); ++s) {
    const LinkSlot& slot = links_[s];
    const auto& profiles = link_profiles_[static_cast<std::size_t>(slot.axis())];
    const double* coefficients = row;
    row += profiles.size();
    const bool same = before != nullptr && std::equal(coefficients, row, before);
    if (before != nullptr) before += profiles.size();
    if (same || slot.kind() == LinkKind::none || profiles.empty()) continue;
    const std::size_t count = slot.kind() == LinkKind::uniform ? 1 : profiles[0].size();
    std::fill_n(link_sum_.begin(), count, 0.0);
    for (std::size_t k = 0; k < profiles.size(); ++k) {
      if (coefficients[k] == 0.0) continue;
      for (std::size_t i = 0; i < count; ++i) link_sum_[i] += coefficients[k] * profiles[k][i];
    }
    if (slot.kind() == LinkKind::uniform) {
      set_uniform_link(static_cast<int>(s), link_sum_[0]);
    } else {
      set_links(static_cast<int>(s), link_sum_.data());
    }
  }
}

/// Factors of slots that are used in every step and are the same in all.
void SweepProgram::keep_steady_sites(Index steps, const double* rows) {
  constexpr Index kFewest = 4;  // steps: fewer are not worth the memory
  const Index profiles = driven_->profiles(), row = site_coefficients();
  for (const GroupRun& run : plan_->again().runs) {
    for (const StageGroup& group : run.groups) {
      for (const SweepPass& pass : group.passes) {
        if (pass.site_slot < 0) continue;
        const double* const own = rows + pass.site_slot * profiles;
        bool steady = steps >= kFewest;
        for (Index step = 1; steady && step < steps; ++step) {
          steady = std::equal(own, own + profiles, own + step * row);
        }
        if (steady) {
          driven_->keep(layout_, pass.site_slot, group.axis, own, pool_);
        } else {
          driven_->forget(pass.site_slot, group.axis);
        }
      }
    }
  }
}

template <typename Value>
void SweepProgram::advance_driven(const StateView<Value>& states, Index steps,
                                  const double* site_rows, const double* link_rows,
                                  Interrupt& interrupt) {
  if (steps < 1) return;
  if (!plan_ || !driven_) throw std::invalid_argument("a driven program needs profiles");
  const FlushDenormals fast_tails;
  const auto leave = [this](const double* row) { site_row_ = row; };
  struct Restore {  // also where a step fails
    decltype(leave)& run;
    ~Restore() { run(nullptr); }
  } restore{leave};
  const auto before = [&](Index step) {
    const double* links = link_rows + step * link_coefficients();
    set_driven_links(links, step == 0 ? nullptr : links - link_coefficients());
    site_row_ = site_rows + step * site_coefficients();
  };
  keep_steady_sites(steps, site_rows);
  const StepLists lists{plan_->start(), plan_->again(), plan_->end()};
  advance_planes(lists, states, steps, before, interrupt);
}

template void SweepProgram::advance_driven(const StateView<Complex>&, Index, const double*,
                                           const double*, Interrupt&);
template void SweepProgram::advance_driven(const StateView<ComplexSingle>&, Index, const double*,
                                           const double*, Interrupt&);

}  // namespace heatgauge
