"""Spectral and Cayley sweeps against hand-written split steps on FFTW, at equal error.

Every solver gets its planning for nothing (FFTW plans with MEASURE, phase arrays, our programs), is
tried on several grids and numbers of steps, and is judged by the shortest time with which it meets
the error asked. Times are processor time of one thread, so that other load does not count.
``--smoke``: one small case of each problem.
"""

from __future__ import annotations

import argparse
import dataclasses
import math
import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

# Some environments tie OpenBLAS to an old core type; numpy would be timed too slow with it.
_HANDICAPS = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")
if any(name in os.environ for name in _HANDICAPS):
    clean = {k: v for k, v in os.environ.items() if k not in _HANDICAPS}
    os.execve(sys.executable, [sys.executable, *sys.argv], clean)

import numpy as np  # noqa: E402 - after the environment is clean

import heatgauge as hg  # noqa: E402

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests"))
import fftw_split_steps as fftw  # noqa: E402
from fftw_split_steps import Run  # noqa: E402

from systems import GaussianPacket, distance  # noqa: E402


@dataclasses.dataclass
class Outcome:
    seconds: float
    error: float
    points: int
    steps: int


Solver = Callable[[int, int], Run]


def timed(run: Run, rounds: int) -> float:
    best = math.inf
    for _ in range(rounds):
        run.start()
        begin = time.thread_time()
        run.steps()
        best = min(best, time.thread_time() - begin)
    return best


def shortest(
    solver: Solver,
    error_of: Callable[[int, Any], float],
    goal: float,
    grids: Sequence[int],
    counts: Sequence[int],
    rounds: int,
) -> Outcome | None:
    """The shortest time to an error of at most ``goal``, over all grids and numbers of steps."""
    best: Outcome | None = None
    for points in grids:
        for steps in counts:
            run = solver(points, steps)
            run.start()
            run.steps()
            error = error_of(points, run.state())
            if error <= goal:
                found = Outcome(timed(run, rounds), error, points, steps)
                if best is None or found.seconds < best.seconds:
                    best = found
                break
    return best


def ours(problem: Any, method: Any) -> Solver:
    """The method on the problem's Hamiltonian."""

    def make(points: int, steps: int) -> Run:
        _, H = problem.hamiltonian(points)
        stepper = method.stepper(H, problem.time / steps, steps)
        initial = problem.initial(points)
        psi = initial.copy()

        def start() -> None:
            psi[...] = initial

        start()
        return Run(start, lambda: stepper.advance(psi, 0.0, 0, steps), lambda: psi)

    return make


def report(title: str, outcomes: dict[str, Outcome | None], goal: float) -> None:
    print(f"\n{title}, error in ψ at most {goal:g}", flush=True)
    reference = next(iter(outcomes.values()))
    for name, found in outcomes.items():
        if found is None:
            print(f"  {name:44s} not reached", flush=True)
            continue
        ratio = "" if reference is None else f"{found.seconds / reference.seconds:7.2f}x"
        print(
            f"  {name:44s} {1e3 * found.seconds:9.3f} ms {ratio}   {found.points} points an axis, "
            f"{found.steps} steps, error {found.error:.1e}",
            flush=True,
        )


class InductionTrap:
    """A breathing packet in a uniform induction and a weak trap; 100 flux quanta on the torus."""

    time, induction, trap = 4.0, 1.0, 0.25

    def __init__(self) -> None:
        self.length = math.sqrt(2 * math.pi * 100 / self.induction)
        self.packet = GaussianPacket(
            (1.0, 0.0),
            (0.0, 0.0),
            (0.8, 1.0),
            stiffness=self.trap**2,
            slope=np.array([[0.0, -self.induction], [0.0, 0.0]]),
        )

    def grid(self, points: int) -> hg.Grid:
        half = 0.5 * self.length
        return hg.Grid([hg.Axis(-half, half, points, "periodic")] * 2)

    def potential(self, x: Any, y: Any) -> Any:
        return 0.5 * self.trap**2 * (x**2 + y**2)

    def hamiltonian(self, points: int) -> tuple[hg.Grid, hg.Hamiltonian]:
        grid = self.grid(points)
        links = hg.uniform_induction(grid, self.induction, "landau-x")
        fields = hg.HeatPotentials(grid, vector=links, charge=1.0)
        return grid, hg.Hamiltonian(grid, fields, external=self.potential(*grid.coordinates()))

    def initial(self, points: int) -> Any:
        return self.packet.on(self.grid(points), 0.0, images=0)

    def error(self, points: int, psi: Any) -> float:
        grid = self.grid(points)
        return distance(grid, psi, self.packet.on(grid, self.time, images=0))


