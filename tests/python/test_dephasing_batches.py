"""Averages of what realisations are measured to hold."""

from __future__ import annotations

import numpy as np
from test_haken_strobl import chain

import heatgauge as hg


def test_values_beyond_the_range_of_their_squares_have_an_infinite_error() -> None:
    H, psi = chain(40)
    observe = {"f": lambda t, psi: 1e200 * abs(psi[20]) ** 2}
    run = hg.dephase(H, psi, [0, 1], 1.0, 40, 1, observe=observe)
    assert np.isfinite(run.records["f"]).all()
    assert run.records["f_stderr"][-1] == np.inf
