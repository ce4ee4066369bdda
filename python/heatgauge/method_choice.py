"""Which method a propagation uses if none is named, and on how many threads."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import numpy as np

from heatgauge.arguments import ComplexField, RealField
from heatgauge.cayley_sweeps import CayleySweeps, refusal
from heatgauge.crank_nicolson import CrankNicolson
from heatgauge.method import Method
from heatgauge.potentials import at_end, at_start
from heatgauge.spectral_sweeps import SpectralSweeps, untransformable

if TYPE_CHECKING:
    from heatgauge.hamiltonian import Hamiltonian

# ‖Sψ‖/‖ψ‖ per axis, S = 4 sin²(kh/2): 1 at kh = π/3, six points per wavelength; √6 for one site.
_RESOLVED = 1.0
# Half of the lines that are transformed together.
_LINES_AT_ONCE = 8
# Sites (times members) below which starting threads costs more than they save.
_SITES_FOR_THREADS = 1 << 14


def choose_method(hamiltonian: Hamiltonian, psi0: ComplexField, t: float) -> tuple[Method, str]:
    """Return the method for a run from ``psi0`` at ``t``, and why."""
    reason = refusal(hamiltonian)
    if reason is not None:
        return CrankNicolson(), f"chosen because {reason}"
    roughest = max(
        roughness(hamiltonian, member, t) for member in psi0.reshape(-1, *hamiltonian.grid.shape)
    )
    if roughest > _RESOLVED:
        return CrankNicolson(), "chosen because psi0 changes from site to site: H is the model"
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


def _turned(phases: RealField | None, sign: float) -> ComplexField | float:
    if phases is None:
        return 1.0
    result: ComplexField = np.exp(1j * sign * phases)
    return result


def resolved_threads(threads: int | None, sites: int) -> int:
    """Return the number of threads: as asked, or all processors for enough sites."""
    if threads is not None:
        return threads
    available = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return int(available or 1) if sites >= _SITES_FOR_THREADS else 1
