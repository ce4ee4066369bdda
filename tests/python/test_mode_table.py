"""The mode table: an audit of every row, its identities, and the constants behind it.

Identities hold to a few roundings of each formula (1e-12), whatever the values of the records are.
"""

import math

import numpy as np
import pytest

import heatgauge as hg
from heatgauge.crossover.mode_table import default_temperatures
from heatgauge.records import STATUSES
from rounding import close

cr = hg.crossover
ROWS = cr.mode_table()
EXACT = {"rel": 1e-12}


def test_every_value_of_every_row_is_complete():
    assert {row.material for row in ROWS} == set(hg.materials)
    for row in ROWS:
        assert set(row.quantities) | set(row.missing) == set(cr.MODE_QUANTITIES)
        assert not set(row.quantities) & set(row.missing)
        for name, q in row.quantities.items():
            assert q.unit == cr.MODE_QUANTITIES[name].unit
            assert np.isfinite(q.value), (row.material, name)
            assert q.status in STATUSES
            assert len(q.source) > 5, (row.material, name)
            assert q.uncertainty is None or q.uncertainty >= 0
        for name, reason in row.missing.items():
            assert len(reason) > 10, (row.material, name)
            with pytest.raises(hg.MissingData, match=f"{row.material} has no `{name}`"):
                _ = row[name]


def test_the_worst_status_wins_in_every_row():
    for row in ROWS:
        for q in row.quantities.values():
            if "recalled, no source opened" in q.source:
                assert q.status == "unverified", (row.material, row.temperature, q)
            if "assumption: " in q.source:
                assert q.status in ("scenario", "unverified"), (row.material, q)
        for name, column in cr.MODE_QUANTITIES.items():
            inputs = [row.quantities.get(x) for x in column.inputs.values()]
            for given in filter(None, inputs if name in row.quantities else []):
                worse = STATUSES.index(row[name].status) >= STATUSES.index(given.status)
                assert worse, (row.material, name)


def test_rows_say_no_data_or_name_their_assumption():
    for row in ROWS:
        whole = {"conductivity", "relaxation"} <= set(row.quantities)
        if row.scenario:
            assert row.basis == "scenario"
            assert row.assumptions
        else:
            assert row.basis == ("record" if whole else "no data")
            assert row.assumptions == ()
    assert {row.material for row in ROWS if row.basis == "record"} == {"NaF"}
    alone = cr.mode_table(assumed=False)
    assert [row for row in alone if row.scenario] == []
    assert len(alone) == len([row for row in ROWS if not row.scenario])


def test_a_normal_time_never_becomes_that_of_cattaneos_law():
    """Bi and solid 4He have a verified τ_N; with it as τ their waves would die in micrometres."""
    for row in ROWS:
        if row.material in ("Bi", "solid 4He") and not row.scenario:
            assert "relaxation" in row.missing
            assert "cutoff_length" in row.missing
        if {"relaxation", "tau_normal"} <= set(row.quantities):
            assert row["relaxation"].value != row["tau_normal"].value
    (row,) = cr.mode_table("Bi", temperatures=[2.0], assumed=False)
    assert row["tau_normal"].value == pytest.approx(1 / (4.49e4 * 16), **EXACT)
    assert row["tau_normal"].status == "verified"


def test_the_identities_between_the_columns():
    pulse = cr.Pulse(rise=2e-3, duration=3e-7)
    length = 4e-4
    for row in cr.mode_table(pulse=pulse, length=length):
        q = {name: quantity.value for name, quantity in row.quantities.items()}
        if "vector_potential" in q:  # A₀ = Λq₀ = δT/v, in whatever way Λ was found
            assert q["vector_potential"] * q["wave_speed"] == pytest.approx(2e-3, **EXACT)
        if "flux_quanta" in q:  # ∫A dx = ½ δT d
            expected = 0.5 * 2e-3 * 3e-7 / q["flux_quantum"]
            assert q["flux_quanta"] == pytest.approx(expected, **EXACT)
            phase = q["entropy_charge"] * q["vector_potential"] / hg.hbar
            assert q["phase_gradient"] == pytest.approx(phase, **EXACT)
            assert q["flux_quantum"] * q["entropy_charge"] == pytest.approx(hg.h, **EXACT)
        if "relaxation" not in q:
            continue
        v, tau, D = q["wave_speed"], q["relaxation"], q["diffusivity"]
        assert v * v * tau == pytest.approx(D, **EXACT)
        assert q["inductance"] * q["conductivity"] == pytest.approx(tau, **EXACT)
        assert q["cutoff"] * 2 * v * tau == pytest.approx(1.0, **EXACT)
        assert q["cutoff_length"] == pytest.approx(4 * math.pi * v * tau, **EXACT)
        assert q["propagation_length"] == pytest.approx(v / q["wave_damping"], **EXACT)
        assert q["dephasing_rate"] == pytest.approx(2 * q["wave_damping"], **EXACT)
        assert q["planckian_ratio"] == pytest.approx(tau / q["planckian_time"], **EXACT)
        # The mode of wavelength L, solved for independently, decays and runs as the row says.
        medium = hg.Medium(q["conductivity"], q["capacity"], tau)
        mode = cr.mode(2 * math.pi / length, medium)
        assert row.mode == {"wave": "wave-like", "diffusive": "diffusive"}[mode]
        assert q["wave_phase_speed"] == pytest.approx(mode.speed, rel=1e-9)
        if mode == "wave":
            assert mode.damping == pytest.approx(q["wave_damping"], **EXACT)
        else:  # inertia hastens the slow root: Dk² for k → 0, twice that at the cutoff
            assert 1 <= mode.damping / q["diffusive_damping"] * (1 + 1e-12) <= 2
        fourier = cr.mode(2 * math.pi / length, hg.Fourier(medium))
        assert fourier.damping == pytest.approx(q["diffusive_damping"], **EXACT)


