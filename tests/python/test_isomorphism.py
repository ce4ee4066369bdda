"""The electrical twin of a heat problem, solved as a circuit, gives its temperature and flux."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import scipy.linalg

import heatgauge as hg


def circuit(twin: Any, h: float, ends: tuple[Any, Any], volts: Any, amperes: Any) -> Any:
    """State matrix of a ladder of capacitors (nodes), and coils with resistors between them.

    Nodal analysis of lumped elements, nothing of heat: node i has h·C_i; between two nodes lie the
    halves of their sections in series. An end is open (None) or a source of that voltage. Returns
    d/dt (V, I) = M (V, I) + b.
    """
    L, R, C = (np.broadcast_to(x, volts.shape) for x in
               (twin.inductance, twin.resistance, twin.capacitance))  # fmt: skip
    n = volts.size
    branches = [(i, i + 1, h * (L[i] + L[i + 1]) / 2, h * (R[i] + R[i + 1]) / 2, 0.0)
                for i in range(n - 1)]  # fmt: skip
    if ends[0] is not None:
        branches.insert(0, (None, 0, h * L[0] / 2, h * R[0] / 2, ends[0]))
    if ends[1] is not None:
        branches.append((n - 1, None, h * L[-1] / 2, h * R[-1] / 2, -ends[1]))
    size = n + len(branches)
    M, b = np.zeros((size, size)), np.zeros(size)
    for k, (start, end, coil, resistor, source) in enumerate(branches, start=n):
        M[k, k] = -resistor / coil
        b[k] = source / coil
        if start is not None:
            M[k, start] = 1 / coil
            M[start, k] = -1 / (h * C[start])
        if end is not None:
            M[k, end] = -1 / coil
            M[end, k] = 1 / (h * C[end])
    return M, b, np.concatenate([volts, amperes[: len(branches)]])


def evolved(M: Any, b: Any, start: Any, t: float) -> Any:
    """Exact state after t: exp of the matrix that includes the sources."""
    whole = np.zeros((len(b) + 1,) * 2)
    whole[:-1, :-1], whole[:-1, -1] = M, b
    return (scipy.linalg.expm(whole * t) @ np.append(start, 1.0))[:-1]


@pytest.mark.parametrize("ends", [(None, None), (2.0, None), (2.0, 1.0)])
def test_the_twin_solved_as_a_circuit_gives_temperature_and_flux(ends: Any) -> None:
    n = 24
    grid = hg.Grid([hg.Axis(0, 1, n)])
    x = grid.coordinates()[0]
    medium = hg.Medium(1 + x, 2 - x, 0.3 + 0.2 * np.sin(5 * x))
    sides: dict[str, Any] = {
        name: hg.Temperature(v) for name, v in zip(("x-", "x+"), ends, strict=True) if v is not None
    }
    start = 1 + np.exp(-20 * (x - 0.4) ** 2)
    flow = hg.conduct(
        hg.Cattaneo(medium), grid, start, [0, 0.3], boundary=sides, method="midpoint", rtol=1e-9
    )
    scales = {"area": 0.02, "volts_per_kelvin": 3.0, "amperes_per_watt": 0.7}
    twin = hg.isomorphism.line(medium, grid, **scales)
    M, b, state = circuit(
        twin,
        grid.spacing[0],
        tuple(None if v is None else twin.voltage(v) for v in ends),
        twin.voltage(start),
        np.zeros(n + 1),
    )
    final = evolved(M, b, state, 0.3)
    np.testing.assert_allclose(twin.temperature(final[:n]), flow.temperature[-1], atol=1e-8)
    first = 1 if ends[0] is None else 0
    flux = flow.flux[0][-1][first : n if ends[1] is None else n + 1]
    np.testing.assert_allclose(twin.flux(final[n:]), flux, atol=1e-7)
    assert np.abs(flux).max() > 0.05


def test_a_line_goes_back_to_its_medium() -> None:
    rng = np.random.default_rng(0)
    for shape in ((), (5,), (3, 4)):
        coefficients = rng.uniform(0.5, 2, (3, *shape)) if shape else rng.uniform(0.5, 2, 3)
        medium = hg.Medium(*(c if shape else float(c) for c in coefficients))
        twin = hg.isomorphism.line(medium, None, 0.3, 2.0, 5.0)
        back = hg.isomorphism.medium(twin)
        for name in ("conductivity", "capacity", "relaxation"):
            np.testing.assert_allclose(getattr(back, name), getattr(medium, name), rtol=1e-14)
        np.testing.assert_allclose(twin.speed, medium.wave_speed, rtol=1e-14)
        np.testing.assert_allclose(twin.damping, 1 / np.asarray(medium.relaxation), rtol=1e-14)


def test_elements_carry_the_scales_of_voltage_and_current() -> None:
    """V = uT and I = i·a·q in L ∂I/∂t + RI = −∂V/∂x and C ∂V/∂t = −∂I/∂x."""
    twin = hg.isomorphism.line(hg.Medium(2.0, 0.5, 4.0), None, 0.1, 3.0, 7.0)
    assert twin.inductance == pytest.approx(2.0 * 3 / 0.7)
    assert twin.resistance == pytest.approx(0.5 * 3 / 0.7)
    assert twin.capacitance == pytest.approx(0.5 * 0.7 / 3)
    assert twin.impedance == pytest.approx(2.0 * 3 / 0.7)  # √(Λ/C) u/(i a)
    assert twin.flux(twin.current(1.5)) == pytest.approx(1.5)
    assert twin.voltage(2.0) == 6.0


def test_fourier_is_a_line_without_inductance() -> None:
    twin = hg.isomorphism.line(hg.Fourier(hg.Medium(2.0, 0.5, 4.0)))
    assert twin.inductance == 0.0
    assert twin.speed == np.inf
    assert hg.isomorphism.medium(twin) == hg.Medium(2.0, 0.5)
    assert hg.isomorphism.line(hg.Cattaneo(hg.Medium(2.0, 0.5, 4.0))).inductance == 2.0


SI = {
    "V": (2, 1, -3, -1, 0), "A": (0, 0, 0, 1, 0), "C": (0, 0, 1, 1, 0), "F": (-2, -1, 4, 2, 0),
    "H": (2, 1, -2, -2, 0), "S": (-2, -1, 3, 2, 0), "J": (2, 1, -2, 0, 0), "W": (2, 1, -3, 0, 0),
    "K": (0, 0, 0, 0, 1), "m": (1, 0, 0, 0, 0), "s": (0, 0, 1, 0, 0), "kg": (0, 1, 0, 0, 0),
}  # fmt: skip


def dimension(unit: str) -> Any:
    """Exponents of m, kg, s, A, K."""
    total = np.zeros(5, dtype=int)
    for sign, part in zip((1, -1), [*unit.split("/"), ""][:2], strict=True):
        for symbol in part.strip("()").split("·"):
            name = symbol.rstrip("²³")
            if name:
                power = {"²": 2, "³": 3}.get(symbol[len(name) :], 1)
                total += sign * power * np.array(SI[name])
    return total


def test_the_units_of_the_table_fit_together() -> None:
    rows = {row.thermal_symbol: row for row in hg.isomorphism.table}
    assert len(rows) == len(hg.isomorphism.table)
    d = {symbol: dimension(row.thermal_unit) for symbol, row in rows.items()}
    e = {row.thermal_symbol: dimension(row.electrical_unit) for row in hg.isomorphism.table}
    length, time = np.array([1, 0, 0, 0, 0]), np.array([0, 0, 1, 0, 0])
    for u in (d, e):  # the same relations on both sides
        assert (u["E"] == u["V"] - length).all()
        assert (u["A"] == u["V"] - length + time).all()
        assert (u["B"] == u["A"] - length).all()
        assert (u["α"] == u["χ"]).all()
        assert (u["α"] == u["V"] + time).all()
        assert (u["T"] == u["V"]).all()
        assert (u["sV"] == u["s"] + u["V"]).all()
        assert (u["sA"] == u["s"] + u["A"]).all()
        assert (u["J"] == u["S"] + length - time).all()
        assert (u["Φ₀"] == u["α"]).all()
    assert (d["q"] == d["A"] - d["Λ"]).all()
    assert (d["q"] == d["κ"] + d["E"]).all()
    assert (2 * d["v"] == -d["C"] - d["Λ"]).all()
    assert {row.kind for row in hg.isomorphism.table} == {"exact", "structural"}


@pytest.mark.parametrize(
    ("arguments", "kind", "text"),
    [
        ((1.0,), TypeError, "`medium`"),
        ((hg.Medium(1.0, 1.0, 1.0, 0.1),), ValueError, "nonlocal length 0"),
        ((hg.Medium((1.0, 2.0), np.ones((3, 4))),), ValueError, "alike along all axes"),
        ((hg.Medium(1.0, lambda T: T),), ValueError, "temperature"),
        ((hg.Medium(0.0, 1.0),), ValueError, "conductivity > 0"),
        ((hg.Medium(1.0, 1.0), 3), TypeError, "`grid`"),
        ((hg.Medium(np.ones(4), 1.0), hg.Grid([hg.Axis(0, 1, 3)])), ValueError, "shape"),
        ((hg.Medium(1.0, 1.0), None, 0.0), ValueError, "`area`"),
        ((hg.Medium(1.0, 1.0), None, 1.0, "1 V"), TypeError, "`volts_per_kelvin`"),
    ],
)
def test_line_refuses(arguments: Any, kind: type[Exception], text: str) -> None:
    with pytest.raises(kind, match=text):
        hg.isomorphism.line(*arguments)


@pytest.mark.parametrize("values", [(-1.0, 1, 1), (1, 0.0, 1), (1, 1, np.nan), (1, "R", 1)])
def test_line_elements_are_refused(values: Any) -> None:
    with pytest.raises((TypeError, ValueError), match=r"`(inductance|resistance|capacitance)`"):
        hg.isomorphism.Line(*values)
    with pytest.raises(TypeError, match="`line`"):
        hg.isomorphism.medium(values)
