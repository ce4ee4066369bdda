"""Sweeps: each step against transforms, conduct of long runs, orders, members, what is refused."""

from __future__ import annotations

import hashlib
import itertools
import math
import pickle
from typing import Any

import numpy as np
import pytest
import scipy.linalg
from test_crank_nicolson import grid_of, random_hamiltonian, random_state

import heatgauge as hg
from heatgauge.kinetic_coupling import kinetic_coupling
from sweep_reference import reference_step
from systems import fitted_order

EPS = np.finfo(float).eps
KINDS = ["w", "p", "ww", "wp", "pp", "wpw", "ppp"]


def smooth_hamiltonian(
    kind: str, driven: str, induction: str = "none", roomy: bool = False
) -> tuple[Any, Any]:
    """A trap that keeps ψ away from walls, with potentials and links of every kind, and ψ."""
    d = len(kind)
    points = {1: 96, 2: 64, 3: 40 if roomy else 36}[d]
    half = {1: 8.0, 2: 8.0, 3: 6.5 if roomy else 5.0}[d]
    boundary = {"w": "wall", "p": "periodic"}
    grid = hg.Grid([hg.Axis(-half, half, points, boundary[c]) for c in kind])
    waves = [np.pi / half * (1 + (a == 1)) for a in range(d)]

    def trap(*x: Any) -> Any:  # periodic, and 0.5x² near 0
        return sum(
            (1 - np.cos(k * c)) / k**2 * (1 + 0.1 * a)
            for a, (k, c) in enumerate(zip(waves, x, strict=True))
        )

    def push(*x: Any) -> Any:
        return 0.3 * np.sin(waves[0] * x[0])

    A: list[Any] = [np.full(grid.link_shape(a), 0.2 * (a + 1)) for a in range(d)]
    if induction == "uniform":
        A = list(hg.uniform_induction(grid, 0.5))
    V: Any = None
    if driven != "static":
        V = hg.Drive(push, lambda t: math.sin(2 * t))
        A = [[a, hg.Drive(lambda *x: 0.3, lambda t: math.sin(1.7 * t))] for a in A]
    if driven == "function":
        V = lambda *xt: push(*xt[:-1]) * math.sin(2 * xt[-1])  # noqa: E731
    if induction == "uneven":
        A[0] = lambda *xt: 0.3 * np.sin(waves[1] * xt[1]) * (1 + (driven != "static") * xt[-1])
    potentials = hg.HeatPotentials(grid, V, A, 0.9)
    H = hg.Hamiltonian(grid, potentials, [1.1, 0.9, 1.2][:d], trap(*grid.coordinates()), 0.8)
    center, momentum = [0.4, -0.2, 0.1][:d], [0.3, 0.2, -0.2][:d]
    psi = hg.gaussian_packet(grid, center, momentum, [0.75, 0.8, 0.7][:d], hbar=0.8)
    return H, psi


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("driven", ["static", "drive", "function"])
@pytest.mark.parametrize("order", [2, 4])
def test_steps_are_those_of_transforms_along_lines(kind: str, driven: str, order: int) -> None:
    # by transforms too, in C++: rounding; factors miss exp(−iλφ) by what the state holds near the
    # end of the band
    H, psi = smooth_hamiltonian(kind, driven, "uniform" if kind in ("ww", "www") else "none")
    coupling = kinetic_coupling(H, 0.3)
    composition = hg.CayleySweeps(order).composed(coupling, H.grid.dimensions)
    dt, expected = 0.02, psi
    for n in range(2):
        t = 0.3 + n * dt
        expected = reference_step(H, composition, expected, t, dt, coupling.omega)
    for method, bar in ((hg.SpectralSweeps(order), 1e-13), (hg.CayleySweeps(order, 4), 1e-6)):
        run = hg.propagate(H, psi, [0.3, 0.3 + 2 * dt], dt=dt, method=method)
        assert np.linalg.norm(run.final - expected) < bar * np.linalg.norm(psi)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("factors", [1, 2, 3, 4])
