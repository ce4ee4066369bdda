"""Maps of the regimes of heat transport over temperature and length, and temperature and time."""

from __future__ import annotations

import dataclasses
import math
from typing import Any

import numpy as np
import numpy.typing as npt

from heatgauge.arguments import RealField, choice, real, real_array, shape_of
from heatgauge.crossover.transport import BOUNDARIES, COLDEST, HOTTEST, Transport, as_transport
from heatgauge.crossover.wave_window import sampled

Codes = npt.NDArray[np.int8]

BALLISTIC, WAVE, DIFFUSIVE, NOT_BALLISTIC, NOT_DIFFUSIVE, NO_DATA = range(6)
REGIMES = (
    "ballistic",
    "wave-like",
    "diffusive",
    "wave-like or diffusive",
    "ballistic or wave-like",
    "no data",
)
"""Regime by code. The two mixed ones: τ_R, or τ_N, is not in the record."""


@dataclasses.dataclass(frozen=True, eq=False)
class RegimeMap:
    """Regimes over (length, T) and (time, T). Immutable.

    Attributes
    ----------
    name : str
    temperatures : array (nT,)
        K.
    lengths, times : array or None
        m and s; None where that map was not asked for.
    length_regimes, time_regimes : int array (nL, nT), (nt, nT), or None
        Codes: `REGIMES` has their names.
    boundaries : dict of str to array (nT,)
        "lower length" c τ_N, "upper length" 4πvτ_R (2πvτ_R), "lower time" τ_N, "upper time" τ_R;
        nan where there is no data, and then ``missing`` says why.
    missing : dict of str to str
    boundary : str
    assumptions : tuple of str
    status : str
        Worst status of the boundaries.

    Examples
    --------
    >>> import heatgauge as hg
    >>> found = hg.crossover.regime_map(
    ...     hg.crossover.PowerLaw(1e-4, 5),
    ...     times=[1e-7, 1e-6, 1e-3],
    ...     temperatures=[1.0, 2.0],
    ...     tau_normal=hg.crossover.PowerLaw(1e-6, 3),
    ... )
    >>> for row in found.time_regimes:
    ...     print([hg.crossover.REGIMES[code] for code in row])
    ['ballistic', 'ballistic']
    ['wave-like', 'wave-like']
    ['diffusive', 'diffusive']
    """

    name: str
    temperatures: RealField
    lengths: RealField | None
    times: RealField | None
    length_regimes: Codes | None
    time_regimes: Codes | None
    boundaries: dict[str, RealField]
    missing: dict[str, str]
    boundary: str
    assumptions: tuple[str, ...]
    status: str


