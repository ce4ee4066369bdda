"""Vector potential of a uniform caloric induction, on open, cylindrical and toroidal grids."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import numpy.typing as npt

from heatgauge.arguments import RealField, choice, real, real_array, shape_of
from heatgauge.grid import Grid


@dataclasses.dataclass(frozen=True, eq=False)
class InductionLinks:
    """Mean of A on the links of one axis, made by :func:`uniform_induction`.

    Behaves as an array (``numpy.asarray``); as a field entry it also carries the total flux
    through each plane with two periodic axes, which links alone determine only modulo a quantum.
    """

    grid: Grid
    axis: int
    values: RealField
    flux: dict[tuple[int, int], float]

    def __array__(
        self, dtype: npt.DTypeLike | None = None, copy: bool | None = None
    ) -> npt.NDArray[Any]:
        return np.array(self.values, dtype=dtype)

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of the links."""
        return self.values.shape


def uniform_induction(grid: Grid, B: Any, gauge: str = "symmetric") -> tuple[InductionLinks, ...]:
    """Return the vector entries of a uniform caloric induction B = ∇×A.

    In the plane (x, y) with B along z:

    - "symmetric": A = (−By/2, Bx/2)
    - "landau-x":  A = (−By, 0)
    - "landau-y":  A = (0, Bx)

    and cyclically for the other planes in 3D. Where an axis is periodic, A jumps across the seam;
    the seam links carry the gauge change that repairs the jump, so that every plaquette holds the
    same flux. On a plane with two periodic axes the last plaquette, where the seams meet, holds it
    modulo the total flux: a Hamiltonian takes this only when that is a whole number of h/s.

    Parameters
    ----------
    grid : Grid
        2D or 3D.
    B : float, or 3-vector in 3D
        Induction [K·s/m²]; a number means along z.
    gauge : {"symmetric", "landau-x", "landau-y"}

    Returns
    -------
    tuple of InductionLinks
        One entry per axis, for ``HeatPotentials(vector=...)``.

    Examples
    --------
    >>> import heatgauge as hg
    >>> grid = hg.Grid([hg.Axis(-1, 1, 4), hg.Axis(-1, 1, 4)])
    >>> pots = hg.HeatPotentials(grid, vector=hg.uniform_induction(grid, 2.5))
    >>> pots.induction(0.0)
    array([[2.5, 2.5, 2.5],
           [2.5, 2.5, 2.5],
           [2.5, 2.5, 2.5]])
    """
    if not isinstance(grid, Grid):
        raise TypeError(f"Argument `grid` must be a hg.Grid, but is {grid!r}.")
    if grid.dimensions == 1:
        raise ValueError("Argument `grid` must have 2 or 3 axes: in 1D there is no induction.")
    choice("gauge", gauge, ("symmetric", "landau-x", "landau-y"))
    first_share = {"symmetric": 0.5, "landau-x": 1.0, "landau-y": 0.0}[gauge]
    values = [np.zeros(grid.link_shape(a)) for a in range(grid.dimensions)]
    flux: list[dict[tuple[int, int], float]] = [{} for _ in values]
    for (a, b), strength in _strengths(grid, B).items():
        if strength == 0.0:
            continue
        # A_a = −share·B·x_b and A_b = (1 − share)·B·x_a
        _add_slope(grid, values, a, b, -first_share * strength)
        _add_slope(grid, values, b, a, (1.0 - first_share) * strength)
        if grid.axes[a].periodic and grid.axes[b].periodic:
            total = strength * grid.axes[a].length * grid.axes[b].length
            flux[a][(a, b)] = flux[b][(a, b)] = total
    for array in values:
        array.flags.writeable = False
    return tuple(InductionLinks(grid, a, v, flux[a]) for a, v in enumerate(values))


def _strengths(grid: Grid, B: Any) -> dict[tuple[int, int], float]:
    if grid.dimensions == 2 or shape_of("B", B) == ():
        return {(0, 1): real("B", B)}
    x, y, z = (float(v) for v in real_array("B", B, (3,)))
    return {(1, 2): x, (2, 0): y, (0, 1): z}


def _add_slope(grid: Grid, values: list[RealField], axis: int, along: int, slope: float) -> None:
    """Add A_axis = slope·x_along, and repair the seam of the axis ``along``.

    Crossing that seam A_axis drops by slope·L, a pure gauge χ = −slope·L·x_axis; the seam link
    therefore carries ∫A·dl = χ(after) − … = −slope·L·x_axis, found by making the plaquettes that
    straddle the seam hold the same flux as all others.
    """
    if slope == 0.0:
        return
    shape = [-1 if k == along else 1 for k in range(grid.dimensions)]
    values[axis] += slope * grid.axes[along].sites().reshape(shape)
    if grid.axes[along].periodic:
        seam: list[Any] = [slice(None)] * grid.dimensions
        seam[along] = slice(-1, None)
        shape = [-1 if k == axis else 1 for k in range(grid.dimensions)]
        x = grid.axes[axis].sites().reshape(shape)
        values[along][tuple(seam)] += -slope * grid.axes[along].length * x / grid.spacing[along]
