#include <doctest/doctest.h>

#include <Eigen/Dense>
#include <random>

#include "heatgauge/diffusion_solver.hpp"
#include "heatgauge/faces.hpp"

using namespace heatgauge;

namespace {

/// (M δ) by the formula of the header, face by face.
std::vector<double> apply(const Grid& grid, const std::vector<double>& capacity, const FaceField& g,
                          double step, const std::vector<double>& d) {
  std::vector<double> result(d.size());
  for (std::size_t i = 0; i < d.size(); ++i) result[i] = capacity[i] * d[i];
  for (int a = 0; a < grid.dimensions(); ++a) {
    const double scale = step / grid.axis(a).spacing;
    const auto& conductance = g[static_cast<std::size_t>(a)];
    const auto at = [](Index i) { return static_cast<std::size_t>(i); };
    for_each_link(grid, a, [&](Index f, Index i, Index j) {
      const double q = scale * conductance[at(f)] * (d[at(i)] - d[at(j)]);
      result[at(i)] += q;
      result[at(j)] -= q;
    });
    for (const int end : {0, 1})
      for_each_side_face(grid, a, end, [&](Index f, Index i, Index) {
        result[at(i)] += scale * conductance[at(f)] * d[at(i)];
      });
  }
  return result;
}

double worst(const Grid& grid, double step) {
  std::mt19937 random(11);
  std::uniform_real_distribution<double> uniform(0.0, 1.0);
  std::vector<double> capacity(static_cast<std::size_t>(grid.size())), b(capacity.size());
  for (double& c : capacity) c = 0.1 + uniform(random);
  for (double& v : b) v = uniform(random) - 0.5;
  FaceField g;
  for (int a = 0; a < grid.dimensions(); ++a) {
    auto& face = g[static_cast<std::size_t>(a)];
    face.resize(static_cast<std::size_t>(faces(grid, a)));
    for (double& v : face) v = std::pow(10.0, 4.0 * uniform(random) - 2.0);
  }
  Interrupt none;
  const DiffusionSolver solver(grid, capacity, g, step, none);
  std::vector<double> x = b;
  DiffusionSolver::Work work;
  solver.solve(x, work, none);
  const std::vector<double> back = apply(grid, capacity, g, step, x);
  double defect = 0.0, size = 0.0;
  for (std::size_t i = 0; i < b.size(); ++i) {
    defect = std::max(defect, std::abs(back[i] - b[i]));
    size = std::max(size, std::abs(x[i]));
  }
  return defect / ((1.0 + 600.0 * step) * size + 1.0);  // ‖M‖ is at most about C + 6·100·step/h
}

}  // namespace

TEST_CASE("the matrix of a step is the sum over its faces, in every dimension and for every end") {
  const Axis wall{6, 0.5, false, 0.0}, ring{5, 0.7, true, 0.0}, pair{2, 0.3, true, 0.0};
  const Axis ends{2, 0.9, false, 0.0};
  for (const double step : {1e-6, 0.1, 1e3})
    for (const std::vector<Axis>& axes : {std::vector<Axis>{wall},
                                          {ring},
                                          {pair},
                                          {ends},
                                          {wall, ring},
                                          {pair, ends},
                                          {ring, pair},
                                          {wall, ring, ends},
                                          {pair, wall, ring},
                                          {pair, pair, pair}})
      CHECK(worst(Grid(axes), step) < 1e-13);
}

TEST_CASE("a solve can be stopped") {
  const Grid grid({Axis{300, 1.0, false, 0.0}, Axis{300, 1.0, false, 0.0}});
  const std::vector<double> capacity(static_cast<std::size_t>(grid.size()), 1e-6);
  FaceField g;
  for (int a = 0; a < 2; ++a)
    g[static_cast<std::size_t>(a)].assign(static_cast<std::size_t>(faces(grid, a)), 1.0);
  Interrupt stop([] { return true; });
  const auto run = [&] {
    for (;;) {
      const DiffusionSolver solver(grid, capacity, g, 1.0, stop);
      std::vector<double> x(capacity.size(), 1.0);
      DiffusionSolver::Work work;
      x[0] = 0.0;
      solver.solve(x, work, stop);
    }
  };
  CHECK_THROWS_AS(run(), Interrupted);
}
