"""Carnot, Otto and Stirling cycles: the bound, when it is met, and what is lost when it is not."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

import heatgauge as hg
from systems import fitted_order

K_B = 0.7


def oscillator(w: float) -> Any:
    return w * (np.arange(300) + 0.5)


def box(length: float, count: int = 400) -> Any:
    return (math.pi * np.arange(1, count + 1) / length) ** 2 / 2


def bent(x: float) -> Any:
    """Levels that do not scale with x: an anharmonic well."""
    n = np.arange(60)
    return x * n + 0.3 * x**2 * n**2


def random_medium(rng: np.random.Generator) -> Any:
    first, last = np.sort(rng.normal(size=(2, int(rng.integers(2, 8)))) * 2)
    return lambda x: (1 - x) * first + x * last


@pytest.mark.parametrize("kind", ["carnot", "otto", "stirling"])
@pytest.mark.parametrize("steps", [None, 3])
def test_random_media_close_the_balances_and_never_beat_carnot(kind: str, steps: Any) -> None:
    # production comes from relative entropies (and the flow through the regenerator), work and
    # heat from energies: W = Q_hot(1 − T_c/T_h) − T_c·production ties them together
    rng = np.random.default_rng([len(kind), steps or 0])
    engines = 0
    for _ in range(150 if kind != "stirling" else 40):
        hot = float(rng.uniform(0.5, 4))
        cold = hot * float(rng.uniform(0.2, 0.95))
        corners = tuple(rng.uniform(0, 1, 4 if kind == "carnot" else 2))
        run = hg.thermo.cycle(
            kind,
            random_medium(rng),
            corners,
            (hot, cold),
            steps=steps,
            regenerator=float(rng.choice([0.0, 0.6, 1.0])),
            k_B=K_B,
        )
        strokes = run.strokes
        scale = max(abs(s.work) + abs(s.heat) for s in strokes)
        assert abs(sum(s.work + s.heat for s in strokes)) < 1e-12 * scale
        assert abs(sum(s.entropy for s in strokes)) < 1e-12
        assert abs(run.work - run.heat_hot - run.heat_cold) < 1e-12 * scale
        assert all(s.production >= -1e-15 for s in strokes)
        rest = run.work - run.heat_hot * run.carnot + run.T_cold * run.entropy_production
        assert abs(rest) < 1e-12 * scale
        if run.mode == "engine":
            engines += 1
            assert run.efficiency <= run.carnot
        else:
            assert math.isnan(run.efficiency)
        if run.mode == "refrigerator":
            assert run.performance <= cold / (hot - cold)
    assert engines > 10


@pytest.mark.parametrize(
    ("medium", "corners", "search"),
    [(oscillator, (2.0, 1.2), (0.05, 5.0)), (box, (1.0, 1.7), (0.5, 20.0))],
)
def test_scaling_levels_reach_carnot(medium: Any, corners: Any, search: Any) -> None:
    run = hg.thermo.cycle("carnot", medium, corners, (6.0, 2.5), search=search)
    assert run.mode == "engine"
    assert abs(run.efficiency - run.carnot) < 1e-12
    assert abs(run.entropy_production) < 1e-13
    # and the corners are those that scale all levels by T_c/T_h
    for near, far in zip(run.corners[:2], run.corners[:1:-1], strict=True):
        assert medium(far)[0] / medium(near)[0] == pytest.approx(2.5 / 6.0, rel=1e-12)
    # backwards it is the best refrigerator
    c, d = run.corners[2:]
    back = hg.thermo.cycle("carnot", medium, (corners[1], corners[0], d, c), (6.0, 2.5))
    assert back.mode == "refrigerator"
    assert back.performance == pytest.approx(2.5 / 3.5, rel=1e-11)


def test_other_levels_lose_by_re_thermalisation() -> None:
    # the spacings shrink unequally: after the adiabat no temperature fits
    run = hg.thermo.cycle("carnot", bent, (2.0, 0.9), (1.5, 1.0), search=(0.05, 3.0))
    names = {stroke.name: stroke for stroke in run.strokes}
    assert names["hot contact"].production > 1e-4
    assert names["cold contact"].production > 1e-4
    assert run.efficiency < run.carnot - 2e-4
    lost = run.T_cold * run.entropy_production / run.heat_hot
    assert run.efficiency == pytest.approx(run.carnot - lost, abs=1e-14)
    # the corners have equal Gibbs entropies all the same
    for near, far in zip(run.corners[:2], run.corners[:1:-1], strict=True):
        hot, cold = (hg.thermo.partition(bent(x), T).entropy for x, T in ((near, 1.5), (far, 1.0)))
        assert hot == pytest.approx(cold, rel=1e-13)


def test_isotherms_in_n_steps_approach_carnot_with_order_one() -> None:
    quasistatic = hg.thermo.cycle("carnot", oscillator, (2.0, 1.0), (4.0, 2.0), search=(0.1, 3.0))
    steps = np.array([32, 64, 128, 256])
    losses = []
    for n in steps:
        run = hg.thermo.cycle("carnot", oscillator, quasistatic.corners, (4.0, 2.0), steps=int(n))
        losses.append(run.carnot - run.efficiency)
    assert min(losses) > 0
    assert abs(fitted_order(1 / steps, losses) - 1) < 0.05


@pytest.mark.parametrize("corners", [(1.0, 1.8), (0.5, 0.7)])
def test_an_otto_cycle_of_scaling_levels_has_its_frequency_ratio(corners: Any) -> None:
    # η = 1 − ω₁/ω₂, and the heats of the isochores by Planck's formula
    slow, fast = corners
    run = hg.thermo.cycle("otto", oscillator, corners, (5.0, 1.5), k_B=K_B)
    assert run.efficiency == pytest.approx(1 - slow / fast, abs=1e-12)
    quanta = [1 / math.expm1(w / (K_B * T)) for w, T in ((fast, 5.0), (slow, 1.5))]
    assert run.heat_hot == pytest.approx(fast * (quanta[0] - quanta[1]), rel=1e-12)
    assert run.heat_cold == pytest.approx(-slow * (quanta[0] - quanta[1]), rel=1e-12)


def test_an_otto_cycle_beyond_the_ratio_of_temperatures_is_a_refrigerator() -> None:
    run = hg.thermo.cycle("otto", oscillator, (1.0, 5.0), (3.0, 1.5))
    assert run.mode == "refrigerator"
    assert run.performance == pytest.approx(1.0 / 4.0, rel=1e-12)  # ω₁/(ω₂ − ω₁)
    run = hg.thermo.cycle("otto", oscillator, (1.8, 1.0), (3.0, 1.5))
    assert run.mode == "accelerator"


def test_a_stirling_cycle_of_a_hot_box_is_that_of_an_ideal_gas() -> None:
    # one degree of freedom: C = k/2, Q = T_h ln r; corrections √(ħ²/mTL²) ~ 3e-3
    hot, cold, r = 4e4, 2e4, 2.0
    gas = math.log(r)

    def stirling(regenerator: float) -> hg.thermo.Cycle:
        medium = lambda x: box(x, 6000)  # noqa: E731
        return hg.thermo.cycle("stirling", medium, (1.0, r), (hot, cold), regenerator=regenerator)

    for share in (0.0, 0.5, 1.0):
        run = stirling(share)
        wanted = (hot - cold) * gas / (hot * gas + (1 - share) * 0.5 * (hot - cold))
        assert run.efficiency == pytest.approx(wanted, rel=6e-3)
        assert run.efficiency < run.carnot
    assert stirling(1.0).efficiency > 0.99 * run.carnot


def test_a_regenerator_passes_heat_only_downwards() -> None:
    # A gap that C(T) peaks at: cooling gives its heat below 0.6, heating needs it above. Summed
    # over temperatures the two nearly cancel, and an engine that booked only the sums would
    # take no heat for it and beat Carnot.
    def medium(x: float) -> Any:
        return np.array([0.0, x])

    hot, cold = 1.0, 0.2
    run = hg.thermo.cycle("stirling", medium, (3.0, 0.55), (hot, cold))
    names = {stroke.name: stroke for stroke in run.strokes}
    isotherm = names["hot isotherm"].heat
    sums_only = isotherm + max(0.0, names["heating"].heat + names["cooling"].heat)
    assert run.work / sums_only > run.efficiency + 0.02
    assert run.efficiency < run.carnot
    # the flow through every T of the store is >= 0: least heat from the hot bath by brute force
    T = np.linspace(cold, hot, 4001)
    U = [hg.thermo.partition(medium(x), T).enthalpy for x in (3.0, 0.55)]
    needed = (U[0][-1] - U[0]) - (U[1][-1] - U[1])
    assert names["heating"].heat_hot == pytest.approx(max(0.0, needed.max()), rel=1e-6)


def test_a_box_on_a_grid_runs_a_carnot_cycle() -> None:
    # on a lattice of fixed size all levels scale as 1/L² exactly
    def on_grid(length: float) -> hg.Hamiltonian:
        return hg.Hamiltonian(hg.Grid([hg.Axis(0.0, length, 40)]), order=4)

    run = hg.thermo.cycle("carnot", on_grid, (1.0, 1.5), (20.0, 8.0), search=(1.0, 3.0), levels=20)
    assert run.efficiency == pytest.approx(run.carnot, abs=1e-11)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"kind": "diesel"}, ValueError),
        ({"H_of": None}, TypeError),
        ({"parameters": (1.0,)}, ValueError),
        ({"parameters": 1.0}, ValueError),
        ({"parameters": ("a", "b")}, TypeError),
        ({"parameters": (1.0, 2.0, 3.0)}, ValueError),
        ({"kind": "otto", "parameters": (1.0, 2.0, 3.0, 4.0)}, ValueError),
        ({"parameters": (1.0, math.nan)}, ValueError),
        ({"temperatures": (1.0, 2.0)}, ValueError),
        ({"temperatures": (1.0, 0.0)}, ValueError),
        ({"temperatures": 2.0}, ValueError),
        ({"steps": 0}, ValueError),
        ({"regenerator": 1.1}, ValueError),
        ({"search": None}, ValueError),
        ({"search": (2.0, 3.0)}, ValueError),
        ({"levels": -1}, ValueError),
        ({"k_B": math.inf}, ValueError),
    ],
)
def test_malformed_arguments_are_refused(change: dict[str, Any], error: type) -> None:
    arguments: dict[str, Any] = {
        "kind": "carnot",
        "H_of": lambda w: [0.0, w],
        "parameters": (2.0, 1.0),
        "temperatures": (2.0, 1.0),
        "search": (0.1, 9.0),
    } | change
    with pytest.raises(error, match="Argument `"):
        hg.thermo.cycle(**arguments)
