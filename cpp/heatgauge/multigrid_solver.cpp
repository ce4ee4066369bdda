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
  for (int a = 0; a < grid.dimensions(); ++a) {
    const std::size_t b = slot(a + 3 - grid.dimensions());
    const double scale = step / grid.axis(a).spacing;
    const double* const g = conductance[slot(a)].data();
    net.points[b] = grid.axis(a).points;
    net.periodic[b] = grid.axis(a).periodic;
    net.link[b].assign(capacity.size(), 0.0);
    net.outer[b].assign(capacity.size(), 0.0);
    for_each_link(grid, a, [&](Index f, Index i, Index) { net.link[b][slot(i)] = scale * g[f]; });
    for (const int end : {0, 1})
      for_each_side_face(grid, a, end,
                         [&](Index f, Index i, Index) { net.outer[b][slot(i)] += scale * g[f]; });
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

/// One row of the matrix along its own axis and towards the rows beside it: y = d x − Σ g x. Its
/// ends are joined to `before` and `after` by conductances of their own.
struct RowLinks {
  const double *g_low, *x_low, *g_up, *x_up;
};

HEATGAUGE_CLONES void inner_row(Index n, const double* d, const double* g, const double* x,
                                const RowLinks& l, double* __restrict y) {
  const double *gl = l.g_low, *xl = l.x_low, *gu = l.g_up, *xu = l.x_up;
  for (Index i = 1; i < n - 1; ++i)
    y[i] = d[i] * x[i] - gl[i] * xl[i] - gu[i] * xu[i] - g[i - 1] * x[i - 1] - g[i] * x[i + 1];
}

HEATGAUGE_CLONES void subtract_links(Index n, const RowLinks& l, double* __restrict y) {
  const double *gl = l.g_low, *xl = l.x_low, *gu = l.g_up, *xu = l.x_up;
  for (Index i = 0; i < n; ++i) y[i] -= gl[i] * xl[i] + gu[i] * xu[i];
}

/// r = f − r, and the sums of r² and x².
HEATGAUGE_CLONES void residual_sums(Index n, const double* f, const double* x, double* __restrict r,
                                    double* __restrict sum) {
  double lane[2][8] = {};
  Index i = 0;
  for (; i + 8 <= n; i += 8)
    for (int k = 0; k < 8; ++k) {
      const double left = f[i + k] - r[i + k];
      r[i + k] = left;
      lane[0][k] += left * left;
      lane[1][k] += x[i + k] * x[i + k];
    }
  for (; i < n; ++i) {
    r[i] = f[i] - r[i];
    lane[0][i % 8] += r[i] * r[i];
    lane[1][i % 8] += x[i] * x[i];
  }
  for (int m = 0; m < 2; ++m)
    for (int k = 0; k < 8; ++k) sum[m] += lane[m][k];
}

HEATGAUGE_CLONES void scale_by(Index n, double factor, double* __restrict p) {
  for (Index i = 0; i < n; ++i) p[i] *= factor;
}

HEATGAUGE_CLONES double product(Index n, const double* a, const double* b) {
  Lanes8 sum;
  Index i = 0;
  for (; i + 8 <= n; i += 8)
    for (int k = 0; k < 8; ++k) sum.lane[k] += a[i + k] * b[i + k];
  for (; i < n; ++i) sum.lane[i % 8] += a[i] * b[i];
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

}  // namespace

MultigridSolver::MultigridSolver(const Grid& grid, std::span<const double> capacity,
                                 const FaceField& conductance, double step, Interrupt& interrupt)
    : multigrid_(network(grid, capacity, conductance, step), interrupt) {
  CellNetwork net = network(grid, capacity, conductance, step);
  points_ = net.points;
  periodic_ = net.periodic;
  diagonal_ = net.loss();
  const std::array<Index, 3> stride{points_[1] * points_[2], points_[2], 1};
  const Index n = net.size();
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

/// y = M x in one row of the last axis.
void MultigridSolver::multiply_row(Index row, const double* x, double* y) const {
  const Index n = points_[2], at = row * n;
  const std::array<Index, 3> stride{points_[1] * n, n, 1};
  const auto links = [&](int a) {
    const Index s = stride[slot(a)], m = points_[slot(a)], place = at / s % m;
    const double* const g = link_[slot(a)].data();
    // Beyond a wall there is nothing: the last link of an axis is 0 there, and so is its mirror.
    const Index low = place > 0 ? at - s : at + (m - 1) * s;
    const Index up = place + 1 < m ? at + s : at - (m - 1) * s;
    return RowLinks{g + low, x + low, g + at, x + up};
  };
  const double *const d = diagonal_.data() + at, *const g = link_[2].data() + at;
  const RowLinks beside = links(1);
  inner_row(n, d, g, x + at, beside, y);
  for (const Index i : {Index{0}, n - 1}) {
    const Index low = i > 0 ? i - 1 : n - 1, up = i + 1 < n ? i + 1 : 0;
    y[i] = d[i] * x[at + i] - beside.g_low[i] * beside.x_low[i] - beside.g_up[i] * beside.x_up[i] -
           g[low] * x[at + low] - g[i] * x[at + up];
  }
  if (points_[0] > 1) subtract_links(n, links(0), y);
}

void MultigridSolver::multiply(const double* x, double* y) const {
  const Index n = points_[2];
  for (Index row = 0; row < rows(); ++row) multiply_row(row, x, y + row * n);
}

/// Adds `change` times what the cycles have found to x and forms f − M x; `scale` times that
/// becomes the right-hand side of the next cycles.
MultigridSolver::Norms MultigridSolver::residual(const double* f, double scale, double change,
                                                 Work& work) const {
  const Index n = points_[2];
  Norms norms;
  for (Index row = 0, done = 0; row < rows(); ++row) {
    for (; done < std::min(row + ahead() + 1, rows()) && change != 0.0; ++done)
      add_correction(work, done, change, work.x.data() + done * n);
    multiply_row(row, work.x.data(), work.r.data());
    residual_sums(n, f + row * n, work.x.data() + row * n, work.r.data(), &norms.residual);
    put_residual(work, row, scale, work.r.data());
  }
  return norms.rooted();
}

bool MultigridSolver::refine(const Form& form, double scale, double relative, double absolute,
                             Work& work, Interrupt& interrupt) const {
  Norms left = form(scale, 0.0);
  // Single precision holds the residual if it is not farther than this from 1.
  if (const double size = scale * left.residual; size > 0.0 && (size < 1e-25 || size > 1e25))
    left = form(scale = 1.0 / left.residual, 0.0);
  for (double before = HUGE_VAL; std::isfinite(left.residual);) {
    const double bound = 1e-14 * norm_ * left.x + relative * left.right + absolute;
    if (left.residual <= bound) return true;
    // Cycles that gain less than this have met conductances which they cannot represent.
    if (left.residual > 0.05 * before) return false;
    before = left.residual;
    work.cycles += multigrid_.improve(work.cycle, scale * left.residual,
                                      0.5 * bound / left.residual, interrupt);
    left = form(scale, 1.0 / (scale * multigrid_.unit()));
  }
  return false;
}

void MultigridSolver::solve(std::vector<double>& f, const std::vector<double>* guess,
                            double relative, double absolute, Work& work,
                            Interrupt& interrupt) const {
  prepare(work);
  const auto n = static_cast<Index>(f.size());
  const double size = std::sqrt(product(n, f.data(), f.data()));
  if (size == 0.0) return;
  if (guess == nullptr)
    std::fill(work.x.begin(), work.x.end(), 0.0);
  else
    std::copy(guess->begin(), guess->end(), work.x.begin());
  const Form form = [&](double scale, double change) {
    Norms norms = residual(f.data(), scale, change, work);
    norms.right = size;
    return norms;
  };
  if (!std::isfinite(size) ||
      (!refine(form, 1.0 / size, relative, absolute, work, interrupt) &&
       !conjugate_gradients(f, relative * size + absolute, work, interrupt)))
    throw NumericalFailure("multigrid did not reach the residual asked for", 0,
                           form(1.0 / size, 0.0).residual / size);
  f.swap(work.x);
}

void MultigridSolver::prepare(Work& work) const {
  work.cycles = work.iterations = 0;
  if (!work.x.empty()) return;
  work.x.assign(diagonal_.size(), 0.0);
  work.r.resize(slot(points_[2]));
  work.cycle = multigrid_.work();
}

/// Conjugate gradients from where the cycles have left x, with one symmetric cycle for each.
bool MultigridSolver::conjugate_gradients(const std::vector<double>& f, double least, Work& work,
                                          Interrupt& interrupt) const {
  const auto n = static_cast<Index>(f.size());
  std::vector<double> r(f.size()), p(f.size()), ap(f.size());
  // The recursive residual drifts away from the true one; each restart begins from the true one.
  for (int restart = 0; restart < 5; ++restart) {
    multiply(work.x.data(), ap.data());
    for (std::size_t i = 0; i < r.size(); ++i) r[i] = f[i] - ap[i];
    const double length = std::sqrt(product(n, work.x.data(), work.x.data()));
    const double bound = 1e-14 * norm_ * length + least;
    const double left = std::sqrt(product(n, r.data(), r.data()));
    if (!std::isfinite(left)) return false;
    if (left <= bound) return true;
    iterate(0.5 * bound, r, p, ap, work, interrupt);
  }
  return false;
}

/// Conjugate gradients until the recursive residual is at most `bound`.
void MultigridSolver::iterate(double bound, std::vector<double>& r, std::vector<double>& p,
                              std::vector<double>& ap, Work& work, Interrupt& interrupt) const {
  constexpr int most = 200;
  const auto n = static_cast<Index>(r.size());
  const Index length = points_[2];
  std::fill(p.begin(), p.end(), 0.0);
  double gain = 1.0;
  for (int iteration = 0; iteration < most; ++iteration) {
    ++work.iterations;
    interrupt.check();
    const double size = std::sqrt(product(n, r.data(), r.data()));
    if (!(size > 0.0)) return;
    for (Index i = 0; i < rows(); ++i)
      multigrid_.put_row(work.cycle, i, 1.0 / size, r.data() + i * length);
    multigrid_.precondition(work.cycle);
    const double scale = size / multigrid_.unit();
    double next = 0.0;
    for (Index i = 0; i < rows(); ++i) {
      std::fill(work.r.begin(), work.r.end(), 0.0);
      multigrid_.add_row(work.cycle, i, scale, work.r.data());
      next += product(length, r.data() + i * length, work.r.data());
    }
    scale_by(n, iteration == 0 ? 0.0 : next / gain, p.data());
    gain = next;
    for (Index i = 0; i < rows(); ++i)
      multigrid_.add_row(work.cycle, i, scale, p.data() + i * length);
    multiply(p.data(), ap.data());
    const double curvature = product(n, p.data(), ap.data());
    if (!(curvature > 0.0)) return;
    advance(n, gain / curvature, p.data(), ap.data(), work.x.data(), r.data());
    if (std::sqrt(product(n, r.data(), r.data())) <= bound) return;
  }
}

double MultigridSolver::bytes() const {
  return multigrid_.bytes() + 8.0 * 4.0 * static_cast<double>(diagonal_.size());
}

}  // namespace heatgauge
