"""method="directional": one direction after the other, against the factors it stands for."""

import numpy as np
import pytest

import heatgauge as hg


def grid_of(nx=12, ny=9, x_kind="wall", y_kind="wall"):
    return hg.Grid([hg.Axis(0, 1, nx, x_kind), hg.Axis(0, 0.7, ny, y_kind)])


def rough(shape, seed=0, decades=1.0):
    return 10 ** np.random.default_rng(seed).uniform(-decades / 2, decades / 2, shape)


def advance(law, grid, start, dt, steps, **kwargs):
    times = [0, dt * steps]
    return hg.conduct(law, grid, start, times, dt=dt, method="directional", **kwargs)


def wave_numbers(grid, modes):
    return [
        2 / h * np.sin(np.pi * m * h / (2 * (axis.upper - axis.lower)))
        for m, h, axis in zip(modes, grid.spacing, grid.axes, strict=True)
    ]


def mode_of(grid, modes):
    x, y = grid.coordinates()
    return np.cos(modes[0] * np.pi * x) * np.cos(modes[1] * np.pi * y / 0.7)


@pytest.mark.parametrize("number", [0.01, 1.0, 300.0])
def test_a_step_of_fouriers_law_is_the_product_of_its_factors(number):
    """Uniform κ, insulated: a cosine mode is multiplied by (1 − x)(1 − y)/((1 + x)(1 + y))."""
    grid, modes = grid_of(), (3, 2)
    law, dt = hg.Fourier(hg.Medium(0.6, 1.7)), number * grid.spacing[0] ** 2
    x, y = (0.5 * dt * 0.6 / 1.7 * k**2 for k in wave_numbers(grid, modes))
    factor = (1 - x) * (1 - y) / ((1 + x) * (1 + y))
    flow = advance(law, grid, mode_of(grid, modes), dt, 5)
    assert flow.method == "directional (as asked), directional"
    np.testing.assert_allclose(
        flow.temperature[-1], factor**5 * mode_of(grid, modes), atol=1e-13
    )  # rounding of five steps


@pytest.mark.parametrize("number", [0.1, 3.0, 200.0])
def test_a_step_of_cattaneos_law_is_the_product_of_its_factors(number):
    """(1 − sA_y)⁻¹(1 − sA_x)⁻¹(1 + sA_x)(1 + sA_y) on (T, q_x, q_y) of one mode, A_x with ∂x and
    the damping of q_x: 3 by 3 matrices."""
    grid, modes = grid_of(), (2, 3)
    kappa, capacity, tau = 0.6, 1.7, 0.05
    law = hg.Cattaneo(hg.Medium(kappa, capacity, tau))
    dt = number * grid.spacing[0] ** 2
    generators = []
    for axis, k in enumerate(wave_numbers(grid, modes)):
        a = np.zeros((3, 3))
        a[0, 1 + axis] = -k / capacity
        a[1 + axis, 0] = k * kappa / tau
        a[1 + axis, 1 + axis] = -1 / tau
        generators.append(0.5 * dt * a)
    one, (ax, ay) = np.eye(3), generators
    step = np.linalg.inv(one - ay) @ np.linalg.inv(one - ax) @ (one + ax) @ (one + ay)
    expected = np.linalg.matrix_power(step, 4) @ [1.0, 0.0, 0.0]
    flow = advance(law, grid, mode_of(grid, modes), dt, 4)
    np.testing.assert_allclose(flow.temperature[-1], expected[0] * mode_of(grid, modes), atol=1e-13)
    x, y = grid.coordinates()
    faces = np.linspace(0, 1, 13)[:, None]
    shape = np.sin(modes[0] * np.pi * faces) * np.cos(modes[1] * np.pi * y / 0.7)
    np.testing.assert_allclose(flow.flux[0][-1], expected[1] * shape, atol=1e-12)
    faces = np.linspace(0, 0.7, 10)[None, :]
    shape = np.cos(modes[0] * np.pi * x) * np.sin(modes[1] * np.pi * faces / 0.7)
    np.testing.assert_allclose(flow.flux[1][-1], expected[2] * shape, atol=1e-12)


SIDES = {
    "x-": hg.Temperature(lambda t: 1 + np.sin(3 * t)),
    "x+": hg.Flux(0.4),
    "y-": hg.Robin(2.0, 0.5),
    "y+": hg.Temperature(-0.5),
}


@pytest.mark.parametrize("tau", [0.0, 0.03])
@pytest.mark.parametrize("kinds", [("wall", "wall"), ("periodic", "wall"), ("wall", "periodic")])
def test_energy_balances_to_rounding_for_any_sides_and_coefficients(tau, kinds):
    grid = grid_of(20, 17, *kinds)
    medium = hg.Medium(rough(grid.shape, 1), rough(grid.shape, 2), tau)
    law = hg.Cattaneo(medium) if tau else hg.Fourier(medium)
    boundary = {k: v for k, v in SIDES.items() if kinds["xy".index(k[0])] == "wall"}
    start = np.random.default_rng(3).normal(size=grid.shape)
    flow = advance(law, grid, start, 0.02, 25, boundary=boundary, source=0.3)
    assert np.abs(flow.energy_balance()).max() < 1e-12


