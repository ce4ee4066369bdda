"""What a record of one material holds: quantities, windows, claims, tables."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from heatgauge.arguments import choice, real
from heatgauge.errors import MissingData
from heatgauge.records.laws import LAWS
from heatgauge.records.quantity import Quantity, derive

if TYPE_CHECKING:
    from heatgauge.records.state import MaterialState


@dataclasses.dataclass(frozen=True)
class Entry:
    """One value of a record, constant or by a law of temperature, with its source and status."""

    name: str
    unit: str
    status: str
    source: str
    law: str
    parameters: Mapping[str, float]
    uncertainty: float | None
    relative_uncertainty: float | None
    temperature_range: tuple[float, float] | None
    sample: str | None
    conflict: bool
    contested: bool
    note: str

    @property
    def formula(self) -> str:
        """The law with its numbers, T in K; empty for a constant."""
        return LAWS[self.law].written.format(**self.parameters)

    def holds(self, temperature: float) -> bool:
        """Whether the temperature is within the range of the entry."""
        if self.temperature_range is None:
            return True
        lower, upper = self.temperature_range
        return lower <= temperature <= upper

    def evaluate(self, temperature: float, needed: Quantity | None = None) -> Quantity:
        """Return the value at a temperature; ``needed`` is the quantity that the law refers to.

        The result is no better in status than the entry and ``needed`` are.
        """
        law = LAWS[self.law]
        value = law.formula(self.parameters, temperature, needed.value if needed else math.nan)
        uncertainty = self.uncertainty
        if self.relative_uncertainty is not None:
            uncertainty = self.relative_uncertainty * abs(value)
        own = Quantity(
            name=self.name,
            value=value,
            unit=self.unit,
            uncertainty=uncertainty,
            source=self.source,
            status=self.status,
            temperature_range=self.temperature_range,
            note="; ".join(text for text in (self.formula, self.note) if text),
            contested=self.contested,
        )
        if needed is None:
            return own
        # own·f(needed)/f(needed at its value): the value is kept, both uncertainties enter.
        return derive(
            self.name,
            self.unit,
            own.note,
            lambda own, x: own * law.formula(self.parameters, temperature, x) / value,
            {"own": own, "x": needed},
        )


@dataclasses.dataclass(frozen=True)
class Window:
    """A range of temperature (K) in which something was observed or computed."""

    lower: float | None
    upper: float
    text: str
    status: str
    source: str
    against: str
    contested: bool
    sample: str | None


@dataclasses.dataclass(frozen=True)
class Claim:
    """A statement without a number of its own, with those who dispute it."""

    text: str
    status: str
    source: str
    against: str
    contested: bool


@dataclasses.dataclass(frozen=True)
class Record:
    """What is known of one material, with sources.

    Examples
    --------
    >>> import heatgauge as hg
    >>> record = hg.materials["NaF"]
    >>> [f"{e.parameters['value']:g} {e.unit}" for e in record.entries("debye_temperature")]
    ['466 K', '492 K']
    >>> hg.materials["Bi"].at(temperature=3.0).conductivity
    Traceback (most recent call last):
        ...
    heatgauge.errors.MissingData: Bi has no `conductivity` at 3 K: the record holds none.
    """

    name: str
    title: str
    aliases: tuple[str, ...]
    model: str
    model_note: str
    atoms: int
    samples: tuple[str, ...]
    quantities: tuple[Entry, ...]
    windows: tuple[Window, ...]
    claims: tuple[Claim, ...]
    table: Mapping[str, Any] | None = None

    def entries(self, name: str, sample: str | None = None) -> tuple[Entry, ...]:
        """All entries of one quantity, conflicting ones included, of all samples or of one."""
        return tuple(
            entry
            for entry in self.quantities
            if entry.name == name and (None in (sample, entry.sample) or entry.sample == sample)
        )

    def ranges(self, sample: str | None = None) -> list[tuple[float, float]]:
        """The ranges of temperature for which there is any data, joined where they overlap."""
        found = [
            e.temperature_range
            for e in self.quantities
            if e.temperature_range is not None
            and (None in (sample, e.sample) or e.sample == sample)
        ]
        found += [
            (w.lower, w.upper)
            for w in self.windows
            if w.lower is not None and (None in (sample, w.sample) or w.sample == sample)
        ]
        if self.table is not None:
            found.append((self.table["temperature"][0], self.table["temperature"][-1]))
        return union(found)

    def at(self, temperature: float, *, sample: str | None = None, **given: float) -> MaterialState:
        """Return the material at one temperature.

        Parameters
        ----------
        temperature : float
            T in K, within a range for which the record has data.
        sample : str, optional
            One of ``samples``; by default the first.
        **given : float
            Values that replace those of the record, in SI units, with the status "given":
            conductivity, capacity, relaxation, nonlocal_length, tau_normal, tau_resistive,
            debye_temperature.

        Returns
        -------
        MaterialState
            A `heatgauge.Medium` whose coefficients are looked up when they are read.

        Raises
        ------
        MissingData
            Where the record holds nothing at that temperature, naming the ranges it has.
        TypeError, ValueError
            For arguments that are no numbers, out of range, or unknown.
        """
        from heatgauge.records.state import MaterialState

        temperature = real("temperature", temperature, above=0.0)
        if sample is None:
            sample = self.samples[0] if self.samples else None
        else:
            choice("sample", sample, self.samples)
        ranges = self.ranges(sample)
        if not any(lower <= temperature <= upper for lower, upper in ranges):
            of = f" ({sample})" if sample else ""
            raise MissingData(
                f"{self.name}{of} has no data at {temperature:g} K: the record covers "
                f"{shown_ranges(ranges)}."
            )
        return MaterialState(self, temperature, sample, given)

    def __reduce__(self) -> tuple[Any, ...]:
        from heatgauge.records.reading import load

        return (load, (self.name,))


def union(ranges: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Join the ranges that overlap or touch, in ascending order.

    >>> union([(2.0, 3.0), (0.0, 1.0), (1.0, 1.5)])
    [(0.0, 1.5), (2.0, 3.0)]
    """
    joined: list[tuple[float, float]] = []
    for lower, upper in sorted(ranges):
        if joined and lower <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(upper, joined[-1][1]))
        else:
            joined.append((lower, upper))
    return joined


def shown_ranges(ranges: list[tuple[float, float]]) -> str:
    """The ranges in words.

    >>> shown_ranges([(0.0, 1.2), (85.0, 125.0)])
    '0–1.2 K and 85–125 K'
    """
    words = [f"{a:g} K" if a == b else f"{a:g}–{b:g} K" for a, b in ranges]
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
