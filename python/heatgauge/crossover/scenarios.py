"""What a record cannot give, assumed by name: τ_R and κ of crystals, frequencies of phonons.

A number that rests on one of these is of the status "scenario" (or "unverified", where a recalled
value went in too) and names the assumption among its sources.
"""

from __future__ import annotations

import dataclasses
import functools
import math
from collections.abc import Callable

from heatgauge.constants import hbar, k_B
from heatgauge.crossover.transport import Known, Transport, transport
from heatgauge.errors import MissingData
from heatgauge.records.catalogue import materials
from heatgauge.records.quantity import Quantity, derive, joined, worst
from heatgauge.records.record import Entry, Record

DOMINANT = 3.8300160974
"""ħω/k_BT at which x⁴eˣ/(eˣ − 1)² is largest: the phonons that carry most of the heat."""

ASSUMED = "assumption: "

_ONE_TIME = "one time for all phonons, κ = C c_D² τ/3 and v = c_D/√3"


def assume(quantity: Quantity, assumption: str) -> Quantity:
    """The same value, marked as resting on an assumption."""
    return dataclasses.replace(
        quantity,
        status=worst([quantity.status, "scenario"]),
        source=joined(quantity.source, ASSUMED + assumption),
    )


def scenarios(material: str) -> dict[str, Transport]:
    """The scenarios for one material, by name: each a `Transport` with its assumptions listed.

    Examples
    --------
    >>> import heatgauge as hg
    >>> for name, scenario in hg.crossover.scenarios("Bi").items():
    ...     print(name, *scenario.assumptions, sep=": ")
    faces 9.06 mm apart: τ_R = d/c_D with d = 9.06 mm, scattering at the faces only (τ_boundary)
    """
    record = materials[material]
    return {name: build(record) for name, build in _BUILDERS.get(record.name, {}).items()}


def _sodium_fluoride(record: Record, mean_rate: bool) -> Transport:
    base = transport(record)
    power = (
        "τ_R a power law through τ_q of the models fitted to heat pulses, at 13 K, and "
        "3κ/(C c_D²) of the conductivity at room temperature"
    )
    frequency = f"τ_N of phonons with ħω = {DOMINANT:.2f} k_BT"
    cubic = "the analysis of 1975 made to give the τ_N of 1971 at 15 K, as no coefficient is known"
    entry = record.entries("tau_normal")[0]
    low, warm = 13.0, 296.5
    recalled = record.at(low).quantity("tau_resistive")
    exponent = math.log(recalled.value / _kinetic(record, warm).value) / math.log(warm / low)

    def normal(T: float) -> Quantity:
        omega = Quantity(
            "frequency", DOMINANT * k_B * T / hbar, "rad/s", None, ASSUMED + frequency, "scenario"
        )
        return _beyond(entry, T, omega)

    def mean(T: float) -> Quantity:
        anchor = {"tau": assume(normal(15.0), cubic)}
        return derive("tau_normal", "s", "∝ T^−3", lambda tau: tau * (T / 15.0) ** -3.0, anchor)

    def resistive(T: float) -> Quantity:
        found = derive(
            "tau_resistive",
            "s",
            f"∝ T^−{exponent:.2f}",
            lambda tau: tau * (T / low) ** -exponent,
            {"tau": recalled},
        )
        return assume(assume(found, power), _ONE_TIME)

    return dataclasses.replace(
        base,
        name=f"NaF, τ_N of {'1975' if mean_rate else '1971'}",
        temperatures=(3.0, 60.0),
        tau_normal=functools.cache(mean if mean_rate else normal),
        tau_resistive=functools.cache(resistive),
        wave_speed=_looked(record, "second_sound_predicted"),
        assumptions=(frequency, *((cubic,) if mean_rate else ()), power, _ONE_TIME),
        breaks=(),
    )


def _faces(record: Record, size: float) -> Transport:
    text = f"τ_R = d/c_D with d = {1e3 * size:g} mm, scattering at the faces only (τ_boundary)"

    def resistive(T: float) -> Quantity | str:
        speed = base.sound_speed(T)
        if isinstance(speed, str):
            return speed
        return assume(derive("tau_resistive", "s", "d/c_D", lambda c: size / c, {"c": speed}), text)

    base = transport(record)
    entry = record.entries("tau_normal")[0]
    return dataclasses.replace(
        base,
        name=f"{record.name}, faces {1e3 * size:g} mm apart",
        temperatures=(0.3, 10.0),
        tau_normal=functools.cache(lambda T: _beyond(entry, T)),
        tau_resistive=functools.cache(resistive),
        assumptions=(text,),
    )


