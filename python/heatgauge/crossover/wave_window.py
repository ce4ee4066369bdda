"""The critical temperatures between which heat runs as a wave."""

from __future__ import annotations

import dataclasses
import itertools
import math
from typing import Any, Self

import numpy as np

from heatgauge.arguments import RealField, choice, real
from heatgauge.crossover.crossings import roots
from heatgauge.crossover.transport import BOUNDARIES, COLDEST, HOTTEST, Transport, as_transport
from heatgauge.records.quantity import Quantity, shown, worst

_SAMPLES_PER_DECADE = 100


class Crossing(float):
    """A critical temperature [K]: a float that knows how it came about.

    Attributes
    ----------
    kind : str
        "falling": the wave ends with rising T; "rising": it begins; "touching": the curves touch
        there and the side does not change; "jump up", "jump down": a law jumps across.
    uncertainty : float or None
        Of the temperature [K], from those of τ and of the speed; None where none is known.
    status, source : str
        The worst of what went in, and all sources.

    Examples
    --------
    >>> import heatgauge as hg
    >>> edge = hg.crossover.critical_temperature(hg.crossover.PowerLaw(1.0, 3), time=1e-3).upper[0]
    >>> round(edge, 12), edge.kind, edge.status
    (10.0, 'falling', 'computed')
    """

    kind: str
    uncertainty: float | None
    status: str
    source: str

    def __new__(
        cls,
        temperature: float,
        kind: str = "",
        uncertainty: float | None = None,
        status: str = "computed",
        source: str = "",
    ) -> Self:
        self = super().__new__(cls, temperature)
        self.kind, self.uncertainty, self.status, self.source = kind, uncertainty, status, source
        return self

    def __str__(self) -> str:
        return f"{shown(float(self), self.uncertainty)} K [{self.status}]"


@dataclasses.dataclass(frozen=True)
class WaveWindow:
    """Both edges of the wave window for one length or time (or both: the stricter one counts).

    Attributes
    ----------
    lower, upper : list of Crossing
        Where τ_N (cτ_N) meets the time (length), and where τ_R (4πvτ_R) does, ascending; empty
        where there is none, and then the reason is in ``lower_reason`` and ``upper_reason``.
    wave : tuple of (float, float)
        Where heat is wave-like [K]; () also where an edge is unknown.
    name : str
    length, time : float or None
    boundary : str
    temperatures : tuple of float
        What was searched [K].
    assumptions : tuple of str

    Examples
    --------
    >>> import heatgauge as hg
    >>> window = hg.crossover.critical_temperature(
    ...     hg.crossover.PowerLaw(1e-4, 5), time=1e-6, tau_normal=hg.crossover.PowerLaw(1e-6, 3)
    ... )
    >>> lower, upper = window
    >>> print(*lower, *upper)
    1 K [computed] 2.512 K [computed]
    """

    lower: list[Crossing]
    upper: list[Crossing]
    wave: tuple[tuple[float, float], ...]
    lower_reason: str
    upper_reason: str
    name: str
    length: float | None
    time: float | None
    boundary: str
    temperatures: tuple[float, float]
    assumptions: tuple[str, ...]

    def __iter__(self) -> Any:
        return iter((self.lower, self.upper))

    def __str__(self) -> str:
        scales = [f"L = {self.length:g} m ({self.boundary})" if self.length else ""]
        scales.append(f"t = {self.time:g} s" if self.time else "")
        lines = [f"{self.name}, {', '.join(filter(None, scales))}"]
        for edge in ("lower", "upper"):
            found, reason = getattr(self, edge), getattr(self, f"{edge}_reason")
            lines.append(f"  {edge} edge: {', '.join(map(str, found)) or reason}")
        lines += [f"  assumed: {text}" for text in self.assumptions]
        return "\n".join(lines)


def critical_temperature(
    record_or_law: Any,
    length: float | None = None,
    time: float | None = None,
    *,
    tau_normal: Any = None,
    wave_speed: Any = None,
    sound_speed: Any = None,
    boundary: str = "periodic",
    temperatures: tuple[float, float] | None = None,
    sample: str | None = None,
) -> WaveWindow:
    """Return both edges of the window of temperature in which heat is wave-like.

    Above the window (too hot) heat diffuses: τ_R(T) < t, or 4πv τ_R(T) < L, which is k_c at
    k = 2π/L. Below it (too cold) phonons are ballistic and run with c, not c/√3: τ_N(T) > t, or
    c τ_N(T) > L.

    Parameters
    ----------
    record_or_law : Record, str, Transport or callable
        A record or its name (as it stands: nothing is assumed), a `transport` or one of
        `scenarios`, or a law τ_R(T).
    length, time : float
        L [m] and t [s]; at least one. With both, each edge is the stricter one.
    tau_normal : callable or float, optional
        τ_N(T) [s].
    wave_speed, sound_speed : callable or float, optional
        v and c [m/s]; with a law either gives the other by v = c/√3.
    boundary : str
        "periodic" (longest wave L: 4πvτ_R) or "wall" (a fixed or insulated box, longest wave 2L:
        2πvτ_R).
    temperatures : tuple of float, optional
        Where to search [K]; by default the range of the record, 0.01 to 1000 K for a law.
    sample : str, optional
        Of the record.

    Returns
    -------
    WaveWindow

    Raises
    ------
    TypeError, ValueError
        For arguments that are missing or out of range.

    Examples
    --------
    >>> import heatgauge as hg
    >>> print(hg.crossover.critical_temperature(hg.materials["Bi"], length=9.06e-3))
    Bi, L = 0.00906 m (periodic)
      lower edge: 1.335 K [unverified]
      upper edge: no data: Bi has no `tau_resistive` at 1.2 K: the record holds none.
    """
    if length is None and time is None:
        raise TypeError("Give at least one of the arguments `length` and `time`.")
    length = None if length is None else real("length", length, above=0.0)
    time = None if time is None else real("time", time, above=0.0)
    choice("boundary", boundary, tuple(BOUNDARIES))
    laws = {"tau_normal": tau_normal, "wave_speed": wave_speed, "sound_speed": sound_speed}
    gas = as_transport(record_or_law, sample, laws)
    low, high = _searched(temperatures, gas)
    samples = sampled(low, high, gas.breaks)
    scales = {k: v for k, v in (("length", length), ("time", time)) if v is not None}
    edges = [_Edge(gas, edge, scales, boundary) for edge in ("lower", "upper")]
    lower, upper = (edge.crossings(samples) for edge in edges)
    if gas.highest is not None and not upper:
        top = gas.highest
        upper = [Crossing(top.value, "falling", top.uncertainty, top.status, top.source)]
    return WaveWindow(
        lower=lower,
        upper=upper,
        wave=_intervals(edges, [*lower, *upper], samples),
        lower_reason="" if lower else edges[0].reason(samples),
        upper_reason="" if upper else edges[1].reason(samples),
        name=gas.name,
        length=length,
        time=time,
        boundary=boundary,
        temperatures=(low, high),
        assumptions=gas.assumptions,
    )


