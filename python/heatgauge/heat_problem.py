"""What a run of classical heat solves, and what it records."""

from __future__ import annotations

import dataclasses
from typing import Any

from heatgauge.arguments import RealField
from heatgauge.fields import Field
from heatgauge.grid import Grid
from heatgauge.law import Law
from heatgauge.side_values import Side


@dataclasses.dataclass(frozen=True)
class Problem:
    """What is solved: everything but the time steps."""

    law: Law
    grid: Grid
    temperature: RealField
    flux: tuple[RealField, ...]
    times: RealField
    sides: tuple[Side, ...]
    source: Field
    whole: bool = True  # whether `flux` is q; otherwise the part of it that has inertia
    cuts: tuple[float, ...] = ()  # where steps end besides the output times


@dataclasses.dataclass
class HeatRecord:
    """What a run has recorded up to now; row k belongs to output time k."""

    temperature: list[RealField]
    flux: list[tuple[RealField, ...]]
    surface: dict[tuple[int, int], list[RealField]]
    stress: dict[tuple[int, int], list[RealField]]
    observed: dict[str, list[Any]]
    energy: list[tuple[float, float, float]]
    steps: list[int] = dataclasses.field(default_factory=list)  # in each output interval
    spread: list[bool] = dataclasses.field(default_factory=list)  # whether jumps were, in each
    solver: str = ""
