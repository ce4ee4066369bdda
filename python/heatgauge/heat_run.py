"""One run of classical heat: carries T and q from output time to output time."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from heatgauge import _core
from heatgauge.arguments import RealField
from heatgauge.enthalpy import Enthalpy
from heatgauge.errors import NumericalError
from heatgauge.front_spread import FrontSpread
from heatgauge.heat_drive import HeatDrives
from heatgauge.heat_problem import HeatRecord, Problem
from heatgauge.jump_spread import JumpSpread, near
from heatgauge.nonlinear_conduction import NonlinearConduction
from heatgauge.observed_values import numbers_of, require_same_shape
from heatgauge.side_values import Side, flat
from heatgauge.wall_stress import WallStress, continued_to_wall


class HeatRun:
    """Advances a problem by one method; keeps the factorisation of its last time step.

    ``spread`` asks for jumps that send out fronts to be spread over the cells that the grid needs
    for them, in view of the longest step ``dt`` (0: any short step).
    """

    def __init__(
        self, problem: Problem, method: str, spread: bool = False, dt: float = 0.0
    ) -> None:
        self.problem, self.method = problem, method
        self._scheme = method
        self._jumps: JumpSpread | None = None
        grid, law = problem.grid, problem.law.frozen(problem.temperature)
        fronts = FrontSpread(problem, law, dt)
        if method == "l-stable" and 4 * float(np.max(fronts.length)) > min(grid.spacing):
            self._scheme = "l-stable fronts"  # below it every mode of the grid is diffusive
        self._capacity = law.capacity(grid)
        self._circuit = law.circuit(grid)
        self._mu, self._no_slip = law.nonlocality(grid), law.no_slip
        self._walls: dict[tuple[int, int], WallStress] = {}
        prescribed = [False] * 6
        for side in problem.sides:
            prescribed[2 * side.axis + side.end] = side.prescribed
            if side.surface_resistance is not None:
                extra = np.ascontiguousarray(side.surface_resistance).reshape(-1)
                self._circuit.add_surface_resistance(grid.core, side.axis, side.end, extra)
            if self._mu.size and not side.prescribed:
                wall = WallStress(side, grid, self._capacity, self._mu, problem.source.at)
                self._walls[side.axis, side.end] = wall
                if wall.inductance is not None:
                    self._circuit.add_surface_inductance(
                        grid.core, side.axis, side.end, wall.inductance
                    )
        self._prescribed = prescribed
        self._enthalpy: Enthalpy | None = None
        if problem.law.medium.depends_on_temperature:
            self._enthalpy = Enthalpy(problem.law.medium, problem.temperature)
        self.inertial = bool(np.any(law.inductance(grid) > 0))
        self._stepper: _core.Conduction | NonlinearConduction | None = None
        self._drives = HeatDrives(problem, self._walls)
        if spread and self._scheme != method:
            self._jumps = JumpSpread(
                problem, fronts, self._drives, self._capacity, self._circuit, self._enthalpy
            )
        # Those of the spread jumps end steps by themselves.
        self._own = () if self._jumps is None else self._jumps.moments
        self._whole = near(problem, float(problem.times[-1] - problem.times[0]))
        self._cuts = [t for t in problem.cuts if all(abs(t - x) > self._whole for x in self._own)]
        self._between = (-math.inf, math.inf)

    @property
    def spread(self) -> JumpSpread | None:
        """What the run does to jumps; None where nothing jumps that sends out a front."""
        return self._jumps if self._jumps is not None and self._jumps.any else None

    def may_ring(self, steps_per_interval: Any, rtol: float, on_the_way: bool = False) -> bool:
        """Whether midpoint steps leave more than rtol/10 of a mode that has long decayed.

        At the last time, or at any output time before it (``on_the_way``).

        Midpoint steps turn the sign of modes with dt·rate > 2. Their rates are at most 2s/dt,
        s = max dt/(C h) Σ g over the faces of a cell; n steps leave |(s − 1)/(s + 1)|ⁿ of them.
        With inertia rates are complex, and nothing is said about the decay.
        """
        log_left, most_left = 0.0, -math.inf
        for length, count in zip(np.diff(self.problem.times), steps_per_interval, strict=True):
            s = self._stiffness(float(length) / int(count))
            if s > 1.0:
                log_left += int(count) * float(np.log1p(-2 / (s + 1)))
                most_left = max(most_left, log_left)
        judged = most_left if on_the_way else log_left
        return most_left > -math.inf and (self.inertial or judged > math.log(0.1 * rtol))

    def _stiffness(self, dt: float) -> float:
        total = np.zeros(self.problem.grid.shape)
        for axis, end in enumerate(self.problem.grid.axes):
            h, shape = self.problem.grid.spacing[axis], self.problem.grid.face_shape(axis)
            with np.errstate(over="ignore"):
                inductance = self._circuit.inductance(axis) * (2 / dt)
                branch = 1 / (inductance + self._circuit.resistance(axis))
                g = dt / h * (branch + self._circuit.shunt(axis))
            g = np.moveaxis(g.reshape(shape), axis, 0)
            for side in self.problem.sides:
                if side.axis == axis and side.prescribed:
                    g[-1 if side.end else 0] = 0.0
            pair = g + np.roll(g, 1, axis=0) if end.periodic else g[1:] + g[:-1]
            total += np.moveaxis(pair, 0, axis)
        return float(np.max(total / self._capacity))

    def advance(
        self,
        steps_per_interval: Any,
        *,
        keep_all: bool = True,
        observe: Mapping[str, Callable[..., Any]] | None = None,
        tick: Callable[[int], Any] | None = None,
        into: HeatRecord | None = None,
    ) -> HeatRecord:
        """Return the record of a run with so many equal steps in each output interval.

        ``into`` is filled as the run goes on, so that it holds what there is when it is stopped.
        """
        problem, times = self.problem, self.problem.times
        record = HeatRecord([], [], {}, {}, {}, []) if into is None else into
        state = _State(problem.temperature.copy(), [q.copy() for q in problem.flux])
        done = 0
        for (axis, _), wall in self._walls.items():
            inertia = self._circuit.inductance(axis).reshape(problem.grid.face_shape(axis))
            wall.start(float(times[0]), state.temperature, state.flux[axis], inertia)
        self._drives.ramps.clear()
        if self._jumps is not None:
            self._jumps.restart()
        for k in range(times.size):
            energy = []
            if k > 0:
                count = int(steps_per_interval[k - 1])
                if self._jumps is not None:
                    self._jumps.acted = False
                entered, taken = self._interval(state, k, count, done)
                energy.append((float(entered[0]), float(entered[1]), float(entered[2])))
                record.steps.append(taken)
                record.spread.append(self._jumps is not None and self._jumps.acted)
                done += taken
            elif times.size > 1:
                length = float(times[1] - times[0])
                self._stepper_for(length, int(steps_per_interval[0]), 1)
                if problem.whole:
                    self._take_shunts_away(state, float(times[0]))
            self._settle(state, float(times[k]), done)
            self._store(record, state, float(times[k]), done, keep_all, observe or {})
            record.energy += energy  # after the observers, which may end the run
            if tick is not None and k > 0:
                tick(int(steps_per_interval[k - 1]))
        record.solver = "" if self._stepper is None else self._stepper.solver
        return record

    def _interval(self, state: _State, k: int, count: int, done: int) -> tuple[RealField, int]:
        """Carry the state through an interval; returns what energy entered, and the steps taken."""
        start, end = (float(t) for t in self.problem.times[k - 1 : k + 1])
        longest = (end - start) / count
        energy, now, taken = np.zeros(3), start, 0
        same = near(self.problem, end - start)  # whatever the steps, which runs compared differ in
        while now < end:
            if self._jumps is not None:
                energy += self._jumps.apply(state.temperature, state.flux, now)
            self._leap(state, now, same)
            until = end if self._jumps is None else self._jumps.until(end, same)
            inside = (t for t in self._cuts if now + same < t < until - same)
            until, steps = min([until, *inside]), count
            if now > start or until < end:
                steps = max(1, math.ceil((until - now) / longest * (1 - 1e-12)))
            self._between = self._without_jumps(now, until, same)
            stepper = self._stepper_for(until - now, steps, k)
            energy += self._steps(state, stepper, now, steps, done + taken)
            now, taken = until, taken + steps
        return energy, taken

    def _leap(self, state: _State, now: float, same: float) -> None:
        """The impulses that a nonlocal law gets from walls that jump now, or jumped just before."""
        if not self._walls:
            return
        for t in (*self._cuts, *self._own):
            if -same <= now - t <= self._whole:
                for side in self.problem.sides:
                    self._drives.leap(side, max(now, self._after(t)), state.flux, self._circuit)

    def _after(self, cut: float) -> float:
        """The first moment after a jump, of which ``cut`` is the last before."""
        times = self.problem.times
        latest = float(np.max(np.abs(times)))
        return cut + max(1e-12 * float(times[-1] - times[0]), 4 * float(np.spacing(latest)))

    def _without_jumps(self, now: float, until: float, same: float) -> tuple[float, float]:
        """The widest range of times about these steps within which nothing jumps.

        Jumps just before the end of the last step, or just after the beginning of the first, are
        taken to be there.
        """
        low, high = (-math.inf, math.inf) if self._jumps is None else self._jumps.between
        for t in self._cuts:
            if abs(t - now) <= same:
                low = max(low, self._after(t))
            elif abs(t - until) <= same:
                high = min(high, t)
        return low, high

    def _steps(
        self,
        state: _State,
        stepper: _core.Conduction | NonlinearConduction,
        start: float,
        count: int,
        done: int,
    ) -> Any:
        dt = stepper.dt
        energy = np.zeros(3)
        drive = _core.HeatDrive(self.problem.grid.core)
        stages = np.asarray(stepper.stage_times)
        for begin, end in self._drives.chunks(count, stages.size):
            # Where nothing varies one range holds all steps, and their times are not laid out.
            laid_out = np.arange(begin, end + 1 if self._drives.vary else begin + 1)
            at = start + (laid_out[:-1, None] + stages) * dt
            # What jumps at the end of a step belongs to the next: a few roundings before it.
            rounding = 8 * np.finfo(float).eps * max(abs(start), abs(start + end * dt))
            at[:, stages == 1.0] -= rounding
            at = self._on_this_side(at).reshape(-1)
            edges = self._on_this_side(start + laid_out * dt)
            self._drives.fill(drive, at, edges, self._scheme, begin == 0, done + begin)
            for (axis, end_), wall in self._walls.items():
                ends = np.append(edges[:1], edges[1:] - rounding)
                rows = wall.rows(ends, at.reshape(-1, stages.size))
                drive.set_side(axis, end_, flat(rows), at.size)
            try:
                energy += stepper.advance(state.temperature, state.flux, end - begin, drive)
            except NumericalError as error:
                local = begin + (error.step or 0)
                raise NumericalError(
                    f"{error} (step {done + local}, t = {start + local * dt!r}). "
                    "Check the magnitude of sources and boundary values.",
                    step=done + local,
                    residual=error.residual,
                    time=start + local * dt,
                ) from None
        return energy

    def _on_this_side(self, at: Any) -> RealField:
        """The times, none of them across the jumps between which the run is."""
        times: RealField = np.clip(np.asarray(at, dtype=np.float64), *self._between)
        return times

    def _stepper_for(
        self, interval: float, count: int, k: int
    ) -> _core.Conduction | NonlinearConduction:
        """The stepper for interval/count, which is kept as long as steps differ by round-off."""
        times = self.problem.times
        slack = 8 * np.finfo(float).eps * max(abs(times[k]), abs(times[k - 1]))
        if self._stepper is not None and abs(self._stepper.dt * count - interval) <= slack:
            return self._stepper
        self._stepper = None  # frees the old factors before new ones are made
        self._stepper = self._made(interval / count)
        return self._stepper

    def _made(self, dt: float) -> _core.Conduction | NonlinearConduction:
        problem, grid = self.problem, self.problem.grid
        if self._enthalpy is not None:
            a, b, c = (np.array(x) for x in _core.time_scheme(self._scheme))
            surfaces = {
                (side.axis, side.end): np.ascontiguousarray(side.surface_resistance).reshape(-1)
                for side in problem.sides
                if side.surface_resistance is not None
            }
            law, given = problem.law, self._prescribed
            return NonlinearConduction(grid, law, self._enthalpy, surfaces, given, (a, b, c), dt)
        return _core.Conduction(
            grid.core,
            self._capacity,
            self._circuit,
            self._prescribed,
            self._scheme,
            dt,
            self._mu,
            self._no_slip,
        )

    def _settle(self, state: _State, t: float, step: int) -> None:
        """Fluxes that are no states follow T and the boundary values of this very time."""
        if self._stepper is not None:
            self._stepper.settle(state.temperature, state.flux, self._drive_at(t, step))

    def _add_shunts(self, state: _State, flux: list[RealField], t: float) -> None:
        """Add what flows beside the inertial branches to ``flux``."""
        if self._stepper is not None:
            self._stepper.add_shunts(1.0, state.temperature, flux, self._drive_at(t, 0))

    def _take_shunts_away(self, state: _State, t: float) -> None:
        """Leave the inertial part of the flux given at first, q + κ_F∇T.

        Where no flux is given at a wall the body was at rest until then, and ∇T is that of T0:
        a boundary value that jumps has no inertial flux to start against.
        """
        if self._stepper is None:
            return
        rest = {}
        for side in self.problem.sides:
            where = (side.axis, side.end)
            if where in self._walls or side.prescribed:
                continue
            given = np.take(state.flux[side.axis], -1 if side.end else 0, axis=side.axis)
            surface = continued_to_wall(state.temperature, side.axis, side.end)
            rest[where] = np.where(given == 0.0, surface, side.values.at(t))
        drive = self._drives.at(t, 0, rest)
        self._stepper.add_shunts(-1.0, state.temperature, state.flux, drive)

    def _drive_at(self, t: float, step: int) -> _core.HeatDrive:
        return self._drives.at(t, step, {})

    def _store(
        self,
        record: HeatRecord,
        state: _State,
        t: float,
        step: int,
        keep_all: bool,
        observe: Mapping[str, Callable[..., Any]],
    ) -> None:
        temperature, flux = state.temperature.copy(), [q.copy() for q in state.flux]
        self._add_shunts(state, flux, t)
        for array in (temperature, *flux):
            array.flags.writeable = False
        surface = {
            (side.axis, side.end): values
            for side in self.problem.sides
            if (values := self._surface(side, t, flux[side.axis])) is not None
        }
        observed = {n: numbers_of(n, f(t, temperature), t, step) for n, f in observe.items()}
        for name, value in observed.items():
            require_same_shape(name, value, record.observed.get(name, []), t, step)
        if not keep_all:
            record.temperature.clear()
            record.flux.clear()
            record.surface.clear()
            record.stress.clear()
        record.temperature.append(temperature)
        record.flux.append(tuple(flux))
        for where, wall in self._walls.items():
            stress = np.broadcast_to(wall.source_stress(t), wall.side.values.shape)
            record.stress.setdefault(where, []).append(stress)
        for where, values in surface.items():
            record.surface.setdefault(where, []).append(values)
        for name, value in observed.items():
            record.observed.setdefault(name, []).append(value)

    def _surface(self, side: Side, t: float, flux: RealField) -> RealField | None:
        values = side.surface_temperature(t, flux)
        return None if values is None else values - self._drives.still_to_come(side, t)


@dataclasses.dataclass
class _State:
    temperature: RealField
    flux: list[RealField]
