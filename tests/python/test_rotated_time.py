"""Cayley factors for rotated time τ → e^{−iθ}τ: where they are stable, and how accurate."""

from __future__ import annotations

import math

import numpy as np
import pytest

from heatgauge import _core

# values of the second difference on a line, and of −h²∂² on the same waves
S = np.linspace(0.0, 4.0, 401)
PHI = (2 * np.arcsin(np.sqrt(S) / 2)) ** 2
LAMBDAS = np.concatenate([np.arange(0.005, 1.0, 0.005), np.arange(1.0, 8.0, 0.25)])
# λ at which the diagonal Padé approximant of imaginary time has a pole on [0, 4]
WINDOWS = {
    2: [(0.19, 0.225)],
    3: [(0.15, 0.17)],
    4: [(0.13, 0.145), (0.235, 0.275), (0.31, 0.32), (0.42, 0.56)],
}


def propagator(lambda_: float, factors: int, theta: float, fitted: bool) -> np.ndarray:
    product = np.ones_like(S, np.complex128)
    for zero, pole in _core.cayley_factors(lambda_, factors, theta, fitted):
        product *= (1 - zero * S) / (1 - pole * S)
    return product


@pytest.mark.parametrize("fitted", [True, False])
@pytest.mark.parametrize("factors", [1, 2, 3, 4])
def test_nothing_grows_up_to_an_angle_of_1_5(factors: int, fitted: bool) -> None:
    for theta in (0.0, 0.3, 1.0, 1.3, 1.5):
        for lambda_ in LAMBDAS:
            growth = np.abs(propagator(lambda_, factors, theta, fitted)).max()
            assert growth <= 1 + 1e-12, (theta, lambda_)


@pytest.mark.parametrize("factors", [1, 2, 3, 4])
def test_in_imaginary_time_factors_are_stable_or_refused(factors: int) -> None:
    # a refusal only within the windows; outside of them nothing grows
    refused = []
    for lambda_ in LAMBDAS:
        try:
            growth = np.abs(propagator(lambda_, factors, math.pi / 2, False)).max()
        except ValueError:
            refused.append(lambda_)
        else:
            assert growth <= 1 + 1e-12, lambda_
    windows = WINDOWS.get(factors, [])
    assert all(any(a < x < b for a, b in windows) for x in refused)
    assert all(any(a < x < b for x in refused) for a, b in windows)


@pytest.mark.parametrize("theta", [0.4, 1.2, math.pi / 2])
@pytest.mark.parametrize("factors", [2, 3, 4])
def test_factors_approach_the_exponential(factors: int, theta: float) -> None:
    # [m/m] Padé in λφ(s): the error on resolved waves falls as λ^(2m+1), measured on s ≤ 1
    waves = S <= 1.0
    errors = []
    for lambda_ in (1.2, 0.6):
        exact = np.exp(-1j * lambda_ * np.exp(-1j * theta) * PHI)
        errors.append(np.abs(propagator(lambda_, factors, theta, False) - exact)[waves].max())
    assert errors[0] < {2: 2e-2, 3: 1e-3, 4: 1e-4}[factors]
    assert errors[1] < errors[0] / 4
