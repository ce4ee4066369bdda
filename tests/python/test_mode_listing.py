"""The mode table as text, CSV and Markdown, and the command that prints it."""

import csv
import io

import pytest

import heatgauge as hg
from heatgauge.cli import main
from heatgauge.crossover.mode_listing import BLOCKS, number_text

cr = hg.crossover
ROWS = cr.mode_table()


def widest(text):
    return max(map(len, text.splitlines()))


def test_the_listing_of_all_materials_fits_and_names_every_scenario():
    text = cr.short_listing(ROWS)
    assert widest(text) <= 100
    joined = " ".join(text.split())
    for row in ROWS:
        assert row.material in text
        for assumption in row.assumptions:
            assert assumption in joined
    assert "no data" in text


@pytest.mark.parametrize("name", hg.materials)
def test_the_listing_of_one_material_holds_every_column_and_source(name):
    rows = [row for row in ROWS if row.material == name]
    text = cr.full_listing(rows)
    assert widest(text) <= 100
    joined = " ".join(text.split())
    for column in cr.MODE_QUANTITIES.values():
        assert column.symbol in text
    for row in rows:
        for quantity in row.quantities.values():
            for source in quantity.source.split("; "):
                assert source in joined


def test_every_quantity_is_in_one_block():
    listed = [name for columns in BLOCKS.values() for name in columns]
    assert sorted(listed) == sorted(cr.MODE_QUANTITIES)


@pytest.mark.parametrize("value", [9.9996e3, 99.996, 0.09999, 1.2e-30, 3.7e8, 0.9996, 0.0])
def test_numbers_keep_three_digits_in_eight_characters(value):
    text = number_text(value)
    assert len(text) <= 8
    assert float(text) == pytest.approx(value, rel=0.006)


def test_the_csv_gives_every_value_back():
    lines = list(csv.DictReader(io.StringIO(cr.csv_text(ROWS))))
    assert len(lines) == len(ROWS) * len(cr.MODE_QUANTITIES)
    keyed = {
        (x["material"], x["sample"], float(x["temperature_K"]), x["scenario"], x["quantity"]): x
        for x in lines
    }
    assert len(keyed) == len(lines)
    for row in ROWS:
        for name in cr.MODE_QUANTITIES:
            line = keyed[row.material, row.sample or "", row.temperature, row.scenario, name]
            assert line["basis"] == row.basis
            if name in row.missing:
                assert (line["value"], line["missing"]) == ("", row.missing[name])
                continue
            q = row[name]
            assert float(line["value"]) == q.value
            assert (line["unit"], line["status"], line["source"]) == (q.unit, q.status, q.source)
            known = line["uncertainty"]
            assert (float(known) if known else None) == q.uncertainty


def test_the_markdown_is_tables_with_sources():
    text = cr.markdown_text(ROWS)
    tables = [line for line in text.splitlines() if line.startswith("|")]
    assert len(tables) == len(BLOCKS) * (len(ROWS) + 2)
    for name, columns in BLOCKS.items():
        assert f"## {name}" in text
        heads = [
            line for line in tables if all(cr.MODE_QUANTITIES[c].symbol in line for c in columns)
        ]
        assert heads
    for row in ROWS:
        for assumption in row.assumptions:
            assert f"- {assumption}" in text


def test_the_command_prints_writes_and_answers(capsys, tmp_path):
    assert main(["materials", "--no-scenarios"]) == 0
    out = capsys.readouterr().out
    assert widest(out) <= 100
    assert "Modes of heat" in out
    assert "Scenarios" not in out
    table, marks = tmp_path / "modes.csv", tmp_path / "modes.md"
    command = ["materials", "Bi", "-T", "1.5", "3", "--csv", str(table), "--markdown", str(marks)]
    assert main([*command, "--length", "2e-3", "--rise", "1e-4", "--duration", "1e-5"]) == 0
    out = capsys.readouterr().out
    assert widest(out) <= 100 + len(str(tmp_path))
    assert "780 ± 50" in out
    assert "L = 0.002 m" in out
    assert "crest of 0.0001 K" in out
    lines = list(csv.DictReader(io.StringIO(table.read_text(encoding="utf-8"))))
    assert {line["temperature_K"] for line in lines} == {"1.5", "3.0"}
    assert "# Modes of heat" in marks.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["NaFl"], "did you mean 'NaF'"),
        (["NaF", "-T", "500"], "NaF has no data at 500 K: the record covers 0–466 K."),
        (["NaF", "-T", "-3"], "`temperatures` must be finite and >= 1e-12"),
        (["--length", "0"], "`length` must be finite and > 0"),
        (["--rise", "nan"], "`rise` must be finite"),
        (["--sample", "natural"], "--sample goes with the NAME"),
        (["graphite", "--sample", "purest"], "`sample` must be one of 'natural'"),
    ],
)
def test_bad_input_to_the_command_is_refused(arguments, message, capsys):
    assert main(["materials", *arguments]) == 2
    captured = capsys.readouterr()
    assert message in captured.err
    assert captured.out == ""


def test_a_file_that_cannot_be_written_is_a_failure(tmp_path, capsys):
    assert main(["materials", "Ge", "--csv", str(tmp_path / "none" / "modes.csv")]) == 1
    assert "failed" in capsys.readouterr().err
