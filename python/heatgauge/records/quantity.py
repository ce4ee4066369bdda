"""A value with its unit, uncertainty, source and status, and how these propagate."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Mapping

STATUSES = ("given", "verified", "computed", "secondary", "scenario", "unverified")
"""From best to worst. "given": by the caller; "verified": read in the publication or data file
named; "computed": by the formula named, from inputs no worse than verified; "secondary": from
a source that transcribes one not seen; "scenario": rests on an assumption, named as its source;
"unverified": recalled, no source opened."""

# Relative step of the central differences. The error of a derivative is of order step² times
# the third logarithmic derivative, below 1e-5 for every formula here: far below what an
# uncertainty needs.
_STEP = 1e-4


@dataclasses.dataclass(frozen=True)
class Quantity:
    """One value of a material, with what is needed to judge it.

    Attributes
    ----------
    name : str
        E.g. "debye_speed".
    value : float
    unit : str
        SI, written as in "W/(m·K)".
    uncertainty : float or None
        One standard uncertainty or half of a range, as the note says; None where none is known.
    source : str
        Literature, with DOI or arXiv number where there is one.
    status : str
        One of `heatgauge.records.STATUSES`.
    temperature_range : tuple of float, or None
        Lowest and highest temperature in K at which the value holds; None for a constant.
    note : str
        The formula of a computed value, the circumstances of a measured one.
    contested : bool
        Whether the claim behind the value is disputed in the literature.
    parts : mapping
        The uncertainty by independent cause, with sign, so that two quantities computed from
        one input are not combined as if they were independent.

    Examples
    --------
    >>> import heatgauge as hg
    >>> speed = hg.materials["Bi"].at(temperature=3.0).second_sound_measured
    >>> print(speed)
    780 ± 50 m/s [verified]
    >>> float(speed)
    780.0
    """

    name: str
    value: float
    unit: str
    uncertainty: float | None
    source: str
    status: str
    temperature_range: tuple[float, float] | None = None
    note: str = ""
    contested: bool = False
    parts: Mapping[str, float] = dataclasses.field(default_factory=dict, repr=False, compare=False)

    def __float__(self) -> float:
        return self.value

    def __str__(self) -> str:
        unit = "" if self.unit == "1" else f" {self.unit}"
        contested = ", contested" if self.contested else ""
        return f"{shown(self.value, self.uncertainty)}{unit} [{self.status}{contested}]"

    @property
    def causes(self) -> Mapping[str, float]:
        """`parts`, or for a value read from a record its uncertainty as the one cause."""
        if self.parts or self.uncertainty is None:
            return self.parts
        return {f"{self.name} {self.value!r} {self.source}": self.uncertainty}


def worst(statuses: list[str]) -> str:
    """Status of a value computed from inputs of these: the worst, but no better than computed.

    >>> worst(["verified", "given"]), worst(["computed", "unverified"])
    ('computed', 'unverified')
    """
    return max(["computed", *statuses], key=STATUSES.index)


def derive(
    name: str,
    unit: str,
    note: str,
    formula: Callable[..., float],
    inputs: Mapping[str, Quantity],
    model_error: float = 0.0,
) -> Quantity:
    """Compute ``formula(**inputs)`` with status, sources and first-order uncertainty.

    u² = Σ_causes (Σ_inputs ∂f/∂x u_cause(x))², plus (model_error·f)²; an input without a known
    uncertainty adds none, and where no input has one the result has none, nor has an infinite one.

    Parameters
    ----------
    name, unit, note : str
        Of the result.
    formula : callable
        Takes the inputs by keyword, as floats, smooth and finite around them.
    inputs : mapping of str to Quantity
    model_error : float
        Relative standard error of the formula itself.
    """
    values = {key: quantity.value for key, quantity in inputs.items()}
    value = float(formula(**values))
    causes: dict[str, float] = {}
    for key, quantity in inputs.items():
        if not quantity.causes or not math.isfinite(value):
            continue
        step = _STEP * (abs(quantity.value) or 1.0)
        above = formula(**{**values, key: quantity.value + step})
        below = formula(**{**values, key: quantity.value - step})
        slope = (above - below) / (2 * step)
        for cause, part in quantity.causes.items():
            causes[cause] = causes.get(cause, 0.0) + slope * part
    if model_error and math.isfinite(value):
        causes[f"{name}: {note}"] = model_error * value
    return Quantity(
        name=name,
        value=value,
        unit=unit,
        uncertainty=math.hypot(*causes.values()) if causes else None,
        source=joined(*(quantity.source for quantity in inputs.values())) or "heatgauge",
        status=worst([quantity.status for quantity in inputs.values()]),
        temperature_range=_overlap([q.temperature_range for q in inputs.values()]),
        note=note,
        contested=any(quantity.contested for quantity in inputs.values()),
        parts=causes,
    )


def joined(*sources: str) -> str:
    """The sources, each once, in order of appearance.

    >>> joined("A; B", "B", "C")
    'A; B; C'
    """
    return "; ".join(dict.fromkeys(s for source in sources for s in source.split("; ") if s))


def shown(value: float, uncertainty: float | None) -> str:
    """Value and uncertainty down to the second digit of the uncertainty.

    >>> shown(3716.6, 100.9), shown(2.4e-7, None), shown(12000.0, 2000.0), shown(4.75e-7, 1.25e-7)
    ('3720 ± 100', '2.4e-07', '12000 ± 2000', '(4.8 ± 1.2)e-07')
    """
    if not uncertainty:
        return f"{value:.4g}" if abs(value) < 1e4 else f"{value:.5g}"
    exponent = math.floor(math.log10(abs(value) or uncertainty))
    scale = exponent if not -3 <= exponent < 6 else 0
    scaled, error = value / 10.0**scale, uncertainty / 10.0**scale
    digits = 1 - math.floor(math.log10(error))
    text = " ± ".join(f"{round(x, digits):.{max(digits, 0)}f}" for x in (scaled, error))
    return f"({text})e{scale:+03d}" if scale else text


def _overlap(ranges: list[tuple[float, float] | None]) -> tuple[float, float] | None:
    known = [r for r in ranges if r is not None]
    return (max(r[0] for r in known), min(r[1] for r in known)) if known else None
