"""The laws of heat conduction: how the heat flux follows from the heat field."""

from __future__ import annotations

import dataclasses

import numpy as np

from heatgauge import _core
from heatgauge.arguments import RealField
from heatgauge.grid import Grid
from heatgauge.medium import Medium


@dataclasses.dataclass(frozen=True)
class Fourier:
    """Fourier's law q = −κ∇T: diffusion, C ∂ₜT = ∇·(κ∇T) + Q.

    In gauge form q = κE with E = −∇T and A = 0. Only the conductivity and the capacity of the
    medium enter; a relaxation time is ignored.

    Parameters
    ----------
    medium : Medium
        κ and C, uniform or one value per site.

    Raises
    ------
    TypeError
        If ``medium`` is no :class:`Medium`.

    Examples
    --------
    >>> import heatgauge as hg
    >>> hg.Fourier(hg.Medium(conductivity=2.0, capacity=1.0)).medium.diffusivity
    2.0
    """

    medium: Medium

    def __post_init__(self) -> None:
        _require_medium(self.medium)

    def inductance(self, grid: Grid) -> RealField:
        """Λ on the sites of ``grid``: zero."""
        return np.zeros(grid.shape)

    def circuit(self, grid: Grid) -> _core.FaceCircuit:
        """Resistance and inductance of every face of ``grid``."""
        return _circuit(self.medium, grid, self.inductance(grid))


@dataclasses.dataclass(frozen=True)
class Cattaneo:
    """The Maxwell–Cattaneo–Vernotte law τ∂ₜq + q = −κ∇T: heat waves of speed v = √(κ/(Cτ)).

    In gauge form q = κE with E = −∇T − ∂ₜA, A = Λq and Λ = τ/κ; the energy balance is then the
    Lorenz condition ∇·A + v⁻²∂ₜT = ΛQ (uniform Λ). Where τ = 0 the law is Fourier's.

    Parameters
    ----------
    medium : Medium
        κ, C and τ, uniform or one value per site; τ > 0 somewhere.

    Raises
    ------
    TypeError
        If ``medium`` is no :class:`Medium`.
    ValueError
        If τ = 0 everywhere: that is :class:`Fourier`.

    Examples
    --------
    >>> import heatgauge as hg
    >>> law = hg.Cattaneo(hg.Medium(conductivity=1.0, capacity=1.0, relaxation=0.25))
    >>> law.medium.wave_speed
    2.0
    """

    medium: Medium

    def __post_init__(self) -> None:
        _require_medium(self.medium)
        if not np.any(np.asarray(self.medium.relaxation) > 0):
            raise ValueError(
                "Argument `medium` must have a relaxation time > 0 somewhere, but has none: "
                "without one the law is hg.Fourier."
            )

    def inductance(self, grid: Grid) -> RealField:
        """Λ = τ/κ on the sites of ``grid``."""
        return on_sites("inductance", self.medium.inductance, grid)

    def circuit(self, grid: Grid) -> _core.FaceCircuit:
        """Resistance and inductance of every face of ``grid``."""
        return _circuit(self.medium, grid, self.inductance(grid))


Law = Fourier | Cattaneo


def on_sites(name: str, value: float | RealField, grid: Grid) -> RealField:
    """Return a coefficient as an array on the sites; ValueError when its shape is another."""
    if np.shape(value) not in ((), grid.shape):
        raise ValueError(
            f"Argument `medium` must have coefficients of shape {grid.shape}, the sites of the "
            f"grid, but {name} has shape {np.shape(value)}."
        )
    array: RealField = np.ascontiguousarray(np.broadcast_to(value, grid.shape), dtype=np.float64)
    if not np.isfinite(array).all():
        raise ValueError(f"Argument `medium` must have a finite {name}, but it overflows.")
    return array


def check_law(name: str, law: object) -> Law:
    """Return ``law`` if it is one that can be conducted; TypeError otherwise."""
    if not isinstance(law, Fourier | Cattaneo):
        raise TypeError(f"Argument `{name}` must be hg.Fourier or hg.Cattaneo, but is {law!r}.")
    return law


def _require_medium(medium: object) -> None:
    if not isinstance(medium, Medium):
        raise TypeError(f"Argument `medium` must be an hg.Medium, but is {medium!r}.")


def _circuit(medium: Medium, grid: Grid, inductance: RealField) -> _core.FaceCircuit:
    conductivity = on_sites("conductivity", medium.conductivity, grid)
    return _core.FaceCircuit(grid.core, conductivity, inductance)