def regime_map(
    record: Any,
    lengths: Any = None,
    times: Any = None,
    *,
    temperatures: Any = None,
    tau_normal: Any = None,
    wave_speed: Any = None,
    sound_speed: Any = None,
    boundary: str = "periodic",
    sample: str | None = None,
) -> RegimeMap:
    """Return which regime rules at each temperature and length, and temperature and time.

    Diffusive where t >= τ_R, or L >= 4πvτ_R; else ballistic where t < τ_N, or L < cτ_N; else
    wave-like. Where a record has τ_N only, what is not ballistic stays "wave-like or diffusive";
    where it has τ_R only, what is not diffusive stays "ballistic or wave-like".

    Parameters
    ----------
    record : Record, str, Transport or callable
        As for `critical_temperature`.
    lengths, times : arrays, optional
        m and s, ascending. With neither, both maps are made: 0.1 µm to 10 cm, 0.1 ns to 1 ms.
    temperatures : array, optional
        K, ascending; by default as many as the range of the record needs.
    tau_normal, wave_speed, sound_speed, boundary, sample
        As for `critical_temperature`.

    Returns
    -------
    RegimeMap

    Raises
    ------
    TypeError, ValueError
        For arguments that are no ascending arrays of numbers > 0.

    Examples
    --------
    >>> import heatgauge as hg
    >>> bismuth = hg.crossover.regime_map(hg.materials["Bi"], lengths=[9e-3], temperatures=[1.2, 3])
    >>> print([hg.crossover.REGIMES[code] for code in bismuth.length_regimes[0]])
    ['ballistic', 'wave-like or diffusive']
    >>> print(bismuth.missing["upper length"])
    Bi has no `tau_resistive` at 1.2 K: the record holds none.
    """
    choice("boundary", boundary, tuple(BOUNDARIES))
    laws = {"tau_normal": tau_normal, "wave_speed": wave_speed, "sound_speed": sound_speed}
    gas = as_transport(record, sample, laws)
    if temperatures is None:
        T = sampled(*gas.temperatures, gas.breaks)
    else:
        T = _ascending("temperatures", temperatures)
        for end in (float(T[0]), float(T[-1])):
            real("temperatures", end, least=COLDEST, most=HOTTEST)
    if lengths is None and times is None:
        lengths, times = np.geomspace(1e-7, 0.1, 121), np.geomspace(1e-10, 1e-3, 121)
    scales = {
        "length": None if lengths is None else _ascending("lengths", lengths),
        "time": None if times is None else _ascending("times", times),
    }
    boundaries: dict[str, RealField] = {}
    missing: dict[str, str] = {}
    statuses: set[str] = set()
    for kind, scale in scales.items():
        for edge in ("lower", "upper") if scale is not None else ():
            name = f"{edge} {kind}"
            boundaries[name] = _boundary(gas, edge, kind, T, boundary, missing, statuses)
    codes = {
        kind: None
        if scale is None
        else _codes(scale, boundaries[f"lower {kind}"], boundaries[f"upper {kind}"])
        for kind, scale in scales.items()
    }
    from heatgauge.records.quantity import worst

    return RegimeMap(
        name=gas.name,
        temperatures=T,
        lengths=scales["length"],
        times=scales["time"],
        length_regimes=_highest(codes["length"], gas, T),
        time_regimes=_highest(codes["time"], gas, T),
        boundaries=boundaries,
        missing=missing,
        boundary=boundary,
        assumptions=gas.assumptions,
        status=worst(sorted(statuses)),
    )


def _boundary(
    gas: Transport,
    edge: str,
    kind: str,
    T: RealField,
    boundary: str,
    missing: dict[str, str],
    statuses: set[str],
) -> RealField:
    """One boundary at every T; reasons and statuses go to the two collections."""
    values = np.full(T.shape, math.nan)
    for k, temperature in enumerate(T):
        found = gas.scale(edge, kind, float(temperature), boundary)
        if isinstance(found, str):
            missing.setdefault(f"{edge} {kind}", found)
        else:
            values[k] = found.value
            statuses.add(found.status)
    values.flags.writeable = False
    return values


def _codes(scale: RealField, lower: RealField, upper: RealField) -> Codes:
    s = scale[:, None]
    codes = np.full((scale.size, lower.size), NO_DATA, dtype=np.int8)
    known_lower, known_upper = ~np.isnan(lower), ~np.isnan(upper)
    with np.errstate(invalid="ignore"):
        ballistic, diffusive = s < lower, s >= upper
    codes[:, known_lower] = NOT_BALLISTIC
    codes[:, known_upper] = NOT_DIFFUSIVE
    codes[:, known_lower & known_upper] = WAVE
    codes[ballistic] = BALLISTIC
    codes[diffusive] = DIFFUSIVE
    return codes


def _highest(codes: Codes | None, gas: Transport, T: RealField) -> Codes | None:
    """Nothing is wave-like above T_λ; below it counterflow has inertia and no resistance."""
    if codes is None:
        return None
    if gas.highest is not None:
        above = gas.highest.value <= T
        codes[(codes == NO_DATA) & ~above] = NOT_DIFFUSIVE
        codes[:, above] = DIFFUSIVE
    codes.flags.writeable = False
    return codes


def _ascending(name: str, value: Any) -> RealField:
    array: RealField = real_array(name, value, shape_of(name, value), positive=True)
    if array.ndim != 1 or not array.size or (np.diff(array) <= 0).any():
        raise ValueError(
            f"Argument `{name}` must be a 1D array of ascending numbers > 0, but is {value!r}."
        )
    return array
