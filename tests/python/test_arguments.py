"""Malformed input: a typed error that names the argument, its value and what is allowed."""

from __future__ import annotations

import gc
import math
import time
from typing import Any

import numpy as np
import pytest
import scipy.sparse

import heatgauge as hg

GRID = hg.Grid([hg.Axis(0.0, 1.0, 8)])
PSI = np.ones(8, complex)

# value and whether it is a number of the wrong size (ValueError) or no number at all (TypeError)
NUMBERS: list[tuple[Any, type[Exception]]] = [
    (math.nan, ValueError),
    (math.inf, ValueError),
    (-math.inf, ValueError),
    (True, TypeError),
    ("0.1", TypeError),
    (None, TypeError),
    (0.1 + 1j, TypeError),
    (np.array([1.0, 2.0]), TypeError),
    ([1.0], TypeError),
    (b"1", TypeError),
    (object(), TypeError),
    (10**400, ValueError),
    (np.float64("nan"), ValueError),
    (np.datetime64("2020"), TypeError),
]
NOT_POSITIVE: list[Any] = [(v, ValueError) for v in (0, 0.0, -0.0, -1, -1e-300)]


def quickly(call: Any, kind: Any, name: str) -> None:
    """``call`` raises ``kind`` naming the argument, within 100 ms of processor time."""
    gc.disable()  # a collection of what all tests have left behind may take as long
    start = time.thread_time()
    with pytest.raises(kind, match=name) as caught:
        call()
    assert time.thread_time() - start < 0.1
    gc.enable()
    assert "must" in str(caught.value)


def taken_or_refused(call: Any) -> tuple[Any, str]:
    """What ``call`` returns, or None and the text of its ValueError."""
    try:
        return call(), ""
    except ValueError as error:
        return None, str(error)


@pytest.mark.parametrize(("value", "kind"), NUMBERS)
@pytest.mark.parametrize("name", ["lower", "upper", "twist"])
def test_an_axis_refuses_what_is_no_number(name: str, value: Any, kind: Any) -> None:
    arguments: dict[str, Any] = {"lower": 0.0, "upper": 1.0, "points": 4, "boundary": "periodic"}
    quickly(lambda: hg.Axis(**(arguments | {name: value})), kind, f"`{name}`")


@pytest.mark.parametrize(
    ("value", "kind"),
    [(v, ValueError) for v in (0, 1, -1, 2**53 + 1, 2**63, 2**64, -(2**63))]
    + [(v, TypeError) for v in (3.0, "4", None, True, 4 + 0j, [4], math.nan, np.float64(4.0))],
)
def test_points_are_refused(value: Any, kind: Any) -> None:
    quickly(lambda: hg.Axis(0.0, 1.0, value), kind, "`points`")


@pytest.mark.parametrize("points", [2, 2**31, 2**49, np.int8(5), np.uint64(7)])
def test_points_are_taken(points: int) -> None:
    axis = hg.Axis(0.0, 1.0, points)
    assert axis.points == int(points)
    assert type(axis.points) is int


@pytest.mark.parametrize(
    ("lower", "upper"),
    [
        (0.0, 0.0),
        (1.0, 0.0),
        (0.0, -0.0),
        (0.0, 5e-324),
        (1e308, 1.7e308),
        (-1e308, 1e308),
        (1.0, 1.0 + 1e-15),
        (1e9, 1e9 + 1e-6),
        (0.0, 1e-160),
    ],
)
def test_ends_that_leave_no_spacing_are_refused(lower: float, upper: float) -> None:
    quickly(lambda: hg.Axis(lower, upper, 4), ValueError, "`upper`")


@pytest.mark.parametrize("boundary", ["Wall", "", None, 1, True, ["wall"], "open"])
def test_boundaries_are_refused(boundary: Any) -> None:
    quickly(lambda: hg.Axis(0, 1, 4, boundary), (TypeError, ValueError), "`boundary`")


RAGGED = [[1.0, 2.0], [1.0]]


@pytest.mark.parametrize(
    ("name", "call"),
    [
        ("mass", lambda: hg.Hamiltonian(GRID, mass=RAGGED)),
        ("center", lambda: hg.gaussian_packet(GRID, RAGGED, 0.0, 1.0)),
        ("momentum", lambda: hg.gaussian_packet(GRID, 0.0, RAGGED, 1.0)),
        ("width", lambda: hg.gaussian_packet(GRID, 0.0, 0.0, RAGGED)),
        ("points", lambda: hg.Probe(RAGGED).bind(hg.Hamiltonian(GRID))),
        ("B", lambda: hg.uniform_induction(hg.Grid(GRID.axes * 3), RAGGED)),
        ("T0", lambda: hg.conduct(hg.Fourier(hg.Medium(1.0, 1.0)), GRID, RAGGED, [0, 1])),
        ("scalar", lambda: hg.HeatPotentials(GRID, scalar=np.array([1.0]), vector=RAGGED)),
    ],
)
def test_ragged_lists_are_refused_by_name(name: str, call: Any) -> None:
    quickly(call, ValueError, f"`{name}")