class TravellingWave:
    """V = cos(kx - ωt) on a torus of 256²; exact in the frame that moves with the wave."""

    time, wavenumber, frequency, waves = 4.0, 1.0, 1.3, 4

    def __init__(self) -> None:
        self.length = 2 * math.pi * self.waves / self.wavenumber

    def grid(self, points: int) -> hg.Grid:
        return hg.Grid([hg.Axis(0.0, self.length, points, "periodic")] * 2)

    def hamiltonian(self, points: int) -> tuple[hg.Grid, hg.Hamiltonian]:
        grid, k, w = self.grid(points), self.wavenumber, self.frequency
        wave = [
            hg.Drive(lambda x, y: np.cos(k * x) + 0 * y, lambda t: math.cos(w * t)),
            hg.Drive(lambda x, y: np.sin(k * x) + 0 * y, lambda t: math.sin(w * t)),
        ]
        return grid, hg.Hamiltonian(grid, external=wave)

    def factors(self, points: int) -> tuple[Any, Any]:
        """ψ₀ = X(x)·Y(y)."""
        x = self.grid(points).axes[0].sites()
        middle = 0.5 * self.length
        return (
            math.pi**-0.25 * np.exp(-0.5 * (x - middle) ** 2 + 1j * x),
            math.pi**-0.25 * np.exp(-0.5 * (x - middle) ** 2 + 0.5j * x),
        )

    def initial(self, points: int) -> Any:
        along, across = self.factors(points)
        return along[:, None] * across[None, :]

    def error(self, points: int, psi: Any) -> float:
        """With x' = x - vt, v = ω/k, the wave stands still: a matrix in plane waves."""
        along, across = self.factors(points)
        k = 2 * math.pi * np.fft.fftfreq(points, self.length / points)
        v, t = self.frequency / self.wavenumber, self.time
        matrix = np.diag(0.5 * (k - v) ** 2)
        for n in range(points):
            for m in (n + self.waves, n - self.waves):
                # a site's origin is half a spacing from 0: waves carry e^{ikx}, x the true place
                matrix[n, m % points] += 0.5
        levels, vectors = np.linalg.eigh(matrix)
        place = np.exp(1j * k * 0.5 * self.length / points)
        coefficients = np.fft.fft(along) / place
        moved = vectors @ (np.exp(-1j * levels * t) * (vectors.T @ coefficients))
        moved = moved * np.exp(-1j * (k - v) * v * t - 0.5j * v**2 * t) * place
        free = np.fft.ifft(np.exp(-0.5j * k**2 * t) * np.fft.fft(across))
        exact = np.fft.ifft(moved)[:, None] * free[None, :]
        return distance(self.grid(points), psi, exact)


