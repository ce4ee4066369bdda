"""The assembled Hamiltonian: its matrix, the matrix-free product, and orders in the spacing."""

from __future__ import annotations

import itertools
import math
import pickle
import weakref
from typing import Any

import numpy as np
import pytest
from test_crank_nicolson import grid_of, random_hamiltonian, random_state

import heatgauge as hg
from heatgauge import _core
from systems import box_levels, fitted_order, ring_levels

EPS = np.finfo(float).eps
KINDS = ["w", "p", "ww", "wp", "pw", "pp", "www", "wpw", "ppp"]


def points_of(kind: str) -> tuple[int, ...]:
    return ((13,), (10, 11), (9, 10, 9))[len(kind) - 1]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("order", [2, 4, 6, 8])
def test_the_matrix_is_hermitian_to_the_last_bit_and_equals_apply(kind: str, order: int) -> None:
    grid = grid_of(kind, points_of(kind))
    for driven in (False, True):
        H = random_hamiltonian(grid, order, driven)
        matrix = H.to_scipy(0.4)
        dense = matrix.toarray()
        assert np.array_equal(dense, dense.conj().T)
        psi = random_state(grid)
        norm = abs(matrix).sum(axis=1).max()
        difference = H.apply(psi, 0.4).ravel() - matrix @ psi.ravel()
        assert np.linalg.norm(difference) < 20 * EPS * norm
        assert matrix.indices.dtype == matrix.indptr.dtype == np.int64
        assert not matrix.data.flags.writeable
        assert not matrix.indices.flags.writeable
        assert H.estimate().nonzeros == matrix.nnz


