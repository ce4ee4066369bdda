"""The law of Guyer and Krumhansl against exact solutions, term by term."""

import numpy as np
import pytest

import heat_systems as exact
import heatgauge as hg

ORDERS = {"midpoint": 2.0, "l-stable": 2.0, "backward-euler": 1.0}
# The second-order error of the L-stable rule shows at 500 steps and more, on a line as well.
CASES = [(m, d) for m in ("midpoint", "backward-euler") for d in (1, 2, 3)] + [("l-stable", 1)]


def test_a_surface_step_enters_a_semi_infinite_body():
    """T(0, t) = 1 fixes ∇·q at the wall, its jump an impulse. Measured: 2e-7."""
    law = hg.GuyerKrumhansl(hg.Medium(1.0, 1.0, 1.0, np.sqrt(0.25 / 3)))
    grid = hg.Grid([hg.Axis(0, 20, 2000)])
    times = [0.0, *exact.STEP_GK]
    sides = {"x-": hg.Temperature(1.0)}
    flow = hg.conduct(law, grid, 0.0, times, boundary=sides, dt=0.01)
    found = exact.at_position(flow.temperature[1:], grid.axes[0].sites(), 1.0)
    np.testing.assert_allclose(found, list(exact.STEP_GK.values()), atol=2e-5)
    assert np.abs(flow.energy_balance()).max() < 1e-12
    assert flow.temperature.max() < 1.001  # no overshoot


@pytest.mark.parametrize("method", ["midpoint", "l-stable"])
def test_a_flash_pulse_reaches_the_rear(method):
    law = hg.GuyerKrumhansl(hg.Medium(1.0, 1.0, 0.02, np.sqrt(0.005 / 3)))
    sides = {"x-": hg.Flux(exact.flash_pulse)}
    grid = hg.Grid([hg.Axis(0, 1, 400)])
    times = [0, *exact.FLASH_TIMES]
    flow = hg.conduct(law, grid, 0.0, times, boundary=sides, dt=2.5e-4, method=method)
    rear = flow.temperature[1:, -1] + (flow.temperature[1:, -1] - flow.temperature[1:, -2]) / 8
    np.testing.assert_allclose(rear, exact.FLASH_GK, atol=1e-4)


def test_with_k_equal_to_d_tau_the_temperature_is_fouriers():
    """Also with sides of every kind; q₀ = −κ∇T₀ and ∇Q = 0 as the theorem asks."""
    tau, n = 0.02, 200
    grid = hg.Grid([hg.Axis(0, 1, n)])
    x, f = grid.coordinates()[0], grid.face_coordinates(0)[0]
    start, q0 = np.cos(np.pi * x), np.pi * np.sin(np.pi * f)
    kwargs = {"times": [0, 0.05, 0.1], "dt": 5e-4, "method": "l-stable"}
    sides = {"x-": hg.Temperature(lambda t: np.exp(-(np.pi**2) * t))}
    nonlocal_medium = hg.Medium(1.0, 1.0, tau, np.sqrt(tau / 3))
    flow = hg.conduct(
        hg.GuyerKrumhansl(nonlocal_medium), grid, start, q0=[q0], boundary=sides, **kwargs
    )
    fourier = hg.conduct(hg.Fourier(hg.Medium(1.0, 1.0)), grid, start, boundary=sides, **kwargs)
    # Both are second order in h: (π/200)²/12 = 2e-5.
    np.testing.assert_allclose(flow.temperature, fourier.temperature, atol=4e-5)
    other = hg.GuyerKrumhansl(hg.Medium(1.0, 1.0, tau, 1.01 * np.sqrt(tau / 3)))
    changed = hg.conduct(other, grid, start, q0=[q0], boundary=sides, **kwargs)
    assert np.abs(changed.temperature - fourier.temperature).max() > 2e-4


@pytest.mark.parametrize(("method", "dimensions"), CASES)
def test_the_order_in_time_against_the_exact_lattice_mode(dimensions, method):
    axes = [hg.Axis(0, 2 * np.pi, n, "periodic") for n in (12, 10, 8)[:dimensions]]
    grid = hg.Grid(axes)
    modes = (1.0, 2.0, 1.0)[:dimensions]
    phase = sum(k * x for k, x in zip(modes, grid.coordinates(), strict=True))
    start = np.broadcast_to(np.cos(phase), grid.shape)
    k2 = exact.lattice_rate(1.0, modes, grid.spacing)
    c = {"kappa": 0.5, "capacity": 0.8, "tau": 0.3, "length": 0.2}
    law = hg.GuyerKrumhansl(hg.Medium(c["kappa"], c["capacity"], c["tau"], c["length"]))
    truth = start * exact.plane_wave("gk", k2, 0.6, **c)
    first = 512 if method == "l-stable" else 64
    counts = [first, 2 * first, 4 * first, 8 * first]
    errors = []
    for count in counts:
        flow = hg.conduct(law, grid, start, [0, 0.6], method=method, dt=0.6 / count)
        errors.append(np.abs(flow.temperature[-1] - truth).max())
    order = exact.fitted_order([2.0**-k for k in range(len(errors))], errors)
    assert abs(order - ORDERS[method]) < 0.05, (order, errors)
    assert errors[-1] < (1e-3 if method == "backward-euler" else 3e-6)


