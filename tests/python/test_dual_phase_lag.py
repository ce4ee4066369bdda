"""The dual-phase-lag law against exact solutions."""

import numpy as np
import pytest

import heat_systems as exact
import heatgauge as hg

ORDERS = {"midpoint": 2.0, "l-stable": 2.0, "backward-euler": 1.0}
# The second-order error of the L-stable rule shows at 500 steps and more, on a line as well.
CASES = [(m, d) for m in ("midpoint", "backward-euler") for d in (1, 2, 3)] + [("l-stable", 1)]


@pytest.mark.parametrize(("method", "dimensions"), CASES)
def test_the_order_in_time_against_the_exact_lattice_mode(dimensions, method):
    grid = hg.Grid([hg.Axis(0, 2 * np.pi, n, "periodic") for n in (12, 10, 8)[:dimensions]])
    modes = (1.0, 2.0, 1.0)[:dimensions]
    phase = sum(k * x for k, x in zip(modes, grid.coordinates(), strict=True))
    start = np.broadcast_to(np.cos(phase), grid.shape)
    k2 = exact.lattice_rate(1.0, modes, grid.spacing)
    c = {"kappa": 0.5, "capacity": 0.8, "tau": 0.3, "lag": 0.1}
    law = hg.DualPhaseLag(hg.Medium(c["kappa"], c["capacity"], c["tau"]), c["lag"])
    truth = start * exact.plane_wave("dpl", k2, 0.6, **c)
    first = 512 if method == "l-stable" else 64
    errors = []
    for count in (first, 2 * first, 4 * first, 8 * first):
        flow = hg.conduct(law, grid, start, [0, 0.6], method=method, dt=0.6 / count)
        errors.append(np.abs(flow.temperature[-1] - truth).max())
    order = exact.fitted_order([1, 1 / 2, 1 / 4, 1 / 8], errors)
    assert abs(order - ORDERS[method]) < 0.05, (order, errors)
    assert errors[-1] < (2e-3 if method == "backward-euler" else 5e-6)


def test_equal_lags_give_fouriers_temperature_and_no_gradient_lag_cattaneos():
    grid = hg.Grid([hg.Axis(0, 1, 30), hg.Axis(0, 1, 8, "periodic")])
    rng = np.random.default_rng(2)
    kappa, capacity, tau = 1 + rng.random((3, *grid.shape))
    start = rng.random(grid.shape)
    sides = {"x-": hg.Temperature(0.3), "x+": hg.Robin(2.0, 1.0)}
    kwargs = {"times": [0, 0.05, 0.2], "boundary": sides, "dt": 0.01, "method": "midpoint"}
    medium = hg.Medium(kappa, capacity, tau)
    fourier = hg.conduct(hg.Fourier(medium), grid, start, **kwargs)
    same = hg.conduct(hg.DualPhaseLag(medium, tau), grid, start, **kwargs)
    np.testing.assert_allclose(same.temperature, fourier.temperature, atol=1e-12)
    np.testing.assert_allclose(same.flux[0], fourier.flux[0], atol=1e-10)
    cattaneo = hg.conduct(hg.Cattaneo(medium), grid, start, **kwargs)
    none = hg.conduct(hg.DualPhaseLag(medium, 0.0), grid, start, **kwargs)
    np.testing.assert_allclose(none.temperature, cattaneo.temperature, atol=1e-12)