def test_a_twist_between_walls_is_refused() -> None:
    quickly(lambda: hg.Axis(0, 1, 4, "wall", 0.5), ValueError, "`twist`")


@pytest.mark.parametrize("axes", [None, 3, "axes", [], [None], [GRID], GRID.axes * 4, GRID.axes[0]])
def test_axes_are_refused(axes: Any) -> None:
    quickly(lambda: hg.Grid(axes), (TypeError, ValueError), "`axes`")


def test_a_number_of_sites_that_overflows_is_refused() -> None:
    axis = hg.Axis(0.0, 1.0, 2**31)
    quickly(lambda: hg.Grid([axis, axis]), ValueError, "`axes`")
    quickly(lambda: hg.Grid([hg.Axis(0, 1, 2**49)] * 3), ValueError, "`axes`")


@pytest.mark.parametrize("name", ["mass", "hbar"])
@pytest.mark.parametrize(("value", "kind"), NUMBERS + NOT_POSITIVE)
def test_mass_and_hbar_are_refused(name: str, value: Any, kind: Any) -> None:
    if name == "mass" and isinstance(value, np.ndarray):
        kind = ValueError  # not one mass per axis
    if name == "mass" and isinstance(value, list):
        return  # one mass per axis
    quickly(lambda: hg.Hamiltonian(GRID, **{name: value}), kind, f"`{name}")


@pytest.mark.parametrize("value", [5e-324, 1e308])
@pytest.mark.parametrize("name", ["mass", "hbar"])
def test_extreme_mass_and_hbar_are_taken_or_refused(name: str, value: float) -> None:
    matrix, refusal = taken_or_refused(
        lambda: hg.Hamiltonian(GRID, **{name: value}).to_scipy()  # type: ignore[arg-type]
    )
    assert "`mass`" in refusal if matrix is None else np.isfinite(matrix.data).all()


@pytest.mark.parametrize("order", [0, 1, 3, 10, -2, 2.0, "2", None, True, [2], math.nan])
def test_orders_are_refused(order: Any) -> None:
    quickly(lambda: hg.Hamiltonian(GRID, order=order), (TypeError, ValueError), "`order`")


@pytest.mark.parametrize(("points", "order"), [(2, 2), (4, 4), (6, 6), (8, 8)])
@pytest.mark.parametrize("boundary", ["wall", "periodic"])
def test_too_few_points_for_an_order_are_refused(points: int, order: int, boundary: str) -> None:
    grid = hg.Grid([hg.Axis(0, 1, points, boundary)])
    if (points, boundary) == (2, "periodic"):
        assert hg.Hamiltonian(grid, order=2).to_scipy().nnz == 4
    else:
        quickly(lambda: hg.Hamiltonian(grid, order=order), ValueError, "`order`")


@pytest.mark.parametrize(
    "mass", [[1.0, 2.0], [[1.0]], np.zeros(8), np.full(8, -1.0), np.full(8, np.nan)]
)
def test_mass_fields_are_refused(mass: Any) -> None:
    quickly(lambda: hg.Hamiltonian(GRID, mass=mass), (TypeError, ValueError), "`mass`")


def test_a_mass_field_at_a_higher_order_is_refused() -> None:
    quickly(lambda: hg.Hamiltonian(GRID, mass=np.ones(8), order=4), ValueError, "`order`")


@pytest.mark.parametrize("grid", [None, 8, (8,), "grid", GRID.axes])
def test_what_is_no_grid_is_refused(grid: Any) -> None:
    for call in (
        lambda: hg.Hamiltonian(grid),
        lambda: hg.HeatPotentials(grid),
        lambda: hg.gaussian_packet(grid, 0, 0, 1),
        lambda: hg.uniform_induction(grid, 1.0),
    ):
        quickly(call, TypeError, "`grid`")


def test_potentials_of_another_grid_are_refused() -> None:
    other = hg.HeatPotentials(hg.Grid([hg.Axis(0, 2, 8)]))
    quickly(lambda: hg.Hamiltonian(GRID, other), ValueError, "`potentials`")
    quickly(lambda: hg.Hamiltonian(GRID, np.ones(8)), TypeError, "`potentials`")  # type: ignore[arg-type]


