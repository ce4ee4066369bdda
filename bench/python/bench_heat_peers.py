"""Fourier's law on a square against FiPy and py-pde: time per step, and time to an error.

κ = C = 1 on the unit square, insulated, T = cos πx cos 2πy at first, to t = 0.02: the exact state
of the same grid decays at the rate of its mode. FiPy takes Crank–Nicolson steps, half of the
diffusion implicit and half explicit, with its scipy solvers (FIPY_SOLVERS=scipy); py-pde explicit
steps near their stable limit, compiled by numba: compiling is left out, the others' set-up is
not. What is not installed is left out. Expected: ≥ 10 times either at equal error; py-pde with
its compiled steps falls short.
Run:  python bench/python/bench_heat_peers.py [--smoke]
"""

from __future__ import annotations

import sys
import time
from typing import Any

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


def py_pde_run(kind: str):
    steppers: dict[int, Any] = {}  # compiling takes seconds: once for each grid, in the warm-up

    def run(points: int, start: np.ndarray, steps: int) -> np.ndarray:
        import pde

        state = pde.ScalarField(pde.CartesianGrid([[0, 1], [0, 1]], points), start)
        if points not in steppers:
            equation = pde.DiffusionPDE(1.0, bc={"derivative": 0})
            rules = {"Euler": (pde.EulerSolver, 0.2), "Runge–Kutta": (pde.RungeKuttaSolver, 0.3)}
            solver, share = rules[kind]
            # The stable limit is 0.25 h² for Euler's rule and 0.34 h² for that of Runge and Kutta.
            dt = END / int(np.ceil(END * points**2 / share))
            steppers[points] = solver(equation, backend="numba").make_stepper(state, dt)
        steppers[points](state, 0.0, END)
        return np.asarray(state.data)

    return run


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
        "py-pde Euler": py_pde_run("Euler"),
        "py-pde Runge–Kutta": py_pde_run("Runge–Kutta"),
    }
    points = 32 if smoke else 128
    print(f"{points}², to t = {END:g}; the error is that of time only, relative to the change of T")
    for name, run in runs.items():
        try:
            own = name.startswith("py-pde")  # its steps follow from the stable limit
            for steps in (16,) if smoke or own else (16, 64):
                run(points, exact(points)[0], 1)  # compiles, and warms up
                seconds, error = measured(run, points, steps, 1 if smoke else 3)
                taken = " own" if own else f"{steps:4d}"
                print(f"{name:22s} {taken} steps  {1e3 * seconds:10.2f} ms  error {error:.1e}")
        except ImportError as missing:
            print(f"{name:22s} left out: {missing}")


if __name__ == "__main__":
    main()
