"""No pulse falls between the steps: reliability of runs with driven boundaries."""

from __future__ import annotations

import math

import numpy as np
import pytest

import heatgauge as hg
from heatgauge.drive_features import missed_share, resolving_step
from heatgauge.time_steps import resolved_step


@pytest.mark.parametrize("width", [1e-3, 1e-2, 0.1])
def test_the_step_resolves_a_pulse_wherever_it_lies(width: float) -> None:
    for center in np.linspace(0.05, 0.95, 7):

        def pulse(t: float, at: float = center) -> float:
            return math.exp(-(((t - at) / width) ** 2))

        step = resolving_step([pulse], 0.0, 1.0)
        assert step <= 2.5 * width  # a Gaussian sampled at twice its width keeps its area to 20 %
        assert missed_share(pulse, 0.0, 1.0, 8 * width) > 0.2 or 8 * width > 0.25


def test_constants_and_slow_drives_do_not_shorten_the_step() -> None:
    assert resolving_step([lambda t: 7.0, lambda t: t], 2.0, 6.0) == 1.0


@pytest.mark.parametrize("width", [5e-4, 1e-3, 3e-3])
@pytest.mark.parametrize("area", [1.0, 0.1, 0.01])
def test_a_pulse_on_a_slow_drive_is_seen(width: float, area: float) -> None:
    # Some percent of the area of the whole drive: what steps get wrong was judged by the whole.
    for center in np.linspace(0.05, 0.95, 7):

        def drive(t: float, at: float = center) -> float:
            pulse = math.exp(-0.5 * ((t - at) / width) ** 2) / (width * math.sqrt(2 * math.pi))
            return 3 * math.sin(6 * t) + area * pulse

        # the five nodes of a step lie within 4 standard deviations of each other
        assert resolving_step([drive], 0.0, 1.0) <= 16 * width


def test_kinks_and_smooth_edges_do_not_pass_for_pulses() -> None:
    for at in np.linspace(0.05, 0.95, 13):
        for drive in (
            lambda t, at=at: abs(t - at),
            lambda t, at=at: math.sin(6 * t) + 1e-3 * abs(t - at),
            lambda t, at=at: math.tanh((t - at) / 0.1),
        ):
            assert resolving_step([drive], 0.0, 1.0) >= 1 / 16


def test_a_flash_between_the_places_that_were_looked_at_is_seen() -> None:
    # a spot of radius 5 sites, lit for 3e-4 of the run: 8 places a side were 9 sites apart
    grid = hg.Grid([hg.Axis(0.0, 64.0, 64), hg.Axis(0.0, 64.0, 64)])

    def flash(x, y, t):
        lit = math.exp(-0.5 * ((t - 0.3333) / 3e-4) ** 2)
        return lit * np.maximum(1 - ((x - 32) ** 2 + (y - 32) ** 2) / 25, 0.0)

    H = hg.Hamiltonian(grid, external=flash)
    assert resolved_step(H, np.array([0.0, 1.0])) <= 16 * 3e-4


def test_a_heat_pulse_that_every_trial_step_would_miss_arrives() -> None:
    """The body takes up the whole fluence ∫q dt, whatever the output times."""
    law = hg.Fourier(hg.Medium(conductivity=1.0, capacity=2.0))
    grid = hg.Grid([hg.Axis(0, 1, 20)])
    width = 1e-3

    def flux(t: float) -> float:
        return math.exp(-(((t - 0.3137) / width) ** 2)) / (width * math.sqrt(math.pi))

    flow = hg.conduct(law, grid, 0.0, [0, 1], boundary={"x-": hg.Flux(flux)}, rtol=1e-3)
    # fluence 1 over capacity 2; the mean follows the quadrature of the flux, held to rtol
    assert flow.temperature[-1].mean() == pytest.approx(0.5, rel=2e-3)


def test_a_given_dt_that_misses_a_pulse_is_told() -> None:
    grid = hg.Grid([hg.Axis(-6, 6, 64)])
    (x,) = grid.coordinates()
    kick = hg.Drive(x, lambda t: math.exp(-(((t - 0.513) / 0.002) ** 2)))
    H = hg.Hamiltonian(grid, external=[0.5 * x**2, kick])
    psi = hg.gaussian_packet(grid, center=0.0, momentum=0.0, width=0.7)
    with pytest.warns(hg.AccuracyWarning, match="`external`"):
        hg.propagate(H, psi, [0, 1], dt=0.1)
    hg.propagate(H, psi, [0, 1], dt=0.1, breakpoints=[0.506, 0.513, 0.52])  # told already
    hg.propagate(H, psi, [0, 1], dt=0.0005)
    slow = hg.Drive(x, lambda t: math.cos(t) + math.exp(-(((t - 0.513) / 0.002) ** 2)))
    H = hg.Hamiltonian(grid, external=[0.5 * x**2, slow])
    with pytest.warns(hg.AccuracyWarning, match="a narrow pulse in the time dependence"):
        hg.propagate(H, psi, [0, 1], dt=0.1)
    hg.propagate(H, psi, [0, 1], dt=0.001)
