"""Fixing of a gauge: the condition is met, and what is measured stays."""

from __future__ import annotations

import functools
import math
from typing import Any

import numpy as np
import pytest
from test_crank_nicolson import grid_of

import heatgauge as hg

KINDS = ["w", "p", "ww", "wp", "pp", "wpw", "ppp"]
CONDITIONS: dict[str, dict[str, Any]] = {
    "coulomb": {},
    "lorenz": {"times": [0.2, 0.6, 1.1], "speed": 1.7},
    "temporal": {"times": [0.2]},
    "axial": {"axis": -1},  # the last axis
}
T = 0.9
# Potentials of size 1 to 10 on spacings near 0.2: a few dozen roundings of ∇·A ~ 10/h.
ROUNDING = 1e-12


def driven_potentials(kind: str, seed: int = 0) -> hg.HeatPotentials:
    """Static arrays, drives and a callable on every site and link."""
    grid = grid_of(kind, (7, 6, 5)[: len(kind)])
    rng = np.random.default_rng(seed)

    def wave(*xt: Any) -> Any:
        *x, t = xt
        return np.sin(3 * t - sum((k + 1.3) * c for k, c in enumerate(x)))

    def entry(shape: Any) -> Any:
        return [rng.normal(size=shape), hg.Drive(rng.normal(size=shape), math.cos), wave]

    A = [entry(grid.link_shape(a)) for a in range(grid.dimensions)]
    return hg.HeatPotentials(grid, entry(grid.shape), A, charge=-0.8)


def arguments(condition: str, grid: hg.Grid) -> dict[str, Any]:
    given = dict(CONDITIONS[condition])
    if condition == "axial":
        given["axis"] = grid.dimensions - 1
    return given


def violation(fixed: hg.HeatPotentials, condition: str, t: float) -> float:
    """How far the condition is missed, from values of V and links alone."""
    grid = fixed.grid
    if condition == "coulomb":
        return float(np.abs(hg.gauge.divergence(fixed, t)).max())
    if condition == "temporal":
        integral = np.abs(fixed.temporal(t, t + 0.1)).max() / 0.1
        return float(max(np.abs(fixed.at(t)[0]).max(), integral))
    if condition == "lorenz":
        # Eighth order: V turns at up to 1.7·2/h ≈ 20: (20·0.002)⁸/630 of it; rounding 1e-15/0.002.
        weights, rate = (4 / 5, -1 / 5, 4 / 105, -1 / 280), np.zeros(grid.shape)
        for k, weight in enumerate(weights, start=1):
            rate += weight / 2e-3 * (fixed.at(t + k * 2e-3)[0] - fixed.at(t - k * 2e-3)[0])
        return float(np.abs(hg.gauge.divergence(fixed, t) + rate / 1.7**2).max())
    last = grid.dimensions - 1
    links = fixed.links(t)[last]
    if grid.axes[last].periodic:  # constant along each line: its loop integral stays
        links = links - links.mean(axis=last, keepdims=True)
    return float(np.abs(links).max())


@pytest.mark.parametrize("condition", CONDITIONS)
@pytest.mark.parametrize("kind", KINDS)
def test_the_condition_is_met(kind: str, condition: str) -> None:
    potentials = driven_potentials(kind)
    fixed, chi = hg.gauge.fix(potentials, condition, **arguments(condition, potentials.grid))
    assert violation(potentials, condition, T) > 0.1  # not met before
    # Lorenz: what the numerical derivative of V leaves.
    assert violation(fixed, condition, T) < (1e-10 if condition == "lorenz" else ROUNDING)
    assert not chi.is_static


