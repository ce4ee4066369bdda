"""Problems whose exact states or energies are known, each with what the library needs to solve it.

All formulas are in the units of the caller: ħ, mass and charge are arguments.
"""

from __future__ import annotations

import dataclasses
import itertools
import math
from collections.abc import Callable
from typing import Any

import numpy as np
from scipy.integrate import solve_ivp
from scipy.linalg import eigh
from scipy.special import ai_zeros, jv

import heatgauge as hg


@dataclasses.dataclass(frozen=True)
class GaussianPacket:
    """Any Gaussian packet under H = (p − sA)²/2m + ½xᵀKx − f(t)·x with A = a(t) + Rx.

    The state stays ψ = (2πw²)^(−1/4)(det Q/det Q₀)^(−1/2) exp(i/ħ[S + p·y + ½ yᵀPQ⁻¹y]), y = x − q:
    (q, p) is the classical orbit, S its action and (Q, P) the linearised flow from Q₀ = w,
    P₀ = iħ/2w (Heller 1975; Hagedorn 1980). The classical equations are integrated to 1e-13.
    """

    center: tuple[float, ...]
    momentum: tuple[float, ...]  # canonical, −iħ∇
    width: tuple[float, ...]
    mass: float = 1.0
    charge: float = 1.0
    hbar: float = 1.0
    stiffness: Any = 0.0  # K: a number or a matrix
    force: Callable[[float], Any] = lambda t: 0.0
    vector: Callable[[float], Any] = lambda t: 0.0  # a(t)
    slope: Any = 0.0  # R: A_i = a_i + R_ij x_j

    @property
    def dimensions(self) -> int:
        return len(self.center)

    def on(self, grid: hg.Grid, t: float, images: int = 3) -> Any:
        """ψ(x, t) on the sites; along periodic axes the sum of its images, with the twist.

        The sum solves the problem on the ring where H does not depend on that coordinate.
        """
        rings = [range(-images, images + 1) if a.periodic else (0,) for a in grid.axes]
        flow = self._flow(t)
        psi: Any = 0.0
        for turns in itertools.product(*rings):
            moved = [
                x + n * axis.length
                for x, n, axis in zip(grid.coordinates(), turns, grid.axes, strict=True)
            ]
            twist = sum(n * axis.twist for n, axis in zip(turns, grid.axes, strict=True))
            psi = psi + np.exp(-1j * twist) * self._evaluate(flow, moved)
        return np.broadcast_to(psi, grid.shape).copy()

    def orbit(self, t: float) -> tuple[Any, Any]:
        """Centre q(t) and kinetic momentum p − sA."""
        q, p, *_ = self._flow(t)
        return q, p - self._charged_vector(t, q)

    def _matrix(self, value: Any) -> Any:
        value = np.asarray(value, dtype=float)
        return value * np.eye(self.dimensions) if value.ndim == 0 else value

    def _charged_vector(self, t: float, q: Any) -> Any:
        return self.charge * (np.asarray(self.vector(t)) + self._matrix(self.slope) @ q)

    def _rates(self, t: float, z: Any) -> Any:
        d = self.dimensions
        slope = self.charge * self._matrix(self.slope)
        stiffness, force = self._matrix(self.stiffness), np.asarray(self.force(t))
        q, p = z[:d], z[d : 2 * d]
        flow = z[2 * d : -2].reshape(2 * d, d)
        velocity = (p - self._charged_vector(t, q)) / self.mass
        dq = (flow[d:] - slope @ flow[:d]) / self.mass
        energy = 0.5 * self.mass * velocity @ velocity + 0.5 * q @ stiffness @ q - np.sum(force * q)
        return np.concatenate(
            [
                velocity,
                slope.T @ velocity - stiffness @ q + force,
                dq.ravel(),
                (slope.T @ dq - stiffness @ flow[:d]).ravel(),
                [p @ velocity - energy, np.trace(np.linalg.solve(flow[:d], dq))],
            ]
        )

    def _flow(self, t: float) -> tuple[Any, ...]:
        """(q, p, Q, P, S, ln det Q/det Q₀): the logarithm is followed, so its branch is right."""
        d, width = self.dimensions, np.asarray(self.width)
        start = np.concatenate(
            [
                self.center,
                self.momentum,
                np.diag(width).ravel(),
                np.diag(0.5j * self.hbar / width).ravel(),
                [0.0, 0.0],
            ]
        ).astype(complex)
        end = start
        if t != 0.0:
            run = solve_ivp(self._rates, (0.0, t), start, "DOP853", rtol=1e-13, atol=1e-14)
            end = run.y[:, -1]
        flow = end[2 * d : -2].reshape(2 * d, d)
        return end[:d].real, end[d : 2 * d].real, flow[:d], flow[d:], end[-2].real, end[-1]

    def _evaluate(self, flow: tuple[Any, ...], coordinates: list[Any]) -> Any:
        q, p, position, momentum, action, logarithm = flow
        curvature = momentum @ np.linalg.inv(position)
        y = [x - c for x, c in zip(coordinates, q, strict=True)]
        phase = action + sum(k * yi for k, yi in zip(p, y, strict=True))
        for i, j in itertools.product(range(self.dimensions), repeat=2):
            phase = phase + 0.5 * curvature[i, j] * y[i] * y[j]
        scale = math.prod((2 * math.pi * w**2) ** -0.25 for w in self.width)
        return scale * np.exp(-0.5 * logarithm) * np.exp(1j * phase / self.hbar)


