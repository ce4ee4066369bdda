"""Flux, temperatures and lag on the faces of a heat flow, between its output times."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

import numpy as np

from heatgauge.arguments import RealField

if TYPE_CHECKING:
    from heatgauge.heat_flow import HeatFlow


class EntropyFaces:
    """What the faces normal to one axis exchange, at mid-times: shapes (nt − 1, *faces).

    The path of a face joins the sites on its two sides; at an outer face it is half a cell, from
    the site to the surface. Its temperature is given by the boundary, or else by the law.
    """

    def __init__(self, flow: HeatFlow, axis: int) -> None:
        self._flow, self._axis = flow, axis
        self.spacing = flow.grid.spacing[axis]
        self.periodic = flow.grid.axes[axis].periodic
        self.inductance = flow.face_inductance(axis)
        self.step = np.diff(flow.times).reshape(-1, *[1] * flow.grid.dimensions)
        self.flux = middle(flow.flux[axis])
        # ∫∂ₜA·dl along the path
        self.lag = self.inductance * np.diff(flow.flux[axis], axis=0) / self.step

    @functools.cached_property
    def ends(self) -> tuple[RealField, RealField]:
        """T at the start and the end of every path."""
        site = middle(self._flow.temperature)
        return self._joined(site, (self._surface(site, 0), self._surface(site, 1)))

    @property
    def drop(self) -> RealField:
        """T(start) − T(end)."""
        return self.ends[0] - self.ends[1]

    @functools.cached_property
    def product(self) -> RealField:
        """T² of a face at the output times, (nt, *faces): the product of its two sites.

        Outer faces take the surface, where the boundary gives it, and else their site twice.
        """
        site = self._flow.temperature
        left, right = self._joined(site, (self._known(site, 0), self._known(site, 1)))
        return left * right

    @property
    def growth(self) -> RealField:
        """∂ₜT/T of a face."""
        rate: RealField = 0.5 * np.diff(np.log(self.product), axis=0) / self.step
        return rate

    def rate(self, stored: RealField) -> RealField:
        """∂ₜ of what is known at the output times."""
        return np.diff(stored, axis=0) / self.step

    def to_sites(self, density: RealField) -> RealField:
        """Half of every face to each cell its path crosses; an outer face has one cell only."""
        k = self._axis + 1
        if self.periodic:
            return 0.5 * (density + np.roll(density, 1, axis=k))
        n = density.shape[k]
        weight = np.full(n, 0.5)
        weight[[0, -1]] = 1.0
        weighted = density * weight.reshape([-1 if j == k else 1 for j in range(density.ndim)])
        result: RealField = np.take(weighted, range(n - 1), axis=k)
        result += np.take(weighted, range(1, n), axis=k)
        return result

    def on_faces(self, start: RealField, end: RealField) -> RealField:
        """Mean of the two ends of a path; at an outer face the value on the surface."""
        mean = 0.5 * (start + end)
        if not self.periodic:
            k = self._axis + 1
            first: list[slice | int] = [slice(None)] * mean.ndim
            last = list(first)
            first[k], last[k] = 0, -1
            mean[tuple(first)] = start[tuple(first)]
            mean[tuple(last)] = end[tuple(last)]
        return mean

    def divergence(self, flux: RealField) -> RealField:
        """∇· along this axis of a flux on the faces, on sites."""
        k = self._axis + 1
        if self.periodic:
            return (flux - np.roll(flux, 1, axis=k)) / self.spacing
        return np.diff(flux, axis=k) / self.spacing

    def _joined(
        self, site: RealField, surfaces: tuple[RealField, RealField]
    ) -> tuple[RealField, RealField]:
        k = self._axis + 1
        if self.periodic:
            return site, np.roll(site, -1, axis=k)
        left = np.concatenate([surfaces[0], site], axis=k)
        return left, np.concatenate([site, surfaces[1]], axis=k)

    def _surface(self, site: RealField, end: int) -> RealField:
        """T on an outer side at mid-times; behind a given flux only the law knows it."""
        k, where = self._axis + 1, -1 if end else 0
        stored = self._flow.surface_temperature.get((self._axis, end))
        if stored is not None:
            return np.expand_dims(middle(stored), k)
        if self.periodic:
            return site
        resistance = np.take(self._flow.face_resistance(self._axis), [where], axis=self._axis)
        q, lag = (np.take(x, [where], axis=k) for x in (self.flux, self.lag))
        return np.take(site, [where], axis=k) + (-1 if end else 1) * (resistance * q + lag)

    def _known(self, site: RealField, end: int) -> RealField:
        k = self._axis + 1
        stored = self._flow.surface_temperature.get((self._axis, end))
        if stored is not None:
            return np.expand_dims(stored, k)
        return np.take(site, [-1 if end else 0], axis=k)


def middle(stored: RealField) -> RealField:
    """Return the mean of neighbouring output times."""
    result: RealField = 0.5 * (stored[1:] + stored[:-1])
    return result
