"""Equal steps between output times and breakpoints."""

from __future__ import annotations

import dataclasses
import math

import numpy as np

from heatgauge.arguments import RealField

_EPS = float(np.finfo(float).eps)
_MOST_STEPS = 2**53


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
    """Cut [times[0], times[-1]] at output times and breakpoints, each piece into ceil(Δ/dt) steps.

    A quotient above a whole number by no more than the rounding of the times counts as that number.
    """
    inside = breakpoints[(breakpoints > times[0]) & (breakpoints < times[-1])]
    knots = np.unique(np.concatenate([times, inside]))
    outputs = set(times.tolist())
    result = []
    for start, end in zip(knots[:-1].tolist(), knots[1:].tolist(), strict=True):
        ratio = (end - start) / dt
        slack = 4 * _EPS * (ratio + max(abs(start), abs(end)) / dt)
        if not ratio < _MOST_STEPS:
            raise ValueError(
                f"Argument `dt` must cut [{start!r}, {end!r}] into fewer than 2**53 steps, "
                f"but is {dt!r}."
            )
        steps = max(1, math.ceil(ratio - slack))
        result.append(Interval(start, end, steps, end in outputs))
    return result


def finer(cut: list[Interval], factor: float) -> list[Interval]:
    """Return the same intervals with ``factor`` times as many steps each, rounded up."""
    return [
        dataclasses.replace(piece, steps=max(1, math.ceil(piece.steps * factor * (1 - 4 * _EPS))))
        for piece in cut
    ]
