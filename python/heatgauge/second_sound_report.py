"""A second-sound run in words: at most 100 columns, fewer than 60 lines."""

from __future__ import annotations

from heatgauge.configuration_tables import Configuration
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
        f"Heat pulse in {medium.record.name} at {medium.temperature:g} K: {c.grid.length * 1e3:g} mm"
        f" long, {c.pulse.duration * _MICRO:g} µs pulse, wave of {c.pulse.rise * 1e3:g} mK at entry",
        *(_line(symbol, str(medium.quantity(name))) for symbol, name in values),
        f"  ({c.grid.points} cells, far face {c.grid.far_face}; [given]: by the file, [unverified]:"
        " recalled, no source opened)",
    ]


def _wave(run: SecondSoundRun) -> list[str]:
    wave = run.wave
    ratio = wave.speed / wave.predicted_speed - 1
    lag = 0.5 * run.configuration.pulse.duration
    return [
        "Second sound: crest of Cattaneo's signal over Fourier's background, at the far face",
        _line("arrival", _pm(wave.arrival, wave.arrival_uncertainty, _MICRO, "µs"), "from the start"
              " of the pulse; ±: from half the resolution"),
        _line("speed", _pm(wave.speed, wave.speed_uncertainty, 1, "m/s"),
              f"length/(arrival − {lag * _MICRO:g} µs), crest to crest"),
        _line("v = √(κ/(Cτ))", f"{wave.predicted_speed:.1f} m/s",
              f"speed of the front; the wake behind it shifts the crest: {100 * ratio:+.2f} %"),
        _line("in the record", _quantity(run.recorded_speed),
              f"the speed found here is {_percent(wave.speed / run.recorded_speed.value - 1)}"),
        _line("crest", f"{wave.signal.max() * _MICRO:.3g} µK",
              f"of {wave.far_cattaneo.max() * _MICRO:.3g} µK at most; damped by exp(−t/2τ), then"
              " doubled where insulated"),
    ]


def _potentials(run: SecondSoundRun) -> list[str]:
    flow = run.wave.cattaneo
    scalar = float((flow.temperature - flow.temperature[0, 0]).max())
    vector = float(abs(flow.flux[0]).max()) * run.medium.inductance
    return [
        "Heat potentials in the thermal gauge, reference temperature taken out",
        _line("V = T − T₀", f"{scalar * 1e3:.3g} mK at most"),
        _line("A = Λq", f"{vector:.3g} K·s/m at most", f"Λ = {run.medium.inductance:.3g} K·m·s/W"),
        _line("∇·A + v⁻²∂ₜT", f"{run.lorenz:.1e}",
              "of its largest term: the Lorenz condition, to the round-off of T"),
    ]


def _carrier(c: Configuration, carrier: Carrier) -> list[str]:
    records, table = carrier.evolution.records, c.carrier
    momentum = float(abs(records["momentum"]).max())
    names = "norm, ⟨x⟩, width, kinetic momentum, |ψ|², current".split(", ")
    lines = [
        f"Quantum carrier of {table.mass:g} kg and {table.charge:g} J/K, driven by these potentials:"
        " Crank–Nicolson",
        _line("⟨x⟩ moves by", f"{(records['position'][-1] - records['position'][0]) * 1e6:+.2f} µm",
              f"packet {table.width * 1e6:.3g} µm wide; kinetic momentum up to {momentum:.2e} kg·m/s"),
        _line("Ehrenfest", f"{carrier.ehrenfest_deviation:.1e}",
              "deviation from m d²⟨x⟩/dt² = s⟨E⟩, of the displacement"),
        _line("time steps", f"{carrier.evolution.steps}",
              f"⟨x⟩ changes by {carrier.step_uncertainty:.0e} of itself without the step error"),
        _line("norm drift", f"{carrier.norm_drift:.1e}", "never renormalised"),
        _line("phases", f"{carrier.step_phase:.2f} rad",
              f"s·V per step; {carrier.link_phase:.2f} s·A per link, {carrier.wave_phase:.2f} "
              "kinetic p·h/ħ"),
        f"In a random gauge χ(x), |sχ/ħ| up to {table.gauge_phase:g} rad, every observable deviates "
        "by (rounding allows)",
    ]
    pairs = zip(names, carrier.gauge_deviation, strict=True)
    cells = [f"{n} {carrier.gauge_deviation[k]:.0e} ({carrier.gauge_bound[k]:.0e})" for n, k in pairs]
    return [*lines, "  " + ", ".join(cells[:3]), "  " + ", ".join(cells[3:])]


def _table(comparisons: tuple[SecondSound, ...]) -> list[str]:
    lines = ["Second sound in the records, predicted against measured (m/s)"]
    lines += [f"  {'':<7}{'T (K)':>6}   {'predicted':<28}{'measured':<28}{'measured/predicted − 1'}"]
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


def _pm(value: float, uncertainty: float, scale: float, unit: str) -> str:
    return f"{shown(value * scale, uncertainty * scale)} {unit}"


def _percent(ratio: float) -> str:
    return f"{abs(100 * ratio):.1f} % {'below' if ratio < 0 else 'above'}"


def _line(name: str, value: str, meaning: str = "") -> str:
    return f"  {name:<15}{value:<25} {meaning}".rstrip()
