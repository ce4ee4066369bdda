"""Crank–Nicolson and the assembly of H against what one writes with scipy.

Every comparison takes turns between the two sides, so that other load falls on both, and prints the
median and the least time of each with their ratio. ``--smoke``: small sizes, a few seconds.
"""

from __future__ import annotations

import argparse
import functools
import os
import sys
import time
from collections.abc import Callable

# Some environments tie OpenBLAS to an old core type; scipy would be timed too slow with it.
_HANDICAPS = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")
if any(name in os.environ for name in _HANDICAPS):
    print(f"restarting without {' and '.join(n for n in _HANDICAPS if n in os.environ)}")
    clean = {k: v for k, v in os.environ.items() if k not in _HANDICAPS}
    os.execve(sys.executable, [sys.executable, *sys.argv], clean)

import numpy as np  # noqa: E402 - after the environment is clean
import scipy.sparse as sp  # noqa: E402
from matrix_peers import best_factors  # noqa: E402
from scipy.sparse.linalg import splu  # noqa: E402

import heatgauge as hg  # noqa: E402

DT = 0.01


def compare(
    name: str,
    ours: Callable[[], object],
    theirs: Callable[[], object],
    per: float,
    goal: float,
    rounds: int,
) -> None:
    """Time both sides in turns; ``per``: what to divide by, to print nanoseconds of that."""
    times: tuple[list[float], list[float]] = ([], [])
    for side in (ours, theirs):
        side()
    for _ in range(rounds):
        for side, record in zip((ours, theirs), times, strict=True):
            start = time.perf_counter()
            side()
            record.append(1e9 * (time.perf_counter() - start) / per)
    median, least = np.median(times, axis=1), np.min(times, axis=1)
    ratio = float(np.median(np.divide(times[1], times[0])))
    verdict = "met" if ratio >= goal else "NOT MET"
    print(
        f"{name:56s} {median[0]:9.2f} {least[0]:9.2f} | {median[1]:9.2f} {least[1]:9.2f} | "
        f"{ratio:6.2f}x (least {least[1] / least[0]:6.2f}x), goal {goal:g}x {verdict}",
        flush=True,
    )


def packet(grid: hg.Grid) -> np.ndarray:
    """A normalised moving packet beside the middle."""
    psi = sum(-0.5 * (x - 2.0) ** 2 + 1j * x for x in grid.coordinates())
    psi = np.exp(np.broadcast_to(psi, grid.shape))
    return psi / np.linalg.norm(psi)


def scipy_stepper(H: hg.Hamiltonian) -> Callable[[np.ndarray], np.ndarray]:
    """The usual loop: psi = lu.solve(B @ psi) with stored factors."""
    h = sp.csc_array(H.to_scipy())
    h.indices, h.indptr = h.indices.astype(np.int32), h.indptr.astype(np.int32)
    one = sp.identity(h.shape[0], dtype=complex, format="csc")
    forward = sp.csr_array(one - 0.5j * DT * h)
    lu = best_factors(sp.csc_array(one + 0.5j * DT * h))
    return lambda psi: lu.solve(forward @ psi)


def well(grid: hg.Grid) -> np.ndarray:
    """A harmonic potential."""
    return np.broadcast_to(0.5 * sum(x**2 for x in grid.coordinates()), grid.shape).copy()


