"""Boundary values and sources of a run of classical heat, laid out for the core."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping

import numpy as np

from heatgauge import _core
from heatgauge.arguments import RealField
from heatgauge.fields import envelope_value
from heatgauge.front_spread import Ramp
from heatgauge.heat_problem import Problem
from heatgauge.side_values import Side, flat, values_at_each
from heatgauge.stage_values import StageValues
from heatgauge.wall_stress import WallStress

# Numbers in the tables of one call into the core (8 MB), and the most steps it may make: enough to
# make the call itself free, few enough to answer to Ctrl-C in callables and to report progress.
_TABLE = 1 << 20
_STEPS = 1 << 14
_NOTHING = np.zeros(0)

Place = tuple[int, int]  # axis and end of a side


class HeatDrives:
    """Fills the drives of one run; ``walls`` are the sides whose values a nonlocal law works out.

    ``ramps`` are what is left to come of boundary values that jump, where they are spread.
    """

    def __init__(self, problem: Problem, walls: Mapping[Place, WallStress]) -> None:
        self._problem, self._walls = problem, walls
        self._stages = StageValues(problem, walls)
        self.ramps: list[Ramp] = []

    def chunks(self, count: int, stages: int) -> Iterator[tuple[int, int]]:
        """Ranges of steps whose tables fit in memory; one range where nothing varies in time."""
        widest = 1
        if not self._problem.source.is_separable:
            widest = self._problem.grid.size
        for side in self._problem.sides:
            uniform = side.values.uniform and not self._ramps_of(side)
            if (side.axis, side.end) in self._walls or not (uniform or self._steady(side)):
                widest = max(widest, int(np.prod(side.values.shape)))
        size = max(1, min(_STEPS, _TABLE // (stages * widest))) if self.vary else count
        for begin in range(0, count, size):
            yield begin, min(begin + size, count)

    @property
    def vary(self) -> bool:
        """Whether a source or a boundary value depends on time."""
        sides = (not self._steady(side) for side in self._problem.sides)
        return bool(self._walls) or not self._problem.source.is_static or any(sides)

    def fill(
        self,
        drive: _core.HeatDrive,
        at: RealField,
        edges: RealField,
        scheme: str,
        first: bool,
        step: int,
    ) -> None:
        """Put the boundary values and sources at the stage times ``at`` into the drive.

        ``edges`` are the times between which the steps lie, ``step`` the number of the first.
        """
        stages = max(1, at.size // max(1, edges.size - 1))
        for side in self._problem.sides:
            if (side.axis, side.end) in self._walls:
                continue
            if self._steady(side):
                if first:
                    drive.set_side(side.axis, side.end, flat(side.values.constant), 1)
                continue
            rows = self._less_ramps(side, at, self._stages.rows(side, at, edges, scheme, step))
            drive.set_side(side.axis, side.end, flat(rows), at.size)
        source = self._problem.source
        if source.is_zero or (source.is_static and not first):
            return
        drive.clear_sources()
        if not source.is_separable:
            drive.add_source(flat(values_at_each(source.at, at, step, stages)), at.size, _NOTHING)
            return
        if source.static is not None:
            drive.add_source(flat(source.static), 1, _NOTHING)
        for profile, envelope in source.drives:
            checked = functools.partial(envelope_value, source.name, envelope)
            amplitudes = values_at_each(checked, at, step, stages)
            drive.add_source(flat(profile), 1, flat(amplitudes))

    def at(self, t: float, step: int, given: Mapping[Place, RealField]) -> _core.HeatDrive:
        """Boundary values at one time; those in ``given`` replace what the sides say."""
        drive = _core.HeatDrive(self._problem.grid.core)
        for side in self._problem.sides:
            where = (side.axis, side.end)
            if where in given:
                table = given[where]
            elif where in self._walls:
                table = values_at_each(self._walls[where].pressure, np.array([t]), step, 1)
            else:
                now = np.array([t])
                table = self._less_ramps(side, now, values_at_each(side.values.at, now, step, 1))
            drive.set_side(side.axis, side.end, flat(table), 1)
        return drive

    def leap(self, side: Side, t: float, flux: list[RealField], circuit: _core.FaceCircuit) -> bool:
        """Add the impulse that a nonlocal law gets from a side that jumps at ``t``, if it does."""
        wall = self._walls.get((side.axis, side.end))
        if wall is not None:
            inertia = circuit.inductance(side.axis).reshape(flux[side.axis].shape)
            wall.leap(t, flux[side.axis], inertia)
        return wall is not None

    def still_to_come(self, side: Side, t: float) -> RealField | float:
        """What the ramps of a side hold back at ``t``."""
        return sum((ramp.rest(t) for ramp in self._ramps_of(side)), 0.0)

    def _ramps_of(self, side: Side) -> list[Ramp]:
        return [ramp for ramp in self.ramps if ramp.side is side]

    def _steady(self, side: Side) -> bool:
        return side.values.constant is not None and not self._ramps_of(side)

    def _less_ramps(self, side: Side, at: RealField, rows: RealField) -> RealField:
        if not self._ramps_of(side):
            return rows
        rows = rows.reshape(at.size, -1)
        held = [np.broadcast_to(self.still_to_come(side, t), side.values.shape).ravel() for t in at]
        return np.asarray(rows - np.array(held))
