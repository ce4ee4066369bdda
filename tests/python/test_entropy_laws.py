"""Entropy of every law: the balance closes, what is promised is never negative."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

import heatgauge as hg
from heat_systems import fitted_order

LAWS = ["fourier", "cattaneo", "gk-slip", "gk-no-slip", "dpl", "gn2", "gn3", "he"]
NONLINEAR = ["debye", "debye-fourier"]
NONLOCAL = ("gk-slip", "gk-no-slip")


def law_of(name: str, kappa: Any = 1.3, capacity: Any = 0.8, tau: Any = 0.4) -> Any:
    """A law with κ, C, τ on sites or uniform; He II in units of its own."""
    medium = hg.Medium(kappa, capacity, tau, 0.3 if name in NONLOCAL else 0.0)
    if name == "fourier":
        return hg.Fourier(medium)
    if name == "cattaneo":
        return hg.Cattaneo(medium)
    if name in NONLOCAL:
        return hg.GuyerKrumhansl(medium, tangential=name[3:])
    if name == "dpl":
        return hg.DualPhaseLag(medium, gradient_lag=0.5 * np.asarray(tau))
    if name.startswith("debye"):  # C ~ T³, κ and τ vary too
        hot = hg.Medium(lambda T: 1 + 0.2 * T, lambda T: 0.1 * T**3, lambda T: 0.5 / T)
        return hg.Cattaneo(hot) if name == "debye" else hg.Fourier(hot)
    if name == "gn2":
        return hg.GreenNaghdi(hg.Medium(0.0, capacity), stiffness=1.7)
    if name == "gn3":
        return hg.GreenNaghdi(hg.Medium(kappa, capacity), stiffness=1.7)
    return hg.TwoFluid(1.6)


def random_flow(name: str, seed: int, dimensions: int, source: bool = True) -> hg.HeatFlow:
    """Random coefficients, sides and start; midpoint steps of one output interval each."""
    rng = np.random.default_rng(seed)
    kinds = ["wall", "wall", "periodic"]
    grid = hg.Grid(
        [hg.Axis(0, rng.uniform(0.5, 2), int(rng.integers(3, 7)), kinds[rng.integers(3)])
         for _ in range(dimensions)]
    )  # fmt: skip
    kappa, capacity, tau = rng.uniform(0.5, 2, (3, *grid.shape))
    law = law_of(name, kappa, capacity, tau)
    boundary = {
        f"{'xyz'[k]}{sign}": [
            hg.Temperature(1.2),
            hg.Insulated(),
            hg.Flux(0.3),
            hg.Robin(2.0, 1.0),
        ][rng.integers(4)]
        for k in range(dimensions)
        for sign in "-+"
        if not grid.axes[k].periodic
    }
    scale = law.speed if name == "he" else 1.0  # a crossing takes as many steps
    size = float(np.mean(law.capacity(grid)))
    heat = rng.normal(size=grid.shape) * size * scale if source else None
    start = 1 + rng.random(grid.shape)
    dt = 0.05 / scale
    return hg.conduct(
        law, grid, start, dt * np.arange(7), boundary=boundary, source=heat, dt=dt,
        method="midpoint",
    )  # fmt: skip


@pytest.mark.parametrize("dimensions", [1, 2, 3])
@pytest.mark.parametrize("name", LAWS)
def test_the_quadratic_balance_of_every_law_closes_in_every_cell(
    name: str, dimensions: int
) -> None:
    for seed in range(8):
        flow = random_flow(name, seed, dimensions)
        balance = flow.entropy_balance(reference=0.7)
        size = np.abs(flow.entropy_density(reference=0.7)).max() / flow.times[1]
        parts = (balance.change, balance.divergence, balance.source, balance.production)
        size += max(np.abs(part).max() for part in parts)
        assert np.abs(balance.defect).max() < 1e-11 * size


@pytest.mark.parametrize("name", LAWS)
def test_the_production_of_every_law_is_never_negative(name: str) -> None:
    for seed in range(40):
        flow = random_flow(name, seed, 1 + seed % 3)
        assert_not_negative(flow)


@pytest.mark.slow
@pytest.mark.parametrize("name", LAWS)
def test_the_production_of_every_law_is_never_negative_in_thousands_of_cases(name: str) -> None:
    for seed in range(40, 2040):
        assert_not_negative(random_flow(name, seed, 1 + seed % 3))


def assert_not_negative(flow: hg.HeatFlow) -> None:
    sigma = flow.entropy_production()
    flux = max(float(np.abs(q).max()) for q in flow.flux)
    # rounding and the solver's residual: of the products that σ is the difference of
    size = flux * np.abs(flow.temperature).max() / min(flow.grid.spacing)
    assert sigma.min() > -1e-11 * size


def smooth_flow(name: str, n: int, sites: int, boundary: str = "ring") -> hg.HeatFlow:
    """A source and a cosine; ``n`` intervals of some steps each, one for nonlinear laws."""
    axis = hg.Axis(0, 1, sites, "periodic" if boundary == "ring" else "wall")
    grid = hg.Grid([axis])
    x = grid.coordinates()[0]
    law = law_of(name)
    nonlinear = name in NONLINEAR
    scale = law.speed if name == "he" else 20.0 if nonlinear else 1.0
    times = np.linspace(0, 0.5 / scale, n + 1)
    capacity = 1.0 if nonlinear else float(np.mean(law.capacity(grid)))
    source = hg.Drive(capacity * scale * np.cos(2 * np.pi * x), lambda t: math.sin(3 * scale * t))
    start = 2.5 + 0.5 * np.cos(2 * np.pi * x)
    dt = times[1] / (1 if nonlinear else 4)
    return hg.conduct(law, grid, start, times, source=source, dt=dt, method="midpoint")


@pytest.mark.parametrize("form", ["local", "extended"])
@pytest.mark.parametrize("name", LAWS + NONLINEAR)
def test_local_and_extended_balances_of_every_law_close_at_second_order(
    name: str, form: str
) -> None:
    counts = [40, 80, 160, 320] if name in NONLINEAR else [80, 160, 320, 640]
    defects = []
    for n in counts:
        balance = smooth_flow(name, n, 12, "wall").entropy_balance(form)
        defects.append(np.abs(balance.defect).max() / np.abs(balance.divergence).max())
    assert abs(fitted_order([1 / n for n in counts], defects) - 2) < 0.05


@pytest.mark.parametrize("form", ["local", "extended"])
@pytest.mark.parametrize("name", LAWS + NONLINEAR)
def test_the_noether_identity_holds_for_every_law(name: str, form: str) -> None:
    counts, differences = [20, 40, 80] if name in NONLINEAR else [40, 80, 160], []
    for n in counts:
        flow = smooth_flow(name, n, n, "wall")
        end = flow.times[-1]

        def chi(x: Any, t: Any, end: float = end) -> Any:
            return np.sin(5 * x + 3 * t / end) + np.cos(2 * x - 4 * t / end)

        action, balance = hg.gauge.noether_defect(flow, chi, form)
        differences.append(abs(action - balance) / abs(action))
    assert differences[-1] < 2e-2
    assert 1.8 < fitted_order([1 / n for n in counts], differences) < 2.3


@pytest.mark.parametrize("name", LAWS + NONLINEAR)
def test_the_verdict_on_every_law(name: str) -> None:
    found = hg.classify(smooth_flow(name, 100, 40))
    loss_free = name in ("gn2", "he")
    assert found.verdict == ("quantum-permitted" if loss_free else "classical-permitted")


def test_the_loss_free_laws_keep_the_quadratic_form() -> None:
    for name in ("gn2", "he"):
        flow = random_flow(name, 3, 2, source=False)
        sigma = flow.entropy_production()
        flux = max(float(np.abs(q).max()) for q in flow.flux)
        assert np.abs(sigma).max() < 1e-12 * flux * 2 / min(flow.grid.spacing)


@pytest.mark.parametrize("name", ["gk-slip", "gk-no-slip"])
def test_stress_carries_entropy_across_the_flux(name: str) -> None:
    """A shear flux q_y(x): no ∇T, no ∇·q; σ = q²/κ + μ(∂_x q_y)², by hand."""
    grid = hg.Grid([hg.Axis(0, 1, 64), hg.Axis(0, 1, 4, "periodic")])
    x = grid.face_coordinates(1)[0]
    law = law_of(name)
    mu, rate = 0.3**2 / 1.3, 0.2
    k = np.pi
    profile = np.broadcast_to(np.cos(k * x) if name == "gk-slip" else np.sin(k * x), (64, 4))
    # τ∂ₜq + q = ℓ²∂ₓ²q: a mode that decays with (1 + ℓ²k²)/τ
    decay = (1 + 0.3**2 * k**2) / 0.4
    times = np.linspace(0, rate, 81)
    flux = np.exp(-decay * times)[:, None, None] * profile
    q = [np.zeros((81, 65, 4)), flux]
    flow = hg.HeatFlow.from_arrays(law, grid, times, np.full((81, 64, 4), 2.0), q)
    amid = np.exp(-2 * decay * 0.5 * (times[1:] + times[:-1]))[:, None, None]
    slope = k * (np.sin(k * x) if name == "gk-slip" else np.cos(k * x))
    exact = amid * (profile**2 / 1.3 + mu * slope**2)
    assert np.abs(flow.entropy_production() - exact).max() < 2e-2 * exact.max()
    total = flow.entropy_production().sum() / exact.sum()
    assert abs(total - 1) < 2e-3


def test_the_quadratic_balance_of_a_nonlinear_law_is_refused() -> None:
    flow = smooth_flow("debye", 20, 12)
    for ask in (flow.entropy_balance, flow.entropy_density, flow.entropy_flux):
        with pytest.raises(ValueError, match="depend on temperature"):
            ask()


def test_debye_entropy_is_a_third_of_its_capacity() -> None:
    """C = aT³: S = ∫C dT/T = aT³/3."""
    flow = smooth_flow("debye-fourier", 20, 12)
    S = flow.entropy_density("local", reference=1.0)
    np.testing.assert_allclose(S, 0.1 * (flow.temperature**3 - 1) / 3, rtol=1e-12)
