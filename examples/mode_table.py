"""The two modes of heat in real materials: a table with sources, and what of it fits on a slide.

Writes the whole table (every record and temperature, 27 quantities, each with unit, uncertainty,
status and source) as CSV and Markdown, and draws two of its columns: how fast heat runs as a wave,
and the longest wavelength for which it does. Open symbols rest on a named assumption.

Run:  python examples/mode_table.py [-o DIRECTORY]   (writes mode_table.png, .csv and .md)
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import heatgauge as hg

COLOURS = {
    "NaF": "#0072B2",
    "NaI": "#56B4E9",
    "graphite": "#222222",
    "sapphire": "#CC79A7",
    "SrTiO3": "#7A5195",
    "Bi": "#009E73",
    "Ge": "#8C6D1F",
    "solid 4He": "#E69F00",
    "He II": "#D55E00",
}


def points(rows: Any, name: str) -> dict[str, list[tuple[float, float, str]]]:
    """Temperature, value and status of one quantity, by material; assumed ones only if alone."""
    found: dict[str, dict[float, tuple[float, float, str]]] = {}
    for row in rows:
        quantity = row.quantities.get(name)
        if quantity is None:
            continue
        status = "assumed" if "assumption: " in quantity.source else quantity.status
        per_material = found.setdefault(row.material, {})
        old = per_material.get(row.temperature)
        if old is None or old[2] == "assumed" != status:
            per_material[row.temperature] = (row.temperature, quantity.value, status)
    return {material: sorted(known.values()) for material, known in found.items()}


def panel(axes: Any, rows: Any, name: str) -> None:
    """One quantity of all materials: filled where read or computed from what was read."""
    for material, known in points(rows, name).items():
        colour = COLOURS[material]
        axes.plot([k[0] for k in known], [k[1] for k in known], color=colour, lw=1, alpha=0.5)
        for T, value, status in known:
            shape = "s" if status == "unverified" else "o"
            face = "white" if status == "assumed" else colour
            axes.plot(T, value, shape, color=colour, mfc=face, ms=9, mew=2)
    column = hg.crossover.MODE_QUANTITIES[name]
    axes.set(xscale="log", yscale="log", xlabel="temperature (K)")
    axes.set_ylabel(f"{column.meaning} ({column.unit})")


def draw(file: Path, rows: Any) -> None:
    """Speed and longest wave."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    plt.rcParams |= {"font.size": 14, "axes.spines.top": False, "axes.spines.right": False}
    figure, (left, right) = plt.subplots(1, 2, figsize=(16, 8), constrained_layout=True)
    panel(left, rows, "wave_speed")
    panel(right, rows, "cutoff_length")
    right.set_ylabel("longest wave-like wavelength, 4πvτ$_R$ (m)")
    for material, colour in COLOURS.items():
        left.plot([], [], "o", color=colour, label=material, ms=9)
    for marker, face, text in (
        ("o", "#666666", "read, or computed from it"),
        ("s", "#666666", "recalled (unverified)"),
        ("o", "white", "rests on a named assumption"),
    ):
        right.plot([], [], marker, color="#666666", mfc=face, mew=2, ms=9, label=text)
    left.legend(frameon=False, ncols=2, fontsize=12, loc="lower right")
    right.legend(frameon=False, fontsize=12, loc="lower left")
    left.set_title("Speed of heat waves", loc="left")
    right.set_title("Waves shorter than this run, longer ones diffuse", loc="left")
    figure.savefig(file, dpi=110)
    print(f"wrote {file}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-o", "--output", type=Path, default=Path())
    folder = parser.parse_args().output
    folder.mkdir(parents=True, exist_ok=True)
    rows = hg.crossover.mode_table()
    print(hg.crossover.short_listing(rows))
    for suffix, text in (
        ("csv", hg.crossover.csv_text(rows)),
        ("md", hg.crossover.markdown_text(rows)),
    ):
        path = folder / f"mode_table.{suffix}"
        path.write_text(text, encoding="utf-8")
        print(f"wrote {path}")
    draw(folder / "mode_table.png", rows)


if __name__ == "__main__":
    main()
