"""What keeps orders 6 and 8 accurate at a wall with a force normal to it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from heatgauge.arguments import RealField
from heatgauge.grid import Grid

# Slope at the wall of the cubic through the four sites at h/2, 3h/2, 5h/2, 7h/2 from it.
_SITE_WEIGHTS = np.linalg.solve(np.vander(np.arange(4) + 0.5, increasing=True).T, [0, 1, 0, 0])
# Value at the wall of the parabola through the three links at h, 2h, 3h from it.
_LINK_WEIGHTS = np.array([3.0, -3.0, 1.0])
# (2/3) Σ_k c_k Σ_{i<k} (i + ½)(k − i − ½)⁴ with the stencil's coefficients c_k; 7/240 for both.
_STRENGTH = 7.0 / 240.0


def wall_correction(
    grid: Grid, potential: RealField, momentum_rates: Sequence[RealField]
) -> RealField:
    """Return δV = −(7/240)·h·n·F on the sites next to walls, 0 elsewhere.

    ψ continues oddly across a wall only if no force F = sE − ∇U pushes along its inward normal n:
    ψ'''' = −(4m/ħ²)Fψ' there. What the odd continuation gets wrong shifts energies by O(h⁴); δV
    makes up for the first moment of that, and leaves O(h⁶).

    Parameters
    ----------
    grid : Grid
    potential : array on sites
        sV + U.
    momentum_rates : arrays on the links of each axis
        ∂ₜ(sA), the part of the force that is not in V.
    """
    total = np.zeros(grid.shape)
    for a, axis in enumerate(grid.axes):
        if axis.periodic:
            continue
        for upper in (False, True):
            inward = -1.0 if upper else 1.0
            slope = _at_wall(potential, a, upper, _SITE_WEIGHTS) * inward / axis.spacing
            force = -slope - _at_wall(momentum_rates[a], a, upper, _LINK_WEIGHTS)
            total[_rows(a, -1 if upper else 0)] -= _STRENGTH * axis.spacing * inward * force
    return total


def _rows(axis: int, index: int) -> tuple[Any, ...]:
    return (slice(None),) * axis + (index,)


def _at_wall(field: RealField, axis: int, upper: bool, weights: RealField) -> Any:
    """Return Σ weight·field over the rows counted from the wall inwards."""
    return sum(
        weight * field[_rows(axis, -1 - k if upper else k)] for k, weight in enumerate(weights)
    )
