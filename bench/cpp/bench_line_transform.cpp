/// Transforms of bundles of lines: nanoseconds per point for forward, multiplication and backward.
#include <benchmark/benchmark.h>

#include <vector>

#include "heatgauge/sweep_program.hpp"

using namespace heatgauge;

namespace {

void per_point(benchmark::State& state, Index points) {
  state.counters["per_point"] =
      benchmark::Counter(static_cast<double>(state.iterations() * points),
                         benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

/// In the first caches, no loads and stores of a state.
void bundle(benchmark::State& state) {
  const Index points = state.range(0);
  const LineTransform transform(points);
  std::vector<Row> rows(static_cast<std::size_t>(points));
  const std::vector<Complex> unit(rows.size(), Complex(0.6, 0.8) / static_cast<double>(points));
  for (auto _ : state) transform.filter(rows.data(), unit.data());
  per_point(state, points * kLanes);
}
BENCHMARK(bundle)->Arg(96)->Arg(128)->Arg(256)->Arg(512);  // goal: 1 ns

void stage(benchmark::State& state, int dimensions, LinkKind kind) {
  const Index points = state.range(0);
  const int axis = static_cast<int>(state.range(1));
  const Grid grid(std::vector<Axis>(static_cast<std::size_t>(dimensions), {points, 1, true, 0}));
  SweepProgram program(grid, 1, 1, false);
  const int links = program.add_link_slot(axis, kind);
  program.add_transform(StepPart::body, axis, 0.3, links);
  if (kind == LinkKind::array) {
    std::vector<double> phases(static_cast<std::size_t>(grid.links(axis)));
    for (std::size_t i = 0; i < phases.size(); ++i) phases[i] = 0.1 * static_cast<double>(i % 7);
    program.set_links(links, phases.data());
  }
  std::vector<Complex> psi(static_cast<std::size_t>(grid.size()), Complex(0.3, 0.2));
  Interrupt interrupt;
  for (auto _ : state) program.advance(psi.data(), 1, interrupt);
  per_point(state, grid.size());
}

void plane(benchmark::State& state) { stage(state, 2, LinkKind::none); }
void plane_with_links(benchmark::State& state) { stage(state, 2, LinkKind::array); }
void cube(benchmark::State& state) { stage(state, 3, LinkKind::none); }

// Goal: FFTW's 2.8 to 3.8 ns for its two transforms alone.
BENCHMARK(plane)->ArgsProduct({{96, 128, 256, 512}, {0, 1}});
BENCHMARK(plane_with_links)->ArgsProduct({{96, 256, 512}, {0, 1}});
BENCHMARK(cube)->ArgsProduct({{128}, {0, 1, 2}});

}  // namespace
