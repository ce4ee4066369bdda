/// The covariant second difference on a bundle of lines, for increments and their residuals.
#pragma once

#include "heatgauge/line_pass.hpp"

namespace heatgauge {

/// r = S(αψ + βδ) - γδ; without δ: r = αSψ. Links as in LinePass; `wall`: the lines end in walls,
/// else they are closed by the seam link times `twist`.
struct LineResidual {
  Index rows;
  bool wall;
  const Row *psi, *delta;
  const Row* links;
  Index link_step;
  Complex twist;
  Complex alpha, beta, gamma;
};
void evaluate(const LineResidual& s, Row* r);

/// a += b
void add(Index rows, const Row* b, Row* a);

}  // namespace heatgauge
