/// Geometric multigrid for implicit heat conduction, in single precision.
#pragma once

#include <Eigen/Dense>
#include <array>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "heatgauge/cell_network.hpp"
#include "heatgauge/interrupt.hpp"
#include "heatgauge/multigrid_rows.hpp"

namespace heatgauge {

/// V(1,1) cycles on a hierarchy of ever coarser cell networks, smoothed by red-black Gauss–Seidel.
/// Cells of a colour lie side by side, so that a sweep touches nothing in vain. Corrections are
/// interpolated linearly between cell centres.
///
/// `improve` runs cycles by themselves: residuals are summed over joined cells, both smoothers
/// sweep red before black. An error shrinks by 0.05 (short steps) to 0.2 a cycle (long ones).
/// `precondition` is one cycle that is symmetric and positive definite, for conjugate gradients:
/// the restriction is the adjoint of the interpolation, the second smoother sweeps backwards.
/// What either returns is corrected in double precision.
/// Sources: Brandt, Math. Comp. 31 (1977) 333; Wesseling, An Introduction to Multigrid Methods
/// (1992), ch. 5; Mohr & Wienands, Comput. Vis. Sci. 7 (2004) 129 (restriction by sums).
class Multigrid {
 public:
  Multigrid(CellNetwork network, Interrupt& interrupt);

  /// Arrays that cycles work with, made by `work()`.
  struct Work {
    using Cells = std::array<std::vector<float>, 2>;  // by colour
    struct Level {
      Cells x, b;
    };
    std::vector<Level> levels;
    Eigen::VectorXf coarsest;
    std::vector<float> row;
  };
  Work work() const;

  /// Puts scale·r, a row (of the last axis) of the right-hand side, in its place.
  void put_row(Work& work, Index i, double scale, const double* r) const;

  /// Cycles from x = 0 until the residual has shrunk to about `target` of `size`, its norm at
  /// first, or shrinks no longer: M x ≈ unit() · right-hand side.
  int improve(Work& work, double size, double target, Interrupt& interrupt) const;

  /// One symmetric cycle.
  void precondition(Work& work) const { cycle(0, true, work); }

  /// M times `unit()` is the matrix of the network.
  double unit() const { return unit_; }

  /// Adds scale·x of a row.
  void add_row(const Work& work, Index i, double scale, double* to) const;

  std::size_t levels() const { return levels_.size(); }
  double bytes() const;

 private:
  using Cells = Work::Cells;
  struct Level {
    std::array<Index, 3> points;
    std::array<bool, 3> periodic, halved;
    Index half, row, plane, size;                // cells of one colour in a row, and with padding
    Cells inverse;                               // 1/diagonal
    Cells diagonal;                              // of colour 0; of both if not `coloured`
    std::array<std::array<float, 2>, 3> side{};  // share_at_side
    bool coloured = true;                        // no cell has a neighbour of its colour
    // Of colour 0, to its lower and upper neighbours. Paddings mirror the far ends of rings.
    std::array<std::array<std::vector<float>, 2>, 3> link;
    Index at(Index i, Index j, Index m) const {
      return (points[0] > 1 ? i + 1 : 0) * plane + (j + 1) * row + m + 1;
    }
    /// Offset of the first cell of a colour in its row, and how many there are.
    Index first(Index i, Index j, int colour) const { return (i + j + colour) & 1; }
    Index count(Index offset) const { return (points[2] - offset + 1) / 2; }
    bool ring() const { return periodic[0] || periodic[1] || periodic[2]; }
    Index slabs() const { return points[points[0] == 1 ? 1 : 0]; }
    /// Calls visit(i, j) for every row of a slab: a plane of a body, or a row of a plane.
    template <typename Visit>
    void for_each_row(Index slab, Visit&& visit) const {
      if (points[0] == 1) return visit(Index{0}, slab);
      for (Index j = 0; j < points[1]; ++j) visit(slab, j);
    }
  };
  static Level level(const CellNetwork& network);
  static void set_links(Level& level, const CellNetwork& network, std::vector<double>& diagonal);
  void factor_coarsest(const CellNetwork& network);
  void solve_coarsest(Work& work) const;
  struct Pass {
    std::span<const int> colours;
    bool first = false, correct = false, restrict = false, symmetric = false;
  };
  double pass(std::size_t l, const Pass& what, Work& work) const;
  void cycle(std::size_t l, bool symmetric, Work& work) const;
  static void wrap(const Level& level, Cells& x);
  static NeighbourRows neighbours(const Level& level, const Cells& x, Index i, Index j, int colour);
  static void relax_slab(const Level& level, Cells& x, const Cells& b, Index slab, int colour,
                         bool first);
  double restrict_slab(std::size_t l, Index slab, bool symmetric, Work& work) const;
  static void hand_down(const Level& coarse, const std::array<Index, 2>& place, const float* row,
                        Cells& to);
  void hand_down_interpolated(std::size_t l, Index i, Index j, const float* full, Work& work) const;
  void prolong_slab(std::size_t l, Index slab, Work& work) const;
  static std::size_t sources(const Level& fine, const Level& coarse, Index i, Index j,
                             std::array<std::pair<std::array<Index, 2>, float>, 4>& rows);
  static std::pair<Index, float> beside(const Level& fine, const Level& coarse, int axis, Index at);

  std::vector<Level> levels_;
  std::optional<Eigen::LLT<Eigen::MatrixXf>> coarsest_;  // else smoothing is enough there
  double unit_ = 1.0;
};

}  // namespace heatgauge
