"""One run of classical heat: carries T and q from output time to output time."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from heatgauge import _core
from heatgauge.arguments import RealField
from heatgauge.breakpoints import cut
from heatgauge.enthalpy import Enthalpy
from heatgauge.errors import NumericalError
from heatgauge.heat_problem import HeatRecord, Problem
from heatgauge.nonlinear_conduction import NonlinearConduction
from heatgauge.observed_values import numbers_of, require_same_shape
from heatgauge.side_values import flat, values_at_each
from heatgauge.stage_values import StageValues
from heatgauge.wall_stress import WallStress, continued_to_wall

# Numbers in the tables of one call into the core (8 MB), and the most steps it may make: enough to
# make the call itself free, few enough to answer to Ctrl-C in callables and to report progress.
_TABLE = 1 << 20
_STEPS = 1 << 14
# Cells that a front must cross for opening steps of 2·max(dt, h/v), or max(dt, 2h/v) at least.
_ROOM, _LEAST_ROOM = 64, 16


class HeatRun:
    """Advances a problem by one method; keeps the factorisation of its last time step.

    ``damped`` says that the data jump at times[0]. Where the law then sends out fronts, the run
    opens with four backward-Euler steps of 2·max(dt, h/v), more where fronts do not decay, which
    spread a front over a few cells before the ripples of the grid can grow on it. Runs shorter than
    64 h/v do with steps of max(dt, 2h/v) if ``short`` allows; below 16 h/v only damping was left.
    """

    def __init__(
        self, problem: Problem, method: str, damped: bool = False, short: bool = False
    ) -> None:
        self.problem, self.method = problem, method
        self._scheme = method
        self._opening = 4
        self._crossing = 0.0  # time in which the slowest front crosses a cell; 0 without fronts
        self._widest = 2.0  # opening steps are at least so many dt
        grid, law = problem.grid, problem.law.frozen(problem.temperature)
        if method == "l-stable":
            speed, length = law.fronts(grid)
            spread = law.smoothing(grid) > speed * min(grid.spacing)  # over a cell by themselves
            speed = np.where(spread, 0.0, speed)
            speed_or_one = np.where(speed > 0, speed, 1.0)
            reach = 4 * float(np.max(np.where(speed > 0, length, 0.0)))
            if reach > min(grid.spacing):  # below it every mode of the grid is diffusive
                self._scheme = "l-stable fronts"
            if damped and self._scheme != method:
                run = float(problem.times[-1] - problem.times[0])
                crossings = sorted(np.array(grid.spacing) / np.min(speed[speed > 0]))[::-1]
                # The coarsest axis along which a run has room for damping.
                for room, widest in ((_ROOM, 2.0), (_LEAST_ROOM, 1.0))[: 1 + short]:
                    fitting = [float(c) for c in crossings if room * c <= run]
                    if fitting and self._crossing == 0:
                        self._crossing, self._widest = fitting[0], widest
                crossing = self._crossing or float(crossings[-1])
                if float(np.min(np.where(speed > 0, length / speed_or_one, np.inf))) >= run:
                    # Fronts that do not decay: the ripples of the grid grow on them as the cube
                    # root of the way, and so must the width.
                    least, growth = (4, 0.45) if self._widest > 1 else (5, 0.5)
                    self._opening = max(least, math.ceil(growth * (run / crossing) ** (2 / 3)))
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
        self._values = StageValues(problem, self._walls)
        self._prescribed = prescribed
        self._enthalpy: Enthalpy | None = None
        if problem.law.medium.depends_on_temperature:
            self._enthalpy = Enthalpy(problem.law.medium, problem.temperature)
        self.inertial = bool(np.any(law.inductance(grid) > 0))
        self._stepper: _core.Conduction | NonlinearConduction | None = None
        self._stepper_scheme = ""

    @property
    def spreads_fronts(self) -> bool:
        """Whether the run opens with damping steps of the grid's own time h/v."""
        return self._crossing > 0

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
        if self._crossing > 0:
            dt = float(times[1] - times[0]) / int(steps_per_interval[0])
            state.damping = self._opening * max(self._widest * dt, 2 * self._crossing)
        for k in range(times.size):
            energy = []
            if k > 0:
                count = int(steps_per_interval[k - 1])
                energy.append(self._interval(state, k, count, done))
                done += count
            elif times.size > 1:
                count = int(steps_per_interval[0])
                self._stepper_for(*self._parts(dataclasses.replace(state), 1, count)[0], 1)
                if problem.whole:
                    self._take_shunts_away(state, float(times[0]))
            self._settle(state, float(times[k]), done)
            self._store(record, state, float(times[k]), done, keep_all, observe or {})
            record.energy += energy  # after the observers, which may end the run
            if tick is not None and k > 0:
                tick(int(steps_per_interval[k - 1]))
        record.solver = "" if self._stepper is None else self._stepper.solver
        return record

    def _interval(self, state: _State, k: int, count: int, done: int) -> tuple[float, float, float]:
        begin = float(self.problem.times[k - 1])
        energy = np.zeros(3)
        for scheme, start, length, steps in cut(self.problem, begin, self._parts(state, k, count)):
            stepper = self._stepper_for(scheme, length, steps, k)
            if start in self.problem.cuts:
                self._leap(state, start)
            energy += self._steps(state, stepper, scheme, start, steps, done)
            done += steps
        return float(energy[0]), float(energy[1]), float(energy[2])

    def _parts(self, state: _State, k: int, count: int) -> list[tuple[str, float, int]]:
        """Scheme, length and steps of the parts of an interval: damping steps first, if any."""
        interval = float(self.problem.times[k] - self.problem.times[k - 1])
        dt = interval / count
        if state.damping <= 0.5 * dt:
            return [(self._scheme, interval, count)]
        size = max(self._widest * dt, 2 * self._crossing)
        merged = min(count, math.ceil(state.damping / dt - 1e-9))  # whole steps of dt
        length = min(merged * dt, interval)
        damping = ("backward-euler", length, max(1, round(length / size)))
        state.damping -= length
        rest = count - merged
        return [damping, (self._scheme, interval - length, rest)] if rest else [damping]

    def _leap(self, state: _State, t: float) -> None:
        """The impulse that a nonlocal law gets from walls that jump at ``t``."""
        after = t + 1e-12 * float(self.problem.times[-1] - self.problem.times[0])
        for (axis, _), wall in self._walls.items():
            inertia = self._circuit.inductance(axis).reshape(self.problem.grid.face_shape(axis))
            wall.leap(after, state.flux[axis], inertia)

    def _steps(
        self,
        state: _State,
        stepper: _core.Conduction | NonlinearConduction,
        scheme: str,
        start: float,
        count: int,
        done: int,
    ) -> Any:
        dt = stepper.dt
        energy = np.zeros(3)
        drive = _core.HeatDrive(self.problem.grid.core)
        stages = np.asarray(stepper.stage_times)
        for begin, end in self._chunks(count, stages.size):
            # Where nothing varies one range holds all steps, and their times are not laid out.
            laid_out = np.arange(begin, end if self._varies else begin)
            at = start + (laid_out[:, None] + stages) * dt
            # What jumps at the end of a step belongs to the next: a few roundings before it.
            at[:, stages == 1.0] -= 8 * np.finfo(float).eps * max(abs(start), abs(start + end * dt))
            at = at.reshape(-1)
            edges = np.asarray(start + np.arange(begin, end + 1) * dt, dtype=np.float64)
            self._values.fill(drive, at, edges, scheme, begin == 0, done + begin)
            for (axis, end_), wall in self._walls.items():
                rows = wall.rows(edges, at.reshape(-1, stages.size))
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

    def _stepper_for(
        self, scheme: str, interval: float, count: int, k: int
    ) -> _core.Conduction | NonlinearConduction:
        """The stepper for interval/count, which is kept as long as steps differ by round-off."""
        times = self.problem.times
        slack = 8 * np.finfo(float).eps * max(abs(times[k]), abs(times[k - 1]))
        if (
            self._stepper is not None
            and self._stepper_scheme == scheme
            and abs(self._stepper.dt * count - interval) <= slack
        ):
            return self._stepper
        self._stepper = None  # frees the old factors before new ones are made
        self._stepper_scheme = scheme
        self._stepper = self._made(scheme, interval / count)
        return self._stepper

    def _made(self, scheme: str, dt: float) -> _core.Conduction | NonlinearConduction:
        problem, grid = self.problem, self.problem.grid
        if self._enthalpy is not None:
            a, b, c = (np.array(x) for x in _core.time_scheme(scheme))
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
            scheme,
            dt,
            self._mu,
            self._no_slip,
        )

    @property
    def _varies(self) -> bool:
        """Whether a source or a boundary value depends on time."""
        sides = (side.values.constant is None for side in self.problem.sides)
        return bool(self._walls) or not self.problem.source.is_static or any(sides)

    def _chunks(self, count: int, stages: int) -> Iterator[tuple[int, int]]:
        """Ranges of steps whose tables fit in memory; one range where nothing varies in time."""
        widest = 1
        if not self.problem.source.is_separable:
            widest = self.problem.grid.size
        for side in self.problem.sides:
            where = (side.axis, side.end)
            if where in self._walls or (side.values.constant is None and not side.values.uniform):
                widest = max(widest, int(np.prod(side.values.shape)))
        size = max(1, min(_STEPS, _TABLE // (stages * widest))) if self._varies else count
        for begin in range(0, count, size):
            yield begin, min(begin + size, count)

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
        if self._stepper is not None:
            drive = self._drive_at(t, 0, rest=state)
            self._stepper.add_shunts(-1.0, state.temperature, state.flux, drive)

    def _drive_at(self, t: float, step: int, rest: _State | None = None) -> _core.HeatDrive:
        drive = _core.HeatDrive(self.problem.grid.core)
        for side in self.problem.sides:
            wall = self._walls.get((side.axis, side.end))
            values = side.values.at if wall is None else wall.pressure
            table = values_at_each(values, np.array([t]), step, 1)
            if rest is not None and wall is None and not side.prescribed:
                given = np.take(rest.flux[side.axis], -1 if side.end else 0, axis=side.axis)
                surface = continued_to_wall(rest.temperature, side.axis, side.end)
                table = np.where(given == 0.0, surface, table[0])
            drive.set_side(side.axis, side.end, flat(table), 1)
        return drive

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
            if (values := side.surface_temperature(t, flux[side.axis])) is not None
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


@dataclasses.dataclass
class _State:
    temperature: RealField
    flux: list[RealField]
    damping: float = 0.0  # time left for the damping steps
