"""The configuration of a job: what is accepted, what is refused and in which words."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heatgauge.configuration import ConfigurationError, load, parse, written

EXAMPLE = Path(__file__).parents[2] / "examples" / "second_sound.toml"

MINIMAL = """
kind = "second-sound"
[material]
name = "NaF"
temperature = 14.5
[grid]
length = 7.9e-3
[pulse]
duration = 3e-7
[carrier]
mass = 9e-33
width = 2.5e-4
"""


def changed(old: str, new: str) -> str:
    assert old in MINIMAL
    return MINIMAL.replace(old, new)


def test_the_example_is_valid():
    example = load(EXAMPLE)
    assert example.material.name == "NaF"
    assert example.grid.length == 7.9e-3


def test_defaults_are_written_out_and_read_back():
    configuration = parse(MINIMAL)
    text = written(configuration, {})
    assert parse(text) == configuration
    assert "points = 1000" in text
    assert "charge = 1.380649e-23" in text


def test_whole_numbers_do_for_floats():
    assert parse(changed("14.5", "14")).material.temperature == 14.0


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (changed("mass", "mas"), "[carrier] has no key `mas`; did you mean `mass`?"),
        (changed("duration", "durration"), "[pulse] has no key `durration`; did you mean `dur"),
        (changed("[pulse]", "[puls]"), "has no key or table `puls`; did you mean `pulse`?"),
        (changed("[grid]", "[grid]\nzzz = 1"), "[grid] has no key `zzz`; it may hold `length`"),
        (changed("kind", "kin"), "has no key or table `kin`; did you mean `kind`?"),
        (changed("second-sound", "second sound"), '`kind` must be "second-sound", but is \'sec'),
        (changed("mass = 9e-33", ""), "key `mass` in [carrier] is missing"),
        (changed('kind = "second-sound"', ""), "key `kind` is missing"),
        (
            changed("3e-7", "5e-6"),
            "`duration` in [pulse] must be in [1e-07, 1e-06] s, but is 5e-06",
        ),
        (changed("3e-7", "nan"), "`duration` in [pulse] must be in [1e-07, 1e-06] s, but is nan"),
        (changed("3e-7", "-inf"), "must be in [1e-07, 1e-06] s, but is -inf"),
        (changed("3e-7", '"0.1"'), "`duration` in [pulse] must be a number, but is '0.1'"),
        (changed("3e-7", "true"), "`duration` in [pulse] must be a number, but is True"),
        (changed("3e-7", "[1]"), "must be a number, but is a list"),
        (changed("3e-7", "3e-7\nrise = 2e-3"), "`rise` in [pulse] must be in (0, 0.001] K"),
        (changed("3e-7", "3e-7\nrise = 0.0"), "`rise` in [pulse] must be in (0, 0.001] K"),
        (changed("7.9e-3", "7.9e-3\npoints = 3.0"), "`points` in [grid] must be a whole number"),
        (changed("7.9e-3", "7.9e-3\npoints = -1"), "`points` in [grid] must be in [50, 20000]"),
        (changed("7.9e-3", "7.9e-3\npoints = " + "9" * 5000), "no valid TOML"),
        (changed("7.9e-3", '1.0\nfar_face = "open"'), 'must be "insulated" or "matched"'),
        (changed("2.5e-4", "2.5e-4\norder = 3"), "must be 2 or 4 or 6 or 8, but is 3"),
        (changed('"NaF"', "7"), "`name` in [material] must be text, but is 7"),
        (changed("3e-7", "3e-7\nduration = 3e-7"), "line 10"),
        (changed("3e-7", ""), "line 9"),
        ("a = " + "[" * 100_000, "nested too deeply"),
        ("material = 1\nkind = 'second-sound'", "[material] must be a table, but is 1"),
    ],
)
def test_malformed_text_is_refused(text, message):
    with pytest.raises(ConfigurationError) as refused:
        parse(text)
    assert message in str(refused.value)
    assert "\n" not in str(refused.value)


def test_unreadable_files_are_refused(tmp_path):
    import os

    fifo = tmp_path / "fifo.toml"
    os.mkfifo(fifo)
    binary = tmp_path / "binary.toml"
    binary.write_bytes(b"\xff\xfe\x00")
    long = tmp_path / "long.toml"
    long.write_bytes(b"#" * (2 << 20))
    for path, message in [
        (tmp_path / "none.toml", "No such file"),
        (tmp_path, "must be a file"),
        (fifo, "must be a file"),  # opening it would wait for ever
        (binary, "UTF-8"),
        (long, "bytes long"),
    ]:
        with pytest.raises(ConfigurationError, match=message):
            load(path)


@settings(max_examples=50)
@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text):
    with pytest.raises(ConfigurationError):
        parse(text)
