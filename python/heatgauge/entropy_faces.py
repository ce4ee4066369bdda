"""Flux, temperatures and inertia on the faces of a heat flow, at and between its output times."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import numpy as np

from heatgauge.arguments import RealField

if TYPE_CHECKING:
    from heatgauge.heat_flow import HeatFlow


class EntropyFaces:
    """What the faces normal to one axis exchange; shapes (nt, *faces), or nt − 1 at mid-times.

    The path of a face joins the sites on its two sides; at an outer face it is half a cell, from
    the site to the surface. Its temperature is given by the boundary. Behind a given flux only the
    law knows it, T(site) ± ∫(q/κ + ∂ₜA)·dl; where conductors without inertia lie beside those with
    it, that would need the history of both, and the half cell counts as a mere resistance.
    """

    def __init__(self, flow: HeatFlow, axis: int) -> None:
        self._flow, self._axis = flow, axis
        self.spacing = flow.grid.spacing[axis]
        self.periodic = flow.grid.axes[axis].periodic
        self.step = np.diff(flow.times).reshape(-1, *[1] * flow.grid.dimensions)
        # One row, or one for each output time where the coefficients depend on temperature.
        shape = (-1, *flow.grid.face_shape(axis))
        inertia, shunt = flow.face_branch(axis)
        self.inertia, self._shunt = np.array(inertia).reshape(shape), shunt.reshape(shape)
        for end in self._unknown_ends():
            at = self._outer(end)
            self.inertia[at] = np.where(self._shunt[at] > 0, 0.0, self.inertia[at])
        self.flux = middle(flow.flux[axis])

    @functools.cached_property
    def stored_ends(self) -> tuple[RealField, RealField]:
        """T at both ends of every path at the output times; ∂ₜA of a surface left out."""
        site, k = self._flow.temperature, self._axis + 1
        if self.periodic:
            return site, np.roll(site, -1, axis=k)
        surface = [self._surface(end) for end in (0, 1)]
        left = np.concatenate([surface[0], site], axis=k)
        return left, np.concatenate([site, surface[1]], axis=k)

    @functools.cached_property
    def ends(self) -> tuple[RealField, RealField]:
        """T at the start and the end of every path at mid-times."""
        left, right = middle(self.stored_ends[0]), middle(self.stored_ends[1])
        for end in self._unknown_ends():
            at = self._outer(end)
            (right if end else left)[at] += (-1 if end else 1) * self.lag[at]
        return left, right

    @property
    def drop(self) -> RealField:
        """T(start) − T(end) at mid-times."""
        return self.ends[0] - self.ends[1]

    @functools.cached_property
    def stored_inertial(self) -> RealField:
        """The part of the flux that has inertia, q_M = q − G ΔT, at the output times."""
        q = self._flow.flux[self._axis]
        if not self._shunt.any():
            return q
        return q - self._shunt * (self.stored_ends[0] - self.stored_ends[1])

    @property
    def inertial(self) -> RealField:
        """q_M at mid-times."""
        return middle(self.stored_inertial)

    @property
    def lag(self) -> RealField:
        """∫∂ₜ(Λ_M q_M)·dl along the path at mid-times."""
        return self.rate(self.inertia * self.stored_inertial)

    @property
    def inertia_rate(self) -> RealField:
        """∂ₜ∫Λ_M dl at mid-times: zero unless Λ depends on temperature."""
        return self.rate(np.broadcast_to(self.inertia, self.stored_inertial.shape))

    @property
    def product(self) -> RealField:
        """T² of a face at the output times: the product of its two ends."""
        return self.stored_ends[0] * self.stored_ends[1]

    def rate(self, stored: RealField) -> RealField:
        """∂ₜ at mid-times of what is known at the output times."""
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
            first, last = self._outer(0), self._outer(1)
            mean[first], mean[last] = start[first], end[last]
        return mean

    def divergence(self, flux: RealField) -> RealField:
        """∇· along this axis of a flux on the faces, on sites."""
        k = self._axis + 1
        if self.periodic:
            return (flux - np.roll(flux, 1, axis=k)) / self.spacing
        return np.diff(flux, axis=k) / self.spacing

    def _outer(self, end: int) -> Any:
        """Index of the faces of an outer side."""
        return (slice(None),) * (self._axis + 1) + (-1 if end else 0,)

    def _unknown_ends(self) -> list[int]:
        if self.periodic:
            return []
        return [end for end in (0, 1) if (self._axis, end) not in self._flow.surface_temperature]

    def _surface(self, end: int) -> Any:
        """T on an outer side at the output times, with the axis kept; of resistances alone."""
        k, at = self._axis + 1, -1 if end else 0
        if end not in self._unknown_ends():
            return np.expand_dims(self._flow.surface_temperature[self._axis, end], k)
        # All conductors of the half cell side by side take the given flux.
        resistance = self._flow.face_resistance(self._axis).reshape(-1, *self._shunt.shape[1:])
        resistance = np.take(resistance, [at], axis=k)
        with np.errstate(divide="ignore"):
            shunt = np.take(self._shunt, [at], axis=k)
            resistance = 1 / (shunt + np.divide(1, resistance))
        q = np.take(self._flow.flux[self._axis], [at], axis=k)
        return np.take(self._flow.temperature, [at], axis=k) + (-1 if end else 1) * resistance * q


def middle(stored: RealField) -> RealField:
    """Return the mean of neighbouring output times."""
    result: RealField = 0.5 * (stored[1:] + stored[:-1])
    return result
