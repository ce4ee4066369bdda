"""One stage of 2D heat conduction against a sparse LU with stored factors.

Goal: at 512² (variable κ) a quarter of the solve of scipy.sparse.linalg.splu, whose factors are
stored, and a fifth of its set-up. Times are those of the processor, which other load disturbs less,
and taken in turns; a step of the L-stable rule has three stages, a solve each.
Run:  python bench/python/bench_conduction.py [--smoke] [--points N] [--number N] [--smooth]
      [--method NAME] [--relaxation τ/dt]
"""

from __future__ import annotations

import argparse
import time

import numpy as np
import scipy.sparse as sparse
from scipy.sparse.linalg import splu

import heatgauge as hg


def step_matrix(grid: hg.Grid, kappa: np.ndarray, dt: float) -> sparse.csc_matrix:
    """Return 1 + (dt/2) K, K the insulated five-point operator with series resistances at faces."""
    index = np.arange(grid.size).reshape(grid.shape)
    total = sparse.identity(grid.size, format="csr")
    for axis, h in enumerate(grid.spacing):
        low = [slice(None)] * 2
        high = [slice(None)] * 2
        low[axis], high[axis] = slice(None, -1), slice(1, None)
        left, right = tuple(low), tuple(high)
        conductance = 1 / (0.5 * h * (1 / kappa[left] + 1 / kappa[right]))
        links = index[left].size
        gradient = sparse.csr_matrix(
            (
                np.tile([1.0, -1.0], links),
                np.stack([index[left].ravel(), index[right].ravel()], axis=1).ravel(),
                np.arange(0, 2 * links + 1, 2),
            ),
            shape=(links, grid.size),
        )
        weight = sparse.diags(0.5 * dt / h * conductance.ravel())
        total = total + gradient.T @ weight @ gradient
    return total.tocsc()


def processor_time(run) -> float:
    begin = time.process_time()
    run()
    return time.process_time() - begin


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--points", type=int, default=512)
    parser.add_argument("--number", type=float, default=1.0, help="dt D/h²")
    parser.add_argument("--smooth", action="store_true", help="a smooth κ instead of white noise")
    parser.add_argument("--method", default="midpoint")
    parser.add_argument("--relaxation", type=float, default=0.0, help="τ/dt of Cattaneo's law")
    parser.add_argument("--smoke", action="store_true", help="64² and one repeat, for CI")
    return parser.parse_args()


def main() -> None:
    options = arguments()
    points = 64 if options.smoke else options.points
    grid = hg.Grid([hg.Axis(0, 1, points), hg.Axis(0, 1, points)])
    kappa = 10 ** np.random.default_rng(0).uniform(-0.5, 0.5, grid.shape)
    x, y = grid.coordinates()
    if options.smooth:
        kappa = 1 + 0.5 * np.sin(9 * x) * np.cos(7 * y)
    start = np.cos(np.pi * x) * np.cos(2 * np.pi * y)
    dt = options.number * grid.spacing[0] ** 2
    medium = hg.Medium(kappa, 1.0, options.relaxation * dt)
    law = hg.Cattaneo(medium) if options.relaxation else hg.Fourier(medium)

    def conduct(steps: int) -> hg.HeatFlow:
        times = [0, dt, dt * (1 + steps)]
        return hg.conduct(law, grid, start, times, dt=dt, method=options.method, store="final")

    few, many = (1, 3) if options.smoke else (2, 26)
    stages = 3 if options.method == "l-stable" else 1
    flow = conduct(few)
    matrix = step_matrix(grid, kappa, dt)
    factors = []
    factorisation = processor_time(
        lambda: factors.append(splu(matrix, permc_spec="MMD_AT_PLUS_A", diag_pivot_thresh=0.0))
    )
    state = start.ravel()
    fixed, whole, solves = [], [], []
    for _ in range(1 if options.smoke else 5):
        fixed.append(processor_time(lambda: conduct(few)))
        solves += [processor_time(lambda: factors[0].solve(state)) for _ in range(8)]
        whole.append(processor_time(lambda: conduct(many)))
    stage = (min(whole) - min(fixed)) / (many - few) / stages
    solve = min(solves)
    print(f"{points}² sites, dt D/h² = {options.number:g}, {flow.method}")
    print(f"stage of hg.conduct          {1e3 * stage:9.2f} ms")
    print(f"set-up and {few + 1} steps          {1e3 * min(fixed):9.2f} ms")
    print(f"solve of splu                {1e3 * solve:9.2f} ms")
    print(f"factorisation of splu        {1e3 * factorisation:9.2f} ms")
    set_up = (min(fixed) - (few + 1) * stages * stage) / factorisation
    print(f"ratio stage / solve          {stage / solve:9.2f}   (goal <= 0.25)")
    print(f"ratio set-up / factorisation {set_up:9.2f}   (goal <= 0.2)")
    if options.method != "midpoint" or options.relaxation:
        return
    expected = state
    for _ in range(1 + few):
        expected = 2 * factors[0].solve(expected) - expected
    gap = np.abs(flow.temperature[-1].ravel() - expected).max()
    print(f"largest difference after {few + 1} steps {gap:.1e}")
    if not gap < 1e-11:
        raise SystemExit("the two disagree")


if __name__ == "__main__":
    main()
