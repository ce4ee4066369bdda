"""Where and when the data of a run of classical heat jump, and what is done to the fronts."""

from __future__ import annotations

import math
import warnings
from typing import Any

import numpy as np

from heatgauge import _core
from heatgauge.arguments import RealField
from heatgauge.enthalpy import Enthalpy
from heatgauge.errors import AccuracyWarning
from heatgauge.front_spread import FrontSpread, Marks, Ramp
from heatgauge.heat_drive import HeatDrives
from heatgauge.heat_problem import Problem
from heatgauge.jumps import Jump, jumps_in_space, jumps_in_time, sides_off_start
from heatgauge.side_values import Side, flat

NEAR = 1e-9  # of an interval: jumps so near its ends are at its ends
_ROUNDINGS = 16  # of the times, within which moments are the same whatever the interval
_RESOLVED = 4.0  # cells a front has to cross for its height and place to be seen


def near(problem: Problem, interval: float) -> float:
    """How far apart two moments within an interval, or two steps, are still taken as one."""
    latest = float(np.max(np.abs(problem.times)))
    return max(NEAR * interval, _ROUNDINGS * float(np.spacing(latest)))


class JumpSpread:
    """Spreads each jump of a problem when a run comes to it.

    ``capacity`` and ``circuit`` are those at the start, surface resistances included.
    """

    def __init__(
        self,
        problem: Problem,
        fronts: FrontSpread,
        drives: HeatDrives,
        capacity: RealField,
        circuit: _core.FaceCircuit,
        enthalpy: Enthalpy | None,
    ) -> None:
        self._problem, self._fronts, self._drives = problem, fronts, drives
        self._capacity, self._circuit, self._enthalpy = capacity, circuit, enthalpy
        self._in_space = jumps_in_space(problem)
        # A nonlocal law works out for itself what a wall behind a resistance does.
        nonlocal_law = problem.law.nonlocality(problem.grid).size > 0

        def followed(jump: Jump) -> bool:
            return jump.side is None or jump.side.surface_resistance is None or not nonlocal_law

        self._at_start = [jump for jump in sides_off_start(problem) if followed(jump)]
        self._later = [jump for jump in jumps_in_time(problem) if followed(jump)]
        end = float(problem.times[-1])
        whole = near(problem, end - float(problem.times[0]))
        # What jumps at the last time of all sends nothing out.
        self._sent = [jump for jump in self._later if jump.after < end - whole]
        self._done = 0
        self.acted = False  # whether anything was spread since this was last set

    @property
    def any(self) -> bool:
        """Whether anything jumps that sends out a front."""
        return self._at_once or bool(self._sent)

    def _run(self, now: float) -> float:
        return float(self._problem.times[-1]) - now

    @property
    def _at_once(self) -> bool:
        return bool(self._in_space.words or self._in_space.source or self._at_start)

    @property
    def _first(self) -> float:
        return float(self._problem.times[0]) if self._at_once else self._sent[0].after

    def words(self) -> str:
        """How wide fronts are made, for the description of the method."""
        width, crossed = self._fronts.cells(self._run(self._first))
        return f"fronts spread to σ = {width} of the {crossed} cells they cross"

    def warn_of_short_run(self) -> None:
        """Warn if fronts cross so few cells that the run cannot show them."""
        crossed = self._fronts.most_crossed(self._run(self._first))
        if crossed < _RESOLVED:
            warnings.warn(
                f"Fronts cross {crossed:.2g} cells in the whole run, which do not resolve them: "
                f"T near them is off by a third of their height. Use at least "
                f"{math.ceil(_RESOLVED / crossed):d} times as many cells along their way.",
                AccuracyWarning,
                stacklevel=3,
            )

    def restart(self) -> None:
        """Begin a run anew."""
        self._done = 0

    @property
    def between(self) -> tuple[float, float]:
        """Times between which no boundary value jumps, at the present point of the run."""
        low = self._later[self._done - 1].after if self._done > 0 else -math.inf
        high = self._later[self._done].before if self._done < len(self._later) else math.inf
        return low, high

    @property
    def moments(self) -> tuple[float, ...]:
        """When something jumps during the run."""
        return tuple(jump.after for jump in self._later)

    def until(self, end: float, same: float) -> float:
        """Until when the next steps may go: a jump, or ``end`` if it is within ``same`` of that."""
        if self._done < len(self._later):
            after = self._later[self._done].after
            if after < end - same:
                return after
        return end

    def apply(self, temperature: RealField, flux: list[RealField], now: float) -> RealField:
        """Spread, in place, what jumps now; returns the energy that entered, as the core does."""
        energy, times = np.zeros(3), self._problem.times
        self._drives.ramps[:] = [r for r in self._drives.ramps if now < r.start + r.length * r.time]
        change = np.zeros_like(temperature)
        if now == times[0] and self._done == 0:
            energy += self._start(temperature, flux, change)
            self.acted = self._at_once
        while self._done < len(self._later):
            jump = self._later[self._done]
            if jump.after > now + near(self._problem, float(times[-1] - times[0])):
                break
            energy += self._alone(jump, change, flux, now)
            self._done += 1
            self.acted = True
        if self._enthalpy is None:
            temperature += change
        elif change.any():
            enthalpy = self._enthalpy(temperature) + self._capacity * change
            temperature[...] = self._enthalpy.temperature(enthalpy, temperature + change)
        return energy

    def _start(self, temperature: RealField, flux: list[RealField], change: RealField) -> RealField:
        problem, energy = self._problem, np.zeros(3)
        start = float(problem.times[0])
        run, jumps = self._run(start), self._in_space.sites
        for jump in self._at_start:
            if jump.side.prescribed:
                _mark(jumps, jump.side)
        if self._in_space.words is not None:
            walls = {
                (side.axis, side.end): side.values.at(start)
                for side in problem.sides
                if not side.prescribed and side.surface_resistance is None
            }
            spread = temperature.copy()
            energy += self._fronts.temperature(spread, run, walls, jumps)
            change += spread - temperature
        for side in problem.sides:
            if side.prescribed:
                _put_inward(flux, side, side.values.at(start))
        source = None if self._in_space.source is None else problem.source.at(start)
        if self._at_once and (source is not None or any(q.any() for q in flux)):
            self._fronts.flux(flux, run, jumps, source)
        for jump in self._at_start:
            if not jump.side.prescribed:
                energy += self._alone(jump, change, flux, start)
        return energy

    def _alone(self, jump: Jump, change: RealField, flux: list[RealField], now: float) -> RealField:
        """Add what the jump of one side, or of the source, alone does to a body at rest."""
        side, energy, run = jump.side, np.zeros(3), self._run(now)
        if side is None:
            assert jump.sites is not None
            alone = [np.zeros_like(q) for q in flux]
            self._fronts.flux(alone, run, jump.sites, jump.step)
            for q, more in zip(flux, alone, strict=True):
                q += more
            return energy
        sigma = self._fronts.time_at(run, side)
        if sigma == 0.0:
            return energy
        sites = [np.zeros(change.shape, dtype=bool) for _ in flux]
        _mark(sites, side)
        if side.prescribed:
            alone = [np.zeros_like(q) for q in flux]
            _put_inward(alone, side, jump.step)
            self._fronts.flux(alone, run, sites)
        elif side.surface_resistance is None:
            alone, heat = [np.zeros_like(q) for q in flux], np.zeros_like(change)
            walls = {(side.axis, side.end): jump.step}
            energy = self._fronts.temperature(heat, run, walls, sites)
            change += heat
            if jump.before < jump.after and self._drives.leap(
                side, jump.after, alone, self._circuit
            ):
                self._fronts.flux(alone, run, sites)
        else:
            alone, heat, energy = self._response(side, jump.step, sigma)
            change += heat
            self._drives.ramps.append(Ramp(side, now, 0.5 * sigma, jump.step))
        for q, more in zip(flux, alone, strict=True):
            q += more
        return energy

    def _response(
        self, warmed: Side, value: Any, sigma: float
    ) -> tuple[list[RealField], RealField, RealField]:
        """Flux, heat and energy of the averaged response to surroundings that jump."""
        grid = self._problem.grid
        given = [False] * 6
        drive = _core.HeatDrive(grid.core)
        for side in self._problem.sides:
            given[2 * side.axis + side.end] = side.prescribed
            drive.set_side(side.axis, side.end, flat(value if side is warmed else 0.0), 1)
        stepper = _core.Conduction(
            grid.core,
            self._capacity,
            self._circuit,
            given,
            "backward-euler",
            0.5 * sigma,
            np.zeros(0),
            False,
        )
        T = np.zeros(grid.shape)
        q = [np.zeros(grid.face_shape(k)) for k in range(grid.dimensions)]
        flux, heat, energy = [np.zeros_like(x) for x in q], np.zeros_like(T), np.zeros(3)
        # (1 − z²)⁻² = ¼[(1 − z)⁻¹ + (1 − z)⁻² + the same of −z]
        for weight in (0.5, 0.25):
            energy += weight * np.array(stepper.advance(T, q, 1, drive))
            heat += 0.25 * T
            for total, now in zip(flux, q, strict=True):
                total += 0.25 * now
        return flux, heat, energy


def _mark(sites: Marks, side: Side) -> None:
    """Mark the sites beside a side."""
    np.moveaxis(sites[side.axis], side.axis, 0)[-1 if side.end else 0, ...] = True


def _put_inward(flux: list[RealField], side: Side, value: Any) -> None:
    wall = np.moveaxis(flux[side.axis], side.axis, 0)
    wall[-1 if side.end else 0, ...] = -np.asarray(value) if side.end else np.asarray(value)
