"""The two modes of transport of every material, at the temperatures for which there is data."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from typing import Any

from heatgauge.arguments import choice, real
from heatgauge.crossover.mode_quantities import MODE_QUANTITIES
from heatgauge.crossover.mode_sheet import Sheet
from heatgauge.crossover.pulse import Pulse
from heatgauge.crossover.scenarios import ASSUMED, assume, scenarios
from heatgauge.crossover.transport import COLDEST, HOTTEST, Transport
from heatgauge.errors import MissingData
from heatgauge.records.catalogue import materials as everything
from heatgauge.records.lookup import Lookup
from heatgauge.records.quantity import Quantity, derive
from heatgauge.records.record import Record

_RANGED = (
    "conductivity",
    "conductivity_perpendicular",
    "conductivity_parallel",
    "specific_heat",
    "molar_capacity",
    "tau_normal",
    "tau_resistive",
    "second_sound_measured",
)
_COLD = 50.0  # K: a crystal without any figure below it is also shown at 10 K
_CLOSURE = "κ = C v²τ_R, where the record has no κ"


@dataclasses.dataclass(frozen=True, eq=False)
class ModeRow:
    """One material at one temperature: ``row["wave_speed"]`` is a Quantity, or raises MissingData.

    Attributes
    ----------
    material : str
    sample : str or None
    temperature : float
        K.
    scenario : str
        Name of the scenario that stands in for what the record lacks; "" for the record alone.
    quantities : dict of str to Quantity
        By the names of `MODE_QUANTITIES`.
    missing : dict of str to str
        For the other names, why there is no value.
    pulse : Pulse
    length : float
        Wavelength L [m] for which damping and speed are given.

    Examples
    --------
    >>> import heatgauge as hg
    >>> row = hg.crossover.mode_table("NaF", temperatures=[14.5])[0]
    >>> print(row["cutoff_length"], row.mode, row.basis, sep=", ")
    0.0118 ± 0.0022 m [unverified], wave-like, record
    """

    material: str
    sample: str | None
    temperature: float
    scenario: str
    quantities: Mapping[str, Quantity]
    missing: Mapping[str, str]
    pulse: Pulse
    length: float

    def __getitem__(self, name: str) -> Quantity:
        if name in self.quantities:
            return self.quantities[name]
        if name not in self.missing:
            raise KeyError(name)
        raise MissingData(
            f"{self.material} has no `{name}` at {self.temperature:g} K: {self.missing[name]}."
        )

    @property
    def basis(self) -> str:
        """ "record" where it has κ and τ_R, "scenario", or "no data"."""
        if self.scenario:
            return "scenario"
        known = all(name in self.quantities for name in ("conductivity", "relaxation"))
        return "record" if known else "no data"

    @property
    def mode(self) -> str:
        """The mode of wavelength `length`: "wave-like", "diffusive" or "no data".

        "wave-like, undamped" of superfluid helium, whose record has a stiffness but no damping.
        """
        limit = self.quantities.get("cutoff_length")
        if limit is not None:
            return "wave-like" if self.length < limit.value else "diffusive"
        lossless = "1/stiffness" in getattr(self.quantities.get("inductance"), "note", "")
        return "wave-like, undamped" if lossless else "no data"

    @property
    def assumptions(self) -> tuple[str, ...]:
        """Every assumption that any of the values rests on."""
        found = {
            text.removeprefix(ASSUMED): None
            for quantity in self.quantities.values()
            for text in quantity.source.split("; ")
            if text.startswith(ASSUMED)
        }
        return tuple(found)


def mode_table(
    materials: str | Record | Iterable[str] | None = None,
    temperatures: Iterable[float] | None = None,
    *,
    sample: str | None = None,
    pulse: Pulse | None = None,
    length: float = 1e-3,
    assumed: bool = True,
) -> tuple[ModeRow, ...]:
    """Return what each material's record says of its wave-like and its diffusive mode.

    Every value has unit, uncertainty, sources and the worst status of what went into it. Where κ
    or τ_R is missing, or both a value and its sample, the row says "no data", and a second one is
    added for every scenario that has been put down for that material: see `scenarios`.

    Parameters
    ----------
    materials : str, Record or iterable of str, optional
        By default all.
    temperatures : iterable of float, optional
        K; by default those at which the records begin, end or have data.
    sample : str, optional
        Of the record; by default all samples.
    pulse : Pulse, optional
        For which the potentials are given; by default a crest of 1 mK, 1 µs long.
    length : float
        Wavelength L [m] whose damping and speed are given.
    assumed : bool
        Whether rows of scenarios are added.

    Returns
    -------
    tuple of ModeRow

    Raises
    ------
    UnknownMaterial
        Naming the nearest name.
    TypeError, ValueError
        For arguments that are out of range.

    Examples
    --------
    >>> import heatgauge as hg
    >>> for row in hg.crossover.mode_table("Bi", temperatures=[3.0]):
    ...     print(row.basis, row.scenario, row.mode)
    no data  no data
    scenario faces 9.06 mm apart wave-like
    >>> print(row["cutoff_length"])
    0.06573 m [unverified]
    >>> print(row.assumptions[0])
    τ_R = d/c_D with d = 9.06 mm, scattering at the faces only (τ_boundary)
    """
    pulse = Pulse() if pulse is None else pulse
    if not isinstance(pulse, Pulse):
        raise TypeError(f"Argument `pulse` must be a Pulse, but is {pulse!r}.")
    length = real("length", length, above=0.0)
    if temperatures is not None:
        if not isinstance(temperatures, Iterable) or isinstance(temperatures, str | bytes):
            raise TypeError(
                f"Argument `temperatures` must be a list of temperatures in K, but is "
                f"{temperatures!r}."
            )
        temperatures = [real("temperatures", T, least=COLDEST, most=HOTTEST) for T in temperatures]
    found: list[ModeRow] = []
    for record in _records(materials):
        if sample is not None:
            choice("sample", sample, record.samples)
        samples = (sample,) if sample is not None else record.samples or (None,)
        known = scenarios(record.name) if assumed else {}
        for one in samples:
            for T in temperatures or default_temperatures(record, one):
                found += _rows(record, one, T, known, pulse, length)
    return tuple(found)


def default_temperatures(record: Record, sample: str | None = None) -> list[float]:
    """Where the data of a record begin, end and lie, in K, ascending.

    >>> import heatgauge as hg
    >>> default_temperatures(hg.materials["NaF"])
    [10.0, 11.0, 13.0, 15.0, 18.5, 20.0, 23.0, 25.0, 300.0]
    """
    chosen: set[float] = set()
    table = record.table
    if table is not None:
        chosen |= set(table["temperature"])
    for entry in record.quantities:
        if entry.name not in _RANGED or entry.temperature_range is None:
            continue
        if sample not in (None, entry.sample) and entry.sample is not None:
            continue
        lower, upper = entry.temperature_range
        if lower == upper and table is not None and lower > table["temperature"][0]:
            continue  # a measured point between those of the table
        room = lower == 293.0
        chosen |= {upper} if room else {lower, upper}
        if entry.name == "conductivity" and not room:
            chosen.add((lower + upper) / 2)
    for window in record.windows:
        if window.sample in (None, sample):
            chosen |= {T for T in (window.lower, window.upper) if T is not None}
    if record.model == "debye" and min(chosen, default=_COLD) >= _COLD:
        chosen.add(10.0)
    ranges = record.ranges(sample)
    inside = [T for T in chosen if T > 0 and any(a <= T <= b for a, b in ranges)]
    return sorted(inside)


def _records(materials: Any) -> list[Record]:
    if materials is None:
        return list(everything.values())
    if isinstance(materials, Record):
        return [materials]
    if not isinstance(materials, Iterable):
        raise TypeError(
            f"Argument `materials` must be a record, its name or a list of names, but is "
            f"{materials!r}."
        )
    names = [materials] if isinstance(materials, str) else list(materials)
    return [name if isinstance(name, Record) else everything[name] for name in names]


def _rows(
    record: Record,
    sample: str | None,
    T: float,
    known: Mapping[str, Transport],
    pulse: Pulse,
    length: float,
) -> list[ModeRow]:
    """The row of the record alone, and those of the scenarios that add to it."""

    def row(scenario: str, quantities: dict[str, Quantity], missing: dict[str, str]) -> ModeRow:
        return ModeRow(record.name, sample, T, scenario, quantities, missing, pulse, length)

    try:
        record.at(T, sample=sample)
    except MissingData as error:
        return [row("", {}, dict.fromkeys(MODE_QUANTITIES, str(error).rstrip(".")))]
    plain = Sheet(Lookup(record, T, sample, {}), pulse, length)
    rows = [row("", *plain.filled())]
    for name, scenario in known.items():
        lower, upper = scenario.temperatures
        if not lower <= T <= upper or scenario.sample not in (None, sample):
            continue
        given = _assumed(plain.lookup, scenario, T)
        if given:
            sheet = Sheet(Lookup(record, T, sample, given), pulse, length)
            rows.append(row(name, *sheet.filled()))
    return rows


def _assumed(lookup: Lookup, scenario: Transport, T: float) -> dict[str, Quantity]:
    """What a scenario gives that the record does not."""
    given: dict[str, Quantity] = {}
    curves = {"tau_normal": scenario.tau_normal, "tau_resistive": scenario.tau_resistive}
    for name, curve in curves.items():
        found = curve(T)
        if isinstance(found, Quantity) and isinstance(lookup.resolve(name), str):
            given[name] = found
    if isinstance(lookup.resolve("conductivity"), Quantity):
        return given
    tau, v, C = given.get("tau_resistive"), scenario.wave_speed(T), lookup.resolve("capacity")
    if tau is not None and isinstance(v, Quantity) and isinstance(C, Quantity):
        kappa = derive(
            "conductivity",
            "W/(m·K)",
            "κ = C v²τ",
            lambda C, v, tau: C * v * v * tau,
            {"C": C, "v": v, "tau": tau},
        )
        given["conductivity"] = assume(kappa, _CLOSURE)
    return given
