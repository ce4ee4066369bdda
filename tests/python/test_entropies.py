"""Von Neumann and diagonal entropy: what keeps them, what raises them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

import heatgauge as hg
from rounding import close


def random_unitary(n: int, rng: np.random.Generator) -> Any:
    q, r = np.linalg.qr(rng.normal(size=(n, n)) + 1j * rng.normal(size=(n, n)))
    return q * (np.diag(r) / np.abs(np.diag(r)))


def random_density(n: int, rng: np.random.Generator) -> Any:
    p = rng.dirichlet(np.ones(n))
    u = random_unitary(n, rng)
    return (u * p) @ u.conj().T, p


@pytest.mark.parametrize(
    ("t", "written"), [(0.1, "0.191331"), (0.5, "0.495842"), (1.0, "0.623864"), (3.0, "0.691907")]
)
def test_a_dephased_qubit(t: float, written: str) -> None:
    coherence = 0.5 * math.exp(-t)
    assert close(hg.thermo.entropy([[0.5, coherence], [coherence, 0.5]]), written)


def test_unitary_changes_keep_the_von_neumann_entropy() -> None:
    rng = np.random.default_rng(1)
    for n in (2, 5, 20):
        rho, p = random_density(n, rng)
        expected = -np.sum(p * np.log(p))
        assert hg.thermo.entropy(rho, k_B=2.0) == pytest.approx(2 * expected, abs=1e-13)
        u = random_unitary(n, rng)
        assert hg.thermo.entropy(u @ rho @ u.conj().T) == pytest.approx(expected, abs=1e-13)


def test_dephasing_raises_it_monotonically() -> None:
    # ρ_ij → ρ_ij exp(−γ_ij) with a positive kernel is unital
    rng = np.random.default_rng(2)
    rho, _ = random_density(8, rng)
    position = rng.normal(size=8)
    values = [
        hg.thermo.entropy(rho * np.exp(-rate * (position[:, None] - position) ** 2))
        for rate in np.linspace(0, 4, 12)
    ]
    assert (np.diff(values) > 0).all()


def test_the_diagonal_entropy_bounds_the_other_and_a_propagated_state_keeps_both() -> None:
    grid = hg.Grid([hg.Axis(0.0, 1.0, 12)])
    (x,) = grid.coordinates()
    H = hg.Hamiltonian(grid, external=30 * x**2)
    _, basis = H.lowest(12)
    weights = np.array([0.6, 0.3, 0.1])
    rho = np.zeros((12, 12), complex)
    later = np.zeros((12, 12), complex)
    for n, weight in enumerate(weights):
        psi = (basis[n] + 0.5 * basis[n + 3]) / math.sqrt(1.25)
        run = hg.propagate(H, psi, [0.0, 0.2], rtol=1e-4, method=hg.CrankNicolson())
        rho += weight * np.outer(psi, psi.conj()) * grid.cell_volume
        later += weight * np.outer(run.final, run.final.conj()) * grid.cell_volume
    for before, after in (
        (hg.thermo.entropy(rho), hg.thermo.entropy(later)),
        (hg.thermo.diagonal_entropy(rho, basis), hg.thermo.diagonal_entropy(later, basis)),
    ):
        # H is static: populations of its levels are kept by Crank–Nicolson itself, not to rtol
        assert after == pytest.approx(before, abs=1e-12)
    assert hg.thermo.diagonal_entropy(rho, basis) > hg.thermo.entropy(rho) + 0.1


def test_a_sudden_change_cannot_lower_the_diagonal_entropy_of_a_diagonal_state() -> None:
    rng = np.random.default_rng(5)
    for _ in range(50):
        n = int(rng.integers(2, 9))
        p = rng.dirichlet(np.full(n, 0.5))
        u = random_unitary(n, rng)
        before, after = np.eye(n), u.conj()
        rho = np.diag(p)
        assert hg.thermo.diagonal_entropy(rho, after) >= (
            hg.thermo.diagonal_entropy(rho, before) - 1e-14
        )
    # without that condition it can: the turned state read in the basis that diagonalises it
    turned = u @ rho @ u.conj().T
    assert hg.thermo.diagonal_entropy(turned, u.T) < hg.thermo.diagonal_entropy(turned, np.eye(n))


@pytest.mark.parametrize(
    "rho",
    [
        np.eye(2),
        np.array([[0.5, 0.1], [0.2, 0.5]]),
        np.diag([1.2, -0.2]),
        np.full((2, 3), 0.1),
        np.array([0.5, 0.5]),
        np.diag([np.nan, 1.0]),
    ],
)
def test_what_is_no_density_matrix_is_refused(rho: Any) -> None:
    with pytest.raises(ValueError, match="Argument `rho`"):
        hg.thermo.entropy(rho)


@pytest.mark.parametrize(
    "basis", [np.eye(3), np.ones((2, 2)), np.diag([1.0, 2.0]), np.eye(2)[:1], np.ones(2)]
)
def test_a_malformed_basis_is_refused(basis: Any) -> None:
    with pytest.raises(ValueError, match="Argument `basis`"):
        hg.thermo.diagonal_entropy(np.eye(2) / 2, basis)
