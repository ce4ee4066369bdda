#include "heatgauge/nonlocal_flux.hpp"

#include <algorithm>
#include <limits>
#include <stdexcept>
#include <utility>

#include "heatgauge/faces.hpp"

namespace heatgauge {

namespace {

std::size_t slot(Index i) { return static_cast<std::size_t>(i); }

using Place = std::array<Index, 3>;

Index cell_at(const Grid& grid, const Place& p) {
  Index i = 0;
  for (int a = 0; a < grid.dimensions(); ++a) i += p[slot(a)] * grid.stride(a);
  return i;
}

/// The face of axis `a` at the lower end of a cell; on a wall axis a place beyond the last cell has
/// one too.
Index lower_face(const Grid& grid, int a, const Place& p) {
  const Index n = grid.axis(a).points, count = faces_per_line(grid, a);
  Index face = 0;
  for (int b = 0; b < grid.dimensions(); ++b) {
    Index at = p[slot(b)];
    if (b == a && grid.axis(a).periodic) at = (at + n - 1) % n;
    face = face * (b == a ? count : grid.axis(b).points) + at;
  }
  return face;
}

std::uint32_t face32(Index f) { return static_cast<std::uint32_t>(f); }

}  // namespace

NonlocalFlux::NonlocalFlux(const Grid& grid, std::span<const double> capacity,
                           std::span<const double> mu, const FaceCircuit& circuit,
                           std::array<std::vector<char>, 3> fixed, bool no_slip, double step,
                           Interrupt& interrupt)
    : grid_(grid), stiffness_(slot(grid.size())), surplus_(slot(grid.size())) {
  if (static_cast<Index>(mu.size()) != grid.size() ||
      static_cast<Index>(capacity.size()) != grid.size())
    throw std::invalid_argument("the nonlocal coefficient is a field on the sites of the grid");
  if (grid.size() > Index{1} << 30)
    throw std::invalid_argument("the faces of a nonlocal law are counted in 32 bits");
  const double volume = grid.cell_volume();
  FaceField conductance;
  std::vector<double> softness(stiffness_.size());
  double stiffest = 0.0;
  for (std::size_t i = 0; i < stiffness_.size(); ++i)
    stiffest = std::max(stiffest, 3.0 * mu[i] + step / capacity[i]);
  for (std::size_t i = 0; i < stiffness_.size(); ++i) {
    const double beta = 3.0 * mu[i] + step / capacity[i];
    stiffness_[i] = volume * beta;
    // Preconditioners divide by it, also where the law is local and T is known (s = 0).
    softness[i] = 1.0 / std::max(beta, 1e-6 * stiffest);
    surplus_[i] = volume * (beta - mu[i]) * softness[i];
  }
  if (grid.dimensions() > 1) components_ = std::make_unique<FluxComponents>(grid);
  for (int a = 0; a < grid.dimensions(); ++a) {
    const double area = volume / grid.axis(a).spacing;
    const std::vector<double>&r = circuit.resistance(a), &l = circuit.inductance(a);
    offsets_[slot(a) + 1] = offset(a) + faces(grid, a);
    for (std::size_t f = 0; f < r.size(); ++f) {
      const double inertia = step > 0.0 ? l[f] / step : 0.0;
      own_.push_back(area * (r[f] + inertia));
      memory_.push_back(area * inertia);
      fixed_.push_back(fixed[slot(a)][f]);
      conductance[slot(a)].push_back(fixed_.back() ? 0.0 : 1.0 / (r[f] + inertia));
    }
    for (int b = 0; b < a; ++b) add_edges(b, a, mu, no_slip);
  }
  for (std::size_t f = 0; f < own_.size(); ++f) norm_ = std::max(norm_, own_[f]);
  for (int a = 0; a < grid.dimensions(); ++a)
    norm_ += 4.0 * volume * stiffest / (grid.axis(a).spacing * grid.axis(a).spacing);
  if (grid.dimensions() == 1) {
    line_ = std::make_unique<Tridiagonal>(line());
    return;
  }
  irrotational_ =
      std::make_unique<DiffusionSolver>(grid, softness, conductance, 1.0, interrupt, false);
  add_compression(mu);
  components_->build(own_, fixed_, interrupt);
}

/// Dᵀ μ D of the components one by one.
void NonlocalFlux::add_compression(std::span<const double> mu) {
  for (int a = 0; a < grid_.dimensions(); ++a) {
    const double h = grid_.axis(a).spacing;
    for (Index i = 0; i < grid_.size(); ++i) {
      Place p{};
      for (int b = 0; b < grid_.dimensions(); ++b)
        p[slot(b)] = i / grid_.stride(b) % grid_.axis(b).points;
      components_->join(a, a, p, grid_.cell_volume() * mu[slot(i)] / (h * h));
    }
  }
}

void NonlocalFlux::add_edges(int a, int b, std::span<const double> mu, bool no_slip) {
  const int c = 3 - a - b;
  const bool third = c < grid_.dimensions() && grid_.dimensions() == 3;
  const Index na = grid_.axis(a).points, nb = grid_.axis(b).points;
  const bool ring_a = grid_.axis(a).periodic, ring_b = grid_.axis(b).periodic;
  const double ha = grid_.axis(a).spacing, hb = grid_.axis(b).spacing;
  Place p{};
  std::vector<InnerEdge>& inner = inner_[slot(c)];
  slope_[slot(c)] = {1.0 / ha, 1.0 / hb};
  const auto add = [&](Index pa, Index pb) {
    const bool low_a = pa > 0 || ring_a, up_a = pa < na;
    const bool low_b = pb > 0 || ring_b, up_b = pb < nb;
    const double share = (low_a && up_a ? 1.0 : 0.5) * (low_b && up_b ? 1.0 : 0.5);
    if (share < 1.0 && !no_slip) return;
    Edge edge;
    std::size_t k = 0;
    double sum = 0.0;
    int cells = 0;
    for (const Index da : {Index{0}, Index{1}})
      for (const Index db : {Index{0}, Index{1}}) {
        if (!(da == 0 ? low_a : up_a) || !(db == 0 ? low_b : up_b)) continue;
        p[slot(a)] = (pa - 1 + da + na) % na;
        p[slot(b)] = (pb - 1 + db + nb) % nb;
        sum += mu[slot(cell_at(grid_, p))];
        ++cells;
      }
    edge.weight = share * grid_.cell_volume() * sum / cells;
    const auto put = [&](int axis, Index along, int across, Index cell, double value) {
      p[slot(axis)] = along;
      p[slot(across)] = cell;
      edge.face[k] = offset(axis) + lower_face(grid_, axis, p);
      edge.c[k++] = value;
    };
    // Beyond a wall the flux along it continues with the opposite sign.
    const double ca = (low_a && up_a ? 1.0 : 2.0) / ha, cb = (low_b && up_b ? 1.0 : 2.0) / hb;
    if (up_a) put(b, pb, a, pa, ca);
    if (low_a) put(b, pb, a, (pa - 1 + na) % na, -ca);
    if (up_b) put(a, pa, b, pb, -cb);
    if (low_b) put(a, pa, b, (pb - 1 + nb) % nb, cb);
    if (k == 4 && share == 1.0)
      inner.push_back(
          {{face32(edge.face[0]), face32(edge.face[1]), face32(edge.face[2]), face32(edge.face[3])},
           edge.weight});
    else
      edges_.push_back(edge);
    p[slot(a)] = pa;
    p[slot(b)] = pb;
    components_->join(b, a, p, edge.weight * ca * ca);
    components_->join(a, b, p, edge.weight * cb * cb);
  };
  for (Index pc = 0; pc < (third ? grid_.axis(c).points : 1); ++pc)
    for (Index pa = 0; pa < na + (ring_a ? 0 : 1); ++pa)
      for (Index pb = 0; pb < nb + (ring_b ? 0 : 1); ++pb) {
        if (third) p[slot(c)] = pc;
        add(pa, pb);
      }
}

void NonlocalFlux::multiply(const std::vector<double>& q, std::vector<double>& result,
                            std::vector<double>& site) const {
  for (std::size_t f = 0; f < q.size(); ++f) result[f] = own_[f] * q[f];
  std::fill(site.begin(), site.end(), 0.0);
  for (int a = 0; a < grid_.dimensions(); ++a) {
    const double scale = 1.0 / grid_.axis(a).spacing;
    for_each_cell(grid_, a,
                  [&, x = q.data() + offset(a), s = site.data()](Index i, Index l, Index u) {
                    s[i] += scale * (x[u] - x[l]);
                  });
  }
  for (std::size_t i = 0; i < site.size(); ++i) site[i] *= stiffness_[i];
  for (int a = 0; a < grid_.dimensions(); ++a) {
    const double scale = 1.0 / grid_.axis(a).spacing;
    for_each_cell(grid_, a,
                  [&, y = result.data() + offset(a), s = site.data()](Index i, Index l, Index u) {
                    y[u] += scale * s[i];
                    y[l] -= scale * s[i];
                  });
  }
  for (std::size_t plane = 0; plane < 3; ++plane) {
    const auto [ca, cb] = slope_[plane];
    double* const y = result.data();
    for (const InnerEdge& e : inner_[plane]) {
      const auto [u, l, v, m] = e.face;
      const double curl = ca * (q[u] - q[l]) - cb * (q[v] - q[m]);
      const double along = e.weight * ca * curl, across = e.weight * cb * curl;
      y[u] += along;
      y[l] -= along;
      y[v] -= across;
      y[m] += across;
    }
  }
  for (const Edge& e : edges_) {
    double curl = 0.0;
    for (std::size_t k = 0; k < 4; ++k) curl += e.c[k] * q[slot(e.face[k])];
    for (std::size_t k = 0; k < 4; ++k) result[slot(e.face[k])] += e.weight * curl * e.c[k];
  }
  for (std::size_t f = 0; f < q.size(); ++f)
    if (fixed_[f]) result[f] = 0.0;
}

/// Puts (1/(3μ + s/C) + D/own Dᵀ)⁻¹ D r/own on the sites, z = r/own on the faces.
void NonlocalFlux::conduct_potential(const std::vector<double>& r, double relative, Work& work,
                                     Interrupt& interrupt) const {
  std::vector<double>&s = work.site, &z = work.vectors.z;
  for (std::size_t f = 0; f < r.size(); ++f) z[f] = fixed_[f] ? 0.0 : r[f] / own_[f];
  std::fill(s.begin(), s.end(), 0.0);
  for (int a = 0; a < grid_.dimensions(); ++a) {
    const double scale = 1.0 / grid_.axis(a).spacing;
    for_each_cell(grid_, a, [&, x = z.data() + offset(a)](Index i, Index l, Index u) {
      s[slot(i)] += scale * (x[u] - x[l]);
    });
  }
  irrotational_->solve(s, work.solver, interrupt, nullptr, relative);
}

/// The matrix without Curlᵀ μ Curl, inverted by Woodbury's formula: a scalar diffusion problem.
/// Symmetric, and exact on fluxes without vortices where r + L/s is uniform.
void NonlocalFlux::precondition_irrotational(const std::vector<double>& r, std::vector<double>& z,
                                             Work& work, Interrupt& interrupt) const {
  conduct_potential(r, 1e-14, work, interrupt);
  const double volume = grid_.cell_volume();
  for (int a = 0; a < grid_.dimensions(); ++a) {
    const double area = volume / grid_.axis(a).spacing;
    for_each_cell(grid_, a, [&](Index i, Index l, Index u) {
      const Index low = offset(a) + l, up = offset(a) + u;
      if (!fixed_[slot(up)]) z[slot(up)] -= area * work.site[slot(i)] / own_[slot(up)];
      if (!fixed_[slot(low)]) z[slot(low)] += area * work.site[slot(i)] / own_[slot(low)];
    });
  }
}

/// (own − μ∇²)⁻¹ [1 − Dᵀ(2μ + s/C)/(3μ + s/C)(1/(3μ + s/C) + D/own Dᵀ)⁻¹ D/own]. The bracket is
/// (own + μk²)/(own + (3μ + s/C)k²) on gradients and 1 on vortices, and so all of it is exact where
/// own and μ are uniform, whatever the flux.
void NonlocalFlux::precondition(const std::vector<double>& r, std::vector<double>& z, Work& work,
                                Interrupt& interrupt) const {
  constexpr double enough = 1e-2;  // of what one iteration gains where coefficients vary
  conduct_potential(r, enough, work, interrupt);
  std::copy(r.begin(), r.end(), z.begin());
  for (int a = 0; a < grid_.dimensions(); ++a) {
    const double scale = 1.0 / grid_.axis(a).spacing;
    for_each_cell(grid_, a, [&, x = z.data() + offset(a)](Index i, Index l, Index u) {
      const double load = scale * surplus_[slot(i)] * work.site[slot(i)];
      x[u] -= load;
      x[l] += load;
    });
  }
  for (std::size_t f = 0; f < z.size(); ++f)
    if (fixed_[f]) z[f] = 0.0;
  components_->solve(z, enough, work.components, interrupt);
}

/// Solves for what the guess lacks, work.vectors.b the residual that it leaves.
void NonlocalFlux::correct(double absolute, Work& work, Interrupt& interrupt) const {
  const Residual wanted{norm_, 1e-14, absolute};
  const auto apply = [&](const std::vector<double>& in, std::vector<double>& out) {
    multiply(in, out, work.site);
  };
  const bool done = conjugate_residuals(
      work.vectors, work.past, wanted, apply,
      [&](const std::vector<double>& in, std::vector<double>& out) {
        precondition(in, out, work, interrupt);
      },
      interrupt);
  if (done) return;
  conjugate_gradients(
      work.vectors, wanted, apply,
      [&](const std::vector<double>& in, std::vector<double>& out) {
        precondition_irrotational(in, out, work, interrupt);
      },
      interrupt);
}

/// The matrix of a line; rows of fixed faces are left uncoupled.
Tridiagonal NonlocalFlux::line() const {
  const Index n = grid_.axis(0).points;
  const bool ring = grid_.axis(0).periodic;
  const double scale = 1.0 / (grid_.axis(0).spacing * grid_.axis(0).spacing);
  std::vector<double> diagonal(own_), link(slot(n));
  for_each_cell(grid_, 0, [&](Index i, Index l, Index u) {
    diagonal[slot(l)] += scale * stiffness_[slot(i)];
    diagonal[slot(u)] += scale * stiffness_[slot(i)];
    link[slot(l)] = fixed_[slot(l)] || fixed_[slot(u)] ? 0.0 : -scale * stiffness_[slot(i)];
  });
  // On a ring face k is joined to k + 1 through cell k + 1: link k, as Tridiagonal counts them.
  if (!ring) link.resize(slot(n));
  return {std::move(diagonal), std::move(link)};
}

void NonlocalFlux::solve(const std::vector<double>& pressure, const FaceField& star,
                         const HeatDrive& drive, Index row, FaceField& q,
                         LinearPredictor* predictor, Work& work, Interrupt& interrupt) const {
  ConjugateGradientWork& v = work.vectors;
  const std::size_t n = own_.size();
  v.resize(n);
  work.guess.resize(n);
  work.site.resize(slot(grid_.size()));
  for (int a = 0; a < grid_.dimensions(); ++a) {
    const std::size_t at = slot(offset(a));
    const double area = grid_.cell_volume() / grid_.axis(a).spacing;
    double* const b = v.b.data() + at;
    const double* const s = star[slot(a)].data();
    const double* const m = memory_.data() + at;
    for (std::size_t f = 0; f < star[slot(a)].size(); ++f) b[f] = m[f] * s[f];
    for_each_link(grid_, a, [&](Index f, Index i, Index j) {
      b[f] += area * (pressure[slot(i)] - pressure[slot(j)]);
    });
    for (const int end : {0, 1})
      for_each_side_face(grid_, a, end, [&](Index f, Index i, Index j) {
        b[f] += (end == 0 ? area : -area) * (drive.side(a, end, row, j) - pressure[slot(i)]);
      });
    std::copy(q[slot(a)].begin(), q[slot(a)].end(), work.guess.data() + at);
  }
  // What is fixed goes to the right-hand side; the rest is found as a correction to the guess.
  multiply(work.guess, v.r, work.site);
  for (std::size_t f = 0; f < n; ++f) v.b[f] = fixed_[f] ? 0.0 : v.b[f] - v.r[f];
  if (line_) {
    line_->solve(v.b.data());
  } else {
    const std::vector<double>* const begin = predictor ? predictor->predict() : nullptr;
    if (begin)
      v.x = *begin;
    else
      std::fill(v.x.begin(), v.x.end(), 0.0);
    correct(1e-14 * norm_ * std::sqrt(dot(work.guess, work.guess)), work, interrupt);
    if (predictor) predictor->learn(v.x);
  }
  const std::vector<double>& correction = line_ ? v.b : v.x;
  for (int a = 0; a < grid_.dimensions(); ++a)
    for (std::size_t f = 0; f < q[slot(a)].size(); ++f)
      q[slot(a)][f] = work.guess[slot(offset(a)) + f] + correction[slot(offset(a)) + f];
}

}  // namespace heatgauge