def test_one_step_against_dense_matrices(kind: str, factors: int) -> None:
    # Strang in 1D, else all factors of the shared program: products of dense Cayley matrices
    from heatgauge import _core

    points = {1: (13,), 2: (7, 6), 3: (4, 5, 3)}[len(kind)]
    grid = grid_of(kind, points)
    H, psi, dt = random_hamiltonian(grid), random_state(grid), 0.2
    method = hg.CayleySweeps(2, factors)
    composition = method.composed(kinetic_coupling(H, 0.0), grid.dimensions)
    half = np.exp(-0.5j * dt / H.hbar * H.site_potential(0.0)).ravel()
    expected = half * psi.ravel()
    for part in composition.kinetics:
        only = [v if a == part.axis else 0 * v for a, v in enumerate(H.potentials.links(0.0))]
        lines = hg.Hamiltonian(
            grid,
            hg.HeatPotentials(
                grid, None, [v / h for v, h in zip(only, grid.spacing, strict=True)], -0.8
            ),
            [m if a == part.axis else 1e12 for a, m in enumerate(H.mass)],
            hbar=H.hbar,
        )
        scale = H.hbar**2 / (2 * H.mass[part.axis] * grid.spacing[part.axis] ** 2)
        S = lines.to_scipy().toarray() / scale
        strength = part.share * dt * scale / H.hbar
        for zero, pole in _core.cayley_factors(strength, factors):
            one = np.eye(grid.size)
            expected = scipy.linalg.solve(one - pole * S, (one - zero * S) @ expected)
    expected = (half * expected).reshape(grid.shape)
    for refine in (False, True):
        used = hg.CayleySweeps(2, factors, refine)
        run = hg.propagate(H, psi, [0, dt], dt=dt, method=used)
        # the other axes of ``lines`` move by 1e-12 of their own
        assert np.linalg.norm(run.final - expected) < 1e-10


@pytest.mark.parametrize("driven", ["static", "drive", "function"])
@pytest.mark.parametrize("kind", ["w", "wp"])
def test_unitary_and_reversible(kind: str, driven: str) -> None:
    H, psi = smooth_hamiltonian(kind, driven)
    steps = 1000 if driven == "static" else 100
    for order, factors, refine in ((2, 2, True), (4, 3, False), (4, 3, True), (4, 4, True)):
        method = hg.CayleySweeps(order, factors, refine)
        run = hg.propagate(H, psi, [0, 0.02 * steps], dt=0.02, method=method)
        sweeps = {2: 1, 4: 2}[order] * len(kind)
        drift = abs(np.linalg.norm(run.final) ** 2 / np.linalg.norm(psi) ** 2 - 1)
        allowed = 1e-13 if refine else 5e-16 * factors * sweeps * steps
        assert drift <= allowed
        if driven == "static":
            # conj reverses time, and A and momenta with it
            turned = hg.HeatPotentials(H.grid, None, [-a.static for a in H.potentials.vector], 0.9)
            K = hg.Hamiltonian(H.grid, turned, H.mass, H.external.static, H.hbar)
            back = hg.propagate(K, run.final.conj(), [0, 0.02 * steps], dt=0.02, method=method)
            difference = np.linalg.norm(back.final.conj() - psi) / np.linalg.norm(psi)
            assert difference <= 2 * allowed


ORDERS = [
    (kind, driven, induction)
    for kind, driven in itertools.product(["w", "p", "wp", "pp"], ["static", "drive"])
    for induction in (["none"] if len(kind) == 1 else ["none", "uneven"])
]
ORDERS += [("ww", "static", "uniform"), ("ww", "drive", "uniform"), ("ww", "function", "uneven")]
SLOW = pytest.mark.slow
ORDERS += [
    ("ppp", "static", "none"),
    pytest.param("wpw", "static", "none", marks=SLOW),
    pytest.param("ppp", "drive", "none", marks=SLOW),
    pytest.param("www", "static", "uniform", marks=SLOW),
]


