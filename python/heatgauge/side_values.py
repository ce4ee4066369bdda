"""Boundary values made ready: constant, uniform in space, or a field on the faces of a side."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

from heatgauge.arguments import RealField, real, real_array
from heatgauge.boundaries import Boundary, Flux, Insulated, Robin, Temperature
from heatgauge.errors import NumericalError
from heatgauge.fields import callable_values
from heatgauge.grid import Grid

_AXES = "xyz"


class SideValues:
    """The values v of one side: ``at(t)`` gives a float or an array over the faces of the side."""

    def __init__(self, name: str, value: Any, grid: Grid, axis: int, end: int, t0: float) -> None:
        self.name = name
        self.shape = tuple(n for k, n in enumerate(grid.shape) if k != axis)
        self.constant: float | RealField | None = None
        self.uniform = True
        self._call: Callable[[float], Any] = value
        if not callable(value):
            self.constant = _constant(name, value, self.shape)
            self.uniform = isinstance(self.constant, float)
            return
        coordinates = list(grid.coordinates())
        position = grid.axes[axis].upper if end else grid.axes[axis].lower
        coordinates[axis] = np.full((1,) * grid.dimensions, position)
        full = [np.squeeze(x, axis=axis) for x in coordinates]
        arguments = {1: [], len(full): full[:axis] + full[axis + 1 :], len(full) + 1: full}
        count = _arity(name, value, sorted(arguments), arguments, t0)
        self.uniform = count == 1
        chosen = arguments[count]
        self._call = lambda t: value(*chosen, t)

    def at(self, t: float) -> float | RealField:
        """Return the values at ``t``, checked: NumericalError where they are not finite."""
        if self.constant is not None:
            return self.constant
        values = callable_values(self.name, self._call(t), () if self.uniform else self.shape, t)
        return float(values) if self.uniform else values


class Side:
    """One outer side of the body: which kind of boundary it is, and its values."""

    def __init__(
        self, name: str, boundary: Boundary, grid: Grid, axis: int, end: int, t0: float
    ) -> None:
        self.axis, self.end = axis, end
        self.boundary = boundary
        self.prescribed = isinstance(boundary, Flux | Insulated)
        self.surface_resistance: RealField | None = None
        value: Any = 0.0
        if isinstance(boundary, Temperature | Flux):
            value, label = boundary.value, f"{name}.value"
        elif isinstance(boundary, Robin):
            value, label = boundary.ambient, f"{name}.ambient"
            self.surface_resistance = _surface_resistance(
                f"{name}.coefficient", boundary.coefficient, grid, axis
            )
        else:
            label = name
        self.values = SideValues(label, value, grid, axis, end, t0)

    def surface_temperature(self, t: float, flux: RealField) -> RealField | None:
        """T on the outer faces, from the boundary and the flux along +axis; None where unknown."""
        if self.prescribed:
            return None
        surface: RealField = np.broadcast_to(self.values.at(t), self.values.shape).astype(float)
        if self.surface_resistance is None:
            return surface
        inward = np.take(flux, -1 if self.end else 0, axis=self.axis) * (-1 if self.end else 1)
        surface -= self.surface_resistance * inward
        return surface


def sides_of(boundary: Any, grid: Grid, t0: float) -> tuple[Side, ...]:
    """Return the sides of all wall axes; names "x-", "x+", "y-", … as in :func:`conduct`."""
    names = {
        f"{_AXES[k]}{sign}": (k, end)
        for k in range(grid.dimensions)
        for end, sign in enumerate("-+")
    }
    given = {} if boundary is None else boundary
    if not isinstance(given, dict):
        raise TypeError(
            f"Argument `boundary` must be a dict of sides, such as {{'x-': hg.Temperature(1.0)}}, "
            f"but is {boundary!r}."
        )
    for key, value in given.items():
        if key not in names:
            raise ValueError(
                f"Argument `boundary` must have keys among {', '.join(names)}, but has {key!r}."
            )
        if not isinstance(value, Temperature | Flux | Insulated | Robin):
            raise TypeError(
                f"Argument `boundary[{key!r}]` must be hg.Temperature, hg.Flux, hg.Insulated or "
                f"hg.Robin, but is {value!r}."
            )
        if grid.axes[names[key][0]].periodic:
            raise ValueError(
                f"Argument `boundary` must leave out {key!r}, because that axis is periodic."
            )
    return tuple(
        Side(f"boundary[{key!r}]", given.get(key, Insulated()), grid, axis, end, t0)
        for key, (axis, end) in names.items()
        if not grid.axes[axis].periodic
    )


def _constant(name: str, value: Any, shape: tuple[int, ...]) -> float | RealField:
    if isinstance(value, np.ndarray | list | tuple) and shape != ():
        array: RealField = real_array(name, value, shape)
        return array
    return real(name, value)


def _surface_resistance(name: str, coefficient: Any, grid: Grid, axis: int) -> RealField:
    shape = tuple(n for k, n in enumerate(grid.shape) if k != axis)
    value = np.asarray(_constant(name, coefficient, shape))
    with np.errstate(divide="ignore", over="ignore"):
        resistance = np.broadcast_to(1.0 / value, shape).astype(float)
    if not ((value > 0).all() and np.isfinite(resistance).all()):
        raise ValueError(
            f"Argument `{name}` must be > 0 (0 is hg.Insulated()), but is {coefficient!r}."
        )
    return resistance


def _arity(
    name: str,
    function: Callable[..., Any],
    allowed: list[int],
    arguments: dict[int, list[Any]],
    t0: float,
) -> int:
    """How many positional arguments to pass: read from the signature, or found by trying at t0."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        parameters = None  # builtins without a signature
    if parameters is not None:
        kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
        positional = [p for p in parameters if p.kind in kinds]
        required = sum(p.default is p.empty for p in positional)
        variadic = any(p.kind is p.VAR_POSITIONAL for p in parameters)
        for count in allowed:  # defaults stay untouched where they can
            if required == count:
                return count
        for count in allowed:
            if required < count and (variadic or count <= len(positional)):
                return count if not variadic else allowed[-1]
        tried = f"its signature takes {required} to {len(positional)} positional arguments"
    else:
        for count in allowed:
            try:
                function(*arguments[count], t0)
            except TypeError:
                continue
            return count
        tried = f"calls with {', '.join(map(str, allowed))} arguments raised TypeError"
    raise TypeError(
        f"Argument `{name}`, a callable, must be f(t) or f(*face coordinates, t), that is take "
        f"{' or '.join(map(str, allowed))} positional arguments, but {tried}."
    )


def values_at_each(f: Callable[[float], Any], at: RealField, step: int, stages: int) -> RealField:
    """Values of ``f`` at each stage time; a failure is told the step it belongs to."""
    rows = []
    for k, t in enumerate(at):
        try:
            rows.append(f(float(t)))
        except NumericalError as error:
            where = step + k // stages
            raise NumericalError(
                f"{str(error).rstrip('.')} (step {where}).", where, error.residual, float(t)
            ) from None
    return np.array(rows)


def flat(values: Any) -> RealField:
    """One C-contiguous line, as the core reads it."""
    array: RealField = np.ascontiguousarray(values, dtype=np.float64).reshape(-1)
    return array
