"""A store of heat between two isochores, which lets heat flow only from hot to cold."""

from __future__ import annotations

import math

import numpy as np

from heatgauge.arguments import RealField
from heatgauge.thermo.partition import partition
from heatgauge.thermo.spectra import Medium

# Heat capacities are smooth in ln T: a Schottky peak of two levels is about 1 wide, one between
# levels of degeneracies g and 1 about 1/ln g.
_PER_UNIT = 64  # temperatures looked at for each unit of ln T
_PANEL = 0.25  # of ln T, in which Gauss's rule of 16 points leaves rounding only


class Regenerator:
    """Takes what a medium gives off at ``cool`` and gives what it needs at ``warm``.

    Heating to above T still needs G(T) = ∫_T^{T_h}(C_warm − C_cool)dT when all that cooling gives
    there has been used.
    """

    def __init__(
        self, medium: Medium, warm: float, cool: float, T_hot: float, T_cold: float
    ) -> None:
        self._k_B = medium.k_B
        # from their lowest, which no heat depends on, so that it takes no digits
        self._levels = [medium.energies(x) - medium.energies(x).min() for x in (warm, cool)]
        self._T_hot, self._T_cold = T_hot, T_cold
        self._full = [float(self._state(x, T_hot)[0]) for x in (0, 1)]

    def extra(self) -> float:
        """max G(T): heat that the hot bath must add, so that the flow is never upwards."""
        count = 2 + math.ceil(_PER_UNIT * math.log(self._T_hot / self._T_cold))
        T = np.geomspace(self._T_cold, self._T_hot, max(count, 33))
        T[[0, -1]] = self._T_cold, self._T_hot
        parts = [self._needed(part) for part in np.array_split(T, math.ceil(T.size / 64))]
        G, slope = (np.concatenate(values) for values in zip(*parts, strict=True))
        best = max(float(G.max()), 0.0)
        # A maximum between two points is at most so high; the rest is not worth looking for.
        bound = G[:-1] + slope[:-1] * np.diff(T)
        size = 1e-15 * max(self._full)
        for k in np.flatnonzero((slope[:-1] > 0) & (slope[1:] < 0) & (bound > best + size)):
            best = max(best, self._summit(float(T[k]), float(T[k + 1])))
        return best

    def production(self, extra: float) -> float:
        """∫(Q − G)dT/T² = ∫(Q − G)/T d(ln T) of the heat Q − G that flows down through T."""
        low, high = math.log(self._T_cold), math.log(self._T_hot)
        panels = math.ceil((high - low) / _PANEL)
        width = (high - low) / panels
        points, weights = np.polynomial.legendre.leggauss(16)
        total = 0.0
        for k in range(panels):
            T = np.exp(low + width * (k + 0.5 * (points + 1)))
            total += 0.5 * width * float(weights @ ((extra - self._needed(T)[0]) / T))
        return total

    def _needed(self, T: RealField) -> tuple[RealField, RealField]:
        """G(T) and its slope."""
        (warmed, C_warm), (cooled, C_cool) = (self._state(x, T) for x in (0, 1))
        return (self._full[0] - warmed) - (self._full[1] - cooled), C_cool - C_warm

    def _summit(self, low: float, high: float) -> float:
        from scipy.optimize import brentq

        def slope(T: float) -> float:
            return float(self._needed(np.array([T]))[1][0])

        T = brentq(slope, low, high, xtol=1e-15 * low)
        return float(self._needed(np.array([T]))[0][0])

    def _state(self, which: int, T: RealField | float) -> tuple[RealField, RealField]:
        """Enthalpy above the lowest level, and heat capacity."""
        state = partition(self._levels[which], T, k_B=self._k_B)
        return np.asarray(state.enthalpy), np.asarray(state.heat_capacity)
