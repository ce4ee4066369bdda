"""Second sound in superfluid helium, from the record of He II."""

from __future__ import annotations

import dataclasses
import functools

import numpy as np

from heatgauge import _core
from heatgauge.arguments import RealField, real
from heatgauge.grid import Grid
from heatgauge.law import Law
from heatgauge.medium import Medium


@dataclasses.dataclass(frozen=True)
class TwoFluid(Law):
    """Linear two-fluid hydrodynamics of He II: ∂ₜq = −(ρ_s/ρ_n)ρs²T ∇T − (mutual friction) q.

    Counterflow at uniform pressure; with C = ρc second sound has the speed u₂ = √((ρ_s/ρ_n)s²T/c).
    The coefficients are those of ``hg.materials["He II"]`` at one temperature: the law holds for
    small deviations from it. It is a law of Green and Naghdi's type II, with Λ = 1/k*,
    k* = (ρ_s/ρ_n)ρs²T; A = Λq is then −v_s/s, a pure gauge with E = 0.

    Parameters
    ----------
    temperature : float
        About which the helium deviates. SI: K; within the record's table, 1.0 to 2.15 K. The speed
        is within 1 % of the measured one from 1.6 K, 3 to 5 % off at 1.0 to 1.4 K.
    mutual_friction : float
        Rate at which the counterflow decays, linear: B Ω in helium that rotates with Ω, across its
        axis (H. E. Hall and W. F. Vinen, Proc. R. Soc. Lond. A 238, 204 (1956)). SI: 1/s.

    Raises
    ------
    MissingData
        Outside the record's table.

    Notes
    -----
    Source: L. D. Landau, J. Phys. USSR 5, 71 (1941); R. J. Donnelly and C. F. Barenghi, J. Phys.
    Chem. Ref. Data 27, 1217 (1998).

    Examples
    --------
    >>> import heatgauge as hg
    >>> helium = hg.TwoFluid(temperature=1.8)
    >>> print(f"{helium.speed:.2f} m/s")
    19.74 m/s
    >>> print(hg.materials["He II"].at(temperature=1.8).second_sound_measured)
    19.900 ± 0.056 m/s [verified]
    """

    temperature: float
    mutual_friction: float = 0.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "temperature", real("temperature", self.temperature, above=0.0))
        friction = real("mutual_friction", self.mutual_friction, least=0.0)
        object.__setattr__(self, "mutual_friction", friction)
        _coefficients(self.temperature)

    @property
    def stiffness(self) -> float:
        """k* = 1/Λ = (ρ_s/ρ_n)ρs²T. SI: W/(m·K·s)."""
        return _coefficients(self.temperature)[0]

    @property
    def speed(self) -> float:
        """u₂ = √(k*/C), the speed of second sound. SI: m/s."""
        stiffness, capacity = _coefficients(self.temperature)
        return float(np.sqrt(stiffness / capacity))

    @property
    def medium(self) -> Medium:  # type: ignore[override]
        """C = ρc, and with friction τ = 1/rate and κ = k*τ."""
        stiffness, capacity = _coefficients(self.temperature)
        if self.mutual_friction == 0:
            return Medium(0.0, capacity)
        return Medium(stiffness / self.mutual_friction, capacity, 1 / self.mutual_friction)

    def inductance(self, grid: Grid) -> RealField:
        """Λ = 1/k* on the sites of ``grid``."""
        return np.full(grid.shape, 1 / self.stiffness)

    def circuit(self, grid: Grid) -> _core.FaceCircuit:
        """Inductance of every face of ``grid``, and the resistance of mutual friction."""
        with np.errstate(divide="ignore"):
            conductivity = np.divide(self.stiffness, self.mutual_friction)
        return _core.FaceCircuit(
            grid.core, np.full(grid.shape, conductivity), self.inductance(grid)
        )

    def lifetime(self, grid: Grid) -> float:
        """1/rate of mutual friction."""
        return float(np.inf if self.mutual_friction == 0 else 1 / self.mutual_friction)


@functools.cache
def _coefficients(temperature: float) -> tuple[float, float]:
    """k* and ρc of the record."""
    from heatgauge.records.catalogue import materials

    helium = materials["He II"].at(temperature=temperature)
    capacity = helium.density.value * helium.specific_heat.value
    ratio, entropy = helium.fluid_ratio.value, helium.entropy.value
    return ratio * helium.density.value * entropy**2 * temperature, capacity
