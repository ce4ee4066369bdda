/// Classical heat conduction by Fourier's and by the Maxwell–Cattaneo–Vernotte law.
#pragma once

#include <array>
#include <vector>

#include "heatgauge/diffusion_solver.hpp"
#include "heatgauge/face_circuit.hpp"
#include "heatgauge/grid.hpp"
#include "heatgauge/heat_drive.hpp"
#include "heatgauge/interrupt.hpp"
#include "heatgauge/time_scheme.hpp"

namespace heatgauge {

/// Energy that has entered the body, per unit of what the grid leaves out.
struct EnergyInput {
  double boundary = 0.0;    ///< through the outer faces
  double source = 0.0;      ///< ∫∫ Q dV dt
  double throughput = 0.0;  ///< Σ of the magnitudes of both, side by side and step by step
};

/// Advances T (sites) and q (faces) through
///   C dT/dt + div q = Q,   L dq/dt + r q = T(left) − T(right)   on every face,
/// with L = 0 for Fourier's law, also in parts of the body only. On a prescribed side q is given
/// and has no equation of its own. Each stage eliminates q: with q* the explicit part,
///   q = w q* + g ΔT,  g = 1/(L/(γ dt) + r),  w = g L/(γ dt),
/// which leaves a symmetric positive definite system for T. T is then updated from the fluxes
/// themselves, so that the energy balance closes to round-off whatever the solver leaves.
class Conduction {
 public:
  /// prescribed[2·axis + end]: the flux of that side is given (otherwise its temperature is, behind
  /// whatever resistance the circuit holds there). Throws std::invalid_argument for dt <= 0 or
  /// fields of wrong size.
  Conduction(const Grid& grid, std::vector<double> capacity, const FaceCircuit& circuit,
             const std::array<bool, 6>& prescribed, const TimeScheme& scheme, double dt,
             Interrupt& interrupt);

  const Grid& grid() const { return grid_; }
  const TimeScheme& scheme() const { return scheme_; }
  double dt() const { return dt_; }
  const char* solver() const { return solver_.name(); }

  /// Carries T and q through `steps` steps in place. Row n·stages + i of `drive` belongs to stage i
  /// of step n. Throws NumericalFailure, with the step, when T is no longer finite.
  EnergyInput advance(double* temperature, const std::array<double*, 3>& flux, Index steps,
                      const HeatDrive& drive, Interrupt& interrupt) const;

  /// Puts the fluxes that are not states (L = 0, or prescribed) to their value at this T and row of
  /// the drive; the others stay.
  void settle(const double* temperature, const std::array<double*, 3>& flux, const HeatDrive& drive,
              Index row) const;

 private:
  struct Workspace;
  void stage(std::size_t i, Index row, const double* temperature,
             const std::array<double*, 3>& flux, const HeatDrive& drive, Workspace& work,
             Interrupt& interrupt) const;
  void predict_flux(const Workspace& work, const HeatDrive& drive, Index row, FaceField& q) const;
  void divergence(const FaceField& q, std::vector<double>& result) const;
  void update_flux(int axis, const Workspace& work, double* flux) const;
  void book(const Workspace& work, double weight, EnergyInput& energy) const;

  Grid grid_;
  std::vector<double> capacity_;
  std::array<bool, 6> prescribed_;
  TimeScheme scheme_;
  double dt_;
  FaceField conductance_;  // g
  FaceField memory_;       // w: the part of q* that a stage keeps
  FaceField fourier_;      // 1/r on faces with L = 0, otherwise 0
  bool inertia_ = false;   // L > 0 somewhere
  DiffusionSolver solver_;
};

}  // namespace heatgauge
