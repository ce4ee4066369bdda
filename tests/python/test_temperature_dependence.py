"""Coefficients that depend on temperature: converged steps, balances, exact solutions."""

import numpy as np
import pytest

import heat_systems as exact
import heatgauge as hg
from heatgauge.enthalpy import Enthalpy


@pytest.mark.parametrize("method", ["midpoint", "l-stable", "backward-euler"])
def test_a_manufactured_solution_with_coefficients_of_the_temperature(method):
    """T = 1 + 0.3cos(πx)e^{−t}, κ = 1 + T, C = 1 + T²."""

    def run(n):
        grid = hg.Grid([hg.Axis(0, 1, n)])
        x = grid.coordinates()[0]

        def temperature(x, t):
            return 1 + 0.3 * np.cos(np.pi * x) * np.exp(-t)

        def source(x, t):
            T = temperature(x, t)
            slope = -0.3 * np.pi * np.sin(np.pi * x) * np.exp(-t)
            return -(1 + T**2) * (T - 1) + (1 + T) * np.pi**2 * (T - 1) - slope**2

        law = hg.Fourier(hg.Medium(lambda T: 1 + T, lambda T: 1 + T**2))
        flow = hg.conduct(
            law,
            grid,
            temperature(x, 0.0),
            [0, 0.1, 0.2],
            source=source,
            boundary={"x+": hg.Temperature(lambda t: 1 - 0.3 * np.exp(-t))},
            method=method,
            dt=0.2 / n if method != "backward-euler" else 4.0 / n**2,
        )
        assert np.abs(flow.energy_balance()).max() < 1e-14
        assert flow.method.endswith("fixed point")
        return np.abs(flow.temperature[-1] - temperature(x, 0.2)).max()

    points = [10, 20, 40, 80] if method != "backward-euler" else [10, 14, 20, 28]
    errors = [run(n) for n in points]
    order = exact.fitted_order([1 / n for n in points], errors)
    assert abs(order - 2) < 0.06, (order, errors)


def test_kirchhoffs_transformation_turns_equal_powers_into_a_linear_problem():
    """κ = 2T³, C = T³: u = T⁴ obeys ∂ₜu = 2∂ₓₓu."""

    def run(n):
        grid = hg.Grid([hg.Axis(0, 1, n)])
        x = grid.coordinates()[0]
        law = hg.Fourier(hg.Medium(lambda T: 2 * T**3, lambda T: T**3))
        start = (2 + np.cos(np.pi * x)) ** 0.25
        flow = hg.conduct(law, grid, start, [0, 0.05], dt=0.05 / n, method="midpoint")
        truth = (2 + np.cos(np.pi * x) * np.exp(-2 * np.pi**2 * 0.05)) ** 0.25
        return np.abs(flow.temperature[-1] - truth).max()

    points = [10, 20, 40, 80]
    errors = [run(n) for n in points]
    order = exact.fitted_order([1 / n for n in points], errors)
    assert abs(order - 2) < 0.05, (order, errors)


def test_constant_functions_give_what_constants_give():
    rng = np.random.default_rng(3)
    grid = hg.Grid([hg.Axis(0, 1, 6), hg.Axis(0, 1, 5, "periodic")])
    start = 1 + rng.random(grid.shape)
    sides = {"x-": hg.Robin(2.0, lambda t: 1 + t), "x+": hg.Flux(0.3)}
    plain = hg.Cattaneo(hg.Medium((2.0, 0.5), 1.5, 0.1))
    functions = hg.Cattaneo(hg.Medium((lambda T: 2.0 + 0 * T, 0.5), lambda T: 1.5 + 0 * T, 0.1))
    for method in ("midpoint", "l-stable", "backward-euler"):
        kwargs = {"times": [0, 0.1, 0.3], "dt": 0.02, "boundary": sides, "method": method}
        kwargs["source"] = lambda x, y, t: np.sin(x + 5 * t) + 0 * y
        one = hg.conduct(plain, grid, start, **kwargs)
        other = hg.conduct(functions, grid, start, **kwargs)
        np.testing.assert_allclose(other.temperature, one.temperature, atol=1e-12)
        for a, b in zip(one.flux, other.flux, strict=True):
            np.testing.assert_allclose(b, a, atol=1e-11)
        np.testing.assert_allclose(other.boundary_energy, one.boundary_energy, atol=1e-13)


