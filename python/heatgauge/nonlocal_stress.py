"""The stresses of Guyer and Krumhansl's law in a stored heat flow, by differences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from heatgauge.arguments import RealField
from heatgauge.wall_stress import at_wall, positive_at_wall

if TYPE_CHECKING:
    from heatgauge.heat_flow import HeatFlow


class NonlocalStress:
    """P = 3μ∇·q on sites and μ∇×q on edges at mid-times, and what they do.

    The law is Λ∂ₜq + q/κ = −∇(T − P) − ∇×(μ∇×q). Walls that slip have ∇×q = 0, others hold the
    flux along them at zero; at walls of given temperature P is what the run has put there.
    """

    def __init__(self, flow: HeatFlow) -> None:
        self._flow, self._grid = flow, flow.grid
        self._mu = flow.law.nonlocality(flow.grid)
        self._flux = [0.5 * (q[1:] + q[:-1]) for q in flow.flux]
        self._divergence = sum(self._difference(q, k) for k, q in enumerate(self._flux))
        self._curl = {
            (a, b): self._edges(a, b) for b in range(flow.grid.dimensions) for a in range(b)
        }

    def force(self, axis: int) -> RealField:
        """∫[∇P − ∇×(μ∇×q)]·dl along the path of every face."""
        pressure = 3 * self._mu * self._divergence
        k, h = axis + 1, self._grid.spacing
        if self._grid.axes[axis].periodic:
            total: RealField = np.roll(pressure, -1, axis=k) - pressure
        else:
            walls = [self.at_wall(axis, end, pressure) for end in (0, 1)]
            total = np.diff(np.concatenate([walls[0], pressure, walls[1]], axis=k), axis=k)
        share = np.ones(total.shape[k])
        if not self._grid.axes[axis].periodic:
            share[[0, -1]] = 0.5  # the path is half as long
        share = share.reshape([-1 if j == k else 1 for j in range(total.ndim)])
        for (a, b), (mu, curl) in self._curl.items():
            if axis in (a, b):
                other, sign = (b, -1.0) if axis == a else (a, 1.0)
                change = self._difference(mu * curl, other)
                total = total + sign * h[axis] * share * change
        return total

    def loss(self) -> RealField:
        """3μ(∇·q)² + μ|∇×q|² on sites."""
        total: RealField = 3 * self._mu * self._divergence**2
        for (a, b), (mu, curl) in self._curl.items():
            density = mu * curl**2
            for axis in (a, b):
                density = self._mean(density, axis)
            total = total + density
        return total

    def _edges(self, a: int, b: int) -> tuple[RealField, RealField]:
        """μ and ω = ∂_a q_b − ∂_b q_a on the edges of a plane."""
        mu = self._mu[np.newaxis]
        curl: Any = 0.0
        for axis, flux, sign in ((a, self._flux[b], 1.0), (b, self._flux[a], -1.0)):
            k, h = axis + 1, self._grid.spacing[axis]
            if self._grid.axes[axis].periodic:
                curl = curl + sign * (np.roll(flux, -1, axis=k) - flux) / h
                mu = 0.5 * (mu + np.roll(mu, -1, axis=k))
                continue
            first, last = np.take(flux, [0], axis=k), np.take(flux, [-1], axis=k)
            slope = np.diff(np.concatenate([-first, flux, -last], axis=k), axis=k) / h
            curl = curl + sign * slope
            ends = [np.take(mu, [0], axis=k), mu, np.take(mu, [-1], axis=k)]
            mu = _halfway(np.concatenate(ends, axis=k), k)
        whole = np.asarray(curl)
        if not self._flow.law.no_slip:
            for axis in (a, b):
                if not self._grid.axes[axis].periodic:
                    np.moveaxis(whole, axis + 1, 0)[[0, -1]] = 0.0
        return mu, whole

    def _difference(self, values: RealField, axis: int) -> RealField:
        """Derivative along an axis, from its faces to its cells."""
        k, h = axis + 1, self._grid.spacing[axis]
        if self._grid.axes[axis].periodic:
            return (values - np.roll(values, 1, axis=k)) / h
        result: RealField = np.diff(values, axis=k) / h
        return result

    def _mean(self, values: RealField, axis: int) -> RealField:
        """Mean along an axis, from its faces to its cells."""
        k = axis + 1
        if self._grid.axes[axis].periodic:
            return 0.5 * (values + np.roll(values, 1, axis=k))
        return _halfway(values, k)

    def at_wall(self, axis: int, end: int, pressure: RealField | None = None) -> Any:
        """P = 3μ(Q − C∂ₜT) on a wall whose T is known; continued from ``pressure`` elsewhere."""
        stored = self._flow.surface_stress.get((axis, end))
        if stored is None:
            assert pressure is not None
            return np.expand_dims(at_wall(pressure, axis + 1, end), axis + 1)
        capacity = self._flow.law.capacity(self._grid)
        heat = 3 * positive_at_wall(self._mu, axis, end) * positive_at_wall(capacity, axis, end)
        step = np.diff(self._flow.times).reshape(-1, *[1] * heat.ndim)
        rate = np.diff(self._flow.surface_temperature[axis, end], axis=0) / step
        return np.expand_dims(0.5 * (stored[1:] + stored[:-1]) - heat * rate, axis + 1)


def _halfway(values: RealField, k: int) -> RealField:
    """Mean of neighbours along an axis."""
    low, high = (np.moveaxis(values, k, 0)[part] for part in (slice(None, -1), slice(1, None)))
    return np.moveaxis(0.5 * (low + high), 0, k)
