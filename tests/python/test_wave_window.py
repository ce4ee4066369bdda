"""Critical temperatures: laws whose crossings are known in closed form, then records.

Tolerances of 1e-12 are those of a root refined to rounding in ln T, times the exponents here.
"""

import math

import numpy as np
import pytest

import heatgauge as hg

cr = hg.crossover
critical = cr.critical_temperature
EXACT = {"rel": 1e-12}


@pytest.mark.parametrize(
    ("n", "tau", "v", "L"),
    [(1.0, 3e-7, 900.0, 4e-3), (2.7, 1e-5, 31.0, 1e-3), (4.0, 2e-6, 2e3, 0.05), (8.0, 1e-6, 10, 1)],
)
def test_power_laws_by_length_and_time(n, tau, v, L):
    law = cr.PowerLaw(tau, n, reference=5.0)
    anywhere = {"temperatures": (0.5, 100.0), "wave_speed": v}
    (periodic,) = critical(law, length=L, **anywhere).upper
    (wall,) = critical(law, length=L, boundary="wall", **anywhere).upper
    assert periodic == pytest.approx(5 * (4 * math.pi * v * tau / L) ** (1 / n), **EXACT)
    assert wall == pytest.approx(5 * (2 * math.pi * v * tau / L) ** (1 / n), **EXACT)
    (by_time,) = critical(law, time=1e-6, temperatures=(0.5, 100.0)).upper
    assert by_time == pytest.approx(5 * (tau / 1e-6) ** (1 / n), **EXACT)
    assert periodic.kind == wall.kind == by_time.kind == "falling"
    # The mode of wavelength L changes its kind exactly there: k_c at k = 2π/L, π/L at a wall.
    for edge, k in ((periodic, 2 * math.pi / L), (wall, math.pi / L)):
        for T, kind in ((edge * (1 - 1e-9), "wave"), (edge * (1 + 1e-9), "diffusive")):
            relaxation = law(T)
            medium = hg.Medium(v * v * relaxation, 1.0, relaxation)
            assert cr.mode(k, medium) == kind


def test_the_lower_edge_is_ballistic_flight_with_c():
    """c τ_N = L, with c and not c/√3; v = c/√3 where only one of them is given."""
    slow = cr.PowerLaw(1e-3, 2)
    normal = cr.PowerLaw(1e-6, 4)
    expected = (3e3 * 1e-6 / 1e-4) ** 0.25
    for speed in ({"sound_speed": 3e3}, {"wave_speed": 3e3 / math.sqrt(3)}):
        window = critical(slow, length=1e-4, tau_normal=normal, **speed)
        assert window.lower == [pytest.approx(expected, **EXACT)]
        assert window.upper == [
            pytest.approx(math.sqrt(4 * math.pi * 3e3 / math.sqrt(3) * 1e-3 / 1e-4), **EXACT)
        ]
        assert window.wave == ((window.lower[0], window.upper[0]),)
        assert window.lower[0].kind == "rising"
    both = critical(slow, length=1e-4, tau_normal=normal, sound_speed=3e3, wave_speed=1e3)
    assert both.upper == [pytest.approx(math.sqrt(4 * math.pi * 1e3 * 1e-3 / 1e-4), **EXACT)]
    by_time = critical(slow, time=1e-5, tau_normal=normal)
    assert by_time.lower == [pytest.approx(0.1**0.25, **EXACT)]
    assert by_time.upper == [pytest.approx(10.0, **EXACT)]


