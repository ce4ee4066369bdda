"""The installed package: version, what an import costs and loads, and life after a fork."""

from __future__ import annotations

import importlib.metadata
import json
import re
import statistics
import subprocess
import sys
from pathlib import Path

import pytest

import heatgauge as hg
from heatgauge import _core

SOURCE = Path(__file__).resolve().parents[2] / "python"
linux_only = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


def run(code: str) -> str:
    """Last line that a fresh interpreter prints which runs ``code``.

    What an editable install prints while it rebuilds comes before it.
    """
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False
    )
    assert result.returncode == 0, result.stderr
    return (result.stdout.splitlines() or [""])[-1]


def test_the_version_is_that_of_the_installed_distribution() -> None:
    assert hg.__version__ == importlib.metadata.version("heatgauge")
    assert re.fullmatch(r"\d+\.\d+\.\d+((a|b|rc|\.dev)\d+)?", hg.__version__)


def test_every_exported_name_exists_and_is_named_once() -> None:
    assert len(set(hg.__all__)) == len(hg.__all__)
    listed = {name for name in dir(hg) if not name.startswith("_")}
    assert listed == {name for name in hg.__all__ if not name.startswith("_")}
    for name in hg.__all__:
        assert hasattr(hg, name), name


def test_the_installed_package_is_tested_not_the_source_tree() -> None:
    assert not Path(_core.__file__).is_relative_to(SOURCE)
    distribution = importlib.metadata.distribution("heatgauge")
    origin = json.loads(distribution.read_text("direct_url.json") or "{}")
    if origin.get("dir_info", {}).get("editable", False):
        return  # then the source is what is installed
    assert SOURCE not in [Path(entry).resolve() for entry in sys.path]
    assert Path(hg.__file__) == Path(str(distribution.locate_file("heatgauge/__init__.py")))


def test_the_package_is_typed() -> None:
    folder = Path(hg.__file__).parent
    assert (folder / "py.typed").is_file()
    assert (folder / "_core.pyi").is_file()


def test_an_import_takes_less_than_0_3_s() -> None:
    # The bar is for a command line or a notebook cell that should feel immediate. Processor time
    # of the import alone is measured, numpy included, because wall time counts what else the
    # machine does; the median of 5 drops a cold disk.
    code = "import time; t = time.process_time(); import {}; print(time.process_time() - t)"
    ours = statistics.median(float(run(code.format("heatgauge"))) for _ in range(5))
    numpy = statistics.median(float(run(code.format("numpy"))) for _ in range(5))
    # On a slow machine numpy alone may come near the bar: then only our share can be judged.
    assert ours < 0.3 or ours - numpy < 0.1, f"heatgauge {ours:.3f} s, numpy alone {numpy:.3f} s"


@pytest.mark.parametrize("heavy", ["scipy", "matplotlib"])
def test_an_import_does_not_load_what_is_needed_later(heavy: str) -> None:
    code = (
        "import sys, numpy; before = set(sys.modules); import heatgauge;"
        "print(*sorted(set(sys.modules) - before))"
    )
    loaded = {name.partition(".")[0] for name in run(code).split()}
    assert "heatgauge" in loaded
    assert heavy not in loaded


@linux_only
def test_no_openmp_runtime_is_loaded() -> None:
    # libgomp hangs in a forked child once it has run a parallel region.
    code = (
        "maps = lambda: set(line.split()[-1] for line in open('/proc/self/maps'));"
        "import numpy; before = maps(); import heatgauge;"
        "print(*sorted(maps() - before))"
    )
    loaded = run(code).split()
    assert any("/heatgauge/_core" in path for path in loaded)
    assert not [path for path in loaded if re.search(r"lib(g|i|)omp\d*\b", path)]


@linux_only
def test_a_forked_child_can_use_what_its_parent_imported() -> None:
    code = """
import os, sys
import heatgauge as hg
grid = hg.Grid([hg.Axis(0.0, 1.0, 8), hg.Axis(0.0, 1.0, 8)])
assert grid.core.size == 64
child = os.fork()
if child == 0:
    os._exit(0 if hg.Grid(grid.axes).core.size == grid.core.size == 64 else 3)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""
    run(code)
