"""The stresses of Guyer and Krumhansl's law in a stored heat flow, by differences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from heatgauge.arguments import RealField
from heatgauge.wall_stress import positive_at_wall

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
        """∫[∇P − ∇×(μ∇×q)]·dl along the path of every face; zero behind a given flux."""
        start, end = self.pressure_ends(axis)
        return end - start + self._curl_force(axis)

    def pressure_ends(self, axis: int) -> tuple[RealField, RealField]:
        """P at the start and the end of the path of every face.

        On an outer side whose temperature is unknown it is what leaves no force on the given flux.
        """
        pressure, k = 3 * self._mu * self._divergence, axis + 1
        if self._grid.axes[axis].periodic:
            return pressure, np.roll(pressure, -1, axis=k)
        walls, curl = [], self._curl_force(axis)
        for end, at in ((0, 0), (1, -1)):
            if (axis, end) in self._flow.surface_stress:
                walls.append(self.at_wall(axis, end))
            else:
                near, turned = np.take(pressure, [at], axis=k), np.take(curl, [at], axis=k)
                walls.append(near - turned if end else near + turned)
        start = np.concatenate([walls[0], pressure], axis=k)
        return start, np.concatenate([pressure, walls[1]], axis=k)

    def _curl_force(self, axis: int) -> RealField:
        """−∫∇×(μ∇×q)·dl along the path of every face."""
        k, h = axis + 1, self._grid.spacing
        total = np.zeros_like(self._flux[axis])
        share = np.ones(total.shape[k])
        if not self._grid.axes[axis].periodic:
            share[[0, -1]] = 0.5  # the path is half as long
        share = share.reshape([-1 if j == k else 1 for j in range(total.ndim)])
        for (a, b), (mu, curl) in self._curl.items():
            if axis in (a, b):
                other, sign = (b, -1.0) if axis == a else (a, 1.0)
                total += sign * h[axis] * share * self._difference(mu * curl, other)
        return total

    def curl_flux(self, axis: int) -> RealField:
        """The part of μ(∇×q)×q that passes the faces of an axis: mean over the edges of a face."""
        total = np.zeros_like(self._flux[axis])
        for (a, b), (mu, curl) in self._curl.items():
            if axis in (a, b):
                other, sign = (b, -1.0) if axis == a else (a, 1.0)
                total += sign * self._mean(mu * curl * self._along(other, axis), other)
        return total

    def _along(self, axis: int, across: int) -> RealField:
        """q along an axis on the edges between neighbours ``across``; zero on walls.

        So it is on walls that hold it; where they slip ∇×q is zero, and this does not matter.
        """
        flux, k = self._flux[axis], across + 1
        if self._grid.axes[across].periodic:
            return 0.5 * (flux + np.roll(flux, -1, axis=k))
        first, last = np.take(flux, [0], axis=k), np.take(flux, [-1], axis=k)
        return _halfway(np.concatenate([-first, flux, -last], axis=k), k)

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

    def at_wall(self, axis: int, end: int) -> Any:
        """P = 3μ(Q − C∂ₜT) on a wall whose T is known."""
        stored = self._flow.surface_stress[axis, end]
        capacity = self._flow.law.capacity(self._grid)
        heat = 3 * positive_at_wall(self._mu, axis, end) * positive_at_wall(capacity, axis, end)
        step = np.diff(self._flow.times).reshape(-1, *[1] * heat.ndim)
        rate = np.diff(self._flow.surface_temperature[axis, end], axis=0) / step
        return np.expand_dims(0.5 * (stored[1:] + stored[:-1]) - heat * rate, axis + 1)


def _halfway(values: RealField, k: int) -> RealField:
    """Mean of neighbours along an axis."""
    low, high = (np.moveaxis(values, k, 0)[part] for part in (slice(None, -1), slice(1, None)))
    return np.moveaxis(0.5 * (low + high), 0, k)
