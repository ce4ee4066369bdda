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

/// Entries of one hop for `count` neighbouring lines of axis `a`, the first of them `inner`.
void Hamiltonian::entries(const Complex* links, int a, const Hop& hop, Index outer, Index inner,
                          Index count, Complex* out) const {
  const Index ring = grid_.axis(a).links();
  const Index stride = grid_.stride(a);
  const Complex* first = links + outer * ring * stride + inner;
  const Complex* link = first + hop.first_link * stride;
  std::copy(link, link + count, out);
  for (int k = 1; k < hop.length; ++k) {
    link = first + (hop.first_link + k) % ring * stride;
    for (Index c = 0; c < count; ++c) out[c] = times(out[c], link[c]);
  }
  const double scale = scales_[static_cast<std::size_t>(a)] * hop.weight;
  for (Index c = 0; c < count; ++c) {
    const double factor =
        site_masses_.empty() ? scale : scale / link_mass(a, outer, hop.first_link, inner + c);
    out[c] = Complex(factor * out[c].real(), factor * out[c].imag());
  }
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

}  // namespace

void Hamiltonian::diagonal(const CarrierFields& fields, double* out) const {
  Odometer here(grid_);
  for (Index site = 0; site < grid_.size(); ++site, here.advance()) {
    out[site] = kinetic_diagonal(site, here.position()) + fields.potential()[site];
  }
}

void Hamiltonian::apply(const CarrierFields& fields, const Complex* psi, Complex* out) const {
  constexpr Index kRun = 256;
  std::array<Complex, kRun> h;
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
        for (Index start = 0; start < stride; start += kRun) {
          const Index count = std::min(kRun, stride - start);
          const Index from = (o * n + hop.from) * stride + start;
          const Index to = (o * n + hop.to) * stride + start;
          entries(fields.links(a), a, hop, o, start, count, h.data());
          for (Index c = 0; c < count; ++c) {
            const auto k = static_cast<std::size_t>(c);
            out[from + c] += times(h[k], psi[to + c]);
            out[to + c] += conj_times(h[k], psi[from + c]);
          }
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
        Complex h;
        entries(fields.links(a), a, hop, o, c, 1, &h);
        const double rate = factor * conj_times(times(h, psi[to + c]), psi[from + c]).imag();
        for (int k = 0; k < hop.length; ++k) {
          flux[(o * count + (hop.first_link + k) % count) * stride + c] += rate;
        }
      }
    }
  }
}

}  // namespace heatgauge
