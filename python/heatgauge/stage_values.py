"""Boundary values at the stages of time steps."""

from __future__ import annotations

import functools
from collections.abc import Collection

import numpy as np

from heatgauge import _core
from heatgauge.arguments import RealField
from heatgauge.errors import NumericalError
from heatgauge.heat_problem import Problem
from heatgauge.jumps import largest_jump
from heatgauge.side_values import Side, values_at_each

_JUMP = 1e-6  # of the range of the values of a side, that of one moment to the next


class StageValues:
    """Finds the values of the sides of a problem at stage times.

    Stages are less accurate than steps: T of a cell beside a wall of given temperature v follows
    not v(t + c dt) but v + c dt ∂ₜv + (Σ a c) dt² ∂ₜ²v. The difference, (c²/2 − Σ a c)dt²∂ₜ²v, is
    nothing to T, but the flux through the half cell between, κ/(h/2) times that, would be of first
    order under the midpoint rule. Stages therefore meet v less this difference, with ∂ₜ²v from the
    ends and the middle of the step. Under the midpoint rule that is the mean of the two ends, which
    given fluxes are taken by as well: with it the quadratic entropy balance closes to rounding
    whatever the sides do. Where a side jumps during the run it stays the value at the stage: a
    jump at the end of a step belongs to the next one.
    """

    def __init__(self, problem: Problem, walls: Collection[tuple[int, int]]) -> None:
        self._problem, self._walls = problem, walls
        self._smooth = {
            (side.axis, side.end)
            for side in problem.sides
            if side.values.constant is None
            and (side.axis, side.end) not in walls
            and _is_smooth(side, problem.times)
        }

    def rows(
        self, side: Side, at: RealField, edges: RealField, scheme: str, step: int
    ) -> RealField:
        """Return what a side says at the stage times ``at``.

        ``edges`` are the times between which the steps lie, ``step`` the number of the first.
        """
        late = _lateness(scheme)
        rows = values_at_each(side.values.at, at, step, late.size)
        if (side.axis, side.end) not in self._smooth or not late.any():
            return rows
        if late.size > 1 and side.prescribed:  # its flux has no lever
            return rows
        ends = values_at_each(side.values.at, edges, step, 1)
        if late.size == 1:  # amid the step, where the sum below is the mean of the ends
            return np.asarray(0.5 * (ends[1:] + ends[:-1]))
        amid = values_at_each(side.values.at, 0.5 * (edges[1:] + edges[:-1]), step, 1)
        bend = np.repeat(4 * (ends[1:] - 2 * amid + ends[:-1]), late.size, axis=0)
        share = np.tile(late, edges.size - 1).reshape(-1, *[1] * (rows.ndim - 1))
        return np.asarray(rows + share * bend)


def _is_smooth(side: Side, times: RealField) -> bool:
    try:
        size, whole = largest_jump(side, times)
    except NumericalError:  # the run will meet it, and say in which step
        return False
    return size <= _JUMP * whole


@functools.cache
def _lateness(scheme: str) -> RealField:
    """Σ a c − c²/2 of every stage.

    0 for a rule of first order, and for the one of fronts: its laws have inertia, which takes the
    lever away, and its stages would overshoot where a wall turns within a step.
    """
    a, b, c = (np.asarray(x) for x in _core.time_scheme(scheme))
    late = a @ c - 0.5 * c**2
    first_order = abs(b @ c - 0.5) > 1e-12
    return np.asarray(0 * late if first_order or scheme == "l-stable fronts" else late)
