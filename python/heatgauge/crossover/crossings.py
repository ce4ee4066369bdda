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

    def smooth(x: float) -> float:
        return float(np.clip(function(float(np.exp(x))), -_LARGEST, _LARGEST))

    x = np.log(temperatures)
    f = np.clip([function(float(T)) for T in temperatures], -_LARGEST, _LARGEST)
    found = [_crossing(smooth, x[k], x[k + 1]) for k in _changes(f)]
    found += [Root(float(np.exp(x[k])), _kind_at(f, int(k))) for k in np.flatnonzero(f == 0)]
    for k in _near_misses(f):
        found += _contacts(smooth, x[k - 1], x[k], x[k + 1])
    return sorted(found, key=lambda root: root.temperature)


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


def _crossing(smooth: Callable[[float], float], a: float, b: float) -> Root:
    from scipy.optimize import brentq

    rises = smooth(a) < 0
    x = float(brentq(smooth, a, b, xtol=1e-15, rtol=4 * np.finfo(float).eps))
    # A continuous function is near zero on both sides; a jump leaves a gap that does not close.
    step = 1e-9 * max(1.0, abs(x))
    sides = [smooth(max(x - step, a)), smooth(min(x + step, b))]
    if min(map(abs, sides)) > 1e-3 and abs(smooth(x)) > 1e-3:
        return Root(float(np.exp(x)), "jump up" if rises else "jump down")
    return Root(float(np.exp(x)), "rising" if rises else "falling")


def _contacts(smooth: Callable[[float], float], a: float, x: float, b: float) -> list[Root]:
    """What a minimum of the modulus between three samples turns out to be: 0, 1 or 2 roots."""
    from scipy.optimize import minimize_scalar

    sign = np.sign(smooth(x))
    best = minimize_scalar(
        lambda v: sign * smooth(v), bounds=(a, b), method="bounded", options={"xatol": 1e-12}
    )
    lowest, where = float(best.fun), float(best.x)
    if lowest < -_CONTACT:
        return [_crossing(smooth, a, where), _crossing(smooth, where, b)]
    return [Root(float(np.exp(where)), "touching")] if lowest <= _CONTACT else []