def test_every_other_law():
    (edge,) = critical(cr.Umklapp(1e-9, 30.0), time=1e-6).upper
    assert edge == pytest.approx(30 / math.log(1e3), **EXACT)
    (edge,) = critical(cr.Planckian(), time=1e-12).upper
    assert edge == pytest.approx(hg.hbar / (hg.k_B * 1e-12), **EXACT)
    (edge,) = critical(cr.FromRate(lambda T: 1e4 * T**2), time=1e-6).upper
    assert edge == pytest.approx(10.0, **EXACT)
    kinetic = cr.Kinetic(lambda T: 8 / T, lambda T: 2 * T**3, sound_speed=100.0)
    (edge,) = critical(kinetic, time=1e-6).upper  # 3·8/(2·1e4·T⁴) = 1e-6
    assert edge == pytest.approx((3 * 4e-4 / 1e-6) ** 0.25, **EXACT)
    assert critical(cr.Boundary(0.01, 1e3), time=1e-6).upper == []
    # The time of the phonons of a specimen joins that of Umklapp: 1/τ = 1e5 + T³.
    joined = cr.Matthiessen(cr.Boundary(0.01, 1e3), cr.PowerLaw(1.0, 3))
    (edge,) = critical(joined, time=1e-6).upper
    assert edge == pytest.approx((1e6 - 1e5) ** (1 / 3), **EXACT)


def test_several_crossings_and_none_are_told_apart():
    def hump(T):  # above 1e-6 between e^−1 and e
        return 1e-6 * np.exp(1 - np.log(T) ** 2)

    window = critical(hump, time=1e-6, tau_normal=1e-12)
    assert window.upper == [pytest.approx(math.exp(-1), **EXACT), pytest.approx(math.e, **EXACT)]
    assert [edge.kind for edge in window.upper] == ["rising", "falling"]
    assert window.wave == ((window.upper[0], window.upper[1]),)
    touching = critical(hump, time=math.e * 1e-6)
    assert [(edge.kind, round(float(edge), 6)) for edge in touching.upper] == [("touching", 1.0)]
    below, above = (critical(hump, time=t, temperatures=(0.5, 2.0)) for t in (1e-7, 1e-5))
    assert (below.upper, above.upper) == ([], [])
    assert below.upper_reason == "none from 0.5 to 2 K: on the side of the wave at all of them"
    assert above.upper_reason == "none from 0.5 to 2 K: on the side of no wave at all of them"
    assert above.lower_reason == "no data: no `tau_normal` is given"
    assert above.wave == ()


def test_length_and_time_together_take_the_stricter_edge():
    law = {"tau_normal": cr.PowerLaw(1e-6, 4), "wave_speed": 100.0}
    upper = cr.PowerLaw(1e-3, 2)
    for L, t in ((1e-2, 1e-4), (1.0, 1e-7), (1e-4, 1e-5)):
        single = [critical(upper, length=L, **law), critical(upper, time=t, **law)]
        both = critical(upper, length=L, time=t, **law)
        assert both.lower == [pytest.approx(max(w.lower[0] for w in single), **EXACT)]
        assert both.upper == [pytest.approx(min(w.upper[0] for w in single), **EXACT)]


def test_a_window_can_be_empty():
    """τ_R < τ_N everywhere: both edges exist, and nowhere is there a wave."""
    window = critical(cr.PowerLaw(1e-6, 2), time=1e-6, tau_normal=cr.PowerLaw(1e-4, 2))
    assert window.lower == [pytest.approx(10.0, **EXACT)]
    assert window.upper == [pytest.approx(1.0, **EXACT)]
    assert window.wave == ()


def test_unknown_values_never_pass_in_silence():
    def partly(T):
        return math.nan if T > 5 else 1e-3 / T**2

    window = critical(partly, time=1e-6, temperatures=(1.0, 50.0))
    assert window.upper == []
    assert window.upper_reason.startswith("none from 1 to 4.89")
    nowhere = critical(lambda T: math.nan, time=1e-6)
    assert nowhere.upper_reason == "no data: the law for `tau_resistive` gives nan at 0.01 K"
    with pytest.raises(ValueError, match="`tau_resistive` must be > 0, but gives -1"):
        critical(lambda T: -1.0, time=1e-6)


