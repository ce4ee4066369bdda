"""Where heat flies, runs as a wave, or diffuses: regime maps of real materials.

For each material the plane of temperature and length (one panel: of time) is divided by c τ_N,
below which phonons are ballistic, and 4πvτ_R, above which heat diffuses. Black bars are the windows
in which second sound was observed, at the length of the experiment. Where a record lacks τ_R or τ_N
the map says so; what is assumed instead is printed with the numbers.

Run:  python examples/regime_map.py [-o DIRECTORY]   (writes regime_map.png)
"""

from __future__ import annotations

import argparse
import textwrap
from pathlib import Path
from typing import Any

import numpy as np

import heatgauge as hg

crossover = hg.crossover
COLOURS = ("#CFE3F3", "#FFE3B0", "#DADADA", "#F1E2C4", "#E3E4CE", "#FFFFFF")
LOWER, UPPER = "#1F5FA8", "#A83232"
CRYSTALS = np.geomspace(1e-5, 0.2, 241)


def report(rows: tuple[crossover.Comparison, ...]) -> None:
    """Print predicted against observed edges, and every assumption."""
    print(f"{'':10}{'observed (K)':<14}{'criterion':<35}{'lower edge':<31}upper edge")
    assumed: dict[str, None] = {}
    for row in rows:
        seen = f"{'' if row.observed.lower is None else f'{row.observed.lower:g}'}–"
        seen += f"{row.observed.upper:g}"
        edges = [
            ", ".join(map(str, getattr(row.predicted, edge))) or "no data"
            for edge in ("lower", "upper")
        ]
        print(f"{row.material:10}{seen:<14}{row.criterion:<35}{edges[0]:<31}{edges[1]}")
        assumed |= dict.fromkeys(row.predicted.assumptions)
    for text in assumed:
        print(textwrap.fill(f"assumed: {text}", 100, subsequent_indent="  "))


def shade(axes: Any, found: crossover.RegimeMap, kind: str = "length") -> None:
    """Colour the regimes and draw their boundaries."""
    from matplotlib.colors import ListedColormap

    scales = getattr(found, f"{kind}s")
    axes.pcolormesh(
        found.temperatures,
        scales,
        getattr(found, f"{kind}_regimes"),
        cmap=ListedColormap(COLOURS),
        vmin=-0.5,
        vmax=len(COLOURS) - 0.5,
        rasterized=True,
    )
    for edge, colour in (("lower", LOWER), ("upper", UPPER)):
        axes.plot(found.temperatures, found.boundaries[f"{edge} {kind}"], color=colour, lw=2.5)
    axes.set(
        xscale="log",
        yscale="log",
        xlim=(found.temperatures[0], found.temperatures[-1]),
        ylim=(scales[0], scales[-1]),
        xlabel="temperature (K)",
        ylabel={"length": "length (m)", "time": "time (s)"}[kind],
    )
    axes.minorticks_off()


def ticks(axes: Any, temperatures: list[float]) -> None:
    """Plain numbers along the temperature axis."""
    axes.set_xticks(temperatures, [f"{T:g}" for T in temperatures])


def seen(axes: Any, lower: float, upper: float, where: float) -> None:
    """An observed window: a bar at the length or time of the experiment."""
    axes.plot([lower, upper], [where, where], color="black", lw=3, marker="|", ms=13, mew=3)


def name(axes: Any, x: float, y: float, text: str, turned: float = 0.0) -> None:
    """A label inside a region."""
    axes.text(x, y, text, ha="center", va="center", fontsize=13, rotation=turned)


def note(axes: Any, x: float, y: float, text: str) -> None:
    """What was seen, beside its bar."""
    axes.text(x, y, text, ha="center", va="center", fontsize=12, fontweight="bold")


def sodium_fluoride(axes: Any, kind: str) -> None:
    """Lengths or times of NaF, with both laws for τ_N."""
    T = np.geomspace(4.0, 40.0, 121)
    known = crossover.scenarios("NaF")
    scales = CRYSTALS if kind == "length" else np.geomspace(1e-9, 1e-4, 241)
    found = [
        crossover.regime_map(known[f"τ_N of {year}"], temperatures=T, **{f"{kind}s": scales})
        for year in (1971, 1975)
    ]
    shade(axes, found[0], kind)
    axes.plot(T, found[1].boundaries[f"lower {kind}"], color=LOWER, lw=2.5, ls="--")
    ticks(axes, [4, 6, 10, 20, 40])
    if kind == "length":
        axes.set_title(r"NaF, length: two laws for $\tau_N$, $\tau_R$ assumed")
        seen(axes, 10.0, 20.0, 7.9e-3)
        note(axes, 28.0, 6.5e-3, "seen\n10–20 K\n7.9 mm")
        name(axes, 7.4, 1.6e-2, "wave-like")
        name(axes, 6.0, 1e-4, "ballistic")
        name(axes, 25.0, 6e-2, "diffusive")
    else:
        axes.set_title("NaF, time")
        seen(axes, 10.0, 20.0, 1e-7)
        note(axes, 29.0, 1.5e-7, "seen\n10–20 K\n0.1 µs")
        name(axes, 7.2, 2.3e-6, "wave-like", turned=-41)
        name(axes, 5.6, 6e-8, "ballistic")
        name(axes, 21.0, 1e-5, "diffusive")
        axes.plot([], [], color=LOWER, lw=2.5, label=r"$\tau_N$, $c\tau_N$ (1971)")
        axes.plot([], [], color=LOWER, lw=2.5, ls="--", label=r"the same $\propto T^{-3}$ (1975)")
        axes.plot([], [], color=UPPER, lw=2.5, label=r"$\tau_R$, $4\pi v\tau_R$")
        axes.legend(loc="lower left", fontsize=12, frameon=False, borderaxespad=0.1)


