"""Quantum-permitted, classical-permitted, forbidden: verdicts on flows and evolutions."""

from __future__ import annotations

import dataclasses
import types
from typing import Any

import numpy as np
import pytest
from test_heat_flow import random_case

import heatgauge as hg

QUANTUM, CLASSICAL, FORBIDDEN = "quantum-permitted", "classical-permitted", "forbidden"
FOURIER = hg.Fourier(hg.Medium(1.0, 1.0))
LOSS_FREE = hg.Cattaneo(hg.Medium(1e9, 1.0, 1e9))  # Λ = 1, v = 1, losses of 1e-9


def backwards(flow: hg.HeatFlow) -> hg.HeatFlow:
    """The same data in reversed order of time; heat flows the other way."""
    flux = [-q[::-1] for q in flow.flux]
    times = flow.times[0] + flow.times[-1] - flow.times[::-1]
    return hg.HeatFlow.from_arrays(flow.law, flow.grid, times, flow.temperature[::-1], flux)


def as_foreign(flow: hg.HeatFlow) -> hg.HeatFlow:
    return hg.HeatFlow.from_arrays(flow.law, flow.grid, flow.times, flow.temperature, flow.flux)


def mode(law: Any, n: int, outputs: int, kind: str) -> hg.HeatFlow:
    """Exact T and q of one Fourier mode on a ring, sampled: Fourier's law or a wave, k = 1."""
    grid = hg.Grid([hg.Axis(0, 2 * np.pi, n, "periodic")])
    x, xf, t = grid.coordinates()[0], grid.face_coordinates(0)[0], np.linspace(0, 2, outputs)
    t = t[:, None]
    if kind == "diffusion":
        T, q = np.exp(-t) * np.cos(x), np.exp(-t) * np.sin(xf)
    elif kind == "standing":
        T, q = np.cos(x) * np.cos(t), np.sin(xf) * np.sin(t)
    elif kind == "travelling":
        T, q = np.cos(x - t), np.cos(xf - t)
    else:  # damped: ω = −i/2τ ± √(1 − 1/4τ²) with κ = τ
        tau = law.medium.relaxation
        s = -0.5 / tau + 1j * np.sqrt(1 - 0.25 / tau**2)
        a = np.exp(s * t)
        T, q = (a * np.cos(x)).real, (-s * a * np.sin(xf)).real
    return hg.HeatFlow.from_arrays(law, grid, t[:, 0], 300 + T, [q])


@pytest.mark.parametrize("n", [16, 40, 200])
@pytest.mark.parametrize("outputs", [7, 30, 201])
@pytest.mark.parametrize("kind", ["standing", "travelling"])
def test_sampled_waves_without_loss_are_quantum_permitted(n: int, outputs: int, kind: str) -> None:
    found = hg.classify(mode(LOSS_FREE, n, outputs, kind))
    assert found.verdict == QUANTUM
    assert abs(found.total) <= found.uncertainty
    assert not found.where.any()


@pytest.mark.parametrize("n", [16, 40, 200])
@pytest.mark.parametrize("outputs", [7, 30, 201])
def test_sampled_diffusion_is_classical_and_backwards_forbidden(n: int, outputs: int) -> None:
    flow = mode(FOURIER, n, outputs, "diffusion")
    found = hg.classify(flow)
    assert found.verdict == CLASSICAL
    exact = np.pi * 0.5 * (1 - np.exp(-4.0))  # ∫∫ q²/κ: ∫sin² = π, ∫e^{−2t}
    assert abs(found.total - exact) <= found.uncertainty < 0.5 * exact
    assert (found.where >= 0).all()
    assert (found.where > 0).any()
    back = hg.classify(backwards(flow))
    assert back.verdict == FORBIDDEN
    assert (back.where <= 0).all()
    np.testing.assert_allclose(back.total, -found.total, rtol=1e-9)


def test_the_uncertainty_of_the_total_is_honest() -> None:
    """Of second order, and not smaller than the error: measured against the exact total."""
    errors, doubts = [], []
    for n in (16, 32, 64, 128):
        found = hg.classify(mode(FOURIER, n, n + 1, "diffusion"))
        errors.append(abs(found.total - np.pi * 0.5 * (1 - np.exp(-4.0))))
        doubts.append(found.uncertainty)
    assert (np.array(errors) < np.array(doubts)).all()
    order = -np.polyfit(np.log([16, 32, 64, 128]), np.log(doubts), 1)[0]
    assert abs(order - 2) < 0.05


