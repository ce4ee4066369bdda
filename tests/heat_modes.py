"""Plane standing modes of every law: T and q in closed form, and their entropies by hand.

T = T₀ + a(t)X with X = Πcos(k_j x_j), and along each axis q_j = (b_j + G_j k_j a)S_j with
S_j = −∂_jX/k_j: b_j is the part of the flux that has inertia, G_j the conductivity beside it.
Under a uniform source Q = sX they obey C a' = s − Σ k_j(b_j + G_j k_j a) and

Cattaneo, dual phase lag      τ b_j' = κ_j k_j a − b_j   (κ_j less G_j = κ_jτ_T/τ)
Guyer and Krumhansl           the same − ℓ²(k²b_j + 2k_j Σ k_i b_i)
Green and Naghdi, two fluids  b_j' = k*_j k_j a − ν b_j
"""

from __future__ import annotations

import dataclasses
import functools
import math
from typing import Any

import numpy as np

import heatgauge as hg

NAMES = ("Fourier", "Cattaneo", "Guyer-Krumhansl", "dual phase lag", "Green-Naghdi II",
         "Green-Naghdi III", "two fluids", "two fluids with friction")  # fmt: skip


@dataclasses.dataclass(frozen=True)
class Mode:
    """One of NAMES in one or two dimensions; ``at`` gives T, q and their rates."""

    name: str
    dimensions: int = 2
    walls: bool = False  # sides of every kind instead of rings
    mean: float = 2.5

    @property
    def fluid(self) -> bool:
        return self.name.startswith("two fluids")

    @property
    def length(self) -> float:
        """Of the ring along the first axis; the second is 1.5 times as long."""
        return 0.2 if self.fluid else 2.0

    @property
    def end(self) -> float:
        return self.length / hg.TwoFluid(1.8).speed if self.fluid else 0.6

    @property
    def wavenumbers(self) -> list[float]:
        return [2 * np.pi / self.length, 2 * np.pi / (1.5 * self.length)][: self.dimensions]

    def coefficients(self) -> dict[str, Any]:
        """C, Λ_M and the driving coefficient of b, ν = r/Λ_M, G per axis, ℓ."""
        d, name = self.dimensions, self.name
        if self.fluid:
            law = hg.TwoFluid(1.8)
            capacity, stiffness = law.stiffness / law.speed**2, np.full(d, law.stiffness)
            friction = 2.0 / self.end if name.endswith("friction") else 0.0
            return {"C": capacity, "Λ": 1 / stiffness, "ν": friction, "G": np.zeros(d), "ℓ": 0.0}
        kappa = np.array([0.5, 0.8])[:d]
        if name == "Guyer-Krumhansl":
            kappa = np.full(d, 0.5)
        tau, capacity = 0.4, 1.2
        values = {"C": capacity, "Λ": tau / kappa, "ν": 1 / tau, "G": 0 * kappa, "ℓ": 0.0}
        if name == "Fourier":
            return values | {"Λ": 0 * kappa, "G": kappa}
        if name == "Guyer-Krumhansl":
            return values | {"ℓ": 0.15}
        if name == "dual phase lag":
            return values | {"Λ": tau / (0.75 * kappa), "G": 0.25 * kappa}
        if name.startswith("Green"):
            part = kappa if name.endswith("III") else 0 * kappa
            return values | {"Λ": 1 / np.array([1.4, 0.9])[:d], "ν": 0.0, "G": part}
        return values

    def law(self) -> Any:
        name, c = self.name, self.coefficients()
        if self.fluid:
            return hg.TwoFluid(1.8, mutual_friction=c["ν"])
        kappa = np.array([0.5, 0.8])[: self.dimensions]
        if name == "Fourier":
            return hg.Fourier(hg.Medium(kappa, 1.2))
        if name == "Cattaneo":
            return hg.Cattaneo(hg.Medium(kappa, 1.2, 0.4))
        if name == "Guyer-Krumhansl":
            return hg.GuyerKrumhansl(hg.Medium(0.5, 1.2, 0.4, 0.15))
        if name == "dual phase lag":
            return hg.DualPhaseLag(hg.Medium(kappa, 1.2, 0.4), 0.1)
        stiffness = np.array([1.4, 0.9])[: self.dimensions]
        return hg.GreenNaghdi(hg.Medium(kappa if name.endswith("III") else 0.0, 1.2), stiffness)

    @property
    def source(self) -> float:
        return 3.0 * self.coefficients()["C"] / self.end * (0.3 if self.fluid else 0.5)

    @functools.cached_property
    def _start_and_rates(self) -> tuple[Any, Any]:
        """(a, b_1, …, 1) at t = 0 and the matrix that gives its rate."""
        c, k, d = self.coefficients(), np.array(self.wavenumbers), self.dimensions
        matrix = np.zeros((d + 2, d + 2))
        matrix[0, 0], matrix[0, -1] = -(c["G"] * k**2).sum() / c["C"], self.source / c["C"]
        size = 0.0
        if self.name != "Fourier":
            matrix[0, 1 : d + 1] = -k / c["C"]
            matrix[1 : d + 1, 0] = k / c["Λ"]
            viscous = c["ℓ"] ** 2 * ((k**2).sum() * np.eye(d) + 2 * np.outer(k, k))
            matrix[1 : d + 1, 1 : d + 1] = -c["ν"] * (np.eye(d) + viscous)
            size = math.sqrt(c["C"] / c["Λ"].max())
        # along k there is no vortex, which walls would drag at
        shape = k / k[0] if self.walls and c["ℓ"] > 0 else np.array([1.0, -0.8])[:d]
        return np.array([0.8, *(0.9 * size * shape), 1.0]), matrix

    @functools.cached_property
    def _modes(self) -> tuple[Any, Any]:
        """Rates and vectors of the modes, scaled to make up the start."""
        start, matrix = self._start_and_rates
        rates, vectors = np.linalg.eig(matrix)
        return rates, vectors * np.linalg.solve(vectors, start)

    def amplitudes(self, times: Any) -> tuple[Any, Any]:
        """(a, b_1, …) and their rates, (axes + 1, nt)."""
        rates, vectors = self._modes
        states = np.real(vectors @ np.exp(np.multiply.outer(rates, np.atleast_1d(times))))
        return states[:-1], (self._start_and_rates[1] @ states)[:-1]

    def grid(self, n: int) -> hg.Grid:
        ends = [self.length, 1.5 * self.length][: self.dimensions]
        if not self.walls:
            return hg.Grid([hg.Axis(0, end, n, "periodic") for end in ends])
        return hg.Grid([hg.Axis(0.07 * end, 0.74 * end, n) for end in ends])

    def sides(self) -> dict[str, Any]:
        """A temperature, a resistance, a flux, another temperature; all vary in time."""
        if not self.walls:
            return {}
        resistance = 0.3 * self.end / (self.coefficients()["C"] * self.length)

        def temperature(*x_and_t: Any) -> Any:
            return self.at(x_and_t[-1], x_and_t[:-1]).temperature[0]

        def outflow(axis: int, *x_and_t: Any) -> Any:
            return self.at(x_and_t[-1], x_and_t[:-1]).flux[axis][0]

        def ambient(*args: Any) -> Any:
            return temperature(*args) - resistance * outflow(0, *args)

        return {
            "x-": hg.Temperature(temperature),
            "x+": hg.Robin(1 / resistance, ambient),
        } | ({} if self.dimensions == 1 else {
            "y-": hg.Flux(lambda *args: outflow(1, *args)),
            "y+": hg.Temperature(temperature),
        })  # fmt: skip

    def wave(self, x: Any) -> Any:
        return math.prod(np.cos(k * y) for k, y in zip(self.wavenumbers, x, strict=True))

    def slope(self, axis: int, x: Any) -> Any:
        """S of the axis."""
        return math.prod(
            (np.sin if j == axis else np.cos)(k * y)
            for j, (k, y) in enumerate(zip(self.wavenumbers, x, strict=True))
        )

    def at(self, times: Any, x: Any) -> Fields:
        """All fields at these times, an axis ahead of those of the points x."""
        column = (-1, *[1] * np.broadcast(*x).ndim)
        now, rates = self.amplitudes(times)
        (a, *b), (ra, *rb) = ([v.reshape(column) for v in values] for values in (now, rates))
        k, axes = self.wavenumbers, range(self.dimensions)
        whole = [b[j] + self.coefficients()["G"][j] * k[j] * a for j in axes]
        curl = 0.0 * a * self.wave(x)
        if self.dimensions == 2:
            curl = (k[1] * b[0] - k[0] * b[1]) * np.sin(k[0] * x[0]) * np.sin(k[1] * x[1])
        return Fields(
            temperature=self.mean + a * self.wave(x),
            rate=ra * self.wave(x),
            gradient=[-k[j] * a * self.slope(j, x) for j in axes],
            flux=[whole[j] * self.slope(j, x) for j in axes],
            inertial=[b[j] * self.slope(j, x) for j in axes],
            growth=[rb[j] * self.slope(j, x) for j in axes],
            divergence=sum(whole[j] * k[j] for j in axes) * self.wave(x),
            curl=curl,
        )


