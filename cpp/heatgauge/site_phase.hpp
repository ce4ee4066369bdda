/// Factors of modulus 1 (or less) on the sites, kept as their difference from 1.
#pragma once

#include "heatgauge/line_pass.hpp"

namespace heatgauge {

/// u = e^{-iθ} - 1 for `rows` rows of kLanes phases. ψ += ψu rounds by a unit in the last place of
/// ψu, not of ψ: a small phase keeps the norm so much the better.
/// `careful`: one part of u then follows from the other so that |1 + u| is 1 as nearly as doubles
/// allow; what is missing is lost in every step anew.
void site_rows(const double* phases, Index rows, bool careful, Row* u);
/// u + 1 times e^{-γ}, minus 1.
void contract_rows(const double* contractions, Index rows, Row* u);

}  // namespace heatgauge
