"""Fields at five times of a step: what follows for its parts, and the order of what is left."""

from __future__ import annotations

import numpy as np
import pytest

import heatgauge as hg
from heatgauge.step_nodes import NODES, mean_weights, rise_weights, value_weights
from systems import fitted_order

EPS = np.finfo(float).eps


@pytest.mark.parametrize("degree", range(5))
def test_polynomials_of_degree_4_are_exact_everywhere(degree: int) -> None:
    values = NODES**degree
    for start, end in ((0.0, 1 / 6), (1 / 6, 5 / 6), (0.21, 0.07), (0.0, 1.0)):
        mean = (end ** (degree + 1) - start ** (degree + 1)) / ((degree + 1) * (end - start))
        assert abs(values @ mean_weights(start, end) - mean) < 8 * EPS
        assert abs(values @ rise_weights(start, end) - (end**degree - start**degree)) < 8 * EPS
        assert abs(values @ value_weights(start) - start**degree) < 8 * EPS


def test_whole_steps_are_exact_to_degree_9_and_parts_are_of_order_6() -> None:
    assert abs(NODES**9 @ mean_weights(0.0, 1.0) - 0.1) < 4 * EPS
    assert abs(NODES**10 @ mean_weights(0.0, 1.0) - 1 / 11) > 1e-7
    steps = np.array([0.1, 0.125, 0.16, 0.2])
    part, value = [], []
    for dt in steps.tolist():  # e^{3t} around t = 0, so that the next terms of the series are small
        samples = np.exp(3 * dt * (NODES - 0.5))
        integral = (np.exp(-dt) - np.exp(-1.5 * dt)) / 3
        part.append(abs(dt / 6 * (samples @ mean_weights(0.0, 1 / 6)) - integral))
        value.append(abs(samples @ value_weights(1 / 6) - np.exp(-dt)))
    assert abs(fitted_order(steps, part) - 6) < 0.05
    assert abs(fitted_order(steps, value) - 5) < 0.05


@pytest.mark.parametrize("method", [hg.CayleySweeps(), hg.CayleySweeps(2), hg.SpectralSweeps()])
def test_an_interval_of_one_last_place_is_cut_like_any_other(method):
    # 0.3 and 3·0.1, an output time and a breakpoint: two steps and more began at the same time
    assert np.nextafter(0.3, 1.0) == 3 * 0.1
    grid = hg.Grid([hg.Axis(-8.0, 8.0, 64)])
    (x,) = grid.coordinates()
    H = hg.Hamiltonian(
        grid,
        hg.HeatPotentials(grid, lambda x, t: 0.3 * x * np.cos(2 * t)),
        external=[0.5 * x**2, hg.Drive(lambda x: x, lambda t: 0.1 * np.sin(t))],
    )
    psi = hg.gaussian_packet(grid, 0.5, 0.3, 0.8)
    plain = hg.propagate(H, psi, [0.0, 0.3, 0.6], method=method, rtol=1e-6)
    cut = hg.propagate(H, psi, [0.0, 0.3, 0.6], method=method, rtol=1e-6, breakpoints=[3 * 0.1])
    # each within rtol of the same state
    assert np.linalg.norm(cut.final - plain.final) <= 2e-6 * np.linalg.norm(psi)
