"""The mode table as CSV, one line per value, and as Markdown."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from heatgauge.crossover.mode_listing import BLOCKS, LEGEND, status_mark
from heatgauge.crossover.mode_quantities import MODE_QUANTITIES
from heatgauge.crossover.mode_table import ModeRow
from heatgauge.records.quantity import shown

CSV_COLUMNS = (
    "material",
    "sample",
    "temperature_K",
    "basis",
    "scenario",
    "mode",
    "quantity",
    "symbol",
    "value",
    "unit",
    "uncertainty",
    "status",
    "contested",
    "formula",
    "source",
    "missing",
)


def csv_text(rows: Sequence[ModeRow]) -> str:
    """One line per row and quantity; where there is none, the column ``missing`` says why.

    Examples
    --------
    >>> import csv, io
    >>> import heatgauge as hg
    >>> text = hg.crossover.csv_text(hg.crossover.mode_table("He II", temperatures=[1.8]))
    >>> lines = {line["quantity"]: line for line in csv.DictReader(io.StringIO(text))}
    >>> lines["flux_quantum"]["unit"], lines["flux_quantum"]["status"]
    ('K·s', 'secondary')
    >>> lines["conductivity"]["value"], lines["conductivity"]["missing"][:24]
    ('', 'undamped two-fluid count')
    """
    file = io.StringIO()
    writer = csv.DictWriter(file, CSV_COLUMNS, lineterminator="\n")
    writer.writeheader()
    for row in rows:
        common = {
            "material": row.material,
            "sample": row.sample or "",
            "temperature_K": repr(row.temperature),
            "basis": row.basis,
            "scenario": row.scenario,
            "mode": row.mode,
        }
        for name, column in MODE_QUANTITIES.items():
            own = {"quantity": name, "symbol": column.symbol, "unit": column.unit}
            quantity = row.quantities.get(name)
            if quantity is None:
                writer.writerow({**common, **own, "missing": row.missing[name]})
                continue
            uncertainty = quantity.uncertainty
            writer.writerow(
                {
                    **common,
                    **own,
                    "value": repr(quantity.value),
                    "uncertainty": "" if uncertainty is None else repr(uncertainty),
                    "status": quantity.status,
                    "contested": "yes" if quantity.contested else "",
                    "formula": quantity.note,
                    "source": quantity.source,
                }
            )
    return file.getvalue()


def markdown_text(rows: Sequence[ModeRow]) -> str:
    """Tables of all quantities, with ± and status in each cell, then assumptions and sources.

    Examples
    --------
    >>> import heatgauge as hg
    >>> text = hg.crossover.markdown_text(hg.crossover.mode_table("He II", temperatures=[1.8]))
    >>> print(text.splitlines()[0])
    # Modes of heat
    """
    lines = ["# Modes of heat", ""]
    if rows:
        pulse = rows[0].pulse
        lines += [
            f"SI units. Status of each value: {LEGEND}. Mode and L-dependent values: wavelength "
            f"L = {rows[0].length:g} m. Pulse: crest {pulse.rise:g} K, {pulse.duration:g} s long.",
        ]
    for title, columns in BLOCKS.items():
        heads = [_head(name) for name in columns]
        lines += ["", f"## {title}", "", _line(["material", "T (K)", "from", "mode", *heads])]
        lines.append(_line(["---", *["---:"] * (len(heads) + 3)]))
        for row in rows:
            material = row.material + (f" ({row.sample})" if row.sample else "")
            source = row.scenario or row.basis
            cells = [_cell(row, name) for name in columns]
            lines.append(_line([material, f"{row.temperature:g}", source, row.mode, *cells]))
    lines += ["", "## Assumptions", ""]
    lines += [f"- {text}" for text in dict.fromkeys(a for row in rows for a in row.assumptions)]
    lines += ["", "## Sources", ""]
    lines += [f"- {text}" for text in _sources(rows)]
    return "\n".join(lines) + "\n"


def _sources(rows: Sequence[ModeRow]) -> list[str]:
    found = dict.fromkeys(
        source
        for row in rows
        for quantity in row.quantities.values()
        for source in quantity.source.split("; ")
        if source and not source.startswith("assumption: ")
    )
    return list(found)


def _head(name: str) -> str:
    column = MODE_QUANTITIES[name]
    return column.symbol if column.unit == "1" else f"{column.symbol} ({column.unit})"


def _cell(row: ModeRow, name: str) -> str:
    quantity = row.quantities.get(name)
    if quantity is None:
        return "no data"
    return f"{shown(quantity.value, quantity.uncertainty)} {status_mark(quantity)}"


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"
