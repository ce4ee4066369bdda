"""The adiabatic theorem: transitions of a sweep against its duration."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy.integrate import quad, solve_ivp

import heatgauge as hg

PAIR = hg.Grid([hg.Axis(0.0, 2.0, 2, "periodic")])
COUPLING, TILT = 1.0, 3.0  # H = coupling − coupling·σx + tilt·f(t/τ)·σz


def qubit(ramp: Callable[[float], float]) -> Callable[[float], hg.Hamiltonian]:
    def H_of(duration: float) -> hg.Hamiltonian:
        tilt = hg.Drive(np.array([TILT, -TILT]), lambda t: ramp(t / duration))
        return hg.Hamiltonian(PAIR, external=tilt)

    return H_of


def transition(ramp: Callable[[float], float], duration: float) -> float:
    """P from the lower to the upper level by a Runge–Kutta method of order 8."""

    def matrix(t: float) -> Any:
        z = TILT * ramp(t / duration)
        return np.array([[z, -COUPLING], [-COUPLING, -z]])

    first, last = (np.linalg.eigh(matrix(t))[1] for t in (0.0, duration))
    path = solve_ivp(
        lambda t, c: -1j * matrix(t) @ c,
        (0, duration),
        first[:, 0].astype(complex),
        "DOP853",
        rtol=1e-12,
        atol=1e-13,
    )
    return float(abs(last[:, 1] @ path.y[:, -1]) ** 2)


def linear(s: float) -> float:
    return s


def smooth(s: float) -> float:
    return math.sin(0.5 * math.pi * s) ** 2


@pytest.mark.parametrize("ramp", [linear, smooth])
def test_transitions_agree_with_the_equation_of_a_qubit(ramp: Any) -> None:
    durations = [0.05, 0.7, 3.0]
    found = hg.thermo.adiabatic_sweep(qubit(ramp), durations, k=2)
    exact = np.array([transition(ramp, d) for d in durations])
    # rtol 1e-6 on ψ bounds the error of P by 2e-6
    assert np.abs(found.transitions[:, 1, 0] - exact).max() < 2e-6
    # all levels are kept; with one dt for both, P is doubly stochastic to rounding
    assert np.abs(found.left).max() < 1e-12
    same = hg.thermo.adiabatic_sweep(qubit(ramp), durations, k=2, dt=0.02).transitions
    assert np.abs(same.sum(axis=1) - 1).max() < 1e-12
    assert np.abs(same.sum(axis=2) - 1).max() < 1e-12


def boundary_amplitude(duration: float) -> complex:
    """First order for the linear ramp: [⟨1|∂ₜH|0⟩/ΔE² exp(i∫ΔE dt)] from 0 to τ."""

    def gap(s: float) -> float:
        return 2 * math.hypot(COUPLING, TILT * s)

    def coupling(s: float) -> float:  # ⟨1|σz|0⟩ in the basis that turns with H
        return TILT / duration * COUPLING / math.hypot(COUPLING, TILT * s)

    phase = duration * quad(gap, 0, 1, epsabs=1e-12)[0]
    return coupling(1) / gap(1) ** 2 * np.exp(1j * phase) - coupling(0) / gap(0) ** 2


def test_a_slow_linear_ramp_leaves_what_its_corners_excite() -> None:
    # 1 − P = |A|², A the boundary terms ~ 1/τ; the rest is measured at 17/τ² of it
    durations = np.array([12.0, 17.0, 24.0])
    found = hg.thermo.adiabatic_sweep(qubit(linear), durations, k=2, rtol=1e-5)
    wanted = np.array([abs(boundary_amplitude(d)) ** 2 for d in durations])
    left = found.transitions[:, 1, 0]
    assert (np.abs(left / wanted - 1) < 20 / durations**2).all()
    assert 0.3 < (left * durations**2).min() / (left * durations**2).max() <= 1


def test_a_ramp_without_corners_is_followed_far_better() -> None:
    # the slope vanishes at the ends, so that ⟨1|∂ₜ²H|0⟩/ΔE³ remains: ½(π/τ)²·tilt/2³ at the
    # start, a hundredth of it at the end; the rest is measured at 28/τ² of P
    durations = np.array([12.0, 24.0])
    found = hg.thermo.adiabatic_sweep(qubit(smooth), durations, k=2, rtol=1e-5)
    wanted = (0.5 * math.pi**2 * TILT / 8) ** 2 / durations**4
    assert (np.abs(found.deviation / wanted - 1) < 0.02 + 35 / durations**2).all()
    assert found.deviation[1] < 0.02 * abs(boundary_amplitude(24.0)) ** 2


def test_sudden_changes_project_and_slow_ones_are_isentropic() -> None:
    found = hg.thermo.adiabatic_sweep(qubit(linear), [1e-7, 20.0], k=2, T=1.5, rtol=1e-4)
    angle = math.atan2(TILT, COUPLING)
    assert found.transitions[0, 1, 0] == pytest.approx(math.sin(angle / 2) ** 2, abs=1e-6)
    rise = found.entropy - found.start_entropy
    assert rise[0] > 0.1
    assert 0 <= rise[1] < 1e-2 * rise[0]
    state = hg.thermo.partition(qubit(linear)(1.0).lowest(2)[0], 1.5)
    assert found.start == pytest.approx(state.populations, abs=1e-12)
    assert found.start_entropy == pytest.approx(state.entropy, abs=1e-12)


def test_the_diagonal_entropy_never_falls() -> None:
    # eight levels on a ring, a random ramp of random duration, populations in no order
    rng = np.random.default_rng(6)
    grid = hg.Grid([hg.Axis(0.0, 2.0, 6)])
    for _ in range(4):
        profile, weights = rng.normal(size=6) * 8, rng.dirichlet(np.ones(6))

        def H_of(duration: float, profile: Any = profile) -> hg.Hamiltonian:
            drive = hg.Drive(profile, lambda t: math.sin(2 * t / duration))
            return hg.Hamiltonian(grid, external=drive)

        found = hg.thermo.adiabatic_sweep(
            H_of, [0.1, 1.0], k=6, populations=weights, dt=0.02, k_B=2.0
        )
        assert (found.entropy >= found.start_entropy - 1e-13).all()


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"H_of": 1.0}, TypeError),
        ({"H_of": lambda d: None}, TypeError),
        ({"durations": []}, ValueError),
        ({"durations": [1.0, -1.0]}, ValueError),
        ({"k": 3}, ValueError),
        ({"populations": [1.0]}, ValueError),
        ({"populations": [0.5, 0.5], "T": 1.0}, ValueError),
        ({"T": -1.0}, ValueError),
        ({"dt": 0.1, "rtol": 1e-3}, ValueError),
        ({"k_B": 0.0}, ValueError),
    ],
)
def test_malformed_arguments_are_refused(change: dict[str, Any], error: type) -> None:
    arguments: dict[str, Any] = {"H_of": qubit(linear), "durations": [1.0], "k": 2} | change
    with pytest.raises(error, match=r"Arguments? `"):
        hg.thermo.adiabatic_sweep(**arguments)
