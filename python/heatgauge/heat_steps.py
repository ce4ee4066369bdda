"""How many time steps: from a step given, or from the error asked for."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from heatgauge.arguments import RealField
from heatgauge.errors import NumericalError

Steps = npt.NDArray[np.int64]
_MOST_STEPS = 1 << 40
_MOST_TRIAL_STEPS = 1 << 22


def steps_of(times: RealField, dt: float, name: str = "dt") -> Steps:
    """Return ceil(Δ/dt) for each output interval Δ.

    A quotient that exceeds a whole number by no more than the rounding of the times themselves
    counts as that number: Δ/dt = 3.0000000001 from 0.3/0.1 takes 3 steps.
    """
    interval = np.diff(times)
    slack = 8 * np.finfo(float).eps * np.maximum(np.abs(times[1:]), np.abs(times[:-1]))
    with np.errstate(over="ignore"):
        quotient = interval / dt
        most = float(quotient.sum())
    if not most < _MOST_STEPS:
        raise ValueError(
            f"Argument `{name}` must leave fewer than 2**40 steps, but {dt!r} gives {most:.3g}."
        )
    counts = np.ceil(quotient - slack / dt - 1e-9 * quotient)
    result: Steps = np.maximum(counts, 1).astype(np.int64)
    return result


@dataclasses.dataclass(frozen=True)
class Choice:
    """Steps for the final run, the error expected of it, and the order that was measured."""

    steps: Steps
    error: float
    order: float


def steps_for(
    times: RealField,
    rtol: float,
    order: int,
    start: RealField,
    last_state: Callable[[Any], RealField],
    first_dt: float,
) -> Choice:
    """Choose steps so that the time error of T at the last time is at most rtol·‖ΔT‖.

    Runs with steps n, 2n, 4n, … are compared. Where the ratio of successive differences shows the
    order p (within 0.5 of the one expected) the error of the finest is d/(2^p − 1), and the number
    of steps follows from it. Before that the difference d itself is taken for the error, which is
    the safe side, and only to accept.
    """
    counts = steps_of(times, first_dt)
    coarse, fine = last_state(counts), last_state(2 * counts)
    counts = 2 * counts
    before = float(np.linalg.norm(fine - coarse))
    while True:
        finer = last_state(2 * counts)
        counts = 2 * counts
        scale = float(np.linalg.norm(finer - start))
        difference = float(np.linalg.norm(finer - fine))
        floor = 64 * np.finfo(float).eps * float(np.linalg.norm(finer))
        if difference <= max(floor, 1e-14 * scale):
            return Choice(counts, difference / scale if scale > 0 else 0.0, float(order))
        measured = math.log2(before / difference) if before > 0 else 0.0
        if abs(measured - order) <= 0.5:
            error = difference / (2**measured - 1) / scale
            factor = 1.05 * (error / rtol) ** (1 / measured)
            if counts.sum() * factor > 64 * _MOST_TRIAL_STEPS:
                raise _too_many(rtol, counts)
            steps = np.maximum(np.ceil(counts * factor), 1).astype(np.int64)
            # Where intervals hold few steps the whole numbers make them finer than asked.
            return Choice(steps, error / float((steps / counts).min()) ** measured, measured)
        if difference <= rtol * scale:
            return Choice(counts, difference / scale, measured)
        if counts.sum() > _MOST_TRIAL_STEPS:
            raise _too_many(rtol, counts)
        before, fine = difference, finer


def _too_many(rtol: float, counts: Steps) -> NumericalError:
    return NumericalError(
        f"The time error could not be brought to rtol = {rtol!r}: {int(counts.sum())} steps were "
        "not enough. Ask for a larger rtol, or give dt."
    )
