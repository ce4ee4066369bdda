"""Landau levels of a caloric induction: bulk levels, their degeneracy, and edge currents.

A carrier of entropy charge s in a uniform caloric induction B = ∇×A circles with ω_c = sB/m. On a
torus its levels are ħω_c(n + ½), each with one state per heat-flux quantum. Between two walls (and
closed to a cylinder along y) states with different momentum along y sit at different x; at a wall
their levels bend upwards, and their slope is a heat current along the wall.

Run:  python examples/landau_levels.py [-o DIRECTORY]   (writes landau_levels.png)
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np

import heatgauge as hg

QUANTA, SIDE, POINTS = 9, 12.0, 26  # flux through the torus, in Φ₀; ħ = m = s = 1
B_TORUS = QUANTA * 2 * np.pi / SIDE**2
WIDTH, B = 12.0, 1.0  # of the strip between walls; the magnetic length is 1
SITES, BANDS = 240, 4


def torus_levels() -> Any:
    """The lowest levels on a torus, by order 8."""
    grid = hg.Grid([hg.Axis(0, SIDE, POINTS, "periodic")] * 2)
    potentials = hg.HeatPotentials(grid, vector=hg.uniform_induction(grid, B_TORUS))
    return hg.Hamiltonian(grid, potentials, order=8).lowest(4 * QUANTA + 4)[0]


def strip(momentum: float) -> hg.Hamiltonian:
    """States exp(i k y) in the gauge A = (0, Bx): one dimension, potential (ħk − sBx)²/2m."""
    grid = hg.Grid([hg.Axis(-WIDTH / 2, WIDTH / 2, SITES)])
    (x,) = grid.coordinates()
    return hg.Hamiltonian(grid, external=0.5 * (momentum - B * x) ** 2, order=6)


def bands(momenta: Any) -> tuple[Any, Any, Any]:
    """Levels, velocities ⟨(ħk − sBx)/m⟩ and the places ⟨x⟩ of the strip."""
    levels, velocities, places = [], [], []
    for k in momenta:
        H = strip(float(k))
        (x,) = H.grid.coordinates()
        energies, states = H.lowest(BANDS)
        density = np.abs(states) ** 2 * H.grid.cell_volume
        levels.append(energies)
        velocities.append(density @ (k - B * x))
        places.append(density @ x)
    return np.array(levels), np.array(velocities), np.array(places)


def lowest_state(momentum: float) -> Any:
    """|ψ|² of the lowest state of the strip."""
    H = strip(momentum)
    return H.grid.coordinates()[0], np.abs(H.lowest(1)[1][0]) ** 2


def draw(file: Path) -> None:
    """Compute and draw."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    plt.rcParams |= {
        "font.size": 14,
        "axes.titlelocation": "left",
        "axes.titleweight": "bold",
        "axes.spines.top": False,
        "axes.spines.right": False,
        "lines.linewidth": 2.4,
        "legend.frameon": False,
    }
    figure, (bulk, edge, current) = plt.subplots(1, 3, figsize=(16, 5.8), constrained_layout=True)
    torus = torus_levels() / B_TORUS
    bulk.plot(np.arange(1, torus.size + 1), torus, "o", color="#0072B2", markersize=6)
    for n in range(5):
        bulk.axhline(n + 0.5, color="#999999", linewidth=1.2, zorder=0)
        bulk.axvline(n * QUANTA + 0.5, color="#999999", linewidth=1.2, linestyle=":", zorder=0)
    bulk.set(
        title=f"Torus with Φ = {QUANTA} Φ₀: {QUANTA} states each",
        xlabel="state",
        ylabel="energy / ħω$_c$",
        ylim=(0, 5),
    )
    momenta = np.linspace(-8.0, 8.0, 81)
    levels, velocities, places = bands(momenta)
    colours = ("#0072B2", "#009E73", "#E69F00", "#D55E00")
    for n, colour in enumerate(colours):
        edge.plot(momenta, levels[:, n], color=colour, label=f"n = {n}")
        current.plot(places[:, n], velocities[:, n], color=colour)
    for wall in (-WIDTH / 2, WIDTH / 2):
        edge.axvline(wall, color="black", linewidth=1.2, linestyle=":")
        current.axvline(wall, color="black", linewidth=4)
    edge.set(
        title="Between walls",
        xlabel="momentum ħk / sBℓ = place of the orbit",
        ylabel="energy / ħω$_c$",
        ylim=(0, 8),
    )
    edge.legend(loc="upper center", ncols=2)
    current.axhline(0, color="#999999", linewidth=1.2)
    current.set(
        title="Heat current runs along the walls",
        xlabel="place ⟨x⟩ / ℓ",
        ylabel="velocity along y / ω$_c$ℓ",
        ylim=(-3.6, 3.6),
    )
    twin = current.twinx()
    for k in (-6.5, 0.0, 6.5):
        x, density = lowest_state(k)
        twin.fill_between(x, density, color="#0072B2", alpha=0.18, linewidth=0)
    twin.set(ylim=(0, 4), yticks=())
    exact = np.repeat(np.arange(4) + 0.5, QUANTA)
    error = float(np.abs(torus[: 4 * QUANTA] / exact - 1).max())
    slope = float(np.abs(np.gradient(levels, momenta, axis=0) - velocities)[2:-2].max())
    print(f"levels on the torus are ħω_c(n + ½) to {error:.1e}, {QUANTA} states each")
    print(f"velocities are ∂E/∂ħk to {slope:.1e} (differences in k)")
    figure.suptitle("Landau levels of a caloric induction B = ∇×A", fontsize=18)
    figure.savefig(file, dpi=110)
    print(f"wrote {file}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-o", "--output", type=Path, default=Path())
    folder = parser.parse_args().output
    folder.mkdir(parents=True, exist_ok=True)
    draw(folder / "landau_levels.png")


if __name__ == "__main__":
    main()
