"""The figure of a second-sound run: far-face signal, space–time map, potentials, carrier."""

from __future__ import annotations

from typing import IO, Any

import numpy as np

from heatgauge.second_sound import SecondSoundRun
from heatgauge.second_sound_carrier import Carrier

# Okabe & Ito: told apart with any colour vision, and in grey.
_BLUE, _ORANGE, _GREEN, _BLACK = "#0072B2", "#E69F00", "#009E73", "#222222"
_STYLE: Any = {
    "font.size": 15,
    "axes.titlesize": 16,
    "axes.titlelocation": "left",
    "axes.titleweight": "bold",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "lines.linewidth": 2.6,
    "legend.frameon": False,
    "legend.fontsize": 14,
    "figure.constrained_layout.use": True,
}


def draw(run: SecondSoundRun, file: IO[bytes], dpi: float = 110) -> None:
    """Write the figure as PNG, 13.3 × 8.6 inches. Needs matplotlib; draws without a display."""
    import matplotlib
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    if run.carrier is None:
        raise ValueError("Argument `run` must have a carrier, but was interrupted before.")
    with matplotlib.rc_context(_STYLE):
        figure = Figure(figsize=(13.33, 8.6), dpi=dpi)
        FigureCanvasAgg(figure)
        (far, space_time), (potentials, carrier) = figure.subplots(2, 2)
        _draw_far_face(far, run)
        _draw_map(space_time, figure, run, run.carrier)
        _draw_potentials(potentials, run)
        _draw_carrier(carrier, run.carrier)
        table = run.medium
        figure.suptitle(
            f"Second sound in {table.record.name} at {table.temperature:g} K and the quantum "
            f"carrier it drives",
            fontsize=19,
        )
        figure.savefig(file, format="png")


def _draw_far_face(axes: Any, run: SecondSoundRun) -> None:
    wave = run.wave
    t = wave.cattaneo.times * 1e6
    axes.plot(t, wave.far_cattaneo * 1e6, color=_BLUE, label="Cattaneo")
    axes.plot(t, wave.far_fourier * 1e6, color=_ORANGE, linestyle="--", label="Fourier")
    axes.axvline(wave.arrival * 1e6, color=_BLACK, linewidth=1.4, linestyle=":")
    axes.annotate(
        f"arrival {wave.arrival * 1e6:.2f} µs\n{wave.speed:.0f} m/s",
        (wave.arrival * 1e6, 1.0),
        xycoords=("data", "axes fraction"),
        xytext=(-8, -6),
        textcoords="offset points",
        horizontalalignment="right",
        verticalalignment="top",
    )
    axes.set(title="At the far face", xlabel="time (µs)", ylabel="T − T₀ (µK)", xlim=(0, t[-1]))
    axes.set_ylim(bottom=0)
    axes.legend(loc="center left")


def _draw_map(axes: Any, figure: Any, run: SecondSoundRun, carrier: Carrier) -> None:
    from matplotlib.colors import LogNorm

    flow = run.wave.cattaneo
    rise = (flow.temperature - flow.temperature[0, 0]) * 1e6
    length, end = run.configuration.grid.length * 1e3, flow.times[-1] * 1e6
    rows = np.linspace(0, flow.times.size - 1, min(flow.times.size, 500)).astype(int)
    top = float(rise.max())
    image = axes.imshow(
        np.maximum(rise[rows], 1e-3 * top),
        origin="lower",
        aspect="auto",
        extent=(0, length, 0, end),
        cmap="magma",
        norm=LogNorm(3e-3 * top, top),
        interpolation="bilinear",
    )
    position = carrier.evolution.records["position"] * 1e3
    axes.plot(position, flow.times * 1e6, color="white", linewidth=2.6)
    axes.annotate(
        "carrier ⟨x⟩",
        (position[0], 0.06 * end),
        xytext=(8, 0),
        textcoords="offset points",
        color="white",
    )
    axes.set(title="Wave through the crystal", xlabel="x (mm)", ylabel="time (µs)")
    axes.set(xlim=(0, length), ylim=(0, end))
    axes.spines[["top", "right"]].set_visible(True)
    figure.colorbar(image, ax=axes, label="T − T₀ (µK)", extend="min")


def _draw_potentials(axes: Any, run: SecondSoundRun) -> None:
    potentials = run.wave.potentials(run.configuration.carrier.charge)
    grid = potentials.grid
    sites = grid.coordinates()[0].ravel() * 1e3
    links = grid.link_coordinates(0)[0].ravel() * 1e3
    crossing = run.configuration.grid.length / run.wave.predicted_speed
    times = (0.25 * crossing, 0.6 * crossing)
    twin = axes.twinx()
    for t, style in zip(times, ("-", "--"), strict=True):
        scalar, (vector,) = potentials.at(t + 0.5 * run.configuration.pulse.duration)
        axes.plot(sites, scalar * 1e6, color=_BLUE, linestyle=style)
        twin.plot(links, vector * 1e9, color=_GREEN, linestyle=style)
        peak = int(np.argmax(scalar))
        axes.annotate(
            f"{(t + 0.5 * run.configuration.pulse.duration) * 1e6:.1f} µs",
            (sites[peak], scalar[peak] * 1e6),
            xytext=(6, 2),
            textcoords="offset points",
        )
    axes.set(title="Heat potentials along the crystal", xlabel="x (mm)", xlim=(0, sites[-1]))
    axes.set_ylabel("V = T − T₀ (µK)", color=_BLUE)
    twin.set_ylabel("A = Λq (nK·s/m)", color=_GREEN)
    twin.spines["right"].set_visible(True)
    # A is V/v within the wave: with more room above, its curve does not cover that of V.
    axes.set_ylim(0, 1.15 * axes.get_ylim()[1])
    twin.set_ylim(0, 1.6 * twin.get_ylim()[1])


def _draw_carrier(axes: Any, carrier: Carrier) -> None:
    run = carrier.evolution
    t, position = run.times * 1e6, run.records["position"]
    every = max(1, t.size // 16)
    axes.plot(t, (position - position[0]) * 1e6, color=_BLUE, label="⟨x⟩, Crank–Nicolson")
    axes.plot(
        t[::every],
        (carrier.ehrenfest - position[0])[::every] * 1e6,
        "o",
        color=_ORANGE,
        markersize=9,
        markerfacecolor="none",
        markeredgewidth=2.2,
        label="Ehrenfest, m ẍ = s⟨E⟩",
    )
    axes.annotate(
        f"Ehrenfest holds to {_power(carrier.ehrenfest_deviation)}\n"
        f"norm drifts by {_power(carrier.norm_drift)}\n"
        f"a random gauge changes\nobservables by {_power(max(carrier.gauge_deviation.values()))}",
        (0.045, 0.7),
        xycoords="axes fraction",
        verticalalignment="top",
        fontsize=13,
    )
    axes.set(title="Quantum carrier", xlabel="time (µs)", ylabel="⟨x⟩ − ⟨x⟩₀ (µm)")
    axes.set_xlim(0, t[-1])
    axes.legend(loc="upper left")


def _power(value: float) -> str:
    if not value > 0:
        return "0"
    exponent = int(np.floor(np.log10(value)))
    return f"{value / 10.0**exponent:.0f}·10$^{{{exponent}}}$"