STATES: list[tuple[Any, type[Exception]]] = [
    (np.zeros(8), ValueError),
    (np.ones(7), ValueError),
    (np.ones((8, 1)), ValueError),
    (np.ones(0), ValueError),
    (np.array(1.0), ValueError),
    (1.0, ValueError),
    (np.full(8, np.nan), ValueError),
    (np.where(np.arange(8) == 3, np.inf, 1.0), ValueError),
    (np.where(np.arange(8) == 3, np.nan * 1j, 1.0), ValueError),
    (np.full(8, 1e-200), ValueError),
    (np.full(8, 1e200), ValueError),
    (np.full(8, 5e-324), ValueError),
    (np.full(8, 1e308), ValueError),
    (np.ma.masked_array(np.ones(8)), TypeError),
    (np.ones(8, object), TypeError),
    (np.ones(8, bool), TypeError),
    (np.full(8, "1"), TypeError),
    (np.zeros(8, "M8[s]"), TypeError),
    (np.zeros(8, [("a", float)]), TypeError),
    (None, TypeError),
    ("psi", TypeError),
    ({}, TypeError),
    ([[1.0], [1.0, 2.0]], ValueError),
    (scipy.sparse.coo_array(np.ones((1, 8))), (TypeError, ValueError)),  # type: ignore[list-item]
]


@pytest.mark.parametrize(("psi", "kind"), STATES)
def test_states_are_refused(psi: Any, kind: Any) -> None:
    H = hg.Hamiltonian(GRID)
    quickly(lambda: hg.propagate(H, psi, [0, 1], dt=0.1), kind, "`psi0`")
    if not (isinstance(psi, np.ndarray) and psi.shape == (8,) and psi.dtype.kind in "fc"):
        quickly(lambda: H.apply(psi), kind, "`psi`")


@pytest.mark.parametrize(
    "dtype", ["f2", "f4", ">f8", "c8", ">c16", "i1", "u8", ">i2", "f8", "g", "G"]
)
def test_states_of_every_number_type_are_converted(dtype: str) -> None:
    psi = np.arange(1, 9).astype(dtype)
    H = hg.Hamiltonian(GRID)
    run = hg.propagate(H, psi, [0, 0.1], dt=0.1)
    assert np.array_equal(run.final, hg.propagate(H, np.arange(1.0, 9), [0, 0.1], dt=0.1).final)


def test_states_of_any_layout_are_copied() -> None:
    grid = hg.Grid([hg.Axis(0, 1, 5), hg.Axis(0, 1, 4)])
    H = hg.Hamiltonian(grid)
    rng = np.random.default_rng(0)
    plain = rng.normal(size=(5, 4)) + 1j * rng.normal(size=(5, 4))
    expected = hg.propagate(H, plain, [0, 0.1], dt=0.1).final
    wide = np.zeros((10, 12), complex)
    wide[::2, ::3] = plain
    locked = plain.copy()
    locked.flags.writeable = False
    backwards = plain[::-1, ::-1].copy()[::-1, ::-1]
    raw = np.zeros(20 * 16 + 1, np.uint8)
    raw[1:] = plain.view(np.uint8).ravel()
    misaligned = raw[1:].view(complex).reshape(5, 4)
    layouts = [
        np.asfortranarray(plain),
        wide[::2, ::3],
        locked,
        backwards,
        misaligned,
        plain.tolist(),
    ]
    for psi in layouts:
        assert np.array_equal(hg.propagate(H, psi, [0, 0.1], dt=0.1).final, expected)
        assert np.array_equal(H @ psi, H @ plain)
    flat = hg.propagate(H, np.broadcast_to(1 + 1j, (5, 4)), [0, 0.1], dt=0.1)
    assert np.array_equal(
        flat.final, hg.propagate(H, np.full((5, 4), 1 + 1j), [0, 0.1], dt=0.1).final
    )


TIMES: list[Any] = [
    [],
    [[0.0, 1.0]],
    [1.0, 0.0],
    [0.0, 0.0],
    [0.0, -0.0],
    [0.0, math.nan],
    [0.0, math.inf],
    None,
    "01",
    3.0,
    [0.0, None],
    [0.0, 1j],
    [0.0, "1"],
    np.ma.masked_array([0.0, 1.0]),
    np.array([False, True]),
]


@pytest.mark.parametrize("times", TIMES)
def test_times_are_refused(times: Any) -> None:
    call = lambda: hg.propagate(hg.Hamiltonian(GRID), PSI, times, dt=0.1)  # noqa: E731
    quickly(call, (TypeError, ValueError), "`times`")


