"""Which axes an induction couples: seen by plaquettes, in every gauge, up to 2π."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

import heatgauge as hg
from heatgauge.kinetic_coupling import kinetic_coupling

OPEN = hg.Grid([hg.Axis(-3.0, 3.0, 20), hg.Axis(-2.0, 2.0, 16)])


def coupling(grid: hg.Grid, A: Any, mass: Any = 1.0, charge: float = -0.8, t: float = 0.3) -> Any:
    return kinetic_coupling(
        hg.Hamiltonian(grid, hg.HeatPotentials(grid, None, A, charge), mass, hbar=0.7), t
    )


@pytest.mark.parametrize("gauge", ["symmetric", "landau-x", "landau-y"])
def test_a_uniform_induction_is_seen_in_every_gauge(gauge: str) -> None:
    found = coupling(OPEN, hg.uniform_induction(OPEN, 0.5, gauge), [2.0, 0.5])
    assert (found.kind, found.plane) == ("uniform", (0, 1))
    assert found.omega == pytest.approx(-0.8 * 0.5, rel=1e-12)  # sB/√(m_x m_y)


def test_a_torus_with_whole_flux() -> None:
    grid = hg.Grid([hg.Axis(0.0, 6.0, 20, "periodic"), hg.Axis(0.0, 4.0, 16, "periodic")])
    B = 2 * math.pi * 0.7 / (0.8 * 24) * 3
    found = coupling(grid, hg.uniform_induction(grid, B))
    assert (found.kind, found.plane) == ("uniform", (0, 1))
    assert found.omega == pytest.approx(-0.8 * B, rel=1e-10)


def test_gauge_changes_leave_no_induction() -> None:
    rng = np.random.default_rng(1)
    chi = 1e4 * rng.normal(size=OPEN.shape)
    potentials = hg.HeatPotentials(OPEN).transform(chi).transform(lambda *xt: chi * xt[-1])
    assert kinetic_coupling(hg.Hamiltonian(OPEN, potentials), 0.3).kind == "none"
    by_hand = [np.diff(chi, axis=a) / h for a, h in enumerate(OPEN.spacing)]
    assert coupling(OPEN, by_hand).kind == "none"


def test_whole_turns_do_not_count() -> None:
    # 2π more in every plaquette: the same lattice, and too much for what has no lattice
    h, k = OPEN.spacing
    B = 2 * math.pi * 0.7 / (0.8 * h * k)
    assert coupling(OPEN, hg.uniform_induction(OPEN, B)).kind == "none"
    dense = coupling(OPEN, hg.uniform_induction(OPEN, B / 4))
    assert dense.kind == "general"
    assert "rad of induction per plaquette" in dense.reason


def test_what_is_not_uniform_or_tilted_is_general() -> None:
    uneven = coupling(OPEN, [lambda x, y, t: 0.1 * y**2, None])
    assert uneven.kind == "general"
    assert "not uniform" in uneven.reason
    grid = hg.Grid([hg.Axis(-1.0, 1.0, 8)] * 3)
    tilted = coupling(grid, hg.uniform_induction(grid, [0.1, 0.0, 0.3]))
    assert tilted.kind == "general"
    assert "tilted" in tilted.reason
    along = coupling(grid, hg.uniform_induction(grid, [0.0, 0.3, 0.0]))
    assert (along.kind, along.plane) == ("uniform", (0, 2))


def run(A: Any, **arguments: Any) -> Any:
    psi = hg.gaussian_packet(OPEN, [0.0, 0.0], [0.5, 0.0], [0.6, 0.5])
    H = hg.Hamiltonian(OPEN, hg.HeatPotentials(OPEN, None, A))
    return hg.propagate(H, psi, [0.0, 0.2], dt=0.1, **arguments)


def test_the_run_says_how_axes_are_coupled() -> None:
    assert "exact shears" in run(hg.uniform_induction(OPEN, 0.5)).method
    uneven = [lambda x, y, t: 0.1 * y**2, None]
    assert "Blanes–Moan" in run(uneven).method
    assert "not uniform" in run(uneven).method
    assert "force-gradient" in run(None).method
    growing = [lambda x, y, t: -y * t, None]
    assert "exact shears" in run(growing).method
    curling = [lambda x, y, t: -(y**2) * t, None]
    assert "Blanes–Moan" in run(curling).method


def test_half_a_turn_within_a_step_is_refused() -> None:
    A = hg.uniform_induction(OPEN, 0.5)
    psi = hg.gaussian_packet(OPEN, [0.0, 0.0], [0.5, 0.0], [0.6, 0.5])
    H = hg.Hamiltonian(OPEN, hg.HeatPotentials(OPEN, None, A))
    for method, most in ((hg.CayleySweeps(2), 2 * math.pi), (hg.CayleySweeps(4), 4 * math.pi)):
        hg.propagate(H, psi, [0.0, 0.9 * most], dt=0.9 * most, method=method)
        with pytest.raises(ValueError, match="`dt` must be below"):
            hg.propagate(H, psi, [0.0, 1.1 * most], dt=1.1 * most, method=method)


def test_force_gradient_is_refused_where_it_would_not_hold() -> None:
    with pytest.raises(ValueError, match="`composition` must not be 'force-gradient'"):
        run(
            [lambda x, y, t: 0.1 * y**2, None],
            method=hg.CayleySweeps(composition="force-gradient"),
        )
