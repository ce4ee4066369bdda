"""Which method a propagation uses if none is named, and on how many threads."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import numpy as np

from heatgauge.arguments import ComplexField, RealField
from heatgauge.cayley_sweeps import CayleySweeps, refusal
from heatgauge.crank_nicolson import CrankNicolson
from heatgauge.errors import NumericalError
from heatgauge.method import Method
from heatgauge.potentials import at_end, at_start
from heatgauge.spectral_sweeps import SpectralSweeps, untransformable

if TYPE_CHECKING:
    from heatgauge.hamiltonian import Hamiltonian

# ‖Sψ‖/‖ψ‖ per axis, S = 4 sin²(kh/2): 1 at kh = π/3, six points per wavelength; √6 for one site.
_RESOLVED = 1.0
# (kh)² that a state may reach on its way: π/2 per site, four points per wavelength.
_REACHED = (np.pi / 2) ** 2
_LOOKS = 9  # at fields that depend on time
# Half of the lines that are transformed together.
_LINES_AT_ONCE = 8
# Sites (times members) below which starting threads costs more than they save.
_SITES_FOR_THREADS = 1 << 14


def choose_method(
    hamiltonian: Hamiltonian, psi0: ComplexField, start: float, end: float
) -> tuple[Method, str]:
    """Return the method for a run from ``psi0`` between two times, and why."""
    reason = refusal(hamiltonian)
    if reason is not None:
        return CrankNicolson(), f"chosen because {reason}"
    states = psi0.reshape(-1, *hamiltonian.grid.shape)
    roughest = max(roughness(hamiltonian, member, start) for member in states)
    if roughest > _RESOLVED:
        return CrankNicolson(), "chosen because psi0 changes from site to site: H is the model"
    if max(reach(hamiltonian, member, start, end, roughest) for member in states) > _REACHED:
        return CrankNicolson(), (
            "chosen because the potentials may drive psi0 to wavelengths of few sites: H is the "
            "model"
        )
    members = psi0.size // hamiltonian.grid.size
    if transforms_win(hamiltonian, members):
        return SpectralSweeps(), "chosen because the grid is periodic and resolves psi0"
    return CayleySweeps(), "chosen because the grid is Cartesian and resolves psi0"


def transforms_win(hamiltonian: Hamiltonian, members: int) -> bool:
    """Whether transforms of lines are measured to be faster than sweeps of the same accuracy.

    On periodic axes of sizes that transform, 2.5 times with links and more; sixteen lines go at
    once, so a single line or a few gain nothing.
    """
    grid = hamiltonian.grid
    if not all(grid.periodic) or untransformable(hamiltonian) is not None:
        return False
    return grid.dimensions > 1 or members >= _LINES_AT_ONCE


def roughness(hamiltonian: Hamiltonian, psi: ComplexField, t: float) -> float:
    """Return the largest ‖Sψ‖/‖ψ‖ of all axes, S the covariant second difference."""
    grid = hamiltonian.grid
    norm = float(np.linalg.norm(psi))
    largest = 0.0
    for axis, phases in enumerate(hamiltonian.link_phases(t)):
        image = 2.0 * psi
        forth = at_end(grid, axis, psi) * _turned(phases, -1.0)
        back = at_start(grid, axis, psi) * _turned(phases, 1.0)
        line = grid.axes[axis]
        here = [slice(None)] * grid.dimensions
        if line.periodic:
            twist = [slice(None)] * grid.dimensions
            twist[axis] = slice(-1, None)
            forth[tuple(twist)] *= np.exp(1j * line.twist)
            back[tuple(twist)] *= np.exp(-1j * line.twist)
            image -= forth + np.roll(back, 1, axis)
        else:
            here[axis] = slice(None, -1)
            image[tuple(here)] -= forth
            here[axis] = slice(1, None)
            image[tuple(here)] -= back
            for wall in (0, -1):
                here[axis] = slice(wall, wall + 1 or None)
                image[tuple(here)] += psi[tuple(here)]
        largest = max(largest, float(np.linalg.norm(image)) / norm)
    return largest


def reach(
    hamiltonian: Hamiltonian, psi: ComplexField, start: float, end: float, roughness: float
) -> float:
    """Return the (kh)² that a state of a given roughness may reach in the potentials of a run.

    Energy: all that ⟨sV + U⟩ lies above its least value may turn into motion along one axis.
    Momentum: by how much sA changes, where the state is now. What gauge functions add is left out.
    """
    grid, charge, hbar = hamiltonian.grid, hamiltonian.potentials.charge, hamiltonian.hbar
    plain = hamiltonian.potentials.without_gauge()
    weight = np.abs(psi) ** 2 / float(np.linalg.norm(psi)) ** 2
    fields = (plain.scalar, hamiltonian.external, *plain.vector)
    steady = all(field.is_static for field in fields)
    drop, kick = 0.0, 0.0
    first: list[RealField] = []
    with np.errstate(all="ignore"):  # what overflows is refused where it is used
        for t in [start] if steady else np.linspace(start, end, _LOOKS).tolist():
            try:
                energy = charge * plain.scalar.at(t) + hamiltonian.external.at(t)
                momenta = [charge * field.mean(t) for field in plain.vector]
            except NumericalError:
                break  # the run will meet it, and name the step
            drop = max(drop, float(np.sum(weight * energy) - np.min(energy)))
            first = first or momenta
            for axis, (now, then) in enumerate(zip(momenta, first, strict=True)):
                here = at_start(grid, axis, weight)
                change = np.sqrt(np.sum(here * (now - then) ** 2)) * grid.spacing[axis] / hbar
                kick = max(kick, float(change))
    stiffest = max(m * h**2 for m, h in zip(hamiltonian.mass, grid.spacing, strict=True))
    gained = roughness + 2 * float(stiffest) * drop / hbar**2
    return float((np.sqrt(gained) + kick) ** 2)


def _turned(phases: RealField | None, sign: float) -> ComplexField | float:
    if phases is None:
        return 1.0
    result: ComplexField = np.exp(1j * sign * phases)
    return result


def resolved_threads(threads: int | None, sites: int) -> int:
    """Return the number of threads: as asked, or all processors for enough sites."""
    if threads is not None:
        return threads
    return available_threads() if sites >= _SITES_FOR_THREADS else 1


def available_threads() -> int:
    """Return the number of processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
