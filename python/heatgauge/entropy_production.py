"""Entropy production of a heat flow, by differences of its stored temperature and flux."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from heatgauge.arguments import RealField
from heatgauge.quadratic_entropy import middle, quadratic_production, to_sites

if TYPE_CHECKING:
    from heatgauge.heat_flow import HeatFlow


def entropy_production(flow: HeatFlow, form: str) -> RealField:
    """Return σ at mid-times on sites, shape (nt − 1, *shape); see HeatFlow.entropy_production."""
    if form == "quadratic":
        return quadratic_production(flow)
    times = flow.times
    total = np.zeros((times.size - 1, *flow.grid.shape))
    temperature = middle(flow.temperature)
    change = np.diff(flow.temperature, axis=0)
    if not (flow.temperature > 0).all():
        index = tuple(int(i) for i in np.argwhere(~(flow.temperature > 0))[0])
        raise ValueError(
            f"Argument `form` must be 'quadratic' where T is not positive, but is {form!r} and "
            f"T = {flow.temperature[index]!r} at {index}."
        )
    for axis in range(flow.grid.dimensions):
        density = _on_faces(flow, axis, form, temperature, change)
        total += to_sites(density, axis + 1, flow.grid.axes[axis].periodic)
    return total


def _on_faces(
    flow: HeatFlow, axis: int, form: str, temperature: RealField, change: RealField
) -> RealField:
    """σ·(path/h) of every face: its two halves belong to the two cells the path lies in."""
    h = flow.grid.spacing[axis]
    step = np.diff(flow.times).reshape(-1, *[1] * flow.grid.dimensions)
    flux = flow.flux[axis]
    q = middle(flux)
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
            ends.append(np.expand_dims(middle(stored), k))
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
