"""Heat problems made from their solution: T and q are chosen, the source is what the law leaves.

All coefficients vary smoothly in space. Divergences are taken by complex steps: exact to rounding.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from typing import Any

import numpy as np

import heatgauge as hg

END = 0.5  # of every run, in units of the decay time of the chosen fields
_TINY = 1e-30


def _product(values: Any) -> Any:
    return math.prod(values[1:], start=values[0])


def _along(function: Any, axis: int, x: Any) -> Any:
    """∂_axis of a function that is analytic in its coordinates."""
    moved = [y + 1j * _TINY if k == axis else y for k, y in enumerate(x)]
    return np.imag(function(moved)) / _TINY


@dataclasses.dataclass(frozen=True)
class LocalProblem:
    """T = θ(x/L)e^{−rt} with θ = cos x cos y cos z, and q = −w∇T as a local law without sources
    in it demands: w = κ(1 − rτ_T)/(1 − rτ_q), κ − k*/r (Green–Naghdi), k*/(ν − r) (two fluids).

    ``factors`` scale coefficients of the solution, but not those of the law that the library gets:
    it is then a wrong law for this solution.
    """

    kind: str
    dimensions: int = 2
    factors: Mapping[str, float] = dataclasses.field(default_factory=dict)
    friction: float = 0.0  # of the two fluids, in units of r

    @property
    def length(self) -> float:
        return 0.1 if self.kind == "two fluids" else 1.0

    @property
    def rate(self) -> float:
        return hg.TwoFluid(1.8).speed / self.length if self.kind == "two fluids" else 1.0

    def grid(self, n: int) -> hg.Grid:
        """Sides of given T and behind a resistance, of no and of given flux; a ring."""
        ends = [(0.3, 1.6, "wall"), (0.0, 1.7, "wall"), (0.0, 2 * np.pi, "periodic")]
        return hg.Grid(
            [hg.Axis(a * self.length, b * self.length, n, e) for a, b, e in ends[: self.dimensions]]
        )

    def coefficients(self, x: Any, factors: Mapping[str, float] | None = None) -> dict[str, Any]:
        """Of all local laws at these points; κ and k* for each axis."""
        if self.kind == "two fluids":
            fluid = hg.TwoFluid(1.8)
            values: dict[str, Any] = {
                "capacity": fluid.stiffness / fluid.speed**2,
                "stiffness": [fluid.stiffness] * self.dimensions,
                "friction": self.friction * self.rate,
            }
        else:
            x0, x1 = x[0], x[-1]
            values = {
                "capacity": 2 + 0.5 * np.cos(x0 + x1 if self.dimensions == 2 else x1),
                "kappa": [(1 + 0.4 * k) * (1 + 0.3 * np.sin(x0)) for k in range(self.dimensions)],
                "tau": 0.35 + 0.05 * np.cos(x0) + 0.05 * np.cos(x1),
                "lag": 0.15 + 0.03 * np.cos(x1),
                "stiffness": [
                    (1.8 - 0.5 * k) * (1 + 0.2 * np.cos(x1)) for k in range(self.dimensions)
                ],
            }
        for name, factor in (factors or {}).items():
            entry = values[name]
            values[name] = (
                [factor * v for v in entry] if isinstance(entry, list) else factor * entry
            )
        return values

    def law(self, grid: hg.Grid) -> Any:
        c = self.coefficients(np.broadcast_arrays(*grid.coordinates()))
        if self.kind == "two fluids":
            return hg.TwoFluid(1.8, mutual_friction=c["friction"])
        kappa = np.stack([np.broadcast_to(k, grid.shape) for k in c["kappa"]])
        capacity, tau = (np.broadcast_to(c[n], grid.shape) for n in ("capacity", "tau"))
        stiffness = np.stack([np.broadcast_to(k, grid.shape) for k in c["stiffness"]])
        medium = hg.Medium(kappa, capacity, tau)
        if self.kind == "Fourier":
            return hg.Fourier(hg.Medium(kappa, capacity))
        if self.kind == "Cattaneo":
            return hg.Cattaneo(medium)
        if self.kind == "dual phase lag":
            return hg.DualPhaseLag(medium, np.broadcast_to(c["lag"], grid.shape))
        if self.kind == "Green-Naghdi II":
            return hg.GreenNaghdi(hg.Medium(0.0, capacity), stiffness)
        return hg.GreenNaghdi(hg.Medium(kappa, capacity), stiffness)

    def weight(self, axis: int, x: Any) -> Any:
        c = self.coefficients(x, self.factors)
        if self.kind == "two fluids":
            return c["stiffness"][axis] / (c["friction"] - self.rate)
        kappa, stiffness = c["kappa"][axis], c["stiffness"][axis]
        if self.kind == "Fourier":
            return kappa
        if self.kind == "Cattaneo":
            return kappa / (1 - c["tau"])
        if self.kind == "dual phase lag":
            return kappa * (1 - c["lag"]) / (1 - c["tau"])
        return -stiffness if self.kind == "Green-Naghdi II" else kappa - stiffness

    def profile(self, x: Any) -> Any:
        return _product([np.cos(y / self.length) for y in x])

    def flux_profile(self, axis: int, x: Any) -> Any:
        parts = [
            (-np.sin(y / self.length) / self.length) if k == axis else np.cos(y / self.length)
            for k, y in enumerate(x)
        ]
        return -self.weight(axis, x) * _product(parts)

    def temperature(self, *args: Any) -> Any:
        return self.profile(args[:-1]) * np.exp(-self.rate * args[-1])

    def flux(self, axis: int, *args: Any) -> Any:
        return self.flux_profile(axis, args[:-1]) * np.exp(-self.rate * args[-1])

    def source(self, *args: Any) -> Any:
        x, t = args[:-1], args[-1]
        outflow = sum(
            _along(lambda y, a=a: self.flux_profile(a, y), a, x) for a in range(self.dimensions)
        )
        heat = self.coefficients(x, self.factors)["capacity"] * self.rate * self.profile(x)
        return (outflow - heat) * np.exp(-self.rate * t)

    def sides(self) -> dict[str, Any]:
        coefficient = 3.0 * (self.rate if self.kind != "two fluids" else 1e6)

        def ambient(*args: Any) -> Any:
            return self.temperature(*args) - self.flux(0, *args) / coefficient

        return {
            "x-": hg.Temperature(self.temperature),
            "x+": hg.Robin(coefficient, ambient),
            "y+": hg.Flux(lambda *args: -self.flux(1, *args)),
        }


@dataclasses.dataclass(frozen=True)
class NonlocalProblem:
    """Guyer and Krumhansl's law: q = ∇φ e^{−t} + v ŷ s(x) e^{−3t}, T = (3μ∇²φ − φ)e^{−t}.

    κ = 1 − τ, so that the first part obeys the law with any μ and φ. The second, a vortex that
    leaves T alone, obeys (1 − 3τ)s = κ(μs')', which gives τ(x) for the μ(x) that is chosen.
    s = sin x and φ = sin²x cos y where walls hold the flux along them (x = 0 and π), s = cos x and
    φ = cos x cos y where it slips. ``turned``: x is the last axis of the grid.
    ``factors`` scale coefficients of the law that the library gets, not of the solution.
    """

    tangential: str
    vortex: float = 1.0
    straight: float = 1.0
    inertia: bool = True
    dimensions: int = 2
    turned: bool = False
    factors: Mapping[str, float] = dataclasses.field(default_factory=dict)

    rate = 1.0

    def grid(self, n: int) -> hg.Grid:
        axes = [hg.Axis(0, np.pi, n)]
        axes += [hg.Axis(0, 2 * np.pi, n, "periodic")] * (self.dimensions - 1)
        return hg.Grid(self._turn(axes))

    def _turn(self, entries: Any) -> Any:
        return list(entries)[:: -1 if self.turned else 1]

    def viscosity(self, x: Any) -> Any:
        wave = np.sin(x[0]) if self.tangential == "no-slip" else np.cos(x[0])
        return 0.2 * (1 + 0.2 * wave**2)

    def relaxation(self, x: Any) -> Any:
        if not self.inertia:
            return 0 * x[0]
        wave = np.sin(x[0]) if self.tangential == "no-slip" else np.cos(x[0])
        load = 0.2 * (0.6 + 0.6 * wave**2)  # −(μs')'/s
        return (1 + load) / (3 + load)

    def capacity(self, x: Any) -> Any:
        return 2 + 0.5 * np.cos(x[0]) + 0.3 * np.cos(x[1])

    def law(self, grid: hg.Grid) -> Any:
        x = np.broadcast_arrays(*self._turn(grid.coordinates()))
        tau = self.relaxation(x)
        values = {
            "kappa": 1 - tau,
            "capacity": self.capacity(x),
            "tau": tau,
            "length squared": self.viscosity(x) * (1 - tau),
        }
        for name, factor in self.factors.items():
            values[name] = factor * values[name]
        values["length squared"] = np.sqrt(values["length squared"])
        return hg.GuyerKrumhansl(hg.Medium(*values.values()), self.tangential)

    def _shape(self, x: Any) -> tuple[Any, Any, Any]:
        """The factor of φ that depends on x, and its two derivatives."""
        if self.tangential == "no-slip":
            return np.sin(x[0]) ** 2, np.sin(2 * x[0]), 2 * np.cos(2 * x[0])
        return np.cos(x[0]), -np.sin(x[0]), -np.cos(x[0])

    def _laplacian(self, x: Any) -> Any:
        value, _, second = self._shape(x)
        along = _product([np.cos(y) for y in x[1:]])
        return self.straight * (second - (len(x) - 1) * value) * along

    def temperature(self, *args: Any) -> Any:
        x, t = self._turn(args[:-1]), args[-1]
        phi = self.straight * self._shape(x)[0] * _product([np.cos(y) for y in x[1:]])
        return (3 * self.viscosity(x) * self._laplacian(x) - phi) * np.exp(-t)

    def flux(self, axis: int, *args: Any) -> Any:
        x, t = self._turn(args[:-1]), args[-1]
        axis = self.dimensions - 1 - axis if self.turned else axis
        value, slope, _ = self._shape(x)
        parts = [-np.sin(y) if k == axis else np.cos(y) for k, y in enumerate(x)]
        potential = self.straight * (slope if axis == 0 else value) * _product(parts[1:])
        wave = np.sin(x[0]) if self.tangential == "no-slip" else np.cos(x[0])
        swirl = 0.0 if axis == 0 else self.vortex * wave * np.exp(-3 * t)
        return potential * np.exp(-t) + swirl

    def source(self, *args: Any) -> Any:
        x, t = self._turn(args[:-1]), args[-1]
        return self._laplacian(x) * np.exp(-t) - self.capacity(x) * self.temperature(*args)

    def sides(self) -> dict[str, Any]:
        return {}


Problem = LocalProblem | NonlocalProblem


def errors(problem: Problem, n: int, method: str) -> tuple[float, float]:
    """Distances of T and of q from the solution at the end of n steps on n cells along each axis.

    Root mean squares, in units of those of the solution at first (that of T at least 1e-3).
    """
    grid = problem.grid(n)
    end = END / problem.rate
    x = np.broadcast_arrays(*grid.coordinates())
    faces = [np.broadcast_arrays(*grid.face_coordinates(a)) for a in range(grid.dimensions)]
    law = problem.law(grid)
    start = problem.temperature(*x, 0.0)
    q0 = [problem.flux(a, *f, 0.0) for a, f in enumerate(faces)]
    flow = hg.conduct(
        law,
        grid,
        start,
        [0, end],
        q0=None if isinstance(law, hg.Fourier) else q0,
        boundary=problem.sides(),
        source=problem.source,
        method=method,
        dt=end / n,
    )
    assert np.abs(flow.energy_balance()).max() < 1e-12
    hot = _size([flow.temperature[-1] - problem.temperature(*x, end)])
    wrong = [flow.flux[a][-1] - problem.flux(a, *f, end) for a, f in enumerate(faces)]
    return hot / max(_size([start]), 1e-3), _size(wrong) / _size(q0)


def _size(fields: Any) -> float:
    return math.sqrt(sum(float((f**2).mean()) for f in fields))
