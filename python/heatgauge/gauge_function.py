"""A gauge function χ known on the sites of a grid, at every time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from heatgauge.arguments import RealField, real
from heatgauge.grid import Grid


class GaugeFunction:
    """χ(x, t) [K·s] on the sites of a grid, with its time derivative; what ``gauge.fix`` returns.

    Goes wherever a gauge function is asked for: ``HeatPotentials.transform``,
    ``gauge.transform_state``, ``gauge.covariance_error``. It is a callable of the coordinates and
    t, known on the sites only; where it does not depend on time it is an array, too.

    Parameters
    ----------
    grid : Grid
    values : callable
        ``values(t)`` returns χ on the sites.
    rate : callable, optional
        ``rate(t)`` returns ∂ₜχ. None: χ does not depend on time.
    holonomies : callable, optional
        ``holonomies(t)`` returns the loop integrals that χ leaves alone.

    Examples
    --------
    >>> import heatgauge as hg
    >>> grid = hg.Grid([hg.Axis(0, 3, 3)])
    >>> pots, chi = hg.gauge.fix(hg.HeatPotentials(grid, vector=[2.0]), "coulomb")
    >>> chi.at(0.0), chi.is_static
    (array([ 2.,  0., -2.]), True)
    """

    __slots__ = ("_holonomies", "_rate", "_values", "grid")

    def __init__(
        self,
        grid: Grid,
        values: Callable[[float], RealField],
        rate: Callable[[float], RealField] | None = None,
        holonomies: Callable[[float], dict[int, float]] | None = None,
    ) -> None:
        self.grid = grid
        self._values = values
        self._rate = rate
        self._holonomies = holonomies

    @property
    def is_static(self) -> bool:
        """Whether χ does not depend on time."""
        return self._rate is None

    def at(self, t: float) -> RealField:
        """Return χ on the sites at ``t``."""
        return self._values(real("t", t))

    def rate(self, t: float) -> RealField:
        """Return ∂ₜχ on the sites at ``t``."""
        t = real("t", t)
        return np.zeros(self.grid.shape) if self._rate is None else self._rate(t)

    def zero_mode(self, t: float) -> float:
        """Return the mean of χ over the sites; its rate is what the mean of V loses."""
        return float(self.at(t).mean())

    def holonomies(self, t: float) -> dict[int, float]:
        """Return ∮A·dl [K·s] around each periodic axis, averaged over the lines along it.

        No χ on the sites can change it: Wilson loops around a ring survive every gauge.
        """
        return {} if self._holonomies is None else self._holonomies(real("t", t))

    def __call__(self, *coordinates_and_time: Any) -> RealField:
        shape = np.broadcast_shapes(*(np.shape(x) for x in coordinates_and_time[:-1]))
        if shape != self.grid.shape:
            raise ValueError(
                f"Argument `coordinates` must be those of the sites, of shape {self.grid.shape}: "
                f"this gauge function is known there only, but they have shape {shape}."
            )
        return self.at(coordinates_and_time[-1])

    def __array__(
        self, dtype: npt.DTypeLike | None = None, copy: bool | None = None
    ) -> npt.NDArray[Any]:
        if not self.is_static:
            raise TypeError("This gauge function depends on time: use its values `.at(t)`.")
        return np.array(self._values(0.0), dtype=dtype)

    def __repr__(self) -> str:
        return f"GaugeFunction({self.grid!r}, {'static' if self.is_static else 'driven'})"
