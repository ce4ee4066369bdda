"""Sampled potentials in Crank–Nicolson: in the core, and equal to the same field in Python."""

import numpy as np
import pytest

import heatgauge as hg
from heatgauge.fields import Sampled


@pytest.mark.parametrize("order", [2, 4])
def test_sampled_potentials_act_like_the_interpolating_function(order):
    grid = hg.Grid([hg.Axis(-10, 10, 128)])
    (x,) = grid.coordinates()
    (links,) = grid.link_coordinates(0)
    times = np.array([0.0, 0.3, 0.4, 1.0])
    scalar = Sampled(times, np.sin(times)[:, None] * np.cos(x))
    vector = Sampled(times[[0, 1, 3]], times[[0, 1, 3], None] * np.sin(links))
    shaken = hg.Drive(lambda x: 0.1 * x, np.cos)
    chi = np.random.default_rng(3).normal(size=grid.shape)
    psi = hg.gaussian_packet(grid, center=0.0, momentum=1.0, width=1.0)

    def final(v, a):
        potentials = hg.HeatPotentials(grid, scalar=[v, shaken], vector=[[a]]).transform(chi)
        turned = hg.gauge.transform_state(psi, chi, potentials)
        h = hg.Hamiltonian(grid, potentials, order=order)
        return hg.propagate(h, turned, [0.0, 0.35, 1.0], dt=0.02, breakpoints=times).final

    # 50 steps of rounding, each some eps·dt‖H‖; callables are averaged over a link by quadrature,
    # so the function returns the values for whatever place it is asked for.
    sampled = final(scalar, vector)
    called = final(lambda x, t: scalar.at(t), lambda x, t: vector.at(t))
    np.testing.assert_allclose(sampled, called, atol=1e-12)
    assert np.abs(sampled - final(None, None)).max() > 0.1
