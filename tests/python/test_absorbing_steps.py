"""Absorbers split off unitary steps: sweeps between contractions."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from test_absorber import absorbing, error
from test_crank_nicolson import random_state

import heatgauge as hg

SWEEPS = [hg.CayleySweeps(order=2, factors=1), hg.CayleySweeps(), hg.SpectralSweeps()]


@pytest.mark.parametrize("driven", [False, True])
@pytest.mark.parametrize("method", SWEEPS)
def test_sweeps_contract_by_halves(method: Any, driven: bool) -> None:
    # e^{−Wτ/2ħ} U e^{−Wτ/2ħ}, U the same sweeps without absorbers; 3 steps, corners, members
    grid = hg.Grid([hg.Axis(-1.0, 2.0, 24), hg.Axis(-1.0, 1.5, 20)])
    H = absorbing(grid, driven=driven, axes=(0, 1))
    plain = hg.Hamiltonian(grid, H.potentials, 1.1, hbar=0.7)
    psi, dt = np.array([random_state(grid, k) for k in (1, 2)]), 0.01
    observe = {"n": hg.Norm(), "a": hg.Absorbed(), "x": hg.Absorbed(0, "+")}
    run = hg.propagate(H, psi, [0.0, 3 * dt], dt=dt, method=method, observe=observe)
    assert H.absorption is not None
    half, expected = np.exp(-0.5 * dt / 0.7 * H.absorption), psi
    for k in range(3):
        times = [k * dt, (k + 1) * dt]
        expected = half * hg.propagate(plain, half * expected, times, dt=dt, method=method).final
    assert error(run.final, expected) < 1e-13
    r = run.records
    assert np.abs(r["n"] + r["a"] - r["n"][0]).max() < 1e-13 * r["n"].max()
    assert (r["x"][-1] > 1e-3 * r["n"][0]).all()


@pytest.mark.parametrize("method", SWEEPS[1:])
def test_sweeps_reflect_what_was_designed_and_are_of_second_order(method: Any) -> None:
    grid = hg.Grid([hg.Axis(-40.0, 10.0, 500)])
    H = hg.Hamiltonian(grid, external=hg.Absorber(0, "upper", 1e-3, (1.8, 4.0)), order=8)
    psi = hg.gaussian_packet(grid, -9.0, 2.4, 3.0)
    k = 2 * np.pi * np.fft.fftfreq(4096, 0.1)
    spectrum = np.abs(np.fft.fft(psi, 4096)) ** 2
    met = (k > 0.2) & (k < 5.0)
    reflected = H.absorbers[0].reflection(k[met]) @ spectrum[met] / spectrum.sum()
    observe = {"n": hg.Norm(), "a": hg.Absorbed()}
    run = hg.propagate(H, psi, [0.0, 5.0, 18.0], dt=0.02, method=method, observe=observe)
    assert run.records["n"][-1] == pytest.approx(reflected, rel=0.01)
    assert np.abs(run.records["n"] + run.records["a"] - 1).max() < 1e-12
    states = [
        hg.propagate(H, psi, [0.0, 5.0], dt=dt, method=method).final for dt in (4e-3, 2e-3, 1e-3)
    ]
    fall = np.linalg.norm(states[0] - states[1]) / np.linalg.norm(states[1] - states[2])
    # the kink where W is cut makes short waves, for which Cayley factors have an error of their own
    least = 1.9 if isinstance(method, hg.SpectralSweeps) else 1.7
    assert least < math.log2(fall) < 2.1
