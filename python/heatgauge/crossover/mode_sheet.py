"""All quantities of one row of the mode table, looked up or computed from each other."""

from __future__ import annotations

import dataclasses
import math

from heatgauge.crossover.mode_quantities import MODE_QUANTITIES
from heatgauge.crossover.pulse import Pulse
from heatgauge.crossover.transport import SPEEDS
from heatgauge.records.lookup import Lookup
from heatgauge.records.quantity import Quantity, derive

_ROUNDING = 1e-6  # an uncertainty below this part of a value is what differences left of none
_CONSTANTS = "constants of nature (SI of 2019)"


class Sheet:
    """The quantities of one material at one temperature, found one after another.

    α, Λ and v may come from several formulas; the first that can be had counts, and its note says
    which.
    """

    def __init__(self, lookup: Lookup, pulse: Pulse, length: float) -> None:
        self.lookup = lookup
        self._own = {
            name: Quantity(name, value, unit, None, "", "given")
            for name, value, unit in (
                ("pulse_rise", pulse.rise, "K"),
                ("pulse_duration", pulse.duration, "s"),
                ("probe_wavenumber", 2 * math.pi / length, "1/m"),
            )
        }
        self._found: dict[str, Quantity | str] = {}

    def filled(self) -> tuple[dict[str, Quantity], dict[str, str]]:
        """The quantities there are, and the reasons why the others are not."""
        found = {name: self.resolve(name) for name in MODE_QUANTITIES}
        return (
            {name: _settled(q) for name, q in found.items() if isinstance(q, Quantity)},
            {name: reason for name, reason in found.items() if isinstance(reason, str)},
        )

    def resolve(self, name: str) -> Quantity | str:
        if name in self._own:
            return self._own[name]
        if name not in self._found:
            self._found[name] = self._new(name)
        return self._found[name]

    def _new(self, name: str) -> Quantity | str:
        column = MODE_QUANTITIES.get(name)
        if name == "wave_speed":
            return self._speed()
        if name == "inductance":
            return self._inductance()
        if column is None or column.formula is None:
            return self.lookup.resolve(name)
        inputs: dict[str, Quantity] = {}
        for keyword, needed in column.inputs.items():
            found = self.resolve(needed)
            if isinstance(found, str):
                return f"it needs `{needed}`: {found}"
            inputs[keyword] = found
        return derive(name, column.unit, column.written, column.formula, inputs)

    def _speed(self) -> Quantity | str:
        """v of the medium, else as predicted, else as measured; the note says which."""
        reason = ""
        for name in SPEEDS:
            found = self.lookup.resolve(name)
            if isinstance(found, Quantity):
                return dataclasses.replace(found, name="wave_speed")
            reason = found
        return reason

    def _inductance(self) -> Quantity | str:
        """Λ = τ/κ; where these are unknown, 1/(Cv²), which is the same."""
        found = self.lookup.resolve("inductance")
        if isinstance(found, Quantity):
            return found
        C, v = self.resolve("capacity"), self.resolve("wave_speed")
        if isinstance(C, str) or isinstance(v, str):
            return found
        return derive(
            "inductance",
            "K·m·s/W",
            "Λ = 1/(Cv²)",
            lambda C, v: 1 / (C * v * v),
            {"C": C, "v": v},
        )


def _settled(quantity: Quantity) -> Quantity:
    """Causes that cancel leave rounding of the differences behind: that is no uncertainty."""
    if quantity.source == "heatgauge":
        quantity = dataclasses.replace(quantity, source=_CONSTANTS)
    if quantity.uncertainty is None or quantity.uncertainty > _ROUNDING * abs(quantity.value):
        return quantity
    return dataclasses.replace(quantity, uncertainty=0.0, parts={})
