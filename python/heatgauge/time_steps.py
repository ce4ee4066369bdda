"""How a propagation is cut into steps, and how long they may be for an asked accuracy."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from heatgauge.arguments import ComplexField, RealField
from heatgauge.drive_features import resolving_step
from heatgauge.errors import NumericalError
from heatgauge.step_counts import step_counts

if TYPE_CHECKING:
    from heatgauge.hamiltonian import Hamiltonian

_EPS = float(np.finfo(float).eps)


@dataclasses.dataclass(frozen=True)
class Interval:
    """Equal steps between two knots; ``outputs``: the end is an output time."""

    start: float
    end: float
    steps: int
    output: bool

    @property
    def dt(self) -> float:
        """Length of a step."""
        return (self.end - self.start) / self.steps


def intervals(times: RealField, breakpoints: RealField, dt: float) -> list[Interval]:
    """Cut the run at output times and breakpoints, each piece into ceil(Δ/dt) equal steps."""
    inside = breakpoints[(breakpoints > times[0]) & (breakpoints < times[-1])]
    knots = np.unique(np.concatenate([times, inside]))
    outputs = set(times.tolist())
    ends = zip(
        knots[:-1].tolist(), knots[1:].tolist(), step_counts(knots, dt).tolist(), strict=True
    )
    return [Interval(start, end, steps, end in outputs) for start, end, steps in ends]


class Steppers:
    """Makes steppers and keeps the last ones: equal steps share factors.

    Intervals whose lengths differ only by the rounding of their end points count as equal.
    """

    def __init__(self, method: Any, hamiltonian: Hamiltonian, total: int) -> None:
        self._method = method
        self._hamiltonian = hamiltonian
        self._total = total
        self._kept: list[Any] = []

    def get(self, interval: Interval) -> Any:
        """Return a stepper for the steps of ``interval``."""
        slack = 4 * _EPS * max(abs(interval.start), abs(interval.end)) / interval.steps
        for stepper in self._kept:
            if abs(stepper.dt - interval.dt) <= slack:
                return stepper
        stepper = self._method.stepper(self._hamiltonian, interval.dt, self._total)
        self._kept = [stepper, *self._kept[:1]]
        return stepper

    @property
    def reason(self) -> str:
        """How and why the linear systems are solved as they are."""
        return str(self._kept[0].reason) if self._kept else "no step was taken"


def run_to_end(
    method: Any, hamiltonian: Hamiltonian, psi0: ComplexField, cut: list[Interval]
) -> ComplexField:
    """Return the last state, recording nothing."""
    psi = psi0.copy()
    steppers = Steppers(method, hamiltonian, sum(piece.steps for piece in cut))
    for piece in cut:
        steppers.get(piece).advance(psi, piece.start, 0, piece.steps)
    return psi


def choose_steps(
    method: Any,
    hamiltonian: Hamiltonian,
    psi0: ComplexField,
    times: RealField,
    breakpoints: RealField,
    rtol: float,
) -> tuple[list[Interval], float]:
    """Return (intervals, estimated error) for Crank–Nicolson to end within ``rtol``·‖ψ‖.

    Static H: with x = dt·E/ħ every eigenstate gets the phase error 2 atan(x/2) − x, at most x³/12,
    so the error after a time T is at most T·dt²‖H³ψ‖/12ħ³, and equal to it as dt → 0; no trial is
    needed. Driven H: runs with one, two and four times as many steps in every interval are
    compared; at 2nd order the error of the last is a third of the last difference, which the
    difference before must confirm to within a factor 2, and more where the differences are seen to
    fall by less than 4.
    """
    span = float(times[-1] - times[0])
    scale = max(_third_power(hamiltonian, psi0, t) for t in _sample_times(hamiltonian, times))
    guess = span if scale == 0 else math.sqrt(12 * rtol / (span * scale))
    if hamiltonian.is_static:
        cut = intervals(times, breakpoints, guess)
        return cut, span * max(piece.dt for piece in cut) ** 2 * scale / 12
    probes = [f.probe for f in hamiltonian.driven_fields]
    dt = min(guess, resolving_step(probes, float(times[0]), float(times[-1])), span / 4)
    return _compare_runs(
        lambda cut: run_to_end(method, hamiltonian, psi0, cut),
        lambda step: intervals(times, breakpoints, step),
        float(np.linalg.norm(psi0)),
        dt,
        rtol,
    )


def _compare_runs(
    run: Callable[[list[Interval]], ComplexField],
    cut_by: Callable[[float], list[Interval]],
    norm: float,
    dt: float,
    rtol: float,
) -> tuple[list[Interval], float]:
    for _ in range(14):
        cut = cut_by(4 * dt)
        coarse, middle, fine = run(cut), run(_finer(cut, 2.0)), run(_finer(cut, 4.0))
        first = float(np.linalg.norm(coarse - middle)) / norm
        second = float(np.linalg.norm(middle - fine)) / norm
        # Differences that fall by less than 4 leave more than a third of the last one: the rest is
        # the sum of a geometric series with the ratio seen.
        ratio = first / second if second > 0 else 4.0
        error = second / (min(max(ratio, 2.0), 4.0) - 1)
        settled = 2 <= ratio <= 8 or second < 1e-13
        if settled and error <= rtol:
            # The fewest steps that the 2nd order allows, within what the runs have shown.
            growth = min(math.sqrt(0.8 * rtol / error), 4.0) if error > 0 else 4.0
            chosen = _finer(cut, 4.0 / max(growth, 1.0))
            shortened = min(c.steps / (4 * p.steps) for c, p in zip(chosen, cut, strict=True))
            return chosen, error / shortened**2
        shrink = math.sqrt(0.6 * rtol / error) if settled and error > 0 else 0.5
        dt *= min(0.5, max(shrink, 1 / 64))
    raise NumericalError(
        f"No step met rtol = {rtol:g}: with dt = {dt:.3g} the error is still about {error:.3g}. "
        f"Look for jumps in the driven potentials (give them as breakpoints), or ask for less.",
        residual=error,
    )


def _finer(cut: list[Interval], factor: float) -> list[Interval]:
    """The same intervals with ``factor`` times as many steps each, rounded up."""
    return [
        dataclasses.replace(piece, steps=max(1, math.ceil(piece.steps * factor * (1 - 4 * _EPS))))
        for piece in cut
    ]


def _third_power(hamiltonian: Hamiltonian, psi0: ComplexField, t: float) -> float:
    """‖H³ψ‖/ħ³‖ψ‖."""
    image = psi0 / np.linalg.norm(psi0)
    for _ in range(3):
        with np.errstate(all="ignore"):  # what overflows is refused right below
            image = hamiltonian.apply(image, t) / hamiltonian.hbar
        if not np.isfinite(image).all():
            raise NumericalError(
                f"H³ψ is beyond double precision at t = {t:g}, so no dt can be chosen for rtol. "
                f"Give dt, and look at the size of the potentials and at the units.",
                time=t,
            )
    return float(np.linalg.norm(image))


def _sample_times(hamiltonian: Hamiltonian, times: RealField) -> Iterator[float]:
    count = 1 if hamiltonian.is_static else 9
    return iter(np.linspace(times[0], times[-1], count + 1)[:-1].tolist())
