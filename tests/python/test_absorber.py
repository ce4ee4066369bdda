"""Absorbers: reflection as designed and measured, steps, and the books of what was taken."""

from __future__ import annotations

import math
import pickle
from typing import Any

import numpy as np
import pytest
import scipy.linalg
from test_crank_nicolson import grid_of, random_state

import heatgauge as hg
from heatgauge.absorber_design import designed
from heatgauge.lattice_scattering import lattice_reflection

EPS = np.finfo(float).eps
SOLVERS = ["banded", "direct", "iterative"]


def error(a: Any, b: Any) -> float:
    return float(np.linalg.norm(a - b) / np.linalg.norm(b))


def absorbing(
    grid: hg.Grid, order: int = 2, driven: bool = False, axes: Any = (0,)
) -> hg.Hamiltonian:
    """Random V and A, and both sides of the given axes absorbing."""
    rng = np.random.default_rng(2)
    ends = [
        hg.Absorber(a, side, 0.3, (1.2 / h, 1.5 / h))
        for a, h in enumerate(grid.spacing)
        if a in axes
        for side in ("lower", "upper")
    ]
    drive = [hg.Drive(rng.normal(size=grid.shape), lambda t: math.cos(3 * t))] if driven else []
    potentials = hg.HeatPotentials(
        grid,
        [rng.normal(size=grid.shape), *drive],
        [rng.normal(size=grid.link_shape(a)) for a in range(grid.dimensions)],
        charge=-0.8,
    )
    return hg.Hamiltonian(grid, potentials, 1.1, ends, 0.7, order)


# ---- scattering ----


@pytest.mark.parametrize("order", [2, 4, 6, 8])
def test_a_wall_reflects_everything(order: int) -> None:
    phases = np.array([0.05, 0.7, 1.5, 3.0])
    assert np.abs(lattice_reflection(order, phases, np.zeros(7)) - 1).max() < 1e-12


def test_a_uniform_layer_has_the_closed_form() -> None:
    # inside ψ_j ∝ sin(κ(n − ½ − j)), 2 − 2cos κ = E + iW; e^{iθj} + r e^{−iθj} outside
    n, strength = 9, 0.13
    for phase in (0.2, 0.9, 2.0):
        kappa = np.arccos(1 - 0.5 * (2 - 2 * np.cos(phase) + 1j * strength))
        ratio = np.sin(kappa * (n - 0.5)) / np.sin(kappa * (n + 0.5))
        r = (ratio * np.exp(-1j * phase) - 1) / (1 - ratio * np.exp(1j * phase))
        measured = lattice_reflection(2, np.array([phase]), np.full(n, strength))
        assert measured == pytest.approx(abs(r) ** 2, rel=1e-12)


@pytest.mark.parametrize("order", [4, 6, 8])
def test_higher_orders_scatter_like_the_continuum_at_long_waves(order: int) -> None:
    # a layer of fixed length on finer and finer lattices; order 2 is exact above
    fine = [lattice_reflection(k, np.array([0.02]), np.full(200, 4e-4))[0] for k in (2, order)]
    assert fine[1] == pytest.approx(fine[0], rel=1e-3)
    assert 0.001 < fine[0] < 0.999


@pytest.mark.parametrize("order", [2, 4, 8])
@pytest.mark.parametrize(("target", "ratio"), [(1e-2, 4.0), (1e-4, 4.0), (1e-5, 1.5)])
def test_no_wave_of_the_range_comes_back_with_more_than_asked(
    order: int, target: float, ratio: float
) -> None:
    design = designed(order, 0.1, 0.1 * ratio, target, 1000)
    phases = np.random.default_rng(order).uniform(0.1, 0.1 * ratio, 60)
    measured = lattice_reflection(order, phases, design.absorption)
    assert measured.max() <= 1.05 * target  # between the 25 waves of the design
    assert design.achieved <= target
    assert (design.absorption >= 0).all()
    # thinnest: a layer of 0.8 of the sites cannot do it
    thinner = designed(order, 0.1, 0.1 * ratio, target, int(0.8 * design.absorption.size))
    assert thinner.achieved > target


def test_gain_in_place_of_loss_reflects_more_than_it_gets() -> None:
    layer = designed(2, 0.2, 0.6, 1e-2, 500).absorption
    assert (lattice_reflection(2, np.array([0.3, 0.5]), -layer) > 1).all()


