"""A material at one temperature: a medium whose coefficients are looked up when read."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Any, overload

from heatgauge.arguments import real
from heatgauge.errors import MissingData
from heatgauge.medium import Medium
from heatgauge.records.helium import column
from heatgauge.records.laws import LAWS
from heatgauge.records.names import GIVEN, QUANTITIES
from heatgauge.records.quantity import STATUSES, Quantity, derive, joined
from heatgauge.records.record import Entry, Record, load, shown_ranges, union
from heatgauge.records.routes import ROUTES, Route

# The quantities whose absence the note on the model of a record explains.
_EXPLAINED = {"none": ("debye_temperature",), "two-fluid": ("conductivity", "tau_resistive")}


class Looked:
    """A quantity as an attribute: reading it looks it up, or raises MissingData."""

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name
        self.__doc__ = f"{QUANTITIES[name][1]}, as a Quantity."

    @overload
    def __get__(self, state: None, owner: type) -> Looked: ...

    @overload
    def __get__(self, state: MaterialState, owner: type) -> Quantity: ...

    def __get__(self, state: MaterialState | None, owner: type) -> Looked | Quantity:
        return self if state is None else state.quantity(self._name)

    def __set__(self, state: MaterialState, value: object) -> None:
        raise AttributeError(f"{self._name} is read-only: give it to .at() instead")


class MaterialState(Medium):
    """A material at one temperature. Made by ``hg.materials[name].at(temperature)``.

    The coefficients of `heatgauge.Medium` are floats; every other quantity is a `Quantity` with
    unit, uncertainty, source and status, and `quantity` gives the coefficients in that form too.
    Nothing is looked up before it is read, and what the record lacks raises MissingData then.
    τ_N and τ_R are never put in each other's place: ``relaxation`` is τ_R.

    Examples
    --------
    >>> import heatgauge as hg
    >>> naf = hg.materials["NaF"].at(temperature=14.5)
    >>> isinstance(naf, hg.Medium), naf.conductivity
    (True, 12000.0)
    >>> print(naf.debye_temperature)
    479 ± 13 K [unverified]
    >>> print(naf.second_sound_predicted)
    2146 ± 58 m/s [unverified]
    """

    __slots__ = ("_given", "_record", "_sample", "_temperature")

    debye_temperature = Looked()
    debye_speed = Looked()
    number_density = Looked()
    density = Looked()
    molar_mass = Looked()
    specific_heat = Looked()
    second_sound_predicted = Looked()
    second_sound_measured = Looked()
    tau_normal = Looked()
    tau_resistive = Looked()
    mean_free_path_normal = Looked()
    mean_free_path_resistive = Looked()
    stiffness = Looked()
    entropy = Looked()
    entropy_charge = Looked()
    flux_quantum = Looked()
    fluid_ratio = Looked()
    superfluid_fraction = Looked()

    def __init__(
        self, record: Record, temperature: float, sample: str | None, given: Mapping[str, float]
    ) -> None:
        self._record = record
        self._temperature = temperature
        self._sample = sample
        self._given = {name: _given(name, value) for name, value in given.items()}

    @property
    def record(self) -> Record:
        """The record that the values come from."""
        return self._record

    @property
    def temperature(self) -> float:
        """T in K."""
        return self._temperature

    @property
    def sample(self) -> str | None:
        """Which sample of the record, where it distinguishes any."""
        return self._sample

    @property
    def conductivity(self) -> float:
        """κ in W/(m·K)."""
        return float(self.quantity("conductivity"))

    @property
    def capacity(self) -> float:
        """C in J/(m³·K)."""
        return float(self.quantity("capacity"))

    @property
    def relaxation(self) -> float:
        """τ_R in s."""
        return float(self.quantity("relaxation"))

    @property
    def nonlocal_length(self) -> float:
        """ℓ = c_D √(τ_N τ_R/5) in m."""
        return float(self.quantity("nonlocal_length"))

    @property
    def diffusivity(self) -> float:
        """D = κ/C in m²/s."""
        return float(self.quantity("diffusivity"))

    @property
    def wave_speed(self) -> float:
        """v = √(κ/(Cτ)) in m/s; of He II the two-fluid speed, from its stiffness."""
        return float(self.quantity("wave_speed"))

    @property
    def inductance(self) -> float:
        """Λ = τ/κ in K·m·s/W; of He II 1/stiffness."""
        return float(self.quantity("inductance"))

    @property
    def shape(self) -> tuple[int, ...]:
        """(): the same everywhere."""
        return ()

    def quantity(self, name: str) -> Quantity:
        """Return a quantity by name: given, else of the record, else computed.

        Of several values in the record the best in status counts, the first among equals; where
        the record marks them as an undecided conflict, the middle of their range, with half the
        range as uncertainty. `alternatives` has them all.

        Raises
        ------
        MissingData
            Naming the quantity, the temperature and the range for which there is data.
        KeyError
            For a name that is no quantity.
        """
        if name not in QUANTITIES:
            near = difflib.get_close_matches(str(name), QUANTITIES, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise KeyError(f"{name!r} is no quantity{hint}")
        found = self._resolve(name)
        if isinstance(found, str):
            of = f" ({self._sample})" if self._sample else ""
            raise MissingData(
                f"{self._record.name}{of} has no `{name}` at {self._temperature:g} K: {found}."
            )
        return found

    def alternatives(self, name: str) -> tuple[Quantity, ...]:
        """All values for a quantity: given, of the record (conflicts included), computed."""
        found: list[Quantity | str] = [self._given[name]] if name in self._given else []
        tabulated = column(self._record, name, self._temperature)
        found += [tabulated] if tabulated else []
        found += [self._evaluate(entry) for entry in self._entries(name)]
        found += [self._follow(name, route) for route in ROUTES.get(name, ())]
        return tuple(quantity for quantity in found if isinstance(quantity, Quantity))

    @property
    def quantities(self) -> dict[str, Quantity]:
        """Every quantity that can be had at this temperature, by name."""
        found = {name: self._resolve(name) for name in QUANTITIES}
        return {name: q for name, q in found.items() if isinstance(q, Quantity)}

    def _resolve(self, name: str) -> Quantity | str:
        """The quantity, or the reason why there is none."""
        if name in self._given:
            return self._given[name]
        if name == "temperature":
            return _given(name, self._temperature)
        if name == "atoms":
            count = float(self._record.atoms)
            return Quantity(name, count, "1", None, "", "verified", note="chemical formula")
        tabulated = column(self._record, name, self._temperature)
        if tabulated is not None:
            return tabulated
        entries = [self._evaluate(entry) for entry in self._entries(name)]
        if any(isinstance(found, Quantity) for found in entries):
            return self._best(name, entries)
        reasons = [found for found in entries if isinstance(found, str)]
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
            for entry in self._record.entries(name, self._sample)
            if entry.temperature_range is not None
        ]
        table = self._record.table
        if table is not None and name in table:
            ranges.append((table["temperature"][0], table["temperature"][-1]))
        if ranges:
            reason = f"the record holds it for {shown_ranges(union(ranges))}"
        elif name in _EXPLAINED.get(self._record.model, ()):
            reason = self._record.model_note
        else:
            reason = "the record holds none"
        return f"{reason} (may be given to .at())" if name == "frequency" else reason

    def _not_meant(self, route: Route) -> str:
        """Why a formula of another model is no way to the quantity ('' goes without saying)."""
        if route.model != "debye":
            return ""
        if self._record.model == "none":
            return self._record.model_note
        return f"{self._record.name} is no Debye solid"

    def _entries(self, name: str) -> list[Entry]:
        entries = self._record.entries(name, self._sample)
        return [entry for entry in entries if entry.holds(self._temperature)]

    def _evaluate(self, entry: Entry) -> Quantity | str:
        needs = LAWS[entry.law].needs
        if needs is None:
            return entry.evaluate(self._temperature)
        needed = self._resolve(needs)
        if isinstance(needed, str):
            return _because(needs, needed)
        return entry.evaluate(self._temperature, needed)

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
        if route.model not in (None, self._record.model):
            return self._not_meant(route)
        inputs: dict[str, Quantity] = {}
        for keyword, needed in route.inputs.items():
            found = self._resolve(needed)
            if isinstance(found, str):
                return _because(needed, found)
            inputs[keyword] = found
        if route.applies and not route.applies(**{k: q.value for k, q in inputs.items()}):
            return route.condition
        unit = QUANTITIES[name][0]
        error = route.error(self._temperature)
        return derive(name, unit, route.note, route.formula, inputs, error)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, MaterialState):
            return NotImplemented
        return self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def _key(self) -> tuple[Any, ...]:
        given = tuple(sorted((name, q.value) for name, q in self._given.items()))
        return (self._record.name, self._temperature, self._sample, given)

    def __reduce__(self) -> tuple[Any, ...]:
        return (_restore, self._key())

    def __repr__(self) -> str:
        sample = f", sample={self._sample!r}" if self._sample else ""
        given = "".join(f", {name}={q.value!r}" for name, q in self._given.items())
        return f"materials[{self._record.name!r}].at({self._temperature!r}{sample}{given})"


def _because(needed: str, reason: str) -> str:
    if reason.startswith("it needs"):
        return f"it needs `{needed}`, which {reason.removeprefix('it ')}"
    return f"it needs `{needed}`, and {reason}"


def _restore(
    name: str, temperature: float, sample: str | None, given: tuple[tuple[str, float], ...]
) -> MaterialState:
    return MaterialState(load(name), temperature, sample, dict(given))


def _given(name: str, value: Any) -> Quantity:
    if name not in (*GIVEN, "temperature"):
        near = difflib.get_close_matches(name, GIVEN, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise TypeError(f"Argument `{name}` must be one of {', '.join(GIVEN)}, but is not{hint}")
    if name in ("relaxation", "nonlocal_length"):
        number = real(name, value, least=0.0)
    else:
        number = real(name, value, above=0.0)
    return Quantity(name, number, QUANTITIES[name][0], None, "", "given")


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
