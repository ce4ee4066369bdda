"""The problems of the benchmarks, each with its exact state or a converged reference.

ħ = m = s = 1. A state is compared by the relative error ‖ψ − ψ_exact‖/‖ψ_exact‖ on the sites of
whatever grid a method uses.
"""

from __future__ import annotations

import dataclasses
import functools
import sys
from pathlib import Path
from typing import Any

import numpy as np

import heatgauge as hg

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests"))  # the exact systems
from systems import GaussianPacket


def error(psi: Any, exact: Any) -> float:
    """Relative distance of two states."""
    return float(np.linalg.norm(np.ravel(psi) - np.ravel(exact)) / np.linalg.norm(np.ravel(exact)))


@dataclasses.dataclass(frozen=True)
class InductionTrap:
    """A breathing packet on a cyclotron orbit: uniform induction B and a trap, 2D.

    A = (0, Bx), U = ½ω²(x² + y²). Exact: a Gaussian whose parameters follow the classical flow.
    The box is so wide that the packet at its walls is below 1e-9.
    """

    induction: float = 1.0
    trap: float = 0.5
    end: float = 6.0
    half: float = 11.0

    @functools.cached_property
    def packet(self) -> GaussianPacket:
        """The packet and its classical flow."""
        return GaussianPacket(
            center=(0.8, -0.5),
            momentum=(0.0, 0.4),
            width=(0.85, 0.95),
            stiffness=self.trap**2,
            slope=[[0.0, 0.0], [self.induction, 0.0]],
        )

    def grid(self, n: int, boundary: str = "wall") -> hg.Grid:
        """n × n sites."""
        return hg.Grid([hg.Axis(-self.half, self.half, n, boundary)] * 2)

    def state(self, grid: hg.Grid, t: float) -> Any:
        """The exact state."""
        return self.packet.on(grid, t, images=0)

    def hamiltonian(self, grid: hg.Grid, order: int = 2) -> hg.Hamiltonian:
        """H on a grid with walls."""
        x, y = grid.coordinates()
        vector = hg.uniform_induction(grid, self.induction, "landau-y")
        trap = 0.5 * self.trap**2 * (x**2 + y**2)
        return hg.Hamiltonian(
            grid, hg.HeatPotentials(grid, vector=vector), external=trap, order=order
        )


@dataclasses.dataclass(frozen=True)
class RoughRing:
    """An Aharonov–Bohm ring between inner walls with a rough potential, 2D, static.

    U = 60 outside 1.2 < r < 2.8 (over 0.12), plus 40 Gaussian hills of width 0.25; the flux 0.4 h/s
    sits in the hole (A = Φ/2πr beyond r = 0.5). Reference: the same on a grid 3 or 5 times finer,
    whose cell centres include those of the coarse grid.
    """

    end: float = 1.0
    half: float = 4.0
    flux: float = 0.4

    def grid(self, n: int) -> hg.Grid:
        """n × n sites between walls."""
        return hg.Grid([hg.Axis(-self.half, self.half, n)] * 2)

    def potential(self, x: Any, y: Any) -> Any:
        """Walls and hills."""
        r = np.hypot(x, y)
        wall = 30 * (2 + np.tanh((1.2 - r) / 0.12) + np.tanh((r - 2.8) / 0.12))
        rng = np.random.default_rng(12)
        for angle, radius, height in zip(
            rng.uniform(0, 2 * np.pi, 40),
            rng.uniform(1.2, 2.8, 40),
            rng.normal(0, 4, 40),
            strict=True,
        ):
            a, b = radius * np.cos(angle), radius * np.sin(angle)
            wall = wall + height * np.exp(-((x - a) ** 2 + (y - b) ** 2) / (2 * 0.25**2))
        return wall

    def vector(self, along: int) -> Any:
        """A of a flux tube of radius 0.5, regular inside."""

        def component(x: Any, y: Any, t: float) -> Any:
            factor = self.flux / np.maximum(x**2 + y**2, 1e-12)
            factor = factor * -np.expm1(-(((x**2 + y**2) / 0.5**2) ** 2))
            return factor * (-y if along == 0 else x)

        return component

    def state(self, grid: hg.Grid) -> Any:
        """A packet that runs around the ring."""
        x, y = grid.coordinates()
        psi = np.exp(-((x - 2.0) ** 2) / (4 * 0.3**2) - y**2 / (4 * 0.45**2) + 3j * y)
        return (psi / np.sqrt(2 * np.pi * 0.3 * 0.45)).astype(complex)

    def hamiltonian(self, grid: hg.Grid, order: int = 2) -> hg.Hamiltonian:
        """H with the given order in space."""
        vector = [self._links(grid, a) for a in range(2)]
        x, y = grid.coordinates()
        return hg.Hamiltonian(
            grid,
            hg.HeatPotentials(grid, vector=vector),
            external=np.broadcast_to(self.potential(x, y), grid.shape).copy(),
            order=order,
        )

    def _links(self, grid: hg.Grid, axis: int) -> Any:
        field = hg.HeatPotentials(grid, vector=[self.vector(0), self.vector(1)])
        return field.links(0.0)[axis] / grid.spacing[axis]


