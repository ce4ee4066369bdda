#include "heatgauge/fourier_stage.hpp"

#include <algorithm>

#include "heatgauge/dispatch.hpp"

namespace heatgauge {

namespace {

/// d = Σ c v, t += d.
HEATGAUGE_CLONES void predict(Index n, double c0, double c1, double c2, const double* u,
                              const double* v, const double* w, double* __restrict d,
                              double* __restrict t) {
  for (Index i = 0; i < n; ++i) {
    d[i] = c0 * u[i] + c1 * v[i] + c2 * w[i];
    t[i] += d[i];
  }
}

/// From ∇·q, which it replaces: the residual s(Q − ∇·q) − C δ, and dt (Q − ∇·q)/C. Sums of the
/// squares of the residual, of δ, of s(Q − ∇·q) and of T.
HEATGAUGE_CLONES void stage_row(Index n, double step, double dt, const double* q, const double* c,
                                const double* d, const double* t, double* __restrict flow,
                                double* __restrict rate, double* __restrict sum) {
  double lane[4][4] = {};
  for (Index i = 0; i < n; i += 4)
    for (Index k = 0; k < std::min<Index>(4, n - i); ++k) {
      const double gain = (q == nullptr ? 0.0 : q[i + k]) - flow[i + k];
      const double f = step * gain, r = f - c[i + k] * d[i + k];
      rate[i + k] = dt * gain / c[i + k];
      flow[i + k] = r;
      lane[0][k] += r * r;
      lane[1][k] += d[i + k] * d[i + k];
      lane[2][k] += f * f;
      lane[3][k] += t[i + k] * t[i + k];
    }
  for (int m = 0; m < 4; ++m) sum[m] += (lane[m][0] + lane[m][1]) + (lane[m][2] + lane[m][3]);
}

}  // namespace

MultigridSolver::Norms FourierStage::form(double scale, double change, const double* source,
                                          const HeatDrive& drive, Index row,
                                          const Work& work) const {
  const Index rows = solver_.rows(), n = static_cast<Index>(capacity_.size()) / rows;
  double* const t = work.temperature.data();
  double* const d = work.solver.x.data();
  double* const flow = work.solver.r.data();
  double sum[4] = {};
  for (Index o = 0, done = 0; o < rows; ++o) {
    for (; done < std::min(o + solver_.ahead() + 1, rows) && change != 0.0; ++done) {
      solver_.add_correction(work.solver, done, change, t + done * n);
      solver_.add_correction(work.solver, done, change, d + done * n);
    }
    outflow_.line(o, {t, t, t}, drive, row, flow, work.line);
    stage_row(n, step_, dt_, source == nullptr ? nullptr : source + o * n, capacity_.data() + o * n,
              d + o * n, t + o * n, flow, work.rate.data() + o * n, sum);
    solver_.put_residual(work.solver, o, scale, flow);
  }
  // T = T* + δ is rounded as T is: that much of a residual is no error of the solution.
  const double rounded = sum[1] + 1e-4 * sum[3];
  return MultigridSolver::Norms{sum[0], rounded, sum[2]}.rooted();
}

bool FourierStage::solve(const double* source, const HeatDrive& drive, Index row, const Work& work,
                         Interrupt& interrupt) const {
  solver_.prepare(work.solver);
  std::vector<double>& delta = work.solver.x;
  const auto n = static_cast<Index>(delta.size());
  const LinearPredictor::Sum guess = work.predictor.sum();
  if (guess.terms == 0) {
    std::fill(delta.begin(), delta.end(), 0.0);
  } else {
    const auto& [c, v, terms] = guess;
    const double *const second = terms == 1 ? v[0] : v[1], *const third = terms == 1 ? v[0] : v[2];
    predict(n, c[0], c[1], c[2], v[0], second, third, delta.data(), work.temperature.data());
  }
  const auto pass = [&](double scale, double change) {
    return form(scale, change, source, drive, row, work);
  };
  const double scale = work.tolerance > 0.0 ? 1.0 / work.tolerance : 1.0;
  if (!solver_.refine(pass, scale, 1e-10, work.tolerance, work.solver, interrupt)) return false;
  work.predictor.exchange(delta);
  return true;
}

}  // namespace heatgauge
