"""Second sound of superfluid helium against temperature: two-fluid formula and measurement.

u₂ = √((ρ_s/ρ_n) s² T/c), from the tabulated superfluid fraction and specific heat and the entropy
integrated from it, beside the measured speed. Below, their difference: within 1 % from 1.6 to
2.15 K, 3 to 5 % from 1.0 to 1.4 K.

Run:  python examples/helium_second_sound.py [-o DIRECTORY]   (writes helium_second_sound.png)
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np

import heatgauge as hg

TABLE = (1.0, 1.2, 1.4, 1.6, 1.8, 2.0, 2.1, 2.15)
FORMULA, MEASURED = "#0072B2", "#D55E00"


def speeds(temperatures: Any) -> tuple[Any, Any, Any]:
    """Two-fluid speed, measured speed and the uncertainty of their ratio, at each temperature."""
    rows = []
    for T in temperatures:
        helium = hg.materials["He II"].at(float(T))
        two_fluid, measured = helium.second_sound_predicted, helium.second_sound_measured
        rows.append((two_fluid.value, measured.value, measured.uncertainty / measured.value))
    return tuple(np.array(rows).T)


def points() -> list[tuple[float, float, float]]:
    """Single measured speeds: temperature, speed, error."""
    entries = hg.materials["He II"].entries("second_sound_measured")
    return [
        (
            entry.temperature_range[0],
            entry.parameters["value"],
            entry.parameters["value"] * entry.relative_uncertainty,
        )
        for entry in entries
    ]


def report() -> None:
    """Print the comparison at the temperatures of the table, and Φ₀ of an atom."""
    print("Speed of second sound (m/s); deviation: two-fluid/measured − 1")
    print("T (K)   two-fluid  measured   deviation   Φ₀ = h/(entropy per atom)")
    for T, two_fluid, measured, _ in zip(TABLE, *speeds(TABLE), strict=True):
        quantum = hg.materials["He II"].at(T).flux_quantum
        print(
            f"{T:<7g} {two_fluid:6.2f}     {measured:6.2f}     "
            f"{100 * (two_fluid / measured - 1):+5.1f} %     {quantum}"
        )


def draw(file: Path) -> None:
    """Speeds above, their difference below."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    plt.rcParams |= {"font.size": 14, "axes.spines.top": False, "axes.spines.right": False}
    figure, (above, below) = plt.subplots(
        2, 1, figsize=(11, 9), height_ratios=(2, 1), sharex=True, constrained_layout=True
    )
    T = np.linspace(1.0, 2.15, 231)
    two_fluid, measured, error = speeds(T)
    above.plot(T, measured, color=MEASURED, lw=3, label="measured (Donnelly & Barenghi 1998)")
    above.plot(
        T, two_fluid, color=FORMULA, lw=3, ls="--", label="two-fluid formula, nothing fitted"
    )
    within = [p for p in points() if p[0] >= 1.0]
    t, u, du = np.array(within).T
    above.errorbar(t, u, du, fmt="o", color="black", ms=6, label="single measurements")
    top = hg.materials["He II"].entries("transition_temperature")[0].parameters["value"]
    for axes in (above, below):
        axes.axvline(top, color="#888888", lw=1.5)
    above.text(top - 0.008, 2.0, r"$T_\lambda$", ha="right", color="#555555")
    above.set(ylabel="speed of second sound (m/s)", ylim=(0, 22.5))
    above.legend(frameon=False, loc="lower left")
    above.set_title(
        "Second sound of He II: the two-fluid formula meets the measured speed to 1 % above 1.6 K",
        loc="left",
        fontsize=15,
    )
    deviation = 100 * (two_fluid / measured - 1)
    below.axhspan(-1, 1, color="#E8E8E8", lw=0)
    below.fill_between(T, deviation - 100 * error, deviation + 100 * error, color="#BBD7EA", lw=0)
    below.plot(T, deviation, color=FORMULA, lw=3)
    below.axvline(1.6, color="#888888", lw=1.5, ls=":")
    below.text(1.61, 3.6, "1 % from 1.6 to 2.15 K", color="#555555")
    below.set(xlabel="temperature (K)", ylabel="formula − measured (%)", ylim=(-2, 6.5))
    figure.savefig(file, dpi=110)
    print(f"wrote {file}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-o", "--output", type=Path, default=Path())
    folder = parser.parse_args().output
    folder.mkdir(parents=True, exist_ok=True)
    report()
    draw(folder / "helium_second_sound.png")


if __name__ == "__main__":
    main()
