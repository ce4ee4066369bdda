"""The promise of rtol against the dense exponential, where comparing runs alone is fooled."""

import numpy as np
import pytest
import scipy.linalg

import heatgauge as hg
from heatgauge.front_spread import cells_of_spread


def dense_evolution(kappa, tau, h, T0, t):
    """T(t) of an insulated 1D body from the exponential of its own equations, written out here.

    Capacity 1; q on the inner faces, r = h(1/2κ_i + 1/2κ_j), L likewise from τ/κ;
    h dT_i/dt = q_{i−1/2} − q_{i+1/2}; L dq/dt + r q = T_i − T_{i+1}, q(0) = 0.
    """
    n = T0.size
    r = 0.5 * h * (1 / kappa[1:] + 1 / kappa[:-1])
    inductance = 0.5 * h * ((tau / kappa)[1:] + (tau / kappa)[:-1])
    drop = np.eye(n)[:-1] - np.eye(n, k=1)[:-1]
    if not tau.any():
        rate, modes = np.linalg.eigh(-drop.T @ np.diag(1 / (r * h)) @ drop)
        return modes @ (np.exp(rate * t) * (modes.T @ T0))
    top = np.hstack([np.zeros((n, n)), -drop.T / h])
    bottom = np.hstack([drop / inductance[:, None], -np.diag(r / inductance)])
    return (scipy.linalg.expm(t * np.vstack([top, bottom])) @ np.append(T0, np.zeros(n - 1)))[:n]


@pytest.mark.parametrize("contrast", [1e4, 1e8, 1e10])
@pytest.mark.parametrize("times", [[0, 0.02], [0, 0.02, 0.02 + 1e-12]])
def test_fast_modes_of_a_good_conductor_do_not_ring_on_unnoticed(contrast, times):
    """Midpoint steps multiply them by nearly −1: runs with n, 2n and 4n steps agree on nonsense.

    The eigenvalues of the dense reference are off by eps·‖M‖: at 1e10·256·16 by 1e-2 or 1e-4 of
    ΔT over t = 0.02 at the very most; hence the bar of 1e-3 there, ten times rtol elsewhere.
    """
    grid = hg.Grid([hg.Axis(0, 1, 8)])
    kappa = np.where(np.arange(8) < 4, 1.0, contrast)
    start = np.arange(8.0)
    flow = hg.conduct(hg.Fourier(hg.Medium(kappa, 1.0)), grid, start, times)
    exact = dense_evolution(kappa, np.zeros(8), 1 / 8, start, times[-1])
    error = np.linalg.norm(flow.temperature[-1] - exact) / np.linalg.norm(exact - start)
    assert error < (1e-3 if contrast > 1e9 else 1e-4)
    assert flow.error_estimate <= 1e-4


@pytest.mark.parametrize(
    ("boundary", "flux"),
    [
        # the temperature difference over all resistances in series
        ({"x-": hg.Robin(3, 10), "x+": hg.Robin(5, -2)}, 12 / (1 / 3 + 1 / 2 + 2 + 1 / 4 + 1 / 5)),
        ({"x-": hg.Flux(1.5), "x+": hg.Robin(5.0, 0.0)}, 1.5),
    ],
)
def test_long_steps_reach_the_steady_flux_where_a_side_starts_off_balance(boundary, flux):
    grid = hg.Grid([hg.Axis(0, 3, 60)])
    (x,) = grid.coordinates()
    law = hg.Fourier(hg.Medium(np.where(x < 1, 2.0, np.where(x < 2, 0.5, 4.0)), 1.0))
    times = [0.0, 400.0]  # some twenty diffusion times; midpoint steps of 1 left the flux 0.2 off
    flow = hg.conduct(law, grid, 0.0, times, boundary=boundary, dt=1.0)
    assert flow.method.startswith("l-stable (the flux through side x")
    np.testing.assert_allclose(flow.flux[0][-1], flux, rtol=1e-8)
    short = hg.conduct(law, grid, 0.0, [0.0, 1e-3], boundary=boundary, dt=1e-4)
    assert short.method.startswith("midpoint")  # nothing rings with dt·rate < 2
    smooth = hg.conduct(law, grid, np.cos(np.pi * x / 3), times, dt=1.0)
    assert smooth.method.startswith("midpoint")


def test_a_front_from_warm_surroundings_does_not_ripple():
    """A wave from x = 0 on q = h_c(1 − T) = T/Z there, Z = sqrt(Λ/C): T = 1/(1 + 1/(Z h_c)).

    Behind the front it decays as exp(−t/2τ), here by 0.5 %. Steps of 2h/v overshoot by less than
    1 %; midpoint steps, which damp nothing, by more than 10 %.
    """
    grid = hg.Grid([hg.Axis(0, 1, 400)])
    law = hg.Cattaneo(hg.Medium(50.0, 1.0, 50.0))  # v = 1, Z = 1
    how = {"times": [0, 0.5], "boundary": {"x-": hg.Robin(4.0, 1.0)}, "dt": 2 / 400}
    flow = hg.conduct(law, grid, 0.0, **how)
    assert flow.method.startswith("l-stable (the flux given on side x-")
    assert 0.79 < flow.temperature[-1].max() < 0.8 * 1.01
    rough = hg.conduct(law, grid, 0.0, **how, method="midpoint")
    assert rough.temperature[-1].max() > 0.8 * 1.1