def test_the_gauge_form_is_what_is_solved_where_the_inductance_depends_on_temperature():
    """q = κE, E = −∇V − ∂ₜA with A = Λ(T)q of the potentials, step by step to second order."""
    grid = hg.Grid([hg.Axis(0, 1, 24, "periodic")])
    start = 1 + 0.3 * np.cos(2 * np.pi * grid.coordinates()[0])
    law = hg.Cattaneo(hg.Medium(lambda T: 2 * T**2, lambda T: T, lambda T: 0.1 * T))

    def gap(count):
        times = 0.1 / count * np.arange(count + 1)
        flow = hg.conduct(law, grid, start, times, dt=times[1], method="midpoint")
        at = count // 2
        t = 0.5 * (times[at] + times[at + 1])
        field = flow.potentials().heat_field(t)[0]
        T = 0.5 * (flow.temperature[at] + flow.temperature[at + 1])
        resistance = 0.5 * (1 / (2 * T**2) + 1 / (2 * np.roll(T, -1) ** 2))
        q = 0.5 * (flow.flux[0][at] + flow.flux[0][at + 1])
        return np.abs(resistance * q - field).max()

    errors = [gap(n) for n in (20, 40, 80)]
    assert exact.fitted_order([1, 1 / 2, 1 / 4], errors) > 1.7, errors
    assert errors[-1] < 1e-3


def test_a_tabulated_conductivity_with_kinks_still_closes_the_energy_balance():
    table = np.array([0.5, 1.0, 1.5, 3.0]), np.array([1.0, 4.0, 2.0, 1.0])
    capacity = np.array([0.5, 1.2, 3.0]), np.array([1.0, 2.0, 2.5])
    law = hg.Fourier(hg.Medium(lambda T: np.interp(T, *table), lambda T: np.interp(T, *capacity)))
    grid = hg.Grid([hg.Axis(0, 1, 16), hg.Axis(0, 1, 12)])
    start = 1 + 0.5 * np.random.default_rng(5).random(grid.shape)
    sides = {"x-": hg.Temperature(2.5), "y+": hg.Flux(1.0)}
    flow = hg.conduct(law, grid, start, [0, 0.02, 0.1], boundary=sides, dt=0.01)
    assert np.abs(flow.energy_balance()).max() < 1e-13


def test_error_control_reaches_what_is_asked():
    law = hg.Fourier(hg.Medium(lambda T: T, lambda T: T**3))
    grid = hg.Grid([hg.Axis(0, 1, 20)])
    start = 1.5 + 0.5 * np.cos(np.pi * grid.coordinates()[0])
    flow = hg.conduct(law, grid, start, [0, 0.2], rtol=1e-4)
    fine = hg.conduct(law, grid, start, [0, 0.2], dt=0.2 / 300, method="l-stable")
    change = np.linalg.norm(fine.temperature[-1] - start)
    assert np.linalg.norm(flow.temperature[-1] - fine.temperature[-1]) < 1.5e-4 * change


def test_enthalpy_is_one_function_whose_inverse_is_exact():
    enthalpy = Enthalpy(hg.Medium(1.0, lambda T: 4 * T**3), np.array([1.0, 2.0]))
    T = np.linspace(0.3, 7.0, 300)
    np.testing.assert_allclose(enthalpy(T), T**4 - 1, rtol=1e-13, atol=1e-13)
    np.testing.assert_allclose(enthalpy.temperature(enthalpy(T), T * 1.3), T, rtol=1e-14)


def test_functions_that_fail_at_some_temperature_are_refused():
    grid = hg.Grid([hg.Axis(0, 1, 6)])
    start = np.linspace(0.5, 1.5, 6)
    with pytest.raises(ValueError, match=r"`capacity` must be .*temperatures from 0.5 to 1.5"):
        hg.conduct(hg.Fourier(hg.Medium(1.0, lambda T: T - 1)), grid, start, [0, 1])
    with pytest.raises(ValueError, match=r"`conductivity` must give one value per temperature"):
        hg.conduct(hg.Fourier(hg.Medium(lambda T: T[1:], 1.0)), grid, start, [0, 1])
    for law in (
        hg.GuyerKrumhansl,
        lambda m: hg.DualPhaseLag(m, 0.1),
        lambda m: hg.GreenNaghdi(m, 1),
    ):
        with pytest.raises(ValueError, match="do not depend on temperature"):
            law(hg.Medium(lambda T: T, 1.0, 1.0, 1.0))


def test_a_body_that_starts_at_zero_may_cool_below_it_by_little():
    """H was summed from a whole panel below zero: its rounding, 1e-16 beside 1e-8, stopped steps
    in their tracks ("could not be brought to agree")."""
    medium = hg.Medium(lambda T: 1 + 0.3 * T, lambda T: 1 + 0.2 * T, 0.5)
    grid = hg.Grid([hg.Axis(0, 1, 12)])
    flow = hg.conduct(
        hg.Cattaneo(medium),
        grid,
        0.0,
        [0, 0.03, 0.36],
        boundary={"x+": hg.Flux(lambda t: 0.2 * np.sin(5 * t))},
        method="l-stable",
        dt=1e-3,
    )
    assert np.abs(flow.energy_balance()).max() < 1e-13
    enthalpy = Enthalpy(medium, np.zeros(1))
    for T in (1e-8, -1e-8, -1e-12):
        assert enthalpy(np.array([T]))[0] == pytest.approx(T + 0.1 * T**2, rel=1e-15)
