"""Entropy production of a heat flow, by differences of its stored temperature and flux."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from heatgauge.arguments import RealField
from heatgauge.quadratic_entropy import quadratic_production

if TYPE_CHECKING:
    from heatgauge.heat_flow import HeatFlow


def entropy_production(flow: HeatFlow, form: str) -> RealField:
    """Return σ at mid-times on sites, shape (nt − 1, *shape); see HeatFlow.entropy_production."""
    if form == "quadratic":
        return quadratic_production(flow)
    times = flow.times
    total = np.zeros((times.size - 1, *flow.grid.shape))
    temperature = _middle(flow.temperature)
    change = np.diff(flow.temperature, axis=0)
    if not (flow.temperature > 0).all():
        index = tuple(int(i) for i in np.argwhere(~(flow.temperature > 0))[0])
        raise ValueError(
            f"Argument `form` must be 'quadratic' where T is not positive, but is {form!r} and "
            f"T = {flow.temperature[index]!r} at {index}."
        )
    for axis in range(flow.grid.dimensions):
        density = _on_faces(flow, axis, form, temperature, change)
        total += _to_sites(density, axis + 1, flow.grid.axes[axis].periodic)
    return total


def _on_faces(
    flow: HeatFlow, axis: int, form: str, temperature: RealField, change: RealField
) -> RealField:
    """σ·(path/h) of every face: its two halves belong to the two cells the path lies in."""
    h = flow.grid.spacing[axis]
    step = np.diff(flow.times).reshape(-1, *[1] * flow.grid.dimensions)
    flux = flow.flux[axis]
    q = _middle(flux)
    inductance = flow.face_inductance(axis)
    lag = np.diff(inductance * flux, axis=0) / step  # ∫∂ₜA·dl along the path
    left, right = _neighbours(flow, axis, q, lag, temperature)
    drop = left - right
    product = left * right
    if form == "local":
        return q * drop / product / h
    rate_left, rate_right = _rates(flow, axis, change / step)
    growth = 0.5 * (rate_left + rate_right) / product**1.5
    return (q * (drop - lag) / product + inductance * q**2 * growth) / h


def _neighbours(
    flow: HeatFlow, axis: int, q: RealField, lag: RealField, temperature: RealField
) -> tuple[RealField, RealField]:
    """T at the two ends of every face's path: sites, and surfaces at the outer faces."""
    k = axis + 1
    if flow.grid.axes[axis].periodic:
        return temperature, np.roll(temperature, -1, axis=k)
    ends = []
    for end in (0, 1):
        site = np.take(temperature, [-1 if end else 0], axis=k)
        stored = flow.surface_temperature.get((axis, end))
        if stored is not None:
            ends.append(np.expand_dims(_middle(stored), k))
            continue
        # Only the law knows the surface temperature behind a given flux.
        face = [np.take(x, [-1 if end else 0], axis=k) for x in (q, lag)]
        resistance = np.take(flow.face_resistance(axis), [-1 if end else 0], axis=axis)
        ends.append(site + (-1 if end else 1) * (resistance * face[0] + face[1]))
    left = np.concatenate([ends[0], temperature], axis=k)
    right = np.concatenate([temperature, ends[1]], axis=k)
    return left, right


def _rates(flow: HeatFlow, axis: int, rate: RealField) -> tuple[RealField, RealField]:
    k = axis + 1
    if flow.grid.axes[axis].periodic:
        return rate, np.roll(rate, -1, axis=k)
    left = np.concatenate([np.take(rate, [0], axis=k), rate], axis=k)
    right = np.concatenate([rate, np.take(rate, [-1], axis=k)], axis=k)
    return left, right


def _to_sites(density: RealField, k: int, periodic: bool) -> RealField:
    """Half of every face to each cell its path crosses; an outer face has one cell only."""
    if periodic:
        return 0.5 * (density + np.roll(density, 1, axis=k))
    n = density.shape[k]
    weight = np.full(n, 0.5)
    weight[[0, -1]] = 1.0
    weighted = density * weight.reshape([-1 if j == k else 1 for j in range(density.ndim)])
    result: RealField = np.take(weighted, range(n - 1), axis=k)
    result += np.take(weighted, range(1, n), axis=k)
    return result


def _middle(stored: RealField) -> RealField:
    result: RealField = 0.5 * (stored[1:] + stored[:-1])
    return result
