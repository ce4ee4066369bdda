"""Callables at many times: one call where it gives the same, single calls where it does not."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import heatgauge as hg
from heatgauge.errors import NumericalError
from heatgauge.fields import Field, Location
from heatgauge.many_times import ManyTimes
from heatgauge.step_samples import VaryingPart, envelope_at

TIMES = np.linspace(-1.0, 2.0, 40)


def counted(f: Callable[[Any], Any]) -> tuple[ManyTimes, list[int]]:
    calls = [0]

    def counting(t: Any) -> Any:
        calls[0] += 1
        return f(t)

    return ManyTimes(counting, counting), calls


def one_by_one(f: Callable[[Any], Any]) -> Any:
    return np.array([f(float(t)) for t in TIMES])


@pytest.mark.parametrize(
    "f",
    [
        np.sin,
        lambda t: 1.5,
        lambda t: np.where(t > 0.5, t, -t),
        lambda t: np.interp(t, [0.0, 1.0], [2.0, 3.0]),
        lambda t: np.exp(-((t / 0.01) ** 2)),
    ],
)
def test_functions_of_arrays_are_called_once(f: Any) -> None:
    many, calls = counted(f)
    assert np.abs(many(TIMES) - one_by_one(f)).max() < 1e-15
    assert calls[0] == 4  # the whole, and three times to compare with


@pytest.mark.parametrize(
    "f",
    [
        math.sin,  # refuses arrays
        lambda t: t if t > 0.5 else -t,
        lambda t: float(np.max(t)) * t,  # takes arrays, and means something else
        lambda t: np.cos(t) / np.max(np.abs(np.cos(t))),
        lambda t: np.cumsum(np.atleast_1d(t))[-1],
        lambda t: t - np.mean(t) + 1.0,
        lambda t: np.sort(np.atleast_1d(-t))[0] if np.ndim(t) == 0 else np.sort(-t),
    ],
)
def test_functions_that_mean_something_else_are_called_one_by_one(f: Any) -> None:
    many, calls = counted(f)
    for _ in range(2):
        assert np.array_equal(many(TIMES), one_by_one(f))
    assert calls[0] >= 2 * TIMES.size


def test_a_few_times_are_taken_one_by_one() -> None:
    many, calls = counted(np.sin)
    many(TIMES[:5])
    assert calls[0] == 5


def test_errors_are_those_of_single_calls() -> None:
    with pytest.raises(NumericalError, match=r"at t = 0\.5"):
        envelope_at("scalar", lambda t: np.where(t >= 0.5, np.inf, 1.0))(np.arange(40) / 40.0)
    with pytest.raises(TypeError, match="real number"):
        envelope_at("scalar", lambda t: 1j * t)(TIMES)


@pytest.mark.parametrize(
    "f",
    [
        lambda x, y, t: x * y + t,
        lambda x, y, t: t,
        lambda x, y, t: np.sin(x - t) * np.exp(-(y**2)),
        lambda x, y, t: np.broadcast_to(math.sin(t), (5, 4)),  # one time only
        lambda x, y, t: x[0] * t + y,  # with a leading axis of times x[0] is something else
    ],
)
@pytest.mark.parametrize("axis", [None, 0, 1])
def test_fields_on_sites_and_links(f: Any, axis: int | None) -> None:
    grid = hg.Grid([hg.Axis(0.5, 2.0, 5, "periodic"), hg.Axis(-1.0, 1.0, 4, "periodic")])
    location = Location.sites(grid) if axis is None else Location.links(grid, axis)
    field = Field("scalar", [f, lambda x, y, t: 0.3 * t * t], location)
    expected = np.array([field.mean(t) for t in TIMES.tolist()])
    assert np.abs(VaryingPart(field)(TIMES) - expected).max() < 4e-15
