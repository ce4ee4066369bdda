"""From quantum motion to Fourier's law: a carrier in a fluctuating temperature.

White fluctuations of the temperature turn the temporal links of a chain at random. Every
realisation is unitary and gauge symmetric; their average loses its coherences at the rate Γ, and
its mean square displacement obeys, exactly, the law of Cattaneo's heat with τ = 1/Γ, v² = 2J²a²/ħ²:
ballistic before τ, Fourier's diffusion after. The second moment is all that agrees: fronts, profile
and fourth moment differ. Entropy production, the violation of gauge symmetry, grows from zero with
Γ, and with it the verdict changes. Units J = a = ħ = 1, Γ = 1 but where it is varied.

Run:  python examples/quantum_to_classical.py [-o DIRECTORY]   (writes quantum_to_classical.png)
"""

from __future__ import annotations

import argparse
import itertools
import math
from pathlib import Path
from typing import Any

import numpy as np

import heatgauge as hg

RATE, SPEED2 = 1.0, 2.0  # Γ and v²
TAU = 1.0 / RATE
QUANTUM, TELEGRAPH, FOURIER, NOISE = "#0072B2", "#D55E00", "#444444", "#009E73"
RATES = (0.0, 0.1, 0.3, 1.0, 3.0)
SHADES = ("#3C93C2", "#F4A259", "#E8743B", "#C8452B", "#7A0C0C")
PROFILE_TIME = 1.5


