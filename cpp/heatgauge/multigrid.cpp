#include "heatgauge/multigrid.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace heatgauge {

namespace {

std::size_t slot(Index i) { return static_cast<std::size_t>(i); }

constexpr Index few_cells = 64;  // solved directly

}  // namespace

Multigrid::Multigrid(CellNetwork network, Interrupt& interrupt) {
  unit_ = network.normalise();
  while (true) {
    interrupt.check();
    levels_.push_back(level(network));
    if (network.size() <= few_cells) {
      factor_coarsest(network);
      break;
    }
    const std::array<bool, 3> halved = network.strong_axes();
    if (!halved[0] && !halved[1] && !halved[2]) break;
    levels_.back().halved = halved;
    network = network.coarsened(halved);
  }
}

void Multigrid::factor_coarsest(const CellNetwork& network) {
  const Index n = network.size();
  Eigen::MatrixXf m = Eigen::MatrixXf::Zero(n, n);
  const std::array<Index, 3> stride{network.points[1] * network.points[2], network.points[2], 1};
  const std::vector<double> loss = network.loss();
  for (Index i = 0; i < n; ++i) {
    m(i, i) += static_cast<float>(loss[slot(i)]);
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
  coarsest_.emplace(m);
}

Multigrid::Level Multigrid::level(const CellNetwork& network) {
  Level l;
  l.points = network.points;
  l.periodic = network.periodic;
  l.halved = {};
  for (int a = 0; a < 3; ++a)
    for (const int end : {0, 1})
      l.side[slot(a)][slot(end)] = static_cast<float>(network.share_at_side(a, end));
  l.half = (l.points[2] + 1) / 2;
  l.row = l.half + 2;
  l.plane = (l.points[1] + 2) * l.row;
  l.size = (l.points[0] > 1 ? l.points[0] + 2 : 1) * l.plane;
  for (auto& v : l.inverse) v.assign(slot(l.size), 0.0F);
  for (int a = 0; a < 3; ++a)
    if (l.periodic[slot(a)] && l.points[slot(a)] % 2 == 1) l.coloured = false;
  l.diagonal[0].assign(slot(l.size), 0.0F);
  if (!l.coloured) l.diagonal[1] = l.diagonal[0];
  std::vector<double> diagonal = network.loss();
  set_links(l, network, diagonal);
  std::size_t i = 0;
  for (Index x = 0; x < l.points[0]; ++x)
    for (Index y = 0; y < l.points[1]; ++y)
      for (Index z = 0; z < l.points[2]; ++z, ++i) {
        const Index colour = (x + y + z) & 1;
        const std::size_t at = slot(l.at(x, y, z >> 1));
        l.inverse[slot(colour)][at] = static_cast<float>(1.0 / diagonal[i]);
        if (colour == 0 || !l.coloured)
          l.diagonal[slot(colour)][at] = static_cast<float>(diagonal[i]);
      }
  return l;
}

void Multigrid::set_links(Level& l, const CellNetwork& network, std::vector<double>& diagonal) {
  const std::array<Index, 3> stride{l.points[1] * l.points[2], l.points[2], 1};
  for (int a = 0; a < 3; ++a) {
    const std::vector<double>& link = network.link[slot(a)];
    if (link.empty()) continue;
    for (auto& g : l.link[slot(a)]) g.assign(slot(l.size), 0.0F);
    const auto put = [&](std::array<Index, 3> place, int end, double g) {
      if (((place[0] + place[1] + place[2]) & 1) != 0) return;
      const Index at = l.at(place[0], place[1], place[2] >> 1);
      l.link[slot(a)][slot(end)][slot(at)] = static_cast<float>(g);
    };
    const Index n = l.points[slot(a)];
    std::size_t i = 0;
    std::array<Index, 3> p{};
    for (p[0] = 0; p[0] < l.points[0]; ++p[0])
      for (p[1] = 0; p[1] < l.points[1]; ++p[1])
        for (p[2] = 0; p[2] < l.points[2]; ++p[2], ++i) {
          const double g = link[i];
          if (g == 0.0) continue;
          const Index at = p[slot(a)];
          const bool seam = at + 1 == n;
          diagonal[i] += g;
          diagonal[seam ? i - slot((n - 1) * stride[slot(a)]) : i + slot(stride[slot(a)])] += g;
          std::array<Index, 3> next = p;
          next[slot(a)] = at + 1;
          put(p, 1, g);
          put(next, 0, g);
          if (!seam) continue;
          next[slot(a)] = 0;
          put(next, 0, g);
          next[slot(a)] = -1;
          put(next, 1, g);
        }
  }
}

Multigrid::Work Multigrid::work() const {
  Work work;
  for (const Level& l : levels_) {
    const std::vector<float> zero(slot(l.size), 0.0F);
    work.levels.push_back({{zero, zero}, {zero, zero}});
  }
  work.row.resize(slot(4 * levels_.front().points[2] + 12));
  return work;
}

void Multigrid::put_row(Work& work, Index i, double scale, const double* r) const {
  const Level& l = levels_.front();
  const Index x = i / l.points[1], y = i % l.points[1], at = l.at(x, y, 0);
  auto& b = work.levels.front().b;
  const int even = static_cast<int>((x + y) & 1);
  split_row(l.points[2], scale, r, b[slot(even)].data() + at, b[slot(1 - even)].data() + at);
}

void Multigrid::add_row(const Work& work, Index i, double scale, double* to) const {
  const Level& l = levels_.front();
  const Index j = i / l.points[1], k = i % l.points[1], at = l.at(j, k, 0);
  const auto& x = work.levels.front().x;
  const int even = static_cast<int>((j + k) & 1);
  add_joined_row(l.points[2], scale, x[slot(even)].data() + at, x[slot(1 - even)].data() + at, to);
}

/// Copies the ends of periodic axes to the paddings beyond the other ends, whatever their colour.
void Multigrid::wrap(const Level& l, Cells& x) {
  for (int a = 0; a < 3; ++a) {
    if (!l.periodic[slot(a)]) continue;
    const int b = a == 0 ? 1 : 0, c = a == 2 ? 1 : 2;
    std::array<Index, 3> from{}, to{};
    for (Index p = 0; p < l.points[slot(b)]; ++p)
      for (Index q = 0; q < l.points[slot(c)]; ++q) {
        from[slot(b)] = to[slot(b)] = p;
        from[slot(c)] = to[slot(c)] = q;
        for (const int end : {0, 1}) {
          from[slot(a)] = end == 0 ? l.points[slot(a)] - 1 : 0;
          to[slot(a)] = end == 0 ? -1 : l.points[slot(a)];
          x[slot((to[0] + to[1] + to[2]) & 1)][slot(l.at(to[0], to[1], to[2] >> 1))] =
              x[slot((from[0] + from[1] + from[2]) & 1)]
               [slot(l.at(from[0], from[1], from[2] >> 1))];
        }
      }
  }
}

NeighbourRows Multigrid::neighbours(const Level& l, const Cells& x, Index i, Index j, int colour) {
  const Index at = l.at(i, j, 0), offset = l.first(i, j, colour);
  const bool plane = l.points[0] == 1;
  NeighbourRows near{{}, {}, plane ? 4 : 6};
  std::size_t k = 0;
  for (int a = plane ? 1 : 0; a < 3; ++a)
    for (const int end : {0, 1}) {
      const Index there = a == 2   ? at + offset - 1 + end
                          : a == 1 ? at + (end == 0 ? -l.row : l.row)
                                   : at + (end == 0 ? -l.plane : l.plane);
      const auto& links = l.link[slot(a)];
      near.g[k] = colour == 0 ? links[slot(end)].data() + at : links[slot(1 - end)].data() + there;
      near.x[k++] = x[slot(1 - colour)].data() + there;
    }
  return near;
}

void Multigrid::relax_slab(const Level& l, Cells& x, const Cells& b, Index slab, int colour,
                           bool first) {
  const std::vector<float>&inverse = l.inverse[slot(colour)], &right = b[slot(colour)];
  l.for_each_row(slab, [&](Index i, Index j) {
    const Index at = l.at(i, j, 0), n = l.count(l.first(i, j, colour));
    float* const to = x[slot(colour)].data() + at;
    if (first)
      first_row(n, inverse.data() + at, right.data() + at, to);
    else
      relax_row(n, inverse.data() + at, right.data() + at, neighbours(l, x, i, j, colour), to);
  });
}

void Multigrid::solve_coarsest(Work& work) const {
  const Level& level = levels_.back();
  auto& [x, b] = work.levels.back();
  Eigen::VectorXf& v = work.coarsest;
  v.resize(level.points[0] * level.points[1] * level.points[2]);
  const auto each = [&](auto&& visit) {
    Index i = 0;
    for (Index p = 0; p < level.points[0]; ++p)
      for (Index q = 0; q < level.points[1]; ++q)
        for (Index r = 0; r < level.points[2]; ++r, ++i)
          visit(slot((p + q + r) & 1), slot(level.at(p, q, r >> 1)), i);
  };
  each([&b = b, &v](std::size_t colour, std::size_t at, Index k) { v[k] = b[colour][at]; });
  coarsest_->solveInPlace(v);
  each([&x = x, &v](std::size_t colour, std::size_t at, Index k) { x[colour][at] = v[k]; });
}

/// Corrects by the next level, sweeps the colours in this order, and hands the residual down; Σ r²
/// of it. Where no end wraps around, each pass follows one slab behind the one before, while its
/// neighbours are still in cache.
double Multigrid::pass(std::size_t l, const Pass& what, Work& work) const {
  const Level& level = levels_[l];
  auto &x = work.levels[l].x, &b = work.levels[l].b;
  const bool ring = level.ring(), last = l + 1 == levels_.size();
  const auto sweeps = static_cast<Index>(what.colours.size());
  const Index slabs = level.slabs();
  double squares = 0.0;
  const auto one = [&](Index stage, Index slab) {
    if (slab < 0 || slab >= slabs) return;
    if (stage == 0) {
      if (what.correct && !last) prolong_slab(l, slab, work);
    } else if (stage <= sweeps) {
      relax_slab(level, x, b, slab, what.colours[slot(stage - 1)], what.first && stage == 1);
    } else if (what.restrict && !last) {
      squares += restrict_slab(l, slab, what.symmetric, work);
    }
  };
  if (what.restrict && !last)
    for (auto& v : work.levels[l + 1].b) std::fill(v.begin(), v.end(), 0.0F);
  if (!ring) {
    for (Index p = 0; p < slabs + sweeps + 1; ++p)
      for (Index stage = 0; stage <= sweeps + 1; ++stage) one(stage, p - stage);
    return squares;
  }
  if (what.first)
    for (auto& v : x) std::fill(v.begin(), v.end(), 0.0F);
  for (Index stage = 0; stage <= sweeps + 1; ++stage) {
    if (stage > 0) wrap(level, x);
    for (Index p = 0; p < slabs; ++p) one(stage, p);
  }
  return squares;
}

/// One V-cycle from x = 0.
void Multigrid::cycle(std::size_t l, bool symmetric, Work& work) const {
  static constexpr std::array<int, 2> forward{0, 1}, backward{1, 0};
  if (l + 1 == levels_.size() && coarsest_) {
    solve_coarsest(work);
    return;
  }
  pass(l, {.colours = forward, .first = true, .restrict = true, .symmetric = symmetric}, work);
  if (l + 1 < levels_.size()) cycle(l + 1, symmetric, work);
  pass(l, {.colours = symmetric ? backward : forward, .correct = true}, work);
}

int Multigrid::improve(Work& work, double size, double target, Interrupt& interrupt) const {
  static constexpr std::array<int, 4> colours{0, 1, 0, 1};
  constexpr int most = 8;     // single precision gives no more
  if (levels_.size() == 1) {  // few cells, or loosely coupled ones: two sweeps gain two digits
    const int cycles = std::clamp(static_cast<int>(std::ceil(-0.5 * std::log10(target))), 1, most);
    cycle(0, false, work);
    for (int k = 1; k < cycles && !coarsest_; ++k) pass(0, {.colours = colours}, work);
    return cycles;
  }
  // The last sweeps of a cycle and the first of the next are one pass over memory, at whose end
  // the residual is known.
  double before = size;
  for (int k = 0;; ++k) {
    interrupt.check();
    const Pass what{.colours = k == 0 ? std::span(colours).first(2) : std::span(colours),
                    .first = k == 0,
                    .correct = k > 0,
                    .restrict = true};
    const double left = std::sqrt(pass(0, what, work));
    if (left <= target * size || (k > 1 && left > 0.7 * before) || k == most) return k;
    before = left;
    cycle(1, false, work);
  }
}

double Multigrid::bytes() const {
  double total = 0.0;
  for (const Level& l : levels_) total += 13.0 * sizeof(float) * static_cast<double>(l.size);
  return total;
}

}  // namespace heatgauge
