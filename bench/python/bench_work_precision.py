"""Error in ψ against the time it takes, for every method on whatever grid and step serve it best.

Expected (CPU time on one thread, set-up, factors and plans apart):
- uniform induction and a trap, to 1e-5 and 1e-7: at least 2 times faster than FFTW with
  Blanes–Moan's 4th order (not slower is the floor), at least 30 times faster than any package;
- inner walls, an Aharonov–Bohm flux and a rough potential, to 1e-3: at least 10 times faster than
  expm_multiply and than Chebyshev's series on scipy's CSR;
- a travelling wave, 256² periodic, to 1e-5: at least 1.5 times faster than FFTW with Blanes–Moan.

Run:  python bench/python/bench_work_precision.py [--smoke] [--json FILE]
"""

from __future__ import annotations

import argparse
import dataclasses
import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from timing import Comparison, compare, cpu_seconds, readable, single_threaded_process

single_threaded_process()

import fourier_peers as fourier  # noqa: E402 - after the environment is clean
import matrix_peers as matrix  # noqa: E402
import numpy as np  # noqa: E402
from problems import InductionTrap, RoughRing, TravellingWave, error  # noqa: E402

import heatgauge as hg  # noqa: E402

CAYLEY = {m: hg.CayleySweeps(order=4, factors=m) for m in (2, 3, 4)}
# Inner walls and roughness lower the order in time to 2, and order 4 costs twice the sweeps.
STRANG = {m: hg.CayleySweeps(order=2, factors=m) for m in (2, 3, 4)}
SPECTRAL = hg.SpectralSweeps()


@dataclasses.dataclass
class Point:
    """One run: what it takes and how wrong it is."""

    method: str
    ours: bool
    label: str
    seconds: float
    error: float
    run: Callable[[], Any] = dataclasses.field(repr=False)


@dataclasses.dataclass
class Study:
    """All runs of one problem."""

    name: str
    points: list[Point] = dataclasses.field(default_factory=list)

    def add(
        self, method: str, label: str, run: Callable[[], Any], exact: Any, *, ours: bool = False
    ) -> Point:
        """Run twice (once to warm up if it is quick), keep time and error."""
        outcome: list[Any] = []
        seconds = cpu_seconds(lambda: outcome.append(run()))
        if seconds < 2.0:
            seconds = min(seconds, *(cpu_seconds(run) for _ in range(2)))
        point = Point(method, ours, label, seconds, error(outcome[0], exact), run)
        self.points.append(point)
        print(f"  {method:36s} {label:22s} {readable(seconds):>9s}  {point.error:.2e}", flush=True)
        return point

    def fastest(self, tolerance: float, methods: Iterable[str] | None = None) -> Point | None:
        """The fastest run of some methods (None: ours) that is right to the tolerance."""
        listed = [
            p
            for p in self.points
            if p.error <= tolerance and (p.ours if methods is None else p.method in methods)
        ]
        return min(listed, key=lambda p: p.seconds, default=None)

    def row(
        self, against: str, methods: Iterable[str], tolerance: float, goal: float
    ) -> Comparison | None:
        """Compare the fastest runs of both sides again, in turns."""
        ours, theirs = self.fastest(tolerance), self.fastest(tolerance, methods)
        if ours is None or theirs is None:
            print(f"  {self.name}, {against}: no run reaches {tolerance:g}")
            return None
        slow = theirs.seconds > 2.0
        return compare(
            f"{self.name}, to {tolerance:.0e}",
            f"{against}: {theirs.method}, {theirs.label}",
            goal,
            ours.run,
            theirs.run,
            rounds=2 if slow else 9,
            note=f"{ours.method}, {ours.label}",
        )


def sweeps(
    study: Study,
    H: hg.Hamiltonian,
    psi0: Any,
    exact: Any,
    end: float,
    counts: Iterable[int],
    methods: Iterable[Any],
) -> None:
    """Our methods with so many steps."""
    n = H.grid.shape[0]
    for method in methods:
        name = type(method).__name__
        m = getattr(method, "factors", None)
        name += f"({method.order}, {m})" if m else f"({method.order})"
        for steps in counts:
            stepper = method.stepper(H, end / steps, steps)

            def run(stepper: Any = stepper, steps: int = steps) -> Any:
                psi = psi0.copy()
                stepper.advance(psi, 0.0, 0, steps)
                return psi

            study.add(name, f"{n}², {steps} steps", run, exact, ours=True)


