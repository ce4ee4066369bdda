"""Field entries: what they may be, their values, line and time integrals, and numerical slopes."""

from __future__ import annotations

import functools
import math
from typing import Any

import numpy as np
import pytest

import heatgauge as hg
from heatgauge.fields import Sampled
from heatgauge.time_derivative import time_derivative
from systems import fitted_order

GRID = hg.Grid([hg.Axis(0.0, 2.0, 5), hg.Axis(-1.0, 1.0, 4, "periodic")])
X, Y = GRID.coordinates()
FULL = np.zeros(GRID.shape)


def scalar(entry: Any, t: float = 0.0) -> Any:
    return hg.HeatPotentials(GRID, entry).at(t)[0]


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        (None, FULL),
        (2.5, FULL + 2.5),
        (3, FULL + 3),
        (X * Y, X * Y),
        (lambda x, y, t: x + t * y, X + 0.5 * Y),
        (lambda x, y, t: t, FULL + 0.5),
        (hg.Drive(X * Y, math.cos), X * Y * math.cos(0.5)),
        (hg.Drive(lambda x, y: x - y, math.sin), (X - Y) * math.sin(0.5)),
        (hg.Drive(2.0, math.exp), FULL + 2 * math.exp(0.5)),
        ([X * Y, hg.Drive(Y + FULL, math.sin), lambda x, y, t: x], X * Y + Y * math.sin(0.5) + X),
        ([], FULL),
        (Sampled([0.0, 1.0], np.stack([FULL, X * Y])), 0.5 * X * Y),
    ],
)
def test_an_entry_is_what_it_says(entry: Any, expected: Any) -> None:
    assert np.abs(scalar(entry, 0.5) - expected).max() < 1e-15 * 4


def test_a_vector_array_is_the_mean_on_the_link_and_a_callable_is_integrated() -> None:
    grid = hg.Grid([hg.Axis(0.0, 2.0, 5)])
    values = np.arange(4.0)
    assert np.allclose(hg.HeatPotentials(grid, None, [values]).links(0)[0], 0.4 * values)
    by_call = hg.HeatPotentials(grid, None, [lambda x, t: x**9])
    edges = grid.coordinates()[0]
    exact = np.diff(edges**10) / 10
    assert np.abs(by_call.links(0)[0] / exact - 1).max() < 1e-13  # 5 points: exact to degree 9
    # pointwise values are those at the midpoint, not the mean
    assert np.allclose(by_call.at(0)[1][0], grid.link_coordinates(0)[0] ** 9)
    by_drive = hg.HeatPotentials(grid, None, [hg.Drive(lambda x: x**9, lambda t: 2.0)])
    assert np.allclose(by_drive.links(0)[0], 2 * exact, rtol=1e-13)


def test_line_and_time_integrals_do_not_limit_any_order() -> None:
    errors, steps = [], [0.5, 0.4, 0.3, 0.25]
    for h in steps:
        grid = hg.Grid([hg.Axis(0.0, 3 * h, 3)])
        potentials = hg.HeatPotentials(
            grid, lambda x, t: math.exp(7 * t), [lambda x, t: np.exp(7 * x)]
        )
        links = potentials.links(0.0)[0][0]
        exact = (math.exp(7 * 1.5 * h) - math.exp(7 * 0.5 * h)) / 7
        errors.append(abs(links - exact))
        time = potentials.temporal(0.0, h)[0]
        assert abs(time - (math.exp(7 * h) - 1) / 7) < 2 * errors[-1]
    assert fitted_order(steps, errors) > 9.5  # the error grows faster still with the integrand


def test_temporal_links_add_up_and_integrate_samples_exactly() -> None:
    times = [0.0, 0.3, 1.0]
    values = np.array([1.0, 4.0, -2.0])[:, None, None] + np.zeros((3, *GRID.shape))
    potentials = hg.HeatPotentials(GRID, Sampled(times, values))
    exact = 0.3 * 2.5 + 0.7 * 1.0
    assert np.abs(potentials.temporal(0.0, 1.0) - exact).max() < 1e-15
    parts = potentials.temporal(0.0, 0.2) + potentials.temporal(0.2, 1.0)
    assert np.abs(parts - exact).max() < 1e-15
    assert potentials.breakpoints == (0.0, 0.3, 1.0)
    for outside in (-0.1, 1.1):
        with pytest.raises(ValueError, match=r"`t` must be in \[0.0, 1.0\]|sampled"):
            potentials.at(outside)


def test_samples_are_linear_between_their_times_and_have_the_slope_of_the_right() -> None:
    sampled = Sampled([0.0, 1.0, 3.0], [[0.0], [2.0], [-2.0]])
    assert [sampled.at(t)[0] for t in (0.0, 0.5, 1.0, 2.0, 3.0)] == [0.0, 1.0, 2.0, 0.0, -2.0]
    assert [sampled.slope(t)[0] for t in (0.5, 1.0, 2.0)] == [2.0, -2.0, -2.0]