@pytest.mark.parametrize("tau", [1.0, 3.0, 10.0])
def test_damped_waves_are_classical_though_their_local_production_turns_negative(
    tau: float,
) -> None:
    flow = mode(hg.Cattaneo(hg.Medium(tau, 1.0, tau)), 128, 201, "damped")
    assert flow.entropy_production("local").min() < 0
    found = hg.classify(flow)
    assert found.verdict == CLASSICAL
    assert (found.where >= 0).all()
    assert hg.classify(backwards(flow)).verdict == FORBIDDEN


def test_what_cannot_be_told_at_this_resolution_is_not_called_classical() -> None:
    flow = mode(hg.Cattaneo(hg.Medium(1e4, 1.0, 1e4)), 16, 7, "damped")
    assert hg.classify(flow).verdict == QUANTUM


@pytest.mark.parametrize("method", ["midpoint", "l-stable", "backward-euler"])
def test_runs_of_cattaneo_and_fourier_are_classical(method: str) -> None:
    grid = hg.Grid([hg.Axis(0, 1, 30), hg.Axis(0, 1, 20, "periodic")])
    x, y = grid.coordinates()
    start = 300 + np.exp(-60 * ((x - 0.4) ** 2 + (y - 0.5) ** 2))
    times = np.linspace(0, 0.6, 61)
    law = hg.Cattaneo(hg.Medium(1.0, 1.0, 0.2))
    flow = hg.conduct(law, grid, start, times, dt=0.01, method=method)
    assert flow.entropy_production("local").min() < 0
    for judged in (flow, as_foreign(flow)):
        assert hg.classify(judged).verdict == CLASSICAL
    assert hg.classify(backwards(flow)).verdict == FORBIDDEN
    flow = hg.conduct(FOURIER, grid, start, 0.1 * times, dt=0.001, method=method)
    assert hg.classify(flow).verdict == CLASSICAL
    assert hg.classify(backwards(flow)).verdict == FORBIDDEN


@pytest.mark.parametrize("conductivity", [1e6, 1e9, 1e12])
def test_a_run_in_the_loss_free_limit_is_quantum_permitted(conductivity: float) -> None:
    grid = hg.Grid([hg.Axis(0, 1, 60)])
    law = hg.Cattaneo(hg.Medium(conductivity, 1.0, conductivity))
    start = 1 + np.exp(-200 * (grid.coordinates()[0] - 0.4) ** 2)
    flow = hg.conduct(law, grid, start, np.linspace(0, 1, 201), dt=0.005, method="midpoint")
    found = hg.classify(flow)
    assert found.verdict == QUANTUM
    assert hg.classify(backwards(flow)).verdict == QUANTUM


def test_jumps_and_few_outputs_do_not_hide_that_fourier_produces_entropy() -> None:
    grid = hg.Grid([hg.Axis(0, 1, 50)])
    sides = {"x-": hg.Temperature(2.0)}
    for outputs in (4, 5, 11, 101):
        times = np.linspace(0, 1, outputs)
        flow = hg.conduct(FOURIER, grid, 1.0, times, boundary=sides)
        assert hg.classify(flow).verdict == CLASSICAL


def test_half_a_body_backwards_is_forbidden() -> None:
    one = mode(FOURIER, 64, 101, "diffusion")
    two = backwards(one)
    grid = hg.Grid([one.grid.axes[0], hg.Axis(0, 1, 9, "periodic")])
    share = np.arange(9) < 7  # most of it runs forwards

    def both(a: Any, b: Any) -> Any:
        return np.where(share, a[:, :, None], b[:, :, None])

    T = both(one.temperature, two.temperature)
    q = [both(one.flux[0], two.flux[0]), np.zeros((101, 64, 9))]
    found = hg.classify(hg.HeatFlow.from_arrays(FOURIER, grid, one.times, T, q))
    assert found.total > found.uncertainty
    assert found.verdict == FORBIDDEN
    assert (found.where[:, :, share] >= 0).all()
    assert (found.where[:, :, ~share] <= 0).all()


def test_data_that_gather_heat_where_it_cools_are_forbidden() -> None:
    """Temperatures run backwards, fluxes not: down the gradient, but against the balance."""
    flow = mode(FOURIER, 64, 101, "diffusion")
    q = [flow.flux[0][::-1]]
    wrong = hg.HeatFlow.from_arrays(FOURIER, flow.grid, flow.times, flow.temperature[::-1], q)
    found = hg.classify(wrong)
    assert found.total > found.uncertainty
    assert found.verdict == FORBIDDEN
    assert "energy" in found.reason
    steady = np.broadcast_to(300.0 + np.arange(5), (9, 5))
    grid = hg.Grid([hg.Axis(0, 5, 5)])
    still = hg.HeatFlow.from_arrays(FOURIER, grid, np.arange(9.0), steady, [-np.ones((9, 6))])
    assert hg.classify(still).verdict == CLASSICAL


