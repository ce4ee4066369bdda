"""Batches of realisations: picklable tasks, what each measures, and how averages are added up."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from heatgauge.arguments import ComplexField, RealField
from heatgauge.dephasing_steps import MEMBERS, NoisySteps, noisy_steps
from heatgauge.errors import NumericalError
from heatgauge.hamiltonian import Hamiltonian
from heatgauge.intervals import Interval
from heatgauge.observed_values import numbers_of, require_same_shape
from heatgauge.recorder import bind_all
from heatgauge.snapshot import Snapshot
from heatgauge.stop_file import StopFile
from heatgauge.temperature_noise import NoiseSpectrum
from heatgauge.working_state import member_norms

_DRIFT = 1e-9  # of the norm, relative: more means that something is wrong


@dataclasses.dataclass(frozen=True, eq=False)
class Task:
    """All that a batch of realisations follows from; goes to other processes as it is."""

    hamiltonian: Hamiltonian
    psi0: ComplexField
    times: RealField
    cut: Sequence[Interval]
    spectrum: NoiseSpectrum
    entropy: Any
    spawn_key: tuple[int, ...]
    pool_size: int
    observe: Mapping[str, Any]
    realisations: int
    sampled: int

    def key(self, number: int) -> int:
        """The key of a realisation: that of the child that SeedSequence.spawn gives it."""
        child = np.random.SeedSequence(
            self.entropy, spawn_key=(*self.spawn_key, number), pool_size=self.pool_size
        )
        return int(child.generate_state(1, np.uint64)[0])

    @property
    def batches(self) -> int:
        """Number of batches, the last of which may be partly used."""
        return -(-self.realisations // MEMBERS)


@dataclasses.dataclass
class Moments:
    """Mean and Σ|x − mean|² of ``count`` values of a record."""

    count: int
    mean: npt.NDArray[Any]
    spread: RealField

    @classmethod
    def of(cls, values: npt.NDArray[Any]) -> Moments:
        """Of values along the first axis."""
        mean = values.mean(axis=0)
        with np.errstate(over="ignore"):  # the error of values beyond 1e154 is inf
            return cls(len(values), mean, np.sum(np.abs(values - mean) ** 2, axis=0))

    def add(self, other: Moments) -> None:
        """Take in further values (Chan, Golub & LeVeque, Am. Stat. 37, 242 (1983))."""
        total = self.count + other.count
        step = other.mean - self.mean
        self.mean = self.mean + step * (other.count / total)
        with np.errstate(over="ignore"):
            between = np.abs(step) ** 2 * (self.count * other.count / total)
            self.spread = self.spread + other.spread + between
        self.count = total

    @property
    def standard_error(self) -> RealField:
        """Of the mean; not a number for a single value."""
        if self.count < 2:
            return np.full_like(self.spread, np.nan)
        result: RealField = np.sqrt(self.spread / (self.count - 1) / self.count)
        return result


@dataclasses.dataclass(frozen=True, eq=False)
class Batch:
    """Moments of each record, first axis = times, the amplitude ψ and sampled states."""

    records: dict[str, Moments]
    amplitude: Moments
    states: ComplexField


def run_batch(
    task: Task, batch: int, stop: npt.NDArray[np.uint8] | StopFile | None = None
) -> Batch:
    """Advance the realisations of a batch and measure those that are asked for."""
    numbers = range(batch * MEMBERS, (batch + 1) * MEMBERS)
    used = range(min(MEMBERS, task.realisations - batch * MEMBERS))
    sampled = max(0, min(MEMBERS, task.sampled - batch * MEMBERS))
    keys = [task.key(n) for n in numbers]
    flag = stop.attach() if isinstance(stop, StopFile) else stop
    if flag is not None and flag[0]:
        raise KeyboardInterrupt  # before any set-up: a pool may still start what it has queued
    rows, states, psi = _run(task, keys, used, sampled, flag)
    records = {name: _over_times(values) for name, values in rows.items()}
    return Batch(records, Moments.of(psi[: len(used)]), states)


def run_alone(task: Task, number: int) -> tuple[dict[str, npt.NDArray[Any]], ComplexField]:
    """Return records and last state of one realisation, the bits it had in its batch."""
    lane = number % MEMBERS
    stop = np.zeros(1, np.uint8)
    rows, states, _ = _run(task, [task.key(number)] * MEMBERS, [lane], lane + 1, stop)
    return {name: np.array(values)[:, 0] for name, values in rows.items()}, states[:, lane]


def _run(
    task: Task,
    keys: list[int],
    used: Sequence[int],
    sampled: int,
    stop: npt.NDArray[np.uint8] | None,
) -> tuple[dict[str, list[Any]], ComplexField, ComplexField]:
    h = task.hamiltonian
    flag = np.zeros(1, np.uint8) if stop is None else stop
    psi = np.ascontiguousarray(np.broadcast_to(task.psi0, (MEMBERS, *h.grid.shape)))
    noise = task.spectrum.core(h.grid, keys)
    measurements = bind_all(task.observe, h)
    rows: dict[str, list[Any]] = {name: [] for name in measurements}
    states = np.empty((task.times.size, sampled, *h.grid.shape), np.complex128)
    norms = member_norms(psi, h.grid.dimensions)

    def record(row: int, t: float) -> None:
        view = psi.view()
        view.flags.writeable = False
        members = [Snapshot(h, t, view[m]) for m in used]
        for name, measure in measurements.items():
            values = numbers_of(name, [measure(member) for member in members], t, first)
            require_same_shape(name, values, rows[name], t, first)
            rows[name].append(values)
        states[row] = psi[:sampled]

    row, first = 0, 0
    record(0, float(task.times[0]))
    known: dict[float, NoisySteps] = {}
    for piece in task.cut:
        _steps_of(known, h, task.spectrum, piece.dt).advance(psi, piece, noise, first, flag)
        first += piece.steps
        drift = float(np.max(np.abs(member_norms(psi, h.grid.dimensions) / norms - 1.0)))
        if not drift <= _DRIFT * max(1.0, first * 1e-6):
            raise NumericalError(
                f"The norm of a realisation changed by {drift:.3g} of itself up to step {first} at "
                f"t = {piece.end:.6g}: look at the potentials, or try a smaller dt than "
                f"{piece.dt:.3g}.",
                step=first,
                residual=drift,
                time=piece.end,
            )
        if piece.output:
            row += 1
            record(row, piece.end)
    return rows, states, psi


def _steps_of(
    known: dict[float, NoisySteps], h: Hamiltonian, spectrum: NoiseSpectrum, dt: float
) -> NoisySteps:
    """Steps of equal length share their set-up; lengths that differ by rounding count as equal."""
    for length, steps in known.items():
        if abs(length - dt) <= 1e-12 * dt:
            return steps
    known[dt] = noisy_steps(h, spectrum, dt)
    return known[dt]


def _over_times(values: list[npt.NDArray[Any]]) -> Moments:
    """Moments over the members of a record whose list runs over times."""
    whole = Moments.of(np.moveaxis(np.array(values), 0, 1))
    return whole
