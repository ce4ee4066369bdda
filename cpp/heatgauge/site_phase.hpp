/// Factors of modulus 1 (or less) on the sites, kept as their difference from 1.
#pragma once

#include "heatgauge/line_pass.hpp"

namespace heatgauge {

/// u = e^{-iθ} - 1 for `rows` rows of kLanes phases. ψ += ψu rounds by a unit in the last place of
/// ψu, not of ψ: a small phase keeps the norm so much the better.
void site_rows(const double* phases, Index rows, Row* u);
/// u + 1 times e^{-γ}, minus 1.
void contract_rows(const double* contractions, Index rows, Row* u);

}  // namespace heatgauge
