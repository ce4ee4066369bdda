"""Estimates from realisations against sums over pairs, and their bias against exact entropies."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import heatgauge as hg
from heatgauge import ensemble_entropy

GRIDS = {
    "line": [hg.Axis(0, 6, 12)],
    "ring": [hg.Axis(0, 6, 12, "periodic")],
    "plane": [hg.Axis(-1, 3, 4), hg.Axis(0, 1.5, 3, "periodic")],
}


def square_distances(grid: hg.Grid) -> Any:
    """d² between all sites, on a ring that of the chord 2R sin(θ/2)."""
    total = np.zeros((grid.size, grid.size))
    for axis, x in zip(grid.axes, grid.coordinates(), strict=True):
        flat = np.broadcast_to(x, grid.shape).ravel()
        apart = flat[:, None] - flat
        if axis.periodic:
            apart = axis.length / np.pi * np.sin(np.pi * apart / axis.length)
        total += apart**2
    return total


@pytest.mark.parametrize("kind", list(GRIDS))
@pytest.mark.parametrize("count", [2, 7, 40])
def test_purity_and_coherence_length_are_means_over_pairs(kind: str, count: int) -> None:
    """Of different realisations, by overlaps (fewer states than sites) and by the matrix."""
    rng = np.random.default_rng(count)
    grid = hg.Grid(GRIDS[kind])
    psi = rng.normal(size=(count, grid.size)) + 1j * rng.normal(size=(count, grid.size))
    psi[:, 0] += 3
    psi /= np.linalg.norm(psi, axis=1, keepdims=True)
    states = psi.reshape(count, *grid.shape) / np.sqrt(grid.cell_volume)
    found = ensemble_entropy.of_states(states, grid)
    d2 = square_distances(grid)
    purities, spreads = [], []
    for a in range(count):
        for b in range(count):
            if a != b:
                product = np.outer(psi[a], psi[a].conj()) * np.outer(psi[b], psi[b].conj()).T
                purities.append(product.sum().real)
                spreads.append((product * d2).sum().real)
    purity = np.mean(purities)
    assert found.purity[0] == pytest.approx(purity, rel=1e-12)
    length = np.sqrt(max(np.mean(spreads), 0) / purity)
    assert found.coherence_length[0] == pytest.approx(length, rel=1e-10)


@pytest.mark.parametrize("kind", list(GRIDS))
def test_measures_of_a_density_matrix(kind: str) -> None:
    rng = np.random.default_rng(1)
    grid = hg.Grid(GRIDS[kind])
    psi = rng.normal(size=(3, grid.size)) + 1j * rng.normal(size=(3, grid.size))
    rho = psi.T @ psi.conj()
    rho /= np.trace(rho).real
    found = ensemble_entropy.of_matrix(rho, grid)
    assert found.purity[0] == pytest.approx(np.trace(rho @ rho).real, rel=1e-13)
    length = np.sqrt(np.sum(np.abs(rho) ** 2 * square_distances(grid)) / found.purity[0])
    assert found.coherence_length[0] == pytest.approx(length, rel=1e-12)
    assert found.entropy[0] == pytest.approx(hg.thermo.entropy(rho), abs=1e-12)


def test_the_bias_of_the_entropy_is_taken_out_and_the_errors_are_honest() -> None:
    """Random states with the weights p on 6 levels: 150 ensembles of 50. The mean of the estimates
    is right to its own standard error, 6/(2·50) = 0.06 would show as 30 of them; and the
    deviations of single estimates are those that are claimed, to a factor of 2."""
    rng = np.random.default_rng(6)
    grid = hg.Grid([hg.Axis(0, 8, 8)])
    p = np.array([0.3, 0.25, 0.2, 0.15, 0.06, 0.04, 0.0, 0.0])
    basis = np.linalg.qr(rng.normal(size=(8, 8)) + 1j * rng.normal(size=(8, 8)))[0]
    exact = {"entropy": -p[:6] @ np.log(p[:6]), "purity": p @ p}
    estimates: dict[str, list[tuple[float, float]]] = {"entropy": [], "purity": []}
    for _ in range(150):
        phases = np.exp(2j * np.pi * rng.random((50, 8)))
        states = (np.sqrt(p) * phases) @ basis.T
        found = ensemble_entropy.of_states(states, grid)
        for name, values in estimates.items():
            values.append(getattr(found, name))
    for name, values in estimates.items():
        value, claimed = np.array(values).T
        # of the entropy's bias what is left is O(1/R²), some 3e-3; that of the purity is none
        left = 4e-3 if name == "entropy" else 0.0
        assert abs(value.mean() - exact[name]) < 4.5 * value.std() / np.sqrt(150) + left, name
        off = np.sqrt(np.mean((value - exact[name]) ** 2))
        assert off < 1.2 * claimed.mean(), name
    purity, claimed = np.array(estimates["purity"]).T
    assert claimed.mean() < 2 * purity.std()
