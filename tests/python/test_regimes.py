"""Regime maps: the boundaries are the two scales, and agree with the critical temperatures."""

import math

import numpy as np
import pytest

import heatgauge as hg

cr = hg.crossover
BALLISTIC, WAVE, DIFFUSIVE, NOT_BALLISTIC, NOT_DIFFUSIVE, NO_DATA = range(6)


def test_the_boundaries_are_the_scales_and_divide_the_plane():
    T, L = np.geomspace(1.0, 30.0, 41), np.geomspace(1e-7, 1.0, 61)
    laws = {"tau_normal": cr.PowerLaw(1e-6, 4), "sound_speed": 900.0}
    for boundary, factor in (("periodic", 4 * math.pi), ("wall", 2 * math.pi)):
        found = cr.regime_map(cr.PowerLaw(1e-5, 3), L, L, temperatures=T, boundary=boundary, **laws)
        lower, upper = 900 * 1e-6 / T**4, factor * 900 / math.sqrt(3) * 1e-5 / T**3
        np.testing.assert_allclose(found.boundaries["lower length"], lower, rtol=1e-12)
        np.testing.assert_allclose(found.boundaries["upper length"], upper, rtol=1e-12)
        np.testing.assert_allclose(found.boundaries["lower time"], 1e-6 / T**4, rtol=1e-12)
        np.testing.assert_allclose(found.boundaries["upper time"], 1e-5 / T**3, rtol=1e-12)
        for i, length in enumerate(L):
            for j in range(T.size):
                code = WAVE if length >= lower[j] else BALLISTIC
                code = DIFFUSIVE if length >= upper[j] else code
                assert found.length_regimes[i, j] == code
        assert set(np.unique(found.time_regimes)) == {BALLISTIC, WAVE, DIFFUSIVE}


@pytest.mark.parametrize("name", ["τ_N of 1971", "τ_N of 1975"])
def test_a_map_changes_where_the_critical_temperatures_are(name):
    gas = cr.scenarios("NaF")[name]
    window = cr.critical_temperature(gas, length=2e-3)
    edges = sorted([*window.lower, *window.upper])
    T = np.sort([edge * (1 + s * 1e-6) for edge in edges for s in (-1, 1)])
    codes = cr.regime_map(gas, lengths=[2e-3], temperatures=T).length_regimes[0]
    assert list(codes) == [BALLISTIC, WAVE, WAVE, DIFFUSIVE]


def test_what_a_record_lacks_stays_open():
    bismuth = cr.regime_map(hg.materials["Bi"], [1e-6, 1.0], temperatures=[1.0, 2.0])
    assert bismuth.length_regimes.tolist() == [[NO_DATA, BALLISTIC], [NO_DATA, NOT_BALLISTIC]]
    assert "tau_resistive" in bismuth.missing["upper length"]
    naf = cr.regime_map(hg.materials["NaF"], [1e-6, 1.0], temperatures=[9.0, 13.0])
    assert naf.length_regimes.tolist() == [[NO_DATA, NOT_DIFFUSIVE], [NO_DATA, DIFFUSIVE]]
    assert naf.status == "unverified"
    graphite = cr.regime_map(hg.materials["graphite"], [1e-5], temperatures=[85.0, 125.0])
    assert (graphite.length_regimes == NO_DATA).all()
    helium = cr.regime_map(hg.materials["He II"], times=[1e-3], temperatures=[1.5, 2.1, 2.2])
    assert helium.time_regimes.tolist() == [[NOT_DIFFUSIVE, NOT_DIFFUSIVE, DIFFUSIVE]]
    assert helium.length_regimes is None


def test_both_planes_by_default_and_read_only():
    found = cr.regime_map(cr.PowerLaw(1e-6, 3), tau_normal=1e-9, wave_speed=1e3)
    assert found.length_regimes.shape == (found.lengths.size, found.temperatures.size)
    assert found.time_regimes.shape == (found.times.size, found.temperatures.size)
    for array in (found.length_regimes, *found.boundaries.values()):
        assert not array.flags.writeable
    assert len(cr.REGIMES) == 6


@pytest.mark.parametrize(
    ("keywords", "error", "message"),
    [
        ({"lengths": [2.0, 1.0]}, ValueError, "`lengths` must be a 1D array of ascending"),
        ({"times": [0.0, 1.0]}, ValueError, "`times` must be > 0"),
        ({"temperatures": [[1.0]]}, ValueError, "`temperatures` must be a 1D array"),
        ({"lengths": "long"}, TypeError, "`lengths` must be an array"),
        ({"boundary": "open"}, ValueError, "`boundary` must be one of"),
    ],
)
def test_bad_arguments_are_refused_by_name(keywords, error, message):
    with pytest.raises(error, match=message):
        cr.regime_map(cr.Planckian(), **keywords)
