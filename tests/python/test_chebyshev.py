"""Chebyshev: the exponential of H against dense matrices, its bounds, and what it refuses."""

from __future__ import annotations

import functools
import math
import signal
import threading
import time
from typing import Any

import numpy as np
import pytest
import scipy.linalg
import scipy.sparse
import scipy.special
from test_crank_nicolson import grid_of, random_hamiltonian, random_state

import heatgauge as hg
from heatgauge import _core
from heatgauge.chebyshev import series
from heatgauge.spectrum import spectral_bounds

EPS = np.finfo(float).eps


@functools.lru_cache(maxsize=2)
def dense_spectrum(H: hg.Hamiltonian) -> Any:
    return scipy.linalg.eigh(H.to_scipy().toarray())


def exponential(H: hg.Hamiltonian, psi: Any, t: Any) -> Any:
    """exp(−iHt/ħ)ψ by diagonalising the dense matrix."""
    energies, states = dense_spectrum(H)
    turned = np.exp(-1j * t * energies / H.hbar) * (states.conj().T @ psi.ravel())
    return (states @ turned).reshape(psi.shape)


def error(a: Any, b: Any) -> float:
    return float(np.linalg.norm(a - b) / np.linalg.norm(b))


CASES = [
    ("w", (23,)),
    ("p", (24,)),
    ("ww", (9, 12)),
    ("wp", (11, 10)),
    ("pw", (10, 11)),
    ("wpw", (9, 9, 10)),
    ("pwp", (9, 10, 9)),
]


# dense matrices in 3D stay small: orders 6 and 8 there are left to the polynomials below
STEPS = [(kind, points, order) for kind, points in CASES[:5] for order in (2, 4, 6, 8)]
STEPS += [(kind, (order + 1,) * 3, order) for kind, _ in CASES[5:] for order in (2, 4)]


@pytest.mark.parametrize(("kind", "points", "order"), STEPS)
def test_a_step_is_the_exponential(kind: str, points: tuple[int, ...], order: int) -> None:
    # z = ΔE·t/ħ = 50: eps·z is 1e-14, and eigh keeps a few times that
    H = random_hamiltonian(grid_of(kind, points), order)
    psi = random_state(H.grid)
    low, high = spectral_bounds(H)
    t = 100 * H.hbar / (high - low)
    run = hg.propagate(H, psi, [0.0, 0.3 * t, t], dt=t, method=hg.Chebyshev(), store="all")
    assert run.steps == 2
    assert run.error_estimate is None
    assert run.states is not None
    for k in (1, 2):
        assert error(run.states[k], exponential(H, psi, run.times[k])) < 1e-13


@pytest.mark.parametrize("order", [2, 4, 6, 8])
@pytest.mark.parametrize(("kind", "points"), CASES)
@pytest.mark.parametrize("linked", [True, False])
def test_sums_are_polynomials_of_the_product(
    kind: str, points: tuple[int, ...], order: int, linked: bool
) -> None:
    # against H.apply, which takes hops one by one; a row longer than the kernel's chunk of 128 too
    grid = grid_of(kind, (*points[:-1], points[-1] + (150 if order == 8 else 0)))
    H = random_hamiltonian(grid, order)
    if not linked:
        slope = np.broadcast_to(grid.coordinates()[0], grid.shape)
        H = hg.Hamiltonian(grid, mass=H.mass, external=slope, order=order)
    psi = random_state(grid)
    c = np.array([0.5 + 0.1j, 2.0, 0.7j, -0.3])
    half_width = spectral_bounds(H)[1]
    result = psi.copy()
    series(H).sum(result, c, 0.3, half_width)
    before, term = psi, (H @ psi - 0.3 * psi) / half_width
    expected = c[0] * before + c[1] * term
    for value in c[2:]:
        before, term = term, 2 * (H @ term - 0.3 * term) / half_width - before
        expected = expected + value * term
    assert error(result, expected) < 20 * EPS


def test_masses_on_sites_and_pairs_of_periodic_points() -> None:
    rng = np.random.default_rng(3)
    grid = grid_of("wp", (8, 7))
    heavy = hg.Hamiltonian(
        grid,
        mass=rng.uniform(0.5, 3.0, grid.shape),
        external=np.broadcast_to(grid.coordinates()[0], grid.shape),
    )
    pair = hg.Grid([hg.Axis(0, 1, 2, "periodic", 0.4), hg.Axis(0, 1, 2, "periodic")])
    potentials = hg.HeatPotentials(pair, vector=[rng.normal(size=(2, 2)), None])
    for H in (heavy, hg.Hamiltonian(pair, potentials)):
        psi = random_state(H.grid)
        run = hg.propagate(H, psi, [0.0, 0.5], dt=0.5, method=hg.Chebyshev())
        assert error(run.final, exponential(H, psi, 0.5)) < 1e-13


