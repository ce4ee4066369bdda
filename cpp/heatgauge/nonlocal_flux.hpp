/// The heat flux of Guyer and Krumhansl's law at one implicit stage, where the fluxes of all faces
/// are coupled.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "heatgauge/conjugate_gradient.hpp"
#include "heatgauge/conjugate_residual.hpp"
#include "heatgauge/diffusion_solver.hpp"
#include "heatgauge/face_circuit.hpp"
#include "heatgauge/flux_components.hpp"
#include "heatgauge/grid.hpp"
#include "heatgauge/heat_drive.hpp"
#include "heatgauge/interrupt.hpp"
#include "heatgauge/linear_predictor.hpp"
#include "heatgauge/tridiagonal.hpp"

namespace heatgauge {

/// Along the path through a face, with μ = ℓ²/κ and T at the end of the stage,
///   (L/s) (q − q*) + r q = −∫∇T dl + ∫[3∇(μ ∇·q) − ∇×(μ ∇×q)] dl,   T = T* + (s/C)(Q − ∇·q).
/// For uniform μ the last term is μ(∇²q + 2∇∇·q). Written so, and not otherwise, it takes
/// μ[3(∇·q)² + |∇×q|²] >= 0 out of ∫½(CT² + Λq²) for every μ(x), a wall without drag has
/// ∇×q = 0 (and keeps a flux ∝ ∇T free of vortices), and a wall of given T needs nothing but
/// ∇·q = Q − C ∂tT. With T eliminated the matrix is symmetric and positive definite:
///   diag(r + L/s) + Dᵀ(3μ + s/C) D + Curlᵀ μ Curl.
/// Rows are scaled by the area of a face. ∇·q lives on sites, ∇×q on edges.
class NonlocalFlux {
 public:
  /// `fixed` faces (prescribed sides, and states when s = 0) keep the flux they have. s = 0 gives
  /// the flux at a known T.
  NonlocalFlux(const Grid& grid, std::span<const double> capacity, std::span<const double> mu,
               const FaceCircuit& circuit, std::array<std::vector<char>, 3> fixed, bool no_slip,
               double step, Interrupt& interrupt);

  const char* name() const { return line_ ? "tridiagonal" : "conjugate residuals"; }

  /// Arrays that solves work with.
  struct Work {
    ConjugateGradientWork vectors;
    ConjugateResidualWork past;
    std::vector<double> site, guess;
    DiffusionSolver::Work solver;
    FluxComponents::Work components;
  };

  /// Sets the fluxes that are not fixed. `pressure` is T* + (s/C) Q on sites, `star` is q*; on a
  /// side whose flux is not given the drive holds T − 3μ ∇·q of the wall. Iterations begin at q and
  /// what `predictor`, if any, adds to it.
  void solve(const std::vector<double>& pressure, const FaceField& star, const HeatDrive& drive,
             Index row, FaceField& q, LinearPredictor* predictor, Work& work,
             Interrupt& interrupt) const;

 private:
  struct Edge {  // at a wall: ω = Σ c_k q_k, and μ times the volume that it stands for
    std::array<Index, 4> face{};
    std::array<double, 4> c{};
    double weight = 0.0;
  };
  struct InnerEdge {  // between four faces: ω = c_a(q_0 − q_1) − c_b(q_2 − q_3)
    std::array<std::uint32_t, 4> face;
    double weight;
  };
  void add_compression(std::span<const double> mu);
  void add_edges(int a, int b, std::span<const double> mu, bool no_slip);
  void multiply(const std::vector<double>& q, std::vector<double>& result,
                std::vector<double>& site) const;
  void precondition(const std::vector<double>& r, std::vector<double>& z, Work& work,
                    Interrupt& interrupt) const;
  void precondition_irrotational(const std::vector<double>& r, std::vector<double>& z, Work& work,
                                 Interrupt& interrupt) const;
  void conduct_potential(const std::vector<double>& r, double relative, Work& work,
                         Interrupt& interrupt) const;
  void correct(double absolute, Work& work, Interrupt& interrupt) const;
  Tridiagonal line() const;
  Index offset(int a) const { return offsets_[static_cast<std::size_t>(a)]; }

  Grid grid_;
  std::array<Index, 4> offsets_{};  // where the faces of each axis begin, and the end
  std::vector<double> own_;         // area · (r + L/s)
  std::vector<double> memory_;      // area · L/s
  std::vector<char> fixed_;
  std::vector<double> stiffness_;  // volume · (3μ + s/C)
  std::vector<double> surplus_;    // volume · (2μ + s/C)/(3μ + s/C)
  std::vector<Edge> edges_;
  std::array<std::vector<InnerEdge>, 3> inner_;   // of the planes across each axis
  std::array<std::array<double, 2>, 3> slope_{};  // c_a, c_b of each plane
  double norm_ = 0.0;
  std::unique_ptr<Tridiagonal> line_;  // 1D
  // 2D, 3D: what the preconditioners solve, for ∇·q and for every component.
  std::unique_ptr<DiffusionSolver> irrotational_;
  std::unique_ptr<FluxComponents> components_;
};

}  // namespace heatgauge
