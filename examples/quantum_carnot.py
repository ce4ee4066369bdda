"""A quantum Carnot cycle: one heat carrier between two walls, and between walls with a hill.

Pulling the walls apart scales all levels of the empty box alike, E_n → (L/L')²E_n, so that the
adiabats end in Gibbs states and the cycle reaches 1 − T_c/T_h. A hill that keeps its height and
width shifts the levels unequally: no temperature fits the populations after an adiabat, and the
contact with the bath re-thermalises them irreversibly.

Run:  python examples/quantum_carnot.py [-o DIRECTORY]   (writes quantum_carnot.png)
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

import heatgauge as hg

HOT, COLD = 40.0, 16.0  # temperatures; ħ = m = k_B = 1
WALLS = (1.0, 1.6)  # hot isotherm; the cold corners follow from equal entropy
LEVELS, POINTS = 24, 72
STEPS = (2, 4, 8, 16, 32, 64, 128)
BLUE, ORANGE, BLACK = "#0072B2", "#D55E00", "#222222"


def box(length: float) -> hg.Hamiltonian:
    """An empty box."""
    return hg.Hamiltonian(hg.Grid([hg.Axis(0.0, length, POINTS)]), order=8)


def hill(length: float) -> hg.Hamiltonian:
    """A box with a hill sV = 150 exp(−(x − L/3)²/2·0.12²) that does not scale with it."""
    grid = hg.Grid([hg.Axis(0.0, length, POINTS)])
    (x,) = grid.coordinates()
    rise = 150.0 * np.exp(-((x - length / 3) ** 2) / (2 * 0.12**2))
    return hg.Hamiltonian(grid, hg.HeatPotentials(grid, scalar=rise), order=8)


def remembered(H_of: Callable[[float], hg.Hamiltonian]) -> Callable[[float], Any]:
    """Levels of H(L), each length diagonalised once."""
    known: dict[float, Any] = {}

    def energies(length: float) -> Any:
        if length not in known:
            known[length] = hg.thermo.levels(H_of(length), LEVELS, T_ref=HOT).energies
        return known[length]

    return energies


def losses(medium: Callable[[float], Any], corners: tuple[float, ...]) -> list[float]:
    """1 − η/η_Carnot with isotherms of N jumps."""
    result = []
    for steps in STEPS:
        run = hg.thermo.cycle("carnot", medium, corners, (HOT, COLD), steps=steps)
        result.append(1 - run.efficiency / run.carnot)
    return result


def temperature_entropy(axes: Any, medium: Callable[[float], Any], run: hg.thermo.Cycle) -> None:
    """The cycle in T and S; on an adiabat the T of the closest Gibbs state (equal ⟨E⟩)."""
    from scipy.optimize import brentq

    a, b, c, d = run.corners
    for start, end, T in ((a, b, HOT), (c, d, COLD)):
        S = [hg.thermo.partition(medium(x), T).entropy for x in (start, end)]
        axes.plot(S, [T, T], color=BLUE)
    for start, end, T in ((b, c, HOT), (d, a, COLD)):
        p = hg.thermo.partition(medium(start), T).populations
        T_fit, S_fit = [], []
        for length in np.linspace(start, end, 9):
            energies = medium(float(length))
            fit = brentq(
                lambda t, e=energies, u=p @ energies: hg.thermo.partition(e, t).enthalpy - u,
                0.2 * COLD,
                5 * HOT,
            )
            T_fit.append(fit)
            S_fit.append(hg.thermo.partition(energies, fit).entropy)
        axes.plot(S_fit, T_fit, color=ORANGE)
        if abs(T_fit[-1] - (COLD if T == HOT else HOT)) > 0.05:
            axes.plot(S_fit[-1], T_fit[-1], "o", color=ORANGE, markersize=7)
    axes.set(xlabel="entropy S / k$_B$", ylabel="temperature T")


def kept_populations(axes: Any, medium: Callable[[float], Any], run: hg.thermo.Cycle) -> None:
    """What the adiabats deliver, against the Gibbs state of the bath that follows."""
    strokes = {stroke.name: stroke for stroke in run.strokes}
    for adiabat, T, colour in (("expansion", COLD, BLUE), ("compression", HOT, ORANGE)):
        stroke = strokes[adiabat]
        gibbs = hg.thermo.partition(medium(stroke.end), T).populations
        axes.plot(
            np.arange(9),
            (stroke.populations / gibbs)[:9],
            "o-" if adiabat == "expansion" else "s--",
            color=colour,
            label=f"after the {adiabat}, bath at {T:g}",
        )
    axes.set(
        xlabel="level n",
        ylabel="p$_n$ / Gibbs state of the next bath",
        yscale="log",
        ylim=(0.2, 5),
        yticks=(0.2, 0.5, 1, 2, 5),
        yticklabels=("0.2", "0.5", "1", "2", "5"),
    )
    axes.minorticks_off()
    axes.legend(loc="upper left")


def efficiency_lost(axes: Any, medium: Callable[[float], Any], run: hg.thermo.Cycle) -> None:
    """1 − η/η_Carnot against the number of jumps of an isotherm."""
    lost = 1 - run.efficiency / run.carnot
    axes.loglog(STEPS, losses(medium, run.corners), "o-", color=BLUE, label="N jumps")
    if lost > 1e-9:
        axes.axhline(lost, color=ORANGE, linestyle="--", label="reversible isotherms")
    else:
        axes.loglog(STEPS, 0.5 / np.array(STEPS), ":", color=BLACK, label="1/N")
    axes.set(
        title="efficiency lost",
        xlabel="steps N of each isotherm",
        ylabel="1 − η/η$_{Carnot}$",
    )
    axes.legend()


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
        "lines.linewidth": 2.2,
        "legend.frameon": False,
    }
    figure, panels = plt.subplots(2, 3, figsize=(14.5, 8.2), constrained_layout=True)
    for row, (name, H_of) in enumerate((("empty box", box), ("box with a hill", hill))):
        medium = remembered(H_of)
        run = hg.thermo.cycle("carnot", medium, WALLS, (HOT, COLD), search=(0.8, 5.0))
        print(f"{name}: {run}")
        for stroke in run.strokes:
            print(f"  {stroke}")
        ratio, plane, loss = panels[row]
        kept_populations(ratio, medium, run)
        ratio.set_title(f"{name}: populations kept")
        temperature_entropy(plane, medium, run)
        plane.set_title(f"η = {run.efficiency:.4f}, 1 − T$_c$/T$_h$ = {run.carnot:.4f}")
        efficiency_lost(loss, medium, run)
    figure.savefig(file, dpi=110)
    print(f"wrote {file}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-o", "--output", type=Path, default=Path())
    folder = parser.parse_args().output
    folder.mkdir(parents=True, exist_ok=True)
    draw(folder / "quantum_carnot.png")


if __name__ == "__main__":
    main()
