"""Entropy production of a heat flow, by differences of its stored temperature and flux."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from heatgauge.arguments import RealField
from heatgauge.entropy_faces import EntropyFaces, middle
from heatgauge.quadratic_entropy import quadratic_production

if TYPE_CHECKING:
    from heatgauge.heat_flow import HeatFlow


def entropy_production(flow: HeatFlow, form: str) -> RealField:
    """Return σ at mid-times on sites, shape (nt − 1, *shape); see HeatFlow.entropy_production."""
    if form == "quadratic":
        return quadratic_production(flow)
    require_positive(flow, form)
    total = np.zeros((flow.times.size - 1, *flow.grid.shape))
    for axis in range(flow.grid.dimensions):
        faces = EntropyFaces(flow, axis)
        left, right = faces.ends
        density = faces.flux * faces.drop / (left * right)
        if form == "extended":
            # T² of what the inertia holds: that of the entropy −Λq²/2T² whose change it balances.
            growth = 0.5 * faces.rate(np.log(faces.product))
            inertia = middle(np.broadcast_to(faces.inertia, faces.product.shape))
            momentum = (inertia * growth + 0.5 * faces.inertia_rate) * faces.inertial
            density += faces.inertial * (momentum - faces.lag) / middle(faces.product)
        total += faces.to_sites(density / faces.spacing)
    return total


def require_positive(flow: HeatFlow, form: str) -> None:
    """ValueError where T <= 0 and the form divides by T."""
    if form == "quadratic":
        return
    for values in (flow.temperature, *flow.surface_temperature.values()):
        if not (values > 0).all():
            index = tuple(int(i) for i in np.argwhere(~(values > 0))[0])
            raise ValueError(
                f"Argument `form` must be 'quadratic' where T is not positive, but is {form!r} and "
                f"T = {values[index]!r} at {index}."
            )
