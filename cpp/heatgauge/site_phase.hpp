/// Factors of modulus 1 (or less) on the sites, kept as their difference from 1.
#pragma once

#include "heatgauge/types.hpp"

namespace heatgauge {

/// u[i] = e^{-iθ_i - γ_i} - 1; contractions may be nullptr. ψ += ψu rounds by a unit in the last
/// place of ψu, not of ψ: a small phase keeps the norm so much the better.
/// `careful`: the real part then follows from the imaginary one so that |1 + u| is 1 as nearly as
/// doubles allow; what is missing is lost in every step anew.
void site_factors(const double* phases, const double* contractions, Index count, bool careful,
                  Complex* u);

}  // namespace heatgauge
