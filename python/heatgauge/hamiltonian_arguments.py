"""What a carrier's Hamiltonian is given, checked."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from heatgauge.arguments import RealField, real, real_array, shape_of
from heatgauge.grid import Grid
from heatgauge.potentials import HeatPotentials, planes

if TYPE_CHECKING:
    from heatgauge.hamiltonian import Hamiltonian

_TWO_PI = 2 * math.pi


def masses(mass: Any, grid: Grid, order: int) -> tuple[float, ...] | RealField:
    """Return the mass of each axis, or the field on sites, checked."""
    shape = shape_of("mass", mass)
    if shape == ():
        return (real("mass", mass, above=0.0),) * grid.dimensions
    if shape == (grid.dimensions,) and shape != grid.shape:
        return tuple(real(f"mass[{a}]", m, above=0.0) for a, m in enumerate(mass))
    field: RealField = real_array("mass", mass, grid.shape, positive=True)
    if order != 2:
        raise ValueError(
            f"Argument `order` must be 2 with a mass field on sites, but is {order}: higher "
            f"orders need a mass per axis."
        )
    return field


def require_points(grid: Grid, order: int) -> None:
    """Raise ValueError where a stencil would be longer than an axis."""
    for a, axis in enumerate(grid.axes):
        pair = axis.periodic and axis.points == 2 and order == 2
        if axis.points < order + 1 and not pair:
            raise ValueError(
                f"Argument `order` must be at most points − 1 on every axis, but is {order} with "
                f"{axis.points} points on axis {a}."
            )


def require_finite_kinetic(hamiltonian: Hamiltonian) -> None:
    """Raise ValueError where ħ²/2mh² is beyond double precision."""
    mass = np.min(hamiltonian.mass)
    for axis in hamiltonian.grid.axes:
        with np.errstate(all="ignore"):
            scale = float((np.float64(hamiltonian.hbar) / axis.spacing) ** 2 / (2 * mass))
        if not 0.0 < scale < 1e300:
            raise ValueError(
                f"Argument `mass` must give a kinetic energy ħ²/2mh² between 0 and 1e300, "
                f"but gives {scale!r} (mass {mass!r}, hbar {hamiltonian.hbar!r}, "
                f"h {axis.spacing!r})."
            )


def require_whole_flux(grid: Grid, potentials: HeatPotentials, hbar: float) -> None:
    """Raise ValueError for a torus with a fraction of a flux quantum."""
    for a, b in planes(grid):
        flux = potentials.total_flux.get((a, b), 0.0)
        quanta = potentials.charge * flux / (_TWO_PI * hbar)
        # round-off of the lengths, of B and of the quotient
        if abs(quanta - round(quanta)) <= 1e-9 * max(1.0, abs(quanta)):
            continue
        area = grid.axes[a].length * grid.axes[b].length
        allowed = round(quanta) * _TWO_PI * hbar / (potentials.charge * area)
        raise ValueError(
            f"Argument `potentials` must put a whole number of flux quanta h/s through the torus "
            f"of axes {a} and {b}, but puts {quanta:.9g} (B = {flux / area!r}); the nearest "
            f"allowed induction is B = {allowed!r}."
        )
