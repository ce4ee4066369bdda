"""How many time steps a heat flow takes for the error asked for."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from heatgauge.arguments import RealField
from heatgauge.errors import NumericalError
from heatgauge.step_counts import step_counts

Steps = npt.NDArray[np.int64]
_MOST_TRIAL_STEPS = 1 << 22
# A ratio may show the right order by chance: the trial runs go on until the last is this near.
_LONGEST_REACH = 2.0
_UNSETTLED_STEPS = 1 << 10  # after which differences without an order raise a doubt


@dataclasses.dataclass(frozen=True)
class Choice:
    """Steps for the final run, the error expected of it, and the order that was measured."""

    steps: Steps
    error: float
    order: float


class RingingModes(Exception):
    """Midpoint steps leave modes ringing that have long decayed: another rule is called for."""


def steps_for(
    times: RealField,
    rtol: float,
    order: int,
    start: RealField,
    states: Callable[[Any], RealField],
    first_dt: float,
    damped_states: Callable[[Any], RealField | None] | None = None,
    patient: bool = True,
) -> Choice:
    """Choose steps so that the time error of T is at most rtol·max‖T − T0‖ at all times judged.

    ``states`` runs with so many steps per interval and returns T, shape (times judged, *sites); the
    largest difference and the largest deviation from ``start`` among the times are what counts.

    Runs with steps n, 2n, 4n, … are compared. Where the ratio of successive differences shows the
    order p (within 0.5 of the one expected) the error of the finest is d/(2^p − 1), and the number
    of steps follows from it. Before that the difference d itself is taken for the error, which is
    the safe side, and only to accept.

    ``damped_states`` guards the midpoint rule, which multiplies fast modes by nearly −1 in each
    step: n and 2n steps, both even, leave them where they were, and agree on it. It returns the
    same states by an L-stable rule, or None where no mode can ring; what rings is not accepted, and
    raises :class:`RingingModes` unless ``patient``.
    """
    counts = step_counts(times, first_dt)
    coarse, fine = states(counts), states(2 * counts)
    counts = 2 * counts
    before = _norm(fine - coarse)
    while True:
        finer = states(2 * counts)
        counts = 2 * counts
        scale, difference = _norm(finer - start), _norm(finer - fine)
        floor = max(64 * np.finfo(float).eps * _norm(finer), 1e-14 * scale)
        found = _accepted(counts, before, difference, scale, floor, rtol, order)
        steps = counts if found is None else found.steps
        if found is not None or (not patient and counts.sum() > _UNSETTLED_STEPS):
            other = None if damped_states is None else damped_states(steps)
            # At equal steps the L-stable rule is the more accurate by a factor of six.
            rings = other is not None and _norm(other - finer) > 2 * max(rtol * scale, floor)
            if rings and not patient:
                raise RingingModes
            if found is not None and not rings:
                return found
        if counts.sum() > _MOST_TRIAL_STEPS:
            raise _too_many(rtol, float(counts.sum()))
        before, fine = difference, finer


def _accepted(
    counts: Steps,
    before: float,
    difference: float,
    scale: float,
    floor: float,
    rtol: float,
    order: int,
) -> Choice | None:
    """What the last two differences of trial runs allow; None where they tell nothing yet."""
    if difference <= floor:
        return Choice(counts, difference / scale if scale > 0 else 0.0, float(order))
    measured = math.log2(before / difference) if before > 0 else 0.0
    if abs(measured - order) <= 0.5 and scale > 0:  # else T is back where it was, ringing
        # Not yet settled: the lower order tells how much error is left and how many more steps it
        # takes, the higher how many fewer would do.
        low, high = min(measured, order), max(measured, order)
        error = difference / (2**low - 1) / scale
        factor = 1.05 * (error / rtol) ** (1 / (low if error > rtol else high))
        factor = max(factor, 1 / 16)  # steps far longer than those of any run have shown nothing
        if factor > _LONGEST_REACH:
            if counts.sum() * factor > 64 * _MOST_TRIAL_STEPS:
                raise _too_many(rtol, float(counts.sum()) * factor)
            if counts.sum() <= _MOST_TRIAL_STEPS:
                return None
        steps = np.maximum(np.ceil(counts * factor), 1).astype(np.int64)
        # Where intervals hold few steps the whole numbers make them finer than asked.
        finer = float((steps / counts).min())
        return Choice(steps, error / finer ** (low if finer > 1 else high), measured)
    return Choice(counts, difference / scale, measured) if difference <= rtol * scale else None


def relative_difference(one: RealField, other: RealField, start: RealField) -> float:
    """Return max‖one − other‖/max‖one − start‖ over the times; 0 where nothing has changed."""
    scale = _norm(one - start)
    return _norm(one - other) / scale if scale > 0 else 0.0


def _norm(states: RealField) -> float:
    """Largest ‖T‖ of the times, scaled so that squares neither overflow nor vanish."""
    largest = float(np.max(np.abs(states)))
    if largest <= 1e-300:
        return largest
    return largest * max(float(np.linalg.norm(state / largest)) for state in states)


def _too_many(rtol: float, steps: float) -> NumericalError:
    return NumericalError(
        f"The time error could not be brought to rtol = {rtol!r}: it takes more than {steps:.3g} "
        "steps. Ask for a larger rtol, try method='l-stable', or give dt."
    )
