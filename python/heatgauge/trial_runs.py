"""Steps for an asked accuracy, from runs that are compared; orders are measured, not assumed."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable

import numpy as np

from heatgauge.arguments import ComplexField
from heatgauge.errors import NumericalError
from heatgauge.intervals import Interval, finer

# What is aimed at of rtol: the rest is for what the measured order does not tell.
_AIM = 0.75
# How far beyond the finest trial the steps may be shortened on the word of the measured order.
_REACH = 2.1
_MOST_DOUBLINGS = 22
# Differences below which rounding, not the step, is what is seen.
_ROUNDING = 2e-13

Run = Callable[[list[Interval]], ComplexField]


@dataclasses.dataclass(frozen=True)
class _Trial:
    cut: list[Interval]
    state: ComplexField | None  # None: steps of this length are impossible


@dataclasses.dataclass(frozen=True)
class Choice:
    """Steps, the expected error at the end, and the order that the trials showed."""

    cut: list[Interval]
    error: float
    order: float

    @property
    def steps(self) -> int:
        """Steps of the run."""
        return sum(piece.steps for piece in self.cut)


def choose_by_trials(
    run: Run,
    first: list[Interval],
    rtol: float,
    order: float,
    distance: Callable[[ComplexField, ComplexField], float],
) -> Choice:
    """Return the fewest steps whose error is expected to be at most ``rtol``.

    Runs with 1, 2, 4, … times the steps of ``first`` are compared. Once two neighbouring
    differences fall by 2^p, the last run is off by (last difference)/(2^p − 1). p must be the
    order of the method to within ½, or else be seen twice (a wall or a rough potential can lower
    it); more than the order of the method is never believed. The steps are then cut down or
    shortened, by no more than a factor 2.1 beyond the finest run, to 3/4 of ``rtol``.

    Parameters
    ----------
    run : callable
        Steps → state at the end; may raise ValueError where steps are too long to exist.
    first : list of Interval
        The steps of the first trial.
    rtol, order : float
    distance : callable
        Of two states, relative to their norm.

    Raises
    ------
    NumericalError
        If differences do not settle.
    """
    trials: list[_Trial] = []
    gaps: list[float] = []
    for level in range(_MOST_DOUBLINGS):
        trials.append(_tried(run, finer(first, 2.0**level)))
        if len(trials) < 2:
            continue
        gaps.append(_gap(trials[-2], trials[-1], distance))
        found = _settled(gaps, order)
        if found is None:
            _require_progress(gaps, trials[-1].cut, rtol)
            continue
        error = max(gaps[-1] / (2.0**found - 1.0), np.finfo(float).eps)
        growth = (error / (_AIM * rtol)) ** (1.0 / found)
        if growth <= _REACH:
            return _chosen(trials, growth, error, found, rtol, distance)
    raise _unsettled(gaps, trials[-1].cut, rtol)


def _tried(run: Run, cut: list[Interval]) -> _Trial:
    try:
        return _Trial(cut, run(cut))
    except ValueError:
        return _Trial(cut, None)


def _gap(
    coarse: _Trial, fine: _Trial, distance: Callable[[ComplexField, ComplexField], float]
) -> float:
    if coarse.state is None or fine.state is None:
        return math.inf
    return distance(coarse.state, fine.state)


def _settled(gaps: list[float], order: float) -> float | None:
    """The order by which differences fall, once it can be relied on."""
    if gaps[-1] < _ROUNDING:
        return order
    if len(gaps) < 2 or not (gaps[-1] < 0.2 and math.isfinite(gaps[-2])):
        return None
    last = math.log2(gaps[-2] / gaps[-1])
    if abs(last - order) <= 0.5:
        return min(last, order)
    if len(gaps) < 3 or not math.isfinite(gaps[-3]) or gaps[-3] <= 0:
        return None
    before = math.log2(gaps[-3] / gaps[-2])
    lower = min(last, before, order)
    return lower if lower >= 0.75 and abs(last - before) <= 0.5 else None


def _chosen(
    trials: list[_Trial],
    growth: float,
    error: float,
    order: float,
    rtol: float,
    distance: Callable[[ComplexField, ComplexField], float],
) -> Choice:
    """The finest trial's steps times ``growth``; below ½ what the coarser trials show counts."""
    fine = trials[-1]
    if growth >= 0.5 or len(trials) < 3:
        return _scaled(fine.cut, max(growth, 0.5), error, order)
    errors = [error]
    for trial in reversed(trials[:-1]):
        errors.append(_gap(trial, fine, distance) + error)
        if not errors[-1] <= _AIM * rtol:
            break
    else:
        return Choice(trials[0].cut, errors[-1], order)
    good = trials[len(trials) - len(errors) + 1]
    slope = math.log2(errors[-1] / errors[-2]) if math.isfinite(errors[-1]) else math.inf
    within = (errors[-2] / (_AIM * rtol)) ** (1.0 / min(max(slope, 1.0), 2 * order))
    return _scaled(good.cut, max(within, 0.5), errors[-2], max(slope, 1.0))


def _scaled(cut: list[Interval], factor: float, error: float, order: float) -> Choice:
    chosen = finer(cut, factor)
    # the interval whose steps grew least decides
    shortened = min(c.steps / p.steps for c, p in zip(chosen, cut, strict=True))
    return Choice(chosen, float(error / shortened**order), order)


def _require_progress(gaps: list[float], cut: list[Interval], rtol: float) -> None:
    """Stop where rounding keeps differences from falling: more steps would only add to it."""
    if len(gaps) < 4 or not gaps[-1] < 1e-8:
        return
    if min(gaps[-2:]) > 0.5 * max(gaps[-4:-2]):
        raise _unsettled(gaps, cut, rtol)


def _unsettled(gaps: list[float], cut: list[Interval], rtol: float) -> NumericalError:
    shortest = min(piece.dt for piece in cut)
    return NumericalError(
        f"No step met rtol = {rtol:g}: with dt = {shortest:.3g} the error is still about "
        f"{gaps[-1]:.3g}. Look for jumps in the driven potentials (give them as breakpoints), or "
        f"ask for less.",
        residual=gaps[-1],
    )