@pytest.mark.parametrize("condition", CONDITIONS)
@pytest.mark.parametrize("kind", KINDS)
def test_what_is_measured_stays(kind: str, condition: str) -> None:
    potentials = driven_potentials(kind)
    grid = potentials.grid
    fixed, chi = hg.gauge.fix(potentials, condition, **arguments(condition, grid))
    here = np.broadcast_to(chi(*grid.coordinates(), T), grid.shape)
    np.testing.assert_array_equal(here, chi.at(T))
    for new, old in zip(*(hg.gauge.plaquettes(p, T) for p in (fixed, potentials)), strict=True):
        assert np.abs(new - old).max() < ROUNDING
    both = (hg.gauge.space_time_plaquettes(p, T, T + 0.1) for p in (fixed, potentials))
    for new, old in zip(*both, strict=True):
        assert np.abs(new - old).max() < ROUNDING
    for new, old in zip(fixed.heat_field(T), potentials.heat_field(T), strict=True):
        np.testing.assert_array_equal(new, old)
    # E also from the new potentials themselves
    V, rates = fixed.at(T)[0], fixed.link_rates(T)
    for a, field in enumerate(potentials.heat_field(T)):
        n = grid.axes[a].links
        step = np.take(V, (np.arange(n) + 1) % grid.shape[a], axis=a) - np.take(V, range(n), axis=a)
        assert np.abs(-(step + rates[a]) / grid.spacing[a] - field).max() < 1e-10
    loops = chi.holonomies(T)
    assert set(loops) == {a for a, axis in enumerate(grid.axes) if axis.periodic}
    for a, value in loops.items():
        assert abs(fixed.links(T)[a].sum(axis=a).mean() - value) < ROUNDING
    if condition in ("coulomb", "lorenz"):  # neither moves the mean of V by more than it must
        mean = potentials.at(0.2)[0].mean() if condition == "lorenz" else potentials.at(T)[0].mean()
        assert abs(fixed.at(T)[0].mean() - mean) < 1e-11


def test_the_rate_of_the_gauge_function_is_its_derivative() -> None:
    for condition in CONDITIONS:
        potentials = driven_potentials("wp", seed=3)
        _, chi = hg.gauge.fix(potentials, condition, **arguments(condition, potentials.grid))
        slope = (
            8 * (chi.at(T + 1e-3) - chi.at(T - 1e-3)) - chi.at(T + 2e-3) + chi.at(T - 2e-3)
        ) / 12e-3
        # fourth order: (1e-3)^4/30 of the fifth derivative, 3^5·10; rounding 1e-16·10/1e-3
        assert np.abs(slope - chi.rate(T)).max() < 1e-9


def test_coulomb_temporal_and_lorenz_on_a_ring_follow_the_formulas() -> None:
    """One cosine: every gauge function has a closed form, with k̂ of the lattice."""
    n, speed, drive = 16, 1.7, 2.3
    grid = hg.Grid([hg.Axis(0, 2, n, "periodic")])
    k = 2 * np.pi / 2
    h = grid.spacing[0]
    k_hat = 2 * np.sin(0.5 * k * h) / h
    x, xl = grid.coordinates()[0], grid.link_coordinates(0)[0]
    V = hg.Drive(np.cos(k * x), lambda t: math.sin(drive * t))
    A = hg.Drive(np.sin(k * xl), lambda t: math.cos(drive * t))
    potentials = hg.HeatPotentials(grid, V, [A])
    # ∇·A = k̂ cos kx cos Ωt, ∇²χ = −k̂² χ
    _, chi = hg.gauge.fix(potentials, "coulomb")
    exact = np.cos(k * x) * math.cos(drive * T) / k_hat
    assert np.abs(chi.at(T) - exact).max() < 1e-14
    _, chi = hg.gauge.fix(potentials, "temporal", times=[0.2])
    exact = np.cos(k * x) * (math.cos(drive * 0.2) - math.cos(drive * T)) / drive
    assert np.abs(chi.at(T) - exact).max() < 1e-14
    # ∂ₜ²χ + ω²χ = F cos Ωt, F = v²k̂ + Ω, χ = ∂ₜχ = 0 at t = 0
    _, chi = hg.gauge.fix(potentials, "lorenz", times=[0, 0.5, 1], speed=speed)
    omega = speed * k_hat
    factor = (speed**2 * k_hat + drive) / (omega**2 - drive**2)
    exact = factor * (math.cos(drive * T) - math.cos(omega * T)) * np.cos(k * x)
    assert np.abs(chi.at(T) - exact).max() < 1e-13


def test_axial_gauge_integrates_along_the_axis() -> None:
    grid = hg.Grid([hg.Axis(0, 1, 5), hg.Axis(0, 2, 4)])
    rng = np.random.default_rng(1)
    A = [rng.normal(size=grid.link_shape(a)) for a in range(2)]
    fixed, chi = hg.gauge.fix(hg.HeatPotentials(grid, None, A), "axial", axis=1)
    assert chi.is_static
    assert fixed.is_static
    np.testing.assert_array_equal(chi.at(0.0)[:, 0], 0)
    exact = -np.cumsum(A[1] * 0.5, axis=1)
    np.testing.assert_allclose(np.asarray(chi)[:, 1:], exact, atol=1e-15)


