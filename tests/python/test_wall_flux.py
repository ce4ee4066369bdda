"""The flux at walls whose temperature varies: of second order, with an exact entropy balance."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from test_heat_flow import random_case

import heatgauge as hg
from heat_systems import fitted_order


def wall_errors(
    n: int, method: str, law: Any, dimensions: int = 1, resistance: float = 0.0
) -> tuple[float, float, float]:
    """T = 1 + x + t³ − sin 2t (+ sin πx) in the unit cube: errors of q at x-, of all q and of T.

    κ = C = 1. ∂²T = 0 at the walls, so that T at first is one of the grid as well.
    """
    grid = hg.Grid([hg.Axis(0, 1, n)] + [hg.Axis(0, 1, 4, "periodic")] * (dimensions - 1))
    x, faces = grid.coordinates(), grid.face_coordinates(0)

    def temperature(x: Any, t: float) -> Any:
        return 1 + x + (t**3 - math.sin(2 * t)) * (1 + 0.5 * x) + np.sin(np.pi * x)

    def flux(x: Any, t: float) -> Any:
        return -1 - 0.5 * (t**3 - math.sin(2 * t)) - np.pi * np.cos(np.pi * x)

    def source(*x_and_t: Any) -> Any:
        x, t = x_and_t[0], x_and_t[-1]
        return (3 * t**2 - 2 * math.cos(2 * t)) * (1 + 0.5 * x) + np.pi**2 * np.sin(np.pi * x)

    def left(*y_and_t: Any) -> Any:
        t = y_and_t[-1]
        value = float(temperature(0.0, t) + resistance * flux(0.0, t))
        return value if len(y_and_t) == 1 else value + 0 * y_and_t[0]

    kind = hg.Robin(1 / resistance, left) if resistance > 0 else hg.Temperature(left)
    end = 0.5
    whole = [np.broadcast_to(flux(faces[0], 0.0), grid.face_shape(0))]
    whole += [np.zeros(grid.face_shape(k)) for k in range(1, dimensions)]
    flow = hg.conduct(
        law, grid, np.broadcast_to(temperature(x[0], 0.0), grid.shape), [0, 0.37 * end, end],
        boundary={"x-": kind, "x+": hg.Temperature(lambda t: float(temperature(1.0, t)))},
        source=source, method=method, dt=end / n,
    )  # fmt: skip
    assert np.abs(flow.energy_balance()).max() < 1e-12
    error = flow.flux[0][-1] - flux(faces[0], end)
    heat = flow.temperature[-1] - temperature(x[0], end)
    return (
        float(np.abs(error[0]).max()),
        float(np.sqrt((error**2).mean())),
        float(np.sqrt((heat**2).mean())),
    )


@pytest.mark.parametrize(
    ("method", "dimensions", "resistance"),
    [
        ("midpoint", 1, 0.0),
        ("midpoint", 2, 0.0),
        ("midpoint", 1, 1e-3),
        ("directional", 2, 0.0),
        ("l-stable", 1, 0.0),
        ("l-stable", 2, 0.0),
        ("l-stable", 1, 1e-3),
    ],
)
def test_the_flux_at_a_wall_that_varies_in_time_is_of_second_order(
    method: str, dimensions: int, resistance: float
) -> None:
    """dt = h/2. With the wall's value amid the step q was of first order there, 3/2 as a whole."""
    law = hg.Fourier(hg.Medium(1.0, 1.0))
    counts = (40, 60, 90, 135)
    found = np.array([wall_errors(n, method, law, dimensions, resistance) for n in counts])
    for errors in found.T:
        order = fitted_order([1 / n for n in counts], errors)
        assert abs(order - 2) < 0.05, (order, found)


