"""A heat Aharonov–Bohm ring: a caloric flux that the carrier never touches moves its levels.

A carrier of entropy charge s lives on a thin circular channel in the plane. All caloric induction
is inside, in a thin tube at the centre, where the carrier is not: E = 0 and B = 0 wherever it goes,
and yet its levels and its persistent heat current follow the flux Φ of the tube, with the period of
one heat-flux quantum Φ₀ = h/s. On a one-dimensional ring E_n = ħ²(n − Φ/Φ₀)²/2mR² exactly.

Run:  python examples/aharonov_bohm_ring.py [-o DIRECTORY]   (writes aharonov_bohm_ring.png)
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np

import heatgauge as hg

RADIUS, STIFFNESS = 2.0, 400.0  # of the channel: U = ½·STIFFNESS·(r − RADIUS)²; ħ = m = s = 1
POINTS, WIDTH, LEVELS = 90, 6.4, 5
QUANTUM = hg.gauge.flux_quantum(charge=1.0, h=2 * np.pi)
UNIT = 0.5 / RADIUS**2  # ħ²/2mR²


def plane() -> hg.Grid:
    """The plane in which the channel lies; an even number of sites leaves the tube between four."""
    return hg.Grid([hg.Axis(-WIDTH / 2, WIDTH / 2, POINTS)] * 2)


def tube(grid: hg.Grid, flux: float) -> hg.HeatPotentials:
    """A of a tube of caloric flux at the centre: ∫A·dl = Φ·(angle that the link spans)/2π."""
    links = []
    for axis in range(2):
        x, y = np.meshgrid(*(a.sites() for a in grid.axes), indexing="ij")
        angle = np.arctan2(y, x)
        turn = np.diff(angle, axis=axis)
        turn = (turn + np.pi) % (2 * np.pi) - np.pi  # across the cut of the angle
        links.append(flux * turn / (2 * np.pi) / grid.spacing[axis])
    return hg.HeatPotentials(grid, vector=links)


def carrier(grid: hg.Grid, flux: float) -> hg.Hamiltonian:
    """The carrier in its channel."""
    x, y = grid.coordinates()
    channel = 0.5 * STIFFNESS * (np.hypot(x, y) - RADIUS) ** 2
    return hg.Hamiltonian(grid, tube(grid, flux), external=np.minimum(channel, 250.0), order=6)


def persistent_current(H: hg.Hamiltonian, psi: Any) -> float:
    """Probability current around the ring, through the half line y = 0, x > 0."""
    run = hg.propagate(H, psi, [0.0], observe={"j": hg.Current(1)})
    current = run.records["j"][0][:, POINTS // 2 - 1]
    return float(current[POINTS // 2 :].sum() * H.grid.spacing[0])


def spectrum(grid: hg.Grid, fluxes: Any) -> tuple[Any, Any, Any]:
    """Levels, the current of the lowest one, and the ground state at half a quantum."""
    levels, currents, shown = [], [], None
    for flux in fluxes:
        H = carrier(grid, flux * QUANTUM)
        energies, states = H.lowest(LEVELS)
        levels.append(energies)
        currents.append(persistent_current(H, states[0]))
        if shown is None and flux >= 0.25:
            shown = states[0]
    return np.array(levels), np.array(currents), shown


def ring_levels(flux: Any) -> Any:
    """E_n of the ideal ring, lowest LEVELS of each flux."""
    n = np.arange(-6, 7)[:, None]
    return np.sort(UNIT * (n - flux) ** 2, axis=0)[:LEVELS].T


def draw(file: Path) -> None:
    """Compute and draw."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    plt.rcParams |= {
        "font.size": 14,
        "axes.titlelocation": "left",
        "axes.titleweight": "bold",
        "lines.linewidth": 2.4,
        "legend.frameon": False,
    }
    grid = plane()
    fluxes = np.linspace(0.0, 1.0, 17)
    levels, currents, psi = spectrum(grid, fluxes)
    fine = np.linspace(-0.1, 1.1, 400)
    ideal = ring_levels(fine)
    offset = levels[0, 0]  # of the motion across the channel
    scale = (levels[0, 1] - offset) / UNIT  # 1 for a channel without width
    figure, (map_, spectra, loop) = plt.subplots(1, 3, figsize=(16, 5.6), constrained_layout=True)
    edge = WIDTH / 2
    density = np.abs(psi) ** 2
    map_.imshow(density.T, origin="lower", extent=(-edge, edge) * 2, cmap="magma")
    x, y = (c.ravel() for c in grid.coordinates())
    pick = slice(6, None, 11)
    X, Y = np.meshgrid(x[pick], y[pick], indexing="ij")
    r2 = X**2 + Y**2
    map_.quiver(X, Y, -Y / r2, X / r2, color="white", alpha=0.8, scale=12, width=0.005)
    map_.plot(0, 0, "o", color="#56B4E9", markersize=13, markeredgecolor="white")
    map_.annotate("Φ", (0, 0), xytext=(10, 10), textcoords="offset points", color="white")
    map_.set(title="Carrier and potential A", xlabel="x / ℓ", ylabel="y / ℓ")
    spectra.plot(fine, ideal / UNIT, color="#999999", linewidth=1.6)
    spectra.plot(fluxes, (levels - offset) / (scale * UNIT), "o", color="#0072B2", markersize=6)
    spectra.plot([], [], color="#999999", label="ideal ring (n − Φ/Φ₀)²")
    spectra.plot([], [], "o", color="#0072B2", label="channel in the plane")
    spectra.set(xlabel="Φ / Φ₀", ylabel="level / (ħ²/2mR²)", title="Levels", ylim=(-0.15, 5.2))
    spectra.legend(loc="upper center")
    slope = -np.gradient(ideal[:, 0], fine)
    slope[np.abs(np.gradient(slope)) > 0.02] = np.nan
    loop.plot(fine, slope / UNIT, color="#999999", linewidth=1.6, label="−∂E₀/∂Φ, ideal ring")
    loop.plot(
        fluxes, currents * 2 * np.pi / (scale * UNIT), "s", color="#D55E00", label="channel"
    )
    loop.axhline(0, color="black", linewidth=0.8)
    loop.set(xlabel="Φ / Φ₀", ylabel="current · h / (ħ²/2mR²)", title="Persistent heat current")
    loop.legend(loc="upper left")
    error = np.abs((levels - offset) / scale - ring_levels(fluxes)).max() / UNIT
    period = float(np.abs(levels[-1] - levels[0]).max() / levels[0, -1])
    print(f"levels at Φ = 0 and Φ₀ differ by {period:.1e}")
    print(f"levels differ from (n − Φ/Φ₀)² by at most {error:.3f} ħ²/2mR² (scaled by {scale:.3f})")
    figure.suptitle("Heat Aharonov–Bohm effect: B = 0 and E = 0 in the channel", fontsize=18)
    figure.savefig(file, dpi=110)
    print(f"wrote {file}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-o", "--output", type=Path, default=Path())
    folder = parser.parse_args().output
    folder.mkdir(parents=True, exist_ok=True)
    draw(folder / "aharonov_bohm_ring.png")


if __name__ == "__main__":
    main()
