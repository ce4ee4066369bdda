/// Dense sweeps and a Strang step that the tests of sweep programs measure against.
#pragma once

#include <Eigen/LU>

#include "heatgauge/sweep_program.hpp"
#include "systems.hpp"

namespace systems {

using heatgauge::cayley_factors;
using heatgauge::CayleyFactor;
using heatgauge::Interrupt;
using heatgauge::LinkKind;
using heatgauge::StepPart;
using heatgauge::SweepProgram;

/// S = 2 - uT - (uT)† of one axis; `phases` of its links, or nullptr. At walls ψ continues oddly.
inline Dense second_difference(const Grid& grid, int a, const double* phases) {
  const Axis& axis = grid.axis(a);
  const Index n = axis.points, stride = grid.stride(a);
  Dense s = Dense::Zero(grid.size(), grid.size());
  for (Index o = 0; o < grid.outer(a); ++o) {
    for (Index c = 0; c < stride; ++c) {
      for (Index i = 0; i < n; ++i) {
        const Index site = (o * n + i) * stride + c;
        s(site, site) += 2.0;
        const bool end = i == n - 1;
        if (!axis.periodic && (i == 0 || end)) s(site, site) += 1.0;
        if (!axis.periodic && end) continue;
        const Index next = (o * n + (end ? 0 : i + 1)) * stride + c;
        const double phase =
            (phases == nullptr ? 0.0 : phases[(o * axis.links() + i) * stride + c]) -
            (end ? axis.twist : 0.0);
        const Complex u = std::polar(1.0, -phase);
        s(site, next) -= u;
        s(next, site) -= std::conj(u);
      }
    }
  }
  return s;
}

inline Vector swept(const std::vector<CayleyFactor>& factors, const Dense& s, Vector psi) {
  const Dense one = Dense::Identity(s.rows(), s.cols());
  for (const CayleyFactor& f : factors) {
    psi = (one - f.pole * s).fullPivLu().solve(psi - f.zero * (s * psi));
  }
  return psi;
}

inline Vector turned(const std::vector<double>& phases, Vector psi) {
  for (Index i = 0; i < psi.size(); ++i) psi(i) *= std::polar(1.0, -phases[i]);
  return psi;
}

inline std::vector<Grid> grids() {
  const Axis wall{11, 0.5, false, 0.0}, ring{9, 0.6, true, 0.8}, short_ring{2, 1.0, true, -1.1};
  const Axis short_wall{2, 1.0, false, 0.0}, long_ring{150, 0.1, true, 0.3};
  return {Grid({wall}),
          Grid({ring}),
          Grid({short_ring}),
          Grid({short_wall}),
          Grid({long_ring}),
          Grid({Axis{150, 0.1, false, 0.0}}),
          Grid({wall, ring}),
          Grid({ring, wall}),
          Grid({Axis{23, 0.3, true, 0.5}, short_wall}),
          Grid({short_ring, wall}),
          Grid({Axis{5, 0.3, false, 0.0}, ring, Axis{4, 1.0, true, 2.0}}),
          Grid({ring, Axis{4, 1.0, true, 0.1}, Axis{3, 0.4, false, 0.0}})};
}

/// Phases φ/2 · sweeps along all axes and back · φ/2, in a program whose half phases merge.
struct Strang {
  SweepProgram program;
  std::vector<std::vector<CayleyFactor>> factors;
  std::vector<int> links;
  int half, whole;

  Strang(const Grid& grid, int m, bool refine, LinkKind kind, Index members = 1, int threads = 1,
         double lambda = 0.7, double theta = 0.0)
      : program(grid, members, threads, refine) {
    half = program.add_site_slot(false);
    whole = program.add_site_slot(false);
    program.add_phase(StepPart::prologue, half);
    program.add_phase(StepPart::joint, whole);
    program.add_phase(StepPart::epilogue, half);
    for (int a = 0; a < grid.dimensions(); ++a) {
      factors.push_back(cayley_factors(lambda * (1 + 0.3 * a), m, theta, false));
      links.push_back(program.add_link_slot(a, kind));
    }
    for (const int a : order(grid)) {
      program.add_sweep(StepPart::body, a, factors[static_cast<std::size_t>(a)],
                        links[static_cast<std::size_t>(a)]);
    }
  }
  static std::vector<int> order(const Grid& grid) {
    std::vector<int> axes;
    for (int a = 0; a < grid.dimensions(); ++a) axes.push_back(a);
    for (int a = grid.dimensions() - 1; a-- > 0;) axes.push_back(a);
    return axes;
  }
  void set(const std::vector<double>& potential) {
    std::vector<double> halves = potential;
    for (double& v : halves) v *= 0.5;
    program.set_site(half, halves.data(), nullptr);
    program.set_site(whole, potential.data(), nullptr);
  }
  void advance(Vector& psi, Index steps) {
    Interrupt never;
    program.advance(psi.data(), steps, never);
  }
};

inline double distance(const Vector& a, const Vector& b) { return (a - b).norm(); }

}  // namespace systems
