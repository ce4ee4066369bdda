"""How one quantity of a material follows from others."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Mapping

from heatgauge.constants import N_A, h
from heatgauge.records import debye
from heatgauge.records.helium import two_fluid_error, two_fluid_speed


@dataclasses.dataclass(frozen=True)
class Route:
    """One formula for one quantity.

    Attributes
    ----------
    note : str
        The formula as written.
    formula : callable
        Takes the inputs by keyword, as floats.
    inputs : mapping of str to str
        Keyword → name of the quantity.
    model : str or None
        "debye" or "two-fluid": only for records of that model.
    applies : callable or None
        Takes the inputs, says whether the formula holds for them; ``condition`` in words.
    error : callable
        Takes T, returns the relative error of the formula.
    """

    note: str
    formula: Callable[..., float]
    inputs: Mapping[str, str]
    model: str | None = None
    applies: Callable[..., bool] | None = None
    condition: str = ""
    error: Callable[[float], float] = lambda temperature: 0.0


def _quotient(a: float, b: float) -> float:
    return a / b if b else math.inf


def _cubic(theta: float, temperature: float, **others: float) -> bool:
    return temperature < debye.CUBIC_BELOW * theta


_DEBYE = {"theta": "debye_temperature", "n": "number_density", "temperature": "temperature"}

ROUTES: dict[str, tuple[Route, ...]] = {
    "number_density": (
        Route(
            "n = ρ N_A · atoms/M",
            debye.number_density,
            {"density": "density", "molar_mass": "molar_mass", "atoms": "atoms"},
        ),
    ),
    "debye_speed": (
        Route(
            "c_D = k_BΘ/(ħ(6π²n)^{1/3})",
            debye.debye_speed,
            {"theta": "debye_temperature", "n": "number_density"},
            model="debye",
        ),
    ),
    "capacity": (
        Route("C = ρc", lambda rho, c: rho * c, {"rho": "density", "c": "specific_heat"}),
        Route(
            "C = ρ C_mol/M",
            lambda rho, c, m: rho * c / m,
            {"rho": "density", "c": "molar_capacity", "m": "molar_mass"},
        ),
        Route(
            "T³ law C = (12π⁴/5) n k_B (T/Θ)³",
            debye.debye_capacity,
            _DEBYE,
            model="debye",
            applies=_cubic,
            condition="the T³ law holds for T < Θ/50",
        ),
        Route(
            "Debye integral, one Θ at all T",
            debye.debye_capacity,
            _DEBYE,
            model="debye",
            applies=lambda **inputs: not _cubic(**inputs),
            condition="the Debye integral is used for T >= Θ/50",
        ),
    ),
    # The time in Cattaneo's law is the resistive one; a normal time never takes its place.
    "relaxation": (Route("τ = τ_R", lambda tau: tau, {"tau": "tau_resistive"}),),
    "nonlocal_length": (
        Route(
            "ℓ = c_D √(τ_N τ_R/5)",
            lambda c, normal, resistive: c * math.sqrt(normal * resistive / 5),
            {"c": "debye_speed", "normal": "tau_normal", "resistive": "tau_resistive"},
        ),
    ),
    "diffusivity": (Route("D = κ/C", lambda k, c: k / c, {"k": "conductivity", "c": "capacity"}),),
    "stiffness": (
        Route(
            "1/Λ = (ρ_s/ρ_n) ρ s² T",
            lambda ratio, rho, s, T: ratio * rho * s**2 * T,
            {"ratio": "fluid_ratio", "rho": "density", "s": "entropy", "T": "temperature"},
            model="two-fluid",
            error=lambda temperature: 2 * two_fluid_error(temperature),  # 1/Λ = C u₂²
        ),
        Route("1/Λ = κ/τ", _quotient, {"a": "conductivity", "b": "relaxation"}),
    ),
    "inductance": (
        Route("Λ = τ/κ", lambda tau, k: tau / k, {"tau": "relaxation", "k": "conductivity"}),
        Route("Λ = 1/stiffness", lambda k: 1 / k, {"k": "stiffness"}, model="two-fluid"),
    ),
    "wave_speed": (
        Route(
            "v = √(κ/(Cτ))",
            lambda k, c: math.sqrt(k / c),
            {"k": "stiffness", "c": "capacity"},
        ),
    ),
    "second_sound_predicted": (
        Route(
            "u₂ = √((ρ_s/ρ_n) s² T/c)",
            two_fluid_speed,
            {
                "ratio": "fluid_ratio",
                "entropy": "entropy",
                "capacity": "specific_heat",
                "temperature": "temperature",
            },
            model="two-fluid",
            error=two_fluid_error,
        ),
        Route("v = c_D/√3", lambda c: c / math.sqrt(3), {"c": "debye_speed"}, model="debye"),
        Route("v = √(κ/(Cτ))", lambda v: v, {"v": "wave_speed"}),
    ),
    "mean_free_path_normal": (
        Route("c_D τ_N", lambda c, tau: c * tau, {"c": "debye_speed", "tau": "tau_normal"}),
    ),
    "mean_free_path_resistive": (
        Route("c_D τ_R", lambda c, tau: c * tau, {"c": "debye_speed", "tau": "tau_resistive"}),
    ),
    "superfluid_fraction": (
        Route("ρ_s/ρ = r/(1 + r), r = ρ_s/ρ_n", lambda r: r / (1 + r), {"r": "fluid_ratio"}),
    ),
    "entropy_charge": (
        Route(
            "entropy per atom, s M/N_A",
            lambda s, m: s * m / N_A,
            {"s": "entropy", "m": "molar_mass"},
            model="two-fluid",
        ),
        Route(
            "entropy per phonon, (2π⁴/45ζ(3)) k_B",
            lambda theta, temperature: debye.ENTROPY_PER_PHONON,
            {"theta": "debye_temperature", "temperature": "temperature"},
            model="debye",
            applies=_cubic,
            condition="3.6016 k_B per phonon holds for T < Θ/50",
        ),
        Route(
            "entropy per phonon, Debye integrals",
            debye.entropy_per_phonon,
            {"theta": "debye_temperature", "temperature": "temperature"},
            model="debye",
            applies=lambda **inputs: not _cubic(**inputs),
            condition="3.6016 k_B per phonon is used for T < Θ/50",
        ),
    ),
    "flux_quantum": (
        Route("Φ₀ = h/(entropy per carrier)", lambda s: h / s, {"s": "entropy_charge"}),
    ),
}
"""Quantity → the formulas for it, in order of preference."""
