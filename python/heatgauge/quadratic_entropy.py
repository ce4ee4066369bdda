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
temperature without a source ∇·q = 0, and it is the same. Sides that
jump during the run, and given temperatures of that law, enter σ by the mean of their stored values,
and its sign to second order in the distance of the times only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from heatgauge.arguments import RealField
from heatgauge.entropy_faces import EntropyFaces
from heatgauge.nonlocal_stress import NonlocalStress

if TYPE_CHECKING:
    from heatgauge.heat_flow import HeatFlow


def quadratic_production(flow: HeatFlow) -> RealField:
    """Return σ at mid-times on sites, (nt − 1, *shape). SI: K·W/m³."""
    stress = nonlocal_stress(flow)
    total = np.zeros((flow.times.size - 1, *flow.grid.shape))
    for axis in range(flow.grid.dimensions):
        faces = EntropyFaces(flow, axis)
        product = faces.flux * faces.drop - faces.inertial * faces.lag
        if stress is not None:
            product += faces.flux * stress.force(axis)
        total += faces.to_sites(product / faces.spacing)
    return total if stress is None else total + stress.loss()


def quadratic_flux(flow: HeatFlow, reference: float) -> tuple[RealField, ...]:
    """Return J = −[q(δT − P) + μ(∇×q)×q] on faces at mid-times, P = 3μ∇·q of a nonlocal law."""
    stress = nonlocal_stress(flow)
    fluxes = []
    for axis in range(flow.grid.dimensions):
        faces = EntropyFaces(flow, axis)
        total = faces.flux * (faces.on_faces(*faces.ends) - reference)
        if stress is not None:
            pressure = faces.on_faces(*stress.pressure_ends(axis))
            total += stress.curl_flux(axis) - faces.flux * pressure
        fluxes.append(-total)
    return tuple(fluxes)


def nonlocal_stress(flow: HeatFlow) -> NonlocalStress | None:
    """Return the stresses of a nonlocal law, None for others."""
    return NonlocalStress(flow) if flow.law.nonlocality(flow.grid).size else None