@pytest.mark.parametrize("gauge", ["symmetric", "landau-x", "landau-y"])
@pytest.mark.parametrize("kind", ["ww", "wp", "pp", "ppp"])
def test_induction_survives_fixing_on_open_grids_and_tori(kind: str, gauge: str) -> None:
    grid = grid_of(kind, (6, 7, 4)[: len(kind)])
    B = 2 * np.pi * 3 / (grid.axes[0].length * grid.axes[1].length)  # three quanta, s = ħ = 1
    potentials = hg.HeatPotentials(grid, vector=hg.uniform_induction(grid, B, gauge))
    for condition in ("coulomb", "axial"):
        fixed, _ = hg.gauge.fix(potentials, condition, **arguments(condition, grid))
        assert violation(fixed, condition, 0.0) < 1e-11
        field = fixed.induction(0.0)
        along_z = field if isinstance(field, np.ndarray) else field[2]
        assert np.abs(along_z - B).max() < 1e-11 * B
        one, two = (hg.Hamiltonian(grid, p).lowest(4)[0] for p in (potentials, fixed))
        assert np.abs(one - two).max() < 1e-10


def cattaneo_flow(kind: str, outputs: int = 9) -> hg.HeatFlow:
    grid = grid_of(kind, (12, 10, 6)[: len(kind)])
    rng = np.random.default_rng(5)
    law = hg.Cattaneo(hg.Medium(1 + rng.random(grid.shape), 1.0, 0.4))
    start = 300 + sum(np.cos(2 * np.pi * x / 3) for x in grid.coordinates())
    times = np.linspace(0, 0.4, outputs)
    return hg.conduct(law, grid, start, times, dt=times[1], method="midpoint")


@pytest.mark.parametrize("condition", CONDITIONS)
@pytest.mark.parametrize("kind", ["w", "wp", "ppw"])
def test_temperature_and_flux_of_a_heat_flow_come_back_in_every_gauge(
    kind: str, condition: str
) -> None:
    flow = cattaneo_flow(kind)
    heat = hg.gauge.displaced(flow, charge=1.0, reference=299.0)
    given = arguments(condition, flow.grid)
    given = {**given, "times": flow.times} if "times" in given else given
    fixed, chi = heat.fix(condition, **given)
    for k in (2, 7):
        t = flow.times[k]
        # 300 K to rounding, times the size of χ's rate
        assert np.abs(fixed.temperature(t) - flow.temperature[k]).max() < 300 * 1e-13
        for a, q in enumerate(fixed.flux(t)):
            exact = flow.flux[a][k]
            if not flow.grid.axes[a].periodic:
                exact = np.take(exact, range(1, flow.grid.shape[a]), axis=a)
            assert np.abs(q - exact).max() < 1e-11
    mean = fixed.temperature_integral(flow.times[2], flow.times[3]) / (flow.times[1])
    exact = 0.5 * (flow.temperature[2] + flow.temperature[3])
    assert np.abs(mean - exact).max() < 300 * 1e-13
    assert np.abs(fixed.displacement(flow.times[7])).max() > 1e-3
    assert np.abs(fixed.potentials.at(flow.times[7])[0] - flow.temperature[7]).max() > 1e-3
    np.testing.assert_array_equal(fixed.displacement(0.2), heat.displacement(0.2) + chi.at(0.2))


def test_an_inductance_that_depends_on_temperature_gives_the_flux_back() -> None:
    grid = grid_of("w", (12,))
    medium = hg.Medium(lambda T: 1 + 0.1 * T, lambda T: 0.1 * T**3, lambda T: 0.4 / T)
    start = 2 + np.cos(grid.coordinates()[0])
    flow = hg.conduct(hg.Cattaneo(medium), grid, start, np.linspace(0, 0.4, 9), dt=0.05)
    heat, _ = hg.gauge.displaced(flow, 1.0).fix("temporal")
    for k in (2, 7):
        t = flow.times[k]
        assert np.abs(heat.temperature(t) - flow.temperature[k]).max() < 1e-13
        assert np.abs(heat.flux(t)[0] - flow.flux[0][k][1:-1]).max() < 1e-12