@pytest.mark.parametrize("dimensions", [1, 2, 3])
@pytest.mark.parametrize("lag", [0.0, 0.15])
def test_a_manufactured_solution_with_variable_coefficients(dimensions, lag):
    """T = cos x cos y (cos z) e^{−t}: (1 − τ_q)q = −κ(1 − τ_T)∇T with κ, C, τ_q and τ_T varying."""
    modes = (1.0, 1.0, 1.0)[:dimensions]

    def run(n):
        grid = hg.Grid([hg.Axis(0.3, 1.6, n) for _ in modes])

        def temperature(*args):
            return np.prod(np.broadcast_arrays(*[np.cos(x) for x in args[:-1]]), 0) * np.exp(
                -args[-1]
            )

        def kappa(x):
            return 1 + 0.5 * x[0]

        def weight(x):  # q = −w ∇T, w = κ(1 − τ_T)/(1 − τ_q)
            return kappa(x) * (1 - lag * (1 + 0.3 * x[0])) / (0.6 - 0.1 * x[0])

        def slope(x):
            e = 1e-5
            up, down = [x[0] + e, *x[1:]], [x[0] - e, *x[1:]]
            return (weight(up) - weight(down)) / (2 * e)

        def gradient(axis, x, t):
            parts = [-np.sin(y) if j == axis else np.cos(y) for j, y in enumerate(x)]
            return np.prod(np.broadcast_arrays(*parts), 0) * np.exp(-t)

        def source(*args):
            x, t = args[:-1], args[-1]
            T = temperature(*args)
            return (
                -(2 + np.cos(x[0])) * T + dimensions * weight(x) * T - slope(x) * gradient(0, x, t)
            )

        x = [np.broadcast_to(y, grid.shape) for y in grid.coordinates()]
        medium = hg.Medium(kappa(x), 2 + np.cos(x[0]), 0.4 + 0.1 * x[0])
        law = hg.DualPhaseLag(medium, lag * (1 + 0.3 * x[0]))
        q0 = []
        for axis in range(dimensions):
            f = np.broadcast_arrays(*grid.face_coordinates(axis))
            q0.append(-weight(f) * gradient(axis, f, 0.0))
        sides = {
            f"{name}{s}": hg.Temperature(temperature) for name in "xyz"[:dimensions] for s in "-+"
        }
        at = 1.6
        sides["x+"] = hg.Flux(
            lambda *a: (
                weight([np.array(at)])
                * gradient(0, [np.array(at), *(np.asarray(y) for y in a[1:-1])], a[-1])
                if dimensions > 1
                else float(weight([at]) * -np.sin(at) * np.exp(-a[-1]))
            )
        )
        if dimensions == 1:
            sides["x+"] = hg.Flux(lambda t: float(weight([at]) * -np.sin(at) * np.exp(-t)))
            sides["x-"] = hg.Temperature(lambda t: float(np.cos(0.3) * np.exp(-t)))
        flow = hg.conduct(
            law,
            grid,
            temperature(*x, 0.0),
            [0, 0.4],
            q0=q0,
            source=source,
            boundary=sides,
            method="midpoint",
            dt=0.4 / n,
        )
        error = flow.temperature[-1] - temperature(*x, 0.4)
        assert np.abs(flow.energy_balance()).max() < 1e-12
        return np.sqrt((error**2).mean())  # walls that meet in corners: the mean settles first

    points = {1: [20, 40, 80, 160], 2: [16, 24, 36, 54], 3: [12, 15, 19, 24]}[dimensions]
    errors = [run(n) for n in points]
    order = exact.fitted_order([1 / n for n in points], errors)
    assert abs(order - 2) < 0.05, (order, errors)


def test_lags_against_the_second_law_are_refused():
    medium = hg.Medium(1.0, 1.0, [0.1, 0.2, 0.3])
    assert hg.DualPhaseLag(medium, 0.1) == hg.DualPhaseLag(medium, 0.1)
    assert hash(hg.DualPhaseLag(medium, 0.1)) == hash(hg.DualPhaseLag(medium, 0.1))
    for bad in (0.11, -0.1, [0.1, 0.2, 0.31]):
        with pytest.raises(ValueError, match=r"`gradient_lag`"):
            hg.DualPhaseLag(medium, bad)
    with pytest.raises(ValueError, match="relaxation time > 0 somewhere"):
        hg.DualPhaseLag(hg.Medium(1.0, 1.0), 0.0)
    with pytest.raises(ValueError, match=r"`gradient_lag` must .* shape"):
        hg.DualPhaseLag(medium, [0.1, 0.1])


# mpmath.invertlaplace(method="talbot", degree=40) of e^{-λx}/p (wall suddenly at 1) and of
# e^{-λx} h_c/(h_c + p/λ)/p (surroundings suddenly at 1), λ² = p(1 + pτ_q)/(1 + pτ_T), at x = 1.
@pytest.mark.parametrize(
    ("wall", "exact"),
    [
        (hg.Temperature(1.0), (0.10219838, 0.56608872, 0.70536054)),
        (hg.Robin(0.8, 1.0), (0.03475559, 0.28176598, 0.42381835)),
    ],
)
@pytest.mark.parametrize("q0", [None, [np.zeros(601)]])
def test_a_wall_that_is_suddenly_warm_drives_a_body_at_rest(wall, exact, q0):
    """The jump of the wall starts against no inertial flux; second order in h, 1e-4 for 600 cells.

    With the flux of the inertial branch set against the jump T at (0.5, 1.5) is wrong by 0.1.
    """
    grid = hg.Grid([hg.Axis(0, 12.0, 600)])
    law = hg.DualPhaseLag(hg.Medium(1.0, 1.0, 1.0), 0.25)
    flow = hg.conduct(law, grid, 0.0, [0, 0.5, 1.5, 3], q0=q0, boundary={"x-": wall}, dt=0.01)
    at_one = 0.5 * (flow.temperature[1:, 49] + flow.temperature[1:, 50])
    np.testing.assert_allclose(at_one, exact, atol=2e-4)
