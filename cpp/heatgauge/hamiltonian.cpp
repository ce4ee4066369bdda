#include "heatgauge/hamiltonian.hpp"

#include <algorithm>

namespace heatgauge {

Hamiltonian::Hamiltonian(const Grid& grid, const std::vector<double>& masses, double hbar,
                         int order)
    : grid_(grid), hbar_(hbar), reach_(order / 2) {
  for (int a = 0; a < grid.dimensions(); ++a) {
    const Axis& axis = grid.axis(a);
    stencils_.emplace_back(axis, order);
    const double ratio = hbar / axis.spacing;
    scales_[static_cast<std::size_t>(a)] =
        ratio * ratio / (2.0 * masses[static_cast<std::size_t>(a)]);
  }
}

Hamiltonian::Hamiltonian(const Grid& grid, const double* site_masses, double hbar)
    : grid_(grid), hbar_(hbar), reach_(1), site_masses_(site_masses, site_masses + grid.size()) {
  kinetic_diagonal_.assign(site_masses_.size(), 0.0);
  for (int a = 0; a < grid.dimensions(); ++a) {
    const Axis& axis = grid.axis(a);
    stencils_.emplace_back(axis, 2);
    const double ratio = hbar / axis.spacing;
    scales_[static_cast<std::size_t>(a)] = 0.5 * ratio * ratio;
    const Index stride = grid.stride(a);
    for (Index site = 0; site < grid.size(); ++site) {
      const Index i = site / stride % axis.points;
      const Index o = site / stride / axis.points;
      const Index c = site % stride;
      // Each of the two faces gives 1/m; a wall half a cell away gives twice the 1/m of its site.
      const bool lower = axis.periodic || i > 0;
      const bool upper = axis.periodic || i + 1 < axis.points;
      const double own = 2.0 / site_masses_[static_cast<std::size_t>(site)];
      const double below =
          lower ? 1.0 / link_mass(a, o, (i + axis.points - 1) % axis.points, c) : own;
      const double above = upper ? 1.0 / link_mass(a, o, i, c) : own;
      kinetic_diagonal_[static_cast<std::size_t>(site)] +=
          scales_[static_cast<std::size_t>(a)] * (below + above);
    }
  }
}

double Hamiltonian::link_mass(int a, Index outer, Index link, Index inner) const {
  if (site_masses_.empty()) {
    const double ratio = hbar_ / grid_.axis(a).spacing;
    return ratio * ratio / (2.0 * scales_[static_cast<std::size_t>(a)]);
  }
  const Index n = grid_.axis(a).points;
  const Index stride = grid_.stride(a);
  const Index start = (outer * n + link) * stride + inner;
  const Index end = (outer * n + (link + 1) % n) * stride + inner;
  return 0.5 * (site_masses_[static_cast<std::size_t>(start)] +
                site_masses_[static_cast<std::size_t>(end)]);
}

Complex Hamiltonian::entry(const Complex* links, int a, const Hop& hop, Index outer,
                           Index inner) const {
  const Index count = grid_.axis(a).links();
  const Index stride = grid_.stride(a);
  const Complex* line = links + outer * count * stride + inner;
  Complex product = line[hop.first_link * stride];
  for (int k = 1; k < hop.length; ++k) {
    product = times(product, line[(hop.first_link + k) % count * stride]);
  }
  double factor = scales_[static_cast<std::size_t>(a)] * hop.weight;
  if (!site_masses_.empty()) factor /= link_mass(a, outer, hop.first_link, inner);
  return {factor * product.real(), factor * product.imag()};
}

double Hamiltonian::kinetic_diagonal(Index site, const std::array<Index, 3>& position) const {
  if (!kinetic_diagonal_.empty()) return kinetic_diagonal_[static_cast<std::size_t>(site)];
  double sum = 0.0;
  for (std::size_t a = 0; a < stencils_.size(); ++a) {
    sum += scales_[a] * stencils_[a].diagonal()[static_cast<std::size_t>(position[a])];
  }
  return sum;
}

namespace {

/// Position of a site on each axis, counted up with the site.
class Odometer {
 public:
  explicit Odometer(const Grid& grid) : grid_(grid) {}
  const std::array<Index, 3>& position() const { return position_; }
  void advance() {
    for (int a = grid_.dimensions(); a-- > 0;) {
      Index& i = position_[static_cast<std::size_t>(a)];
      if (++i < grid_.axis(a).points) return;
      i = 0;
    }
  }

