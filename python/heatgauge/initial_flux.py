"""The heat flux with which a run begins."""

from __future__ import annotations

from typing import Any

import numpy as np

from heatgauge.arguments import RealField, real, real_array
from heatgauge.green_naghdi import GreenNaghdi
from heatgauge.grid import Grid
from heatgauge.law import Law
from heatgauge.side_values import Side
from heatgauge.two_fluid import TwoFluid
from heatgauge.wall_stress import positive_at_wall


def initial_flux(
    law: Law, grid: Grid, q0: Any, alpha0: Any, sides: tuple[Side, ...]
) -> tuple[tuple[RealField, ...], bool]:
    """Return the flux per axis and whether it is q, or only its part that has inertia."""
    displaced = isinstance(law, GreenNaghdi | TwoFluid)
    name = type(law).__name__
    if alpha0 is not None and not displaced:
        raise ValueError(
            f"Argument `alpha0` must be None for hg.{name}, which has no thermal displacement, "
            f"but is {type(alpha0).__name__}."
        )
    if q0 is None:
        if alpha0 is None:
            zero = tuple(np.zeros(grid.face_shape(k)) for k in range(grid.dimensions))
            return zero, not displaced
        return _displaced_flux(law, grid, alpha0, sides), False
    if alpha0 is not None:
        raise ValueError(
            f"Argument `alpha0` must be None when q0 is given, but is {type(alpha0).__name__}."
        )
    if not law.flux_is_state:
        raise ValueError(
            f"Argument `q0` must be None for hg.{name}, whose flux follows from T0, "
            f"but is {type(q0).__name__}."
        )
    if not isinstance(q0, list | tuple) or len(q0) != grid.dimensions:
        raise TypeError(
            f"Argument `q0` must hold {grid.dimensions} array(s) of faces, one per axis, "
            f"but is {type(q0).__name__}."
        )
    given = enumerate(q0)
    return tuple(real_array(f"q0[{k}]", q, grid.face_shape(k)) for k, q in given), True


def _displaced_flux(
    law: Law, grid: Grid, alpha0: Any, sides: tuple[Side, ...]
) -> tuple[RealField, ...]:
    """−k*∇α: the drop of α along the path through a face, over its inductance."""
    if np.ndim(alpha0) == 0:
        alpha: RealField = np.full(grid.shape, real("alpha0", alpha0))
    else:
        alpha = real_array("alpha0", alpha0, grid.shape)
    circuit, inductance = law.circuit(grid), law.inductance(grid)
    flux = []
    for k, axis in enumerate(grid.axes):
        if axis.periodic:
            drop = alpha - np.roll(alpha, -1, axis=k)
        else:
            drop = np.zeros(grid.face_shape(k))
            np.moveaxis(drop, k, 0)[1:-1] = -np.moveaxis(np.diff(alpha, axis=k), k, 0)
        for side in sides:
            if side.axis == k and not side.prescribed:
                own = inductance[k] if inductance.ndim > grid.dimensions else inductance
                _fill_wall(drop, alpha, own, side)
        flux.append(drop / circuit.inductance(k).reshape(grid.face_shape(k)))
    for side in sides:
        if side.surface_resistance is not None:
            shunt = circuit.shunt(side.axis).reshape(grid.face_shape(side.axis))
            at = -1 if side.end else 0
            share = 1 / (1 + side.surface_resistance * np.take(shunt, at, axis=side.axis))
            np.moveaxis(flux[side.axis], side.axis, 0)[at] *= share
    return tuple(flux)


def _fill_wall(drop: RealField, alpha: RealField, inductance: RealField, side: Side) -> None:
    """−(h/2)∂α at the wall from a parabola through the three cells next to it (a line through two).

    The slope at the wall itself, not that across the half cell, which is that h/4 away and would
    set off a wave of first order in h; Λ is continued to the wall for the same reason.
    """
    inward = np.moveaxis(alpha, side.axis, 0)
    cells = inward[::-1] if side.end else inward
    if cells.shape[0] > 2:
        slope = cells[0] - 1.5 * cells[1] + 0.5 * cells[2]
    else:
        slope = 0.5 * (cells[0] - cells[1])
    at = -1 if side.end else 0
    share = np.take(inductance, at, axis=side.axis)
    share = share / positive_at_wall(inductance, side.axis, side.end)
    np.moveaxis(drop, side.axis, 0)[at, ...] = (-share if side.end else share) * slope
