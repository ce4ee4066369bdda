"""What follows from a heat flow: balances of energy and entropy, potentials, storage."""

import pickle

import numpy as np
import pytest

import heatgauge as hg

# Balances close whatever a few cells resolve.
pytestmark = pytest.mark.filterwarnings("ignore:Fronts cross")
METHODS = ("midpoint", "l-stable", "backward-euler")


def random_case(seed, dimensions, *, sources=True, fluxes=True):
    """A body with random coefficients, sides of every kind, sources of every kind."""
    rng = np.random.default_rng(seed)
    axes = [
        hg.Axis(-0.3, rng.uniform(0.5, 2), int(n), ["wall", "wall", "periodic"][rng.integers(3)])
        for n in rng.integers(2, 7, dimensions)
    ]
    grid = hg.Grid(axes)
    tau = rng.uniform(0, 1, grid.shape) * (rng.random(grid.shape) < 0.7)
    tau[(0,) * dimensions] = 0.5
    kappa, capacity = 10 ** rng.uniform(-1, 1, (2, *grid.shape))
    law = hg.Cattaneo(hg.Medium(kappa, capacity, tau))
    if seed % 3 == 0:
        law = hg.Fourier(hg.Medium(kappa, capacity))
    boundary = {}
    for axis, name in zip(range(dimensions), "xyz", strict=False):
        if grid.axes[axis].periodic:
            continue
        faces = tuple(n for k, n in enumerate(grid.shape) if k != axis)
        for sign in "-+":
            field = rng.random(faces) if faces else 0.7
            kinds = [hg.Temperature(field), hg.Temperature(1.3), hg.Robin(0.8, 0.4), hg.Insulated()]
            kinds += [hg.Robin(field + 0.1, field)]
            if fluxes:
                kinds += [hg.Flux(field), hg.Flux(lambda t: np.sin(7 * t))]
            boundary[name + sign] = kinds[rng.integers(len(kinds))]
    profile = rng.normal(size=grid.shape)
    source = [profile, hg.Drive(profile**2, np.cos), lambda *x: np.sin(x[0] + 3 * x[-1])]
    if not sources:
        source = None
    return law, grid, 1 + rng.random(grid.shape), boundary, source


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("dimensions", [1, 2, 3])
def test_energy_balances_to_round_off(method, dimensions):
    for seed in range(12):
        law, grid, start, boundary, source = random_case(seed, dimensions)
        flow = hg.conduct(
            law,
            grid,
            start,
            [0, 0.03, 0.5, 0.51],
            boundary=boundary,
            source=source,
            dt=0.05,
            method=method,
        )
        # 10 steps on at most 216 cells: a few eps
        assert np.abs(flow.energy_balance()).max() < 1e-14


def test_the_energy_balance_notices_a_loss():
    law, grid, start, boundary, source = random_case(1, 2)
    flow = hg.conduct(law, grid, start, [0, 0.1, 0.2], boundary=boundary, source=source, dt=0.05)
    damaged = flow.temperature.copy()
    damaged[1, 0, 0] *= 1 + 1e-9
    broken = hg.HeatFlow.from_arrays(law, grid, flow.times, damaged, flow.flux)
    object.__setattr__(broken, "boundary_energy", flow.boundary_energy)
    object.__setattr__(broken, "source_energy", flow.source_energy)
    assert np.abs(broken.energy_balance()).min() > 1e-12


def test_from_arrays_integrates_the_outer_flux():
    grid = hg.Grid([hg.Axis(0, 2, 4)])
    law = hg.Fourier(hg.Medium(1.0, 3.0))
    times = np.array([0.0, 1.0, 3.0])
    flux = np.zeros((3, 5))
    flux[:, 0], flux[:, -1] = [1.0, 2.0, 4.0], [0.0, 1.0, 1.0]
    gain = np.array([0.0, 1.0, 1.0 + 6.0 - 2.0])
    temperature = 1 + np.outer(gain / (3.0 * 2.0), np.ones(4))
    flow = hg.HeatFlow.from_arrays(law, grid, times, temperature, flux)
    np.testing.assert_allclose(flow.energy_balance(), 0, atol=1e-15)
    # no temperature gradient anywhere: only the half cells behind given flux produce, by the law
    sigma = flow.entropy_production()
    assert sigma.shape == (2, 4)
    np.testing.assert_allclose(sigma[:, 1:-1], 0, atol=1e-14)


def stored(flow):
    """∫½(CT² + Λq²) at each output time; half cells at given flux hold no state."""
    volume = flow.grid.cell_volume
    axes = tuple(range(1, flow.grid.dimensions + 1))
    capacity = np.broadcast_to(flow.law.medium.capacity, flow.grid.shape)
    total = 0.5 * (capacity * flow.temperature**2).sum(axis=axes) * volume
    for k, q in enumerate(flow.flux):
        area = volume / flow.grid.spacing[k]
        total = total + 0.5 * (flow.face_inductance(k) * q**2).sum(axis=axes) * area
    return total


