"""What decides between the modes of transport: τ_N(T), τ_R(T) and the speeds v(T) and c(T)."""

from __future__ import annotations

import dataclasses
import functools
import math
import numbers
from collections.abc import Callable
from typing import Any

import numpy as np

from heatgauge.arguments import choice, real
from heatgauge.errors import MissingData
from heatgauge.records.catalogue import materials
from heatgauge.records.quantity import Quantity, derive
from heatgauge.records.record import Record

Known = Callable[[float], Quantity | str]
"""T in K → the quantity, or in words why there is none."""

BOUNDARIES = {"periodic": 4 * math.pi, "wall": 2 * math.pi}
"""L/(vτ_R) at the upper edge: 2π/k_c where the longest wave is L, π/k_c where it is 2L."""

SPEEDS = ("wave_speed", "second_sound_predicted", "second_sound_measured")
"""Where v is taken from, in this order."""

COLDEST, HOTTEST = 1e-12, 1e12
"""K; beyond these no temperature is accepted."""

_DEFAULT_RANGE = (1e-2, 1e3)
_UNITS = {"tau_normal": "s", "tau_resistive": "s", "wave_speed": "m/s", "sound_speed": "m/s"}


@dataclasses.dataclass(frozen=True, eq=False)
class Transport:
    """The times and speeds of one material, one sample or one law, as functions of T.

    Attributes
    ----------
    name : str
    temperatures : tuple of float
        Lowest and highest T [K] looked at.
    tau_normal, tau_resistive, wave_speed, sound_speed : callable
        T → Quantity, or a str that says why there is none.
    assumptions : tuple of str
        What is assumed beyond the record; () where nothing is.
    breaks : tuple of float
        Temperatures at which data begin or end.
    highest : Quantity or None
        A temperature above which there is no wave whatever the scale, as T_λ of helium.

    Examples
    --------
    >>> import heatgauge as hg
    >>> bismuth = hg.crossover.transport(hg.materials["Bi"])
    >>> print(bismuth.tau_normal(2.0), bismuth.tau_resistive(2.0), sep="\\n")
    1.392e-06 s [verified]
    Bi has no `tau_resistive` at 2 K: the record holds none.
    """

    name: str
    temperatures: tuple[float, float]
    tau_normal: Known
    tau_resistive: Known
    wave_speed: Known
    sound_speed: Known
    assumptions: tuple[str, ...] = ()
    breaks: tuple[float, ...] = ()
    sample: str | None = None
    highest: Quantity | None = None

    def scale(self, edge: str, kind: str, temperature: float, boundary: str) -> Quantity | str:
        """The time or length at an edge of the wave window, at one temperature.

        ============  ======  =================================================
        edge          kind    scale
        ============  ======  =================================================
        "lower"       time    τ_N
        "lower"       length  c τ_N: below it phonons are ballistic
        "upper"       time    τ_R
        "upper"       length  4πvτ_R (periodic) or 2πvτ_R (wall): 2π/k_c, π/k_c
        ============  ======  =================================================
        """
        time = self.tau_normal if edge == "lower" else self.tau_resistive
        tau = time(temperature)
        if isinstance(tau, str) or kind == "time":
            return tau
        speed = (self.sound_speed if edge == "lower" else self.wave_speed)(temperature)
        if isinstance(speed, str):
            return speed
        factor = 1.0 if edge == "lower" else BOUNDARIES[boundary]
        note = "c τ_N" if edge == "lower" else f"{factor / math.pi:g}πvτ_R"
        return derive(
            f"{edge}_length",
            "m",
            note,
            lambda tau, speed: factor * speed * tau,
            {"tau": tau, "speed": speed},
        )


def transport(material: str | Record, *, sample: str | None = None, **given: float) -> Transport:
    """Return the times and speeds as a record has them, nothing assumed and nothing extrapolated.

    τ_N and τ_R stay apart: a record with τ_N only has no upper edge. v is √(κ/(Cτ)) where κ, C and
    τ are known, else the speed predicted, else the one measured; c the mean sound speed c_D.

    Parameters
    ----------
    material : Record or str
        From `heatgauge.materials`, or its name.
    sample : str, optional
        By default the first of the record.
    **given : float
        As for `Record.at`: values in place of the record's.

    Raises
    ------
    TypeError, ValueError
        For anything but a record, and samples that it has not.

    Examples
    --------
    >>> import heatgauge as hg
    >>> naf = hg.crossover.transport(hg.materials["NaF"])
    >>> print(naf.scale("upper", "length", 14.5, "periodic"))
    0.0118 ± 0.0022 m [unverified]
    """
    if isinstance(material, str):
        material = materials[material]
    if not isinstance(material, Record):
        raise TypeError(
            "Argument `material` must be a record of heatgauge.materials or its name, but is "
            f"{material!r} ({type(material).__name__})."
        )
    if sample is None:
        sample = material.samples[0] if material.samples else None
    else:
        choice("sample", sample, material.samples)
    lower, upper = _range(material, sample)
    ends = {T for entry in material.quantities for T in entry.temperature_range or ()}
    found = material.entries("transition_temperature")

    def looked(*names: str) -> Known:
        return functools.cache(lambda T: _first(material, T, sample, given, names))

    return Transport(
        name=material.name + (f" ({sample})" if sample else ""),
        temperatures=(lower, upper),
        tau_normal=looked("tau_normal"),
        tau_resistive=looked("tau_resistive"),
        wave_speed=looked(*SPEEDS),
        sound_speed=looked("debye_speed"),
        breaks=tuple(sorted(T for T in ends if lower <= T <= upper)),
        sample=sample,
        highest=found[0].evaluate(0.0) if found else None,
    )