def sampled(low: float, high: float, breaks: tuple[float, ...]) -> RealField:
    """Temperatures even in ln T from low to high, with every break among them."""
    count = max(3, int(_SAMPLES_PER_DECADE * math.log10(high / low)) + 2)
    even = np.geomspace(low, high, count)
    even[0], even[-1] = low, high
    inside = [T for T in breaks if low < T < high]
    return np.unique(np.concatenate([even, inside]))


@dataclasses.dataclass(frozen=True, eq=False)
class _Edge:
    """One edge: ``margin`` is the logarithm of a ratio that is > 0 on the side of the wave."""

    gas: Transport
    edge: str
    scales: dict[str, float]
    boundary: str
    margins: dict[float, float] = dataclasses.field(default_factory=dict)

    def limits(self, T: float) -> list[tuple[float, Quantity]] | str:
        """(margin, scale) for length and time, or why there is none."""
        found = []
        for kind, asked in self.scales.items():
            limit = self.gas.scale(self.edge, kind, T, self.boundary)
            if isinstance(limit, str):
                return limit
            with np.errstate(divide="ignore"):
                ratio = float(np.log(limit.value) - math.log(asked))
            found.append((-ratio if self.edge == "lower" else ratio, limit))
        return found

    def margin(self, T: float) -> float:
        if T not in self.margins:
            found = self.limits(T)
            self.margins[T] = (
                math.nan if isinstance(found, str) else min(margin for margin, _ in found)
            )
        return self.margins[T]

    def crossings(self, samples: RealField) -> list[Crossing]:
        return [self._crossing(root.temperature, root.kind) for root in roots(self.margin, samples)]

    def _crossing(self, T: float, kind: str) -> Crossing:
        found = self.limits(T)
        assert not isinstance(found, str)  # a root lies between samples with data
        limit = min(found, key=lambda pair: pair[0])[1]
        uncertainty = None
        if limit.uncertainty is not None and "jump" not in kind and kind != "touching":
            step = 1e-4
            slope = (self.margin(T * (1 + step)) - self.margin(T * (1 - step))) / (2 * step * T)
            if math.isfinite(slope) and slope != 0:
                uncertainty = limit.uncertainty / limit.value / abs(slope)
        return Crossing(T, kind, uncertainty, worst([limit.status]), limit.source)

    def reason(self, samples: RealField) -> str:
        """Why there is no crossing."""
        margins = np.array([self.margin(float(T)) for T in samples])
        have = np.isfinite(margins) | np.isinf(margins)
        if not have.any():
            return f"no data: {self.limits(float(samples[0]))}"
        T = samples[have]
        side = "the wave" if margins[have].min() > 0 else "no wave"
        return f"none from {T[0]:g} to {T[-1]:g} K: on the side of {side} at all of them"


def _searched(temperatures: Any, gas: Transport) -> tuple[float, float]:
    if temperatures is None:
        return gas.temperatures
    try:
        low, high = temperatures
    except (TypeError, ValueError):
        raise TypeError(
            "Argument `temperatures` must be the lowest and the highest temperature, but is "
            f"{temperatures!r}."
        ) from None
    low = real("temperatures", low, least=COLDEST, most=HOTTEST)
    return low, real("temperatures", high, above=low, most=HOTTEST)


def _intervals(
    edges: list[_Edge], crossings: list[Crossing], samples: RealField
) -> tuple[tuple[float, float], ...]:
    """Where both margins are known and positive, between crossings and the ends of the data."""

    def wave(T: float) -> bool:
        return all(edge.margin(T) > 0 for edge in edges)

    pieces: list[tuple[float, float]] = []
    inside = sorted(map(float, crossings))
    for a, b in itertools.pairwise(map(float, samples)):
        marks = [a, *(T for T in inside if a < T < b), b]
        for left, right in itertools.pairwise(marks):
            alone = len(marks) == 2  # then the ends tell, unless one of them is itself an edge
            seen = (a, b) if alone and a not in inside and b not in inside else ()
            if not all(map(wave, seen or (math.sqrt(left * right),))):
                continue
            if pieces and pieces[-1][1] == left:
                pieces[-1] = (pieces[-1][0], right)
            else:
                pieces.append((left, right))
    return tuple(pieces)
