#include "heatgauge/sweep_slots.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "heatgauge/site_phase.hpp"
#include "heatgauge/unit_phase.hpp"

namespace heatgauge {

namespace {

// Fewer members than this leave too many lanes idle.
constexpr Index kFewestMembers = 6;

Row equal(Complex value) {
  Row row;
  std::fill(row.re, row.re + kLanes, value.real());
  std::fill(row.im, row.im + kLanes, value.imag());
  return row;
}

void put(Row& row, const Complex (&values)[kLanes]) {
  for (Index l = 0; l < kLanes; ++l) {
    row.re[l] = values[l].real();
    row.im[l] = values[l].imag();
  }
}

// Rows at a time: what is computed of them stays in the innermost cache.
constexpr Index kChunk = 16;

}  // namespace

LaneLayout::LaneLayout(const Grid& grid, Index members)
    : grid_(grid),
      members_(members),
      segmented_(grid.dimensions() == 1 && members < kFewestMembers &&
                 grid.size() >= LineSegments::kFewestPoints),
      planes_(grid.dimensions() == 3 && grid.axis(1).points >= kLanes &&
              grid.axis(2).points >= kLanes) {
  if (members < 1) throw std::invalid_argument("members must be at least 1");
  if (segmented_) segments_ = LineSegments(grid.size(), grid.axis(0).periodic);
  for (int a = 0; a < grid.dimensions(); ++a) {
    bundles_[static_cast<std::size_t>(a)] =
        LineBundles(grid, a, line() ? members : 1, planes_ && a > 0 ? grid.axis(0).points : 1);
  }
}

Index LaneLayout::tasks(int axis) const {
  if (segmented_) return members_;
  return line() ? bundles(axis).count() : members_ * bundles(axis).count();
}

Index LaneLayout::site_block(int axis, Index task, bool own) const {
  if (own) return task;
  return line() ? 0 : task % bundles(axis).count();
}

Index LaneLayout::link_block(int axis, Index task) const { return site_block(axis, task, false); }

BundlePlace LaneLayout::place(int axis, Index task, const Strides& strides) const {
  const LineBundles& lines = bundles(axis);
  return lines.place(line() ? task : task % lines.count(), strides);
}

template <typename Value>
void LaneLayout::load(int axis, Index task, const StateView<Value>& state, Row* rows) const {
  if (segmented_) return segments_.load(state.psi + task * state.next, rows);
  const Value* const psi = beginning(axis, task, state);
  heatgauge::load(place(axis, task, state.strides), 0, this->rows(axis), psi, rows);
}

template <typename Value>
bool LaneLayout::store(int axis, Index task, const Row* rows, const StateView<Value>& state,
                       Complex scale) const {
  if (segmented_) return segments_.store(rows, state.psi + task * state.next, scale);
  return heatgauge::store(place(axis, task, state.strides), 0, this->rows(axis), rows,
                          beginning(axis, task, state), scale);
}

template void LaneLayout::load(int, Index, const StateView<Complex>&, Row*) const;
template void LaneLayout::load(int, Index, const StateView<ComplexSingle>&, Row*) const;
template bool LaneLayout::store(int, Index, const Row*, const StateView<Complex>&, Complex) const;
template bool LaneLayout::store(int, Index, const Row*, const StateView<ComplexSingle>&,
                                Complex) const;

void LaneLayout::first_sites(int axis, Index block, bool own, Index (&sites)[kLanes]) const {
  const LineBundles& lines = bundles(axis);
  const Index bundle = line() ? block : block % lines.count();
  const Index member = line() ? 0 : block / lines.count();
  for (Index l = 0; l < kLanes; ++l) {
    sites[l] = segmented_ ? block * grid_.size() + segments_.first(l)
                          : member * grid_.size() + lines.first_site(bundle, l);
    if (line() && !segmented_ && !own) sites[l] = 0;  // lanes are members
  }
}

void SiteSlot::forget() {
  wanted_ = {};
  factors_ = {};
}

void SiteSlot::set(const LaneLayout& layout, const double* phases, const double* contractions,
                   ThreadPool& pool) {
  const double* const end = phases + layout.grid().size() * (own_ ? layout.members() : 1);
  const bool none = contractions == nullptr &&
                    std::all_of(phases, end, [](double phase) { return phase == 0.0; });
  for (int axis = 0; axis < layout.grid().dimensions(); ++axis) {
    Rows& factors = factors_[static_cast<std::size_t>(axis)];
    if (!wanted_[static_cast<std::size_t>(axis)]) continue;
    if (none) {
      factors = Rows();
      continue;
    }
    factors.resize(static_cast<std::size_t>(layout.site_blocks(axis, own_) * layout.rows(axis)));
    const Index rows = layout.rows(axis), stride = layout.bundles(axis).stride();
    pool.run(layout.site_blocks(axis, own_), [&](Index block, int) {
      Index sites[kLanes];
      double values[kChunk * kLanes];
      layout.first_sites(axis, block, own_, sites);
      Row* row = factors.data() + block * rows;
      for (Index i = 0; i < rows; i += kChunk) {
        const Index count = std::min(kChunk, rows - i);
        gather_rows(sites, stride, i, count, phases, values);
        site_rows(values, count, careful_, row + i);
        if (contractions == nullptr) continue;
        gather_rows(sites, stride, i, count, contractions, values);
        contract_rows(values, count, row + i);
      }
    });
  }
}

LinkSlot::LinkSlot(const LaneLayout& layout, int axis, LinkKind kind) : axis_(axis), kind_(kind) {
  const Axis& a = layout.grid().axis(axis);
  twist_ = Complex(std::cos(a.twist), std::sin(a.twist));
}

void LinkSlot::reserve(const LaneLayout& layout) {
  if (kind_ == LinkKind::uniform) hops_.assign(1, equal(1.0));
  if (kind_ == LinkKind::array) {
    hops_.assign(static_cast<std::size_t>(layout.link_blocks(axis_) * (layout.rows(axis_) + 1)),
                 equal(1.0));
  }
}

const LineGauge& LinkSlot::gauge(const LaneLayout& layout) {
  if (gauge_ == nullptr) {
    const Grid& grid = layout.grid();
    // In 1D one bundle stands for the lines of all members.
    gauge_ = layout.line() ? std::make_unique<LineGauge>(grid, axis_)
                           : std::make_unique<LineGauge>(grid, axis_, layout.bundles(axis_));
  }
  return *gauge_;
}

void LinkSlot::set(const LaneLayout& layout, const double* phases, ThreadPool& pool) {
  if (kind_ != LinkKind::array) throw std::invalid_argument("the slot holds no array of links");
  if (gauge_ != nullptr) gauge_->set_links(phases);
  if (hops_.empty()) return;
  const Axis& axis = layout.grid().axis(axis_);
  const Index stride = layout.bundles(axis_).stride(), n = axis.points, rows = layout.rows(axis_);
  pool.run(layout.link_blocks(axis_), [&](Index block, int) {
    Index first[kLanes], site[kLanes];
    Complex u[kLanes];
    double theta[kLanes];
    layout.first_sites(axis_, block, false, first);
    for (Index l = 0; l < kLanes; ++l) {  // from sites to links: n - 1 of them between walls
      site[l] = (first[l] / stride) % n;
      first[l] = first[l] / (n * stride) * axis.links() * stride + first[l] % stride;
    }
    for (Index i = 0; i <= rows; ++i) {  // links[i] joins row i - 1 to row i
      bool seam[kLanes];
      for (Index l = 0; l < kLanes; ++l) {
        const Index link = site[l] + i - 1;
        seam[l] = link < 0 || link == n - 1;
        const bool wall = seam[l] && !axis.periodic;
        theta[l] = wall ? 0.0 : phases[first[l] + (link < 0 ? n - 1 : link) * stride];
      }
      unit_phases(theta, kLanes, u);
      for (Index l = 0; l < kLanes; ++l) {
        if (seam[l]) u[l] = times(u[l], twist_);
      }
      put(hops_[static_cast<std::size_t>(block * (rows + 1) + i)], u);
    }
  });
}

void LinkSlot::set_uniform(double phase) {
  if (kind_ != LinkKind::uniform) throw std::invalid_argument("the slot holds no uniform link");
  if (gauge_ != nullptr) gauge_->set_uniform(phase);
  if (hops_.empty()) return;
  Complex u;
  unit_phases(&phase, 1, &u);
  hops_[0] = equal(u);
}

BundleLinks LinkSlot::links(const LaneLayout& layout, Index task) const {
  BundleLinks links;
  if (kind_ == LinkKind::array) {
    links.hops = hops_.data() + layout.link_block(axis_, task) * (layout.rows(axis_) + 1);
    return links;
  }
  if (kind_ == LinkKind::uniform) links.hops = hops_.data();
  links.step = 0;
  links.twist = twist_;
  return links;
}

}  // namespace heatgauge
