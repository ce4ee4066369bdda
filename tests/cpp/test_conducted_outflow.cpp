#include <doctest/doctest.h>

#include <random>

#include "heatgauge/conducted_outflow.hpp"
#include "heatgauge/faces.hpp"

using namespace heatgauge;

namespace {

/// ∇·q by the fluxes themselves, against the pass over cells.
void compare(const std::vector<Axis>& axes) {
  const Grid grid(axes);
  std::mt19937 random(7);
  std::uniform_real_distribution<double> uniform(0.1, 1.0);
  const auto n = static_cast<std::size_t>(grid.size());
  std::vector<double> t(n), expected(n, 0.0), found(n), line;
  for (double& x : t) x = uniform(random);
  FaceField g;
  HeatDrive drive(grid);
  std::array<bool, 6> prescribed{};
  for (int a = 0; a < grid.dimensions(); ++a) {
    auto& conductance = g[static_cast<std::size_t>(a)];
    conductance.resize(static_cast<std::size_t>(faces(grid, a)));
    for (double& x : conductance) x = uniform(random);
    for (const int end : {0, 1}) {
      if (grid.axis(a).periodic) continue;
      std::vector<double> values(static_cast<std::size_t>(side_faces(grid, a)));
      for (double& x : values) x = uniform(random);
      drive.set_side(a, end, values, 1);
      prescribed[static_cast<std::size_t>(2 * a + end)] = (a + end) % 2 == 1;
      if ((a + end) % 2 == 1)
        for_each_side_face(grid, a, end, [&](Index f, Index, Index) {
          conductance[static_cast<std::size_t>(f)] = 0.0;
        });
    }
  }
  for (int a = 0; a < grid.dimensions(); ++a) {
    const auto at = [](Index i) { return static_cast<std::size_t>(i); };
    const auto& conductance = g[at(a)];
    std::vector<double> q(conductance.size());
    for_each_link(grid, a, [&](Index f, Index i, Index j) {
      q[at(f)] = conductance[at(f)] * (t[at(i)] - t[at(j)]);
    });
    for (const int end : {0, 1})
      for_each_side_face(grid, a, end, [&](Index f, Index i, Index j) {
        const double value = drive.side(a, end, 0, j), inward = end == 0 ? 1.0 : -1.0;
        q[at(f)] = inward *
                   (prescribed[at(2 * a + end)] ? value : conductance[at(f)] * (value - t[at(i)]));
      });
    for_each_cell(grid, a, [&](Index i, Index l, Index u) {
      expected[at(i)] += (q[at(u)] - q[at(l)]) / grid.axis(a).spacing;
    });
  }
  const ConductedOutflow outflow(grid, g, prescribed);
  outflow({t.data(), t.data(), t.data()}, drive, 0, found.data(), line);
  for (std::size_t i = 0; i < n; ++i)
    CHECK(found[i] == doctest::Approx(expected[i]).epsilon(1e-13));
}

}  // namespace

TEST_CASE("the pass over cells gives the divergence of the fluxes, for every kind of end") {
  const Axis wall{5, 0.5, false, 0.0}, ring{4, 0.25, true, 0.0}, pair{2, 0.3, true, 0.0};
  const Axis ends{2, 0.9, false, 0.0};
  for (const std::vector<Axis>& axes : {std::vector<Axis>{wall},
                                        {ring},
                                        {pair},
                                        {ends},
                                        {wall, ring},
                                        {ring, wall},
                                        {pair, ends},
                                        {wall, ring, ends},
                                        {ring, ends, wall},
                                        {ends, wall, pair}})
    compare(axes);
}
