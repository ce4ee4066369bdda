"""Moments at which the sides or sources of a heat problem jump: where time steps have to end."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from heatgauge.arguments import RealField
from heatgauge.errors import NumericalError
from heatgauge.fields import envelope_value
from heatgauge.heat_problem import Problem
from heatgauge.jumps import bisected, moments

# A function that is smooth between two samples lies near their mean in the middle; one that jumps
# lies half the jump away from it. Jumps below this part of the whole range are no matter.
_BENT = 0.3
_LEAST = 1e-3


def breakpoints(problem: Problem) -> tuple[float, ...]:
    """Return the last moments before sides or sources jump, ascending, at most one per sample.

    Looked for between the output times, either side of them, and 65 moments of the run; two jumps
    between neighbouring samples are not seen.
    """
    span = moments(problem.times)
    found: set[float] = set()
    for values in _values(problem):
        try:
            found.update(_jumps(values, span))
        except NumericalError:  # the run will meet it, and say in which step
            continue
    return tuple(sorted(found))


def _values(problem: Problem) -> Iterator[Callable[[float], Any]]:
    """Everything that depends on time."""
    for side in problem.sides:
        if side.values.constant is None:
            yield side.values.at
    source = problem.source
    if source.is_zero or source.is_static:
        return
    if not source.is_separable:
        yield source.at
        return
    for _, envelope in source.drives:
        yield functools.partial(envelope_value, source.name, envelope)


def _jumps(values: Callable[[float], Any], span: RealField) -> Iterator[float]:
    lowest = highest = last = np.asarray(values(float(span[0])))
    bent = []
    for low, high in itertools.pairwise(span):
        now, amid = (np.asarray(values(float(t))) for t in (high, 0.5 * (low + high)))
        change = float(np.abs(now - last).max())
        if float(np.abs(amid - 0.5 * (now + last)).max()) > _BENT * change > 0:
            bent.append((float(low), float(high), change))
        lowest, highest = np.minimum(lowest, now), np.maximum(highest, now)
        last = now
    whole = float((highest - lowest).max())
    for low, high, change in bent:
        if change > _LEAST * whole:
            before, _, size = bisected(values, low, high)
            if size > 0.5 * change:
                yield before
