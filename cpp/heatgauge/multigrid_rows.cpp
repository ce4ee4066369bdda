#include "heatgauge/multigrid_rows.hpp"

#include "heatgauge/dispatch.hpp"

namespace heatgauge {

HEATGAUGE_CLONES void relax_row(Index n, const float* mask, const float* inverse, const float* b,
                                float* x, const std::array<Index, 3>& s, const float* g0,
                                const float* g1, const float* g2, float* __restrict next) {
  const Index s0 = s[0], s1 = s[1];
  for (Index j = 0; j < n; ++j)
    next[j] = inverse[j] * (b[j] + g0[j] * x[j + s0] + g0[j - s0] * x[j - s0] + g1[j] * x[j + s1] +
                            g1[j - s1] * x[j - s1] + g2[j] * x[j + 1] + g2[j - 1] * x[j - 1]);
  for (Index j = 0; j < n; ++j) x[j] += mask[j] * (next[j] - x[j]);
}

HEATGAUGE_CLONES void relax_plane_row(Index n, const float* mask, const float* inverse,
                                      const float* b, float* x, Index s1, const float* g1,
                                      const float* g2, float* __restrict next) {
  for (Index j = 0; j < n; ++j)
    next[j] = inverse[j] * (b[j] + g1[j] * x[j + s1] + g1[j - s1] * x[j - s1] + g2[j] * x[j + 1] +
                            g2[j - 1] * x[j - 1]);
  for (Index j = 0; j < n; ++j) x[j] += mask[j] * (next[j] - x[j]);
}

HEATGAUGE_CLONES void first_row(Index n, const float* mask, const float* inverse, const float* b,
                                float* __restrict x) {
  for (Index j = 0; j < n; ++j) x[j] = mask[j] * inverse[j] * b[j];
}

HEATGAUGE_CLONES void residual_row(Index n, const float* diagonal, const float* b, const float* x,
                                   const std::array<Index, 3>& s, const float* g0, const float* g1,
                                   const float* g2, float* __restrict r) {
  const Index s0 = s[0], s1 = s[1];
  for (Index j = 0; j < n; ++j)
    r[j] = b[j] + g0[j] * x[j + s0] + g0[j - s0] * x[j - s0] + g1[j] * x[j + s1] +
           g1[j - s1] * x[j - s1] + g2[j] * x[j + 1] + g2[j - 1] * x[j - 1] - diagonal[j] * x[j];
}

HEATGAUGE_CLONES void residual_plane_row(Index n, const float* diagonal, const float* b,
                                         const float* x, Index s1, const float* g1, const float* g2,
                                         float* __restrict r) {
  for (Index j = 0; j < n; ++j)
    r[j] = b[j] + g1[j] * x[j + s1] + g1[j - s1] * x[j - s1] + g2[j] * x[j + 1] +
           g2[j - 1] * x[j - 1] - diagonal[j] * x[j];
}

HEATGAUGE_CLONES void gather_row(Index pairs, const float* r, float* __restrict sum) {
  for (Index k = 0; k < pairs; ++k)
    sum[k] = 0.75F * (r[2 * k] + r[2 * k + 1]) + 0.25F * (r[2 * k - 1] + r[2 * k + 2]);
}

HEATGAUGE_CLONES void spread_row(Index pairs, const float* sum, float* __restrict out) {
  for (Index k = 0; k < pairs; ++k) {
    out[2 * k] += 0.75F * sum[k] + 0.25F * sum[k - 1];
    out[2 * k + 1] += 0.75F * sum[k] + 0.25F * sum[k + 1];
  }
}

HEATGAUGE_CLONES void add_row(Index n, float weight, const float* in, float* __restrict out) {
  for (Index k = 0; k < n; ++k) out[k] += weight * in[k];
}

}  // namespace heatgauge
