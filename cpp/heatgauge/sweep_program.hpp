/// Steps made of site phases and directional Cayley sweeps.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include "heatgauge/interrupt.hpp"
#include "heatgauge/sweep_plan.hpp"
#include "heatgauge/sweep_slots.hpp"
#include "heatgauge/thread_pool.hpp"

namespace heatgauge {

enum class StepPart { prologue, body, joint, epilogue };

/// A program of stages that advances `members` states (members, shape…) in place. Stages are
///   phase   ψ += ψ (e^{-iθ-γ} - 1) on every site,
///   sweep   Π_j (1 - a_j S)/(1 - b_j S) on every line of an axis, S = 2 - uT - (uT)† with the
///   links
///           u of a slot: odd reflection at walls, closed with seam link and twist on rings.
/// n steps are prologue, body, (joint, body) n-1 times, epilogue. Values of slots may be replaced
/// between calls of advance(); nothing is allocated then. Slots and stages are declared first.
/// A program belongs to one thread at a time.
class SweepProgram {
 public:
  SweepProgram(const Grid& grid, Index members, int threads, bool refine);

  int add_site_slot(bool own_of_member);
  int add_link_slot(int axis, LinkKind kind);
  void add_phase(StepPart part, int site_slot);
  void add_sweep(StepPart part, int axis, std::vector<CayleyFactor> factors, int link_slot);

  /// θ, and γ or nullptr: one number per site, or per site of every member.
  void set_site(int slot, const double* phases, const double* contractions);
  /// (s/ħ)∫A·dl on the links of the slot's axis; the twist comes on top.
  void set_links(int slot, const double* phases);
  void set_uniform_link(int slot, double phase);

  Index size() const { return layout_.members() * layout_.grid().size(); }
  Index site_values(int slot) const;
  Index link_values(int slot) const;

  /// Advances ψ by `steps` steps. Throws NumericalFailure with the step in which ψ stopped being
  /// finite, Interrupted between groups of stages.
  void advance(Complex* psi, Index steps, Interrupt& interrupt);

 private:
  void compile();
  void prepare(const StageGroup& group);
  Complex left_out(Index steps) const;
  void advance_planes(Complex* psi, Index steps, Interrupt& interrupt);
  /// One list from state to state; `scale` is multiplied on in the end.
  void run_list(const GroupList& list, const StateView& from, const StateView& to, Complex scale,
                Index step, Interrupt& interrupt);
  bool run_task(const StageGroup& group, Index task, int worker, const StateView& from,
                const StateView& to, Complex scale);
  void advance_lines(Complex* psi, Index steps, Interrupt& interrupt);
  void run_list_on_lines(const GroupList& list, Index task, const BundleSpace& space) const;
  void run_passes(const StageGroup& group, Index task, const BundleSpace& space) const;
  BundleSpace space_of(int worker, int axis);

  LaneLayout layout_;
  bool refine_;
  StepParts parts_;
  std::optional<SweepPlan> plan_;
  std::unordered_map<const LineFactor*, SegmentPivots> pivots_;
  std::vector<SiteSlot> sites_;
  std::vector<LinkSlot> links_;
  ThreadPool pool_;
  std::vector<Rows> space_;  // of each worker
  std::vector<Complex, LargePages<Complex>>
      spread_;  // the state between the first pass and the last
};

}  // namespace heatgauge
