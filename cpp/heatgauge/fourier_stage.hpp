/// One implicit stage of Fourier's law by multigrid, in as few passes over memory as it takes.
#pragma once

#include <span>
#include <vector>

#include "heatgauge/conducted_outflow.hpp"
#include "heatgauge/heat_drive.hpp"
#include "heatgauge/interrupt.hpp"
#include "heatgauge/linear_predictor.hpp"
#include "heatgauge/multigrid_solver.hpp"

namespace heatgauge {

/// Finds T = T* + δ with C δ = s (Q − ∇·q(T)), s = γ dt. The pass that corrects T also forms the
/// divergence of its flux, which is the residual and, when that is small, the rate of the stage.
class FourierStage {
 public:
  FourierStage(const ConductedOutflow& outflow, const MultigridSolver& solver,
               std::span<const double> capacity, double step, double dt)
      : outflow_(outflow), solver_(solver), capacity_(capacity), step_(step), dt_(dt) {}

  struct Work {
    std::vector<double>&temperature, &rate, &line;  // T* (becomes T), dt dT/dt, and a work space
    MultigridSolver::Work& solver;
    LinearPredictor& predictor;  // of δ
    double tolerance;            // what may be left of the residual in any case
  };

  /// `source` is Q, or nullptr for none. False if cycles do not lead there; T* is lost then.
  bool solve(const double* source, const HeatDrive& drive, Index row, const Work& work,
             Interrupt& interrupt) const;

 private:
  MultigridSolver::Norms form(double scale, double change, const double* source,
                              const HeatDrive& drive, Index row, const Work& work) const;

  const ConductedOutflow& outflow_;
  const MultigridSolver& solver_;
  std::span<const double> capacity_;
  double step_, dt_;
};

}  // namespace heatgauge
