"""Named assumptions: their formulas, and that nothing assumed passes for known.

Values that rest on recalled figures are compared with the same formula on the same figures, never
with a number of nature.
"""

import math

import numpy as np
import pytest

import heatgauge as hg
from heatgauge.crossover.scenarios import ASSUMED, DOMINANT
from heatgauge.records import STATUSES

cr = hg.crossover
ALL = [(m, n) for m in hg.materials for n in cr.scenarios(m)]


def quantities(gas, T):
    found = [gas.tau_normal(T), gas.tau_resistive(T), gas.wave_speed(T), gas.sound_speed(T)]
    return [q for q in found if not isinstance(q, str)]


@pytest.mark.parametrize(("material", "name"), ALL)
def test_a_scenario_names_what_it_assumes(material, name):
    gas = cr.scenarios(material)[name]
    assert gas.assumptions
    named = set()
    for T in np.geomspace(*gas.temperatures, 5):
        for quantity in quantities(gas, float(T)):
            assert np.isfinite(quantity.value)
            assert quantity.value > 0
            assumed = [s for s in quantity.source.split("; ") if s.startswith(ASSUMED)]
            named |= {text.removeprefix(ASSUMED) for text in assumed}
            if assumed:
                assert quantity.status in ("scenario", "unverified")
    if gas.highest is not None:
        named |= {s.removeprefix(ASSUMED) for s in gas.highest.source.split("; ")}
    assert set(gas.assumptions) <= named


def test_an_assumption_is_never_better_than_a_scenario():
    order = {status: k for k, status in enumerate(STATUSES)}
    assert order["secondary"] < order["scenario"] < order["unverified"]


def test_the_phonons_that_carry_most_heat():
    """x⁴eˣ/(eˣ − 1)² is largest where 4(1 − e^−x) = x(1 + e^−x)."""
    x = DOMINANT
    assert 4 * (1 - math.exp(-x)) == pytest.approx(x * (1 + math.exp(-x)), rel=1e-9)


@pytest.mark.parametrize("T", [8.0, 12.0, 20.0])
def test_both_normal_times_of_sodium_fluoride(T):
    of_1971, of_1975 = (cr.scenarios("NaF")[f"τ_N of {y}"].tau_normal for y in (1971, 1975))
    omega = DOMINANT * hg.k_B * T / hg.hbar
    assert of_1971(T).value == pytest.approx(1 / (1e-10 * omega * T**4), rel=1e-12)
    anchor = 1 / (1e-10 * DOMINANT * hg.k_B * 15 / hg.hbar * 15**4)
    assert of_1975(T).value == pytest.approx(anchor * (15 / T) ** 3, rel=1e-12)
    assert of_1971(T).contested
    assert of_1975(T).contested
    assert of_1971(T).status == "scenario"
    assert ("extrapolated" in of_1971(T).source) == (T < 10)


def test_the_resistive_time_of_sodium_fluoride_goes_through_its_two_anchors():
    gas, record = cr.scenarios("NaF")["τ_N of 1971"], hg.materials["NaF"]
    cold, warm = record.at(13.0), record.at(296.5)
    assert gas.tau_resistive(13.0).value == pytest.approx(cold.relaxation, rel=1e-12)
    one_time = 3 * warm.conductivity / (warm.capacity * warm.debye_speed.value**2)
    assert gas.tau_resistive(296.5).value == pytest.approx(one_time, rel=1e-9)
    assert gas.tau_resistive(13.0).status == "unverified"


@pytest.mark.parametrize("name", ["NaF", "Ge", "sapphire"])
def test_one_time_makes_the_speed_that_of_the_phonon_gas(name):
    """τ = 3κ/(Cc²) and v² = κ/(Cτ) give c/√3; κ/(Cc²) would give c."""
    (row,) = [r for r in cr.mode_table(name, temperatures=[300.0]) if r.scenario == "one time"]
    c = hg.materials[name].at(300.0).debye_speed.value
    assert row["wave_speed"].value == pytest.approx(c / math.sqrt(3), rel=1e-12)


def test_faces_of_bismuth():
    gas = cr.scenarios("Bi")["faces 9.06 mm apart"]
    c = hg.materials["Bi"].at(3.0).debye_speed.value
    assert gas.tau_resistive(3.0).value == pytest.approx(9.06e-3 / c, rel=1e-12)
    assert "τ_boundary" in gas.assumptions[0]
    # In the window of the record its τ_N is untouched by the assumption.
    assert gas.tau_normal(3.0).status == "verified"


@pytest.mark.parametrize(("axis", "A", "b"), [("across", 1.12e-5, 2.58), ("along", 2.31e-4, 4.62)])
def test_solid_helium_from_its_conductivity(axis, A, b):
    """1/τ_R = Cc²/(3κ) + c/d written out, with κ = A e^{Θ/bT}, A in W/(cm·K)."""
    gas, T = cr.scenarios("solid 4He")[f"κ {axis} the c axis"], 0.65
    state = hg.materials["solid 4He"].at(T)
    theta, c = state.debye_temperature.value, state.debye_speed.value
    kappa = 100 * A * math.exp(theta / (b * T))
    rate = state.capacity * c**2 / (3 * kappa) + c / 1e-2
    assert gas.tau_resistive(T).value == pytest.approx(1 / rate, rel=1e-12)
    assert gas.tau_normal(T).value == pytest.approx(2.1e-12 * (theta / T) ** 3, rel=1e-12)


def test_the_superfluid_fraction_vanishes_at_the_transition():
    """ρ_s/ρ at 2.1 and 2.15 K and the exponent 2/3 give T_λ to the rounding of the fractions."""
    top = cr.scenarios("He II")["vanishing superfluid"].highest
    r = (0.25915 / 0.12753) ** 1.5
    assert top.value == pytest.approx((r * 2.15 - 2.1) / (r - 1), rel=1e-9)
    assert abs(top.value - 2.1768) < 0.001
    assert top.status == "scenario"
