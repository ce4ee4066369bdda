"""Where a function of temperature vanishes: none, one or several places, tangential ones too."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import numpy as np

from heatgauge.arguments import RealField

# A contact counts as one if the function comes this close to zero: it is a logarithm of a ratio,
# so the two curves then touch to nine digits.
_CONTACT = 1e-9
# Beyond this the logarithm of a ratio is as good as infinite, and keeps its sign.
_LARGEST = 1e4


@dataclasses.dataclass(frozen=True)
class Root:
    """One place.

    Attributes
    ----------
    temperature : float
    kind : str
        "rising" or "falling" (the sign of the function changes from − to +, or from + to −),
        "touching" (it vanishes without a change of sign), "jump up" or "jump down" (the sign
        changes where the function is discontinuous).
    """

    temperature: float
    kind: str


def roots(function: Callable[[float], float], temperatures: RealField) -> list[Root]:
    """All zeros of ``function`` between the first and last of ``temperatures``, ascending.

    Brackets come from the samples, so that zeros closer than their spacing may be missed unless a
    minimum of the modulus between three samples gives them away; each is then refined in ln T.
    NaN means unknown: nothing is sought across it.

    Parameters
    ----------
    function : callable
        T → real, the logarithm of a ratio; ±inf and NaN are allowed.
    temperatures : array
        Ascending, > 0.

    Examples
    --------
    >>> import numpy as np
    >>> from heatgauge.crossover.crossings import roots
    >>> T = np.geomspace(0.1, 10, 50)
    >>> [(round(r.temperature, 12), r.kind) for r in roots(lambda t: np.log(t / 2), T)]
    [(2.0, 'rising')]
    >>> [(round(r.temperature, 6), r.kind) for r in roots(lambda t: np.log(t / 2) ** 2, T)]
    [(2.0, 'touching')]
    """

    T = temperatures
    f = np.clip([function(float(t)) for t in T], -_LARGEST, _LARGEST)
    found = [_crossing(_Bracket(function, T[k], T[k + 1])) for k in _changes(f)]
    found += [Root(float(T[k]), _kind_at(f, int(k))) for k in np.flatnonzero(f == 0)]
    for k in _near_misses(f):
        found += _contacts(_Bracket(function, T[k - 1], T[k + 1]), T[k])
    return sorted(found, key=lambda root: root.temperature)


@dataclasses.dataclass(frozen=True)
class _Bracket:
    """The function of x = ln T between two temperatures, and never an ulp outside them."""

    function: Callable[[float], float]
    lower: float
    upper: float

    def temperature(self, x: float) -> float:
        return float(min(max(np.exp(x), self.lower), self.upper))

    def __call__(self, x: float) -> float:
        return float(np.clip(self.function(self.temperature(x)), -_LARGEST, _LARGEST))


def _changes(f: RealField) -> list[int]:
    """Intervals between two samples of opposite sign."""
    with np.errstate(invalid="ignore"):
        return [int(k) for k in np.flatnonzero(f[:-1] * f[1:] < 0)]


def _kind_at(f: RealField, k: int) -> str:
    """What happens at a sample that is zero itself."""
    before = f[k - 1] if k else np.nan
    after = f[k + 1] if k + 1 < f.size else np.nan
    if np.isnan(before) or np.isnan(after):
        rises = after > 0 or before < 0
        return "rising" if rises else "falling"
    if before * after > 0:
        return "touching"
    return "rising" if after > before else "falling"


def _near_misses(f: RealField) -> list[int]:
    """Samples at which the modulus has a minimum without a change of sign around."""
    found = []
    for k in range(1, f.size - 1):
        left, middle, right = f[k - 1 : k + 2]
        same = left * middle > 0 and middle * right > 0
        lowest = abs(middle) <= min(abs(left), abs(right))
        # A parabola that touches zero changes by more than its least sample from one to the next.
        if same and lowest and abs(middle) <= 2 * max(abs(left - middle), abs(right - middle)):
            found.append(k)
    return found


def _crossing(smooth: _Bracket) -> Root:
    from scipy.optimize import brentq

    a, b = float(np.log(smooth.lower)), float(np.log(smooth.upper))
    rises = smooth(a) < 0
    x = float(brentq(smooth, a, b, xtol=1e-15, rtol=4 * np.finfo(float).eps))
    # A continuous function is near zero on both sides; a jump leaves a gap that does not close.
    step = 1e-9 * max(1.0, abs(x))
    jump = min(abs(smooth(v)) for v in (x - step, x, x + step)) > 1e-3
    kinds = ("jump down", "jump up") if jump else ("falling", "rising")
    return Root(smooth.temperature(x), kinds[rises])


def _contacts(smooth: _Bracket, middle: float) -> list[Root]:
    """What a minimum of the modulus between three samples turns out to be: 0, 1 or 2 roots."""
    from scipy.optimize import minimize_scalar

    sign = np.sign(smooth(float(np.log(middle))))
    best = minimize_scalar(
        lambda v: sign * smooth(v),
        bounds=(np.log(smooth.lower), np.log(smooth.upper)),
        method="bounded",
        options={"xatol": 1e-12},
    )
    lowest, where = float(best.fun), smooth.temperature(float(best.x))
    if lowest < -_CONTACT:
        parts = ((smooth.lower, where), (where, smooth.upper))
        return [_crossing(_Bracket(smooth.function, low, high)) for low, high in parts]
    return [Root(where, "touching")] if lowest <= _CONTACT else []
