#include "heatgauge/line_gauge.hpp"

#include <algorithm>

#include "heatgauge/dispatch.hpp"
#include "heatgauge/unit_phase.hpp"

namespace heatgauge {
namespace {

RowOrder order_of(const Axis& axis) {
  return axis.periodic ? RowOrder::natural() : RowOrder::between_walls(axis.points);
}

std::size_t room(Index count) { return static_cast<std::size_t>(count); }

/// The phases of eight lines become θ. The sum is carried in two doubles: a gauge of 1e4 at the
/// ends of links must leave θ right to the last place of 1e4, however many links there are.
HEATGAUGE_CLONES void wilson_lines(double* links, Index sites, const double* slopes) {
  double sum[line_lanes] = {}, rest[line_lanes] = {};
  for (Index i = 0; i < sites; ++i, links += line_lanes) {
    const auto site = static_cast<double>(i);
    HEATGAUGE_LANES {
      const double link = links[l];
      links[l] = sum[l] + (rest[l] - site * slopes[l]);
      const double next = sum[l] + link;
      const double back = next - sum[l];
      rest[l] += (sum[l] - (next - back)) + (link - back);
      sum[l] = next;
    }
  }
}

/// rows ← rows·e^{∓iθ}: the upper sign with forward.
template <bool forward, bool own>
HEATGAUGE_INLINE void turn_rows(double* rows, Index count, const double* carry) {
  for (Index i = 0; i < count; ++i, rows += batch_row, carry += own ? batch_row : 2) {
    HEATGAUGE_LANES {
      const Turn x{rows[l], rows[line_lanes + l]};
      const Turn u = own ? Turn{carry[l], carry[line_lanes + l]} : Turn{carry[0], carry[1]};
      const Turn y = forward ? x * u : times_conjugate(x, u);
      rows[l] = y.re;
      rows[line_lanes + l] = y.im;
    }
  }
}

HEATGAUGE_CLONES void enter_common(double* rows, Index count, const double* carry) {
  turn_rows<true, false>(rows, count, carry);
}
HEATGAUGE_CLONES void leave_common(double* rows, Index count, const double* carry) {
  turn_rows<false, false>(rows, count, carry);
}
HEATGAUGE_CLONES void enter_own(double* rows, Index count, const double* carry) {
  turn_rows<true, true>(rows, count, carry);
}
HEATGAUGE_CLONES void leave_own(double* rows, Index count, const double* carry) {
  turn_rows<false, true>(rows, count, carry);
}

}  // namespace

LineGauge::LineGauge(const Grid& grid, int axis)
    : axis_(grid.axis(axis)),
      batches_(grid, axis, order_of(axis_)),
      link_step_(grid.stride(axis)),
      turns_(1) {
  set_uniform(0.0);
}

void LineGauge::set_uniform(double phase) {
  const Index sites = axis_.points;
  alike_ = true;
  // On a ring the gauge of a uniform phase is there already, but for the twist in the seam link.
  const double slope = axis_.periodic ? axis_.twist / static_cast<double>(sites) : phase;
  turns_[0] = axis_.periodic ? slope - phase : 0.0;
  carry_ = slope == 0.0 ? Carry::none : Carry::common;
  if (carry_ == Carry::none) return;
  carries_.resize(std::max(carries_.size(), room(2 * sites)));
  for (Index i = 0; i < sites; ++i) {
    const double theta = slope * static_cast<double>(i);
    Complex unit;
    unit_phases(&theta, 1, &unit);
    double* carry = carries_.data() + 2 * batches_.order().row(i);
    carry[0] = unit.real();
    carry[1] = unit.imag();
  }
}

void LineGauge::gather(const double* phases, Index b, double* links) const {
  const Index count = axis_.links(), used = batches_.lines(b);
  for (Index l = 0; l < used; ++l) {
    // Between walls a line has one link less than sites.
    const Index site = batches_.first_site(b, l);
    const Index inner = site % link_step_, line = site / (link_step_ * axis_.points);
    const double* from = phases + line * count * link_step_ + inner;
    for (Index i = 0; i < count; ++i) links[i * line_lanes + l] = from[i * link_step_];
    if (axis_.periodic) links[(count - 1) * line_lanes + l] -= axis_.twist;
  }
  for (Index l = used; l < line_lanes; ++l) {
    for (Index i = 0; i < count; ++i) links[i * line_lanes + l] = links[i * line_lanes];
  }
  if (!axis_.periodic) std::fill_n(links + count * line_lanes, line_lanes, 0.0);
}

/// Notes α of all lines. Whether a line's links differ, so that χ is not ψ.
bool LineGauge::survey(const double* phases) {
  const Index count = axis_.links();
  bool uneven = false;
  for (Index b = 0; b < batches_.count(); ++b) {
    gather(phases, b, links_.data());
    for (Index l = 0; l < line_lanes; ++l) {
      const double first = links_[room(l)];
      double sum = 0.0, rest = 0.0;
      bool same = true;
      for (Index i = 0; i < count; ++i) {
        const double link = links_[room(i * line_lanes + l)];
        same = same && link == first;
        const double next = sum + link, back = next - sum;
        rest += (sum - (next - back)) + (link - back);
        sum = next;
      }
      uneven = uneven || !same || (!axis_.periodic && first != 0.0);
      const double mean = same ? first : (sum + rest) / static_cast<double>(count);
      turns_[room(b * line_lanes + l)] = axis_.periodic ? -mean : 0.0;
    }
  }
  return uneven;
}

void LineGauge::carry_batch(const double* phases, Index b) {
  const Index sites = axis_.points;
  double slopes[line_lanes];
  for (Index l = 0; l < line_lanes; ++l) slopes[l] = -turns_[room(b * line_lanes + l)];
  gather(phases, b, links_.data());
  wilson_lines(links_.data(), sites, slopes);
  unit_phases(links_.data(), sites * line_lanes, units_.data());
  double* carry = carries_.data() + b * sites * batch_row;
  for (Index i = 0; i < sites; ++i) {
    double* row = carry + batches_.order().row(i) * batch_row;
    for (Index l = 0; l < line_lanes; ++l) {
      row[l] = units_[room(i * line_lanes + l)].real();
      row[line_lanes + l] = units_[room(i * line_lanes + l)].imag();
    }
  }
}

void LineGauge::set_links(const double* phases) {
  const Index sites = axis_.points, batches = batches_.count();
  links_.resize(room(sites * line_lanes));
  units_.resize(links_.size());
  turns_.resize(room(batches * line_lanes));
  const bool uneven = survey(phases);
  alike_ = std::all_of(turns_.begin(), turns_.end(), [&](double t) { return t == turns_[0]; });
  carry_ = uneven ? Carry::own : Carry::none;
  if (!uneven) return;
  carries_.resize(room(batches * sites * batch_row));
  for (Index b = 0; b < batches; ++b) carry_batch(phases, b);
}

void LineGauge::enter(Index b, double* rows) const {
  const Index sites = axis_.points;
  if (carry_ == Carry::common) enter_common(rows, sites, carries_.data());
  if (carry_ == Carry::own) enter_own(rows, sites, carries_.data() + b * sites * batch_row);
}

void LineGauge::leave(Index b, double* rows) const {
  const Index sites = axis_.points;
  if (carry_ == Carry::common) leave_common(rows, sites, carries_.data());
  if (carry_ == Carry::own) leave_own(rows, sites, carries_.data() + b * sites * batch_row);
}

}  // namespace heatgauge
