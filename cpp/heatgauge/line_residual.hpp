/// The covariant second difference on a bundle of lines, for increments and their residuals.
#pragma once

#include "heatgauge/line_pass.hpp"

namespace heatgauge {

/// r = S(αψ + βδ) - δ; without δ: r = αSψ. Links as in LinePass. `below` and `above`: the values
/// beyond the ends of the lines, to which links[0] and links[rows] lead.
struct LineResidual {
  Index rows;
  const Row *psi, *delta;
  const Row* links;
  Index link_step;
  Complex alpha, beta;
  Row psi_below, psi_above, delta_below, delta_above;
};
void evaluate(const LineResidual& s, Row* r);

/// ψ += δ + ε, rounded once: ε may be below the last place of δ, and what a step would lose with it
/// leans to one side.
void add(Index rows, const Row* delta, const Row* epsilon, Row* psi);

}  // namespace heatgauge