def test_an_inductance_on_sites_is_that_of_the_flow_on_links() -> None:
    for kind in ("w", "wp"):
        flow = cattaneo_flow(kind)
        by_hand = hg.gauge.DisplacedPotentials(
            flow.potentials(1.0), 0.4 / flow.law.medium.conductivity
        )
        for one, two in zip(by_hand.flux(0.2), hg.gauge.displaced(flow).flux(0.2), strict=True):
            np.testing.assert_allclose(one, two, rtol=1e-12, atol=1e-13)


def test_without_the_displacement_temperature_would_shift() -> None:
    flow = cattaneo_flow("p")
    moved = hg.gauge.displaced(flow, 1.0).transform(lambda x, t: 2 * t + 0.3 * np.sin(np.pi * x))
    kappa = flow.law.medium.conductivity
    wrong = hg.gauge.DisplacedPotentials(moved.potentials, 0.4 / kappa)
    assert np.abs(moved.temperature(0.2) - flow.temperature[4]).max() < 1e-10
    assert np.abs(wrong.temperature(0.2) - flow.temperature[4]).min() > 1
    assert np.abs(moved.flux(0.2)[0] - flow.flux[0][4]).max() < 1e-12
    assert np.abs(wrong.flux(0.2)[0] - flow.flux[0][4]).max() > 0.1


def test_the_thermal_gauge_of_cattaneo_is_a_lorenz_gauge() -> None:
    """∇·A + v⁻²∂ₜT = 0 is the energy balance, so that χ vanishes at second order in dt."""
    grid = hg.Grid([hg.Axis(0, 2 * np.pi, 24, "periodic")])
    law = hg.Cattaneo(hg.Medium(2.0, 1.0, 0.5))
    sizes, steps = [], 10 * 2 ** np.arange(4)
    for n in steps:
        times = np.linspace(0, 1, n + 1)
        flow = hg.conduct(law, grid, np.cos(grid.coordinates()[0]), times, dt=1 / n)
        assert law.medium.wave_speed == 2.0
        _, chi = hg.gauge.fix(flow.potentials(1.0), "lorenz", times=times, speed=2.0)
        sizes.append(np.abs(chi.at(1.0)).max())
    order = -np.polyfit(np.log(steps), np.log(sizes), 1)[0]
    assert abs(order - 2) < 0.05
    assert sizes[-1] < 1e-3


def test_jumps_of_a_drive_are_integrated_between_the_times_given() -> None:
    grid = grid_of("w", (4,))
    pulse = hg.Drive(np.arange(4.0), lambda t: 1.0 if 0.3 <= t < 0.7 else 0.0)
    potentials = hg.HeatPotentials(grid, pulse)
    _, chi = hg.gauge.fix(potentials, "temporal", times=[0.0, 0.3, 0.7])
    assert np.abs(chi.at(1.0) - 0.4 * np.arange(4)).max() < 1e-14
    assert np.abs(chi.at(0.5) - 0.2 * np.arange(4)).max() < 1e-14
    _, chi = hg.gauge.fix(potentials, "temporal", times=[0.0])  # found by bisection
    assert np.abs(chi.at(0.8) - 0.4 * np.arange(4)).max() < 1e-13


def test_what_is_no_function_of_time_stops_with_the_time() -> None:
    rng = np.random.default_rng(0)
    noise = hg.HeatPotentials(grid_of("w", (4,)), lambda x, t: rng.normal(size=4))
    for given in ({"condition": "temporal"}, {"condition": "lorenz", "times": [0, 1], "speed": 1}):
        _, chi = hg.gauge.fix(noise, **given)
        with pytest.raises(hg.NumericalError, match="near t = "):
            chi.at(0.5)


@pytest.mark.parametrize("kind", KINDS)
def test_helmholtz_parts_add_up_and_are_orthogonal(kind: str) -> None:
    potentials = driven_potentials(kind)
    grid = potentials.grid
    split = hg.gauge.helmholtz(potentials, T)
    products = np.zeros((3, 3))
    parts = split.gradient, split.solenoidal, split.harmonic
    for a, link in enumerate(potentials.links(T)):
        whole = sum(part[a] for part in parts)
        assert np.abs(whole * grid.spacing[a] - link).max() < 1e-14 * 100
        for i in range(3):
            products[i] += [np.sum(parts[i][a] * part[a]) for part in parts]
        if not grid.axes[a].periodic:
            assert not split.harmonic[a].any()
        else:
            assert abs(split.solenoidal[a].mean()) < 1e-14
    size = np.trace(products)
    assert np.abs(products - np.diag(np.diag(products))).max() < 1e-14 * size
    free = hg.HeatPotentials(grid, None, split.solenoidal)
    assert np.abs(hg.gauge.divergence(free)).max() < 1e-12
    curl_free = hg.HeatPotentials(grid, None, split.gradient)
    for flux, all_flux in zip(
        hg.gauge.plaquettes(curl_free), hg.gauge.plaquettes(potentials, T), strict=True
    ):
        assert np.abs(flux).max() < 1e-13
        assert np.abs(all_flux).max() > 0.1
    # the gradient part is what the Coulomb gauge takes away
    chi = hg.gauge.fix(potentials, "coulomb")[1]
    assert np.abs(chi.at(T) + split.potential).max() < 1e-13


