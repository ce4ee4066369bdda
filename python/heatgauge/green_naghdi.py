"""The laws of Green and Naghdi: heat driven by the gradient of the thermal displacement."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

from heatgauge import _core
from heatgauge.arguments import RealField
from heatgauge.coefficients import per_axis, require_constants, require_medium
from heatgauge.grid import Grid
from heatgauge.law import Law
from heatgauge.medium import Medium, coefficient


@dataclasses.dataclass(frozen=True, eq=False)
class GreenNaghdi(Law):
    """The law of Green and Naghdi q = −k*∇α − κ∇T, T = ∂ₜα.

    With κ = 0 (type II) heat moves in undamped waves of speed v = √(k*/C), E = 0 and A = Λq with
    Λ = 1/k*; with κ > 0 (type III) they are damped by a Fourier conductor beside the first:
    q = q₁ + q₂, q₁ = −κ∇T, ∂ₜq₂ = −k*∇T. Of ∫½(CδT² + q₂²/k*) it loses ∫κ|∇T|².

    Parameters
    ----------
    medium : Medium
        κ >= 0 and C, uniform or one value per site, κ also per axis; a relaxation time is ignored.
    stiffness : float, array (*grid.shape), or one of these per axis
        k* > 0. SI: W/(m·K·s).

    Raises
    ------
    TypeError
        If ``medium`` is no :class:`Medium`.
    ValueError
        If k* is not > 0; if coefficients depend on temperature.

    Notes
    -----
    The initial flux is −k*∇α₀ − κ∇T₀ with ``alpha0`` of :func:`conduct` (0 when it is left out),
    or ``q0``. Source: A. E. Green and P. M. Naghdi, J. Elasticity 31, 189 (1993); Proc. R. Soc.
    Lond. A 432, 171 (1991).

    Examples
    --------
    A standing wave returns after its period 2π/(vk):

    >>> import numpy as np
    >>> import heatgauge as hg
    >>> grid = hg.Grid([hg.Axis(0, 2 * np.pi, 64, "periodic")])
    >>> T0 = np.cos(grid.coordinates()[0])
    >>> law = hg.GreenNaghdi(hg.Medium(conductivity=0.0, capacity=1.0), stiffness=4.0)
    >>> flow = hg.conduct(law, grid, T0, [0, np.pi], dt=0.01)
    >>> bool(abs(flow.temperature[-1] - T0).max() < 1e-5)
    True
    """

    medium: Medium
    stiffness: Any

    def __post_init__(self) -> None:
        require_medium(self.medium, conducts=False)
        require_constants(self.medium, "GreenNaghdi")
        value = coefficient("stiffness", self.stiffness, positive=True)
        object.__setattr__(self, "stiffness", value)

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        same = np.array_equal(self.stiffness, other.stiffness)
        return bool(same and self.medium == other.medium)

    def __hash__(self) -> int:
        return hash((self.medium, np.asarray(self.stiffness).tobytes()))

    def inductance(self, grid: Grid) -> RealField:
        """Λ = 1/k* on the sites of ``grid``, for each axis where it differs: (d, *shape)."""
        value = per_axis("stiffness", self.stiffness, grid, "stiffness")
        if np.ndim(self.stiffness) in (0, grid.dimensions) and (
            np.shape(self.stiffness) in ((), grid.shape)
        ):
            value = value[0]
        return np.ascontiguousarray(1 / value)

    def circuit(self, grid: Grid) -> _core.FaceCircuit:
        """The branch of k* and the shunt of κ, for every face of ``grid``."""
        inductance, conductivity = self.inductance(grid), self.conductivity(grid)
        circuit = _core.FaceCircuit(grid.core, np.full(grid.shape, np.inf), inductance)
        if np.any(conductivity > 0):
            circuit.add_shunt(grid.core, conductivity)
        return circuit

    def smoothing(self, grid: Grid) -> RealField:
        """κ/C."""
        return np.asarray(self.conductivity(grid) / self.capacity(grid))

    def lifetime(self, grid: Grid) -> float:
        """Infinite: what damps the waves also smooths them."""
        return float("inf")
