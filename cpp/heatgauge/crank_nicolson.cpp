#include "heatgauge/crank_nicolson.hpp"

#include <cmath>

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
  const auto n = static_cast<std::size_t>(grid.size());
  increment_.resize(n);
  if (solver == CayleySolver::krylov) {
    krylov_ = std::make_unique<KrylovCayley>(grid.size());
  } else {
    right_.resize(n);
    residual_.resize(n);
    factor(interrupt);
  }
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
      return;
  }
}

void CrankNicolson::update(Interrupt& interrupt) { factor(interrupt); }

void CrankNicolson::advance(Complex* psi, Index steps, Interrupt& interrupt) {
  const FlushDenormals fast_tails;
  for (Index step = 0; step < steps; ++step) {
    try {
      interrupt.check();
      if (krylov_) {
        krylov_increment(psi, interrupt);
      } else {
        direct_increment(psi);
      }
    } catch (const NumericalFailure& failure) {
      throw NumericalFailure(failure.what(), step, failure.residual());
    }
    for (std::size_t i = 0; i < increment_.size(); ++i) psi[i] += increment_[i];
  }
}

void CrankNicolson::krylov_increment(const Complex* psi, Interrupt& interrupt) {
  iterations_ += krylov_->mid_state(hamiltonian_, alpha_, psi, increment_.data(), interrupt);
  for (std::size_t i = 0; i < increment_.size(); ++i) {
    increment_[i] = 2.0 * (increment_[i] - psi[i]);
  }
}

namespace {

double square(const std::vector<Complex>& x) {
  double even = 0.0, odd = 0.0;  // two sums: half the latency
  std::size_t i = 0;
  for (; i + 1 < x.size(); i += 2) {
    even += norm2(x[i]);
    odd += norm2(x[i + 1]);
  }
  return i < x.size() ? even + odd + norm2(x[i]) : even + odd;
}

}  // namespace

void CrankNicolson::direct_increment(const Complex* psi) {
  system_->product(psi, right_.data());
  for (std::size_t i = 0; i < right_.size(); ++i) {
    right_[i] = Complex(-2.0 * right_[i].real(), -2.0 * right_[i].imag());
  }
  increment_ = right_;
  system_->solve(increment_.data(), work_);
  const double size = square(increment_);
  if (!std::isfinite(size)) {
    throw NumericalFailure("the state is no longer finite", 0, std::nan(""));
  }
  // One refinement is enough when its correction is below the square root of eps; more are needed
  // only where dt·H is so large that the factors lost half their digits.
  double correction = size;
  for (int round = 0; refine_ && round < 6; ++round) {
    system_->product(increment_.data(), residual_.data());
    for (std::size_t i = 0; i < residual_.size(); ++i) {
      residual_[i] = right_[i] - increment_[i] - residual_[i];
    }
    system_->solve(residual_.data(), work_);
    for (std::size_t i = 0; i < increment_.size(); ++i) increment_[i] += residual_[i];
    correction = square(residual_);
    if (correction <= 1e-16 * size) return;
  }
  if (refine_) {
    const double ratio = std::sqrt(correction / size);
    throw NumericalFailure(
        "iterative refinement of the Crank-Nicolson step does not converge: the last correction "
        "was " +
            std::to_string(ratio) + " of the increment; dt·‖H‖/ħ is too large",
        0, ratio);
  }
}

}  // namespace heatgauge
