// Sweep programs: nanoseconds per site and step, expected figure beside each case. The figures were
// measured on one core of a Zen 5 server (AVX-512) shared with other work; read them as ratios to
// stream_in_place, which reads and writes a state once (32 bytes a site).
#include <benchmark/benchmark.h>

#include <cmath>

#include "heatgauge/sweep_program.hpp"

using heatgauge::Axis;
using heatgauge::cayley_factors;
using heatgauge::Complex;
using heatgauge::Grid;
using heatgauge::Index;
using heatgauge::Interrupt;
using heatgauge::LinkKind;
using heatgauge::StepPart;
using heatgauge::SweepProgram;

namespace {

std::vector<double> wave(Index count, double height) {
  std::vector<double> values(static_cast<std::size_t>(count));
  for (std::size_t i = 0; i < values.size(); ++i) {
    values[i] = height * std::sin(0.01 * static_cast<double>(i));
  }
  return values;
}

struct Case {
  std::vector<Index> shape;
  LinkKind links;
  int factors;
  bool refine = false;
  bool periodic = false;
  Index members = 1;
  bool own_phases = false;
};

/// A Strang step: half phases, sweeps from the last axis to the first and back, half phases.
void steps(benchmark::State& state, const Case& c, double expected) {
  const int threads = static_cast<int>(state.range(0));
  std::vector<Axis> axes;
  for (const Index n : c.shape) axes.push_back({n, 0.1, c.periodic, 0.0});
  const Grid grid(axes);
  SweepProgram program(grid, c.members, threads, c.refine);
  const int site = program.add_site_slot(c.own_phases);
  program.add_phase(StepPart::prologue, site);
  program.add_phase(StepPart::joint, site);
  std::vector<int> links;
  for (int a = 0; a < grid.dimensions(); ++a) links.push_back(program.add_link_slot(a, c.links));
  const auto sweep = [&](int a, double lambda) {
    program.add_sweep(StepPart::body, a, cayley_factors(lambda, c.factors),
                      links[static_cast<std::size_t>(a)]);
  };
  for (int a = grid.dimensions() - 1; a >= 0; --a) sweep(a, a > 0 ? 0.25 : 0.5);
  for (int a = 1; a < grid.dimensions(); ++a) sweep(a, 0.25);
  const std::vector<double> phases = wave(program.site_values(site), 0.1);
  program.set_site(site, phases.data(), nullptr);
  for (const int slot : links) {
    if (c.links == LinkKind::array) {
      program.set_links(slot, wave(program.link_values(slot), 0.3).data());
    }
  }
  std::vector<Complex> psi(static_cast<std::size_t>(program.size()), Complex(0.01, 0.02));
  Interrupt never;
  const Index count = c.own_phases ? 1 : std::max(Index{2}, 4000000 / program.size());
  for (auto _ : state) {
    if (c.own_phases) program.set_site(site, phases.data(), nullptr);
    program.advance(psi.data(), count, never);
  }
  state.counters["ns_per_site_step"] = benchmark::Counter(
      static_cast<double>(program.size() * count) * 1e-9,
      benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
  state.counters["expected"] = expected;
}

void stream_in_place(benchmark::State& state) {
  std::vector<double> psi(static_cast<std::size_t>(2 * state.range(0)), 1.0);
  for (auto _ : state) {
    for (double& x : psi) x = x * 0.999 + 0.1;
    benchmark::DoNotOptimize(psi.data());
    benchmark::ClobberMemory();
  }
  state.counters["ns_per_site"] = benchmark::Counter(
      static_cast<double>(state.range(0)) * 1e-9,
      benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
  state.counters["expected"] = 0.8;
}
BENCHMARK(stream_in_place)->Arg(2048 * 2048)->Arg(128 * 128 * 128)->UseRealTime();

#define SWEEP_CASE(name, expected, ...)                                             \
  void name(benchmark::State& state) { steps(state, Case{__VA_ARGS__}, expected); } \
  BENCHMARK(name)->Arg(1)->Arg(2)->UseRealTime()

SWEEP_CASE(line_4096_m1, 0.75, {4096}, LinkKind::none, 1);
SWEEP_CASE(line_4096_m1_refined, 2.4, {4096}, LinkKind::none, 1, true);
SWEEP_CASE(line_4096_m3, 1.5, {4096}, LinkKind::none, 3);
SWEEP_CASE(ensemble_64_of_1024, 0.9, {1024}, LinkKind::none, 1, false, false, 64);
SWEEP_CASE(ensemble_64_of_1024_own_phases_each_step, 4.0, {1024}, LinkKind::none, 1, false, false,
           64, true);
SWEEP_CASE(one_of_1024_own_phases_each_step, 8.0, {1024}, LinkKind::none, 1, false, false, 1, true);
SWEEP_CASE(plane_256_links_m1, 3.2, {256, 256}, LinkKind::array, 1);
SWEEP_CASE(plane_512_links_m1, 3.0, {512, 512}, LinkKind::array, 1);
SWEEP_CASE(plane_512_links_m2, 4.5, {512, 512}, LinkKind::array, 2);
SWEEP_CASE(plane_512_links_m3, 5.5, {512, 512}, LinkKind::array, 3);
SWEEP_CASE(plane_512_uniform_links_m1, 3.0, {512, 512}, LinkKind::uniform, 1);
SWEEP_CASE(plane_512_m1, 2.5, {512, 512}, LinkKind::none, 1);
SWEEP_CASE(torus_512_links_m1, 3.5, {512, 512}, LinkKind::array, 1, false, true);
SWEEP_CASE(plane_2048_m1, 5.0, {2048, 2048}, LinkKind::none, 1);
SWEEP_CASE(plane_4096_links_m1, 7.0, {4096, 4096}, LinkKind::array, 1);
SWEEP_CASE(space_128_m1, 6.2, {128, 128, 128}, LinkKind::none, 1);
SWEEP_CASE(space_128_links_m1, 10.0, {128, 128, 128}, LinkKind::array, 1);

}  // namespace
