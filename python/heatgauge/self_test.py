"""A quick look at an installation: unitarity and gauge covariance, in figures."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

from heatgauge import gauge
from heatgauge.arguments import ComplexField
from heatgauge.cayley_sweeps import CayleySweeps
from heatgauge.crank_nicolson import CrankNicolson
from heatgauge.fields import Drive
from heatgauge.grid import Axis, Grid
from heatgauge.hamiltonian import Hamiltonian
from heatgauge.induction import uniform_induction
from heatgauge.method import Method
from heatgauge.observers import Density, Momentum, Norm, Position
from heatgauge.packets import gaussian_packet
from heatgauge.potentials import HeatPotentials
from heatgauge.propagate import propagate

_EPS = float(np.finfo(float).eps)
_PHASE = 100.0  # the largest |sχ/ħ|


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
    """Propagate driven packets for 1000 steps, and again in random gauges.

    Crank–Nicolson under χ(x), sweeps under χ(x, t) in a plane with induction.

    Examples
    --------
    >>> from heatgauge.self_test import self_test
    >>> all(figure.passed for figure in self_test())
    True
    """
    return (*_crank_nicolson(), *_sweeps())


def _crank_nicolson() -> tuple[Figure, ...]:
    grid = Grid([Axis(-10.0, 10.0, 256)])
    potentials = HeatPotentials(
        grid, scalar=Drive(lambda x: 0.5 * x, np.cos), vector=[Drive(lambda x: np.sin(x), np.sin)]
    )
    chi = np.random.default_rng(7).uniform(-_PHASE, _PHASE, grid.shape)
    psi = gaussian_packet(grid, center=0.0, momentum=1.0, width=1.0)
    h = Hamiltonian(grid, potentials, order=4)
    other = Hamiltonian(grid, potentials.transform(chi), order=4)
    turned = gauge.transform_state(psi, chi, potentials)
    drift, deviation = _compared(h, psi, other, turned, 0.002, CrankNicolson())
    image = h.apply(psi, 1.0)
    matrix = float(np.max(np.abs(image - (h.to_scipy(1.0) @ psi))) / np.max(np.abs(image)))
    bar = 20 * _EPS * (1 + _PHASE)
    return (
        Figure("unitarity: |norm² − 1| over 1000 driven steps", drift, 1e-12),
        Figure("gauge covariance: observables, |sχ/ħ| up to 100", deviation, bar),
        Figure("H as a matrix against H without one", matrix, 1e-13),
    )


def _sweeps() -> tuple[Figure, ...]:
    grid = Grid([Axis(-7.0, 7.0, 40), Axis(-7.0, 7.0, 40)])
    x, y = grid.coordinates()
    push = Drive(lambda x, y: 0.3 * x, np.cos)
    vector = [[a, Drive(lambda x, y: 0.2, np.sin)] for a in uniform_induction(grid, 0.5)]
    potentials = HeatPotentials(grid, [0.2 * (x**2 + y**2), push], vector)
    one, two = np.random.default_rng(7).uniform(-0.5 * _PHASE, 0.5 * _PHASE, (2, *grid.shape))

    def chi(*at: Any) -> Any:
        return one + two * np.sin(3.0 * at[-1])

    psi = gaussian_packet(grid, center=[0.5, 0.0], momentum=[0.0, 0.5], width=[1.0, 1.0])
    h, other = Hamiltonian(grid, potentials), Hamiltonian(grid, potentials.transform(chi))
    turned = gauge.transform_state(psi, chi, potentials, 0.0)
    drift, deviation = _compared(h, psi, other, turned, 0.02, CayleySweeps(refine=True), steps=100)
    bar = 20 * _EPS * (1 + _PHASE)
    return (
        Figure("unitarity of sweeps: |norm² − 1| over 100 driven steps", drift, 1e-12),
        Figure("gauge covariance of sweeps in space and time", deviation, bar),
    )


def _compared(
    h: Hamiltonian,
    psi: ComplexField,
    other: Hamiltonian,
    turned: ComplexField,
    dt: float,
    method: Method,
    steps: int = 1000,
) -> tuple[float, float]:
    """(drift of the norm, largest change of an observable relative to its size)."""
    observe = {"n": Norm(), "x": Position(0), "p": Momentum(0), "d": Density()}
    times = np.linspace(0.0, steps * dt, 11)
    run = propagate(h, psi, times, dt=dt, observe=observe, method=method)
    moved = propagate(other, turned, times, dt=dt, observe=observe, method=method)
    deviation = max(
        float(np.max(np.abs(moved.records[name] - record)) / np.max(np.abs(record)))
        for name, record in run.records.items()
    )
    return float(np.max(np.abs(run.records["n"] - 1.0))), deviation
