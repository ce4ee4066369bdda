"""One heat pulse by all laws: diffusion, waves, and what lies between.

A slab of thickness 1, diffusivity 1 and insulated faces takes the heat pulse
q = (1 − cos 2πt/t_p)/t_p, t_p = 0.04, at its front face. The laws share κ = C = 1 and, where they
have one, the relaxation time τ = 0.02, hence the wave speed v = √(κ/Cτ) = 7.07.

Run:  python examples/laws_on_one_pulse.py [-o DIRECTORY]   (writes laws_on_one_pulse.png)
"""

from __future__ import annotations

import argparse
import math
from pathlib import Path
from typing import Any

import numpy as np

import heatgauge as hg

POINTS, STEPS, PULSE, TAU = 800, 4000, 0.04, 0.02
TIMES = np.linspace(0.0, 1.0, 501)
SNAPSHOT = 0.1
# Laplace transform inverted numerically, rear face: (time, temperature)
EXACT = {
    "Fourier": [(0.1, 0.176126), (0.2, 0.662396), (0.3, 0.873569), (0.5, 0.982433)],
    "Cattaneo": [(0.15, 0.194947), (0.2, 0.734432), (0.3, 0.926273), (0.5, 0.995170)],
    "Guyer–Krumhansl": [(0.1, 0.014857), (0.15, 0.392115), (0.2, 0.712047), (0.3, 0.912544)],
}


def laws() -> dict[str, tuple[Any, str, str]]:
    """Law, colour and line style by name."""
    medium = hg.Medium(conductivity=1.0, capacity=1.0, relaxation=TAU)

    def nonlocal_medium(K: float) -> hg.Medium:
        length = math.sqrt(K / 3)  # K = 3ℓ² in 1D
        return hg.Medium(1.0, 1.0, relaxation=TAU, nonlocal_length=length)

    stiffness = 1.0 / TAU  # k* = κ/τ gives the speed of Cattaneo's waves
    return {
        "Fourier": (hg.Fourier(medium), "#222222", "-"),
        "Cattaneo": (hg.Cattaneo(medium), "#0072B2", "-"),
        "Guyer–Krumhansl": (hg.GuyerKrumhansl(nonlocal_medium(0.005)), "#009E73", "-"),
        "Guyer–Krumhansl, K = Dτ": (hg.GuyerKrumhansl(nonlocal_medium(TAU)), "#E69F00", "--"),
        "dual phase lag, $τ_T$ = τ/10": (hg.DualPhaseLag(medium, TAU / 10), "#CC79A7", "-."),
        "Green–Naghdi III": (hg.GreenNaghdi(hg.Medium(0.5, 1.0), stiffness), "#D55E00", ":"),
    }


def pulse(t: float) -> float:
    """Heat flux into the front face."""
    return (1 - math.cos(2 * math.pi * t / PULSE)) / PULSE if 0 < t < PULSE else 0.0


def conduct(law: Any) -> hg.HeatFlow:
    """The flow of one law."""
    grid = hg.Grid([hg.Axis(0.0, 1.0, POINTS)])
    return hg.conduct(
        law,
        grid,
        np.zeros(grid.shape),
        TIMES,
        boundary={"x-": hg.Flux(pulse)},
        method="midpoint",
        dt=1.0 / STEPS,
    )


def rear(flow: hg.HeatFlow) -> Any:
    """Temperature on the insulated rear face, where its slope vanishes: (9T₋₁ − T₋₂)/8."""
    return (9 * flow.temperature[:, -1] - flow.temperature[:, -2]) / 8


def report(name: str, flow: hg.HeatFlow) -> None:
    """Print how far a law is from its exact values and from conserving energy."""
    exact = EXACT.get(name, [])
    off = [abs(np.interp(t, TIMES, rear(flow)) - T) for t, T in exact]
    compared = f"off the exact values by {max(off):.1e}" if off else "no exact values listed"
    print(f"{name:28s} energy balance {np.abs(flow.energy_balance()).max():.0e}, {compared}")


def label(signal: Any, profile: Any, flux: Any, loss: Any) -> None:
    """Titles, axes and limits of the four panels."""
    signal.axvline(math.sqrt(TAU), color="#999999", linewidth=1)
    signal.annotate("L/v", (math.sqrt(TAU), 0), (0.107, 2.2), color="#555555")
    signal.set(
        title="rear face (dots: exact)",
        xlabel="time",
        ylabel="temperature",
        xlim=(0, 0.6),
        ylim=(-0.1, 2.5),
    )
    profile.set(title=f"temperature at t = {SNAPSHOT:g}", xlabel="x", ylabel="temperature")
    flux.set(title=f"heat flux at t = {SNAPSHOT:g}", xlabel="x", ylabel="q")
    loss.set(
        title="entropy production (quadratic form, T₀ = 1)",
        xlabel="time",
        ylabel="∫σ dx",
        xlim=(0, 0.6),
        ylim=(1e-4, None),
    )


def draw(file: Path) -> None:
    """Compute and draw."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    plt.rcParams |= {
        "font.size": 12,
        "axes.titlelocation": "left",
        "axes.spines.top": False,
        "axes.spines.right": False,
        "lines.linewidth": 2.0,
        "legend.frameon": False,
    }
    figure, ((signal, profile), (flux, loss)) = plt.subplots(
        2, 2, figsize=(13.5, 9), constrained_layout=True
    )
    x = (np.arange(POINTS) + 0.5) / POINTS
    faces = np.arange(POINTS + 1) / POINTS
    now = int(np.argmin(np.abs(TIMES - SNAPSHOT)))
    for name, (law, colour, style) in laws().items():
        flow = conduct(law)
        how: dict[str, Any] = {"color": colour, "linestyle": style, "label": name}
        signal.plot(TIMES, rear(flow), **how)
        profile.plot(x, flow.temperature[now], **how)
        flux.plot(faces, flow.flux[0][now], **how)
        production = flow.entropy_production("quadratic").sum(axis=1) / POINTS
        middle = 0.5 * (TIMES[1:] + TIMES[:-1])
        loss.semilogy(middle, np.maximum(production, 1e-6), **how)
        for t, T in EXACT.get(name, []):
            signal.plot(t, T, "o", color=colour, markersize=6)
        report(name, flow)
    label(signal, profile, flux, loss)
    figure.legend(*signal.get_legend_handles_labels(), loc="outside lower center", ncols=3)
    figure.savefig(file, dpi=110)
    print(f"wrote {file}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-o", "--output", type=Path, default=Path())
    folder = parser.parse_args().output
    folder.mkdir(parents=True, exist_ok=True)
    draw(folder / "laws_on_one_pulse.png")


if __name__ == "__main__":
    main()
