"""Correlations of the noise in time and space, drawn and predicted."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from test_haken_strobl import chain

import heatgauge as hg
from heatgauge.temperature_noise import NoiseSpectrum


def test_the_rate_of_temperature_fluctuations() -> None:
    """Γ = s²⟨δT²⟩τ_c/ħ², in SI units and in any others."""
    expected = (1.380649e-23 / 1.054571817e-34) ** 2 * 1e-4 * 1e-12
    assert hg.dephasing_rate(1e-4, 1e-12) == pytest.approx(expected, rel=1e-8)
    assert hg.dephasing_rate(3.0, 0.5, charge=-2.0, hbar=4.0) == pytest.approx(3 * 0.5 / 4)
    for bad in ((-1.0, 1.0), (1.0, -1.0), (np.nan, 1.0)):
        with pytest.raises(ValueError, match="Argument"):
            hg.dephasing_rate(*bad)
    with pytest.raises(ValueError, match="hbar"):
        hg.dephasing_rate(1.0, 1.0, hbar=0.0)


@pytest.mark.parametrize("dt", [1e-4, 0.03, 0.4, 1.0, 7.0])
@pytest.mark.parametrize("tau", [0.02, 1.0, 30.0])
def test_the_variance_of_the_phase_does_not_depend_on_the_step(dt: float, tau: float) -> None:
    """⟨φ(t)²⟩ = rate·(t − θ(1 − e^{−t/θ})), θ = τ_c/2, for the integral of an Ornstein–Uhlenbeck
    process, whatever steps lead there: the covariance of (ω, φ) is propagated by the update."""
    spectrum = NoiseSpectrum(rate=1.7, correlation_time=tau)
    spread, passed, kept, joint, fresh = spectrum.law(dt)
    step = np.array([[kept, 0.0], [passed, 1.0]])
    noise = np.array([[joint, fresh], [spread, 0.0]])
    covariance = np.array([[spectrum.deviation**2, 0.0], [0.0, 0.0]])
    for n in range(1, 12):
        covariance = step @ covariance @ step.T + noise @ noise.T
        u = 2 * n * dt / tau
        # t − θ(1 − e^{−u}) = θ(u − 1 + e^{−u}), by its series where the terms cancel
        small = sum((-u) ** k / math.factorial(k) for k in range(2, 30))
        exact = 1.7 * tau / 2 * (small if u < 1 else u + math.expm1(-u))
        assert covariance[1, 1] == pytest.approx(exact, rel=1e-12)
        assert covariance[0, 0] == pytest.approx(1.7 / tau, rel=1e-12)  # stays stationary


def test_short_memory_is_white_and_long_memory_is_a_random_constant() -> None:
    white = NoiseSpectrum(rate=2.0).law(0.1)
    assert white == (pytest.approx(math.sqrt(0.2), rel=1e-15), 0.0, 0.0, 0.0, 0.0)
    short = NoiseSpectrum(rate=2.0, correlation_time=1e-9).law(0.1)
    assert short[0] == pytest.approx(white[0], rel=1e-7)
    spread, passed, kept, *_ = NoiseSpectrum(rate=2.0, correlation_time=1e9).law(0.1)
    assert spread < 1e-10
    assert passed == pytest.approx(0.1, rel=1e-9)
    assert kept == pytest.approx(1.0, rel=1e-9)


def drawn(spectrum: NoiseSpectrum, grid: hg.Grid, steps: int) -> Any:
    """φ of white noise over unit time: (samples, *shape)."""
    noise = spectrum.core(grid, list(range(1, 17)))
    fields = [noise.phases(n, spectrum.law(1.0)) for n in range(steps)]
    return np.concatenate(fields).reshape(-1, *grid.shape)


@pytest.mark.parametrize("shape", ["gaussian", "exponential"])
@pytest.mark.parametrize(
    ("points", "boundary", "length"),
    [
        (20, "wall", 1.5),  # a matrix
        (21, "periodic", 4.0),
        (64, "wall", 2.0),  # a transform
        (96, "periodic", 1.5),
        (53, "periodic", 2.0),  # no transform of 53
        (60, "wall", 200.0),  # far longer than the line
    ],
)
def test_spatial_correlation_of_drawn_phases(
    points: int, boundary: str, length: float, shape: str
) -> None:
    grid = hg.Grid([hg.Axis(0.0, 0.5 * points, points, boundary)])
    spectrum = NoiseSpectrum(0.49, length, 0.0, shape)
    phases = drawn(spectrum, grid, 250)
    exact = 0.49 * spectrum.between(grid)
    r = 0.5 * abs(np.arange(points)[:, None] - np.arange(points))
    if boundary == "wall":
        plain = np.exp(-0.5 * (r / length) ** 2) if shape == "gaussian" else np.exp(-r / length)
        np.testing.assert_allclose(exact, 0.49 * plain, rtol=1e-14)
    sampled = phases.T @ phases / len(phases)
    # var of a product of two unit normals is 1 + g² <= 2; 5.5 standard errors, 4000 entries: 2e-4
    assert np.abs(sampled - exact).max() < 5.5 * 0.49 * math.sqrt(2 / len(phases))
    # and, ten times finer, the mean over all pairs of sites at the first three distances
    for k in range(3):
        products = (phases * np.roll(phases, -k, 1))[:, : points - 3].mean(axis=1)
        error = 4.5 * products.std() / math.sqrt(len(phases))  # 7e-6
        assert abs(products.mean() - exact[0, k]) < error


def test_correlation_is_a_product_over_axes() -> None:
    """Gaussian: a function of the distance alone."""
    grid = hg.Grid([hg.Axis(0, 5, 5), hg.Axis(0, 64, 64, "periodic"), hg.Axis(0, 3, 6)])
    spectrum = NoiseSpectrum(1.0, 1.3)
    phases = drawn(spectrum, grid, 40)
    for step in ((1, 0, 0), (0, 1, 0), (0, 0, 1), (1, 1, 1), (2, 2, 0)):
        there = np.roll(phases, [-s for s in step], axis=(1, 2, 3))
        products = (phases * there)[:, :3, :, :5].mean(axis=(1, 2, 3))
        distance2 = step[0] ** 2 + step[1] ** 2 + (0.5 * step[2]) ** 2
        error = 4.5 * products.std() / math.sqrt(len(phases))
        assert abs(products.mean() - math.exp(-distance2 / (2 * 1.3**2))) < error
    matrix = spectrum.between(grid).reshape(5, 64, 6, 5, 64, 6)
    assert matrix[1, 60, 2, 3, 1, 5] == pytest.approx(
        math.exp(-(2**2 + 5**2 + 1.5**2) / (2 * 1.3**2)), rel=1e-12
    )


def test_images_on_a_ring_keep_the_correlation_positive() -> None:
    """For any length: the spectrum of every ring is not negative and g(0) = 1."""
    for length in (1e-3, 0.3, 2.0, 10.0, 49.0, 51.0, 1e4):
        for shape in ("gaussian", "exponential"):
            spectrum = NoiseSpectrum(1.0, length, 0.0, shape)
            g = spectrum.correlation(hg.Axis(0, 10, 25, "periodic"))
            assert g[0] == pytest.approx(1.0, rel=1e-14)
            assert np.fft.fft(g).real.min() > -1e-13
            np.testing.assert_allclose(g[1:], g[:0:-1], rtol=1e-12, atol=1e-15)


def test_coloured_phases_have_the_memory_they_should() -> None:
    """⟨φ_n φ_{n+k}⟩ of steps: σ²θ²(1 − a)²a^{k−1}, σ² = rate/τ_c."""
    grid = hg.Grid([hg.Axis(0, 64, 64)])
    spectrum, dt = NoiseSpectrum(3.0, correlation_time=1.6), 0.5
    noise = spectrum.core(grid, list(range(16)))
    phases = np.array([noise.phases(n, spectrum.law(dt)) for n in range(120)])
    theta, a = 0.8, math.exp(-dt / 0.8)
    for k in (1, 2, 3):
        # independent lines of 120 steps each
        products = (phases[k:] * phases[:-k]).mean(axis=0).ravel()
        exact = 3.0 / 1.6 * theta**2 * (1 - a) ** 2 * a ** (k - 1)
        assert abs(products.mean() - exact) < 4.5 * products.std() / math.sqrt(products.size)


@pytest.mark.parametrize(
    ("name", "value"),
    [("rate", -1.0), ("correlation_length", np.inf), ("correlation_time", -0.1)],
)
def test_malformed_noise_is_refused(name: str, value: float) -> None:
    with pytest.raises(ValueError, match=f"`{name}`"):
        NoiseSpectrum(**{"rate": 1.0, name: value})


def test_extreme_correlations_are_their_limits() -> None:
    """Noise that never changes turns like σt; ξ below any spacing is white in space."""
    spread, passed, kept, joint, fresh = NoiseSpectrum(1.0, 0.0, 1e140).law(1.0)
    near = NoiseSpectrum(1.0, 0.0, 1e80).law(1.0)
    assert (passed, kept) == (1.0, 1.0)
    # σ = τ_c^{-1/2}, u = 2dt/τ_c: spread ∝ σu^{1/2}, joint and fresh alike, all ∝ 1/τ_c
    np.testing.assert_allclose(np.array([spread, joint, fresh]) * 1e60, np.array(near)[[0, 3, 4]])
    H, psi = chain(40)
    tiny, none = (hg.dephase(H, psi, [0, 1], 1.0, 4, 1, correlation_length=x) for x in (5e-324, 0))
    np.testing.assert_allclose(tiny.records["density"], none.records["density"], rtol=1e-12)


def test_a_rate_beyond_double_precision_is_refused() -> None:
    with pytest.raises(ValueError, match=r"`temperature_variance`.*hbar 5e-324"):
        hg.dephasing_rate(1.0, 1.0, charge=1.0, hbar=5e-324)
