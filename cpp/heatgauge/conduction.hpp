/// Classical heat conduction: the time steps that all laws share.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <vector>

#include "heatgauge/conducted_outflow.hpp"
#include "heatgauge/diffusion_solver.hpp"
#include "heatgauge/face_circuit.hpp"
#include "heatgauge/grid.hpp"
#include "heatgauge/heat_drive.hpp"
#include "heatgauge/interrupt.hpp"
#include "heatgauge/line_systems.hpp"
#include "heatgauge/nonlocal_flux.hpp"
#include "heatgauge/time_scheme.hpp"

namespace heatgauge {

/// Energy that has entered the body, per unit of what the grid leaves out.
struct EnergyInput {
  double boundary = 0.0;    ///< through the outer faces
  double source = 0.0;      ///< ∫∫ Q dV dt
  double throughput = 0.0;  ///< Σ of the magnitudes of both, side by side and step by step
};

/// What the law of Guyer and Krumhansl adds: μ = ℓ²/κ on sites, and whether walls hold the flux
/// along them at zero.
struct Nonlocality {
  std::span<const double> mu;
  bool no_slip = false;
};

/// Advances T (sites) and q (faces) through
///   C dT/dt + div q = Q,   q = q_M + G ΔT,   L dq_M/dt + r q_M = ΔT = T(left) − T(right)
/// on every face, with L = 0 for Fourier's law, also in parts of the body only. The state on a face
/// is q_M; where L = 0 nothing is, and q itself is kept. On a prescribed side q is given and has no
/// equation of its own. Each stage eliminates q_M: with q* the explicit part,
///   q_M = w q* + g ΔT,  g = 1/(L/(γ dt) + r),  w = g L/(γ dt),
/// which leaves a symmetric positive definite system for T; with a nonlocal law T is eliminated
/// instead. T is then updated from the fluxes themselves, so that the energy balance closes to
/// round-off whatever the solver leaves.
class Conduction {
 public:
  /// `directional` splits the directions of a plane: (C + s Lx) C⁻¹ (C + s Ly) in place of C + s(Lx
  /// + Ly), line by line. With A_x, A_y the generators of (T, q) that hold ∂x and ∂y, each with the
  /// damping of its own flux, a step is (1 − sA_y)⁻¹(1 − sA_x)⁻¹(1 + sA_x)(1 + sA_y), a contraction
  /// in the norm ‖(1 − sA_y)·‖ at any dt (Peaceman & Rachford 1955; Douglas 1962). The flux along x
  /// answers to the T of the first sweep, that along y to the T of the second, so that the energy
  /// balance closes to round-off.
  /// prescribed[2·axis + end]: the flux of that side is given (otherwise its temperature is, behind
  /// whatever resistance the circuit holds there). Throws std::invalid_argument for dt <= 0 or
  /// fields of wrong size.
  Conduction(const Grid& grid, std::vector<double> capacity, const FaceCircuit& circuit,
             const std::array<bool, 6>& prescribed, const TimeScheme& scheme, double dt,
             Interrupt& interrupt, const Nonlocality& nonlocality = {}, bool directional = false);

  const Grid& grid() const { return grid_; }
  const TimeScheme& scheme() const { return scheme_; }
  double dt() const { return dt_; }
  const char* solver() const;

  /// Carries T and q through `steps` steps in place. Row n·stages + i of `drive` belongs to stage i
  /// of step n. Throws NumericalFailure, with the step, when T is no longer finite.
  EnergyInput advance(double* temperature, const std::array<double*, 3>& flux, Index steps,
                      const HeatDrive& drive, Interrupt& interrupt) const;

  /// Puts the fluxes that are not states (L = 0, or prescribed) to their value at this T and row of
  /// the drive; the others stay.
  void settle(const double* temperature, const std::array<double*, 3>& flux, const HeatDrive& drive,
              Index row, Interrupt& interrupt) const;

  /// Adds `sign` times the shunts' part G ΔT to the fluxes that are states: +1 turns a settled
  /// state into q, −1 takes q to the state.
  void add_shunts(double sign, const double* temperature, const std::array<double*, 3>& flux,
                  const HeatDrive& drive, Index row) const;

 private:
  struct Workspace;
  void stage(std::size_t i, Index row, const double* temperature,
             const std::array<double*, 3>& flux, const HeatDrive& drive, Workspace& work,
             Interrupt& interrupt) const;
  /// Whether the law is Fourier's everywhere.
  bool conducts() const { return !inertia_ && !shunts_ && !nonlocal_; }
  void begin(std::size_t s, const double* temperature, Workspace& work) const;
  void conduct_stage(std::size_t s, const double* temperature, const HeatDrive& drive, Index row,
                     Workspace& work, Interrupt& interrupt) const;
  std::vector<LineSystems> split(const Nonlocality& nonlocality, Interrupt& interrupt) const;
  const double* solve(std::size_t s, const double* late, Workspace& work,
                      Interrupt& interrupt) const;
  std::vector<double> turn_of_second(Workspace& work) const;
  void local_flux(std::size_t s, Workspace& work, const HeatDrive& drive, Index row, FaceField& q,
                  Interrupt& interrupt) const;
  void predict(const FaceField& conductance, const Workspace& work, const HeatDrive& drive,
               Index row, FaceField& q) const;
  void respond(const FaceField& conductance, const SiteFields& change, FaceField& q) const;
  void set_given(const HeatDrive& drive, Index row, FaceField& q) const;
  void divergence(const FaceField& q, std::vector<double>& result) const;
  void update_flux(int axis, const Workspace& work, double* flux) const;
  void book(const Workspace& work, double weight, bool sources, EnergyInput& energy) const;
  void add_driven(const FaceField& conductance, double sign, bool replace,
                  const double* temperature, const std::array<double*, 3>& flux,
                  const HeatDrive& drive, Index row) const;
  void build_nonlocal(const FaceCircuit& circuit, const Nonlocality& nonlocality,
                      Interrupt& interrupt);

  Grid grid_;
  std::vector<double> capacity_;
  std::array<bool, 6> prescribed_;
  TimeScheme scheme_;
  double dt_;
  FaceField branch_;       // g
  FaceField conductance_;  // g + G
  FaceField memory_;       // w: the part of q* that a stage keeps
  FaceField fourier_;      // 1/r + G on faces with L = 0, otherwise 0
  FaceField shunt_;        // G on faces with L > 0, otherwise 0; empty without shunts
  bool inertia_ = false;   // L > 0 somewhere
  bool shunts_ = false;
  std::optional<DiffusionSolver> solver_;                 // of T
  std::vector<LineSystems> directional_;                  // of T, direction by direction
  std::optional<NonlocalFlux> nonlocal_, nonlocal_rest_;  // of q in a stage, and of q at known T
};

}  // namespace heatgauge
