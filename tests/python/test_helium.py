"""Superfluid helium: two-fluid speed, entropy charge, interpolation.

Expected numbers are rounded ones, published or computed independently; they may differ by half a
unit in the last digit written.
"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import heatgauge as hg
from rounding import close

HELIUM = np.array(
    # T, u2 measured, u2 two-fluid, entropy per atom / k_B
    [
        (1.0, 18.93, 19.61, 0.0079),
        (1.2, 18.51, 19.45, 0.0251),
        (1.4, 19.56, 20.08, 0.0636),
        (1.6, 20.33, 20.48, 0.1360),
        (1.8, 19.90, 19.74, 0.2599),
        (2.0, 16.78, 16.77, 0.4631),
        (2.1, 12.69, 12.79, 0.6078),
        (2.15, 8.49, 8.48, 0.6987),
    ]
)


@pytest.mark.parametrize(("temperature", "measured", "two_fluid", "per_atom"), HELIUM)
def test_two_fluid_speed_and_entropy_at_the_temperatures_of_the_table(
    temperature, measured, two_fluid, per_atom
):
    """Half a unit in the last digit of the table, plus what the rounding of s (3 digits at 1 K)
    and of c makes of u₂ ∝ s/√c: 0.05/16.4 + 0.05/207 there, below 0.1 % from 1.2 K."""
    state = hg.materials["He II"].at(temperature)
    rounding = 0.0033 if temperature == 1.0 else 0.001
    assert state.second_sound_predicted.value == pytest.approx(two_fluid, rel=rounding, abs=0.005)
    assert state.second_sound_measured.value == pytest.approx(measured, rel=1e-12)
    assert state.entropy_charge.value / hg.k_B == pytest.approx(per_atom, rel=rounding, abs=0.5e-4)
    assert state.wave_speed == pytest.approx(state.second_sound_predicted.value, rel=1e-12)


def test_helium_flux_quantum_and_stiffness():
    state = hg.materials["He II"].at(1.8)
    assert close(state.flux_quantum.value, "1.85e-10")
    assert close(state.stiffness.value, "1.67e8")
    assert state.inductance == pytest.approx(1 / state.stiffness.value, rel=1e-14)
    assert state.capacity == pytest.approx(145.354 * 2950.0, rel=1e-12)
    assert state.superfluid_fraction.value == pytest.approx(0.68671, rel=1e-12)
    for name in ("conductivity", "relaxation"):
        with pytest.raises(hg.MissingData, match=f"He II has no `{name}` at 1.8 K: .*stiffness"):
            getattr(state, name)
    with pytest.raises(hg.MissingData, match="He II is no Debye solid"):
        _ = state.debye_speed


@given(st.floats(1.6, 2.15))
def test_the_two_fluid_formula_holds_to_one_per_cent_between_the_nodes(temperature):
    state = hg.materials["He II"].at(temperature)
    predicted, measured = state.second_sound_predicted, state.second_sound_measured
    assert abs(predicted.value / measured.value - 1) < 0.01
    assert predicted.uncertainty / predicted.value >= 0.01
    assert predicted.status == "computed"


@pytest.mark.parametrize("temperature", [1.0, 1.1, 1.2, 1.3, 1.4])
def test_the_two_fluid_formula_is_said_to_be_off_at_low_temperature(temperature):
    state = hg.materials["He II"].at(temperature)
    predicted, measured = state.second_sound_predicted, state.second_sound_measured
    deviation = predicted.value / measured.value - 1
    assert 0.02 < deviation < 0.055
    assert predicted.uncertainty / predicted.value >= 0.05


def test_interpolated_speed_meets_measured_points_between_the_nodes():
    """Points that are not in the table, each within its own error and that of the interpolation."""
    points = hg.materials["He II"].entries("second_sound_measured")
    within = [p for p in points if p.temperature_range[0] >= 1.0]
    assert len(within) == 7
    for point in within:
        tabulated = hg.materials["He II"].at(point.temperature_range[0]).second_sound_measured
        error = np.hypot(point.relative_uncertainty, 0.002)
        assert tabulated.value == pytest.approx(point.parameters["value"], rel=error)


@given(st.floats(1.01, 2.14))
def test_helium_heat_capacity_is_the_slope_of_its_entropy(temperature):
    """c = T ds/dT by central differences with h = 1e-3.

    The error h²Ts₃/6c is about 1e-5 between nodes (s₃ the third derivative of s). At a node s₂
    jumps by a part of about c'/T ~ 10c per K², of which a tenth times h/4 leaves below 1e-4.
    """
    h = 1e-3
    s = [hg.materials["He II"].at(temperature + d).entropy.value for d in (-h, h)]
    c = hg.materials["He II"].at(temperature).specific_heat.value
    assert temperature * (s[1] - s[0]) / (2 * h) == pytest.approx(c, rel=1e-4)


@given(st.floats(1.0, 2.15), st.floats(1.0, 2.15))
def test_helium_columns_are_monotonic(a, b):
    lower, upper = (hg.materials["He II"].at(t) for t in sorted((a, b)))
    assert lower.entropy.value <= upper.entropy.value
    assert lower.specific_heat.value <= upper.specific_heat.value * (1 + 1e-12)
    assert lower.fluid_ratio.value >= upper.fluid_ratio.value * (1 - 1e-12)


@pytest.mark.parametrize("temperature", [0.5, 0.6, 0.9999, 2.1501, 2.1767, 2.1768, 2.2, 4.0])
def test_helium_is_never_extrapolated(temperature):
    with pytest.raises(hg.MissingData, match=r"He II has no data at .* covers .*1–2\.15 K"):
        hg.materials["He II"].at(temperature)


def test_a_single_measured_point_gives_only_itself():
    state = hg.materials["He II"].at(0.5517)
    assert state.second_sound_measured.value == 105.0
    with pytest.raises(hg.MissingData, match=r"`entropy` at 0.5517 K: .* holds it for 1–2.15 K"):
        _ = state.entropy
