"""The coefficients of heat conduction: derived quantities, refusals, immutability."""

import copy
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import heatgauge as hg

NAMES = ("conductivity", "capacity", "relaxation", "nonlocal_length")
EPS = np.finfo(float).eps
coefficients = st.floats(1e-6, 1e6)


@given(coefficients, coefficients, coefficients)
def test_speed_inductance_and_diffusivity_are_tied(kappa, capacity, tau):
    """v² = D/τ and v⁻² = CΛ; each side is a handful of roundings, hence 8 eps."""
    medium = hg.Medium(kappa, capacity, tau)
    assert medium.wave_speed**2 == pytest.approx(medium.diffusivity / tau, rel=8 * EPS)
    assert medium.wave_speed**-2 == pytest.approx(capacity * medium.inductance, rel=8 * EPS)


def test_fourier_is_the_limit_of_no_relaxation():
    medium = hg.Medium(3.0, 2.0)
    assert medium.relaxation == 0.0
    assert medium.nonlocal_length == 0.0
    assert medium.wave_speed == np.inf
    assert medium.inductance == 0.0
    assert medium.shape == ()
    assert all(type(getattr(medium, n)) is float for n in (*NAMES, "diffusivity", "wave_speed"))


def test_site_arrays_are_copied_read_only_and_mixed_with_numbers():
    kappa = np.array([[1.0, 2.0], [4.0, 8.0]])
    medium = hg.Medium(kappa, 2.0, [[0.0, 1.0], [1.0, 0.0]])
    kappa[:] = 99.0
    assert medium.shape == (2, 2)
    np.testing.assert_array_equal(medium.diffusivity, [[0.5, 1.0], [2.0, 4.0]])
    np.testing.assert_array_equal(medium.wave_speed, [[np.inf, 1.0], [np.sqrt(2.0), np.inf]])
    for name in ("conductivity", "relaxation", "diffusivity", "wave_speed", "inductance"):
        with pytest.raises(ValueError, match="read-only"):
            getattr(medium, name)[0, 0] = 1.0


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("bad", [np.nan, np.inf, -1.0, -5e-324, [1.0, -1.0], [1.0, np.nan], []])
def test_values_out_of_range_are_refused_by_name(name, bad):
    with pytest.raises(ValueError, match=rf"^Argument `{name}` must "):
        hg.Medium(**{"conductivity": 1.0, "capacity": 1.0, name: bad})


@pytest.mark.parametrize("bad", [0.0, -0.0, [1.0, 0.0]])
def test_a_capacity_that_is_not_positive_is_refused(bad):
    with pytest.raises(ValueError, match=r"^Argument `capacity` must be .*> 0, but is"):
        hg.Medium(1.0, bad)


@pytest.mark.parametrize("bad", [0.0, -0.0, [1.0, 0.0]])
def test_a_medium_without_conductivity_is_refused_by_laws_that_need_it(bad):
    medium = hg.Medium(bad, 1.0, 1.0, 1.0)
    assert isinstance(hg.GreenNaghdi(medium, 1.0).medium, hg.Medium)
    for law in (hg.Fourier, hg.Cattaneo, hg.GuyerKrumhansl, lambda m: hg.DualPhaseLag(m, 0.5)):
        with pytest.raises(ValueError, match=r"^Argument `medium` must have a conductivity > 0"):
            law(medium)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "bad", [None, True, "0.1", 0.1 + 1j, [1j], [None], [True], {}, np.ma.masked_array([1.0], [1])]
)
def test_anything_but_real_numbers_is_refused_by_name(name, bad):
    with pytest.raises(TypeError, match=rf"^Argument `{name}` must be "):
        hg.Medium(**{"conductivity": 1.0, "capacity": 1.0, name: bad})


def test_functions_of_temperature_give_a_medium_at_each_temperature():
    medium = hg.Medium(lambda T: 1.0 + T, lambda T: T**3, 2.0)
    assert medium.depends_on_temperature
    assert medium.frozen(2.0) == hg.Medium(3.0, 8.0, 2.0)
    at = medium.frozen(np.array([1.0, 2.0]))
    np.testing.assert_array_equal(at.diffusivity, [2.0, 3.0 / 8.0])
    assert repr(medium).startswith("Medium(conductivity=<function of T>")
    with pytest.raises(TypeError, match=r"no one diffusivity: ask medium\.frozen"):
        _ = medium.diffusivity


def test_functions_of_temperature_with_bad_values_are_refused():
    with pytest.raises(ValueError, match=r"`capacity` .*> 0.*temperatures from -1 to 2"):
        hg.Medium(1.0, lambda T: T).frozen([-1.0, 2.0])
    with pytest.raises(TypeError, match="`nonlocal_length`"):
        hg.Medium(1.0, 1.0, 1.0, lambda T: T)


def test_a_conductivity_per_axis():
    medium = hg.Medium((2.0, 3.0), [[1.0, 2.0]], 4.0)
    assert medium.shape == (1, 2)
    np.testing.assert_array_equal(medium.diffusivity, [[[2.0, 1.0]], [[3.0, 1.5]]])
    np.testing.assert_array_equal(medium.inductance, [2.0, 4.0 / 3.0])
    mixed = hg.Medium((2.0, [[1.0, 5.0]]), 1.0)
    assert mixed.conductivity.shape == (2, 1, 2)
    several = hg.Medium((lambda T: T, 3.0), 1.0)
    np.testing.assert_array_equal(several.frozen(5.0).conductivity, [5.0, 3.0])


def test_ragged_and_differently_shaped_arrays_are_refused():
    with pytest.raises(ValueError, match=r"`capacity` must be a rectangular array"):
        hg.Medium(1.0, [[1.0], [1.0, 2.0]])
    with pytest.raises(ValueError, match=r"`capacity` must .* shape \(3,\) .* shape \(2,\)"):
        hg.Medium([1.0, 2.0, 3.0], [1.0, 2.0])


def test_a_diffusivity_beyond_double_precision_is_refused():
    for kappa, capacity in ((1e308, 1e-308), (5e-324, 1e308)):
        with pytest.raises(ValueError, match=r"`capacity` must leave a diffusivity"):
            hg.Medium(kappa, capacity)


@pytest.mark.parametrize("medium", [hg.Medium(1.0, 2.0, 3.0, 4.0), hg.Medium([1.0, 2.0], 2.0)])
def test_equality_hash_pickle_and_copy(medium):
    twins = (pickle.loads(pickle.dumps(medium)), copy.copy(medium), copy.deepcopy(medium))
    for twin in twins:
        assert twin == medium
        assert hash(twin) == hash(medium)
    assert medium != hg.Medium(1.0, 2.5, 3.0, 4.0)
    assert medium != 1.0
    assert hash(hg.Medium(1, 1, -0.0)) == hash(hg.Medium(1, 1, 0.0))


def test_a_medium_is_immutable_and_shows_its_coefficients():
    medium = hg.Medium(1.0, [2.0, 3.0])
    for name in (*NAMES, "diffusivity", "colour"):
        with pytest.raises(AttributeError):
            setattr(medium, name, 2.0)
    assert repr(medium) == (
        "Medium(conductivity=1.0, capacity=<array (2,), 2 to 3>, "
        "relaxation=0.0, nonlocal_length=0.0)"
    )
