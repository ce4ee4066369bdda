"""Field entries: what a user may give for a field on sites, links or faces."""

from __future__ import annotations

import dataclasses
import functools
import itertools
import numbers
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from heatgauge.arguments import RealField, increasing_times, real, real_array, require_signature
from heatgauge.errors import NumericalError
from heatgauge.grid import Grid
from heatgauge.time_derivative import time_derivative

# Five Gauss–Legendre points integrate polynomials up to degree 9 exactly: the error of a line
# integral over one link is O(h^10) relative, beyond every order offered.
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(5)
_EPS = float(np.finfo(float).eps)


class Drive:
    """A separable field envelope(t)·profile(x): the fast path for time dependence.

    Parameters
    ----------
    profile : array or callable
        Values where the field lives, or ``f(*coordinates)``.
    envelope : callable
        ``envelope(t)`` returns a real number.

    Examples
    --------
    >>> import numpy as np
    >>> import heatgauge as hg
    >>> grid = hg.Grid([hg.Axis(-1, 1, 4)])
    >>> shaken = hg.Drive(lambda x: x, lambda t: 0.1 * np.cos(t))
    >>> hg.HeatPotentials(grid, scalar=shaken).at(0.0)[0]
    array([-0.075, -0.025,  0.025,  0.075])
    """

    __slots__ = ("envelope", "profile")

    def __init__(self, profile: Any, envelope: Callable[[float], float]) -> None:
        if not callable(envelope):
            raise TypeError(f"Argument `envelope` must be a function of t, but is {envelope!r}.")
        self.profile = profile
        self.envelope = envelope

    def __repr__(self) -> str:
        return f"Drive({self.profile!r}, {self.envelope!r})"


class Sampled:
    """A field known at given times, linear in time between them; undefined outside.

    ``times`` has shape (nt,) and ``values`` (nt, *shape), where the field lives.
    """

    __slots__ = ("times", "values")

    def __init__(self, times: Any, values: Any) -> None:
        self.times = increasing_times("times", times, least=2)
        self.values: RealField = real_array("values", values, np.shape(values))
        if self.values.shape[:1] != self.times.shape:
            raise ValueError(
                f"Argument `values` must have {self.times.size} rows, one per time, "
                f"but has shape {self.values.shape}."
            )

    def at(self, t: float) -> RealField:
        """Return the values at ``t``; ValueError outside [times[0], times[-1]]."""
        k, fraction = self._locate(t)
        result: RealField = (1.0 - fraction) * self.values[k] + fraction * self.values[k + 1]
        return result

    def slope(self, t: float) -> RealField:
        """Return ∂ₜ at ``t`` (from the right at a sampling time)."""
        k, _ = self._locate(t)
        rise: RealField = self.values[k + 1] - self.values[k]
        return rise / float(self.times[k + 1] - self.times[k])

    def integral(self, t0: float, t1: float) -> RealField:
        """Return ∫ dt from ``t0`` to ``t1``, exactly."""
        inner = self.times[(self.times > t0) & (self.times < t1)]
        knots = np.concatenate([[t0], inner, [t1]])
        total = np.zeros(self.values.shape[1:])
        for a, b in itertools.pairwise(knots):
            total += 0.5 * (b - a) * (self.at(a) + self.at(b))
        return total

    def _locate(self, t: float) -> tuple[int, float]:
        # Plain floats: this runs in every step of a carrier, and np.clip alone costs 20 µs.
        first, last = float(self.times[0]), float(self.times[-1])
        slack = 8 * _EPS * max(abs(first), abs(last))
        if not first - slack <= t <= last + slack:
            raise ValueError(
                f"Argument `t` must be in [{first!r}, {last!r}], where the field was sampled, "
                f"but is {t!r}."
            )
        k = int(self.times.searchsorted(t, side="right")) - 1
        k = min(max(k, 0), self.times.size - 2)
        start, end = float(self.times[k]), float(self.times[k + 1])
        return k, (t - start) / (end - start)


@dataclasses.dataclass(frozen=True)
class Location:
    """Where a field lives: broadcastable coordinates, shape, and the link it is averaged over."""

    coordinates: tuple[RealField, ...]
    shape: tuple[int, ...]
    axis: int | None = None
    spacing: float = 0.0

    @staticmethod
    def sites(grid: Grid) -> Location:
        """The sites of a grid."""
        return Location(grid.coordinates(), grid.shape)

    @staticmethod
    def links(grid: Grid, axis: int) -> Location:
        """The links along an axis; a callable is averaged along each link."""
        return Location(
            grid.link_coordinates(axis), grid.link_shape(axis), axis, grid.spacing[axis]
        )

    def shifted(self, distance: float) -> tuple[RealField, ...]:
        """Coordinates moved by ``distance`` along the link."""
        return tuple(x + distance if k == self.axis else x for k, x in enumerate(self.coordinates))


