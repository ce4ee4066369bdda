"""A second-sound run in words: at most 100 columns, fewer than 60 lines."""

from __future__ import annotations

import math

from heatgauge.configuration_tables import Configuration
from heatgauge.errors import MissingData
from heatgauge.records.quantity import Quantity, shown
from heatgauge.records.second_sound import SecondSound
from heatgauge.second_sound import SecondSoundRun
from heatgauge.second_sound_carrier import Carrier

_MICRO = 1e6


def summary(run: SecondSoundRun) -> str:
    """Return what a reader wants to know first: values, units, uncertainties, statuses."""
    lines = [*_crystal(run), "", *_wave(run), "", *_potentials(run)]
    if run.carrier is not None:
        lines += ["", *_carrier(run.configuration, run.carrier)]
    return "\n".join([*lines, "", *_table(run.comparisons)])


def file_comments(run: SecondSoundRun) -> dict[tuple[str, str], str]:
    """What is said beside values of the configuration that came from the record."""
    names = ("conductivity", "capacity", "relaxation")
    found = {name: run.medium.quantity(name) for name in names}
    return {("material", n): f"{q.unit} [{q.status}]" for n, q in found.items()}


def _crystal(run: SecondSoundRun) -> list[str]:
    medium, c = run.medium, run.configuration
    values = [("κ", "conductivity"), ("C", "capacity"), ("τ", "relaxation")]
    return [
        f"Heat pulse in {medium.record.name} at {medium.temperature:g} K: "
        f"{c.grid.length * 1e3:g} mm long, pulse of {c.pulse.duration * _MICRO:g} µs and "
        f"{c.pulse.rise * 1e3:g} mK, {c.grid.points} cells",
        *(_line(symbol, str(medium.quantity(name))) for symbol, name in values),
        "  [given]: by the file; [unverified]: recalled, no source opened",
    ]


def _wave(run: SecondSoundRun) -> list[str]:
    wave, half = run.wave, 0.5 * run.configuration.pulse.duration
    shift = 100 * (wave.speed / wave.predicted_speed - 1)
    damping = math.exp(-0.5 * (wave.arrival - half) / run.medium.relaxation)
    arrival = _pm(wave.arrival * _MICRO, wave.arrival_uncertainty * _MICRO, "µs")
    crest = wave.signal.max() * _MICRO
    return [
        f"Second sound at the far face ({run.configuration.grid.far_face}): "
        "crest of Cattaneo's signal over Fourier's background",
        _line("arrival", arrival, "since the pulse began; ±: from half the resolution"),
        _line(
            "speed",
            _pm(wave.speed, wave.speed_uncertainty, "m/s"),
            f"length/(arrival − {half * _MICRO:g} µs): from crest to crest",
        ),
        _line(
            "v = √(κ/(Cτ))",
            f"{wave.predicted_speed:.1f} m/s",
            f"of the front; its wake shifts the crest: {shift:+.2f} %",
        ),
        *_recorded(run),
        _line("crest", f"{crest:.3g} µK", f"damping on the way exp(−t/2τ) = {damping:.2g}"),
    ]


def _recorded(run: SecondSoundRun) -> list[str]:
    """The speed in the record, and what its own coefficients predict where it has them."""
    medium = run.medium
    off = _percent(run.wave.speed / run.recorded_speed.value - 1)
    lines = [_line("in the record", _quantity(run.recorded_speed), f"the speed found is {off} it")]
    try:
        own = medium.record.at(medium.temperature, sample=medium.sample).quantity("wave_speed")
    except MissingData:
        return lines
    return [*lines, _line("", _quantity(own), "v by κ, C and τ of the record")]


def _potentials(run: SecondSoundRun) -> list[str]:
    flow, inductance = run.wave.cattaneo, run.medium.inductance
    scalar = float((flow.temperature - flow.temperature[0, 0]).max())
    vector = float(abs(flow.flux[0]).max()) * inductance
    return [
        "Heat potentials in the thermal gauge, reference temperature taken out",
        _line("V = T − T₀", f"{scalar * 1e3:.3g} mK at most"),
        _line("A = Λq", f"{vector:.3g} K·s/m at most", f"Λ = τ/κ = {inductance:.3g} K·m·s/W"),
        _line(
            "∇·A + v⁻²∂ₜT",
            f"{run.lorenz:.1e}",
            "of its largest term: Lorenz condition, to rounding of T",
        ),
    ]


def _carrier(c: Configuration, carrier: Carrier) -> list[str]:
    table, records, run = c.carrier, carrier.evolution.records, carrier.evolution
    moved = (records["position"][-1] - records["position"][0]) * 1e6
    return [
        f"Quantum carrier, {table.mass:g} kg and {table.charge:g} J/K, in these potentials "
        "by Crank–Nicolson",
        _line("⟨x⟩ moves by", f"{moved:+.2f} µm", f"packet {table.width * 1e6:.3g} µm wide"),
        _line(
            "Ehrenfest",
            f"{carrier.ehrenfest_deviation:.1e}",
            "deviation from m d²⟨x⟩/dt² = s⟨E⟩ of its displacement",
        ),
        _line(
            "time steps",
            f"{run.steps}",
            f"they shift ⟨x⟩ by {carrier.step_uncertainty:.0e} of the displacement",
        ),
        _line("norm drift", f"{carrier.norm_drift:.1e}", "never renormalised"),
        _line(
            "phases",
            f"{carrier.step_phase:.2f} rad",
            f"sV per step; sA per link {carrier.link_phase:.2f}, "
            f"kinetic p·h/ħ {carrier.wave_phase:.2f}",
        ),
        f"In a random gauge χ(x), |sχ/ħ| up to {table.gauge_phase:g}, observables deviate by "
        "(what rounding allows):",
        *_covariance(carrier),
    ]


def _covariance(carrier: Carrier) -> list[str]:
    symbols = {"position": "⟨x⟩", "momentum": "kinetic momentum", "density": "|ψ|²"}
    cells = [
        f"{symbols.get(name, name)} {value:.0e} ({carrier.gauge_bound[name]:.0e})"
        for name, value in carrier.gauge_deviation.items()
    ]
    return ["  " + ", ".join(cells[:3]), "  " + ", ".join(cells[3:])]


def _table(comparisons: tuple[SecondSound, ...]) -> list[str]:
    lines = ["Second sound in the records, predicted against measured (m/s)"]
    lines += [
        f"  {'':<7}{'T (K)':>6}   {'predicted':<28}{'measured':<28}{'measured/predicted − 1'}"
    ]
    for row in comparisons:
        deviation = f"{100 * row.deviation.value:+.1f} %"
        if row.deviation.uncertainty:
            deviation += f" ± {100 * row.deviation.uncertainty:.1f} %"
        lines.append(
            f"  {row.material:<7}{row.temperature:>6g}   {_quantity(row.predicted, ''):<28}"
            f"{_quantity(row.measured, ''):<28}{deviation}"
        )
    return lines


def _quantity(q: Quantity, unit: str | None = None) -> str:
    unit = f" {q.unit}" if unit is None else unit
    return f"{shown(q.value, q.uncertainty)}{unit} [{q.status}]"


def _pm(value: float, uncertainty: float, unit: str) -> str:
    return f"{shown(value, uncertainty)} {unit}"


def _percent(ratio: float) -> str:
    return f"{abs(100 * ratio):.1f} % {'below' if ratio < 0 else 'above'}"


def _line(name: str, value: str, meaning: str = "") -> str:
    return f"  {name:<15}{value:<28}{meaning}".rstrip()
