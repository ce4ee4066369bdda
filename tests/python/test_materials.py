"""The records of materials: their figures, what follows from them, and how that is labelled.

Expected numbers are rounded published or independently computed ones; a tolerance of half a unit
in the last digit given ("digits" below) is all that they allow.
"""

import pickle
import subprocess
import sys

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import heatgauge as hg
from heatgauge.records import STATUSES, Quantity, debye
from heatgauge.records.laws import LAWS
from heatgauge.records.names import QUANTITIES
from heatgauge.records.quantity import derive, worst

CRYSTALS = ["NaF", "NaI", "sapphire", "SrTiO3", "Bi", "Ge", "solid 4He"]
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


def digits(value):
    """Half a unit in the last digit of a number written as a string."""
    mantissa, _, exponent = value.partition("e")
    decimals = len(mantissa.partition(".")[2])
    return 0.5 * 10.0 ** (int(exponent or 0) - decimals) * (1 + 1e-9)


def close(value, written):
    return abs(float(value) - float(written)) <= digits(written)


# --- the mapping ---------------------------------------------------------------------------


def test_the_records_are_a_mapping_with_aliases():
    assert list(hg.materials) == [
        "NaF",
        "NaI",
        "graphite",
        "sapphire",
        "SrTiO3",
        "Bi",
        "Ge",
        "solid 4He",
        "He II",
    ]
    assert len(hg.materials) == 9
    for name, record in hg.materials.items():
        assert record.name == name
        for alias in (*record.aliases, name.upper()):
            assert hg.materials[alias] is record
    assert "NaF" in hg.materials
    assert 5 not in hg.materials
    assert pickle.loads(pickle.dumps(hg.materials)) is hg.materials


def test_an_unknown_material_names_the_near_and_all_names():
    with pytest.raises(KeyError, match=r"^'NaFl' is no material; did you mean 'NaF'.* He II\.$"):
        hg.materials["NaFl"]
    with pytest.raises(KeyError, match=r"did you mean .*'solid 4He'"):
        hg.materials["4He"]