# ---- a packet runs into a layer ----


@pytest.mark.parametrize("order", [2, 8])
def test_a_packet_leaves_as_if_the_grid_went_on(order: int) -> None:
    # What stays is ∫R(k)|φ(k)|²dk, to six digits and at any dt: a Cayley step is a function of
    # H − iW and has its scattering states. Until then the state in front of the layer is that of
    # a grid that goes on, up to what came back.
    target, spacing, sites = 1e-3, 0.1, 600
    small = hg.Grid([hg.Axis(-50.0, 10.0, sites)])
    large = hg.Grid([hg.Axis(-50.0, 60.0, 1100)])
    H = hg.Hamiltonian(small, external=hg.Absorber(0, "upper", target, (1.8, 4.0)), order=order)
    start = hg.gaussian_packet(large, -12.0, 2.4, 3.0)
    inside = H.absorbers[0].first
    run = hg.propagate(
        H, start[:sites], [0.0, 10.0, 20.0], dt=0.02, store="all", method=hg.CrankNicolson(),
        observe={"n": hg.Norm(), "a": hg.Absorbed(0, "+")},
    )  # fmt: skip
    k = 2 * np.pi * np.fft.fftfreq(4096, spacing)
    spectrum = np.abs(np.fft.fft(start, 4096)) ** 2
    met = (k > 0.2) & (k < 5.0)
    reflected = H.absorbers[0].reflection(k[met]) @ spectrum[met] / spectrum.sum()
    assert run.records["n"][-1] == pytest.approx(reflected, rel=1e-5)
    assert 0.3 * target < reflected < target
    assert run.records["a"][-1] == pytest.approx(1 - reflected, rel=1e-7)
    unbounded = hg.Hamiltonian(large, order=order)
    same = hg.CrankNicolson()  # the same error in time
    free = hg.propagate(unbounded, start, [0.0, 10.0], dt=0.02, method=same).final
    assert run.states is not None
    came_back = np.sum(np.abs(run.states[1][:inside] - free[:inside]) ** 2) * spacing
    assert came_back < target < 2e-2 * np.sum(np.abs(free[:inside]) ** 2) * spacing


# ---- steps ----


@pytest.mark.parametrize("driven", [False, True])
@pytest.mark.parametrize(
    ("kind", "points", "axes", "solver"),
    [("w", (40,), (0,), s) for s in SOLVERS]
    + [("ww", (24, 20), (0, 1), s) for s in SOLVERS[1:]]
    + [("wp", (24, 9), (0,), s) for s in SOLVERS[1:]]
    + [("pwp", (5, 20, 4), (1,), "direct")],
)
def test_a_step_is_the_cayley_step_of_the_complex_potential(
    kind: str, points: tuple[int, ...], axes: Any, solver: str, driven: bool
) -> None:
    grid = grid_of(kind, points)
    H = absorbing(grid, driven=driven, axes=axes)
    psi, dt = random_state(grid), 0.07
    run = hg.propagate(H, psi, [0.0, dt], dt=dt, method=hg.CrankNicolson(solver))
    k = 0.5j * dt / H.hbar * H.to_scipy(0.5 * dt).toarray()
    one = np.eye(grid.size)
    expected = np.linalg.solve(one + k, (one - k) @ psi.ravel()).reshape(grid.shape)
    assert error(run.final, expected) < 1e-13
    assert 0.5 < np.linalg.norm(run.final) < 0.999


@pytest.mark.parametrize("refine", [True, False])
@pytest.mark.parametrize("solver", SOLVERS)
def test_the_books_close(solver: str, refine: bool) -> None:
    # 1000 steps, most of the state gone: norm + absorbed is what it was, to 1e-12 (here 1e-14)
    grid = hg.Grid([hg.Axis(-10.0, 10.0, 200)])
    ends = [hg.Absorber(0, "-", 1e-2, (1.0, 4.0)), hg.Absorber(0, "+", 1e-3, (1.0, 4.0))]
    H = hg.Hamiltonian(grid, external=ends, order=4)
    psi = 3.0 * hg.gaussian_packet(grid, 0.0, 2.0, 1.0)
    run = hg.propagate(
        H, psi, np.linspace(0, 8, 5), dt=0.02, method=hg.CrankNicolson(solver, refine=refine),
        observe={"n": hg.Norm(), "a": hg.Absorbed(), "l": hg.Absorbed(0, "lower"),
                 "u": hg.Absorbed(0, "+")},
    )  # fmt: skip
    r = run.records
    assert np.abs(r["n"] + r["a"] - 9).max() < 9e-13
    assert np.abs(r["l"] + r["u"] - r["a"]).max() < 1e-14
    assert r["u"][-1] > 8.7
    assert 0 < r["l"][-1] < 0.02
    assert (np.diff(r["u"]) > 0).all()
    assert r["a"][0] == 0.0


