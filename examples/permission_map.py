"""Permission map of a heat pulse: where gauge symmetry is broken, and which way.

A pulse of heat in an insulated bar, by Cattaneo's law. Above, its temperature and three entropy
productions: that of local equilibrium, −q·∇T/T², turns negative where heat runs up the gradient;
q·E/T² of the extended form never does; the remainder Λq²∂ₜT/T³ has either sign. Below, what
hg.classify makes of σ = q·E for that pulse, for one without losses (Green and Naghdi, type II), for
Fourier's, and for Fourier's run backwards in time.

Run:  python examples/permission_map.py [-o DIRECTORY]   (writes permission_map.png)
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np

import heatgauge as hg

CELLS, OUTPUTS, END = 160, 321, 1.6
RELAXATION = 0.4  # v = C = 1, so that κ = τ
WARM, HEIGHT, WIDTH = 1.0, 0.8, 0.07


def pulse(law: Any, end: float = END) -> hg.HeatFlow:
    """The pulse in the middle of a bar of length 1."""
    grid = hg.Grid([hg.Axis(0.0, 1.0, CELLS)])
    x = grid.coordinates()[0]
    start = WARM + HEIGHT * np.exp(-((x - 0.4) ** 2) / (2 * WIDTH**2))
    times = np.linspace(0.0, end, OUTPUTS)
    return hg.conduct(law, grid, start, times, dt=times[1], method="midpoint")


def backwards(flow: hg.HeatFlow) -> hg.HeatFlow:
    """The same data run backwards: what was measured last comes first, and heat turns around."""
    flux = [-q[::-1] for q in flow.flux]
    return hg.HeatFlow.from_arrays(flow.law, flow.grid, flow.times, flow.temperature[::-1], flux)


def inertial_parts(flow: hg.HeatFlow) -> tuple[Any, Any]:
    """The extended production in two: q·E/T², and what is left of it, Λq²∂ₜT/T³."""
    extended = flow.entropy_production("extended")
    T = 0.5 * (flow.temperature[1:] + flow.temperature[:-1])
    first = flow.entropy_production("quadratic") / T**2
    return first, extended - first


def cases() -> dict[str, hg.HeatFlow]:
    """The flows that are judged."""
    cattaneo = hg.Cattaneo(hg.Medium(RELAXATION, 1.0, RELAXATION))
    fourier = pulse(hg.Fourier(hg.Medium(RELAXATION, 1.0)), 0.12)
    return {
        "Cattaneo": pulse(cattaneo),
        "without losses": pulse(hg.GreenNaghdi(hg.Medium(0.0, 1.0), stiffness=1.0)),
        "Fourier": fourier,
        "Fourier backwards": backwards(fourier),
    }


def show(axes: Any, values: Any, flow: hg.HeatFlow, bound: float, map_: str) -> Any:
    """A map in space and time, symmetric about 0."""
    image = axes.imshow(
        values,
        origin="lower",
        aspect="auto",
        extent=(0, 1, 0, flow.times[-1]),
        cmap=map_,
        vmin=-bound,
        vmax=bound,
        interpolation="nearest",
    )
    axes.set(xlabel="x / L", xticks=(0, 0.5, 1))
    return image


def draw(file: Path) -> None:
    """Compute and draw."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    plt.rcParams |= {"font.size": 13, "axes.titlelocation": "left", "axes.titleweight": "bold"}
    figure, panels = plt.subplots(2, 4, figsize=(16, 8.6), constrained_layout=True)
    flows = cases()
    flow = flows["Cattaneo"]
    local = flow.entropy_production("local")
    first, rest = inertial_parts(flow)
    maps = (
        ("T − T₀", flow.temperature - WARM, 0.5 * HEIGHT),
        ("local: −q·∇T/T²", local, 0.6),
        ("extended: q·E/T² …", first, 0.2),
        ("… + Λq²∂$_t$T/T³", rest, 0.12),
    )
    for axes, (title, values, bound) in zip(panels[0], maps, strict=True):
        image = show(axes, values, flow, bound, "RdBu_r")
        axes.set_title(title)
        figure.colorbar(image, ax=axes, extend="both", shrink=0.92)
    panels[0, 0].set_ylabel("Cattaneo's pulse\ntime · v / L")
    print(f"Cattaneo: local σ from {local.min():.2f} to {local.max():.2f}; q·E/T² from "
          f"{first.min():.1e} to {first.max():.2f}; rest from {rest.min():.2f} to "
          f"{rest.max():.2f}")  # fmt: skip
    colours = matplotlib.colors.ListedColormap(["#D55E00", "#F2F2F2", "#0072B2"])
    for axes, (name, judged) in zip(panels[1], flows.items(), strict=True):
        found = hg.classify(judged)
        print(f"{name}: {found}")
        show(axes, found.where, judged, 1.5, colours)
        axes.set_title(f"{name}:\n{found.verdict}")
    panels[1, 0].set_ylabel("what is permitted\ntime · v / L")
    handles = [
        matplotlib.patches.Patch(color=colour, label=label)
        for colour, label in zip(
            colours.colors,
            ("σ < 0: forbidden", "σ = 0 within its uncertainty", "σ > 0: second law"),
            strict=True,
        )
    ]
    figure.legend(handles=handles, loc="outside lower center", ncols=3, frameon=False)
    figure.suptitle(
        "Permission map: entropy production measures broken gauge symmetry", fontsize=18
    )
    figure.savefig(file, dpi=110)
    print(f"wrote {file}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-o", "--output", type=Path, default=Path())
    folder = parser.parse_args().output
    folder.mkdir(parents=True, exist_ok=True)
    draw(folder / "permission_map.png")


if __name__ == "__main__":
    main()