 private:
  const Grid& grid_;
  std::array<Index, 3> position_{};
};

/// Calls visit(axis, entries, first, last) for the runs of non-diagonal entries of one row in
/// ascending column order, and diagonal() in their midst: axis 0 below, …, diagonal, …, axis 0
/// above. The order holds because a step along an earlier axis is longer than a later axis.
template <typename Visit, typename Diagonal>
void visit_row(const std::vector<LineStencil>& stencils, const std::array<Index, 3>& position,
               Visit visit, Diagonal diagonal) {
  const int dimensions = static_cast<int>(stencils.size());
  const auto half = [&](int a, bool above) {
    const Index i = position[static_cast<std::size_t>(a)];
    for (const HopInRow& entry : stencils[static_cast<std::size_t>(a)].row(i)) {
      if ((entry.column > i) == above) visit(a, entry);
    }
  };
  for (int a = 0; a < dimensions; ++a) half(a, false);
  diagonal();
  for (int a = dimensions; a-- > 0;) half(a, true);
}

}  // namespace

Index Hamiltonian::nonzeros() const {
  Index count = grid_.size();
  for (int a = 0; a < grid_.dimensions(); ++a) {
    const Index n = grid_.axis(a).points;
    Index per_line = 0;
    for (Index i = 0; i < n; ++i) {
      Index previous = -1;
      for (const HopInRow& entry : stencils_[static_cast<std::size_t>(a)].row(i)) {
        per_line += entry.column != previous;
        previous = entry.column;
      }
    }
    count += per_line * (grid_.size() / n);
  }
  return count;
}

void Hamiltonian::pattern(Index* outer, Index* inner) const {
  Odometer here(grid_);
  Index next = 0;
  outer[0] = 0;
  for (Index site = 0; site < grid_.size(); ++site, here.advance()) {
    Index previous = -1;
    visit_row(
        stencils_, here.position(),
        [&](int a, const HopInRow& entry) {
          const Index i = here.position()[static_cast<std::size_t>(a)];
          const Index column = site + (entry.column - i) * grid_.stride(a);
          if (column == previous) return;
          inner[next++] = previous = column;
        },
        [&] { inner[next++] = site; });
    outer[site + 1] = next;
  }
}

void Hamiltonian::fill(const CarrierFields& fields, Complex* values) const {
  Odometer here(grid_);
  Index next = 0;
  for (Index site = 0; site < grid_.size(); ++site, here.advance()) {
    Index previous = -1;
    visit_row(
        stencils_, here.position(),
        [&](int a, const HopInRow& row_entry) {
          const Index i = here.position()[static_cast<std::size_t>(a)];
          const Index stride = grid_.stride(a);
          const Index outer = site / stride / grid_.axis(a).points;
          const Hop& hop = stencils_[static_cast<std::size_t>(a)]
                               .hops()[static_cast<std::size_t>(row_entry.hop)];
          Complex value = entry(fields.links(a), a, hop, outer, site % stride);
          if (row_entry.reversed) value = std::conj(value);
          const Index column = site + (row_entry.column - i) * stride;
          if (column == previous) {
            values[next - 1] += value;
          } else {
            values[next++] = value;
          }
          previous = column;
        },
        [&] {
          values[next++] = kinetic_diagonal(site, here.position()) + fields.potential()[site];
        });
  }
}

void Hamiltonian::apply(const CarrierFields& fields, const Complex* psi, Complex* out) const {
  Odometer here(grid_);
  for (Index site = 0; site < grid_.size(); ++site, here.advance()) {
    const double diagonal = kinetic_diagonal(site, here.position()) + fields.potential()[site];
    out[site] = Complex(diagonal * psi[site].real(), diagonal * psi[site].imag());
  }
  for (int a = 0; a < grid_.dimensions(); ++a) {
    const Index n = grid_.axis(a).points;
    const Index stride = grid_.stride(a);
    for (Index o = 0; o < grid_.outer(a); ++o) {
      for (const Hop& hop : stencils_[static_cast<std::size_t>(a)].hops()) {
        const Index from = (o * n + hop.from) * stride;
        const Index to = (o * n + hop.to) * stride;
        for (Index c = 0; c < stride; ++c) {
          const Complex h = entry(fields.links(a), a, hop, o, c);
          out[from + c] += times(h, psi[to + c]);
          out[to + c] += conj_times(h, psi[from + c]);
        }
      }
    }
  }
}

void Hamiltonian::current(const CarrierFields& fields, const Complex* psi, int a,
                          double* flux) const {
  const Axis& axis = grid_.axis(a);
  const Index stride = grid_.stride(a);
  const Index count = axis.links();
  std::fill(flux, flux + grid_.links(a), 0.0);
  const double factor = 2.0 * axis.spacing / hbar_;
  for (Index o = 0; o < grid_.outer(a); ++o) {
    for (const Hop& hop : stencils_[static_cast<std::size_t>(a)].hops()) {
      const Index from = (o * axis.points + hop.from) * stride;
      const Index to = (o * axis.points + hop.to) * stride;
      for (Index c = 0; c < stride; ++c) {
        // d|ψ_to|²/dt gains (2/ħ) Im ψ*_to H(to,from) ψ_from from the site `from`
        const Complex h = entry(fields.links(a), a, hop, o, c);
        const double rate = factor * conj_times(times(h, psi[to + c]), psi[from + c]).imag();
        for (int k = 0; k < hop.length; ++k) {
          flux[(o * count + (hop.first_link + k) % count) * stride + c] += rate;
        }
      }
    }
  }
}

}  // namespace heatgauge
