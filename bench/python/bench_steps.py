"""Time per step against peers written as their best user would, at the same grid and step.

Expected (CPU time on one thread; set-up, factors and plans apart):
- 1D, 4096 points, static, unrefined: at least 2 times faster than Thomas' algorithm by hand in
  numba, 6 times faster than scipy's splu; refined not slower than the former;
- an ensemble of 64 with potentials of their own in each step: at least 6 times per member;
- 2D, 512², links, one Cayley factor: at least 2.5 times faster than pyfftw's Strang without links;
- 2D against unsplit Crank–Nicolson by splu: at least 100 times;
- 3D, 128³, driven A_z(t), at equal error: at least 2 times faster than pyfftw's Strang;
- 2048² and 128³ without links: at least 50 % of the bandwidth of an in-place product on one thread,
  40 % on two;
- nanoseconds per point from 256² to 4096²: at most 2 times; two threads at least 1.7 times one for
  two factors or more from 512², 1.5 times for one.

Run:  python bench/python/bench_steps.py [--smoke] [--json FILE]
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import threading
from pathlib import Path
from typing import Any

from timing import Comparison, clock, compare, cpu_seconds, readable, single_threaded_process

single_threaded_process()

import fourier_peers as fourier  # noqa: E402 - after the environment is clean
import matrix_peers as matrix  # noqa: E402
import numpy as np  # noqa: E402
from problems import DrivenSpace, error  # noqa: E402

import heatgauge as hg  # noqa: E402
from heatgauge import _core  # noqa: E402

DT = 0.01
STEPS = 32  # in one call: the first and the last move the state once more than the others


def trap(grid: hg.Grid, links: bool = False) -> hg.Hamiltonian:
    """A trap, with a smooth A on every link or none."""
    potential = 0.5 * sum(x**2 for x in grid.coordinates())
    vector = None
    if links:  # arrays: a callable would be asked again in each step
        x, y = (np.broadcast_to(c, grid.link_shape(0)) for c in grid.link_coordinates(0))
        a_x = 0.3 * np.sin(y)
        x, y = (np.broadcast_to(c, grid.link_shape(1)) for c in grid.link_coordinates(1))
        vector = [a_x, 0.2 * np.cos(x)]
    potentials = hg.HeatPotentials(grid, vector=vector)
    return hg.Hamiltonian(grid, potentials, external=np.broadcast_to(potential, grid.shape).copy())


def packet(grid: hg.Grid) -> Any:
    """A normalised packet."""
    centre = [0.5] * grid.dimensions
    return hg.gaussian_packet(grid, centre, centre, [1.0] * grid.dimensions)


def stepping(method: Any, H: hg.Hamiltonian, dt: float, steps: int, threads: int = 1) -> Any:
    """A function that takes so many steps of a method."""
    stepper = method.stepper(H, dt, 10**6, threads=threads)
    psi = packet(H.grid)
    return lambda: stepper.advance(psi, 0.0, 0, steps)


def line(smoke: bool) -> list[Comparison]:
    """1D, static."""
    n, steps = (256, 10) if smoke else (4096, 200)
    grid = hg.Grid([hg.Axis(-10.0, 10.0, n)])
    H = trap(grid)
    psi, per = packet(grid), (steps * n, steps * n)
    methods = {
        "Crank–Nicolson": hg.CrankNicolson("banded", refine=False),
        "Crank–Nicolson refined": hg.CrankNicolson("banded", refine=True),
        "CayleySweeps(2, 1)": hg.CayleySweeps(order=2, factors=1),
    }
    peers = {"splu": (6.0, matrix.crank_nicolson(H, DT))}
    if matrix.available("numba"):
        peers["Thomas in numba"] = (2.0, matrix.numba_thomas(H, DT))
    rows = []
    for name, method in methods.items():
        ours = stepping(method, H, DT, steps)
        for peer, (goal, run) in peers.items():
            bar = goal if "refined" not in name else goal / 6 * (3 if peer == "splu" else 1)
            bar = 1.0 if "refined" in name and peer != "splu" else bar
            rows.append(
                compare(
                    f"1D {n}, {name}",
                    peer,
                    bar,
                    ours,
                    lambda run=run: run(psi.copy(), steps),
                    per=per,
                    unit="per point",
                )
            )
    return rows


def ensemble(smoke: bool) -> list[Comparison]:
    """64 members with potentials of their own that change in each step."""
    n, members, steps = (256, 16, 2) if smoke else (4096, 64, 4)
    grid = hg.Grid([hg.Axis(-10.0, 10.0, n)])
    phases = np.random.default_rng(0).normal(0, 0.1, (members, n))
    factors = _core.cayley_factors(DT / (2 * grid.spacing[0] ** 2), 1)
    part = _core.StepPart

    def program(count: int) -> Any:
        made = _core.SweepProgram(grid.core, count, 1, False)
        site = made.site_slot(own_of_member=True)
        slot = made.link_slot(0, _core.LinkKind.none)
        made.phase(part.prologue, site)
        made.sweep(part.body, 0, factors, slot)
        made.phase(part.epilogue, site)
        return made, site

    states = np.repeat(packet(grid)[None], members, axis=0)
    (together, site), (alone, own) = program(members), program(1)

    def run_together() -> None:
        for _ in range(steps):
            together.set_phase(site, phases)
            together.advance(states, 1)

    def run_one_by_one() -> None:
        for psi, phase in zip(states, phases, strict=True):
            for _ in range(steps):
                alone.set_phase(own, phase)
                alone.advance(psi, 1)

    per = (steps * members * n,) * 2
    name = f"1D {n}, {members} members, own potentials each step"
    return [
        compare(name, "one by one", 6.0, run_together, run_one_by_one, per=per, unit="per point")
    ]


def plane(smoke: bool) -> list[Comparison]:
    """2D with links against FFTW without, and against Crank–Nicolson by splu."""
    n, steps = (48, 2) if smoke else (512, STEPS)
    grid = hg.Grid([hg.Axis(-10.0, 10.0, n)] * 2)
    H, per = trap(grid, links=True), (steps * n * n,) * 2
    potential = np.asarray(H.external.at(0.0))
    rows = []
    ours = stepping(hg.CayleySweeps(order=2, factors=1), H, DT, steps)
    theirs = fourier.static(grid, potential, DT, fourier.STRANG)
    theirs.psi[...] = packet(grid)
    rows.append(
        compare(
            f"2D {n}², links, one factor",
            "pyfftw Strang, no links",
            2.5,
            ours,
            lambda: theirs.advance(steps),
            per=per,
            unit="per point",
        )
    )
    n = 32 if smoke else 256
    grid = hg.Grid([hg.Axis(-10.0, 10.0, n)] * 2)
    H, psi = trap(grid, links=True), packet(grid).ravel()
    unsplit = matrix.crank_nicolson(H, DT)
    rows.append(
        compare(
            f"2D {n}², links, one factor",
            "unsplit Crank–Nicolson, splu",
            100.0,
            stepping(hg.CayleySweeps(order=2, factors=1), H, DT, 20),
            lambda: unsplit(psi, 2),
            per=(20 * n * n, 2 * n * n),
            unit="per point",
        )
    )
    return rows


def space(smoke: bool) -> list[Comparison]:
    """3D, driven: both of order 2 in time, so that a step counts with the root of its error."""
    problem = DrivenSpace()
    grid = problem.grid(16 if smoke else 128)
    end, steps = problem.end, 4 if smoke else 20
    psi0, exact = problem.state(grid, 0.0), problem.state(grid, end)
    psi = psi0.copy()
    theirs = fourier.driven(problem, grid, end / steps)
    peer_error = error(theirs.run(psi0, steps), exact)
    rows = []
    methods = {f"CayleySweeps(2, {m})": hg.CayleySweeps(order=2, factors=m) for m in (1, 2)}
    methods["SpectralSweeps(2)"] = hg.SpectralSweeps(order=2)
    for name, method in methods.items():
        stepper = method.stepper(problem.hamiltonian(grid), end / steps, steps)

        def ours(stepper: Any = stepper) -> Any:
            psi[...] = psi0  # the peer has an array of its own too
            stepper.advance(psi, 0.0, 0, steps)
            return psi

        own_error = error(ours(), exact)
        rows.append(
            compare(
                f"3D {grid.shape[0]}³, driven A_z, {name}",
                "pyfftw Strang, at equal error",
                2.0,
                ours,
                lambda: theirs.run(psi0, steps),
                rounds=3,
                per=(steps * grid.size * (peer_error / own_error) ** 0.5, steps * grid.size),
                unit="per point",
                note=f"errors {own_error:.1e} against {peer_error:.1e} at the same step",
            )
        )
    return rows


def bandwidth(smoke: bool) -> list[str]:
    """Share of the memory traffic of psi *= number that steps without links reach."""
    lines = []
    for shape, traffic in ((((2048,) * 2), 80), ((128,) * 3, 96)):
        shape = tuple(n // 16 for n in shape) if smoke else shape
        grid = hg.Grid([hg.Axis(-10.0, 10.0, n) for n in shape])
        H = trap(grid)
        for threads, goal in ((1, 0.5), (2, 0.4)):
            run = stepping(hg.CayleySweeps(order=2, factors=1), H, DT, STEPS, threads)
            run()
            stream = _in_place(grid.size, threads)
            shares = []
            for _ in range(3 if smoke else 7):
                # other load does not count in CPU time; two threads can only be timed by the clock
                seconds = cpu_seconds if threads == 1 else clock
                ours = seconds(run) / (STEPS * grid.size)
                limit = seconds(stream) / grid.size / 32  # seconds per byte
                shares.append(traffic * limit / ours)
            share = float(np.median(shares))
            verdict = "reached" if share >= goal else "**not reached**"
            size = "×".join(map(str, shape))
            lines.append(
                f"| {size}, {threads} thread{'s' * (threads > 1)} | ≥ {goal:.0%} | {share:.0%} "
                f"{verdict} | {traffic} B per point and step |"
            )
            print(lines[-1], flush=True)
    return lines


def _in_place(size: int, threads: int) -> Any:
    """psi *= 1 + 0j in place: 32 bytes per point, split over threads."""
    parts = np.array_split(np.ones(size, complex), threads)

    def scale(part: Any) -> None:
        np.multiply(part, 1.0 + 0.0j, out=part)

    def run() -> None:
        workers = [threading.Thread(target=scale, args=(part,)) for part in parts[1:]]
        for worker in workers:
            worker.start()
        scale(parts[0])
        for worker in workers:
            worker.join()

    return run


def growth(smoke: bool) -> list[str]:
    """Nanoseconds per point and step against size, and what a second thread gives."""
    lines, least = [], {}
    for n in (32, 64) if smoke else (256, 512, 1024, 2048, 4096):
        grid = hg.Grid([hg.Axis(-10.0, 10.0, n)] * 2)
        H = trap(grid, links=True)
        for m in (1, 2, 3):
            steps = max(STEPS, 2**20 // grid.size)
            method = hg.CayleySweeps(order=2, factors=m)
            one, two = (stepping(method, H, DT, steps, threads) for threads in (1, 2))
            one(), two()
            rounds = 3 if n > 2048 else 7
            times = [(clock(one), clock(two)) for _ in range(rounds)]
            cpu = min(cpu_seconds(one) for _ in range(rounds)) / (steps * grid.size)
            gain = float(np.median([a / b for a, b in times]))
            least.setdefault(m, []).append(cpu)
            lines.append(f"| {n}² | {m} | {1e9 * cpu:.2f} ns | {gain:.2f}× |")
            print(lines[-1], readable(cpu), flush=True)
    for m, found in least.items():
        verdict = "reached" if max(found) <= 2 * min(found) else "**not reached**"
        lines.append(f"| growth | {m} | {max(found) / min(found):.2f}×, ≤ 2× {verdict} | |")
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="smallest sizes, for CI")
    parser.add_argument("--json", type=Path, help="write what was measured")
    options = parser.parse_args()
    measured: dict[str, Any] = {"rows": [], "bandwidth": [], "growth": []}
    parts = {
        "rows": (line, ensemble, plane, space),
        "bandwidth": (bandwidth,),
        "growth": (growth,),
    }
    for name, functions in parts.items():
        for part in functions:
            found = part(options.smoke)
            measured[name] += [
                dataclasses.asdict(row) if isinstance(row, Comparison) else row for row in found
            ]
            if options.json:  # after each, so that an interrupted run keeps what it measured
                options.json.write_text(json.dumps(measured, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
