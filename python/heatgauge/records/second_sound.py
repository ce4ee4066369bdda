"""Predicted against measured second-sound speeds."""

from __future__ import annotations

import dataclasses

from heatgauge.records.quantity import Quantity, derive
from heatgauge.records.reading import load

# Bi: one temperature with a calorimetric Debye temperature of its own, one without. NaF: the
# ends and the middle of the recalled fit. He II: the table where the two-fluid formula holds.
_TEMPERATURES = {
    "Bi": (1.5, 3.0),
    "NaF": (10.0, 15.0, 18.5),
    "He II": (1.6, 1.8, 2.0, 2.1, 2.15),
}


@dataclasses.dataclass(frozen=True)
class SecondSound:
    """One comparison.

    Attributes
    ----------
    material : str
    temperature : float
        K.
    predicted, measured : Quantity
        m/s.
    deviation : Quantity
        measured/predicted − 1.
    """

    material: str
    temperature: float
    predicted: Quantity
    measured: Quantity
    deviation: Quantity


def second_sound_table() -> tuple[SecondSound, ...]:
    """Compare prediction and measurement for the materials that have a measured speed.

    Bi and NaF: c_D/√3 of a phonon gas in which only normal collisions matter. He II: the
    two-fluid formula, from 1.6 to 2.15 K, where it is good to 1 %. The "measured" speed of NaF
    is a recalled fit; its status says so.

    Examples
    --------
    >>> import heatgauge as hg
    >>> row = hg.materials.second_sound_table()[1]
    >>> print(row.material, row.predicted, row.measured, sep=", ")
    Bi, 764 ± 38 m/s [unverified], 780 ± 50 m/s [verified]
    """
    return tuple(
        _compare(name, temperature)
        for name, temperatures in _TEMPERATURES.items()
        for temperature in temperatures
    )


def _compare(name: str, temperature: float) -> SecondSound:
    state = load(name).at(temperature)
    predicted, measured = state.second_sound_predicted, state.second_sound_measured
    deviation = derive(
        "deviation",
        "1",
        "measured/predicted − 1",
        lambda measured, predicted: measured / predicted - 1,
        {"measured": measured, "predicted": predicted},
    )
    return SecondSound(name, temperature, predicted, measured, deviation)
