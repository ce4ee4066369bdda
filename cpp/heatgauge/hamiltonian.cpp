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

/// Entries of the rows of a line along the last axis.
struct Hamiltonian::LineEntries {
  std::vector<std::vector<Complex>> across;  // one run along the line for each entry
  std::size_t used = 0;
  std::vector<Complex> along;    // one for each hop on the line
  std::vector<double> diagonal;  // kinetic, one for each site
};

namespace {

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
  const int last = grid_.dimensions() - 1;
  const Index n = grid_.axis(last).points;
  Index next = 0;
  outer[0] = 0;
  for (Index site = 0; site < grid_.size(); ++site, here.advance()) {
    const Index along = here.position()[static_cast<std::size_t>(last)];
    if (along > reach_ && along + reach_ < n) {  // no end near: the row before, moved by one
      const Index width = next - outer[site - 1];
      for (Index k = 0; k < width; ++k, ++next) inner[next] = inner[next - width] + 1;
      outer[site + 1] = next;
      continue;
    }
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

/// Entries of the hops on a line along the last axis, and the kinetic diagonal of its sites.
void Hamiltonian::along(const CarrierFields& fields, Index site,
                        const std::array<Index, 3>& position, LineEntries& scratch) const {
  const int last = grid_.dimensions() - 1;
  const Axis& axis = grid_.axis(last);
  const Index ring = axis.links();
  const Complex* links = fields.links(last) + site / axis.points * ring;
  const double scale = scales_[static_cast<std::size_t>(last)];
  Complex* out = scratch.along.data();
  for (const Hop& hop : stencils_.back().hops()) {
    Complex product = links[hop.first_link];
    Index next = hop.first_link;
    for (int k = 1; k < hop.length; ++k) {
      next = next + 1 < ring ? next + 1 : 0;
      product = times(product, links[next]);
    }
    double factor = scale * hop.weight;
    if (!site_masses_.empty()) factor /= link_mass(last, site / axis.points, hop.first_link, 0);
    *out++ = Complex(factor * product.real(), factor * product.imag());
  }
  if (!kinetic_diagonal_.empty()) {
    std::copy_n(kinetic_diagonal_.begin() + site, axis.points, scratch.diagonal.begin());
    return;
  }
  double others = 0.0;
  for (std::size_t a = 0; a + 1 < stencils_.size(); ++a) {
    others += scales_[a] * stencils_[a].diagonal()[static_cast<std::size_t>(position[a])];
  }
  const std::vector<double>& weights = stencils_.back().diagonal();
  for (std::size_t i = 0; i < weights.size(); ++i) {
    scratch.diagonal[i] = others + scale * weights[i];
  }
}

/// The part of row i along its own line, where some neighbour is beyond an end.
Complex* Hamiltonian::fill_end(const LineEntries& scratch, Index i, double diagonal,
                               Complex* values) const {
  Index previous = -1;
  bool before = true;
  for (const HopInRow& entry : stencils_.back().row(i)) {
    if (before && entry.column > i) *values++ = diagonal;
    before = before && entry.column < i;
    const Complex hop = scratch.along[static_cast<std::size_t>(entry.hop)];
    const Complex value = entry.reversed ? std::conj(hop) : hop;
    if (entry.column == previous) {
      values[-1] += value;
    } else {
      *values++ = value;
    }
    previous = entry.column;
  }
  if (before) *values++ = diagonal;
  return values;
}

/// The rows of one line along the last axis, all alike in the entries of the other axes.
Complex* Hamiltonian::fill_line(const CarrierFields& fields, Index site,
                                const std::array<Index, 3>& position, LineEntries& scratch,
                                Complex* values) const {
  const std::size_t below = across(fields, site, position, scratch);
  along(fields, site, position, scratch);
  const double* potential = fields.potential() + site;
  const Index n = grid_.axis(grid_.dimensions() - 1).points;
  for (Index i = 0; i < n; ++i) {
    const auto k = static_cast<std::size_t>(i);
    for (std::size_t e = 0; e < below; ++e) *values++ = scratch.across[e][k];
    const double diagonal = scratch.diagonal[k] + potential[i];
    if (i < reach_ || i + reach_ >= n) {
      values = fill_end(scratch, i, diagonal, values);
    } else {  // every site before i has all its `reach` hops
      const Complex* hops = scratch.along.data() + i * reach_;
      for (Index step = reach_; step > 0; --step) {
        *values++ = std::conj(hops[step - 1 - step * reach_]);
      }
      *values++ = diagonal;
      for (Index step = 0; step < reach_; ++step) *values++ = hops[step];
    }
    for (std::size_t e = below; e < scratch.used; ++e) *values++ = scratch.across[e][k];
  }
  return values;
}

/// Entries of a line's rows along the axes before the last, by ascending column; returns how many
/// lie below the diagonal.
std::size_t Hamiltonian::across(const CarrierFields& fields, Index site,
                                const std::array<Index, 3>& position, LineEntries& scratch) const {
  const Index n = grid_.axis(grid_.dimensions() - 1).points;
  std::size_t below = 0;
  scratch.used = 0;
  int axis_before = -1;
  Index previous = -1;
  const auto visit = [&](int a, const HopInRow& row_entry) {
    if (a == grid_.dimensions() - 1) return;
    const Index stride = grid_.stride(a);
    const LineStencil& stencil = stencils_[static_cast<std::size_t>(a)];
    std::vector<Complex>& out = scratch.across[scratch.used];
    entries(fields.links(a), a, stencil.hops()[static_cast<std::size_t>(row_entry.hop)],
            site / stride / grid_.axis(a).points, site % stride, n, out.data());
    if (row_entry.reversed) {
      for (Complex& value : out) value = std::conj(value);
    }
    if (a == axis_before && row_entry.column == previous) {  // both links of a periodic pair
      std::vector<Complex>& sum = scratch.across[scratch.used - 1];
      for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += out[i];
    } else {
      ++scratch.used;
    }
    axis_before = a;
    previous = row_entry.column;
  };
  visit_row(stencils_, position, visit, [&] { below = scratch.used; });
  return below;
}

void Hamiltonian::fill(const CarrierFields& fields, Complex* values) const {
  const Index n = grid_.axis(grid_.dimensions() - 1).points;
  LineEntries scratch;
  // Each axis has at most 2·reach neighbours; one more run is written before it is added.
  scratch.across.assign(static_cast<std::size_t>(4 * reach_ + 2),
                        std::vector<Complex>(static_cast<std::size_t>(n)));
  scratch.along.resize(stencils_.back().hops().size());
  scratch.diagonal.resize(static_cast<std::size_t>(n));
  std::array<Index, 3> position{};
  for (Index site = 0; site < grid_.size(); site += n) {
    Index line = site / n;
    for (int a = grid_.dimensions() - 1; a-- > 0; line /= grid_.axis(a).points) {
      position[static_cast<std::size_t>(a)] = line % grid_.axis(a).points;
    }
    values = fill_line(fields, site, position, scratch, values);
  }
}

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
