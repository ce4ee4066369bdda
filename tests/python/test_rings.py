"""Flux through a ring: levels periodic in h/s, and the currents they carry."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

import heatgauge as hg

MASS, CHARGE, HBAR = 1.4, -0.8, 0.9
QUANTUM = 2 * math.pi * HBAR / abs(CHARGE)


def ring(order: int = 8, points: int = 40, seed: int | None = None) -> hg.Hamiltonian:
    grid = hg.Grid([hg.Axis(0, 3.0, points, "periodic")])
    rng = np.random.default_rng(seed)
    rough = None if seed is None else 20 * rng.normal(size=points)
    vector = None if seed is None else [rng.normal(size=points)]
    potentials = hg.HeatPotentials(grid, None, vector, CHARGE)
    return hg.Hamiltonian(grid, potentials, MASS, rough, HBAR, order)


def test_a_free_ring_has_the_levels_of_aharonov_and_bohm() -> None:
    fluxes = np.array([-0.3, 0.0, 0.2, 0.5]) * QUANTUM
    found = hg.thermo.flux_levels(ring(), fluxes, 3)
    n = np.arange(-3, 4)[:, None]
    signed = fluxes * CHARGE / (2 * math.pi * HBAR)
    exact = HBAR**2 * (2 * math.pi / 3.0) ** 2 * (n - signed) ** 2 / (2 * MASS)
    assert found.energies == pytest.approx(np.sort(exact, axis=0)[:3].T, abs=1e-7)
    assert found.quantum == pytest.approx(hg.gauge.flux_quantum(CHARGE, 2 * math.pi * HBAR))


@pytest.mark.parametrize("order", [2, 4, 6, 8])
def test_levels_and_currents_have_the_period_h_over_s(order: int) -> None:
    # exactly, on any lattice: to the rounding of its ‖H‖
    H = ring(order, seed=order)
    fluxes = np.linspace(-0.4, 0.45, 5) * QUANTUM
    here, there = (hg.thermo.flux_levels(H, fluxes + m * QUANTUM, 6) for m in (0, 3))
    norm = float(abs(H.to_scipy()).sum(axis=1).max())
    assert np.abs(here.energies - there.energies).max() < 1e-13 * norm
    assert np.abs(here.currents - there.currents).max() < 1e-11 * norm / QUANTUM
    half = hg.thermo.flux_levels(H, fluxes + 0.5 * QUANTUM, 6)
    assert np.abs(here.energies - half.energies).max() > 1e-3


def test_the_added_flux_is_that_of_the_links() -> None:
    # threading Φ equals a uniform A = Φ/L on the links, the seam's included
    flux = 0.37 * QUANTUM
    H = ring(6, seed=9)
    links = H.potentials.static_links()[0] / H.grid.spacing[0] + flux / 3.0
    by_links = hg.Hamiltonian(
        H.grid, hg.HeatPotentials(H.grid, None, [links], CHARGE), MASS, H.external.at(0.0), HBAR, 6
    )
    found = hg.thermo.flux_levels(H, [flux], 5).energies[0]
    assert found == pytest.approx(by_links.lowest(5)[0], abs=1e-10)


def test_currents_are_the_slopes_and_those_that_flow() -> None:
    H = ring(4, seed=3)
    step = 1e-3 * QUANTUM
    found = hg.thermo.flux_levels(H, np.array([-2, -1, 0, 1, 2]) * step, 4)
    E = found.energies
    slope = (8 * (E[3] - E[1]) - (E[4] - E[0])) / (12 * step)
    assert found.currents[2] == pytest.approx(-slope, rel=1e-6, abs=1e-9)
    # s·j through any link, as the observers measure it
    _, states = H.lowest(4)
    for psi, current in zip(states, found.currents[2], strict=True):
        run = hg.propagate(H, psi, [0.0, 1e-3], dt=1e-3, observe={"j": hg.CurrentThrough(0, 1.0)})
        assert CHARGE * run.records["j"][0] == pytest.approx(current, rel=1e-8, abs=1e-9)


def test_degenerate_levels_carry_opposite_currents() -> None:
    found = hg.thermo.flux_levels(ring(), [0.0], 3)
    momentum = 2 * math.pi * HBAR / 3.0
    wanted = abs(CHARGE) * momentum / MASS / 3.0
    assert found.currents[0] == pytest.approx([0, -wanted, wanted], abs=1e-6)


def test_a_cylinder_closes_along_its_periodic_axis() -> None:
    grid = hg.Grid([hg.Axis(0, 1, 6), hg.Axis(0, 2, 12, "periodic")])
    H = hg.Hamiltonian(grid, hg.HeatPotentials(grid, charge=CHARGE), MASS, None, HBAR)
    found = hg.thermo.flux_levels(H, [0.0, QUANTUM, 0.5 * QUANTUM], 4, axis=1)
    assert found.energies[1] == pytest.approx(found.energies[0], abs=1e-11)
    assert found.energies[2][0] == pytest.approx(found.energies[2][1], abs=1e-11)


@pytest.mark.parametrize(
    ("H", "change", "error"),
    [
        (None, {}, TypeError),
        (ring(), {"axis": 1}, ValueError),
        (hg.Hamiltonian(hg.Grid([hg.Axis(0, 1, 9)])), {}, ValueError),
        (hg.Hamiltonian(hg.Grid([hg.Axis(0, 1, 2, "periodic")])), {}, ValueError),
        (ring(), {"k": 0}, ValueError),
        (ring(), {"fluxes": [math.inf]}, ValueError),
    ],
)
def test_malformed_arguments_are_refused(H: Any, change: dict[str, Any], error: type) -> None:
    with pytest.raises(error, match="Argument `"):
        hg.thermo.flux_levels(H, **({"fluxes": [0.0], "k": 2} | change))


def test_a_neutral_carrier_is_refused() -> None:
    grid = hg.Grid([hg.Axis(0, 1, 9, "periodic")])
    with pytest.raises(ValueError, match="must have a charge"):
        hg.thermo.flux_levels(hg.Hamiltonian(grid, hg.HeatPotentials(grid, charge=0.0)), [0.0], 1)
