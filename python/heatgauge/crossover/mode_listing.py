"""The mode table as text of at most 100 columns."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable, Sequence

from heatgauge.crossover.mode_quantities import MODE_QUANTITIES
from heatgauge.crossover.mode_table import ModeRow
from heatgauge.records.quantity import STATUSES, Quantity

WIDTH = 100
LETTERS = dict(zip(STATUSES, "gvcsau", strict=True))
LEGEND = (
    "g given, v verified, c computed, s secondary, a assumed (scenario), u unverified; ! contested"
)

SHORT = (
    "capacity",
    "conductivity",
    "tau_normal",
    "relaxation",
    "wave_speed",
    "inductance",
    "cutoff_length",
    "vector_potential",
)
"""The columns of the table of all materials."""

BLOCKS = {
    "The medium": (
        "capacity",
        "conductivity",
        "tau_normal",
        "relaxation",
        "diffusivity",
        "wave_speed",
        "second_sound_measured",
        "inductance",
    ),
    "The two modes": (
        "cutoff",
        "cutoff_length",
        "ballistic_length",
        "wave_damping",
        "propagation_length",
        "wave_phase_speed",
        "diffusive_damping",
        "diffusive_speed",
    ),
    "The pulse": (
        "pulse_flux",
        "vector_potential",
        "phase_gradient",
        "entropy_charge",
        "flux_quantum",
        "flux_quanta",
    ),
    "Quantum scales": (
        "thermal_wavelength",
        "phonon_wavelength",
        "planckian_time",
        "planckian_ratio",
        "dephasing_rate",
    ),
}
"""All columns, in blocks that fit a page."""

_MODES = {
    "wave-like": "wave",
    "wave-like, undamped": "wave*",
    "diffusive": "diff",
    "no data": "no data",
}


def short_listing(rows: Sequence[ModeRow]) -> str:
    """The main columns of all rows, for a look at all materials.

    >>> import heatgauge as hg
    >>> text = hg.crossover.short_listing(hg.crossover.mode_table("NaI"))
    >>> print(" ".join(text.splitlines()[-1].split()))
    300 - 1.80s - - - - - - no data
    """
    lines = [*_headline(rows), "", *_heads(SHORT, "mode")]
    numbers = _scenario_numbers(rows)
    for title, group in _grouped(rows):
        lines.append(title)
        for row in group:
            lines.append(_cells(row, SHORT, numbers, lambda q: _cell(q)) + _mode(row))
    return "\n".join([*lines, *_footnotes(rows, numbers)])


def full_listing(rows: Sequence[ModeRow]) -> str:
    """All columns with their uncertainties in per cent, assumptions, formulas and sources.

    >>> import heatgauge as hg
    >>> text = hg.crossover.full_listing(hg.crossover.mode_table("Bi", temperatures=[3.0]))
    >>> max(len(line) for line in text.splitlines()) <= 100
    True
    """
    lines, numbers = _headline(rows), _scenario_numbers(rows)
    for name, columns in BLOCKS.items():
        lines += ["", name, *_heads(columns, "mode" if name == "The two modes" else "")]
        for title, group in _grouped(rows):
            lines.append(title)
            for row in group:
                end = _mode(row) if name == "The two modes" else ""
                lines.append(_cells(row, columns, numbers, _cell) + end)
                known = [row.quantities[c] for c in columns if c in row.quantities]
                if any(q.uncertainty for q in known):
                    lines.append(
                        "  ±" + _cells(row, columns, {}, _percent)[3:].replace(" -", "  ").rstrip()
                    )
    lines += _footnotes(rows, numbers)
    sources: dict[str, int] = {}
    lines += ["", "Where the values come from"]
    for name, column in MODE_QUANTITIES.items():
        lines += _origin(name, column.symbol, column.meaning, rows, sources)
    lines += ["", "Sources of the modes"]
    for source, number in sources.items():
        lines += _wrapped(f"[{number}] {source}", "", "     ")
    return "\n".join(lines)


def _headline(rows: Sequence[ModeRow]) -> list[str]:
    if not rows:
        return ["No rows."]
    pulse = rows[0].pulse
    return [
        "Modes of heat, SI units. Letter: status of the worst input.",
        LEGEND,
        f"mode: of wavelength L = {rows[0].length:g} m; wave-like below L_c = 4πvτ_R, diffusive "
        "above (* undamped).",
        f"A₀: of a pulse with a crest of {pulse.rise:g} K, {pulse.duration:g} s long.  - : no data",
    ]


def _heads(columns: Iterable[str], end: str) -> list[str]:
    names = [MODE_QUANTITIES[c] for c in columns]
    first = f"{'T (K)':>7} {'':4}" + "".join(f"{q.symbol:>10}" for q in names)
    units = f"{'':7} {'':4}" + "".join(f"{q.unit if q.unit != '1' else '':>10}" for q in names)
    return [f"{first} {end}".rstrip(), units.rstrip(), "-" * WIDTH]


def _grouped(rows: Sequence[ModeRow]) -> list[tuple[str, list[ModeRow]]]:
    groups: dict[str, list[ModeRow]] = {}
    for row in rows:
        title = row.material + (f" ({row.sample})" if row.sample else "")
        groups.setdefault(title, []).append(row)
    return list(groups.items())


def _scenario_numbers(rows: Sequence[ModeRow]) -> dict[tuple[str, str], int]:
    numbers: dict[tuple[str, str], int] = {}
    for row in rows:
        if row.scenario:
            numbers.setdefault((row.material, row.scenario), len(numbers) + 1)
    return numbers


def _cells(
    row: ModeRow,
    columns: Iterable[str],
    numbers: dict[tuple[str, str], int],
    written: Callable[[Quantity], str],
) -> str:
    number = numbers.get((row.material, row.scenario))
    mark = f"({number})" if number else ""
    cells = [written(row.quantities[c]) if c in row.quantities else "-" for c in columns]
    first = f"{row.temperature:>7g}" if written is not _percent else f"{'':7}"
    return f"{first} {mark:4}" + "".join(f"{cell:>10}" for cell in cells)


def _cell(quantity: Quantity) -> str:
    return number_text(quantity.value) + status_mark(quantity)


def status_mark(quantity: Quantity) -> str:
    """The letter of the status, with ! where the claim behind the value is disputed."""
    return LETTERS[quantity.status] + ("!" if quantity.contested else "")


def number_text(value: float) -> str:
    """Three digits in at most eight characters.

    >>> number_text(1.2e4), number_text(3.96e-11), number_text(0.5), number_text(2146.0)
    ('1.20e4', '3.96e-11', '0.500', '2146')
    """
    if 100 <= abs(value) < 9999.5:
        return f"{value:.0f}"
    if 0.1 <= abs(value) < 100:
        return f"{value:.{2 if abs(value) >= 1 else 3}f}"
    mantissa, _, exponent = f"{value:.2e}".partition("e")
    return f"{mantissa}e{int(exponent)}" if exponent else mantissa


def _percent(quantity: Quantity) -> str:
    if not quantity.uncertainty or not quantity.value:
        return "-"
    percent = 100 * quantity.uncertainty / abs(quantity.value)
    return f"{percent:.2g} %" if percent < 100 else f"{percent:.0f} %"


def _mode(row: ModeRow) -> str:
    return f" {_MODES[row.mode]}"


def _footnotes(rows: Sequence[ModeRow], numbers: dict[tuple[str, str], int]) -> list[str]:
    if not numbers:
        return []
    lines = ["", "Scenarios: what stands in for data the record lacks"]
    for (material, scenario), number in numbers.items():
        texts = dict.fromkeys(
            text
            for row in rows
            if (row.material, row.scenario) == (material, scenario)
            for text in row.assumptions
        )
        text = f"({number}) {material}, {scenario}. Assumed: {'; '.join(texts)}."
        lines += _wrapped(text, "", "    ")
    return lines


def _origin(
    name: str, symbol: str, meaning: str, rows: Sequence[ModeRow], sources: dict[str, int]
) -> list[str]:
    found = [row.quantities[name] for row in rows if name in row.quantities]
    if not found:
        reasons = dict.fromkeys(row.missing[name] for row in rows)
        return _wrapped(f"{symbol}, {meaning}: no data ({next(iter(reasons))})", "  ", "      ")
    notes = dict.fromkeys(q.note for q in found if q.note)
    names = dict.fromkeys(s for q in found for s in q.source.split("; ") if s)
    marks = "".join(f"[{sources.setdefault(s, len(sources) + 1)}]" for s in names)
    text = f"{symbol}, {meaning}: {' | '.join(notes) or 'as recorded'} {marks}"
    return _wrapped(text, "  ", "      ")


def _wrapped(text: str, indent: str, hanging: str) -> list[str]:
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=indent,
        subsequent_indent=hanging,
        break_on_hyphens=False,
    )
