"""Roots of the dispersion relation, and which of the two modes a wavenumber belongs to."""

import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import heatgauge as hg

UNIT = hg.Medium(conductivity=1.0, capacity=1.0, relaxation=1.0)
POSITIVE = st.floats(1e-3, 1e3)


@pytest.mark.parametrize(("dk2", "real"), [(1.0, 0.8660254), (4.0, 1.9364917)])
def test_waves_of_the_unit_medium(dk2, real):
    """Seven digits, computed by hand; half a unit in the last one."""
    mode = hg.crossover.mode(dk2**0.5, UNIT)
    assert mode == "wave"
    assert mode.roots[0] == pytest.approx(real - 0.5j, abs=0.5e-7)
    assert mode.roots[1] == pytest.approx(-real - 0.5j, abs=0.5e-7)
    assert mode.speed == pytest.approx(real / dk2**0.5, abs=0.5e-7)
    assert mode.damping == 0.5


def test_the_double_root_is_diffusive_and_the_edge_is_at_the_cutoff():
    edge = hg.crossover.mode(0.5, UNIT)
    assert edge == "diffusive"
    assert edge.roots == (-0.5j, -0.5j)
    assert edge.cutoff == 0.5
    assert hg.crossover.mode(0.5 * (1 + 1e-9), UNIT) == "wave"
    assert hg.crossover.mode(0.5 * (1 - 1e-9), UNIT) == "diffusive"


@settings(deadline=None)
@given(POSITIVE, POSITIVE, POSITIVE, POSITIVE, st.sampled_from([0.0, 0.1, 2.0]))
def test_the_roots_solve_the_relation(k, kappa, capacity, tau, ell):
    """Sum and product of the roots: −i(1 + Kk²)/τ and −Dk²/τ, a few roundings each; the product
    also where one root is 1e12 times the other, which a difference of roots would lose."""
    medium = hg.Medium(kappa, capacity, tau, ell)
    mode = hg.crossover.mode(k, hg.GuyerKrumhansl(medium) if ell else medium)
    loss = 1 + 3 * ell**2 * k**2
    a, b = mode.roots
    assert a + b == pytest.approx(-1j * loss / tau, rel=1e-14)
    assert (a * b).real == pytest.approx(-kappa / capacity * k**2 / tau, rel=1e-12)
    assert mode.damping > 0
    discriminant = loss**2 - 4 * tau * kappa / capacity * k**2
    if abs(discriminant) > 1e-12 * loss**2:
        assert mode == ("wave" if discriminant < 0 else "diffusive")
    # The cutoff is that of Cattaneo's law, 1/(2vτ) with v² = κ/(Cτ).
    v = (kappa / capacity / tau) ** 0.5
    assert mode.cutoff == pytest.approx(1 / (2 * v * tau), rel=1e-14)


def test_fourier_has_one_diffusive_root():
    mode = hg.crossover.mode(3.0, hg.Medium(2.0, 0.5))
    assert mode == hg.crossover.mode(3.0, hg.Fourier(UNIT)) == "diffusive"
    assert mode.roots == (-36j,)
    assert mode.cutoff == np.inf
    assert mode.speed == 0.0


def test_a_mode_decays_on_a_grid_as_its_root_says():
    """T of one wavelength by Cattaneo's law against Re e^{−iωt}, both kinds; q₀ = 0.

    k̂ = 2 sin(kh/2)/h is the wavenumber on the lattice, exact in space; dt² ω³ t/12 = 3e-6 in time.
    """
    grid = hg.Grid([hg.Axis(0.0, 2 * np.pi, 32, boundary="periodic")])
    h = grid.spacing[0]
    x = grid.coordinates()[0]
    for tau, kind in ((4.0, "wave"), (0.1, "diffusive")):
        medium = hg.Medium(1.0, 1.0, tau)
        mode = hg.crossover.mode(2 * np.sin(h / 2) / h, medium)
        assert mode == kind
        times = np.linspace(0.0, 2.0, 5)
        flow = hg.conduct(hg.Cattaneo(medium), grid, np.cos(x), times, dt=1e-3, method="midpoint")
        a, b = mode.roots
        amplitude = (b * np.exp(-1j * a * times) - a * np.exp(-1j * b * times)) / (b - a)
        expected = amplitude.real[:, None] * np.cos(x)
        np.testing.assert_allclose(flow.temperature, expected, atol=1e-5)


def test_states_of_materials():
    naf = hg.materials["NaF"].at(14.5)
    k = 1e4
    mode = hg.crossover.mode(k, naf)
    again = hg.Medium(naf.conductivity, naf.capacity, naf.relaxation)
    assert mode.roots == pytest.approx(hg.crossover.mode(k, again).roots, rel=1e-12)
    helium = hg.materials["He II"].at(1.8)
    undamped = hg.crossover.mode(k, helium)
    assert undamped == "wave"
    assert undamped.speed == pytest.approx(helium.wave_speed, rel=1e-14)
    assert undamped.damping == 0.0
    with pytest.raises(hg.MissingData, match="Bi has no `diffusivity`"):
        hg.crossover.mode(k, hg.materials["Bi"].at(3.0))


@pytest.mark.parametrize(
    ("k", "medium", "error", "message"),
    [
        (0.0, UNIT, ValueError, "`k` must be finite and > 0"),
        (float("nan"), UNIT, ValueError, "`k` must be finite"),
        ("1", UNIT, TypeError, "`k` must be a real number"),
        (1.0, 3.0, TypeError, "`medium` must be a Medium"),
        (1.0, hg.Medium(np.ones(3), 1.0), ValueError, "`medium` must be uniform"),
        (1.0, hg.Medium(lambda T: T, 1.0), ValueError, "`medium` must be uniform"),
    ],
)
def test_bad_arguments_are_refused_by_name(k, medium, error, message):
    with pytest.raises(error, match=message):
        hg.crossover.mode(k, medium)


def test_a_mode_survives_pickling():
    mode = hg.crossover.mode(1.0, UNIT)
    twin = pickle.loads(pickle.dumps(mode))
    assert (twin, twin.roots, twin.cutoff) == (mode, mode.roots, mode.cutoff)
