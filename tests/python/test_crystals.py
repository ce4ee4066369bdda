"""What single crystal records say and refuse to say.

Expected numbers are rounded ones, published or computed independently; they may differ by half a
unit in the last digit written.
"""

import numpy as np
import pytest

import heatgauge as hg
from rounding import close


def test_sodium_fluoride_carries_its_spread_and_its_status():
    state = hg.materials["NaF"].at(temperature=14.5)
    assert isinstance(state, hg.Medium)
    theta = state.debye_temperature
    assert (theta.value, theta.uncertainty) == (479.0, 13.0)
    # First order: u(c_D)/c_D = u(Θ)/Θ; the derivative is exact for a formula linear in Θ.
    speed = state.debye_speed
    assert speed.uncertainty / speed.value == pytest.approx(13 / 479, rel=1e-9)
    for name in ("conductivity", "capacity", "relaxation", "wave_speed", "inductance"):
        assert state.quantity(name).status == "unverified"
    assert state.capacity == pytest.approx(2828.0 * 2.3, rel=1e-15)
    assert state.inductance == pytest.approx(state.relaxation / state.conductivity, rel=1e-14)
    assert state.wave_speed == pytest.approx(
        (state.diffusivity / state.relaxation) ** 0.5, rel=1e-14
    )
    # Ranges kept as midpoint and half range.
    for name, lower, upper in (
        ("conductivity", 1.0e4, 1.4e4),
        ("specific_heat", 1.8, 2.8),
        ("tau_resistive", 0.35e-6, 0.6e-6),
    ):
        q = state.quantity(name)
        assert q.value - q.uncertainty == pytest.approx(lower, rel=1e-14)
        assert q.value + q.uncertainty == pytest.approx(upper, rel=1e-14)


@pytest.mark.parametrize(("temperature", "speed"), [(10, "2901"), (15, "2299"), (18.5, "1893")])
def test_the_recalled_fit_is_coded_as_written(temperature, speed):
    # Of the formula, not of nature: the fit itself is unverified.
    measured = hg.materials["NaF"].at(temperature).second_sound_measured
    assert close(measured, speed)
    assert measured.status == "unverified"


def test_the_normal_time_of_sodium_fluoride_needs_a_frequency():
    record = hg.materials["NaF"]
    with pytest.raises(hg.MissingData, match=r"`tau_normal` .* needs `frequency`"):
        _ = record.at(14.5).tau_normal
    with pytest.raises(hg.MissingData, match=r"needs `tau_normal`, which needs `frequency`, and"):
        _ = record.at(14.5).nonlocal_length
    tau = record.at(14.5, frequency=5e12).tau_normal
    assert tau.value == pytest.approx(1 / (1e-10 * 5e12 * 14.5**4), rel=1e-14)
    assert tau.contested


def test_normal_and_resistive_times_are_never_exchanged():
    state = hg.materials["Bi"].at(3.0)
    assert state.tau_normal.value == pytest.approx(1 / (4.49e4 * 81), rel=1e-14)
    for name in ("tau_resistive", "relaxation", "nonlocal_length", "mean_free_path_resistive"):
        with pytest.raises(hg.MissingData, match=rf"Bi has no `{name}` at 3 K"):
            state.quantity(name)
    given_normal = hg.materials["Bi"].at(3.0, tau_normal=1e-7, conductivity=100.0)
    with pytest.raises(hg.MissingData, match="tau_resistive"):
        _ = given_normal.relaxation
    both = hg.materials["Bi"].at(3.0, tau_resistive=2e-6)
    assert both.relaxation == 2e-6
    expected = both.debye_speed.value * (both.tau_normal.value * 2e-6 / 5) ** 0.5
    assert both.nonlocal_length == pytest.approx(expected, rel=1e-14)


def test_bismuth_prediction_agrees_with_the_measured_speed():
    for row in hg.materials.second_sound_table()[:2]:
        assert row.material == "Bi"
        assert (row.measured.value, row.measured.uncertainty) == (780.0, 50.0)
        assert abs(row.predicted.value - row.measured.value) < row.measured.uncertainty
    assert hg.materials["Bi"].at(1.5).debye_temperature.value == 117.0
    assert close(120 * 780 / float(hg.materials["Bi"].at(3.0).second_sound_predicted), "122")


def test_graphite_has_no_debye_model_but_its_own_capacity():
    record = hg.materials["graphite"]
    for name in ("debye_temperature", "debye_speed", "second_sound_predicted", "capacity"):
        with pytest.raises(hg.MissingData, match="graphite has no Debye model"):
            record.at(100.0).quantity(name)
    # Per volume: (13.8 + 27.7)e-6 J/(mol·K) at 1 K times ρ/M.
    assert record.at(1.0).capacity == pytest.approx(41.5e-6 * 2260 / 12.011e-3, rel=1e-12)
    with pytest.raises(hg.MissingData, match=r"^graphite \(natural\) has no data at 50 K"):
        record.at(50.0)
    with pytest.raises(ValueError, match="`sample` must be one of"):
        record.at(100.0, sample="pyrolytic")


def test_solid_helium_times_and_conductivities():
    record = hg.materials["solid 4He"]
    tau = record.at(0.5).tau_normal
    assert tau.value == pytest.approx(2.1e-12 * 52.0**3, rel=1e-12)
    # (0.4/2.1)² rounded to 0.19², and 3·u(Θ)/Θ = 3·1.3/26; independent.
    assert tau.uncertainty / tau.value == pytest.approx(np.hypot(0.19, 0.15), rel=1e-6)
    assert tau.status == "unverified"
    state = record.at(1.0, sample="85 atm", debye_temperature=34.0)
    across = state.quantity("conductivity_perpendicular").value
    assert across == pytest.approx(1.12e-3 * np.exp(34 / 2.58), rel=1e-12)
    with pytest.raises(hg.MissingData, match="needs `debye_temperature`"):
        record.at(1.0, sample="85 atm").quantity("conductivity_parallel")
    for volume, theta, sample in ((20.97, "26.0", "20.97 cm3/mol"), (17.0, "45.2", "17.0 cm3/mol")):
        fitted = 2340 * volume**-0.8114 * np.exp(-0.0969 * volume)
        assert close(fitted, theta)
        entries = record.entries("debye_temperature", sample)
        assert entries[0].parameters["value"] == float(theta)