def induction(smoke: bool) -> tuple[Study, list[Comparison]]:
    """Uniform induction and a trap."""
    problem, study = InductionTrap(), Study("2D uniform induction, trap")
    end = problem.end
    print(study.name)
    for n in (48,) if smoke else (60, 64, 72, 80, 96):
        grid = problem.grid(n)
        exact, psi0 = problem.state(grid, end), problem.state(grid, 0.0)
        counts = (16,) if smoke else (12, 16, 20, 24, 32, 40, 48, 56)
        sweeps(study, problem.hamiltonian(grid), psi0, exact, end, counts, (SPECTRAL,))
        if n >= 72 or smoke:
            sweeps(
                study, problem.hamiltonian(grid), psi0, exact, end, counts, (CAYLEY[3], CAYLEY[4])
            )
    _by_transforms(problem, study, smoke)
    packages = _packages(problem, study, smoke)
    rows = []
    for tolerance in (1e-5, 1e-7):
        rows += [
            study.row("pyfftw by hand", ["FFT Blanes–Moan 4", "FFT Strang"], tolerance, 2.0),
            study.row("pyfftw, expert", ["FFT force gradient, exact shear"], tolerance, 1.0),
        ]
    rows.append(study.row("best package", packages, 1e-5, 30.0))
    return study, [row for row in rows if row]


def _by_transforms(problem: InductionTrap, study: Study, smoke: bool) -> None:
    """Split steps on FFTW, written by hand."""
    end = problem.end
    names = {fourier.STRANG: "Strang", fourier.BLANES_MOAN: "Blanes–Moan 4"}
    for n in (40,) if smoke else (60, 64, 72):
        grid = problem.grid(n)
        exact, psi0 = problem.state(grid, end), problem.state(grid, 0.0)
        for shares, counts in (
            (fourier.STRANG, (64, 256, 1024, 4096)),
            (fourier.BLANES_MOAN, (8, 14, 18, 24, 32, 40, 48, 64)),
        ):
            for steps in counts[:1] if smoke else counts:
                stepper = fourier.induction(problem, grid, end / steps, shares)
                study.add(
                    f"FFT {names[shares]}",
                    f"{n}², {steps} steps",
                    lambda s=stepper, k=steps, p=psi0: s.run(p, k),
                    exact,
                )
        for steps in (8,) if smoke else (8, 12, 16, 24, 32, 40, 48, 56, 64):
            stepper = fourier.exact_shear(problem, grid, end / steps)
            study.add(
                "FFT force gradient, exact shear",
                f"{n}², {steps} steps",
                lambda s=stepper, k=steps, p=psi0: s.run(p, k),
                exact,
            )


def _packages(problem: InductionTrap, study: Study, smoke: bool) -> list[str]:
    """What one can call instead of writing it: scipy, QuTiP, py-pde."""
    end, used = problem.end, []
    for n in (24,) if smoke else (96, 144):
        grid = problem.grid(n)
        exact, psi0 = problem.state(grid, end), problem.state(grid, 0.0)
        H = problem.hamiltonian(grid, order=8)
        runs = {"expm_multiply, order 8": matrix.exponential(H, end)}
        if matrix.available("qutip"):
            for method in ("adams",) if smoke else ("vern9",):
                name = f"QuTiP sesolve {method}, order 8"
                runs[name] = matrix.qutip(H, end, method, 1e-6)
        for name, run in runs.items():
            study.add(name, f"{n}²", lambda r=run, p=psi0: r(p), exact)
            used.append(name)
    if matrix.available("pde") and not smoke:  # it takes half a minute to compile
        for n in (128,):
            grid = problem.grid(n)
            exact, psi0 = problem.state(grid, end), problem.state(grid, 0.0)
            run = matrix.py_pde(problem, n, 1e-5)
            run(psi0)  # compiles
            study.add("py-pde, order 2", f"{n}²", lambda r=run, p=psi0: r(p), exact)
    return used