def test_uncertainties_follow_their_inputs():
    """L_c = 4π√(κτ/C) of NaF: half of each relative uncertainty, in quadrature."""
    (row,) = [r for r in cr.mode_table("NaF", temperatures=[13.0]) if not r.scenario]
    relative = [row[n].uncertainty / row[n].value for n in ("conductivity", "relaxation")]
    capacity = row["capacity"]
    relative.append(capacity.uncertainty / capacity.value)
    expected = 0.5 * math.hypot(*relative)
    found = row["cutoff_length"].uncertainty / row["cutoff_length"].value
    assert found == pytest.approx(expected, rel=1e-5)
    # δT d/(2Φ₀) owes nothing to the speed: its uncertainty cancels, and is not left as rounding.
    assert row["flux_quanta"].uncertainty == 0.0


def test_constants_and_helium():
    (row,) = cr.mode_table("He II", temperatures=[1.8])
    assert close(row["flux_quantum"], "1.85e-10")
    assert close(1 / row["inductance"].value, "1.67e8")
    assert row.mode == "wave-like, undamped"
    assert row.basis == "no data"
    assert "neither κ nor τ" in row.missing["conductivity"]
    (row,) = cr.mode_table("He II", temperatures=[1.0])
    assert close(row["thermal_wavelength"], "8.726e-10")
    assert close(row["planckian_time"], "7.6382e-12")
    (row,) = cr.mode_table("NaI", temperatures=[2.0])
    assert close(row["flux_quantum"], "1.3325e-11")


def test_the_thermal_wavelength_is_that_of_one_atom():
    """NaF has two atoms of mean mass 41.988/2 per formula unit; λ_ph = h c_D/(k_BT) for phonons."""
    row = cr.mode_table("NaF", temperatures=[13.0])[0]
    mass = 41.988e-3 / 2 / 6.02214076e23
    expected = hg.h / math.sqrt(2 * math.pi * mass * hg.k_B * 13)
    assert row["thermal_wavelength"].value == pytest.approx(expected, **EXACT)
    c = hg.materials["NaF"].at(13.0).debye_speed.value
    assert row["phonon_wavelength"].value == pytest.approx(hg.h * c / hg.k_B / 13, **EXACT)


def test_graphite_has_no_model_and_says_so():
    rows = cr.mode_table("graphite", temperatures=[100.0], sample="natural")
    assert "no Debye model" in rows[0].missing["tau_normal"] + rows[0].missing["ballistic_length"]
    assert rows[0].mode == "no data"
    assert rows[0]["wave_speed"].status == "unverified"


def test_which_rows_there_are():
    assert default_temperatures(hg.materials["Bi"]) == [1.2, 1.5, 3.5, 4.0]
    assert default_temperatures(hg.materials["SrTiO3"]) == [10.0]
    assert 2.15 in default_temperatures(hg.materials["He II"])
    rows = cr.mode_table(["Bi", hg.materials["Ge"]], temperatures=[3.0, 900.0])
    assert [(row.material, row.temperature) for row in rows if not row.scenario] == [
        ("Bi", 3.0),
        ("Bi", 900.0),
        ("Ge", 3.0),
        ("Ge", 900.0),
    ]
    assert "Bi has no data at 900 K" in rows[2].missing["capacity"]
    one = cr.mode_table("solid 4He", temperatures=[0.5], sample="17.0 cm3/mol")
    assert [row.sample for row in one] == ["17.0 cm3/mol"]


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"materials": "NaFl"}, KeyError, "did you mean 'NaF'"),
        ({"materials": 3.0}, TypeError, "`materials` must be a record"),
        ({"materials": "NaF", "sample": "x"}, ValueError, "`sample` must be None"),
        ({"temperatures": [0.0]}, ValueError, "`temperatures` must be finite and >= 1e-12"),
        ({"temperatures": [5e-324]}, ValueError, "`temperatures` must be finite and >= 1e-12"),
        ({"temperatures": 14.5}, TypeError, "`temperatures` must be a list"),
        ({"length": -1.0}, ValueError, "`length` must be finite and > 0"),
        ({"pulse": 1.0}, TypeError, "`pulse` must be a Pulse"),
        ({"materials": "graphite", "sample": "pure"}, ValueError, "`sample` must be one of"),
    ],
)
def test_bad_arguments_are_refused_by_name(arguments, error, message):
    with pytest.raises(error, match=message):
        cr.mode_table(**arguments)
    with pytest.raises(ValueError, match="`rise` must be"):
        cr.Pulse(rise=0.0)
