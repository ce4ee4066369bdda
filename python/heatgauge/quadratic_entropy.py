"""The quadratic entropy production of every law, by differences of stored T and q.

About a uniform temperature ∫½(CδT² + Λ_M q_M²) changes by the power −∮δT q·n of the boundary, that
of the sources ∫δT Q, and a loss that no law allows to be negative:

================  =====================================  =============================
law               inertial part of the flux              loss
================  =====================================  =============================
Fourier           none                                   κ|∇T|²
Cattaneo          q_M = q, Λ_M = τ/κ                     q²/κ
Guyer–Krumhansl   q_M = q, Λ_M = τ/κ                     q²/κ + μ[3(∇·q)² + |∇×q|²]
dual phase lag    q_M = q + κ_F∇T, Λ_M = τ_q/κ_M         κ_F|∇T|² + q_M²/κ_M
Green–Naghdi      q_M = q + κ∇T, Λ_M = 1/k*              κ|∇T|²
He II             q_M = q, Λ_M = 1/k*                    (friction) Λ q²
================  =====================================  =============================

The loss is not computed from these formulas but as σ = −q·∇T − q_M Λ_M ∂ₜq_M + ∇·(stress flux),
with q_M = q + G∇T, from differences of neighbouring sites and times: its sign is a result. For the
law of Guyer and Krumhansl the boundary's power is −∮(δT − 3μ∇·q) q·n: at a wall of constant
temperature without a source ∇·q = 0, and it is the same. Given fluxes that vary in time enter its σ
by the mean of their stored values, and its sign to second order in the distance of the times only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from heatgauge.arguments import RealField
from heatgauge.nonlocal_stress import NonlocalStress

if TYPE_CHECKING:
    from heatgauge.heat_flow import HeatFlow


def quadratic_production(flow: HeatFlow) -> RealField:
    """Return σ at mid-times on sites, (nt − 1, *shape). SI: K·W/m³."""
    stress = NonlocalStress(flow) if flow.law.nonlocality(flow.grid).size else None
    total = np.zeros((flow.times.size - 1, *flow.grid.shape))
    for axis in range(flow.grid.dimensions):
        total += to_sites(_on_faces(flow, axis, stress), axis + 1, flow.grid.axes[axis].periodic)
    return total if stress is None else total + stress.loss()


def _on_faces(flow: HeatFlow, axis: int, stress: NonlocalStress | None) -> RealField:
    """σ·(path/h) of every face: its two halves belong to the two cells the path lies in."""
    step = np.diff(flow.times).reshape(-1, *[1] * flow.grid.dimensions)
    q, (inertia, shunt) = flow.flux[axis], flow.face_branch(axis)
    force = 0.0 if stress is None else stress.force(axis)
    drop = _drop(flow, axis, shunt)
    branch = q - shunt * drop
    lag = np.diff(inertia * branch, axis=0) / step
    product = middle(q) * middle(drop) - middle(branch) * lag + middle(q) * force
    for end in (0, 1):
        if flow.grid.axes[axis].periodic or (axis, end) in flow.surface_temperature:
            continue
        at = (slice(None),) * (axis + 1) + (-1 if end else 0,)
        # No T is known on the other side of a given flux but the one that the law gives.
        product[at] = _behind_given_flux(flow, axis, end, middle(q)[at])
    return product / flow.grid.spacing[axis]


def _drop(flow: HeatFlow, axis: int, shunt: RealField) -> RealField:
    """T_left − T_right along the path of every face, at the stored times."""
    T, k = flow.temperature, axis + 1
    if flow.grid.axes[axis].periodic:
        return T - np.roll(T, -1, axis=k)
    ends = []
    for end in (0, 1):
        stored = flow.surface_temperature.get((axis, end))
        if stored is None:
            near, next_ = (np.take(T, [i], axis=k) for i in ((-1, -2) if end else (0, 1)))
            ends.append(1.5 * near - 0.5 * next_)
        else:
            ends.append(np.expand_dims(stored, k))
    result: RealField = -np.diff(np.concatenate([ends[0], T, ends[1]], axis=k), axis=k)
    return result


def _behind_given_flux(flow: HeatFlow, axis: int, end: int, q: RealField) -> Any:
    """Loss of a half cell whose flux is given: all its conductors side by side take q."""
    at = -1 if end else 0
    resistance = np.take(flow.face_resistance(axis), at, axis=axis - flow.grid.dimensions)
    shunt = np.take(flow.face_branch(axis)[1], at, axis=axis - flow.grid.dimensions)
    if flow.law.medium.depends_on_temperature:
        resistance, shunt = middle(resistance), middle(shunt)
    with np.errstate(divide="ignore"):
        return q**2 / (shunt + np.divide(1, resistance))


def to_sites(density: RealField, k: int, periodic: bool) -> RealField:
    """Half of every face to each cell its path crosses; an outer face has one cell only."""
    if periodic:
        return 0.5 * (density + np.roll(density, 1, axis=k))
    n = density.shape[k]
    weight = np.full(n, 0.5)
    weight[[0, -1]] = 1.0
    weighted = density * weight.reshape([-1 if j == k else 1 for j in range(density.ndim)])
    result: RealField = np.take(weighted, range(n - 1), axis=k)
    result += np.take(weighted, range(1, n), axis=k)
    return result


def middle(stored: RealField) -> RealField:
    """Mean of neighbouring times."""
    result: RealField = 0.5 * (stored[1:] + stored[:-1])
    return result