def test_rounding_does_not_add_up_in_the_books() -> None:
    grid = hg.Grid([hg.Axis(-10.0, 10.0, 120)])
    H = hg.Hamiltonian(grid, external=[hg.Absorber(0, "+", 1e-2, (1.0, 4.0))])
    run = hg.propagate(
        H, hg.gaussian_packet(grid, 0.0, 2.0, 1.0), [0.0, 8.0], dt=8e-5, method=hg.CrankNicolson(),
        observe={"n": hg.Norm(), "a": hg.Absorbed()},
    )  # fmt: skip
    assert run.steps == 100000
    assert abs(run.records["n"][-1] + run.records["a"][-1] - 1) < 1e-13


def test_the_books_close_in_corners_and_under_drives() -> None:
    grid = grid_of("ww", (24, 20))
    observe = {"n": hg.Norm(), "a": hg.Absorbed()}
    observe |= {f"{a}{s}": hg.Absorbed(a, s) for a in (0, 1) for s in "+-"}
    for driven in (False, True):
        H = absorbing(grid, driven=driven, axes=(0, 1))
        run = hg.propagate(H, random_state(grid), [0, 0.5, 1], dt=0.01, observe=observe)
        r = run.records
        assert np.abs(r["n"] + r["a"] - r["n"][0]).max() < 1e-12 * r["n"][0]
        assert r["a"] == pytest.approx(r["0+"] + r["0-"] + r["1+"] + r["1-"], rel=1e-13)
        assert r["a"][-1] > 0.3 * r["n"][0]


def test_both_sides_take_the_same_from_a_symmetric_state() -> None:
    grid = hg.Grid([hg.Axis(-6.0, 6.0, 100)] * 2)
    ends = [hg.Absorber(a, s, 0.1, (2.0, 4.0)) for a in (0, 1) for s in ("lower", "upper")]
    H = hg.Hamiltonian(grid, external=ends)
    psi = hg.gaussian_packet(grid, (0.0, 0.0), (0.0, 0.0), (0.3, 0.3))
    observe = {f"{a}{s}": hg.Absorbed(a, s) for a in (0, 1) for s in "+-"}
    r = hg.propagate(H, psi, [0, 2.0], dt=0.05, observe=observe).records
    values = [float(r[name][-1]) for name in observe]
    assert values == pytest.approx([values[0]] * 4, rel=1e-11)
    assert values[0] > 0.02


def test_the_loss_is_the_time_integral_of_w() -> None:
    # (2/ħ)∫⟨W⟩dt by the trapezoidal rule of the recorded densities; 2nd order in their distance
    grid = hg.Grid([hg.Axis(-10.0, 10.0, 200)])
    H = hg.Hamiltonian(grid, external=[hg.Absorber(0, "+", 1e-2, (1.0, 4.0))], hbar=0.8, mass=0.7)
    times = np.linspace(0, 5, 1001)
    run = hg.propagate(
        H, hg.gaussian_packet(grid, 0.0, 1.6, 1.0, hbar=0.8), times, dt=0.005,
        method=hg.CrankNicolson(),
        observe={"d": hg.Density(), "a": hg.Absorbed(0, "upper")},
    )  # fmt: skip
    rate = 2 / 0.8 * run.records["d"] @ H.absorption * grid.cell_volume
    assert np.trapezoid(rate, times) == pytest.approx(run.records["a"][-1], rel=1e-4)
    assert run.records["a"][-1] > 0.5


def test_the_error_is_below_rtol() -> None:
    grid = hg.Grid([hg.Axis(-10.0, 10.0, 128)])
    H = hg.Hamiltonian(grid, external=[hg.Absorber(0, "+", 1e-2, (1.0, 4.0))], order=4)
    psi = hg.gaussian_packet(grid, 0.0, 2.0, 1.0)
    expected = scipy.linalg.expm(-4j * H.to_scipy().toarray()) @ psi
    for rtol in (1e-3, 1e-5):
        run = hg.propagate(H, psi, [0.0, 4.0], rtol=rtol, method=hg.CrankNicolson())
        measured = np.linalg.norm(run.final - expected) / np.linalg.norm(psi)
        assert run.error_estimate is not None
        assert measured <= 1.1 * run.error_estimate <= 1.1 * rtol