def variable_line(n, length_on=1.0):
    """q = (sin x + 1.5)e^{−t}, (1 − τ)/κ = 1 + ½cos x, μ = m + 0.1 sin x: T from the law."""
    grid = hg.Grid([hg.Axis(0.2, 2.0, n)])

    def viscosity(x):
        return length_on * (0.2 + 0.1 * np.sin(x))

    def q(x):
        return np.sin(x) + 1.5

    def temperature(x, t):  # −T' = (1 − τ)q/κ − 3(μq')'
        path = -np.cos(x) + 1.5 * x + 0.25 * np.sin(x) ** 2 + 0.75 * np.sin(x)
        return (3 * viscosity(x) * np.cos(x) - path) * np.exp(-t)

    tau = 0.4 + 0.1 * np.cos(grid.coordinates()[0])
    return grid, viscosity, q, temperature, tau


@pytest.mark.parametrize("boundary", ["temperature", "flux", "robin"])
def test_a_manufactured_solution_on_a_line_with_variable_coefficients(boundary):
    def run(n):
        grid, viscosity, q, temperature, tau = variable_line(n)
        x = grid.coordinates()[0]
        kappa = (1 - tau) / (1 + 0.5 * np.cos(x))
        capacity = 2 + np.cos(3 * x)

        def source(x, t):
            return -(2 + np.cos(3 * x)) * temperature(x, t) + np.cos(x) * np.exp(-t)

        ends = {"x-": 0.2, "x+": 2.0}
        sides = {}
        for name, at in ends.items():
            inward = 1 if name == "x-" else -1
            if boundary == "temperature":
                sides[name] = hg.Temperature(lambda t, at=at: float(temperature(at, t)))
            elif boundary == "flux":
                sides[name] = hg.Flux(lambda t, at=at, s=inward: s * q(at) * np.exp(-t))
            else:
                sides[name] = hg.Robin(
                    3.0,
                    lambda t, at=at, s=inward: temperature(at, t) + s * q(at) * np.exp(-t) / 3.0,
                )
        law = hg.GuyerKrumhansl(hg.Medium(kappa, capacity, tau, np.sqrt(viscosity(x) * kappa)))
        flow = hg.conduct(
            law,
            grid,
            temperature(x, 0.0),
            [0, 0.5],
            q0=[q(grid.face_coordinates(0)[0])],
            source=source,
            boundary=sides,
            method="midpoint",
            dt=0.5 / n,
        )
        assert np.abs(flow.energy_balance()).max() < 1e-12
        return np.abs(flow.temperature[-1] - temperature(x, 0.5)).max()

    points = [40, 80, 160, 320]
    errors = [run(n) for n in points]
    order = exact.fitted_order([1 / n for n in points], errors)
    assert abs(order - 2) < 0.05, (order, errors)


@pytest.mark.parametrize("dimensions", [2, 3])
def test_a_manufactured_solution_without_vortices_in_the_plane_and_in_space(dimensions):
    """q = ∇φ e^{−t}, κ = 1 − τ, μ and τ vary: T = (−φ + 3μ∇²φ)e^{−t}; φ = cos x cos 2y (cos z)."""
    modes = (1.0, 2.0, 1.0)[:dimensions]

    def phi(x):
        return np.prod(
            [np.cos(k * y) for k, y in zip(modes, np.broadcast_arrays(*x), strict=True)], 0
        )

    def viscosity(x):
        return 0.1 + 0.03 * np.cos(x[0]) * np.cos(x[1])

    def run(n):
        grid = hg.Grid([hg.Axis(0, np.pi, n) for _ in range(dimensions)])
        k2 = sum(k**2 for k in modes)

        def temperature(x, t):
            return (-phi(x) - 3 * viscosity(x) * k2 * phi(x)) * np.exp(-t)

        def source(*args):
            x, t = args[:-1], args[-1]
            return -(2 + np.cos(x[0])) * temperature(x, t) - k2 * phi(x) * np.exp(-t)

        x = grid.coordinates()
        tau = np.broadcast_to(0.3 + 0.1 * np.cos(x[0]), grid.shape)
        medium = hg.Medium(
            1 - tau,
            np.broadcast_to(2 + np.cos(x[0]), grid.shape),
            tau,
            np.sqrt(viscosity(x) * (1 - tau)),
        )
        q0 = []
        for axis in range(dimensions):
            f = np.broadcast_arrays(*grid.face_coordinates(axis))
            parts = [
                -k * np.sin(k * y) if j == axis else np.cos(k * y)
                for j, (k, y) in enumerate(zip(modes, f, strict=True))
            ]
            q0.append(np.prod(parts, 0))
        flow = hg.conduct(
            hg.GuyerKrumhansl(medium),
            grid,
            temperature(x, 0.0),
            [0, 0.5],
            q0=q0,
            source=source,
            method="midpoint",
            dt=0.5 / n,
        )
        return np.abs(flow.temperature[-1] - temperature(x, 0.5)).max()

    points = [16, 24, 36, 54] if dimensions == 2 else [14, 18, 23, 29]
    errors = [run(n) for n in points]
    order = exact.fitted_order([1 / n for n in points], errors)
    assert abs(order - 2) < 0.05, (order, errors)


