"""Quantised enthalpy and entropy: levels, equilibrium, reversible processes and cycles.

Energies are enthalpies here (dH = T dS): one carrier of entropy charge s has the enthalpy sV.
Boltzmann's constant is the argument ``k_B`` everywhere, 1.0 by default as ħ and the charge of a
Hamiltonian are; ``k_B=hg.k_B`` goes with SI.
"""

from heatgauge.thermo.adiabatic import Sweep, adiabatic_sweep
from heatgauge.thermo.cycle import Cycle, cycle
from heatgauge.thermo.entropies import diagonal_entropy, entropy
from heatgauge.thermo.first_law import FirstLaw, first_law
from heatgauge.thermo.levels import Levels, Multiplet, levels
from heatgauge.thermo.partition import Equilibrium, partition
from heatgauge.thermo.process import Limit, Process, reversible_process
from heatgauge.thermo.rings import FluxLevels, flux_levels
from heatgauge.thermo.strokes import Stroke

__all__ = [
    "Cycle",
    "Equilibrium",
    "FirstLaw",
    "FluxLevels",
    "Levels",
    "Limit",
    "Multiplet",
    "Process",
    "Stroke",
    "Sweep",
    "adiabatic_sweep",
    "cycle",
    "diagonal_entropy",
    "entropy",
    "first_law",
    "flux_levels",
    "levels",
    "partition",
    "reversible_process",
]