def _range(record: Record, sample: str | None) -> tuple[float, float]:
    """Where the record has a relaxation time; where it has none, data of any kind."""
    times = [
        entry.temperature_range
        for name in ("tau_normal", "tau_resistive")
        for entry in record.entries(name, sample)
        if entry.temperature_range is not None
    ]
    ranges = times or record.ranges(sample)
    lower, upper = min(a for a, _ in ranges), max(b for _, b in ranges)
    return max(lower, _DEFAULT_RANGE[0]), upper


def as_transport(record_or_law: Any, sample: str | None, laws: dict[str, Any]) -> Transport:
    """What the functions here accept: a record or its name, a transport, or a law τ_R(T)."""
    if isinstance(record_or_law, Record | str):
        return _replaced(transport(record_or_law, sample=sample), laws)
    if sample is not None:
        raise TypeError("Argument `sample` goes with a record, and none is given.")
    if isinstance(record_or_law, Transport):
        return _replaced(record_or_law, laws)
    if record_or_law is not None and not callable(record_or_law):
        raise TypeError(
            "Argument `record_or_law` must be a record of heatgauge.materials, a Transport or a "
            f"function of T, but is {record_or_law!r} ({type(record_or_law).__name__})."
        )
    v, c = (
        law if law is None or callable(law) else real(name, law, above=0.0)
        for name, law in ((name, laws[name]) for name in ("wave_speed", "sound_speed"))
    )
    if v is None and c is not None:  # of a phonon gas, c_D/√3
        v = (lambda T: c(T) / math.sqrt(3)) if callable(c) else c / math.sqrt(3)
    elif c is None and v is not None:
        c = (lambda T: v(T) * math.sqrt(3)) if callable(v) else v * math.sqrt(3)
    return Transport(
        name="law",
        temperatures=_DEFAULT_RANGE,
        tau_normal=known("tau_normal", laws["tau_normal"]),
        tau_resistive=known("tau_resistive", record_or_law),
        wave_speed=known("wave_speed", v),
        sound_speed=known("sound_speed", c),
    )


def known(name: str, law: Any, status: str = "given", source: str = "") -> Known:
    """Make the quantity ``name`` of a number or of a function of T; None stands for no data."""
    if law is None:
        return lambda T: f"no `{name}` is given"
    if not callable(law):
        law = real(name, law, above=0.0)

    def looked(T: float) -> Quantity | str:
        value = law(T) if callable(law) else law
        if isinstance(value, np.ndarray) and value.ndim == 0:
            value = value[()]
        if isinstance(value, bool | np.bool_) or not isinstance(value, numbers.Real):
            raise TypeError(
                f"Argument `{name}` must give a real number, but gives {value!r} at {T:g} K."
            )
        value = float(value)
        if math.isnan(value):
            return f"the law for `{name}` gives nan at {T:g} K"
        if value <= 0:
            raise ValueError(f"Argument `{name}` must be > 0, but gives {value!r} at {T:g} K.")
        return Quantity(name, value, _UNITS[name], None, source, status)

    return looked


def _replaced(gas: Transport, laws: dict[str, Any]) -> Transport:
    """The same with the laws that the caller gives."""
    new: dict[str, Any] = {n: known(n, law) for n, law in laws.items() if law is not None}
    return dataclasses.replace(gas, **new) if new else gas


def _first(
    record: Record, T: float, sample: str | None, given: dict[str, float], names: tuple[str, ...]
) -> Quantity | str:
    """The first of several quantities that can be had, or why there is not even the last."""
    reason = ""
    for name in names:
        try:
            return record.at(T, sample=sample, **given).quantity(name)
        except MissingData as error:
            reason = str(error)
    return reason
