"""Coefficients of a medium laid out on the sites of a grid."""

from __future__ import annotations

from typing import Any

import numpy as np

from heatgauge.arguments import RealField
from heatgauge.grid import Grid
from heatgauge.medium import Medium


def on_sites(name: str, value: Any, grid: Grid, argument: str = "medium") -> RealField:
    """Return a coefficient as an array on the sites; ValueError when its shape is another."""
    if np.shape(value) not in ((), grid.shape):
        raise ValueError(
            f"Argument `{argument}` must have coefficients of shape {grid.shape}, the sites of the "
            f"grid, but {name} has shape {np.shape(value)}."
        )
    return _laid_out(name, value, grid.shape, argument)


def per_axis(name: str, value: Any, grid: Grid, argument: str = "medium") -> RealField:
    """Return a coefficient as an array (d, *shape): it may have one value per axis."""
    d, shape = grid.dimensions, np.shape(value)
    whole = (d, *grid.shape)
    if shape == (d,) and (d > 1 or grid.shape != (1,)):
        value = np.reshape(value, (d,) + (1,) * d)
    elif shape not in ((), grid.shape, whole):
        raise ValueError(
            f"Argument `{argument}` must have coefficients of shape {grid.shape}, the sites of the "
            f"grid, or one per axis, {(d,)} or {whole}, but {name} has shape {shape}."
        )
    return _laid_out(name, value, whole, argument)


def require_medium(medium: object, *, conducts: bool = True) -> None:
    """TypeError unless ``medium`` is one; ValueError where it does not conduct but has to."""
    if not isinstance(medium, Medium):
        raise TypeError(f"Argument `medium` must be an hg.Medium, but is {medium!r}.")
    parts = (
        medium.conductivity if isinstance(medium.conductivity, tuple) else (medium.conductivity,)
    )
    if conducts and not all(callable(p) or (np.asarray(p) > 0).all() for p in parts):
        raise ValueError(
            "Argument `medium` must have a conductivity > 0, but it is 0 somewhere: only "
            "hg.GreenNaghdi conducts without one."
        )


def require_constants(medium: Medium, law: str) -> None:
    """ValueError where a coefficient of a linear law depends on temperature."""
    if medium.depends_on_temperature:
        raise ValueError(
            "Argument `medium` must have coefficients that do not depend on temperature for "
            f"hg.{law}, but is {medium!r}."
        )


def _laid_out(name: str, value: Any, shape: tuple[int, ...], argument: str) -> RealField:
    array: RealField = np.ascontiguousarray(np.broadcast_to(value, shape), dtype=np.float64)
    if not np.isfinite(array).all():
        raise ValueError(f"Argument `{argument}` must have a finite {name}, but it overflows.")
    return array
