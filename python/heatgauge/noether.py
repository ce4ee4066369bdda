"""The Noether identity of heat: how the action changes under a gauge, and what σ makes of it."""

from __future__ import annotations

from typing import Any

import numpy as np

from heatgauge.arguments import RealField, choice, real_array
from heatgauge.evolution import Evolution
from heatgauge.fields import callable_values
from heatgauge.gauge_function import GaugeFunction
from heatgauge.heat_flow import HeatFlow
from heatgauge.noether_evolution import evolution_defect


def noether_defect(
    flow: HeatFlow | Evolution, chi: Any, form: str = "local"
) -> tuple[float, float]:
    """Return δW of W = ∫∫(J·A − SV) dV dt under a gauge change by χ, from two sides.

    The first is the change of the action, from T and q alone,

        δW = ∫∫ (J·∇χ + S ∂ₜχ) dV dt,

    the second follows from the entropy production and the boundary of space and time,

        δW = −∫∫ χ (σ + Q/T) dV dt + [∫χS dV] + ∫∮ χ J·n dA dt.

    Hence gauge symmetry holds for every χ that vanishes on the boundary if and only if the process
    is isentropic, and σ measures the violation. The two sides share no function: S and J stand in
    the action, differences of T and q across faces in σ. They agree to second order in the spacing
    and the distance of the output times.

    Parameters
    ----------
    flow : HeatFlow or Evolution
        A flow with T > 0. Of an evolution with the record "entropy" (:func:`heatgauge.dephase`,
        :func:`heatgauge.haken_strobl`) the whole carrier counts, S = −k_B Tr ρ ln ρ.
    chi : callable ``chi(*coordinates, t)``, GaugeFunction, array on sites, or (nt, *shape)
        The gauge function [K·s]; arrays of the second kind hold it at the times of the flow. Known
        on sites only, it is continued linearly to the outer faces. For an evolution ``chi(t)``.
    form : {"local", "extended"}
        Entropy S = C ln T, or that less Λq²/(2T²).

    Returns
    -------
    action, balance : float
        SI: J·s.

    Raises
    ------
    ValueError, TypeError
        For T <= 0, another form, a χ of a wrong shape.

    Examples
    --------
    >>> import numpy as np
    >>> import heatgauge as hg
    >>> grid = hg.Grid([hg.Axis(0, 1, 40)])
    >>> law = hg.Fourier(hg.Medium(1.0, 1.0))
    >>> start = 2 + np.cos(np.pi * grid.coordinates()[0])
    >>> flow = hg.conduct(law, grid, start, np.linspace(0, 0.1, 41), dt=0.0025)
    >>> bump = lambda x, t: np.sin(np.pi * x) ** 2 * np.sin(10 * np.pi * t)  # 0 on the boundary
    >>> action, balance = hg.gauge.noether_defect(flow, bump)
    >>> bool(abs(action / balance - 1) < 2e-3), balance < 0            # −∫∫χσ
    (True, True)
    """
    with np.errstate(over="ignore", invalid="ignore"):  # what overflows is refused right below
        sides = _sides(flow, chi, form)
    if not np.isfinite(sides).all():
        raise ValueError(
            "Argument `chi` must leave the action finite, but is so large that it overflows: "
            f"the sides are {sides}."
        )
    return sides


def _sides(flow: HeatFlow | Evolution, chi: Any, form: str) -> tuple[float, float]:
    if isinstance(flow, Evolution):
        return evolution_defect(flow, chi)
    if not isinstance(flow, HeatFlow):
        raise TypeError(f"Argument `flow` must be an hg.HeatFlow or hg.Evolution, but is {flow!r}.")
    choice("form", form, ("local", "extended"))
    sigma = flow.entropy_production(form)
    values = _GaugeValues(flow, chi)
    return _action(flow, values, form), _balance(flow, values, form, sigma)


class _GaugeValues:
    """χ at the output times: on sites, and on the outer faces."""

    def __init__(self, flow: HeatFlow, chi: Any) -> None:
        self._flow, self._chi = flow, chi
        grid = flow.grid
        if callable(chi):
            self.sites = self._called(grid.coordinates(), grid.shape)
        elif np.shape(chi) == grid.shape:
            static = real_array("chi", chi, grid.shape)
            self.sites = np.broadcast_to(static, flow.temperature.shape)
        else:
            self.sites = real_array("chi", chi, flow.temperature.shape)

    def side(self, axis: int, end: int) -> RealField:
        """χ on an outer side, with the axis kept, (nt, *face_shape with 1 along axis)."""
        grid, k = self._flow.grid, axis + 1
        if callable(self._chi) and not isinstance(self._chi, GaugeFunction):
            coordinates = list(grid.coordinates())
            line = grid.axes[axis]
            place = line.upper if end else line.lower
            coordinates[axis] = np.full((1,) * grid.dimensions, place)
            shape = tuple(1 if j == axis else n for j, n in enumerate(grid.shape))
            return self._called(tuple(coordinates), shape)
        return _continued(self.sites, k, end)

    def _called(self, coordinates: tuple[RealField, ...], shape: tuple[int, ...]) -> RealField:
        rows = []
        for time in self._flow.times:
            t = float(time)
            rows.append(callable_values("chi", self._chi(*coordinates, t), shape, t))
        return np.array(rows)