def test_bismuth_has_a_lower_edge_and_says_that_it_has_no_upper_one():
    """(c_D/(4.49e4 L))^¼ by hand, with c_D of Θ = 117 K below 2.3 K: five digits of c_D."""
    c = (
        1.380649e-23
        * 117
        / (1.054571817e-34 * (6 * math.pi**2 * 9790 * 6.02214076e23 / 0.20898) ** (1 / 3))
    )
    for L in (3.86e-3, 9.06e-3):
        window = critical(hg.materials["Bi"], length=L)
        assert window.lower == [pytest.approx((c / (4.49e4 * L)) ** 0.25, rel=1e-6)]
        assert window.lower[0].status == "unverified"  # the density
        assert window.upper == []
        assert "Bi has no `tau_resistive`" in window.upper_reason
        assert window.wave == ()
    by_time = critical("bismuth", time=1e-6)
    assert by_time.lower == [pytest.approx((1 / (4.49e4 * 1e-6)) ** 0.25, rel=1e-12)]
    assert by_time.lower[0].status == "computed"  # from a verified law alone
    assert "Narayanamurti" in by_time.lower[0].source


def test_the_uncertainty_of_an_edge_is_that_of_its_scale_over_its_slope():
    """Solid 4He by time: τ_N ∝ (Θ/T)³, 19 % of its own, so that u(T)/T = hypot(0.19/3, u(Θ)/Θ)."""
    (edge,) = critical(hg.materials["solid 4He"], time=2e-7).lower
    theta = hg.materials["solid 4He"].at(0.5).debye_temperature
    assert edge == pytest.approx(theta.value * (2.1e-12 / 2e-7) ** (1 / 3), rel=1e-9)
    expected = math.hypot(0.19 / 3, theta.uncertainty / theta.value)
    assert edge.uncertainty / edge == pytest.approx(expected, rel=1e-3)


def test_records_are_searched_where_they_have_times_and_no_further():
    assert critical(hg.materials["NaF"], length=1e-3).temperatures == (10.0, 25.0)
    graphite = critical(hg.materials["graphite"], length=1e-5)
    assert graphite.lower == graphite.upper == []
    assert "no data" in graphite.lower_reason
    helium = critical(hg.materials["He II"], time=1e-3)
    assert (helium.upper, helium.upper[0].status) == ([2.1768], "verified")
    text = str(critical(hg.materials["Bi"], length=9.06e-3))
    assert "lower edge: 1.33" in text
    assert "upper edge: no data" in text


@pytest.mark.parametrize(
    ("arguments", "keywords", "error", "message"),
    [
        ((cr.Planckian(),), {}, TypeError, "at least one of the arguments `length` and `time`"),
        ((cr.Planckian(), -1.0), {}, ValueError, "`length` must be finite and > 0"),
        ((cr.Planckian(),), {"time": 0.0}, ValueError, "`time` must be finite and > 0"),
        ((3.0, 1.0), {}, TypeError, "`record_or_law` must be a record"),
        ((cr.Planckian(), 1.0), {"boundary": "open"}, ValueError, "`boundary` must be one of"),
        ((cr.Planckian(), 1.0), {"sample": "x"}, TypeError, "`sample` goes with a record"),
        ((cr.Planckian(), 1.0), {"temperatures": 3.0}, TypeError, "lowest and the highest"),
        ((cr.Planckian(), 1.0), {"temperatures": (3.0, 2.0)}, ValueError, "`temperatures` must"),
        ((cr.Planckian(), 1.0), {"temperatures": (5e-324, 2.0)}, ValueError, "`temperatures` must"),
        ((cr.Planckian(), 1.0), {"wave_speed": -2.0}, ValueError, "`wave_speed` must be"),
        ((cr.Planckian(), 1.0), {"wave_speed": "2"}, TypeError, "`wave_speed` must be"),
        ((lambda T: "1", 1.0), {}, TypeError, "`tau_resistive` must give a real number"),
        ((lambda T: np.ones(2), 1.0), {}, TypeError, "`tau_resistive` must give a real number"),
        ((hg.materials["graphite"], 1.0), {"sample": "x"}, ValueError, "`sample` must be one of"),
    ],
)
def test_bad_arguments_are_refused_by_name(arguments, keywords, error, message):
    with pytest.raises(error, match=message):
        critical(*arguments, **keywords)
