"""The wave equation of the Lorenz gauge, solved mode by mode with exact oscillations."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np

from heatgauge.arguments import RealField
from heatgauge.errors import NumericalError
from heatgauge.lattice_laplacian import LatticeLaplacian, link_divergence
from heatgauge.potentials import HeatPotentials

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(12)
# 12 points integrate an oscillation through 2 rad to (1^24/24!) ~ 1e-24 of itself.
_TURN = 2.0
_MOST_PARTS = 400  # of one panel; a V that jumps at a time that is not given takes all of them
_ROUNDING = 1e-14
_EPS = float(np.finfo(float).eps)


class LorenzWave:
    """χ and u = V − ∂ₜχ with ∂ₜu = −v²(∇·A + ∇²χ), both known at any time of the span.

    That is ∇·A' + v⁻²∂ₜV' = 0 for A' = A + ∇χ and V' = u, in first order: V needs no derivative.
    Per eigenmode of ∇², with ω = v k̂, (χ, u) turns freely by ωt and is driven by (V, −v²∇·A):

        χ(t) = χ₀ cos ωt − u₀ sin(ωt)/ω + ∫ [V cos ω(t−s) + v²∇·A sin ω(t−s)/ω] ds,

    and u = u₀ cos ωt + χ₀ω sin ωt + ∫ [V ω sin ω(t−s) − v²∇·A cos ω(t−s)] ds. The integrals take
    12 Gauss–Legendre points on panels in which the fastest mode turns by at most 2 rad, bisected
    until two halves agree with the whole.
    """

    def __init__(self, potentials: HeatPotentials, times: RealField, speed: float) -> None:
        self._potentials = potentials
        self._laplacian = LatticeLaplacian(potentials.grid)
        self._speed = speed
        self._frequency = speed * np.sqrt(-self._laplacian.eigenvalues)
        kinks = np.array(potentials.breakpoints)
        inner = kinks[(kinks > times[0]) & (kinks < times[-1])]
        self._knots = np.unique(np.concatenate([times, inner]))
        start = float(self._knots[0])
        V = self._laplacian.modes(potentials.at(start)[0])
        self._states: list[Any] = [(np.zeros_like(V), V)]
        self._size = float(np.abs(V).max())
        self._last: tuple[float, Any] = (start, self._states[0])

    def at(self, t: float) -> RealField:
        """Return χ on the sites at ``t``."""
        return self._laplacian.field(self._state(t)[0])

    def rate(self, t: float) -> RealField:
        """Return ∂ₜχ = V − u on the sites at ``t``."""
        return self._potentials.at(t)[0] - self._laplacian.field(self._state(t)[1])

    def _state(self, t: float) -> Any:
        first, last = float(self._knots[0]), float(self._knots[-1])
        slack = 8 * _EPS * max(abs(first), abs(last))  # steps end at times that are off by rounding
        if not first - slack <= t <= last + slack:
            raise ValueError(
                f"Argument `t` must be in [{first!r}, {last!r}], the times given for the Lorenz "
                f"gauge, but is {t!r}."
            )
        if t == self._last[0]:
            return self._last[1]
        t = min(max(t, first), last)
        k = int(np.searchsorted(self._knots, t, side="right")) - 1
        while len(self._states) <= k:
            end = len(self._states)
            start = float(self._knots[end - 1])
            self._states.append(self._carried(self._states[-1], start, float(self._knots[end])))
        state = self._carried(self._states[k], float(self._knots[k]), t)
        self._last = (t, state)
        return state

    def _carried(self, state: Any, start: float, end: float) -> Any:
        if end == start:
            return state
        panels = max(1, int(np.ceil(self._frequency.max() * (end - start) / _TURN)))
        edges = np.linspace(start, end, panels + 1)
        for a, b in itertools.pairwise(edges):
            state = self._panel(state, float(a), float(b))
        return state

    def _panel(self, state: Any, start: float, end: float) -> Any:
        """Carry over a panel in parts whose two halves agree with the whole."""
        parts = [(start, end, self._driven(start, end))]
        for _ in range(_MOST_PARTS):
            begin, stop, drive = parts.pop()
            middle = 0.5 * (begin + stop)
            first, second = self._driven(begin, middle), self._driven(middle, stop)
            together = _sum(self._turned(first, stop - middle), second)
            self._size = max(self._size, *(float(np.abs(s[1]).max()) for s in (state, drive)))
            difference = max(
                float(np.abs(together[1] - drive[1]).max()),
                float(np.abs(together[0] - drive[0]).max()) / (stop - begin),
            )
            if difference <= _ROUNDING * self._size:
                state = _sum(self._turned(state, stop - begin), together)
            else:
                parts += [(middle, stop, second), (begin, middle, first)]
            if not parts:
                return state
        raise NumericalError(
            f"The Lorenz condition could not be integrated near t = {middle!r}: V or A jumps "
            f"there. Give the time of the jump in `times`.",
            time=middle,
            residual=difference,
        )

    def _driven(self, start: float, end: float) -> Any:
        """(χ, u) at ``end`` that V and A cause from rest at ``start``."""
        half = 0.5 * (end - start)
        chi: Any = 0.0
        u: Any = 0.0
        for x, w in zip(_NODES, _WEIGHTS, strict=True):
            s = start + half * (1.0 + x)
            V = self._laplacian.modes(self._potentials.at(s)[0])
            flow = link_divergence(self._potentials.grid, self._potentials.links(s))
            source = self._laplacian.modes(-(self._speed**2) * flow)
            turned = self._turned((V, source), end - s)
            chi, u = chi + half * w * turned[0], u + half * w * turned[1]
        return chi, u

    def _turned(self, state: Any, duration: float) -> Any:
        """Free motion: ∂ₜχ = −u, ∂ₜu = ω²χ."""
        chi, u = state
        angle = self._frequency * duration
        cosine, sine = np.cos(angle), np.sin(angle)
        delay = duration * np.sinc(angle / np.pi)  # sin(ωt)/ω, also where ω = 0
        return chi * cosine - u * delay, u * cosine + chi * self._frequency * sine


def _sum(one: Any, two: Any) -> Any:
    return one[0] + two[0], one[1] + two[1]