def test_a_given_matrix() -> None:
    grid = hg.Grid([hg.Axis(0.0, 1.0, 60)])
    rng = np.random.default_rng(4)
    a = rng.normal(size=(60, 60)) + 1j * rng.normal(size=(60, 60))
    H = hg.Hamiltonian.from_sparse(grid, scipy.sparse.csr_array(a + a.conj().T), hbar=0.6)
    psi = random_state(grid)
    run = hg.propagate(H, psi, [0.0, 1.0], dt=0.4, method=hg.Chebyshev())
    assert run.steps == 3
    assert error(run.final, exponential(H, psi, 1.0)) < 1e-13


def test_the_spectrum_lies_within_the_bounds() -> None:
    # proved bounds: no random case may fail, and free even rings reach both ends exactly
    for seed in range(40):
        kind, points = CASES[seed % 5]
        H = random_hamiltonian(grid_of(kind, points), 2 * (1 + seed % 4), seed=seed)
        energies = scipy.linalg.eigvalsh(H.to_scipy().toarray())
        low, high = spectral_bounds(H)
        assert low <= energies[0]
        assert energies[-1] <= high
    for order in (2, 4, 6, 8):
        free = hg.Hamiltonian(
            hg.Grid([hg.Axis(0, 1, 12, "periodic")] * 2), mass=(1, 2), order=order
        )
        energies = scipy.linalg.eigvalsh(free.to_scipy().toarray())
        low, high = spectral_bounds(free)
        assert low == pytest.approx(0.0, abs=1e-12 * high)
        assert energies[-1] == pytest.approx(high, rel=1e-13)


def test_bounds_hold_with_masses_on_sites() -> None:
    for seed in range(10):
        rng = np.random.default_rng(seed)
        grid = grid_of("wp", (6, 7))
        H = hg.Hamiltonian(
            grid, mass=10 ** rng.uniform(-2, 2, grid.shape), external=rng.normal(size=(6, 7))
        )
        energies = scipy.linalg.eigvalsh(H.to_scipy().toarray())
        low, high = spectral_bounds(H)
        assert low <= energies[0]
        assert energies[-1] <= high


@pytest.mark.parametrize("z", [0.0, 1e-310, 1e-9, 0.01, 1.0, 7.3, 100.0, 3000.0])
def test_coefficients_are_bessel_functions(z: float) -> None:
    # scipy's J_k keeps some eps·√z·10; the phase e^{−iz} of both rounds by eps·z
    c = _core.exponential_coefficients(z, 0.0, 1e-18)
    k = np.arange(c.size)
    expected = np.where(k == 0, 1, 2) * (-1j) ** (k % 4) * scipy.special.jv(k, z) * np.exp(-1j * z)
    assert np.abs(c - expected).max() <= EPS * (2 + z)
    assert c.size <= z + 25 * z ** (1 / 3) + 18


@pytest.mark.parametrize("z", [0.3, 20.0, 500.0])
def test_terms_stop_where_the_tail_is_below_the_tolerance(z: float) -> None:
    k = np.arange(2000)
    sizes = np.where(k == 0, 1, 2) * np.abs(scipy.special.jv(k, z))
    for tolerance in (1e-3, 1e-6, 1e-12):
        n = _core.exponential_coefficients(z, 0.0, tolerance).size
        assert sizes[n:].sum() <= tolerance < sizes[n - 1 :].sum()


@pytest.mark.parametrize("angle", [0.4, 1.2, math.pi / 2])
def test_rotated_time(angle: float) -> None:
    # exact at every angle; beyond 0 nothing grows above the lowest energy
    H = random_hamiltonian(grid_of("wp", (11, 10)), 4)
    psi = random_state(H.grid)
    run = hg.propagate(
        H, psi, [0.0, 0.1, 0.3], dt=0.05, method=hg.Chebyshev(angle), observe={"n": hg.Norm()}
    )
    expected = exponential(H, psi, 0.3 * np.exp(-1j * angle))
    assert error(run.final, expected) < 1e-13 * math.exp(0.3 * 20)
    volume = H.grid.cell_volume
    assert run.records["n"][-1] == pytest.approx(np.vdot(expected, expected).real * volume)


