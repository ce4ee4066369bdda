/// exp(-iφ) of many phases at once.
#pragma once

#include "heatgauge/types.hpp"

namespace heatgauge {

/// u[i] = exp(-i·phases[i]). Either component is within 1 unit in the last place of the exact one
/// (below 2^-20: within 2^-73). What a phase gives depends on that phase alone, not on its place.
void unit_phases(const double* phases, Index count, Complex* u);

/// The same numbers, real and imaginary parts apart.
void unit_phases(const double* phases, Index count, double* re, double* im);

}  // namespace heatgauge
