"""The entropy balance of a heat flow: change, flux, source and production on the grid."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

from heatgauge.arguments import RealField
from heatgauge.enthalpy import Enthalpy
from heatgauge.entropy_faces import EntropyFaces, middle
from heatgauge.entropy_production import entropy_production, require_positive
from heatgauge.medium import Medium
from heatgauge.quadratic_entropy import quadratic_flux

if TYPE_CHECKING:
    from heatgauge.heat_flow import HeatFlow


@dataclasses.dataclass(frozen=True, eq=False, repr=False)
class EntropyBalance:
    """∂ₜS + ∇·J = σ + source, each term on sites at mid-times, (nt − 1, *shape).

    Attributes
    ----------
    form : {"quadratic", "local", "extended"}
    times : array (nt − 1,)
        The middle of each output interval.
    change : array (nt − 1, *shape)
        ∂ₜS, by the difference of S at the two output times.
    flux : tuple of arrays (nt − 1, *face_shape), one per axis
        J, the surfaces included.
    divergence, source, production : arrays (nt − 1, *shape)
        ∇·J, what sources bring, and σ (that of :meth:`HeatFlow.entropy_production`).

    Examples
    --------
    >>> import numpy as np
    >>> import heatgauge as hg
    >>> grid = hg.Grid([hg.Axis(0, 1, 8)])
    >>> law = hg.Cattaneo(hg.Medium(1.0, 1.0, 0.1))
    >>> flow = hg.conduct(law, grid, np.arange(8.0), [0, 0.01, 0.02], dt=0.01, method="midpoint")
    >>> balance = flow.entropy_balance()
    >>> bool(abs(balance.defect).max() < 1e-12), bool((balance.production.sum(axis=1) > 0).all())
    (True, True)
    """

    form: str
    times: RealField
    change: RealField
    flux: tuple[RealField, ...]
    divergence: RealField
    source: RealField
    production: RealField

    def __repr__(self) -> str:
        count = f"{self.times.size} intervals of {self.change.shape[1:]}"
        worst = abs(self.defect).max(initial=0.0)
        return f"EntropyBalance({self.form}, {count}, largest defect {worst:.2g})"

    @property
    def defect(self) -> RealField:
        """∂ₜS + ∇·J − σ − source: rounding for "quadratic" and midpoint steps, or the scheme's."""
        return self.change + self.divergence - self.source - self.production


def entropy_balance(flow: HeatFlow, form: str, reference: float) -> EntropyBalance:
    """Return all terms of the balance; see HeatFlow.entropy_balance."""
    require_positive(flow, form)
    axes = [EntropyFaces(flow, k) for k in range(flow.grid.dimensions)]
    flux = entropy_flux(flow, form, reference)
    divergence = sum(faces.divergence(J) for faces, J in zip(axes, flux, strict=True))
    T = middle(flow.temperature)
    heat = np.zeros_like(T) if flow.source is None else flow.source
    return EntropyBalance(
        form=form,
        times=middle(flow.times),
        change=np.asarray(axes[0].rate(entropy_density(flow, form, reference))),
        flux=flux,
        divergence=np.asarray(divergence),
        source=-(T - reference) * heat if form == "quadratic" else heat / T,
        production=entropy_production(flow, form),
    )


def entropy_density(flow: HeatFlow, form: str, reference: float) -> RealField:
    """Return S on sites at the output times, (nt, *shape); see HeatFlow.entropy_density."""
    require_positive(flow, form)
    if form == "quadratic":
        require_constant(flow)
        capacity = flow.law.capacity(flow.grid)
        total: RealField = -0.5 * capacity * (flow.temperature - reference) ** 2
    else:
        total = _equilibrium(flow, reference)
    if form == "local":
        return total
    for axis in range(flow.grid.dimensions):
        faces = EntropyFaces(flow, axis)
        kinetic = 0.5 * faces.inertia * faces.stored_inertial**2 / faces.spacing
        if form == "extended":
            kinetic /= faces.product
        total = total - faces.to_sites(kinetic)
    return total


def entropy_flux(flow: HeatFlow, form: str, reference: float) -> tuple[RealField, ...]:
    """Return J on faces at mid-times, (nt − 1, *face_shape); see HeatFlow.entropy_flux."""
    if form == "quadratic":
        require_constant(flow)
        return quadratic_flux(flow, reference)
    require_positive(flow, form)
    axes = (EntropyFaces(flow, k) for k in range(flow.grid.dimensions))
    # 1/T of a face is the mean of 1/T at its ends: with −∇(1/T) as their difference, the balance
    # of heat gives that of entropy on the grid without any error in space.
    return tuple(f.flux * f.on_faces(1 / f.ends[0], 1 / f.ends[1]) for f in axes)


def require_constant(flow: HeatFlow) -> None:
    """ValueError where the coefficients depend on temperature."""
    if flow.law.medium.depends_on_temperature:
        raise ValueError(
            "Argument `form` must be 'local' or 'extended' where coefficients depend on "
            "temperature, but is 'quadratic': that is the form of the linear theory."
        )


def _equilibrium(flow: HeatFlow, reference: float) -> RealField:
    """∫C dT/T from the reference."""
    capacity = flow.law.medium.capacity
    if not callable(capacity):
        result: RealField = flow.law.capacity(flow.grid) * np.log(flow.temperature / reference)
        return result
    entropy = Enthalpy(Medium(1.0, lambda T: capacity(T) / T), flow.temperature[0])
    return entropy(flow.temperature) - entropy(np.array([reference]))
