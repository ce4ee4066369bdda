"""Conduction against exact solutions, and the orders of its methods."""

import numpy as np
import pytest

import heat_systems as exact
import heatgauge as hg

METHODS = ("midpoint", "l-stable", "backward-euler")
ORDERS = {"midpoint": 2.0, "l-stable": 2.0, "backward-euler": 1.0}
UNIT = hg.Medium(conductivity=1.0, capacity=1.0, relaxation=1.0)


def line(points, upper=1.0, boundary="wall"):
    return hg.Grid([hg.Axis(0.0, upper, points, boundary)])


# h = 12/4800, dt = h. The reference holds 10 digits, so the bar is the one asked for: 1e-4; the
# measured errors are below 2e-6 (MCV) and 2e-7 (Fourier).
@pytest.mark.parametrize(
    ("law", "reference"),
    [(hg.Cattaneo(UNIT), exact.STEP_MCV), (hg.Fourier(UNIT), exact.STEP_FOURIER)],
)
def test_a_surface_step_enters_a_semi_infinite_body(law, reference):
    grid = line(4800, 12.0)
    flow = hg.conduct(
        law, grid, 0.0, [0, *exact.STEP_TIMES], boundary={"x-": hg.Temperature(1.0)}, dt=12 / 4800
    )
    found = exact.at_position(flow.temperature[1:], grid.axes[0].sites(), 1.0)
    np.testing.assert_allclose(found, reference, atol=1e-5)
    assert flow.method.startswith("l-stable (T0 jumps against the boundary temperature of side x-)")
    assert np.abs(flow.energy_balance()).max() < 1e-12


# dt = 1e-4. Measured: 6e-5 for MCV at Fo = 0.15, just behind the front, where a method without
# damping needs twice the sites; below 2e-6 elsewhere.
@pytest.mark.parametrize(
    ("law", "method", "reference"),
    [
        (hg.Fourier(hg.Medium(1.0, 1.0)), "midpoint", exact.FLASH_FOURIER),
        (hg.Fourier(hg.Medium(1.0, 1.0)), "l-stable", exact.FLASH_FOURIER),
        (hg.Cattaneo(hg.Medium(1.0, 1.0, 0.02)), "l-stable", exact.FLASH_MCV),
        (hg.Cattaneo(hg.Medium(1.0, 1.0, 0.02)), "midpoint", exact.FLASH_MCV),
    ],
)
def test_a_flash_pulse_reaches_the_rear(law, method, reference):
    sites = 2000 if method == "midpoint" else 1000
    flow = hg.conduct(
        law,
        line(sites),
        0.0,
        [0, *exact.FLASH_TIMES],
        boundary={"x-": hg.Flux(exact.flash_pulse)},
        dt=1e-4,
        method=method,
    )
    # q = 0 at the rear: a parabola through the two sites beside it, T = T₀ + (T₀ − T₁)/8.
    rear = flow.temperature[1:, -1] + (flow.temperature[1:, -1] - flow.temperature[1:, -2]) / 8
    np.testing.assert_allclose(rear, reference, atol=1e-4)


def test_the_front_of_a_flash_arrives_after_the_square_root_of_the_relaxation_time():
    law = hg.Cattaneo(hg.Medium(1.0, 1.0, 0.02))
    times = np.linspace(0, 0.2, 401)
    flow = hg.conduct(
        law,
        line(800),
        0.0,
        times,
        boundary={"x-": hg.Flux(exact.flash_pulse)},
        dt=2e-4,
        method="l-stable",
    )
    rear = flow.temperature[:, -1]
    before = rear[times < np.sqrt(0.02) - 5e-3]
    # The pulse itself is smooth and 0.04 long: of its t³ foot 1e-3 is seen 2.5e-3 after the front.
    arrival = times[np.argmax(rear > 1e-3)]
    assert np.abs(before).max() < 1e-6
    assert np.sqrt(0.02) - 1e-3 < arrival < np.sqrt(0.02) + 6e-3