def static_steps(
    n: int, dimensions: int, solver: str, refine: bool, goal: float, rounds: int
) -> None:
    """Steps of a static H in 1D or 2D."""
    grid = hg.Grid([hg.Axis(-10.0, 10.0, n)] * dimensions)
    H = hg.Hamiltonian(grid, hg.HeatPotentials(grid, scalar=well(grid)))
    steps = max(1, 20000 // grid.size)
    ours = packet(grid)
    stepper = hg.CrankNicolson(solver=solver, refine=refine).stepper(H, DT, 10**6)
    theirs = packet(grid).ravel()
    step = scipy_stepper(H)

    def run_scipy() -> None:
        nonlocal theirs
        for _ in range(steps):
            theirs = step(theirs)

    compare(
        f"{dimensions}D step, n = {n}, {solver}, {'refined' if refine else 'unrefined'}",
        lambda: stepper.advance(ours, 0.0, 0, steps),
        run_scipy,
        steps * grid.size,
        goal,
        rounds,
    )


def assembly(n: int, goal: float, rounds: int) -> None:
    """H of an n × n plane with walls from its potentials: links, entries, compressed rows.

    Against diagonals laid out by hand, which knows that a plane with walls has five of them, and
    against index arrays, which serve any grid.
    """
    grid = hg.Grid([hg.Axis(-10.0, 10.0, n)] * 2)
    potential = well(grid)
    rng = np.random.default_rng(2)
    a_x, a_y = (rng.normal(size=grid.link_shape(a)) for a in range(2))
    h = grid.spacing[0]
    scale = -0.5 / h**2

    def from_nothing() -> sp.csr_array:
        pots = hg.HeatPotentials(grid, scalar=potential, vector=[a_x, a_y])
        return hg.Hamiltonian(grid, pots).to_scipy()

    def with_diagonals() -> sp.csr_array:
        hop_x = scale * np.exp(-1j * h * a_x).ravel()
        hop_y = np.zeros((n, n), complex)
        hop_y[:, :-1] = scale * np.exp(-1j * h * a_y)
        hop_y = hop_y.ravel()[:-1]
        face = np.full(n, 1.0)
        face[[0, -1]] = 1.5
        diagonal = (face[:, None] + face[None, :]) / h**2 + potential
        return sp.diags_array(
            [hop_x.conj(), hop_y.conj(), diagonal.ravel(), hop_y, hop_x],
            offsets=[-n, -1, 0, 1, n],
        ).tocsr()

    def with_indices() -> sp.csr_array:
        site = np.arange(n * n).reshape(n, n)
        face = np.full(n, 1.0)
        face[[0, -1]] = 1.5
        diagonal = (face[:, None] + face[None, :]) / h**2 + potential
        rows, columns, values = [site.ravel()], [site.ravel()], [diagonal.ravel()]
        for start, end, a in [(site[:-1], site[1:], a_x), (site[:, :-1], site[:, 1:], a_y)]:
            hop = scale * np.exp(-1j * h * a).ravel()
            rows += [start.ravel(), end.ravel()]
            columns += [end.ravel(), start.ravel()]
            values += [hop, hop.conj()]
        entries = (np.concatenate(values), (np.concatenate(rows), np.concatenate(columns)))
        return sp.coo_array(entries, shape=(n * n, n * n)).tocsr()

    H = hg.Hamiltonian(grid, hg.HeatPotentials(grid, scalar=potential, vector=[a_x, a_y]))
    values = H.values(0.0)  # the pattern is made once, and every step fills the same array
    for theirs, name in ((with_diagonals, "diagonals"), (with_indices, "indices")):
        difference = abs(H.to_scipy() - theirs()).max()
        assert difference < 1e-12 / h**2, difference
        what = f"2D assembly, n = {n}, scipy from {name}"
        kept = functools.partial(H.values, 0.0, out=values)
        compare(f"{what}: entries", kept, theirs, n * n, goal, rounds)
    del H, values, kept  # else its pattern would be shared
    for theirs, name in ((with_diagonals, "diagonals"), (with_indices, "indices")):
        what = f"2D assembly, n = {n}, scipy from {name}"
        compare(f"{what}: all anew", from_nothing, theirs, n * n, goal, rounds)


def driven_steps(n: int, goal: float, rounds: int) -> None:
    """Steps with H changing in each: scipy must factor anew."""
    grid = hg.Grid([hg.Axis(-10.0, 10.0, n)])
    (x,) = grid.coordinates()
    drive = hg.Drive(x, np.sin)
    H = hg.Hamiltonian(grid, hg.HeatPotentials(grid, scalar=[well(grid), drive]))
    ours, theirs = packet(grid), packet(grid)
    stepper = hg.CrankNicolson().stepper(H, DT, 10**6)
    static = sp.csc_array(
        hg.Hamiltonian(grid, hg.HeatPotentials(grid, scalar=well(grid))).to_scipy()
    )
    static.indices, static.indptr = static.indices.astype(np.int32), static.indptr.astype(np.int32)
    one = sp.identity(n, dtype=complex, format="csc")
    steps = 10

    def run_scipy() -> None:
        nonlocal theirs
        for k in range(steps):
            h = static + sp.diags_array(x * np.sin((k + 0.5) * DT), format="csc")
            matrix = sp.csc_array(one + 0.5j * DT * h)
            theirs = splu(matrix, permc_spec="NATURAL").solve(theirs - 0.5j * DT * (h @ theirs))

    compare(
        f"1D driven step, n = {n}, refined",
        lambda: stepper.advance(ours, 0.0, 0, steps),
        run_scipy,
        steps * n,
        goal,
        rounds,
    )


def main() -> None:
    """Run all comparisons."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--smoke", action="store_true")
    smoke = parser.parse_args().smoke
    rounds = 3 if smoke else 40
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
    print(f"load {load:.1f}; ns per point: median and least of heatgauge | of scipy; ratio")
    line, plane, sheet = (256, 24, 64) if smoke else (4096, 256, 512)
    static_steps(line, 1, "banded", False, 5.0, rounds)
    static_steps(line, 1, "banded", True, 3.0, rounds)
    driven_steps(line, 5.0, rounds)
    assembly(sheet, 5.0, rounds)
    static_steps(plane, 2, "iterative", True, 1.0, rounds // 3)
    static_steps(plane, 2, "direct", False, 1.0, rounds // 3)
    static_steps(plane, 2, "direct", True, 0.5, rounds // 3)


if __name__ == "__main__":
    main()
