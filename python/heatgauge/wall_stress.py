"""What a wall of given temperature does to a nonlocal heat flux."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from heatgauge.arguments import RealField
from heatgauge.grid import Grid
from heatgauge.side_values import Side


class WallStress:
    """The normal stress P = 3μ∇·q at a side whose flux is not given, where ∇·q = Q − C∂ₜT.

    The flux at the wall answers to T − P there. Q, C and μ are continued from the two cells next to
    the wall, second order in the spacing. ∂ₜT is the change of the wall temperature over each step
    divided by the step, so that no value is ever differentiated and a jump gives exactly the
    impulse that it has in the law; one at the start, against T0, sets off the flux at once. Behind
    a surface resistance R the wall has the temperature v − R q, whose change adds the inertia
    ``inductance`` to the circuit of the side.
    """

    def __init__(
        self,
        side: Side,
        grid: Grid,
        capacity: RealField,
        mu: RealField,
        source: Callable[[float], Any],
    ) -> None:
        self.side, self._source = side, source
        self._viscosity = 3 * positive_at_wall(mu, side.axis, side.end)
        self._heat = self._viscosity * positive_at_wall(capacity, side.axis, side.end)
        self._last: RealField | None = None
        self._rate: Any = 0.0

    @property
    def inductance(self) -> RealField | None:
        """3μC·R of the wall, what a surface resistance makes of it; None without one."""
        extra = self.side.surface_resistance
        return None if extra is None else np.ascontiguousarray(self._heat * extra).reshape(-1)

    def start(self, t: float, temperature: RealField, flux: RealField, inertia: RealField) -> None:
        """Set the wall to its first value, with the impulse that this gives to ``flux``."""
        at = -1 if self.side.end else 0
        inward = np.moveaxis(flux, self.side.axis, 0)[at, ...]
        sign = -1.0 if self.side.end else 1.0
        wall = at_wall(temperature, self.side.axis, self.side.end)
        if self.side.surface_resistance is not None:
            wall = wall + self.side.surface_resistance * sign * inward
        self._last = np.broadcast_to(self.side.values.at(t), self.side.values.shape)
        inertia = np.moveaxis(inertia, self.side.axis, 0)[at, ...]
        moved = inertia > 0
        impulse = self._heat * (self._last - wall)
        inward[...] += sign * np.where(moved, impulse / np.where(moved, inertia, 1.0), 0.0)
        self._last = np.where(moved, self._last, wall)
        self._rate = 0.0

    def leap(self, t: float, flux: RealField, inertia: RealField) -> None:
        """Give ``flux`` the impulse of a jump to the value at ``t``."""
        inward = np.moveaxis(flux, self.side.axis, 0)[-1 if self.side.end else 0, ...]
        sign = -1.0 if self.side.end else 1.0
        now = np.broadcast_to(self.side.values.at(t), self.side.values.shape)
        inertia = np.moveaxis(inertia, self.side.axis, 0)[-1 if self.side.end else 0, ...]
        moved = inertia > 0
        assert self._last is not None
        impulse = self._heat * (now - self._last)
        inward[...] += sign * np.where(moved, impulse / np.where(moved, inertia, 1.0), 0.0)
        self._last = np.where(moved, now, self._last)

    def rows(self, edges: RealField, stages: RealField) -> RealField:
        """Return v − P for every stage; ``edges`` are the times between which the steps lie.

        ``stages`` holds the stage times, (steps, stages per step).
        """
        rows = []
        for end, step, times in zip(edges[1:], np.diff(edges), stages, strict=True):
            now = np.broadcast_to(self.side.values.at(float(end)), self.side.values.shape)
            assert self._last is not None
            self._rate = (now - self._last) / step
            self._last = now
            rows += [self.pressure(float(t)) for t in times]
        return np.array(rows)

    def pressure(self, t: float) -> RealField:
        """Return v − P at ``t``, with the change of v over the latest step."""
        return np.asarray(self.side.values.at(t) - self.source_stress(t) + self._heat * self._rate)

    def source_stress(self, t: float) -> RealField:
        """Return 3μQ at ``t``, what P is while the temperature of the wall is constant."""
        heat = np.asarray(self._source(t))
        wall = at_wall(heat, self.side.axis, self.side.end) if heat.ndim else heat
        return np.asarray(self._viscosity * wall)


def at_wall(values: RealField, axis: int, end: int) -> RealField:
    """Return values on the wall from a line through the two cells next to it."""
    near, next_ = _pair(values, axis, end)
    result: RealField = 1.5 * near - 0.5 * next_
    return result


def continued_to_wall(values: RealField, axis: int, end: int) -> RealField:
    """The same from the parabola through three cells, of third order: slopes take it over h/2."""
    if values.shape[axis] < 3:
        return at_wall(values, axis, end) if values.shape[axis] > 1 else np.take(values, 0, axis)
    first, second, third = (-1, -2, -3) if end else (0, 1, 2)
    a, b, c = (np.take(values, k, axis=axis) for k in (first, second, third))
    result: RealField = (15 * a - 10 * b + 3 * c) / 8
    return result


def positive_at_wall(values: RealField, axis: int, end: int) -> RealField:
    """The same geometrically, which stays positive; not across a jump of more than a quarter."""
    near, next_ = _pair(values, axis, end)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = near / next_
    smooth = (ratio > 0.8) & (ratio < 1.25)
    result: RealField = near * np.sqrt(np.where(smooth, ratio, 1.0))
    return result


def _pair(values: RealField, axis: int, end: int) -> tuple[RealField, RealField]:
    first, second = (-1, -2) if end else (0, 1)
    return np.take(values, first, axis=axis), np.take(values, second, axis=axis)
