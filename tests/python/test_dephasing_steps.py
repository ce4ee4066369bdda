"""Kinetic steps of dephasing: exact for the lattice at any length."""

from __future__ import annotations

import numpy as np
import pytest
from test_haken_strobl import X2, chain

import heatgauge as hg


@pytest.mark.parametrize("dt", [1.0, 4.0, 16.0])
def test_long_steps_lose_nothing_where_the_noise_is_slow(dt: float) -> None:
    """Without noise ⟨x²⟩ = 2J²a²t²/ħ² at any dt: the lattice's exponential to a relative 1e-5."""
    H, psi = chain(201)
    run = hg.dephase(H, psi, [0.0, 16.0, 32.0], 0.0, 1, 1, dt=dt, observe={"x2": X2})
    assert run.dt == dt
    # an energy that is off by 1e-5 of itself moves x by as much; the number of steps cancels
    np.testing.assert_allclose(run.records["x2"][1:], 2 * run.times[1:] ** 2, rtol=4e-5)
