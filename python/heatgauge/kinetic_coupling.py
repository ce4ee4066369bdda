"""Which axes the induction couples, and whether it is uniform: read from the plaquettes."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from heatgauge.arguments import RealField
from heatgauge.potentials import circulations, planes

if TYPE_CHECKING:
    from heatgauge.hamiltonian import Hamiltonian

_EPS = float(np.finfo(float).eps)
# Beyond half a radian per plaquette the orbit of the lowest level spans less than 1.5 spacings: the
# lattice is then no stand-in for the continuum in which the three shears are exact.
_MOST_PHASE = 0.5


@dataclasses.dataclass(frozen=True)
class Coupling:
    """The coupling of the axes at one time.

    ``kind``: "none", "uniform" (one plane of two axes, ``omega`` = sB/√(m_x m_y)) or "general".
    """

    kind: str
    plane: tuple[int, int] | None = None
    omega: float = 0.0
    reason: str = ""


def kinetic_coupling(hamiltonian: Hamiltonian, t: float) -> Coupling:
    """Return how the induction at ``t`` couples the axes; gauge changes are left out.

    Examples
    --------
    >>> import heatgauge as hg
    >>> from heatgauge.kinetic_coupling import kinetic_coupling
    >>> grid = hg.Grid([hg.Axis(-4, 4, 40), hg.Axis(-4, 4, 40)])
    >>> links = hg.HeatPotentials(grid, vector=hg.uniform_induction(grid, -2.0), charge=0.5)
    >>> coupling = kinetic_coupling(hg.Hamiltonian(grid, links, mass=[1.0, 4.0]), 0.0)
    >>> coupling.kind, round(coupling.omega, 12)
    ('uniform', -0.5)
    """
    potentials = hamiltonian.potentials.without_gauge()
    scale = potentials.charge / hamiltonian.hbar
    return coupling_of_links(hamiltonian, [scale * link for link in potentials.links(t)])


def coupling_of_links(hamiltonian: Hamiltonian, phases: Sequence[RealField | None]) -> Coupling:
    """Judge the phases on the links of each axis; None where no link turns.

    Plaquettes count modulo 2π: that is all the lattice knows of them. They are equal up to the
    rounding of the links that were added.
    """
    h = hamiltonian
    if h.grid.dimensions == 1 or all(phase is None for phase in phases):
        return Coupling("none")
    links = [
        np.zeros(h.grid.link_shape(a)) if phase is None else phase for a, phase in enumerate(phases)
    ]
    rounding = 64 * _EPS * max(1.0, *(float(np.max(np.abs(link), initial=0.0)) for link in links))
    found: list[tuple[tuple[int, int], float]] = []
    for plane, phase in zip(planes(h.grid), circulations(h.grid, links), strict=True):
        one = float(phase.flat[0])
        apart = _wrapped_all(phase - one)
        spread = float(np.max(np.abs(apart)))
        middle = _wrapped(one + float(np.mean(apart)))
        if spread > rounding + 1e-10 * abs(middle):
            return Coupling("general", reason="the induction is not uniform")
        if abs(middle) > rounding:
            found.append((plane, middle))
    if not found:
        return Coupling("none")
    if len(found) > 1:
        return Coupling("general", reason="the induction is tilted against the axes")
    (a, b), phase_value = found[0]
    if abs(phase_value) > _MOST_PHASE:
        reason = f"{abs(phase_value):.2g} rad of induction per plaquette are more than the shears"
        return Coupling("general", reason=f"{reason} resolve")
    area = h.grid.spacing[a] * h.grid.spacing[b]
    masses = np.asarray(h.mass)
    omega = phase_value * h.hbar / (area * math.sqrt(float(masses[a] * masses[b])))
    return Coupling("uniform", (min(a, b), max(a, b)), omega, "the induction is uniform")


def _wrapped(phase: float) -> float:
    return math.remainder(phase, 2 * math.pi)


def _wrapped_all(phase: RealField) -> RealField:
    if not np.max(np.abs(phase)) > 3.0:
        return phase  # NaN too
    result: RealField = phase - 2 * math.pi * np.round(phase / (2 * math.pi))
    return result
