#include "heatgauge/sweep_program.hpp"

#include <algorithm>
#include <stdexcept>

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

/// Makes the plan, tells site factors in the order of which axes passes use them, and makes room to
/// work in.
void SweepProgram::compile() {
  plan_.emplace(layout_.grid(), parts_, refine_, layout_.planes());
  pivots_.clear();
  driven_.reset();
  for (SiteSlot& slot : sites_) slot.forget();
  for (const GroupList* list : {&plan_->first(), &plan_->middle(), &plan_->last()}) {
    prepare(*list, true);
  }
  for (const GroupList* list : {&plan_->start(), &plan_->again(), &plan_->end()}) {
    prepare(*list, false);  // their phases are formed as they go
  }
  Index longest = 0;
  for (int a = 0; a < grid().dimensions(); ++a) longest = std::max(longest, layout_.rows(a));
  for (Rows& rows : space_) rows.resize(static_cast<std::size_t>((refine_ ? 4 : 3) * longest));
}

void SweepProgram::prepare(const GroupList& list, bool with_sites) {
  for (const GroupRun& run : list.runs) {
    for (const StageGroup& group : run.groups) {
      for (const SweepPass& pass : group.passes) {
        if (with_sites && pass.site_slot >= 0) {
          sites_[static_cast<std::size_t>(pass.site_slot)].want(group.axis);
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
  LinkSlot& links = links_.at(static_cast<std::size_t>(slot));
  links.set(layout_, phases, pool_);
  update_transforms(links);
}

void SweepProgram::set_uniform_link(int slot, double phase) {
  LinkSlot& links = links_.at(static_cast<std::size_t>(slot));
  links.set_uniform(phase);
  update_transforms(links);
}

}  // namespace heatgauge
