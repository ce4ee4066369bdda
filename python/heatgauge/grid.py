"""Where the fields live: axes with walls or periodic ends, sites, links and faces."""

from __future__ import annotations

import dataclasses
import functools
import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from heatgauge import _core
from heatgauge.arguments import RealField, choice, integer, real

_MOST_POINTS = 2**53


@dataclasses.dataclass(frozen=True)
class Axis:
    """One axis of a grid: ``points`` cells between ``lower`` and ``upper``.

    Sites are the cell centres x_i = lower + (i + ½)h, h = (upper − lower)/points.
    On a "wall" axis ψ vanishes at ``lower`` and ``upper`` themselves (odd reflection).
    On a "periodic" axis ψ(x + L) = exp(+i·twist) ψ(x).

    Parameters
    ----------
    lower, upper : float
        Ends, in any unit of length; lower < upper.
    points : int
        Number of sites, at least 2.
    boundary : {"wall", "periodic"}
    twist : float
        Phase in radians that ψ gains around a periodic axis.

    Raises
    ------
    ValueError, TypeError
        Naming the argument, its value and what is allowed.

    Examples
    --------
    >>> import heatgauge as hg
    >>> hg.Axis(-1.0, 1.0, 4).spacing
    0.5
    """

    lower: float
    upper: float
    points: int
    boundary: str = "wall"
    twist: float = 0.0

    def __post_init__(self) -> None:
        lower, upper = real("lower", self.lower), real("upper", self.upper)
        points = integer("points", self.points, least=2, most=_MOST_POINTS)
        choice("boundary", self.boundary, ("wall", "periodic"))
        twist = real("twist", self.twist)
        if not lower < upper:
            raise ValueError(f"Argument `upper` must be > lower = {lower!r}, but is {upper!r}.")
        spacing = (upper - lower) / points
        # Two sites must stay apart in double precision, and 1/h² must be a number.
        if not spacing > 4 * np.finfo(float).eps * max(abs(lower), abs(upper)) or not (
            1e-150 < spacing < 1e150
        ):
            raise ValueError(
                f"Argument `upper` must leave a spacing (upper − lower)/points that double "
                f"precision resolves, in (1e-150, 1e150), but the spacing is {spacing!r}."
            )
        if twist != 0.0 and self.boundary != "periodic":
            raise ValueError(f"Argument `twist` must be 0 on a wall axis, but is {twist!r}.")
        for name, value in zip(
            ("lower", "upper", "points", "twist"), (lower, upper, points, twist), strict=True
        ):
            object.__setattr__(self, name, value)

    @property
    def length(self) -> float:
        """upper − lower."""
        return self.upper - self.lower

    @property
    def spacing(self) -> float:
        """h = (upper − lower)/points."""
        return self.length / self.points

    @property
    def periodic(self) -> bool:
        """Whether the two ends are joined."""
        return self.boundary == "periodic"

    @property
    def links(self) -> int:
        """Number of links along the axis: points, or points − 1 between walls."""
        return self.points if self.periodic else self.points - 1

    @property
    def faces(self) -> int:
        """Number of cell faces along the axis: points, or points + 1 between walls."""
        return self.points if self.periodic else self.points + 1

    def sites(self) -> RealField:
        """Coordinates of the cell centres."""
        return self._positions(np.arange(self.points, dtype=np.float64) + 0.5)

    def link_midpoints(self) -> RealField:
        """Coordinates of the link midpoints; the seam link comes last, at ``upper``."""
        return self._positions(np.arange(self.links, dtype=np.float64) + 1.0)

    def face_positions(self) -> RealField:
        """Coordinates of the faces: the links plus, between walls, the two ends."""
        if self.periodic:
            return self.link_midpoints()
        return self._positions(np.arange(self.faces, dtype=np.float64) * 1.0)

    def _positions(self, steps: npt.NDArray[np.floating[Any]]) -> RealField:
        return np.asarray(self.lower + steps * self.spacing, dtype=np.float64)


