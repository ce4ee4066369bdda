#include <doctest/doctest.h>

#include <cmath>
#include <random>

#include "heatgauge/faces.hpp"
#include "heatgauge/multigrid_solver.hpp"

using namespace heatgauge;

namespace {

struct Problem {
  Grid grid;
  std::vector<double> capacity;
  FaceField conductance;
  double step;

  /// Conductivities of ± `decades`/2, along each axis times its `along`; `number` is dt D/h².
  Problem(std::vector<Axis> axes, double decades, double number, std::array<double, 3> along)
      : grid(std::move(axes)), capacity(static_cast<std::size_t>(grid.size()), 1.0), step(number) {
    std::mt19937 random(4);
    std::uniform_real_distribution<double> uniform(-0.5, 0.5);
    std::vector<double> r(capacity.size());
    for (double& v : r) v = std::pow(10.0, decades * uniform(random));
    for (int a = 0; a < grid.dimensions(); ++a) {
      auto& g = conductance[static_cast<std::size_t>(a)];
      g.assign(static_cast<std::size_t>(faces(grid, a)), 0.0);
      const auto at = [&r](Index i) { return r[static_cast<std::size_t>(i)]; };
      const double factor = along[static_cast<std::size_t>(a)];
      for_each_link(grid, a, [&](Index f, Index i, Index j) {
        g[static_cast<std::size_t>(f)] = 2.0 * factor / (at(i) + at(j));
      });
      for_each_side_face(grid, a, 0, [&](Index f, Index i, Index) {
        g[static_cast<std::size_t>(f)] = 2.0 * factor / at(i);  // held at a temperature
      });
    }
  }
};

std::vector<double> noise(std::size_t n, unsigned seed) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<double> uniform(-1.0, 1.0);
  std::vector<double> v(n);
  for (double& x : v) x = uniform(random);
  return v;
}

Axis wall(Index n) { return {n, 1.0, false, 0.0}; }
Axis ring(Index n) { return {n, 1.0, true, 0.0}; }

struct Count {
  int cycles, iterations;
};

/// Cycles, and iterations of conjugate gradients, to a residual of 1e-10, and the solution.
Count count(const Problem& p, std::vector<double>* solution = nullptr) {
  Interrupt none;
  const MultigridSolver solver(p.grid, p.capacity, p.conductance, p.step, none);
  MultigridSolver::Work work;
  std::vector<double> x = noise(p.capacity.size(), 1);
  solver.solve(x, nullptr, 1e-10, 0.0, work, none);
  if (solution != nullptr) *solution = x;
  return {work.cycles, work.iterations};
}

}  // namespace

TEST_CASE("the number of cycles does not grow with the grid or the step") {
  // 0.2 a cycle at the longest steps (white-noise conductivity over a decade): 15 for ten digits.
  // Measured: 8 to 15, and none of conjugate gradients.
  const auto check = [](const Problem& p) {
    const Count found = count(p);
    CHECK(found.iterations == 0);
    CHECK(found.cycles <= 17);
  };
  for (const double number : {1.0, 100.0, 1e6}) {
    for (const Index n : {33, 64, 128}) {
      check({{wall(n), wall(n)}, 1.0, number, {1, 1, 1}});
      check({{ring(n), wall(n + 5)}, 1.0, number, {1, 1, 1}});
      check({{wall(n + 5), ring(n)}, 1.0, number, {1, 1, 1}});
    }
    check({{wall(24), ring(15), wall(20)}, 1.0, number, {1, 1, 1}});
    check({{ring(16), wall(21), ring(18)}, 1.0, number, {1, 1, 1}});
  }
}

TEST_CASE("an anisotropic body is coarsened along its good conductor") {
  for (const double ratio : {1e-3, 1e3})
    CHECK(count({{wall(64), wall(96)}, 0.5, 1e4, {ratio, 1, 1}}).iterations <= 22);
}

TEST_CASE("jumps of four decades are still solved, by conjugate gradients") {
  const Count found = count({{wall(65), ring(48)}, 4.0, 1e4, {1, 1, 1}});
  CHECK(found.iterations > 0);
  CHECK(found.iterations <= 120);
}

TEST_CASE("a cycle is symmetric and positive definite, but for single precision") {
  const Problem p({ring(13), wall(22)}, 1.0, 50.0, {1, 1, 1});
  Interrupt none;
  CellNetwork net;
  net.points = {1, 13, 22};
  net.periodic = {false, true, false};
  net.own = p.capacity;
  for (const std::size_t a : {1, 2}) net.outer[a].assign(net.own.size(), a == 1 ? 0.0 : 0.3);
  for (const int a : {0, 1}) {
    net.link[static_cast<std::size_t>(a + 1)].assign(net.own.size(), 0.0);
    for_each_link(p.grid, a, [&](Index f, Index i, Index) {
      net.link[static_cast<std::size_t>(a + 1)][static_cast<std::size_t>(i)] =
          50.0 * p.conductance[static_cast<std::size_t>(a)][static_cast<std::size_t>(f)];
    });
  }
  const Multigrid cycle(net, none);
  CHECK(cycle.levels() > 1);
  const std::vector<double> u = noise(net.own.size(), 2), v = noise(net.own.size(), 3);
  const auto product = [&](const std::vector<double>& left, const std::vector<double>& right) {
    Multigrid::Work work = cycle.work();
    for (Index row = 0; row < 13; ++row) cycle.put_row(work, row, 1.0, right.data() + 22 * row);
    cycle.precondition(work);
    std::vector<double> z(right.size(), 0.0);
    for (Index row = 0; row < 13; ++row) cycle.add_row(work, row, 1.0, z.data() + 22 * row);
    double sum = 0.0;
    for (std::size_t i = 0; i < z.size(); ++i) sum += left[i] * z[i];
    return sum;
  };
  CHECK(product(u, u) > 0.0);
  CHECK(product(v, v) > 0.0);
  const double scale = std::sqrt(product(u, u) * product(v, v));
  CHECK(std::abs(product(u, v) - product(v, u)) < 1e-5 * scale);
}

TEST_CASE("a solve gives the same bits again, from any work space") {
  const Problem p({wall(50), ring(41)}, 1.0, 10.0, {1, 1, 1});
  std::vector<double> first, second;
  count(p, &first);
  count(p, &second);
  CHECK(first == second);
}

TEST_CASE("a guess that is the solution needs no cycle; one that is not finite is an error") {
  const Problem p({wall(40), wall(30)}, 1.0, 10.0, {1, 1, 1});
  Interrupt none;
  const MultigridSolver solver(p.grid, p.capacity, p.conductance, p.step, none);
  MultigridSolver::Work work;
  const std::vector<double> f = noise(p.capacity.size(), 5);
  std::vector<double> x = f;
  solver.solve(x, nullptr, 1e-13, 0.0, work, none);
  std::vector<double> again = f;
  solver.solve(again, &x, 1e-12, 0.0, work, none);
  CHECK(work.cycles == 0);
  CHECK(again == x);
  again[3] = std::numeric_limits<double>::infinity();
  CHECK_THROWS_AS(solver.solve(again, nullptr, 1e-12, 0.0, work, none), NumericalFailure);
}
