"""The Noether identity: the action and the entropy balance change alike under every gauge."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

import heatgauge as hg
from heat_systems import fitted_order


def random_gauge(seed: int, dimensions: int) -> Any:
    """A few waves in space and time, periodic on [0, 1] per axis."""
    rng = np.random.default_rng(seed)
    k = 2 * np.pi * rng.integers(-1, 2, size=(3, dimensions))
    omega, phase = rng.uniform(2, 6, 3), rng.uniform(0, 6, 3)

    def chi(*xt: Any) -> Any:
        *x, t = xt
        waves = (
            np.sin(sum(a * c for a, c in zip(k[j], x, strict=True)) + omega[j] * t + phase[j])
            for j in range(3)
        )
        return sum(waves) + t * math.cos(t)

    return chi


SIDES: dict[str, Any] = {
    "ring": None,
    "robin": {"x-": hg.Robin(2.0, lambda t: 3 + math.sin(t)), "x+": hg.Robin(1.0, 3.0)},
    "flux": {"x-": hg.Flux(lambda t: 0.5 * math.sin(3 * t) ** 2)},
}


def flow_of(kind: str, dimensions: int, n: int, law: str = "cattaneo") -> hg.HeatFlow:
    """A flow with a source on a grid and times that are refined together."""
    first = hg.Axis(0, 1, n, "periodic" if kind == "ring" else "wall")
    grid = hg.Grid([first, *[hg.Axis(0, 1, n, "periodic")] * (dimensions - 1)])
    x = grid.coordinates()
    kappa = 0.2 + 0.1 * sum(np.sin(2 * np.pi * c) ** 2 for c in x)
    medium = hg.Medium(kappa, 1.5 - kappa, 0.3 * np.ones(grid.shape))
    chosen = hg.Cattaneo(medium) if law == "cattaneo" else hg.Fourier(medium)
    start = 2.5 + 0.5 * sum(np.cos(2 * np.pi * c) for c in x) / dimensions
    source = hg.Drive(lambda *c: np.sin(2 * np.pi * c[0]) + 0 * sum(c), lambda t: math.cos(3 * t))
    times = np.linspace(0, 0.5, n + 1)
    return hg.conduct(
        chosen, grid, start, times, boundary=SIDES[kind], source=source, dt=times[1] / 2,
        method="midpoint",
    )  # fmt: skip


@pytest.mark.parametrize("form", ["local", "extended"])
@pytest.mark.parametrize("kind", ["ring", "robin", "flux"])
def test_both_sides_agree_at_second_order(kind: str, form: str) -> None:
    counts = [24, 48, 96, 192]
    differences = []
    for n in counts:
        flow = flow_of(kind, 1, n)
        sides = [hg.gauge.noether_defect(flow, random_gauge(seed, 1), form) for seed in range(6)]
        differences.append(math.sqrt(sum((a - b) ** 2 for a, b in sides)))
    assert differences[-1] < 2e-3 * max(abs(a) for a, _ in sides)
    assert abs(fitted_order([1 / n for n in counts], differences) - 2) < 0.05


@pytest.mark.parametrize("law", ["fourier", "cattaneo"])
@pytest.mark.parametrize("kind", ["ring", "flux"])
def test_both_sides_agree_in_two_dimensions(kind: str, law: str) -> None:
    counts = [20, 40, 80]
    differences = []
    for n in counts:
        flow = flow_of(kind, 2, n, law)
        a, b = zip(
            *(hg.gauge.noether_defect(flow, random_gauge(s, 2)) for s in range(5)), strict=True
        )
        differences.append(np.linalg.norm(np.subtract(a, b)))
    assert differences[-1] < 2e-3 * np.abs(a).max()
    assert 1.8 < fitted_order([1 / n for n in counts], differences) < 2.3


def test_the_symmetry_holds_without_production_and_is_broken_by_it() -> None:
    """χ vanishes on the boundary: δW = −∫∫χσ, zero for a wave without losses (small about T₀)."""
    grid = hg.Grid([hg.Axis(0, 1, 64, "periodic")])
    start = 300 + np.cos(2 * np.pi * grid.coordinates()[0])
    times = np.linspace(0, 1, 129)

    def bump(x: Any, t: float) -> Any:
        return np.sin(np.pi * t) ** 2 * (1 + 0 * x)

    found = {}
    for name, kappa in (("lossless", 1e9), ("damped", 0.3)):
        law = hg.Cattaneo(hg.Medium(kappa, 1.0, kappa))
        flow = hg.conduct(law, grid, start, times, dt=times[1], method="midpoint")
        found[name] = hg.gauge.noether_defect(flow, bump, "extended")
    action, balance = found["damped"]
    assert action < 0
    assert abs(action / balance - 1) < 1e-2
    # What is left is third order in δT/T: 1/300 of the second.
    assert max(map(abs, found["lossless"])) < 0.02 * abs(action)


def test_a_constant_gauge_counts_the_entropy() -> None:
    """χ = 1: the action does not change, and the balance of entropy closes."""
    flow = flow_of("ring", 1, 64)
    action, balance = hg.gauge.noether_defect(flow, np.ones(64))
    assert action == 0
    produced = (flow.entropy_production("local").sum() * flow.times[1]) / 64
    assert abs(balance) < 1e-3 * produced


def test_gauge_functions_and_arrays_give_what_the_callable_gives() -> None:
    flow, chi = flow_of("ring", 1, 32), random_gauge(1, 1)
    (x,) = flow.grid.coordinates()
    table = np.array([chi(x, t) for t in flow.times])
    by_call = hg.gauge.noether_defect(flow, chi)
    assert hg.gauge.noether_defect(flow, table) == by_call
    gauge = hg.gauge.GaugeFunction(flow.grid, lambda t: chi(x, t), lambda t: 0 * x)
    assert hg.gauge.noether_defect(flow, gauge) == by_call
    # continued to walls, to second order
    flow = flow_of("robin", 1, 64)
    (x,) = flow.grid.coordinates()
    table = np.array([chi(x, t) for t in flow.times])
    one, two = hg.gauge.noether_defect(flow, table), hg.gauge.noether_defect(flow, chi)
    assert np.abs(np.subtract(one, two)).max() < 1e-2 * abs(two[0])


@pytest.mark.parametrize(
    ("chi", "kind"),
    [
        (np.ones(3), ValueError),
        ("chi", TypeError),
        (None, TypeError),
        (np.ones(32) * 1j, TypeError),
    ],
)
def test_noether_refuses(chi: Any, kind: type[Exception]) -> None:
    with pytest.raises(kind, match="`chi`"):
        hg.gauge.noether_defect(flow_of("ring", 1, 32), chi)


def test_noether_refuses_flows_without_a_logarithm() -> None:
    grid = hg.Grid([hg.Axis(0, 1, 4)])
    flow = hg.conduct(hg.Fourier(hg.Medium(1.0, 1.0)), grid, np.arange(4.0), [0, 1], dt=0.5)
    with pytest.raises(ValueError, match="T is not positive"):
        hg.gauge.noether_defect(flow, np.ones(4))
    with pytest.raises(ValueError, match="`form`"):
        hg.gauge.noether_defect(flow, np.ones(4), "quadratic")
    with pytest.raises(TypeError, match="`flow`"):
        hg.gauge.noether_defect(grid, np.ones(4))
