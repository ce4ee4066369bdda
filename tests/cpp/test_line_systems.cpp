#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "heatgauge/faces.hpp"
#include "heatgauge/line_systems.hpp"

using namespace heatgauge;

namespace {

std::size_t slot(Index i) { return static_cast<std::size_t>(i); }

std::vector<double> random_values(Index n, unsigned seed, double low, double high) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<double> uniform(low, high);
  std::vector<double> v(slot(n));
  for (double& x : v) x = uniform(random);
  return v;
}

/// Largest error of x where (C + s L_a) x is formed face by face from an x that is chosen.
double worst(const std::vector<Axis>& axes, int axis, double step) {
  const Grid grid(axes);
  const std::vector<double> capacity = random_values(grid.size(), 1, 0.5, 2.0);
  const std::vector<double> chosen = random_values(grid.size(), 2, -1.0, 1.0);
  FaceField g;
  for (int a = 0; a < grid.dimensions(); ++a)
    g[slot(a)] = random_values(faces(grid, a), 3, 0.1, 1.0);
  std::vector<double> f(chosen.size()), out(chosen.size()), line;
  for (std::size_t i = 0; i < f.size(); ++i) f[i] = capacity[i] * chosen[i];
  const double scale = step / grid.axis(axis).spacing;
  for_each_link(grid, axis, [&](Index face, Index i, Index j) {
    const double q = scale * g[slot(axis)][slot(face)] * (chosen[slot(i)] - chosen[slot(j)]);
    f[slot(i)] += q;
    f[slot(j)] -= q;
  });
  for (const int end : {0, 1})
    for_each_side_face(grid, axis, end, [&](Index face, Index i, Index) {
      f[slot(i)] += scale * g[slot(axis)][slot(face)] * chosen[slot(i)];
    });
  Interrupt none;
  const LineSystems systems(grid, axis, capacity, g, step, none);
  systems.solve(f.data(), out.data(), line);
  systems.solve(f.data(), f.data(), line);
  CHECK(f == out);  // in place: the same bits
  double error = 0.0;
  for (std::size_t i = 0; i < out.size(); ++i)
    error = std::max(error, std::abs(out[i] - chosen[i]));
  return error;
}

}  // namespace

TEST_CASE("lines of every axis, ends and number give back what was put in") {
  // Bundles hold 16 lines: fewer, as many, and some more. Condition number: 4 · step/spacing/0.5.
  const double eps = 2.2e-16;
  for (const double step : {0.01, 1.0, 100.0})
    for (const bool ring : {false, true}) {
      const Axis along{7, 0.5, ring, 0.0}, few{3, 1.0, false, 0.0}, full{16, 1.0, true, 0.0},
          more{37, 1.0, false, 0.0}, pair{2, 0.5, ring, 0.0};
      const double bar = 20 * eps * (4.0 + 16.0 * step);
      CHECK(worst({along}, 0, step) < bar);
      for (const Axis& across : {few, full, more}) {
        CHECK(worst({along, across}, 0, step) < bar);
        CHECK(worst({across, along}, 1, step) < bar);
        CHECK(worst({across, along, few}, 1, step) < bar);
        CHECK(worst({pair, across, more}, 0, step) < bar);
        CHECK(worst({few, across, pair}, 2, step) < bar);
      }
    }
}

TEST_CASE("a cosine between insulated ends and a wave on a ring are divided by 1 + s k̂² g h") {
  const double pi = std::acos(-1.0), step = 3.0, spacing = 0.25, g = 2.0;
  for (const bool ring : {false, true}) {
    const Index n = 12;
    const Grid grid({Axis{n, spacing, ring, 0.0}});
    const double phase = (ring ? 4.0 : 2.0) * pi / static_cast<double>(n);
    FaceField conductance;
    conductance[0].assign(slot(faces(grid, 0)), g);
    if (!ring) conductance[0].front() = conductance[0].back() = 0.0;
    std::vector<double> f(slot(n)), line;
    for (Index i = 0; i < n; ++i) f[slot(i)] = std::cos(phase * (static_cast<double>(i) + 0.5));
    const std::vector<double> wave = f;
    Interrupt none;
    LineSystems(grid, 0, std::vector<double>(slot(n), 1.0), conductance, step, none)
        .solve(f.data(), f.data(), line);
    const double factor = 1.0 + step * g / spacing * (2.0 - 2.0 * std::cos(phase));
    for (Index i = 0; i < n; ++i)
      CHECK(f[slot(i)] == doctest::Approx(wave[slot(i)] / factor).epsilon(1e-13));
  }
}
