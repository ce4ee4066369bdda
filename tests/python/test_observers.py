"""What is measured: continuity, Ehrenfest's equations, and each observer against its definition."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from test_crank_nicolson import grid_of, random_hamiltonian, random_state

import heatgauge as hg

EPS = np.finfo(float).eps


def divergence(grid: hg.Grid, currents: list[Any]) -> Any:
    """Outflow per volume: the links bring it from site k to k+1, the seam from the last to 0."""
    total = np.zeros(grid.shape)
    for a, (axis, j) in enumerate(zip(grid.axes, currents, strict=True)):
        out = np.moveaxis(total, a, 0)
        flux = np.moveaxis(j, a, 0) / axis.spacing
        out[: axis.links] += flux
        ends = (np.arange(axis.links) + 1) % axis.points
        np.add.at(out, ends, -flux)
    return total


@pytest.mark.parametrize("kind", ["w", "p", "ww", "wp", "pp", "wpw", "ppp"])
@pytest.mark.parametrize("order", [2, 4, 6, 8])
def test_continuity_holds_to_round_off_over_a_step(kind: str, order: int) -> None:
    # the current is taken in the mid state (ψ + ψ')/2; 1e-13: solve and hops of size dt‖H‖ = 2
    points = ((19,), (10, 9), (9, 9, 9))[len(kind) - 1]
    grid = grid_of(kind, points)
    H, psi = random_hamiltonian(grid, order), random_state(grid)
    dt = 2.0 / float(abs(H.to_scipy()).sum(axis=1).max())
    after = hg.propagate(H, psi, [0, dt], dt=dt, method=hg.CrankNicolson()).final
    observe = {str(a): hg.Current(a) for a in range(len(kind))}
    run = hg.propagate(H, (psi + after) / 2, [0.0], observe=observe)
    currents = [run.records[str(a)][0] for a in range(len(kind))]
    for a, j in enumerate(currents):
        assert j.shape == grid.link_shape(a)
    change = (abs(after) ** 2 - abs(psi) ** 2) / dt
    defect = change + divergence(grid, currents)
    assert np.abs(defect).max() < 1e-13 / dt * np.abs(psi).max() ** 2 * 20
    assert np.abs(change).max() > 1e-3 / dt * np.abs(psi).max() ** 2


@pytest.mark.parametrize("kind", ["w", "ww", "wp", "wpw"])
@pytest.mark.parametrize("order", [2, 4, 6, 8])
def test_momentum_is_mass_times_the_velocity_of_the_mean_position(kind: str, order: int) -> None:
    # exactly on the lattice: d⟨x⟩/dt = ⟨(i/ħ)[H, x]⟩ = ⟨p⟩/m, here from the dense commutator
    grid = grid_of(kind, ((19,), (10, 9), (9, 9, 9))[len(kind) - 1])
    H, psi = random_hamiltonian(grid, order), random_state(grid)
    psi /= math.sqrt(grid.cell_volume)
    matrix = H.to_scipy()
    for a, axis in enumerate(grid.axes):
        if axis.periodic:
            continue
        x = (grid.coordinates()[a] + np.zeros(grid.shape)).ravel()
        vector = psi.ravel()
        rate = 1j / H.hbar * (matrix @ (x * vector) - x * (matrix @ vector))
        expected = H.mass[a] * float(np.vdot(vector, rate).real)
        run = hg.propagate(H, psi, [0.0], observe={"p": hg.Momentum(a)})
        expected *= grid.cell_volume
        scale = H.mass[a] * abs(matrix).max() / H.hbar * 3
        assert abs(run.records["p"][0] - expected) < 1e-13 * scale


@pytest.mark.parametrize(("order", "bar"), [(2, 3e-2), (4, 2e-3), (8, 3e-5)])
def test_ehrenfest_with_force_and_induction(order: int, bar: float) -> None:
    # m d²⟨x⟩/dt² = s⟨E⟩ + (s/2)⟨v×B − B×v⟩ − ⟨∇U⟩ along a run, to the order in space
    mass, charge, B = 1.2, -0.8, 0.9
    grid = hg.Grid([hg.Axis(-6, 6, 48), hg.Axis(-6, 6, 44)])
    x, y = grid.coordinates()
    V = 0.4 * np.sin(0.5 * x) * np.cos(0.4 * y)
    U = 0.2 * x**2 + 0.1 * x * y
    potentials = hg.HeatPotentials(grid, V, hg.uniform_induction(grid, B), charge)
    H = hg.Hamiltonian(grid, potentials, mass, U, order=order)
    psi = hg.gaussian_packet(grid, [0.5, -0.3], [0.6, 0.4], [0.8, 0.9])
    dt = 0.002
    names = {"px": hg.Momentum(0), "py": hg.Momentum(1), "d": hg.Density()}
    run = hg.propagate(H, psi, np.arange(7) * dt, dt=dt, observe=names, method=hg.CrankNicolson())
    density = run.records["d"][3] * grid.cell_volume
    weights = np.array([-1, 9, -45, 0, 45, -9, 1]) / (60 * dt)
    force_x = -charge * 0.2 * np.cos(0.5 * x) * np.cos(0.4 * y) - 0.4 * x - 0.1 * y
    force_y = charge * 0.16 * np.sin(0.5 * x) * np.sin(0.4 * y) - 0.1 * x
    px, py = run.records["px"], run.records["py"]
    expected_x = np.sum(density * force_x) + charge * B * py[3] / mass
    expected_y = np.sum(density * force_y) - charge * B * px[3] / mass
    assert abs(weights @ px - expected_x) < bar
    assert abs(weights @ py - expected_y) < bar
    assert abs(charge * B * py[3] / mass) > 0.1  # so that a flipped B would show


def test_ehrenfest_with_a_changing_vector_potential() -> None:
    # sE = −s∂ₜA: the kinetic momentum follows, the canonical one stays
    grid = hg.Grid([hg.Axis(-8, 8, 96)])
    A = hg.Drive(lambda x: 1.0, lambda t: 0.5 * math.sin(t))
    H = hg.Hamiltonian(grid, hg.HeatPotentials(grid, None, [A], -0.8), 1.2, order=4)
    psi = hg.gaussian_packet(grid, 0.0, 0.7, 0.9)
    times = np.linspace(0, 2, 5)
    run = hg.propagate(H, psi, times, rtol=1e-4, observe={"p": hg.Momentum(0), "x": hg.Position(0)})
    assert np.abs(run.records["p"] - (0.7 + 0.8 * 0.5 * np.sin(times))).max() < 2e-4
    shift = (0.7 * times + 0.4 * (1 - np.cos(times))) / 1.2
    assert np.abs(run.records["x"] - shift).max() < 5e-4


def test_each_observer_is_its_definition() -> None:
    grid = hg.Grid([hg.Axis(-1.0, 2.0, 12), hg.Axis(0.0, 2.0, 10, "periodic", 0.7)])
    H, psi = random_hamiltonian(grid, 4), 1.7 * random_state(grid)
    phi = random_state(grid, seed=3)
    x, _ = grid.coordinates()
    volume = grid.cell_volume
    density = abs(psi) ** 2
    norm = density.sum() * volume
    observe = {
        "norm": hg.Norm(),
        "energy": hg.Energy(),
        "x": hg.Position(0),
        "width": hg.Width(0),
        "density": hg.Density(),
        "j": hg.Current(0),
        "through": hg.CurrentThrough(0, 0.26),
        "seam": hg.CurrentThrough(1, 2.0),
        "overlap": hg.Overlap(phi),
        "probe": hg.Probe([(-0.9, 0.1), (1.99, 1.99)]),
        "mine": lambda t, state: (t, abs(state).max()),
    }
    run = hg.propagate(H, psi, [0.3], observe=observe)
    got = {name: record[0] for name, record in run.records.items()}
    image = (H.to_scipy() @ psi.ravel()).reshape(grid.shape)
    mean = (density * x).sum() * volume / norm
    assert math.isclose(got["norm"], norm, rel_tol=1e-14)
    assert math.isclose(got["energy"], np.vdot(psi, image).real * volume, rel_tol=1e-12)
    assert math.isclose(got["x"], mean, rel_tol=1e-13)
    spread = math.sqrt((density * (x - mean) ** 2).sum() * volume / norm)
    assert math.isclose(got["width"], spread, rel_tol=1e-12)
    assert np.allclose(got["density"], density, rtol=1e-15)
    # the link between sites 4 and 5 lies at x = 0.25
    assert math.isclose(got["through"], got["j"][4].sum() * grid.spacing[1], rel_tol=1e-13)
    assert abs(got["overlap"] - np.vdot(phi, psi) * volume) < 1e-15
    assert got["probe"].tolist() == [psi[0, 0], psi[11, 9]]
    assert got["mine"].tolist() == [0.3, abs(psi).max()]
    seam = hg.propagate(H, psi, [0.3], observe={"j": hg.Current(1)}).records["j"][0]
    assert math.isclose(got["seam"], seam[:, -1].sum() * grid.spacing[0], rel_tol=1e-12)


def test_position_and_width_across_the_seam() -> None:
    # the sum of images of a narrow packet: the circular mean is its centre
    grid = hg.Grid([hg.Axis(-3, 3, 120, "periodic", 0.6)])
    for center in (-2.95, 0.2, 2.9):
        psi = hg.gaussian_packet(grid, center, 1.0, 0.4)
        run = hg.propagate(
            hg.Hamiltonian(grid), psi, [0.0], observe={"x": hg.Position(0), "w": hg.Width(0)}
        )
        assert abs(run.records["x"][0] - center) < 1e-10
        assert abs(run.records["w"][0] - 0.4) < 1e-10


def test_a_mass_field_weighs_the_current() -> None:
    grid = hg.Grid([hg.Axis(0.0, 4.0, 16)])
    (x,) = grid.coordinates()
    mass = 1 + 0.5 * np.sin(x)
    H, psi = hg.Hamiltonian(grid, mass=mass), random_state(grid)
    run = hg.propagate(H, psi, [0.0], observe={"j": hg.Current(0), "p": hg.Momentum(0)})
    links = (mass[1:] + mass[:-1]) / 2
    j = np.imag(psi[:-1].conj() * psi[1:]) / (links * 0.25)
    assert np.allclose(run.records["j"][0], j, rtol=1e-13)
    assert math.isclose(
        run.records["p"][0], np.sum(links * j) / np.sum(abs(psi) ** 2), rel_tol=1e-12
    )


REFUSED: list[tuple[Any, type[Exception], str]] = [
    ({"x": hg.Position(1)}, ValueError, "`axis`"),
    ({"x": hg.Position(-1)}, ValueError, "`axis`"),
    ({"x": hg.Position(0.0)}, TypeError, "`axis`"),  # type: ignore[arg-type]
    ({"x": hg.Width("x")}, TypeError, "`axis`"),  # type: ignore[arg-type]
    ({"x": hg.Momentum(None)}, TypeError, "`axis`"),  # type: ignore[arg-type]
    ({"x": hg.Current(True)}, TypeError, "`axis`"),
    ({"x": hg.Position}, TypeError, "write hg.Position"),
    ({"x": hg.CurrentThrough(0, 9.0)}, ValueError, "`position`"),
    ({"x": hg.CurrentThrough(0, math.nan)}, ValueError, "`position`"),
    ({"x": hg.Overlap(np.ones(3))}, ValueError, "`phi`"),
    ({"x": hg.Overlap(None)}, TypeError, "`phi`"),
    ({"x": hg.Probe([9.0])}, ValueError, "`points`"),
    ({"x": hg.Probe([])}, ValueError, "`points`"),
    ({"x": hg.Probe([(0.1, 0.2)])}, ValueError, "`points`"),
    ({"x": hg.Probe("here")}, TypeError, "`points`"),
    ({"x": hg.Probe([math.nan])}, ValueError, "`points`"),
    ({"x": 3}, TypeError, "`observe`"),
    ({1: hg.Norm()}, TypeError, "`observe`"),
    ([hg.Norm()], TypeError, "`observe`"),
    ("norm", TypeError, "`observe`"),
]


@pytest.mark.parametrize(("observe", "kind", "text"), REFUSED)
def test_observers_that_do_not_fit_are_refused(
    observe: Any, kind: type[Exception], text: str
) -> None:
    grid = hg.Grid([hg.Axis(0.0, 1.0, 8)])
    with pytest.raises(kind, match=text):
        hg.propagate(hg.Hamiltonian(grid), random_state(grid), [0, 1], dt=0.5, observe=observe)
