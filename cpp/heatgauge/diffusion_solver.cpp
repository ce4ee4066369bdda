#include "heatgauge/diffusion_solver.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "heatgauge/faces.hpp"

namespace heatgauge {

namespace {

Tridiagonal line(const Grid& grid, std::span<const double> capacity, const std::vector<double>& g,
                 double step) {
  const double scale = step / grid.axis(0).spacing;
  std::vector<double> diagonal(capacity.begin(), capacity.end());
  for_each_cell(grid, 0, [&, d = diagonal.data(), g = g.data()](Index i, Index low, Index up) {
    d[i] += scale * (g[low] + g[up]);
  });
  std::vector<double> link(static_cast<std::size_t>(grid.axis(0).links()));
  const Index shift = grid.axis(0).periodic ? 0 : 1;
  for_each_link(grid, 0, [&, g = g.data(), l = link.data()](Index f, Index, Index) {
    l[f - shift] = -scale * g[f];
  });
  return {std::move(diagonal), std::move(link)};
}

/// Whether a factorisation is worth its memory and its time: 1 GB, and 30 s at 5e9 operations a
/// second, a portable build's rate on one core.
bool factors_fit(const Grid& grid) {
  const FactorCost cost = NestedDissection<double>::cost(grid, 1);
  return cost.bytes <= 1e9 && cost.flops <= 1.5e11;
}

/// Whether cycles of multigrid cost less than reading stored factors: on large grids (measured at
/// 512², dt D/h² = 1 to 100), unless conductances jump so far that cycles gain little and steps are
/// long. Then factors win once more, where they fit.
bool cycles_win(const Grid& grid, std::span<const double> capacity, const FaceField& conductance,
                double step, bool exact) {
  if (grid.size() <= (exact ? 65536 : 8192)) return false;
  double coupling = 0.0, own = 0.0, least = HUGE_VAL, most = 0.0;
  for (const double c : capacity) own += c;
  for (int a = 0; a < grid.dimensions(); ++a) {
    const double scale = step / grid.axis(a).spacing;
    for (const double g : conductance[static_cast<std::size_t>(a)]) {
      coupling += 2.0 * scale * g;
      most = std::max(most, scale * g);
      if (g > 0.0) least = std::min(least, scale * g);
    }
  }
  return coupling < 3.0 * own || most < 1e3 * least;
}

/// Up to six neighbours of a site in ascending order, those that occur twice merged.
struct Neighbours {
  std::array<std::pair<Index, double>, 7> entry;
  std::size_t count = 0;

  void add(Index site, double value) {
    std::size_t k = 0;
    while (k < count && entry[k].first < site) ++k;
    if (k < count && entry[k].first == site) {
      entry[k].second += value;
      return;
    }
    for (std::size_t m = count++; m > k; --m) entry[m] = entry[m - 1];
    entry[k] = {site, value};
  }
};

struct Rows {
  std::vector<Index> outer, inner;
  std::vector<double> values;
  CsrView<double> view() const {
    return {static_cast<Index>(outer.size()) - 1, outer.data(), inner.data(), values.data()};
  }
};

Rows assemble(const Grid& grid, std::span<const double> capacity, const FaceField& conductance,
              double step) {
  Rows rows;
  const auto n = static_cast<std::size_t>(grid.size());
  rows.outer.reserve(n + 1);
  rows.inner.reserve(n * static_cast<std::size_t>(2 * grid.dimensions() + 1));
  rows.values.reserve(rows.inner.capacity());
  rows.outer.push_back(0);
  for (Index i = 0; i < grid.size(); ++i) {
    Neighbours near;
    near.add(i, capacity[static_cast<std::size_t>(i)]);
    for (int a = 0; a < grid.dimensions(); ++a) {
      const double scale = step / grid.axis(a).spacing;
      const double* const g = conductance[static_cast<std::size_t>(a)].data();
      const Index m = grid.axis(a).points, stride = grid.stride(a);
      const Index x = i / stride % m, line = i - x * stride;  // first site of the line
      const bool ring = grid.axis(a).periodic;
      const Index first = (i / (stride * m)) * faces_per_line(grid, a) * stride + i % stride;
      const Index low = first + (ring ? (x + m - 1) % m : x) * stride;
      const Index up = first + (ring ? x : x + 1) * stride;
      near.add(i, scale * (g[low] + g[up]));
      if (ring || x > 0) near.add(line + (x + m - 1) % m * stride, -scale * g[low]);
      if (ring || x < m - 1) near.add(line + (x + 1) % m * stride, -scale * g[up]);
    }
    for (std::size_t k = 0; k < near.count; ++k) {
      rows.inner.push_back(near.entry[k].first);
      rows.values.push_back(near.entry[k].second);
    }
    rows.outer.push_back(static_cast<Index>(rows.inner.size()));
  }
  return rows;
}

}  // namespace

DiffusionSolver::DiffusionSolver(const Grid& grid, std::span<const double> capacity,
                                 const FaceField& conductance, double step, Interrupt& interrupt,
                                 bool exact) {
  interrupt.check();
  if (grid.dimensions() == 1) {
    solver_.emplace<Tridiagonal>(line(grid, capacity, conductance[0], step));
  } else if (!cycles_win(grid, capacity, conductance, step, exact) && factors_fit(grid)) {
    const Rows rows = assemble(grid, capacity, conductance, step);
    interrupt.check();
    solver_.emplace<NestedDissection<double>>(grid, 1, rows.view(), interrupt);
  } else {
    solver_.emplace<MultigridSolver>(grid, capacity, conductance, step, interrupt);
  }
}

void DiffusionSolver::solve(std::vector<double>& x, Work& work, Interrupt& interrupt,
                            const std::vector<double>* guess, double relative,
                            double absolute) const {
  if (const auto* const line = std::get_if<Tridiagonal>(&solver_))
    line->solve(x.data());
  else if (const auto* const direct = std::get_if<NestedDissection<double>>(&solver_))
    direct->solve(x.data(), work.direct);
  else
    std::get<MultigridSolver>(solver_).solve(x, guess, relative, absolute, work.iterative,
                                             interrupt);
}

const char* DiffusionSolver::name() const {
  if (std::holds_alternative<Tridiagonal>(solver_)) return "tridiagonal";
  if (std::holds_alternative<NestedDissection<double>>(solver_)) return "nested dissection";
  return "multigrid";
}

}  // namespace heatgauge