@dataclasses.dataclass(frozen=True)
class Fields:
    temperature: Any
    rate: Any
    gradient: Any
    flux: Any
    inertial: Any
    growth: Any
    divergence: Any
    curl: Any  # ∂_x q_y − ∂_y q_x


def density_terms(mode: Mode, form: str, f: Fields) -> list[Any]:
    """Terms of S, from the theory: of ln T or δT², and of the inertia."""
    c, T = mode.coefficients(), f.temperature
    kinetic = sum(0.5 * L * q**2 for L, q in zip(c["Λ"], f.inertial, strict=True))
    if form == "quadratic":
        return [-0.5 * c["C"] * (T - mode.mean) ** 2, -kinetic]
    return [c["C"] * np.log(T / mode.mean)] + ([-kinetic / T**2] if form == "extended" else [])


def flux_terms(mode: Mode, form: str, axis: int, f: Fields) -> list[Any]:
    """Terms of J along an axis: of δT or 1/T, and of the stresses P and μ∇×q."""
    q = f.flux
    if form != "quadratic":
        return [q[axis] / f.temperature]
    terms = [-q[axis] * (f.temperature - mode.mean)]
    length = mode.coefficients()["ℓ"]
    if length > 0:
        mu = length**2 / 0.5
        terms.append(q[axis] * 3 * mu * f.divergence)
        if mode.dimensions == 2:  # −μω ẑ×q
            terms.append(mu * f.curl * (q[1] if axis == 0 else -q[0]))
    return terms


def production_terms(mode: Mode, form: str, f: Fields) -> list[Any]:
    """Terms of σ. The quadratic one is the loss that each law must have."""
    c, T, axes = mode.coefficients(), f.temperature, range(mode.dimensions)
    if form == "quadratic":
        terms = [sum(c["G"][j] * f.gradient[j] ** 2 for j in axes)]
        terms.append(sum(c["ν"] * c["Λ"][j] * f.inertial[j] ** 2 for j in axes))
        mu = c["ℓ"] ** 2 / 0.5
        return [*terms, 3 * mu * f.divergence**2, mu * f.curl**2]
    terms = [-sum(f.flux[j] * f.gradient[j] for j in axes) / T**2]
    if form == "extended":
        growth = sum(c["Λ"][j] * f.inertial[j] * f.growth[j] for j in axes)
        held = sum(c["Λ"][j] * f.inertial[j] ** 2 for j in axes)
        terms += [-growth / T**2, held * f.rate / T**3]
    return terms