def test_static_gauges_do_not_matter() -> None:
    grid = grid_of("ww", (24, 20))
    H = absorbing(grid, axes=(0, 1))
    chi = 10 * np.random.default_rng(5).normal(size=grid.shape)
    moved = hg.Hamiltonian(
        grid, H.potentials.transform(chi), 1.1, [la.absorber for la in H.absorbers], 0.7
    )
    psi = random_state(grid)
    turned = hg.gauge.transform_state(psi, chi, H.potentials, 0.0, hbar=0.7)
    observe = {"a": hg.Absorbed(0, "+"), "d": hg.Density()}
    runs = [
        hg.propagate(h, p, [0, 0.5], dt=0.01, observe=observe)
        for h, p in ((H, psi), (moved, turned))
    ]
    for name in observe:
        a, b = (run.records[name][-1] for run in runs)
        assert np.abs(a - b).max() < 1e-12 * np.abs(a).max()


def test_absorbers_are_part_of_the_matrix() -> None:
    grid = grid_of("wp", (24, 9))
    H = absorbing(grid, axes=(0,))
    psi = random_state(grid)
    assert error((H.to_scipy() @ psi.ravel()).reshape(grid.shape), H @ psi) < 1e-14
    assert H.absorption is not None
    skew = (H.to_scipy() - H.to_scipy().conj().T).toarray() / -2j
    assert np.abs(skew - np.diag(H.absorption.ravel())).max() < 1e-13 * H.absorption.max()
    assert pickle.loads(pickle.dumps(H)).absorbers[0].achieved == H.absorbers[0].achieved
    assert "reflects at most" in repr(H.absorbers[0])


def test_members_have_their_own_books() -> None:
    grid = hg.Grid([hg.Axis(-10.0, 10.0, 120)])
    ends = [hg.Absorber(0, s, 1e-2, (1.0, 4.0)) for s in "+-"]
    H = hg.Hamiltonian(grid, external=ends)
    psi = np.array([hg.gaussian_packet(grid, 0.0, k, 1.0) for k in (2.0, -2.0, 3.0)])
    observe = {"n": hg.Norm(), "u": hg.Absorbed(0, "+"), "l": hg.Absorbed(0, "-")}
    r = hg.propagate(H, psi, [0.0, 4.0], dt=0.02, observe=observe).records
    assert r["u"].shape == (2, 3)
    assert np.abs(r["n"] + r["u"] + r["l"] - 1).max() < 1e-12
    for k in range(3):
        alone = hg.propagate(H, psi[k], [0.0, 4.0], dt=0.02, observe=observe).records
        assert alone["u"][-1] == r["u"][-1, k]
    assert r["u"][-1, 0] == pytest.approx(r["l"][-1, 1], rel=1e-12)


def test_the_lower_layer_is_the_mirror_of_the_upper() -> None:
    grid = hg.Grid([hg.Axis(0.0, 10.0, 100)])
    ends = [hg.Absorber(0, s, 1e-2, (2.0, 4.0)) for s in ("lower", "upper")]
    lower, upper = hg.Hamiltonian(grid, external=ends).absorbers
    assert np.array_equal(lower.profile, upper.profile[::-1])
    assert lower.profile[0] == lower.strengths.max() > 0
    assert lower.profile[lower.sites] == 0
    assert lower.thickness == pytest.approx(lower.sites * 0.1)


# ---- refusals ----


