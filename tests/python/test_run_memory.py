"""What a run of sweeps holds in memory: psi0 of the user, ψ under way, and the last state."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

_RUN = """
import resource, sys
import numpy as np, heatgauge as hg

points, kind, precision = int(sys.argv[1]), sys.argv[2], sys.argv[3]
method = hg.CayleySweeps(precision=precision)

def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * resource.getpagesize()

def run(n, callback=None):
    grid = hg.Grid([hg.Axis(-8, 8, n)] * 2)
    x, y = grid.coordinates()
    A = list(hg.uniform_induction(grid, 0.3)) if kind == "links" else None
    V = None if kind == "free" else 0.05 * (x**2 + y**2)
    H = hg.Hamiltonian(grid, hg.HeatPotentials(grid, None, A), external=V)
    del V, A
    psi = np.ones((n, n), complex)
    before = resident()
    hg.propagate(H, psi, [0, 0.01, 0.02], dt=0.005, method=method, callback=callback, threads=1)
    return before - psi.nbytes

run(64)  # what is imported and allocated once
held = []
before = run(points, lambda t, psi: held.append(resident()))
state = 16 * points**2
with open("/proc/self/status") as file:  # ru_maxrss would be that of the process that started it
    peak = next(int(line.split()[1]) * 1024 for line in file if line.startswith("VmHWM"))
print((max(held) - before) / state, (peak - before) / state)
"""

# In states of complex128 beyond H. Held while steps are taken: psi0 1, ψ under way and the last
# state 2 (in single precision 1). A potential adds temporal links: three slots, of the first and
# last flow, the one between, and their joint. A uniform induction adds the links of the one axis
# that the axial frame leaves, 1, and a last flow that differs from the first, 1.
_HELD = {"free": 3.0, "trap": 6.0, "links": 8.0}
_SPARE = 0.4  # work space and what the allocator keeps


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize("precision", ["double", "single"])
@pytest.mark.parametrize("kind", ["free", "trap", "links"])
def test_a_run_holds_three_states_and_links(kind: str, precision: str) -> None:
    # What else the machine does only adds pages: the least of three counts.
    runs = [_measured(kind, precision) for _ in range(3)]
    held, peak = map(min, zip(*runs, strict=True))
    most = _HELD[kind] - (1.0 if precision == "single" else 0.0)
    assert held < most + _SPARE
    # phases of a force are formed from some nine real arrays, before the first step
    assert peak < most + 4.5


def _measured(kind: str, precision: str) -> tuple[float, float]:
    found = subprocess.run(
        [sys.executable, "-c", _RUN, "1024", kind, precision],
        capture_output=True,
        text=True,
        check=True,
        # so that what is freed is given back, and no heap grows around it
        env={**os.environ, "MALLOC_MMAP_THRESHOLD_": "65536"},
    ).stdout.split()
    held, peak = map(float, found[-2:])
    return held, peak
