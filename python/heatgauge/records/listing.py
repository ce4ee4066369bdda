"""The records as text, at most 100 columns wide."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from heatgauge.records.names import QUANTITIES
from heatgauge.records.quantity import shown
from heatgauge.records.record import Claim, Entry, Record, Window, shown_ranges
from heatgauge.records.second_sound import SecondSound

_WIDTH = 100
_MODELS = {
    "debye": "Debye solid",
    "two-fluid": "two-fluid superfluid",
    "none": "no Debye model",
}


def overview(records: Sequence[Record], comparisons: Sequence[SecondSound]) -> str:
    """One line per material, then predicted against measured second sound."""
    lines = [f"{'material':<12}{'what':<50}{'model':<22}second sound (K)", "-" * _WIDTH]
    for record in records:
        observed = [w for w in record.windows if "second sound" in w.text.split(";")[0]]
        disputed = any(claim.contested and "sound" in claim.text for claim in record.claims)
        windows = ", ".join(map(_shown_window, observed)) or ("contested" if disputed else "-")
        if record.table is not None:
            windows = f"{record.table['temperature'][0]:g}–{record.table['temperature'][-1]:g}"
        lines.append(f"{record.name:<12}{record.title:<50}{_MODELS[record.model]:<22}{windows}")
    lines += ["", "* contested", ""]
    lines += ["Second sound, predicted against measured (m/s); deviation: measured/predicted − 1"]
    lines += [f"{'material':<12}{'T (K)':>6}   {'predicted':<30}{'measured':<30}deviation"]
    lines += ["-" * _WIDTH]
    for row in comparisons:
        predicted, measured = (
            f"{shown(q.value, q.uncertainty)} [{q.status}]" for q in (row.predicted, row.measured)
        )
        percent = 100 * row.deviation.value
        error = row.deviation.uncertainty
        deviation = f"{percent:+.1f} %" + (f" ± {100 * error:.1f} %" if error else "")
        lines.append(
            f"{row.material:<12}{row.temperature:>6g}   {predicted:<30}{measured:<30}{deviation}"
        )
    return "\n".join(lines)


def full_record(record: Record) -> str:
    """Everything in a record: ranges, quantities, windows, claims, with status and source."""
    sources: dict[str, int] = {}
    blocks = [
        f"{record.name}: {record.title}",
        *_wrapped(f"model: {record.model_note or _MODELS[record.model]}", ""),
        *_wrapped(f"data for: {shown_ranges(record.ranges())}", ""),
    ]
    if record.samples:
        blocks += _wrapped(f"samples: {', '.join(record.samples)}", "")
    blocks += ["", "Quantities"]
    for entry in record.quantities:
        blocks += _entry_lines(entry, sources)
    if record.table is not None:
        blocks += ["", "Table", *_table_lines(record, sources)]
    if record.windows:
        blocks += ["", "Windows", *(ln for w in record.windows for ln in _window_lines(w, sources))]
    if record.claims:
        blocks += ["", "Claims", *(ln for c in record.claims for ln in _claim_lines(c, sources))]
    blocks += ["", "Sources"]
    for source, number in sources.items():
        blocks += _wrapped(f"[{number}] {source}", "", "     ")
    return "\n".join(blocks)


def _entry_lines(entry: Entry, sources: dict[str, int]) -> list[str]:
    if entry.law == "constant":
        value = entry.parameters["value"]
        uncertainty = entry.uncertainty
        if entry.relative_uncertainty is not None:
            uncertainty = entry.relative_uncertainty * value
        # A value without uncertainty is shown with all the digits its source gives.
        text = shown(value, uncertainty) if uncertainty else f"{value:.10g}"
    else:
        text = entry.formula
    unit = "" if entry.unit == "1" else f" {entry.unit}"
    where = shown_ranges([entry.temperature_range]) if entry.temperature_range else ""
    tags = _tags(entry.status, entry.contested, entry.conflict)
    head = f"  {entry.name:<27}{text + unit:<34} {where:<12} {tags}"
    sample = f"sample {entry.sample}" if entry.sample else ""
    meaning = QUANTITIES[entry.name][1]
    note = "; ".join(x for x in (meaning, sample, entry.note) if x)
    return [head, *_wrapped(f"{note} {_marks(entry.source, sources)}", " " * 6)]


def _table_lines(record: Record, sources: dict[str, int]) -> list[str]:
    table = record.table
    assert table is not None
    columns = {
        "T (K)": "temperature",
        "ρ (kg/m³)": "density",
        "ρ_s/ρ": "superfluid_fraction",
        "c (J/(kg·K))": "specific_heat",
        "s (J/(kg·K))": "entropy",
        "u₂ (m/s)": "second_sound",
    }
    lines = ["  " + "".join(f"{head:>14}" for head in columns)]
    for row in zip(*(table[key] for key in columns.values()), strict=True):
        lines.append("  " + "".join(f"{value:>14g}" for value in row))
    mark = _marks(table["source"], sources)
    return [*lines, f"  {table['status']} (s: computed from c) {mark}"]


def _window_lines(window: Window, sources: dict[str, int]) -> list[str]:
    sample = f" ({window.sample})" if window.sample else ""
    tags = _tags(window.status, window.contested, False)
    against = f", against: {_marks(window.against, sources)}" if window.against else ""
    text = (
        f"{_shown_window(window).rstrip('*')} K{sample}: {window.text} "
        f"{tags} {_marks(window.source, sources)}{against}"
    )
    return _wrapped(text, "  ", "      ")


def _claim_lines(claim: Claim, sources: dict[str, int]) -> list[str]:
    tags = _tags(claim.status, claim.contested, False)
    against = f", against: {_marks(claim.against, sources)}" if claim.against else ""
    return _wrapped(f"{claim.text} {tags} {_marks(claim.source, sources)}{against}", "  ", "      ")


def _shown_window(window: Window) -> str:
    lower = "to " if window.lower is None else f"{window.lower:g}–"
    return f"{lower}{window.upper:g}{'*' if window.contested else ''}"


def _tags(status: str, contested: bool, conflict: bool) -> str:
    return ", ".join(
        x for x in (status, contested and "contested", conflict and "in conflict") if x
    )


def _marks(source: str, sources: dict[str, int]) -> str:
    """The numbers of the sources, numbered as they first appear."""
    marks = [f"[{sources.setdefault(s, len(sources) + 1)}]" for s in source.split("; ") if s]
    return "".join(marks)


def _wrapped(text: str, indent: str, hanging: str | None = None) -> list[str]:
    return textwrap.wrap(
        text,
        _WIDTH,
        initial_indent=indent,
        subsequent_indent=indent if hanging is None else hanging,
        break_on_hyphens=False,
    )
