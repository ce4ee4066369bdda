"""Laws τ(T): each against its formula written out, and against the others."""

import numpy as np
import pytest

import heatgauge as hg
from rounding import close

cr = hg.crossover
T = np.geomspace(0.5, 500.0, 40)


def test_every_law_is_its_formula():
    np.testing.assert_allclose(cr.PowerLaw(2.0, 3, reference=4.0)(T), 2 * (4 / T) ** 3, rtol=1e-14)
    np.testing.assert_allclose(
        cr.Umklapp(2.0, 5.0, power=-1, reference=3.0)(T), 2 * (3 / T) * np.exp(5 / T), rtol=1e-14
    )
    np.testing.assert_allclose(cr.FromRate(lambda t: t**2)(T), T**-2.0, rtol=1e-14)
    np.testing.assert_allclose(cr.FromRate(4.0)(T), 0.25, rtol=1e-14)
    np.testing.assert_allclose(cr.Boundary(3.0, 6.0)(T), 0.5, rtol=1e-14)
    np.testing.assert_allclose(cr.Planckian(2.0)(T) * T, 2 * hg.hbar / hg.k_B, rtol=1e-14)
    assert close(cr.Planckian()(1.0), "7.6382e-12")
    assert cr.Umklapp(1.0, 1e4)(1.0) == np.inf


def test_the_kinetic_time_from_either_speed():
    """κ/(Cv²), and 3κ/(Cc²) for v = c/√3: with c for v it would be a third of that."""
    kappa, capacity = (lambda t: 7 / t), (lambda t: 2 * t**3)
    by_wave = cr.Kinetic(kappa, capacity, wave_speed=5.0)
    by_sound = cr.Kinetic(kappa, capacity, sound_speed=5.0)
    np.testing.assert_allclose(by_wave(T), 7 / (2 * T**4 * 25), rtol=1e-14)
    np.testing.assert_allclose(by_sound(T), 3 * 7 / (2 * T**4 * 25), rtol=1e-14)
    for wrong in ({}, {"wave_speed": 1.0, "sound_speed": 1.0}):
        with pytest.raises(TypeError, match="exactly one"):
            cr.Kinetic(1.0, 1.0, **wrong)


def test_the_kinetic_time_says_where_the_specimen_limits_it():
    # c τ = 3κ/(C c) = 3·2/(1·6) = 1
    for size, limited in ((0.9, True), (1.1, False)):
        law = cr.Kinetic(2.0, 1.0, sound_speed=6.0, size=size)
        assert law.boundary_limited(1.0) == limited
    with pytest.raises(ValueError, match="`size` was not given"):
        cr.Kinetic(2.0, 1.0, sound_speed=6.0).boundary_limited(1.0)
    # Free flight between faces a distance d apart, κ = C c d/3: the time is d/c.
    c, d = 300.0, 2e-3
    law = cr.Kinetic(lambda t: 5 * t**3 * c * d / 3, lambda t: 5 * t**3, sound_speed=c)
    np.testing.assert_allclose(law(T), cr.Boundary(d, c)(T), rtol=1e-14)


def test_rates_add():
    laws = [cr.PowerLaw(1.0, 4), cr.Umklapp(1e-3, 20.0), cr.Boundary(1.0, 100.0)]
    total = cr.Matthiessen(*laws)
    np.testing.assert_allclose(1 / total(T), sum(1 / law(T) for law in laws), rtol=1e-14)
    with pytest.raises(TypeError, match="at least one"):
        cr.Matthiessen()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: cr.PowerLaw(0.0), "`time` must be finite and > 0"),
        (lambda: cr.PowerLaw(1.0, reference=-1.0), "`reference` must be"),
        (lambda: cr.Umklapp(1.0, 0.0), "`activation` must be"),
        (lambda: cr.FromRate(-1.0), "`rate` must be"),
        (lambda: cr.Boundary(1.0, 0.0), "`speed` must be"),
        (lambda: cr.Planckian(float("inf")), "`factor` must be finite"),
    ],
)
def test_bad_parameters_are_refused_by_name(make, message):
    with pytest.raises(ValueError, match=message):
        make()


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (lambda: cr.Kinetic("1", 1.0, wave_speed=1.0), "conductivity"),
        (lambda: cr.Kinetic(1.0, None, wave_speed=1.0), "capacity"),
        (lambda: cr.Kinetic(1.0, 1.0, wave_speed=[1.0]), "wave_speed"),
        (lambda: cr.Kinetic(1.0, 1.0, wave_speed=1.0, size=abs), "size"),
        (lambda: cr.Matthiessen(3.0), "laws"),
    ],
)
def test_parameters_that_are_no_numbers_are_refused_by_name(make, name):
    with pytest.raises(TypeError, match=f"`{name}`"):
        make()


def test_times_beyond_double_precision_are_infinite():
    assert cr.PowerLaw(1.0, 400.0)(0.01) == np.inf
    assert cr.FromRate(lambda T: 0.0)(1.0) == np.inf
    assert cr.Kinetic(1.0, 1.0, wave_speed=1e-300)(1.0) == np.inf
