/// Cayley factors of the kinetic step on a line.
#pragma once

#include <vector>

#include "heatgauge/types.hpp"

namespace heatgauge {

/// One factor (1 - zero·S)/(1 - pole·S) of S = 2 - uT - (uT)†, the covariant second difference.
/// Unitary where zero = conj(pole).
struct CayleyFactor {
  Complex zero, pole;
};

/// Factors of exp(-iμ φ(S)), μ = λ e^{-iθ}, λ = ħτ/(2 m h²), φ(s) = (2 asin(√s/2))², i.e. φ = k²
/// where s = 4 sin²(k/2). θ rotates time: 0 is Schrödinger, π/2 diffusion.
///
/// m = 1: pole p - iμ/2 and zero p + iμ/2 with p = 1/12: 4th order in space, 2nd in time
/// (`compact` false: p = 0, Crank-Nicolson). m = 2 … 4: the diagonal [m/m] Padé approximant in S,
/// of order 4m in space; with `fitted` (θ = 0 only) its higher coefficients are then moved to make
/// the phase error smallest in the mean square over the wavenumbers that the grid resolves. A fit
/// keeps order 2m in space only, and what it leaves changes with λ, in places by jumps of 1e-9:
/// not for steps whose error is estimated from others, nor for a generator. Throws
/// std::invalid_argument where a pole comes near the spectrum 0 … 4 of S.
std::vector<CayleyFactor> cayley_factors(double lambda, int factors, double theta = 0.0,
                                         bool fitted = false, bool compact = true);

}  // namespace heatgauge
