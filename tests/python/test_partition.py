"""Equilibrium of given levels: exact systems, mpmath, the identities of thermodynamics."""

from __future__ import annotations

import math
from typing import Any

import mpmath
import numpy as np
import pytest

import heatgauge as hg

PROMISE = 1e-13  # relative, as the docstring of partition states it


def exact(energies: Any, weights: Any, T: float, k_B: float) -> dict[str, Any]:
    """Z and what follows, in 60 digits (more where exp(−E/kT) leaves them)."""
    with mpmath.workdps(400):
        tau = mpmath.mpf(k_B) * mpmath.mpf(T)
        ground = mpmath.mpf(float(min(energies)))
        x = [(mpmath.mpf(float(e)) - ground) / tau for e in energies]
        p = [mpmath.mpf(float(g)) * mpmath.exp(-v) for g, v in zip(weights, x, strict=True)]
        total = mpmath.fsum(p)
        p = [v / total for v in p]
        mean = mpmath.fsum(a * b for a, b in zip(p, x, strict=True))
        spread = mpmath.fsum(a * (b - mean) ** 2 for a, b in zip(p, x, strict=True))
        log_sum = mpmath.log(total)
        k = mpmath.mpf(k_B)
        return {
            "log_Z": log_sum - ground / tau,
            "free_energy": ground - tau * log_sum,
            "enthalpy": ground + tau * mean,
            "entropy": k * (log_sum + mean),
            "heat_capacity": k * spread,
            # what F and ⟨E⟩ are measured in: they may cancel against E₀
            "free_scale": abs(ground) + tau * log_sum,
            "mean_scale": abs(ground) + tau * mean,
            "log_scale": abs(ground) / tau + log_sum,
        }


def assert_agrees(
    found: hg.thermo.Equilibrium, wanted: dict[str, Any], tolerance: float = PROMISE
) -> None:
    for name, scale in (
        ("entropy", wanted["entropy"]),
        ("heat_capacity", wanted["heat_capacity"]),
        ("free_energy", wanted["free_scale"]),
        ("enthalpy", wanted["mean_scale"]),
        ("log_Z", wanted["log_scale"]),
    ):
        if scale > 1e-300:
            error = abs(mpmath.mpf(float(getattr(found, name))) - wanted[name]) / scale
            assert error < tolerance, (name, float(error))


@pytest.mark.parametrize("seed", range(60))
def test_agrees_with_mpmath_over_extreme_ranges(seed: int) -> None:
    # levels spread over up to 24 decades, T over 20, an offset up to 1e6 level spacings, k_B of SI
    rng = np.random.default_rng(seed)
    count = int(rng.integers(1, 30))
    spread = 10 ** rng.uniform(0.1, 12)
    energies = 10 ** rng.uniform(-np.log10(spread), np.log10(spread), count)
    energies = np.append(energies, energies[0]) + rng.choice([0.0, -3.0, 1e6])
    weights = rng.integers(1, 1000, energies.size).astype(float) ** rng.choice([0, 1, 5])
    k_B = float(rng.choice([1.0, hg.k_B]))
    energies = energies * (k_B / 1.0)
    for T in 10 ** rng.uniform(-8, 12, 5):
        found = hg.thermo.partition(energies, T, degeneracies=weights, k_B=k_B)
        assert_agrees(found, exact(energies, weights, T, k_B))


@pytest.mark.parametrize("ground", [0.0, math.log(2), -math.log(2), 1e-9])
@pytest.mark.parametrize("T", [0.002, 1.0, 1e3])
def test_free_energy_of_a_degenerate_ground_is_right_where_it_cancels(
    ground: float, T: float
) -> None:
    """F = E₀ − k_B T ln 2 is zero at E₀ = ln 2, T = 1: right to its two terms, not to itself."""
    energies, weights = [ground, ground, ground + 5], [1, 1, 3]
    found = hg.thermo.partition(energies, T, degeneracies=weights)
    assert_agrees(found, exact(energies, weights, T, 1.0))


@pytest.mark.parametrize("seed", range(10))
def test_exponents_are_carried_to_twice_the_precision(seed: int) -> None:
    # exp(−600) is off by 600 roundings of its exponent, 1e-13 each for E − E₀, k_B T and their
    # quotient; what remains are a few roundings of the result
    rng = np.random.default_rng(100 + seed)
    ground = rng.uniform(-300, 300)
    energies = ground + np.append(0.0, rng.uniform(200, 600, 3))
    T = float(rng.uniform(0.9, 1.1))
    assert_agrees(
        hg.thermo.partition(energies * hg.k_B, T, k_B=hg.k_B),
        exact(energies * hg.k_B, np.ones(4), T, hg.k_B),
        tolerance=3e-15,
    )


@pytest.mark.parametrize("x", [1e-12, 1e-6, 0.3, 5.0, 60.0, 300.0, 650.0])
def test_two_levels_have_the_schottky_anomaly(x: float) -> None:
    # S/k = ln(1 + e^−x) + x/(e^x + 1), C/k = x² e^x/(e^x + 1)², x = ΔE/kT
    found = hg.thermo.partition([-7.0, 1.5], 8.5 / (0.4 * x), k_B=0.4)
    assert found.entropy == pytest.approx(
        0.4 * (math.log1p(math.exp(-x)) + x / (math.exp(x) + 1)), rel=2e-13
    )
    assert found.heat_capacity == pytest.approx(
        0.4 * x**2 * math.exp(-x) / (1 + math.exp(-x)) ** 2, rel=2e-13
    )


