"""Equal steps between output times and breakpoints."""

from __future__ import annotations

import dataclasses
import math

import numpy as np

from heatgauge.arguments import RealField
from heatgauge.step_counts import step_counts

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


def finer(cut: list[Interval], factor: float) -> list[Interval]:
    """Return the same intervals with ``factor`` times as many steps each, rounded up."""
    return [
        dataclasses.replace(piece, steps=max(1, math.ceil(piece.steps * factor * (1 - 4 * _EPS))))
        for piece in cut
    ]
