"""Sweeps of states that are kept in single precision: what rounding does, and what is refused."""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING, Any

from heatgauge.arguments import ComplexField, RealField, choice
from heatgauge.kinetic_coupling import Coupling
from heatgauge.method import Plan
from heatgauge.working_state import widened

if TYPE_CHECKING:
    from heatgauge.cayley_sweeps import CayleySweeps
    from heatgauge.hamiltonian import Hamiltonian
    from heatgauge.spectral_sweeps import SpectralSweeps

ROUNDING = 2.4e-8
"""What one store moves ψ by, relative to ‖ψ‖, in the root mean square. Numbers whose logarithm is
spread evenly have ⟨δ²⟩/⟨x²⟩ = 2^{-46}/12 · ⟨1⟩/⟨m²⟩ with a mantissa m in [1, 2), ⟨m²⟩ = 3/(2 ln 2):
0.196·2^{-23} = 2.34e-8."""

LEAST_RTOL = 1e-5
_TIME_SHARE = 0.75  # of rtol that the steps may take; the rest is for rounding
_WORST_STORE = 2.0**-24  # a component moves by no more of itself


def require_precision(precision: Any, refine: bool) -> None:
    """Refuse what is no precision, and a refinement that single precision would round away."""
    choice("precision", precision, ("double", "single"))
    if precision == "single" and refine:
        raise ValueError(
            "Argument `refine` must be False with precision='single', but is True: states are "
            "rounded to 6e-8 wherever they are stored, and refinement removes 1e-16."
        )


def require_no_absorbers(hamiltonian: Hamiltonian) -> None:
    """Refuse absorbers: their balance is booked to 1e-12."""
    if hamiltonian.absorbers:
        raise ValueError(
            "Argument `precision` must be 'double' for a Hamiltonian with absorbers, but is "
            "'single': what they take is booked to 1e-12 of the norm, which single precision "
            "would lose."
        )


def planned_single(
    method: CayleySweeps | SpectralSweeps,
    hamiltonian: Hamiltonian,
    psi0: ComplexField,
    times: RealField,
    breakpoints: RealField,
    rtol: float,
    threads: int,
) -> Plan:
    """Return the steps that trials in double precision find, if their rounding leaves room."""
    if rtol < LEAST_RTOL:
        raise ValueError(
            f"Argument `rtol` must be at least {LEAST_RTOL:g} with precision='single', but is "
            f"{rtol:g} (1e-06 where neither rtol nor dt is given). Give dt, or use "
            f"precision='double'."
        )
    wide = dataclasses.replace(method, precision="double")
    plan = wide.plan(hamiltonian, widened(psi0), times, breakpoints, _TIME_SHARE * rtol, threads)
    steps = sum(piece.steps for piece in plan.cut)
    rounding = ROUNDING * math.sqrt(steps * _stores(method, hamiltonian))
    error = (plan.error or 0.0) + rounding
    if error > rtol:
        raise ValueError(
            f"Argument `precision` must be 'double' for rtol = {rtol:g} here: {steps} steps are "
            f"needed, and storing ψ in single precision so often moves it by {rounding:.2g}."
        )
    return Plan(method, plan.cut, error)


def drift_bar_single(method: CayleySweeps | SpectralSweeps, steps: int) -> float:
    """Relative change of the norm after ``steps`` steps that means a run has failed.

    Rounding to nearest has no preferred side: a walk of ``ROUNDING`` per store even if all of ψ
    sat on one site, here with ten standard deviations; 2^{-24} per store is the most it could be.
    """
    stores = _most_stores(method, 3) * max(steps, 1)
    return min(10.0 * ROUNDING * math.sqrt(stores), _WORST_STORE * stores)


def _stores(method: CayleySweeps | SpectralSweeps, hamiltonian: Hamiltonian) -> int:
    """Times that a step stores ψ, at most: once per sweep."""
    grid = hamiltonian.grid
    if hamiltonian.potentials.has_vector and grid.dimensions > 1:
        return _most_stores(method, grid.dimensions)
    kind = Coupling("none")
    return len(method.composed(kind, grid.dimensions).kinetics)


def _most_stores(method: CayleySweeps | SpectralSweeps, dimensions: int) -> int:
    """The same for axes that are coupled in the most general way."""
    return 2 * dimensions if method.order == 2 else 12 * dimensions
