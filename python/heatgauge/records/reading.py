"""From the data file of a material to its record."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Mapping
from typing import Any

from heatgauge.records.laws import LAWS
from heatgauge.records.names import FILES
from heatgauge.records.record import Claim, Entry, Record, Window


@functools.cache
def load(name: str) -> Record:
    """Read the record of one material, once."""
    # Imported here: most programs read no record, and none should wait for these.
    import importlib.resources
    import tomllib

    file = importlib.resources.files("heatgauge.records").joinpath("data", FILES[name])
    raw = tomllib.loads(file.read_text(encoding="utf-8"))
    cite = _citations(raw["sources"])
    quantities = [_entry(q, cite) for q in raw.get("quantity", [])]
    table = raw.get("table")
    if table is not None:
        table = {**table, "source": cite(table["source"])}
        quantities += _points(raw.get("point", []), table)
    return Record(
        name=raw["name"],
        title=raw["title"],
        aliases=tuple(raw["aliases"]),
        model=raw["model"],
        model_note=raw.get("model_note", ""),
        atoms=raw["atoms"],
        samples=tuple(raw.get("samples", [])),
        quantities=tuple(quantities),
        windows=tuple(_window(w, cite) for w in raw.get("window", [])),
        claims=tuple(_claim(c, cite) for c in raw.get("claim", [])),
        table=table,
    )


def _citations(sources: Mapping[str, str]) -> Callable[[list[str]], str]:
    return lambda keys: "; ".join(sources[key] for key in keys)


def _entry(raw: Mapping[str, Any], cite: Callable[[list[str]], str]) -> Entry:
    law = raw.get("law", "constant")
    lower, upper = raw.get("range", (math.nan, math.nan))
    return Entry(
        name=raw["name"],
        unit=raw["unit"],
        status=raw["status"],
        source=cite(raw["source"]),
        law=law,
        parameters={key: float(raw[key]) for key in LAWS[law].parameters},
        uncertainty=raw.get("uncertainty"),
        relative_uncertainty=raw.get("relative_uncertainty"),
        temperature_range=(float(lower), float(upper)) if "range" in raw else None,
        sample=raw.get("sample"),
        conflict=raw.get("conflict", False),
        contested=raw.get("contested", False),
        note=raw.get("note", ""),
    )


def _window(raw: Mapping[str, Any], cite: Callable[[list[str]], str]) -> Window:
    return Window(
        lower=raw.get("lower"),
        upper=raw["upper"],
        text=raw["text"],
        status=raw["status"],
        source=cite(raw["source"]),
        against=cite(raw.get("against", [])),
        contested=raw.get("contested", False),
        sample=raw.get("sample"),
    )


def _claim(raw: Mapping[str, Any], cite: Callable[[list[str]], str]) -> Claim:
    return Claim(
        text=raw["text"],
        status=raw["status"],
        source=cite(raw["source"]),
        against=cite(raw.get("against", [])),
        contested=raw.get("contested", False),
    )


def _points(raw: list[Mapping[str, float]], table: Mapping[str, Any]) -> list[Entry]:
    """Measured second-sound speeds of He II at single temperatures."""
    return [
        Entry(
            name="second_sound_measured",
            unit="m/s",
            status=table["status"],
            source=table["source"],
            law="constant",
            parameters={"value": point["second_sound"]},
            uncertainty=None,
            relative_uncertainty=0.0075 if point["temperature"] < 1.15 else 0.002,
            temperature_range=(point["temperature"], point["temperature"]),
            sample=None,
            conflict=False,
            contested=False,
            note="at this temperature only",
        )
        for point in raw
    ]