def chain(points: int) -> tuple[hg.Hamiltonian, Any]:
    """Hopping 1 between sites 1 apart, and a state on the site at x = 0."""
    grid = hg.Grid([hg.Axis(-points / 2, points / 2, points)])
    psi = np.zeros(points)
    psi[points // 2] = 1.0
    return hg.Hamiltonian(grid, mass=0.5), psi


def law(t: Any, rate: float) -> Any:
    """⟨x²⟩ of Haken and Strobl, and of the telegraph equation."""
    return 4 / rate**2 * (rate * t + np.expm1(-rate * t))


def moments() -> dict[str, hg.Moment]:
    """Second and fourth moment about x = 0."""
    return {"x2": hg.Moment(0, 2, about=0.0), "x4": hg.Moment(0, 4, about=0.0)}


def conducted(flow_law: Any, times: Any, dimensions: int, points: int) -> Any:
    """⟨r²⟩ of heat that starts in one cell, less that of the cell."""
    grid = hg.Grid([hg.Axis(-points / 2, points / 2, points)] * dimensions)
    start = np.zeros(grid.shape)
    start[(points // 2,) * dimensions] = 1.0
    flow = hg.conduct(flow_law, grid, start, times, dt=0.02, method="midpoint")
    square = sum(x**2 for x in grid.coordinates())
    return (flow.temperature * square).reshape(len(times), -1).sum(axis=1)


def telegraph_profile(x: Any, t: float) -> Any:
    """Density inside the fronts at ±vt, each of which holds a weight e^{−t/2τ}/2."""
    from scipy.special import ive

    v = math.sqrt(SPEED2)
    root = np.sqrt(np.maximum(t**2 - (x / v) ** 2, 1e-12))
    z = root / (2 * TAU)
    # ive = I·e^{−z}
    inside = np.exp(z - t / (2 * TAU)) * (ive(0, z) + t / root * ive(1, z)) / (4 * TAU * v)
    return np.where(np.abs(x) < v * t, inside, np.nan)


def telegraph_fourth(t: Any) -> Any:
    """⟨x⁴⟩ of the telegraph equation: M₄'' + M₄'/τ = 12v²M₂."""
    steps = np.linspace(0, t.max(), 40001)
    kernel = 12 * SPEED2 * law(steps, RATE)
    dt = steps[1]
    rate, fourth, values = 0.0, 0.0, [0.0]
    for one, two in itertools.pairwise(kernel):
        new = (rate * (1 - dt / (2 * TAU)) + dt * (one + two) / 2) / (1 + dt / (2 * TAU))
        fourth += dt * (rate + new) / 2
        rate = new
        values.append(fourth)
    return np.interp(t, steps, values)


def report(name: str, run: Any, exact: Any) -> None:
    """How many standard errors an average is from its exact law."""
    off = (run.records[name] - exact)[1:] / run.records[f"{name}_stderr"][1:]
    error = np.max(run.records[f"{name}_stderr"][1:] / exact[1:])
    print(f"{name}: {run.realisations} realisations, off the law by at most {abs(off).max():.1f} "
          f"standard errors of {100 * error:.1f} % or less")  # fmt: skip


def draw_chain(panel: Any) -> Any:
    """⟨x²⟩ of the chain by all four; returns the ensemble."""
    H, psi = chain(113)
    times = np.concatenate([[0.0], np.geomspace(0.1, 16.0, 12)])
    run = hg.dephase(H, psi, times, RATE, 1600, seed=2025, observe=moments())
    exact = hg.haken_strobl(H, psi, times, RATE, observe=moments())
    report("x2", run, law(times, RATE))
    print(f"density matrix: off the law by {abs(exact.records['x2'] - law(times, RATE)).max():.0e}")
    fine = np.geomspace(0.1, 16, 60)
    grid_times = np.concatenate([[0.0], fine])
    medium = hg.Medium(SPEED2 * TAU, 1.0, TAU)
    cattaneo = conducted(hg.Cattaneo(medium), grid_times, 1, 113)[1:]
    fourier = conducted(hg.Fourier(medium), grid_times, 1, 113)[1:]
    print(f"Cattaneo by hg.conduct: off the law by {abs(cattaneo / law(fine, RATE) - 1).max():.0e}")
    panel.loglog(fine, law(fine, RATE), color=QUANTUM, lw=6, alpha=0.35, label="exact law")
    panel.loglog(fine, cattaneo, "--", color=TELEGRAPH, lw=2, label="Cattaneo, τ = 1/Γ")
    panel.loglog(fine, fourier, ":", color=FOURIER, lw=2, label="Fourier, D = v²τ")
    panel.errorbar(
        times[1:], run.records["x2"][1:], 3 * run.records["x2_stderr"][1:], fmt="o", ms=6,
        color=QUANTUM, capsize=3, label="quantum ensemble, 3σ",
    )  # fmt: skip
    panel.axvline(TAU, color="0.8", lw=1, zorder=0)
    panel.text(0.16, 0.2, "ballistic ∝ t²", rotation=47, color=QUANTUM)
    panel.text(1.12 * TAU, 0.03, "t = τ", color="0.5")
    panel.set(xlabel="t J/ħ", ylabel="⟨x²⟩ / a²", title="Chain: second moments agree, exactly")
    panel.legend(frameon=False, loc="upper left", fontsize=11.5)
    return run


def draw_plane(panel: Any) -> None:
    """⟨r²⟩ on a 2D grid, with independent and with correlated noise."""
    points, length = 41, 1.0
    grid = hg.Grid([hg.Axis(-points / 2, points / 2, points)] * 2)
    psi = np.zeros(grid.shape)
    psi[points // 2, points // 2] = 1.0
    H = hg.Hamiltonian(grid, mass=0.5)
    times, fine = np.linspace(0, 5, 11), np.linspace(0, 5, 51)
    square = sum(x**2 for x in grid.coordinates())
    observe = {"r2": lambda t, psi: float(np.sum(np.abs(psi) ** 2 * square))}
    slower = RATE * (1 - math.exp(-0.5 / length**2))
    for xi, rate, colour, seed in ((0.0, RATE, QUANTUM, 7), (length, slower, NOISE, 8)):
        run = hg.dephase(H, psi, times, RATE, 256, seed, observe=observe, correlation_length=xi)
        report("r2", run, 2 * law(times, rate))
        name = "independent sites" if xi == 0 else "correlated, ξ = a: Γ(1 − g(a))"
        panel.plot(fine, 2 * law(fine, rate), color=colour, lw=6, alpha=0.35)
        panel.errorbar(
            times[1:], run.records["r2"][1:], 3 * run.records["r2_stderr"][1:], fmt="o", ms=6,
            color=colour, capsize=3, label=name,
        )  # fmt: skip
    for rate, last in ((RATE, True), (slower, False)):
        medium = hg.Medium(SPEED2 / rate, 1.0, 1 / rate)
        cattaneo = conducted(hg.Cattaneo(medium), fine, 2, points)
        panel.plot(fine, cattaneo, "--", color=TELEGRAPH, lw=2, label="Cattaneo" if last else None)
    fourier = conducted(hg.Fourier(hg.Medium(SPEED2 * TAU, 1.0)), fine, 2, points)
    panel.plot(fine, fourier, ":", color=FOURIER, lw=2, label="Fourier, τ = 1/Γ")
    panel.set(xlabel="t J/ħ", ylabel="⟨x² + y²⟩ / a²", title="2D grid: the same law for each axis")
    panel.legend(frameon=False, loc="upper left", fontsize=11.5)


def draw_profile(panel: Any) -> None:
    """Where they differ: the profile at one time."""
    H, psi = chain(65)
    x = H.grid.coordinates()[0]
    t = PROFILE_TIME
    run = hg.dephase(H, psi, [0.0, t], RATE, 1600, seed=3)
    exact = hg.haken_strobl(H, psi, [0.0, t], RATE).records["density"][-1]
    fine, v = np.linspace(-7, 7, 801), math.sqrt(SPEED2)
    panel.bar(x, exact, width=0.8, color=QUANTUM, alpha=0.3, label="quantum, density matrix")
    panel.errorbar(
        x, run.records["density"][-1], 3 * run.records["density_stderr"][-1], fmt="o", ms=5,
        color=QUANTUM, capsize=2, label="quantum ensemble, 3σ",
    )  # fmt: skip
    inside = telegraph_profile(fine, t)
    panel.plot(fine, inside, "--", color=TELEGRAPH, lw=2.2, label="Cattaneo")
    for side in (-1, 1):
        panel.annotate(
            "", (side * v * t, 0.235), (side * v * t, 0.0),
            arrowprops={"arrowstyle": "-|>", "color": TELEGRAPH, "lw": 2.5},
        )  # fmt: skip
    weight = math.exp(-t / (2 * TAU)) / 2
    panel.text(-v * t + 0.15, 0.238, f"front: {100 * weight:.0f} % in one point", color=TELEGRAPH,
               fontsize=11.5, ha="center", va="bottom")  # fmt: skip
    variance = 2 * SPEED2 * TAU * t
    gauss = np.exp(-(fine**2) / (2 * variance)) / math.sqrt(2 * math.pi * variance)
    panel.plot(fine, gauss, ":", color=FOURIER, lw=2, label="Fourier")
    panel.set(
        xlim=(-7, 7), ylim=(0, 0.38), xlabel="x / a", ylabel=f"density at Γt = {RATE * t:g}",
        title="Profiles do not agree",
    )  # fmt: skip
    panel.legend(frameon=False, loc="upper left", fontsize=11.5, ncols=2)


def draw_fourth(panel: Any, run: Any) -> None:
    """Where they differ: ⟨x⁴⟩ over that of a Gaussian of the same width."""
    times = run.times[1:]
    fine = np.geomspace(0.3, 16, 200)
    H, psi = chain(113)
    smooth = hg.haken_strobl(
        H, psi, np.concatenate([[0.0], np.geomspace(0.3, 16, 40)]), RATE, observe=moments()
    )
    square = smooth.records["x2"][1:]
    panel.semilogx(
        smooth.times[1:], smooth.records["x4"][1:] / (3 * square**2), color=QUANTUM, lw=6,
        alpha=0.35, label="quantum, density matrix",
    )  # fmt: skip
    scale = 3 * law(times, RATE) ** 2
    shown = times > 0.3
    panel.errorbar(
        times[shown], (run.records["x4"][1:] / scale)[shown],
        3 * (run.records["x4_stderr"][1:] / scale)[shown], fmt="o", ms=6, color=QUANTUM, capsize=3,
        label="quantum ensemble, 3σ",
    )  # fmt: skip
    panel.semilogx(
        fine,
        telegraph_fourth(fine) / (3 * law(fine, RATE) ** 2),
        "--",
        color=TELEGRAPH,
        lw=2.2,
        label="Cattaneo",
    )
    panel.axhline(1.0, ls=":", color=FOURIER, lw=2, label="Fourier")
    panel.set(
        xlim=(0.3, 16), ylim=(0.2, 1.75), xlabel="t J/ħ", ylabel="⟨x⁴⟩ / 3⟨x²⟩²",
        title="Fourth moments do not agree",
    )  # fmt: skip
    panel.legend(frameon=False, loc="upper right", fontsize=11.5)
    print("⟨x⁴⟩ at Γt = 1, 2.5, 5: telegraph", telegraph_fourth(np.array([1.0, 2.5, 5.0])).round(2))


def draw_breaking(entropy_panel: Any, defect_panel: Any) -> None:
    """Entropy against time, and production, Noether defect and verdict against Γ."""
    H, psi = chain(65)
    times = np.linspace(0, 4, 21)
    span = float(times[-1])

    def chi(t: float) -> float:
        """A gauge function that vanishes at both ends."""
        return math.sin(math.pi * t / span) ** 2

    totals, doubts, defects, verdicts, exact_totals = [], [], [], [], []
    dense = np.geomspace(0.03, 6, 14)
    for rate in dense:
        exact_totals.append(hg.haken_strobl(H, psi, times[::10], rate).records["entropy"][-1])
    for rate, shade in zip(RATES, SHADES, strict=True):
        run = hg.dephase(H, psi, times, rate, 512, seed=11, threads=2)
        found = hg.classify(run)
        totals.append(found.total)
        doubts.append(found.uncertainty)
        defects.append(hg.gauge.noether_defect(run, chi)[1])
        verdicts.append(found.verdict)
        print(f"Γ = {rate}: {found}, Noether defect {defects[-1]:.3g}")
        value, error = run.records["entropy"], run.records["entropy_stderr"]
        entropy_panel.plot(times, value, color=shade, lw=2.5)
        entropy_panel.fill_between(
            times, value - 3 * error, value + 3 * error, color=shade, alpha=0.3
        )
        verdict = "quantum-permitted" if rate == 0 else ""
        place = value[-1] + (0.09 if rate == 3.0 else -0.09 if rate == 0.3 else 0.0)
        entropy_panel.text(
            span + 0.08, place, f"Γ = {rate:g}", va="center", color=shade, fontsize=12
        )
        if verdict:
            entropy_panel.text(1.0, 0.06, f"unitary: {verdict}", color=shade, fontsize=12)
    entropy_panel.text(0.15, 2.75, "dephased:\nclassical-permitted", color=SHADES[3], fontsize=12)
    entropy_panel.set(
        xlim=(0, span + 0.9), ylim=(-0.1, 3.4), xlabel="t J/ħ",
        ylabel="von Neumann entropy / k$_B$",
        title="Averages gain entropy …",
    )  # fmt: skip
    defect_panel.plot(dense, exact_totals, color=TELEGRAPH, lw=6, alpha=0.35,
                      label="∫σ dt, density matrix")  # fmt: skip
    defect_panel.errorbar(RATES, totals, doubts, fmt="o", ms=8, color=TELEGRAPH, capsize=4,
                          label="∫σ dt, ensemble")  # fmt: skip
    defect_panel.plot(RATES, -np.array(defects), "s", ms=8, color="#CC79A7",
                      label="Noether defect −δW = ∫χσ dt")  # fmt: skip
    defect_panel.set_xscale("symlog", linthresh=0.05, linscale=0.6)
    defect_panel.axvspan(-0.02, 0.02, color=SHADES[0], alpha=0.2)
    defect_panel.axvspan(0.02, 6, color=SHADES[1], alpha=0.12)
    defect_panel.text(0.0, 3.1, "quantum-\nperm.", ha="center", va="center", fontsize=12,
                      color=QUANTUM)  # fmt: skip
    defect_panel.text(0.35, 3.1, "classical-permitted", ha="center", va="center", fontsize=12,
                      color=SHADES[4])  # fmt: skip
    defect_panel.set(
        xlim=(-0.02, 6), ylim=(-0.95, 3.5), yticks=range(4), xticks=(0, 0.1, 1),
        xticklabels=("0", "0.1", "1"),
        xlabel="Γ ħ/J", title="… and break gauge symmetry",
    )  # fmt: skip
    defect_panel.text(1.9, 2.62, "Zeno:\nspreading\nslows", fontsize=11.5, color="0.4")
    defect_panel.legend(frameon=False, loc=(0.33, 0.02), fontsize=11.5)


def draw(file: Path) -> None:
    """Compute and draw."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    plt.rcParams |= {"font.size": 13, "axes.titlelocation": "left", "axes.titleweight": "bold"}
    plt.rcParams |= {"axes.spines.top": False, "axes.spines.right": False}
    figure, panels = plt.subplots(2, 3, figsize=(18, 10), constrained_layout=True)
    run = draw_chain(panels[0, 0])
    draw_plane(panels[0, 1])
    draw_profile(panels[0, 2])
    draw_fourth(panels[1, 0], run)
    draw_breaking(panels[1, 1], panels[1, 2])
    figure.suptitle(
        "From quantum to classical: dephased by its temperature, a carrier spreads as Cattaneo's "
        "heat – in the second moment",
        fontsize=18,
    )
    figure.savefig(file, dpi=110)
    print(f"wrote {file}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-o", "--output", type=Path, default=Path())
    folder = parser.parse_args().output
    folder.mkdir(parents=True, exist_ok=True)
    draw(folder / "quantum_to_classical.png")


if __name__ == "__main__":
    main()
