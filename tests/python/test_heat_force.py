"""The force on sites from the rises along links: order, walls, rings, and no gauge left in it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import heatgauge as hg
from heatgauge.composition import Motion, force_gradient
from heatgauge.heat_force import site_force
from heatgauge.potentials import differences
from heatgauge.separable_phases import SeparablePhases
from heatgauge.step_phases import StepPhases
from systems import fitted_order


@pytest.mark.parametrize("boundary", ["wall", "periodic"])
def test_eighth_order_in_the_spacing_up_to_the_walls(boundary: str) -> None:
    found, counts = [], [64, 80, 100, 128]
    for n in counts:
        grid = hg.Grid([hg.Axis(0.0, 2 * np.pi, n, boundary)])
        (x,) = grid.coordinates()
        force = site_force(grid, 0, -differences(grid, 0, np.sin(x)))
        found.append(np.abs(force + np.cos(x)).max())
    # at walls one side only: the leading error is not yet alone
    assert fitted_order(1 / np.array(counts), found) == pytest.approx(8, abs=0.2)


@pytest.mark.parametrize("points", [2, 3, 4, 5, 8, 9, 10, 17])
def test_polynomials_are_exact_as_far_as_the_links_go(points: int) -> None:
    grid = hg.Grid([hg.Axis(-1.0, 1.0, points), hg.Axis(0.0, 1.0, 3)])
    x, y = grid.coordinates()
    degree = min(8, points - 1)
    W = np.broadcast_to(x**degree * (1 + y), grid.shape)
    force = site_force(grid, 0, -differences(grid, 0, W))
    assert np.abs(force + degree * x ** (degree - 1) * (1 + y)).max() < 1e-11


@pytest.mark.parametrize("points", [2, 3, 4, 5, 7, 12])
def test_a_uniform_force_on_any_ring(points: int) -> None:
    # a ring with −∂ₜA alike on all links: no potential has this force
    grid = hg.Grid([hg.Axis(0.0, 3.0, points, "periodic")])
    force = site_force(grid, 0, np.full(points, 0.7 * grid.spacing[0]))
    assert np.abs(force - 0.7).max() < 1e-14


def square_of_force(H: hg.Hamiltonian, t: float, dt: float) -> Any:
    """ΣF²/m of a step, from the phase by which the middle flow differs from its temporal link."""
    composition = force_gradient(Motion(tuple(range(H.grid.dimensions))))
    phases = StepPhases(H, composition)
    with_force = phases.flows(t, dt)[1]
    a, b = t + dt / 6, t + 5 * dt / 6
    plain = (H.potentials.charge * H.potentials.temporal(a, b) + H.external.integral(a, b)) / H.hbar
    return (plain - with_force) * 72 * H.hbar / dt**3


def test_the_force_is_that_of_every_field_and_gauge() -> None:
    # F = sE − ∇U with E = −∇V − ∂ₜA, here by V, by U, by A(t) and by half of each: ΣF²/m agrees
    grid = hg.Grid([hg.Axis(-2.0, 2.0, 40), hg.Axis(0.0, 2 * np.pi, 40, "periodic")])
    s, hbar, mass = -0.6, 0.8, [1.2, 0.7]
    f = lambda t: 1.0 + 0.3 * t  # noqa: E731
    drive = lambda size: hg.Drive(lambda x, y: size * x, f)  # noqa: E731
    link = hg.Drive(lambda x, y: 1.0, lambda t: t + 0.15 * t**2)
    wave = lambda x, y: np.cos(y)  # noqa: E731
    cases = [
        hg.HeatPotentials(grid, [drive(1.0), hg.Drive(wave, f)], None, s),
        hg.HeatPotentials(grid, hg.Drive(wave, f), [link, None], s),
        hg.HeatPotentials(grid, None, None, s),
    ]
    external = [None, None, [drive(s), hg.Drive(lambda x, y: s * wave(x, y), f)]]
    x, y = grid.coordinates()
    t, dt = 0.4, 0.02
    strength = s * f(t + dt / 2)
    expected = strength**2 * (1 / mass[0] + np.sin(y) ** 2 / mass[1]) + 0 * x
    # the difference of two phases times 72ħ/τ³: rounding 1e-17·72/8e-6
    for potentials, U in zip(cases, external, strict=True):
        H = hg.Hamiltonian(grid, potentials, mass, U, hbar)
        assert np.abs(square_of_force(H, t, dt) - expected).max() < 1e-8
    chi = np.random.default_rng(0).normal(size=grid.shape)
    moved = hg.Hamiltonian(grid, cases[1].transform(lambda *xt: chi * xt[-1]), mass, None, hbar)
    assert np.abs(square_of_force(moved, t, dt) - expected).max() < 1e-7


@pytest.mark.parametrize("dimensions", [1, 2, 3])
def test_laid_out_phases_are_those_of_single_steps(dimensions: int) -> None:
    rng = np.random.default_rng(4)
    axes = [hg.Axis(-1, 1, 10), hg.Axis(-1, 2, 9, "periodic", 0.3), hg.Axis(0, 1, 4)]
    grid = hg.Grid(axes[:dimensions])

    def entry(shape: Any) -> Any:
        static, profile = rng.normal(size=(2, *shape))
        return [static, hg.Drive(profile, lambda t: np.sin(3 * t))]

    A = [entry(grid.link_shape(a)) for a in range(dimensions)]
    potentials = hg.HeatPotentials(grid, entry(grid.shape), A, -0.7)
    potentials = potentials.transform(rng.normal(size=grid.shape))
    H = hg.Hamiltonian(grid, potentials, [1.0, 0.5, 2.0][:dimensions], None, 0.9)
    composition = force_gradient(Motion(tuple(range(dimensions))))
    single, laid_out = StepPhases(H, composition), SeparablePhases(H, composition, 0.2, 0.8)
    starts, dt = np.array([0.2, 0.5]), 0.3
    table = laid_out.table(starts, dt)
    for step, t in enumerate(starts.tolist()):
        for flow, phase in enumerate(single.flows(t, dt)):
            total = sum(
                c * a for c, a in zip(table.flow_rows[step, flow], table.site_arrays, strict=True)
            )
            assert np.abs(total - phase).max() < 1e-13
        for key, rows, phase in zip(single.keys, table.link_rows, single.links(t, dt), strict=True):
            total = sum(c * a for c, a in zip(rows[step], table.link_arrays[key.axis], strict=True))
            assert np.abs(total - phase).max() < 1e-13
