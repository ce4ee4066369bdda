"""Stirling cycles and their regenerator against closed forms of two levels and of an oscillator.

ε the gap or quantum, x = ε/kT. Two levels: U = ε/(eˣ + 1), F = −kT ln(1 + e⁻ˣ); oscillator
(from its ground state): U = ε/(eˣ − 1), F = kT ln(1 − e⁻ˣ); S = (U − F)/T, C = k x²eˣ/(eˣ ± 1)².
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy.optimize import brentq

import heatgauge as hg

K_B = 0.7
SIGNS = {"two levels": 1, "oscillator": -1}
CORNERS = [(2.0, 0.9), (0.9, 2.0), (3.0, 0.55), (0.3, 4.0)]
BATHS = [(1.5, 1.0), (2.0, 0.4)]


def levels(kind: str) -> Callable[[float], Any]:
    if kind == "two levels":
        return lambda gap: np.array([0.0, gap])
    # k T_hot < 1.4, ε >= 0.3: what lies above 400 ε is populated by less than e^{−85}
    return lambda quantum: quantum * np.arange(400.0)


def enthalpy(kind: str, e: float, T: float) -> float:
    return e / (math.exp(e / (K_B * T)) + SIGNS[kind])


def free_energy(kind: str, e: float, T: float) -> float:
    s = SIGNS[kind]
    return -s * K_B * T * math.log1p(s * math.exp(-e / (K_B * T)))


def entropy(kind: str, e: float, T: float) -> float:
    return (enthalpy(kind, e, T) - free_energy(kind, e, T)) / T


def capacity(kind: str, e: float, T: float) -> float:
    x = e / (K_B * T)
    return K_B * x**2 * math.exp(x) / (math.exp(x) + SIGNS[kind]) ** 2


def supplied(kind: str, warm: float, cool: float, hot: float, cold: float) -> float:
    """The most that heating needs above any T: at an end, or where both capacities agree."""

    def needed(T: float) -> float:
        return sum(
            sign * (enthalpy(kind, e, hot) - enthalpy(kind, e, T))
            for sign, e in ((1, warm), (-1, cool))
        )

    def excess(T: float) -> float:
        return capacity(kind, warm, T) - capacity(kind, cool, T)

    found = [0.0, needed(cold)]
    T = np.linspace(cold, hot, 2001)
    values = np.array([excess(t) for t in T])
    for k in np.flatnonzero(values[:-1] * values[1:] < 0):
        found.append(needed(brentq(excess, T[k], T[k + 1], xtol=1e-15)))
    return max(found)


@pytest.mark.parametrize("share", [0.0, 0.35, 1.0])
@pytest.mark.parametrize("baths", BATHS)
@pytest.mark.parametrize("corners", CORNERS)
@pytest.mark.parametrize("kind", SIGNS)
def test_heats_and_work_are_those_of_the_closed_forms(
    kind: str, corners: Any, baths: Any, share: float
) -> None:
    """1e-12 of the largest energy: some tens of roundings each."""
    (a, b), (hot, cold) = corners, baths
    run = hg.thermo.cycle("stirling", levels(kind), corners, baths, regenerator=share, k_B=K_B)
    strokes = {stroke.name: stroke for stroke in run.strokes}
    size = max(abs(s.work) + abs(s.heat) for s in run.strokes)
    near = {"rel": 1e-12, "abs": 1e-12 * size}
    course = {
        "hot isotherm": (a, hot, b, hot),
        "cooling": (b, hot, b, cold),
        "cold isotherm": (b, cold, a, cold),
        "heating": (a, cold, a, hot),
    }
    assert list(strokes) == list(course)
    for name, (e, T, f, R) in course.items():
        stroke = strokes[name]
        dU = enthalpy(kind, f, R) - enthalpy(kind, e, T)
        dS = entropy(kind, f, R) - entropy(kind, e, T)
        dF = free_energy(kind, f, R) - free_energy(kind, e, T)
        assert stroke.work + stroke.heat == pytest.approx(dU, **near)
        assert stroke.entropy == pytest.approx(dS, rel=1e-12, abs=1e-13)
        isothermal = "isotherm" in name
        assert stroke.work == pytest.approx(dF if isothermal else 0.0, **near)
        assert stroke.heat == pytest.approx(T * dS if isothermal else dU, **near)
    extra = supplied(kind, a, b, hot, cold)
    heated = enthalpy(kind, a, hot) - enthalpy(kind, a, cold)
    taken = share * extra + (1 - share) * heated
    assert strokes["heating"].heat_hot == pytest.approx(taken, **near)
    isotherm = hot * (entropy(kind, b, hot) - entropy(kind, a, hot))
    assert run.heat_hot == pytest.approx(isotherm + taken, **near)
    work = free_energy(kind, a, hot) - free_energy(kind, b, hot)
    work -= free_energy(kind, a, cold) - free_energy(kind, b, cold)
    assert run.work == pytest.approx(work, **near)
    assert run.heat_hot + run.heat_cold == pytest.approx(run.work, **near)
    produced = -run.heat_hot / hot - run.heat_cold / cold
    assert run.entropy_production == pytest.approx(produced, rel=1e-12, abs=1e-12 * size)
    assert run.entropy_production >= 0
    if run.mode == "engine":
        assert run.efficiency == pytest.approx(work / (isotherm + taken), rel=1e-11)
        assert run.efficiency <= run.carnot


def test_levels_with_the_same_capacity_reach_carnot_with_a_full_regenerator() -> None:
    """Freezing out a degeneracy of two: C(T) stays, S falls by k ln 2, W = k(T_h − T_c) ln 2."""
    far = 1e4  # of no weight at all

    def medium(x: float) -> Any:
        return np.array([0.0, 1.0, far, far + 1]) if x < 0.5 else np.array([0.0, 0.0, 1.0, 1.0])

    hot, cold = 2.0, 0.7
    ideal = hg.thermo.cycle("stirling", medium, (0.0, 1.0), (hot, cold), k_B=K_B)
    assert ideal.work == pytest.approx(K_B * (hot - cold) * math.log(2), rel=1e-13)
    assert ideal.efficiency == pytest.approx(1 - cold / hot, rel=1e-13)
    assert abs(ideal.entropy_production) < 1e-15
    isochore = 1 / (math.exp(1 / (K_B * hot)) + 1) - 1 / (math.exp(1 / (K_B * cold)) + 1)
    for share in (0.9, 0.4, 0.0):
        run = hg.thermo.cycle(
            "stirling", medium, (0.0, 1.0), (hot, cold), regenerator=share, k_B=K_B
        )
        wanted = ideal.work / (ideal.heat_hot + (1 - share) * isochore)
        assert run.efficiency == pytest.approx(wanted, rel=1e-12)
        assert run.efficiency < run.carnot
    backwards = hg.thermo.cycle("stirling", medium, (1.0, 0.0), (hot, cold), k_B=K_B)
    assert backwards.performance == pytest.approx(cold / (hot - cold), rel=1e-13)


@pytest.mark.parametrize("kind", SIGNS)
def test_levels_whose_capacities_differ_stay_below_carnot(kind: str) -> None:
    """Even with a full regenerator; the loss is T_c times what its flow produces."""
    run = hg.thermo.cycle("stirling", levels(kind), (2.0, 0.9), (1.5, 1.0), k_B=K_B)
    assert run.mode == "engine"
    assert run.efficiency < run.carnot - 1e-3
    lost = run.T_cold * run.entropy_production / run.heat_hot
    assert run.carnot - run.efficiency == pytest.approx(lost, rel=1e-10)


@pytest.mark.parametrize("kind", SIGNS)
def test_isotherms_in_jumps_are_sums_over_held_populations(kind: str) -> None:
    """W = Σ Ūε⁻¹ Δε with the mean quantum number before each jump."""
    (a, b), (hot, cold), steps = (2.0, 0.9), (1.5, 1.0), 7
    run = hg.thermo.cycle("stirling", levels(kind), (a, b), (hot, cold), steps=steps, k_B=K_B)

    def work(start: float, end: float, T: float) -> float:
        e = np.linspace(start, end, steps + 1)
        return sum(
            enthalpy(kind, float(e[n]), T) / float(e[n]) * float(e[n + 1] - e[n])
            for n in range(steps)
        )

    assert run.work == pytest.approx(-work(a, b, hot) - work(b, a, cold), rel=1e-12)
    for stroke, wanted in zip(run.strokes[::2], (work(a, b, hot), work(b, a, cold)), strict=True):
        assert stroke.work == pytest.approx(wanted, rel=1e-12)
        assert stroke.production > 0


@pytest.mark.parametrize("unit", [1e-9, 1e-6, 1e6])
def test_the_unit_of_energy_and_temperature_does_not_matter(unit: float) -> None:
    """Two levels whose capacities cross: the regenerator's largest demand lies in between."""
    runs = [
        hg.thermo.cycle("stirling", lambda x, u=u: [0.0, u * x], (3.0, 0.55), (u * 1.0, u * 0.2))
        for u in (1.0, unit)
    ]
    assert runs[1].efficiency == pytest.approx(runs[0].efficiency, rel=1e-13)
    assert runs[1].heat_hot / unit == pytest.approx(runs[0].heat_hot, rel=1e-13)
    assert runs[1].entropy_production == pytest.approx(runs[0].entropy_production, rel=1e-12)


