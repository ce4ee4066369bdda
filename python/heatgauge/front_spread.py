"""Jumps that send out heat waves, spread over the cells which a grid needs for a front.

A second-order grid turns a sharp front into ripples of 10 to 40 % of its height: waves of wave
number k lag behind it by (kh)³/24 per cell. A front whose content above k has been damped by the
kernel (1 + s²ω²)⁻², an average over time, even and positive, of variance σ² = 4s², stays free of
them over N cells when σ exceeds 1.7 (N/8)^(1/3) times the time h/v in which it crosses a cell (the
width of the Airy function that the grid makes of it). As the kernel is even fronts arrive in time.

The average is taken of the data, before the first step. Without damping a state (T, q) obeys
C ∂ₜT = −∇·q, Λ ∂ₜq = −∇T, so that −∂ₜ² is one operator on T and another on q, both of which
conserve heat:

    (1 − C⁻¹∇·(s²/Λ)∇)² T' = T,        (1 − (s²/Λ)∇C⁻¹∇·)² q' = q,

two backward-Euler steps of Fourier's law with the conductivity s²/Λ = C(vs)², where s may differ
between axes and sites. Walls of given temperature or flux keep that value, and a source enters as
∇·q − Q in place of ∇·q: the fronts which they send out are spread alike. Where heat diffuses,
beside material with waves, the conductivity is κs, that of the same time. Only sites near a jump
are treated, as smooth data would change by σ²∂ₜ²T/2.

A wall that exchanges heat through a resistance is no mirror of waves. There the average is taken of
the response to the jump: before it there was rest, and after it come backward-Euler steps, as 1/(1
+ s²ω²) = ½/(1 − s∂ₜ) + ½/(1 + s∂ₜ). What is left of the averaged jump then follows as a ramp.
"""

from __future__ import annotations

import dataclasses
import math
from typing import Any

import numpy as np
import numpy.typing as npt

from heatgauge import _core
from heatgauge.arguments import RealField
from heatgauge.grid import Grid
from heatgauge.heat_problem import Problem
from heatgauge.law import Law
from heatgauge.side_values import Side, flat

Marks = list[npt.NDArray[np.bool_]]

_PASSES = 2
# Cells of σ that N crossed cells need, from the exact evolution of a step on a line of cells: where
# the Airy function is no guide yet, the first of them is not crossed, and how far σ may reach.
_CROSSED = (1.05, 1.3, 2.0, 2.8, 4.4)
_NEEDED = (0.0, 0.9, 1.25, 1.3, 2.0)
_MOST = (0.0, 0.9, 1.25, 1.7, 2.6)
_TAIL = 5.0  # σ, beyond which 3e-4 of a jump is left of the kernel
_EVERYWHERE = 0.25  # of the run: for this σ that some sites ask for is given to all


def cells_of_spread(crossed: Any, courant: Any) -> RealField:
    """σ in cells for a front that crosses so many cells in steps of ``courant`` = dt v/h.

    Long steps have the phase error of the time scheme, (dt v/h)²/2 that of the grid.

    Examples
    --------
    >>> from heatgauge.front_spread import cells_of_spread
    >>> cells_of_spread([1.0, 4.0, 64.0, 512.0], 0.0).round(2).tolist()
    [0.0, 1.82, 3.36, 6.72]
    """
    crossed = np.asarray(crossed, dtype=np.float64)
    lag = crossed * np.maximum(1.0, 0.55 * np.square(courant))
    needed = np.maximum(1.68 * np.cbrt(lag / 8), np.interp(crossed, _CROSSED, _NEEDED))
    most = np.interp(crossed, _CROSSED, _MOST) * np.maximum(1.0, crossed / _CROSSED[-1])
    return np.asarray(np.minimum(needed, most))


