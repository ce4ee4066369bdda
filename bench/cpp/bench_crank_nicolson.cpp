/// Steps of Crank-Nicolson: banded elimination on a line, Lanczos iteration on a plane.
#include <benchmark/benchmark.h>

#include <cmath>
#include <vector>

#include "heatgauge/crank_nicolson.hpp"
#include "heatgauge/hamiltonian.hpp"

using namespace heatgauge;

namespace {

/// A harmonic well with links of changing phase, and a packet beside its middle.
struct Problem {
  Grid grid;
  Hamiltonian hamiltonian;
  std::vector<Index> outer, inner;
  std::vector<Complex> values, psi;

  Problem(std::vector<Axis> axes, int order)
      : grid(std::move(axes)), hamiltonian(grid, {1.0, 1.0, 1.0}, 1.0, order) {
    std::vector<double> potential(static_cast<std::size_t>(grid.size()));
    psi.resize(potential.size());
    for (std::size_t i = 0; i < psi.size(); ++i) {
      const double x = static_cast<double>(i) / static_cast<double>(psi.size()) - 0.5;
      potential[i] = x * x;
      psi[i] = std::polar(std::exp(-50 * x * x), 0.3 * static_cast<double>(i % 512));
    }
    std::vector<double> phases(static_cast<std::size_t>(grid.links(0)));
    for (std::size_t l = 0; l < phases.size(); ++l) phases[l] = 0.01 * static_cast<double>(l % 512);
    const CarrierFields fields(grid, potential.data(), {phases.data(), nullptr, nullptr});
    outer.resize(psi.size() + 1);
    inner.resize(static_cast<std::size_t>(hamiltonian.nonzeros()));
    values.resize(inner.size());
    hamiltonian.pattern(outer.data(), inner.data());
    hamiltonian.fill(fields, values.data());
  }
  CsrView<Complex> view() const { return {grid.size(), outer.data(), inner.data(), values.data()}; }
};

void per_point(benchmark::State& state, Index points) {
  state.SetItemsProcessed(state.iterations() * points);
  state.counters["per_point"] =
      benchmark::Counter(static_cast<double>(state.iterations() * points),
                         benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

/// Arguments: points, order, refined, ring.
void banded_step(benchmark::State& state) {
  const bool ring = state.range(3) != 0;
  Problem problem({Axis{state.range(0), 1.0, ring, 0.0}}, static_cast<int>(state.range(1)));
  Interrupt never;
  CrankNicolson method(problem.grid, problem.hamiltonian.reach(), problem.view(), 0.5,
                       CayleySolver::banded, state.range(2) != 0, never);
  for (auto _ : state) method.advance(problem.psi.data(), 1, never);
  per_point(state, state.range(0));
}
// goal per point, unrefined / refined: order 2: 3.5 / 6 ns; 4: 5 / 9; 6: 6 / 13; 8: 7 / 14
BENCHMARK(banded_step)->ArgsProduct({{256, 4096}, {2, 4, 6, 8}, {0, 1}, {0}});
// goal: within 1.3 of the line at 4096 points
BENCHMARK(banded_step)->ArgsProduct({{4096}, {2, 8}, {0, 1}, {1}});

/// A driven step: factors anew and steps. Arguments: points, order.
void banded_update_and_step(benchmark::State& state) {
  Problem problem({Axis{state.range(0), 1.0, false, 0.0}}, static_cast<int>(state.range(1)));
  Interrupt never;
  CrankNicolson method(problem.grid, problem.hamiltonian.reach(), problem.view(), 0.5,
                       CayleySolver::banded, true, never);
  for (auto _ : state) {
    method.update(never);
    method.advance(problem.psi.data(), 1, never);
  }
  per_point(state, state.range(0));
}
BENCHMARK(banded_update_and_step)->ArgsProduct({{4096}, {2, 8}});  // goal: 40 ns per point, order 2

void krylov_step(benchmark::State& state) {
  const Index n = state.range(0);
  Problem problem({Axis{n, 1.0, false, 0.0}, Axis{n, 1.0, false, 0.0}}, 2);
  Interrupt never;
  CrankNicolson method(problem.grid, 1, problem.view(), 0.1, CayleySolver::krylov, false, never);
  for (auto _ : state) method.advance(problem.psi.data(), 1, never);
  per_point(state, n * n);
  state.counters["iterations"] = benchmark::Counter(static_cast<double>(method.iterations()),
                                                    benchmark::Counter::kAvgIterations);
}
BENCHMARK(krylov_step)->Arg(256);  // goal: 15 ns per point and iteration

}  // namespace
