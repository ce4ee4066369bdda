"""The quantities of the two modes of transport, and how each follows from others."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Mapping

from heatgauge.constants import N_A, h, hbar, k_B


@dataclasses.dataclass(frozen=True)
class ModeQuantity:
    """One column of the mode table.

    Attributes
    ----------
    symbol, unit, meaning : str
    formula : callable or None
        Takes the inputs by keyword; None where the quantity is looked up.
    inputs : mapping of str to str
        Keyword → name of the quantity.
    written : str
        The formula.

    Examples
    --------
    >>> import heatgauge as hg
    >>> column = hg.crossover.MODE_QUANTITIES["cutoff"]
    >>> column.symbol, column.unit, column.written, column.formula(v=2.0, tau=0.5)
    ('k_c', '1/m', '1/(2vτ)', 0.5)
    """

    symbol: str
    unit: str
    meaning: str
    written: str = ""
    formula: Callable[..., float] | None = None
    inputs: Mapping[str, str] = dataclasses.field(default_factory=dict)


def _same(*names: str, **renamed: str) -> dict[str, str]:
    return {**{name: name for name in names}, **renamed}


_V = {"v": "wave_speed"}
_VT = {**_V, "tau": "relaxation"}
_KD = {"k": "probe_wavenumber", "D": "diffusivity"}

MODE_QUANTITIES: dict[str, ModeQuantity] = {
    # Looked up in the record, or assumed.
    "capacity": ModeQuantity("C", "J/(m³·K)", "heat capacity per volume"),
    "conductivity": ModeQuantity("κ", "W/(m·K)", "thermal conductivity"),
    "relaxation": ModeQuantity("τ_R", "s", "resistive time: that of Cattaneo's law"),
    "tau_normal": ModeQuantity("τ_N", "s", "normal time: not that of Cattaneo's law"),
    "wave_speed": ModeQuantity("v", "m/s", "speed of the wave-like mode"),
    "second_sound_measured": ModeQuantity("v_meas", "m/s", "second sound as measured"),
    "entropy_charge": ModeQuantity("s", "J/K", "entropy per carrier"),
    # The medium.
    "diffusivity": ModeQuantity("α", "m²/s", "diffusivity (D elsewhere)"),
    "inductance": ModeQuantity("Λ", "K·m·s/W", "thermal inductance"),
    # The potentials of a pulse.
    "pulse_flux": ModeQuantity(
        "q₀",
        "W/m²",
        "peak heat flux of the pulse",
        "q₀ = C v δT",
        lambda C, v, rise: C * v * rise,
        {"C": "capacity", "v": "wave_speed", "rise": "pulse_rise"},
    ),
    "vector_potential": ModeQuantity(
        "A₀",
        "K·s/m",
        "peak heat vector potential of the pulse",
        "A₀ = Λq₀",
        lambda inductance, q: inductance * q,
        {"inductance": "inductance", "q": "pulse_flux"},
    ),
    "phase_gradient": ModeQuantity(
        "sA₀/ħ",
        "1/m",
        "phase per length that A₀ gives a carrier",
        "sA₀/ħ",
        lambda s, A: s * A / hbar,
        {"s": "entropy_charge", "A": "vector_potential"},
    ),
    "flux_quantum": ModeQuantity(
        "Φ₀", "K·s", "heat-flux quantum", "h/s", lambda s: h / s, {"s": "entropy_charge"}
    ),
    "flux_quanta": ModeQuantity(
        "N_Φ",
        "1",
        "∫A dx along the pulse, in flux quanta",
        "½ A₀ v d/Φ₀",
        lambda A, v, d, phi: 0.5 * A * v * d / phi,
        {
            "A": "vector_potential",
            "v": "wave_speed",
            "d": "pulse_duration",
            "phi": "flux_quantum",
        },
    ),
    # Which mode, and how each moves and decays.
    "cutoff": ModeQuantity(
        "k_c",
        "1/m",
        "wave-like above, diffusive below",
        "1/(2vτ)",
        lambda v, tau: 0.5 / (v * tau),
        _VT,
    ),
    "cutoff_length": ModeQuantity(
        "L_c",
        "m",
        "longest wavelength that is wave-like",
        "2π/k_c = 4πvτ",
        lambda v, tau: 4 * math.pi * v * tau,
        _VT,
    ),
    "ballistic_length": ModeQuantity(
        "L_N",
        "m",
        "shortest length that is not ballistic",
        "c_D τ_N",
        lambda c, tau: c * tau,
        {"c": "debye_speed", "tau": "tau_normal"},
    ),
    "wave_damping": ModeQuantity(
        "γ_wave",
        "1/s",
        "damping of the wave-like mode",
        "1/(2τ)",
        lambda tau: 0.5 / tau,
        {"tau": "relaxation"},
    ),
    "propagation_length": ModeQuantity(
        "ℓ_p",
        "m",
        "way of a wave in which it decays to 1/e",
        "2vτ",
        lambda v, tau: 2 * v * tau,
        _VT,
    ),
    "wave_phase_speed": ModeQuantity(
        "v_L",
        "m/s",
        "speed of the wave-like mode of wavelength L",
        "v√(1 − (k_c/k)²)",
        lambda k, v, tau: v * math.sqrt(max(0.0, 1 - (0.5 / (v * tau * k)) ** 2)),
        {**_VT, "k": "probe_wavenumber"},
    ),
    "diffusive_damping": ModeQuantity(
        "γ_diff",
        "1/s",
        "damping of the diffusive mode of wavelength L (Fourier)",
        "αk²",
        lambda k, D: D * k * k,
        _KD,
    ),
    "diffusive_speed": ModeQuantity(
        "v_diff",
        "m/s",
        "rate of the diffusive mode over its wavenumber: no front, no speed of its own",
        "αk",
        lambda k, D: D * k,
        _KD,
    ),
    # Quantum scales.
    "thermal_wavelength": ModeQuantity(
        "λ_th",
        "m",
        "thermal wavelength of a carrier of the mass of one atom",
        "h/√(2πm k_BT)",
        lambda M, atoms, T: h / math.sqrt(2 * math.pi * M / atoms / N_A * k_B * T),
        _same(M="molar_mass", atoms="atoms", T="temperature"),
    ),
    "phonon_wavelength": ModeQuantity(
        "λ_ph",
        "m",
        "wavelength of a phonon of the energy k_BT",
        "h c_D/(k_BT)",
        lambda c, T: h * c / (k_B * T),
        _same(c="debye_speed", T="temperature"),
    ),
    "planckian_time": ModeQuantity(
        "τ_P", "s", "Planckian time", "ħ/(k_BT)", lambda T: hbar / (k_B * T), {"T": "temperature"}
    ),
    "planckian_ratio": ModeQuantity(
        "τ_R/τ_P",
        "1",
        "resistive time in Planckian times",
        "τ k_BT/ħ",
        lambda tau, T: tau * k_B * T / hbar,
        {"tau": "relaxation", "T": "temperature"},
    ),
    "dephasing_rate": ModeQuantity(
        "Γ",
        "1/s",
        "dephasing that gives the same spreading",
        "1/τ",
        lambda tau: 1 / tau,
        {"tau": "relaxation"},
    ),
}
"""Name → what it is. α, Λ and v have several ways to them, see `mode_table`."""
