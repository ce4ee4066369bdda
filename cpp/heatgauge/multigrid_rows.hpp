/// What multigrid does to one row of cells, compiled for several instruction sets.
#pragma once

#include <array>

#include "heatgauge/types.hpp"

namespace heatgauge {

/// One row of a colour: x ← (b + Σ G x)/diagonal on every other cell. Cells of the other colour
/// keep their value, so that they may be read while others are set. `next` holds a row.
void relax_row(Index n, const float* mask, const float* inverse, const float* b, float* x,
               const std::array<Index, 3>& s, const float* g0, const float* g1, const float* g2,
               float* next);

/// The same in a plane, which has no links along the first axis.
void relax_plane_row(Index n, const float* mask, const float* inverse, const float* b, float* x,
                     Index s1, const float* g1, const float* g2, float* next);

/// The same where x = 0 up to now.
void first_row(Index n, const float* mask, const float* inverse, const float* b, float* x);

/// b − Mx in a row.
void residual_row(Index n, const float* diagonal, const float* b, const float* x,
                  const std::array<Index, 3>& s, const float* g0, const float* g1, const float* g2,
                  float* r);

void residual_plane_row(Index n, const float* diagonal, const float* b, const float* x, Index s1,
                        const float* g1, const float* g2, float* r);

/// What pairs of cells hand down: three quarters each, and a quarter from the cells beside them.
void gather_row(Index pairs, const float* r, float* sum);

/// Linear interpolation from pairs to cells, added.
void spread_row(Index pairs, const float* sum, float* out);

void add_row(Index n, float weight, const float* in, float* out);

}  // namespace heatgauge
