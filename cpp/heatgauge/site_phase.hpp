/// Factors of modulus 1 (or less) on the sites, kept as their difference from 1.
#pragma once

#include "heatgauge/types.hpp"

namespace heatgauge {

/// u[i] = e^{-iθ_i - γ_i} - 1; contractions may be nullptr. ψ += ψu rounds by a unit in the last
/// place of ψu, not of ψ: a small phase keeps the norm so much the better.
void site_factors(const double* phases, const double* contractions, Index count, Complex* u);

}  // namespace heatgauge
