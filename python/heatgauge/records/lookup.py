"""How a quantity is found: given, in the record, or computed from others."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping

from heatgauge.records.helium import column
from heatgauge.records.laws import LAWS
from heatgauge.records.names import QUANTITIES
from heatgauge.records.quantity import STATUSES, Quantity, derive, joined
from heatgauge.records.record import Entry, Record, shown_ranges, union
from heatgauge.records.routes import ROUTES, Route

# The quantities whose absence the note on the model of a record explains.
_EXPLAINED = {"none": ("debye_temperature",), "two-fluid": ("conductivity", "tau_resistive")}


@dataclasses.dataclass(frozen=True)
class Lookup:
    """The search for quantities of one record at one temperature.

    Attributes
    ----------
    record : Record
    temperature : float
        K.
    sample : str or None
    given : mapping of str to Quantity
        The values that come before those of the record.
    """

    record: Record
    temperature: float
    sample: str | None
    given: Mapping[str, Quantity]

    def resolve(self, name: str) -> Quantity | str:
        """The quantity, or the reason why there is none."""
        if name in self.given:
            return self.given[name]
        if name == "temperature":
            return Quantity(name, self.temperature, "K", None, "", "given")
        if name == "atoms":
            count = float(self.record.atoms)
            return Quantity(name, count, "1", None, "", "verified", note="chemical formula")
        tabulated = column(self.record, name, self.temperature)
        if tabulated is not None:
            return tabulated
        entries = [self._evaluate(entry) for entry in self._entries(name)]
        if any(isinstance(found, Quantity) for found in entries):
            return self._best(name, entries)
        reasons = [found for found in entries if isinstance(found, str)]
        if self.record.entries(name, self.sample) and not entries:
            reasons.append(self._absent(name))
        for route in ROUTES.get(name, ()):
            found = self._follow(name, route)
            if isinstance(found, Quantity):
                return found
            reasons.append(found)
        return "; ".join(dict.fromkeys(r for r in reasons if r)) or self._absent(name)

    def _absent(self, name: str) -> str:
        """Why the record itself has no such value here."""
        ranges = [
            entry.temperature_range
            for entry in self.record.entries(name, self.sample)
            if entry.temperature_range is not None
        ]
        table = self.record.table
        if table is not None and name in table:
            ranges.append((table["temperature"][0], table["temperature"][-1]))
        if ranges:
            reason = f"the record holds it for {shown_ranges(union(ranges))}"
        elif name in _EXPLAINED.get(self.record.model, ()):
            reason = self.record.model_note
        else:
            reason = "the record holds none"
        return f"{reason} (may be given to .at())" if name == "frequency" else reason

    def _not_meant(self, route: Route) -> str:
        """Why a formula of another model is no way to the quantity ('' goes without saying)."""
        if route.model != "debye":
            return ""
        if self.record.model == "none":
            return self.record.model_note
        return f"{self.record.name} is no Debye solid"

    def _entries(self, name: str) -> list[Entry]:
        entries = self.record.entries(name, self.sample)
        return [entry for entry in entries if entry.holds(self.temperature)]

    def _evaluate(self, entry: Entry) -> Quantity | str:
        needs = LAWS[entry.law].needs
        if needs is None:
            return entry.evaluate(self.temperature)
        needed = self.resolve(needs)
        if isinstance(needed, str):
            return _because(needs, needed)
        try:
            found = entry.evaluate(self.temperature, needed)
        except (OverflowError, ZeroDivisionError):
            return _beyond(entry.formula)
        return found if math.isfinite(found.value) else _beyond(entry.formula)

    def _best(self, name: str, evaluated: list[Quantity | str]) -> Quantity:
        pairs = [
            (entry, found)
            for entry, found in zip(self._entries(name), evaluated, strict=True)
            if isinstance(found, Quantity)
        ]
        entry, best = min(pairs, key=lambda pair: STATUSES.index(pair[1].status))
        rivals = [q for e, q in pairs if e.conflict]
        return _middle(rivals) if entry.conflict and len(rivals) > 1 else best

    def _follow(self, name: str, route: Route) -> Quantity | str:
        """The quantity by one formula, or the reason why not ('' where it is not meant)."""
        if route.model not in (None, self.record.model):
            return self._not_meant(route)
        inputs: dict[str, Quantity] = {}
        for keyword, needed in route.inputs.items():
            found = self.resolve(needed)
            if isinstance(found, str):
                return _because(needed, found)
            inputs[keyword] = found
        if route.applies and not route.applies(**{k: q.value for k, q in inputs.items()}):
            return route.condition
        unit = QUANTITIES[name][0]
        error = route.error(self.temperature)
        try:
            return derive(name, unit, route.note, route.formula, inputs, error)
        except (OverflowError, ZeroDivisionError):
            return _beyond(route.note)

    def alternatives(self, name: str) -> tuple[Quantity, ...]:
        """All values for a quantity: given, of the record (conflicts included), computed."""
        found: list[Quantity | str] = [self.given[name]] if name in self.given else []
        tabulated = column(self.record, name, self.temperature)
        found += [tabulated] if tabulated else []
        found += [self._evaluate(entry) for entry in self._entries(name)]
        found += [self._follow(name, route) for route in ROUTES.get(name, ())]
        return tuple(quantity for quantity in found if isinstance(quantity, Quantity))


def _because(needed: str, reason: str) -> str:
    if reason.startswith("it needs"):
        return f"it needs `{needed}`, which {reason.removeprefix('it ')}"
    return f"it needs `{needed}`, and {reason}"


def _beyond(formula: str) -> str:
    return f"{formula} is beyond double precision for these values"


def _middle(rivals: list[Quantity]) -> Quantity:
    """The middle of conflicting values, with half their range as uncertainty."""
    lower = min(q.value - (q.uncertainty or 0.0) for q in rivals)
    upper = max(q.value + (q.uncertainty or 0.0) for q in rivals)
    values = ", ".join(f"{q.value:g}" for q in rivals)
    return Quantity(
        name=rivals[0].name,
        value=(lower + upper) / 2,
        unit=rivals[0].unit,
        uncertainty=(upper - lower) / 2,
        source=joined(*(q.source for q in rivals)),
        status=max((q.status for q in rivals), key=STATUSES.index),
        temperature_range=rivals[0].temperature_range,
        note=f"middle and half range of conflicting values: {values}",
        contested=any(q.contested for q in rivals),
    )
