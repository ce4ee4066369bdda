"""The law of Guyer and Krumhansl: heat that flows like a viscous fluid."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

from heatgauge.arguments import RealField, choice
from heatgauge.coefficients import on_sites, require_constants, require_medium
from heatgauge.grid import Grid
from heatgauge.law import Law
from heatgauge.medium import Medium


@dataclasses.dataclass(frozen=True)
class GuyerKrumhansl(Law):
    """The law of Guyer and Krumhansl τ∂ₜq + q = −κ∇T + ℓ²(∇²q + 2∇(∇·q)).

    In gauge form q = κE + ℓ²(∇²q + 2∇(∇·q)) with E = −∇T − ∂ₜ(Λq), Λ = τ/κ. In one dimension the
    last term is K∂ₓₓq with K = 3ℓ²: K = 0 is :class:`Cattaneo`, and K = Dτ has Fourier's
    temperature when also q₀ = −κ∇T₀ and ∇Q = 0. The curl obeys τ∂ₜ(∇×q) + ∇×q = ℓ²∇²(∇×q). τ = 0
    is allowed: q then follows T at once, at a distance.

    Where ℓ²/κ = μ varies from place to place the term stands for κ[3∇(μ∇·q) − ∇×(μ∇×q)], the form
    that loses ∫μ[3(∇·q)² + |∇×q|²] >= 0 of ∫½(CδT² + Λq²) whatever μ(x); for uniform μ they are the
    same.

    Walls: with ``tangential="slip"`` they exert no drag on the flux along them, (∇×q) × n = 0;
    with "no-slip" they hold it at zero. The flux across a wall needs no condition but the one on T
    or q, since T there fixes ∇·q = Q − C∂ₜT.

    Parameters
    ----------
    medium : Medium
        κ, C, τ and ℓ, uniform or one value per site.
    tangential : {"slip", "no-slip"}

    Raises
    ------
    TypeError
        If ``medium`` is no :class:`Medium`.
    ValueError
        If ℓ = 0 everywhere: that is :class:`Cattaneo`; if coefficients depend on temperature; if
        the medium does not conduct somewhere. On a grid, if the conductivity differs by axis.

    Notes
    -----
    Source: R. A. Guyer and J. A. Krumhansl, Phys. Rev. 148, 766 (1966). Second order in space.

    In two and three dimensions the fluxes of all faces are coupled. They are found by conjugate
    residuals, preconditioned by scalar diffusion problems for ∇·q and for each component: a handful
    of iterations at any grid and step where the coefficients are smooth, some hundred where κ jumps
    by 10³. A step costs 1 to 1.5 times a solve with stored factors of the same system at 256² and
    512², its set-up less than a tenth of factoring it; 128³ takes 3 GB.

    Examples
    --------
    A flux through a channel a few ℓ wide, slowed down by its walls (Poiseuille flow):

    >>> import numpy as np
    >>> import heatgauge as hg
    >>> grid = hg.Grid([hg.Axis(0, 1, 4), hg.Axis(-1, 1, 64)])
    >>> law = hg.GuyerKrumhansl(hg.Medium(1.0, 1.0, 0.1, 0.5), tangential="no-slip")
    >>> x, y = grid.coordinates()
    >>> sides = {"x-": hg.Temperature(1.0), "x+": hg.Temperature(0.0)}
    >>> flow = hg.conduct(law, grid, 1 - x + 0 * y, [0, 20], boundary=sides, dt=0.1)
    >>> profile = 1 - np.cosh(y[0] / 0.5) / np.cosh(1 / 0.5)
    >>> bool(abs(flow.flux[0][-1, 2] - profile).max() < 2e-3)
    True
    """

    medium: Medium
    tangential: Any = "slip"

    def __post_init__(self) -> None:
        require_medium(self.medium)
        choice("tangential", self.tangential, ("slip", "no-slip"))
        require_constants(self.medium, "GuyerKrumhansl")
        if not np.any(np.asarray(self.medium.nonlocal_length) > 0):
            raise ValueError(
                "Argument `medium` must have a nonlocal length > 0 somewhere, but has none: "
                "without one the law is hg.Cattaneo."
            )

    @property
    def no_slip(self) -> bool:  # type: ignore[override]
        """Whether walls hold the flux along them at zero."""
        return bool(self.tangential == "no-slip")

    def conductivity(self, grid: Grid) -> RealField:
        """κ on the sites of ``grid``."""
        return on_sites("conductivity", self.medium.conductivity, grid)

    def nonlocality(self, grid: Grid) -> RealField:
        """μ = ℓ²/κ on the sites of ``grid``."""
        length = on_sites("nonlocal_length", self.medium.nonlocal_length, grid)
        return np.ascontiguousarray(length**2 / self.conductivity(grid))

    def smoothing(self, grid: Grid) -> RealField:
        """3ℓ²/τ, infinite where τ = 0."""
        relaxation = on_sites("relaxation", self.medium.relaxation, grid)
        with np.errstate(divide="ignore", invalid="ignore"):
            value = 3 * on_sites("nonlocal_length", self.medium.nonlocal_length, grid) ** 2
            return np.where(relaxation > 0, value / relaxation, np.inf)
