"""The force on a carrier at the sites, from what its potentials rise by along the links."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from heatgauge.arguments import RealField
from heatgauge.grid import Grid

# The phase τ³|F|²/72mħ of a step needs F beyond the order of the sweeps in h, or a remainder τ²hᵖ
# stays; eight links give p = 8 at walls and between them.
_LINKS = 8


def site_force(grid: Grid, axis: int, impulse: RealField) -> RealField:
    """Return the component of the force along ``axis`` on the sites.

    On the link from site i to the next, the sides of a space–time plaquette give the mean force
    over the link and the time exactly: −(W_{i+1} − W_i)/h − s∂ₜĀ with W = sV + U, so nothing of a
    gauge function χ(x, t) is left. Values on sites follow from these means as the slope of the
    polynomial that has them, of degree 8: order 8 in h, from one side at walls.

    Parameters
    ----------
    grid : Grid
    axis : int
    impulse : array on the links of the axis
        Mean force times h [J].

    Examples
    --------
    >>> import numpy as np, heatgauge as hg
    >>> from heatgauge.heat_force import site_force
    >>> grid = hg.Grid([hg.Axis(0.0, 1.0, 32)])
    >>> x, = grid.coordinates()
    >>> force = site_force(grid, 0, -np.diff(np.cos(2 * x)))
    >>> bool(np.abs(force - 2 * np.sin(2 * x)).max() < 1e-9)
    True
    """
    line = grid.axes[axis]
    result = np.zeros(grid.shape)
    # views with the axis in front, both in the order of memory
    moved, slopes = np.moveaxis(impulse, axis, 0), np.moveaxis(result, axis, 0)
    if line.periodic:
        weights = _ring_weights(line.points)
        before, after = -weights[0][0], weights[-1][0]
        around = np.concatenate([moved[line.points - before :], moved, moved[:after]])
        for k, (_, weight) in enumerate(weights):
            slopes += weight * around[k : k + line.points]
    else:
        ends, inner, starts, middle = _wall_weights(line.points)
        if middle:
            first = int(starts[middle.start])
            for k, weight in enumerate(inner):
                slopes[middle.start : middle.stop] += weight * moved[first + k :][: len(middle)]
        for i, weights_there in ends.items():
            near = moved[starts[i] : starts[i] + inner.size]
            slopes[i] = np.tensordot(weights_there, near, axes=1)
    result /= line.spacing
    return result


def _slope_weights(offsets: RealField) -> RealField:
    """Weights of the rises over unit links that start at ``offsets`` from a site: its slope."""
    powers = np.arange(1, offsets.size + 1)[:, None]
    scale = max(1.0, float(np.max(np.abs(offsets))) + 1.0)
    rises = ((offsets + 1) / scale) ** powers - (offsets / scale) ** powers
    wanted = np.zeros(offsets.size)
    wanted[0] = 1.0 / scale
    result: RealField = np.linalg.solve(rises, wanted).astype(np.float64)
    return result


@functools.lru_cache(maxsize=64)
def _ring_weights(points: int) -> tuple[tuple[int, float], ...]:
    """(offset of the link from the site, weight); no link of a short ring counts twice."""
    count = min(_LINKS, 2 * (points // 2))
    offsets = np.arange(count, dtype=np.float64) - count // 2
    weights = _slope_weights(offsets)
    return tuple((int(j), float(w)) for j, w in zip(offsets, weights, strict=True))


@functools.lru_cache(maxsize=64)
def _wall_weights(points: int) -> tuple[dict[int, RealField], RealField, Any, range]:
    """Weights near walls, weights between, first link per site, and the sites between.

    Sites between have as many links on either side as they take.
    """
    count = min(_LINKS, points - 1)
    starts = np.clip(np.arange(points) - count // 2, 0, points - 1 - count)
    middle = range(count // 2, points - (count - count // 2))
    offsets = np.arange(count, dtype=np.float64)
    outside = (*range(middle.start), *range(max(middle.stop, middle.start), points))
    ends = {i: _slope_weights(offsets + (int(starts[i]) - i)) for i in outside}
    return ends, _slope_weights(offsets - count // 2), starts, middle