@pytest.mark.parametrize("relaxation", [0.0, 0.3])
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("dimensions", [1, 2, 3])
def test_the_order_in_time_against_the_exact_lattice_mode(method, relaxation, dimensions):
    axes = [hg.Axis(0, 2 * np.pi, n, "periodic") for n in (12, 10, 8)[:dimensions]]
    grid = hg.Grid(axes)
    modes = (1.0, 2.0, 1.0)[:dimensions]
    start = np.ones(grid.shape)
    for k, x in zip(modes, grid.coordinates(), strict=True):
        start = start * np.cos(k * x)
    medium = hg.Medium(0.5, 0.8, relaxation)
    law = hg.Cattaneo(medium) if relaxation else hg.Fourier(medium)
    rate = exact.lattice_rate(0.5 / 0.8, modes, grid.spacing)
    # The rule for fronts has a small second-order error, which must dominate the third order.
    first = 512 if method == "l-stable" else 64
    errors, counts = [], [first, 2 * first, 4 * first, 8 * first]
    for count in counts:
        flow = hg.conduct(law, grid, start, [0, 0.6], method=method, dt=0.6 / count)
        truth = start * exact.telegraph_mode(0.6, rate, relaxation)
        errors.append(np.abs(flow.temperature[-1] - truth).max())
        assert flow.steps == count
    order = exact.fitted_order([1 / n for n in counts], errors)
    assert abs(order - ORDERS[method]) < 0.05, (order, errors)


@pytest.mark.parametrize("relaxation", [0.0, 0.3])
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("boundary", ["periodic", "wall"])
def test_the_order_in_space_and_time_together(method, relaxation, boundary):
    medium = hg.Medium(0.5, 0.8, relaxation)
    law = hg.Cattaneo(medium) if relaxation else hg.Fourier(medium)
    k = 2.0 if boundary == "periodic" else 1.0  # cos(kx) fits both on [0, π]
    errors, points = [], [20, 40, 80, 160]
    for n in points:
        grid = line(n, np.pi, boundary)
        start = np.cos(k * grid.coordinates()[0])
        steps = n if ORDERS[method] == 2 else n * n // 4
        flow = hg.conduct(law, grid, start, [0, 0.6], method=method, dt=0.6 / steps)
        truth = start * exact.telegraph_mode(0.6, 0.5 / 0.8 * k**2, relaxation)
        errors.append(np.abs(flow.temperature[-1] - truth).max())
    order = exact.fitted_order([1 / n for n in points], errors)
    assert abs(order - 2.0) < 0.05, (order, errors)


@pytest.mark.parametrize("dimensions", [1, 2, 3])
def test_dispersion_gives_frequency_and_decay(dimensions):
    """τ = 1, D k̂² = 4: ω = ±1.9364917 − 0.5i (here with the k̂² of the grid)."""
    axes = [hg.Axis(0, 1, n, "periodic") for n in (24, 10, 8)[:dimensions]]
    grid = hg.Grid(axes)
    k = 2 * np.pi
    rate = exact.lattice_rate(1.0, (k,), grid.spacing[:1])
    medium = hg.Medium(4.0, rate, 1.0)  # D k̂² = 4
    start = np.broadcast_to(np.cos(k * grid.coordinates()[0]), grid.shape)
    times = np.linspace(0, 6, 601)
    flow = hg.conduct(hg.Cattaneo(medium), grid, start, times, dt=0.005)
    profile = start / (start**2).sum()
    amplitude = (flow.temperature * profile).reshape(times.size, -1).sum(axis=1)
    # A product of exponentials obeys y(t+2s) = p y(t+s) + r y(t): p and r give both ω.
    y, s = amplitude, 50
    design = np.stack([y[s:-s], y[: -2 * s]], axis=1)
    p, r = np.linalg.lstsq(design, y[2 * s :], rcond=None)[0]
    omega = 1j * np.log(np.roots([1, -p, -r])) / (times[s] - times[0])
    # midpoint rule: relative error of ω is (ω dt)²/12 = 8e-6
    np.testing.assert_allclose(sorted(omega.real), [-1.9364917, 1.9364917], rtol=2e-5)
    np.testing.assert_allclose(omega.imag, -0.5, rtol=5e-5)


