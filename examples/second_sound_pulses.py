"""A heat pulse through every material whose record, or a named scenario, gives κ, C and τ_R.

The pulse enters at x = 0 and is watched at the insulated far face, by Cattaneo's law (He II: by the
two-fluid law) and by Fourier's. Where the crest of their difference arrives gives the speed of the
wave, to be compared with the speed measured. What a record lacks is named in the panel; graphite,
NaI, SrTiO3, sapphire and Ge have no κ and τ_R in the cold, and so no pulse.

Run:  python examples/second_sound_pulses.py [-o DIRECTORY]   (writes second_sound_pulses.png)
"""

from __future__ import annotations

import argparse
import dataclasses
import math
from pathlib import Path
from typing import Any

import numpy as np

import heatgauge as hg

POINTS = 600
WAVE, DIFFUSION = "#0072B2", "#888888"


@dataclasses.dataclass(frozen=True)
class Case:
    """One panel."""

    material: str
    temperature: float
    length: float
    scenario: str
    lacking: str


CASES = (
    Case("NaF", 14.5, 7.9e-3, "", r"$\kappa$, $C$, $\tau_R$ and 7.9 mm: recalled, unverified"),
    Case(
        "Bi", 3.0, 9.06e-3, "faces 9.06 mm apart", r"assumed: $\tau_R$ set by faces 9.06 mm apart"
    ),
    Case(
        "solid 4He",
        0.6,
        1e-2,
        "κ across the c axis",
        r"assumed: $\tau_R$ from $\kappa$ of another sample, 10 mm",
    ),
    Case("He II", 1.8, 1e-2, "", "two-fluid law over 10 mm, no damping in the record"),
)


def coefficients(case: Case) -> hg.crossover.ModeRow:
    """The row of the mode table that holds κ, C, τ_R and v."""
    rows = hg.crossover.mode_table(case.material, temperatures=[case.temperature])
    return next(row for row in rows if row.scenario == case.scenario)


def laws(case: Case, row: hg.crossover.ModeRow) -> tuple[Any, Any]:
    """The law of the wave, and Fourier's where there is a conductivity."""
    if case.material == "He II":
        return hg.TwoFluid(case.temperature), None
    names = ("conductivity", "capacity", "relaxation")
    medium = hg.Medium(*(float(row[name]) for name in names))
    return hg.Cattaneo(medium), hg.Fourier(medium)


def far_face(law: Any, case: Case, row: hg.crossover.ModeRow, duration: float) -> tuple[Any, Any]:
    """Times and the rise of the far face over the rise that the pulse would have on its way."""
    v, capacity = float(row["wave_speed"]), float(row["capacity"])
    rise = 1e-4 * case.temperature
    grid = hg.Grid([hg.Axis(0.0, case.length, POINTS)])
    times = np.linspace(0.0, 1.9 * case.length / v, 4 * POINTS + 1)

    def pulse(t: float) -> float:
        q = capacity * v * rise
        return 0.5 * q * (1 - math.cos(2 * math.pi * t / duration)) if 0 < t < duration else 0.0

    flow = hg.conduct(
        law,
        grid,
        case.temperature,
        times,
        boundary={"x-": hg.Flux(pulse)},
        method="midpoint",
        dt=1.01 * times[1],
    )
    last, inner = flow.temperature[:, -1], flow.temperature[:, -2]
    return times, ((9 * last - inner) / 8 - case.temperature) / rise


def arrival(times: Any, signal: Any) -> float:
    """Time of the crest, by the parabola through the three largest samples."""
    k = int(np.argmax(signal))
    before, crest, after = signal[k - 1 : k + 2]
    return float(times[k] + 0.5 * (before - after) / (before - 2 * crest + after) * times[1])


def panel(axes: Any, case: Case) -> None:
    """Run one material, draw and print it."""
    row = coefficients(case)
    v = float(row["wave_speed"])
    duration = 0.12 * case.length / v
    wave, diffusion = laws(case, row)
    times, signal = far_face(wave, case, row, duration)
    unit, factor = ("ms", 1e3) if times[-1] > 1e-4 else ("µs", 1e6)
    axes.fill_between(factor * times, signal, color=WAVE, alpha=0.15, lw=0)
    axes.plot(factor * times, signal, color=WAVE, lw=2.5, label="wave law")
    background = np.zeros_like(signal)
    if diffusion is not None:
        background = far_face(diffusion, case, row, duration)[1]
        axes.plot(factor * times, background, color=DIFFUSION, lw=2.5, ls="--", label="Fourier")
    found = case.length / (arrival(times, signal - background) - duration / 2)
    try:
        measured: Any = hg.materials[case.material].at(case.temperature).second_sound_measured
        crest = factor * (case.length / float(measured) + duration / 2)
        axes.axvline(crest, color="#D55E00", lw=2, label="crest at the measured speed")
        said = f"measured {measured}"
    except hg.MissingData:
        said = "no measured speed in the record"
    axes.set(xlabel=f"time ({unit})", ylabel="rise / crest of the pulse")
    axes.set(xlim=(0, factor * times[-1]), ylim=(0, 1.12 * signal.max()))
    shown = case.material.replace("4He", "⁴He")
    head = f"{shown}, {case.temperature:g} K: {found:.4g} m/s ({said})\n{case.lacking}"
    axes.set_title(head, loc="left", fontsize=13)
    helium = case.material == "He II"  # its row has no κ and no τ: the law needs neither
    origin = "two-fluid law" if helium else f"{row.basis} {row.scenario}".strip()
    print(
        f"{case.material:10} {case.temperature:5g} K  wave law {v:7.2f}, crest {found:7.2f} m/s "
        f"({100 * (found / v - 1):+.2f} %), {said}; from: {origin}"
    )


def draw(file: Path) -> None:
    """Compute and draw."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    plt.rcParams |= {"font.size": 13, "axes.spines.top": False, "axes.spines.right": False}
    figure, panels = plt.subplots(2, 2, figsize=(15, 9), constrained_layout=True)
    for axes, case in zip(panels.flat, CASES, strict=True):
        panel(axes, case)
    figure.suptitle("Second-sound pulses arrive at the far face", x=0.01, ha="left", fontsize=17)
    handles = panels[0, 0].get_legend_handles_labels()
    figure.legend(*handles, loc="outside lower center", ncols=3, frameon=False)
    figure.savefig(file, dpi=110)
    print(f"wrote {file}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-o", "--output", type=Path, default=Path())
    folder = parser.parse_args().output
    folder.mkdir(parents=True, exist_ok=True)
    draw(folder / "second_sound_pulses.png")


if __name__ == "__main__":
    main()
