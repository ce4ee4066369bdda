"""Numerical time derivative of a field whose time scale is not known beforehand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from heatgauge.arguments import RealField

_EPS = float(np.finfo(float).eps)
# Golden ratio to the power -3. With a rational ratio, one step that is close to a whole number of
# periods of f makes all longer ones so, and the wrong slopes agree.
_RATIO = (5**0.5 - 1) ** 3 / 8
# Sixth-order central differences: distance, weight in the slope, weight in the curvature.
_STENCIL = ((1, 1.5, 1.5), (2, -0.6, -0.15), (3, 0.1, 1 / 90))


def time_derivative(f: Callable[[float], Any], t: float) -> RealField:
    """Return ∂ₜf(t) by sixth-order central differences.

    The step is taken from a ladder of steps, a factor 4.2 apart, from max(|t|, 1e6) downwards: the
    one at which two neighbouring steps agree best, rounding included, in units of the variation
    that f shows over that step. With |∂ₜᵏf| ~ F/Tᵏ the error is about eps^(6/7)·F/T, some 1e-13.

    Parameters
    ----------
    f : callable
        ``f(t)`` returns a number or an array.
    t : float

    Examples
    --------
    >>> import math
    >>> from heatgauge.time_derivative import time_derivative
    >>> slope = time_derivative(lambda t: math.sin(1e9 * t), 2e-9)
    >>> bool(abs(slope / 1e9 - math.cos(2.0)) < 1e-11)
    True
    """
    sample = _sparse(f, t)
    best, best_error, streak = 0.0, np.inf, 0
    previous: _Difference | None = None
    step = max(abs(t), 1e6)
    while True:
        step *= _RATIO
        if step < 1e-21 or step < 64 * _EPS * abs(t):
            break
        here = _difference(sample, t, step)
        if previous is not None and here.variation > 0 and np.isfinite(here.size):
            # A pulse much shorter than the step has slope 0 at all such steps: its curvature,
            # -2f/δ², gives it away. An oscillation much faster than the step may agree by chance
            # once, hardly twice in a row.
            bend = float(np.max(np.abs(here.curvature - previous.curvature))) * step**2
            change = float(np.max(np.abs(here.slope - previous.slope))) * step
            resolved = max(bend, change) < 0.02 * here.variation
            streak = streak + 1 if resolved else 0
            error = (change + _EPS * here.size) / step
            if streak >= 2 and error < best_error:
                best, best_error = step, error
        previous = here
    return _difference(f, t, best).slope if best > 0 else np.zeros(np.shape(f(t)))


class _Difference(NamedTuple):
    slope: RealField
    curvature: RealField
    variation: float  # of f over one step
    size: float  # largest |f| on the stencil


def _difference(f: Callable[[float], Any], t: float, step: float) -> _Difference:
    slope: Any = 0.0
    curvature: Any = 0.0
    variation = 0.0
    with np.errstate(all="ignore"):
        middle = np.asarray(f(t), dtype=np.float64)
        size = float(np.max(np.abs(middle)))
        for k, first, second in _STENCIL:
            # the distance that t ± kδ really gives in floating point: t itself is not exact
            later, earlier = t + k * step, t - k * step
            after, before = np.asarray(f(later)), np.asarray(f(earlier))
            slope = slope + first * (after - before) / (later - earlier)
            curvature = curvature + second * ((after - middle) - (middle - before)) / step**2
            largest = np.max(np.abs([after, before]))
            size = float(np.maximum(size, largest))  # keeps a NaN
            if k == 1:
                variation = float(max(np.max(np.abs(x - middle)) for x in (after, before)))
    return _Difference(np.asarray(slope), np.asarray(curvature), variation, size)


def _sparse(f: Callable[[float], Any], t: float) -> Callable[[float], RealField]:
    """At most 64 entries of f, so that choosing the step costs no memory traffic."""
    size = np.asarray(f(t)).size
    pick = np.linspace(0, size - 1, min(size, 64)).astype(np.intp)

    def sample(s: float) -> RealField:
        return np.asarray(f(s), dtype=np.float64).ravel()[pick]

    return sample
