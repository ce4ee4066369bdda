"""The local laws of Fourier and Cattaneo, and the list of all laws."""

from __future__ import annotations

import dataclasses

import numpy as np

from heatgauge.arguments import RealField
from heatgauge.coefficients import require_medium
from heatgauge.dual_phase_lag import DualPhaseLag
from heatgauge.green_naghdi import GreenNaghdi
from heatgauge.grid import Grid
from heatgauge.guyer_krumhansl import GuyerKrumhansl
from heatgauge.law import Law
from heatgauge.medium import Medium
from heatgauge.two_fluid import TwoFluid


@dataclasses.dataclass(frozen=True)
class Fourier(Law):
    """Fourier's law q = −κ∇T: diffusion, C ∂ₜT = ∇·(κ∇T) + Q.

    In gauge form q = κE with E = −∇T and A = 0. Only the conductivity and the capacity of the
    medium enter; a relaxation time is ignored.

    Parameters
    ----------
    medium : Medium
        κ and C, uniform or one value per site, κ also per axis; or functions of T.

    Raises
    ------
    TypeError
        If ``medium`` is no :class:`Medium`.
    ValueError
        If it does not conduct somewhere.

    Examples
    --------
    >>> import heatgauge as hg
    >>> hg.Fourier(hg.Medium(conductivity=2.0, capacity=1.0)).medium.diffusivity
    2.0
    """

    medium: Medium

    flux_is_state = False

    def __post_init__(self) -> None:
        require_medium(self.medium)

    def inductance(self, grid: Grid) -> RealField:
        """Λ on the sites of ``grid``: zero."""
        return np.zeros(grid.shape)


@dataclasses.dataclass(frozen=True)
class Cattaneo(Law):
    """The Maxwell–Cattaneo–Vernotte law τ∂ₜq + q = −κ∇T: heat waves of speed v = √(κ/(Cτ)).

    In gauge form q = κE with E = −∇T − ∂ₜA, A = Λq and Λ = τ/κ; the energy balance is then the
    Lorenz condition ∇·A + v⁻²∂ₜT = ΛQ (uniform Λ). Where τ = 0 the law is Fourier's. Where Λ
    depends on T it is the gauge form that is solved: ∂ₜ(Λq) + q/κ = −∇T.

    Parameters
    ----------
    medium : Medium
        κ, C and τ, uniform or one value per site, κ also per axis; or functions of T. τ > 0
        somewhere.

    Raises
    ------
    TypeError
        If ``medium`` is no :class:`Medium`.
    ValueError
        If τ = 0 everywhere: that is :class:`Fourier`; if it does not conduct somewhere.

    Examples
    --------
    >>> import heatgauge as hg
    >>> law = hg.Cattaneo(hg.Medium(conductivity=1.0, capacity=1.0, relaxation=0.25))
    >>> law.medium.wave_speed
    2.0
    """

    medium: Medium

    def __post_init__(self) -> None:
        require_medium(self.medium)
        relaxation = self.medium.relaxation
        if not callable(relaxation) and not np.any(np.asarray(relaxation) > 0):
            raise ValueError(
                "Argument `medium` must have a relaxation time > 0 somewhere, but has none: "
                "without one the law is hg.Fourier."
            )


LAWS = (Fourier, Cattaneo, GuyerKrumhansl, DualPhaseLag, GreenNaghdi, TwoFluid)


def check_law(name: str, law: object) -> Law:
    """Return ``law`` if it is one that can be conducted; TypeError otherwise."""
    if not isinstance(law, LAWS):
        known = ", ".join(f"hg.{k.__name__}" for k in LAWS[:-1])
        raise TypeError(
            f"Argument `{name}` must be {known} or hg.{LAWS[-1].__name__}, but is {law!r}."
        )
    return law