def test_import_reads_no_record_and_no_scipy():
    code = (
        "import sys, heatgauge as hg; from heatgauge.records import reading; "
        "assert reading.load.cache_info().currsize == 0; "
        "assert 'scipy' not in sys.modules and 'tomllib' not in sys.modules; "
        "import heatgauge.records; assert hg.materials['NaF'].name == 'NaF'"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


# --- audit of every record ------------------------------------------------------------------


@pytest.mark.parametrize("name", hg.materials)
def test_every_value_has_unit_source_and_status(name):
    record = hg.materials[name]
    assert record.quantities
    for entry in record.quantities:
        assert QUANTITIES[entry.name][0] == entry.unit
        assert entry.status in STATUSES[1:]
        assert len(entry.source) > 10
        assert entry.sample is None or entry.sample in record.samples
        assert entry.law in LAWS
        assert all(np.isfinite(v) for v in entry.parameters.values())
        assert not (entry.status == "verified" and "recalled, no source" in entry.source)
        if entry.status == "unverified":
            assert "recalled" in entry.source or "Coleman" in entry.source
        if entry.temperature_range:
            assert 0 <= entry.temperature_range[0] <= entry.temperature_range[1]
        for uncertainty in (entry.uncertainty, entry.relative_uncertainty):
            assert uncertainty is None or uncertainty > 0
    for fact in (*record.windows, *record.claims):
        assert fact.text
        assert fact.source
        assert fact.status in STATUSES[1:]
        assert fact.contested or not fact.against


@pytest.mark.parametrize("name", hg.materials)
def test_every_quantity_that_can_be_had_is_complete(name):
    record = hg.materials[name]
    for sample in record.samples or (None,):
        for lower, upper in record.ranges(sample):
            for temperature in (max(lower, 1e-3), 0.5 * (lower + upper), upper):
                for key, q in record.at(temperature, sample=sample).quantities.items():
                    assert q.name == key
                    assert q.unit == QUANTITIES[key][0]
                    assert np.isfinite(q.value)
                    assert q.status in STATUSES
                    assert q.source or q.status == "given" or q.note
                    assert q.uncertainty is None or q.uncertainty >= 0


def test_conflicts_and_disputes_are_kept():
    for name, values in {
        "NaF": {466, 492},
        "Ge": {363, 374, 371},
        "SrTiO3": {413, 513},
        "sapphire": {1033, 983, 1042, 1047},
    }.items():
        entries = hg.materials[name].entries("debye_temperature")
        assert {e.parameters["value"] for e in entries} == values
        assert sum(e.conflict for e in entries) >= 2
        assert len(hg.materials[name].at(10.0).alternatives("debye_temperature")) == len(values)
    assert hg.materials["Ge"].windows[0].contested
    assert "2206.02769" in hg.materials["Ge"].windows[0].against
    assert hg.materials["SrTiO3"].claims[0].contested
    assert "Tan" in hg.materials["SrTiO3"].claims[0].against
    assert hg.materials["NaF"].entries("tau_normal")[0].contested


# --- Debye -----------------------------------------------------------------------------------

DEBYE = [
    # name, sample, Θ, c_D, c_D/√3, C/T³
    ("NaF", None, 466, "3616", "2088", "2.59"),
    ("NaF", None, 492, "3817", "2204", "2.20"),
    ("NaI", None, 164, "1783", "1029", "21.6"),
    ("sapphire", None, 1042, "7145", "4125", "0.335"),
    ("SrTiO3", None, 413, "3.17e3", "1.83e3", "3.8"),
    ("SrTiO3", None, 513, "3935", "2.27e3", "2.0"),
    ("Bi", None, 120, "1324", "764", "52.7"),
    ("Ge", None, 374, "3555", "2052", "2.72"),
    ("solid 4He", "20.97 cm3/mol", 26, "285", "165", "5.27e3"),
    ("solid 4He", "17.0 cm3/mol", 42, "430", "248", "1.54e3"),
]


@pytest.mark.parametrize(("name", "sample", "theta", "speed", "second", "cubic"), DEBYE)
def test_debye_constants(name, sample, theta, speed, second, cubic):
    temperature = theta / 60
    if name == "solid 4He":
        temperature = 0.4
    state = hg.materials[name].at(temperature, sample=sample, debye_temperature=theta)
    assert close(state.debye_speed, speed)
    assert close(state.second_sound_predicted, second)
    assert close(state.capacity / temperature**3, cubic)
    assert "T³ law" in state.quantity("capacity").note


# Both sides of each change of formula, at T/Θ = 1/50 and 1/6, and all scales between.
@pytest.mark.parametrize("t", [*np.geomspace(1e-3, 1e3, 25), 0.01999, 0.02001, 0.03, 0.166, 0.167])
def test_the_debye_capacity_is_the_integral_to_round_off(t):
    """Against mpmath in 30 digits; below Θ/50 the T³ law is the integral to 50⁴e^−50 ≈ 1e-15."""
    with mpmath.workdps(30):
        integral = mpmath.quad(
            lambda x: x**4 * mpmath.exp(x) / (mpmath.exp(x) - 1) ** 2,
            mpmath.linspace(0, min(1 / t, 200), 9),
        )
        exact = float(9 * integral * mpmath.mpf(t) ** 3)
    n = 1e28
    assert debye.debye_capacity(300.0, n, 300.0 * t) / (n * hg.k_B) == pytest.approx(
        exact, rel=1e-12
    )


def test_the_debye_capacity_goes_to_dulong_petit():
    # C/(3nk) = 1 − (Θ/T)²/20 + O((Θ/T)⁴): 5e-8 at T = 1000 Θ, the next term is 1e-15.
    assert debye.debye_capacity(1.0, 1.0, 1e3) / (3 * hg.k_B) == pytest.approx(1 - 5e-8, rel=1e-13)


def test_which_debye_formula_was_used_is_stated():
    nai = hg.materials["NaI"]
    assert "T³ law" in nai.at(164 / 51).quantity("capacity").note
    assert "Debye integral" in nai.at(164 / 49).quantity("capacity").note


def test_entropy_per_phonon_and_its_flux_quantum():
    assert close(debye.ENTROPY_PER_PHONON / hg.k_B, "3.6016")
    state = hg.materials["NaI"].at(2.0)
    assert close(state.flux_quantum.value, "1.3325e-11")
    with pytest.raises(hg.MissingData, match="T < Θ/50"):
        _ = hg.materials["NaI"].at(20.0).flux_quantum


def test_constants():
    assert close(hg.h / hg.k_B, "4.799243073e-11")
    assert close(hg.hbar / hg.k_B, "7.6382e-12")
    assert close(np.pi**2 * hg.k_B**2 / (3 * hg.h), "9.46431e-13")


def _mean_speed(stiffness, density):
    """c_D of a crystal: 3/c_D³ is the mean over directions of Σ 1/v³ (Christoffel)."""
    pairs = {(0, 0): 0, (1, 1): 1, (2, 2): 2, (1, 2): 3, (0, 2): 4, (0, 1): 5}
    index = np.array([[pairs[min(i, j), max(i, j)] for j in range(3)] for i in range(3)])
    tensor = stiffness[index[:, :, None, None], index[None, None]]
    cosines, weights = np.polynomial.legendre.leggauss(40)
    angles = 2 * np.pi * np.arange(80) / 80
    sine = np.sqrt(1 - cosines**2)[:, None]
    n = np.stack(
        [sine * np.cos(angles), sine * np.sin(angles), cosines[:, None] + 0 * angles], axis=-1
    )
    christoffel = np.einsum("ijkl,abj,abl->abik", tensor, n, n) * 1e9 / density
    slowness = (np.linalg.eigvalsh(christoffel) ** -1.5).sum(axis=-1).mean(axis=1)
    return (3 / (weights @ slowness / 2)) ** (1 / 3)


def _elastic(name):
    return {
        e.name[-3:]: e.parameters["value"]
        for e in hg.materials[name].quantities
        if e.name.startswith("elastic")
    }


def test_debye_temperature_of_germanium_follows_from_its_elastic_constants():
    c = _elastic("Ge")
    stiffness = np.diag([c["C11"]] * 3 + [c["C44"]] * 3)
    stiffness[:3, :3] += c["C12"] * (1 - np.eye(3))
    state = hg.materials["Ge"].at(5.0, debye_temperature=1.0)
    theta = _mean_speed(stiffness, state.density.value) / state.debye_speed.value
    assert close(theta, "371")


def test_debye_speed_of_sapphire_follows_from_its_elastic_constants():
    c = _elastic("sapphire")
    stiffness = np.diag([c["C11"], c["C11"], c["C33"], c["C44"], c["C44"], 0.0])
    stiffness[0, 1] = stiffness[1, 0] = c["C12"]
    stiffness[2, :2] = stiffness[:2, 2] = c["C13"]
    stiffness[0, 3] = stiffness[3, 0] = stiffness[4, 5] = stiffness[5, 4] = c["C14"]
    stiffness[1, 3] = stiffness[3, 1] = -c["C14"]
    stiffness[5, 5] = (c["C11"] - c["C12"]) / 2
    state = hg.materials["sapphire"].at(10.0, debye_temperature=1.0)
    speed = _mean_speed(stiffness, state.density.value)
    assert close(speed, "7086")
    assert close(speed / state.debye_speed.value, "1033")


def test_debye_speed_of_sapphire_from_isotropic_speeds():
    record = hg.materials["sapphire"]
    long, trans = (
        record.entries(f"sound_{kind}")[0].parameters["value"]
        for kind in ("longitudinal", "transverse")
    )
    assert close((3 / (long**-3 + 2 * trans**-3)) ** (1 / 3), "6742")


# --- single records ----------------------------------------------------------------------------


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


# --- superfluid helium -----------------------------------------------------------------------


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


# --- status, uncertainty, missing data ------------------------------------------------------


def quantity(name, value, uncertainty=None, status="verified"):
    return Quantity(name, value, "1", uncertainty, f"source of {name}", status)


@given(st.lists(st.sampled_from(STATUSES), min_size=1, max_size=4))
def test_a_computed_value_has_the_status_of_its_worst_input(statuses):
    inputs = {f"x{k}": quantity(f"x{k}", 1.0, None, s) for k, s in enumerate(statuses)}
    result = derive("sum", "1", "", lambda **x: sum(x.values()), inputs)
    assert result.status == worst(statuses)
    assert STATUSES.index(result.status) >= STATUSES.index("computed")
    if set(statuses) <= {"given", "verified", "computed"}:
        assert result.status == "computed"
    else:
        assert result.status == max(statuses, key=STATUSES.index)
    assert result.uncertainty is None


@given(st.floats(0.5, 2.0), st.floats(0.5, 2.0), st.floats(1e-3, 0.1), st.floats(1e-3, 0.1))
def test_uncertainty_propagates_to_first_order(a, b, ua, ub):
    """Against the exact derivatives of a²/b; the step of 1e-4 leaves a relative error of 1e-8."""
    x, y = quantity("a", a, ua), quantity("b", b, ub)
    result = derive("f", "1", "", lambda a, b: a**2 / b, {"a": x, "b": y})
    exact = np.hypot(2 * a / b * ua, a**2 / b**2 * ub)
    assert result.uncertainty == pytest.approx(exact, rel=1e-7)
    # A common cause cancels: (a·b)/a = b has the uncertainty of b alone, not a's as well.
    product = derive("p", "1", "", lambda a, b: a * b, {"a": x, "b": y})
    again = derive("b", "1", "", lambda p, a: p / a, {"p": product, "a": x})
    assert again.uncertainty == pytest.approx(ub, rel=1e-6)


def test_given_values_replace_those_of_the_record():
    state = hg.materials["NaF"].at(
        14.5, conductivity=5e3, capacity=7e3, relaxation=1e-6, nonlocal_length=0.0
    )
    assert (state.conductivity, state.capacity, state.relaxation) == (5e3, 7e3, 1e-6)
    assert state.quantity("conductivity").status == "given"
    assert state.quantity("wave_speed").status == "computed"
    assert state.wave_speed == pytest.approx((5e3 / 7e3 / 1e-6) ** 0.5, rel=1e-14)
    assert state.nonlocal_length == 0.0
    fourier = hg.materials["NaF"].at(14.5, relaxation=0.0)
    assert fourier.wave_speed == np.inf
    assert fourier.inductance == 0.0
    assert str(fourier.quantity("wave_speed")) == "inf m/s [unverified]"


@pytest.mark.parametrize(
    ("bad", "error", "message"),
    [
        ({"temperature": 0.0}, ValueError, "`temperature` must be finite and > 0"),
        ({"temperature": float("nan")}, ValueError, "`temperature` must be finite"),
        ({"temperature": None}, TypeError, "`temperature` must be a real number"),
        ({"temperature": True}, TypeError, "`temperature` must be a real number"),
        ({"temperature": 14.5, "conductivity": -1.0}, ValueError, "`conductivity` must be"),
        ({"temperature": 14.5, "relaxation": "1"}, TypeError, "`relaxation` must be a real"),
        ({"temperature": 14.5, "conductivty": 1.0}, TypeError, "did you mean 'conductivity'"),
        ({"temperature": 14.5, "sample": "pure"}, ValueError, "`sample` must be one of"),
    ],
)
def test_bad_arguments_are_refused_by_name(bad, error, message):
    record = hg.materials["graphite" if "sample" in bad else "NaF"]
    if "sample" in bad:
        bad = {**bad, "temperature": 100.0}
    with pytest.raises(error, match=message):
        record.at(**bad)


def test_missing_data_names_quantity_material_temperature_and_range():
    with pytest.raises(
        hg.MissingData,
        match=r"^NaF has no `conductivity` at 20 K: the record holds it for 11–15 K and 293–300 K",
    ):
        _ = hg.materials["NaF"].at(20.0).conductivity
    with pytest.raises(hg.MissingData, match=r"^NaF has no data at 500 K: .* covers 0–466 K\.$"):
        hg.materials["NaF"].at(500.0)
    with pytest.raises(KeyError, match="did you mean 'tau_normal'"):
        hg.materials["Bi"].at(3.0).quantity("tau_norml")


@pytest.mark.parametrize("name", CRYSTALS)
def test_states_compare_hash_pickle_and_are_immutable(name):
    record = hg.materials[name]
    state = record.at(1.25, conductivity=2.0)
    twin = pickle.loads(pickle.dumps(state))
    assert twin == state
    assert hash(twin) == hash(state)
    assert twin.quantities.keys() == state.quantities.keys()
    assert state != record.at(1.25)
    assert state.shape == ()
    assert eval(repr(state), {"materials": hg.materials}) == state
    for attribute in ("conductivity", "debye_speed", "temperature", "colour"):
        with pytest.raises(AttributeError):
            setattr(state, attribute, 1.0)


# --- text ------------------------------------------------------------------------------------


def test_second_sound_table_covers_what_was_measured():
    rows = hg.materials.second_sound_table()
    assert {row.material for row in rows} == {"Bi", "NaF", "He II"}
    for row in rows:
        expected = row.measured.value / row.predicted.value - 1
        assert row.deviation.value == pytest.approx(expected, abs=1e-15)
        if row.material == "He II":
            assert 1.6 <= row.temperature <= 2.15
            assert abs(row.deviation.value) < 0.01
        if row.material == "NaF":
            assert row.deviation.status == "unverified"


@pytest.mark.parametrize("name", hg.materials)
def test_listings_fit_and_hold_every_status_and_source(name):
    record = hg.materials[name]
    text = hg.materials.format_record(name)
    assert max(map(len, text.splitlines())) <= 100
    joined = " ".join(text.split())
    for entry in record.quantities:
        assert entry.name in text
        assert entry.status in text
        for source in entry.source.split("; "):
            assert source in joined
    for fact in (*record.windows, *record.claims):
        assert fact.text in joined
    assert ("contested" in text) == any(
        fact.contested for fact in (*record.quantities, *record.windows, *record.claims)
    )
    overview = hg.materials.format_overview()
    assert name in overview
    assert max(map(len, overview.splitlines())) <= 100
