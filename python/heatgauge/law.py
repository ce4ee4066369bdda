"""What every law of heat conduction tells: how the flux through a face answers to T."""

from __future__ import annotations

import dataclasses
from typing import Any, Self

import numpy as np

from heatgauge import _core
from heatgauge.arguments import RealField
from heatgauge.coefficients import on_sites, per_axis
from heatgauge.grid import Grid
from heatgauge.medium import Medium


class Law:
    """A law of heat conduction: C ∂ₜT + ∇·q = Q with a relation between q and T.

    On every face of a grid q = q_M + G ΔT, L dq_M/dt + r q_M = ΔT: a branch with inertia beside
    one without (a law may lack either). What the branches of a law are, its ``circuit`` says.
    """

    medium: Medium
    flux_is_state: bool = True
    """Whether q has an initial value of its own."""
    no_slip: bool = False
    """Whether walls hold the flux along them at zero (nonlocal laws)."""

    def frozen(self, temperature: RealField) -> Self:
        """Return the law with the coefficients it has at T on sites."""
        if not self.medium.depends_on_temperature:
            return self
        return dataclasses.replace(self, medium=self.medium.frozen(temperature))  # type: ignore[type-var]

    def capacity(self, grid: Grid) -> RealField:
        """C on the sites of ``grid``."""
        return on_sites("capacity", self.medium.capacity, grid)

    def conductivity(self, grid: Grid) -> RealField:
        """κ on the sites of ``grid``, one array for each axis where it differs: (d, *shape)."""
        value = self.medium.conductivity
        if np.shape(value) in ((), grid.shape):
            return on_sites("conductivity", value, grid)
        return per_axis("conductivity", value, grid)

    def inductance(self, grid: Grid) -> RealField:
        """Λ = τ/κ on the sites of ``grid``, for each axis where κ differs: (d, *shape)."""
        relaxation = on_sites("relaxation", self.medium.relaxation, grid)
        with np.errstate(over="ignore", under="ignore"):
            value = relaxation / self.conductivity(grid)
        if not np.isfinite(value).all():
            raise ValueError("Argument `medium` must have a finite inductance, but it overflows.")
        return np.ascontiguousarray(value)

    def circuit(self, grid: Grid) -> _core.FaceCircuit:
        """Resistance, inductance and shunt of every face of ``grid``."""
        return _core.FaceCircuit(grid.core, self.conductivity(grid), self.inductance(grid))

    def nonlocality(self, grid: Grid) -> RealField:
        """μ = ℓ²/κ on the sites of ``grid``; empty for a law that is local."""
        return np.zeros(0)

    def smoothing(self, grid: Grid) -> Any:
        """Diffusivity by which the law itself spreads a front; 0 where fronts stay sharp."""
        return 0.0

    def fronts(self, grid: Grid) -> tuple[RealField, RealField]:
        """Speed of fronts on sites (0 where there are none), and the length vτ they travel."""
        inertia = np.atleast_1d(self.inductance(grid))
        waves = inertia > 0
        capacity = self.capacity(grid)
        with np.errstate(divide="ignore", over="ignore", under="ignore"):
            speed = np.where(waves, 1 / np.sqrt(capacity * np.where(waves, inertia, 1.0)), 0.0)
            length = np.where(waves, speed * self.lifetime(grid), 0.0)
        return speed, length

    def lifetime(self, grid: Grid) -> Any:
        """Time τ in which a heat wave decays."""
        return on_sites("relaxation", self.medium.relaxation, grid)