def test_the_oscillator_has_planck_s_enthalpy() -> None:
    # ⟨E⟩ = ħω/2 + ħω/(e^x − 1), Z = 1/(2 sinh(x/2)); 4000 levels leave e^−40 at x = 0.01
    w, T = 0.7, 70.0
    found = hg.thermo.partition(w * (np.arange(4000) + 0.5), T)
    x = w / T
    assert found.enthalpy == pytest.approx(w / 2 + w / math.expm1(x), rel=1e-13)
    assert pytest.approx(1 / (2 * math.sinh(x / 2)), rel=1e-13) == found.Z
    assert found.heat_capacity == pytest.approx((x / (2 * math.sinh(x / 2))) ** 2, rel=1e-12)


def test_the_identities_of_thermodynamics_hold() -> None:
    rng = np.random.default_rng(3)
    energies = rng.normal(size=40) * 3
    weights = rng.integers(1, 6, 40)
    T = np.geomspace(0.05, 50, 31)
    found = hg.thermo.partition(energies, T, degeneracies=weights, k_B=0.3)
    p = found.populations
    scale = np.abs(found.free_energy) + np.abs(found.enthalpy)
    assert np.abs(p.sum(-1) - 1).max() < 1e-14
    assert (np.abs(found.free_energy - found.enthalpy + T * found.entropy) / scale).max() < 1e-13
    mean = p @ energies
    assert (np.abs(mean - found.enthalpy) / scale).max() < 1e-13
    gibbs = -0.3 * np.sum(p * (found.log_populations - np.log(weights)), -1)
    assert (np.abs(gibbs - found.entropy) / found.entropy).max() < 1e-12
    spread = np.sum(p * (energies - mean[:, None]) ** 2, -1) / (0.3 * T**2)
    assert (np.abs(spread - found.heat_capacity) / spread).max() < 1e-12


def test_entropy_and_heat_capacity_are_the_derivatives() -> None:
    # S = −∂F/∂T, C = ∂⟨E⟩/∂T by differences of order 8 at T ± n·0.01 T: truncation below 1e-13,
    # rounding 1e-16/0.01
    energies = np.array([0.0, 0.4, 1.0, 1.1, 3.0])
    weights = np.array([4 / 5, -1 / 5, 4 / 105, -1 / 280])
    for T in (0.2, 1.0, 6.0):
        d = 0.01 * T
        n = np.arange(1, 5)
        above, below = (hg.thermo.partition(energies, T + s * n * d) for s in (1, -1))
        here = hg.thermo.partition(energies, T)
        slope = weights @ (above.free_energy - below.free_energy) / d
        assert abs(-slope - here.entropy) < 1e-11
        slope = weights @ (above.enthalpy - below.enthalpy) / d
        assert abs(slope - here.heat_capacity) < 1e-11


def test_the_limits_of_low_and_high_temperature() -> None:
    found = hg.thermo.partition([2.0, 2.0, 3.0], [1e-280, 1e280], degeneracies=[1, 2, 4])
    assert found.entropy == pytest.approx([math.log(3), math.log(7)], rel=1e-15)
    assert found.heat_capacity[0] == 0.0
    assert found.enthalpy == pytest.approx([2.0, (3 * 2 + 4 * 3) / 7], rel=1e-15)
    assert math.isinf(hg.thermo.partition([-1.0], 1e-3).Z)
    assert hg.thermo.partition([-1.0], 1e-3).log_Z == pytest.approx(1000.0)


def test_a_scale_changes_nothing_but_the_units() -> None:
    energies, T = np.array([0.0, 1.0, 2.5]), 0.8
    plain = hg.thermo.partition(energies, T)
    joule = hg.thermo.partition(energies * hg.k_B, T, k_B=hg.k_B)
    assert joule.entropy / hg.k_B == pytest.approx(plain.entropy, rel=1e-15)
    assert joule.populations == pytest.approx(plain.populations, rel=1e-14)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"energies": []}, ValueError),
        ({"energies": [[0.0, 1.0]]}, ValueError),
        ({"energies": [0.0, math.nan]}, ValueError),
        ({"energies": [-1.7e308, 1.7e308]}, ValueError),
        ({"energies": ["a"]}, TypeError),
        ({"T": 0.0}, ValueError),
        ({"T": [1.0, -2.0]}, ValueError),
        ({"T": 1e-310}, ValueError),
        ({"T": None}, TypeError),
        ({"T": [[1.0], [1.0, 2.0]]}, ValueError),
        ({"energies": [[1.0], [1.0, 2.0]]}, ValueError),
        ({"degeneracies": [1, 0]}, ValueError),
        ({"degeneracies": [1]}, ValueError),
        ({"k_B": 0.0}, ValueError),
        ({"k_B": "1"}, TypeError),
    ],
)
def test_malformed_arguments_are_refused(change: dict[str, Any], error: type) -> None:
    arguments: dict[str, Any] = {"energies": [0.0, 1.0], "T": 1.0} | change
    with pytest.raises(error, match="Argument `"):
        hg.thermo.partition(**arguments)
