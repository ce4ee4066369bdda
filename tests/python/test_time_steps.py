"""How output intervals are cut into steps, and how long steps are for an asked accuracy."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from scipy.sparse.linalg import expm_multiply

import heatgauge as hg
from heatgauge.fields import Sampled
from heatgauge.intervals import intervals

GRID = hg.Grid([hg.Axis(-6.0, 6.0, 48)])
CN = hg.CrankNicolson()  # whose lattice is the matrix of H
(X,) = GRID.coordinates()


def packet() -> Any:
    return hg.gaussian_packet(GRID, 0.5, 0.4, 0.8)


def cut(times: Any, dt: float, breakpoints: Any = ()) -> list[tuple[float, float, int, bool]]:
    pieces = intervals(np.array(times, float), np.array(breakpoints, float), dt)
    return [(p.start, p.end, p.steps, p.output) for p in pieces]


def test_an_interval_is_cut_into_the_fewest_equal_steps() -> None:
    assert cut([0.0, 1.0], 0.3) == [(0.0, 1.0, 4, True)]
    assert cut([0.0, 1.0], 0.25) == [(0.0, 1.0, 4, True)]
    assert cut([0.0, 1.0], 5.0) == [(0.0, 1.0, 1, True)]
    assert cut([0.0, 0.3], 0.1) == [(0.0, 0.3, 3, True)]  # 0.3/0.1 > 3 in floating point
    assert cut([0.0, 1.0, 1.5], 0.5) == [(0.0, 1.0, 2, True), (1.0, 1.5, 1, True)]


def test_breakpoints_end_steps_but_are_no_output() -> None:
    assert cut([0.0, 1.0], 0.5, [0.3, -1.0, 1.0, 7.0]) == [
        (0.0, 0.3, 1, False),
        (0.3, 1.0, 2, True),
    ]


@pytest.mark.parametrize("steps", [3, 7, 10, 49, 1000])
def test_equal_output_intervals_share_factors(steps: int) -> None:
    # linspace ends differ by rounding; the steppers must still be one
    made = []

    class Counting(hg.CrankNicolson):
        def stepper(self, *arguments: Any) -> Any:
            made.append(arguments)
            return super().stepper(*arguments)

    times = np.linspace(0.0, 0.7, steps + 1)
    run = hg.propagate(hg.Hamiltonian(GRID), packet(), times, dt=0.7 / steps / 2, method=Counting())
    assert len(made) == 1
    assert run.steps == 2 * steps


def test_times_are_multiples_not_sums() -> None:
    # t = t₀ + n·dt: the envelope is asked at (n + ½)dt to the last bits after 20 000 steps
    asked: list[float] = []

    def envelope(t: float) -> float:
        asked.append(t)
        return 0.0

    H = hg.Hamiltonian(hg.Grid([hg.Axis(0.0, 1.0, 4)]), external=hg.Drive(1.0, envelope))
    hg.propagate(H, np.ones(4), [0.1, 0.1 + 2000.0], dt=0.1)
    middles = 0.1 + (np.arange(20000) + 0.5) * 0.1
    assert np.abs(np.array(asked[-20000:]) - middles).max() < 1e-12


@pytest.mark.parametrize("method", [CN, hg.CayleySweeps(), hg.CayleySweeps(2)])
@pytest.mark.parametrize("late", [False, True])
def test_no_step_crosses_a_breakpoint_or_the_knot_of_a_sampled_field(
    method: Any, late: bool
) -> None:
    # a jump at a breakpoint: two constant pieces, whichever the value at the jump itself
    def step(t: float) -> float:
        return 3.0 if (t <= 0.4217 if late else t < 0.4217) else -2.0

    def final(H: hg.Hamiltonian, psi: Any, times: Any, breakpoints: Any = ()) -> Any:
        return hg.propagate(H, psi, times, dt=0.01, method=method, breakpoints=breakpoints).final

    H = hg.Hamiltonian(GRID, external=hg.Drive(X, step))
    pieces = [hg.Hamiltonian(GRID, external=c * X) for c in (3.0, -2.0)]
    expected = final(pieces[1], final(pieces[0], packet(), [0, 0.4217]), [0.4217, 1.0])
    assert np.linalg.norm(final(H, packet(), [0, 1], [0.4217]) - expected) < 1e-12
    assert np.linalg.norm(final(H, packet(), [0, 1]) - expected) > 1e-4
    knots = Sampled([0.0, 0.35, 1.0], np.outer([0.0, 4.0, 0.0], X))
    sampled = hg.Hamiltonian(GRID, hg.HeatPotentials(GRID, knots))
    assert hg.propagate(sampled, packet(), [0, 1], dt=0.1, method=method).steps == 4 + 7


def test_a_sudden_change_of_the_links_at_a_breakpoint_is_a_kick() -> None:
    # A = a(t): constant pieces are pure gauges, and the sudden change moves kinetic momentum by −a
    def late(t: float) -> float:
        return 0.0 if t <= 0.3 else 0.7

    def early(t: float) -> float:
        return 0.0 if t < 0.3 else 0.7

    results = []
    for jump in (early, late):
        H = hg.Hamiltonian(GRID, hg.HeatPotentials(GRID, None, [hg.Drive(lambda x: 1.0, jump)]))
        results.append(
            hg.propagate(H, packet(), [0, 1], dt=0.05, method=hg.CayleySweeps(), breakpoints=[0.3])
        )
    assert np.abs(results[0].final - results[1].final).max() < 1e-12
    free = hg.propagate(hg.Hamiltonian(GRID), packet(), [0, 0.3], dt=0.05, method=hg.CayleySweeps())
    static = hg.Hamiltonian(GRID, hg.HeatPotentials(GRID, None, [0.7]))
    moved = hg.propagate(static, free.final, [0.3, 1], dt=0.05, method=hg.CayleySweeps())
    assert np.abs(results[0].final - moved.final).max() < 1e-12


def static_case(rng: np.random.Generator) -> hg.Hamiltonian:
    U = rng.uniform(0.2, 3) * X**2 / 2 + rng.normal() * np.sin(rng.uniform(0.5, 2) * X)
    return hg.Hamiltonian(GRID, external=U, order=int(rng.choice([2, 4, 6, 8])))


def test_a_static_run_ends_within_rtol_and_not_far_below() -> None:
    # against the exponential of the same lattice H; the bound is an equality as dt → 0, so where
    # an interval takes >= 8 steps rounding up their number costs at most a quarter
    rng = np.random.default_rng(0)
    ratios = []
    for _ in range(12):
        H, rtol = static_case(rng), 10 ** rng.uniform(-6, -2)
        times = np.linspace(0.0, rng.uniform(0.5, 2), int(rng.integers(2, 6)))
        psi = packet()
        run = hg.propagate(H, psi, times, rtol=rtol, method=CN)
        exact = expm_multiply(-1j * times[-1] * H.to_scipy(), psi)
        error = float(np.linalg.norm(run.final - exact) / np.linalg.norm(psi))
        assert run.error_estimate is not None
        assert error <= rtol
        assert error <= run.error_estimate * 1.0001 + 1e-13
        if run.steps >= 8 * (times.size - 1):
            ratios.append(error / rtol)
    assert len(ratios) >= 6
    assert np.median(ratios) >= 1 / 3, ratios


def exact_driven(H: hg.Hamiltonian, psi: Any, times: tuple[float, float]) -> Any:
    """Runge–Kutta of order 8 to 1e-11 on the same lattice."""

    def rates(t: float, state: Any) -> Any:
        return -1j * H.apply(state, t)

    return solve_ivp(rates, times, psi, "DOP853", rtol=1e-11, atol=1e-12).y[:, -1]


def test_a_driven_run_ends_within_rtol_and_not_far_below() -> None:
    rng = np.random.default_rng(3)
    ratios = []
    for k in range(6):
        rate, size = rng.uniform(1, 6), rng.uniform(0.3, 2)

        def envelope(t: float, rate: float = rate, size: float = size) -> float:
            return size * math.sin(rate * t)

        drive = hg.Drive(lambda x: x, envelope) if k % 2 else hg.Drive(lambda x: 1.0, envelope)
        potentials = (
            hg.HeatPotentials(GRID, drive) if k % 2 else hg.HeatPotentials(GRID, None, [drive])
        )
        H = hg.Hamiltonian(GRID, potentials, external=0.5 * X**2, order=4)
        rtol, end = 10 ** rng.uniform(-5, -2), rng.uniform(0.5, 1.5)
        run = hg.propagate(H, packet(), [0.0, end], rtol=rtol, method=CN)
        exact = exact_driven(H, packet(), (0.0, end))
        error = float(np.linalg.norm(run.final - exact) / np.linalg.norm(exact))
        assert error <= rtol, (k, error, rtol)
        if run.steps >= 8:
            ratios.append(error / rtol)
    assert np.median(ratios) >= 1 / 3, ratios


@pytest.mark.parametrize("width", [0.05, 0.02, 0.005])
@pytest.mark.parametrize("outputs", [2, 3, 11])
def test_a_narrow_pulse_is_not_skipped(width: float, outputs: int) -> None:
    # a kick of momentum −∫g dt·1 by V = g(t)·x: area 1 whatever its width (down to 1/2000 of the
    # run); ⟨p⟩ falls by 1 to within rtol
    centre = 6.1803

    def pulse(t: float) -> float:
        return math.exp(-(((t - centre) / width) ** 2) / 2) / (width * math.sqrt(2 * math.pi))

    H = hg.Hamiltonian(GRID, external=hg.Drive(lambda x: x, pulse), mass=20.0)
    psi = hg.gaussian_packet(GRID, 0.0, 0.5, 1.0)
    run = hg.propagate(
        H, psi, np.linspace(0, 10, outputs), rtol=1e-2, observe={"p": hg.Momentum(0)}
    )
    # ⟨p⟩ on the lattice is h⁻¹⟨sin ph⟩: 1 % less at p = 0.5
    assert abs(run.records["p"][-1] - run.records["p"][0] + 1.0) < 0.03


def test_a_rectangular_pulse_is_not_skipped() -> None:
    def pulse(t: float) -> float:
        return 100.0 if 6.18 < t < 6.19 else 0.0

    H = hg.Hamiltonian(GRID, external=hg.Drive(lambda x: x, pulse), mass=20.0)
    psi = hg.gaussian_packet(GRID, 0.0, 0.5, 1.0)
    run = hg.propagate(
        H, psi, [0, 10], rtol=1e-2, observe={"p": hg.Momentum(0)}, breakpoints=[6.18, 6.19]
    )
    assert abs(run.records["p"][-1] - run.records["p"][0] + 1.0) < 0.03


def test_dt_and_rtol_together_are_refused() -> None:
    with pytest.raises(ValueError, match="`dt` and `rtol` must not both"):
        hg.propagate(hg.Hamiltonian(GRID), packet(), [0, 1], dt=0.1, rtol=1e-3)
    with pytest.raises(ValueError, match=r"2\*\*53 steps"):
        hg.propagate(hg.Hamiltonian(GRID), packet(), [0, 1], dt=1e-300)


def test_neither_dt_nor_rtol_means_1e_6() -> None:
    H = hg.Hamiltonian(GRID, external=0.5 * X**2)
    for method, generator in ((CN, H), (None, hg.CayleySweeps.generator(H))):
        run = hg.propagate(H, packet(), [0.0, 0.5], method=method)
        assert run.error_estimate is not None
        assert run.error_estimate <= 1e-6
        exact = expm_multiply(-0.5j * generator.to_scipy(), packet())
        assert np.linalg.norm(run.final - exact) < 1e-6 * np.linalg.norm(packet())
