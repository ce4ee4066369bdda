"""∫V dt on the sites from a fixed time to any other, to rounding."""

from __future__ import annotations

import numpy as np

from heatgauge.arguments import RealField
from heatgauge.errors import NumericalError
from heatgauge.potentials import HeatPotentials

# Parts of one interval: enough for dozens of jumps, each of which takes some fifty bisections to
# weigh less than the rounding of the whole; a V that is noise in t takes all of them.
_MOST_PARTS = 4_000
_ROUNDING = 16 * float(np.finfo(float).eps)


class TimeIntegral:
    """χ(t) = ∫V dt from times[0] to t: bisected until two halves give what the whole gives.

    Integrals between neighbouring ``times`` and breakpoints of the potentials are kept, so that
    a time costs one interval. Before times[0] the integral runs backwards.
    """

    def __init__(self, potentials: HeatPotentials, times: RealField | None) -> None:
        knots = np.zeros(0) if times is None else times
        kinks = np.array(potentials.breakpoints)
        first = kinks if times is None else times
        origin = float(first[0]) if first.size else 0.0
        later = np.concatenate([knots, kinks])
        self._knots = np.unique(np.concatenate([[origin], later[later > origin]]))
        self._sums: list[RealField] = [np.zeros(potentials.grid.shape)]
        self._potentials = potentials

    def at(self, t: float) -> RealField:
        """Return ∫V dt from times[0] to ``t``."""
        k = max(int(np.searchsorted(self._knots, t, side="right")) - 1, 0)
        while len(self._sums) <= k:
            end = len(self._sums)
            step = self._over(float(self._knots[end - 1]), float(self._knots[end]))
            self._sums.append(self._sums[-1] + step)
        return self._sums[k] + self._over(float(self._knots[k]), t)

    def _over(self, start: float, end: float) -> RealField:
        if start == end:
            return np.zeros(self._potentials.grid.shape)
        whole = self._potentials.temporal(start, end)
        middle = 0.5 * (start + end)
        here = max(float(np.abs(self._potentials.at(s)[0]).max()) for s in (start, middle, end))
        scale = max(here * abs(end - start), float(np.abs(whole).max()))
        return self._bisected(start, end, whole, _ROUNDING * scale)

    def _bisected(self, start: float, end: float, whole: RealField, tolerance: float) -> RealField:
        total = np.zeros_like(whole)
        parts = [(start, end, whole)]
        for _ in range(_MOST_PARTS):
            begin, stop, estimate = parts.pop()
            middle = 0.5 * (begin + stop)
            first = self._potentials.temporal(begin, middle)
            second = self._potentials.temporal(middle, stop)
            if np.abs(first + second - estimate).max() <= tolerance:
                total += first + second
            else:
                parts += [(middle, stop, second), (begin, middle, first)]
            if not parts:
                return total
        raise NumericalError(
            f"V could not be integrated over time from {start!r} to {end!r}: near t = {middle!r} "
            f"its values are not those of a smooth function. Give V as samples, or `times` at the "
            f"jumps of V.",
            time=middle,
        )
