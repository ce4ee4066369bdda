#include "heatgauge/line_gauge.hpp"

#include <algorithm>

#include "heatgauge/dispatch.hpp"
#include "heatgauge/line_butterflies.hpp"
#include "heatgauge/unit_phase.hpp"

namespace heatgauge {
namespace {

std::size_t room(Index count) { return static_cast<std::size_t>(count); }

/// The phases of the lines of a bundle become θ. The sum is carried in two doubles: a gauge of 1e4
/// at the ends of links must leave θ right to the last place of 1e4, however many links there are.
HEATGAUGE_CLONES void wilson_lines(double* links, Index sites, const double* turns) {
  double sum[kLanes] = {}, rest[kLanes] = {};
  for (Index i = 0; i < sites; ++i, links += kLanes) {
    const auto site = static_cast<double>(i);
    HEATGAUGE_LANES {
      const double link = links[l];
      links[l] = sum[l] + (rest[l] + site * turns[l]);
      const double next = sum[l] + link;
      const double back = next - sum[l];
      rest[l] += (sum[l] - (next - back)) + (link - back);
      sum[l] = next;
    }
  }
}

/// ψ·e^{∓iθ}: the upper sign with `forward`.
template <bool forward>
HEATGAUGE_INLINE void turn_common(Row* rows, Index count, const Complex* carry) {
  for (Index i = 0; i < count; ++i) {
    const Lane u{carry[i].real(), carry[i].imag()};
    HEATGAUGE_LANES {
      const Lane x = lane(rows[i], l);
      put_lane(rows[i], l, forward ? x * u : times_conjugate(x, u));
    }
  }
}

template <bool forward>
HEATGAUGE_INLINE void turn_own(Row* rows, Index count, const Row* carry) {
  for (Index i = 0; i < count; ++i) {
    HEATGAUGE_LANES {
      const Lane x = lane(rows[i], l), u = lane(carry[i], l);
      put_lane(rows[i], l, forward ? x * u : times_conjugate(x, u));
    }
  }
}

HEATGAUGE_CLONES void enter_common(Row* rows, Index count, const Complex* carry) {
  turn_common<true>(rows, count, carry);
}
HEATGAUGE_CLONES void leave_common(Row* rows, Index count, const Complex* carry) {
  turn_common<false>(rows, count, carry);
}
HEATGAUGE_CLONES void enter_own(Row* rows, Index count, const Row* carry) {
  turn_own<true>(rows, count, carry);
}
HEATGAUGE_CLONES void leave_own(Row* rows, Index count, const Row* carry) {
  turn_own<false>(rows, count, carry);
}

}  // namespace

LineGauge::LineGauge(const Grid& grid, int axis, const LineBundles& bundles)
    : axis_(grid.axis(axis)), bundles_(bundles), turns_(kLanes) {
  set_uniform(0.0);
}

void LineGauge::set_uniform(double phase) {
  const Index sites = axis_.points;
  alike_ = true;
  // On a ring the gauge of a uniform phase is there already, but for the twist in the seam link.
  const double slope = axis_.periodic ? axis_.twist / static_cast<double>(sites) : phase;
  std::fill_n(turns_.begin(), kLanes, axis_.periodic ? slope - phase : 0.0);
  carry_ = slope == 0.0 ? Carry::none : Carry::common;
  if (carry_ == Carry::none) return;
  common_.resize(room(sites));
  for (Index i = 0; i < sites; ++i) {
    const double theta = slope * static_cast<double>(i);
    unit_phases(&theta, 1, &common_[room(i)]);
  }
}

/// The links of bundle `b`, those of one site of all lines after one another. Lanes without a line
/// get those of another; beyond the last link between walls stands a zero.
void LineGauge::gather(const double* phases, Index b) {
  const Index count = axis_.links(), stride = bundles_.stride();
  for (Index l = 0; l < kLanes; ++l) {
    const Index site = bundles_.first_site(b, l);
    const double* from = phases + site / (stride * points()) * stride * count + site % stride;
    double* to = links_.data() + l;
    for (Index i = 0; i < count; ++i) to[i * kLanes] = from[i * stride];
    if (axis_.periodic) to[(count - 1) * kLanes] -= axis_.twist;
    if (!axis_.periodic) to[count * kLanes] = 0.0;
  }
}

/// Notes α of the lines of a bundle. Whether the links of one differ, so that χ is not ψ.
bool LineGauge::survey(Index b) {
  const Index count = axis_.links();
  bool uneven = false;
  for (Index l = 0; l < kLanes; ++l) {
    const double first = links_[room(l)];
    double sum = 0.0, rest = 0.0;
    bool same = true;
    for (Index i = 0; i < count; ++i) {
      const double link = links_[room(i * kLanes + l)];
      same = same && link == first;
      const double next = sum + link, back = next - sum;
      rest += (sum - (next - back)) + (link - back);
      sum = next;
    }
    uneven = uneven || !same || (!axis_.periodic && first != 0.0);
    const double mean = same ? first : (sum + rest) / static_cast<double>(count);
    turns_[room(b * kLanes + l)] = axis_.periodic ? -mean : 0.0;
  }
  return uneven;
}

void LineGauge::carry_bundle(Index b) {
  const Index sites = axis_.points;
  wilson_lines(links_.data(), sites, turns_.data() + b * kLanes);
  for (Index i = 0; i < sites; ++i) {
    Row& row = own_[room(b * sites + i)];
    unit_phases(links_.data() + i * kLanes, kLanes, row.re, row.im);
  }
}

void LineGauge::set_links(const double* phases) {
  const Index sites = axis_.points, count = bundles_.count();
  links_.resize(room(sites * kLanes));
  turns_.resize(room(count * kLanes));
  bool uneven = false;
  for (Index b = 0; b < count; ++b) {
    gather(phases, b);
    uneven = survey(b) || uneven;
  }
  alike_ = std::all_of(turns_.begin(), turns_.end(), [&](double t) { return t == turns_[0]; });
  carry_ = uneven ? Carry::own : Carry::none;
  if (!uneven) return;
  own_.resize(room(count * sites));
  for (Index b = 0; b < count; ++b) {
    gather(phases, b);
    carry_bundle(b);
  }
}

// A grid of one line has one bundle: it stands for the lines of all members.
void LineGauge::enter(Index b, Row* rows) const {
  if (carry_ == Carry::common) enter_common(rows, points(), common_.data());
  if (carry_ == Carry::own) enter_own(rows, points(), own_.data() + b % bundles() * points());
}

void LineGauge::leave(Index b, Row* rows) const {
  if (carry_ == Carry::common) leave_common(rows, points(), common_.data());
  if (carry_ == Carry::own) leave_own(rows, points(), own_.data() + b % bundles() * points());
}

}  // namespace heatgauge
