/// The heat flux of Guyer and Krumhansl's law at one implicit stage, where the fluxes of all faces
/// are coupled.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "heatgauge/conjugate_gradient.hpp"
#include "heatgauge/diffusion_solver.hpp"
#include "heatgauge/face_circuit.hpp"
#include "heatgauge/grid.hpp"
#include "heatgauge/heat_drive.hpp"
#include "heatgauge/interrupt.hpp"
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

  const char* name() const { return line_ ? "tridiagonal" : "conjugate gradients"; }

  /// Arrays that solves work with.
  struct Work {
    ConjugateGradientWork vectors;
    std::vector<double> site, guess;
    DiffusionSolver::Work solver;
  };

  /// Sets the fluxes that are not fixed. `pressure` is T* + (s/C) Q on sites, `star` is q*; on a
  /// side whose flux is not given the drive holds T − 3μ ∇·q of the wall.
  void solve(const std::vector<double>& pressure, const FaceField& star, const HeatDrive& drive,
             Index row, FaceField& q, Work& work, Interrupt& interrupt) const;

 private:
  struct Edge {  // ω = Σ c_k q_k, and μ times the volume that it stands for
    std::array<Index, 4> face{};
    std::array<double, 4> c{};
    double weight = 0.0;
  };
  void add_edges(int a, int b, std::span<const double> mu, bool no_slip);
  void multiply(const std::vector<double>& q, std::vector<double>& result,
                std::vector<double>& site) const;
  void precondition(const std::vector<double>& r, std::vector<double>& z, Work& work,
                    Interrupt& interrupt) const;
  Tridiagonal line() const;
  Index offset(int a) const { return offsets_[static_cast<std::size_t>(a)]; }

  Grid grid_;
  std::array<Index, 4> offsets_{};  // where the faces of each axis begin, and the end
  std::vector<double> own_;         // area · (r + L/s)
  std::vector<double> memory_;      // area · L/s
  std::vector<char> fixed_;
  std::vector<double> stiffness_;  // volume · (3μ + s/C)
  std::vector<Edge> edges_;
  double norm_ = 0.0;
  std::unique_ptr<Tridiagonal> line_;              // 1D
  std::unique_ptr<DiffusionSolver> irrotational_;  // 2D, 3D: what the preconditioner solves
};

}  // namespace heatgauge
