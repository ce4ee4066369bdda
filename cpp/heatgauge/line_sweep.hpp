/// The passes that make up a sweep, on one bundle of lines.
#pragma once

#include "heatgauge/line_factor.hpp"
#include "heatgauge/line_pass.hpp"
#include "heatgauge/line_residual.hpp"

namespace heatgauge {

class SpectralSweep;

/// Memory for one bundle: the state and what the recurrences leave for each other.
struct BundleSpace {
  Row *psi, *y, *right, *delta;
};

/// The links along a bundle of lines. `hops` as LinePass::links; on a ring of equal links the seam
/// differs from them by `twist`.
struct BundleLinks {
  const Row* hops = nullptr;
  Index step = 1;
  Complex twist{1.0, 0.0};
};

/// One pass of a plan: substitution for a factor, multiplication by site phases, elimination for
/// the next factor.
struct SweepPass {
  const SpectralSweep* transform = nullptr;  // alone in its pass
  const LineFactor* solve = nullptr;
  const LineFactor* eliminate = nullptr;
  int site_slot = -1;
  int link_slot = -1;
  bool up = true;
  bool increment = false;  // the substitution adds (1 - bS)⁻¹ alone
};

/// One pass, rows by rows. On rings the recurrences are closed: they forget within
/// LineFactor::reach sites, so a run-up over that many gives the first value; lines shorter than
/// that are closed with their holonomy.
class BundlePass {
 public:
  BundlePass(const SweepPass& pass, Index rows, const BundleSpace& space, const BundleLinks& links,
             const Row* phase);
  /// Rows first … first + count - 1 in the order of the pass, from the first on without gaps.
  void run(Index first, Index count) { heatgauge::run(line_, first, count); }
  /// After all rows.
  void close();

 private:
  const SweepPass& pass_;
  const BundleLinks& links_;
  LinePass line_;
};

/// All of a pass.
void run_pass(const SweepPass& pass, Index rows, const BundleSpace& space, const BundleLinks& links,
              const Row* phase);

/// The pass without the first values of its recurrences.
LinePass described(const SweepPass& pass, Index rows, const BundleSpace& space,
                   const BundleLinks& links, const Row* phase);
/// The right-hand side of (1 - bS) δ = (b - a) Sψ without the values beyond the ends.
LineResidual increment_equation(const LineFactor& factor, Index rows, const BundleSpace& space,
                                const BundleLinks& links);

/// ψ += δ with (1 - bS) δ = (b - a) Sψ, and one correction of δ by its residual: rounds far less
/// than the passes do.
void run_refined(const LineFactor& factor, Index rows, const BundleSpace& space,
                 const BundleLinks& links);

}  // namespace heatgauge