class ShakenTrap:
    """A packet in a 3D trap under a uniform A_z(t)."""

    time, trap, strength, frequency = 2.0, 1.2, 0.8, 3.0

    def __init__(self) -> None:
        self.packet = GaussianPacket(
            (0.8, 0.0, -0.5),
            (0.0, 0.6, 0.0),
            (0.6, 0.7, 0.65),
            stiffness=self.trap**2,
            vector=lambda t: np.array([0.0, 0.0, self.vector(t)]),
        )

    def vector(self, t: float) -> float:
        return self.strength * math.sin(self.frequency * t)

    def grid(self, points: int) -> hg.Grid:
        return hg.Grid([hg.Axis(-8.0, 8.0, points, "periodic")] * 3)

    def potential(self, *coordinates: Any) -> Any:
        return 0.5 * self.trap**2 * sum(x**2 for x in coordinates)

    def hamiltonian(self, points: int) -> tuple[hg.Grid, hg.Hamiltonian]:
        grid = self.grid(points)
        shaken = (0.0, 0.0, hg.Drive(1.0, self.vector))
        fields = hg.HeatPotentials(grid, vector=shaken, charge=1.0)
        return grid, hg.Hamiltonian(grid, fields, external=self.potential(*grid.coordinates()))

    def initial(self, points: int) -> Any:
        return self.packet.on(self.grid(points), 0.0, images=0)

    def error(self, points: int, psi: Any) -> float:
        grid = self.grid(points)
        return distance(grid, psi, self.packet.on(grid, self.time, images=0))


def compare(
    title: str,
    problem: Any,
    solvers: dict[str, Solver],
    goals: Sequence[float],
    grids: Sequence[int],
    counts: Sequence[int],
    rounds: int,
) -> None:
    for goal in goals:
        outcomes = {
            name: shortest(solver, problem.error, goal, grids, counts, rounds)
            for name, solver in solvers.items()
        }
        report(title, outcomes, goal)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="small sizes, a few seconds")
    smoke = parser.parse_args().smoke
    rounds = 1 if smoke else 7
    peers = fftw.available()
    if not peers:
        print("pyfftw is not installed: its rows are left out (pip install pyfftw)")
    fine = [
        2,
        3,
        4,
        5,
        6,
        7,
        8,
        9,
        10,
        12,
        14,
        16,
        20,
        24,
        28,
        32,
        40,
        48,
        64,
        80,
        96,
        128,
        192,
        256,
    ]

    trap = InductionTrap()
    solvers: dict[str, Solver] = {"hg.SpectralSweeps()": ours(trap, hg.SpectralSweeps())}
    if peers:
        solvers["FFTW, Blanes-Moan 4 of X, Y and V"] = fftw.induction_plain(trap)
        solvers["FFTW, exact shear, Blanes-Moan 4"] = fftw.induction_shear(trap)
    solvers["hg.CayleySweeps(factors=4)"] = ours(trap, hg.CayleySweeps(factors=4))
    quick = hg.SpectralSweeps(composition="nystrom")
    solvers['hg.SpectralSweeps(composition="nystrom")'] = ours(trap, quick)
    grids = [64] if smoke else [64, 72, 80, 90, 96, 108, 128]
    goals = [1e-3] if smoke else [1e-5, 1e-7]
    # goal: 2 times faster than the plain one; the exact shear is the expert's
    compare("2D uniform induction and trap", trap, solvers, goals, grids, fine, rounds)

    wave = TravellingWave()
    solvers = {"hg.SpectralSweeps()": ours(wave, hg.SpectralSweeps())}
    if peers:
        solvers["FFTW, Blanes-Moan 4"] = fftw.travelling(wave)
    solvers["hg.CayleySweeps()"] = ours(wave, hg.CayleySweeps())
    # goal: 1.5 times faster
    sizes, goals = ([64], [1e-3]) if smoke else ([256], [1e-5])
    compare("2D travelling wave", wave, solvers, goals, sizes, fine, rounds)

    shaken = ShakenTrap()
    solvers = {
        "hg.SpectralSweeps()": ours(shaken, hg.SpectralSweeps()),
        "hg.SpectralSweeps(order=2)": ours(shaken, hg.SpectralSweeps(order=2)),
    }
    if peers:
        solvers["FFTW, Strang"] = fftw.shaken(shaken)
    sizes, goals = ([32], [1e-2]) if smoke else ([128], [1e-3, 1e-5])
    # goal: 2 times faster
    rounds = min(rounds, 2)
    compare("3D driven A_z(t)", shaken, solvers, goals, sizes, fine, rounds)


if __name__ == "__main__":
    main()