def _action(flow: HeatFlow, chi: _GaugeValues, form: str) -> float:
    """∫∫(J·∇χ + S∂ₜχ) by the trapezium rule, S and J at the output times."""
    T, volume = flow.temperature, flow.grid.cell_volume
    entropy = _equilibrium_entropy(flow)
    total = float(np.sum((entropy[1:] + entropy[:-1]) / 2 * np.diff(chi.sites, axis=0))) * volume
    for axis, q in enumerate(flow.flux):
        k, h = axis + 1, flow.grid.spacing[axis]
        if flow.grid.axes[axis].periodic:
            warmth, phase = ([x, np.roll(x, -1, axis=k)] for x in (T, chi.sites))
            J = q * (1 / warmth[0] + 1 / warmth[1]) / 2
        else:
            ends = [_surface(flow, axis, end) for end in (0, 1)]
            sides = [chi.side(axis, end) for end in (0, 1)]
            warmth = [np.concatenate(x, axis=k) for x in ([ends[0], T], [T, ends[1]])]
            phase = [
                np.concatenate(x, axis=k) for x in ([sides[0], chi.sites], [chi.sites, sides[1]])
            ]
            J = q * (1 / warmth[0] + 1 / warmth[1]) / 2
            for face, surface in zip((0, -1), ends, strict=True):
                where = (slice(None),) * k + ([face],)
                J[where] = q[where] / surface
        power = (J * (phase[1] - phase[0])).reshape(flow.times.size, -1).sum(axis=1)
        total += float(np.trapezoid(power, flow.times)) * volume / h
        if form == "extended":
            total -= _inertial_action(flow, axis, warmth, phase) * volume / h
    return total


def _equilibrium_entropy(flow: HeatFlow) -> RealField:
    """∫C d ln T from the mean of T at the start: Simpson's rule where C depends on T."""
    logarithm = np.log(flow.temperature / flow.temperature[0].mean())
    capacity = flow.law.medium.capacity
    if not callable(capacity):
        result: RealField = flow.law.capacity(flow.grid) * logarithm
        return result
    points = np.linspace(0.0, 1.0, 65)
    weights = np.array([1.0, *[4.0, 2.0] * 31, 4.0, 1.0]) / 192
    total: RealField = np.zeros_like(logarithm)
    for point, weight in zip(points, weights, strict=True):
        total += weight * capacity(flow.temperature[0].mean() * np.exp(point * logarithm))
    total *= logarithm
    return total


def _inertial_action(flow: HeatFlow, axis: int, warmth: Any, phase: Any) -> float:
    """∫∫ Λ_M q_M²/(2T²) ∂ₜχ along the paths of all faces of an axis, over their cross section."""
    inertia, shunt = flow.face_branch(axis)
    inertial = flow.flux[axis] - shunt * (warmth[0] - warmth[1])
    held = inertia * inertial**2 / (2 * warmth[0] * warmth[1])
    change = np.diff((phase[0] + phase[1]) / 2, axis=0)
    return float(np.sum((held[1:] + held[:-1]) / 2 * change))


def _balance(flow: HeatFlow, chi: _GaugeValues, form: str, sigma: RealField) -> float:
    """−∫∫χσ_tot by the midpoint rule, and what leaves through the boundary of space and time."""
    grid, volume = flow.grid, flow.grid.cell_volume
    weight = np.diff(flow.times).reshape(-1, *[1] * grid.dimensions) * volume
    amid = 0.5 * (chi.sites[1:] + chi.sites[:-1])
    produced = np.array(sigma)
    if flow.source is not None:
        produced += flow.source / (0.5 * (flow.temperature[1:] + flow.temperature[:-1]))
    total = -float(np.sum(weight * amid * produced))
    held = flow.entropy_density(form, reference=float(flow.temperature[0].mean()))
    total += float(np.sum(chi.sites[-1] * held[-1]) - np.sum(chi.sites[0] * held[0])) * volume
    leaving = flow.entropy_flux(form)
    for axis, J in enumerate(leaving):
        if grid.axes[axis].periodic:
            continue
        for end, outward in ((0, -1.0), (1, 1.0)):
            side = chi.side(axis, end)
            out = np.take(J, [-1 if end else 0], axis=axis + 1) * 0.5 * (side[1:] + side[:-1])
            total += outward * float(np.sum(weight * out)) / grid.spacing[axis]
    return total


def _surface(flow: HeatFlow, axis: int, end: int) -> RealField:
    """T on an outer side at the output times: that of the boundary, or continued from sites."""
    stored = flow.surface_temperature.get((axis, end))
    if stored is not None:
        return np.expand_dims(stored, axis + 1)
    return _continued(flow.temperature, axis + 1, end)


def _continued(stored: RealField, k: int, end: int) -> RealField:
    n = stored.shape[k]
    first, second = ([n - 1], [max(n - 2, 0)]) if end else ([0], [min(1, n - 1)])
    result: RealField = 1.5 * np.take(stored, first, axis=k) - 0.5 * np.take(stored, second, axis=k)
    return result
