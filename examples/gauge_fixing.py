"""One heat flow in five gauges: V and A differ, temperature and heat flux do not.

A heat pulse starts out as second sound in a square that is insulated above and below and closed to
a ring from left to right. Its potentials are brought to the thermal, Coulomb, Lorenz, temporal and
axial gauge. The thermal displacement α, carried along, gives T = V + ∂ₜα and q = (A − ∇α)/Λ back.
With the speed of second sound itself the thermal gauge is a Lorenz gauge; here it is another one.

Run:  python examples/gauge_fixing.py [-o DIRECTORY]   (writes gauge_fixing.png)
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np

import heatgauge as hg

POINTS, OUTPUTS = 72, 61
WARM = 1.0  # the temperature of the square before the pulse
T_SHOWN = 0.26
CONDITIONS: dict[str, tuple[str, dict[str, Any]]] = {
    "thermal": ("α = 0", {}),
    "coulomb": ("∇·A = 0", {}),
    "lorenz": ("∇·A + ∂$_t$V/v² = 0", {"speed": 1.5}),
    "temporal": ("V = 0", {}),
    "axial": ("A$_y$ = 0", {"axis": 1}),
}


def second_sound() -> hg.HeatFlow:
    """A warm spot and a flux that turns around in the square: ∇×A ≠ 0."""
    grid = hg.Grid([hg.Axis(0, 1, POINTS, "periodic"), hg.Axis(0, 1, POINTS)])
    x, y = grid.coordinates()
    law = hg.Cattaneo(hg.Medium(conductivity=1.0, capacity=1.0, relaxation=1.0))  # v = 1
    start = WARM + np.exp(-((x - 0.35) ** 2 + (y - 0.42) ** 2) / (2 * 0.055**2))
    faces = [grid.face_coordinates(axis) for axis in range(2)]
    swirl = [
        0.25 * np.sin(2 * np.pi * faces[1][0]) * np.sin(np.pi * faces[1][1]),
        0.25 * np.sin(np.pi * faces[0][1]) ** 2,
    ]
    q0 = [np.broadcast_to(swirl[1], grid.face_shape(0)), swirl[0]]
    times = np.linspace(0, 0.3, OUTPUTS)
    return hg.conduct(law, grid, start, times, q0=q0, dt=times[1], method="midpoint")


def in_gauges(flow: hg.HeatFlow) -> dict[str, hg.gauge.DisplacedPotentials]:
    """The same heat in every gauge."""
    heat = hg.gauge.displaced(flow, charge=1.0, reference=WARM)
    result = {"thermal": heat}
    for name, (_, given) in CONDITIONS.items():
        if name != "thermal":
            result[name], _ = heat.fix(name, times=flow.times, **given)
    return result


def deviation(flow: hg.HeatFlow, heat: hg.gauge.DisplacedPotentials, k: int) -> tuple[float, float]:
    """How far T and q are from those of the flow, over their largest values."""
    t = float(flow.times[k])
    T = np.abs(heat.temperature(t) - flow.temperature[k]).max() / flow.temperature[k].max()
    inner = [flow.flux[0][k], flow.flux[1][k][:, 1:-1]]
    largest = max(np.abs(q).max() for q in inner)
    q = max(np.abs(a - b).max() for a, b in zip(heat.flux(t), inner, strict=True)) / largest
    return float(T), float(q)


def on_sites(links: tuple[Any, ...]) -> tuple[Any, Any]:
    """Means of the links around each site, for arrows."""
    across, along = links
    padded = np.pad(along, ((0, 0), (1, 1)))
    return 0.5 * (across + np.roll(across, 1, axis=0)), 0.5 * (padded[:, 1:] + padded[:, :-1])


def draw(file: Path) -> None:
    """Compute and draw."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    plt.rcParams |= {"font.size": 13, "axes.titlelocation": "left", "figure.dpi": 110}
    flow = second_sound()
    k = int(np.argmin(np.abs(flow.times - T_SHOWN)))
    t = float(flow.times[k])
    figure, panels = plt.subplots(3, 5, figsize=(16, 9.6), constrained_layout=True)
    gauges = in_gauges(flow)
    grid = flow.grid
    x, y = (c.ravel() for c in grid.coordinates())
    each = slice(4, None, 9)
    for column, (name, heat) in enumerate(gauges.items()):
        V, A = heat.potentials.at(t)
        T, q = heat.temperature(t) - WARM, heat.flux(t)
        alpha = heat.displacement(t) - WARM * t
        T_off, q_off = deviation(flow, heat, k)
        print(f"{name:8s} gauge: T off by {T_off:.1e}, q by {q_off:.1e}")
        rows = ((V, A, 0.25), (alpha, None, None), (T, q, 0.25))
        for row, (scalar, vector, length) in enumerate(rows):
            axes = panels[row, column]
            bound = 0.08 if row == 1 else 0.25
            image = axes.imshow(
                scalar.T,
                origin="lower",
                extent=(0, 1, 0, 1),
                cmap="PuOr" if row == 1 else "RdBu_r",
                vmin=-bound,
                vmax=bound,
            )
            if vector is not None:
                u, v = on_sites(vector)
                axes.quiver(
                    x[each], y[each], u[each, each].T, v[each, each].T,
                    angles="xy", scale=1.0 / length, scale_units="width", width=0.009,
                )  # fmt: skip
            axes.set(xticks=(), yticks=())
            if column == 4:
                label = ("V, and A as arrows (K, K·s/m)", "α (K·s)", "T − T$_0$, and q as arrows")
                figure.colorbar(image, ax=axes, label=label[row], shrink=0.9)
        title = f"{name.capitalize()}: {CONDITIONS[name][0]}"
        panels[0, column].set_title(title, fontweight="bold", fontsize=12.5)
        panels[2, column].set_xlabel(f"T off by {T_off:.0e}, q by {q_off:.0e}")
    panels[0, 0].set_xlabel("is Lorenz with v of second sound")
    panels[0, 2].set_xlabel("v = 1.5 times that of second sound")
    for row, label in enumerate(("the potentials …", "… and α", "… give the same T and q")):
        panels[row, 0].set_ylabel(label, fontsize=15)
    figure.suptitle("One heat flow in five gauges: second sound in a ring with walls", fontsize=18)
    figure.savefig(file, dpi=110)
    print(f"wrote {file}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-o", "--output", type=Path, default=Path())
    folder = parser.parse_args().output
    folder.mkdir(parents=True, exist_ok=True)
    draw(folder / "gauge_fixing.png")


if __name__ == "__main__":
    main()
