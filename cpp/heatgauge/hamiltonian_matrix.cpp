/// H as a matrix of compressed rows.
#include <algorithm>

#include "heatgauge/hamiltonian.hpp"
#include "heatgauge/thread_pool.hpp"

namespace heatgauge {

namespace {

/// out = factor·links, conjugated if `reversed`.
void scaled(const Complex* links, Index count, double factor, bool reversed, Complex* out) {
  const double* u = reinterpret_cast<const double*>(links);  // std::complex is an array of two
  double* value = reinterpret_cast<double*>(out);
  const double conjugated = reversed ? -factor : factor;
  for (Index i = 0; i < count; ++i) {
    value[2 * i] = factor * u[2 * i];
    value[2 * i + 1] = conjugated * u[2 * i + 1];
  }
}

/// Whether hop i leads over link i alone, with one weight for all.
bool one_link_each(const std::vector<Hop>& hops) {
  Index i = 0;
  for (const Hop& hop : hops) {
    if (hop.length != 1 || hop.first_link != i++ || hop.weight != hops.front().weight) return false;
  }
  return !hops.empty();
}

}  // namespace

/// Entries of the rows of a line along the last axis.
struct Hamiltonian::LineEntries {
  std::vector<std::vector<Complex>> across;  // one run along the line for each entry
  std::size_t used = 0;
  std::vector<Complex> along;    // one for each hop on the line
  std::vector<double> diagonal;  // kinetic, one for each site
  bool plain = false;            // entry i of `along` is a multiple of link i

