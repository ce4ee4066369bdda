"""Potentials together with the thermal displacement α: temperature and flux in any gauge."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from heatgauge.arguments import RealField, real, real_array
from heatgauge.constants import k_B
from heatgauge.fields import Field, Location, Sampled
from heatgauge.gauge_fixing import fix
from heatgauge.gauge_function import GaugeFunction
from heatgauge.heat_flow import HeatFlow
from heatgauge.potentials import HeatPotentials, differences, gauge_of


class DisplacedPotentials:
    """V, A and the thermal displacement α, which give back T = V + ∂ₜα and q = (A − ∇α)/Λ.

    α [K·s] is the phase of heat: under a gauge change V → V − ∂ₜχ, A → A + ∇χ, α → α + χ, so that
    T and q never change. In the thermal gauge α = 0. :func:`displaced` makes one from a heat flow.

    Parameters
    ----------
    potentials : HeatPotentials
    inductance : float, array on sites, or sequence of arrays on links, one per axis
        Λ [K·m·s/W] > 0. A link takes the mean of its two sites, as a heat flow does.
    displacement : array on sites, callable ``alpha(*coordinates, t)`` or GaugeFunction, optional
        α; None: 0.

    Examples
    --------
    >>> import heatgauge as hg
    >>> pots = hg.HeatPotentials(hg.Grid([hg.Axis(0, 1, 3)]), 300.0, [0.2])
    >>> heat = hg.gauge.DisplacedPotentials(pots, inductance=0.1)
    >>> moved = heat.transform(lambda x, t: 50 * t + 3 * x)
    >>> moved.potentials.at(1.0)[0], moved.temperature(1.0), moved.flux(1.0)[0].round(12)
    (array([250., 250., 250.]), array([300., 300., 300.]), array([2., 2.]))
    """

    def __init__(
        self, potentials: HeatPotentials, inductance: Any, displacement: Any = None
    ) -> None:
        if not isinstance(potentials, HeatPotentials):
            raise TypeError(
                f"Argument `potentials` must be hg.HeatPotentials, but is {potentials!r}."
            )
        self.potentials = potentials
        self._inductance = _on_links(potentials, inductance)
        self._parts: tuple[Field | GaugeFunction, ...] = ()
        if displacement is not None:
            self._parts = (self._part(displacement),)

    def transform(self, chi: Any) -> DisplacedPotentials:
        """Return all three after the gauge change by χ (array, callable or GaugeFunction)."""
        result = DisplacedPotentials.__new__(DisplacedPotentials)
        result.potentials = self.potentials.transform(chi)
        result._inductance = self._inductance
        result._parts = (*self._parts, self._part(chi))
        return result

    def fix(
        self, condition: str, times: Any = None, speed: Any = None, axis: Any = None
    ) -> tuple[DisplacedPotentials, GaugeFunction]:
        """Return all three in a gauge, and χ; see :func:`heatgauge.gauge.fix`."""
        chi = fix(self.potentials, condition, times, speed, axis)[1]
        return self.transform(chi), chi

    def displacement(self, t: float) -> RealField:
        """Return α on sites [K·s]."""
        return sum((part.at(t) for part in self._parts), np.zeros(self.potentials.grid.shape))

    def temperature(self, t: float) -> RealField:
        """Return T = V + ∂ₜα on sites [K]."""
        return sum((part.rate(t) for part in self._parts), self.potentials.at(t)[0])

    def temperature_integral(self, t0: float, t1: float) -> RealField:
        """Return ∫T dt = ∫V dt + α(t1) − α(t0) on sites [K·s]: exact, without derivatives."""
        return self.potentials.temporal(t0, t1) + self.displacement(t1) - self.displacement(t0)

    def momentum(self, t: float) -> tuple[RealField, ...]:
        """Return A − ∇α on the links of each axis [K·s/m], means along the links."""
        grid = self.potentials.grid
        alpha = self.displacement(t)
        return tuple(
            (link - differences(grid, a, alpha)) / grid.spacing[a]
            for a, link in enumerate(self.potentials.links(t))
        )

    def inductance_at(self, t: float) -> tuple[RealField, ...]:
        """Return Λ on the links of each axis; it varies in time where it depends on temperature."""
        return tuple(L.at(t) if isinstance(L, Sampled) else L for L in self._inductance)

    def flux(self, t: float) -> tuple[RealField, ...]:
        """Return q = (A − ∇α)/Λ on the links of each axis [W/m²].

        Raises
        ------
        ValueError
            Where Λ = 0: Fourier's flux is no momentum, and potentials do not hold it.
        """
        inductance = self.inductance_at(t)
        for a, values in enumerate(inductance):
            if not (values > 0).all():
                raise ValueError(
                    f"Argument `inductance` must be > 0 on all links for a flux, but is "
                    f"{float(values.min())!r} on axis {a}: Fourier's law keeps no momentum."
                )
        return tuple(p / L for p, L in zip(self.momentum(t), inductance, strict=True))

    def _part(self, chi: Any) -> Field | GaugeFunction:
        grid = self.potentials.grid
        part = gauge_of(grid, chi)
        if part is not None:
            return part
        return Field("chi", real_array("chi", chi, grid.shape), Location.sites(grid))

    def __repr__(self) -> str:
        return f"DisplacedPotentials({self.potentials!r})"


def displaced(flow: HeatFlow, charge: Any = k_B, reference: Any = 0.0) -> DisplacedPotentials:
    """Return the potentials of a heat flow in the thermal gauge, with Λ and α to change gauge by.

    V = T − reference and A = Λq; α = reference·t, the gauge change that took the reference out.

    Parameters
    ----------
    flow : HeatFlow
    charge, reference : float
        As for :meth:`HeatFlow.potentials`.

    Examples
    --------
    >>> import numpy as np
    >>> import heatgauge as hg
    >>> grid = hg.Grid([hg.Axis(0, 1, 4, "periodic")])
    >>> law = hg.Cattaneo(hg.Medium(1.0, 1.0, 0.5))
    >>> flow = hg.conduct(law, grid, np.array([3.0, 2, 1, 2]), [0, 0.1, 0.2], dt=0.1)
    >>> heat, chi = hg.gauge.displaced(flow, reference=1.0).fix("temporal")
    >>> bool(abs(heat.potentials.at(0.1)[0]).max() < 1e-15)
    True
    >>> bool(abs(heat.temperature(0.1) - flow.temperature[1]).max() < 1e-15)
    True
    """
    if not isinstance(flow, HeatFlow):
        raise TypeError(f"Argument `flow` must be an hg.HeatFlow, but is {flow!r}.")
    origin = real("reference", reference)
    shape = flow.grid.shape
    inductance = [_link_inductance(flow, a) for a in range(flow.grid.dimensions)]
    alpha = GaugeFunction(
        flow.grid, lambda t: np.full(shape, origin * t), lambda t: np.full(shape, origin)
    )
    return DisplacedPotentials(flow.potentials(charge, origin), inductance, alpha)


def _link_inductance(flow: HeatFlow, axis: int) -> Any:
    """Λ on links: an array, or samples in time where it depends on temperature."""
    values = flow.face_inductance(axis) / flow.grid.spacing[axis]
    k = axis + values.ndim - flow.grid.dimensions
    if not flow.grid.axes[axis].periodic:
        values = np.take(values, range(1, flow.grid.axes[axis].points), axis=k)
    return values if k == axis else Sampled(flow.times, values)


def _on_links(potentials: HeatPotentials, inductance: Any) -> tuple[RealField | Sampled, ...]:
    grid = potentials.grid
    if isinstance(inductance, Sequence):
        if len(inductance) != grid.dimensions:
            raise ValueError(
                f"Argument `inductance` must hold {grid.dimensions} arrays, one per axis, "
                f"but holds {len(inductance)}."
            )
        return tuple(
            values
            if isinstance(values, Sampled)
            else real_array(f"inductance[{a}]", values, grid.link_shape(a))
            for a, values in enumerate(inductance)
        )
    if np.ndim(inductance) == 0:
        value = real("inductance", inductance, least=0.0)
        return tuple(np.full(grid.link_shape(a), value) for a in range(grid.dimensions))
    sites = real_array("inductance", inductance, grid.shape)
    return tuple(
        np.take(sites, np.arange(axis.links), axis=a) + 0.5 * differences(grid, a, sites)
        for a, axis in enumerate(grid.axes)
    )