def test_a_ringing_midpoint_run_is_replaced_or_carried_on_as_asked():
    grid = hg.Grid([hg.Axis(0, 1, 8)])
    law, start = hg.Fourier(hg.Medium(1e6, 1.0)), np.arange(8.0)
    chosen = hg.conduct(law, grid, start, [0, 1])
    assert chosen.method.startswith("l-stable (fast modes")
    asked = hg.conduct(law, grid, start, [0, 1], method="midpoint", rtol=1e-3)
    for flow in (chosen, asked):
        np.testing.assert_allclose(flow.temperature[-1], start.mean(), atol=1e-3)
    with pytest.raises(hg.NumericalError, match="l-stable"):
        hg.conduct(hg.Fourier(hg.Medium(1e14, 1.0)), grid, start, [0, 1], method="midpoint")


def spread_over_cells(kappa, tau, h, T0, span):
    """T0 as a run of Cattaneo's law spreads its jumps: (1 + C⁻¹DSDᵀ)⁻² T0, S = κσ²/4τ on faces.

    σ = (h/v) times the cells that the front of each site asks for in min(span, 2τ), or what a
    quarter of that time allows, if another site asks for it; v = √(κ/τ). All written out here.
    """
    n, v = T0.size, np.sqrt(kappa / tau)
    cells = np.minimum(span, 2 * tau) * v / h
    own = h / v * cells_of_spread(cells, 0.0)
    sigma = np.maximum(own, np.minimum(own, 0.25 * cells * h / v).max())
    drop = np.eye(n)[:-1] - np.eye(n, k=1)[:-1]
    resistance = 4 * tau / kappa / sigma**2
    S = np.diag(2 / (h * (resistance[1:] + resistance[:-1])))
    once = np.linalg.inv(np.eye(n) + drop.T @ S @ drop / h)
    return once @ once @ T0


@pytest.mark.filterwarnings("ignore:Fronts cross")
@pytest.mark.parametrize("span", [0.15, 0.4, 3.0, 9.0])
@pytest.mark.parametrize("method", [None, "l-stable"])
def test_rtol_counts_the_spreading_of_fronts(span, method):
    """Jumps are spread alike in all runs, which then agree: rtol is kept towards the evolution of
    the spread data, and the error estimate tells how far that is from the evolution of the jump.
    Midpoint steps, which spread nothing, follow the latter."""
    n, rtol = 12, 1e-5
    grid = hg.Grid([hg.Axis(0, 1, n)])
    kappa, tau = np.linspace(1, 2, n), np.linspace(0.5, 1.0, n)
    start = np.where(np.arange(n) < 5, 1.0, 0.0)
    law = hg.Cattaneo(hg.Medium(kappa, 1.0, tau))
    exact = dense_evolution(kappa, tau, 1 / n, start, span)
    spread = spread_over_cells(kappa, tau, 1 / n, start, span)
    smooth = dense_evolution(kappa, tau, 1 / n, spread, span)
    scale = np.linalg.norm(exact - start)
    asked = hg.conduct(law, grid, start, [0, span], method=method, rtol=rtol)
    off = np.linalg.norm(asked.temperature[-1] - smooth)
    assert off <= 1.05 * rtol * np.linalg.norm(smooth - start)
    default = hg.conduct(law, grid, start, [0, span], method=method)
    for flow in (asked, default):
        error = np.linalg.norm(flow.temperature[-1] - exact) / scale
        assert error <= 1.1 * flow.error_estimate
        assert flow.error_estimate < 3 * error + 1e-3
    sharp = hg.conduct(law, grid, start, [0, span], method="midpoint", rtol=rtol)
    assert np.linalg.norm(sharp.temperature[-1] - exact) <= rtol * scale


@pytest.mark.parametrize("method", [None, "midpoint", "l-stable", "backward-euler"])
@pytest.mark.parametrize("slow", [0.0, 0.02])
def test_rtol_is_kept_at_every_output_time(method, slow):
    """A narrow pulse that has all but spread at the end: its error there is 30 to 1000 times less
    than on the way (the rate of mode k is (πk)², and what is left of its error t·rate³·e^(−rate·t)
    dt²/12), so that steps good enough for the last time alone break the promise before it."""
    n, rtol = 24, 1e-3 if method == "backward-euler" else 1e-5
    grid = hg.Grid([hg.Axis(0, 1, n)])
    start = np.exp(-(((grid.coordinates()[0] - 0.3) / 0.08) ** 2))
    kappa, tau = np.linspace(1.0, 1.5, n), np.full(n, slow)
    law = hg.Cattaneo(hg.Medium(kappa, 1.0, tau)) if slow else hg.Fourier(hg.Medium(kappa, 1.0))
    times = [0.0, 0.002, 0.01, 0.3]
    flow = hg.conduct(law, grid, start, times, rtol=rtol, method=method)
    exact = np.array([dense_evolution(kappa, tau, 1 / n, start, t) for t in times])
    errors = np.linalg.norm(flow.temperature - exact, axis=1)
    scale = np.linalg.norm(exact - start, axis=1).max()
    assert errors.max() <= 1.05 * rtol * scale
    assert errors.max() <= 1.05 * flow.error_estimate * scale
    assert errors.max() > 3 * errors[-1]  # the last time would not have shown it
    last = hg.conduct(law, grid, start, times, rtol=rtol, method=method, store="final")
    assert last.steps < flow.steps
    assert np.linalg.norm(last.temperature[-1] - exact[-1]) <= 1.05 * rtol * scale