class Field:
    """A field entry made ready: what it is made of, and its values at any time.

    An entry is None, a real number (uniform), an array of exactly the location's shape, a callable
    ``f(*coordinates, t)``, a :class:`Drive`, a :class:`Sampled`, or a list of these, added.

    Attributes
    ----------
    static : array or None
        Sum of everything that does not depend on time (means over the links, on links).
    drives : tuple of (array, callable)
        Profile and envelope of each Drive.
    callables, samples : tuples
        The rest.
    """

    def __init__(self, name: str, entry: Any, location: Location) -> None:
        self.name = name
        self.location = location
        self.static: RealField | None = None
        self._static_points: RealField | None = None
        self.drives: tuple[tuple[RealField, Callable[[float], float]], ...] = ()
        self._drive_points: tuple[RealField, ...] = ()
        self.callables: tuple[Callable[..., Any], ...] = ()
        self.samples: tuple[Sampled, ...] = ()
        if isinstance(entry, list | tuple):
            for k, part in enumerate(entry):
                if isinstance(part, numbers.Number):
                    raise TypeError(
                        f"Argument `{name}` is a list, which means a sum of entries; entry {k} "
                        f"must not be a number, but is {part!r}. For an array of values pass "
                        f"numpy.asarray(...)."
                    )
                self._add(f"{name}[{k}]", part)
        else:
            self._add(name, entry)

    @property
    def is_static(self) -> bool:
        """Whether nothing in the field depends on time."""
        return not (self.drives or self.callables or self.samples)

    @property
    def is_separable(self) -> bool:
        """Whether the field is a static part plus drives."""
        return not (self.callables or self.samples)

    @property
    def is_zero(self) -> bool:
        """Whether the field was given as None (or an empty list)."""
        return self.is_static and self.static is None

    @property
    def breakpoints(self) -> tuple[float, ...]:
        """Times at which the field has a kink: the sampling times."""
        return tuple(sorted({float(t) for s in self.samples for t in s.times}))

    def at(self, t: float) -> RealField:
        """Return the point values at ``t`` (on links: at the midpoints)."""
        parts = zip(self._drive_points, self.drives, strict=True)
        drives = ((points, envelope) for points, (_, envelope) in parts)
        return self._sum(t, self._static_points, drives, self._points)

    def mean(self, t: float) -> RealField:
        """Return the means over the links at ``t`` (on sites: the point values)."""
        return self._sum(t, self.static, self.drives, self.mean_of)

    def integral(self, t0: float, t1: float) -> RealField:
        """Return ∫ dt of the mean from ``t0`` to ``t1`` by five Gauss–Legendre points."""
        middle, half = 0.5 * (t0 + t1), 0.5 * (t1 - t0)
        smooth = functools.partial(self._sum, samples=False)
        total = sum(
            (
                half * w * smooth(middle + half * x, self.static, self.drives, self.mean_of)
                for x, w in zip(_NODES, _WEIGHTS, strict=True)
            ),
            np.zeros(self.location.shape),
        )
        for sample in self.samples:
            total += sample.integral(t0, t1)
        return total

    def rate(self, t: float) -> RealField:
        """Return ∂ₜ of the mean at ``t``: exact for samples, by differences for the rest."""
        total = np.zeros(self.location.shape)
        for profile, envelope in self.drives:
            slope = time_derivative(functools.partial(envelope_value, self.name, envelope), t)
            total += float(slope) * profile
        for f in self.callables:
            total += time_derivative(functools.partial(self.mean_of, f), t)
        for sample in self.samples:
            total += sample.slope(t)
        return total

    def probe(self, t: float) -> RealField:
        """Return what drives and callables give at ``t`` at up to 256 places, as a flat array.

        Cheap enough to be called thousands of times; where the time dependence of a run is sampled.
        """
        per_axis = (64, 16, 6)[len(self.location.shape) - 1]
        places = [
            np.unique(np.linspace(0, n - 1, min(n, per_axis)).astype(np.intp))
            for n in self.location.shape
        ]
        coordinates = tuple(
            np.take(x, places[k], axis=k) for k, x in enumerate(self.location.coordinates)
        )
        shape = tuple(p.size for p in places)
        parts = [
            callable_values(self.name, f(*coordinates, t), shape, t).ravel() for f in self.callables
        ]
        for profile, envelope in self.drives:
            size = float(np.max(np.abs(profile)))
            parts.append(np.array([size * envelope_value(self.name, envelope, t)]))
        return np.concatenate(parts) if parts else np.zeros(0)

    def _sum(
        self,
        t: float,
        static: RealField | None,
        drives: Iterable[tuple[RealField, Callable[[float], float]]],
        evaluate: Callable[[Callable[..., Any], float], RealField],
        samples: bool = True,
    ) -> RealField:
        total = np.zeros(self.location.shape) if static is None else static.copy()
        for profile, envelope in drives:
            total += envelope_value(self.name, envelope, t) * profile
        for f in self.callables:
            total += evaluate(f, t)
        if samples:
            for sample in self.samples:
                total += sample.at(t)
        return total

    def _add(self, name: str, entry: Any) -> None:
        shape = self.location.shape
        if entry is None:
            return
        if isinstance(entry, Drive):
            if callable(entry.profile):
                points = callable_values(
                    name, entry.profile(*self.location.coordinates), shape, None
                )
                mean = self._over_link(name, entry.profile)
            else:
                points = mean = _array(f"{name}.profile", entry.profile, shape)
            self.drives += ((mean, entry.envelope),)
            self._drive_points += (points,)
        elif isinstance(entry, Sampled):
            if entry.values.shape[1:] != shape:
                raise ValueError(
                    f"Argument `{name}` must have samples of shape {shape}, "
                    f"but has {entry.values.shape[1:]}."
                )
            self.samples += (entry,)
        elif callable(entry):
            require_signature(name, entry, len(self.location.coordinates))
            self.callables += (entry,)
        else:
            value = _array(name, entry, shape)
            self.static = value if self.static is None else self.static + value
            self._static_points = self.static

    def _over_link(self, name: str, profile: Callable[..., Any]) -> RealField:
        if self.location.axis is None:
            return callable_values(
                name, profile(*self.location.coordinates), self.location.shape, None
            )
        half = 0.5 * self.location.spacing
        total = np.zeros(self.location.shape)
        for x, w in zip(_NODES, _WEIGHTS, strict=True):
            values = profile(*self.location.shifted(half * x))
            total += 0.5 * w * callable_values(name, values, self.location.shape, None)
        return total

    def _points(self, f: Callable[..., Any], t: float) -> RealField:
        return callable_values(self.name, f(*self.location.coordinates, t), self.location.shape, t)

    def mean_of(self, f: Callable[..., Any], t: float) -> RealField:
        """Return the means of a callable over the links at ``t`` (on sites: its values)."""
        axis, shape = self.location.axis, self.location.shape
        if axis is None:
            return self._points(f, t)
        half = 0.5 * self.location.spacing
        given = [f(*self.location.shifted(half * x), t) for x in _NODES[[0, -1]]]
        first, last = (callable_values(self.name, values, shape, t) for values in given)
        thin = np.ndim(given[0]) < len(shape) - axis or np.shape(given[0])[axis - len(shape)] == 1
        if thin and np.array_equal(first, last):
            return first  # no coordinate along the link in it
        total: RealField = 0.5 * _WEIGHTS[0] * first + 0.5 * _WEIGHTS[-1] * last
        for x, w in zip(_NODES[1:-1], _WEIGHTS[1:-1], strict=True):
            values = f(*self.location.shifted(half * x), t)
            total += 0.5 * w * callable_values(self.name, values, shape, t)
        return total

    def spread_of(self, f: Callable[..., Any], times: RealField) -> Any:
        """Return the same at many times, (times, …), if ``f`` takes an array of times as t."""
        later = times.reshape(-1, *(1,) * len(self.location.shape))
        if self.location.axis is None:
            return f(*(x[None] for x in self.location.coordinates), later)
        half = 0.5 * self.location.spacing
        return sum(
            0.5 * w * np.asarray(f(*(c[None] for c in self.location.shifted(half * x)), later))
            for x, w in zip(_NODES, _WEIGHTS, strict=True)
        )


