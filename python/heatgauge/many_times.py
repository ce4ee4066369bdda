"""Values of callables at many times: in one call where they take arrays of times."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from heatgauge.arguments import RealField

_EPS = float(np.finfo(float).eps)
# Rounding by which a function may differ between an array of times and a single one.
_ROUNDING = 16 * _EPS
# Three single calls check one at all times: with fewer times nothing is gained.
_FEWEST = 12


class ManyTimes:
    """``one(t)`` at several times; by a single call of ``many(times)`` where that gives the same.

    ``many`` returns what broadcasts to (times, …), or raises. Its values at the first, a middle and
    the last time are compared with those of ``one``, in every call; where they differ by more than
    rounding, or anything is raised, times are taken one after another, now and from then on, so
    that errors are those of ``one``.
    """

    def __init__(self, one: Callable[[float], Any], many: Callable[[RealField], Any]) -> None:
        self._one = one
        self._many = many
        self._at_once = True

    def __call__(self, times: RealField) -> RealField:
        """Return an array (times, …)."""
        if self._at_once and times.size >= _FEWEST:
            found = self._together(times)
            if found is not None:
                return found
            self._at_once = False
        first = np.asarray(self._one(float(times[0])))
        values = np.empty((times.size, *first.shape))
        values[0] = first
        for k, t in enumerate(times[1:].tolist(), start=1):
            values[k] = self._one(t)
        return values

    def _together(self, times: RealField) -> RealField | None:
        checked = (0, times.size // 2 - 1, times.size - 1)
        try:
            single = np.array([self._one(float(times[k])) for k in checked], dtype=np.float64)
            values = np.asarray(self._many(times))
            if values.dtype.kind not in "fiu":
                return None
            shape = (times.size, *single.shape[1:])
            found = np.array(np.broadcast_to(values, shape), dtype=np.float64)
        except Exception:  # whatever a function of the user does with an array of times
            return None
        size = float(np.max(np.abs(single), initial=0.0))
        differs = np.max(np.abs(found[list(checked)] - single), initial=0.0)
        # NaN and infinity are for single calls to name
        return found if differs <= _ROUNDING * size and np.isfinite(found).all() else None
