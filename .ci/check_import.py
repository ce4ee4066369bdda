"""Run by a clean environment's python: the installed wheel works, and imports fast."""

import statistics
import subprocess
import sys
from pathlib import Path

import heatgauge as hg

# Processor time, not wall time: the machine may be shared.
TIMED = "import time; t = time.process_time(); import heatgauge; print(time.process_time() - t)"
MOST_SECONDS = 0.3

if __name__ == "__main__":
    assert Path(hg.__file__).is_relative_to(sys.prefix), hg.__file__
    assert hg.Grid([hg.Axis(0.0, 1.0, 4), hg.Axis(0.0, 1.0, 5)]).core.size == 20
    times = [
        float(subprocess.run([sys.executable, "-c", TIMED], capture_output=True, check=True).stdout)
        for _ in range(6)
    ][1:]  # the first one reads the files from disk
    median = statistics.median(times)
    print(f"heatgauge {hg.__version__} in {Path(hg.__file__).parent}: import {median:.3f} s")
    if median > MOST_SECONDS:
        sys.exit(f"importing heatgauge takes {times} s, more than {MOST_SECONDS} s")
