"""Enthalpy and entropy levels: exact spectra, degeneracies, and the approach to the continuum."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
import pytest
import scipy.sparse

import heatgauge as hg
from systems import airy_levels, box_levels

EPS = np.finfo(float).eps


def boxes(points: tuple[int, ...], order: int = 2, length: float = 1.3) -> list[hg.Hamiltonian]:
    return [
        hg.Hamiltonian(hg.Grid([hg.Axis(0.0, length, n)]), mass=0.8, hbar=1.2, order=order)
        for n in points
    ]


def test_a_box_has_its_enthalpy_and_entropy_levels() -> None:
    exact = box_levels(1.3, 5, 0.8, 1.2)
    found = hg.thermo.levels(boxes((40, 60, 90, 135)), 5, T_ref=0.25)
    # four grids remove h², h⁴, h⁶: what is left is below what the coarsest one changed
    assert (np.abs(found.energies - exact) <= found.uncertainties).all()
    assert (found.uncertainties < 2e-6 * exact).all()
    assert np.abs(found.measured_orders[:3] - 2).max() < 0.02
    assert found.entropies == pytest.approx(exact / 0.25, rel=1e-6)
    assert found.spacings == pytest.approx(np.diff(exact), rel=1e-6)
    assert found.order == 2
    assert found.degeneracies == (1,) * 5


@pytest.mark.parametrize("order", [2, 4, 6, 8])
def test_each_order_approaches_the_continuum_as_stated(order: int) -> None:
    # ring, level n = 3 at four grids: slope of log error against log h, within 0.05 of the order
    points = {2: (60, 90, 135, 200), 4: (48, 64, 84, 112), 6: (40, 50, 64, 80)}
    points |= {8: (48, 56, 68, 80)}
    exact = 0.5 * (2 * math.pi * 3) ** 2
    rings = [
        hg.Hamiltonian(hg.Grid([hg.Axis(0.0, 1.0, n, "periodic")]), order=order)
        for n in points[order]
    ]
    found = hg.thermo.levels(rings, 7, T_ref=1.0)
    errors = np.abs(found.lattice_energies[:, 5] - exact)
    slope = np.polyfit(np.log(found.spacing), np.log(errors), 1)[0]
    assert abs(slope - order) < 0.05
    assert abs(found.measured_orders[5] - order) < 0.05
    assert abs(found.energies[5] - exact) <= found.uncertainties[5] < 1e-6 * exact
    assert found.degeneracies == (1, 2, 2, 2)


def test_the_equilibrium_of_the_lattice_approaches_that_of_the_continuum() -> None:
    # F of an oscillator at ħω = T: order 2 in h, and the extrapolated levels give it at once
    wells = []
    for n in (100, 130, 170, 220):
        grid = hg.Grid([hg.Axis(-9.0, 9.0, n)])
        (x,) = grid.coordinates()
        wells.append(hg.Hamiltonian(grid, external=0.5 * x**2))
    found = hg.thermo.levels(wells, 14, T_ref=1.0)
    exact = math.log(2 * math.sinh(0.5))
    cut = math.log1p(-math.exp(-14))  # levels above the 14th
    lattice = [
        hg.thermo.partition(energies, 1.0).free_energy for energies in found.lattice_energies
    ]
    errors = np.abs(np.array(lattice) - exact + cut)
    slope = np.polyfit(np.log(found.spacing), np.log(errors), 1)[0]
    assert abs(slope - 2) < 0.05
    continuum = hg.thermo.partition(found.energies, 1.0).free_energy
    assert abs(continuum - exact + cut) < 1e-3 * errors[-1]


def test_degeneracies_of_a_square_box_are_those_of_number_pairs() -> None:
    grids = [hg.Grid([hg.Axis(0.0, 1.0, n)] * 2) for n in (12, 16, 22)]
    found = hg.thermo.levels([hg.Hamiltonian(g, order=4) for g in grids], 9, T_ref=1.0, k_B=0.5)
    pairs = sorted(a * a + b * b for a, b in itertools.product(range(1, 5), repeat=2))[:9]
    exact = 0.5 * math.pi**2 * np.array(pairs)
    assert (np.abs(found.energies - exact) <= found.uncertainties).all()
    assert found.degeneracies == (1, 2, 1, 2, 2, 1)
    assert [m.entropy for m in found.multiplets] == pytest.approx(
        [0.5 * math.log(g) for g in found.degeneracies]
    )
    assert [m.complete for m in found.multiplets] == [True] * 5 + [False]
    assert min(m.separation for m in found.multiplets) > 10


def test_the_lattice_splits_what_is_degenerate_in_the_continuum() -> None:
    # isotropic oscillator: g = 1, 2, 3; on the lattice E(1,1) and E(2,0) differ by ~h²
    wells = []
    for n in (16, 19, 23):
        grid = hg.Grid([hg.Axis(-5.0, 5.0, n)] * 2)
        x, y = grid.coordinates()
        wells.append(hg.Hamiltonian(grid, external=0.5 * (x**2 + y**2)))
    assert hg.thermo.levels(wells[-1], 6, T_ref=1.0).degeneracies == (1, 2, 2, 1)
    found = hg.thermo.levels(wells, 7, T_ref=1.0)
    assert found.degeneracies == (1, 2, 3, 1)
    for m, exact in zip(found.multiplets, (1.0, 2.0, 3.0, 4.0), strict=True):
        assert abs(m.energy - exact) <= m.uncertainty


def test_landau_levels_hold_one_state_per_flux_quantum() -> None:
    # |sB|·area/h states at ħω_c(n + ½); entropy k_B ln of that number
    charge, hbar, mass, quanta = -0.8, 0.9, 1.4, 3
    area = 4.0 * 3.0
    induction = 2 * math.pi * hbar * quanta / (abs(charge) * area)
    tori = []
    for n in (4, 5, 6):
        grid = hg.Grid([hg.Axis(0, 4, 4 * n, "periodic"), hg.Axis(0, 3, 3 * n, "periodic")])
        potentials = hg.HeatPotentials(
            grid, None, hg.uniform_induction(grid, induction, "landau-y"), charge
        )
        tori.append(hg.Hamiltonian(grid, potentials, mass, None, hbar, order=4))
    found = hg.thermo.levels(tori, 2 * quanta + 1, T_ref=2.0)
    cyclotron = hbar * abs(charge) * induction / mass
    assert found.degeneracies[:2] == (quanta, quanta)
    assert found.multiplets[0].entropy == pytest.approx(math.log(quanta))
    for m, exact in zip(found.multiplets[:2], (0.5 * cyclotron, 1.5 * cyclotron), strict=True):
        # the Harper bands are narrower than rounding here (exp(−1.2·64))
        assert abs(m.energy - exact) <= m.uncertainty < 1e-3 * exact


def test_the_uncertainty_of_one_lattice_covers_its_rounding() -> None:
    rng = np.random.default_rng(4)
    for scale in (1e-20, 1.0, 1e6):
        n = 60
        exact = np.sort(rng.normal(size=n)) * scale
        exact[3] = exact[4] = exact[5]
        exact = np.sort(exact)
        q, _ = np.linalg.qr(rng.normal(size=(n, n)) + 1j * rng.normal(size=(n, n)))
        matrix = (q * exact) @ q.conj().T
        grid = hg.Grid([hg.Axis(0, 1, n)])
        H = hg.Hamiltonian.from_sparse(grid, scipy.sparse.csr_array((matrix + matrix.conj().T) / 2))
        found = hg.thermo.levels(H, n, T_ref=1.0)
        assert (np.abs(found.energies - exact) <= found.uncertainties).all()
        assert 3 in found.degeneracies
        assert sum(found.degeneracies) == n
        assert all(m.complete for m in found.multiplets)


def test_a_wrong_order_warns() -> None:
    # a gradient against a wall: order 8 gives 6
    walls = []
    for n in (96, 128, 170):
        grid = hg.Grid([hg.Axis(0.0, 16.0, n)])
        (x,) = grid.coordinates()
        walls.append(hg.Hamiltonian(grid, external=x, order=8))
    with pytest.warns(hg.AccuracyWarning, match="converges with order 6"):
        hg.thermo.levels(walls, 2, T_ref=1.0)
    found = hg.thermo.levels(walls, 2, T_ref=1.0, order=6)
    assert (np.abs(found.energies - airy_levels(1.0, 2)) <= found.uncertainties).all()


def test_a_driven_hamiltonian_is_taken_at_t() -> None:
    grid = hg.Grid([hg.Axis(0.0, 1.0, 20)])
    H = hg.Hamiltonian(grid, external=hg.Drive(np.ones(20), lambda t: 3 * t))
    early, late = (hg.thermo.levels(H, 1, T_ref=1.0, t=t).energies[0] for t in (0.0, 2.0))
    assert late - early == pytest.approx(6.0, abs=1e-11)


@pytest.mark.parametrize(
    ("H", "change", "error"),
    [
        ("box", {}, TypeError),
        ([], {}, TypeError),
        ([*boxes((20,)), "box"], {}, TypeError),
        (boxes((20, 20)), {}, ValueError),
        ([*boxes((20,)), *boxes((30,), length=2.0)], {}, ValueError),
        ([*boxes((20,)), *boxes((30,), order=4)], {}, ValueError),
        (boxes((20,)), {"k": 0}, ValueError),
        (boxes((20, 30)), {"k": 21}, ValueError),
        (boxes((20,)), {"T_ref": 0.0}, ValueError),
        (boxes((20, 30)), {"order": 0}, ValueError),
        (boxes((20,)), {"k_B": -1.0}, ValueError),
    ],
)
def test_malformed_arguments_are_refused(H: Any, change: dict[str, Any], error: type) -> None:
    with pytest.raises(error, match="Argument `"):
        hg.thermo.levels(H, **({"k": 2, "T_ref": 1.0} | change))


def test_an_unknown_order_is_refused() -> None:
    given = [hg.Hamiltonian.from_sparse(H.grid, H.to_scipy()) for H in boxes((20, 30))]
    with pytest.raises(ValueError, match="Argument `order` must be given"):
        hg.thermo.levels(given, 1, T_ref=1.0)
    assert hg.thermo.levels(given, 1, T_ref=1.0, order=2).order == 2
