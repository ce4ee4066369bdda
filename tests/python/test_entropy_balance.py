"""Entropy balances of heat flows: three forms, with sources and boundaries."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from test_heat_flow import random_case

import heatgauge as hg
from heat_systems import fitted_order

FORMS = ("quadratic", "local", "extended")


def scale_of(balance: Any) -> float:
    parts = (balance.change, balance.divergence, balance.source, balance.production)
    return float(max(np.abs(part).max() for part in parts))


@pytest.mark.parametrize("dimensions", [1, 2, 3])
def test_the_quadratic_balance_closes_to_rounding_in_every_cell(dimensions: int) -> None:
    """Midpoint steps; sides of every kind and sources, also such as vary in time."""
    for seed in range(24):
        law, grid, start, boundary, source = random_case(seed, dimensions)
        times = 0.07 * np.arange(9)
        flow = hg.conduct(
            law,
            grid,
            start,
            times,
            boundary=boundary,
            source=source,
            dt=0.07,
            method="midpoint",
        )
        for reference in (None, 0.3):
            balance = flow.entropy_balance(reference=reference)
            size = np.abs(flow.entropy_density(reference=reference)).max() / 0.07
            # the promised 1e-12: rounding of stored/dt, and of the direct solve in 3D
            assert np.abs(balance.defect).max() < 1e-12 * (scale_of(balance) + size)


@pytest.mark.parametrize("dimensions", [1, 2])
def test_the_terms_of_the_quadratic_balance_are_those_of_the_theory(dimensions: int) -> None:
    """d/dt ∫½(CδT² + Λq²) = −∮δT q·n + ∫δT Q − ∫σ, every term written out."""
    for seed in range(6):
        law, grid, start, boundary, _ = random_case(seed, dimensions, fluxes=False)
        heat = np.random.default_rng(seed).normal(size=grid.shape)
        flow = hg.conduct(
            law, grid, start, 0.05 * np.arange(4), boundary=boundary, source=heat, dt=0.05,
            method="midpoint",
        )  # fmt: skip
        balance = flow.entropy_balance(reference=0.4)
        volume, axes = grid.cell_volume, tuple(range(1, dimensions + 1))
        middle = 0.5 * (flow.temperature[1:] + flow.temperature[:-1]) - 0.4
        given = (middle * heat).sum(axis=axes)
        np.testing.assert_allclose(-balance.source.sum(axis=axes), given, rtol=1e-12)
        power = np.zeros(3)
        for (axis, end), surface in flow.surface_temperature.items():
            q = np.take(flow.flux[axis], -1 if end else 0, axis=axis + 1) * (-1 if end else 1)
            T = 0.5 * (surface[1:] + surface[:-1]) - 0.4
            inward = (0.5 * (q[1:] + q[:-1]) * T).reshape(3, -1).sum(axis=1)
            power += inward * volume / grid.spacing[axis]
        assert np.abs(balance.divergence.sum(axis=axes) * volume - power).max() < 1e-12


def wave(outputs: int, boundary: str, form: str) -> float:
    """Largest defect of the balance in time-step units of a smooth wave with a source."""
    tau = np.linspace(0.3, 0.5, 12)
    grid = hg.Grid([hg.Axis(0, 1, 12)])
    law = hg.Cattaneo(hg.Medium(np.linspace(1, 2, 12), np.linspace(2, 1, 12), tau))
    sides: dict[str, Any] = {
        "temperature": {"x-": hg.Temperature(lambda t: 3 + math.sin(t))},
        "robin": {"x-": hg.Robin(2.0, lambda t: 3 + math.sin(t)), "x+": hg.Robin(1.0, 2.0)},
        "flux": {"x-": hg.Flux(lambda t: math.sin(t) ** 2)},
    }[boundary]
    x = grid.coordinates()[0]
    source = hg.Drive(x, lambda t: math.cos(2 * t))
    times = np.linspace(0, 1, outputs + 1)
    flow = hg.conduct(
        law, grid, 3 + 0.0 * x, times, boundary=sides, source=source, dt=times[1] / 8,
        method="midpoint",
    )  # fmt: skip
    return float(np.abs(flow.entropy_balance(form).defect.sum(axis=1)).mean())


@pytest.mark.parametrize("form", ["local", "extended"])
@pytest.mark.parametrize("boundary", ["temperature", "robin", "flux"])
def test_local_and_extended_balances_close_at_second_order(boundary: str, form: str) -> None:
    counts = [40, 80, 160, 320]
    defects = [wave(n, boundary, form) for n in counts]
    assert abs(fitted_order([1 / n for n in counts], defects) - 2) < 0.05


def fields(n: int, m: int) -> tuple[Any, ...]:
    """A T and a q that obey no law, on n sites and m times; Q makes up for the energy."""
    grid = hg.Grid([hg.Axis(0, 1, n, "periodic")])
    x, xf = grid.coordinates()[0], grid.face_coordinates(0)[0]
    t = np.linspace(0, 1, m + 1)[:, None]
    w = 2 * np.pi
    T = 3 + np.sin(w * x + t) + 0.2 * np.cos(2 * w * x) * t
    q = np.cos(w * xf - 2 * t) + 0.5 * t**2
    return grid, t, T, q, x, w


@pytest.mark.parametrize("form", FORMS)
def test_the_production_of_any_fields_is_the_formula(form: str) -> None:
    """Fields that obey no law: σ from −∇T and ∂ₜq, the signs of every term one by one."""
    errors, counts, inductance = [], [32, 64, 128, 256], 0.7
    for n in counts:
        grid, t, T, q, x, w = fields(n, n)
        law = hg.Cattaneo(hg.Medium(2.0, 1.0, 2.0 * inductance))
        flow = hg.HeatFlow.from_arrays(law, grid, t[:, 0], T, [q])
        s = 0.5 * (t[1:] + t[:-1])
        heat = 3 + np.sin(w * x + s) + 0.2 * np.cos(2 * w * x) * s
        slope = w * np.cos(w * x + s) - 0.4 * w * np.sin(2 * w * x) * s
        rate = np.cos(w * x + s) + 0.2 * np.cos(2 * w * x)
        flux = np.cos(w * x - 2 * s) + 0.5 * s**2
        growth = 2 * np.sin(w * x - 2 * s) + s
        field = -slope - inductance * growth
        exact = {
            "quadratic": flux * field,
            "local": -flux * slope / heat**2,
            "extended": flux * field / heat**2 + inductance * flux**2 * rate / heat**3,
        }[form]
        errors.append(np.abs(flow.entropy_production(form) - exact).max())
    assert abs(fitted_order([1 / n for n in counts], errors) - 2) < 0.05
    assert errors[-1] < 2e-2


@pytest.mark.parametrize("form", FORMS)
def test_the_balance_of_any_fields_closes(form: str) -> None:
    """With the source that the energy balance asks for; a flipped sign leaves a defect of order 1.

    S and J here are those of the theory: for fields without a law the quadratic and the extended
    form hold too, since σ = q·E + … is an identity.
    """
    defects, counts = [], [16, 32, 64, 128]
    for n in counts:
        grid, t, T, q, _, _ = fields(8, n)
        rate = np.diff(T, axis=0) * n
        middle = 0.5 * (q[1:] + q[:-1])
        heat = rate + (middle - np.roll(middle, 1, axis=1)) * 8
        law = hg.Cattaneo(hg.Medium(2.0, 1.0, 1.4))
        flow = hg.HeatFlow.from_arrays(law, grid, t[:, 0], T, [q], source=heat)
        assert np.abs(flow.energy_balance()).max() < 1e-13
        balance = flow.entropy_balance(form)
        defects.append(np.abs(balance.defect).max())
        assert min(np.abs(balance.source).max(), np.abs(balance.change).max()) > 0.1
    if form == "quadratic":
        assert max(defects) < 1e-12
    else:
        assert abs(fitted_order([1 / n for n in counts], defects) - 2) < 0.05


def smallest_production(seed: int) -> float:
    """Least quadratic σ of one random case, over its largest (all of one step each)."""
    law, grid, start, boundary, source = random_case(seed, 1 + seed % 3)
    dt = 10 ** np.random.default_rng(seed).uniform(-3, 1)
    flow = hg.conduct(
        law, grid, start, dt * np.arange(6), boundary=boundary, source=source, dt=dt,
        method="midpoint",
    )  # fmt: skip
    sigma = flow.entropy_production()
    # rounding of T left in the differences, times q: T grows with the sources and dt
    rounding = max(float(np.abs(q).max()) for q in flow.flux) * np.abs(flow.temperature).max()
    return float(sigma.min() / max(sigma.max(), rounding / min(grid.spacing)))


def test_the_production_of_midpoint_steps_is_never_negative() -> None:
    assert min(smallest_production(seed) for seed in range(300)) > -1e-13


@pytest.mark.slow
def test_the_production_of_midpoint_steps_is_never_negative_in_ten_thousand_cases() -> None:
    assert min(smallest_production(seed) for seed in range(10_000)) > -1e-13


def test_the_sourceless_extended_entropy_of_an_insulated_body_grows() -> None:
    """Small about T₀ the remainder Λq²∂ₜT/T³ is third order: q·E/T² decides."""
    grid = hg.Grid([hg.Axis(0, 1, 40)])
    law = hg.Cattaneo(hg.Medium(1.0, 1.0, 0.3))
    start = 300 + np.cos(np.pi * grid.coordinates()[0])
    flow = hg.conduct(law, grid, start, np.linspace(0, 2, 401), dt=0.005, method="midpoint")
    totals = {form: flow.entropy_density(form).sum(axis=1) for form in FORMS}
    assert (np.diff(totals["quadratic"]) > 0).all()
    assert (np.diff(totals["extended"]) > 0).all()
    assert (np.diff(totals["local"]) < 0).any()  # equilibrium entropy alone swings
    # to leading order T₀² times the extended entropy is the quadratic one
    ratio = (totals["extended"][-1] - totals["extended"][0]) * 300**2
    assert abs(ratio / (totals["quadratic"][-1] - totals["quadratic"][0]) - 1) < 0.01


def test_a_balance_refuses_what_it_cannot_do() -> None:
    grid = hg.Grid([hg.Axis(0, 1, 4)])
    law = hg.Fourier(hg.Medium(1.0, 1.0))
    flow = hg.conduct(law, grid, np.arange(4.0) - 1, [0, 1], dt=0.5)
    flow.entropy_balance()
    with pytest.raises(ValueError, match="`form` must be 'quadratic' where T is not positive"):
        flow.entropy_balance("local")
    with pytest.raises(ValueError, match="`form`"):
        flow.entropy_balance("cubic")
    with pytest.raises(TypeError, match="`reference`"):
        flow.entropy_balance(reference="room")
    last = hg.conduct(law, grid, 1.0, [0, 1], dt=0.5, store="final")
    with pytest.raises(ValueError, match="`store`"):
        last.entropy_density()
    warm = hg.conduct(law, grid, np.arange(4.0) + 1, [0, 1], dt=0.5)
    with pytest.raises(ValueError, match="`reference` must be finite and > 0"):
        warm.entropy_density("local", reference=0.0)
