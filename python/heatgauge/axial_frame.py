"""The gauge in which no link along one axis turns ψ: steps then read and multiply fewer links."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Sequence

import numpy as np

from heatgauge.arguments import RealField
from heatgauge.composition import Composition
from heatgauge.grid import Grid
from heatgauge.potentials import differences
from heatgauge.step_phases import LinkKey

_TURN = 2.0 * np.pi
_MOST_PHASE = 1e6  # rad: beyond, links are left as they are, which says where digits are lost


@dataclasses.dataclass(frozen=True)
class AxialFrame:
    """ψ' = e^{ig}ψ with the links θ' = θ + g(x+μ) − g(x), which vanish along one axis.

    Sweeps are covariant, so that steps in this gauge, entered by the first flow of a run and left
    by the last, are the same steps: to rounding, since g and θ' are kept within ±π.
    """

    turn: RealField
    """g on the sites, within ±π."""
    links: list[RealField | None]
    """θ' of every key, within ±π; None along the axis."""


def axial_frame(
    grid: Grid,
    composition: Composition,
    keys: Sequence[LinkKey],
    links: Sequence[RealField | None],
) -> AxialFrame | None:
    """Return the frame for steps with these links, or None where it would spare nothing.

    The axis is the one with most sweeps that lies between walls: on a ring the product of the
    links stays what it is. Links of one axis must be the same at all times of the step.
    """
    of_axis: dict[int, RealField | None] = {}
    for key, phase in zip(keys, links, strict=True):
        if key.axis in of_axis and not same_links(of_axis[key.axis], phase):
            return None
        of_axis[key.axis] = phase
    if len(of_axis) < 2 or not all(_varies(phase) for phase in of_axis.values()):
        return None  # links along another axis would have to be kept instead
    sweeps = Counter(part.axis for part in composition.kinetics)
    walled = [axis for axis in of_axis if not grid.axes[axis].periodic]
    if not walled:
        return None
    axis = max(walled, key=lambda a: (sweeps[a], a))
    phase = of_axis[axis]
    assert phase is not None  # it varies
    turn = _unwound(phase, axis)
    moved: dict[int, RealField | None] = {axis: None}
    for other, bare in of_axis.items():
        if other != axis and bare is not None:
            moved[other] = _within_half_turn(
                _within_half_turn(bare) + differences(grid, other, turn)
            )
    return AxialFrame(turn, [moved[key.axis] for key in keys])


def same_links(one: RealField | None, other: RealField | None) -> bool:
    """Return whether two arrays of phases are the same."""
    if one is None or other is None:
        return one is other
    return one is other or np.array_equal(one, other)


def _varies(phase: RealField | None) -> bool:
    if phase is None or not float(np.max(np.abs(phase))) < _MOST_PHASE:
        return False
    return bool(np.any(phase != phase.flat[0]))


def _within_half_turn(phase: RealField) -> RealField:
    """The nearest equivalent angle; the subtraction is exact but for the last place of 2π."""
    result: RealField = phase - _TURN * np.rint(phase / _TURN)
    return result


def _unwound(phase: RealField, axis: int) -> RealField:
    """g with g(x+μ) = g(x) − θ, within ±π on every site: a running sum would lose digits."""
    steps = np.moveaxis(_within_half_turn(phase), axis, 0)
    turn = np.zeros((len(steps) + 1, *steps.shape[1:]))
    for i, step in enumerate(steps):
        turn[i + 1] = _within_half_turn(turn[i] - step)
    return np.ascontiguousarray(np.moveaxis(turn, 0, axis))