@pytest.mark.parametrize(
    ("f", "slope", "scale"),
    [
        (math.sin, math.cos, 1.0),
        (lambda t: math.sin(1e6 * t), lambda t: 1e6 * math.cos(1e6 * t), 1e6),
        (lambda t: 1e3 + math.sin(1e-3 * t), lambda t: 1e-3 * math.cos(1e-3 * t), 1e-3),
        (
            lambda t: math.exp(-((t - 0.4) ** 2)),
            lambda t: -2 * (t - 0.4) * math.exp(-((t - 0.4) ** 2)),
            1.0,
        ),
        (lambda t: 3 * t, lambda t: 3.0, 3.0),
        (lambda t: 7.0, lambda t: 0.0, 1.0),
        (lambda t: 1e-11 * math.sin(t), lambda t: 1e-11 * math.cos(t), 1e-11),
    ],
)
@pytest.mark.parametrize("t", [0.0, 0.37, -5.1])
def test_a_numerical_slope_is_good_to_1e_9(f: Any, slope: Any, scale: float, t: float) -> None:
    # rounding of t itself limits a slope to eps·|t|/T; the constant of 1e3 costs eps·1e3/1e-3·…
    bar = 1e-9 if abs(t) * scale < 1e5 else 1e-7
    assert abs(float(time_derivative(f, t)) - slope(t)) < bar * scale * (
        1e3 if scale == 1e-3 else 1
    )


def test_the_heat_field_is_minus_gradient_minus_rate() -> None:
    # E = −∇V − ∂ₜA, differences along links, also across the seam
    grid = hg.Grid([hg.Axis(0.0, 3.0, 6, "periodic")])
    V = np.random.default_rng(0).normal(size=6)
    for rate in (
        hg.Drive(lambda x: 1.0, lambda t: 2 * t),
        lambda x, t: 2 * t + 0 * x,
        Sampled([0.0, 1.0], np.array([np.zeros(6), np.full(6, 2.0)])),
    ):
        E = hg.HeatPotentials(grid, V, [rate]).heat_field(0.4)[0]
        assert np.abs(E + (np.roll(V, -1) - V) / 0.5 + 2.0).max() < 1e-11


BAD_ARRAYS: list[tuple[Any, type[Exception]]] = [
    (np.ones((4, 5)), ValueError),
    (np.ones(20), ValueError),
    (np.ones((5, 4), complex), TypeError),
    (np.full((5, 4), np.nan), ValueError),
    (np.full((5, 4), np.inf), ValueError),
    (np.ma.masked_array(np.ones((5, 4))), TypeError),
    (np.full((5, 4), "1"), TypeError),
    (np.full((5, 4), None), TypeError),
    (np.ones((5, 4), bool), TypeError),
    (np.ones((0, 4)), ValueError),
    (np.array(["2020-01-01"] * 20, "M8[D]").reshape(5, 4), TypeError),
    ("1.0", TypeError),
    (1j, TypeError),
    (True, TypeError),
    (math.nan, ValueError),
    (math.inf, ValueError),
    ([1.0, 2.0], TypeError),
    ([[1.0], [2.0, 3.0]], ValueError),
    ({}, TypeError),
    (object(), TypeError),
    (hg.Drive(np.ones(3), math.cos), ValueError),
    (hg.Drive("x", math.cos), TypeError),
    (hg.Drive(None, math.cos), TypeError),
    (hg.Drive(lambda x, y: np.ones(3), math.cos), ValueError),
    (hg.Drive(lambda x, y: 1j, math.cos), TypeError),
    (Sampled([0.0, 1.0], np.ones((2, 3))), ValueError),
]


@pytest.mark.parametrize(("entry", "kind"), BAD_ARRAYS)
@pytest.mark.parametrize("where", ["scalar", "vector", "external"])
def test_entries_that_do_not_fit_are_refused(where: str, entry: Any, kind: type[Exception]) -> None:
    call = {
        "scalar": lambda: hg.HeatPotentials(GRID, entry),
        "vector": lambda: hg.HeatPotentials(GRID, None, [None, entry]),
        "external": lambda: hg.Hamiltonian(GRID, external=entry),
    }[where]
    with pytest.raises(kind, match=f"`{where}"):
        call()


@pytest.mark.parametrize(
    ("f", "kind"),
    [
        (lambda x, y, t: np.ones(7), ValueError),
        (lambda x, y, t: 1j, TypeError),
        (lambda x, y, t: None, TypeError),
        (lambda x, y, t: "1", TypeError),
        (lambda x, y, t: np.nan * x, hg.NumericalError),
        (lambda x, y, t: math.inf, hg.NumericalError),
        (hg.Drive(1.0, lambda t: math.nan), hg.NumericalError),
        (hg.Drive(1.0, lambda t: None), TypeError),
        (hg.Drive(1.0, lambda t: np.ones(2)), TypeError),
        (hg.Drive(1.0, lambda t: 1j), TypeError),
    ],
)
def test_what_a_function_returns_is_refused_where_it_does_not_fit(
    f: Any, kind: type[Exception]
) -> None:
    potentials = hg.HeatPotentials(GRID, f)
    with pytest.raises(kind, match="`scalar`"):
        potentials.at(0.3)