@pytest.mark.parametrize("dimensions", [1, 2, 3])
def test_the_quadratic_balance_closes_to_rounding_whatever_the_sides_do(dimensions: int) -> None:
    """Temperatures, surroundings and fluxes that turn around within a few steps."""
    for seed in range(12):
        law, grid, start, boundary, source = random_case(seed, dimensions)
        rng = np.random.default_rng(seed)
        for name in boundary:
            w, a = rng.uniform(5, 20), rng.uniform(0.5, 2)

            def value(t: float, w: float = w, a: float = a) -> float:
                return a * math.sin(w * t) + t**3

            kinds = [hg.Temperature(value), hg.Robin(0.8, value), hg.Flux(value)]
            boundary[name] = kinds[rng.integers(3)]
        times = 0.07 * np.arange(9)
        flow = hg.conduct(
            law, grid, start, times, boundary=boundary, source=source, dt=0.07, method="midpoint"
        )
        assert np.abs(flow.energy_balance()).max() < 1e-12
        balance = flow.entropy_balance(reference=0.3)
        parts = (balance.change, balance.divergence, balance.source, balance.production)
        size = np.abs(flow.entropy_density(reference=0.3)).max() / 0.07
        size += max(float(np.abs(part).max()) for part in parts)
        # the promised 1e-12: rounding of stored/dt, and of the direct solve in 3D
        assert np.abs(balance.defect).max() < 1e-12 * size
        # and σ keeps its sign; rounding of T left in the differences, times q
        flux = max(float(np.abs(q).max()) for q in flow.flux)
        heat = np.abs(flow.temperature).max()
        sigma = flow.entropy_production()
        assert sigma.min() > -1e-13 * max(sigma.max(), flux * heat / min(grid.spacing))


@pytest.mark.parametrize("kind", ["temperature", "surroundings", "flux", "source"])
@pytest.mark.parametrize("method", ["midpoint", "l-stable", "backward-euler"])
def test_a_jump_at_the_end_of_a_step_belongs_to_the_next_one(kind: str, method: str) -> None:
    """The same as two runs, each with constant sides."""
    grid = hg.Grid([hg.Axis(0, 1, 12)])
    law = hg.Fourier(hg.Medium(1.0, 1.0))
    make: Any = {
        "temperature": hg.Temperature,
        "surroundings": lambda v: hg.Robin(3.0, v),
        "flux": hg.Flux,
        "source": None,
    }[kind]

    def run(value: Any, start: Any, times: Any) -> Any:
        side = {} if kind == "source" else {"x-": make(value)}
        heat = value if kind == "source" else None
        if callable(heat):
            heat = hg.Drive(1.0, value)
        return hg.conduct(
            law, grid, start, times, boundary=side, source=heat, dt=0.0625, method=method
        )

    both = run(lambda t: 2.0 if t < 0.25 else 0.5, 1.0, [0, 0.25, 0.5])
    first = run(2.0, 1.0, [0, 0.25])
    second = run(0.5, first.temperature[-1], [0.25, 0.5])
    np.testing.assert_allclose(both.temperature[1], first.temperature[-1], rtol=1e-13)
    np.testing.assert_allclose(both.temperature[2], second.temperature[-1], rtol=1e-12)


def test_a_bent_profile_at_a_wall_rings_in_the_flux_of_midpoint_steps() -> None:
    """T = x(1 − x)e^{−t}: at first T beside the wall is h²/8·∂²T off what the grid would have.

    Midpoint steps of h/2 do not damp that: q at the wall is of first order at the output times. Its
    mean over two of them, a step apart, is of second order, as is what "l-stable" gives.
    """

    def at_wall(n: int, method: str) -> tuple[float, float]:
        grid = hg.Grid([hg.Axis(0, 1, n)])

        def source(x: Any, t: float) -> Any:
            return (2 - x * (1 - x)) * math.exp(-t)

        x = grid.coordinates()[0]
        sides = {"x-": hg.Temperature(0.0), "x+": hg.Temperature(0.0)}
        dt = 0.5 / n
        flow = hg.conduct(
            hg.Fourier(hg.Medium(1.0, 1.0)), grid, x * (1 - x), [0, 0.5 - dt, 0.5],
            boundary=sides, source=source, method=method, dt=dt,
        )  # fmt: skip
        q = flow.flux[0][:, 0]
        mean = -0.5 * (math.exp(-0.5) + math.exp(dt - 0.5))
        return abs(q[-1] + math.exp(-0.5)), abs(0.5 * (q[-1] + q[-2]) - mean)

    counts = (20, 40, 80, 160)
    steps = [1 / n for n in counts]
    found = np.array([at_wall(n, "midpoint") for n in counts])
    assert fitted_order(steps, found[:, 0]) < 1.2
    assert abs(fitted_order(steps, found[:, 1]) - 2) < 0.05, found
    assert found[-1, 0] < 2e-4  # of 0.6, as the docstring of conduct says
    stable = [at_wall(n, "l-stable")[0] for n in counts]
    assert abs(fitted_order(steps, stable) - 2) < 0.05, stable
    assert stable[-1] < 5e-6
