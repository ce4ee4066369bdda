/// The values that the stages of a program use: site phases and links, in the order of the bundles.
#pragma once

#include <array>
#include <memory>
#include <vector>

#include "heatgauge/line_bundle.hpp"
#include "heatgauge/line_gauge.hpp"
#include "heatgauge/line_segments.hpp"
#include "heatgauge/line_sweep.hpp"
#include "heatgauge/thread_pool.hpp"

namespace heatgauge {

/// Rows in pages of their own.
using Rows = std::vector<Row, StatePages<Row>>;

enum class LinkKind { none, uniform, array };

/// How the lines of a grid fill the lanes, axis by axis. In 1D the lanes are members, or, where
/// these are few, segments of the line of one member; else they are lines of one member.
class LaneLayout {
 public:
  LaneLayout(const Grid& grid, Index members);

  const Grid& grid() const { return grid_; }
  Index members() const { return members_; }
  bool line() const { return grid_.dimensions() == 1; }
  bool segmented() const { return segmented_; }
  /// From now on no line is cut into segments.
  void keep_lines_whole() { segmented_ = false; }
  const LineSegments& segments() const { return segments_; }
  const LineBundles& bundles(int axis) const { return bundles_[static_cast<std::size_t>(axis)]; }

  /// Rows of a bundle of an axis, and bundles of all members.
  Index rows(int axis) const { return segmented_ ? segments_.rows() : bundles(axis).rows(); }
  Index tasks(int axis) const;
  /// Which block of site factors, which block of links a task uses.
  Index site_block(int axis, Index task, bool own) const;
  Index link_block(int axis, Index task) const;
  Index site_blocks(int axis, bool own) const { return site_block(axis, tasks(axis) - 1, own) + 1; }
  Index link_blocks(int axis) const { return link_block(axis, tasks(axis) - 1) + 1; }

  /// In 3D: whether no bundle of the last two axes crosses a plane of the first.
  bool planes() const { return planes_; }
  /// The tasks of an axis in one plane, planes of all members counted on.
  Index tasks_of_plane(int axis) const { return bundles(axis).per_block(); }

  /// The bundle of a task in a state (not of segments), and the psi it counts from.
  BundlePlace place(int axis, Index task, const Strides& strides) const;
  template <typename Value>
  Value* beginning(int axis, Index task, const StateView<Value>& state) const {
    return line() ? state.psi : state.psi + task / bundles(axis).count() * state.next;
  }
  /// All of a bundle.
  template <typename Value>
  void load(int axis, Index task, const StateView<Value>& state, Row* rows) const;
  /// False where a value is not finite.
  template <typename Value>
  bool store(int axis, Index task, const Row* rows, const StateView<Value>& state,
             Complex scale) const;
  /// The site of row 0 in every lane of a block of site factors or links, members counted on where
  /// each has values of its `own`; the next row is stride() on.
  void first_sites(int axis, Index block, bool own, Index (&sites)[kLanes]) const;

 private:
  Grid grid_;
  Index members_;
  bool segmented_, planes_;
  LineSegments segments_;
  std::array<LineBundles, 3> bundles_;
};

/// One set of e^{-iθ-γ} - 1 on the sites, kept once in the order of each axis that uses it; nothing
/// where it is not set, or 0 on all sites.
class SiteSlot {
 public:
  SiteSlot(bool own_of_member, bool careful) : own_(own_of_member), careful_(careful) {}
  bool own() const { return own_; }
  /// From now on wanted in the order of `axis` too.
  void want(int axis) { wanted_[static_cast<std::size_t>(axis)] = true; }
  void forget();
  void set(const LaneLayout& layout, const double* phases, const double* contractions,
           ThreadPool& pool);
  /// Of a bundle; nullptr where they are 0.
  const Row* rows(const LaneLayout& layout, int axis, Index task) const {
    const Rows& factors = factors_[static_cast<std::size_t>(axis)];
    if (factors.empty()) return nullptr;
    return factors.data() + layout.site_block(axis, task, own_) * layout.rows(axis);
  }

 private:
  bool own_, careful_;
  std::array<bool, 3> wanted_{};
  std::array<Rows, 3> factors_;
};

/// The links of one axis, as sweeps and as transforms use them.
class LinkSlot {
 public:
  LinkSlot(const LaneLayout& layout, int axis, LinkKind kind);
  int axis() const { return axis_; }
  LinkKind kind() const { return kind_; }
  /// Makes room for the links of sweeps; sets them to 1.
  void reserve(const LaneLayout& layout);
  bool reserved() const { return !hops_.empty(); }
  /// The gauge of transforms, made where it is first asked for.
  const LineGauge& gauge(const LaneLayout& layout);
  bool has(const LineGauge& gauge) const { return gauge_.get() == &gauge; }
  /// (s/ħ)∫A·dl on every link; the twist of the grid goes into the seam.
  void set(const LaneLayout& layout, const double* phases, ThreadPool& pool);
  void set_uniform(double phase);
  BundleLinks links(const LaneLayout& layout, Index task) const;

 private:
  int axis_;
  LinkKind kind_;
  Complex twist_;
  Rows hops_;
  std::unique_ptr<LineGauge> gauge_;
};

}  // namespace heatgauge