@dataclasses.dataclass(frozen=True)
class TravellingWave:
    """A packet in the wave V = 4 cos(kx − ωt), 2D, periodic.

    The state is φ(x, t)·χ(y, t): χ free, exact; φ by a 1D spectral method whose step is halved
    until it changes by less than 1e-9.
    """

    end: float = 2.0
    length: float = 16.0
    height: float = 4.0
    turns: int = 4
    frequency: float = 3.0

    @property
    def wavenumber(self) -> float:
        """k."""
        return 2 * np.pi * self.turns / self.length

    def grid(self, n: int) -> hg.Grid:
        """n × n periodic sites."""
        return hg.Grid([hg.Axis(0.0, self.length, n, "periodic")] * 2)

    def along(self, grid: hg.Grid, axis: int) -> tuple[Any, Any]:
        """Sites of an axis and the packet on them."""
        x = grid.axes[axis].sites()
        center, momentum, width = ((8.0, 1.0, 1.0), (8.0, -1.5, 0.9))[axis]
        psi = np.exp(-((x - center) ** 2) / (4 * width**2) + 1j * momentum * x)
        return x, psi / (2 * np.pi * width**2) ** 0.25

    def state(self, grid: hg.Grid) -> Any:
        """The state at t = 0."""
        return np.outer(self.along(grid, 0)[1], self.along(grid, 1)[1])

    def potential(self, x: Any, t: float) -> Any:
        """V(x, t)."""
        return self.height * np.cos(self.wavenumber * x - self.frequency * t)

    def hamiltonian(self, grid: hg.Grid) -> hg.Hamiltonian:
        """H with the wave as two drives: cos kx cos ωt + sin kx sin ωt."""
        k, w = self.wavenumber, self.frequency
        waves = [
            hg.Drive(lambda x, y: self.height * np.cos(k * x), lambda t: np.cos(w * t)),
            hg.Drive(lambda x, y: self.height * np.sin(k * x), lambda t: np.sin(w * t)),
        ]
        return hg.Hamiltonian(grid, hg.HeatPotentials(grid, scalar=waves))

    def exact(self, grid: hg.Grid) -> Any:
        """The state at the end."""
        k = 2 * np.pi * np.fft.fftfreq(grid.shape[1], grid.spacing[1])
        chi = np.fft.ifft(np.exp(-0.5j * self.end * k**2) * np.fft.fft(self.along(grid, 1)[1]))
        return np.outer(self._wave_along_x(grid.shape[0]), chi)

    @functools.lru_cache(maxsize=8)  # noqa: B019 - a frozen value, a handful of sizes
    def _wave_along_x(self, n: int) -> Any:
        grid = self.grid(n)
        before, steps = self._strang_extrapolated(grid, 100), 200
        while True:
            now = self._strang_extrapolated(grid, steps)
            if error(now, before) < 1e-9:
                return now
            before, steps = now, 2 * steps

    def _strang_extrapolated(self, grid: hg.Grid, steps: int) -> Any:
        """Strang steps of τ and τ/2, extrapolated to order 4."""
        x, psi0 = self.along(grid, 0)
        k = 2 * np.pi * np.fft.fftfreq(x.size, grid.spacing[0])
        runs = []
        for count in (steps, 2 * steps):
            tau, psi = self.end / count, psi0
            drift = np.exp(-0.5j * tau * k**2)
            for n in range(count):
                phase = np.exp(-0.5j * tau * self.potential(x, (n + 0.5) * tau))
                psi = phase * np.fft.ifft(drift * np.fft.fft(phase * psi))
            runs.append(psi)
        return (4 * runs[1] - runs[0]) / 3


@dataclasses.dataclass(frozen=True)
class DrivenSpace:
    """A packet in a 3D trap, pushed by A_z(t) = a sin ωt; exact as above."""

    end: float = 1.0
    half: float = 6.0
    trap: float = 1.0
    push: float = 0.8
    frequency: float = 2.0

    @functools.cached_property
    def packet(self) -> GaussianPacket:
        """The packet and its classical flow."""
        return GaussianPacket(
            center=(1.0, -0.5, 0.0),
            momentum=(0.0, 0.5, 1.0),
            width=(0.7, 0.8, 0.6),
            stiffness=self.trap**2,
            vector=lambda t: np.array([0.0, 0.0, self.push * np.sin(self.frequency * t)]),
        )

    def grid(self, n: int) -> hg.Grid:
        """n³ sites between walls."""
        return hg.Grid([hg.Axis(-self.half, self.half, n)] * 3)

    def state(self, grid: hg.Grid, t: float) -> Any:
        """The exact state."""
        return self.packet.on(grid, t, images=0)

    def hamiltonian(self, grid: hg.Grid) -> hg.Hamiltonian:
        """H with A_z as a drive."""
        x, y, z = grid.coordinates()
        drive = hg.Drive(lambda x, y, z: 1.0, lambda t: self.push * np.sin(self.frequency * t))
        trap = 0.5 * self.trap**2 * (x**2 + y**2 + z**2)
        return hg.Hamiltonian(
            grid, hg.HeatPotentials(grid, vector=[None, None, drive]), external=trap
        )
