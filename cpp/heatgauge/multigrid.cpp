#include "heatgauge/multigrid.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "heatgauge/multigrid_rows.hpp"

namespace heatgauge {

namespace {

std::size_t slot(Index i) { return static_cast<std::size_t>(i); }

constexpr Index few_cells = 64;  // solved directly

/// 1, 0, 1, 0, …: the mask of a colour.
const std::vector<float>& alternating() {
  static const std::vector<float>& values = *[] {
    auto* const v = new std::vector<float>(1 << 16);
    for (std::size_t i = 0; i < v->size(); ++i) (*v)[i] = i % 2 == 0 ? 1.0F : 0.0F;
    return v;
  }();
  return values;
}
constexpr Index sweeps = 2;  // before and after the correction of a level
constexpr Index longest_row = (1 << 16) - 2;

double mean(const std::vector<double>& v) {
  double sum = 0.0;
  for (const double x : v) sum += x;
  return v.empty() ? 0.0 : sum / static_cast<double>(v.size());
}

}  // namespace

Multigrid::Multigrid(CellNetwork network, Interrupt& interrupt) {
  double largest = 0.0;
  for (Index i = 0; i < network.size(); ++i) largest = std::max(largest, network.own[slot(i)]);
  for (int a = 0; a < 3; ++a)
    for (const double g : network.link[slot(a)]) largest = std::max(largest, g);
  for (std::vector<double>* v :
       {&network.own, &network.outer, &network.link[0], &network.link[1], &network.link[2]})
    for (double& x : *v) x /= largest;
  inverse_norm_ = 1.0 / largest;
  while (true) {
    interrupt.check();
    levels_.push_back(level(network));
    std::array<double, 3> strength{};
    double strongest = 0.0, total = 0.0;
    for (int a = 0; a < 3; ++a) {
      if (network.points[slot(a)] > 1) strength[slot(a)] = mean(network.link[slot(a)]);
      strongest = std::max(strongest, strength[slot(a)]);
      total += 2 * strength[slot(a)];
    }
    if (network.size() <= few_cells) {
      direct_ = true;
      break;
    }
    if (total < 0.25 * (mean(network.own) + mean(network.outer))) break;  // smoothing is enough
    std::array<bool, 3>& halved = levels_.back().halved;
    for (int a = 0; a < 3; ++a)
      halved[slot(a)] = network.points[slot(a)] > 2 && strength[slot(a)] > 0.3 * strongest;
    if (!halved[0] && !halved[1] && !halved[2])
      for (int a = 0; a < 3; ++a) halved[slot(a)] = network.points[slot(a)] > 1;
    network = coarsened(network, halved);
  }
  if (!direct_) return;
  const Index n = network.size();
  Eigen::MatrixXf m = Eigen::MatrixXf::Zero(n, n);
  const std::array<Index, 3> stride{network.points[1] * network.points[2], network.points[2], 1};
  for (Index i = 0; i < n; ++i) {
    m(i, i) += static_cast<float>(network.own[slot(i)] + network.outer[slot(i)]);
    for (int a = 0; a < 3; ++a) {
      if (network.link[slot(a)].empty()) continue;
      const Index count = network.points[slot(a)], at = i / stride[slot(a)] % count;
      const auto g = static_cast<float>(network.link[slot(a)][slot(i)]);
      if (g == 0.0F || count < 2) continue;
      const Index j = at + 1 < count ? i + stride[slot(a)] : i - at * stride[slot(a)];
      m(i, i) += g;
      m(j, j) += g;
      m(i, j) -= g;
      m(j, i) -= g;
    }
  }
  coarsest_.compute(m);
}

Multigrid::Level Multigrid::level(const CellNetwork& network) {
  Level l;
  l.points = network.points;
  l.periodic = network.periodic;
  l.halved = {};
  for (int a = 0; a < 3; ++a) l.padded[slot(a)] = l.points[slot(a)] + 2;
  l.stride = {l.padded[1] * l.padded[2], l.padded[2], 1};
  l.size = l.padded[0] * l.stride[0];
  l.inverse.assign(slot(l.size), 0.0F);
  l.diagonal.assign(slot(l.size), 0.0F);
  for (auto& g : l.link) g.assign(slot(l.size), 0.0F);
  std::vector<double> diagonal(slot(l.size), 0.0);
  Index i = 0;
  for (Index x = 0; x < l.points[0]; ++x)
    for (Index y = 0; y < l.points[1]; ++y)
      for (Index z = 0; z < l.points[2]; ++z, ++i) {
        const Index at = l.at(x, y, z);
        diagonal[slot(at)] += network.own[slot(i)] + network.outer[slot(i)];
        const std::array<Index, 3> place{x, y, z};
        for (int a = 0; a < 3; ++a) {
          if (network.link[slot(a)].empty()) continue;
          const double g = network.link[slot(a)][slot(i)];
          const Index n = l.points[slot(a)], s = l.stride[slot(a)];
          const bool last = place[slot(a)] + 1 == n;
          l.link[slot(a)][slot(at)] = static_cast<float>(g);
          // The seam is known on both paddings, which mirror the far ends.
          if (last && network.periodic[slot(a)])
            l.link[slot(a)][slot(at - n * s)] = static_cast<float>(g);
          diagonal[slot(at)] += g;
          diagonal[slot(last ? at - (n - 1) * s : at + s)] += g;
        }
      }
  for (Index x = 0; x < l.points[0]; ++x)
    for (Index y = 0; y < l.points[1]; ++y)
      for (Index z = 0; z < l.points[2]; ++z) {
        const Index at = l.at(x, y, z);
        l.diagonal[slot(at)] = static_cast<float>(diagonal[slot(at)]);
        l.inverse[slot(at)] = static_cast<float>(1.0 / diagonal[slot(at)]);
      }
  return l;
}

CellNetwork Multigrid::coarsened(const CellNetwork& fine, const std::array<bool, 3>& halved) {
  CellNetwork coarse;
  coarse.periodic = fine.periodic;
  for (int a = 0; a < 3; ++a)
    coarse.points[slot(a)] =
        halved[slot(a)] ? (fine.points[slot(a)] + 1) / 2 : fine.points[slot(a)];
  const std::array<Index, 3> fs{fine.points[1] * fine.points[2], fine.points[2], 1};
  const std::array<Index, 3> cs{coarse.points[1] * coarse.points[2], coarse.points[2], 1};
  coarse.own.assign(slot(coarse.size()), 0.0);
  coarse.outer.assign(slot(coarse.size()), 0.0);
  const auto parent = [&](Index i) {
    Index c = 0;
    for (int a = 0; a < 3; ++a) {
      const Index at = i / fs[slot(a)] % fine.points[slot(a)];
      c += (halved[slot(a)] ? at / 2 : at) * cs[slot(a)];
    }
    return c;
  };
  for (int a = 0; a < 3; ++a)
    if (!fine.link[slot(a)].empty()) coarse.link[slot(a)].assign(slot(coarse.size()), 0.0);
  for (Index i = 0; i < fine.size(); ++i) {
    const Index c = parent(i);
    coarse.own[slot(c)] += fine.own[slot(i)];
    coarse.outer[slot(c)] += fine.outer[slot(i)];
    for (int a = 0; a < 3; ++a) {
      const std::vector<double>& g = fine.link[slot(a)];
      if (g.empty() || g[slot(i)] == 0.0) continue;
      const Index n = fine.points[slot(a)], s = fs[slot(a)], at = i / s % n;
      const Index next = at + 1 < n ? i + s : i - (n - 1) * s;
      if (parent(next) == c) continue;  // inside a pair
      double resistance = 1.0 / g[slot(i)];
      if (halved[slot(a)]) {  // from the centre of one pair to that of the other
        const Index ahead = (at + 1) % n;
        if (at % 2 == 1 && g[slot(i - s)] > 0.0) resistance += 0.5 / g[slot(i - s)];
        if (ahead + 1 < n && ahead % 2 == 0 && g[slot(next)] > 0.0)
          resistance += 0.5 / g[slot(next)];
      }
      coarse.link[slot(a)][slot(c)] += 1.0 / resistance;
    }
  }
  return coarse;
}

Multigrid::Work Multigrid::work() const {
  Work work;
  for (const Level& l : levels_)
    work.levels.push_back(
        {std::vector<float>(slot(l.size), 0.0F), std::vector<float>(slot(l.size), 0.0F)});
  work.row.resize(slot(2 * levels_.front().points[2] + 6));
  return work;
}

/// Copies the ends of periodic axes to the paddings beyond the other ends.
void Multigrid::wrap(const Level& l, std::vector<float>& x) {
  for (int a = 0; a < 3; ++a) {
    if (!l.periodic[slot(a)]) continue;
    const Index n = l.points[slot(a)], s = l.stride[slot(a)];
    const int b = a == 0 ? 1 : 0, c = a == 2 ? 1 : 2;
    for (Index p = 0; p < l.points[slot(b)]; ++p)
      for (Index q = 0; q < l.points[slot(c)]; ++q) {
        const Index first = s + (p + 1) * l.stride[slot(b)] + (q + 1) * l.stride[slot(c)];
        x[slot(first - s)] = x[slot(first + (n - 1) * s)];
        x[slot(first + n * s)] = x[slot(first)];
      }
  }
}

void Multigrid::relax_slab(const Level& l, std::vector<float>& x, const std::vector<float>& b,
                           Index slab, int colour, bool first, std::vector<float>& row) {
  const bool plane = l.points[0] == 1;  // whose slabs are rows
  const Index begin = plane ? slab : 0, end = plane ? slab + 1 : l.points[1];
  const Index i = plane ? 0 : slab;
  for (Index j = begin; j < end; ++j)
    for (Index k = 0; k < l.points[2]; k += longest_row) {
      const Index at = l.at(i, j, k), n = std::min(longest_row, l.points[2] - k);
      const float* const mask = alternating().data() + ((i + j + k + colour) & 1);
      if (first)
        first_row(n, mask, l.inverse.data() + at, b.data() + at, x.data() + at);
      else if (plane)
        relax_plane_row(n, mask, l.inverse.data() + at, b.data() + at, x.data() + at, l.stride[1],
                        l.link[1].data() + at, l.link[2].data() + at, row.data());
      else
        relax_row(n, mask, l.inverse.data() + at, b.data() + at, x.data() + at, l.stride,
                  l.link[0].data() + at, l.link[1].data() + at, l.link[2].data() + at, row.data());
    }
}

/// `sweeps` times one colour and then the other. Where no end wraps around, each pass follows one
/// slab behind the one before, while its neighbours are still in cache.
void Multigrid::smooth(const Level& l, std::vector<float>& x, const std::vector<float>& b,
                       int colour, bool first, std::vector<float>& row) {
  const Index slabs = l.points[l.points[0] == 1 ? 1 : 0];
  constexpr Index passes = 2 * sweeps;
  if (l.periodic[0] || l.periodic[1] || l.periodic[2]) {
    for (Index pass = 0; pass < passes; ++pass) {
      wrap(l, x);
      for (Index p = 0; p < slabs; ++p)
        relax_slab(l, x, b, p, (colour + static_cast<int>(pass)) % 2, first && pass == 0, row);
    }
    return;
  }
  for (Index p = 0; p < slabs + passes - 1; ++p)
    for (Index pass = 0; pass < passes; ++pass)
      if (p >= pass && p - pass < slabs)
        relax_slab(l, x, b, p - pass, (colour + static_cast<int>(pass)) % 2, first && pass == 0,
                   row);
}

/// Coarse rows between which a fine row lies, with their weights: its own three quarters and that
/// of the nearer neighbour one quarter along each halved axis, which is linear interpolation
/// between cell centres; constant up to a wall.
std::size_t Multigrid::sources(const Level& fine, const Level& coarse, Index i, Index j,
                               std::array<std::pair<Index, float>, 4>& rows) {
  std::size_t count = 1;
  std::array<std::array<Index, 2>, 2> place{};
  std::array<std::array<float, 2>, 2> weight{{{1.0F, 0.0F}, {1.0F, 0.0F}}};
  for (int a = 0; a < 2; ++a) {
    const Index at = a == 0 ? i : j;
    place[slot(a)][0] = fine.halved[slot(a)] ? at / 2 : at;
    if (!fine.halved[slot(a)]) continue;
    place[slot(a)][1] = neighbour(fine, coarse, a, at);
    weight[slot(a)] = {0.75F, 0.25F};
    count *= 2;
  }
  std::size_t k = 0;
  for (std::size_t p = 0; p < 2; ++p)
    for (std::size_t q = 0; q < 2; ++q)
      if (weight[0][p] * weight[1][q] > 0.0F)
        rows[k++] = {coarse.at(place[0][p], place[1][q], 0), weight[0][p] * weight[1][q]};
  return count;
}

/// The coarse cell beside that of a fine cell on the side where the fine cell lies.
Index Multigrid::neighbour(const Level& fine, const Level& coarse, int axis, Index at) {
  const Index n = coarse.points[slot(axis)], own = at / 2;
  const Index beside = at % 2 == 0 ? own - 1 : own + 1;
  if (fine.periodic[slot(axis)]) return (beside + n) % n;
  return beside < 0 || beside >= n ? own : beside;
}

void Multigrid::restrict_residual(const Level& fine, const Level& coarse, std::vector<float>& x,
                                  std::vector<float>& to, std::vector<float>& row,
                                  const std::vector<float>& b) {
  wrap(fine, x);
  std::fill(to.begin(), to.end(), 0.0F);
  const Index n = fine.points[2], m = coarse.points[2];
  float *const r = row.data() + 1, *const sum = r + n + 1;
  std::array<std::pair<Index, float>, 4> rows;
  for (Index i = 0; i < fine.points[0]; ++i)
    for (Index j = 0; j < fine.points[1]; ++j) {
      const Index at = fine.at(i, j, 0);
      if (fine.points[0] == 1)
        residual_plane_row(n, fine.diagonal.data() + at, b.data() + at, x.data() + at,
                           fine.stride[1], fine.link[1].data() + at, fine.link[2].data() + at, r);
      else
        residual_row(n, fine.diagonal.data() + at, b.data() + at, x.data() + at, fine.stride,
                     fine.link[0].data() + at, fine.link[1].data() + at, fine.link[2].data() + at,
                     r);
      const float* one = r;
      if (fine.halved[2]) {
        r[-1] = r[n] = 0.0F;
        gather_row(n / 2, r, sum);
        if (n % 2 == 1) sum[m - 1] = 0.75F * r[n - 1] + 0.25F * r[n - 2];
        sum[neighbour(fine, coarse, 2, 0)] += 0.25F * r[0];
        if (n % 2 == 0) sum[neighbour(fine, coarse, 2, n - 1)] += 0.25F * r[n - 1];
        one = sum;
      }
      const std::size_t count = sources(fine, coarse, i, j, rows);
      for (std::size_t k = 0; k < count; ++k)
        add_row(m, rows[k].second, one, to.data() + rows[k].first);
    }
}

void Multigrid::prolong(const Level& fine, const Level& coarse, const std::vector<float>& from,
                        std::vector<float>& x, std::vector<float>& row) {
  const Index n = fine.points[2], m = coarse.points[2];
  std::array<std::pair<Index, float>, 4> rows;
  float* const sum = row.data() + 1;
  for (Index i = 0; i < fine.points[0]; ++i)
    for (Index j = 0; j < fine.points[1]; ++j) {
      std::fill(sum, sum + m, 0.0F);
      const std::size_t count = sources(fine, coarse, i, j, rows);
      for (std::size_t k = 0; k < count; ++k)
        add_row(m, rows[k].second, from.data() + rows[k].first, sum);
      float* const out = x.data() + fine.at(i, j, 0);
      if (!fine.halved[2]) {
        add_row(n, 1.0F, sum, out);
        continue;
      }
      sum[-1] = sum[neighbour(fine, coarse, 2, 0)];
      sum[m] = sum[neighbour(fine, coarse, 2, n - 1)];
      spread_row(n / 2, sum, out);
      if (n % 2 == 1) out[n - 1] += 0.75F * sum[m - 1] + 0.25F * sum[m - 2];
    }
}

void Multigrid::cycle(std::size_t l, Work& work) const {
  const Level& level = levels_[l];
  auto& [x, b] = work.levels[l];
  if (l + 1 == levels_.size() && direct_) {
    Index i = 0;
    Eigen::VectorXf& v = work.coarsest;
    v.resize(level.points[0] * level.points[1] * level.points[2]);
    const auto each = [&](auto&& visit) {
      i = 0;
      for (Index p = 0; p < level.points[0]; ++p)
        for (Index q = 0; q < level.points[1]; ++q)
          for (Index r = 0; r < level.points[2]; ++r, ++i) visit(level.at(p, q, r), i);
    };
    each([&](Index at, Index k) { v[k] = b[slot(at)]; });
    coarsest_.solveInPlace(v);
    each([&](Index at, Index k) { x[slot(at)] = v[k]; });
    return;
  }
  smooth(level, x, b, 0, true, work.row);
  if (l + 1 < levels_.size()) {
    restrict_residual(level, levels_[l + 1], x, work.levels[l + 1].b, work.row, b);
    cycle(l + 1, work);
    prolong(level, levels_[l + 1], work.levels[l + 1].x, x, work.row);
  }
  smooth(level, x, b, 1, false, work.row);  // the reverse order keeps the cycle symmetric
}

void Multigrid::precondition(const double* r, double largest, Work& work) const {
  const Level& level = levels_.front();
  std::vector<float>& b = work.levels.front().b;
  const double in = 1.0 / largest;
  const Index n = level.points[2];
  for (Index i = 0; i < level.points[0]; ++i)
    for (Index j = 0; j < level.points[1]; ++j, r += n) {
      float* const row = b.data() + level.at(i, j, 0);
      for (Index k = 0; k < n; ++k) row[k] = static_cast<float>(in * r[k]);
    }
  cycle(0, work);
}

double Multigrid::bytes() const {
  double total = 0.0;
  for (const Level& l : levels_) total += 7.0 * sizeof(float) * static_cast<double>(l.size);
  return total;
}

}  // namespace heatgauge