@pytest.mark.parametrize("unit", [1e-200, 1e-160, 1e200])
def test_steps_do_not_depend_on_the_unit_of_temperature(unit):
    """Squares of such temperatures vanish or overflow; their ratios do not."""
    grid = hg.Grid([hg.Axis(0, 1, 8)])
    law, start = hg.Fourier(hg.Medium(1.0, 1.0)), np.arange(8.0)
    plain = hg.conduct(law, grid, start, [0, 0.01], rtol=1e-6)
    scaled = hg.conduct(law, grid, unit * start, [0, 0.01], rtol=1e-6)
    assert abs(scaled.steps - plain.steps) <= 1
    np.testing.assert_allclose(scaled.temperature[-1] / unit, plain.temperature[-1], rtol=1e-8)


def test_powers_of_two_as_units_change_no_bit():
    """A problem in units of 2^−20 m, 2^−30 s is the same problem to the last bit."""
    n, length, time = 10, 2.0**-20, 2.0**-30
    rng = np.random.default_rng(3)
    kappa, capacity, tau, start = rng.uniform(0.5, 2.0, (4, n))

    def run(m, s):
        medium = hg.Medium(kappa, capacity * s / m**2, tau * s)
        side = {"x-": hg.Robin(3.0 / m, lambda t: np.cos(t / s)), "x+": hg.Flux(0.3 / m)}
        return hg.conduct(
            hg.Cattaneo(medium),
            hg.Grid([hg.Axis(0, m, n)]),
            start,
            np.array([0, 0.3, 1.0]) * s,
            boundary=side,
            source=hg.Drive(np.ones(n) / m**2, lambda t: np.sin(t / s)),
            rtol=1e-4,
        )

    one, small = run(1.0, 1.0), run(length, time)
    np.testing.assert_array_equal(one.temperature, small.temperature)
    np.testing.assert_array_equal(one.flux[0], small.flux[0] * length)
    assert one.error_estimate == small.error_estimate


@pytest.mark.parametrize("times", [[0, 5e-324], [-1e308, 1e308], [0, 1e-310, 1.0]])
def test_times_beyond_double_precision_are_refused(times):
    law = hg.Fourier(hg.Medium(1.0, 1.0))
    with pytest.raises(ValueError, match="`times`"):
        hg.conduct(law, hg.Grid([hg.Axis(0, 1, 8)]), 0.0, times)


def test_overflowing_and_ragged_values_are_refused_by_name():
    law, grid = hg.Fourier(hg.Medium(1.0, 1.0)), hg.Grid([hg.Axis(0, 1, 8)])
    with pytest.raises(ValueError, match="`T0`"):
        hg.conduct(law, grid, [1e308, -1e308] * 4, [0, 1])
    with pytest.raises(ValueError, match="`T0`"):
        hg.conduct(law, grid, np.full(8, np.longdouble("1e4000")), [0, 1])
    ragged = {"x-": hg.Flux(lambda t: [1, [2]])}
    with pytest.raises(ValueError, match=r"`boundary\['x-'\].value`"):
        hg.conduct(law, grid, 0.0, [0, 1], boundary=ragged)
    with pytest.raises(ValueError, match="`source`"):
        hg.conduct(law, grid, 0.0, [0, 1], source=lambda x, t: [1, [2]])
    with pytest.raises(ValueError, match="`observe`: 'a'"):
        hg.conduct(law, grid, 0.0, [0, 1], dt=1.0, observe={"a": lambda t, T: T[: 1 + int(t)]})


@pytest.mark.parametrize("cells", [16, 22, 36, 63])
@pytest.mark.parametrize(
    "law",
    [hg.Cattaneo(hg.Medium(1.0, 1.0, 1.0)), hg.GreenNaghdi(hg.Medium(0.0, 1.0), 1.0)],
    ids=["damped", "undamped"],
)
def test_short_runs_of_a_front_overshoot_by_less_than_one_percent_too(law, cells):
    """Without opening steps the step overshoots here by 2 to 17 % at dt = h/4v."""
    for courant in (0.25, 1.0, 2.0):
        flow = hg.conduct(
            law,
            hg.Grid([hg.Axis(0, 1, 100)]),
            0.0,
            [0, cells / 100],
            boundary={"x-": hg.Temperature(1.0)},
            dt=courant / 100,
            method="l-stable",
        )
        assert flow.temperature.max() < 1.01
        assert flow.temperature.min() > -0.01