@dataclasses.dataclass(frozen=True)
class Ramp:
    """What is left to come at ``t`` of a jump ``step`` of a side at ``start``."""

    side: Side
    start: float
    time: float
    step: Any

    def rest(self, t: float) -> Any:
        """∫ₜ^∞ of the kernel, times the jump: one half of it at the start."""
        x = (t - self.start) / self.time
        return self.step * (0.25 * (2.0 + x) * math.exp(-x)) if x < self.length else 0.0 * self.step

    length = 40.0  # until exp(−x) is below rounding


class FrontSpread:
    """Spreads the jumps of one problem; ``dt`` is the longest step to come, 0 if they are short."""

    def __init__(self, problem: Problem, law: Law, dt: float) -> None:
        self._problem, self._dt = problem, dt
        grid = problem.grid
        self._capacity = law.capacity(grid)
        speed, length = law.fronts(grid)
        # Where the law smooths a front over a cell by itself, there is none.
        own = law.smoothing(grid) > speed * min(grid.spacing)
        self.speed: RealField = np.where(own, 0.0, speed)
        self.length: RealField = np.where(own, 0.0, length)
        self._inertia: RealField = self._capacity * self.speed**2  # 1/Λ
        self._conductivity = law.conductivity(grid)
        self._known: tuple[float, tuple[list[RealField], list[RealField]]] | None = None

    def times(self, run: float) -> tuple[list[RealField], list[RealField]]:
        """For each axis: σ on sites, as a time, for such a run, and the cells a front crosses.

        A front that comes from elsewhere must suit the sites that it comes to, but for a quarter of
        the run at most: where it crosses few cells there it is not resolved.
        """
        if self._known is not None and self._known[0] == run:
            return self._known[1]
        spread, crossed = [], []
        for axis, h in enumerate(self._problem.grid.spacing):
            v, length = (self._along(x, axis) for x in (self.speed, self.length))
            waves = v > 0
            per_cell = h / np.where(waves, v, 1.0)
            # A front of height exp(−t/2τ) is gone before its ripples have grown any further.
            cells = np.where(waves, np.minimum(run / per_cell, 2 * length / h), 0.0)
            own = per_cell * cells_of_spread(cells, self._dt / per_cell)
            shared = np.minimum(own, _EVERYWHERE * cells * per_cell)
            spread.append(np.maximum(own, shared.max()))
            crossed.append(cells)
        self._known = (run, (spread, crossed))
        return spread, crossed

    def time_at(self, run: float, side: Side) -> float:
        """σ for fronts from one side; 0 where it sends out none."""
        waves = self._along(self.speed, side.axis) > 0
        sigma = np.where(waves, self.times(run)[0][side.axis], 0.0)
        return float(np.take(sigma, -1 if side.end else 0, axis=side.axis).max())

    def most_crossed(self, run: float) -> float:
        """The most cells that a front crosses in such a run, whether or not it has decayed."""
        axes = enumerate(self._problem.grid.spacing)
        return max(run * float(self._along(self.speed, axis).max()) / h for axis, h in axes)

    def cells(self, run: float) -> tuple[str, str]:
        """σ in cells, and the cells crossed, in words: both as ranges where they vary."""
        spread, crossed = self.times(run)
        width = [
            sigma * self._along(self.speed, axis) / self._problem.grid.spacing[axis]
            for axis, sigma in enumerate(spread)
        ]
        return _range(width), _range(crossed)

    def temperature(
        self, T: RealField, run: float, walls: dict[Any, Any], jumps: Marks
    ) -> RealField:
        """Spread T in place; ``walls`` holds the temperatures of sides where they are given.

        Only near the sites that ``jumps`` marks for each axis, so that smooth data keep their
        order. Returns the energy that entered through the walls, as the core does.
        """
        stepper = self._fourier(run, jumps)
        drive = self._drive(walls)
        return np.array(stepper.advance(T, self._no_flux(), _PASSES, drive))

    def flux(
        self,
        flux: list[RealField],
        run: float,
        jumps: Marks,
        source: RealField | None = None,
    ) -> None:
        """Spread q in place, in the same way; what it is on outer faces of given flux stays.

        q' = q + (s²/Λ)∇θ with (C − ∇·(s²/Λ)∇)θ = ∇·q − Q is one pass.
        """
        stepper, grid = self._fourier(run, jumps), self._problem.grid
        none = np.zeros(0)
        for _ in range(_PASSES):
            theta, through = np.zeros(grid.shape), self._no_flux()
            drive = self._drive({})
            excess = divergence(grid, flux)
            drive.add_source(flat(excess if source is None else excess - source), 1, none)
            stepper.advance(theta, through, 1, drive)
            stepper.settle(theta, through, drive)
            for q, change in zip(flux, through, strict=True):
                q -= change

    def _along(self, field: RealField, axis: int) -> RealField:
        return field if field.ndim == self._problem.grid.dimensions else field[axis]

    def _fourier(self, run: float, jumps: Marks) -> _core.Conduction:
        grid = self._problem.grid
        given = [True] * 6
        for side in self._problem.sides:
            held = side.prescribed or side.surface_resistance is not None
            given[2 * side.axis + side.end] = held
        conductivity = np.empty((grid.dimensions, *grid.shape))
        for axis, sigma in enumerate(self.times(run)[0]):
            v, h = self._along(self.speed, axis), grid.spacing[axis]
            reach = math.ceil(_TAIL * float((sigma * v).max()) / h)
            here = _within(jumps[axis] & (v > 0), reach, axis, grid.axes[axis].periodic)
            s = sigma / math.sqrt(2 * _PASSES)
            inertia = self._along(self._inertia, axis)
            kappa = self._along(self._conductivity, axis)
            value = np.where(inertia > 0, s * inertia, kappa) * s
            conductivity[axis] = np.where(here & np.isfinite(value), value, 0.0)
        conductivity = np.maximum(conductivity, np.finfo(float).tiny)  # a circuit has none of 0
        circuit = _core.FaceCircuit(grid.core, conductivity, np.zeros(conductivity.shape))
        nowhere = np.zeros(0)
        return _core.Conduction(
            grid.core, self._capacity, circuit, given, "backward-euler", 1.0, nowhere, False
        )

    def _drive(self, walls: dict[Any, Any]) -> _core.HeatDrive:
        drive = _core.HeatDrive(self._problem.grid.core)
        for side in self._problem.sides:
            drive.set_side(side.axis, side.end, flat(walls.get((side.axis, side.end), 0.0)), 1)
        return drive

    def _no_flux(self) -> list[RealField]:
        grid = self._problem.grid
        return [np.zeros(grid.face_shape(k)) for k in range(grid.dimensions)]


