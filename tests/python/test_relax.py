"""Relaxation in imaginary time: against diagonalisation and exact levels."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import scipy.linalg
import scipy.sparse
from test_crank_nicolson import grid_of, random_hamiltonian

import heatgauge as hg

# the name of the module is hidden by the function
relax_module = __import__("sys").modules["heatgauge.relax"]


def square(points: int, length: float, boundary: str = "wall") -> hg.Grid:
    return hg.Grid([hg.Axis(-length / 2, length / 2, points, boundary)] * 2)


def torus(quanta: int, points: int = 24) -> hg.Hamiltonian:
    """Landau levels, each ``quanta`` times, on a torus of area 64."""
    grid = square(points, 8.0, "periodic")
    induction = 2 * math.pi * quanta / 64
    vector = hg.uniform_induction(grid, induction, "landau-y")
    return hg.Hamiltonian(grid, hg.HeatPotentials(grid, vector=vector), order=2)


def oscillator() -> hg.Hamiltonian:
    grid = square(20, 10.0)
    x, y = grid.coordinates()
    return hg.Hamiltonian(grid, external=0.5 * (x**2 + y**2), order=8)


def fock_darwin() -> hg.Hamiltonian:
    grid = square(26, 12.0)
    x, y = grid.coordinates()
    potentials = hg.HeatPotentials(grid, vector=hg.uniform_induction(grid, 1.0))
    return hg.Hamiltonian(grid, potentials, external=0.5 * (x**2 + y**2), order=4)


def masses() -> hg.Hamiltonian:
    grid = hg.Grid([hg.Axis(0.0, 1.0, 300)])
    return hg.Hamiltonian(grid, mass=np.random.default_rng(0).uniform(0.5, 3, 300))


def given() -> hg.Hamiltonian:
    diagonal = np.random.default_rng(1).normal(size=400)
    grid = hg.Grid([hg.Axis(0.0, 1.0, 400)])
    return hg.Hamiltonian.from_sparse(grid, scipy.sparse.diags_array(diagonal))


CASES: list[Any] = [
    (oscillator, 1),
    (oscillator, 6),
    (fock_darwin, 6),
    (lambda: torus(3), 3),
    (lambda: torus(3), 5),
    (lambda: torus(20), 1),  # one of twenty, and a block within one level
    (lambda: torus(20), 10),
    (masses, 4),
    (given, 3),
    (lambda: hg.Hamiltonian(hg.Grid([hg.Axis(0, 1, 60, "periodic", 0.4)]), order=6), 5),
    (lambda: hg.Hamiltonian(hg.Grid([hg.Axis(0, 1, 5)])), 1),
    (lambda: random_hamiltonian(grid_of("wpw", (8, 9, 10)), 6), 5),
]


@pytest.mark.parametrize("case", range(len(CASES)))
def test_levels_are_those_of_the_dense_matrix(case: int) -> None:
    make, k = CASES[case]
    H, tol = make(), 1e-10
    energies, states = hg.relax(H, k, tol=tol)
    matrix = H.to_scipy().toarray()
    spectrum = scipy.linalg.eigvalsh(matrix)
    range_of = spectrum[-1] - spectrum[0]
    # the error of an energy is quadratic in the residual; what is left is rounding
    assert np.abs(energies - spectrum[:k]).max() < 1e-13 * range_of
    vectors = states.reshape(k, -1) * math.sqrt(H.grid.cell_volume)
    assert np.abs(vectors.conj() @ vectors.T - np.eye(k)).max() < 1e-12
    residuals = np.linalg.norm(matrix @ vectors.T - vectors.T * energies, axis=0)
    top = spectrum[min(2 * k + 8, spectrum.size - 1)]  # above the block
    assert residuals.max() <= tol * (top - spectrum[0]) + 1e-14 * range_of + tol


def test_exact_levels() -> None:
    # order 2 on a torus: ½ − |s|Bh²/16ħ in units of ħω_c, next order in h dropped
    H = torus(3, 48)
    cyclotron = 2 * math.pi * 3 / 64
    energy = hg.relax(H, 3)[0] / cyclotron
    assert np.ptp(energy) < 1e-12
    assert energy[0] == pytest.approx(0.5 - cyclotron * (8 / 48) ** 2 / 16, abs=1e-6)
    # Fock–Darwin: Ω = √(1 + ¼), E = Ω(2n + |l| + 1) − l/2; order 4 at h = 0.46
    omega = math.sqrt(1.25)
    exact = sorted(omega * (2 * n + abs(m) + 1) - m / 2 for n in range(4) for m in range(-6, 7))
    assert hg.relax(fock_darwin(), 5)[0] == pytest.approx(exact[:5], abs=0.02)


def test_a_smaller_tol_leaves_a_smaller_residual() -> None:
    H = oscillator()
    left = []
    for tol in (1e-2, 1e-5, 1e-8, 1e-13):
        energies, states = hg.relax(H, 2, tol=tol)
        left.append(
            max(np.linalg.norm(H @ s - e * s) for s, e in zip(states, energies, strict=True))
        )
        left[-1] *= math.sqrt(H.grid.cell_volume)
        assert left[-1] <= tol * 12 + 1e-11  # E_top − E_min of the block is below 12
    assert left[0] > 1e-9
    assert left[-1] < 1e-11


def test_energies_do_not_depend_on_the_gauge() -> None:
    grid = grid_of("wp", (14, 12))
    H = random_hamiltonian(grid, 4)
    chi = 30 * np.random.default_rng(3).normal(size=grid.shape)
    moved = hg.Hamiltonian(
        grid, H.potentials.transform(chi), H.mass, H.external.static, H.hbar, H.order
    )
    before, after = hg.relax(H, 3)[0], hg.relax(moved, 3)[0]
    size = float(np.abs(H.to_scipy().diagonal()).max())
    assert np.abs(before - after).max() < 20 * 2.2e-16 * (1 + 0.8 * np.abs(chi).max() / 0.7) * size


def test_a_driven_hamiltonian_is_relaxed_at_its_time() -> None:
    grid = hg.Grid([hg.Axis(0.0, 1.0, 40)])
    H = hg.Hamiltonian(grid, external=hg.Drive(1.0, lambda t: 7.0 * t))
    shift = hg.relax(H, 1, t=2.0)[0] - hg.relax(H, 1)[0]
    assert shift == pytest.approx(14.0, abs=1e-9)


def test_no_convergence_is_an_error_with_the_residual(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relax_module, "_MOST_STEPS", 2)
    with pytest.raises(hg.NumericalError, match=r"H\.lowest") as caught:
        hg.relax(oscillator(), 2)
    assert caught.value.residual > 1e-9


def test_a_dense_level_structure_widens_the_block(monkeypatch: pytest.MonkeyPatch) -> None:
    # 60 levels 1e-3 apart, a gap, the rest: a block of five never sees the gap
    diagonal = np.concatenate([1 + 1e-3 * np.arange(60), np.linspace(30, 60, 340)])
    grid = hg.Grid([hg.Axis(0.0, 1.0, 400)])
    matrix = scipy.sparse.diags_array([diagonal, np.ones(399), np.ones(399)], offsets=[0, 1, -1])
    H = hg.Hamiltonian.from_sparse(grid, matrix)
    energies, _ = hg.relax(H, 1, tol=1e-9)
    assert energies[0] == pytest.approx(scipy.linalg.eigvalsh(matrix.toarray())[0], abs=1e-9)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((0,), "`k`"),
        ((26 * 26,), "`k`"),
        ((1, 0.0), "`tol`"),
        ((1, math.nan), "`tol`"),
        ((1, "small"), "`tol`"),
        ((1.5,), "`k`"),
    ],
)
def test_invalid_arguments_are_refused(arguments: Any, message: str) -> None:
    with pytest.raises((ValueError, TypeError), match=message):
        hg.relax(fock_darwin(), *arguments)


def test_absorbers_and_other_things_are_refused() -> None:
    grid = hg.Grid([hg.Axis(0, 10, 100)])
    H = hg.Hamiltonian(grid, external=[hg.Absorber(0, "upper", 1e-2, (2.0, 4.0))])
    with pytest.raises(ValueError, match="no real energies"):
        hg.relax(H)
    with pytest.raises(TypeError, match="`H` must be a hg"):
        hg.relax(np.eye(3))  # type: ignore[arg-type]
