#include "heatgauge/multigrid_solver.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "heatgauge/dispatch.hpp"

namespace heatgauge {

namespace {

std::size_t slot(Index i) { return static_cast<std::size_t>(i); }

/// The grid's axes become the last of three, so that the one that varies fastest stays the last.
CellNetwork network(const Grid& grid, std::span<const double> capacity,
                    const FaceField& conductance, double step) {
  CellNetwork net;
  net.own.assign(capacity.begin(), capacity.end());
  net.outer.assign(capacity.size(), 0.0);
  for (int a = 0; a < grid.dimensions(); ++a) {
    const std::size_t b = slot(a + 3 - grid.dimensions());
    const double scale = step / grid.axis(a).spacing;
    const double* const g = conductance[slot(a)].data();
    net.points[b] = grid.axis(a).points;
    net.periodic[b] = grid.axis(a).periodic;
    net.link[b].assign(capacity.size(), 0.0);
    for_each_link(grid, a, [&](Index f, Index i, Index) { net.link[b][slot(i)] = scale * g[f]; });
    for (const int end : {0, 1})
      for_each_side_face(grid, a, end,
                         [&](Index f, Index i, Index) { net.outer[slot(i)] += scale * g[f]; });
  }
  return net;
}

/// Sums in eight lanes, whose order does not depend on the instruction set.
struct Lanes8 {
  double lane[8] = {};
  double total() const {
    return ((lane[0] + lane[4]) + (lane[1] + lane[5])) +
           ((lane[2] + lane[6]) + (lane[3] + lane[7]));
  }
};

/// y −= Σ g x(neighbours) along an axis; beyond the ends there is no conductance.
HEATGAUGE_CLONES void add_neighbours(Index n, Index stride, const double* g, const double* x,
                                     double* __restrict y) {
  for (Index i = 0; i < n - stride; ++i) y[i] -= g[i] * x[i + stride];
  for (Index i = stride; i < n; ++i) y[i] -= g[i - stride] * x[i - stride];
}

HEATGAUGE_CLONES void scaled(Index n, const double* d, const double* x, double* __restrict y) {
  for (Index i = 0; i < n; ++i) y[i] = d[i] * x[i];
}

/// One row of a plane between walls, its first and last row and cell apart.
HEATGAUGE_CLONES void plane_row(Index n, Index s, const double* d, const double* g1,
                                const double* g2, const double* x, double* __restrict y) {
  for (Index i = 0; i < n; ++i)
    y[i] = d[i] * x[i] - g1[i] * x[i + s] - g1[i - s] * x[i - s] - g2[i] * x[i + 1] -
           g2[i - 1] * x[i - 1];
}

/// p = z·scale + beta p, and r·z of what is there.
HEATGAUGE_CLONES void direction(Index n, const float* z, double scale, double beta,
                                double* __restrict p) {
  for (Index i = 0; i < n; ++i) p[i] = scale * static_cast<double>(z[i]) + beta * p[i];
}

HEATGAUGE_CLONES double product(Index n, const double* a, const double* b) {
  Lanes8 sum;
  Index i = 0;
  for (; i + 8 <= n; i += 8)
    for (int k = 0; k < 8; ++k) sum.lane[k] += a[i + k] * b[i + k];
  for (; i < n; ++i) sum.lane[i % 8] += a[i] * b[i];
  return sum.total();
}

HEATGAUGE_CLONES double product(Index n, const double* a, const float* b) {
  Lanes8 sum;
  Index i = 0;
  for (; i + 8 <= n; i += 8)
    for (int k = 0; k < 8; ++k) sum.lane[k] += a[i + k] * static_cast<double>(b[i + k]);
  for (; i < n; ++i) sum.lane[i % 8] += a[i] * static_cast<double>(b[i]);
  return sum.total();
}

/// x += α p, r −= α Ap.
HEATGAUGE_CLONES void advance(Index n, double alpha, const double* p, const double* ap,
                              double* __restrict x, double* __restrict r) {
  for (Index i = 0; i < n; ++i) {
    x[i] += alpha * p[i];
    r[i] -= alpha * ap[i];
  }
}

HEATGAUGE_CLONES double largest_of(Index n, const double* v) {
  Lanes8 most;
  Index i = 0;
  for (; i + 8 <= n; i += 8)
    for (int k = 0; k < 8; ++k) {
      const double a = std::abs(v[i + k]);
      most.lane[k] = a > most.lane[k] ? a : most.lane[k];
    }
  for (; i < n; ++i) most.lane[0] = std::max(most.lane[0], std::abs(v[i]));
  return *std::max_element(most.lane, most.lane + 8);
}

}  // namespace

MultigridSolver::MultigridSolver(const Grid& grid, std::span<const double> capacity,
                                 const FaceField& conductance, double step, Interrupt& interrupt)
    : multigrid_(network(grid, capacity, conductance, step), interrupt) {
  CellNetwork net = network(grid, capacity, conductance, step);
  points_ = net.points;
  periodic_ = net.periodic;
  diagonal_ = std::move(net.own);
  const std::array<Index, 3> stride{points_[1] * points_[2], points_[2], 1};
  const Index n = net.size();
  for (Index i = 0; i < n; ++i) diagonal_[slot(i)] += net.outer[slot(i)];
  for (int a = 0; a < 3; ++a) {
    if (net.link[slot(a)].empty()) continue;
    const Index s = stride[slot(a)], m = points_[slot(a)];
    for (Index i = 0; i < n; ++i) {
      const double g = net.link[slot(a)][slot(i)];
      if (g == 0.0) continue;
      diagonal_[slot(i)] += g;
      diagonal_[slot(i / s % m + 1 < m ? i + s : i - (m - 1) * s)] += g;
    }
    link_[slot(a)] = std::move(net.link[slot(a)]);
  }
  for (const double d : diagonal_) norm_ = std::max(norm_, 2.0 * d);
}

void MultigridSolver::multiply(const double* x, double* y) const {
  const auto n = static_cast<Index>(diagonal_.size());
  const std::array<Index, 3> stride{points_[1] * points_[2], points_[2], 1};
  if (points_[0] == 1 && !periodic_[1] && !periodic_[2] && points_[1] > 2) {
    // Links beyond the last cell of a row are 0, so all but the first and last row are one loop.
    const Index s = points_[2];
    plane_row(n - 2 * s, s, diagonal_.data() + s, link_[1].data() + s, link_[2].data() + s, x + s,
              y + s);
    for (const Index first : {Index{0}, n - s}) {
      const Index other = first == 0 ? s : first - s;
      const double* const g = link_[1].data() + std::min(first, other);
      scaled(s, diagonal_.data() + first, x + first, y + first);
      for (Index i = 0; i < s; ++i) y[first + i] -= g[i] * x[other + i];
      add_neighbours(s, 1, link_[2].data() + first, x + first, y + first);
    }
    return;
  }
  scaled(n, diagonal_.data(), x, y);
  for (int a = 0; a < 3; ++a) {
    if (link_[slot(a)].empty()) continue;
    const Index s = stride[slot(a)], m = points_[slot(a)];
    const double* const g = link_[slot(a)].data();
    if (!periodic_[slot(a)]) {
      add_neighbours(n, s, g, x, y);
      continue;
    }
    for (Index first = 0; first < n; first += m * s) {
      add_neighbours(m * s, s, g + first, x + first, y + first);
      for (Index j = first, k = first + (m - 1) * s; j < first + s; ++j, ++k) {
        y[k] -= g[k] * x[j];
        y[j] -= g[k] * x[k];
      }
    }
  }
}

double MultigridSolver::residual(const double* f, Work& work) const {
  multiply(work.x.data(), work.ap.data());
  const auto n = static_cast<Index>(work.x.size());
  for (std::size_t i = 0; i < work.x.size(); ++i) work.r[i] = f[i] - work.ap[i];
  return std::sqrt(product(n, work.r.data(), work.r.data()));
}

void MultigridSolver::solve(std::vector<double>& f, const std::vector<double>* guess,
                            double relative, double absolute, Work& work,
                            Interrupt& interrupt) const {
  const auto n = static_cast<Index>(f.size());
  if (work.x.empty()) {
    for (std::vector<double>* v : {&work.x, &work.r, &work.p, &work.ap}) v->resize(f.size());
    work.cycle = multigrid_.work();
  }
  if (guess == nullptr)
    std::fill(work.x.begin(), work.x.end(), 0.0);
  else
    std::copy(guess->begin(), guess->end(), work.x.begin());
  const double size = std::sqrt(product(n, f.data(), f.data()));
  work.iterations = 0;
  double left = residual(f.data(), work);
  // The recursive residual drifts away from the true one; each restart begins from the true one.
  for (int restart = 0; restart < 5; ++restart) {
    const double length = std::sqrt(product(n, work.x.data(), work.x.data()));
    const double bound = 1e-14 * norm_ * length + relative * size + absolute;
    if (std::isfinite(left) && left <= bound) {
      std::copy(work.x.begin(), work.x.end(), f.begin());
      return;
    }
    iterate(0.5 * bound, work, interrupt);
    left = residual(f.data(), work);
  }
  throw NumericalFailure("conjugate gradients did not reach the residual asked for", 0,
                         left / std::max(size, std::numeric_limits<double>::min()));
}

/// Conjugate gradients until the recursive residual is at most `bound`.
void MultigridSolver::iterate(double bound, Work& work, Interrupt& interrupt) const {
  constexpr int most = 200;
  const auto n = static_cast<Index>(work.x.size());
  const Index row = points_[2], rows = n / row;
  double gain = 0.0;
  for (int iteration = 0; iteration < most; ++iteration) {
    ++work.iterations;
    interrupt.check();
    const double largest = largest_of(n, work.r.data());
    if (!(largest > 0.0)) return;
    multigrid_.precondition(work.r.data(), largest, work.cycle);
    const double scale = largest / multigrid_.unit();
    double next = 0.0;
    for (Index i = 0; i < rows; ++i)
      next += scale * product(row, work.r.data() + i * row, multigrid_.row(work.cycle, i));
    const double beta = iteration == 0 ? 0.0 : next / gain;
    if (iteration == 0) std::fill(work.p.begin(), work.p.end(), 0.0);
    gain = next;
    for (Index i = 0; i < rows; ++i)
      direction(row, multigrid_.row(work.cycle, i), scale, beta, work.p.data() + i * row);
    multiply(work.p.data(), work.ap.data());
    const double curvature = product(n, work.p.data(), work.ap.data());
    if (!(curvature > 0.0)) return;
    advance(n, gain / curvature, work.p.data(), work.ap.data(), work.x.data(), work.r.data());
    if (std::sqrt(product(n, work.r.data(), work.r.data())) <= bound) return;
  }
}

double MultigridSolver::bytes() const {
  return multigrid_.bytes() + 8.0 * 4.0 * static_cast<double>(diagonal_.size());
}

}  // namespace heatgauge