def surface_power(flow):
    """Σ T_surface q·(inward) at mid-times over sides of known surface temperature."""
    power = np.zeros(flow.times.size - 1)
    for (axis, end), surface in flow.surface_temperature.items():
        q = np.take(flow.flux[axis], -1 if end else 0, axis=axis + 1) * (-1 if end else 1)
        area = flow.grid.cell_volume / flow.grid.spacing[axis]
        product = 0.25 * (q[1:] + q[:-1]) * (surface[1:] + surface[:-1])
        power += product.reshape(power.size, -1).sum(axis=1) * area
    return power


@pytest.mark.parametrize("dimensions", [1, 2, 3])
def test_the_midpoint_rule_keeps_the_quadratic_entropy_balance(dimensions):
    """ΔW/dt = −∫σ + boundary power + source power in every step, to round-off."""
    for seed in range(16):
        law, grid, start, boundary, _ = random_case(seed, dimensions, fluxes=False)
        heat = np.random.default_rng(seed).normal(size=grid.shape)
        dt = 0.07
        times = dt * np.arange(9)
        flow = hg.conduct(
            law, grid, start, times, boundary=boundary, source=heat, dt=dt, method="midpoint"
        )
        axes = tuple(range(1, dimensions + 1))
        sigma = flow.entropy_production()
        middle = 0.5 * (flow.temperature[1:] + flow.temperature[:-1])
        source = (middle * heat).sum(axis=axes) * grid.cell_volume
        gain = np.diff(stored(flow)) / dt
        loss = sigma.sum(axis=axes) * grid.cell_volume
        defect = gain + loss - source - surface_power(flow)
        # eps · stored/dt ≈ 1e-14 · scale
        scale = stored(flow).max() / dt + np.abs(loss).max() + np.abs(source).max()
        assert np.abs(defect).max() < 1e-13 * scale
        # q·E by differences is r q̄² on every face, hence never negative
        assert sigma.min() >= -1e-12 * max(sigma.max(), 1.0)


@pytest.mark.slow
def test_entropy_production_is_never_negative_in_ten_thousand_cells_and_steps():
    for seed in range(400):
        law, grid, start, boundary, source = random_case(seed, 1 + seed % 3)
        flow = hg.conduct(
            law,
            grid,
            start,
            0.1 * np.arange(26),
            boundary=boundary,
            source=source,
            dt=0.1,
            method="midpoint",
        )
        sigma = flow.entropy_production()
        assert sigma.min() >= -1e-11 * max(sigma.max(), 1.0)


def test_entropy_forms_agree_with_formulas():
    """Steady conduction: q·E, q·∇(1/T) and q·E/T² of a uniform flux."""
    grid = hg.Grid([hg.Axis(0, 1, 200)])
    flow = hg.conduct(
        hg.Fourier(hg.Medium(2.0, 1.0)),
        grid,
        np.linspace(400, 300, 401)[1::2],
        [0, 1e-3, 2e-3],
        boundary={"x-": hg.Temperature(400.0), "x+": hg.Temperature(300.0)},
        dt=1e-3,
    )
    T = flow.temperature[0]
    np.testing.assert_allclose(
        flow.entropy_production(), 2.0 * 100.0**2 * np.ones((2, 200)), rtol=1e-9
    )
    expected = np.broadcast_to(2.0 * 100.0**2 / T**2, (2, 200))
    # Inside second order in h, (h∇T/T)² = 2.8e-6; at the walls first, h∇T/4T = 4e-4.
    tolerance = np.full(200, 3e-6)
    tolerance[[0, -1]] = 6e-4
    for form in ("local", "extended"):
        assert (np.abs(flow.entropy_production(form) / expected - 1) < tolerance).all()


def test_the_local_entropy_production_of_cattaneo_turns_negative_and_the_extended_does_not():
    """A standing heat wave, small about T₀: the flux runs up the gradient for part of the time."""
    grid = hg.Grid([hg.Axis(0, 2 * np.pi, 64, "periodic")])
    x = grid.coordinates()[0]
    law = hg.Cattaneo(hg.Medium(100.0, 1.0, 100.0))
    times = np.linspace(0, 5, 401)
    flow = hg.conduct(law, grid, 300 + np.cos(x), times, dt=0.0125)
    extended = flow.entropy_production("extended")
    assert flow.entropy_production("local").min() < -10 * extended.max()
    assert extended.min() > -1e-3 * extended.max()


