"""A quick look at an installation: unitarity and gauge covariance, in figures."""

from __future__ import annotations

import dataclasses

import numpy as np

from heatgauge import gauge
from heatgauge.fields import Drive
from heatgauge.grid import Axis, Grid
from heatgauge.hamiltonian import Hamiltonian
from heatgauge.observers import Density, Momentum, Norm, Position
from heatgauge.packets import gaussian_packet
from heatgauge.potentials import HeatPotentials
from heatgauge.propagate import propagate

_EPS = float(np.finfo(float).eps)


@dataclasses.dataclass(frozen=True)
class Figure:
    """One measured number, and the largest that is right."""

    meaning: str
    value: float
    bound: float

    @property
    def passed(self) -> bool:
        """Whether the value is within its bound; NaN is not."""
        return self.value <= self.bound

    def __str__(self) -> str:
        verdict = "ok" if self.passed else "FAILED"
        return f"{self.meaning:<64} {self.value:8.1e}  (at most {self.bound:.0e})  {verdict}"


def self_test() -> tuple[Figure, ...]:
    """Propagate a driven packet for 1000 steps, and again in a random gauge.

    Examples
    --------
    >>> from heatgauge.self_test import self_test
    >>> all(figure.passed for figure in self_test())
    True
    """
    grid = Grid([Axis(-10.0, 10.0, 256)])
    potentials = HeatPotentials(
        grid, scalar=Drive(lambda x: 0.5 * x, np.cos), vector=[Drive(lambda x: np.sin(x), np.sin)]
    )
    phase = 100.0
    chi = np.random.default_rng(7).uniform(-phase, phase, grid.shape)
    psi = gaussian_packet(grid, center=0.0, momentum=1.0, width=1.0)
    observe = {"n": Norm(), "x": Position(0), "p": Momentum(0), "d": Density()}
    times, dt = np.linspace(0.0, 2.0, 11), 0.002
    h = Hamiltonian(grid, potentials, order=4)
    run = propagate(h, psi, times, dt=dt, observe=observe)
    other = Hamiltonian(grid, potentials.transform(chi), order=4)
    moved = propagate(
        other, gauge.transform_state(psi, chi, potentials), times, dt=dt, observe=observe
    )
    deviation = max(
        float(np.max(np.abs(moved.records[name] - record)) / np.max(np.abs(record)))
        for name, record in run.records.items()
    )
    image = h.apply(psi, 1.0)
    matrix = float(np.max(np.abs(image - (h.to_scipy(1.0) @ psi))) / np.max(np.abs(image)))
    drift = float(np.max(np.abs(run.records["n"] - 1.0)))
    return (
        Figure("unitarity: |norm² − 1| over 1000 driven steps", drift, 1e-12),
        Figure("gauge covariance: observables, |sχ/ħ| up to 100", deviation, 20 * _EPS * 101),
        Figure("H as a matrix against H without one", matrix, 1e-13),
    )