def distance(grid: hg.Grid, psi: Any, exact: Any) -> float:
    """‖ψ − exact‖, phase included."""
    return float(np.linalg.norm(psi - exact)) * math.sqrt(grid.cell_volume)


def box_levels(length: float, count: int, mass: float = 1.0, hbar: float = 1.0) -> Any:
    """(πħn/L)²/2m, n = 1, 2, …: between walls."""
    return (math.pi * hbar * np.arange(1, count + 1) / length) ** 2 / (2 * mass)


def ring_levels(
    length: float, phase: float, turns: Any, mass: float = 1.0, hbar: float = 1.0
) -> Any:
    """ħ²k²/2m with k = (2πn + phase)/L: Aharonov–Bohm, phase = twist = −2πΦ/Φ₀."""
    return (hbar * (2 * math.pi * np.asarray(turns) + phase) / length) ** 2 / (2 * mass)


def airy_levels(force: float, count: int, mass: float = 1.0, hbar: float = 1.0) -> Any:
    """|a_n|(ħ²f²/2m)^(1/3): a constant force f against a wall (Landau–Lifshitz III, § 24)."""
    return -ai_zeros(count)[0] * (hbar**2 * force**2 / (2 * mass)) ** (1 / 3)


def induction_box_levels(
    length: float, induction: float, count: int, mass: float = 1.0, hbar: float = 1.0
) -> Any:
    """Levels of (p_x² + (p_y − Bx)²)/2m in a square box, by a Rayleigh–Ritz expansion.

    Basis (1−ξ²)P_n(ξ) per axis, which fits the walls exactly: 14 functions give 12 digits.
    """
    points, weights = np.polynomial.legendre.leggauss(40)
    unit = np.polynomial.legendre.Legendre
    basis = [unit([0] * n + [1]) * unit([2 / 3, 0, -2 / 3]) for n in range(14)]
    half = 0.5 * length
    value = np.array([f(points) for f in basis]) * math.sqrt(half)
    slope = np.array([f.deriv()(points) for f in basis]) / math.sqrt(half)
    overlap, square = ((f * weights) @ f.T for f in (value, slope))
    first, second = ((value * weights * (half * points) ** k) @ value.T for k in (1, 2))
    turn = (value * weights) @ (slope.T)  # ∫ f g'
    matrix = (
        hbar**2 * (np.kron(square, overlap) + np.kron(overlap, square))
        + induction**2 * np.kron(second, overlap)
        + 2j * hbar * induction * np.kron(first, turn)
    ) / (2 * mass)
    return eigh(
        (matrix + matrix.conj().T) / 2, np.kron(overlap, overlap), subset_by_index=[0, count - 1]
    )[0]


def fock_darwin_levels(
    trap: float, cyclotron: float, count: int, mass: float = 1.0, hbar: float = 1.0
) -> Any:
    """ħΩ(2n + |l| + 1) − ħω_c l/2, Ω² = ω₀² + ω_c²/4, ω_c = sB/m signed (Fock 1928)."""
    total = math.sqrt(trap**2 + cyclotron**2 / 4)
    levels = [
        hbar * total * (2 * n + abs(ell) + 1) - 0.5 * hbar * cyclotron * ell
        for n in range(count)
        for ell in range(-count, count + 1)
    ]
    return np.sort(levels)[:count]


def bloch_probability(hopping: float, step: float, t: float, sites: Any, hbar: float = 1.0) -> Any:
    """P_n = J_n²(4J/F·sin(Ft/2ħ)): a site released on a chain, energy step F per site."""
    return jv(sites, 4 * hopping / step * math.sin(step * t / (2 * hbar))) ** 2


def harper_levels(p: int, q: int) -> Any:
    """Energies at momentum 0 with flux p/q per plaquette and hopping −1: one per band.

    A strip of q sites with −2cos(2πpj/q) on the diagonal and −1 beside it (Hofstadter 1976).
    """
    matrix = np.diag(-2 * np.cos(2 * np.pi * p * np.arange(q) / q)).astype(complex)
    for j in range(q):
        matrix[j, (j + 1) % q] -= 1
        matrix[(j + 1) % q, j] -= 1
    return np.linalg.eigvalsh(matrix)


def fitted_order(steps: Any, errors: Any) -> float:
    """Slope of log error against log step, by least squares."""
    return float(np.polyfit(np.log(steps), np.log(errors), 1)[0])
