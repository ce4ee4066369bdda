"""The materials and their quantities: names, units, meanings."""

from __future__ import annotations

FILES = {
    "NaF": "NaF.toml",
    "NaI": "NaI.toml",
    "graphite": "graphite.toml",
    "sapphire": "sapphire.toml",
    "SrTiO3": "SrTiO3.toml",
    "Bi": "Bi.toml",
    "Ge": "Ge.toml",
    "solid 4He": "solid-4He.toml",
    "He II": "He-II.toml",
}
"""Material → its file in the folder data."""

QUANTITIES: dict[str, tuple[str, str]] = {
    # The coefficients of a medium.
    "conductivity": ("W/(m·K)", "κ, thermal conductivity"),
    "capacity": ("J/(m³·K)", "C, heat capacity per volume"),
    "relaxation": ("s", "τ of the heat flux, the resistive time"),
    "nonlocal_length": ("m", "ℓ = c_D √(τ_N τ_R/5) of Guyer–Krumhansl"),
    "diffusivity": ("m²/s", "D = κ/C"),
    "inductance": ("K·m·s/W", "Λ = τ/κ, thermal inductance"),
    "stiffness": ("W/(m·K·s)", "1/Λ = κ/τ, of undamped second sound"),
    "wave_speed": ("m/s", "v = √(κ/(Cτ))"),
    # Second sound and the times that decide about it.
    "second_sound_predicted": ("m/s", "second-sound speed, predicted"),
    "second_sound_measured": ("m/s", "second-sound speed, measured"),
    "tau_normal": ("s", "τ_N, of phonon collisions that keep quasi-momentum"),
    "tau_resistive": ("s", "τ_R, of collisions that lose quasi-momentum"),
    "tau_flux_current": ("s", "τ_Q, of the current of the heat flux"),
    "mean_free_path_normal": ("m", "c_D τ_N"),
    "mean_free_path_resistive": ("m", "c_D τ_R"),
    "frequency": ("rad/s", "ω of the phonons that τ_N is asked for"),
    # The crystal and its phonons.
    "temperature": ("K", "T"),
    "density": ("kg/m³", "ρ"),
    "molar_mass": ("kg/mol", "M of the formula unit"),
    "atoms": ("1", "atoms per formula unit"),
    "number_density": ("1/m³", "n, atoms per volume"),
    "specific_heat": ("J/(kg·K)", "c, heat capacity per mass"),
    "molar_capacity": ("J/(mol·K)", "heat capacity per mole of formula units"),
    "debye_temperature": ("K", "Θ_D"),
    "debye_speed": ("m/s", "c_D, mean sound speed"),
    "first_sound_limit": ("m/s", "speed of first sound as T → 0"),
    "sound_longitudinal": ("m/s", "longitudinal sound speed"),
    "sound_transverse": ("m/s", "transverse sound speed"),
    "conductivity_peak": ("W/(m·K)", "highest κ(T)"),
    "conductivity_parallel": ("W/(m·K)", "κ along the c axis"),
    "conductivity_perpendicular": ("W/(m·K)", "κ across the c axis"),
    "elastic_C11": ("GPa", "C11"),
    "elastic_C12": ("GPa", "C12"),
    "elastic_C13": ("GPa", "C13"),
    "elastic_C14": ("GPa", "C14"),
    "elastic_C33": ("GPa", "C33"),
    "elastic_C44": ("GPa", "C44"),
    # Entropy as a charge.
    "entropy": ("J/(kg·K)", "s, entropy per mass"),
    "entropy_charge": ("J/K", "entropy per carrier: atom of He II, phonon of a crystal"),
    "flux_quantum": ("K·s", "Φ₀ = h/(entropy per carrier)"),
    # Superfluid helium.
    "fluid_ratio": ("1", "ρ_s/ρ_n"),
    "superfluid_fraction": ("1", "ρ_s/ρ"),
    "transition_temperature": ("K", "T_λ"),
    # Heat-pulse experiments.
    "specimen_length": ("m", "length of the specimen"),
    "pulse_duration": ("s", "duration of the heat pulse"),
    "arrival_longitudinal": ("s", "arrival of the longitudinal phonons"),
    "arrival_transverse": ("s", "arrival of the transverse phonons"),
    "arrival_second_sound": ("s", "arrival of second sound"),
}
"""Name → (unit, meaning)."""

GIVEN = (
    "conductivity",
    "capacity",
    "relaxation",
    "nonlocal_length",
    "tau_normal",
    "tau_resistive",
    "debye_temperature",
    "frequency",
)
"""The quantities that a caller may give in place of the record."""