@pytest.mark.parametrize("relaxation", [0.0, 0.05])
def test_a_manufactured_solution_with_variable_coefficients_and_source(relaxation):
    """T = sin(x+y) e^{−t} and the flux of Fourier or Cattaneo for it, in 2D: second order."""

    def run(n):
        grid = hg.Grid([hg.Axis(0, 1, n), hg.Axis(0, 2 * np.pi, n, "periodic")])
        x, y = grid.coordinates()
        kappa = 1 + 0.5 * x + 0 * y
        capacity = 2 + np.cos(y) + 0 * x
        # q = −κ∇T/(1−τ) solves τ∂ₜq + q = −κ∇T for T ~ e^{−t}.
        weight = 1 / (1 - relaxation)

        def temperature(x, y, t):
            return np.sin(x + y) * np.exp(-t)

        def source(x, y, t):
            k = 1 + 0.5 * x
            div = -weight * (0.5 * np.cos(x + y) - 2 * k * np.sin(x + y)) * np.exp(-t)
            return -(2 + np.cos(y)) * temperature(x, y, t) + div

        medium = hg.Medium(kappa, capacity, relaxation)
        law, q0 = hg.Fourier(medium), None
        if relaxation:
            law = hg.Cattaneo(medium)
            q0 = []
            for axis in (0, 1):
                fx, fy = grid.face_coordinates(axis)
                q0.append(-weight * (1 + 0.5 * fx) * np.cos(fx + fy))
        flow = hg.conduct(
            law,
            grid,
            temperature(x, y, 0.0),
            [0, 0.5],
            q0=q0,
            source=source,
            boundary={
                "x-": hg.Temperature(temperature),
                "x+": hg.Flux(lambda x, y, t: weight * (1 + 0.5 * x) * np.cos(x + y) * np.exp(-t)),
            },
            method="midpoint",
            dt=0.5 / n,
        )
        return np.abs(flow.temperature[-1] - temperature(x, y, 0.5)).max()

    points = [24, 36, 54, 81]
    errors = [run(n) for n in points]
    order = exact.fitted_order([1 / n for n in points], errors)
    assert abs(order - 2) < 0.05, (order, errors)
    assert errors[-1] < 2e-4


def test_a_small_relaxation_time_tends_to_fourier():
    grid = line(40)
    start = np.cos(np.pi * grid.coordinates()[0])
    kwargs = {"times": [0, 0.05], "dt": 1e-4, "method": "l-stable"}
    fourier = hg.conduct(hg.Fourier(hg.Medium(1.0, 1.0)), grid, start, **kwargs)
    gaps = []
    for tau in (1e-3, 1e-4, 1e-5):
        law = hg.Cattaneo(hg.Medium(1.0, 1.0, tau))
        flow = hg.conduct(law, grid, start, **kwargs)
        gaps.append(np.abs(flow.temperature[-1] - fourier.temperature[-1]).max())
    # The mode decays with Dk²(1 + Dk²τ + …) after a delay τ: the gap is proportional to τ.
    assert gaps[0] > 5 * gaps[1] > 25 * gaps[2]


def test_regions_without_relaxation_follow_fourier_in_the_same_body():
    """τ = 0 on all sites but one far away, against Fourier: equal until the far site is reached."""
    grid = line(60, 6.0)
    start = np.exp(-10 * (grid.coordinates()[0] - 1.0) ** 2)
    tau = np.zeros(60)
    tau[-1] = 0.5
    kwargs = {"times": [0, 0.02, 0.04], "dt": 1e-3, "method": "midpoint"}
    mixed = hg.conduct(hg.Cattaneo(hg.Medium(1.0, 1.0, tau)), grid, start, **kwargs)
    fourier = hg.conduct(hg.Fourier(hg.Medium(1.0, 1.0)), grid, start, **kwargs)
    np.testing.assert_allclose(mixed.temperature, fourier.temperature, atol=1e-9)
    np.testing.assert_allclose(mixed.flux[0][1:], fourier.flux[0][1:], atol=1e-9)