@pytest.mark.parametrize("name", ["dt", "rtol"])
@pytest.mark.parametrize(("value", "kind"), NUMBERS + NOT_POSITIVE)
def test_dt_and_rtol_are_refused(name: str, value: Any, kind: Any) -> None:
    if value is None:
        return  # not given
    call = lambda: hg.propagate(hg.Hamiltonian(GRID), PSI, [0, 1], **{name: value})  # noqa: E731
    quickly(call, kind, f"`{name}`")


@pytest.mark.parametrize("dt", [5e-324, 1e-300])
def test_a_step_too_short_is_refused(dt: float) -> None:
    quickly(lambda: hg.propagate(hg.Hamiltonian(GRID), PSI, [0, 1], dt=dt), ValueError, "`dt`")


@pytest.mark.parametrize("dt", [1e308, 1e3])
def test_a_step_longer_than_the_run_is_one_step(dt: float) -> None:
    assert hg.propagate(hg.Hamiltonian(GRID), PSI, [0, 0.1], dt=dt).steps == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("method", "CrankNicolson"),
        ("method", hg.CrankNicolson),
        ("method", 1),
        ("store", "some"),
        ("store", None),
        ("store", True),
        ("callback", 3),
        ("callback", "print"),
        ("breakpoints", ["a"]),
        ("breakpoints", [math.nan]),
        ("breakpoints", [None]),
        ("breakpoints", [1j]),
        ("breakpoints", "0.5"),
        ("breakpoints", None),
        ("progress", 1),
        ("progress", "yes"),
        ("progress", None),
        ("threads", 0),
        ("threads", -1),
        ("threads", 10**6),
        ("threads", 1.0),
        ("threads", "2"),
        ("threads", True),
    ],
)
def test_other_arguments_of_propagate_are_refused(name: str, value: Any) -> None:
    call = lambda: hg.propagate(hg.Hamiltonian(GRID), PSI, [0, 1], dt=0.1, **{name: value})  # noqa: E731
    quickly(call, (TypeError, ValueError), f"`{name}`")


@pytest.mark.parametrize("H", [None, GRID, np.eye(8), "H", hg.Hamiltonian])
def test_what_is_no_hamiltonian_is_refused(H: Any) -> None:
    quickly(lambda: hg.propagate(H, PSI, [0, 1], dt=0.1), TypeError, "`H`")


@pytest.mark.parametrize("k", [0, -1, 9, 2**63, 1.0, "1", None, True])
def test_a_number_of_levels_is_refused(k: Any) -> None:
    quickly(lambda: hg.Hamiltonian(GRID).lowest(k), (TypeError, ValueError), "`k`")


@pytest.mark.parametrize(("t", "kind"), NUMBERS)
def test_a_time_of_h_is_refused(t: Any, kind: Any) -> None:
    H = hg.Hamiltonian(GRID)
    for call in (lambda: H.to_scipy(t), lambda: H.apply(PSI, t), lambda: H.lowest(1, t)):
        quickly(call, kind, "`t`")


@pytest.mark.parametrize("name", ["center", "momentum", "width", "hbar"])
@pytest.mark.parametrize(("value", "kind"), NUMBERS)
def test_a_packet_refuses(name: str, value: Any, kind: Any) -> None:
    if isinstance(value, list) and name != "hbar":
        return  # one number per axis
    arguments = {"center": 0.5, "momentum": 0.0, "width": 0.2, "hbar": 1.0} | {name: value}
    kind = (TypeError, ValueError)
    quickly(lambda: hg.gaussian_packet(GRID, **arguments), kind, f"`{name}")


@pytest.mark.parametrize("width", [0.0, -1.0, 5e-324, 1e-9])
def test_a_packet_too_narrow_is_refused(width: float) -> None:
    quickly(lambda: hg.gaussian_packet(GRID, 0.5, 0.0, width), ValueError, "`width`")


@pytest.mark.parametrize("boundary", ["wall", "periodic"])
@pytest.mark.parametrize("size", [1e308, 1e200, 1e16])
@pytest.mark.parametrize("name", ["center", "momentum", "width"])
def test_an_extreme_packet_is_made_or_refused(name: str, size: float, boundary: str) -> None:
    grid = hg.Grid([hg.Axis(0.0, 1.0, 8, boundary)])
    arguments: dict[str, Any] = {"center": 0.5, "momentum": 0.0, "width": 0.2} | {name: size}
    start = time.thread_time()
    psi, refusal = taken_or_refused(lambda: hg.gaussian_packet(grid, **arguments))
    assert time.thread_time() - start < 0.1
    if psi is None:
        assert f"`{name}`" in refusal or "`width`" in refusal
        return
    assert abs(np.sum(abs(psi) ** 2) * grid.cell_volume - 1) < 1e-12
