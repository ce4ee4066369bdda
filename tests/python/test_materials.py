"""The mapping of materials: names, an audit of every record, bad arguments, missing data, text."""

import pickle
import subprocess
import sys

import numpy as np
import pytest

import heatgauge as hg
from heatgauge.records import STATUSES
from heatgauge.records.laws import LAWS
from heatgauge.records.names import QUANTITIES

CRYSTALS = ["NaF", "NaI", "sapphire", "SrTiO3", "Bi", "Ge", "solid 4He"]


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


def test_what_is_computed_with_a_recalled_density_is_unverified():
    """A Debye temperature from sound speeds needs the density: it is no better known than that."""
    for name in ("sapphire", "Bi"):
        record = hg.materials[name]
        assert {e.status for e in record.entries("density")} == {"unverified"}
        derived = [e for e in record.entries("debye_temperature") if "computed" in e.note]
        derived += [c for c in record.claims if "gives Θ" in c.text]
        assert derived
        assert {d.status for d in derived} == {"unverified"}


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
    with pytest.raises(
        hg.MissingData, match=r"`diffusivity` .*: D = κ/C is beyond double precision"
    ):
        _ = hg.materials["NaI"].at(5e-324, conductivity=1.0).diffusivity
    for theta in (1e200, 1e308):
        helium = hg.materials["solid 4He"].at(0.5, debye_temperature=theta)
        with pytest.raises(hg.MissingData, match=r"`tau_normal` .* beyond double precision"):
            _ = helium.tau_normal
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