class Grid:
    """A rectangular grid of 1 to 3 axes; the last axis varies fastest in memory.

    Parameters
    ----------
    axes : sequence of Axis

    Raises
    ------
    ValueError
        For no axis, more than three, or a number of sites beyond 2⁵³.
    TypeError
        For anything but a sequence of Axis.

    Examples
    --------
    >>> import heatgauge as hg
    >>> grid = hg.Grid([hg.Axis(0, 1, 4), hg.Axis(0, 2, 8, boundary="periodic")])
    >>> grid.shape, grid.spacing, grid.link_shape(0), grid.face_shape(0), grid.link_shape(1)
    ((4, 8), (0.25, 0.25), (3, 8), (5, 8), (4, 8))
    """

    __slots__ = ("__dict__", "_axes")

    def __init__(self, axes: Sequence[Axis]) -> None:
        if isinstance(axes, Axis) or not isinstance(axes, Sequence):
            raise TypeError(f"Argument `axes` must be a list of hg.Axis, but is {axes!r}.")
        for k, axis in enumerate(axes):
            if not isinstance(axis, Axis):
                raise TypeError(f"Argument `axes` must hold hg.Axis, but axes[{k}] is {axis!r}.")
        if not 1 <= len(axes) <= 3:
            raise ValueError(f"Argument `axes` must hold 1 to 3 axes, but holds {len(axes)}.")
        size = math.prod(a.points for a in axes)
        if size > _MOST_POINTS:
            raise ValueError(f"Argument `axes` must give at most 2**53 sites, but gives {size}.")
        volume = math.prod(a.spacing for a in axes)
        if not 0.0 < volume < math.inf:
            raise ValueError(
                f"Argument `axes` must give a finite cell volume, but gives {volume!r}."
            )
        self._axes = tuple(axes)

    @property
    def axes(self) -> tuple[Axis, ...]:
        """The axes."""
        return self._axes

    @property
    def dimensions(self) -> int:
        """Number of axes."""
        return len(self._axes)

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of a field on sites."""
        return tuple(a.points for a in self._axes)

    @property
    def spacing(self) -> tuple[float, ...]:
        """h of each axis."""
        return tuple(a.spacing for a in self._axes)

    @property
    def size(self) -> int:
        """Number of sites."""
        return math.prod(self.shape)

    @property
    def cell_volume(self) -> float:
        """Product of the spacings."""
        return math.prod(self.spacing)

    @property
    def periodic(self) -> tuple[bool, ...]:
        """Which axes are periodic."""
        return tuple(a.periodic for a in self._axes)

    def coordinates(self) -> tuple[RealField, ...]:
        """Site coordinates, one array per axis, broadcastable to ``shape``."""
        return self._broadcastable(None, 0)

    def link_coordinates(self, axis: int) -> tuple[RealField, ...]:
        """Coordinates of the midpoints of the links along ``axis``, one array per axis."""
        return self._broadcastable(self.check_axis(axis), 1)

    def face_coordinates(self, axis: int) -> tuple[RealField, ...]:
        """Coordinates of the faces normal to ``axis``, one array per axis."""
        return self._broadcastable(self.check_axis(axis), 2)

    def link_shape(self, axis: int) -> tuple[int, ...]:
        """Shape of a field on the links along ``axis``."""
        k = self.check_axis(axis)
        return (*self.shape[:k], self._axes[k].links, *self.shape[k + 1 :])

    def face_shape(self, axis: int) -> tuple[int, ...]:
        """Shape of a field on the faces normal to ``axis``."""
        k = self.check_axis(axis)
        return (*self.shape[:k], self._axes[k].faces, *self.shape[k + 1 :])

    def check_axis(self, axis: Any, name: str = "axis") -> int:
        """Return ``axis`` as an index in [0, dimensions)."""
        return integer(name, axis, least=0, most=self.dimensions - 1)

    @functools.cached_property
    def core(self) -> _core.Grid:
        """The grid as the compiled core sees it."""
        return _core.Grid([(a.points, a.spacing, a.periodic, a.twist) for a in self._axes])

    def _broadcastable(self, special: int | None, kind: int) -> tuple[RealField, ...]:
        arrays = []
        for k, axis in enumerate(self._axes):
            if k != special:
                x = axis.sites()
            else:
                x = axis.link_midpoints() if kind == 1 else axis.face_positions()
            arrays.append(x.reshape([-1 if j == k else 1 for j in range(self.dimensions)]))
        return tuple(arrays)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Grid) and self._axes == other._axes

    def __hash__(self) -> int:
        return hash(self._axes)

    def __reduce__(self) -> tuple[Any, ...]:
        return (Grid, (self._axes,))

    def __repr__(self) -> str:
        return f"Grid([{', '.join(map(repr, self._axes))}])"
