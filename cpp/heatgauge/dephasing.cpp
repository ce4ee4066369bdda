#include "heatgauge/dephasing.hpp"

#include <algorithm>
#include <stdexcept>

namespace heatgauge {

namespace {

const double* steady_phase(const SteadyPhases& steady, Index step, Index steps) {
  if (steps == 1) return steady.only;
  return step == 0 || step == steps - 1 ? steady.edge : steady.inner;
}

}  // namespace

void advance_noisy(const NoisyPrograms& programs, const SteadyPhases& steady,
                   TemperatureNoise& noise, const NoiseStep& law, Index first, Index steps,
                   Complex* psi, Interrupt& interrupt) {
  if (steps < 1) return;
  const Index sites = noise.sites(), members = noise.members();
  if (programs.step.size() != members * sites || programs.end.size() != members * sites) {
    throw std::invalid_argument("the programs do not advance the members of the noise");
  }
  std::vector<double> phases(static_cast<std::size_t>(members * sites));
  programs.begin.advance(psi, 1, interrupt);
  for (Index k = 0; k < steps; ++k) {
    const double* constant = steady_phase(steady, k, steps);
    for (Index m = 0; m < members; ++m) {
      double* target = phases.data() + m * sites;
      if (constant != nullptr) {
        std::copy_n(constant, sites, target);
      } else {
        std::fill_n(target, sites, 0.0);
      }
    }
    noise.add_phases(static_cast<std::uint64_t>(first + k), law, phases.data());
    const bool last = k == steps - 1;
    SweepProgram& program = last ? programs.end : programs.step;
    program.set_site(last ? programs.end_slot : programs.step_slot, phases.data(), nullptr);
    program.advance(psi, 1, interrupt);
  }
}

}  // namespace heatgauge
