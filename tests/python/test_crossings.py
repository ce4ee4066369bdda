"""Roots in ln T: none, one, several, touching, jumps, infinities and unknown stretches."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heatgauge.crossover.crossings import roots

T = np.geomspace(0.01, 100.0, 401)


def found(function, samples=T):
    return [(root.temperature, root.kind) for root in roots(function, samples)]


def test_none_one_and_several():
    assert found(lambda t: 1.0 + 0 * t) == []
    ((one, kind),) = found(lambda t: np.log(t / 3))
    assert one == pytest.approx(3.0, rel=1e-14)
    assert kind == "rising"
    several = found(lambda t: np.sin(3 * np.log(t)))
    expected = np.exp(np.arange(-4, 5) * np.pi / 3)
    np.testing.assert_allclose([t for t, _ in several], expected, rtol=1e-13)
    assert [kind for _, kind in several][3:6] == ["falling", "rising", "falling"]


@settings(deadline=None)
@given(st.floats(0.05, 20.0))
def test_curves_that_touch_are_found_between_samples(where):
    """The minimum of x² is known to √(rounding) ≈ 1e-8 in x."""
    ((t, kind),) = found(lambda t: np.log(t / where) ** 2)
    assert kind == "touching"
    assert t == pytest.approx(where, rel=1e-6)
    ((t, kind),) = found(lambda t: -(np.log(t / where) ** 2))
    assert kind == "touching"


@pytest.mark.parametrize("gap", [1e-3, 1e-5, 1e-7])
def test_a_near_miss_is_none_and_a_near_double_is_two(gap):
    """Both roots lie within one interval of the samples for the two smaller gaps."""
    assert found(lambda t: np.log(t / 2.01) ** 2 + gap) == []
    two = found(lambda t: np.log(t / 2.01) ** 2 - gap)
    np.testing.assert_allclose(
        [t for t, _ in two], 2.01 * np.exp([-np.sqrt(gap), np.sqrt(gap)]), rtol=1e-9
    )
    assert [kind for _, kind in two] == ["falling", "rising"]


def test_a_root_on_a_sample_counts_once():
    for power, kinds in ((1, ["rising"]), (2, ["touching"])):
        middle = T[200]
        hits = found(lambda t, p=power, m=middle: np.log(t / m) ** p)
        assert [kind for _, kind in hits] == kinds
        assert hits[0][0] == pytest.approx(middle, rel=1e-12)
    assert [kind for _, kind in found(lambda t: np.log(t / T[0]))] == ["rising"]
    assert [kind for _, kind in found(lambda t: np.log(T[-1] / t))] == ["falling"]


def test_jumps_infinities_and_gaps():
    ((t, kind),) = found(lambda t: 1.0 if t < 2.5 else -1.0)
    assert (kind, t) == ("jump down", pytest.approx(2.5, rel=1e-12))
    ((t, kind),) = found(lambda t: np.inf if t < 0.02 else np.log(7 / t))
    assert (kind, t) == ("falling", pytest.approx(7.0, rel=1e-13))
    # Unknown between 1 and 9: the sign differs on the two sides, but nobody knows where it changes.
    assert found(lambda t: np.nan if 1 < t < 9 else np.log(t / 3)) == []


@settings(deadline=None)
@given(st.floats(0.3, 30.0), st.floats(1.01, 3.0))
def test_roots_beside_the_ends_of_the_data(low, ratio):
    """exp(ln T) may miss T by an ulp, and beyond its range the function is unknown."""
    high = low * ratio
    samples = np.geomspace(low, high, 5)
    samples[0], samples[-1] = low, high

    def within(t, where):
        return np.log(t / where) if low <= t <= high else np.nan

    for where in (low * (1 + 1e-9), high * (1 - 1e-9), low, high):
        ((t, kind),) = found(lambda t, w=where: within(t, w), samples)
        assert t == pytest.approx(where, rel=1e-14)
        assert kind == "rising"
        assert low <= t <= high
