/// Geometric multigrid for implicit heat conduction: one V-cycle, a preconditioner.
#pragma once

#include <Eigen/Dense>
#include <array>
#include <utility>
#include <vector>

#include "heatgauge/grid.hpp"
#include "heatgauge/interrupt.hpp"

namespace heatgauge {

/// Conductances between cells and of cells on their own: (M x)_i = own_i x_i + Σ_faces G (x_i −
/// x_j), with x = 0 beyond an outer face. link[a][i] joins site i to its upper neighbour along axis
/// a (0 where there is none; on a periodic axis the last joins the first).
struct CellNetwork {
  std::array<Index, 3> points{1, 1, 1};
  std::array<bool, 3> periodic{};
  std::vector<double> own;    ///< C volume, and the conductance of the outer faces is in `outer`
  std::vector<double> outer;  ///< conductance to outside
  std::array<std::vector<double>, 3> link;

  Index size() const { return points[0] * points[1] * points[2]; }
};

/// One symmetric V(1,1) cycle on a hierarchy of ever coarser cell networks; a symmetric positive
/// definite approximation to M⁻¹. Cells are joined in pairs along the axes whose coupling is strong
/// (an anisotropic body is coarsened along its good conductor first). The conductance between
/// joined cells is that of the paths from centre to centre, in series along a path and parallel
/// across, which is Galerkin's with the factor of ½ that piecewise constant interpolation lacks;
/// smoothing is by red-black Gauss–Seidel. Single precision: what it returns is corrected anyway.
/// Sources: Brandt, Math. Comp. 31 (1977) 333; Wesseling, An Introduction to Multigrid Methods
/// (1992), ch. 5.
class Multigrid {
 public:
  Multigrid(CellNetwork network, Interrupt& interrupt);

  /// Arrays that a cycle works with, made by `work()`.
  struct Work {
    struct Level {
      std::vector<float> x, b;
    };
    std::vector<Level> levels;
    Eigen::VectorXf coarsest;
    std::vector<float> row;
  };
  Work work() const;

  /// Leaves z ≈ M⁻¹ r · unit()/largest in row(…) of the work space; `largest` is the largest
  /// magnitude in r, and not 0.
  void precondition(const double* r, double largest, Work& work) const;
  double unit() const { return 1.0 / inverse_norm_; }

  /// Row number `i` (of the last axis) of the result.
  const float* row(const Work& work, Index i) const {
    const Level& l = levels_.front();
    return work.levels.front().x.data() + l.at(i / l.points[1], i % l.points[1], 0);
  }

  std::size_t levels() const { return levels_.size(); }
  double bytes() const;

 private:
  struct Level {
    std::array<Index, 3> points, padded, stride;
    std::array<bool, 3> periodic, halved;
    Index size;                              // padded
    std::vector<float> diagonal, inverse;    // and 1/diagonal; 0 on the padding
    std::array<std::vector<float>, 3> link;  // to the upper neighbour
    Index at(Index i, Index j, Index k) const {
      return (i + 1) * stride[0] + (j + 1) * stride[1] + (k + 1) * stride[2];
    }
  };
  static Level level(const CellNetwork& network);
  static CellNetwork coarsened(const CellNetwork& fine, const std::array<bool, 3>& halved);
  void cycle(std::size_t l, Work& work) const;
  static void wrap(const Level& level, std::vector<float>& x);
  static void relax_slab(const Level& level, std::vector<float>& x, const std::vector<float>& b,
                         Index slab, int colour, bool first, std::vector<float>& row);
  static void smooth(const Level& level, std::vector<float>& x, const std::vector<float>& b,
                     int colour, bool first, std::vector<float>& row);
  static void restrict_residual(const Level& fine, const Level& coarse, std::vector<float>& x,
                                std::vector<float>& to, std::vector<float>& row,
                                const std::vector<float>& b);
  static void prolong(const Level& fine, const Level& coarse, const std::vector<float>& from,
                      std::vector<float>& x, std::vector<float>& row);
  static std::size_t sources(const Level& fine, const Level& coarse, Index i, Index j,
                             std::array<std::pair<Index, float>, 4>& rows);
  static Index neighbour(const Level& fine, const Level& coarse, int axis, Index at);

  std::vector<Level> levels_;
  Eigen::LLT<Eigen::MatrixXf> coarsest_;  // empty where smoothing alone is enough
  bool direct_ = false;
  double inverse_norm_ = 1.0;
};

}  // namespace heatgauge
