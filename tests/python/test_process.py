"""Reversible processes: work and heat against free energies, orders, and the first law."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
import pytest

import heatgauge as hg
from systems import fitted_order

K_B = 0.7


def oscillator(w: float) -> Any:
    return w * (np.arange(120) + 0.5)


def avoided(x: float) -> Any:
    """Three levels that do not scale."""
    return np.array([-math.hypot(x, 0.4), 0.3 * x, 0.8 + math.hypot(x, 0.9)])


def gibbs(levels: Any, T: float) -> hg.thermo.Equilibrium:
    return hg.thermo.partition(levels, T, k_B=K_B)


def run(H_of: Any, path: Any, T: Any, steps: int, protocol: str = "symmetric") -> Any:
    return hg.thermo.reversible_process(H_of, path, T, steps, protocol=protocol, k_B=K_B)


@pytest.mark.parametrize("protocol", ["symmetric", "stepwise", "isolated"])
def test_the_first_law_holds_in_every_step(protocol: str) -> None:
    # ⟨E⟩ comes from the partition function, work and heat from populations and levels
    rng = np.random.default_rng(0)
    for _ in range(20):
        first, last, slope = rng.normal(size=(3, 15))
        process = run(
            lambda x, a=first, b=last, c=slope: a + b * x + c * np.sin(3 * x),
            [0.0, 1.0, 0.3],
            [0.5, 2.0, 0.8],
            7,
            protocol,
        )
        scale = np.abs(process.energies).max()
        change = np.diff(process.enthalpy)
        assert np.abs(process.work + process.heat - change).max() < 1e-12 * scale
        assert np.abs(process.entropy_work + process.entropy_heat - change).max() < 1e-12 * scale


@pytest.mark.parametrize("medium", [oscillator, avoided])
def test_an_isotherm_takes_the_free_energy_as_work_and_t_ds_as_heat(medium: Any) -> None:
    T = 1.3
    process = run(medium, [0.5, 2.0], T, 64)
    start, end = gibbs(medium(0.5), T), gibbs(medium(2.0), T)
    work, heat = end.free_energy - start.free_energy, T * (end.entropy - start.entropy)
    # the limit is right within its uncertainty, which 64 steps bring below 1e-7 of the work
    assert abs(process.work_limit.value - work) <= process.work_limit.uncertainty < 1e-7
    assert abs(process.heat_limit.value - heat) <= process.heat_limit.uncertainty < 1e-7
    assert process.entropy_heat.sum() == pytest.approx(heat, abs=1e-13)
    assert process.entropy[[0, -1]] == pytest.approx([start.entropy, end.entropy])


@pytest.mark.parametrize(("protocol", "order"), [("symmetric", 2), ("stepwise", 1)])
def test_n_steps_converge_with_the_stated_order(protocol: str, order: int) -> None:
    # a polygon in λ and T; the integral by Gauss–Legendre on 40 points per leg
    path, T = [0.5, 1.7, 0.9], [1.0, 0.6, 2.0]
    exact = 0.0
    points, weights = np.polynomial.legendre.leggauss(40)
    for leg in range(2):
        share = 0.5 * (points + 1)
        for s, weight in zip(share, weights, strict=True):
            x = path[leg] + s * (path[leg + 1] - path[leg])
            t = T[leg] + s * (T[leg + 1] - T[leg])
            d = 1e-4  # dE/dx by differences of order 4
            rates = (8 * (avoided(x + d) - avoided(x - d)) - avoided(x + 2 * d)) / (12 * d)
            rates += avoided(x - 2 * d) / (12 * d)
            p = gibbs(avoided(x), t).populations
            exact += 0.5 * weight * (p @ rates) * (path[leg + 1] - path[leg])
    steps = np.array([32, 64, 128, 256])
    runs = [run(avoided, path, T, int(n), protocol) for n in steps]
    works = np.array([process.work.sum() for process in runs])
    assert abs(fitted_order(1 / steps, np.abs(works - exact)) - order) < 0.05
    for process in runs:
        assert abs(process.work_limit.value - exact) <= process.work_limit.uncertainty + 1e-11
        assert abs(process.work_limit.order - order) < 0.1
        assert abs(process.heat_limit.order - order) < 0.1
    # T dS and Σ E dp are two sums for one integral: they part with order 2 (1 when stepwise)
    parts = [abs(process.heat.sum() - process.entropy_heat.sum()) for process in runs]
    assert abs(fitted_order(1 / steps, parts) - order) < 0.05
    assert runs[-1].heat_limit.value == pytest.approx(
        runs[-1].enthalpy[-1] - runs[-1].enthalpy[0] - exact, abs=1e-7
    )


def test_steps_never_take_less_work_than_the_free_energy() -> None:
    # ΔF <= W (Bogoliubov), and W − ΔF = T · production; both signs of every random change
    rng = np.random.default_rng(1)
    for n in range(200):
        first, last = rng.normal(size=(2, 6)) * 3
        T = float(rng.uniform(0.1, 4))
        process = run(lambda x, a=first, b=last: a + b * x, [0.0, 1.0], T, n % 4 + 1, "stepwise")
        change = gibbs(first + last, T).free_energy - gibbs(first, T).free_energy
        excess = process.work.sum() - change
        assert (process.entropy_production >= -1e-15).all()
        assert excess == pytest.approx(T * process.entropy_production.sum(), abs=1e-12)
        assert excess > 0


def test_contact_at_a_new_temperature_obeys_clausius() -> None:
    # ΔS − Q/T' = production >= 0 in every contact, T' the temperature after the jump
    process = run(avoided, [0.2, 1.4], [0.7, 1.9], 6, "stepwise")
    produced = (process.entropy_heat - process.heat) / process.temperatures[1:]
    assert produced == pytest.approx(process.entropy_production, abs=1e-14)
    assert (produced > 0).all()
    by_entropy = process.temperatures[1:] * np.diff(process.entropy)
    assert process.entropy_heat == pytest.approx(by_entropy, abs=1e-15)


def test_an_isolated_process_is_isentropic_and_its_work_exact() -> None:
    process = run(avoided, [0.0, 2.0], 1.0, 3, "isolated")
    p = gibbs(avoided(0.0), 1.0).populations
    assert process.work.sum() == pytest.approx(p @ (avoided(2.0) - avoided(0.0)), abs=1e-15)
    assert (process.heat == 0).all()
    assert (process.entropy_heat == 0).all()
    assert np.ptp(process.entropy) == 0.0
    assert process.entropy[0] == pytest.approx(gibbs(avoided(0.0), 1.0).entropy, rel=1e-14)
    assert process.smallest_gap == pytest.approx(np.diff(avoided(0.0)).min(), rel=0.5)
    chosen = hg.thermo.reversible_process(
        avoided, [0.0, 2.0], 1.0, 3, protocol="isolated", populations=[0, 0, 1]
    )
    assert chosen.work.sum() == pytest.approx(np.diff([avoided(0.0)[2], avoided(2.0)[2]])[0])


def test_a_closed_path_delivers_the_work_of_its_isotherms() -> None:
    # a rectangle in λ and T: nothing is worked at constant λ
    low, high = 0.8, 2.1
    process = run(avoided, [0.2, 1.5, 1.5, 0.2, 0.2], [high, high, low, low, high], 32)
    F = {(x, T): gibbs(avoided(x), T).free_energy for x in (0.2, 1.5) for T in (low, high)}
    exact = F[1.5, high] - F[0.2, high] + F[0.2, low] - F[1.5, low]
    assert abs(process.work_limit.value - exact) <= process.work_limit.uncertainty < 1e-7
    assert process.enthalpy[-1] == process.enthalpy[0]
    assert process.heat.sum() == pytest.approx(-process.work.sum(), abs=1e-14)


def test_a_box_on_a_grid_is_pulled_apart() -> None:
    # levels and ΔF of (πn)²/2L²; order 8 on 60 points is right to 1e-9 for what 12 T reaches
    def box(length: float) -> hg.Hamiltonian:
        return hg.Hamiltonian(hg.Grid([hg.Axis(0.0, length, 60)]), order=8)

    process = hg.thermo.reversible_process(box, [1.0, 2.0], 12.0, 16, levels=24)
    n = np.arange(1, 25)
    F = [
        hg.thermo.partition((math.pi * n / length) ** 2 / 2, 12.0).free_energy for length in (1, 2)
    ]
    assert process.work_limit.value == pytest.approx(F[1] - F[0], abs=1e-6)
    assert process.energies.shape == (17, 24)


def test_levels_that_are_left_out_warn() -> None:
    with pytest.warns(hg.AccuracyWarning, match="those left out matter"):
        hg.thermo.reversible_process(oscillator, [1.0, 2.0], 5.0, 2, levels=8)


def test_the_lowest_levels_of_a_formula_are_kept() -> None:
    process = hg.thermo.reversible_process(oscillator, [1.0, 2.0], 0.1, 2, levels=5)
    assert process.energies[-1] == pytest.approx([1.0, 3.0, 5.0, 7.0, 9.0])


def test_a_temperature_may_be_a_function_of_the_parameter() -> None:
    by_function = run(avoided, [0.5, 1.5], lambda x: 2 - x, 8)
    by_ends = run(avoided, [0.5, 1.5], [1.5, 0.5], 8)
    assert by_function.work == pytest.approx(by_ends.work, abs=1e-15)
    with pytest.raises(ValueError, match="read-only"):
        by_ends.work[0] = 0.0


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"H_of": [0.0, 1.0]}, TypeError),
        ({"H_of": lambda x: x}, ValueError),
        ({"H_of": lambda x: np.ones(1 + int(x > 0.5))}, ValueError),
        ({"H_of": lambda x: [math.nan, x]}, ValueError),
        ({"H_of": lambda x: hg.Hamiltonian(hg.Grid([hg.Axis(0, 1, 1500)]))}, ValueError),
        ({"path": [1.0]}, ValueError),
        ({"path": 1.0}, ValueError),
        ({"path": None}, TypeError),
        ({"H_of": lambda x: None}, TypeError),
        ({"T": 0.0}, ValueError),
        ({"T": [1.0, 2.0, 3.0]}, ValueError),
        ({"T": lambda x: -1.0}, ValueError),
        ({"steps": 0}, ValueError),
        ({"steps": 2.0}, TypeError),
        ({"protocol": "quick"}, ValueError),
        ({"populations": [0.5, 0.5]}, ValueError),
        ({"populations": [0.5, 0.6], "protocol": "isolated"}, ValueError),
        ({"populations": [1.5, -0.5], "protocol": "isolated"}, ValueError),
        ({"levels": 0}, ValueError),
        ({"k_B": 0}, ValueError),
    ],
)
def test_malformed_arguments_are_refused(change: dict[str, Any], error: type) -> None:
    arguments: dict[str, Any] = {
        "H_of": lambda x: [0.0, x],
        "path": [0.0, 1.0],
        "T": 1.0,
        "steps": 2,
    } | change
    with pytest.raises(error, match="Argument `"):
        hg.thermo.reversible_process(**arguments)


def test_the_steps_of_a_leg_end_on_its_knots() -> None:
    knots = [0.1, 0.7, 0.3]
    process = run(avoided, knots, 1.0, 7)
    assert list(process.parameters[::7]) == knots
    assert all(b > a for a, b in itertools.pairwise(process.parameters[:8]))
