"""Crank–Nicolson: each step against dense matrices, unitarity, time reversal, order in dt."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
import pytest
import scipy.linalg

import heatgauge as hg
from systems import fitted_order

EPS = np.finfo(float).eps


def grid_of(kind: str, points: tuple[int, ...]) -> hg.Grid:
    """``kind``: one letter per axis, w for walls, p for periodic with a twist."""
    return hg.Grid(
        [
            hg.Axis(-1.0, 2.0 + 0.3 * a, n, "periodic", 0.8 - a)
            if letter == "p"
            else hg.Axis(-1.0, 2.0 + 0.3 * a, n)
            for a, (letter, n) in enumerate(zip(kind, points, strict=True))
        ]
    )


def random_hamiltonian(
    grid: hg.Grid, order: int = 2, driven: bool = False, seed: int = 5
) -> hg.Hamiltonian:
    """Random V, A and U; driven: one drive in each of them."""
    rng = np.random.default_rng(seed)
    d = grid.dimensions

    def entry(shape: Any) -> Any:
        static = rng.normal(size=shape)
        if not driven:
            return static
        return [static, hg.Drive(rng.normal(size=shape), lambda t: math.sin(3 * t))]

    potentials = hg.HeatPotentials(
        grid,
        entry(grid.shape),
        [entry(grid.link_shape(a)) for a in range(d)],
        charge=-0.8,
    )
    mass = [1.1, 0.9, 1.3][:d]
    return hg.Hamiltonian(grid, potentials, mass, entry(grid.shape), 0.7, order)


def random_state(grid: hg.Grid, seed: int = 8) -> Any:
    rng = np.random.default_rng(seed)
    psi = rng.normal(size=grid.shape) + 1j * rng.normal(size=grid.shape)
    return psi / np.linalg.norm(psi)


def cayley(H: hg.Hamiltonian, t: float, dt: float) -> Any:
    matrix = 0.5j * dt / H.hbar * H.to_scipy(t).toarray()
    one = np.eye(matrix.shape[0])
    return scipy.linalg.solve(one + matrix, one - matrix)


SOLVERS = {
    1: ["auto", "banded", "direct", "iterative"],
    2: ["auto", "direct", "iterative"],
    3: ["auto", "direct", "iterative"],
}
SHAPES = [("w", (19,)), ("p", (19,))]
SHAPES += [("ww", (11, 10)), ("wp", (10, 11)), ("pw", (9, 10)), ("pp", (10, 9))]
SHAPES += [("www", (9, 9, 9)), ("wpw", (9, 9, 9)), ("ppp", (9, 9, 9))]
CASES = [
    (kind, points, order, solver)
    for kind, points in SHAPES
    for order in ((2, 4, 6, 8) if len(kind) < 3 else (2, 8))
    for solver in SOLVERS[len(kind)]
]


@pytest.mark.parametrize(("kind", "points", "order", "solver"), CASES)
def test_a_step_is_the_dense_cayley_matrix(kind: str, points: Any, order: int, solver: str) -> None:
    # dt‖H‖/ħ of order 1 to 10; 1e-13 is the promised figure, some 100 roundings of the solves
    grid = grid_of(kind, points)
    psi = random_state(grid)
    for driven, refine in ((False, True), (False, False), (True, True)):
        H = random_hamiltonian(grid, order, driven)
        dt = 2.0 / abs(H.to_scipy()).sum(axis=1).max()
        run = hg.propagate(H, psi, [0.3, 0.3 + dt], dt=dt, method=hg.CrankNicolson(solver, refine))
        exact = (cayley(H, 0.3 + 0.5 * dt, dt) @ psi.ravel()).reshape(grid.shape)
        assert np.linalg.norm(run.final - exact) < 1e-13


@pytest.mark.parametrize("kind", ["w", "p"])
@pytest.mark.parametrize("points", [2, 3, 4, 5, 6, 7])
def test_a_step_on_the_smallest_grids(kind: str, points: int) -> None:
    for order in (2, 4, 6):
        if points < order + 1 and not (kind == "p" and points == 2 and order == 2):
            continue
        grid = grid_of(kind, (points,))
        H, psi = random_hamiltonian(grid, order, driven=True), random_state(grid)
        run = hg.propagate(H, psi, [0.0, 0.1], dt=0.1, method=hg.CrankNicolson())
        assert np.linalg.norm(run.final - cayley(H, 0.05, 0.1) @ psi) < 1e-13


@pytest.mark.parametrize(("kind", "points"), [("w", (24,)), ("p", (24,)), ("wp", (8, 7))])
@pytest.mark.parametrize("driven", [False, True])
def test_the_time_error_is_of_second_order(kind: str, points: Any, driven: bool) -> None:
    # against the exponential of the same lattice H; driven: the product of many short ones
    grid = grid_of(kind, points)
    H = random_hamiltonian(grid, 2, driven)
    _, states = H.lowest(6)
    psi = np.tensordot(np.ones(6), states, 1)
    end, fine = 0.25 if driven else 0.5, 2048 if driven else 1
    exact = psi.ravel().astype(complex)
    for n in range(fine):
        middle = (n + 0.5) * end / fine
        matrix = H.to_scipy(middle if driven else 0.0).toarray()
        exact = scipy.linalg.expm(-1j * end / fine / H.hbar * matrix) @ exact
    steps = np.array([64, 96, 128, 192]) if not driven else np.array([128, 160, 192, 256])
    errors = [
        np.linalg.norm(
            hg.propagate(H, psi, [0, end], dt=end / n, method=hg.CrankNicolson()).final.ravel()
            - exact
        )
        for n in steps
    ]
    assert abs(fitted_order(end / steps, errors) - 2) < 0.05, errors


def test_the_time_error_has_the_coefficient_of_crank_nicolson() -> None:
    # 2 atan(x/2) = x − x³/12 + …: an eigenstate is late by the phase T·dt²E³/12ħ³
    grid = hg.Grid([hg.Axis(0, 3.0, 40)])
    H = hg.Hamiltonian(grid, hbar=0.9)
    energies, states = H.lowest(4)
    dt, steps = 0.01, 100
    run = hg.propagate(H, states[3], [0, dt * steps], dt=dt, method=hg.CrankNicolson())
    phase = np.angle(np.vdot(states[3], run.final) * np.exp(1j * energies[3] * dt * steps / 0.9))
    x = dt * energies[3] / 0.9
    assert abs(phase - steps * (x - 2 * math.atan(x / 2))) < 1e-11
    assert phase > 0


UNITARY = [
    (kind, points, solver, driven)
    for kind, points in (("w", (64,)), ("p", (64,)), ("wp", (12, 14)), ("pwp", (6, 6, 6)))
    for solver in SOLVERS[len(kind)]
    for driven in (False, True)
]


@pytest.mark.parametrize(("kind", "points", "solver", "driven"), UNITARY)
def test_the_norm_is_kept(kind: str, points: Any, solver: str, driven: bool) -> None:
    # refined: 1e-12 over 1e6 steps may be a random walk, hence 1e-14 + 1e-15·√steps here;
    # unrefined: 5e-16 per step is the promise
    grid = grid_of(kind, points)
    H, psi = random_hamiltonian(grid, 2, driven), random_state(grid)
    steps = 200 if len(kind) > 1 else 2000
    dt = 0.01
    for refine in (True, False):
        method = hg.CrankNicolson(solver, refine)
        run = hg.propagate(H, psi, [0, steps * dt], dt=dt, method=method)
        assert run.steps == steps
        drift = abs(math.fsum(abs(run.final.ravel()) ** 2) - math.fsum(abs(psi.ravel()) ** 2))
        assert drift < (1e-14 + 1e-15 * math.sqrt(steps) if refine else 1e-15 + 5e-16 * steps)


@pytest.mark.parametrize("size", [1e-3, 1.0, 30.0, 1e3])
def test_the_norm_is_kept_at_any_step_length(size: float) -> None:
    grid = hg.Grid([hg.Axis(-8, 8, 128)])
    (x,) = grid.coordinates()
    H = hg.Hamiltonian(grid, external=0.5 * x**2)
    psi = hg.gaussian_packet(grid, 1.0, 0.5, 0.7)
    dt = size / (2 / grid.spacing[0] ** 2 + 32)
    how = {"dt": dt, "observe": {"n": hg.Norm()}, "method": hg.CrankNicolson()}
    run = hg.propagate(H, psi, [0, 3000 * dt], **how)
    # the rounding of a solve grows with dt‖H‖/ħ; a random walk over the steps
    bar = 1e-13 if size <= 30 else EPS * size * math.sqrt(run.steps)
    assert abs(run.records["n"][-1] - run.records["n"][0]) < bar


def undone(kind: str, points: tuple[int, ...], solver: str, steps: int) -> float:
    """Distance from ψ after ``steps`` forwards and as many of the mirror image.

    Complex conjugation reverses time; the conjugate of ψ sees A and the twist flipped.
    """
    grid = grid_of(kind, points)
    mirror = hg.Grid(
        [
            hg.Axis(a.lower, a.upper, a.points, a.boundary, -a.twist if a.periodic else 0.0)
            for a in grid.axes
        ]
    )
    rng = np.random.default_rng(5)
    V, U = rng.normal(size=(2, *grid.shape))
    A = [rng.normal(size=grid.link_shape(a)) for a in range(grid.dimensions)]
    H = hg.Hamiltonian(grid, hg.HeatPotentials(grid, V, A), external=U)
    K = hg.Hamiltonian(mirror, hg.HeatPotentials(mirror, V, [-a for a in A]), external=U)
    method = hg.CrankNicolson(solver)
    psi, dt = random_state(grid), 0.01
    there = hg.propagate(H, psi, [0, steps * dt], dt=dt, method=method).final
    back = hg.propagate(K, there.conj(), [0, steps * dt], dt=dt, method=method).final
    return float(np.linalg.norm(back.conj() - psi))


@pytest.mark.parametrize(
    ("kind", "points", "solver"),
    [
        ("w", (64,), "banded"),
        ("p", (64,), "banded"),
        ("ww", (8, 9), "direct"),
        ("pp", (9, 8), "direct"),
        ("wp", (8, 9), "iterative"),
        ("pwp", (5, 6, 5), "iterative"),
    ],
)
def test_conjugation_with_flipped_links_and_twist_reverses_time(
    kind: str, points: Any, solver: str
) -> None:
    assert undone(kind, points, solver, 1000 if len(points) == 1 else 200) < 1e-12


@pytest.mark.parametrize(("kind", "points"), [("p", (32,)), ("wp", (9, 8))])
def test_the_solvers_agree(kind: str, points: Any) -> None:
    grid = grid_of(kind, points)
    H, psi = random_hamiltonian(grid, 4, driven=True), random_state(grid)
    finals = [
        hg.propagate(H, psi, [0, 1.0], dt=0.02, method=hg.CrankNicolson(solver)).final
        for solver in SOLVERS[len(kind)]
    ]
    for one, other in itertools.pairwise(finals):
        assert np.linalg.norm(one - other) < 1e-12  # 50 steps of 1e-13 add up as a random walk


def test_large_grids_choose_and_still_agree() -> None:
    # beyond 2000 sites "direct" means nested dissection
    grid = hg.Grid([hg.Axis(-6, 6, 56, "periodic", 0.5), hg.Axis(-6, 6, 48)])
    H = random_hamiltonian(grid, 4)
    psi = random_state(grid)
    runs = [
        hg.propagate(H, psi, [0, 0.1], dt=0.02, method=hg.CrankNicolson(solver))
        for solver in ("direct", "iterative")
    ]
    assert "dissection" in runs[0].method
    assert "Lanczos" in runs[1].method
    assert np.linalg.norm(runs[0].final - runs[1].final) < 5e-13


def test_a_solver_that_does_not_fit_is_refused() -> None:
    grid = grid_of("ww", (6, 6))
    with pytest.raises(ValueError, match="`solver` must not be 'banded'"):
        hg.propagate(
            hg.Hamiltonian(grid),
            random_state(grid),
            [0, 1],
            dt=0.1,
            method=hg.CrankNicolson("banded"),
        )
    with pytest.raises(ValueError, match="`solver` must be one of"):
        hg.CrankNicolson("fastest")
    with pytest.raises(TypeError, match="`refine`"):
        hg.CrankNicolson(refine=1)  # type: ignore[arg-type]


@pytest.mark.slow
@pytest.mark.parametrize("driven", [False, True])
@pytest.mark.parametrize(
    ("kind", "points", "steps", "solver"),
    [
        ("w", (256,), 10**6, "banded"),
        ("p", (256,), 10**6, "banded"),
        ("ww", (24, 24), 10**5, "direct"),
        ("pp", (24, 24), 10**5, "direct"),
        ("wp", (24, 24), 10**5, "iterative"),
        ("www", (10, 10, 10), 10**4, "direct"),
        ("ppp", (10, 10, 10), 10**4, "iterative"),
    ],
)
def test_the_norm_is_kept_over_long_runs(
    kind: str, points: Any, steps: int, solver: str, driven: bool
) -> None:
    if driven and solver == "direct":
        solver = "iterative"  # a factorisation at every step takes hours
    grid = grid_of(kind, points)
    H, psi = random_hamiltonian(grid, 2, driven), random_state(grid)
    before = math.fsum(abs(psi.ravel()) ** 2)
    run = hg.propagate(H, psi, [0, steps * 0.01], dt=0.01, method=hg.CrankNicolson(solver))
    drift = abs(math.fsum(abs(run.final.ravel()) ** 2) - before)
    assert run.steps == steps
    assert drift < 1e-12, drift


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "points", "steps", "solver"),
    [
        ("w", (256,), 10**5, "banded"),
        ("p", (256,), 10**5, "banded"),
        ("wp", (16, 16), 10**5, "direct"),
        ("pp", (16, 16), 10**4, "iterative"),
    ],
)
def test_time_is_reversed_after_long_runs(kind: str, points: Any, steps: int, solver: str) -> None:
    assert undone(kind, points, solver, steps) < 1e-12
