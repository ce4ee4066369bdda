#include "heatgauge/line_sweep.hpp"

#include <algorithm>

#include "heatgauge/line_residual.hpp"

namespace heatgauge {

namespace {

/// The sites of a ring that a recurrence of `factor` remembers, from `first` on.
RunUp remembered(const LineFactor& factor, Index first, bool up, const Row* values,
                 const BundleLinks& links) {
  RunUp run;
  run.first = first;
  run.rows = factor.reach;
  run.up = up;
  run.values = values;
  run.links = links.hops;
  run.link_step = links.step;
  run.q = factor.inverse_pivots[0];
  return run;
}

void multiply(Row& a, Complex c) {
  for (Index l = 0; l < kLanes; ++l) {
    const Complex product = times(Complex(a.re[l], a.im[l]), c);
    a.re[l] = product.real();
    a.im[l] = product.imag();
  }
}

Complex seam(const BundleLinks& links, bool up) {
  return up ? std::conj(links.twist) : links.twist;
}

/// Solves in = a + h·in for `in`, where h is what once around the ring makes of a value 1.
Row closed(const LineFactor& factor, Index rows, bool up, const BundleLinks& links, Row a) {
  if (factor.reach < rows) return a;
  Row one{};
  std::fill(one.re, one.re + kLanes, 1.0);
  Row h = one;
  subtract_decaying(remembered(factor, up ? 0 : rows - 1, up, nullptr, links), nullptr, h);
  multiply(h, seam(links, up));
  for (Index l = 0; l < kLanes; ++l) {
    const Complex in = Complex(a.re[l], a.im[l]) / (1.0 - Complex(h.re[l], h.im[l]));
    a.re[l] = in.real();
    a.im[l] = in.imag();
  }
  return a;
}

}  // namespace

LinePass described(const SweepPass& pass, Index rows, const BundleSpace& space,
                   const BundleLinks& links, const Row* phase) {
  LinePass p;
  p.rows = rows;
  p.up = pass.up;
  p.psi = space.psi;
  p.y = space.y;
  p.links = links.hops;
  p.link_step = links.step;
  p.phase = phase;
  if (pass.solve != nullptr) {
    p.solve = pass.solve->inverse_pivots.data();
    p.weight = pass.increment ? 1.0 / pass.solve->pole : pass.solve->weight;
    if (!pass.solve->unitary && !pass.increment) p.keep = pass.solve->overall;
  }
  if (pass.eliminate != nullptr) p.eliminate = pass.eliminate->inverse_pivots.data();
  return p;
}

BundlePass::BundlePass(const SweepPass& pass, Index rows, const BundleSpace& space,
                       const BundleLinks& links, const Row* phase)
    : pass_(pass), links_(links), line_(described(pass, rows, space, links, phase)) {
  if (pass.solve == nullptr || !pass.solve->ring) return;
  const Index reach = pass.solve->reach;
  run_up(remembered(*pass.solve, pass.up ? rows - reach : reach - 1, pass.up, space.y, links),
         line_.into_solve);
  multiply(line_.into_solve, seam(links, pass.up));
  line_.into_solve = closed(*pass.solve, rows, pass.up, links, line_.into_solve);
}

void BundlePass::close() {
  if (pass_.eliminate == nullptr || !pass_.eliminate->ring) return;
  const Index rows = line_.rows, first = pass_.up ? 0 : rows - 1;
  multiply(line_.into_eliminate, seam(links_, pass_.up));
  Row missing = closed(*pass_.eliminate, rows, pass_.up, links_, line_.into_eliminate);
  subtract_decaying(remembered(*pass_.eliminate, first, pass_.up, nullptr, links_), line_.y,
                    missing);
}

void run_pass(const SweepPass& pass, Index rows, const BundleSpace& space, const BundleLinks& links,
              const Row* phase) {
  BundlePass bundle(pass, rows, space, links, phase);
  bundle.run(0, rows);
  bundle.close();
}

namespace {

/// result = (1 - bS)⁻¹ right
void solve_increment(const LineFactor& factor, Index rows, const BundleSpace& space,
                     const BundleLinks& links, Row* result) {
  SweepPass pass;
  pass.eliminate = &factor;
  run_pass(pass, rows, {space.right, space.y, nullptr, nullptr}, links, nullptr);
  std::fill(result, result + rows, Row{});
  pass.eliminate = nullptr;
  pass.solve = &factor;
  pass.increment = true;
  pass.up = false;
  run_pass(pass, rows, {result, space.y, nullptr, nullptr}, links, nullptr);
}

/// The values beyond the ends of the lines.
void edges(const LineFactor& factor, Index rows, const BundleLinks& links, const Row* from,
           Row& below, Row& above) {
  below = from[factor.ring ? rows - 1 : 0];
  above = from[factor.ring ? 0 : rows - 1];
  if (factor.ring) {
    multiply(below, seam(links, true));
    multiply(above, seam(links, false));
    return;
  }
  // the mirror image, without the link that uniform links have there
  Complex u(-1.0, 0.0);
  if (links.hops != nullptr && links.step == 0) u *= Complex(links.hops->re[0], links.hops->im[0]);
  multiply(below, u);
  multiply(above, std::conj(u));
}

}  // namespace

LineResidual increment_equation(const LineFactor& factor, Index rows, const BundleSpace& space,
                                const BundleLinks& links) {
  LineResidual residual{};
  residual.rows = rows;
  residual.psi = space.psi;
  residual.links = links.hops;
  residual.link_step = links.step;
  residual.alpha = factor.pole - factor.zero;
  residual.beta = factor.pole;
  return residual;
}

void run_refined(const LineFactor& factor, Index rows, const BundleSpace& space,
                 const BundleLinks& links) {
  LineResidual residual = increment_equation(factor, rows, space, links);
  edges(factor, rows, links, space.psi, residual.psi_below, residual.psi_above);
  evaluate(residual, space.right);
  solve_increment(factor, rows, space, links, space.delta);
  residual.delta = space.delta;
  edges(factor, rows, links, space.delta, residual.delta_below, residual.delta_above);
  evaluate(residual, space.right);
  solve_increment(factor, rows, space, links, space.right);
  add(rows, space.delta, space.right, space.psi);
}

}  // namespace heatgauge
