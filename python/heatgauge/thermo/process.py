"""Reversible processes along a path of Hamiltonians: work and heat."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from heatgauge.arguments import RealField, array_shape, choice, integer, real, real_array
from heatgauge.thermo.entropies import distribution, relative_entropy, shannon
from heatgauge.thermo.spectra import Medium


@dataclasses.dataclass(frozen=True)
class Limit:
    """An integral along the path: the limit of the sums of N, N/2, N/4, … steps.

    Examples
    --------
    >>> import heatgauge as hg
    >>> run = hg.thermo.reversible_process(lambda w: [0.0, w], [1.0, 2.0], T=1.0, steps=16)
    >>> work = run.work_limit                       # F(2) − F(1) = ln((1 + 1/e)/(1 + 1/e²))
    >>> round(work.value, 9), work.uncertainty < 1e-9
    (0.186333676, True)
    """

    value: float
    uncertainty: float
    """Distance to the same extrapolation from half the steps, and the rounding of the sum;
    infinite for an odd number of steps."""
    order: float
    """Measured: log₂ of the ratio of successive changes; NaN below four steps a leg."""


@dataclasses.dataclass(frozen=True)
class Process:
    """Course of a process: one row per point, one work and heat per step (both into the medium).

    Examples
    --------
    >>> import heatgauge as hg
    >>> run = hg.thermo.reversible_process(lambda w: [0.0, w], [1.0, 2.0], T=1.0, steps=8)
    >>> print(run)
    symmetric process in 8 steps: work 0.186453, heat -0.216989, entropy -0.216869
    """

    parameters: RealField
    temperatures: RealField
    """Of the bath; NaN after the start of an isolated process."""
    energies: RealField
    """Shape (points, levels)."""
    populations: RealField
    """Shape (points, levels)."""
    enthalpy: RealField
    """⟨E⟩ at every point."""
    entropy: RealField
    """−k_B Σ p ln p at every point."""
    work: RealField
    """Σ p dE of every step."""
    heat: RealField
    """Σ E dp of every step."""
    entropy_heat: RealField
    """T dS of every step: equal to the heat on a Gibbs path, in the limit of many steps."""
    entropy_production: RealField
    """Of medium and bath in every step: 0 unless the process is stepwise."""
    work_limit: Limit
    heat_limit: Limit
    protocol: str

    @property
    def entropy_work(self) -> RealField:
        """dU − T dS of every step."""
        return np.asarray(np.diff(self.enthalpy) - self.entropy_heat)

    @property
    def smallest_gap(self) -> float:
        """Least distance of neighbouring levels on the path: what sets how slow is slow."""
        gaps = np.diff(np.sort(self.energies, axis=1), axis=1)
        return float(gaps.min()) if gaps.size else float("inf")

    def __str__(self) -> str:
        return (
            f"{self.protocol} process in {self.work.size} steps: work {self.work.sum():#.6g}, "
            f"heat {self.heat.sum():#.6g}, entropy {self.entropy[-1] - self.entropy[0]:#.6g}"
        )


def reversible_process(
    H_of: Callable[[float], Any],
    path: Any,
    T: Any,
    steps: int,
    *,
    protocol: str = "symmetric",
    populations: Any = None,
    levels: int | None = None,
    k_B: float = 1.0,
) -> Process:
    """Lead H(λ) along a path and split the change of enthalpy into work Σ p dE and heat Σ E dp.

    Every leg of the path is cut into N equal steps, dU = δQ + δW (Alicki 1979) in each:

    - "symmetric": δW = Σ p̄ ΔE, δQ = Σ Ē Δp with means over the step, p the Gibbs state at T. The
      sums converge to the integrals with order 2 in 1/N.
    - "stepwise": the levels jump at fixed p, then the bath at the new T restores the Gibbs state:
      δW = Σ p ΔE, δQ = Σ E' Δp, order 1. Each contact produces k_B Σ p ln(p/p') >= 0; on an
      isotherm the work is never below ΔF.
    - "isolated": populations kept, no heat, no change of entropy: the limit of a slow sweep without
      crossings (adiabatic theorem, see :func:`adiabatic_sweep`). Exact for any N.

    ``work_limit`` and ``heat_limit`` are the integrals themselves, from strides 1, 2, 4, … of the
    steps (Romberg). On a Gibbs path δQ = T dS.

    Parameters
    ----------
    H_of : callable
        ``H_of(λ)`` returns a Hamiltonian, or the levels themselves as a 1D array.
    path : sequence of at least two floats
        Values of λ at the ends of the legs; λ is linear along each.
    T : float, sequence with one value per point of the path, or callable ``T(λ)``
        Temperature of the bath, linear along each leg. "isolated" starts from the first value.
    steps : int
        Per leg. A power of two serves the extrapolation best.
    protocol : {"symmetric", "stepwise", "isolated"}
    populations : array of shape (levels,), optional
        Start of an "isolated" process that is no Gibbs state; T is then not used.
    levels : int, optional
        Levels kept of each Hamiltonian. None: all, up to 1200 sites.
    k_B : float
        See :func:`partition`.

    Returns
    -------
    Process

    Raises
    ------
    ValueError, TypeError
        Bad arguments; a number of levels that changes along the path.

    Examples
    --------
    A particle in a box that is pulled from length 1 to 2 at constant temperature:

    >>> import numpy as np, heatgauge as hg
    >>> box = lambda length: hg.Hamiltonian(hg.Grid([hg.Axis(0.0, length, 40)]), order=8)
    >>> run = hg.thermo.reversible_process(box, [1.0, 2.0], T=20.0, steps=8)
    >>> F = [hg.thermo.partition(box(length).lowest(40)[0], 20.0).free_energy for length in (1, 2)]
    >>> bool(abs(run.work_limit.value - (F[1] - F[0])) <= run.work_limit.uncertainty)
    True
    """
    kind = choice("protocol", protocol, ("symmetric", "stepwise", "isolated"))
    k = real("k_B", k_B, above=0.0)
    count = integer("steps", steps, least=1, most=10**6)
    knots = _knots(path)
    medium = Medium(H_of, levels, k)
    if populations is not None and kind != "isolated":
        raise ValueError(
            f"Argument `populations` must be None unless the process is isolated, but the "
            f"protocol is {kind!r}."
        )
    parameters = _subdivided(knots, count)
    temperatures = _temperatures(T, knots, parameters, count)
    energies = np.array([medium.energies(float(x)) for x in parameters])
    follow = _isolated if kind == "isolated" else _thermal
    course = follow(medium, parameters, temperatures, populations)
    p = course.populations
    work, heat = _split(energies, p, kind)
    at_contact = temperatures[1:] if kind == "stepwise" else _mean(temperatures)
    entropy_heat = (
        np.zeros_like(heat) if kind == "isolated" else at_contact * np.diff(course.entropy)
    )
    production = course.production if kind == "stepwise" else np.zeros_like(work)
    rows = (parameters, temperatures, energies, p, course.enthalpy, course.entropy)
    steps_taken = (work, heat, entropy_heat, production)
    for array in (*rows, *steps_taken):
        array.flags.writeable = False
    work_limit, heat_limit = (_limit(energies, p, kind, count, which) for which in (0, 1))
    return Process(*rows, *steps_taken, work_limit, heat_limit, kind)


class _Course(NamedTuple):
    """Populations and what follows from them at every point; the production of every contact."""

    populations: RealField
    enthalpy: RealField
    entropy: RealField
    production: RealField


def _thermal(
    medium: Medium, parameters: RealField, temperatures: RealField, populations: None
) -> _Course:
    """Gibbs states all along."""
    states = [
        medium.equilibrium(float(x), float(t))
        for x, t in zip(parameters, temperatures, strict=True)
    ]
    p = np.array([state.populations for state in states])
    produced = [
        medium.k_B * relative_entropy(before, after.log_populations)
        for before, after in zip(p[:-1], states[1:], strict=True)
    ]
    enthalpy = np.array([state.enthalpy for state in states])
    return _Course(p, enthalpy, np.array([s.entropy for s in states]), np.array(produced))


def _isolated(
    medium: Medium, parameters: RealField, temperatures: RealField, populations: Any
) -> _Course:
    """The populations of the start all along; marks that no bath has part in it."""
    first = float(parameters[0])
    if populations is None:
        start = medium.equilibrium(first, float(temperatures[0])).populations
        temperatures[1:] = np.nan
    else:
        start = distribution("populations", populations, medium.energies(first).size)
        temperatures[:] = np.nan
    p = np.tile(start, (parameters.size, 1))
    enthalpy = np.array([start @ medium.energies(float(x)) for x in parameters])
    entropy = np.full(parameters.size, medium.k_B * shannon(start))
    return _Course(p, enthalpy, entropy, np.zeros(parameters.size - 1))


def _split(energies: RealField, p: RealField, protocol: str) -> tuple[RealField, RealField]:
    """Work and heat of every step."""
    if protocol == "stepwise":
        held, level = p[:-1], energies[1:]
    else:
        held, level = _mean(p), _mean(energies)
    work = np.sum(held * np.diff(energies, axis=0), axis=1)
    return work, np.sum(level * np.diff(p, axis=0), axis=1)


def _mean(values: RealField) -> RealField:
    return np.asarray(0.5 * (values[1:] + values[:-1]))


def _limit(energies: RealField, p: RealField, protocol: str, steps: int, which: int) -> Limit:
    """Romberg's extrapolation over strides 1, 2, 4, … that divide the steps of a leg.

    Stopped one column early: its two entries, from all and from half the steps, part by more than
    the better one is wrong.
    """
    sums, size = [], []
    stride = 1
    while steps % stride == 0 and stride <= min(steps, 16):
        parts = _split(energies[::stride], p[::stride], protocol)[which]
        sums.append(float(parts.sum()))
        size.append(float(np.abs(parts).sum()))
        stride *= 2
    first = 1 if protocol == "stepwise" else 2
    between = 1 if protocol == "stepwise" else 2
    column = np.array(sums)
    for k in range(len(sums) - 2):
        factor = 2.0 ** (first + between * k)
        column = (factor * column[:-1] - column[1:]) / (factor - 1)
    change = abs(column[0] - column[1]) if column.size > 1 else np.inf
    order = float("nan")
    if len(sums) > 2:
        fine, coarse = sums[0] - sums[1], sums[1] - sums[2]
        if fine * coarse > 0 and abs(fine) > 1e-12 * size[0]:
            order = float(np.log2(coarse / fine))
    rounding = np.finfo(float).eps * len(energies) ** 0.5 * max(size)
    return Limit(float(column[0]), float(change + rounding), order)


def _knots(path: Any) -> RealField:
    shape = array_shape("path", path)
    if len(shape) != 1 or shape[0] < 2:
        raise ValueError(
            f"Argument `path` must be a 1D array of at least two parameters, but has shape {shape}."
        )
    return np.asarray(real_array("path", path, shape))


def _subdivided(knots: RealField, steps: int) -> RealField:
    """Every leg in equal steps; the knots themselves to the last bit."""
    share = np.arange(steps) / steps
    inner = (1 - share) * knots[:-1, None] + share * knots[1:, None]
    return np.append(inner.ravel(), knots[-1])


def _temperatures(T: Any, knots: RealField, parameters: RealField, steps: int) -> RealField:
    if callable(T):
        values = np.array([real("T", T(float(x)), above=0.0) for x in parameters])
    elif np.ndim(T) == 0:
        values = np.full(parameters.size, real("T", T, above=0.0))
    else:
        values = _subdivided(real_array("T", T, knots.shape, positive=True), steps)
    return values
