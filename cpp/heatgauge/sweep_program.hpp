/// Steps made of site phases and directional Cayley sweeps.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "heatgauge/driven_phases.hpp"
#include "heatgauge/interrupt.hpp"
#include "heatgauge/line_bundle.hpp"
#include "heatgauge/spectral_sweep.hpp"
#include "heatgauge/sweep_plan.hpp"
#include "heatgauge/thread_pool.hpp"

namespace heatgauge {

enum class StepPart { prologue, body, joint, epilogue };
enum class LinkKind { none, uniform, array };

/// A program of stages that advances `members` states (members, shape…) in place. Stages are
///   phase   ψ += ψ (e^{-iθ-γ} - 1) on every site,
///   sweep   Π_j (1 - a_j S)/(1 - b_j S) on every line of an axis, S = 2 - uT - (uT)† with the
///   links
///           u of a slot: odd reflection at walls, closed with seam link and twist on rings,
///   transform  the exact e^{-iλκ²} on every line of an axis (SpectralSweep).
/// n steps are prologue, body, (joint, body) n-1 times, epilogue. Values of slots may be replaced
/// between calls of advance(); nothing is allocated then. Slots and stages are declared first.
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
  int site_slots() const { return static_cast<int>(sites_.size()); }
  /// Coefficients of one step: for every site slot one per site profile, and for every link slot
  /// one per profile of its axis.
  Index site_coefficients() const;
  Index link_coefficients() const;

  const Grid& grid() const { return grid_; }
  Index size() const { return members_ * grid_.size(); }
  Index site_values(int slot) const;
  Index link_values(int slot) const;

  /// Advances ψ by `steps` steps. Throws NumericalFailure with the step in which ψ stopped being
  /// finite, Interrupted between groups of stages.
  void advance(Complex* psi, Index steps, Interrupt& interrupt);
  /// The same with new values of all slots in every step, Σ coefficient·profile: rows of
  /// coefficients, one per step. The joint before a step takes those of that step, the prologue the
  /// first, the epilogue the last.
  void advance_driven(Complex* psi, Index steps, const double* site_rows, const double* link_rows,
                      Interrupt& interrupt);

 private:
  struct SiteSlot {
    bool own;
    std::array<Rows, 3> factors;  // in the order of the bundles of each axis that uses it
  };
  struct LinkSlot {
    int axis;
    LinkKind kind;
    Rows hops;                         // for sweeps
    std::unique_ptr<LineGauge> gauge;  // for transforms
  };

  std::vector<Stage>& part(StepPart part);
  LinkSlot& link_slot(int slot, int axis);
  void set_driven_links(const double* row, const double* before);
  const Row* phase_of(const SweepPass& pass, int axis, Index task, Row* space) const;
  void update_transforms(const LineGauge& gauge);
  void compile();
  void run_list(const GroupList& list, Complex* psi, Complex scale, Index step,
                Interrupt& interrupt);
  bool run_bundle(const StageGroup& group, Index bundle, Complex* psi, Complex scale, int worker);
  BundleLinks links_of(const SweepPass& pass, int axis, Index bundle) const;

  Grid grid_;
  Index members_;
  bool refine_;
  StepParts parts_;
  std::optional<SweepPlan> plan_;
  std::vector<SiteSlot> sites_;
  std::vector<LinkSlot> links_;
  std::vector<std::unique_ptr<SpectralSweep>> transforms_;
  std::array<LineBundles, 3> bundles_;
  ThreadPool pool_;
  std::vector<Rows> space_;  // of each worker
  std::vector<Complex> factors_;
  DrivenPhases driven_;
  std::array<std::vector<std::vector<double>>, 3> link_profiles_;
  std::vector<double> link_sum_;
  const double* site_row_ = nullptr;  // coefficients of the step under way, if driven
};

}  // namespace heatgauge