def test_the_lorenz_condition_is_the_energy_balance():
    """∇·A + v⁻²∂ₜT = ΛQ with A = Λq on links (uniform Λ; C varies), step by step."""
    rng = np.random.default_rng(3)
    grid = hg.Grid([hg.Axis(0, 1, 6, "periodic"), hg.Axis(0, 1, 5, "periodic")])
    capacity, heat = 1 + rng.random((2, *grid.shape))
    kappa, tau, dt = 2.0, 0.3, 0.05
    law = hg.Cattaneo(hg.Medium(kappa, capacity, tau))
    start = rng.random(grid.shape)
    flow = hg.conduct(law, grid, start, dt * np.arange(5), source=heat, dt=dt, method="midpoint")
    potentials = flow.potentials()
    inductance = tau / kappa
    for k in range(4):
        A = potentials.at(dt * (k + 0.5))[1]
        divergence = sum(
            (a - np.roll(a, 1, axis=i)) / h
            for i, (a, h) in enumerate(zip(A, grid.spacing, strict=True))
        )
        rate = (flow.temperature[k + 1] - flow.temperature[k]) / dt
        defect = divergence + capacity * inductance * rate - inductance * heat
        assert np.abs(defect).max() < 1e-12


def test_potentials_are_the_thermal_gauge_linear_between_outputs():
    grid = hg.Grid([hg.Axis(0, 1, 5), hg.Axis(0, 1, 4, "periodic")])
    rng = np.random.default_rng(4)
    kappa = 1 + rng.random(grid.shape)
    law = hg.Cattaneo(hg.Medium(kappa, 1.0, 0.5))
    flow = hg.conduct(law, grid, 300 + rng.random(grid.shape), [0, 0.1, 0.3], dt=0.1)
    pots = flow.potentials(charge=2.0, reference=300.0)
    V, A = pots.at(0.1)
    np.testing.assert_allclose(V, flow.temperature[1] - 300, atol=1e-12)
    inductance = 0.5 / kappa
    mean = 0.5 * (inductance[1:] + inductance[:-1])
    np.testing.assert_allclose(A[0], mean * flow.flux[0][1][1:-1], rtol=1e-12)
    mean = 0.5 * (inductance + np.roll(inductance, -1, axis=1))
    np.testing.assert_allclose(A[1], mean * flow.flux[1][1], rtol=1e-12)
    V, _ = pots.at(0.2)
    np.testing.assert_allclose(V, flow.temperature[1:].mean(axis=0) - 300, atol=1e-12)
    assert {0.1}.issubset(set(pots.breakpoints))
    with pytest.raises(ValueError, match="sampled"):
        pots.at(0.31)


def test_the_heat_field_of_the_potentials_gives_back_the_flux():
    grid = hg.Grid([hg.Axis(0, 1, 8, "periodic")])
    x = grid.coordinates()[0]
    law = hg.Cattaneo(hg.Medium(2.0, 1.0, 0.5))
    flow = hg.conduct(law, grid, np.cos(2 * np.pi * x), 0.01 * np.arange(4), dt=0.01)
    field = flow.potentials().heat_field(0.015)[0]
    np.testing.assert_allclose(2.0 * field, flow.flux[0][1:3].mean(axis=0), atol=1e-12)


def test_storage_records_and_immutability():
    grid = hg.Grid([hg.Axis(0, 1, 8)])
    law = hg.Fourier(hg.Medium(1.0, 1.0))
    start = np.linspace(0, 1, 8)
    seen = []

    def probe(t, T):
        seen.append(t)
        with pytest.raises(ValueError, match="read-only"):
            T[0] = 1.0
        return T[3]

    kwargs = {"observe": {"probe": probe}, "dt": 0.01}
    flow = hg.conduct(law, grid, start, [0, 0.1, 0.2], **kwargs)
    np.testing.assert_array_equal(flow.records["probe"], flow.temperature[:, 3])
    assert seen == [0, 0.1, 0.2]
    last = hg.conduct(law, grid, start, [0, 0.1, 0.2], store="final", **kwargs)
    assert last.temperature.shape == (1, 8)
    np.testing.assert_array_equal(last.temperature[-1], flow.temperature[-1])
    np.testing.assert_array_equal(last.records["probe"], flow.records["probe"])
    with pytest.raises(ValueError, match="store"):
        last.energy_balance()
    with pytest.raises(ValueError, match="read-only"):
        flow.temperature[0, 0] = 3.0
    with pytest.raises(AttributeError):
        flow.steps = 3
    flow.entropy_production()
    again = pickle.loads(pickle.dumps(flow))
    np.testing.assert_array_equal(again.temperature, flow.temperature)
    np.testing.assert_array_equal(again.entropy_production(), flow.entropy_production())
    assert "midpoint" in repr(flow)
