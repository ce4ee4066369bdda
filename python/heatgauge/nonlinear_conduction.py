"""Time steps of conduction whose coefficients depend on temperature."""

from __future__ import annotations

from typing import Any

import numpy as np

from heatgauge import _core
from heatgauge.arguments import RealField
from heatgauge.enthalpy import Enthalpy
from heatgauge.errors import NumericalError
from heatgauge.grid import Grid
from heatgauge.law import Law

_MOST_ITERATIONS = 200
# Of the largest C|T|: what a residual of a few additions of enthalpies and fluxes may leave.
_TOLERANCE = 1e-14
_SLOW = 0.3  # contraction beyond which the matrix is built anew


class NonlinearConduction:
    """Advances H(T) and A = Λ(T)q through ∂ₜH + ∇·q = Q, ∂ₜ(Λq) + q/κ = −∇T, by one rule.

    Each stage finds T with R = H(T) − H* − γdt (Q − ∇·q(T)) = 0, where q is the flux of the stage
    at the coefficients of that very T. Iterations solve C δ + γdt ∇·(g∇δ) = −R with the
    conductances g at hand, and stop at the true residual; where it grows the step is halved. H is
    then updated from the fluxes, so that the energy balance closes to round-off.

    It has the interface of the linear steps in the core.
    """

    def __init__(
        self,
        grid: Grid,
        law: Law,
        enthalpy: Enthalpy,
        surfaces: dict[tuple[int, int], RealField],
        prescribed: list[bool],
        rule: tuple[RealField, RealField, RealField],
        dt: float,
    ) -> None:
        self.dt = dt
        self.solver = "fixed point"
        self._a, self._b, self._c = rule
        self.stage_times = self._c
        self._grid, self._law, self._enthalpy = grid, law, enthalpy
        self._surfaces, self._prescribed = surfaces, prescribed
        self._step = float(self._a[0, 0]) * dt  # γ dt
        self._solve: Any = None

    def advance(
        self, temperature: RealField, flux: list[RealField], steps: int, drive: Any
    ) -> tuple[float, float, float]:
        """Carry T and q through ``steps`` steps in place; return what entered, as the core does."""
        energy = np.zeros(3)
        enthalpy = self._enthalpy(temperature)
        linkage = [L * q for L, q in zip(self._circuit(temperature)[1], flux, strict=True)]
        T = temperature.copy()
        for step in range(steps):
            heat: list[RealField] = []
            lag: list[list[RealField]] = []
            for i, b in enumerate(self._b):
                row = step * len(self._b) + i
                begun = self._sum(enthalpy, heat, i)
                star = [self._sum(a, [x[k] for x in lag], i) for k, a in enumerate(linkage)]
                T, through, source = self._stage(T, begun, star, drive, row, step)
                heat.append(source - self._divergence(through))
                drop, circuit = self._drop(T, drive, row), self._circuit(T)
                lag.append([d - r * x for d, r, x in zip(drop, circuit[0], through, strict=True)])
                self._book(energy, through, source, float(b) * self.dt)
            enthalpy = enthalpy + self.dt * sum(b * h for b, h in zip(self._b, heat, strict=True))
            for k in range(len(linkage)):
                rates = zip(self._b, lag, strict=True)
                linkage[k] = linkage[k] + self.dt * sum(b * x[k] for b, x in rates)
            T = self._enthalpy.temperature(enthalpy, T)
        temperature[...] = T
        inductance = self._circuit(T)[1]
        for k, q in enumerate(flux):
            inert = inductance[k] > 0
            q[...] = np.where(inert, linkage[k] / np.where(inert, inductance[k], 1.0), q)
        return float(energy[0]), float(energy[1]), float(energy[2])

    def settle(self, temperature: RealField, flux: list[RealField], drive: Any) -> None:
        """Put the fluxes that are no states to their value at this T."""
        resistance, inductance = self._circuit(temperature)
        drop = self._drop(temperature, drive, 0)
        for k, q in enumerate(flux):
            q[...] = np.where(inductance[k] > 0, q, drop[k] / resistance[k])
        self._put_given(flux, drive, 0)

    def add_shunts(
        self, sign: float, temperature: RealField, flux: list[RealField], drive: Any
    ) -> None:
        """Nothing flows beside the branches of these laws."""

    def _sum(self, begin: RealField, rates: list[RealField], i: int) -> RealField:
        for j in range(i):
            begin = begin + self.dt * float(self._a[i, j]) * rates[j]
        return begin

    def _stage(
        self,
        guess: RealField,
        begun: RealField,
        star: list[RealField],
        drive: Any,
        row: int,
        step: int,
    ) -> tuple[RealField, list[RealField], RealField]:
        source = drive.source(row).reshape(self._grid.shape)

        def at(T: RealField) -> tuple[RealField, list[RealField], list[RealField]]:
            resistance, inductance = self._circuit(T)
            g = [1 / (L / self._step + r) for L, r in zip(inductance, resistance, strict=True)]
            drop = self._drop(T, drive, row)
            q = [x * (s / self._step + d) for x, s, d in zip(g, star, drop, strict=True)]
            self._put_given(q, drive, row)
            residual = self._enthalpy(T) - begun - self._step * (source - self._divergence(q))
            return residual, q, g

        T = guess
        residual, q, g = at(T)
        left, length = float(np.abs(residual).max()), 1.0
        self._solve = None
        for _ in range(_MOST_ITERATIONS):
            capacity = self._enthalpy.capacity(T)
            scale = float(np.max(capacity * np.abs(T))) + float(np.abs(begun).max())
            if left <= _TOLERANCE * scale or not np.isfinite(left):
                break
            if self._solve is None:
                self._solve = self._matrix(capacity, g)
            change = self._solve(residual)
            tried = at(T - length * change)
            now = float(np.abs(tried[0]).max())
            if now >= left and left <= 64 * _TOLERANCE * scale:
                break  # all that rounding leaves
            if not now < left:
                length, self._solve = 0.5 * length, None
                if length < 1e-6:
                    break
                continue
            if now > _SLOW * left:
                self._solve = None
            T, (residual, q, g), length = T - length * change, tried, min(1.0, 2 * length)
            left = now
        else:
            left = max(left, 1.0)
        if not left <= 64 * _TOLERANCE * scale:
            raise NumericalError(
                "The coefficients and the temperature of a step could not be brought to agree. "
                "Try a shorter dt or method='backward-euler'",
                step,
                left / scale,
            )
        return T, q, source

    def _matrix(self, capacity: RealField, g: list[RealField]) -> Any:
        conductance = []
        for axis, values in enumerate(g):
            x = values.copy()
            for end in (0, 1):
                if not self._grid.axes[axis].periodic and self._prescribed[2 * axis + end]:
                    np.moveaxis(x, axis, 0)[-1 if end else 0, ...] = 0.0
            conductance.append(np.ascontiguousarray(x).reshape(-1))
        solver = _core.DiffusionSolver(
            self._grid.core, np.ascontiguousarray(capacity), conductance, self._step
        )

        def solve(residual: RealField) -> RealField:
            x = np.ascontiguousarray(residual).reshape(-1).copy()
            solver.solve(x)
            return x.reshape(self._grid.shape)

        return solve

    def _circuit(self, temperature: RealField) -> tuple[list[RealField], list[RealField]]:
        """Resistance and inductance of every face at T."""
        circuit = self._law.frozen(temperature).circuit(self._grid)
        for (axis, end), extra in self._surfaces.items():
            circuit.add_surface_resistance(self._grid.core, axis, end, extra)
        shapes = [self._grid.face_shape(k) for k in range(self._grid.dimensions)]
        both = (circuit.resistance, circuit.inductance)
        first, second = ([f(k).reshape(s) for k, s in enumerate(shapes)] for f in both)
        return first, second

    def _drop(self, temperature: RealField, drive: Any, row: int) -> list[RealField]:
        """T_left − T_right of every face."""
        drops = []
        for k, axis in enumerate(self._grid.axes):
            if axis.periodic:
                drops.append(temperature - np.roll(temperature, -1, axis=k))
                continue
            ends = [self._side(drive, k, end, row) for end in (0, 1)]
            drops.append(-np.diff(np.concatenate([ends[0], temperature, ends[1]], axis=k), axis=k))
        return drops

    def _side(self, drive: Any, axis: int, end: int, row: int) -> RealField:
        values = drive.side(axis, end, row)
        shape = list(self._grid.shape)
        shape[axis] = 1
        result: RealField = values.reshape(shape)
        return result

    def _put_given(self, flux: list[RealField], drive: Any, row: int) -> None:
        for k, axis in enumerate(self._grid.axes):
            for end in (0, 1):
                if not axis.periodic and self._prescribed[2 * k + end]:
                    value = np.squeeze(self._side(drive, k, end, row), axis=k)
                    np.moveaxis(flux[k], k, 0)[-1 if end else 0, ...] = (-1 if end else 1) * value

    def _divergence(self, flux: list[RealField]) -> RealField:
        total = np.zeros(self._grid.shape)
        for k, axis in enumerate(self._grid.axes):
            change = (
                flux[k] - np.roll(flux[k], 1, axis=k) if axis.periodic else np.diff(flux[k], axis=k)
            )
            total += change / self._grid.spacing[k]
        return total

    def _book(
        self, energy: RealField, flux: list[RealField], source: RealField, weight: float
    ) -> None:
        """Add what entered during ``weight`` (a time): boundary, source, throughput."""
        volume = self._grid.cell_volume
        for k, axis in enumerate(self._grid.axes):
            if axis.periodic:
                continue
            for at, inward in ((0, 1.0), (-1, -1.0)):
                side = float(np.sum(np.take(flux[k], at, axis=k)))
                entered = inward * weight * side * volume / self._grid.spacing[k]
                energy[0] += entered
                energy[2] += abs(entered)
        entered = weight * float(np.sum(source)) * volume
        energy[1] += entered
        energy[2] += abs(entered)
