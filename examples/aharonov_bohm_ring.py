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
import scipy.sparse
import scipy.sparse.linalg

import heatgauge as hg

RADIUS, STIFFNESS = 2.0, 60.0  # of the channel: U = ½·STIFFNESS·(r − RADIUS)²; ħ = m = s = 1
POINTS, WIDTH, LEVELS = 56, 6.8, 5
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
    return hg.Hamiltonian(grid, tube(grid, flux), external=np.minimum(channel, 60.0), order=4)


def persistent_current(H: hg.Hamiltonian, psi: Any) -> float:
    """Probability current around the ring, through the half line y = 0, x > 0."""
    run = hg.propagate(H, psi, [0.0], observe={"j": hg.Current(1)})
    current = run.records["j"][0][:, POINTS // 2 - 1]
    return float(current[POINTS // 2 :].sum() * H.grid.spacing[0])


def levels_near(matrix: Any, energy: float) -> tuple[Any, Any]:
    """The LEVELS levels next to an energy and their states."""
    shifted = scipy.sparse.csc_array(matrix - energy * scipy.sparse.eye_array(matrix.shape[0]))
    factors = scipy.sparse.linalg.splu(
        shifted, permc_spec="MMD_AT_PLUS_A", options={"SymmetricMode": True}
    )
    inverse = scipy.sparse.linalg.LinearOperator(matrix.shape, factors.solve, dtype=complex)
    return scipy.sparse.linalg.eigsh(matrix, LEVELS, sigma=energy, OPinv=inverse)


def spectrum(grid: hg.Grid, fluxes: Any) -> tuple[Any, Any, Any]:
    """Levels, the current of the lowest one, and the ground state at half a quantum."""
    levels, currents, shown = [], [], None
    for flux in fluxes:
        H = carrier(grid, flux * QUANTUM)
        # The levels lie close together, far above the bottom of the channel: search at their place.
        bottom = 0.5 * np.sqrt(STIFFNESS) - UNIT
        energies, states = levels_near(H.to_scipy(), bottom)
        order = np.argsort(energies)
        levels.append(energies[order])
        ground = states[:, order[0]].reshape(grid.shape) / np.sqrt(grid.cell_volume)
        currents.append(persistent_current(H, ground))
        if shown is None and flux >= 0.25:
            shown = ground
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
    fluxes = np.linspace(0.0, 1.0, 12)  # without the crossing at ½
    levels, currents, psi = spectrum(grid, fluxes)
    fine = np.linspace(-0.1, 1.1, 400)
    ideal = ring_levels(fine)
    offset = levels[0, 0]  # of the motion across the channel
    scale = (levels[0, 1] - offset) / UNIT  # 1 for a channel without width
    figure, (map_, spectra, loop) = plt.subplots(1, 3, figsize=(16, 5.6), constrained_layout=True)
    edge = WIDTH / 2
    density = np.abs(psi) ** 2
    map_.imshow(density.T, origin="lower", extent=(-edge, edge) * 2, cmap="magma")
    for radius, count in ((1.1, 8), (2.85, 16)):
        angle = 2 * np.pi * (np.arange(count) + 0.5) / count
        across, along = np.cos(angle), np.sin(angle)
        map_.quiver(
            radius * across, radius * along, -along / radius, across / radius,
            color="white", scale=9, width=0.006, pivot="mid",
        )  # fmt: skip
    map_.plot(0, 0, "o", color="#56B4E9", markersize=13, markeredgecolor="white")
    map_.annotate("Φ", (0, 0), xytext=(10, 10), textcoords="offset points", color="white")
    map_.set(title="Carrier and potential A", xlabel="x / ℓ", ylabel="y / ℓ")
    spectra.plot(fine, ideal / UNIT, color="#999999", linewidth=1.6)
    spectra.plot(fluxes, (levels - offset) / (scale * UNIT), "o", color="#0072B2", markersize=6)
    spectra.plot([], [], color="#999999", label="ideal ring (n − Φ/Φ₀)²")
    spectra.plot([], [], "o", color="#0072B2", label="channel in the plane")
    spectra.set(xlabel="Φ / Φ₀", ylabel="level / (ħ²/2mR²)", title="Levels", ylim=(-0.15, 7.8))
    spectra.legend(loc="upper center")
    slope = -np.gradient(ideal[:, 0], fine)
    slope[np.abs(np.gradient(slope)) > 0.02] = np.nan
    loop.plot(fine, slope / UNIT, color="#999999", linewidth=1.6, label="−∂E₀/∂Φ, ideal ring")
    loop.plot(fluxes, currents * 2 * np.pi / (scale * UNIT), "s", color="#D55E00", label="channel")
    loop.axhline(0, color="black", linewidth=0.8)
    loop.set(xlabel="Φ / Φ₀", ylabel="current · h / (ħ²/2mR²)", title="Persistent heat current")
    loop.set_ylim(-1.5, 1.1)
    loop.legend(loc="lower right")
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
