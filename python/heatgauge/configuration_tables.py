"""What a configuration of the second-sound job may hold: keys, units, ranges, defaults."""

from __future__ import annotations

import dataclasses
from typing import Any

from heatgauge.constants import k_B


@dataclasses.dataclass(frozen=True)
class Range:
    """Allowed numbers; ``open_below`` leaves out ``least`` itself."""

    least: float
    most: float
    unit: str = ""
    open_below: bool = False

    def __contains__(self, value: float) -> bool:
        above = value > self.least if self.open_below else value >= self.least
        return above and value <= self.most

    def __str__(self) -> str:
        unit = f" {self.unit}" if self.unit else ""
        return f"{'(' if self.open_below else '['}{self.least:g}, {self.most:g}]{unit}"


_REQUIRED = dataclasses.MISSING


def key(
    meaning: str,
    allowed: Range | tuple[Any, ...] | None = None,
    default: Any = _REQUIRED,
) -> Any:
    """Return a dataclass field that knows what it means and which values it takes."""
    return dataclasses.field(
        default=default, metadata={"meaning": meaning, "allowed": allowed}, kw_only=True
    )


@dataclasses.dataclass(frozen=True)
class MaterialTable:
    """[material]: which crystal, how cold, and values that replace those of its record."""

    name: str = key("record: see `heatgauge materials`")
    temperature: float = key("T [K]", Range(0.0, 1e4, "K", open_below=True))
    sample: str | None = key("sample of the record, where it tells several apart", default=None)
    conductivity: float | None = key("κ [W/(m·K)]", Range(1e-6, 1e9, "W/(m·K)"), default=None)
    capacity: float | None = key("C per volume [J/(m³·K)]", Range(1e-9, 1e9, "J/(m³·K)"), None)
    relaxation: float | None = key("τ of the heat flux [s]", Range(1e-15, 1e3, "s"), None)


@dataclasses.dataclass(frozen=True)
class GridTable:
    """[grid]: the crystal and how finely it is cut."""

    length: float = key("length of the crystal [m]", Range(1e-9, 10.0, "m"))
    points: int = key("cells", Range(50, 20000), default=1000)
    courant: float = key("time step in crossing times h/v of a cell", Range(0.05, 2.0), 0.5)
    duration: float | None = key(
        "simulated time [s]; without it 1.4·length/v + pulse", Range(0.0, 1e3, "s", True), None
    )
    far_face: str = key(
        "insulated, or a crystal of the same kind behind it (matched: no echo)",
        ("insulated", "matched"),
        "insulated",
    )


@dataclasses.dataclass(frozen=True)
class PulseTable:
    """[pulse]: the heat that enters at x = 0, q(t) = ½ q₀ (1 − cos 2πt/duration)."""

    duration: float = key("duration [s]", Range(1e-7, 1e-6, "s"))
    rise: float = key(
        "temperature rise of the wave at the entrance, q₀/(C v) [K]",
        Range(0.0, 1e-3, "K", open_below=True),
        default=1e-3,
    )


@dataclasses.dataclass(frozen=True)
class CarrierTable:
    """[carrier]: the quantum packet that the heat potentials drive."""

    mass: float = key("effective mass [kg]", Range(1e-36, 1e-20, "kg"))
    charge: float = key("entropy per carrier s [J/K]", Range(1e-27, 1e-19, "J/K"), k_B)
    width: float = key("standard deviation of |ψ|² [m]", Range(0.0, 1.0, "m", open_below=True))
    start: float | None = key(
        "mean position at t = 0 [m]; without it the middle", Range(0.0, 10.0, "m"), None
    )
    momentum: float = key("kinetic momentum at t = 0 [kg·m/s]", Range(-1e-20, 1e-20, "kg·m/s"), 0.0)
    order: int = key("order in space of the Hamiltonian", (2, 4, 6, 8), 4)
    phase_per_step: float = key(
        "largest phase s·V·dt/ħ of a step [rad]", Range(1e-3, 0.5, "rad"), 0.2
    )
    gauge_phase: float = key(
        "largest phase |sχ/ħ| of the random gauge function [rad]", Range(0.0, 1e4, "rad"), 100.0
    )
    gauge_seed: int = key("seed of the random gauge function", Range(0, 2**31 - 1), 1)


@dataclasses.dataclass(frozen=True)
class OutputTable:
    """[output]: what is written."""

    frames: int = key("instants for which whole profiles are kept", Range(10, 5000), 200)
    figure: bool = key("whether figure.png is drawn", default=True)


@dataclasses.dataclass(frozen=True)
class Configuration:
    """A validated configuration. Immutable; `load` and `parse` make it."""

    kind: str
    material: MaterialTable
    grid: GridTable
    pulse: PulseTable
    carrier: CarrierTable
    output: OutputTable


KINDS = ("second-sound",)
TABLES: dict[str, type] = {
    "material": MaterialTable,
    "grid": GridTable,
    "pulse": PulseTable,
    "carrier": CarrierTable,
    "output": OutputTable,
}