def _solid_helium(record: Record, direction: str) -> Transport:
    sample, size = record.samples[0], 1e-2
    axis = {"perpendicular": "across", "parallel": "along"}[direction]
    text = (
        f"κ measured {axis} the c axis at 85 atm taken for the sample of {sample}, with its Θ, "
        f"and faces {1e3 * size:g} mm apart, 1/τ_R = C c_D²/(3κ) + c_D/d"
    )
    conductivity = record.entries(f"conductivity_{direction}")[0]
    normal = record.entries("tau_normal")[0]

    def theta(T: float) -> Quantity:
        return record.at(T, sample=sample).debye_temperature

    def resistive(T: float) -> Quantity:
        inner = _one_time(record, T, _beyond(conductivity, T, theta(T)), sample)
        inputs = {"tau": inner, "c": record.at(T, sample=sample).debye_speed}
        note = "1/τ = C c_D²/(3κ) + c_D/d"
        both = derive("tau_resistive", "s", note, lambda tau, c: 1 / (1 / tau + c / size), inputs)
        return assume(both, text)

    base = transport(record, sample=sample)
    return dataclasses.replace(
        base,
        name=f"solid 4He, κ {axis} the c axis",
        temperatures=(0.05, 1.6),
        tau_normal=functools.cache(lambda T: _beyond(normal, T, theta(T))),
        tau_resistive=functools.cache(resistive),
        wave_speed=_looked(record, "second_sound_predicted", sample),
        assumptions=(text, _ONE_TIME),
    )


def _superfluid(record: Record) -> Transport:
    """Where the superfluid fraction of the table vanishes: T_λ from data below it."""
    text = "ρ_s/ρ ∝ (T_λ − T)^(2/3) through the last two temperatures of the table"
    assert record.table is not None
    below, last = record.table["temperature"][-2:]
    top = derive(
        "transition_temperature",
        "K",
        "(r T₂ − T₁)/(r − 1), r = (ρ_s(T₁)/ρ_s(T₂))^(3/2)",
        lambda first, second: last + (last - below) / ((first / second) ** 1.5 - 1),
        {
            "first": record.at(below).superfluid_fraction,
            "second": record.at(last).superfluid_fraction,
        },
    )
    return dataclasses.replace(
        transport(record),
        name="He II, vanishing superfluid",
        highest=assume(top, text),
        assumptions=(text,),
    )


def _room_temperature(record: Record) -> Transport:
    return dataclasses.replace(
        transport(record),
        name=f"{record.name}, one time",
        temperatures=(293.0, 300.0),
        tau_resistive=lambda T: _kinetic(record, T),
        wave_speed=_looked(record, "second_sound_predicted"),
        assumptions=(_ONE_TIME,),
        breaks=(),
    )


def _kinetic(record: Record, T: float) -> Quantity:
    """τ = 3κ/(C c_D²) of the record's own κ."""
    return _one_time(record, T, record.at(T).quantity("conductivity"), None)


def _one_time(record: Record, T: float, kappa: Quantity, sample: str | None) -> Quantity:
    state = record.at(T, sample=sample)
    inputs = {
        "kappa": kappa,
        "capacity": state.quantity("capacity"),
        "speed": state.quantity("debye_speed"),
    }
    found = derive(
        "tau_resistive",
        "s",
        "τ = 3κ/(C c_D²)",
        lambda kappa, capacity, speed: 3 * kappa / (capacity * speed**2),
        inputs,
    )
    return assume(found, _ONE_TIME)


def _beyond(entry: Entry, T: float, needed: Quantity | None = None) -> Quantity:
    """An entry at any temperature; outside its range that is an assumption."""
    found = entry.evaluate(T, needed)
    if entry.holds(T):
        return found
    lower, upper = entry.temperature_range or (0.0, math.inf)
    return assume(found, f"{entry.name} extrapolated beyond {lower:g}–{upper:g} K")


def _looked(record: Record, name: str, sample: str | None = None) -> Known:
    def looked(T: float) -> Quantity | str:
        try:
            return record.at(T, sample=sample).quantity(name)
        except MissingData as error:
            return str(error)

    return functools.cache(looked)


_BUILDERS: dict[str, dict[str, Callable[[Record], Transport]]] = {
    "NaF": {
        "τ_N of 1971": lambda record: _sodium_fluoride(record, mean_rate=False),
        "τ_N of 1975": lambda record: _sodium_fluoride(record, mean_rate=True),
        "one time": _room_temperature,
    },
    "sapphire": {"one time": _room_temperature},
    "Ge": {"one time": _room_temperature},
    "Bi": {"faces 9.06 mm apart": lambda record: _faces(record, 9.06e-3)},
    "solid 4He": {
        "κ across the c axis": lambda record: _solid_helium(record, "perpendicular"),
        "κ along the c axis": lambda record: _solid_helium(record, "parallel"),
    },
    "He II": {"vanishing superfluid": _superfluid},
}
