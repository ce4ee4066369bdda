"""Exact solutions of classical heat conduction, shared by the tests."""

from __future__ import annotations

import math

import numpy as np
from scipy.linalg import expm

# Semi-infinite body, surface step T(0, t) = 1, D = τ = v = 1, at x = 1. MCV: Baumeister & Hamill,
# J. Heat Transfer 91 (1969) 543, T = H(t−x)[e^{−x/2} + (x/2)∫ e^{−s/2} I₁(√(s²−x²)/2)/√(s²−x²) ds];
# Fourier: erfc(x/2√t). Ten digits from mpmath.
STEP_TIMES = np.array([1.5, 2.0, 3.0, 5.0])
STEP_MCV = np.array([0.6406607157, 0.6684916731, 0.7108203895, 0.7642612591])
STEP_FOURIER = np.array([0.5637028617, 0.6170750775, 0.6830913983, 0.7518296340])

# Flash pulse, L = D = 1, insulated, q(0, t) = (1 − cos(2πt/t_p))/t_p on [0, t_p], t_p = 0.04: rear
# temperature at these Fourier numbers, from the Laplace transform inverted with mpmath.
FLASH_WIDTH = 0.04
FLASH_TIMES = np.array([0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 1.0])
FLASH_FOURIER = np.array([0.003601, 0.176126, 0.456478, 0.662396, 0.873569, 0.982433, 0.999874])
FLASH_MCV = np.array([0.0, 0.0, 0.194947, 0.734432, 0.926273, 0.995170, 0.999994])  # τ = 0.02


def flash_pulse(t: float) -> float:
    """Heat flux into the front face; its integral is 1."""
    if t >= FLASH_WIDTH:
        return 0.0
    return (1 - math.cos(2 * math.pi * t / FLASH_WIDTH)) / FLASH_WIDTH


def telegraph_mode(t: float, rate: float, relaxation: float) -> float:
    """Amplitude of a mode at rest at t = 0 with D k² = ``rate``: τT̈ + Ṫ + D k² T = 0.

    ω = −i/2τ ± √(rate/τ − 1/4τ²); relaxation 0 is diffusion, e^{−rate·t}.
    """
    if relaxation == 0.0:
        return math.exp(-rate * t)
    gamma = 0.5 / relaxation
    omega = np.sqrt(complex(rate / relaxation - gamma**2))
    value = np.exp(-gamma * t) * (np.cos(omega * t) + gamma * np.sin(omega * t) / omega)
    return float(value.real)


def lattice_rate(diffusivity: float, wavenumbers: tuple[float, ...], spacing: tuple[float, ...]):
    """D k̂² of a product of cosines on a grid, k̂ = 2 sin(kh/2)/h: the exact spatial eigenvalue."""
    return diffusivity * sum(
        (2 * math.sin(0.5 * k * h) / h) ** 2 for k, h in zip(wavenumbers, spacing, strict=True)
    )


def at_position(values: np.ndarray, axis_sites: np.ndarray, x: float) -> np.ndarray:
    """Cubic interpolation along the last axis between sites."""
    h = axis_sites[1] - axis_sites[0]
    k = int(np.clip(np.floor((x - axis_sites[0]) / h), 1, axis_sites.size - 3))
    nodes = axis_sites[k - 1 : k + 3]
    weights = [math.prod((x - b) / (a - b) for b in nodes if b != a) for a in nodes]
    return values[..., k - 1 : k + 3] @ np.array(weights)


def fitted_order(steps: list[float], errors: list[float]) -> float:
    """Slope of log error against log step."""
    return float(np.polyfit(np.log(steps), np.log(errors), 1)[0])


# Guyer–Krumhansl: a surface step with D = τ = v = 1, K = 3ℓ² = 0.25, at x = 1 (Laplace inversion of
# exp(−λx)/p, λ² = p(1 + pτ)/(D + Kp)); a flash pulse with τ = 0.02, K = 0.005.
STEP_GK = {1.0: 0.39163696, 2.0: 0.6438681, 5.0: 0.76176202, 10.0: 0.8264175}
FLASH_GK = [0.000000, 0.014857, 0.392115, 0.712047, 0.912544, 0.992520, 0.999984]


def plane_wave(law: str, rate: float, time: float, **c: float) -> float:
    """Amplitude of T = cos(k·x) at ``time``, from rest, where k² stands in ``rate`` = k².

    The law in two variables, T and a flux q with ∇·q = k q: C T' = −k q and

    Fourier and gk: τq' + q = κkT − 3ℓ²k²q;   dpl: τ_q q' + q = κk(T + τ_T T');
    gn: q = q₂ + κkT, q₂' = k*kT − friction q₂.
    """
    k, capacity = np.sqrt(rate), c["capacity"]
    if law == "gk":
        load = (1 + 3 * c["length"] ** 2 * rate) / c["tau"]
        matrix = [[0, -k / capacity], [c["kappa"] * k / c["tau"], -load]]
    elif law == "dpl":  # T' = −kq/C put into the law
        lag = c["kappa"] * c["lag"] * rate / capacity
        matrix = [[0, -k / capacity], [c["kappa"] * k / c["tau"], -(1 + lag) / c["tau"]]]
    else:
        damping = c["kappa"] * rate / capacity
        matrix = [[-damping, -k / capacity], [c["stiffness"] * k, -c.get("friction", 0.0)]]
    return float((expm(np.array(matrix) * time) @ [1.0, 0.0])[0])
