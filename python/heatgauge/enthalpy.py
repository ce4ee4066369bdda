"""Enthalpy per volume H(T) = ∫C dT of a body, also where C depends on temperature."""

from __future__ import annotations

import numpy as np

from heatgauge.arguments import RealField
from heatgauge.errors import NumericalError
from heatgauge.medium import Medium

# Eight points a panel: exact for C of degree 15. A panel is at most a twentieth of the temperature
# or an eighth of the range of the start, so that smooth capacities are integrated to round-off.
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(8)
_FRACTION, _PARTS = 0.05, 8


class Enthalpy:
    """H as a function of T on sites, zero at the lowest temperature of the start.

    Where C is a function of T the integral is taken in panels at fixed temperatures. H is then one
    and the same function at every step, also where C has kinks that no quadrature meets exactly:
    energy balances close to round-off by construction.

    Examples
    --------
    >>> import numpy as np
    >>> import heatgauge as hg
    >>> from heatgauge.enthalpy import Enthalpy
    >>> H = Enthalpy(hg.Medium(1.0, lambda T: 4 * T**3), np.array([1.0, 2.0]))
    >>> H(np.array([1.0, 3.0])).round(12).tolist()          # T⁴ − 1
    [0.0, 80.0]
    """

    def __init__(self, medium: Medium, start: RealField) -> None:
        self._capacity = medium.capacity
        self._medium = medium
        self._lowest = float(np.min(start))
        largest = float(np.max(np.abs(start)))
        self._width = max(float(np.ptp(start)) / _PARTS, _FRACTION * largest) or 1.0
        self._sums: dict[int, float] = {0: 0.0}

    def capacity(self, temperature: RealField) -> RealField:
        """C at T on sites."""
        if not callable(self._capacity):
            return np.broadcast_to(self._capacity, temperature.shape)
        values: RealField = self._medium.value("capacity", temperature)
        return values

    def __call__(self, temperature: RealField) -> RealField:
        """Return H at T on sites."""
        if not callable(self._capacity):
            return np.asarray(self._capacity * (temperature - self._lowest))
        # From the nearest sum, so that H near the zero of it is precise on either side.
        panel = np.rint((temperature - self._lowest) / self._width).astype(np.int64)
        self._extend(int(panel.min()), int(panel.max()))
        numbers, inverse = np.unique(panel, return_inverse=True)
        sums = np.array([self._sums[int(k)] for k in numbers])[inverse].reshape(panel.shape)
        begin = np.asarray(self._lowest + panel * self._width, dtype=np.float64)
        return np.asarray(sums + self._integral(begin, temperature))

    def temperature(self, enthalpy: RealField, guess: RealField) -> RealField:
        """Return T with H(T) = ``enthalpy``, by Newton's method from a guess, to round-off."""
        if not callable(self._capacity):
            return np.asarray(self._lowest + enthalpy / self._capacity)
        T = guess.copy()
        best = np.full(T.shape, np.inf)
        for _ in range(60):
            change = (enthalpy - self(T)) / self.capacity(T)
            if not (np.abs(change) < 0.5 * best).any():
                return T
            best = np.minimum(best, np.abs(change))
            T = T + change
        raise NumericalError(
            "The temperature of an enthalpy was not found.", None, float(best.max())
        )

    def _extend(self, low: int, high: int) -> None:
        """Sums of whole panels from the first one to ``low`` and ``high``."""
        lowest, highest = min(self._sums), max(self._sums)
        for k in range(highest, high):
            self._sums[k + 1] = self._sums[k] + self._panel(k)
        for k in range(lowest, low, -1):
            self._sums[k - 1] = self._sums[k] - self._panel(k - 1)

    def _panel(self, k: int) -> float:
        ends = self._lowest + np.array([k, k + 1]) * self._width
        return float(self._integral(ends[:1], ends[1:])[0])

    def _integral(self, begin: RealField, end: RealField) -> RealField:
        half = 0.5 * (end - begin)
        middle = 0.5 * (end + begin)
        values = self.capacity(middle + np.multiply.outer(_NODES, half))
        return np.asarray(half * np.tensordot(_WEIGHTS, values, axes=1))
