"""Jumps in initial data and boundary values, which call for a damping time scheme."""

from __future__ import annotations

import itertools

import numpy as np

from heatgauge.arguments import RealField
from heatgauge.boundaries import Flux, Robin
from heatgauge.heat_problem import Problem
from heatgauge.side_values import Side

# A difference between neighbours counts as a jump when it takes a fifth of the whole range and
# stands out by a factor of two from the differences beside it, which a smooth profile on a coarse
# grid does not.
_FRACTION = 0.2
_CONTRAST = 2.0


def jump_at_start(problem: Problem) -> str | None:
    """Say in words where T0, or a boundary value against it, jumps; None when nothing does."""
    values = [problem.temperature]
    for side in problem.sides:
        if not side.prescribed and side.surface_resistance is None:
            values.append(np.atleast_1d(side.values.at(float(problem.times[0]))))
    spread = max(float(v.max()) for v in values) - min(float(v.min()) for v in values)
    if spread > 0 and (found := _jump_in_space(problem, spread)):
        return found
    return _jump_of_flux(problem)


def _jump_in_space(problem: Problem, spread: float) -> str | None:
    start = float(problem.times[0])
    for axis, end in enumerate(problem.grid.axes):
        profile = problem.temperature
        if end.periodic:
            differences = np.roll(profile, -1, axis=axis) - profile
        else:
            differences = np.diff(profile, axis=axis)
        if _stands_out(np.abs(differences), axis, spread, end.periodic):
            return f"T0 jumps between neighbouring sites along axis {axis}"
    for side in problem.sides:
        if side.prescribed or side.surface_resistance is not None:
            continue
        near = np.take(problem.temperature, -1 if side.end else 0, axis=side.axis)
        next_ = np.take(problem.temperature, -2 if side.end else 1, axis=side.axis)
        step = np.abs(side.values.at(start) - near)
        # Half a cell lies between surface and site: a smooth profile makes half a difference here.
        if ((step > _FRACTION * spread) & (step > _CONTRAST * 0.5 * np.abs(near - next_))).any():
            name = f"{'xyz'[side.axis]}{'+' if side.end else '-'}"
            return f"T0 jumps against the boundary temperature of side {name}"
    return None


def _jump_of_flux(problem: Problem) -> str | None:
    """A given flux that starts away from q0 sends a front into a medium with relaxation.

    So does an exchange with surroundings that starts away from it.
    """
    start = float(problem.times[0])
    for side in problem.sides:
        if not isinstance(side.boundary, Flux | Robin):
            continue
        link = [1, -2][side.end] if problem.grid.shape[side.axis] > 1 else 0
        inside = np.take(problem.flux[side.axis], link, axis=side.axis) * (-1 if side.end else 1)
        law = problem.law.frozen(problem.temperature)
        if not np.any(law.inductance(problem.grid)):
            continue
        given = np.asarray(side.values.at(start))
        if side.surface_resistance is not None:
            near = np.take(problem.temperature, -1 if side.end else 0, axis=side.axis)
            given = (given - near) / side.surface_resistance
        scale = max(float(np.abs(given).max()), float(np.abs(inside).max()))
        if scale > 0 and (np.abs(given - inside) > 0.5 * scale).any():
            name = f"{'xyz'[side.axis]}{'+' if side.end else '-'}"
            return f"the flux given on side {name} differs from the initial flux beside it"
    return None


def flux_off_balance(problem: Problem) -> str | None:
    """Say where the flux that a side asks for starts away from −κ∇T0 beside it.

    Without inertia that excites modes of all rates, as a jump does, if more weakly.
    """
    start = float(problem.times[0])
    circuit = problem.law.circuit(problem.grid)
    for side in problem.sides:
        if not side.prescribed and side.surface_resistance is None:
            continue
        axis = side.axis
        resistance = circuit.resistance(axis).reshape(problem.grid.face_shape(axis))
        links = np.delete(resistance, [0, -1], axis=axis)
        flux = -np.diff(problem.temperature, axis=axis) / links
        if flux.size == 0:
            continue
        inside = _at_surface(flux, axis, side.end) * (-1 if side.end else 1)
        given = np.asarray(side.values.at(start))
        if side.surface_resistance is not None:
            near = np.take(problem.temperature, -1 if side.end else 0, axis=axis)
            face = np.take(resistance, -1 if side.end else 0, axis=axis)
            given = (given - near) / (face + side.surface_resistance)
        scale = max(float(np.abs(given).max()), float(np.abs(flux).max()))
        if (np.abs(given - inside) > _FRACTION * scale).any():
            name = f"{'xyz'[axis]}{'+' if side.end else '-'}"
            return f"the flux through side {name} starts away from that of T0 beside it"
    return None


def _at_surface(flux: RealField, axis: int, end: int) -> RealField:
    """Values on the outer faces that continue those on the two nearest links."""
    nearest: RealField = np.take(flux, -1 if end else 0, axis=axis)
    if flux.shape[axis] == 1:
        return nearest
    surface: RealField = 2 * nearest - np.take(flux, -2 if end else 1, axis=axis)
    return surface


def jump_in_time(problem: Problem) -> str | None:
    """Look for a jump of a boundary temperature f(t) during the run, the same on a whole side."""
    spread = float(np.ptp(problem.temperature))
    for side in problem.sides:
        if not side.values.uniform or side.prescribed or side.surface_resistance is not None:
            continue
        at, size, whole = largest_jump(side, problem.times)
        if size > _FRACTION * max(spread, whole) > 0:
            name = f"{'xyz'[side.axis]}{'+' if side.end else '-'}"
            return f"the temperature of side {name} jumps at t = {at:.6g}"
    return None


def largest_jump(side: Side, times: RealField) -> tuple[float, float, float]:
    """When the values of a side jump during a run and how far, and how far they vary at all.

    By bisecting the largest change; rounding where nothing jumps.
    """
    if side.values.constant is not None:
        return float(times[0]), 0.0, 0.0
    span = np.unique(np.concatenate([times, np.linspace(times[0], times[-1], 65)]))
    lowest = highest = last = np.asarray(side.values.at(float(span[0])))
    low, high, left, right = span[0], span[0], last, last
    for before, now in itertools.pairwise(span):
        value = np.asarray(side.values.at(float(now)))
        lowest, highest = np.minimum(lowest, value), np.maximum(highest, value)
        if np.abs(value - last).max() > np.abs(right - left).max():
            low, high, left, right = before, now, last, value
        last = value
    for _ in range(40):
        middle = 0.5 * (low + high)
        value = np.asarray(side.values.at(float(middle)))
        if np.abs(value - left).max() > np.abs(right - value).max():
            high, right = middle, value
        else:
            low, left = middle, value
    return float(high), float(np.abs(right - left).max()), float((highest - lowest).max())


def _stands_out(differences: RealField, axis: int, spread: float, periodic: bool) -> bool:
    before = np.roll(differences, 1, axis=axis)
    after = np.roll(differences, -1, axis=axis)
    if not periodic:
        np.moveaxis(before, axis, 0)[0] = 0.0
        np.moveaxis(after, axis, 0)[-1] = 0.0
    alone = differences > _CONTRAST * np.maximum(before, after)
    return bool((alone & (differences > _FRACTION * spread)).any())
