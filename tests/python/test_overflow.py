"""Numbers that are finite one by one, and leave double precision where they meet."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from test_arguments import GRID, PSI, quickly

import heatgauge as hg


@pytest.mark.parametrize(
    ("charge", "scalar", "vector", "external", "order"),
    [
        (1e200, 1e200, 0.0, 0.0, 2),
        (1.0, 1e308, 0.0, 1e308, 2),
        (1.0, 0.0, 0.0, [1e308, -1e308], 8),  # only the wall correction overflows
        (1e200, 0.0, -1e200, 0.0, 2),
    ],
)
def test_potentials_that_overflow_in_the_hamiltonian_are_refused(
    charge: float, scalar: float, vector: float, external: Any, order: int
) -> None:
    grid = hg.Grid([hg.Axis(0, 1, 12)])
    external = np.resize(external, grid.shape)
    pots = hg.HeatPotentials(grid, scalar=scalar, vector=[vector], charge=charge)
    H = hg.Hamiltonian(grid, pots, external=external, order=order)
    psi = np.ones(grid.shape)
    quickly(H.to_scipy, ValueError, "`potentials`")
    quickly(lambda: H @ psi, ValueError, "`potentials`")
    with pytest.raises((ValueError, hg.NumericalError), match=r"overflow|beyond double|finite"):
        hg.propagate(H, psi, [0.0, 0.1], dt=0.1)


def test_a_gauge_phase_that_overflows_is_refused() -> None:
    pots = hg.HeatPotentials(GRID)
    for chi in (0.0, 1.0):  # s/ħ itself overflows
        call = lambda chi=chi: hg.gauge.transform_state(PSI, chi, pots, hbar=5e-324)  # noqa: E731
        quickly(call, ValueError, "`chi`")


def test_a_gauge_function_beyond_double_precision_is_refused_by_the_noether_identity() -> None:
    law = hg.Cattaneo(hg.Medium(1.0, 1.0, 0.1))
    start = 1 + np.sin(np.pi * GRID.coordinates()[0] / GRID.axes[0].upper) ** 2
    flow = hg.conduct(law, GRID, start, [0.0, 0.01, 0.02], dt=0.005)
    defect = hg.gauge.noether_defect
    large = np.array(defect(flow, lambda x, t: 1e200 * np.sin(3 * x + t)))
    np.testing.assert_allclose(
        large, 1e200 * np.array(defect(flow, lambda x, t: np.sin(3 * x + t)))
    )
    quickly(lambda: defect(flow, lambda x, t: 1e308 * np.cos(9 * x + t)), ValueError, "`chi`")
