"""The formulas by which a record gives a value at a temperature."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Mapping

Parameters = Mapping[str, float]


@dataclasses.dataclass(frozen=True)
class Law:
    """One formula.

    Attributes
    ----------
    formula : callable
        (parameters, T in K, value of ``needs``) → value; NaN stands for a value not needed.
    written : str
        How it is written, with the parameters as replacement fields.
    parameters : tuple of str
        The numbers that a record has to give.
    needs : str or None
        Another quantity of the material that enters.
    """

    formula: Callable[[Parameters, float, float], float]
    written: str
    parameters: tuple[str, ...]
    needs: str | None = None


LAWS = {
    "constant": Law(lambda p, T, x: p["value"], "", ("value",)),
    "inverse power": Law(
        lambda p, T, x: 1.0 / (p["a"] * T ** p["n"]), "1/({a:g} T^{n:g})", ("a", "n")
    ),
    "inverse power of frequency": Law(
        lambda p, T, x: 1.0 / (p["a"] * x * T ** p["n"]),
        "1/({a:g} ω T^{n:g})",
        ("a", "n"),
        needs="frequency",
    ),
    "inverse square": Law(
        lambda p, T, x: 1.0 / math.sqrt(p["A"] + p["B"] * T ** p["n"]),
        "({A:g} + {B:g} T^{n:g})^(−1/2)",
        ("A", "B", "n"),
    ),
    "linear and cubic": Law(
        lambda p, T, x: p["a1"] * T + p["a3"] * T**3, "{a1:g} T + {a3:g} T³", ("a1", "a3")
    ),
    "reduced cube": Law(
        lambda p, T, x: p["a"] * (x / T) ** 3, "{a:g} (Θ/T)³", ("a",), needs="debye_temperature"
    ),
    "umklapp": Law(
        lambda p, T, x: p["A"] * math.exp(x / (p["b"] * T)),
        "{A:g} exp(Θ/({b:g} T))",
        ("A", "b"),
        needs="debye_temperature",
    ),
}
"""Name in a record → law; T and Θ in K, results in the unit of the quantity."""