def test_imaginary_time_is_diffusion() -> None:
    # ħ∂ₜψ = (ħ²/2m)∇²ψ: the variance of ψ itself grows by ħt/m; h⁸ errors are below 1e-9
    grid = hg.Grid([hg.Axis(-16.0, 16.0, 256)])
    (x,) = grid.coordinates()
    H = hg.Hamiltonian(grid, mass=2.0, hbar=0.5, order=8)
    start = np.exp(-(x**2) / 2)
    run = hg.propagate(H, start, [0.0, 4.0], dt=1.0, method=hg.Chebyshev(math.pi / 2))
    variance = 1 + 0.5 * 4.0 / 2.0
    assert np.abs(run.final - np.exp(-(x**2) / (2 * variance)) / math.sqrt(variance)).max() < 1e-9


@pytest.mark.filterwarnings("ignore::heatgauge.AliasingWarning")
@pytest.mark.parametrize("rtol", [1e-2, 1e-4, 1e-7, 1e-10, 1e-12])
def test_the_error_is_below_what_was_asked(rtol: float) -> None:
    # a state with all energies, and the ends of the spectrum, where the tail is largest
    H = random_hamiltonian(grid_of("wp", (12, 11)), 4)
    states = dense_spectrum(H)[1]
    times = [0.0, 0.11, 0.5, 0.9]
    worst = 0.0
    for psi in (random_state(H.grid), states[:, 0], states[:, -1], states[:, -1] + states[:, 0]):
        psi = psi.reshape(H.grid.shape) / np.linalg.norm(psi)
        run = hg.propagate(H, psi, times, rtol=rtol, method=hg.Chebyshev())
        measured = error(run.final, exponential(H, psi, 0.9))
        assert run.error_estimate is not None
        assert run.steps == 3
        assert measured <= run.error_estimate <= 1.0001 * rtol
        assert abs(np.linalg.norm(run.final) - 1) <= rtol
        worst = max(worst, measured)
    assert worst > 1e-4 * rtol or rtol < 1e-11  # not simply converged to rounding whatever is asked


def test_a_given_matrix_with_rtol_is_one_step_per_output() -> None:
    grid = hg.Grid([hg.Axis(0.0, 1.0, 16)])
    H = hg.Hamiltonian.from_sparse(grid, scipy.sparse.diags_array(np.linspace(-3.0, 5.0, 16)))
    psi = random_state(grid)
    run = hg.propagate(H, psi, [0.0, 1.0, 50.0], rtol=1e-9, method=hg.Chebyshev())
    assert run.steps == 2
    assert error(run.final, exponential(H, psi, 50.0)) < 1e-9
    assert "spectrum within" in run.method


def test_members_are_advanced_like_single_states() -> None:
    H = random_hamiltonian(grid_of("wp", (12, 11)), 4)
    psi = np.array([random_state(H.grid, seed) for seed in (1, 2, 3)])
    for steps in ({"dt": 0.1}, {"rtol": 1e-8}):
        run = hg.propagate(H, psi, [0.0, 0.3], method=hg.Chebyshev(), **steps)
        for member, final in zip(psi, run.final, strict=True):
            alone = hg.propagate(H, member, [0.0, 0.3], method=hg.Chebyshev(), **steps)
            assert np.array_equal(alone.final, final)


def test_the_norm_changes_by_rounding_only() -> None:
    # one step of z = 3000: the documented 1e-16·√z, here 5e-15; 1000 short steps: 3e-16 each
    H = random_hamiltonian(grid_of("wp", (16, 15)), 4)
    psi = random_state(H.grid)
    low, high = spectral_bounds(H)
    for t, dt in (
        (6000 * H.hbar / (high - low),) * 2,
        (2e4 * H.hbar / (high - low), 20 * H.hbar / (high - low)),
    ):
        run = hg.propagate(H, psi, [0.0, t], dt=dt, method=hg.Chebyshev())
        assert (
            abs(np.linalg.norm(run.final) ** 2 - 1)
            < 1e-16 * math.sqrt((high - low) * dt) * run.steps + 5e-15
        )


