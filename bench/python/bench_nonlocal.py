"""Processor time of a midpoint step of Guyer and Krumhansl's law against scipy's stored factors.

scipy gets the matrix of the flux with T eliminated, diag(r + L/s) + Dᵀ(3μ + s/C)D + Curlᵀ μ Curl,
laid out outside the clock, and is timed on one solve with the factors of each ordering that fits;
heatgauge on whole steps (guess, solve to 1e-14 of ‖M‖‖x‖, fluxes, T). κ = 1 + 0.5 sin sin, C = 1,
τ = 0.1, dt = 0.01, slipping walls without flux. Expected: at most a quarter of the solve, a fifth
of the factorisation. Falls short of the quarter: see bench/README.md.
"""

from __future__ import annotations

import argparse
import time
from typing import Any

import numpy as np
import scipy.sparse as sp
from scipy.sparse.linalg import splu

import heatgauge as hg

DT, TAU = 0.01, 0.1
ORDERINGS: dict[str, dict[str, Any]] = {
    "COLAMD": {"permc_spec": "COLAMD"},
    "MMD_AT_PLUS_A, symmetric": {
        "permc_spec": "MMD_AT_PLUS_A",
        "diag_pivot_thresh": 0.0,
        "options": {"SymmetricMode": True},
    },
}


def kappa(n: int, dimensions: int) -> Any:
    x = (np.arange(n) + 0.5) / n
    wave = np.sin(2 * np.pi * x + 0.3)
    axes = np.meshgrid(*[wave] * dimensions, indexing="ij")
    return 1 + 0.5 * np.prod(axes, axis=0)


def matrix(n: int, length: float) -> Any:
    """Of the fluxes on inner faces, 2D."""
    h, s = 1 / n, DT / 2
    k = kappa(n, 2)
    mu, r = length**2 / k, (1 + TAU / s) / k
    one = sp.identity(n)
    inner = sp.diags([1.0, -1.0], [0, -1], shape=(n, n - 1)) / h  # inner faces → cells
    D = sp.hstack([sp.kron(inner, one), sp.kron(one, inner)]).tocsr()
    turn = -inner.T  # cells → inner faces or vertices
    curl = sp.hstack(
        [-sp.kron(sp.identity(n - 1), turn), sp.kron(turn, sp.identity(n - 1))]
    ).tocsr()
    vertex = 0.25 * (mu[1:, 1:] + mu[1:, :-1] + mu[:-1, 1:] + mu[:-1, :-1])
    own = [0.5 * (r[1:] + r[:-1]), 0.5 * (r[:, 1:] + r[:, :-1])]
    total = sp.diags(np.concatenate([v.ravel() for v in own]))
    total = total + D.T @ sp.diags((3 * mu + s).ravel()) @ D
    return (total + curl.T @ sp.diags(vertex.ravel()) @ curl).tocsc()


def clocked(run: Any) -> tuple[float, Any]:
    begin = time.process_time()
    result = run()
    return time.process_time() - begin, result


def heatgauge_times(n: int, dimensions: int, length: float, rough: bool, steps: int) -> Any:
    """Set-up with one step, and a step."""
    grid = hg.Grid([hg.Axis(0, 1, n)] * dimensions)
    law = hg.GuyerKrumhansl(hg.Medium(kappa(n, dimensions), 1.0, TAU, length))
    x = np.broadcast_arrays(*grid.coordinates())
    start = 1 + np.prod([np.cos(np.pi * c) for c in x], axis=0)
    rng = np.random.default_rng(0)
    q0 = [(rng.normal(size=grid.face_shape(a)) if rough else np.zeros(grid.face_shape(a)))
          for a in range(dimensions)]  # fmt: skip
    if not rough:  # a vortex beside the wave that T sets off
        for a, sign in ((0, 1), (1, -1)):
            f = np.broadcast_arrays(*grid.face_coordinates(a))
            q0[a] = sign * np.sin(np.pi * f[a]) * np.cos(np.pi * f[1 - a])

    def run(count: int) -> Any:
        return hg.conduct(
            law, grid, start, [0, count * DT], q0=q0, dt=DT, method="midpoint", store="final"
        )

    first = clocked(lambda: run(1))[0]
    return first, (clocked(lambda: run(steps + 1))[0] - first) / steps


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--smoke", action="store_true")
    parser.add_argument("--three", action="store_true", help="3D too, up to 128³ (some minutes)")
    arguments = parser.parse_args()
    for n in (32,) if arguments.smoke else (256, 512):
        for length in (0.02, 0.1):
            A = matrix(n, length)
            b = np.ones(A.shape[0])
            peers = {}
            for name, options in ORDERINGS.items():
                setup, factors = clocked(lambda o=options, A=A: splu(A, **o))
                solve = clocked(lambda f=factors, b=b: [f.solve(b) for _ in range(3)])[0] / 3
                peers[name] = (setup, solve)
            for rough in (False, True):
                first, step = heatgauge_times(n, 2, length, rough, 2 if arguments.smoke else 8)
                print(f"{n}², ℓ = {length}, {'rough' if rough else 'smooth'}: set-up and a step "
                      f"{first:.3f} s, a step {step:.4f} s", end="")  # fmt: skip
                for name, (setup, solve) in peers.items():
                    print(f"; {name}: {first / setup:.3f} of {setup:.2f} s, "
                          f"{step / solve:.2f} of {solve:.4f} s", end="")  # fmt: skip
                print(flush=True)
    for n in (64, 128) if arguments.three else ():
        for rough in (False, True):
            first, step = heatgauge_times(n, 3, 0.1, rough, 3)
            print(f"{n}³, ℓ = 0.1, {'rough' if rough else 'smooth'}: {first:.2f} s, {step:.3f} s")


if __name__ == "__main__":
    main()
