/// Steps made of site phases, directional Cayley sweeps and transforms.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include "heatgauge/driven_phases.hpp"
#include "heatgauge/interrupt.hpp"
#include "heatgauge/spectral_sweep.hpp"
#include "heatgauge/sweep_plan.hpp"
#include "heatgauge/sweep_slots.hpp"
#include "heatgauge/thread_pool.hpp"

namespace heatgauge {

enum class StepPart { prologue, body, joint, epilogue };

/// A program of stages that advances `members` states (members, shape…) in place. Stages are
///   phase   ψ += ψ (e^{-iθ-γ} - 1) on every site,
///   sweep   Π_j (1 - a_j S)/(1 - b_j S) on every line of an axis, S = 2 - uT - (uT)† with the
///   links
///           u of a slot: odd reflection at walls, closed with seam link and twist on rings,
///   transform  the exact e^{-iλκ²} on every line of an axis (SpectralSweep).
/// n steps are prologue, body, (joint, body) n-1 times, epilogue. Values of slots may be replaced
/// between calls of advance(); nothing is allocated from the second time on. Slots and stages are
/// declared first. A program belongs to one thread at a time.
class SweepProgram {
 public:
  SweepProgram(const Grid& grid, Index members, int threads, bool refine);

  int add_site_slot(bool own_of_member);
  int add_link_slot(int axis, LinkKind kind);
  void add_phase(StepPart part, int site_slot);
  void add_sweep(StepPart part, int axis, std::vector<CayleyFactor> factors, int link_slot);
  /// Returns the number for set_lambda. Equal λ on the links of one slot are one transform.
  int add_transform(StepPart part, int axis, Complex lambda, int link_slot);
  void set_lambda(int transform, Complex lambda);

  /// θ, and γ or nullptr: one number per site, or per site of every member.
  void set_site(int slot, const double* phases, const double* contractions);
  /// (s/ħ)∫A·dl on the links of the slot's axis; the twist comes on top.
  void set_links(int slot, const double* phases);
  void set_uniform_link(int slot, double phase);

  /// What driven slots combine: profiles on the sites, and on the links of each axis.
  void set_profiles(const std::vector<const double*>& sites,
                    const std::array<std::vector<const double*>, 3>& links);
  /// Coefficients of one step: for every site slot one per site profile, and for every link slot
  /// one per profile of its axis.
  Index site_coefficients() const;
  Index link_coefficients() const;

  const Grid& grid() const { return layout_.grid(); }
  Index size() const { return layout_.members() * layout_.grid().size(); }
  Index site_values(int slot) const;
  Index link_values(int slot) const;

  /// Advances ψ by `steps` steps. States of ComplexSingle are rounded to nearest where they are
  /// stored: once per group of stages, in 1D once per call or some 10 ms. Strides of spread_strides
  /// save a copy. Throws NumericalFailure with the step in which ψ stopped being
  /// finite, Interrupted between groups of stages.
  template <typename Value>
  void advance(const StateView<Value>& states, Index steps, Interrupt& interrupt);
  void advance(Complex* psi, Index steps, Interrupt& interrupt) {
    advance(dense_states(grid(), psi), steps, interrupt);
  }
  /// The same with new values of all slots in every step, Σ coefficient·profile: rows of
  /// coefficients, one per step. The joint before a step takes those of that step, the prologue the
  /// first, the epilogue the last.
  template <typename Value>
  void advance_driven(const StateView<Value>& states, Index steps, const double* site_rows,
                      const double* link_rows, Interrupt& interrupt);
  void advance_driven(Complex* psi, Index steps, const double* site_rows, const double* link_rows,
                      Interrupt& interrupt) {
    advance_driven(dense_states(grid(), psi), steps, site_rows, link_rows, interrupt);
  }

 private:
  /// The lists of n steps: first, middle n-1 times, last.
  struct StepLists {
    const GroupList &first, &middle, &last;
  };
  LinkSlot& link_slot(int slot, int axis);
  void update_transforms(const LinkSlot& links);
  void compile();
  void prepare(const GroupList& list, bool with_sites);
  static Complex left_out(const StepLists& lists, Index steps);
  /// `before` is called with the number of each step before it.
  template <typename Value>
  void advance_planes(const StepLists& lists, const StateView<Value>& outside, Index steps,
                      const std::function<void(Index)>& before, Interrupt& interrupt);
  void keep_steady_sites(Index steps, const double* rows);
  void set_driven_links(const double* row, const double* before);
  /// One list from state to state; `scale` is multiplied on in the end.
  template <typename Value>
  void run_list(const GroupList& list, const StateView<Value>& from, const StateView<Value>& to,
                Complex scale, Index step, Interrupt& interrupt);
  template <typename Value>
  bool run_task(const StageGroup& group, Index task, int worker, const StateView<Value>& from,
                const StateView<Value>& to, Complex scale);
  template <typename Value>
  void advance_lines(const StateView<Value>& state, Index steps, Interrupt& interrupt);
  void run_list_on_lines(const GroupList& list, Index task, const BundleSpace& space) const;
  void run_passes(const StageGroup& group, Index task, const BundleSpace& space) const;
  BundleLinks links_of(const SweepPass& pass, Index task) const;
  const Row* phase_of(const SweepPass& pass, int axis, Index task, Row* space) const;
  /// Forms rows of `phase` where it is `space`.
  void form_phase(const SweepPass& pass, int axis, Index task, Index first, Index count,
                  const Row* phase, Row* space) const;
  /// A group from state to state, loaded and stored by the passes as they go.
  template <typename Value>
  bool stream(const StageGroup& group, Index task, const BundleSpace& space,
              const StateView<Value>& from, const StateView<Value>& to, Complex scale) const;
  BundleSpace space_of(int worker, int axis);

  LaneLayout layout_;
  bool refine_;
  StepParts parts_;
  std::optional<SweepPlan> plan_;
  std::unordered_map<const LineFactor*, SegmentPivots> pivots_;
  std::vector<SiteSlot> sites_;
  std::vector<LinkSlot> links_;
  std::vector<std::unique_ptr<SpectralSweep>> transforms_;
  ThreadPool pool_;
  std::vector<Rows> space_;  // of each worker
  // The state between the first pass and the last:
  std::vector<std::byte, StatePages<std::byte>> spread_;
  std::optional<DrivenPhases> driven_;
  std::array<std::vector<std::vector<double>>, 3> link_profiles_;
  std::vector<double> link_sum_;
  const double* site_row_ = nullptr;  // coefficients of the step under way, if driven
};

}  // namespace heatgauge