@pytest.mark.parametrize(("kind", "driven", "induction"), ORDERS)
@pytest.mark.parametrize("order", [2, 4])
def test_orders_in_time(kind: str, driven: str, induction: str, order: int) -> None:
    # four levels; the reference, 4 times finer, makes the order 0.03 (2nd) too high
    H, psi = smooth_hamiltonian(kind, driven, induction, roomy="w" in kind)
    method = hg.CayleySweeps(order, 4)
    steps = [12, 24, 48, 96] if order == 2 else [6, 12, 24, 48]
    if len(kind) == 3:  # where the lattice is coarse: above what it leaves of τ²h¹⁶
        steps = [n // 2 for n in steps]
    finals = [
        hg.propagate(H, psi, [0, 0.6], dt=0.6 / n, method=method).final
        for n in (*steps, 4 * steps[-1])
    ]
    errors = [float(np.linalg.norm(f - finals[-1])) for f in finals[:-1]]
    assert errors[0] > 1e-8
    found = fitted_order(1 / np.array(steps), errors)
    assert found == pytest.approx(order, abs=0.05), errors


@pytest.mark.parametrize(
    ("factors", "order", "counts"),
    [(1, 4, [48, 64, 96, 128]), (2, 8, [32, 40, 52, 64]), (3, 12, [24, 28, 34, 40])],
)
@pytest.mark.parametrize("kind", ["w", "p"])
def test_orders_in_space(factors: int, order: int, counts: Any, kind: str) -> None:
    # energy of a trapped state by the generator: a weak trap, so that the order shows early
    found = []
    for n in counts:
        grid = hg.Grid([hg.Axis(-7.0, 7.0, n, {"w": "wall", "p": "periodic"}[kind])])
        (x,) = grid.coordinates()
        H = hg.Hamiltonian(grid, external=0.5 * x**2)
        G = hg.CayleySweeps(2, factors).generator(H).to_scipy().toarray()
        found.append(abs(np.linalg.eigvalsh(G)[0] - 0.5))
    assert fitted_order(1 / np.array(counts), found) == pytest.approx(order, rel=0.1)


def test_sweeps_and_crank_nicolson_meet_as_the_lattice_gets_finer() -> None:
    distances, counts = [], (96, 144, 216)
    for n in counts:
        grid = hg.Grid([hg.Axis(-9.0, 9.0, n)])
        (x,) = grid.coordinates()
        A = 0.4 * np.cos(grid.link_coordinates(0)[0])
        H = hg.Hamiltonian(grid, hg.HeatPotentials(grid, 0.5 * x**2, [A]), order=4)
        psi = hg.gaussian_packet(grid, 0.5, 0.3, 0.9)
        one, two = (
            hg.propagate(H, psi, [0, 1], dt=16.0 / n**2, method=m).final
            for m in (hg.CrankNicolson(), hg.CayleySweeps())
        )
        distances.append(float(np.linalg.norm(one - two) / np.linalg.norm(psi)))
    assert fitted_order(1 / np.array(counts), distances) == pytest.approx(4, abs=0.1)
    assert distances[-1] < 1e-5


def test_a_small_profile_under_a_large_envelope_is_seen_to_have_an_induction() -> None:
    # A profile of 1e-15 has a curl below any rounding of links of order 1: the axes were taken to
    # commute, and order 4 in time was 2.
    grid = hg.Grid([hg.Axis(-6.0, 6.0, 32), hg.Axis(-6.0, 6.0, 32)])
    x, y = grid.coordinates()
    psi = hg.gaussian_packet(grid, [1.0, 0.0], [0.0, 0.5], [0.9, 1.0])

    def run(size: float) -> hg.Evolution:
        A = [
            hg.Drive(lambda x, y: -size * y, lambda t: 0.5 * math.cos(t) / size),
            hg.Drive(lambda x, y: size * x, lambda t: 0.5 * math.cos(t) / size),
        ]
        potentials = hg.HeatPotentials(grid, None, A)
        H = hg.Hamiltonian(grid, potentials, external=0.15 * (x**2 + y**2))
        return hg.propagate(H, psi, [0.0, 1.0], dt=0.1, method=hg.CayleySweeps())

    plain, scaled = run(1.0), run(1e-15)
    assert "the induction is uniform" in scaled.method
    # the same numbers but for the rounding of size and 1/size, in ten steps of some 10 rad
    np.testing.assert_allclose(scaled.final, plain.final, atol=1e-13)


def test_members_go_together_as_they_go_alone() -> None:
    for kind, driven in itertools.product(["w", "wp"], ["static", "drive"]):
        H, psi = smooth_hamiltonian(kind, driven)
        states = np.array([psi, 2 * psi.conj(), np.roll(psi, 1, 0)])
        observe = {"x": hg.Position(0), "sum": lambda t, psi: psi.sum()}
        for method in (hg.CayleySweeps(), hg.CrankNicolson()):
            run = hg.propagate(H, states, [0, 0.1, 0.2], dt=0.05, method=method, observe=observe)
            assert run.records["x"].shape == (3, 3)
            assert run.records["sum"].shape == (3,)
            for k, member in enumerate(states):
                alone = hg.propagate(H, member, [0, 0.1, 0.2], dt=0.05, method=method)
                assert np.abs(run.final[k] - alone.final).max() < 1e-15 * 20
        run = hg.propagate(H, states, [0, 0.2], rtol=1e-5)
        assert run.final.shape == states.shape


@pytest.mark.parametrize("kind", ["w", "wp", "wpw"])
def test_the_same_bits_for_any_number_of_threads(kind: str) -> None:
    digests = set()
    for threads in (1, 2, 3, 7):
        digest = hashlib.sha256()
        for driven in ("static", "drive"):
            H, psi = smooth_hamiltonian(kind, driven)
            run = hg.propagate(H, psi, [0, 0.1], dt=0.02, threads=threads, method=hg.CayleySweeps())
            digest.update(run.final.tobytes())
        digests.add(digest.hexdigest())
    assert len(digests) == 1


def test_a_method_is_a_small_immutable_value() -> None:
    method = hg.CayleySweeps(order=2, factors=1, refine=True)
    assert pickle.loads(pickle.dumps(method)) == method
    assert (method.order, method.factors, method.refine) == (2, 1, True)
    with pytest.raises(AttributeError):
        method.order = 4  # type: ignore[misc]
    assert hg.CayleySweeps() == hg.CayleySweeps(4, 3, False, "auto")


@pytest.mark.parametrize(
    ("arguments", "kind", "text"),
    [
        ({"order": 3}, ValueError, "`order`"),
        ({"order": "4"}, (TypeError, ValueError), "`order`"),
        ({"factors": 0}, ValueError, "`factors`"),
        ({"factors": 5}, ValueError, "`factors`"),
        ({"factors": 2.0}, TypeError, "`factors`"),
        ({"order": 4, "factors": 1}, ValueError, "`factors` must be at least 2"),
        ({"refine": 1}, TypeError, "`refine`"),
        ({"composition": "yoshida"}, ValueError, "`composition`"),
        ({"order": 2, "composition": "blanes-moan"}, ValueError, "`composition`"),
        ({"order": 4, "composition": "strang"}, ValueError, "`composition`"),
    ],
)
def test_bad_arguments_are_refused(arguments: Any, kind: Any, text: str) -> None:
    with pytest.raises(kind, match=text):
        hg.CayleySweeps(**arguments)


def test_what_has_no_lines_is_refused() -> None:
    grid = hg.Grid([hg.Axis(0.0, 1.0, 8)])
    psi = np.sin(np.pi * grid.coordinates()[0])
    uneven = hg.Hamiltonian(grid, mass=np.linspace(1, 2, 8))
    given = hg.Hamiltonian.from_sparse(grid, uneven.to_scipy())
    for H, text in ((uneven, "mass varies"), (given, "given matrix")):
        with pytest.raises(ValueError, match=rf"must be hg.CrankNicolson\(\) here.*{text}"):
            hg.propagate(H, psi, [0, 1], dt=0.1, method=hg.CayleySweeps())
        with pytest.raises(ValueError, match=text):
            hg.CayleySweeps.generator(H)
        chosen = hg.propagate(H, psi, [0, 1], dt=0.1).method
        assert "CrankNicolson" in chosen
        assert text in chosen
