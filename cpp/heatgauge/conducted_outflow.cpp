#include "heatgauge/conducted_outflow.hpp"

#include "heatgauge/dispatch.hpp"
#include "heatgauge/faces.hpp"

namespace heatgauge {

namespace {

std::size_t slot(Index a) { return static_cast<std::size_t>(a); }

HEATGAUGE_CLONES void first_axis(Index n, double scale, const double* gl, const double* gu,
                                 const double* t, const double* tl, const double* tu,
                                 double* __restrict out) {
  for (Index j = 0; j < n; ++j) out[j] = scale * (gu[j] * (t[j] - tu[j]) - gl[j] * (tl[j] - t[j]));
}

HEATGAUGE_CLONES void next_axis(Index n, double scale, const double* gl, const double* gu,
                                const double* t, const double* tl, const double* tu,
                                double* __restrict out) {
  for (Index j = 0; j < n; ++j) out[j] += scale * (gu[j] * (t[j] - tu[j]) - gl[j] * (tl[j] - t[j]));
}

}  // namespace

void ConductedOutflow::operator()(const SiteFields& temperature, const HeatDrive& drive, Index row,
                                  double* out, std::vector<double>& work) const {
  const Index n = grid_.axis(grid_.dimensions() - 1).points;
  for (Index o = 0; o < grid_.size() / n; ++o) line(o, temperature, drive, row, out + o * n, work);
}

void ConductedOutflow::line(Index o, const SiteFields& temperature, const HeatDrive& drive,
                            Index row, double* y, std::vector<double>& work) const {
  const int last = grid_.dimensions() - 1;
  const Index n = grid_.axis(last).points;
  work.resize(slot(2 * n));
  const Index site = o * n;
  for (int a = 0; a <= last; ++a) {
    const Axis& axis = grid_.axis(a);
    const double* const t = temperature[slot(a)] + site;
    const double scale = 1.0 / axis.spacing, *const g = conductance_[slot(a)].data();
    const Index m = axis.points, s = grid_.stride(a), at = site / s % m;
    const Index block = site / (s * m) * faces_per_line(grid_, a) * s + site % s;
    // Values beyond the ends of the axis, for the cells of this line that touch them.
    const auto beyond = [&](int end, double* values) {
      for (Index j = 0; j < (a == last ? 1 : n); ++j)
        values[j] = drive.side(a, end, row, site / (s * m) * s + site % s + j);
      return values;
    };
    const auto given = [&](int end, double* y_end, const double* values) {
      if (!prescribed_[slot(2 * a + end)]) return;
      for (Index j = 0; j < (a == last ? 1 : n); ++j) y_end[j] -= scale * values[j];
    };
    if (a < last) {
      const Index low = axis.periodic ? block + (at + m - 1) % m * s : block + at * s;
      const Index up = axis.periodic ? block + at * s : block + (at + 1) * s;
      const bool first = at == 0, end = at + 1 == m;
      double *const before = work.data(), *const after = work.data() + n;
      const double* const tl = !first ? t - s : axis.periodic ? t + (m - 1) * s : beyond(0, before);
      const double* const tu = !end ? t + s : axis.periodic ? t - (m - 1) * s : beyond(1, after);
      (a == 0 ? first_axis : next_axis)(n, scale, g + low, g + up, t, tl, tu, y);
      if (axis.periodic) continue;
      if (first) given(0, y, before);
      if (end) given(1, y, after);
      continue;
    }
    const Index shift = axis.periodic ? 0 : 1;
    const double* const gl = g + block;  // of link 0 and on
    if (n > 2)
      (a == 0 ? first_axis : next_axis)(n - 2, scale, gl + shift, gl + shift + 1, t + 1, t, t + 2,
                                        y + 1);
    double ends[2];
    beyond(0, ends);
    beyond(1, ends + 1);
    if (axis.periodic) {
      ends[0] = t[n - 1];
      ends[1] = t[0];
    }
    const double* const seam = axis.periodic ? gl + n - 1 : gl;
    const double* const top = axis.periodic ? gl + n - 1 : gl + n;
    const auto kernel = a == 0 ? first_axis : next_axis;
    kernel(1, scale, seam, gl + shift, t, ends, t + 1, y);
    kernel(1, scale, gl + shift + n - 2, top, t + n - 1, t + n - 2, ends + 1, y + n - 1);
    if (axis.periodic) continue;
    given(0, y, ends);
    given(1, y + n - 1, ends + 1);
  }
}

}  // namespace heatgauge
