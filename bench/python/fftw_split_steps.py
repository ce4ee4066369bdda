"""Split steps as an expert writes them by hand on FFTW: the peers of bench_spectral.py.

In place, planned with MEASURE, one thread; all phases that do not change are made beforehand, and
the last stage of a step is joined with the first of the next.
"""

from __future__ import annotations

import dataclasses
import importlib.util
from collections.abc import Callable
from typing import Any

import numpy as np

# Blanes & Moan, J. Comput. Appl. Math. 142, 313 (2002). SRKN_6^b, order 4, for T and V with
# [V, [V, [V, T]]] = 0: V b1, T a1, V b2, …, V b7.
_B = (0.0829844064174052, 0.396309801498368, -0.0390563049223486)
_A = (0.245298957184271, 0.604872665711080)
NYSTROM_V = (*_B, 1 - 2 * sum(_B), *reversed(_B))
NYSTROM_T = (*_A, 0.5 - sum(_A), 0.5 - sum(_A), *reversed(_A))
# S_6, order 4, for any two parts; as times of a first-order step and its adjoint in turn it serves
# three parts.
_SA = (0.0792036964311957, 0.353172906049774, -0.0420650803577195)
_SB = (0.209515106613362, -0.143851773179818)


@dataclasses.dataclass
class Run:
    """A solver ready to go: ``start`` puts ψ₀ in place, ``steps`` advances, ``state`` reads ψ."""

    start: Callable[[], Any]
    steps: Callable[[], Any]
    state: Callable[[], Any]


def available() -> bool:
    """Whether pyfftw is installed."""
    return importlib.util.find_spec("pyfftw") is not None


class Transforms:
    """One state and its in-place transforms along any axes."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        import pyfftw

        self.psi = pyfftw.empty_aligned(shape, dtype="complex128")
        self._plans: dict[tuple[int, ...], tuple[Any, Any]] = {}

    def plan(self, *axes: int) -> None:
        """Plan along axes; destroys ψ."""
        import pyfftw

        options = {"axes": axes, "flags": ("FFTW_MEASURE",), "threads": 1}
        self._plans[axes] = (
            pyfftw.FFTW(self.psi, self.psi, direction="FFTW_FORWARD", **options).execute,
            pyfftw.FFTW(
                self.psi, self.psi, direction="FFTW_BACKWARD", normalise_idft=False, **options
            ).execute,
        )

    def filter(self, axes: tuple[int, ...], *phases: Any) -> None:
        """ψ ← F⁻¹·phases·F ψ; 1/N is in the phases."""
        forth, back = self._plans[axes]
        forth()
        for phase in phases:
            np.multiply(self.psi, phase, out=self.psi)
        back()

    def multiply(self, phase: Any) -> None:
        """ψ ← phase·ψ."""
        np.multiply(self.psi, phase, out=self.psi)


def waves(problem: Any, points: int) -> Any:
    """Wavenumbers of an axis in FFTW's order."""
    return 2 * np.pi * np.fft.fftfreq(points, problem.length / points)


def induction_parts(problem: Any, points: int) -> tuple[Any, Any, Any]:
    """(k_x + By)²/2, k_y²/2 and V on the grid."""
    k = waves(problem, points)
    x, y = problem.grid(points).coordinates()
    along = 0.5 * (k[:, None] + problem.induction * y) ** 2
    across = 0.5 * np.broadcast_to(k[None, :] ** 2, along.shape)
    return along, across, problem.potential(x, y)


def induction_shear(problem: Any) -> Callable[[int, int], Run]:
    """T exact by three shears, V, with Nyström weights."""

    def make(points: int, steps: int) -> Run:
        dt = problem.time / steps
        line = Transforms((points, points))
        line.plan(0)
        line.plan(1)
        along, across, potential = induction_parts(problem, points)
        omega = problem.induction
        outer, inner = {}, {}
        for a in set(NYSTROM_T):
            outer[a] = np.exp(-1j * along * np.tan(0.5 * omega * a * dt) / omega) / points
            inner[a] = np.exp(-1j * across * np.sin(omega * a * dt) / omega) / points
        turn = {b: np.exp(-1j * b * dt * potential) for b in {*NYSTROM_V, 2 * NYSTROM_V[0]}}
        initial = problem.initial(points)

        def advance() -> None:
            line.multiply(turn[NYSTROM_V[0]])
            for step in range(steps):
                for a, b in zip(NYSTROM_T, NYSTROM_V[1:], strict=True):
                    line.filter((0,), outer[a])
                    line.filter((1,), inner[a])
                    line.filter((0,), outer[a])
                    if b is not NYSTROM_V[-1]:
                        line.multiply(turn[b])
                last = step == steps - 1
                line.multiply(turn[NYSTROM_V[0] if last else 2 * NYSTROM_V[0]])

        return Run(lambda: np.copyto(line.psi, initial), advance, lambda: line.psi)

    return make