@pytest.mark.parametrize("size", [1.0, 1e3])
def test_gauge_covariance_in_place(size: float) -> None:
    # links left in place; 20 eps (1 + max|sχ/ħ|) relative to the largest density
    rng = np.random.default_rng(9)
    grid = grid_of("wp", (14, 12))
    potentials = hg.HeatPotentials(
        grid,
        rng.normal(size=grid.shape),
        [rng.normal(size=grid.link_shape(a)) for a in (0, 1)],
        charge=-0.8,
    )
    chi = size * rng.normal(size=grid.shape)
    psi = random_state(grid)
    runs = []
    for p, state in (
        (potentials, psi),
        (potentials.transform(chi), hg.gauge.transform_state(psi, chi, potentials, 0.0)),
    ):
        H = hg.Hamiltonian(grid, p, order=6)
        runs.append(hg.propagate(H, state, [0.0, 0.7], dt=0.7, method=hg.Chebyshev()).final)
    bar = 20 * EPS * (1 + 0.8 * np.abs(chi).max()) * (1 + 0.7 * spectral_bounds(H)[1])
    assert (
        np.abs(np.abs(runs[0]) ** 2 - np.abs(runs[1]) ** 2).max() < bar * np.abs(runs[0]).max() ** 2
    )
    back = hg.gauge.transform_state(runs[1], -chi, potentials, 0.0)
    assert error(back, runs[0]) < bar * 10


def test_driven_hamiltonians_are_refused() -> None:
    H = random_hamiltonian(grid_of("w", (12,)), driven=True)
    with pytest.raises(ValueError, match=r"hg\.Chebyshev.* depends on time.*CrankNicolson"):
        hg.propagate(H, random_state(H.grid), [0, 1], dt=0.1, method=hg.Chebyshev())


def test_absurd_steps_and_arguments_are_refused() -> None:
    H = random_hamiltonian(grid_of("w", (12,)))
    psi = random_state(H.grid)
    with pytest.raises(ValueError, match="`dt` must make a Chebyshev step of fewer than"):
        hg.propagate(H, psi, [0, 1e12], dt=1e12, method=hg.Chebyshev())
    with pytest.raises(ValueError, match="`dt` must be given for rotated time"):
        hg.propagate(H, psi, [0, 1], rtol=1e-3, method=hg.Chebyshev(0.2))
    for bad in (-0.1, 1.6, math.nan):
        with pytest.raises(ValueError, match="`angle`"):
            hg.Chebyshev(bad)
    with pytest.raises(TypeError, match="`tolerance`"):
        hg.Chebyshev(tolerance="small")  # type: ignore[arg-type]
    with pytest.warns(hg.AccuracyWarning, match="Rounding alone"):
        hg.propagate(H, psi, [0, 1e3], rtol=1e-13, method=hg.Chebyshev())


def test_growth_beyond_double_precision_is_an_error() -> None:
    grid = hg.Grid([hg.Axis(0.0, 1.0, 8)])
    H = hg.Hamiltonian(grid, external=-1e3)
    with pytest.raises(hg.NumericalError, match="add a constant to the potential"):
        hg.propagate(H, np.ones(8), [0, 10], dt=0.1, method=hg.Chebyshev(math.pi / 2))
    with pytest.raises(hg.NumericalError, match="add a constant to the potential"):
        hg.propagate(H, np.ones(8), [0, 10], dt=10, method=hg.Chebyshev(math.pi / 2))


def test_a_long_step_is_interrupted() -> None:
    # one step of a million terms
    H = hg.Hamiltonian(hg.Grid([hg.Axis(0.0, 1.0, 64)] * 2), order=8)
    psi = random_state(H.grid)
    low, high = spectral_bounds(H)
    timer = threading.Timer(0.3, lambda: signal.raise_signal(signal.SIGINT))
    timer.start()
    began = time.perf_counter()
    with pytest.raises(hg.Interrupted) as caught:
        hg.propagate(H, psi, [0, 2e6 / (high - low)], dt=1e6, method=hg.Chebyshev())
    assert time.perf_counter() - began < 0.3 + 0.5  # 0.2 s is promised; the machine may be busy
    assert np.array_equal(caught.value.partial.final, psi)


@pytest.mark.parametrize("points", [(150, 120), (26, 26, 26), (17000,)])
def test_threads_share_rows_and_change_no_bit(points: tuple[int, ...]) -> None:
    grid = grid_of("wpw"[: len(points)], points)
    H, psi = random_hamiltonian(grid, 4), random_state(grid)
    dt = 20.0 * H.hbar / (spectral_bounds(H)[1] - spectral_bounds(H)[0])
    runs = [
        hg.propagate(H, psi, [0.0, dt], dt=dt, method=hg.Chebyshev(), threads=threads).final
        for threads in (1, 2, 3)
    ]
    assert np.array_equal(runs[0], runs[1])
    assert np.array_equal(runs[0], runs[2])
    assert not np.array_equal(runs[0], psi)
