#include "heatgauge/multigrid_rows.hpp"

#include "heatgauge/dispatch.hpp"

namespace heatgauge {

namespace {

HEATGAUGE_CLONES void relax_plane(Index n, const float* d, const float* b, const float* g0,
                                  const float* g1, const float* g2, const float* g3,
                                  const float* x0, const float* x1, const float* x2,
                                  const float* x3, float* __restrict x) {
  for (Index j = 0; j < n; ++j)
    x[j] = d[j] * (b[j] + g0[j] * x0[j] + g1[j] * x1[j] + g2[j] * x2[j] + g3[j] * x3[j]);
}

HEATGAUGE_CLONES void relax_space(Index n, const float* d, const float* b,
                                  const NeighbourRows& near, float* __restrict x) {
  const float *g0 = near.g[0], *g1 = near.g[1], *g2 = near.g[2], *g3 = near.g[3], *g4 = near.g[4],
              *g5 = near.g[5], *x0 = near.x[0], *x1 = near.x[1], *x2 = near.x[2], *x3 = near.x[3],
              *x4 = near.x[4], *x5 = near.x[5];
  for (Index j = 0; j < n; ++j)
    x[j] = d[j] * (b[j] + g0[j] * x0[j] + g1[j] * x1[j] + g2[j] * x2[j] + g3[j] * x3[j] +
                   g4[j] * x4[j] + g5[j] * x5[j]);
}

HEATGAUGE_CLONES void residual_plane(Index n, const float* d, const float* b, const float* g0,
                                     const float* g1, const float* g2, const float* g3,
                                     const float* x0, const float* x1, const float* x2,
                                     const float* x3, const float* x, float* __restrict r) {
  for (Index j = 0; j < n; ++j)
    r[j] = b[j] + g0[j] * x0[j] + g1[j] * x1[j] + g2[j] * x2[j] + g3[j] * x3[j] - d[j] * x[j];
}

HEATGAUGE_CLONES void residual_space(Index n, const float* d, const float* b,
                                     const NeighbourRows& near, const float* x,
                                     float* __restrict r) {
  const float *g0 = near.g[0], *g1 = near.g[1], *g2 = near.g[2], *g3 = near.g[3], *g4 = near.g[4],
              *g5 = near.g[5], *x0 = near.x[0], *x1 = near.x[1], *x2 = near.x[2], *x3 = near.x[3],
              *x4 = near.x[4], *x5 = near.x[5];
  for (Index j = 0; j < n; ++j)
    r[j] = b[j] + g0[j] * x0[j] + g1[j] * x1[j] + g2[j] * x2[j] + g3[j] * x3[j] + g4[j] * x4[j] +
           g5[j] * x5[j] - d[j] * x[j];
}

}  // namespace

void relax_row(Index n, const float* inverse, const float* b, const NeighbourRows& near, float* x) {
  const auto& [g, v, count] = near;
  if (count == 4)
    relax_plane(n, inverse, b, g[0], g[1], g[2], g[3], v[0], v[1], v[2], v[3], x);
  else
    relax_space(n, inverse, b, near, x);
}

void residual_row(Index n, const float* diagonal, const float* b, const NeighbourRows& near,
                  const float* x, float* r) {
  const auto& [g, v, count] = near;
  if (count == 4)
    residual_plane(n, diagonal, b, g[0], g[1], g[2], g[3], v[0], v[1], v[2], v[3], x, r);
  else
    residual_space(n, diagonal, b, near, x, r);
}

HEATGAUGE_CLONES void first_row(Index n, const float* inverse, const float* b,
                                float* __restrict x) {
  for (Index j = 0; j < n; ++j) x[j] = inverse[j] * b[j];
}

HEATGAUGE_CLONES float square_sum(Index n, const float* r) {
  float lane[16] = {};
  Index i = 0;
  for (; i + 16 <= n; i += 16)
    for (int k = 0; k < 16; ++k) lane[k] += r[i + k] * r[i + k];
  for (; i < n; ++i) lane[i % 16] += r[i] * r[i];
  float sum = 0.0F;
  for (const float v : lane) sum += v;
  return sum;
}

HEATGAUGE_CLONES void part_row(Index n, const float* r, float* __restrict even,
                               float* __restrict odd) {
  for (Index k = 0; k < n / 2; ++k) {
    even[k] += r[2 * k];
    odd[k] += r[2 * k + 1];
  }
  if (n % 2 == 1) even[n / 2] += r[n - 1];
}

HEATGAUGE_CLONES void join_row(Index n, const float* even, const float* odd,
                               float* __restrict row) {
  for (Index k = 0; k < n / 2; ++k) {
    row[2 * k] = even[k];
    row[2 * k + 1] = odd[k];
  }
  if (n % 2 == 1) row[n - 1] = even[n / 2];
}

HEATGAUGE_CLONES void split_row(Index n, double scale, const double* row, float* __restrict even,
                                float* __restrict odd) {
  for (Index k = 0; k < n / 2; ++k) {
    even[k] = static_cast<float>(scale * row[2 * k]);
    odd[k] = static_cast<float>(scale * row[2 * k + 1]);
  }
  if (n % 2 == 1) even[n / 2] = static_cast<float>(scale * row[n - 1]);
}

HEATGAUGE_CLONES void add_joined_row(Index n, double scale, const float* even, const float* odd,
                                     double* __restrict row) {
  for (Index k = 0; k < n / 2; ++k) {
    row[2 * k] += scale * static_cast<double>(even[k]);
    row[2 * k + 1] += scale * static_cast<double>(odd[k]);
  }
  if (n % 2 == 1) row[n - 1] += scale * static_cast<double>(even[n / 2]);
}

HEATGAUGE_CLONES void gather_row(Index pairs, const float* r, float* __restrict sum) {
  for (Index k = 0; k < pairs; ++k)
    sum[k] = 0.75F * (r[2 * k] + r[2 * k + 1]) + 0.25F * (r[2 * k - 1] + r[2 * k + 2]);
}

HEATGAUGE_CLONES void spread_row(Index n, const float* s, const float* beside,
                                 float* __restrict x) {
  for (Index k = 0; k < n; ++k) x[k] += 0.75F * s[k] + 0.25F * beside[k];
}

HEATGAUGE_CLONES void add_row(Index n, float weight, const float* in, float* __restrict out) {
  for (Index k = 0; k < n; ++k) out[k] += weight * in[k];
}

}  // namespace heatgauge