def bismuth(axes: Any) -> None:
    """Bi: τ_N only."""
    T = np.geomspace(1.2, 4.0, 121)
    shade(axes, crossover.regime_map(hg.materials["Bi"], lengths=CRYSTALS, temperatures=T))
    axes.set_title(r"Bi: no $\tau_R$ in the record")
    axes.set_xlim(1.0, 5.0)
    ticks(axes, [1, 1.5, 2, 3, 4, 5])
    for length in (3.86e-3, 9.06e-3):
        seen(axes, 1.2, 4.0, length)
    note(axes, 2.2, 4e-2, "seen 1.2–4.0 K\n3.86 and 9.06 mm")
    name(axes, 3.1, 1.1e-3, "wave-like or\ndiffusive")
    name(axes, 1.6, 1e-4, "ballistic")


def solid_helium(axes: Any) -> None:
    """Solid 4He: κ across and along the c axis."""
    T = np.geomspace(0.08, 1.2, 141)
    known = crossover.scenarios("solid 4He")
    across, along = (
        crossover.regime_map(known[f"κ {axis} the c axis"], lengths=CRYSTALS, temperatures=T)
        for axis in ("across", "along")
    )
    shade(axes, along)
    axes.plot(T, across.boundaries["upper length"], color=UPPER, lw=2.5, ls="--")
    axes.set_title("solid ⁴He: κ along (—) and across (– –) the c axis")
    ticks(axes, [0.1, 0.2, 0.4, 0.7, 1.0])
    seen(axes, 0.4, 0.7, 1e-2)
    note(axes, 0.215, 2.7e-2, "seen 0.4–0.7 K (recalled)\n10 mm assumed")
    name(axes, 0.36, 1.5e-3, "wave-like")
    name(axes, 0.16, 1e-4, "ballistic")
    name(axes, 0.3, 1.3e-1, "diffusive")


def graphite(axes: Any, low: Any, high: Any) -> None:
    """Graphite: the record has neither time; the gratings bound one of them."""
    T = np.geomspace(40.0, 300.0, 41)
    lengths = np.geomspace(1e-6, 1e-3, 121)
    shade(axes, crossover.regime_map(hg.materials["graphite"], lengths, temperatures=T))
    axes.set_title(r"graphite: neither $\tau_N$ nor $\tau_R$, no Debye model")
    axes.fill_between([85, 125], 5e-6, 20e-6, color="black", alpha=0.75, lw=0)
    ticks(axes, [40, 85, 125, 200, 300])
    note(axes, 103.0, 3e-6, "seen 85–125 K\ngratings of 5–20 µm")
    text = (
        f"no regime can be computed;\nto be seen at 125 K it needs\n"
        rf"$\tau_R$ > {1e9 * float(low.required['tau_resistive']):.2f} ns at 5 µm,"
        f"\n{1e9 * float(high.required['tau_resistive']):.2f} ns at 20 µm (v recalled)"
    )
    name(axes, 110.0, 1.5e-4, text)


def superfluid(axes: Any, window: crossover.Comparison) -> None:
    """He II: second sound ends where the superfluid does."""
    T = np.linspace(1.0, 2.6, 161)
    shade(axes, crossover.regime_map(hg.materials["He II"], CRYSTALS, temperatures=T))
    axes.set_title("He II: no damping in the record")
    axes.axvline(float(window.predicted.upper[0]), color=UPPER, lw=2.5)
    axes.set_xscale("linear")
    axes.set_xticks([1.0, 1.4, 1.8, 2.2, 2.6])
    seen(axes, 1.0, 2.1768, 1e-2)
    note(axes, 1.56, 2.2e-2, r"seen below $T_\lambda$ = 2.1768 K")
    top = window.predicted.upper[0]
    name(axes, 1.58, 1e-3, f"wave-like (or ballistic)\ncomputed end: {top:.4f} K")
    name(axes, 2.4, 1e-3, "no second\nsound")


def draw(file: Path, rows: tuple[crossover.Comparison, ...]) -> None:
    """All panels."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    plt.rcParams |= {"font.size": 13, "axes.titlesize": 13, "axes.titlelocation": "left"}
    figure, panels = plt.subplots(2, 3, figsize=(16, 9), constrained_layout=True)
    sodium_fluoride(panels[0, 0], "length")
    sodium_fluoride(panels[0, 1], "time")
    bismuth(panels[0, 2])
    solid_helium(panels[1, 0])
    graphite(panels[1, 1], *(row for row in rows if row.material == "graphite"))
    superfluid(panels[1, 2], next(row for row in rows if row.material == "He II"))
    figure.suptitle(
        "Second sound lives between free flight and diffusion (bars: observed, colours: computed)",
        x=0.01,
        ha="left",
        fontsize=17,
    )
    figure.savefig(file, dpi=110)
    print(f"wrote {file}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-o", "--output", type=Path, default=Path())
    folder = parser.parse_args().output
    folder.mkdir(parents=True, exist_ok=True)
    rows = crossover.compare_windows()
    report(rows)
    draw(folder / "regime_map.png", rows)


if __name__ == "__main__":
    main()
