"""Absorbers split off unitary steps: sweeps between contractions."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from test_absorber import absorbing, error
from test_crank_nicolson import random_state

import heatgauge as hg
from heatgauge.heat_force import site_force

SWEEPS = [hg.CayleySweeps(order=2, factors=1), hg.CayleySweeps(), hg.SpectralSweeps()]


@pytest.mark.parametrize("driven", [False, True])
@pytest.mark.parametrize("method", SWEEPS)
def test_sweeps_between_contractions(method: Any, driven: bool) -> None:
    # order 2: e^{−γ/2}·U(τ)·e^{−γ/2}; 4: e^{−γ/6}·U(τ/2)·e^{−2γ/3 − ig}·U(τ/2)·e^{−γ/6}, γ = Wτ/ħ,
    # g = τ³Σ|∂W|²/72mħ, U the same sweeps without absorbers; 3 steps, corners, members
    grid = hg.Grid([hg.Axis(-1.0, 2.0, 24), hg.Axis(-1.0, 1.5, 20)])
    H = absorbing(grid, driven=driven, axes=(0, 1))
    plain = hg.Hamiltonian(grid, H.potentials, 1.1, hbar=0.7)
    psi, dt = np.array([random_state(grid, k) for k in (1, 2)]), 0.01
    observe = {"n": hg.Norm(), "a": hg.Absorbed(), "x": hg.Absorbed(0, "+")}
    run = hg.propagate(H, psi, [0.0, 3 * dt], dt=dt, method=method, observe=observe)
    W = H.absorption
    assert W is not None
    slopes = sum(site_force(grid, a, np.diff(W, axis=a)) ** 2 for a in (0, 1))
    parts = method.order // 2
    outer = np.exp(-dt / 0.7 * W / (2.0 if parts == 1 else 6.0))
    inner = np.exp(-2.0 / 3.0 * dt / 0.7 * W - 1j * dt**3 / (72 * 1.1 * 0.7) * slopes)
    expected = psi
    for k in range(3):
        expected = outer * expected
        for part in range(parts):
            times = [k * dt + part * dt / parts, k * dt + (part + 1) * dt / parts]
            expected = inner * expected if part > 0 else expected
            expected = hg.propagate(plain, expected, times, dt=dt, method=method).final
        expected = outer * expected
    assert error(run.final, expected) < 1e-13
    r = run.records
    assert np.abs(r["n"] + r["a"] - r["n"][0]).max() < 1e-13 * r["n"].max()
    assert (r["x"][-1] > 1e-3 * r["n"][0]).all()


@pytest.mark.parametrize("method", SWEEPS)
def test_orders_in_a_smooth_layer(method: Any) -> None:
    # a smooth W in place of the designed one, whose cut-off lowers the order once W|ψ|² there shows
    grid = hg.Grid([hg.Axis(-12.0, 12.0, 160)])
    (x,) = grid.coordinates()
    H = hg.Hamiltonian(grid, external=[0.02 * x**2, hg.Absorber(0, "upper", 0.4, (0.9, 1.0))])
    layer = H.absorbers[0]
    layer.first, layer.sites = 0, 160
    layer.strengths = 1.5 * np.exp(-(((x - 1.0) / 1.5) ** 2))
    psi = hg.gaussian_packet(grid, -2.0, 1.5, 1.0)
    steps = np.array([64, 80, 96, 128])
    states = [
        hg.propagate(H, psi, [0.0, 3.0], dt=3.0 / n, method=method, observe={"n": hg.Norm()}).final
        for n in (*steps.tolist(), 1024)
    ]
    assert np.linalg.norm(states[-1]) < 0.8 * np.linalg.norm(psi)
    errors = [np.linalg.norm(state - states[-1]) for state in states[:-1]]
    fitted = -np.polyfit(np.log(steps), np.log(errors), 1)[0]
    assert abs(fitted - method.order) < 0.05


@pytest.mark.parametrize("method", SWEEPS[1:])
def test_sweeps_reflect_what_was_designed(method: Any) -> None:
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


@pytest.mark.parametrize(
    ("method", "asked"),
    [(hg.CayleySweeps(), (1e-5,)), (hg.SpectralSweeps(), (1e-5, 1e-7))],
)
def test_rtol_holds_with_absorbers(method: Any, asked: Any) -> None:
    # against 4096 steps, off by 2e-9 with transforms, by 1e-6 with Cayley factors: the kink where W
    # is cut makes short waves, for which these have an error of their own
    grid = hg.Grid([hg.Axis(-20.0, 10.0, 300)])
    H = hg.Hamiltonian(grid, external=hg.Absorber(0, "upper", 1e-3, (1.8, 4.0)), order=8)
    psi = hg.gaussian_packet(grid, 2.0, 2.4, 1.5)
    exact = hg.propagate(H, psi, [0.0, 4.0], dt=4.0 / 4096, method=method).final
    assert np.linalg.norm(exact) < 0.9 * np.linalg.norm(psi)
    for rtol in asked:
        run = hg.propagate(H, psi, [0.0, 4.0], rtol=rtol, method=method)
        assert np.linalg.norm(run.final - exact) < rtol * np.linalg.norm(psi)


@pytest.mark.parametrize(
    "method",
    [hg.CayleySweeps(), hg.SpectralSweeps(), hg.CrankNicolson()],
    ids=lambda m: m.__class__.__name__,
)
def test_rtol_holds_for_what_has_left(method: Any) -> None:
    # At the end all is gone, and with it all that was wrong: judged by the last state alone, books
    # were off by up to 2 and states on the way by up to 6 times rtol.
    grid = hg.Grid([hg.Axis(-16.0, 16.0, 160)])
    layers = [hg.Absorber(0, "upper", 1e-2, (1.0, 4.0)), hg.Absorber(0, "lower", 1e-3, (1.0, 4.0))]
    H = hg.Hamiltonian(grid, external=layers)
    psi = hg.gaussian_packet(grid, 0.0, 2.5, 2.0)
    observe = {"lower": hg.Absorbed(0, "lower"), "upper": hg.Absorbed(0, "upper")}

    def run(**steps: float) -> hg.Evolution:
        times = [0.0, 4.0, 9.0, 30.0]
        return hg.propagate(H, psi, times, method=method, observe=observe, store="all", **steps)

    rtol = 3e-3
    asked, exact = run(rtol=rtol), run(dt=2e-3)  # of order 2 at least: off by less than rtol/50
    assert np.linalg.norm(exact.final) < 0.02 * np.linalg.norm(psi)
    for one, two in zip(asked.states, exact.states, strict=True):
        assert np.linalg.norm(one - two) <= rtol * np.linalg.norm(psi)
    for name in observe:
        assert np.abs(asked.records[name] - exact.records[name]).max() <= rtol
    assert asked.error_estimate <= rtol