def three_part_stages() -> list[tuple[str, float]]:
    """One step of V, X, Y: parts and their times, neighbours of one kind joined."""
    b = (*_SB, 0.5 - sum(_SB))
    a = (*_SA, 1 - 2 * sum(_SA))
    chain = []
    for first, second in zip((*a, *reversed(a[:-1])), (*b, *reversed(b)), strict=False):
        chain += [first, second]
    chain.append(a[0])
    times = [chain[0]]
    for value in chain[1:-1]:
        times.append(value - times[-1])
    stages: list[tuple[str, float]] = []
    for k, alpha in enumerate(times):
        for part in "VXY" if k % 2 == 0 else "YXV":
            if stages and stages[-1][0] == part:
                stages[-1] = (part, stages[-1][1] + alpha)
            else:
                stages.append((part, alpha))
    return stages


def induction_plain(problem: Any) -> Callable[[int, int], Run]:
    """X, Y and V one after another, with the weights for any parts."""

    def make(points: int, steps: int) -> Run:
        dt = problem.time / steps
        line = Transforms((points, points))
        line.plan(0)
        line.plan(1)
        along, across, potential = induction_parts(problem, points)
        stages = three_part_stages()
        phases = {}
        for part, share in {*stages, ("V", stages[0][1] + stages[-1][1])}:
            energy = {"X": along, "Y": across, "V": potential}[part]
            scale = 1.0 if part == "V" else 1.0 / points
            phases[part, share] = scale * np.exp(-1j * share * dt * energy)
        initial = problem.initial(points)
        axes = {"X": (0,), "Y": (1,)}

        def act(part: str, share: float) -> None:
            if part == "V":
                line.multiply(phases[part, share])
            else:
                line.filter(axes[part], phases[part, share])

        def advance() -> None:
            act(*stages[0])
            for step in range(steps):
                for stage in stages[1:-1]:
                    act(*stage)
                last = step == steps - 1
                act("V", stages[-1][1] if last else stages[0][1] + stages[-1][1])

        return Run(lambda: np.copyto(line.psi, initial), advance, lambda: line.psi)

    return make


def travelling(problem: Any) -> Callable[[int, int], Run]:
    """Nyström weights, V at the times that T has reached: phases of x alone."""

    def make(points: int, steps: int) -> Run:
        dt = problem.time / steps
        plane = Transforms((points, points))
        plane.plan(0, 1)
        k = waves(problem, points)
        energy = 0.5 * (k[:, None] ** 2 + k[None, :] ** 2)
        moves = {a: np.exp(-1j * a * dt * energy) / points**2 for a in set(NYSTROM_T)}
        x = problem.grid(points).axes[0].sites()[:, None]
        initial = problem.initial(points)

        def turn(share: float, t: float) -> None:
            wave = np.cos(problem.wavenumber * x - problem.frequency * t)
            plane.multiply(np.exp(-1j * share * dt * wave))

        def advance() -> None:
            turn(NYSTROM_V[0], 0.0)
            for step in range(steps):
                reached = 0.0
                for a, b in zip(NYSTROM_T[:-1], NYSTROM_V[1:-1], strict=True):
                    plane.filter((0, 1), moves[a])
                    reached += a
                    turn(b, (step + reached) * dt)
                plane.filter((0, 1), moves[NYSTROM_T[-1]])
                last = step == steps - 1
                turn(NYSTROM_V[0] if last else 2 * NYSTROM_V[0], (step + 1) * dt)

        return Run(lambda: np.copyto(plane.psi, initial), advance, lambda: plane.psi)

    return make


def shaken(problem: Any) -> Callable[[int, int], Run]:
    """Strang: half V, T with A_z of mid-step, half V; halves joined."""

    def make(points: int, steps: int) -> Run:
        dt = problem.time / steps
        cube = Transforms((points,) * 3)
        cube.plan(0, 1, 2)
        k = 2 * np.pi * np.fft.fftfreq(points, 16.0 / points)
        plane = 0.5 * (k[:, None, None] ** 2 + k[None, :, None] ** 2)
        across = np.exp(-1j * dt * plane) / points**3
        potential = problem.potential(*problem.grid(points).coordinates())
        half, whole = np.exp(-0.5j * dt * potential), np.exp(-1j * dt * potential)
        initial = problem.initial(points)

        def advance() -> None:
            cube.multiply(half)
            for step in range(steps):
                momentum = k - problem.vector((step + 0.5) * dt)
                cube.filter((0, 1, 2), across * np.exp(-0.5j * dt * momentum**2))
                cube.multiply(half if step == steps - 1 else whole)

        return Run(lambda: np.copyto(cube.psi, initial), advance, lambda: cube.psi)

    return make
