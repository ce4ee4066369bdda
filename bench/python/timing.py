"""Fair timing on a shared machine: one thread each, in turns, CPU time, medians of ratios."""

from __future__ import annotations

import dataclasses
import os
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

# Some environments tie OpenBLAS to an old core type; scipy would be timed too slow with it.
_HANDICAPS = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")


def single_threaded_process() -> None:
    """Restart this script with every library at one thread and without handicaps.

    BLAS reads its variables when it is loaded, so that setting them later has no effect.
    """
    wanted = dict.fromkeys(_THREADS, "1")
    clean = {k: v for k, v in os.environ.items() if k not in _HANDICAPS} | wanted
    if clean != dict(os.environ):
        os.execve(sys.executable, [sys.executable, *sys.argv], clean)


@dataclasses.dataclass(frozen=True)
class Comparison:
    """One row: how much faster heatgauge is than a peer."""

    problem: str
    against: str
    goal: float
    ratio: float
    """Median of peer/heatgauge over rounds in which the two take turns."""
    ours: float
    theirs: float
    """Shortest times, in seconds of whatever the row counts."""
    unit: str
    note: str = ""

    @property
    def reached(self) -> bool:
        """Whether the goal was met."""
        return self.ratio >= self.goal

    def __str__(self) -> str:
        verdict = "reached" if self.reached else "NOT reached"
        return (
            f"{self.problem:44s} {self.against:34s} {self.ratio:8.2f}x (goal {self.goal:g}x "
            f"{verdict}); {readable(self.ours)} against {readable(self.theirs)} {self.unit} "
            f"{self.note}"
        )


def compare(
    problem: str,
    against: str,
    goal: float,
    ours: Callable[[], Any],
    theirs: Callable[[], Any],
    *,
    rounds: int = 7,
    per: tuple[float, float] = (1.0, 1.0),
    unit: str = "s",
    note: str = "",
) -> Comparison:
    """Time both sides in turns after one warm-up each; ``per``: what to divide each time by."""
    ours(), theirs()
    times: tuple[list[float], list[float]] = ([], [])
    for n in range(rounds):
        for which in (0, 1) if n % 2 else (1, 0):
            side = (ours, theirs)[which]
            times[which].append(cpu_seconds(side) / per[which])
    ratio = float(np.median(np.divide(times[1], times[0])))
    row = Comparison(problem, against, goal, ratio, min(times[0]), min(times[1]), unit, note)
    print(row, flush=True)
    return row


def cpu_seconds(run: Callable[[], Any]) -> float:
    """CPU time of one call: what it takes on an idle core, other load only sharing the caches."""
    start = time.process_time()
    run()
    return time.process_time() - start


def clock(run: Callable[[], Any]) -> float:
    """Wall time of one call, for what runs on several threads."""
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def readable(seconds: float) -> str:
    """A time with a unit."""
    for scale, unit in ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs")):
        if seconds >= scale:
            return f"{seconds / scale:.3g} {unit}"
    return f"{seconds * 1e9:.3g} ns"


def markdown(rows: Sequence[Comparison]) -> str:
    """A table of comparisons."""
    lines = [
        "| problem | against | goal | measured | heatgauge | peer |",
        "|---|---|---|---|---|---|",
    ]
    for row in rows:
        measured = f"{row.ratio:.3g}×" if row.reached else f"**{row.ratio:.3g}×, not reached**"
        note = f" ({row.note})" if row.note else ""
        unit = "" if row.unit == "s" else f" {row.unit}"
        lines.append(
            f"| {row.problem} | {row.against} | ≥ {row.goal:g}× | {measured}{note} | "
            f"{readable(row.ours)}{unit} | {readable(row.theirs)}{unit} |"
        )
    return "\n".join(lines)