def test_space_time_plaquettes_carry_the_heat_field() -> None:
    grid = grid_of("wp", (6, 5))
    uniform = hg.HeatPotentials(grid, lambda x, y, t: -3 * x + 0 * y, [lambda x, y, t: t, None])
    E = hg.gauge.space_time_plaquettes(uniform, 0.2, 0.5)[0] / (0.3 * grid.spacing[0])
    assert np.abs(E - 2).max() < 1e-13


@pytest.mark.parametrize(
    ("given", "kind", "text"),
    [
        ((None, "coulomb"), TypeError, "`potentials`"),
        (("pots", "feynman"), ValueError, "`condition`"),
        (("pots", 3), TypeError, "`condition`"),
        (("pots", "lorenz"), ValueError, "`speed`"),
        (("pots", "lorenz", None, 1.0), ValueError, "`times`"),
        (("pots", "lorenz", [0.0], 1.0), ValueError, "`times`"),
        (("pots", "lorenz", [1.0, 0.0], 1.0), ValueError, "`times`"),
        (("pots", "lorenz", [0.0, 1.0], 0.0), ValueError, "`speed`"),
        (("pots", "lorenz", [0.0, 1.0], "fast"), TypeError, "`speed`"),
        (("pots", "coulomb", None, 1.0), ValueError, "`speed`"),
        (("pots", "axial"), ValueError, "`axis`"),
        (("pots", "axial", None, None, 1), ValueError, "`axis`"),
        (("pots", "temporal", None, None, 0), ValueError, "`axis`"),
    ],
)
def test_fix_refuses(given: tuple[Any, ...], kind: type[Exception], text: str) -> None:
    pots = hg.HeatPotentials(hg.Grid([hg.Axis(0, 3, 4)]))
    with pytest.raises(kind, match=text):
        hg.gauge.fix(*(pots if g == "pots" else g for g in given))


def test_a_gauge_function_refuses_other_sites_and_times() -> None:
    potentials = driven_potentials("w")
    _, chi = hg.gauge.fix(potentials, "lorenz", times=[0, 1], speed=1.0)
    with pytest.raises(ValueError, match="`t` must be in"):
        chi.at(1.5)
    with pytest.raises(ValueError, match="`coordinates`"):
        chi(np.zeros(3), 0.5)
    with pytest.raises(TypeError, match="depends on time"):
        np.asarray(chi)
    other = hg.HeatPotentials(grid_of("w", (5,)))
    with pytest.raises(ValueError, match="`chi`"):
        other.transform(chi)


@pytest.mark.parametrize(
    "inductance", [-1.0, np.nan, "L", [np.ones(3), np.ones(3)], np.ones(5), None]
)
def test_displaced_potentials_refuse_an_inductance(inductance: Any) -> None:
    potentials = hg.HeatPotentials(hg.Grid([hg.Axis(0, 3, 4)]))
    with pytest.raises((TypeError, ValueError), match="`inductance"):
        hg.gauge.DisplacedPotentials(potentials, inductance)


def test_the_flux_of_fourier_is_refused() -> None:
    grid = hg.Grid([hg.Axis(0, 1, 4)])
    flow = hg.conduct(hg.Fourier(hg.Medium(1.0, 1.0)), grid, np.arange(4.0), [0, 1], dt=0.1)
    heat = hg.gauge.displaced(flow)
    np.testing.assert_array_equal(heat.temperature(0.0), flow.temperature[0])
    with pytest.raises(ValueError, match="keeps no momentum"):
        heat.flux(0.0)
    with pytest.raises(TypeError, match="`flow`"):
        hg.gauge.displaced(functools)
