"""The command `heatgauge materials`: the records and the modes of heat in them."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from heatgauge.crossover import ModeRow


class RefusedMaterial(Exception):
    """Bad input to the command; the message says what is allowed."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the command."""
    parser.add_argument("name", metavar="NAME", nargs="?", help="one of the materials")
    parser.add_argument(
        "-T",
        "--temperature",
        metavar="K",
        type=float,
        nargs="+",
        help="temperatures in K (default: where the records have data)",
    )
    parser.add_argument("--sample", metavar="SAMPLE", help="one of the samples of the record")
    parser.add_argument(
        "--length", metavar="M", type=float, default=1e-3, help="wavelength in m (default 1e-3)"
    )
    parser.add_argument(
        "--rise", metavar="K", type=float, default=1e-3, help="crest of the pulse (default 1e-3)"
    )
    parser.add_argument(
        "--duration", metavar="S", type=float, default=1e-6, help="of the pulse (default 1e-6)"
    )
    parser.add_argument(
        "--no-scenarios", action="store_true", help="records alone, nothing assumed"
    )
    parser.add_argument("--csv", metavar="FILE", help="write every value with unit and source")
    parser.add_argument("--markdown", metavar="FILE", help="write the tables as Markdown")


def show(asked: argparse.Namespace) -> str:
    """Write the files that were asked for and return the text to print.

    Raises
    ------
    RefusedMaterial
        For names, samples and numbers that are not allowed, and temperatures without any data.
    OSError
        Where a file cannot be written.
    """
    from heatgauge.crossover import csv_text, markdown_text
    from heatgauge.crossover.mode_listing import full_listing, short_listing
    from heatgauge.records.catalogue import materials

    files = [Path(path).resolve() for path in (asked.csv, asked.markdown) if path is not None]
    if len(set(files)) < len(files):
        raise RefusedMaterial(f"--csv and --markdown must be two files, but are both {files[0]}.")
    rows = _rows(asked)
    made = [
        _written(path, text, rows)
        for path, text in ((asked.csv, csv_text), (asked.markdown, markdown_text))
        if path is not None
    ]
    if asked.name is None:
        parts = [materials.format_overview(), short_listing(rows)]
        parts.append("heatgauge materials NAME: everything about one of them, with sources.")
    else:
        parts = [materials.format_record(asked.name), full_listing(rows)]
    return "\n\n".join([*parts, *made])


def _rows(asked: argparse.Namespace) -> tuple[ModeRow, ...]:
    from heatgauge.crossover import Pulse, mode_table
    from heatgauge.records.catalogue import UnknownMaterial

    if asked.sample is not None and asked.name is None:
        raise RefusedMaterial("--sample goes with the NAME of a material.")
    try:
        rows = mode_table(
            asked.name,
            asked.temperature,
            sample=asked.sample,
            pulse=Pulse(rise=asked.rise, duration=asked.duration),
            length=asked.length,
            assumed=not asked.no_scenarios,
        )
    except (UnknownMaterial, ValueError, TypeError) as error:
        raise RefusedMaterial(str(error)) from None
    if not any(row.quantities for row in rows):
        raise RefusedMaterial(f"{next(iter(rows[0].missing.values()))}.")
    return rows


def _written(path: str, text: Callable[[Sequence[Any]], str], rows: tuple[ModeRow, ...]) -> str:
    Path(path).write_text(text(rows), encoding="utf-8")
    return f"wrote {path}"
