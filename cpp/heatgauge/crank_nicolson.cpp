#include "heatgauge/crank_nicolson.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "heatgauge/banded_cayley.hpp"
#include "heatgauge/flush_denormals.hpp"
#include "heatgauge/sparse_cayley.hpp"

namespace heatgauge {

bool banded_fits(const Grid& grid, Index reach) {
  return grid.dimensions() == 1 && reach >= 1 && reach <= 4 &&
         grid.size() >= (grid.axis(0).periodic ? 4 : 3) * reach;
}

CrankNicolson::CrankNicolson(const Grid& grid, Index reach, const CsrView<Complex>& hamiltonian,
                             double alpha, CayleySolver solver, bool refine, Interrupt& interrupt)
    : grid_(grid),
      reach_(reach),
      hamiltonian_(hamiltonian),
      alpha_(alpha),
      solver_(solver),
      refine_(refine) {
  if (hamiltonian.rows != grid.size()) throw std::invalid_argument("the matrix has another size");
  if (solver == CayleySolver::krylov) {
    krylov_ = std::make_unique<KrylovCayley>(grid.size());
    mid_state_.resize(static_cast<std::size_t>(grid.size()));
  }
  factor(interrupt);
  // No pivot of a banded line is below 1, and no entry of its factors above |α|‖H‖: the first solve
  // is off by some eps·(1 + |α|‖H‖)² at most, and one refinement always enough.
  refines_once_ = refine && solver == CayleySolver::banded &&
                  std::abs(alpha) * row_sum_norm(hamiltonian) <= 1e3;
}

void CrankNicolson::factor(Interrupt& interrupt) {
  switch (solver_) {
    case CayleySolver::banded:
      if (system_ && refactor_banded_cayley(*system_, hamiltonian_, alpha_)) return;
      system_ = make_banded_cayley(hamiltonian_, alpha_, reach_, grid_.axis(0).periodic);
      if (!system_) throw std::invalid_argument("banded elimination does not fit this matrix");
      return;
    case CayleySolver::dissection:
      system_.reset();  // two sets of factors need not fit into memory
      system_ = make_dissection(grid_, reach_, hamiltonian_, alpha_, interrupt);
      return;
    case CayleySolver::sparse_lu:
      system_ = make_sparse_lu(hamiltonian_, alpha_);
      return;
    case CayleySolver::krylov:
      norm_ = row_sum_norm(hamiltonian_);
      return;
  }
}

void CrankNicolson::update(Interrupt& interrupt) {
  refines_once_ = false;  // the norm of each new H would take longer than what it saves
  factor(interrupt);
}

void CrankNicolson::advance(Complex* psi, Index steps, Interrupt& interrupt) {
  const FlushDenormals fast_tails;
  for (Index step = 0; step < steps; ++step) {
    try {
      interrupt.check();
      if (krylov_) {
        krylov_step(psi, interrupt);
      } else {
        direct_step(psi);
      }
    } catch (const NumericalFailure& failure) {
      throw NumericalFailure(failure.what(), step, failure.residual());
    }
  }
}

void CrankNicolson::krylov_step(Complex* psi, Interrupt& interrupt) {
  iterations_ += krylov_->mid_state(hamiltonian_, alpha_, norm_, psi, mid_state_.data(), interrupt);
  for (std::size_t i = 0; i < mid_state_.size(); ++i) psi[i] += 2.0 * (mid_state_[i] - psi[i]);
}

/// Whether a correction is no larger than what the rounding of Kψ lets one see. It then may exceed
/// any part of the increment: that of a state whose energy is near zero is as small as you like.
bool CrankNicolson::is_rounding(double correction, const Complex* psi) const {
  double size = 0.0;
  for (Index i = 0; i < hamiltonian_.rows; ++i) size += norm2(psi[i]);
  const double seen = 4.0 * std::numeric_limits<double>::epsilon() *
                      (1.0 + std::abs(alpha_) * row_sum_norm(hamiltonian_));
  return correction <= std::min(seen * seen, 1e-16) * size;
}

void CrankNicolson::direct_step(Complex* psi) {
  const double size = system_->increment(psi);
  if (!std::isfinite(size)) {
    throw NumericalFailure("the state is no longer finite", 0, std::nan(""));
  }
  if (refines_once_) {
    if (std::isfinite(system_->refine_and_add(psi))) return;
    throw NumericalFailure("the state is no longer finite", 0, std::nan(""));
  }
  // One refinement is enough when its correction is below the square root of eps; more are needed
  // only where dt·H is so large that the factors lost half their digits.
  double correction = refine_ ? size : 0.0;
  const auto done = [&] { return correction <= 1e-16 * size || is_rounding(correction, psi); };
  for (int round = 0; refine_ && round < 6 && (round == 0 || !done()); ++round) {
    correction = system_->refine(psi);
  }
  if (!done()) {
    const double ratio = std::sqrt(correction / size);
    throw NumericalFailure(
        "iterative refinement of the Crank-Nicolson step does not converge: the last correction "
        "was " +
            std::to_string(ratio) + " of the increment; dt·‖H‖/ħ is too large",
        0, ratio);
  }
  system_->add_increment(psi);
}

}  // namespace heatgauge
