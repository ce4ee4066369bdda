/// What a nested-dissection factorisation would cost, before anything is allocated.
#pragma once

#include "heatgauge/grid.hpp"

namespace heatgauge {

/// Price of a direct factorisation.
struct FactorCost {
  double bytes;  ///< of the stored factors
  double flops;  ///< real operations of the factorisation
};

/// Up to `exact_cost_sites` sites the tree is built and the figures are exact. Larger grids are
/// scaled down along their long axes by two factors and the leading laws are fitted: per site,
/// bytes grow as a + b·log s in 2D and a + b·s in 3D, operations as a + b·s in 2D and a·s² + b·s³
/// in 3D with the length s of a long axis; nothing grows along a single one. Axes of equal length:
/// within 5 % (15 % at reach 4); very unequal ones: bytes within 20 %, operations within a factor
/// of 2.
template <typename Scalar>
FactorCost dissection_cost(const Grid& grid, Index reach);

inline constexpr Index exact_cost_sites = 32768;

}  // namespace heatgauge