def test_a_jump_of_conductivity_is_met_exactly_in_the_steady_state():
    grid = line(10)
    kappa = np.where(np.arange(10) < 4, 1.0, 5.0)
    flow = hg.conduct(
        hg.Fourier(hg.Medium(kappa, 1.0)),
        grid,
        0.0,
        [0, 1, 100],
        boundary={"x-": hg.Temperature(2.0), "x+": hg.Temperature(-1.0)},
        dt=1.0,
        method="backward-euler",
    )
    q = 3.0 / (0.4 / 1.0 + 0.6 / 5.0)
    x = grid.coordinates()[0]
    steady = np.where(x < 0.4, 2 - q * x, 2 - q * 0.4 - q * (x - 0.4) / 5)
    np.testing.assert_allclose(flow.temperature[-1], steady, atol=1e-12)
    np.testing.assert_allclose(flow.flux[0][-1], q, rtol=1e-12)


@pytest.mark.parametrize("law", [hg.Fourier(UNIT), hg.Cattaneo(UNIT)])
def test_robin_sides_reach_their_steady_state(law):
    """q = (T₁ − T₂)/(1/h₁ + L/κ + 1/h₂), linear T."""
    grid = line(12)
    flow = hg.conduct(
        law,
        grid,
        0.0,
        [0, 10, 400],
        boundary={"x-": hg.Robin(4.0, 3.0), "x+": hg.Robin(0.5, lambda t: 1.0)},
        dt=2.0,
        method="l-stable",
    )
    q = 2.0 / (0.25 + 1.0 + 2.0)
    np.testing.assert_allclose(flow.flux[0][-1], q, rtol=1e-10)
    surface = 3.0 - q / 4.0
    np.testing.assert_allclose(
        flow.temperature[-1], surface - q * grid.coordinates()[0], rtol=1e-10
    )
    np.testing.assert_allclose(flow.surface_temperature[0, 0][-1], surface, rtol=1e-10)


@pytest.mark.parametrize("dt", [1e-5, 1e-3, 0.1, 10.0])
def test_backward_euler_is_monotone_for_fourier(dt):
    rng = np.random.default_rng(5)
    grid = hg.Grid([hg.Axis(0, 1, 9), hg.Axis(0, 1, 7, "periodic")])
    start = rng.random(grid.shape)
    medium = hg.Medium(
        10.0 ** rng.uniform(-2, 2, grid.shape), 10.0 ** rng.uniform(-1, 1, grid.shape)
    )
    flow = hg.conduct(
        hg.Fourier(medium),
        grid,
        start,
        dt * np.arange(6),
        boundary={"x-": hg.Temperature(0.5)},
        dt=dt,
        method="backward-euler",
    )
    top, bottom = max(start.max(), 0.5), min(start.min(), 0.5)
    assert flow.temperature.max() <= top + 1e-12
    assert flow.temperature.min() >= bottom - 1e-12


@pytest.mark.parametrize("number", [1e-2, 0.3, 3.0, 30.0, 1e3, 1e5])
def test_the_l_stable_rule_does_not_overshoot_a_fourier_step(number):
    """dt D/h² from tiny to huge: a surface step and a jump inside stay within 1e-3 of [0, 1]."""
    grid = line(100, 100.0)
    start = np.where(np.arange(100) < 50, 0.0, 1.0)
    law = hg.Fourier(hg.Medium(1.0, 1.0))
    for initial, sides in ((0.0, {"x-": hg.Temperature(1.0)}), (start, {})):
        flow = hg.conduct(
            law, grid, initial, number * np.arange(61), boundary=sides, dt=number, method="l-stable"
        )
        assert flow.temperature.max() <= 1 + 1e-3
        assert flow.temperature.min() >= -1e-3


@pytest.mark.parametrize("courant", [0.25, 0.5, 1.0, 2.0])
def test_a_heat_wave_overshoots_by_less_than_one_percent(courant):
    """Surface step in D = τ = v = 1 on 300 cells; outputs before the fronts meet the far end."""
    n = 300
    h = 3.0 / n
    flow = hg.conduct(
        hg.Cattaneo(UNIT),
        line(n, 3.0),
        0.0,
        [0, *np.linspace(16 * h, 2.5, 80)],
        boundary={"x-": hg.Temperature(1.0)},
        dt=courant * h,
    )
    assert flow.temperature.max() < 1.01
    assert flow.temperature.min() > -0.01


