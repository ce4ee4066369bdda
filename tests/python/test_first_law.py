"""Work and heat of density matrices, by Alicki and by entropy."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import scipy.linalg
from test_entropies import random_density, random_unitary

import heatgauge as hg
from systems import fitted_order


def random_hermitian(n: int, rng: np.random.Generator) -> Any:
    a = rng.normal(size=(n, n)) + 1j * rng.normal(size=(n, n))
    return (a + a.conj().T) / 2


def gibbs(H: Any, T: float) -> Any:
    rho = scipy.linalg.expm(-H / T)
    return rho / np.trace(rho).real


def test_both_splits_add_up_in_every_step() -> None:
    rng = np.random.default_rng(0)
    for n in (2, 4, 7):
        H = [random_hermitian(n, rng) for _ in range(5)]
        rho = [random_density(n, rng)[0] for _ in range(5)]
        law = hg.thermo.first_law(H, rho)
        change = np.diff([np.trace(a @ b).real for a, b in zip(H, rho, strict=True)])
        assert law.work + law.heat == pytest.approx(change, abs=1e-13)
        assert law.entropy_work + law.entropy_heat == pytest.approx(change, abs=1e-13)


def test_a_unitary_evolution_takes_no_heat() -> None:
    # ρ follows exp(−iHt) exactly between changes of H: Tr H dρ cancels to order 2 in the step
    rng = np.random.default_rng(1)
    start, drive = random_hermitian(4, rng), random_hermitian(4, rng)
    rho0, _ = random_density(4, rng)
    heats, steps = [], np.array([32, 64, 128, 256])
    for count in steps:
        t = np.linspace(0, 1, count + 1)
        H = [start + drive * math.sin(s) for s in t]
        rho = [rho0]
        for s in (t[1:] + t[:-1]) / 2:
            u = scipy.linalg.expm(-1j * (start + drive * math.sin(s)) / count)
            rho.append(u @ rho[-1] @ u.conj().T)
        law = hg.thermo.first_law(H, rho)
        heats.append(abs(law.heat.sum()))
        assert np.abs(law.entropy_heat).max() < 1e-13
        assert np.ptp(law.entropy) < 1e-12
    assert abs(fitted_order(1 / steps, heats) - 2) < 0.05


def test_on_a_gibbs_path_both_splits_and_t_ds_agree() -> None:
    # H turns, so that ρ does: heat Σ E dp all the same
    rng = np.random.default_rng(2)
    a, b = random_hermitian(3, rng), random_hermitian(3, rng)
    T, parts, steps = 0.8, [], np.array([16, 32, 64, 128])
    for count in steps:
        H = [a + s * b for s in np.linspace(0, 1, count + 1)]
        law = hg.thermo.first_law(H, [gibbs(h, T) for h in H])
        parts.append(
            [
                abs(law.heat.sum() - T * (law.entropy[-1] - law.entropy[0])),
                abs(law.entropy_heat.sum() - T * (law.entropy[-1] - law.entropy[0])),
            ]
        )
    for errors in np.array(parts).T:
        assert abs(fitted_order(1 / steps, errors) - 2) < 0.05
        assert errors[-1] < 1e-3


def test_lost_coherence_is_heat_to_alicki_and_partly_work_by_entropy() -> None:
    # H = σ_x, ρ loses its σ_x coherence: dU = −1·dc is heat to Alicki (H does not change); its
    # eigenvectors stay, so it is heat by entropy too. Under σ_z dephasing of a tilted state the
    # eigenvectors turn, and what they turn by is work at constant entropy.
    sx, sz = np.array([[0, 1], [1, 0]]), np.diag([1.0, -1.0])
    c = np.linspace(0.8, 0.4, 41)
    along = [np.eye(2) / 2 + 0.5 * s * sx for s in c]
    law = hg.thermo.first_law([sx] * 41, along)
    assert law.heat.sum() == pytest.approx(-0.4)
    assert law.entropy_heat.sum() == pytest.approx(-0.4)
    tilted = [np.eye(2) / 2 + 0.5 * (s * sx + 0.3 * sz) for s in c]
    law = hg.thermo.first_law([sx] * 41, tilted)
    assert law.heat.sum() == pytest.approx(-0.4)
    assert (law.work == 0).all()
    # r± = (1 ± √(s² + 0.09))/2, ⟨±|σx|±⟩ = ±s/√(s² + 0.09): Q = ∫ s²/(s² + 0.09) ds
    exact = -0.4 + 0.3 * (math.atan(0.8 / 0.3) - math.atan(0.4 / 0.3))
    assert law.entropy_heat.sum() == pytest.approx(exact, abs=1e-4)
    assert law.entropy_work.sum() == pytest.approx(-0.4 - exact, abs=1e-4)


def test_eigenvectors_are_followed_through_a_crossing_of_their_weights() -> None:
    # the weights of two levels cross; sorted by size they would swap and lose heat Σ E dp
    p = np.linspace(0.2, 0.8, 14)
    u = random_unitary(2, np.random.default_rng(3))
    H = u @ np.diag([0.0, 2.0]) @ u.conj().T
    rho = [u @ np.diag([1 - q, q]) @ u.conj().T for q in p]
    law = hg.thermo.first_law([H] * 14, rho)
    assert law.entropy_heat.sum() == pytest.approx(2 * 0.6, abs=1e-13)
    assert np.abs(law.entropy_work).max() < 1e-13


def test_a_hamiltonian_on_a_grid_serves() -> None:
    grid = hg.Grid([hg.Axis(0.0, 1.0, 6)])
    H = hg.Hamiltonian(grid)
    law = hg.thermo.first_law([H, H], [np.eye(6) / 6, np.diag([1.0, 0, 0, 0, 0, 0])])
    assert law.enthalpy[0] == pytest.approx(np.trace(H.to_scipy().toarray()).real / 6)
    assert law.entropy == pytest.approx([math.log(6), 0.0])


def test_a_single_matrix_is_refused() -> None:
    with pytest.raises(TypeError, match="must be a sequence of matrices"):
        hg.thermo.first_law(1.0, 2.0)


@pytest.mark.parametrize(
    ("H", "rho"),
    [
        ([np.eye(2)], [np.eye(2) / 2]),
        ([np.eye(2)] * 2, [np.eye(2) / 2] * 3),
        ([np.eye(3)] * 2, [np.eye(2) / 2] * 2),
        ([np.array([[0, 1], [0, 0]])] * 2, [np.eye(2) / 2] * 2),
        ([np.ones(2)] * 2, [np.eye(2) / 2] * 2),
        ([np.eye(2)] * 2, [np.eye(2)] * 2),
    ],
)
def test_malformed_arguments_are_refused(H: Any, rho: Any) -> None:
    with pytest.raises(ValueError, match=r"Arguments? `"):
        hg.thermo.first_law(H, rho)
