"""Gauge analysis: changes of gauge, fixing, plaquettes, Wilson loops, covariance."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from heatgauge import constants
from heatgauge.arguments import (
    ComplexField,
    RealField,
    complex_array,
    integer,
    real,
    require_finite,
)
from heatgauge.fields import Field, Location
from heatgauge.gauge_covariance import covariance_error
from heatgauge.gauge_fixing import divergence, fix
from heatgauge.gauge_function import GaugeFunction
from heatgauge.helmholtz import HelmholtzSplit, helmholtz
from heatgauge.noether import noether_defect
from heatgauge.potentials import HeatPotentials, differences
from heatgauge.thermal_displacement import DisplacedPotentials, displaced

__all__ = [
    "DisplacedPotentials",
    "GaugeFunction",
    "HelmholtzSplit",
    "covariance_error",
    "displaced",
    "divergence",
    "fix",
    "flux_quantum",
    "helmholtz",
    "noether_defect",
    "plaquettes",
    "space_time_plaquettes",
    "transform_state",
    "wilson_loop",
]


def transform_state(
    psi: Any, chi: Any, potentials: HeatPotentials, t: float = 0.0, hbar: float = 1.0
) -> ComplexField:
    """Return exp(+i s χ/ħ) ψ, the state that belongs to ``potentials.transform(chi)``.

    Parameters
    ----------
    psi : complex array of the grid's shape
    chi : array on sites, or callable ``chi(*coordinates, t)`` [K·s]
    potentials : HeatPotentials
        Gives the grid and the charge s (it does not matter whether before or after the change).
    t : float
        Time at which a callable χ is taken.
    hbar : float

    Examples
    --------
    >>> import numpy as np
    >>> import heatgauge as hg
    >>> pots = hg.HeatPotentials(hg.Grid([hg.Axis(0, 1, 3)]))
    >>> hg.gauge.transform_state(np.ones(3), np.full(3, np.pi), pots).real
    array([-1., -1., -1.])
    """
    _check(potentials)
    state = complex_array("psi", psi, potentials.grid.shape)
    field = Field("chi", chi, Location.sites(potentials.grid))
    with np.errstate(all="ignore"):  # refused right below
        phase = potentials.charge / real("hbar", hbar, above=0.0) * field.at(real("t", t))
    require_finite("chi", phase, " in units of ħ/s")
    state *= np.exp(1j * phase)
    return state


def plaquettes(potentials: HeatPotentials, t: float = 0.0) -> tuple[RealField, ...]:
    """Return the flux ∮A·dl [K·s] through every plaquette, one array per plane.

    2D: (flux,); 3D: planes (y,z), (z,x), (x,y); 1D: (). Gauge changes leave it alone.

    Examples
    --------
    >>> import heatgauge as hg
    >>> grid = hg.Grid([hg.Axis(0, 1, 2), hg.Axis(0, 1, 2)])
    >>> hg.gauge.plaquettes(hg.HeatPotentials(grid, vector=hg.uniform_induction(grid, 8.0)))
    (array([[2.]]),)
    """
    _check(potentials)
    return potentials.plaquettes(t)


def space_time_plaquettes(
    potentials: HeatPotentials, t0: float, t1: float
) -> tuple[RealField, ...]:
    """Return ∫∫E dl dt [K·s] through the plaquettes of every link with the time from t0 to t1.

    The loop of V and A around them: −[∫V dt]_start^end − [∫A·dl]_t0^t1, one array on links per
    axis. Gauge changes leave it alone to rounding, also those that depend on time.

    Examples
    --------
    >>> import heatgauge as hg
    >>> pots = hg.HeatPotentials(hg.Grid([hg.Axis(0, 1, 2)]), lambda x, t: -3 * x, [lambda x, t: t])
    >>> hg.gauge.space_time_plaquettes(pots, 0.0, 0.1)[0].round(12)   # E = 3 − 1, over 0.5 · 0.1
    array([0.1])
    """
    _check(potentials)
    temporal = potentials.temporal(t0, t1)
    before, after = potentials.links(t0), potentials.links(t1)
    return tuple(
        before[a] - after[a] - differences(potentials.grid, a, temporal)
        for a in range(potentials.grid.dimensions)
    )


def wilson_loop(
    potentials: HeatPotentials, sites: Sequence[Sequence[int]], t: float = 0.0
) -> float:
    """Return ∮A·dl [K·s] along a closed path of neighbouring sites.

    The carrier's phase around the loop is exp(−i s/ħ ∮A·dl). ``sites`` lists site indices; each is
    a neighbour of the one before (across a periodic seam too) and the last one of the first. On an
    axis of two periodic points the path goes by link 0 forwards and by the seam back.

    Raises
    ------
    ValueError
        Where two sites in succession are not neighbours.

    Examples
    --------
    >>> import heatgauge as hg
    >>> grid = hg.Grid([hg.Axis(0, 1, 4), hg.Axis(0, 1, 4)])
    >>> pots = hg.HeatPotentials(grid, vector=hg.uniform_induction(grid, 8.0, "landau-y"))
    >>> hg.gauge.wilson_loop(pots, [(0, 0), (1, 0), (1, 1), (0, 1)])
    0.5
    """
    _check(potentials)
    links = potentials.links(t)
    if not _is_sequence(sites):
        raise TypeError(f"Argument `sites` must be a sequence of site indices, but is {sites!r}.")
    path = [_site(potentials, site) for site in sites]
    if not path:
        raise ValueError("Argument `sites` must hold at least one site, but is empty.")
    if path[0] == path[-1] and len(path) > 1:
        path.pop()
    total = 0.0
    for start, end in zip(path, path[1:] + path[:1], strict=True):
        if start != end:
            axis, sign, link = _link_between(potentials, start, end)
            total += sign * float(links[axis][link])
    return total


def flux_quantum(charge: float = constants.k_B, h: float = constants.h) -> float:
    """Return the heat-flux quantum Φ₀ = h/s [K·s].

    Examples
    --------
    >>> import heatgauge as hg
    >>> f"{hg.gauge.flux_quantum():.9e}"
    '4.799243073e-11'
    """
    s = real("charge", charge)
    if s == 0.0:
        raise ValueError("Argument `charge` must not be 0: a neutral carrier has no flux quantum.")
    return real("h", h, above=0.0) / abs(s)


def _check(potentials: Any) -> None:
    if not isinstance(potentials, HeatPotentials):
        raise TypeError(f"Argument `potentials` must be hg.HeatPotentials, but is {potentials!r}.")


def _is_sequence(value: Any) -> bool:
    if isinstance(value, np.ndarray):
        return value.ndim > 0
    return isinstance(value, Sequence) and not isinstance(value, str)


def _site(potentials: HeatPotentials, site: Sequence[int]) -> tuple[int, ...]:
    shape = potentials.grid.shape
    if not _is_sequence(site):
        raise TypeError(f"Argument `sites` must hold tuples of {len(shape)} indices, not {site!r}.")
    if len(site) != len(shape):
        raise ValueError(f"Argument `sites` must hold {len(shape)} indices each, but has {site!r}.")
    return tuple(integer("sites", i, least=0, most=n - 1) for i, n in zip(site, shape, strict=True))


def _link_between(
    potentials: HeatPotentials, start: tuple[int, ...], end: tuple[int, ...]
) -> tuple[int, int, tuple[int, ...]]:
    moved = [a for a in range(len(start)) if start[a] != end[a]]
    if len(moved) == 1:
        a = moved[0]
        axis = potentials.grid.axes[a]
        for sign, foot, top in ((1, start, end), (-1, end, start)):
            if (foot[a] + 1 == top[a]) or (
                axis.periodic and foot[a] == axis.points - 1 and top[a] == 0
            ):
                return a, sign, foot
    raise ValueError(f"Argument `sites` must go by neighbours, but {start} is not next to {end}.")