@pytest.mark.parametrize("method", METHODS)
def test_a_shift_along_a_periodic_axis_shifts_the_result(method):
    rng = np.random.default_rng(6)
    grid = hg.Grid([hg.Axis(0, 1, 8), hg.Axis(0, 1, 12, "periodic")])
    start, kappa, tau = rng.random((3, *grid.shape))

    def run(shift):
        medium = hg.Medium(*(np.roll(a, shift, axis=1) for a in (kappa + 0.1, kappa + 1, tau)))
        data = np.roll(start, shift, axis=1)
        return hg.conduct(hg.Cattaneo(medium), grid, data, [0, 0.3], dt=0.05, method=method)

    here, there = run(0), run(5)
    np.testing.assert_allclose(np.roll(here.temperature, 5, axis=2), there.temperature, atol=2e-13)
    np.testing.assert_allclose(np.roll(here.flux[1], 5, axis=2), there.flux[1], atol=2e-12)


@pytest.mark.parametrize("method", METHODS)
def test_a_sum_of_lines_stays_the_sum_in_three_dimensions(method):
    """T = X(x) + Y(y) + Z(z): each part moves as it does alone, whatever the solver."""
    x_axis, y_axis, z_axis = hg.Axis(0, 1, 7), hg.Axis(0, 2, 6, "periodic"), hg.Axis(-1, 1, 5)
    profiles = [
        np.cos(2 * np.pi * (a.sites() - a.lower) / a.length) for a in (x_axis, y_axis, z_axis)
    ]
    law = hg.Cattaneo(hg.Medium(0.7, 1.3, 0.2))
    kwargs = {"times": [0, 0.1, 0.4], "dt": 0.05, "method": method}
    lines = [
        hg.conduct(law, hg.Grid([a]), p, **kwargs)
        for a, p in zip((x_axis, y_axis, z_axis), profiles, strict=True)
    ]
    grid = hg.Grid([x_axis, y_axis, z_axis])
    start = sum(p.reshape([-1 if j == k else 1 for j in range(3)]) for k, p in enumerate(profiles))
    flow = hg.conduct(law, grid, start, **kwargs)
    expected = (
        lines[0].temperature[:, :, None, None]
        + lines[1].temperature[:, None, :, None]
        + lines[2].temperature[:, None, None, :]
    )
    np.testing.assert_allclose(flow.temperature, expected, atol=1e-12)
    np.testing.assert_allclose(flow.flux[2][:, 3, 2], lines[2].flux[0], atol=1e-12)


def test_energy_enters_where_flux_says_into_the_body():
    """Both signs: heat enters at either side for a positive value."""
    for side in ("x-", "x+", "y-", "y+"):
        grid = hg.Grid([hg.Axis(0, 2, 5), hg.Axis(0, 1, 4)])
        flow = hg.conduct(
            hg.Cattaneo(UNIT), grid, 0.0, [0, 1], boundary={side: hg.Flux(3.0)}, dt=0.1
        )
        area = 1.0 if side[0] == "x" else 2.0
        assert flow.temperature[-1].mean() == pytest.approx(3.0 * area / 2.0, rel=1e-12)
        warm = np.take(flow.temperature[-1], 0 if side[1] == "-" else -1, axis="xy".index(side[0]))
        assert warm.mean() > flow.temperature[-1].mean()
        q = np.take(
            flow.flux["xy".index(side[0])][-1], 0 if side[1] == "-" else -1, "xy".index(side[0])
        )
        np.testing.assert_allclose(q, 3.0 if side[1] == "-" else -3.0)


def test_a_front_is_damped_whatever_the_spacing_of_the_other_axis():
    """A surface step on 100 cells beside an axis of 8: the plane front of the line, within 1 %."""
    law = hg.Cattaneo(hg.Medium(1.0, 1.0, 0.05))
    times = np.linspace(0, 0.8 * np.sqrt(0.05), 5)
    grid = hg.Grid([hg.Axis(0, 1, 100), hg.Axis(0, 1, 8)])
    flow = hg.conduct(law, grid, 0.0, times, boundary={"x-": hg.Temperature(1.0)})
    assert flow.temperature.max() < 1.01
    assert flow.temperature.min() > -0.01