def rough_ring(smoke: bool) -> tuple[Study, list[Comparison]]:
    """Inner walls, flux, rough potential; the reference on a grid three times finer."""
    problem, study = RoughRing(), Study("2D ring, inner walls, rough")
    end = problem.end / (10 if smoke else 1)
    print(study.name)
    # both sides have grids just fine enough for 1e-3 among these, and coarser and finer ones
    for n in (32,) if smoke else (72, 80, 88, 96):
        exact, psi0 = _ring_states(problem, n, end)
        H = problem.hamiltonian(problem.grid(n))
        counts = (8,) if smoke else (48, 56, 64, 80, 100, 140)
        sweeps(study, H, psi0, exact, end, counts, CAYLEY.values())
        counts = (8,) if smoke else (160, 200, 240, 256, 280)
        sweeps(study, H, psi0, exact, end, counts, STRANG.values())
    for n in (32,) if smoke else (104, 105, 106, 112):
        exact, psi0 = _ring_states(problem, n, end)
        for order in (4, 6, 8):
            H = problem.hamiltonian(problem.grid(n), order=order)
            run = matrix.exponential(H, end)
            study.add(f"expm_multiply, order {order}", f"{n}²", lambda r=run, p=psi0: r(p), exact)
            for tolerance in (1e-2, 1e-3, 1e-6):
                run = matrix.chebyshev(H, end, tolerance)
                name = f"Chebyshev on CSR, order {order}"
                study.add(name, f"{n}², tail {tolerance:g}", lambda r=run, p=psi0: r(p), exact)
    rows = [
        study.row("scipy", [f"expm_multiply, order {o}" for o in (4, 6, 8)], 1e-3, 10.0),
        study.row("by hand", [f"Chebyshev on CSR, order {o}" for o in (4, 6, 8)], 1e-3, 10.0),
    ]
    return study, [row for row in rows if row]


def _ring_states(problem: RoughRing, n: int, end: float) -> tuple[Any, Any]:
    """The state at the end, from a grid three times finer whose sites include these, and psi0."""
    fine = problem.grid(3 * n)
    reference = matrix.chebyshev(problem.hamiltonian(fine, order=8), end, 1e-10)
    exact = reference(problem.state(fine)).reshape(fine.shape)[1::3, 1::3]
    return exact, problem.state(problem.grid(n))


def travelling_wave(smoke: bool) -> tuple[Study, list[Comparison]]:
    """V = cos(kx − ωt), periodic."""
    problem, study = TravellingWave(), Study("2D travelling wave, periodic")
    grid, end = problem.grid(48 if smoke else 256), problem.end
    n = grid.shape[0]
    print(study.name)
    psi0, exact = problem.state(grid), problem.exact(grid)
    counts = (10,) if smoke else (8, 10, 12, 16, 20, 24, 28, 29, 30, 32, 40)
    sweeps(study, problem.hamiltonian(grid), psi0, exact, end, counts, (CAYLEY[4], SPECTRAL))
    for name, shares, listed in (
        ("Strang", fourier.STRANG, (256, 1024)),
        ("Blanes–Moan 4", fourier.BLANES_MOAN, (6, 8, 9, 10, 11, 12, 16, 24)),
    ):
        for steps in listed[:1] if smoke else listed:
            stepper = fourier.wave(problem, grid, end / steps, shares)
            study.add(
                f"FFT {name}",
                f"{n}², {steps} steps",
                lambda s=stepper, k=steps: s.run(psi0, k),
                exact,
            )
    row = study.row("pyfftw by hand", ["FFT Blanes–Moan 4", "FFT Strang"], 1e-5, 1.5)
    return study, [row] if row else []


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="one small run each, for CI")
    parser.add_argument("--json", type=Path, help="write what was measured")
    options = parser.parse_args()
    if not fourier.HAVE_FFTW:
        print("pyfftw is missing: scipy.fft in its place, ratios mean nothing")
    studies, rows = [], []
    for problem in (induction, rough_ring, travelling_wave):
        study, found = problem(options.smoke)
        studies.append(study)
        rows += found
        if options.json:  # after each, so that an interrupted run keeps what it measured
            points = {
                s.name: [{k: v for k, v in vars(p).items() if k != "run"} for p in s.points]
                for s in studies
            }
            measured = {"points": points, "rows": [dataclasses.asdict(row) for row in rows]}
            options.json.write_text(json.dumps(measured, indent=1), encoding="utf-8")
    if not all(np.isfinite(p.error) for s in studies for p in s.points):
        raise SystemExit("a run is not finite")


if __name__ == "__main__":
    main()
