/// Making and applying the Hamiltonian of a plane with links.
#include <benchmark/benchmark.h>

#include <vector>

#include "heatgauge/hamiltonian.hpp"
#include "heatgauge/unit_phase.hpp"

using namespace heatgauge;

namespace {

struct Plane {
  Grid grid;
  Hamiltonian hamiltonian;
  std::vector<double> potential, phases;
  CarrierFields fields;

  Plane(Index n, int order)
      : grid({Axis{n, 1.0, true, 0.0}, Axis{n, 1.0, true, 0.0}}),
        hamiltonian(grid, {1.0, 1.0}, 1.0, order),
        potential(static_cast<std::size_t>(grid.size()), 0.3),
        phases(potential.size(), 0.7),
        fields(grid, potential.data(), {phases.data(), phases.data(), nullptr}) {}
};

void per_point(benchmark::State& state, Index points) {
  state.counters["per_point"] =
      benchmark::Counter(static_cast<double>(state.iterations() * points),
                         benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

void phases_to_links(benchmark::State& state) {
  Plane plane(state.range(0), 2);
  for (auto _ : state) plane.fields.set_links(0, plane.phases.data());
  per_point(state, plane.grid.size());
}
BENCHMARK(phases_to_links)->Arg(64)->Arg(512);  // goal: 2 ns per link; 2.6 on a busy machine

void fill(benchmark::State& state) {
  const Plane plane(state.range(0), static_cast<int>(state.range(1)));
  std::vector<Complex> values(static_cast<std::size_t>(plane.hamiltonian.nonzeros()));
  for (auto _ : state) plane.hamiltonian.fill(plane.fields, values.data());
  per_point(state, plane.grid.size());
}
BENCHMARK(fill)->Args({512, 2})->Args({512, 8});  // goal, order 2: 20 ns per point (80 B written)

void apply(benchmark::State& state) {
  const Plane plane(state.range(0), static_cast<int>(state.range(1)));
  std::vector<Complex> psi(static_cast<std::size_t>(plane.grid.size()), Complex(0.3, 0.2));
  std::vector<Complex> out(psi.size());
  for (auto _ : state) plane.hamiltonian.apply(plane.fields, psi.data(), out.data());
  per_point(state, plane.grid.size());
}
BENCHMARK(apply)->Args({512, 2})->Args({512, 8});  // goal, order 2: 20 ns per point

}  // namespace