def _array(name: str, value: Any, shape: tuple[int, ...]) -> RealField:
    if isinstance(value, numbers.Number):
        return np.full(shape, real(name, value))
    result: RealField = real_array(name, value, shape)
    return result


def callable_values(name: str, value: Any, shape: tuple[int, ...], t: float | None) -> RealField:
    """Check what a callable returned and broadcast it."""
    when = "" if t is None else f" at t = {t!r}"
    try:
        array = np.asarray(value)
    except ValueError:
        raise ValueError(
            f"Argument `{name}`, a callable, must return a rectangular array, "
            f"but returned {value!r}{when}."
        ) from None
    if array.dtype.kind not in "fiu":
        raise TypeError(
            f"Argument `{name}`, a callable, must return real numbers, "
            f"but returned dtype {array.dtype}{when}."
        )
    try:
        result = np.broadcast_to(array, shape).astype(np.float64)
    except ValueError:
        wanted = f"shape {shape} or one that broadcasts to it" if shape else "a number"
        raise ValueError(
            f"Argument `{name}`, a callable, must return {wanted}, "
            f"but returned shape {array.shape}{when}."
        ) from None
    if not np.isfinite(result).all():
        index = tuple(int(i) for i in np.argwhere(~np.isfinite(result))[0])
        raise NumericalError(
            f"Argument `{name}`, a callable, returned {result[index]!r} at index {index}{when}.",
            time=t,
        )
    return result


def envelope_value(name: str, envelope: Callable[[float], float], t: float) -> float:
    """Return envelope(t), checked to be one finite real number."""
    value = envelope(t)
    array = np.asarray(value)
    if array.shape != () or array.dtype.kind not in "fiu":
        raise TypeError(
            f"Argument `{name}`: the envelope of a Drive must return a real number, "
            f"but returned {value!r} at t = {t!r}."
        )
    if not np.isfinite(array):
        raise NumericalError(
            f"Argument `{name}`: the envelope of a Drive returned {value!r} at t = {t!r}.", time=t
        )
    return float(array)
