/// A linear recurrence of P terms running through both halves of a folded line.
#pragma once

#include "heatgauge/pair.hpp"

namespace heatgauge {

/// The last P unknowns, the newest first. They stay in registers: through memory, every step would
/// wait for the store of the one before.
template <int P>
struct FoldedRecurrence {
  Pair last[P];

  /// The next unknown, right - Σ_k multipliers[k]·last[k].
  HEATGAUGE_INLINE Pair push(Pair right, const Pair* multipliers) {
    for (int k = P; k-- > 0;) right.subtract_product(multipliers[k], last[k]);
    for (int k = P - 1; k > 0; --k) last[k] = last[k - 1];
    last[0] = right;
    return right;
  }
};

}  // namespace heatgauge