def test_a_vortex_decays_by_its_own_equation_where_the_walls_hold_it():
    """q_y = sin x e^{−2t}, τ = 1, μ = 1 + 0.2sin²x: κ(μq_y')' = −q_y gives κ; T stays 0."""

    def run(n):
        grid = hg.Grid([hg.Axis(0, np.pi, n), hg.Axis(0, 1, 4, "periodic")])
        x = np.broadcast_to(grid.coordinates()[0], grid.shape)
        mu = 1 + 0.2 * np.sin(x) ** 2
        kappa = 1 / (1 - 0.4 * np.cos(x) ** 2 + 0.2 * np.sin(x) ** 2)
        law = hg.GuyerKrumhansl(hg.Medium(kappa, 1.0, 1.0, np.sqrt(mu * kappa)), "no-slip")
        q0 = [np.zeros(grid.face_shape(0)), np.sin(x)]
        flow = hg.conduct(law, grid, 0.0, [0, 0.5], q0=q0, method="midpoint", dt=0.5 / n)
        assert np.abs(flow.temperature[-1]).max() < 1e-13
        return np.abs(flow.flux[1][-1] - np.sin(x) * np.exp(-1.0)).max()

    points = [16, 32, 64, 128]
    errors = [run(n) for n in points]
    order = exact.fitted_order([1 / n for n in points], errors)
    assert abs(order - 2) < 0.05, (order, errors)


def test_walls_that_slip_leave_a_uniform_flux_along_them_alone():
    grid = hg.Grid([hg.Axis(0, 1, 6), hg.Axis(0, 1, 4, "periodic")])
    q0 = [np.zeros(grid.face_shape(0)), np.ones(grid.face_shape(1))]
    medium = hg.Medium(1.0, 1.0, 1.0, 0.5)
    for tangential, held in (("slip", False), ("no-slip", True)):
        law = hg.GuyerKrumhansl(medium, tangential)
        flow = hg.conduct(law, grid, 0.0, [0, 1], q0=q0, dt=0.01, method="midpoint")
        alone = np.exp(-1.0)
        assert np.allclose(flow.flux[1][-1], alone, rtol=1e-4) is not held
        if held:
            assert flow.flux[1][-1].max() < 0.4 * alone


def test_the_flux_without_inertia_follows_the_temperature_at_a_distance():
    """τ = 0: q = κkT/(1 + 3ℓ²k²) and D/(1 + 3ℓ²k²) in place of D, with the k² of the grid."""
    grid = hg.Grid([hg.Axis(0, 2 * np.pi, 24, "periodic")])
    x, f = grid.coordinates()[0], grid.face_coordinates(0)[0]
    k2 = exact.lattice_rate(1.0, (1.0,), grid.spacing)
    law = hg.GuyerKrumhansl(hg.Medium(2.0, 0.5, 0.0, 0.6))
    flow = hg.conduct(law, grid, np.cos(x), [0, 0.2], dt=1e-3, method="midpoint")
    share = 1 / (1 + 3 * 0.36 * k2)
    wave = np.exp(-4.0 * k2 * share * 0.2)
    np.testing.assert_allclose(flow.temperature[-1], np.cos(x) * wave, atol=1e-6)
    flux = 2.0 * np.sqrt(k2) * share * np.sin(f)
    np.testing.assert_allclose(flow.flux[0][0], flux, atol=1e-12)
    np.testing.assert_allclose(flow.flux[0][-1], flux * wave, atol=1e-5)


def test_media_without_a_length_or_with_axes_are_refused():
    with pytest.raises(ValueError, match=r"nonlocal length > 0 somewhere"):
        hg.GuyerKrumhansl(hg.Medium(1.0, 1.0, 1.0))
    with pytest.raises(ValueError, match=r"`tangential` must be one of 'slip', 'no-slip'"):
        hg.GuyerKrumhansl(hg.Medium(1.0, 1.0, 1.0, 1.0), tangential="free")
    with pytest.raises(ValueError, match=r"do not depend on temperature"):
        hg.GuyerKrumhansl(hg.Medium(lambda T: T, 1.0, 1.0, 1.0))
    grid = hg.Grid([hg.Axis(0, 1, 4), hg.Axis(0, 1, 3)])
    law = hg.GuyerKrumhansl(hg.Medium((1.0, 2.0), 1.0, 1.0, 1.0))
    with pytest.raises(ValueError, match=r"conductivity has shape \(2,\)"):
        hg.conduct(law, grid, 1.0, [0, 1])
