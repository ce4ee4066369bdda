/// What the elimination of one Cayley factor needs to know on every line of an axis.
#pragma once

#include <vector>

#include "heatgauge/cayley_factors.hpp"

namespace heatgauge {

/// (1 - aS)/(1 - bS) = B + γ M⁻¹ with M = 1/b - S, B = a/b, γ = (b - a)/b². Off its diagonal M
/// holds the links, of modulus 1, so that its pivots follow 1/q_i = (1/b - S_ii) - q_{i-1} and are
/// the same on every line. They settle after a few sites to the smaller root of q + 1/q = 1/b - 2;
/// on a ring, M = (1 + q uT)(1 + q(uT)†)/q with this q exactly.
struct LineFactor {
  LineFactor(const CayleyFactor& factor, Index points, bool ring);

  Complex zero, pole;
  bool ring;
  bool unitary;     // zero = conj(pole)
  Complex overall;  // B
  Complex weight;   // γ/B where unitary, so that B can wait; else γ
  std::vector<Complex> inverse_pivots;
  Index reach;  // sites after which |q|^reach is below rounding, at most `points`
};

}  // namespace heatgauge
