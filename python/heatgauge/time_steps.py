"""How a propagation is cut into steps, and how long they may be for an asked accuracy."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from heatgauge.arguments import ComplexField, RealField
from heatgauge.drive_features import resolving_step
from heatgauge.errors import NumericalError
from heatgauge.intervals import Interval, intervals
from heatgauge.trial_runs import Distance, Run, choose_by_trials
from heatgauge.working_state import member_norms

if TYPE_CHECKING:
    from heatgauge.hamiltonian import Hamiltonian

_EPS = float(np.finfo(float).eps)
_MOST_KEPT = 8  # states of a trial with absorbers


class Steppers:
    """Makes steppers and keeps the last ones: equal steps share factors.

    Intervals whose lengths differ only by the rounding of their end points count as equal.
    """

    def __init__(
        self,
        method: Any,
        hamiltonian: Hamiltonian,
        total: int,
        psi: ComplexField,
        threads: int,
    ) -> None:
        self._method = method
        self._hamiltonian = hamiltonian
        self._total = total
        self._members = psi.size // hamiltonian.grid.size
        self._threads = threads
        self._kept: list[Any] = []

    def get(self, interval: Interval) -> Any:
        """Return a stepper for the steps of ``interval``."""
        slack = 4 * _EPS * max(abs(interval.start), abs(interval.end)) / interval.steps
        for stepper in self._kept:
            if abs(stepper.dt - interval.dt) <= slack:
                return stepper
        stepper = self._method.stepper(
            self._hamiltonian, interval.dt, self._total, self._members, self._threads
        )
        self._kept = [stepper, *self._kept[:1]]
        return stepper

    @property
    def reason(self) -> str:
        """How and why steps are taken as they are."""
        return str(self._kept[0].reason) if self._kept else "no step was taken"


def trials(
    method: Any, hamiltonian: Hamiltonian, psi0: ComplexField, threads: int = 1
) -> tuple[Run, Distance]:
    """Return what makes a run that records nothing, and the distance of two of them.

    Without absorbers the last states are compared, ‖one − two‖/‖ψ0‖: errors stay in ψ. With them
    they leave the grid with it, and the last state may be right while all that has left is wrong.
    Then what each absorber took of ‖ψ0‖² is compared as well, at every output time, and ψ at up to
    eight of them. Of several members the largest counts.
    """
    dimensions = hamiltonian.grid.dimensions
    norms = member_norms(psi0, dimensions)
    absorbing = bool(hamiltonian.absorbers)

    def run(cut: list[Interval]) -> tuple[list[ComplexField], list[RealField]]:
        psi = psi0.copy()
        states: list[ComplexField] = []
        books: list[RealField] = []
        kept = _kept_outputs(cut) if absorbing else {len(cut) - 1}
        steppers = Steppers(method, hamiltonian, sum(piece.steps for piece in cut), psi, threads)
        for k, piece in enumerate(cut):
            lost = steppers.get(piece).advance(psi, piece.start, 0, piece.steps)
            if absorbing:
                books.append(lost + books[-1] if books else lost)
            if k in kept:
                states.append(psi if k == len(cut) - 1 else psi.copy())
        return states, books

    def distance(one: Any, two: Any) -> float:
        gaps = [
            float(np.max(member_norms(first - second, dimensions) / norms))
            for first, second in zip(one[0], two[0], strict=True)
        ]
        squares = norms[..., None] ** 2
        gaps += [
            float(np.max(np.abs(first - second) / squares))
            for first, second in zip(one[1], two[1], strict=True)
        ]
        return max(gaps)

    return run, distance


def _kept_outputs(cut: list[Interval]) -> set[int]:
    """The last interval, and up to seven more that end at output times, evenly spread."""
    outputs = [k for k, piece in enumerate(cut) if piece.output]
    return {outputs[k] for k in np.linspace(0, len(outputs) - 1, _MOST_KEPT).astype(int).tolist()}


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
    needed. Driven H, and H with absorbers: :func:`choose_by_trials`.
    """
    span = float(times[-1] - times[0])
    scale = max(
        _third_power(hamiltonian, member, t)
        for t in _sample_times(hamiltonian, times)
        for member in psi0.reshape(-1, *hamiltonian.grid.shape)
    )
    guess = span if scale == 0 else math.sqrt(12 * rtol / (span * scale))
    if hamiltonian.is_static and not hamiltonian.absorbers:
        cut = intervals(times, breakpoints, guess)
        return cut, span * max(piece.dt for piece in cut) ** 2 * scale / 12
    dt = min(8 * guess, resolved_step(hamiltonian, times))
    run, distance = trials(method, hamiltonian, psi0)
    choice = choose_by_trials(run, intervals(times, breakpoints, dt), rtol, 2.0, distance)
    return choice.cut, choice.error


def resolved_step(hamiltonian: Hamiltonian, times: RealField) -> float:
    """Return the longest step that sees what the drives of a Hamiltonian do."""
    start, end = float(times[0]), float(times[-1])
    driven = hamiltonian.driven_fields
    return resolving_step([f.probe for f in driven], start, end) if driven else end - start


def _third_power(hamiltonian: Hamiltonian, psi0: ComplexField, t: float) -> float:
    """‖H³ψ‖/ħ³‖ψ‖."""
    image = psi0 / np.linalg.norm(psi0)
    for _ in range(3):
        with np.errstate(all="ignore"):  # what overflows is refused right below
            # of the Hermitian part: W is large deep in a layer, where nothing arrives
            absorbed = 0.0 if hamiltonian.absorption is None else hamiltonian.absorption * image
            image = (hamiltonian.apply(image, t) + 1j * absorbed) / hamiltonian.hbar
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
