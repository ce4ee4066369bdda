/// What multigrid does to one row of cells of one colour, compiled for several instruction sets.
#pragma once

#include <array>

#include "heatgauge/types.hpp"

namespace heatgauge {

/// The conductances from the cells of a row to their neighbours of the other colour, and the values
/// there: 4 in a plane, 6 in space.
struct NeighbourRows {
  std::array<const float*, 6> g, x;
  int count;
};

/// x = (b + Σ G x_neighbour)/diagonal.
void relax_row(Index n, const float* inverse, const float* b, const NeighbourRows& near, float* x);

/// The same where x = 0 up to now.
void first_row(Index n, const float* inverse, const float* b, float* x);

/// r = b + Σ G x_neighbour − diagonal x.
void residual_row(Index n, const float* diagonal, const float* b, const NeighbourRows& near,
                  const float* x, float* r);

/// Σ r², in lanes.
float square_sum(Index n, const float* r);

/// even[k] += r[2k], odd[k] += r[2k + 1] for 2k, 2k + 1 < n.
void part_row(Index n, const float* r, float* even, float* odd);

/// Puts the cells of both colours in turn.
void join_row(Index n, const float* even, const float* odd, float* row);

/// even = scale row[2k], odd = scale row[2k + 1].
void split_row(Index n, double scale, const double* row, float* even, float* odd);

/// row += scale · (even, odd in turn).
void add_joined_row(Index n, double scale, const float* even, const float* odd, double* row);

/// What pairs of cells hand down: three quarters each, and a quarter from the cells beside them.
void gather_row(Index pairs, const float* r, float* sum);

/// x += ¾ s + ¼ (s beside it).
void spread_row(Index n, const float* s, const float* beside, float* x);

void add_row(Index n, float weight, const float* in, float* out);

}  // namespace heatgauge
