/// Realisations of a carrier under random temporal links.
#pragma once

#include "heatgauge/interrupt.hpp"
#include "heatgauge/sweep_program.hpp"
#include "heatgauge/temperature_noise.hpp"

namespace heatgauge {

/// ψ ← K½ Φ_n K Φ_{n-1} K … Φ_1 K½ ψ: temporal links Φ between kinetic steps, symmetric in time.
/// `begin` is K½, `step` is K·Φ and `end` is K½·Φ; the last two read Φ from a site slot of their
/// own of each member.
struct NoisyPrograms {
  SweepProgram &begin, &step, &end;
  int step_slot, end_slot;
};

/// Phases that every realisation gets besides its noise, (sites) or nullptr: in the first and the
/// last temporal link, and in the others. One of a single step gets `only`.
struct SteadyPhases {
  const double *edge, *inner, *only;
};

/// Advances the members by `steps` steps, the first of which has the number `first`.
void advance_noisy(const NoisyPrograms& programs, const SteadyPhases& steady,
                   TemperatureNoise& noise, const NoiseStep& law, Index first, Index steps,
                   Complex* psi, Interrupt& interrupt);

}  // namespace heatgauge
