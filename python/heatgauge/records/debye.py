"""The Debye solid: one sound speed, one cut-off, the heat capacity of its phonons."""

from __future__ import annotations

import functools
import math

import numpy as np

from heatgauge.arguments import RealField
from heatgauge.constants import N_A, hbar, k_B

_ZETA_3 = 1.2020569031595942
ENTROPY_PER_PHONON = 2 * math.pi**4 / (45 * _ZETA_3) * k_B
"""Entropy of a Debye phonon gas, Debye cut-off far above T, per phonon: 3.6016 k_B, in J/K."""

CUBIC_BELOW = 1 / 50
"""Below this T/Θ the T³ law is used: it differs from the Debye integral by less than 1e-13."""


def number_density(density: float, molar_mass: float, atoms: int) -> float:
    """Atoms per volume, n = ρ N_A · atoms/M, in 1/m³ (kg/m³, kg/mol, atoms per formula unit)."""
    return density * N_A * atoms / molar_mass


def debye_speed(theta: float, n: float) -> float:
    """Mean sound speed c_D = k_BΘ/(ħ(6π²n)^{1/3}) in m/s, from Θ in K and n in 1/m³.

    >>> round(debye_speed(374.0, number_density(5323.0, 72.63e-3, 1)))
    3555
    """
    return k_B * theta / (hbar * math.cbrt(6 * math.pi**2 * n))


def debye_capacity(theta: float, n: float, temperature: float) -> float:
    """Heat capacity per volume, J/(m³·K), of a Debye solid.

    C = 9 n k_B (T/Θ)³ ∫₀^{Θ/T} x⁴eˣ/(eˣ − 1)² dx, exact to 1e-13 at all T; for T < Θ/50 its limit
    C = (12π⁴/5) n k_B (T/Θ)³. T → ∞: 3 n k_B (Dulong–Petit).

    Parameters
    ----------
    theta, n, temperature : float
        Θ in K, atoms per m³, T in K; all > 0.

    References
    ----------
    P. Debye, Ann. Phys. 344, 789 (1912), doi:10.1002/andp.19123441404.
    """
    return 9 * n * k_B * (temperature / theta) ** 3 * _integral(theta / temperature)


def entropy_per_phonon(theta: float, temperature: float) -> float:
    """Entropy per phonon of a Debye solid, J/K: 3.6016 k_B well below Θ, and less above.

    S/N = k_B [4∫x³/(eˣ − 1)dx − y³ ln(1 − e^{−y})]/(3∫x²/(eˣ − 1)dx), both from 0 to y = Θ/T: the
    entropy of independent oscillators over their number of quanta.

    >>> round(entropy_per_phonon(100.0, 1.0) / k_B, 4)
    3.6016
    """
    y = theta / temperature
    nodes, weights = _gauss(120)
    half = min(y, 60.0) / 2  # beyond, e^{−60} is below round-off
    x = half * (nodes + 1)
    quanta = half * weights / np.expm1(x)
    energy, number = float(quanta @ x**3), float(quanta @ x**2)
    return k_B * (4 * energy - y**3 * math.log1p(-math.exp(-y))) / (3 * number)


def _integral(y: float) -> float:
    """∫₀^y x⁴eˣ/(eˣ − 1)² dx."""
    complete = 4 * math.pi**4 / 15
    if y > 1 / CUBIC_BELOW:
        return complete
    if y > 6:
        # The rest from y to ∞, by eˣ/(eˣ − 1)² = Σ k e^{−kx}; e^{−6·7} is below round-off.
        rest = (
            math.exp(-k * y) * (y**4 + 4 * y**3 / k + 12 * y**2 / k**2 + 24 * y / k**3 + 24 / k**4)
            for k in range(1, 8)
        )
        return complete - sum(rest)
    # Analytic within |x| < 2π, where 32 Gauss points are exact to round-off for y <= 6.
    nodes, weights = _gauss(32)
    half = y / 2
    x = half * (nodes + 1)
    return float(half * np.sum(weights * x**4 / (4 * np.sinh(x / 2) ** 2)))


@functools.cache
def _gauss(points: int) -> tuple[RealField, RealField]:
    nodes, weights = np.polynomial.legendre.leggauss(points)
    return nodes, weights
