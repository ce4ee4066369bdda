"""Superfluid helium: the two-fluid quantities between the temperatures of the table.

How each column is interpolated, and the largest relative error found against the published
splines, evaluated on 2300 temperatures with an independent coding of them (liquid-helium-svp
0.1.0); at the temperatures of the table every column is exact:

=====================  ==========================================================  ========
column                 interpolation                                               error
=====================  ==========================================================  ========
entropy s              cubic Hermite of ln s in ln T with its exact slope c/s      0.1 %
specific heat c        T ds/dT of that curve, so that both agree everywhere        0.3 %
ρ_s/ρ_n                cubic spline of its logarithm in ln(1 − T/T_λ)              0.2 %,
                                                                                   0.7 % above 2.1 K
density                cubic spline in T                                           0.002 %
second sound u₂        cubic spline of u₂(1 − T/T_λ)^−0.4 in ln T                  0.2 %
=====================  ==========================================================  ========
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from heatgauge.records.quantity import Quantity
from heatgauge.records.reading import load
from heatgauge.records.record import Record

_UNITS = {
    "density": "kg/m³",
    "fluid_ratio": "1",
    "specific_heat": "J/(kg·K)",
    "entropy": "J/(kg·K)",
    "second_sound_measured": "m/s",
}
COLUMNS = tuple(_UNITS)


def column(record: Record, name: str, temperature: float) -> Quantity | None:
    """Return a column of the record's table at a temperature, or None outside the table."""
    table = record.table
    if table is None or name not in COLUMNS:
        return None
    lower, upper = table["temperature"][0], table["temperature"][-1]
    if not lower <= temperature <= upper:
        return None
    value = float(_interpolants(record.name)[name](temperature))
    notes = {
        "fluid_ratio": "ρ_s/ρ_n from the tabulated ρ_s/ρ",
        "entropy": "integrated from c",
        "second_sound_measured": "spline through measured values",
    }
    return Quantity(
        name=name,
        value=value,
        unit=_UNITS[name],
        uncertainty=_relative_error(name, temperature) * value,
        source=table["source"],
        status="computed" if name in ("entropy", "fluid_ratio") else table["status"],
        temperature_range=(lower, upper),
        note="; ".join(x for x in (notes.get(name, ""), "interpolated") if x),
    )


def _relative_error(name: str, temperature: float) -> float:
    """Error of the interpolation; of u₂ also that of the measurements behind it."""
    if name == "second_sound_measured":
        return float(np.hypot(0.002, 0.0075 if temperature < 1.15 else 0.002))
    if name == "fluid_ratio":
        return 0.002 if temperature <= 2.1 else 0.007
    return {"density": 2e-5, "specific_heat": 0.003, "entropy": 0.001}[name]


@functools.cache
def _interpolants(name: str) -> dict[str, Callable[[float], Any]]:
    from scipy.interpolate import CubicHermiteSpline, CubicSpline

    record = load(name)
    table = record.table
    assert table is not None
    critical = record.entries("transition_temperature")[0].parameters["value"]
    columns = {key: np.array(table[key]) for key in table if isinstance(table[key], list)}
    T, c, s = columns["temperature"], columns["specific_heat"], columns["entropy"]
    fraction = columns["superfluid_fraction"]

    def distance(t: Any) -> Any:
        return 1 - np.asarray(t) / critical

    log_s = CubicHermiteSpline(np.log(T), np.log(s), c / s)
    # Minus the logarithm: a spline needs an ascending variable.
    log_ratio = CubicSpline(-np.log(distance(T)), np.log(fraction / (1 - fraction)))
    density = CubicSpline(T, columns["density"])
    reduced_u2 = CubicSpline(np.log(T), columns["second_sound"] * distance(T) ** -0.4)
    return {
        "density": density,
        "fluid_ratio": lambda t: np.exp(log_ratio(-np.log(distance(t)))),
        "entropy": lambda t: np.exp(log_s(np.log(t))),
        "specific_heat": lambda t: np.exp(log_s(np.log(t))) * log_s(np.log(t), 1),
        "second_sound_measured": lambda t: reduced_u2(np.log(t)) * distance(t) ** 0.4,
    }


def two_fluid_speed(ratio: float, entropy: float, capacity: float, temperature: float) -> float:
    """Second-sound speed u₂ = √((ρ_s/ρ_n) s² T/c), m/s, from SI values per kg (Landau 1941)."""
    return float(np.sqrt(ratio * entropy**2 * temperature / capacity))


def two_fluid_error(temperature: float) -> float:
    """Relative error of that formula against measured speeds: 1 % from 1.6 K, 5 % below."""
    return 0.01 if temperature >= 1.6 else 0.05
