"""Levels of a temperature gradient against a wall, with what keeps orders 6 and 8 alive there."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

import heatgauge as hg
from systems import airy_levels, fitted_order, induction_box_levels

MASS, CHARGE, HBAR, GRADIENT = 1.4, -0.8, 0.9, 2.5
FORCE = CHARGE * -GRADIENT  # sE = −s∇V


def hamiltonian(
    points: int, order: int, wall: str = "lower", temporal: bool = False
) -> hg.Hamiltonian:
    """Force towards the wall; the other wall is 13 Airy lengths away, where the state is < 1e-11.

    temporal: the same force as E = −∂ₜA, A = 0 at t = 0, where the matrix is looked at.
    """
    unit = (HBAR**2 / (2 * MASS * abs(FORCE))) ** (1 / 3)
    length = 13 * unit
    lower = 0.3 if wall == "lower" else 0.3 - length
    grid = hg.Grid([hg.Axis(lower, lower + length, points)])
    (x,) = grid.coordinates()
    # towards the wall at 0.3: sV = |F|·|x − 0.3|
    inwards = 1.0 if wall == "lower" else -1.0
    V = abs(FORCE) / CHARGE * inwards * (x - 0.3)
    if not temporal:
        return hg.Hamiltonian(
            grid, hg.HeatPotentials(grid, V, None, CHARGE), MASS, None, HBAR, order
        )
    slope = abs(FORCE) / CHARGE * inwards
    A = [hg.Drive(lambda x: 1.0, lambda t: slope * t)]
    return hg.Hamiltonian(grid, hg.HeatPotentials(grid, None, A, CHARGE), MASS, None, HBAR, order)


# h in Airy lengths; the slope of each pair of levels tends to the order
FINE, MIDDLE, COARSE = (160, 200, 250, 320), (100, 126, 160, 200), (64, 80, 100, 128)
POINTS = {2: FINE, 4: MIDDLE, 6: COARSE, 8: FINE}
STATED = {2: 2, 4: 4, 6: 6, 8: 6}


@pytest.mark.parametrize("wall", ["lower", "upper"])
@pytest.mark.parametrize("order", [2, 4, 6, 8])
def test_airy_levels_converge_as_stated(order: int, wall: str) -> None:
    for level in (0, 2):
        errors, spacings = [], []
        for points in POINTS[order]:
            H = hamiltonian(points, order, wall)
            energies, _ = H.lowest(3)
            errors.append(abs(energies[level] - airy_levels(FORCE, 3, MASS, HBAR)[level]))
            spacings.append(H.grid.spacing[0])
        found = fitted_order(spacings, errors)
        # order 8: the h⁸ of the stencil bends the line of excited levels at any h that rounding
        # leaves room for
        bar = 0.05 if order < 8 else (0.1, 0.0, 0.2)[level]
        assert abs(found - STATED[order]) < bar, (level, found, errors)


def test_without_the_correction_order_6_falls_to_4(monkeypatch: Any) -> None:
    monkeypatch.setattr(hg.Hamiltonian, "_corrects_walls", False)
    errors, spacings = [], []
    for points in POINTS[6]:
        H = hamiltonian(points, 6)
        errors.append(abs(H.lowest(1)[0][0] - airy_levels(FORCE, 1, MASS, HBAR)[0]))
        spacings.append(H.grid.spacing[0])
    assert abs(fitted_order(spacings, errors) - 4) < 0.1


@pytest.mark.parametrize("order", [6, 8])
def test_the_correction_is_7_240_of_h_n_f_at_both_walls(order: int) -> None:
    # towards the lower wall the force points against the inward normal there: δV > 0
    for wall in ("lower", "upper"):
        H = hamiltonian(40, order, wall)
        plain = CHARGE * H.potentials.at(0.0)[0]
        shift = H.site_potential(0.0) - plain
        expected = np.zeros(40)
        size = 7 / 240 * H.grid.spacing[0] * abs(FORCE)
        expected[0], expected[-1] = (size, -size) if wall == "lower" else (-size, size)
        assert np.abs(shift - expected).max() < 1e-12 * np.abs(plain).max()


@pytest.mark.parametrize("order", [2, 4, 6, 8])
@pytest.mark.parametrize("wall", ["lower", "upper"])
def test_the_force_of_a_changing_vector_potential_is_corrected_alike(order: int, wall: str) -> None:
    by_v, by_a = hamiltonian(40, order, wall), hamiltonian(40, order, wall, temporal=True)
    shift_v = by_v.site_potential(0.0) - CHARGE * by_v.potentials.at(0.0)[0]
    shift_a = by_a.site_potential(0.0)
    # numerical ∂ₜ is good to 1e-12
    assert np.abs(shift_v - shift_a).max() < 1e-11 * max(np.abs(shift_v).max(), 1e-3)
    assert (np.abs(shift_a).max() > 0) == (order >= 6)


def test_no_correction_on_rings_and_per_axis_in_2d() -> None:
    grid = hg.Grid([hg.Axis(0, 1, 12), hg.Axis(0, 1, 12, "periodic")])
    x, y = grid.coordinates()
    U = 3.0 * x + np.cos(2 * math.pi * y)
    shift = hg.Hamiltonian(grid, external=U, order=6).site_potential(0.0) - U
    assert np.abs(shift[1:-1]).max() == 0
    assert np.allclose(shift[0], 7 / 240 / 12 * 3.0, rtol=1e-10)
    assert np.allclose(shift[-1], -7 / 240 / 12 * 3.0, rtol=1e-10)
    ring = hg.Grid([hg.Axis(0, 1, 12, "periodic")])
    U = np.random.default_rng(0).normal(size=12)
    assert np.array_equal(hg.Hamiltonian(ring, external=U, order=8).site_potential(0.0), U)


@pytest.mark.parametrize("order", [6, 8])
def test_a_drive_of_v_at_a_wall_is_corrected_in_time_too(order: int) -> None:
    # driven at the midpoint: one step against the dense matrix with the corrected H
    grid = hg.Grid([hg.Axis(0, 2.0, 24)])
    V = hg.Drive(lambda x: 1.5 * x, lambda t: math.cos(t))
    A = hg.Drive(lambda x: 0.3 + 0 * x, lambda t: t**2)
    for vector in (None, [A]):
        H = hg.Hamiltonian(grid, hg.HeatPotentials(grid, V, vector), order=order)
        psi = np.exp(0.5j * np.arange(24.0)) / np.sqrt(24)
        dt = 0.01
        final = hg.propagate(H, psi, [0.2, 0.2 + dt], dt=dt, method=hg.CrankNicolson()).final
        matrix = 0.5j * dt * H.to_scipy(0.2 + dt / 2).toarray()
        exact = np.linalg.solve(np.eye(24) + matrix, psi - matrix @ psi)
        assert np.linalg.norm(final - exact) < 1e-13


@pytest.mark.parametrize("order", [2, 4, 6, 8])
def test_induction_at_a_wall_leaves_order_4_at_most(order: int) -> None:
    # a square box, three flux quanta: the state feels the walls
    length, B = 4.0, 1.2
    exact = induction_box_levels(length, B, 1)[0]
    errors, spacings = [], []
    # at order 6 the h⁴ of the walls needs finer grids to stand out from the h⁶ of the stencil
    for n in (20, 24, 29, 34) if order != 6 else (40, 48, 58, 68):
        axis = hg.Axis(-0.5 * length, 0.5 * length, n)
        grid = hg.Grid([axis, axis])
        potentials = hg.HeatPotentials(grid, None, hg.uniform_induction(grid, B, "landau-y"))
        errors.append(abs(hg.Hamiltonian(grid, potentials, order=order).lowest(1)[0][0] - exact))
        spacings.append(axis.spacing)
    found = fitted_order(spacings, errors)
    assert abs(found - min(order, 4)) < 0.05, (found, errors)
