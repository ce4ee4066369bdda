"""Steps for an asked accuracy, from runs that are compared; orders are measured, not assumed."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable
from typing import Any

import numpy as np

from heatgauge.errors import NumericalError, StepTooLong
from heatgauge.intervals import Interval, finer

_EPS = float(np.finfo(float).eps)
# What is aimed at of rtol: the rest is for what the measured order does not tell.
_AIM = 0.75
# How far beyond the finest trial the steps may be shortened where the order was confirmed.
_REACH = 2.1
# How near to its order a method has arrived, whatever the order was before.
_NEAR = 0.1
# An order below that of the method is believed from here on: 2nd order at a wall, less elsewhere is
# the way to something else.
_LEAST_ORDER = 1.5
# Walls and jumps lower the order to 2. What lies above this and is not the method's own passes by.
_MOST_LOWER_ORDER = 2.3
_MOST_DOUBLINGS = 22
# Differences below which rounding, not the step, is what is seen.
_ROUNDING = 2e-13
# Differences as small as this may be rounding of large phases, and fall by any power.
_NOTHING = 1e-10

# What a run shows: whatever the distance compares.
Shown = Any
Run = Callable[[list[Interval]], Shown]
Distance = Callable[[Shown, Shown], float]


@dataclasses.dataclass(frozen=True)
class _Trial:
    cut: list[Interval]
    shown: Shown | None  # None: steps of this length are impossible


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
    distance: Distance,
    wary: bool = False,
) -> Choice:
    """Return the fewest steps whose error is expected to be at most ``rtol``.

    Runs with 1, 2, 4, … times the steps of ``first`` are compared. Where neighbouring differences
    fall by 2^p, the last run is off by (last difference)/(2^p − 1). p must be seen twice in a row:
    the order of the method to within ½, or a lower one (at a wall, in a rough potential); more than
    the order of the method is never believed, and where the fall is between the two, or leaves the
    order of the method, the whole last difference counts. The steps are those that the runs show to
    be enough for 3/4 of ``rtol``, checked by one more run where they are fewer than in the finest;
    only with the order of the method may they be up to 2.1 times as many as in that. At a wall or
    in a rough potential steps near 2πħ over an energy of the lattice are in resonance with it:
    there the error follows no order.

    Parameters
    ----------
    run : callable
        Steps → what it shows, such as the last state; may raise StepTooLong.
    first : list of Interval
        The steps of the first trial.
    rtol, order : float
    wary : bool
        Where steps may be in resonance with a few strong lines of the spectrum, those 2, 4, … times
        as long are too, and all doublings agree on a wrong state. Then a run of ⅞ of the finest
        trial's steps must agree with it as well, and steps are not shortened beyond it. So must it
        wherever nothing but rounding is seen, as in revivals on a ring.
    distance : callable
        Of what two runs show, relative to the norm.

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
        error = _remainder(gaps, found, order)
        if found is None and not _far_below(gaps, rtol):
            _require_progress(gaps, trials[-1].cut, rtol)
            continue
        power = order if found is None else min(found, _ahead(gaps, order))
        growth = (error / (_AIM * rtol)) ** (1.0 / power)
        reach = _REACH if _confirmed(gaps, order) and not wary else 1.0
        doubtful = wary or found is None or gaps[-1] < _NOTHING
        if growth <= reach and (
            not doubtful or _holds_between(run, trials[-1], error, rtol, distance)
        ):
            return _chosen(run, trials, growth, error, power, rtol, distance)
    raise _unsettled(gaps, trials[-1].cut, rtol)


def _tried(run: Run, cut: list[Interval]) -> _Trial:
    try:
        return _Trial(cut, run(cut))
    except StepTooLong:
        return _Trial(cut, None)


def _holds_between(run: Run, fine: _Trial, error: float, rtol: float, distance: Distance) -> bool:
    """Whether a run of ⅞ of the steps of the finest trial is as near to it as that claims.

    Seven times a power of two are in resonance with what no doubling is. Where four steps are the
    most of an interval, seven are taken.
    """
    few = max(piece.steps for piece in fine.cut) <= 4
    other = _tried(run, finer(fine.cut, 1.75 if few else 0.875))
    bar: float = max(_AIM * rtol, 2.0 * 0.875**-4.0 * error)
    return _gap(other, fine, distance) <= bar


