"""Fixing of a gauge: the gauge function that brings potentials to a condition."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from heatgauge.arguments import RealField, choice, increasing_times, real
from heatgauge.gauge_function import GaugeFunction
from heatgauge.grid import Grid
from heatgauge.lattice_laplacian import LatticeLaplacian, link_divergence
from heatgauge.lorenz_gauge import LorenzWave
from heatgauge.potentials import HeatPotentials
from heatgauge.time_integral import TimeIntegral

CONDITIONS = ("coulomb", "lorenz", "temporal", "axial")


def fix(
    potentials: HeatPotentials,
    condition: str,
    times: Any = None,
    speed: Any = None,
    axis: Any = None,
) -> tuple[HeatPotentials, GaugeFunction]:
    """Bring potentials to a gauge condition: V → V − ∂ₜχ, A → A + ∇χ; T, q, E and B stay.

    - "coulomb": ∇·A = 0. ∇²χ = −∇·A at every time, χ of zero mean.
    - "lorenz": ∇·A + v⁻²∂ₜV = 0. A wave equation for χ with χ = ∂ₜχ = 0 at times[0].
    - "temporal": V = 0. χ = ∫V dt from times[0].
    - "axial": A = 0 along ``axis``; χ = 0 on its first layer of sites. On a periodic axis, whose
      loop integral no χ changes, A along it becomes constant along each line.

    The conditions are those of the lattice: ∇· is the divergence of the links, with no link ending
    on a wall (A·n = 0 there, χ Neumann). They hold at every time, to rounding in space and to
    better than 1e-12 of the potentials in time. What no periodic χ can change is kept: the loop
    integrals around periodic axes (``chi.holonomies(t)``), the flux through a torus, and for
    "coulomb" and "lorenz" the mean of V.

    Parameters
    ----------
    potentials : HeatPotentials
    condition : {"coulomb", "lorenz", "temporal", "axial"}
    times : array, optional
        "lorenz": the span in which χ is wanted, and needed; two times or more, which also become
        the points from which χ is continued. "temporal": χ vanishes at times[0] (if left out, at
        the first sampling time of V, or else 0). No jump or pulse of V should hide between two of
        them. Not used by the others.
    speed : float
        "lorenz": v [m/s].
    axis : int
        "axial": the axis along which A vanishes.

    Returns
    -------
    potentials : HeatPotentials
        ``potentials.transform(chi)``.
    chi : GaugeFunction
        χ on the sites: ``chi.at(t)``, ``chi.rate(t)``, ``chi.holonomies(t)``, ``chi.zero_mode(t)``.

    Raises
    ------
    ValueError, TypeError
        For another condition, and arguments that it needs or does not know.
    NumericalError
        If V cannot be integrated in time: it jumps, or is not finite.

    Examples
    --------
    >>> import heatgauge as hg
    >>> grid = hg.Grid([hg.Axis(0, 1, 4), hg.Axis(0, 1, 4, "periodic")])
    >>> pots = hg.HeatPotentials(grid, lambda x, y, t: x * t, [lambda x, y, t: x * y * t, 3.0])
    >>> fixed, chi = hg.gauge.fix(pots, "coulomb")
    >>> bool(abs(hg.gauge.divergence(fixed, 2.0)).max() < 1e-14), chi.holonomies(2.0)
    (True, {1: 3.0})
    >>> fixed, chi = hg.gauge.fix(pots, "temporal")
    >>> bool(abs(fixed.at(2.0)[0]).max() < 1e-14)
    True
    """
    if not isinstance(potentials, HeatPotentials):
        raise TypeError(f"Argument `potentials` must be hg.HeatPotentials, but is {potentials!r}.")
    choice("condition", condition, CONDITIONS)
    for name, value, where in (("speed", speed, "lorenz"), ("axis", axis, "axial")):
        if (value is None) == (condition == where):
            needed = "be given for" if value is None else "be None unless the condition is"
            raise ValueError(f"Argument `{name}` must {needed} {where!r}, but is {value!r}.")
    span = None if times is None else increasing_times("times", times)
    chi = _gauge_function(potentials, condition, span, speed, axis)
    return potentials.transform(chi), chi


def divergence(potentials: HeatPotentials, t: float = 0.0) -> RealField:
    """Return ∇·A [K·s/m²] on the sites at ``t``, with A·n = 0 on walls.

    Examples
    --------
    >>> import heatgauge as hg
    >>> pots = hg.HeatPotentials(hg.Grid([hg.Axis(0, 3, 3)]), vector=[lambda x, t: x**2])
    >>> hg.gauge.divergence(pots).round(12)          # means over the links: 4/3, 13/3
    array([ 1.08333333,  3.        , -4.08333333])
    """
    if not isinstance(potentials, HeatPotentials):
        raise TypeError(f"Argument `potentials` must be hg.HeatPotentials, but is {potentials!r}.")
    return link_divergence(potentials.grid, potentials.links(t))


def loop_integrals(grid: Grid, links: Sequence[RealField]) -> dict[int, float]:
    """Return ∮A·dl around each periodic axis, averaged over the lines along it."""
    return {
        a: float(links[a].sum(axis=a).mean()) for a, axis in enumerate(grid.axes) if axis.periodic
    }


def _gauge_function(
    potentials: HeatPotentials, condition: str, times: RealField | None, speed: Any, axis: Any
) -> GaugeFunction:
    grid = potentials.grid

    def holonomies(t: float) -> dict[int, float]:
        return loop_integrals(grid, potentials.links(t))

    if condition == "lorenz":
        if times is None or times.size < 2:
            raise ValueError(
                f"Argument `times` must hold at least 2 times for 'lorenz', but is {times!r}."
            )
        wave = LorenzWave(potentials, times, real("speed", speed, above=0.0))
        return GaugeFunction(grid, wave.at, wave.rate, holonomies)
    if condition == "temporal":
        integral = TimeIntegral(potentials, times)
        return GaugeFunction(grid, integral.at, lambda t: potentials.at(t)[0], holonomies)
    if condition == "coulomb":
        laplacian = LatticeLaplacian(grid)

        def chi_of(links: tuple[RealField, ...]) -> RealField:
            return laplacian.solve(-link_divergence(grid, links))
    else:
        along = grid.check_axis(axis)

        def chi_of(links: tuple[RealField, ...]) -> RealField:
            return _unwound(grid, along, links[along])

    if potentials.is_static:
        chi = chi_of(potentials.links(0.0))
        chi.flags.writeable = False
        return GaugeFunction(grid, lambda t: chi, None, holonomies)
    return GaugeFunction(
        grid,
        lambda t: chi_of(potentials.links(t)),
        lambda t: chi_of(potentials.link_rates(t)),
        holonomies,
    )


def _unwound(grid: Grid, axis: int, links: RealField) -> RealField:
    """χ that takes A off the links of an axis, but for its mean along each periodic line."""
    if grid.axes[axis].periodic:
        links = links - links.mean(axis=axis, keepdims=True)
    total = np.zeros(grid.shape)
    inner = np.take(links, np.arange(grid.axes[axis].points - 1), axis=axis)
    after: list[Any] = [slice(None)] * grid.dimensions
    after[axis] = slice(1, None)
    total[tuple(after)] = -np.cumsum(inner, axis=axis)
    return total
