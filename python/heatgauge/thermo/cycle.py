"""Carnot, Otto and Stirling cycles of a quantum working medium."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

from heatgauge.arguments import array_shape, choice, integer, real
from heatgauge.thermo.spectra import Medium
from heatgauge.thermo.strokes import (
    Bath,
    Stroke,
    adiabat,
    contact,
    isotherm,
    medium_at,
    regenerated_isochores,
)


@dataclasses.dataclass(frozen=True)
class Cycle:
    """A closed cycle between two baths and what it yields.

    Examples
    --------
    >>> import heatgauge as hg
    >>> two = lambda w: [0.0, w]
    >>> run = hg.thermo.cycle("carnot", two, (2.0, 1.0), (2.0, 1.0), search=(0.1, 9.0))
    >>> print(run)
    carnot engine: work 0.0806442, hot 0.161288, cold -0.0806442, eta 0.500000 (Carnot 0.500000)
    """

    kind: str
    T_hot: float
    T_cold: float
    corners: tuple[float, ...]
    """Parameters between which the strokes go."""
    strokes: tuple[Stroke, ...]

    @property
    def work(self) -> float:
        """Work delivered in a cycle, −Σ of the works of the strokes."""
        return -sum(stroke.work for stroke in self.strokes)

    @property
    def heat_hot(self) -> float:
        """Heat taken from the hot bath."""
        return sum(stroke.heat_hot for stroke in self.strokes)

    @property
    def heat_cold(self) -> float:
        """Heat taken from the cold bath; negative in an engine."""
        return sum(stroke.heat_cold for stroke in self.strokes)

    @property
    def entropy_production(self) -> float:
        """Produced in a cycle, by relative entropies: work = Q_hot·carnot − T_cold·production."""
        return sum(stroke.production for stroke in self.strokes)

    @property
    def mode(self) -> str:
        """ "engine", "refrigerator", "accelerator" (work speeds the flow of heat) or "heater"."""
        if self.work > 0:
            return "engine"
        if self.heat_cold > 0:
            return "refrigerator"
        return "accelerator" if self.heat_hot > 0 else "heater"

    @property
    def carnot(self) -> float:
        """1 − T_cold/T_hot."""
        return 1 - self.T_cold / self.T_hot

    @property
    def efficiency(self) -> float:
        """Work over heat from the hot bath; NaN unless the cycle is an engine."""
        return self.work / self.heat_hot if self.mode == "engine" else float("nan")

    @property
    def performance(self) -> float:
        """Heat from the cold bath over work consumed; NaN unless it is a refrigerator."""
        return self.heat_cold / -self.work if self.mode == "refrigerator" else float("nan")

    def __str__(self) -> str:
        return (
            f"{self.kind} {self.mode}: work {self.work:#.6g}, hot {self.heat_hot:#.6g}, "
            f"cold {self.heat_cold:#.6g}, eta {self.efficiency:.6f} (Carnot {self.carnot:.6f})"
        )


def cycle(
    kind: str,
    H_of: Callable[[float], Any],
    parameters: Any,
    temperatures: Any,
    *,
    steps: int | None = None,
    regenerator: float = 1.0,
    search: Any = None,
    levels: int | None = None,
    k_B: float = 1.0,
) -> Cycle:
    """Run a cycle of a quantum medium with levels E_n(λ) between two baths.

    - "carnot": contact and isotherm at T_hot from λ₁ to λ₂, adiabat to λ₃, contact and isotherm at
      T_cold to λ₄, adiabat to λ₁. On an adiabat the populations stay. If it scales all levels
      alike (E_n → aE_n up to a shift) it ends in a Gibbs state, the contacts do nothing and the
      efficiency is 1 − T_cold/T_hot; else they produce entropy (Quan et al. 2007).
    - "otto": adiabat λ₁ → λ₂, isochore to T_hot, adiabat back, isochore to T_cold. With
      E_n = f(λ)ε_n the efficiency is 1 − f(λ₁)/f(λ₂).
    - "stirling": isotherm at T_hot from λ₁ to λ₂, isochore, isotherm at T_cold back, isochore, with
      a regenerator between the isochores.

    In each, work = Q_hot(1 − T_cold/T_hot) − T_cold·production, so that no cycle beats Carnot.

    Parameters
    ----------
    kind : {"carnot", "otto", "stirling"}
    H_of : callable
        ``H_of(λ)`` returns a Hamiltonian, or the levels as a 1D array.
    parameters : sequence of floats
        (λ₁, λ₂); for "carnot" also (λ₁, λ₂, λ₃, λ₄).
    temperatures : (T_hot, T_cold)
    steps : int, optional
        Jumps of each isotherm, see "stepwise" of :func:`reversible_process`. None: reversible.
    regenerator : float
        Share of the heat of the isochores of "stirling" that passes the regenerator, 0 to 1.
        It lets heat flow only from hot to cold; what the medium cannot balance at each temperature
        comes from the hot bath or goes to the cold one.
    search : (low, high), optional
        Where "carnot" with two parameters looks for λ₃ and λ₄, at which the Gibbs state of T_cold
        has the entropy of λ₂ and λ₁ at T_hot.
    levels : int, optional
        Levels kept of each Hamiltonian. None: all, up to 1200 sites.
    k_B : float
        See :func:`partition`.

    Returns
    -------
    Cycle

    Raises
    ------
    ValueError, TypeError
        Bad arguments; a search interval without λ₃ or λ₄.

    Notes
    -----
    H. T. Quan, Y.-x. Liu, C. P. Sun, F. Nori, Phys. Rev. E 76, 031105 (2007).

    Examples
    --------
    An oscillator in an Otto cycle; all levels scale with the frequency:

    >>> import numpy as np, heatgauge as hg
    >>> oscillator = lambda w: w * (np.arange(200) + 0.5)
    >>> run = hg.thermo.cycle("otto", oscillator, (1.0, 2.0), (6.0, 1.0))
    >>> round(run.efficiency, 12), run.efficiency < run.carnot
    (0.5, True)
    """
    which = choice("kind", kind, ("carnot", "otto", "stirling"))
    k = real("k_B", k_B, above=0.0)
    medium = Medium(H_of, levels, k)
    hot, cold = _baths(temperatures)
    count = None if steps is None else integer("steps", steps, least=1, most=10**6)
    share = real("regenerator", regenerator, least=0.0, most=1.0)
    corners = _corners(which, parameters)
    if which == "carnot":
        if len(corners) == 2:
            corners = _matched_corners(medium, corners, hot, cold, search)
        strokes = _carnot(medium, corners, hot, cold, count)
    elif which == "otto":
        strokes = _otto(medium, corners, hot, cold)
    else:
        strokes = _stirling(medium, corners, hot, cold, count, share)
    return Cycle(which, hot.temperature, cold.temperature, corners, strokes)


def _carnot(
    medium: Medium, corners: tuple[float, ...], hot: Bath, cold: Bath, steps: int | None
) -> tuple[Stroke, ...]:
    a, b, c, d = corners
    expansion = adiabat(medium, "expansion", b, c, medium_at(medium, b, hot))
    compression = adiabat(medium, "compression", d, a, medium_at(medium, d, cold))
    return (
        contact(medium, "hot contact", a, hot, compression.populations),
        isotherm(medium, a, b, hot, steps),
        expansion,
        contact(medium, "cold contact", c, cold, expansion.populations),
        isotherm(medium, c, d, cold, steps),
        compression,
    )


def _otto(medium: Medium, corners: tuple[float, ...], hot: Bath, cold: Bath) -> tuple[Stroke, ...]:
    a, b = corners
    compression = adiabat(medium, "compression", a, b, medium_at(medium, a, cold))
    expansion = adiabat(medium, "expansion", b, a, medium_at(medium, b, hot))
    return (
        compression,
        contact(medium, "hot isochore", b, hot, compression.populations),
        expansion,
        contact(medium, "cold isochore", a, cold, expansion.populations),
    )


def _stirling(
    medium: Medium,
    corners: tuple[float, ...],
    hot: Bath,
    cold: Bath,
    steps: int | None,
    share: float,
) -> tuple[Stroke, ...]:
    a, b = corners
    cooling, heating = regenerated_isochores(medium, a, b, hot, cold, share)
    return (
        isotherm(medium, a, b, hot, steps),
        cooling,
        isotherm(medium, b, a, cold, steps),
        heating,
    )


def _matched_corners(
    medium: Medium, corners: tuple[float, ...], hot: Bath, cold: Bath, search: Any
) -> tuple[float, ...]:
    """λ₃ and λ₄ of equal entropy: the cycle is a rectangle in T and S."""
    from scipy.optimize import brentq

    if search is None:
        raise ValueError(
            "Argument `search` must be (low, high) for a Carnot cycle with two parameters, but is "
            "None; or give all four parameters."
        )
    low, high = _pair("search", search)
    found = []
    for corner in reversed(corners):
        wanted = float(medium.equilibrium(corner, hot.temperature).entropy)

        def excess(x: float, wanted: float = wanted) -> float:
            return float(medium.equilibrium(x, cold.temperature).entropy) - wanted

        ends = excess(low), excess(high)
        if not ends[0] * ends[1] < 0:
            raise ValueError(
                f"Argument `search` must bracket the parameter at which the entropy at "
                f"T_cold is {wanted:.6g}, but ({low!r}, {high!r}) has {ends[0] + wanted:.6g} and "
                f"{ends[1] + wanted:.6g} at its ends."
            )
        found.append(float(brentq(excess, low, high, xtol=1e-15 * max(abs(low), abs(high)))))
    return (*corners, *found)


def _baths(temperatures: Any) -> tuple[Bath, Bath]:
    hot, cold = _pair("temperatures", temperatures, above=0.0)
    if not hot > cold:
        raise ValueError(
            f"Argument `temperatures` must be (T_hot, T_cold) with T_hot > T_cold, but is "
            f"({hot!r}, {cold!r})."
        )
    return Bath(hot, hot=True), Bath(cold, hot=False)


def _corners(kind: str, parameters: Any) -> tuple[float, ...]:
    allowed = (2, 4) if kind == "carnot" else (2,)
    shape = array_shape("parameters", parameters)
    if len(shape) != 1 or shape[0] not in allowed:
        raise ValueError(
            f"Argument `parameters` must hold {' or '.join(map(str, allowed))} values for "
            f"{kind!r}, but has shape {shape}."
        )
    return tuple(real("parameters", value) for value in parameters)


def _pair(name: str, values: Any, above: float | None = None) -> tuple[float, float]:
    if not isinstance(values, tuple | list) or len(values) != 2:
        raise ValueError(f"Argument `{name}` must be a pair of numbers, but is {values!r}.")
    first, second = (real(name, value, above=above) for value in values)
    return first, second