def _gap(coarse: _Trial, fine: _Trial, distance: Distance) -> float:
    if coarse.shown is None or fine.shown is None:
        return math.inf
    return distance(coarse.shown, fine.shown)


def _fall(gaps: list[float], back: int) -> float:
    """The power of two by which differences fell, ``back`` levels before the last."""
    fine, coarse = gaps[-1 - back], gaps[-2 - back]
    if not (math.isfinite(coarse) and fine > 0):
        return math.nan
    return math.log2(coarse / fine)


def _settled(gaps: list[float], order: float) -> float | None:
    """The order by which differences fall, once it can be relied on."""
    if _only_rounding(gaps):
        return order
    if len(gaps) < 3 or not gaps[-1] < 0.2:
        return None
    last, before = _fall(gaps, 0), _fall(gaps, 1)
    if _confirmed(gaps, order):
        return min(last, order)
    lower = min(last, before, order)
    return lower if abs(last - before) <= 0.5 and lower >= _LEAST_ORDER else None


def _remainder(gaps: list[float], found: float | None, order: float) -> float:
    """Error of the finest trial; the whole difference where the order is only passed through.

    On the way through the resonances of a lattice differences fall by any power between the order
    of the method and 2, for two doublings or three, and hardly at all after that.
    """
    passing = (found or 0.0) > _MOST_LOWER_ORDER and not _confirmed(gaps, order)
    if found is None or passing:
        return gaps[-1]
    return max(gaps[-1] / float(2.0**found - 1.0), _EPS)


def _only_rounding(gaps: list[float]) -> bool:
    return len(gaps) >= 2 and gaps[-1] < _ROUNDING and gaps[-2] < 1e3 * _ROUNDING


def _far_below(gaps: list[float], rtol: float) -> bool:
    """Whether differences fell, by no order, to so little that none is needed: ∫V dt over a pulse.

    If they go on falling by half the finest run is off by less than the last of them.
    """
    if len(gaps) < 3 or not gaps[-1] <= rtol / 30:
        return False
    return gaps[-2] <= rtol / 4 and min(_fall(gaps, 0), _fall(gaps, 1)) >= 1.0


def _ahead(gaps: list[float], order: float) -> float:
    """The order expected of yet shorter steps: where it sinks, a lower one is coming through.

    With a·4th + b·2nd order the distance from 4 grows four times per doubling, and the last two
    differences lie two doublings behind the steps that are asked for.
    """
    if len(gaps) < 3 or _only_rounding(gaps):
        return order
    last, before = _fall(gaps, 0), _fall(gaps, 1)
    if last < min(before - 0.01, order):
        return max(order - 12.0 * (order - last), min(order, _LEAST_ORDER))
    return order


def _confirmed(gaps: list[float], order: float) -> bool:
    """Whether the order of the method was seen twice in a row, and came nearer.

    Of a symmetric composition the next power of the step is two higher, so that a doubling quarters
    the distance from the order. Half is asked for: falls of 4.4 and 4.2, or of 3.9 and 3.8, were
    seen before 2.0, where a rough potential excites the fastest modes of the lattice.
    """
    if _only_rounding(gaps):
        return True
    if len(gaps) < 3:
        return False
    last, before = (abs(_fall(gaps, back) - order) for back in (0, 1))
    return before <= 0.5 and last <= max(_NEAR, 0.5 * before)


def _chosen(
    run: Run,
    trials: list[_Trial],
    growth: float,
    error: float,
    order: float,
    rtol: float,
    distance: Distance,
) -> Choice:
    """The finest trial's steps times ``growth``, or what the coarser trials show to be enough."""
    fine = trials[-1]
    if growth >= 1.0:
        return _scaled(fine.cut, growth, error, order)
    good, best = fine, error
    for trial in reversed(trials[:-1]):
        bound = _gap(trial, fine, distance) + error
        if not bound <= _AIM * rtol:
            fall = math.log2(bound / best) if math.isfinite(bound) else math.inf
            if not _LEAST_ORDER <= fall <= order + 0.5:
                break  # something else than the order is at work between these two
            fewer = finer(good.cut, min((best / (_AIM * rtol)) ** (1.0 / fall), 1.0))
            seen = _gap(_tried(run, fewer), fine, distance) + error
            if fewer != good.cut and seen <= rtol:
                return Choice(fewer, seen, order)
            break
        good, best = trial, bound
    return Choice(good.cut, best, order)


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
