"""Which method is taken if none is named."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import heatgauge as hg
from heatgauge.method_choice import resolved_threads, roughness

LINE = hg.Grid([hg.Axis(-8.0, 8.0, 96)])


def chosen(H: hg.Hamiltonian, psi: Any) -> str:
    return hg.propagate(H, psi, [0.0, 0.01], dt=0.01).method


def test_sweeps_where_the_grid_resolves_the_state_whatever_the_order_of_h() -> None:
    psi = hg.gaussian_packet(LINE, 0.0, 1.0, 0.8)
    for order in (2, 4, 6, 8):
        text = chosen(hg.Hamiltonian(LINE, order=order), psi)
        assert text.startswith("CayleySweeps(order=4, factors=3")
        assert "resolves psi0" in text


def test_the_matrix_where_the_lattice_itself_is_the_model() -> None:
    # one site of a tight-binding chain: sweeps would give it the continuum's energy band
    psi = np.zeros(96)
    psi[40] = 1.0
    text = chosen(hg.Hamiltonian(LINE), psi)
    assert text.startswith("CrankNicolson")
    assert "from site to site" in text
    assert chosen(hg.Hamiltonian(LINE), [psi, psi]).startswith("CrankNicolson")


def test_the_choice_does_not_depend_on_the_gauge() -> None:
    rng = np.random.default_rng(0)
    for boundary, twist in (("wall", 0.0), ("periodic", 0.7)):
        grid = hg.Grid([hg.Axis(-8.0, 8.0, 96, boundary, twist)])
        psi = hg.gaussian_packet(grid, 7.0, 1.0, 0.8)
        chi = 30 * rng.normal(size=96)
        plain = hg.HeatPotentials(grid)
        moved = hg.Hamiltonian(grid, plain.transform(chi))
        turned = hg.gauge.transform_state(psi, chi, plain)
        one, two = roughness(hg.Hamiltonian(grid), psi, 0.0), roughness(moved, turned, 0.0)
        assert one == pytest.approx(two, rel=1e-11)
        assert chosen(moved, turned).startswith("CayleySweeps")


def test_the_matrix_where_a_force_drives_a_smooth_state_to_the_edge_of_the_band() -> None:
    # A wide packet in a tilted chain, ħ = J = 1: Bloch's oscillation turns it at k = π, which the
    # continuum has not. By V, by A(t), and by V(t) that rises later on.
    chain = hg.Grid([hg.Axis(0.0, 101.0, 101)])
    psi = hg.gaussian_packet(chain, 50.5, 0.0, 5.0)
    tilts = (
        hg.HeatPotentials(chain, scalar=lambda x, t: 0.2 * x),
        hg.HeatPotentials(chain, vector=[lambda x, t: -0.2 * t]),
        hg.HeatPotentials(chain, scalar=hg.Drive(lambda x: 0.2 * x, lambda t: min(t / 5, 1.0))),
    )
    period = 2 * np.pi / 0.2
    for pots in tilts:
        run = hg.propagate(hg.Hamiltonian(chain, pots, mass=0.5), psi, [0.0, period], dt=1.0)
        assert run.method.startswith("CrankNicolson")
        assert "few sites" in run.method
    tilted = hg.Hamiltonian(chain, external=0.2 * chain.coordinates()[0], mass=0.5)
    static = hg.propagate(
        tilted, psi, [0.0, period / 2, period], rtol=1e-4, observe={"x": hg.Position(0)}
    )
    # the packet swings by 4J/F, times e^(−1/8σ²) for its spread in k, and comes back
    swing = 20 * np.exp(-1 / (8 * 25))
    assert static.records["x"] - 50.5 == pytest.approx([0.0, -swing, 0.0], abs=2e-2)


def test_sweeps_where_potentials_leave_the_state_resolved() -> None:
    psi = hg.gaussian_packet(LINE, 2.0, 0.0, 0.8)
    pots = hg.HeatPotentials(LINE, vector=[lambda x, t: 0.5 * np.sin(t)])
    trap = hg.Hamiltonian(LINE, pots, external=0.5 * LINE.coordinates()[0] ** 2)
    assert chosen(trap, psi).startswith("CayleySweeps")


def test_roughness_is_the_norm_of_the_second_difference() -> None:
    for boundary, twist in (("wall", 0.0), ("periodic", 0.7)):
        grid = hg.Grid([hg.Axis(0.0, 3.0, 12, boundary, twist), hg.Axis(0.0, 1.0, 5)])
        rng = np.random.default_rng(1)
        psi = rng.normal(size=grid.shape) + 1j * rng.normal(size=grid.shape)
        A = [rng.normal(size=grid.link_shape(a)) for a in range(2)]
        found = []
        for a in range(2):
            mass = [1.0 if b == a else 1e200 for b in range(2)]
            H = hg.Hamiltonian(grid, hg.HeatPotentials(grid, None, A), mass)
            found.append(np.linalg.norm(H @ psi) * 2 * grid.spacing[a] ** 2)
        H = hg.Hamiltonian(grid, hg.HeatPotentials(grid, None, A))
        assert roughness(H, psi, 0.0) == pytest.approx(max(found) / np.linalg.norm(psi))


def test_threads_as_asked_or_enough_sites() -> None:
    assert resolved_threads(5, 10) == 5
    assert resolved_threads(None, 100) == 1
    assert resolved_threads(None, 1 << 20) >= 1
