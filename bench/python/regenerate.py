"""Run the benchmarks against peers and write their tables and pictures into bench/README.md.

Run:  python bench/python/regenerate.py [--from FOLDER]

Without --from it runs bench_steps.py and bench_work_precision.py (some ten minutes on an idle
machine) and keeps what they measured in build/bench/; with it, it only writes the text and the
pictures again from the two JSON files of an earlier run.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
from timing import Comparison, markdown

HERE = Path(__file__).resolve().parent
README = HERE.parent / "README.md"
PICTURES = HERE.parent / "pictures"
SCRIPTS = ("bench_steps", "bench_work_precision")
START, END = "<!-- regenerated: start -->", "<!-- regenerated: end -->"
COLOURS = ("#0072B2", "#009E73", "#56B4E9", "#D55E00", "#E69F00", "#CC79A7", "#999999", "#222222")


def measure(folder: Path) -> None:
    """Run the scripts, each with its own JSON file."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in SCRIPTS:
        command = [sys.executable, str(HERE / f"{name}.py"), "--json", str(folder / f"{name}.json")]
        print("$", " ".join(command), flush=True)
        subprocess.run(command, check=True)


def machine() -> str:
    """Processor, cores, load and versions, as far as the system tells."""
    processor = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        for line in cpuinfo.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                processor = line.split(":", 1)[1].strip()
                break
    import scipy

    import heatgauge as hg

    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
    return (
        f"{os.cpu_count()} cores of {processor}, load {load:.0f}; heatgauge {hg.__version__}, "
        f"numpy {np.__version__}, scipy {scipy.__version__}"
    )


def best_curve(points: list[dict[str, Any]]) -> tuple[list[float], list[float]]:
    """Errors and times that no other run of the method beats in both."""
    seconds, errors = [], []
    for point in sorted(points, key=lambda p: p["seconds"]):
        if not errors or point["error"] < errors[-1]:
            seconds.append(point["seconds"])
            errors.append(point["error"])
    return errors, seconds


def draw(name: str, points: list[dict[str, Any]], file: Path) -> None:
    """Time against error: the lower left corner is best."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7.2, 4.8), layout="constrained")
    axes = figure.subplots()
    methods = sorted({p["method"] for p in points}, key=lambda m: not _is_ours(m, points))
    for n, method in enumerate(methods):
        errors, seconds = best_curve([p for p in points if p["method"] == method])
        ours = _is_ours(method, points)
        axes.loglog(
            errors,
            seconds,
            "o-" if ours else "s--",
            color=COLOURS[n % len(COLOURS)],
            linewidth=2.4 if ours else 1.3,
            markersize=5,
            label=f"{'heatgauge ' if ours else ''}{method}",
        )
    axes.invert_xaxis()
    axes.set(title=name, xlabel="error of ψ", ylabel="seconds, one thread")
    axes.grid(alpha=0.3)
    axes.legend(fontsize=7.5, frameon=False)
    file.parent.mkdir(exist_ok=True)
    figure.savefig(file, dpi=100)


def _is_ours(method: str, points: list[dict[str, Any]]) -> bool:
    return any(p["ours"] for p in points if p["method"] == method)


def section(folder: Path) -> str:
    """The text between the markers; draws the pictures on the way."""
    steps, precision = (
        json.loads((folder / f"{name}.json").read_text(encoding="utf-8")) for name in SCRIPTS
    )
    text = [
        f"{machine()}. CPU time of one thread in turns, ratios are medians; set-up, factors and "
        f"plans apart.",
        "",
        "### Time per step",
        "",
        markdown([Comparison(**row) for row in steps["rows"]]),
        "",
        "| size without links, one factor | goal | share of the in-place bandwidth | counted |",
        "|---|---|---|---|",
        *steps["bandwidth"],
        "",
        "| size with links | factors | per point and step | two threads against one |",
        "|---|---|---|---|",
        *steps["growth"],
        "",
        "### Time to an error of ψ",
        "",
        markdown([Comparison(**row) for row in precision["rows"]]),
        "",
    ]
    for number, (name, points) in enumerate(precision["points"].items(), 1):
        file = PICTURES / f"work_precision_{number}.png"
        draw(name, points, file)
        text += [f"![{name}: time against error]({file.relative_to(README.parent)})", ""]
    return "\n".join(text)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--from", dest="folder", type=Path, help="of an earlier run")
    folder = parser.parse_args().folder
    if folder is None:
        folder = HERE.parents[1] / "build" / "bench"
        measure(folder)
    before = README.read_text(encoding="utf-8")
    if before.count(START) != 1 or before.count(END) != 1:
        raise SystemExit(f"{README} must hold the markers {START} and {END} once each")
    head, rest = before.split(START)
    tail = rest.split(END)[1]
    README.write_text(f"{head}{START}\n\n{section(folder)}\n{END}{tail}", encoding="utf-8")
    print(f"wrote {README} and {PICTURES}")


if __name__ == "__main__":
    main()
