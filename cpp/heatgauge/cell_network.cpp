#include "heatgauge/cell_network.hpp"

#include <algorithm>

namespace heatgauge {

namespace {

std::size_t slot(Index i) { return static_cast<std::size_t>(i); }

double mean(const std::vector<double>& v) {
  double sum = 0.0;
  for (const double x : v) sum += x;
  return v.empty() ? 0.0 : sum / static_cast<double>(v.size());
}

}  // namespace

std::vector<double> CellNetwork::loss() const {
  std::vector<double> total(own);
  for (const std::vector<double>& side : outer)
    for (std::size_t i = 0; i < side.size(); ++i) total[i] += side[i];
  return total;
}

double CellNetwork::normalise() {
  double largest = 0.0;
  for (const double c : own) largest = std::max(largest, c);
  for (const std::vector<double>& field : link)
    for (const double g : field) largest = std::max(largest, g);
  for (std::vector<double>* v :
       {&own, &outer[0], &outer[1], &outer[2], &link[0], &link[1], &link[2]})
    for (double& x : *v) x /= largest;
  return largest;
}

std::array<bool, 3> CellNetwork::strong_axes() const {
  std::array<double, 3> strength{};
  std::array<bool, 3> strong{};
  double strongest = 0.0, total = 0.0;
  for (int a = 0; a < 3; ++a) {
    if (points[slot(a)] > 1) strength[slot(a)] = mean(link[slot(a)]);
    strongest = std::max(strongest, strength[slot(a)]);
    total += 2 * strength[slot(a)];
  }
  if (total < 0.25 * mean(loss())) return strong;
  for (int a = 0; a < 3; ++a)
    strong[slot(a)] = points[slot(a)] > 2 && strength[slot(a)] > 0.3 * strongest;
  if (!strong[0] && !strong[1] && !strong[2])
    for (int a = 0; a < 3; ++a) strong[slot(a)] = points[slot(a)] > 1;
  return strong;
}

double CellNetwork::share_at_side(int axis, int end) const {
  const std::vector<double>&g = link[slot(axis)], &out = outer[slot(axis)];
  const Index n = points[slot(axis)];
  if (g.empty() || periodic[slot(axis)] || n < 2) return 1.0;
  const Index stride = axis == 2 ? 1 : axis == 1 ? points[2] : points[1] * points[2];
  double sum = 0.0;
  Index cells = 0;
  for (Index i = 0; i < size(); ++i) {
    if (i / stride % n != (end == 0 ? 0 : n - 1)) continue;
    const double inside = g[slot(end == 0 ? i : i - stride)];
    sum += inside > 0.0 ? inside / (inside + 0.5 * out[slot(i)]) : 1.0;
    ++cells;
  }
  return sum / static_cast<double>(cells);
}

CellNetwork CellNetwork::coarsened(const std::array<bool, 3>& halved) const {
  const CellNetwork& fine = *this;
  CellNetwork coarse;
  coarse.periodic = fine.periodic;
  for (int a = 0; a < 3; ++a)
    coarse.points[slot(a)] =
        halved[slot(a)] ? (fine.points[slot(a)] + 1) / 2 : fine.points[slot(a)];
  const std::array<Index, 3> fs{fine.points[1] * fine.points[2], fine.points[2], 1};
  const std::array<Index, 3> cs{coarse.points[1] * coarse.points[2], coarse.points[2], 1};
  coarse.own.assign(slot(coarse.size()), 0.0);
  const auto parent = [&](Index i) {
    Index c = 0;
    for (int a = 0; a < 3; ++a) {
      const Index at = i / fs[slot(a)] % fine.points[slot(a)];
      c += (halved[slot(a)] ? at / 2 : at) * cs[slot(a)];
    }
    return c;
  };
  for (int a = 0; a < 3; ++a)
    if (!fine.link[slot(a)].empty()) {
      coarse.link[slot(a)].assign(slot(coarse.size()), 0.0);
      coarse.outer[slot(a)].assign(slot(coarse.size()), 0.0);
    }
  for (Index i = 0; i < fine.size(); ++i) {
    const Index c = parent(i);
    coarse.own[slot(c)] += fine.own[slot(i)];
    for (int a = 0; a < 3; ++a) {
      const std::vector<double>& g = fine.link[slot(a)];
      if (g.empty()) continue;
      const Index n = fine.points[slot(a)], s = fs[slot(a)], at = i / s % n;
      if (const double out = fine.outer[slot(a)][slot(i)]; out > 0.0) {
        // From the wall to the centre of the pair: half the link inside it.
        const Index low = at % 2 == 0 ? i : i - s;
        const bool pair = halved[slot(a)] && (at % 2 == 1 || at + 1 < n) && g[slot(low)] > 0.0;
        coarse.outer[slot(a)][slot(c)] += 1.0 / (1.0 / out + (pair ? 0.5 / g[slot(low)] : 0.0));
      }
      if (g[slot(i)] == 0.0) continue;
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

}  // namespace heatgauge