@pytest.mark.parametrize("ratio", [10.0, 1e2, 1e4])
def test_the_second_law_closes_however_cold_the_cold_bath_is(ratio: float) -> None:
    """The flow through the store is integrated over ln T, in which capacities are smooth."""
    for gaps in ((3.0, 0.55), (0.05, 0.01), (20 / ratio, 3 / ratio)):
        run = hg.thermo.cycle("stirling", lambda x: [0.0, x], gaps, (1.0, 1 / ratio))
        produced = -run.heat_hot / run.T_hot - run.heat_cold / run.T_cold
        size = abs(run.heat_hot) / run.T_cold
        assert run.entropy_production == pytest.approx(produced, rel=1e-12, abs=1e-13 * size)


def test_a_demand_that_peaks_near_the_cold_bath_is_found() -> None:
    """Gaps of 5e-3 and 1.5e-2 with T from 1e-3 to 1: least heat by brute force, over ln T."""
    cool = [0.0, 5e-3, 1e3]
    warm = [0.0, 1.5e-2, 1e3]

    def medium(x: float) -> Any:
        return np.array(warm if x == 0 else cool)

    run = hg.thermo.cycle("stirling", medium, (0.0, 1.0), (1.0, 1e-3))

    def U(gap: float, T: float) -> float:
        return gap / (math.exp(min(gap / T, 700)) + 1)

    T = np.geomspace(1e-3, 1.0, 200_001)
    needed = max(U(1.5e-2, 1.0) - U(1.5e-2, t) - U(5e-3, 1.0) + U(5e-3, t) for t in T)
    heating = run.strokes[3]
    assert heating.heat_hot == pytest.approx(needed, rel=1e-8)
    assert run.efficiency < run.carnot
