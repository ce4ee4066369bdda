"""Jumps in initial data and boundary values, which call for a damping time scheme."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from heatgauge.arguments import RealField
from heatgauge.boundaries import Flux, Robin
from heatgauge.grid import Axis
from heatgauge.heat_problem import Problem
from heatgauge.side_values import Side

# A difference between neighbours counts as a jump when it takes a fifth of the whole range and
# stands out by a factor of two from the differences beside it, which a smooth profile on a coarse
# grid does not.
_FRACTION = 0.2
_SMALL = 0.02  # where another jump is that large
_CONTRAST = 2.0
_HALVINGS = 44  # of a 64th of the run: to rounding


def jump_at_start(problem: Problem) -> str | None:
    """Say in words where the data jump, or a boundary value against them; None if nothing does."""
    jumps = jumps_in_space(problem)
    found = jumps.words or jumps.source
    if found is None and (off := sides_off_start(problem)):
        name = _name(off[0].side)
        found = f"the flux given on side {name} differs from the initial flux beside it"
    return found


@dataclasses.dataclass
class SpaceJumps:
    """Where the data jump along each axis: ``sites`` beside the jumps, and the first in words.

    ``source`` says where a source jumps, which sends out fronts, while T and q do not jump there.
    """

    sites: list[npt.NDArray[np.bool_]]
    words: str | None = None
    source: str | None = None


def jumps_in_space(problem: Problem) -> SpaceJumps:
    """Look for jumps of T0, and of q0 where fluxes have inertia.

    Where there is a jump at all, smaller ones that stand out as much are marked too.
    """
    found = SpaceJumps(_no_sites(problem))
    values = [problem.temperature]
    for side in problem.sides:
        if not side.prescribed and side.surface_resistance is None:
            values.append(np.atleast_1d(side.values.at(float(problem.times[0]))))
    spread = max(float(v.max()) for v in values) - min(float(v.min()) for v in values)
    if spread > 0:
        _mark_temperature(problem, spread, found)
        _mark_walls(problem, spread, found)
    if _inertial(problem):
        _mark_flux(problem, found)
        if not problem.source.is_zero:
            source = problem.source.at(float(problem.times[0]))
            axis = _mark_sites(problem, source, float(np.ptp(source)), found.sites)
            if axis is not None:
                found.source = f"the source jumps between neighbouring sites along axis {axis}"
    return found


def _no_sites(problem: Problem) -> list[npt.NDArray[np.bool_]]:
    return [np.zeros(problem.grid.shape, dtype=bool) for _ in problem.grid.axes]


def _mark_temperature(problem: Problem, spread: float, found: SpaceJumps) -> None:
    axis = _mark_sites(problem, problem.temperature, spread, found.sites)
    if axis is not None:
        found.words = f"T0 jumps between neighbouring sites along axis {axis}"


def _mark_sites(
    problem: Problem, values: RealField, spread: float, marked: list[npt.NDArray[np.bool_]]
) -> int | None:
    """Mark the sites beside jumps of a field; returns the first axis along which it has one."""
    first = None
    for axis, end in enumerate(problem.grid.axes):
        links = _standing_out(_differences(values, axis, end.periodic), axis, end)
        sites = np.moveaxis(marked[axis], axis, 0)
        marks = np.moveaxis(links > _SMALL * spread, axis, 0)
        if end.periodic:
            sites |= marks | np.roll(marks, 1, axis=0)
        else:
            sites[:-1] |= marks
            sites[1:] |= marks
        if first is None and (links > _FRACTION * spread).any():
            first = axis
    return first


def _mark_walls(problem: Problem, spread: float, found: SpaceJumps) -> None:
    start = float(problem.times[0])
    for side in problem.sides:
        if side.prescribed or side.surface_resistance is not None:
            continue
        near = np.take(problem.temperature, -1 if side.end else 0, axis=side.axis)
        next_ = np.take(problem.temperature, -2 if side.end else 1, axis=side.axis)
        step = np.abs(side.values.at(start) - near)
        # Half a cell lies between surface and site: a smooth profile makes half a difference here.
        step = np.where(step > _CONTRAST * 0.5 * np.abs(near - next_), step, 0.0)
        sites = np.moveaxis(found.sites[side.axis], side.axis, 0)
        sites[-1 if side.end else 0, ...] |= step > _SMALL * spread
        if (step > _FRACTION * spread).any():
            words = f"T0 jumps against the boundary temperature of side {_name(side)}"
            found.words = found.words or words


def _mark_flux(problem: Problem, found: SpaceJumps) -> None:
    for axis, end in enumerate(problem.grid.axes):
        inner = slice(None) if end.periodic else slice(1, -1)  # sides have values of their own
        flux = np.moveaxis(np.moveaxis(problem.flux[axis], axis, 0)[inner], 0, axis)
        spread = float(np.ptp(flux)) if flux.size else 0.0
        if spread == 0.0:
            continue
        jumps = _standing_out(_differences(flux, axis, end.periodic), axis, end)
        sites = np.moveaxis(found.sites[axis], axis, 0)
        marks = np.moveaxis(jumps > _SMALL * spread, axis, 0)
        if end.periodic:
            sites |= np.roll(marks, 1, axis=0)
        else:
            sites[1:-1] |= marks
        if (jumps > _FRACTION * spread).any():
            found.words = found.words or f"q0 jumps between neighbouring faces along axis {axis}"


@dataclasses.dataclass(frozen=True)
class Jump:
    """The value of a side goes up by ``step`` after the time ``before`` and until ``after``.

    Or that of the source, where ``side`` is None; ``sites`` are those beside its edges.
    """

    side: Side | None
    before: float
    after: float
    step: Any
    sites: list[npt.NDArray[np.bool_]] | None = None


@dataclasses.dataclass(frozen=True)
class SideJump(Jump):
    """A jump of a side."""

    side: Side


def sides_off_start(problem: Problem) -> list[SideJump]:
    """Sides whose given flux, or exchange with surroundings, starts away from q0 beside them.

    That sends a front into a medium with relaxation.
    """
    start = float(problem.times[0])
    if not _inertial(problem):
        return []
    found = []
    for side in problem.sides:
        if not isinstance(side.boundary, Flux | Robin):
            continue
        link = [1, -2][side.end] if problem.grid.shape[side.axis] > 1 else 0
        inside = np.take(problem.flux[side.axis], link, axis=side.axis) * (-1 if side.end else 1)
        given: Any = np.asarray(side.values.at(start))
        resistance: Any = 1.0
        if side.surface_resistance is not None:
            near = np.take(problem.temperature, -1 if side.end else 0, axis=side.axis)
            resistance = side.surface_resistance
            given = (given - near) / resistance
        scale = max(float(np.abs(given).max()), float(np.abs(inside).max()))
        if scale > 0 and (np.abs(given - inside) > 0.5 * scale).any():
            found.append(SideJump(side, start, start, resistance * (given - inside)))
    return found


def _inertial(problem: Problem) -> bool:
    law = problem.law.frozen(problem.temperature)
    return bool(np.any(law.inductance(problem.grid)))


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
            return f"the flux through side {_name(side)} starts away from that of T0 beside it"
    return None


def _at_surface(flux: RealField, axis: int, end: int) -> RealField:
    """Values on the outer faces that continue those on the two nearest links."""
    nearest: RealField = np.take(flux, -1 if end else 0, axis=axis)
    if flux.shape[axis] == 1:
        return nearest
    surface: RealField = 2 * nearest - np.take(flux, -2 if end else 1, axis=axis)
    return surface


def jump_in_time(problem: Problem) -> str | None:
    """Say which boundary value f(t) jumps during the run, and when; None where none does."""
    for jump in jumps_in_time(problem):
        if jump.side is None:
            return f"the source jumps at t = {jump.after:.6g}"
        what = "temperature"
        if isinstance(jump.side.boundary, Flux | Robin):
            what = "flux" if jump.side.prescribed else "ambient temperature"
        return f"the {what} of side {_name(jump.side)} jumps at t = {jump.after:.6g}"
    return None


def jumps_in_time(problem: Problem) -> list[Jump]:
    """Look for jumps of boundary values and sources during the run: bisect every large change.

    Those of fluxes, surroundings and sources with edges count where they send out fronts. Of
    several jumps within a 64th of the run, between two output times, only the largest is found.
    """
    spread = float(np.ptp(problem.temperature))
    inertial = _inertial(problem)
    found: list[Jump] = []
    for side in problem.sides:
        given = side.prescribed or side.surface_resistance is not None
        if side.values.constant is not None or (given and not inertial):
            continue
        least = 0.0 if side.prescribed else spread
        for low, high in _jumps_of(side.values.at, problem.times, least):
            step = np.asarray(side.values.at(high)) - np.asarray(side.values.at(low))
            found.append(SideJump(side, low, high, step))
    if inertial and not problem.source.is_static:
        for low, high in _jumps_of(problem.source.probe, problem.times, 0.0):
            step = problem.source.at(high) - problem.source.at(low)
            sites = _no_sites(problem)
            if _mark_sites(problem, step, float(np.ptp(step)), sites) is not None:
                found.append(Jump(None, low, high, step, sites))
    return sorted(found, key=lambda jump: jump.after)


def moments(times: RealField) -> RealField:
    """When to look for jumps: 65 moments of the run, and both sides of every output time.

    What begins or ends at an output time, to rounding, would else be seen if it lasts, not as a
    short pulse.
    """
    run = float(times[-1] - times[0])
    beside = max(1e-9 * run, 32 * float(np.spacing(np.abs(times).max())))
    every = np.concatenate([times, times - beside, times + beside])
    every = np.concatenate([every, np.linspace(times[0], times[-1], 65)])
    return np.unique(np.clip(every, times[0], times[-1]))


def largest_jump(side: Side, times: RealField) -> tuple[float, float]:
    """How far the values of a side jump during a run, and how far they vary at all.

    By bisecting the largest change; rounding where nothing jumps.
    """
    if side.values.constant is not None:
        return 0.0, 0.0
    span = moments(times)
    lowest = highest = last = np.asarray(side.values.at(float(span[0])))
    low, high, left, right = span[0], span[0], last, last
    for before, now in itertools.pairwise(span):
        value = np.asarray(side.values.at(float(now)))
        lowest, highest = np.minimum(lowest, value), np.maximum(highest, value)
        if np.abs(value - last).max() > np.abs(right - left).max():
            low, high, left, right = before, now, last, value
        last = value
    _, _, size = bisected(side.values.at, float(low), float(high))
    return size, float((highest - lowest).max())


def _jumps_of(
    f: Callable[[float], Any], times: RealField, least: float
) -> Iterator[tuple[float, float]]:
    """Pairs of times, as near as can be, between which f jumps."""
    span = moments(times)
    sampled = [np.asarray(f(float(t))) for t in span]
    enough = _FRACTION * max(float(np.ptp(sampled)), least)
    for k in range(span.size - 1):
        if _size(sampled[k + 1] - sampled[k]) > enough > 0:
            low, high, size = bisected(f, float(span[k]), float(span[k + 1]), enough)
            if size > enough:
                yield low, high


def bisected(
    f: Callable[[float], Any], low: float, high: float, least: float = -1.0
) -> tuple[float, float, float]:
    """The moments, as near as can be, between which f changes most, and by how much.

    Not followed any further where that is ``least`` or less: the change is spread over some time.
    """
    below, above = np.asarray(f(low)), np.asarray(f(high))
    for _ in range(_HALVINGS):
        middle = 0.5 * (low + high)
        value = np.asarray(f(middle))
        if _size(value - below) > _size(above - value):
            high, above = middle, value
        else:
            low, below = middle, value
        if _size(above - below) <= least:
            break
    return low, high, _size(above - below)


def _size(values: RealField) -> float:
    return float(np.max(np.abs(values), initial=0.0))


def _name(side: Side) -> str:
    return f"{'xyz'[side.axis]}{'+' if side.end else '-'}"


def _differences(values: RealField, axis: int, periodic: bool) -> RealField:
    if periodic:
        return np.asarray(np.roll(values, -1, axis=axis) - values)
    return np.diff(values, axis=axis)


def _standing_out(differences: RealField, axis: int, end: Axis) -> RealField:
    """Magnitudes of the differences that are larger than those beside them; 0 for the others.

    Differences of the other sign do not count: they are the far side of a peak.
    """
    before = np.roll(differences, 1, axis=axis)
    after = np.roll(differences, -1, axis=axis)
    if not end.periodic:
        np.moveaxis(before, axis, 0)[0] = 0.0
        np.moveaxis(after, axis, 0)[-1] = 0.0
    beside = np.maximum(before * np.sign(differences), after * np.sign(differences))
    size = np.abs(differences)
    return np.where(size > _CONTRAST * beside, size, 0.0)
