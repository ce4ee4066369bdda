"""The arrays of a second-sound run, each with its unit and meaning."""

from __future__ import annotations

from typing import Any

import numpy as np

from heatgauge.arguments import RealField
from heatgauge.second_sound import SecondSoundRun

Documented = dict[str, tuple[Any, str, str]]  # name → (array, unit, meaning)


def result_arrays(run: SecondSoundRun) -> dict[str, Any]:
    """Return what goes into results.npz; ``contents`` lists name, unit and meaning of all.

    Load it with ``numpy.load("results.npz")``; nothing in it needs pickle.
    """
    documented = {**_scalars(run), **_signals(run), **_profiles(run), **_carrier(run)}
    rows = [(name, unit, meaning) for name, (_, unit, meaning) in documented.items()]
    arrays = {name: np.asarray(array) for name, (array, _, _) in documented.items()}
    return {"contents": np.array([("name", "unit", "meaning"), *rows]), **arrays}


def frame_rows(run: SecondSoundRun) -> Any:
    """The rows of the output times for which whole profiles are kept."""
    count = run.wave.cattaneo.times.size
    frames = min(run.configuration.output.frames, count)
    return np.unique(np.linspace(0, count - 1, frames).round().astype(np.intp))


def _scalars(run: SecondSoundRun) -> Documented:
    medium, wave = run.medium, run.wave
    return {
        "complete": (run.carrier is not None, "1", "whether the run came to its end"),
        "temperature": (medium.temperature, "K", "T₀ of the crystal"),
        "conductivity": (medium.conductivity, "W/(m·K)", "κ"),
        "capacity": (medium.capacity, "J/(m³·K)", "C"),
        "relaxation": (medium.relaxation, "s", "τ"),
        "inductance": (medium.inductance, "K·m·s/W", "Λ = τ/κ"),
        "speed_predicted": (wave.predicted_speed, "m/s", "v = √(κ/(Cτ))"),
        "speed": (wave.speed, "m/s", "length/(arrival − ½ pulse duration)"),
        "speed_uncertainty": (wave.speed_uncertainty, "m/s", "of the resolution"),
        "speed_recorded": (run.recorded_speed.value, "m/s", "second sound in the record"),
        "speed_recorded_status": (run.recorded_speed.status, "", "status of that value"),
        "arrival": (wave.arrival, "s", "largest Cattaneo less Fourier at the far face"),
        "arrival_uncertainty": (wave.arrival_uncertainty, "s", "of the resolution"),
        "lorenz_residual": (run.lorenz, "1", "of ∇·A + v⁻²∂ₜT = 0, over its largest term"),
    }


def _signals(run: SecondSoundRun) -> Documented:
    wave = run.wave
    return {
        "times": (wave.cattaneo.times, "s", "output times"),
        "far_temperature_cattaneo": (wave.far_cattaneo, "K", "T − T₀ at the far face, (times)"),
        "far_temperature_fourier": (wave.far_fourier, "K", "T − T₀ at the far face, (times)"),
    }


def _profiles(run: SecondSoundRun) -> Documented:
    flow, rows = run.wave.cattaneo, frame_rows(run)
    grid = flow.grid
    potentials = run.wave.potentials(run.configuration.carrier.charge)
    scalar = np.array([potentials.at(float(t))[0] for t in flow.times[rows]])
    vector = np.array([potentials.at(float(t))[1][0] for t in flow.times[rows]])
    faces = np.linspace(grid.axes[0].lower, grid.axes[0].upper, grid.shape[0] + 1)
    return {
        "x": (_flat(grid.coordinates()[0]), "m", "sites"),
        "x_links": (_flat(grid.link_coordinates(0)[0]), "m", "links"),
        "x_faces": (faces, "m", "faces; the links are x_faces[1:-1]"),
        "frame_times": (flow.times[rows], "s", "instants of the profiles"),
        "T": (flow.temperature[rows], "K", "temperature by Cattaneo, (frames, sites)"),
        "T_fourier": (run.wave.fourier.temperature[rows], "K", "by Fourier, (frames, sites)"),
        "q": (flow.flux[0][rows], "W/m²", "heat flux by Cattaneo, (frames, faces)"),
        "V": (scalar, "K", "thermal scalar potential T − T₀, (frames, sites)"),
        "A": (vector, "K·s/m", "heat vector potential Λq, (frames, links)"),
        "lorenz_profile": (run.lorenz_profile, "1", "largest residual at sites 1 to N − 2"),
    }


def _carrier(run: SecondSoundRun) -> Documented:
    carrier = run.carrier
    if carrier is None:
        return {}
    table, records, rows = run.configuration.carrier, carrier.evolution.records, frame_rows(run)
    gauge = {
        f"gauge_deviation_{name}": (value, "1", f"of {name} in a random gauge, over its largest")
        for name, value in carrier.gauge_deviation.items()
    }
    return {
        "carrier_mass": (table.mass, "kg", "effective mass m"),
        "carrier_charge": (table.charge, "J/K", "entropy per carrier s"),
        "carrier_steps": (carrier.evolution.steps, "1", "Crank–Nicolson steps"),
        "carrier_norm": (records["norm"], "1", "Σ|ψ|²dx, (times)"),
        "carrier_position": (records["position"], "m", "⟨x⟩, (times)"),
        "carrier_ehrenfest": (carrier.ehrenfest, "m", "⟨x⟩ by m d²⟨x⟩/dt² = s⟨E⟩, (times)"),
        "carrier_width": (records["width"], "m", "standard deviation of x, (times)"),
        "carrier_momentum": (records["momentum"], "kg·m/s", "kinetic momentum, (times)"),
        "carrier_density": (records["density"][rows], "1/m", "|ψ|², (frames, sites)"),
        "carrier_current": (records["current"][rows], "1/s", "of |ψ|², (frames, links)"),
        "carrier_final": (carrier.evolution.final, "m^(−1/2)", "ψ at the last time"),
        "ehrenfest_deviation": (carrier.ehrenfest_deviation, "1", "over the displacement"),
        "norm_drift": (carrier.norm_drift, "1", "largest |norm − 1|"),
        **gauge,
    }


def _flat(values: RealField) -> RealField:
    return np.ravel(values)
