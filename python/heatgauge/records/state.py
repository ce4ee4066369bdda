"""A material at one temperature: a medium whose coefficients are looked up when read."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Any, overload

from heatgauge.arguments import real
from heatgauge.errors import MissingData
from heatgauge.medium import Medium
from heatgauge.records.lookup import Lookup
from heatgauge.records.names import GIVEN, QUANTITIES
from heatgauge.records.quantity import Quantity
from heatgauge.records.reading import load
from heatgauge.records.record import Record


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

    __slots__ = ("_lookup",)

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
        quantities = {name: _given(name, value) for name, value in given.items()}
        self._lookup = Lookup(record, temperature, sample, quantities)

    @property
    def record(self) -> Record:
        """The record that the values come from."""
        return self._lookup.record

    @property
    def temperature(self) -> float:
        """T in K."""
        return self._lookup.temperature

    @property
    def sample(self) -> str | None:
        """Which sample of the record, where it distinguishes any."""
        return self._lookup.sample

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
        found = self._lookup.resolve(name)
        if isinstance(found, str):
            of = f" ({self.sample})" if self.sample else ""
            raise MissingData(
                f"{self.record.name}{of} has no `{name}` at {self.temperature:g} K: {found}."
            )
        return found

    def alternatives(self, name: str) -> tuple[Quantity, ...]:
        """All values for a quantity: given, of the record (conflicts included), computed."""
        return self._lookup.alternatives(name)

    @property
    def quantities(self) -> dict[str, Quantity]:
        """Every quantity that can be had at this temperature, by name."""
        found = {name: self._lookup.resolve(name) for name in QUANTITIES}
        return {name: q for name, q in found.items() if isinstance(q, Quantity)}

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, MaterialState):
            return NotImplemented
        return self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def _key(self) -> tuple[Any, ...]:
        given = tuple(sorted((name, q.value) for name, q in self._lookup.given.items()))
        return (self.record.name, self.temperature, self.sample, given)

    def __reduce__(self) -> tuple[Any, ...]:
        return (_restore, self._key())

    def __repr__(self) -> str:
        sample = f", sample={self.sample!r}" if self.sample else ""
        given = "".join(f", {name}={q.value!r}" for name, q in self._lookup.given.items())
        return f"materials[{self.record.name!r}].at({self.temperature!r}{sample}{given})"


def _restore(
    name: str, temperature: float, sample: str | None, given: tuple[tuple[str, float], ...]
) -> MaterialState:
    return MaterialState(load(name), temperature, sample, dict(given))


def _given(name: str, value: Any) -> Quantity:
    if name not in GIVEN:
        near = difflib.get_close_matches(name, GIVEN, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise TypeError(f"Argument `{name}` must be one of {', '.join(GIVEN)}, but is not{hint}")
    if name in ("relaxation", "nonlocal_length"):
        number = real(name, value, least=0.0)
    else:
        number = real(name, value, above=0.0)
    return Quantity(name, number, QUANTITIES[name][0], None, "", "given")