def test_a_body_at_rest_is_isentropic() -> None:
    grid = hg.Grid([hg.Axis(0, 1, 5)])
    flow = hg.conduct(FOURIER, grid, 300.0, [0, 1, 2], dt=0.1)
    assert hg.classify(flow).verdict == QUANTUM


@pytest.mark.parametrize("seed", range(3))
def test_no_random_run_is_called_forbidden_and_none_backwards_classical(seed: int) -> None:
    for k in range(seed * 40, seed * 40 + 40):
        law, grid, start, boundary, source = random_case(k, 1 + k % 3)
        times = 0.01 * np.arange(9)
        flow = hg.conduct(
            law, grid, start, times, boundary=boundary, source=source, dt=0.01, method="midpoint"
        )
        assert hg.classify(flow).verdict != FORBIDDEN
        # backwards without surfaces, of which arrays tell nothing
        flow = hg.conduct(law, grid, start, times, source=source, dt=0.01, method="midpoint")
        assert hg.classify(backwards(flow)).verdict != CLASSICAL


def quantum_run() -> Any:
    grid = hg.Grid([hg.Axis(-8, 8, 64)])
    psi = hg.gaussian_packet(grid, center=0, momentum=1, width=1)
    return hg.propagate(hg.Hamiltonian(grid), psi, [0, 1, 2, 3], dt=0.1)


def test_a_unitary_evolution_is_quantum_permitted() -> None:
    found = hg.classify(quantum_run())
    assert found.verdict == QUANTUM
    assert found.sigma.shape == (3,)
    assert found.total == 0
    assert found.uncertainty < 1e-14


@pytest.mark.parametrize(
    ("entropy", "error", "verdict"),
    [
        ([0.0, 0.2, 0.5, 0.6], 0.01, CLASSICAL),
        ([0.0, 0.0, 0.0, 0.0], 0.0, QUANTUM),
        ([0.0, 0.01, 0.02, 0.01], 0.02, QUANTUM),
        ([0.6, 0.5, 0.2, 0.0], 0.01, FORBIDDEN),
    ],
)
def test_an_evolution_with_an_entropy_record_is_judged_by_it(
    entropy: list[float], error: float, verdict: str
) -> None:
    records = {"entropy": np.array(entropy), "entropy_stderr": np.full(4, error)}
    run = dataclasses.replace(quantum_run(), records=types.MappingProxyType(records))
    found = hg.classify(run)
    assert found.verdict == verdict
    np.testing.assert_allclose(found.sigma, np.diff(entropy))
    assert verdict.split("-")[0] in str(found)


def test_classify_refuses() -> None:
    grid = hg.Grid([hg.Axis(0, 1, 5)])
    flow = hg.conduct(FOURIER, grid, np.arange(5.0) - 2, [0, 1], dt=0.1)
    with pytest.raises(ValueError, match="at least 3 times"):
        hg.classify(flow)
    with pytest.raises(TypeError, match="`process`"):
        hg.classify([1.0, 2.0])
    last = hg.conduct(FOURIER, grid, 1.0, [0, 1, 2], dt=0.1, store="final")
    with pytest.raises(ValueError, match="`store`"):
        hg.classify(last)


def test_a_total_within_its_uncertainty_does_not_seem_to_deny_the_verdict() -> None:
    """Intervals are judged one by one: the reason says so where the total alone tells nothing."""
    grid = hg.Grid([hg.Axis(0, 1, 32)] * 2)
    x, y = grid.coordinates()
    start = 1 + np.exp(-((x - 0.5) ** 2 + (y - 0.5) ** 2) / 0.01)
    law = hg.GuyerKrumhansl(hg.Medium(1.0, 1.0, 0.1, 0.05))
    flow = hg.conduct(law, grid, start, np.linspace(0, 0.3, 7), dt=2e-3)
    found = hg.classify(flow)
    assert found.verdict == CLASSICAL
    assert 0 < found.total < found.uncertainty
    assert "output intervals" in str(found)
    assert "output intervals" not in str(hg.classify(mode(FOURIER, 64, 65, "diffusion")))


def test_what_a_notebook_shows_holds_no_arrays() -> None:
    flow = mode(FOURIER, 64, 65, "diffusion")
    grid = hg.Grid([hg.Axis(-8, 8, 64)])
    psi = hg.gaussian_packet(grid, center=0, momentum=0, width=1)
    run = hg.propagate(hg.Hamiltonian(grid), psi, [0, 1], dt=0.5, observe={"n": hg.Norm()})
    for shown in map(repr, (hg.classify(flow), flow.entropy_balance(), run)):
        assert len(shown) < 400
    assert repr(hg.classify(flow)).startswith("Permission(classical-permitted: ")
    assert repr(flow.entropy_balance()).startswith(
        "EntropyBalance(quadratic, 64 intervals of (64,)"
    )