@pytest.mark.parametrize("t", [math.nan, math.inf, "0", None, True, 1j])
def test_times_that_are_none_are_refused(t: Any) -> None:
    potentials = hg.HeatPotentials(GRID, 1.0)
    for method in (potentials.at, potentials.links, potentials.heat_field, potentials.plaquettes):
        with pytest.raises((TypeError, ValueError), match="`t`"):
            method(t)
    with pytest.raises((TypeError, ValueError), match="`t1`"):
        potentials.temporal(0.0, t)


@pytest.mark.parametrize(
    ("arguments", "kind", "text"),
    [
        ((None,), TypeError, "`grid`"),
        ((GRID, None, 1.0), TypeError, "`vector`"),
        ((GRID, None, [1.0]), ValueError, "`vector`"),
        ((GRID, None, "ab"), TypeError, "`vector`"),
        ((GRID, None, None, None), TypeError, "`charge`"),
        ((GRID, None, None, math.nan), ValueError, "`charge`"),
        ((GRID, None, None, "1"), TypeError, "`charge`"),
        ((GRID, None, None, True), TypeError, "`charge`"),
        ((GRID, None, None, 1j), TypeError, "`charge`"),
    ],
)
def test_potentials_that_do_not_fit_are_refused(
    arguments: Any, kind: type[Exception], text: str
) -> None:
    with pytest.raises(kind, match=text):
        hg.HeatPotentials(*arguments)


@pytest.mark.parametrize(
    ("times", "values", "text"),
    [
        ([0.0], [[1.0]], "`times`"),
        ([0.0, 0.0], [[1.0], [1.0]], "`times`"),
        ([1.0, 0.0], [[1.0], [1.0]], "`times`"),
        ([0.0, math.nan], [[1.0], [1.0]], "`times`"),
        ([0.0, 1.0], [[1.0]], "`values`"),
        ([0.0, 1.0], [[1.0], [math.nan]], "`values`"),
        ([0.0, 1.0], None, "`values`"),
        ([0.0, 1.0], 3.0, "`values`"),
    ],
)
def test_samples_that_do_not_fit_are_refused(times: Any, values: Any, text: str) -> None:
    with pytest.raises((TypeError, ValueError), match=text):
        Sampled(times, values)


def test_a_drive_needs_a_function_else_refused() -> None:
    for envelope in (1.0, None, "cos"):
        with pytest.raises(TypeError, match="`envelope`"):
            hg.Drive(1.0, envelope)  # type: ignore[arg-type]


def test_an_array_is_copied_whatever_its_layout() -> None:
    plain = np.arange(20.0).reshape(5, 4)
    wide = np.zeros((10, 8))
    wide[::2, ::2] = plain
    layouts = {
        "Fortran": np.asfortranarray(plain),
        "strided": wide[::2, ::2],
        "reversed": plain[::-1, ::-1].copy()[::-1, ::-1],
        "big-endian": plain.astype(">f8"),
        "float32": plain.astype(np.float32),
        "integer": plain.astype(np.int16),
        "unsigned": plain.astype(np.uint8),
        "list of lists": np.array(plain.tolist()),
    }
    layouts["read-only"] = plain.copy()
    layouts["read-only"].flags.writeable = False
    raw = np.zeros(20 * 8 + 1, np.uint8)
    raw[1:] = plain.view(np.uint8).ravel()
    layouts["misaligned"] = raw[1:].view(np.float64).reshape(5, 4)
    for name, array in layouts.items():
        potentials = hg.HeatPotentials(GRID, array)
        if array.flags.writeable:
            array[...] = 0
        assert np.array_equal(potentials.at(0)[0], plain), name
    constant = np.broadcast_to(3.0, (5, 4))
    assert np.array_equal(hg.HeatPotentials(GRID, constant).at(0)[0], np.full((5, 4), 3.0))


def test_callables_of_too_few_or_too_many_arguments_are_refused_by_name() -> None:
    """When they are given: a TypeError from a call in the midst of a run names no argument."""
    for f in (lambda x: x, lambda x, y: x, lambda x, y, z, t: x, lambda x, y, *, t: x):
        with pytest.raises(TypeError, match=r"`scalar` must take 3 arguments .* t last"):
            hg.HeatPotentials(GRID, f)
        with pytest.raises(TypeError, match=r"`vector\[1\]` must take 3 arguments"):
            hg.HeatPotentials(GRID, vector=[None, f])


def test_callables_that_do_not_tell_their_arguments_or_wrap_others_are_taken() -> None:
    def of_place(x: Any, y: Any) -> Any:
        return x + y

    @functools.wraps(of_place)
    def steady(x: Any, y: Any, t: float) -> Any:
        return of_place(x, y)

    assert np.array_equal(scalar(steady), X + Y)
    assert np.array_equal(scalar(lambda *place: place[0] + place[1]), X + Y)
    assert np.array_equal(scalar(functools.partial(lambda a, x, y, t: a * x + y, 2.0)), 2 * X + Y)
