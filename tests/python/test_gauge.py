"""Gauge covariance with the links left in place, and the analysis of links."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from test_crank_nicolson import grid_of, random_state

import heatgauge as hg

EPS = np.finfo(float).eps
CHARGE, HBAR = -0.8, 0.7


class Deviations:
    """How far observables move under a gauge change, as the promise counts them.

    Per 1000 steps at least: ``scaled`` is the largest deviation over
    20 eps (1 + max|sχ/ħ|) · (what the observable is measured in).
    """

    def __init__(self, H: hg.Hamiltonian, chi: Any, dt: float, steps: int, size: float) -> None:
        grid = H.grid
        changed = hg.Hamiltonian(
            grid,
            H.potentials.transform(chi),
            H.mass,
            _external(H),
            H.hbar,
            H.order,
        )
        psi = random_state(grid)
        psi *= size
        axes = range(grid.dimensions)
        observe: dict[str, Any] = {"density": hg.Density(), "energy": hg.Energy()}
        observe |= {f"position {a}": hg.Position(a) for a in axes}
        observe |= {f"current {a}": hg.Current(a) for a in axes}
        times = [0.1, 0.1 + steps * dt]
        other = hg.gauge.transform_state(psi, chi, H.potentials, 0.1, H.hbar)
        one = hg.propagate(H, psi, times, dt=dt, observe=observe)
        two = hg.propagate(changed, other, times, dt=dt, observe=observe)
        norm = float(abs(H.to_scipy(0.1)).sum(axis=1).max())
        largest_phase = float(np.abs(H.potentials.charge * chi / H.hbar).max())
        bar = 20 * EPS * (1 + largest_phase) * max(1.0, steps / 1000)
        local = 1 + dt * norm / H.hbar
        self.scaled: dict[str, float] = {}
        for name in observe:
            difference = np.abs(one.records[name] - two.records[name]).max()
            if name in ("density",) or name.startswith("current"):
                unit = np.abs(one.records[name]).max() * local
            elif name == "energy":
                unit = norm * size**2 * grid.cell_volume
            else:
                axis = int(name[-1])
                unit = max(abs(v) for v in grid.axes[axis].sites())
                if grid.axes[axis].periodic:
                    unit /= _resultant(grid, one.records["density"], axis)
            self.scaled[name] = float(difference / (bar * unit))

    @property
    def worst(self) -> float:
        return max(self.scaled.values())


def _resultant(grid: hg.Grid, density: Any, axis: int) -> float:
    """Least |Σρe^{2πix/L}|/Σρ.

    The mean position on a ring is the angle of that sum: errors of ρ turn it by 1/|…|, and where
    ρ is even around the ring there is no mean.
    """
    circle = np.exp(2j * np.pi * grid.coordinates()[axis] / grid.axes[axis].length)
    sites = tuple(range(1, density.ndim))
    return float((np.abs((density * circle).sum(axis=sites)) / density.sum(axis=sites)).min())


def _external(H: hg.Hamiltonian) -> Any:
    drives = [hg.Drive(profile, envelope) for profile, envelope in H.external.drives]
    return ([] if H.external.static is None else [H.external.static]) + drives


def random_case(rng: np.random.Generator) -> tuple[hg.Hamiltonian, Any, float]:
    """A random H of any dimension, boundaries, order and drive, a random χ, and a dt."""
    kind = "".join(rng.choice(["w", "p"], rng.integers(1, 4)))
    order = int(rng.choice([2, 4, 6, 8]))
    least = order + 1
    most = {1: 24, 2: 12, 3: 10}[len(kind)]
    grid = grid_of(kind, tuple(int(rng.integers(least, most + 1)) for _ in kind))
    driven = bool(rng.integers(2))

    def entry(shape: Any) -> Any:
        drive = hg.Drive(rng.normal(size=shape), lambda t: math.sin(3 * t))
        return [rng.normal(size=shape), drive] if driven else rng.normal(size=shape)

    A = [entry(grid.link_shape(a)) for a in range(len(kind))]
    if driven and order >= 6:  # driven links at walls take a slow path at these orders
        A = [a[0] for a in A]
    potentials = hg.HeatPotentials(grid, entry(grid.shape), A, CHARGE)
    H = hg.Hamiltonian(grid, potentials, 1.3, entry(grid.shape), HBAR, order)
    chi = 10 ** rng.uniform(-2, 4) * rng.uniform(-1, 1, grid.shape) * HBAR / abs(CHARGE)
    norm = float(abs(H.to_scipy(0.1)).sum(axis=1).max())
    return H, chi, 10 ** rng.uniform(-1, 1) * HBAR / norm


def failures(seed: int, cases: int, steps: int) -> list[Any]:
    rng = np.random.default_rng(seed)
    bad = []
    for number in range(cases):
        H, chi, dt = random_case(rng)
        found = Deviations(H, chi, dt, steps, size=1.0)
        if not found.worst <= 1:
            bad.append((number, H, float(np.abs(chi).max()), found.scaled))
    return bad


@pytest.mark.parametrize("seed", range(5))
def test_no_observable_moves_under_a_random_gauge_change(seed: int) -> None:
    assert not failures(seed, cases=20, steps=20)


# Some random states are rightly warned of: on few points they alias, and steps may miss a drive.
# Covariance holds for them as for all others.
@pytest.mark.filterwarnings("ignore::heatgauge.AliasingWarning")
@pytest.mark.filterwarnings("ignore::heatgauge.AccuracyWarning")
@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10, 20))
def test_no_observable_moves_in_ten_thousand_cases(seed: int) -> None:
    assert not failures(seed, cases=1000, steps=50)


@pytest.mark.parametrize("kind", ["w", "p", "wp"])
def test_no_observable_moves_over_1000_steps(kind: str) -> None:
    rng = np.random.default_rng(2)
    grid = grid_of(kind, ((40,), (9, 10))[len(kind) - 1])
    A = [rng.normal(size=grid.link_shape(a)) for a in range(grid.dimensions)]
    potentials = hg.HeatPotentials(grid, rng.normal(size=grid.shape), A, CHARGE)
    H = hg.Hamiltonian(grid, potentials, hbar=HBAR, order=4)
    for size in (1.0, 1e2, 1e4):
        chi = size * rng.uniform(-1, 1, grid.shape) * HBAR / abs(CHARGE)
        assert Deviations(H, chi, 0.01, 1000, 1.0).worst <= 1


def test_the_state_turns_with_the_charge_and_the_sign_matters() -> None:
    grid = grid_of("wp", (8, 9))
    rng = np.random.default_rng(3)
    A = [rng.normal(size=grid.link_shape(a)) for a in range(2)]
    potentials = hg.HeatPotentials(grid, None, A, CHARGE)
    chi = rng.normal(size=grid.shape)
    psi = random_state(grid)
    turned = hg.gauge.transform_state(psi, chi, potentials, hbar=HBAR)
    assert np.abs(turned - psi * np.exp(1j * CHARGE * chi / HBAR)).max() < 1e-15
    H, K = (
        hg.Hamiltonian(grid, p, hbar=HBAR, order=4) for p in (potentials, potentials.transform(chi))
    )
    image = hg.gauge.transform_state(H @ psi, chi, potentials, hbar=HBAR)
    assert np.linalg.norm(K @ turned - image) < 1e-13 * abs(H.to_scipy()).sum(axis=1).max()
    wrong = hg.gauge.transform_state(psi, -chi, potentials, hbar=HBAR)
    assert abs(np.vdot(wrong, K @ wrong) - np.vdot(psi, H @ psi)) > 0.1


@pytest.mark.parametrize("kind", ["w", "p", "ww", "wp", "pp", "wpw", "ppp"])
def test_a_change_in_space_and_time_keeps_what_is_measured(kind: str) -> None:
    grid = grid_of(kind, (5, 6, 4)[: len(kind)])
    d = grid.dimensions
    rng = np.random.default_rng(6)

    def chi(*xt: Any) -> Any:
        *x, t = xt
        return np.sin(2 * t + sum((k + 1) * 0.7 * c for k, c in enumerate(x))) * 3 + x[0] * t**2

    V = [rng.normal(size=grid.shape), hg.Drive(rng.normal(size=grid.shape), math.cos)]
    A = [rng.normal(size=grid.link_shape(a)) for a in range(d)]
    before = hg.HeatPotentials(grid, V, A, CHARGE)
    after = before.transform(chi)
    assert not after.is_static
    t0, t1 = 0.4, 0.9
    here, there = (np.broadcast_to(chi(*grid.coordinates(), t), grid.shape) for t in (t0, t1))
    # temporal links: ∫(V − ∂ₜχ)dt, spatial links: ∫(A + ∇χ)·dl, exact differences both
    change = after.temporal(t0, t1) - before.temporal(t0, t1)
    assert np.abs(change + (there - here)).max() < 1e-14 * 40
    for a, (new, old) in enumerate(zip(after.links(t0), before.links(t0), strict=True)):
        n = grid.axes[a].links
        ends = np.take(here, (np.arange(n) + 1) % grid.shape[a], axis=a)
        starts = np.take(here, np.arange(n), axis=a)
        assert np.abs(new - old - (ends - starts)).max() < 1e-14 * 40
    for new, old in zip(after.heat_field(t0), before.heat_field(t0), strict=True):
        assert np.array_equal(new, old)
    for new, old in zip(after.plaquettes(t0), before.plaquettes(t0), strict=True):
        assert np.abs(new - old).max() < 1e-14 * 60
    V_after, A_after = after.at(t0)
    rate = 2 * 3 * np.cos(2 * t0 + sum((k + 1) * 0.7 * c for k, c in enumerate(grid.coordinates())))
    rate = rate + 2 * t0 * grid.coordinates()[0]
    assert np.abs(V_after - (before.at(t0)[0] - rate)).max() < 1e-10
    assert len(A_after) == d


def test_transforms_add_up_and_can_be_undone() -> None:
    grid = grid_of("wp", (5, 6))
    rng = np.random.default_rng(1)
    one, two = rng.normal(size=(2, *grid.shape))
    potentials = hg.HeatPotentials(grid, None, None, 1.0)
    both, once = potentials.transform(one).transform(two), potentials.transform(one + two)
    back = both.transform(-one - two)
    for a in range(2):
        assert np.abs(both.links(0)[a] - once.links(0)[a]).max() < 1e-14
        assert np.abs(back.links(0)[a]).max() < 1e-14
    assert potentials.links(0)[0].max() == 0  # the original did not change


def test_a_chi_that_winds_around_a_ring_moves_the_twist_only() -> None:
    # a χ that is not periodic has an exact difference across the seam too: no flux appears
    grid = hg.Grid([hg.Axis(0, 2, 8, "periodic")])
    (x,) = grid.coordinates()
    potentials = hg.HeatPotentials(grid, None, [0.3]).transform(5.0 * x)
    assert abs(hg.gauge.wilson_loop(potentials, [(i,) for i in range(8)]) - 0.6) < 1e-14


def test_wilson_loops_count_flux_and_direction() -> None:
    grid = hg.Grid([hg.Axis(0, 3, 6), hg.Axis(0, 4, 8)])
    B = 1.7
    cell = grid.cell_volume
    for gauge in ("symmetric", "landau-x", "landau-y"):
        potentials = hg.HeatPotentials(grid, vector=hg.uniform_induction(grid, B, gauge))
        loop = [(i, 1) for i in range(1, 4)] + [(3, j) for j in range(2, 6)]
        loop += [(i, 5) for i in range(2, 0, -1)] + [(1, j) for j in range(4, 1, -1)]
        assert abs(hg.gauge.wilson_loop(potentials, loop) - B * 2 * 4 * cell) < 1e-13
        assert abs(hg.gauge.wilson_loop(potentials, loop[::-1]) + B * 8 * cell) < 1e-13
        (flux,) = hg.gauge.plaquettes(potentials)
        assert np.abs(flux - B * cell).max() < 1e-13


def test_the_flux_quantum() -> None:
    assert hg.gauge.flux_quantum(2.0, 3.0) == 1.5
    assert hg.gauge.flux_quantum(-2.0, 3.0) == 1.5
    assert abs(hg.gauge.flux_quantum() / (6.62607015e-34 / 1.380649e-23) - 1) < 1e-15
    with pytest.raises(ValueError, match="`charge` must not be 0"):
        hg.gauge.flux_quantum(0.0)


@pytest.mark.parametrize(
    ("sites", "kind"),
    [
        ([], ValueError),
        ([(0, 0), (2, 0)], ValueError),
        ([(0, 0), (0, 0, 0)], ValueError),
        ([(0, 0), (0, 9)], ValueError),
        ([(0.0, 0), (1, 0)], TypeError),
        ([(0, 0), (1, 1)], ValueError),
        (None, TypeError),
        (3, TypeError),
        ([None], TypeError),
    ],
)
def test_wilson_loop_refuses(sites: Any, kind: type[Exception]) -> None:
    grid = hg.Grid([hg.Axis(0, 3, 4), hg.Axis(0, 4, 4)])
    with pytest.raises(kind, match="`sites`"):
        hg.gauge.wilson_loop(hg.HeatPotentials(grid), sites)


@pytest.mark.parametrize(
    ("arguments", "kind", "text"),
    [
        ((np.ones(3), np.ones(4)), ValueError, "`psi`"),
        ((np.ones(4), np.ones(3)), ValueError, "`chi`"),
        ((np.ones(4), np.ones(4) * 1j), TypeError, "`chi`"),
        ((np.ones(4), np.full(4, np.nan)), ValueError, "`chi`"),
        ((np.ones(4), "chi"), TypeError, "`chi`"),
        (("psi", np.ones(4)), TypeError, "`psi`"),
    ],
)
def test_transform_state_refuses(arguments: Any, kind: type[Exception], text: str) -> None:
    potentials = hg.HeatPotentials(hg.Grid([hg.Axis(0, 3, 4)]))
    with pytest.raises(kind, match=text):
        hg.gauge.transform_state(*arguments, potentials)


@pytest.mark.parametrize("chi", [np.ones(3), np.ones(4) * 1j, np.full(4, np.inf), "chi", None])
def test_transform_refuses(chi: Any) -> None:
    potentials = hg.HeatPotentials(hg.Grid([hg.Axis(0, 3, 4)]))
    with pytest.raises((TypeError, ValueError), match="`chi`"):
        potentials.transform(chi)
