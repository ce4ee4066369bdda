"""Initial states."""

from __future__ import annotations

from typing import Any

import numpy as np

from heatgauge.arguments import ComplexField, RealField, real, shape_of
from heatgauge.grid import Axis, Grid


def gaussian_packet(
    grid: Grid, center: Any, momentum: Any, width: Any, hbar: float = 1.0
) -> ComplexField:
    """Return a Gaussian packet ψ ∝ exp(−Σ(x−c)²/4w² + i p·x/ħ) with Σ|ψ|²dV = 1.

    Around a periodic axis the packet is continued with the axis's twist, ψ(x+L) = e^{i·twist}ψ(x),
    so that it may sit anywhere, also across the seam.

    Parameters
    ----------
    grid : Grid
    center, momentum, width : float in 1D, sequence of one float per axis
        Mean position, mean momentum (width of |ψ|², its standard deviation, > 0).
    hbar : float

    Raises
    ------
    ValueError
        If no site carries any of the packet (its norm underflows), or if its centre or its phases
        are beyond what double precision resolves.

    Examples
    --------
    >>> import numpy as np, heatgauge as hg
    >>> grid = hg.Grid([hg.Axis(-10, 10, 200)])
    >>> psi = hg.gaussian_packet(grid, center=1.0, momentum=2.0, width=0.5)
    >>> bool(abs(np.sum(abs(psi) ** 2) * grid.cell_volume - 1) < 1e-14)
    True
    """
    if not isinstance(grid, Grid):
        raise TypeError(f"Argument `grid` must be a hg.Grid, but is {grid!r}.")
    hbar = real("hbar", hbar, above=0.0)
    centers = _per_axis("center", center, grid)
    momenta = _per_axis("momentum", momentum, grid)
    widths = _per_axis("width", width, grid, positive=True)
    psi: ComplexField = np.ones(grid.shape, np.complex128)
    for axis, x, c, p, w in zip(
        grid.axes, grid.coordinates(), centers, momenta, widths, strict=True
    ):
        _require_resolved(axis, c, p / hbar)
        psi *= _line(axis, x, c, p / hbar, w)
    norm = float(np.sum(np.abs(psi) ** 2)) * grid.cell_volume
    if not norm > 0.0:
        raise ValueError(
            f"Argument `width` must be wide enough for the packet to meet a site of the grid, and "
            f"`center` near it, but width is {width!r} and center {center!r}."
        )
    psi /= np.sqrt(norm)
    return psi


def _line(axis: Axis, x: RealField, center: float, wavenumber: float, width: float) -> Any:
    if axis.periodic and width > 0.5 * axis.length:  # images of wide packets cancel each other
        return _modes(axis, x, center, wavenumber, width)

    def packet(y: RealField) -> Any:
        with np.errstate(over="ignore"):  # exp(-inf) = 0: a site the packet does not reach
            return np.exp(-(((y - center) / (2 * width)) ** 2) + 1j * wavenumber * y)

    if not axis.periodic:
        return packet(x)
    total: Any = 0.0
    nearest = round((axis.lower + 0.5 * axis.length - center) / axis.length)
    reach = 1 + int(np.ceil(40 * width / axis.length))  # exp(-40²/4) underflows
    for n in range(-reach - nearest, reach - nearest + 1):
        total = total + np.exp(-1j * n * axis.twist) * packet(x + n * axis.length)
    return total


def _modes(axis: Axis, x: RealField, center: float, wavenumber: float, width: float) -> Any:
    """The same sum of images, by Poisson's formula a sum over k = (2πm + twist)/L of

    exp(−w²(k − p/ħ)² − i(k − p/ħ)c + ikx): a few terms where the packet is wider than the ring.
    """
    width = min(width, 1e6 * axis.length)  # beyond, only the nearest modes are left: no change
    unit = 2 * np.pi / axis.length
    nearest = round((wavenumber - axis.twist / axis.length) / unit)
    distances = [(m + nearest) * unit + axis.twist / axis.length - wavenumber for m in range(-3, 4)]
    least = min(abs(q) for q in distances)
    # exp(−w²(q − least)(q + least)): scaled so that the nearest mode has weight 1
    return sum(
        np.exp(-(width * (abs(q) - least)) * (width * (abs(q) + least)))
        * np.exp(1j * (q * (x - center) + wavenumber * x))
        for q in distances
    )


def _require_resolved(axis: Axis, center: float, wavenumber: float) -> None:
    """Positions and phases must be known in double precision."""
    ends = (axis.lower, axis.upper)
    if not max(abs(center - end) for end in ends) <= 1e12 * axis.length:
        raise ValueError(
            f"Argument `center` must be within 1e12 lengths of the axis from [{axis.lower!r}, "
            f"{axis.upper!r}], but is {center!r}."
        )
    if not abs(wavenumber) * max(abs(end) for end in ends) <= 1e12:
        raise ValueError(
            f"Argument `momentum` must give phases p·x/ħ of at most 1e12 on the axis, "
            f"but p/ħ is {wavenumber!r}."
        )


def _per_axis(name: str, value: Any, grid: Grid, positive: bool = False) -> tuple[float, ...]:
    above = 0.0 if positive else None
    shape = shape_of(name, value)
    if shape == ():
        if grid.dimensions > 1:
            raise ValueError(
                f"Argument `{name}` must hold one number per axis ({grid.dimensions}), "
                f"but is {value!r}."
            )
        return (real(name, value, above=above),)
    if shape != (grid.dimensions,):
        raise ValueError(
            f"Argument `{name}` must hold one number per axis ({grid.dimensions}), "
            f"but has shape {shape}."
        )
    return tuple(real(f"{name}[{a}]", v, above=above) for a, v in enumerate(value))