@pytest.mark.parametrize("tau", [0.0, 0.03])
def test_second_order_where_directions_do_not_commute(tau):
    """Against midpoint steps sixteen times as short as the shortest here (their error: 1/256)."""
    grid = grid_of(14, 11, "wall", "periodic")
    medium = hg.Medium(rough(grid.shape, 4), rough(grid.shape, 5), tau)
    law = hg.Cattaneo(medium) if tau else hg.Fourier(medium)
    x, y = grid.coordinates()
    start = np.cos(np.pi * x) * (1 + np.sin(2 * np.pi * y / 0.7))
    sides = {"x+": hg.Temperature(lambda t: -1 + 0.5 * np.sin(4 * t))}
    kwargs = {"boundary": sides, "source": lambda x, y, t: np.cos(5 * t) + 0 * x * y}
    # Modes that are not resolved (dt·rate > 1) are not in the asymptotic range.
    counts, end = ([128, 256, 512, 1024], 0.05 if tau == 0 else 0.2)
    exact = hg.conduct(
        law, grid, start, [0, end], dt=end / (16 * counts[-1]), method="midpoint", **kwargs
    ).temperature[-1]
    errors = [
        np.abs(advance(law, grid, start, end / n, n, **kwargs).temperature[-1] - exact).max()
        for n in counts
    ]
    order = -np.polyfit(np.log(counts), np.log(errors), 1)[0]
    assert abs(order - 2) < 0.05


def direction_y(grid, kappa):
    """The matrix of −∂y κ ∂y with insulated ends on each row, as a function."""
    h = grid.spacing[1]
    g = 1 / (0.5 * h * (1 / kappa[:, 1:] + 1 / kappa[:, :-1]))

    def apply(t):
        q = np.zeros((t.shape[0], t.shape[1] + 1))
        q[:, 1:-1] = g * (t[:, :-1] - t[:, 1:])
        return (q[:, 1:] - q[:, :-1]) / h

    return apply


@pytest.mark.parametrize("number", [1.0, 1e2, 1e4])
def test_rough_data_never_grow_in_the_norm_of_the_second_direction(number):
    """‖(1 + sC⁻¹L_y)T‖ in the weight C does not grow at any step, for coefficients over two decades
    (theorem: products of contractions)."""
    grid = grid_of(16, 15)
    kappa, capacity = rough(grid.shape, 6, 2.0), rough(grid.shape, 7, 2.0)
    dt = number * min(grid.spacing) ** 2
    along_y = direction_y(grid, kappa)
    start = np.random.default_rng(8).normal(size=grid.shape)
    flow = hg.conduct(
        hg.Fourier(hg.Medium(kappa, capacity)),
        grid,
        start,
        dt * np.arange(31),
        dt=dt,
        method="directional",
    )
    norms = np.array(
        [np.sum(capacity * (t + 0.5 * dt * along_y(t) / capacity) ** 2) for t in flow.temperature]
    )
    assert (np.diff(norms) <= 1e-12 * norms[:-1]).all()
    assert norms[-1] < norms[0]


def test_a_steady_state_stays_at_any_step():
    grid = grid_of()
    law = hg.Fourier(hg.Medium(rough(grid.shape, 9), 1.0))
    sides = {"x-": hg.Temperature(1.0), "y+": hg.Robin(3.0, 0.0)}
    kwargs = {"boundary": sides, "source": 0.7}
    steady = hg.conduct(
        law, grid, 0.0, [0, 4000.0], dt=100.0, method="backward-euler", **kwargs
    ).temperature[-1]
    flow = advance(law, grid, steady, 50.0, 10, **kwargs)
    np.testing.assert_allclose(flow.temperature[-1], steady, atol=1e-9)  # 1e-13 · dt/h²


def test_what_it_is_not_proven_for_is_refused():
    space = hg.Grid([hg.Axis(0, 1, 4)] * 3)
    with pytest.raises(ValueError, match=r"`method` .* 2 axes only, but `grid` has 3"):
        advance(hg.Fourier(hg.Medium(1.0, 1.0)), space, 0.0, 0.1, 1)
    for law in (
        hg.GuyerKrumhansl(hg.Medium(1.0, 1.0, 0.1, 0.2)),
        hg.Fourier(hg.Medium(lambda t: 1 + t**2, 1.0)),
    ):
        with pytest.raises(ValueError, match="`method` may be 'directional' for local laws"):
            advance(law, grid_of(), 0.0, 0.1, 1)