def _within(marks: npt.NDArray[np.bool_], reach: int, axis: int, periodic: bool) -> Any:
    """Sites no farther than ``reach`` from marked ones along an axis."""
    reach = min(reach, marks.shape[axis])
    width = [(0, 0)] * marks.ndim
    width[axis] = (reach + 1, reach)
    padded = np.pad(marks.astype(np.int64), width, mode="wrap" if periodic else "constant")
    total = np.moveaxis(np.cumsum(padded, axis=axis), axis, 0)
    return np.moveaxis(total[2 * reach + 1 :] > total[: -2 * reach - 1], 0, axis)


def _range(values: list[RealField]) -> str:
    """The positive ones among the values."""
    every = np.concatenate([v.ravel() for v in values])
    every = every[every > 0]
    if every.size == 0:
        return "0"
    low, high = (f"{every.min():.3g}", f"{every.max():.3g}")
    return low if low == high else f"{low} to {high}"


def divergence(grid: Grid, flux: list[RealField]) -> RealField:
    """∇·q on sites."""
    total = np.zeros(grid.shape)
    for axis, (end, q) in enumerate(zip(grid.axes, flux, strict=True)):
        if end.periodic:
            total += (q - np.roll(q, 1, axis=axis)) / grid.spacing[axis]
        else:
            total += np.diff(q, axis=axis) / grid.spacing[axis]
    return total
