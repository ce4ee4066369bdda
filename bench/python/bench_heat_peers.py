"""Fourier's law on a square against FiPy and py-pde: time per step, and time to an error.

κ = C = 1 on the unit square, insulated, T = cos πx cos 2πy at first, to t = 0.02: the exact state
of the same grid decays at the rate of its mode. FiPy takes Crank–Nicolson steps, half of the
diffusion implicit and half explicit, with its scipy solvers (FIPY_SOLVERS=scipy); py-pde compiled
explicit steps just below their stable limit, and compiles anew for every run, which is counted.
What is not installed is left out. Expected: ≥ 10 times either, to an error of 1e-4.
Run:  python bench/python/bench_heat_peers.py [--smoke]
"""

from __future__ import annotations

import sys
import time

import numpy as np

import heatgauge as hg

END = 0.02


def exact(points: int) -> tuple[np.ndarray, np.ndarray]:
    """T at first and at the end, on the cells of the grid."""
    h = 1 / points
    x = (np.arange(points) + 0.5) * h
    start = np.cos(np.pi * x)[:, None] * np.cos(2 * np.pi * x)[None, :]
    rate = sum((2 / h * np.sin(k * np.pi * h / 2)) ** 2 for k in (1, 2))
    return start, np.exp(-rate * END) * start


def heatgauge_run(method: str):
    def run(points: int, start: np.ndarray, steps: int) -> np.ndarray:
        grid = hg.Grid([hg.Axis(0, 1, points)] * 2)
        law = hg.Fourier(hg.Medium(1.0, 1.0))
        flow = hg.conduct(law, grid, start, [0, END], dt=END / steps, method=method)
        return flow.temperature[-1]

    return run


def fipy_run(points: int, start: np.ndarray, steps: int) -> np.ndarray:
    import fipy

    mesh = fipy.Grid2D(nx=points, ny=points, dx=1 / points, dy=1 / points)
    value = fipy.CellVariable(mesh=mesh, value=start.T.ravel())
    half = fipy.DiffusionTerm(coeff=0.5) + fipy.ExplicitDiffusionTerm(coeff=0.5)
    equation = fipy.TransientTerm() == half
    solver = fipy.LinearCGSolver(tolerance=1e-8)
    for _ in range(steps):
        equation.solve(var=value, dt=END / steps, solver=solver)
    return np.asarray(value.value).reshape(points, points).T


def py_pde_run(points: int, start: np.ndarray, steps: int) -> np.ndarray:
    import pde

    grid = pde.CartesianGrid([[0, 1], [0, 1]], points)
    state = pde.ScalarField(grid, start)
    equation = pde.DiffusionPDE(1.0, bc={"derivative": 0})
    # 0.2 h² is just below the limit of explicit steps; no more are asked for than that needs.
    limit = int(np.ceil(END * points**2 / 0.2))
    result = equation.solve(
        state, t_range=END, dt=END / max(steps, limit), tracker=None, solver="euler"
    )
    return np.asarray(result.data)


def measured(run, points: int, steps: int, repeats: int) -> tuple[float, float]:
    """Shortest processor time, and the error relative to the change."""
    start, end = exact(points)
    times, error = [], 0.0
    for _ in range(repeats):
        begin = time.process_time()
        found = run(points, start, steps)
        times.append(time.process_time() - begin)
        error = float(np.linalg.norm(found - end) / np.linalg.norm(end - start))
    return min(times), error


def main() -> None:
    smoke = "--smoke" in sys.argv
    runs = {
        "heatgauge midpoint": heatgauge_run("midpoint"),
        "heatgauge directional": heatgauge_run("directional"),
        "FiPy Crank–Nicolson": fipy_run,
        "py-pde explicit": py_pde_run,
    }
    points = 32 if smoke else 128
    print(f"{points}², to t = {END:g}; the error is that of time only, relative to the change of T")
    for name, run in runs.items():
        try:
            for steps in (16,) if smoke else (16, 64):
                run(points, exact(points)[0], 1)  # compiles, and warms up
                seconds, error = measured(run, points, steps, 1 if smoke else 3)
                print(f"{name:22s} {steps:4d} steps  {1e3 * seconds:10.2f} ms  error {error:.1e}")
        except ImportError as missing:
            print(f"{name:22s} left out: {missing}")


if __name__ == "__main__":
    main()
