#include "heatgauge/line_segments.hpp"

#include <algorithm>

#include "heatgauge/bundle_copy.hpp"
#include "heatgauge/line_residual.hpp"

namespace heatgauge {

namespace {

Complex at(const Row& row, Index lane) { return {row.re[lane], row.im[lane]}; }

void set(Row& row, Index lane, Complex value) {
  row.re[lane] = value.real();
  row.im[lane] = value.imag();
}

Row same(double value) {
  Row row{};
  std::fill(row.re, row.re + kLanes, value);
  return row;
}

}  // namespace

LineSegments::LineSegments(Index points, bool ring)
    : points_(points), rows_((points + kLanes - 1) / kLanes), ring_(ring) {
  for (Index l = 0; l < kLanes; ++l) {
    first_[static_cast<std::size_t>(l)] = l * (points - rows_) / (kLanes - 1);
  }
}

template <typename Value>
void LineSegments::load(const Value* psi, Row* rows) const {
  if (points_ == kLanes * rows_) return load_bundle({rows_, rows_, 1}, psi, rows);
  for (Index l = 0; l < kLanes; ++l) {
    const Value* from = psi + first(l);
    for (Index i = 0; i < rows_; ++i) set(rows[i], l, from[i]);
  }
}

template <typename Value>
bool LineSegments::store(const Row* rows, Value* psi, Complex scale) const {
  double finite = 0.0;
  if (points_ == kLanes * rows_) {
    store_bundle({rows_, rows_, 1}, rows, scale, psi, finite);
    return finite == 0.0;
  }
  for (Index l = 0; l < kLanes; ++l) {
    Value* to = psi + first(l);
    for (Index i = 0; i < rows_; ++i) {
      const Complex value = times(at(rows[i], l), scale);
      to[i] = Value(value);
      finite += 0.0 * (value.real() + value.imag());
    }
  }
  return finite == 0.0;
}

template void LineSegments::load(const Complex*, Row*) const;
template void LineSegments::load(const ComplexSingle*, Row*) const;
template bool LineSegments::store(const Row*, Complex*, Complex) const;
template bool LineSegments::store(const Row*, ComplexSingle*, Complex) const;

void LineSegments::agree(Row* rows) const {
  for (Index l = 0; l + 1 < kLanes; ++l) {
    if (shares(l)) set(rows[rows_ - 1], l, at(rows[0], l + 1));
  }
}

SegmentPivots::SegmentPivots(const LineFactor& factor, const LineSegments& segments)
    : up(static_cast<std::size_t>(segments.rows())), down(up.size()) {
  for (Index i = 0; i < segments.rows(); ++i) {
    for (Index l = 0; l < kLanes; ++l) {
      const Index site = segments.first(l) + i;
      const auto row = static_cast<std::size_t>(i);
      set(up[row], l, factor.inverse_pivots[static_cast<std::size_t>(site)]);
      set(down[row], l,
          factor.inverse_pivots[static_cast<std::size_t>(segments.points() - 1 - site)]);
    }
  }
}

RunUp SegmentSweep::all_rows(const Recurrence& r, const Row* values) const {
  RunUp run;
  run.first = r.up ? 0 : segments_.rows() - 1;
  run.rows = segments_.rows();
  run.up = r.up;
  run.values = values;
  run.links = r.links->hops;
  run.link_step = r.links->step;
  run.pivots = r.pivots;
  return run;
}

Row SegmentSweep::handed_over(const Recurrence& r, const Row& inside,
                              const Row& before_last) const {
  Row decay{}, decay_before_last{};
  if (r.factor->reach >= segments_.rows() - 1) {  // memory reaches beyond a segment
    RunUp run = all_rows(r, nullptr);
    decay = same(1.0);
    run.rows -= 1;
    subtract_decaying(run, nullptr, decay);
    decay_before_last = decay;
    run.first += r.up ? run.rows : -run.rows;
    run.rows = 1;
    subtract_decaying(run, nullptr, decay);
  }
  // value + around·start enters segment l if `start` enters the first
  Complex value[kLanes + 1], around[kLanes + 1];
  value[0] = 0.0;
  around[0] = 1.0;
  for (Index k = 0; k < kLanes; ++k) {
    const Index l = r.up ? k : kLanes - 1 - k;
    const bool shared = r.up ? segments_.shares(l) : l > 0 && segments_.shares(l - 1);
    const Complex d = at(shared ? decay_before_last : decay, l);
    value[k + 1] = at(shared ? before_last : inside, l) + times(d, value[k]);
    around[k + 1] = times(d, around[k]);
  }
  Complex start(0.0, 0.0);
  if (segments_.ring()) {
    const Complex seam = r.up ? std::conj(r.links->twist) : r.links->twist;
    start = times(seam, value[kLanes]) / (1.0 - times(seam, around[kLanes]));
  }
  Row entering;
  for (Index k = 0; k < kLanes; ++k) {
    set(entering, r.up ? k : kLanes - 1 - k, value[k] + times(around[k], start));
  }
  return entering;
}

Row SegmentSweep::start_of_solve(const Recurrence& r, const Row* y) const {
  RunUp run = all_rows(r, y);
  const Index last = r.up ? segments_.rows() - 1 : 0;
  run.rows = std::min(r.factor->reach, segments_.rows() - 1);
  run.first = r.up ? last - run.rows : last + run.rows;
  Row before_last{};
  run_up(run, before_last);
  run.first = last;
  run.rows = 1;
  Row inside = before_last;
  run_up(run, inside);
  return handed_over(r, inside, before_last);
}

void SegmentSweep::correct_elimination(const Recurrence& r, const BundleSpace& space,
                                       const Row& beyond) const {
  const Index last = r.up ? segments_.rows() - 1 : 0;
  Row before_last;
  for (Index l = 0; l < kLanes; ++l) {
    set(before_last, l, at(space.psi[last], l) - at(space.y[last], l));
  }
  Row missing = handed_over(r, beyond, before_last);
  RunUp run = all_rows(r, nullptr);
  run.rows = std::min(r.factor->reach, run.rows);
  subtract_decaying(run, space.y, missing);
}

void SegmentSweep::run_pass(const SweepPass& pass, const SegmentPivots* solve,
                            const SegmentPivots* eliminate, const BundleSpace& space,
                            const BundleLinks& links, const Row* phase) const {
  LinePass p = described(pass, segments_.rows(), space, links, phase);
  if (pass.solve != nullptr) {
    p.solve_rows = (pass.up ? solve->down : solve->up).data();
    p.into_solve = start_of_solve({pass.solve, p.solve_rows, pass.up, &links}, space.y);
  }
  if (pass.eliminate != nullptr) {
    p.eliminate_rows = (pass.up ? eliminate->up : eliminate->down).data();
  }
  run(p, 0, p.rows);
  if (pass.eliminate != nullptr) {
    correct_elimination({pass.eliminate, p.eliminate_rows, pass.up, &links}, space,
                        p.into_eliminate);
  }
}

void SegmentSweep::solve_increment(const Factor& factor, const BundleSpace& space,
                                   const BundleLinks& links, Row* result) const {
  SweepPass pass;
  pass.eliminate = factor.line;
  run_pass(pass, nullptr, factor.pivots, {space.right, space.y, nullptr, nullptr}, links, nullptr);
  std::fill(result, result + segments_.rows(), Row{});
  pass.eliminate = nullptr;
  pass.solve = factor.line;
  pass.increment = true;
  pass.up = false;
  run_pass(pass, factor.pivots, nullptr, {result, space.y, nullptr, nullptr}, links, nullptr);
}

void SegmentSweep::run_refined(const Factor& factor, const BundleSpace& space,
                               const BundleLinks& links) const {
  const Index last = segments_.rows() - 1;
  // Row -1 of a segment is the last of the one before, or the one before that where they share it.
  const auto edges = [&](const Row* rows, Row& below, Row& above) {
    for (Index l = 0; l < kLanes; ++l) {
      const Index before = (l + kLanes - 1) % kLanes, after = (l + 1) % kLanes;
      set(below, l, at(rows[segments_.shares(before) ? last - 1 : last], before));
      set(above, l, at(rows[segments_.shares(l) ? 1 : 0], after));
    }
    if (segments_.ring()) {
      set(below, 0, times(at(below, 0), std::conj(links.twist)));
      set(above, kLanes - 1, times(at(above, kLanes - 1), links.twist));
    } else {  // the mirror image, without the link that uniform links have there
      const Complex u = links.hops == nullptr ? Complex(1.0, 0.0) : at(links.hops[0], 0);
      set(below, 0, links.step == 0 ? -times(at(rows[0], 0), u) : -at(rows[0], 0));
      const Complex end = at(rows[last], kLanes - 1);
      set(above, kLanes - 1, links.step == 0 ? -conj_times(u, end) : -end);
    }
  };
  LineResidual residual = increment_equation(*factor.line, segments_.rows(), space, links);
  edges(space.psi, residual.psi_below, residual.psi_above);
  evaluate(residual, space.right);
  solve_increment(factor, space, links, space.delta);
  segments_.agree(space.delta);
  residual.delta = space.delta;
  edges(space.delta, residual.delta_below, residual.delta_above);
  evaluate(residual, space.right);
  solve_increment(factor, space, links, space.right);
  add(segments_.rows(), space.delta, space.right, space.psi);
}

}  // namespace heatgauge
