"""The generator of the sweeps: the symbol of S along lines, gauge and all, and what it keeps."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import scipy.linalg
from test_crank_nicolson import grid_of, random_hamiltonian, random_state

import heatgauge as hg
from systems import airy_levels, box_levels, fitted_order, ring_levels

EPS = np.finfo(float).eps


def dense(H: hg.Hamiltonian, f: Any) -> Any:
    """Σ ħ²/2mh²·f(S) + sV + U, S taken from the matrix of order 2 one axis at a time."""
    total = np.diag(H.site_potential(0.0).ravel()).astype(complex)
    for a in range(H.grid.dimensions):
        mass = [1.0 if b == a else 1e200 for b in range(H.grid.dimensions)]
        lines = hg.Hamiltonian(H.grid, H.potentials, mass, hbar=H.hbar)
        bare = lines.to_scipy().toarray() - np.diag(lines.site_potential(0.0).ravel())
        s, modes = np.linalg.eigh(bare * (2 * H.grid.spacing[a] ** 2 / H.hbar**2))
        scale = H.hbar**2 / (2 * H.mass[a] * H.grid.spacing[a] ** 2)
        total += scale * (modes * f(np.clip(s, 0, 4))) @ modes.conj().T
    return total


@pytest.mark.parametrize("kind", ["w", "p", "wp", "pw", "wpw", "ppp"])
@pytest.mark.parametrize("factors", [1, 3, None])
def test_it_is_the_function_of_the_second_difference(kind: str, factors: Any) -> None:
    grid = grid_of(kind, {1: (12,), 2: (6, 8), 3: (4, 5, 3)}[len(kind)])
    H, psi = random_hamiltonian(grid), random_state(grid)
    if factors is None:
        G: Any = hg.SpectralSweeps.generator(H)
        expected = dense(H, lambda s: (2 * np.arcsin(np.sqrt(s) / 2)) ** 2)
    else:
        G = hg.CayleySweeps(2, factors).generator(H)
        # one factor: s/(1 − s/12); three: by the phase of the factors of a short step
        f = (lambda s: s / (1 - s / 12)) if factors == 1 else phase_of_short_step
        expected = dense(H, f)
    norm = np.abs(expected).sum(axis=1).max()
    matrix = G.to_scipy().toarray()
    assert np.abs(matrix - expected).max() < 1e-7 * norm
    assert np.abs(matrix - matrix.conj().T).max() == 0
    image = (matrix @ psi.ravel()).reshape(grid.shape)
    assert np.abs(G @ psi - image).max() < 20 * EPS * norm
    assert np.array_equal(G.apply(psi), G @ psi)


def phase_of_short_step(s: Any) -> Any:
    from heatgauge import _core

    listed = _core.cayley_factors(1e-4, 3)
    return sum(np.angle(1 - b * s) - np.angle(1 - a * s) for a, b in listed) / 1e-4


def test_levels_of_boxes_and_rings() -> None:
    box = hg.Hamiltonian(hg.Grid([hg.Axis(0.0, 2.0, 40)]), mass=0.7, hbar=1.1)
    ring = hg.Hamiltonian(hg.Grid([hg.Axis(0.0, 2.0, 40, "periodic", 0.4)]), mass=0.7, hbar=1.1)
    found = np.linalg.eigvalsh(hg.CayleySweeps.generator(box).to_scipy().toarray())[:4]
    assert np.abs(found / box_levels(2.0, 4, 0.7, 1.1) - 1).max() < 1e-9
    found = np.linalg.eigvalsh(hg.CayleySweeps.generator(ring).to_scipy().toarray())[:5]
    expected = np.sort(ring_levels(2.0, 0.4, range(-3, 4), 0.7, 1.1))[:5]
    assert np.abs(found / expected - 1).max() < 1e-9


def test_a_force_against_a_wall_leaves_fourth_order() -> None:
    # the odd continuation of ψ has a kink in its third derivative there
    errors, counts = [], (40, 60, 80, 120)
    for n in counts:
        grid = hg.Grid([hg.Axis(0.0, 16.0, n)])
        H = hg.Hamiltonian(grid, external=grid.coordinates()[0])
        found = np.linalg.eigvalsh(hg.CayleySweeps.generator(H).to_scipy().toarray())[0]
        errors.append(abs(found - airy_levels(1.0, 1)[0]))
    assert fitted_order(1 / np.array(counts), errors) == pytest.approx(4, abs=0.1)


@pytest.mark.parametrize("order", [2, 4])
def test_its_mean_is_kept_to_the_order_of_the_steps(order: int) -> None:
    grid = hg.Grid([hg.Axis(-8.0, 8.0, 96), hg.Axis(-8.0, 8.0, 80)])
    x, y = grid.coordinates()
    potentials = hg.HeatPotentials(grid, None, hg.uniform_induction(grid, 0.7), 0.8)
    H = hg.Hamiltonian(grid, potentials, external=0.5 * x**2 + 0.3 * y**2 + 0.01 * x**4)
    psi = hg.gaussian_packet(grid, [1.0, 0.3], [0.2, 0.5], [0.8, 0.9])
    method = hg.CayleySweeps(order, 4)
    G = method.generator(H)
    assert G.factors == 4
    worst = []
    steps = (20, 40, 80)
    for n in steps:
        observe = {"G": G, "E": hg.Energy()}
        times = np.linspace(0.0, 4.0, 6)
        run = hg.propagate(H, psi, times, dt=4.0 / n, method=method, observe=observe)
        worst.append(np.abs(run.records["G"] - run.records["G"][0]).max())
    assert fitted_order(1 / np.array(steps), worst) == pytest.approx(order, abs=0.1)
    # the stencil of order 2 is another generator: its mean moves however short the steps
    assert np.ptp(run.records["E"]) > 10 * worst[-1]


def test_runs_follow_its_exponential() -> None:
    grid = hg.Grid([hg.Axis(-4.0, 4.0, 20), hg.Axis(-4.0, 4.0, 18, "periodic", 0.3)])
    x, y = grid.coordinates()
    A = [0.3 * np.sin(np.pi * y / 4) + 0 * x[1:], 0.2 + 0 * (x + y)]
    H = hg.Hamiltonian(grid, hg.HeatPotentials(grid, 0.4 * x**2 + np.cos(np.pi * y / 4), A, 0.9))
    psi = hg.gaussian_packet(grid, [0.3, 0.2], [0.2, 0.3], [0.8, 0.8])
    for method in (hg.CayleySweeps(2, 1), hg.CayleySweeps(2, 3), hg.CayleySweeps(4, 3)):
        G = method.generator(H).to_scipy().toarray()
        expected = (scipy.linalg.expm(-0.7j * G) @ psi.ravel()).reshape(grid.shape)
        run = hg.propagate(H, psi, [0, 0.7], rtol=1e-6, method=method)
        error = np.linalg.norm(run.final - expected) / np.linalg.norm(psi)
        assert 1e-6 / 5 < error <= 1e-6


def test_a_matrix_beyond_memory_is_refused() -> None:
    grid = hg.Grid([hg.Axis(0.0, 1.0, 512)] * 2)
    G = hg.CayleySweeps.generator(hg.Hamiltonian(grid))
    with pytest.raises(ValueError, match="Use `apply`"):
        G.to_scipy()
    assert math.isfinite(float(np.abs(G @ np.ones(grid.shape)).max()))
