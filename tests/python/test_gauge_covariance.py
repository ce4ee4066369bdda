"""How far observables move under a gauge change, on any Hamiltonian and flow."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from test_crank_nicolson import grid_of, random_state

import heatgauge as hg
from heat_systems import fitted_order

EPS = float(np.finfo(float).eps)


def hamiltonian(kind: str, order: int = 4) -> hg.Hamiltonian:
    grid = grid_of(kind, (12, 11, 9)[: len(kind)])
    rng = np.random.default_rng(1)
    shapes = [grid.link_shape(a) for a in range(grid.dimensions)]
    A = [[rng.normal(size=n), hg.Drive(rng.normal(size=n), math.cos)] for n in shapes]
    potentials = hg.HeatPotentials(grid, rng.normal(size=grid.shape), A, -0.8)
    return hg.Hamiltonian(grid, potentials, 1.3, rng.normal(size=grid.shape), 0.7, order)


@pytest.mark.parametrize("kind", ["w", "p", "wp", "wpw"])
def test_static_gauge_changes_move_nothing(kind: str) -> None:
    """20 eps (1 + max|sχ/ħ|), locally × (1 + dt‖H‖/ħ): what the library promises."""
    H = hamiltonian(kind)
    chi = 30 * np.random.default_rng(2).uniform(-1, 1, H.grid.shape)
    error = hg.gauge.covariance_error(H, random_state(H.grid), chi, [0.1, 0.2, 0.3], dt=0.02)
    expected = {"state", "norm", "density", "energy"}
    for a in range(H.grid.dimensions):
        expected |= {f"{name} {a}" for name in ("position", "width", "momentum", "current")}
    assert set(error) == expected
    bar = 20 * EPS * (1 + 30 * 0.8 / 0.7) * (1 + 0.02 * abs(H.to_scipy()).sum(axis=1).max() / 0.7)
    assert max(error.values()) < bar


def test_a_broken_covariance_is_seen() -> None:
    """A state with the wrong charge, in the guise of a Hamiltonian that forgets its potentials."""
    H = hamiltonian("w")

    class Forgetful(hg.Hamiltonian):
        def with_potentials(self, potentials: Any) -> hg.Hamiltonian:
            return self

    broken = Forgetful(H.grid, H.potentials, 1.3, None, 0.7)
    chi = np.random.default_rng(2).uniform(-1, 1, H.grid.shape)
    error = hg.gauge.covariance_error(broken, random_state(H.grid), chi, [0, 0.2], dt=0.02)
    assert error["state"] > 1e-2
    assert error["density"] > 1e-3
    assert error["energy"] > 1e-3
    assert error["current 0"] > 1e-2


def test_changes_in_time_are_covariant_to_second_order_under_crank_nicolson() -> None:
    grid = hg.Grid([hg.Axis(-6, 6, 48)])
    H = hg.Hamiltonian(grid, hg.HeatPotentials(grid, lambda x, t: 0.1 * x, [lambda x, t: 0.1 * t]))
    psi = hg.gaussian_packet(grid, center=0, momentum=0, width=1)

    def chi(x: Any, t: float) -> Any:
        return np.sin(0.5 * x) * math.sin(2 * t)

    steps = [0.1, 0.05, 0.025, 0.0125]
    matrix = hg.CrankNicolson()
    errors = [hg.gauge.covariance_error(H, psi, chi, [0, 1], method=matrix, dt=dt) for dt in steps]
    for name in ("state", "density", "energy", "momentum 0"):
        assert abs(fitted_order(steps, [e[name] for e in errors]) - 2) < 0.05
    assert errors[-1]["norm"] < 1e-13


@pytest.mark.parametrize("condition", ["coulomb", "lorenz", "temporal", "axial"])
def test_a_carrier_does_not_see_which_gauge_was_fixed(condition: str) -> None:
    """Its density in the fixed gauge is that in the first one.

    To rounding by sweeps, covariant in space and time; to the order of the steps by the matrix.
    """
    grid = hg.Grid([hg.Axis(-3, 3, 9), hg.Axis(-3, 3, 9, "periodic")])
    scalar = [lambda x, y, t: 0.3 * x * math.sin(t), hg.Drive(lambda x, y: np.cos(y), math.cos)]
    potentials = hg.HeatPotentials(grid, scalar, [lambda x, y, t: 0.2 * y * t, None])
    H = hg.Hamiltonian(grid, potentials)
    psi = hg.gaussian_packet(grid, center=(0, 0), momentum=(0.3, 0), width=(0.9, 0.9))
    given = {"lorenz": {"times": [0, 0.25, 0.5], "speed": 1.0}, "axial": {"axis": 0}}
    chi = hg.gauge.fix(potentials, condition, **given.get(condition, {}))[1]
    times = [0, 0.5]
    exact = hg.gauge.covariance_error(H, psi, chi, times, method=hg.CayleySweeps(), dt=0.1)
    errors = [
        hg.gauge.covariance_error(H, psi, chi, times, method=hg.CrankNicolson(), dt=dt)
        for dt in (0.1, 0.05)
    ]
    for name in ("state", "density"):
        assert exact[name] < 1e-13
        assert errors[1][name] < 5e-3
        assert 3.5 < errors[0][name] / errors[1][name] < 4.5


def test_a_matrix_of_ones_own_is_changed_as_a_whole() -> None:
    grid = grid_of("p", (12,))
    matrix = hamiltonian("p").to_scipy(0.3)
    H = hg.Hamiltonian.from_sparse(grid, matrix)
    chi = np.random.default_rng(3).normal(size=12)
    error = hg.gauge.covariance_error(H, random_state(grid), chi, [0, 0.1], dt=0.02)
    assert set(error) == {"state", "norm", "density", "energy", "position 0", "width 0"}
    assert max(error.values()) < 1e-12
    with pytest.raises(ValueError, match="`chi` must be an array"):
        hg.gauge.covariance_error(H, random_state(grid), lambda x, t: x * t, [0, 0.1], dt=0.1)


@pytest.mark.parametrize("kind", ["w", "wp"])
def test_flows_keep_temperature_flux_and_fields(kind: str) -> None:
    grid = grid_of(kind, (12, 10)[: len(kind)])
    law = hg.Cattaneo(hg.Medium(1.0, 1.0, 0.4))
    start = 300 + sum(np.cos(2 * np.pi * x / 3) for x in grid.coordinates())
    flow = hg.conduct(law, grid, start, np.linspace(0, 0.4, 5), dt=0.1)
    chi = np.random.default_rng(3).normal(size=grid.shape)
    # rounding of χ/(hΛ) ~ 10, the difference of which q ~ 1 is
    assert max(hg.gauge.covariance_error(flow, chi=chi).values()) < 1e-12

    def driven(*xt: Any) -> Any:
        return 5 * np.sin(xt[0] + 7 * xt[-1])

    error = hg.gauge.covariance_error(flow, chi=driven, times=[0.05, 0.3])
    assert set(error) == {"temperature", "heat field", "plaquettes"} | {
        f"flux {a}" for a in range(grid.dimensions)
    }
    # the rate of a callable is a numerical derivative, 1e-12 of its variation
    assert max(error.values()) < 1e-11
    fourier = hg.conduct(hg.Fourier(hg.Medium(1.0, 1.0)), grid, start, [0, 0.1, 0.2], dt=0.1)
    assert "flux 0" not in hg.gauge.covariance_error(fourier, chi=chi)


def test_covariance_error_refuses() -> None:
    H = hamiltonian("w")
    psi = random_state(H.grid)
    with pytest.raises(TypeError, match="`H`"):
        hg.gauge.covariance_error(psi, psi, psi.real, [0, 1])
    with pytest.raises((TypeError, ValueError), match="`chi`"):
        hg.gauge.covariance_error(H, psi, None, [0, 1])
    with pytest.raises((TypeError, ValueError), match="`psi0`"):
        hg.gauge.covariance_error(H, None, psi.real, [0, 1])
    with pytest.raises((TypeError, ValueError), match="`times`"):
        hg.gauge.covariance_error(H, psi, psi.real)
    flow = hg.conduct(hg.Fourier(hg.Medium(1.0, 1.0)), H.grid, 1.0, [0, 1], dt=1.0)
    with pytest.raises(ValueError, match="`psi0`"):
        hg.gauge.covariance_error(flow, psi, psi.real)