  /// All rows of order 2 but the first and the last, with kSide entries from the other axes on
  /// either side: a fixed number, so that no row takes a branch.
  template <std::size_t kSide>
  Complex* inner_rows(const double* potential, Index n, Complex* values) const {
    std::array<const Complex*, 2 * kSide> sides{};
    for (std::size_t e = 0; e < sides.size(); ++e) sides[e] = across[e].data();
    const Complex* hops = along.data();
    for (Index i = 1; i < n - 1; ++i) {
      for (std::size_t e = 0; e < kSide; ++e) *values++ = sides[e][i];
      *values++ = std::conj(hops[i - 1]);
      *values++ = diagonal[static_cast<std::size_t>(i)] + potential[i];
      *values++ = hops[i];
      for (std::size_t e = kSide; e < sides.size(); ++e) *values++ = sides[e][i];
    }
    return values;
  }
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

/// Non-diagonal entries of row i that lie along axis a.
Index Hamiltonian::neighbours(int a, Index i) const {
  Index count = 0;
  Index previous = -1;
  for (const HopInRow& entry : stencils_[static_cast<std::size_t>(a)].row(i)) {
    count += entry.column != previous;
    previous = entry.column;
  }
  return count;
}

Index Hamiltonian::nonzeros() const {
  Index count = grid_.size();
  for (int a = 0; a < grid_.dimensions(); ++a) {
    const Index n = grid_.axis(a).points;
    Index per_line = 0;
    for (Index i = 0; i < n; ++i) per_line += neighbours(a, i);
    count += per_line * (grid_.size() / n);
  }
  return count;
}

/// The parts of the lines along the last axis that go to one thread, and where their entries begin.
template <typename Visit>
void Hamiltonian::each_line(int threads, Visit visit) const {
  const int last = grid_.dimensions() - 1;
  const Index n = grid_.axis(last).points;
  const Index lines = grid_.size() / n;
  const auto position_of = [&](Index line) {
    std::array<Index, 3> position{};
    for (int a = last; a-- > 0; line /= grid_.axis(a).points) {
      position[static_cast<std::size_t>(a)] = line % grid_.axis(a).points;
    }
    return position;
  };
  Index own = n;  // the diagonal, and the entries along the line
  for (Index i = 0; i < n; ++i) own += neighbours(last, i);
  std::vector<Index> first(static_cast<std::size_t>(lines + 1), 0);
  for (Index line = 0; line < lines; ++line) {
    const std::array<Index, 3> position = position_of(line);
    Index entries = own;
    for (int a = 0; a < last; ++a)
      entries += n * neighbours(a, position[static_cast<std::size_t>(a)]);
    first[static_cast<std::size_t>(line + 1)] = first[static_cast<std::size_t>(line)] + entries;
  }
  const Index parts = threads == 1 ? 1 : std::min(lines, Index{8} * threads);
  ThreadPool(threads).run(parts, [&](Index part, int) {
    LineEntries scratch = make_scratch();
    for (Index line = part * lines / parts; line < (part + 1) * lines / parts; ++line) {
      visit(line * n, position_of(line), first[static_cast<std::size_t>(line)], scratch);
    }
  });
}

void Hamiltonian::pattern(Index* outer, Index* inner, int threads) const {
  outer[0] = 0;
  each_line(threads, [&](Index site, const std::array<Index, 3>& position, Index next,
                         LineEntries&) { pattern_of_line(site, position, next, outer, inner); });
}

void Hamiltonian::pattern_of_line(Index site, std::array<Index, 3> position, Index next,
                                  Index* outer, Index* inner) const {
  const auto last = static_cast<std::size_t>(grid_.dimensions() - 1);
  const Index n = grid_.axis(static_cast<int>(last)).points;
  Index width = 0;
  for (Index along = 0; along < n; ++along, ++site) {
    if (along > reach_ && along + reach_ < n) {  // no end near: the row before, moved by one
      for (Index k = 0; k < width; ++k, ++next) inner[next] = inner[next - width] + 1;
      outer[site + 1] = next;
      continue;
    }
    const Index start = next;
    position[last] = along;
    Index previous = -1;
    visit_row(
        stencils_, position,
        [&](int a, const HopInRow& entry) {
          const Index i = position[static_cast<std::size_t>(a)];
          const Index column = site + (entry.column - i) * grid_.stride(a);
          if (column == previous) return;
          inner[next++] = previous = column;
        },
        [&] { inner[next++] = site; });
    outer[site + 1] = next;
    width = next - start;
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
  const std::vector<Hop>& hops = stencils_.back().hops();
  const bool plain = scratch.plain && site_masses_.empty();
  if (plain) {
    scaled(links, static_cast<Index>(hops.size()), scale * hops.front().weight, false, out);
  }
  for (const Hop& hop : hops) {
    if (plain) break;
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
void Hamiltonian::fill_line(const CarrierFields& fields, Index site,
                            const std::array<Index, 3>& position, LineEntries& scratch,
                            Complex* values) const {
  const std::size_t below = across(fields, site, position, scratch);
  along(fields, site, position, scratch);
  const double* potential = fields.potential() + site;
  const Index n = grid_.axis(grid_.dimensions() - 1).points;
  const bool plain = reach_ == 1 && below <= 2 && scratch.used == 2 * below;
  for (Index i = 0; i < n; ++i) {
    if (plain && i == 1 && n > 2) {
      values = below == 0   ? scratch.inner_rows<0>(potential, n, values)
               : below == 1 ? scratch.inner_rows<1>(potential, n, values)
                            : scratch.inner_rows<2>(potential, n, values);
      i = n - 1;
    }
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
    const Hop& hop = stencil.hops()[static_cast<std::size_t>(row_entry.hop)];
    const Index outer = site / stride / grid_.axis(a).points;
    const Index inner = site % stride;
    if (hop.length == 1 && site_masses_.empty()) {
      const Complex* links =
          fields.links(a) + (outer * grid_.axis(a).links() + hop.first_link) * stride + inner;
      scaled(links, n, scales_[static_cast<std::size_t>(a)] * hop.weight, row_entry.reversed,
             out.data());
    } else {
      entries(fields.links(a), a, hop, outer, inner, n, out.data());
      if (row_entry.reversed) {
        for (Complex& value : out) value = std::conj(value);
      }
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

Hamiltonian::LineEntries Hamiltonian::make_scratch() const {
  const auto n = static_cast<std::size_t>(grid_.axis(grid_.dimensions() - 1).points);
  LineEntries scratch;
  // Each axis has at most 2·reach neighbours; one more run is written before it is added.
  scratch.across.assign(static_cast<std::size_t>(4 * reach_ + 2), std::vector<Complex>(n));
  scratch.along.resize(stencils_.back().hops().size());
  scratch.diagonal.resize(n);
  scratch.plain = one_link_each(stencils_.back().hops());
  return scratch;
}

void Hamiltonian::fill(const CarrierFields& fields, Complex* values, int threads) const {
  each_line(threads, [&](Index site, const std::array<Index, 3>& position, Index first,
                         LineEntries& scratch) {
    fill_line(fields, site, position, scratch, values + first);
  });
}

}  // namespace heatgauge
