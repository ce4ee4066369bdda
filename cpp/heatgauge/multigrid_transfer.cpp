#include <algorithm>
#include <utility>

#include "heatgauge/multigrid.hpp"

namespace heatgauge {

namespace {

std::size_t slot(Index i) { return static_cast<std::size_t>(i); }

}  // namespace

/// Coarse rows between which a fine row lies, with their weights: its own three quarters and that
/// of the nearer neighbour one quarter along each halved axis, which is linear interpolation
/// between cell centres.
std::size_t Multigrid::sources(const Level& fine, const Level& coarse, Index i, Index j,
                               std::array<std::pair<std::array<Index, 2>, float>, 4>& rows) {
  std::array<std::array<Index, 2>, 2> place{};
  std::array<std::array<float, 2>, 2> weight{{{1.0F, 0.0F}, {1.0F, 0.0F}}};
  for (int a = 0; a < 2; ++a) {
    const Index at = a == 0 ? i : j;
    place[slot(a)][0] = fine.halved[slot(a)] ? at / 2 : at;
    if (!fine.halved[slot(a)]) continue;
    const auto [other, own] = beside(fine, coarse, a, at);
    place[slot(a)][1] = other;
    weight[slot(a)] = {own, other == at / 2 ? 0.0F : 0.25F};
  }
  std::size_t k = 0;
  for (std::size_t p = 0; p < 2; ++p)
    for (std::size_t q = 0; q < 2; ++q)
      if (weight[0][p] * weight[1][q] > 0.0F)
        rows[k++] = {{place[0][p], place[1][q]}, weight[0][p] * weight[1][q]};
  return k;
}

/// The coarse cell beside that of a fine cell on the side where the fine cell lies, and the weight
/// of its own: what a side leaves of it where there is none (which is its own then).
std::pair<Index, float> Multigrid::beside(const Level& fine, const Level& coarse, int axis,
                                          Index at) {
  const Index n = coarse.points[slot(axis)], own = at / 2;
  const Index other = at % 2 == 0 ? own - 1 : own + 1;
  if (fine.periodic[slot(axis)]) return {(other + n) % n, 0.75F};
  if (other >= 0 && other < n) return {other, 0.75F};
  return {own, fine.side[slot(axis)][other < 0 ? 0 : 1]};
}

/// Hands the residual of a slab down, which after a black sweep is that of red cells unless cells
/// of one colour meet where a ring closes; Σ r².
double Multigrid::restrict_slab(std::size_t l, Index slab, bool symmetric, Work& work) const {
  const Level &fine = levels_[l], &coarse = levels_[l + 1];
  const auto &x = work.levels[l].x, &b = work.levels[l].b;
  const Index n = fine.points[2];
  float *const r = work.row.data(), *const full = r + fine.half + 1;
  double squares = 0.0;
  fine.for_each_row(slab, [&](Index i, Index j) {
    const Index at = fine.at(i, j, 0);
    const std::array<Index, 2> own{fine.halved[0] ? i / 2 : i, fine.halved[1] ? j / 2 : j};
    std::fill(full - 1, full + n + 1, 0.0F);
    for (const int colour : {0, 1}) {
      if (colour == 1 && fine.coloured) continue;
      const auto c = slot(colour);
      const Index offset = fine.first(i, j, colour), count = fine.count(offset);
      r[fine.half - 1] = 0.0F;
      residual_row(count, fine.diagonal[c].data() + at, b[c].data() + at,
                   neighbours(fine, x, i, j, colour), x[c].data() + at, r);
      squares += static_cast<double>(square_sum(count, r));
      if (!symmetric && fine.halved[2])
        hand_down(coarse, own, r, work.levels[l + 1].b);
      else
        for (Index k = 0; k < count; ++k) full[2 * k + offset] = r[k];
    }
    if (symmetric)
      hand_down_interpolated(l, i, j, full, work);
    else if (!fine.halved[2])
      hand_down(coarse, own, full, work.levels[l + 1].b);
  });
  return squares;
}

void Multigrid::hand_down(const Level& coarse, const std::array<Index, 2>& place, const float* row,
                          Cells& to) {
  const Index at = coarse.at(place[0], place[1], 0);
  const auto even = slot((place[0] + place[1]) & 1);  // the colour of its even cells
  part_row(coarse.points[2], row, to[even].data() + at, to[1 - even].data() + at);
}

/// The adjoint of the interpolation.
void Multigrid::hand_down_interpolated(std::size_t l, Index i, Index j, const float* full,
                                       Work& work) const {
  const Level &fine = levels_[l], &coarse = levels_[l + 1];
  const Index n = fine.points[2], m = coarse.points[2];
  float *const sum = work.row.data() + fine.half + n + 3, *const part = sum + n;
  std::copy(full, full + n, sum);
  if (fine.halved[2]) {
    gather_row(n / 2, full, sum);
    if (n % 2 == 1) sum[m - 1] = 0.75F * full[n - 1] + 0.25F * full[n - 2];
    // The ends, which have been given three quarters.
    for (const Index end : {Index{0}, n - 1}) {
      const auto [other, own] = beside(fine, coarse, 2, end);
      if (end > 0 && n % 2 == 1) continue;
      sum[other] += (other == end / 2 ? own - 0.75F : 0.25F) * full[end];
    }
  }
  std::array<std::pair<std::array<Index, 2>, float>, 4> rows;
  const std::size_t count = sources(fine, coarse, i, j, rows);
  for (std::size_t s = 0; s < count; ++s) {
    for (Index k = 0; k < m; ++k) part[k] = rows[s].second * sum[k];
    hand_down(coarse, rows[s].first, part, work.levels[l + 1].b);
  }
}

void Multigrid::prolong_slab(std::size_t l, Index slab, Work& work) const {
  const Level &fine = levels_[l], &coarse = levels_[l + 1];
  Cells& x = work.levels[l].x;
  const Cells& from = work.levels[l + 1].x;
  float *const even = work.row.data(), *const odd = even + coarse.half;
  float* const s = odd + coarse.half + 1;
  std::array<std::pair<std::array<Index, 2>, float>, 4> rows;
  const Index n = fine.points[2], m = coarse.points[2];
  fine.for_each_row(slab, [&](Index i, Index j) {
    std::fill(even, odd + coarse.half, 0.0F);
    const std::size_t count = sources(fine, coarse, i, j, rows);
    for (std::size_t k = 0; k < count; ++k) {
      const auto [p, q] = rows[k].first;
      const Index at = coarse.at(p, q, 0);
      const auto colour = slot((p + q) & 1);
      heatgauge::add_row(coarse.half, rows[k].second, from[colour].data() + at, even);
      heatgauge::add_row(m / 2, rows[k].second, from[1 - colour].data() + at, odd);
    }
    const auto first = slot((i + j) & 1);  // the colour of the even cells
    float* const x_even = x[first].data() + fine.at(i, j, 0);
    float* const x_odd = x[1 - first].data() + fine.at(i, j, 0);
    if (!fine.halved[2]) {
      heatgauge::add_row(fine.half, 1.0F, even, x_even);
      heatgauge::add_row(n / 2, 1.0F, odd, x_odd);
      return;
    }
    join_row(m, even, odd, s);
    for (const Index end : {Index{0}, n - 1}) {
      const auto [other, own] = beside(fine, coarse, 2, end);
      s[end == 0 ? -1 : m] = (other == end / 2 ? 4.0F * own - 3.0F : 1.0F) * s[other];
    }
    spread_row(fine.half, s, s - 1, x_even);
    spread_row(n / 2, s, s + 1, x_odd);
  });
}

}  // namespace heatgauge