def test_what_cannot_be_absorbed_is_refused() -> None:
    ring = hg.Grid([hg.Axis(0, 10, 100, "periodic")])
    box = hg.Grid([hg.Axis(0, 10, 100)])
    absorber = hg.Absorber(0, "upper", 1e-2, (2.0, 4.0))
    with pytest.raises(ValueError, match="axis with walls, but axis 0 is periodic"):
        hg.Hamiltonian(ring, external=absorber)
    with pytest.raises(ValueError, match="`mass` must not be an array"):
        hg.Hamiltonian(box, mass=np.ones(100), external=[absorber])
    with pytest.raises(ValueError, match=r"room for 97 sites .* reflect .* longer axis"):
        hg.Hamiltonian(box, external=[hg.Absorber(0, "upper", 1e-6, (0.3, 4.0))])
    with pytest.raises(ValueError, match="two on the upper side of axis 0"):
        hg.Hamiltonian(box, external=[absorber, absorber])
    wide = [hg.Absorber(0, s, 1e-3, (0.9, 4.0)) for s in "+-"]
    with pytest.raises(ValueError, match="sites, and leave"):
        hg.Hamiltonian(box, external=wide)
    with pytest.raises(ValueError, match=r"must be at most 2/h = 20 .* at least 150 points"):
        hg.Hamiltonian(box, external=[hg.Absorber(0, "upper", 1e-2, (2.0, 30.0))])
    with pytest.raises(ValueError, match="axis"):
        hg.Hamiltonian(box, external=[hg.Absorber(1, "upper", 1e-2, (2.0, 4.0))])
    with pytest.raises((TypeError, ValueError)):
        hg.Hamiltonian(box, external=np.full(100, -1j))


@pytest.mark.parametrize(
    "bad",
    [
        ("0", "upper", 0.1, (1, 2)),
        (0, "left", 0.1, (1, 2)),
        (0, "upper", 0.0, (1, 2)),
        (0, "upper", 0.9, (1, 2)),
        (0, "upper", math.nan, (1, 2)),
        (0, "upper", 0.1, 1.0),
        (0, "upper", 0.1, (2, 1)),
        (0, "upper", 0.1, (0, 1)),
        (0, "upper", 0.1, (1, math.inf)),
    ],
)
def test_malformed_absorbers_are_refused(bad: Any) -> None:
    with pytest.raises((ValueError, TypeError), match="Argument"):
        hg.Absorber(*bad)


def test_methods_and_observers_that_need_hermitian_operators_refuse() -> None:
    H = hg.Hamiltonian(
        hg.Grid([hg.Axis(0, 10, 100)]), external=[hg.Absorber(0, "upper", 1e-2, (2.0, 4.0))]
    )
    psi = np.ones(100)
    with pytest.raises(ValueError, match=r"hg\.Chebyshev.* absorbers.*CrankNicolson"):
        hg.propagate(H, psi, [0, 1], dt=0.1, method=hg.Chebyshev())
    with pytest.raises(ValueError, match="no real energies"):
        H.lowest(1)
    for absorbed in (hg.Absorbed(0, "lower"), hg.Absorbed(0), hg.Absorbed(side="upper")):
        with pytest.raises(ValueError, match="Argument"):
            hg.propagate(H, psi, [0, 1], dt=0.1, observe={"a": absorbed})
    with pytest.raises(ValueError, match=r"needs a Hamiltonian with an hg\.Absorber"):
        hg.propagate(hg.Hamiltonian(H.grid), psi, [0, 1], dt=0.1, observe={"a": hg.Absorbed()})


def test_a_wrong_loss_fails_the_run() -> None:
    # the balance is checked at every output, so that a stepper that books wrongly is an error
    class Careless(hg.CrankNicolson):
        def stepper(self, *arguments: Any) -> Any:
            stepper = super().stepper(*arguments)
            advance = stepper.advance
            stepper.advance = lambda *a, **k: 1.01 * advance(*a, **k)  # type: ignore[method-assign]
            return stepper

    grid = hg.Grid([hg.Axis(-10.0, 10.0, 120)])
    H = hg.Hamiltonian(grid, external=[hg.Absorber(0, "+", 1e-2, (1.0, 4.0))])
    with pytest.raises(hg.NumericalError, match="norm changed"):
        hg.propagate(H, hg.gaussian_packet(grid, 0.0, 2.0, 1.0), [0, 8], dt=0.02, method=Careless())


@pytest.mark.parametrize(
    "pair", [(1, []), (1, np.array([1.0, 2.0])), np.array(1.0), 2.0, (1, 2, 3), "12", None]
)
def test_wavenumbers_that_are_no_pair_are_named(pair: Any) -> None:
    with pytest.raises((ValueError, TypeError), match="Argument `wavenumbers` must be"):
        hg.Absorber(0, "upper", 1e-3, pair)
    assert hg.Absorber(0, "upper", 1e-3, np.array([1, 2])).wavenumbers == (1.0, 2.0)
