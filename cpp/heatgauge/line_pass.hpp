/// One pass over sixteen lines side by side: the innermost loop of the sweeps.
#pragma once

#include "heatgauge/types.hpp"

namespace heatgauge {

/// Lines that advance together: their recurrences fill the SIMD registers and hide each other's
/// waiting.
constexpr Index kLanes = 16;

/// One site of each line.
struct alignas(64) Row {
  double re[kLanes];
  double im[kLanes];
};

/// A factor (1 - aS)/(1 - bS) = B + c M⁻¹ with M = 1/b - S is applied in two recurrences. M has
/// off-diagonal entries of modulus 1, hence its pivots do not depend on the links:
///   elimination   y_i = ψ_i - in,  w_i = q_i y_i,             in ← link·w_i
///   substitution  x_i = q_i (y_i - in),  ψ'_i = B ψ_i + c x_i,  in ← link·x_i  (the other way
///   round)
/// with q the inverse pivots in the order of the elimination, and `link` the covariant hop to the
/// next site. B of a unitary factor is of modulus 1 and commutes with all: it is left to the
/// caller. A pass substitutes for one factor, multiplies by site phases, and eliminates for the
/// next factor; each of the three may be absent.
struct LinePass {
  Index rows = 0;
  bool up = true;              // from row 0 on, or from the last row down
  Row* psi = nullptr;          // row 0
  Row* y = nullptr;            // row 0
  const Row* links = nullptr;  // links[i] joins row i-1 to row i, rows + 1 of them; nullptr: all 1
  Index link_step = 1;         // 0: one row for all links
  const Row* phase = nullptr;  // u - 1 on every row, or nullptr
  const Complex* solve = nullptr;      // q of the factor substituted for, or nullptr
  Complex weight;                      // its c
  Complex keep{1.0, 0.0};              // its B; 1 where that is left to the caller
  const Complex* eliminate = nullptr;  // q of the factor eliminated for, or nullptr
  // Pivots of each lane's own, by row, instead of the two above (which then are not read):
  const Row* solve_rows = nullptr;
  const Row* eliminate_rows = nullptr;
  Row into_solve{};  // `in` of the next row
  Row into_eliminate{};
};

/// The rows `first` … `first` + `count` - 1 in the order of the pass, those before being done.
void run(LinePass& pass, Index first, Index count);

/// The recurrence x_i = q_i (v_i - in), in ← link·x_i alone, over `rows` rows from row `first` on
/// in the direction `up`; `in` is where it starts and ends.
struct RunUp {
  Index first = 0, rows = 0;
  bool up = true;
  const Row* values = nullptr;
  const Row* links = nullptr;
  Index link_step = 1;
  Complex q;
  const Row* pivots = nullptr;  // q of each lane's own, by row, instead
};
void run_up(const RunUp& ring, Row& in);
/// Without values: e ← -link·q·e, and y_i -= e on the way where y is given.
void subtract_decaying(const RunUp& ring, Row* y, Row& e);

}  // namespace heatgauge
