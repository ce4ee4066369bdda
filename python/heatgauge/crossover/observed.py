"""The windows in which second sound was observed, beside those that the records give."""

from __future__ import annotations

import dataclasses

from heatgauge.crossover.scenarios import scenarios
from heatgauge.crossover.transport import BOUNDARIES, Transport, transport
from heatgauge.crossover.wave_window import Crossing, WaveWindow, critical_temperature
from heatgauge.records.catalogue import materials
from heatgauge.records.quantity import Quantity
from heatgauge.records.record import Record, Window


@dataclasses.dataclass(frozen=True)
class Comparison:
    """One criterion for one material.

    Attributes
    ----------
    material : str
    observed : Window
        Of the record, with source and status.
    criterion : str
        The length or time in words, and where it comes from.
    predicted : WaveWindow
    required : dict of str to Quantity
        What the observed window demands: "tau_normal", the longest τ_N at its lower end, and
        "tau_resistive", the shortest τ_R at its upper end [s].

    Examples
    --------
    >>> import heatgauge as hg
    >>> graphite = hg.crossover.compare_windows("graphite")[0]
    >>> print(graphite.observed.lower, graphite.observed.upper, graphite.predicted.upper)
    85.0 125.0 []
    >>> print(graphite.required["tau_resistive"])
    1.243e-10 s [unverified]
    """

    material: str
    observed: Window
    criterion: str
    predicted: WaveWindow
    required: dict[str, Quantity]

    def deviation(self, edge: str) -> float | None:
        """Nearest predicted edge over the observed one, − 1; None where either is missing."""
        seen = self.observed.lower if edge == "lower" else self.observed.upper
        found: list[Crossing] = getattr(self.predicted, edge)
        if seen is None or not found:
            return None
        return min((float(T) / seen - 1 for T in found), key=abs)


def compare_windows(material: str | None = None) -> tuple[Comparison, ...]:
    """Compare every observed window of second sound with the edges computed for stated scales.

    NaF: the recalled length of the specimen, and the shortest and longest recalled pulse, with
    both laws for τ_N. Bi: the two specimens of the Poiseuille calculation. Solid 4He: an assumed
    specimen of 10 mm and a pulse of 0.55 µs, with both directions of κ. Graphite: the gratings.
    He II: where the superfluid fraction of the table vanishes, whatever the scale.

    Parameters
    ----------
    material : str, optional
        By default all that have such a window.

    Examples
    --------
    >>> import heatgauge as hg
    >>> for row in hg.crossover.compare_windows("He II"):
    ...     print(row.observed.upper, *row.predicted.upper)
    2.1768 2.17636 ± 0.00038 K [scenario]
    """
    chosen = materials[material].name if material is not None else None
    rows: list[Comparison] = []
    for name, cases in _CASES.items():
        if chosen not in (None, name):
            continue
        record = materials[name]
        for source, text, scale in cases:
            gas = scenarios(name)[source] if source else transport(record)
            rows.append(_compared(record, gas, text, dict(scale)))
    return tuple(rows)


def observed_window(record: Record) -> Window:
    """The window of second sound of a record, the first with both ends; of He II up to T_λ.

    Examples
    --------
    >>> import heatgauge as hg
    >>> window = hg.crossover.observed_window(hg.materials["NaF"])
    >>> window.lower, window.upper, window.status
    (10.0, 20.0, 'verified')
    """
    if record.model == "two-fluid":
        top = record.entries("transition_temperature")[0]
        text = "second sound, up to T_λ"
        return Window(None, top.parameters["value"], text, top.status, top.source, "", False, None)
    for window in record.windows:
        if window.lower is not None and "second sound" in window.text.split(";")[0]:
            return window
    raise ValueError(f"{record.name} has no window of second sound with both ends.")


def _compared(record: Record, gas: Transport, text: str, scale: dict[str, float]) -> Comparison:
    observed = observed_window(record)
    return Comparison(
        material=record.name,
        observed=observed,
        criterion=text,
        predicted=critical_temperature(gas, length=scale.get("length"), time=scale.get("time")),
        required=_required(record, gas, observed, scale),
    )


def _required(
    record: Record, gas: Transport, observed: Window, scale: dict[str, float]
) -> dict[str, Quantity]:
    """What the observed window asks of the times, at its ends."""
    found: dict[str, Quantity] = {}
    for name, T in (("tau_normal", observed.lower), ("tau_resistive", observed.upper)):
        if T is None or record.model == "two-fluid":
            continue
        if "time" in scale:
            found[name] = Quantity(name, scale["time"], "s", None, "", "given")
            continue
        speed = (gas.sound_speed if name == "tau_normal" else gas.wave_speed)(T)
        if isinstance(speed, str):
            continue
        factor = 1.0 if name == "tau_normal" else BOUNDARIES["periodic"]
        value = scale["length"] / (factor * speed.value)
        uncertainty = None
        if speed.uncertainty is not None:
            uncertainty = value * speed.uncertainty / speed.value
        found[name] = Quantity(name, value, "s", uncertainty, speed.source, speed.status)
    return found


_NAF = (
    ("specimen of 7.9 mm (recalled)", {"length": 7.9e-3}),
    ("shortest pulse, 0.1 µs (recalled)", {"time": 1e-7}),
    ("longest pulse, 1 µs (recalled)", {"time": 1e-6}),
)
_HELIUM = (
    ("specimen of 10 mm (assumed)", {"length": 1e-2}),
    ("pulse of 0.55 µs (assumed)", {"time": 5.5e-7}),
)
_CASES = {
    "NaF": [(f"τ_N of {year}", *case) for year in ("1971", "1975") for case in _NAF],
    "Bi": [
        ("", "specimen of 3.86 mm", {"length": 3.86e-3}),
        ("", "specimen of 9.06 mm", {"length": 9.06e-3}),
    ],
    "graphite": [
        ("", "grating of 5 µm", {"length": 5e-6}),
        ("", "grating of 20 µm", {"length": 20e-6}),
    ],
    "solid 4He": [
        (f"κ {axis} the c axis", *case) for axis in ("across", "along") for case in _HELIUM
    ],
    "He II": [("vanishing superfluid", "any length or time", {"length": 1e-2})],
}