def covariant_difference(n: int, order: int, phases: Any, wall: bool, twist: float) -> Any:
    """−h²D² on a line, written from its definition: hops along links, odd mirror at walls.

    Independent of the library: the coefficients solve Σ c_k k²ʲ = δ_j1, and ψ is continued over
    3n sites, by −ψ of the mirror site at walls, the links mirrored with it, or by the twist.
    """
    m = order // 2
    k = np.arange(1, m + 1)
    c = np.linalg.solve([1.0 * k ** (2 * j) for j in range(1, m + 1)], np.eye(m)[0])
    matrix = np.zeros((n, n), complex)
    for i in range(n):
        matrix[i, i] += 2 * c.sum()
        for step, weight in zip(k, c, strict=True):
            for target in (i + step, i - step):
                sign, phase, j = 1.0, 0.0, target
                if wall:
                    if not 0 <= target < n:
                        sign, j = -1.0, (-1 - target if target < 0 else 2 * n - 1 - target)
                    low, high = min(i, j), max(i, j)
                    phase = math.copysign(1.0, j - i) * np.sum(phases[low:high])
                else:
                    j = target % n
                    passed = range(i, target) if target > i else range(target, i)
                    turn = np.sum([phases[x % n] for x in passed])
                    phase = turn if target > i else -turn
                    phase -= twist * (target // n)
                matrix[i, j] -= weight * sign * np.exp(-1j * phase)
    return matrix


@pytest.mark.parametrize("kind", ["w", "p"])
@pytest.mark.parametrize("order", [2, 4, 6, 8])
def test_the_matrix_is_the_stencil_of_the_definition(kind: str, order: int) -> None:
    n, hbar, charge, mass = 12, 0.8, -0.6, 1.7
    grid = grid_of(kind, (n,))
    rng = np.random.default_rng(0)
    A = rng.normal(size=grid.link_shape(0))
    H = hg.Hamiltonian(grid, hg.HeatPotentials(grid, None, [A], charge), mass, None, hbar, order)
    h = grid.spacing[0]
    expected = covariant_difference(n, order, charge * h / hbar * A, kind == "w", 0.8)
    expected *= hbar**2 / (2 * mass * h**2)
    matrix = H.to_scipy().toarray()
    assert np.abs(matrix - expected).max() < 1e-13 * np.abs(expected).max()


def test_the_axes_add_up() -> None:
    # 2D without induction is the sum of its lines, with a mass per axis
    grid = grid_of("wp", (9, 10))
    lines = [hg.Grid([axis]) for axis in grid.axes]
    for order in (2, 4, 6, 8):
        both = hg.Hamiltonian(grid, mass=[0.7, 1.9], order=order).to_scipy().toarray()
        x, y = (
            hg.Hamiltonian(line, mass=m, order=order).to_scipy().toarray()
            for line, m in zip(lines, (0.7, 1.9), strict=True)
        )
        expected = np.kron(x, np.eye(10)) + np.kron(np.eye(9), y)
        assert np.abs(both - expected).max() < 1e-13 * np.abs(expected).max()


def test_the_potential_is_charge_times_v_plus_u_and_flips_with_the_charge() -> None:
    grid = grid_of("w", (9,))
    V, U = np.random.default_rng(1).normal(size=(2, 9))
    for charge in (0.6, -0.6):
        H = hg.Hamiltonian(grid, hg.HeatPotentials(grid, V, charge=charge), external=U)
        kinetic = hg.Hamiltonian(grid).to_scipy().diagonal()
        assert np.abs(H.to_scipy().diagonal() - kinetic - charge * V - U).max() < 1e-13 * 50


def test_a_mass_field_takes_the_mean_mass_on_links() -> None:
    grid = hg.Grid([hg.Axis(0, 5, 5, "periodic")])
    mass = np.array([1.0, 2.0, 4.0, 3.0, 5.0])
    matrix = hg.Hamiltonian(grid, mass=mass).to_scipy().toarray()
    links = (mass + np.roll(mass, -1)) / 2
    assert np.allclose(-np.diag(matrix, 1), 1 / (2 * links[:-1]), rtol=1e-15)
    assert math.isclose(-matrix[0, 4].real, 1 / (2 * links[4]), rel_tol=1e-15)
    assert np.allclose(matrix.sum(axis=1), 0, atol=1e-15)
    uniform = hg.Hamiltonian(grid, mass=np.full(5, 1.4)).to_scipy().toarray()
    assert np.array_equal(uniform, hg.Hamiltonian(grid, mass=1.4).to_scipy().toarray())


@pytest.mark.parametrize("order", [2, 4, 6, 8])
@pytest.mark.parametrize("kind", ["w", "p"])
def test_box_and_ring_levels_converge_with_the_order_asked(kind: str, order: int) -> None:
    length, hbar, mass, twist = 2.0, 0.7, 1.3, 0.9
    if kind == "w":
        exact = box_levels(length, 1, mass, hbar)[0]
        axes = [hg.Axis(0, length, n) for n in (9, 12, 16, 22)]
    else:
        exact = ring_levels(length, twist, [1], mass, hbar)[0]
        sizes = (40, 52, 66, 84) if order < 8 else (36, 44, 54, 66)
        axes = [hg.Axis(0, length, n, "periodic", twist) for n in sizes]
    errors = []
    for axis in axes:
        H = hg.Hamiltonian(hg.Grid([axis]), None, mass, None, hbar, order)
        k = 1 if kind == "w" else 4
        energies = H.lowest(k)[0]
        errors.append(float(np.min(np.abs(energies - exact))))
    # box: (k h) is 0.35 to 0.14, where the next term of the symbol bends the slope by < 0.02
    order_found = fitted_order([a.spacing for a in axes], errors)
    assert abs(order_found - order) < 0.05, (order_found, errors)


def test_levels_of_a_box_in_3d_with_a_mass_per_axis() -> None:
    grid = hg.Grid([hg.Axis(0, 1.0, 10), hg.Axis(0, 1.4, 10), hg.Axis(0, 0.8, 10)])
    masses = (1.0, 0.6, 2.0)
    sums = [
        sum(levels)
        for levels in itertools.product(
            *(box_levels(a.length, 3, m) for a, m in zip(grid.axes, masses, strict=True))
        )
    ]
    energies, states = hg.Hamiltonian(grid, mass=masses, order=8).lowest(5)
    # order 8 on 10 points: (k h)^8/3150 of each level, k h = π/10 and 2π/10
    assert np.allclose(energies, np.sort(sums)[:5], rtol=2e-5)
    gram = np.tensordot(states.conj(), states, ([1, 2, 3], [1, 2, 3])) * grid.cell_volume
    assert np.abs(gram - np.eye(5)).max() < 1e-12


@pytest.mark.parametrize("order", [2, 4, 6, 8])
def test_hellmann_feynman(order: int) -> None:
    # dE/dλ = ⟨dH/dλ⟩ for λ the charge; the difference quotient is of 6th order in its step 1e-2
    grid = grid_of("pw", (12, 11))
    rng = np.random.default_rng(3)
    V = rng.normal(size=grid.shape)
    A = [rng.normal(size=grid.link_shape(a)) for a in range(2)]

    def H(charge: float) -> hg.Hamiltonian:
        return hg.Hamiltonian(grid, hg.HeatPotentials(grid, V, A, charge), order=order)

    weights = {1: 0.75, 2: -0.15, 3: 1 / 60}
    step = 1e-2

    def slope(of: Any) -> Any:
        return sum(w * (of(0.5 + k * step) - of(0.5 - k * step)) for k, w in weights.items()) / step

    _, states = H(0.5).lowest(1)
    psi = states[0].ravel()
    rate = slope(lambda s: H(s).to_scipy())
    mean = float(np.vdot(psi, rate @ psi).real) * grid.cell_volume
    assert abs(slope(lambda s: H(s).lowest(1)[0][0]) - mean) < 1e-9 * abs(H(0.5).to_scipy()).max()


def test_alike_grids_share_one_pattern_while_it_is_in_use() -> None:
    one = hg.Hamiltonian(hg.Grid([hg.Axis(0, 1, 12), hg.Axis(0, 1, 12)]), order=4)
    other = hg.Hamiltonian(hg.Grid([hg.Axis(-3, 9, 12)] * 2), order=4)  # lengths do not matter
    matrix = one.to_scipy()
    assert other.to_scipy().indices is matrix.indices
    for boundary, order, points in [("periodic", 4, 12), ("wall", 2, 12), ("wall", 4, 13)]:
        grid = hg.Grid([hg.Axis(0, 1, 12), hg.Axis(0, 1, points, boundary)])
        third = hg.Hamiltonian(grid, order=order).to_scipy()
        assert third.indices is not matrix.indices
        assert third.nnz != matrix.nnz
    kept = weakref.ref(matrix.indices)
    del one, other, matrix
    assert kept() is None  # nothing keeps the memory of a Hamiltonian that is gone


def test_two_periodic_points_add_their_two_links() -> None:
    # both links join the same pair: −(J)(u₀ + u₁*) beside the diagonal
    axis = hg.Axis(0.0, 1.0, 2, "periodic", 0.4)
    grid = hg.Grid([axis])
    A = np.array([0.3, -1.1])
    H = hg.Hamiltonian(grid, hg.HeatPotentials(grid, None, [A], 0.9), hbar=0.5)
    J = 0.5**2 / (2 * 0.25)
    phase = 0.9 * 0.5 * A / 0.5
    expected = -J * (np.exp(-1j * phase[0]) + np.exp(-1j * 0.4) * np.exp(1j * phase[1]))
    assert abs(H.to_scipy().toarray()[0, 1] - expected) < 1e-14
    assert H.to_scipy().nnz == 4


def test_a_link_phase_of_pi_turns_the_hop_around() -> None:
    grid = hg.Grid([hg.Axis(0.0, 4.0, 4)])
    H = hg.Hamiltonian(grid, hg.HeatPotentials(grid, None, [np.full(3, np.pi)]))
    assert np.abs(np.diag(H.to_scipy().toarray(), 1) - 0.5).max() < 1e-15
    run = hg.propagate(H, random_state(grid), [0, 1.0], dt=0.1)
    assert abs(np.linalg.norm(run.final) - 1) < 1e-14


def test_a_hamiltonian_survives_pickling_and_copying() -> None:
    grid = grid_of("wp", (9, 10))
    rng = np.random.default_rng(4)
    A = [rng.normal(size=grid.link_shape(a)) for a in range(2)]
    potentials = hg.HeatPotentials(grid, rng.normal(size=grid.shape), A, -0.6)
    H = hg.Hamiltonian(grid, potentials, [1.0, 2.0], rng.normal(size=grid.shape), 0.7, 4)
    H.to_scipy()  # what is cached must not stand in the way
    copy = pickle.loads(pickle.dumps(H))
    assert np.array_equal(copy.to_scipy().toarray(), H.to_scipy().toarray())
    assert copy.grid == grid
    moved = pickle.loads(pickle.dumps(potentials))
    assert all(
        np.array_equal(a, b) for a, b in zip(moved.links(0), potentials.links(0), strict=True)
    )
    given = hg.Hamiltonian.from_sparse(grid, H.to_scipy(), 0.7)
    again = pickle.loads(pickle.dumps(given))
    assert np.array_equal(again.to_scipy().toarray(), H.to_scipy().toarray())
    psi = random_state(grid)
    finals = [hg.propagate(h, psi, [0, 0.3], dt=0.1).final for h in (H, copy)]
    assert finals[0].tobytes() == finals[1].tobytes()


def test_an_estimate_takes_no_memory_and_a_grid_too_large_is_refused() -> None:
    grid = hg.Grid([hg.Axis(0, 1, 2**17)] * 3)
    H = hg.Hamiltonian(grid)
    estimate = H.estimate()
    assert estimate.sites == 2**51
    assert estimate.state_bytes == 2**55
    with pytest.raises(MemoryError, match="needs"):
        H.to_scipy()


def test_a_large_matrix_is_the_same_on_all_threads_and_in_recycled_memory() -> None:
    grid = hg.Grid([hg.Axis(-1.0, 2.0, 260), hg.Axis(0.0, 1.0, 270, "periodic", 0.4)])
    rng = np.random.default_rng(4)
    A = [rng.normal(size=grid.link_shape(a)) for a in range(2)]
    matrices = []
    for seed in (1, 2, 1):
        V, U = np.random.default_rng(seed).normal(size=(2, *grid.shape))
        H = hg.Hamiltonian(grid, hg.HeatPotentials(grid, V, A, -0.8), 1.3, U, 0.7)
        matrices.append(H.to_scipy())
        # the fields as drives and callables make them, one thread, memory of numpy
        fields = _core.CarrierFields(grid.core, H.site_potential(0.0), list(H.link_phases(0.0)))
        expected = np.zeros(matrices[-1].nnz, np.complex128)
        H.core.fill(fields, expected)
        assert np.array_equal(matrices[-1].data, expected)
        del H
    first, second, third = matrices
    assert not np.shares_memory(first.data, second.data)
    assert np.array_equal(first.data, third.data)
    assert not np.array_equal(first.data, second.data)
    matrices.clear()
    kept = second.data.copy()
    del first, third  # their memory may serve the next, not that of the one alive
    hg.Hamiltonian(grid, hg.HeatPotentials(grid, None, A)).to_scipy()
    assert np.array_equal(second.data, kept)


def test_static_fields_that_overflow_are_refused_as_before() -> None:
    grid = hg.Grid([hg.Axis(-1.0, 2.0, 8)])
    for potentials in (
        hg.HeatPotentials(grid, np.full(8, 1e300), None, 1e10),
        hg.HeatPotentials(grid, None, [np.full(7, 1e300)], 1e10),
    ):
        with pytest.raises(ValueError, match="`potentials` must leave"):
            hg.Hamiltonian(grid, potentials).to_scipy()
