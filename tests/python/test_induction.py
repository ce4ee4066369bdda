"""Uniform induction: links on every mixture of boundaries, Landau levels, Hofstadter's bands."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
import pytest

import heatgauge as hg
from systems import fitted_order, fock_darwin_levels, harper_levels

GAUGES = ["symmetric", "landau-x", "landau-y"]
EPS = np.finfo(float).eps


def torus(points: tuple[int, int], lengths: tuple[float, float] = (3.0, 4.0)) -> hg.Grid:
    return hg.Grid(
        [
            hg.Axis(-0.4, length - 0.4, n, "periodic")
            for n, length in zip(points, lengths, strict=True)
        ]
    )


def in_induction(
    grid: hg.Grid, B: Any, gauge: str, charge: float = 1.0, **arguments: Any
) -> hg.Hamiltonian:
    vector = hg.uniform_induction(grid, B, gauge)
    return hg.Hamiltonian(grid, hg.HeatPotentials(grid, None, vector, charge), **arguments)


@pytest.mark.parametrize("gauge", GAUGES)
@pytest.mark.parametrize("boundaries", list(itertools.product(["wall", "periodic"], repeat=2)))
def test_every_plaquette_holds_the_same_flux_in_2d(boundaries: Any, gauge: str) -> None:
    grid = hg.Grid([hg.Axis(-1, 2, 5, boundaries[0]), hg.Axis(0.5, 4, 6, boundaries[1])])
    for B in (1.7, -0.3):
        potentials = hg.HeatPotentials(grid, vector=hg.uniform_induction(grid, B, gauge))
        # sums of four links of size B·L·h, plus on the torus the total flux B·L²
        assert np.abs(potentials.induction(0.0) - B).max() < 200 * EPS * abs(B) * 30
        shape = tuple(a.links for a in grid.axes)
        assert potentials.induction(0.0).shape == shape


@pytest.mark.parametrize("gauge", GAUGES)
@pytest.mark.parametrize("boundaries", list(itertools.product(["wall", "periodic"], repeat=3)))
def test_every_plaquette_holds_the_same_flux_in_3d(boundaries: Any, gauge: str) -> None:
    lengths = (2.0, 3.0, 2.5)
    grid = hg.Grid([hg.Axis(-1, L - 1, 4, b) for L, b in zip(lengths, boundaries, strict=True)])
    B = np.array([0.7, -1.1, 0.4])
    potentials = hg.HeatPotentials(grid, vector=hg.uniform_induction(grid, B, gauge))
    for field, component in zip(potentials.induction(0.0), B, strict=True):
        assert np.abs(field - component).max() < 1e-12
    along_z = hg.HeatPotentials(grid, vector=hg.uniform_induction(grid, 0.4, gauge))
    for field, component in zip(along_z.induction(0.0), (0.0, 0.0, 0.4), strict=True):
        assert np.abs(field - component).max() < 1e-12


def test_the_gauges_are_those_of_the_contract() -> None:
    grid = hg.Grid([hg.Axis(-1, 2, 5), hg.Axis(0.5, 4, 6)])
    x = grid.link_coordinates(1)[0] + np.zeros(grid.link_shape(1))
    y = grid.link_coordinates(0)[1] + np.zeros(grid.link_shape(0))
    for gauge, share in (("symmetric", 0.5), ("landau-x", 1.0), ("landau-y", 0.0)):
        A = hg.uniform_induction(grid, 2.0, gauge)
        assert np.allclose(np.asarray(A[0]), -2.0 * share * y, atol=1e-14)
        assert np.allclose(np.asarray(A[1]), 2.0 * (1 - share) * x, atol=1e-14)


def test_the_seam_carries_the_phase_of_landau_y() -> None:
    # A = (0, Bx): the x-seam link is exp(+i(s/ħ)B·L_x·y); its ∫A·dl is −B·L_x·y
    grid = hg.Grid([hg.Axis(0, 3, 6, "periodic"), hg.Axis(0, 2, 4)])
    A = hg.uniform_induction(grid, 1.5, "landau-y")
    y = grid.coordinates()[1].ravel()
    assert np.allclose(np.asarray(A[0])[-1] * 0.5, -1.5 * 3 * y, atol=1e-14)
    assert np.abs(np.asarray(A[0])[:-1]).max() == 0


def landau(n: int, quanta: int, gauge: str, order: int) -> tuple[hg.Hamiltonian, float, float]:
    """H on a torus of area 16 with ``quanta`` flux quanta, ħω_c, and |s|B/ħ."""
    charge, hbar, mass = -0.8, 0.9, 1.3
    B = quanta * 2 * math.pi * hbar / (abs(charge) * 16.0)
    H = in_induction(torus((n, n), (4.0, 4.0)), B, gauge, charge, hbar=hbar, mass=mass, order=order)
    return H, hbar * abs(charge * B) / mass, abs(charge) * B / hbar


@pytest.mark.parametrize(("order", "bar"), [(2, 0.3), (4, 0.05), (6, 0.01), (8, 0.004)])
@pytest.mark.parametrize("gauge", GAUGES)
@pytest.mark.parametrize("quanta", [1, 3])
def test_landau_levels_and_their_degeneracy_on_a_torus(
    quanta: int, gauge: str, order: int, bar: float
) -> None:
    # |sB|·area/h states per level; the bar is the space error of the third level at 18 points
    H, quantum, _ = landau(18, quanta, gauge, order)
    levels = H.lowest(3 * quanta)[0].reshape(3, quanta) / quantum
    assert np.ptp(levels[0]) < 1e-4  # the lattice splits a level only exponentially little
    assert np.abs(levels - np.array([[0.5], [1.5], [2.5]])).max() < bar


@pytest.mark.parametrize("order", [2, 4, 6, 8])
def test_landau_levels_converge_with_the_order_asked(order: int) -> None:
    errors, spacings = [], []
    for n in (20, 24, 28, 33):
        H, quantum, density = landau(n, 2, "symmetric", order)
        errors.append(H.lowest(2)[0].mean() / quantum - 0.5)
        spacings.append(H.grid.spacing[0])
        if order == 2:  # n = 0 at ½ − |s|Bh²/16ħ; the next term is of 4th order in h
            shift = -density * spacings[-1] ** 2 / 16
            assert abs(errors[-1] / shift - 1) < 2 * abs(shift)
    found = fitted_order(spacings, np.abs(errors))
    assert abs(found - order) < 0.05, (found, errors)


@pytest.mark.parametrize("order", [2, 4, 6, 8])
@pytest.mark.parametrize("boundary", ["wall", "periodic"])
def test_the_levels_do_not_depend_on_the_gauge(order: int, boundary: str) -> None:
    grid = hg.Grid([hg.Axis(-1, 2, 12, boundary), hg.Axis(0, 4, 11, boundary)])
    B = 2 * math.pi / 12.0 * 2  # two quanta
    levels = [in_induction(grid, B, gauge, order=order).lowest(8)[0] for gauge in GAUGES]
    for other in levels[1:]:
        assert np.abs(other - levels[0]).max() < 1e-12 * max(1.0, levels[0].max())


def hofstadter_torus(p: int, q: int, gauge: str, twist: float = 0.0) -> Any:
    """Energies of a 12×12 torus with spacing 1, hopping −ħ²/2m = −1 and flux p/q per plaquette."""
    axis = hg.Axis(-0.5, 11.5, 12, "periodic", twist)  # sites at whole x: no holonomy from A = Bx
    H = in_induction(hg.Grid([axis, axis]), 2 * math.pi * p / q, gauge, mass=0.5)
    return np.linalg.eigvalsh(H.to_scipy().toarray()) - 4


EDGES = {  # of the bands that are met at momentum 0
    2: [2 * math.sqrt(2), 0.0],
    3: [1 + math.sqrt(3), 2.0, math.sqrt(3) - 1],
    4: [2 * math.sqrt(2), 0.0],
}


@pytest.mark.parametrize(("p", "q"), [(1, 2), (1, 3), (1, 4), (2, 3), (3, 4)])
@pytest.mark.parametrize("gauge", GAUGES)
def test_hofstadter_bands(p: int, q: int, gauge: str) -> None:
    energies = hofstadter_torus(p, q, gauge)
    for edge in (*EDGES[q], *(-e for e in EDGES[q]), *harper_levels(p, q)):
        assert np.min(np.abs(energies - edge)) < 1e-12
    assert abs(np.abs(energies).max() - EDGES[q][0]) < 1e-12
    if q == 3:  # gaps separate the bands, of 144/3 states each
        assert np.sum(energies < -2 + 1e-9) == 48
        assert not np.any((energies > -2 + 1e-9) & (energies < 1 - math.sqrt(3) - 1e-9))


def test_hofstadter_band_edges_at_a_quarter() -> None:
    # the inner edges belong to the momenta (π/4, π/4); a twist of π on 12 sites holds them
    energies = hofstadter_torus(1, 4, "landau-y", math.pi)
    for edge in (2.613126, 1.082392):
        assert np.min(np.abs(energies - edge)) < 5e-7
        assert np.min(np.abs(energies + edge)) < 5e-7


@pytest.mark.parametrize("cyclotron", [1.2, -1.2])
def test_fock_darwin_levels_and_the_sign_of_their_momentum(cyclotron: float) -> None:
    # order 8 at h = 0.2: (k h)^8/3150 of the momenta that the states hold, below 2e-5
    mass, charge, hbar, trap = 1.3, -0.7, 0.8, 1.0
    B = cyclotron * mass / charge
    reach = 4.3
    grid = hg.Grid([hg.Axis(-reach, reach, 42), hg.Axis(-reach, reach, 42)])
    x, y = grid.coordinates()
    U = 0.5 * mass * trap**2 * (x**2 + y**2)
    for gauge in ("symmetric", "landau-x"):
        H = in_induction(grid, B, gauge, charge, mass=mass, external=U, hbar=hbar, order=8)
        energies, states = H.lowest(5)
        exact = fock_darwin_levels(trap, cyclotron, 5, mass, hbar)
        assert np.abs(energies - exact).max() < 2e-5
        if gauge == "symmetric":
            # the first excited state turns with l = +1 for ω_c > 0: it winds counterclockwise
            corner = [states[1][21 + i, 21 + j] for i, j in ((0, 0), (-1, 0), (-1, -1), (0, -1))]
            turn = np.angle(corner[1] * np.conj(corner[0]))
            assert np.sign(turn) == np.sign(cyclotron)
            assert abs(abs(turn) - math.pi / 2) < 1e-4


@pytest.mark.parametrize("charge", [0.8, -0.8])
def test_a_carrier_turns_in_the_sense_of_its_charge(charge: float) -> None:
    # m dv/dt = s v×B: clockwise for sB > 0, by the angle ω_c t
    mass, B = 1.3, 1.5
    grid = hg.Grid([hg.Axis(-6, 6, 40), hg.Axis(-6, 6, 40)])
    psi = hg.gaussian_packet(grid, [0.0, 0.0], [1.0, 0.0], [0.9, 0.9])
    H = in_induction(grid, B, "symmetric", charge, mass=mass, order=8)
    observe = {"px": hg.Momentum(0), "py": hg.Momentum(1)}
    run = hg.propagate(H, psi, [0.0, 0.7], rtol=1e-3, observe=observe)
    angle = math.atan2(run.records["py"][-1], run.records["px"][-1])
    assert abs(angle + charge * B / mass * 0.7) < 2e-3


@pytest.mark.parametrize("charge", [1.0, -0.7])
def test_a_flux_that_is_not_whole_names_the_nearest_b_and_that_one_works(charge: float) -> None:
    grid = torus((8, 9))
    hbar = 0.9
    for wanted in (0.3, 1.6, -2.2, 1e-3):
        with pytest.raises(ValueError, match="whole number of flux quanta h/s") as caught:
            in_induction(grid, wanted, "symmetric", charge, hbar=hbar)
        nearest = float(str(caught.value).rpartition("B = ")[2].rstrip("."))
        quantum = 2 * math.pi * hbar / (abs(charge) * 12.0)
        assert abs(nearest - quantum * round(wanted / quantum)) < 1e-12
        H = in_induction(grid, nearest, "symmetric", charge, hbar=hbar)
        assert np.abs(H.potentials.induction(0.0) - nearest).max() < 1e-12


def test_open_and_half_open_planes_take_any_flux() -> None:
    for boundaries in (("wall", "wall"), ("wall", "periodic"), ("periodic", "wall")):
        grid = hg.Grid([hg.Axis(0, 3, 6, b) for b in boundaries])
        in_induction(grid, 0.3217, "symmetric").lowest(1)


def test_only_the_z_flux_of_a_3d_torus_must_be_whole_when_x_and_y_are() -> None:
    axes = [hg.Axis(0, 2, 5, "periodic"), hg.Axis(0, 3, 5, "periodic"), hg.Axis(0, 4, 5)]
    grid = hg.Grid(axes)
    whole = 2 * math.pi / 6.0
    H = in_induction(grid, [0.123, 0.456, whole], "symmetric")
    assert np.abs(H.potentials.induction(0.0)[0] - 0.123).max() < 1e-13
    with pytest.raises(ValueError, match="axes 0 and 1"):
        in_induction(grid, [0.123, 0.456, 1.3 * whole], "symmetric")


@pytest.mark.parametrize(
    ("B", "gauge", "kind", "text"),
    [
        ("1", "symmetric", TypeError, "`B`"),
        (math.nan, "symmetric", ValueError, "`B` must be finite"),
        ([1.0, 2.0], "symmetric", TypeError, "`B`"),
        (1.0, "coulomb", ValueError, "`gauge` must be one of"),
        (True, "symmetric", TypeError, "`B`"),
        (1j, "symmetric", TypeError, "`B`"),
    ],
)
def test_uniform_induction_refuses(B: Any, gauge: str, kind: Any, text: str) -> None:
    with pytest.raises(kind, match=text):
        hg.uniform_induction(torus((4, 4)), B, gauge)


def test_uniform_induction_refuses_1d_and_foreign_entries() -> None:
    with pytest.raises(ValueError, match="`grid` must have 2 or 3 axes"):
        hg.uniform_induction(hg.Grid([hg.Axis(0, 1, 4)]), 1.0)
    with pytest.raises(TypeError, match="`grid`"):
        hg.uniform_induction(None, 1.0)  # type: ignore[arg-type]
    entries = hg.uniform_induction(torus((4, 4)), 1.0)
    with pytest.raises(ValueError, match=r"`vector\[0\]`"):
        hg.HeatPotentials(torus((4, 4), (3.0, 5.0)), vector=entries)
    with pytest.raises(ValueError, match="both axes"):
        hg.HeatPotentials(torus((4, 4)), vector=[entries[0], None])
