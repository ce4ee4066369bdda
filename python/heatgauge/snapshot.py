"""A state at one output time, as observers see it."""

from __future__ import annotations

import functools

import numpy as np

from heatgauge import _core
from heatgauge.arguments import ComplexField, RealField
from heatgauge.hamiltonian import Hamiltonian


class Snapshot:
    """A state at one time, with what several observers need of it."""

    def __init__(
        self,
        hamiltonian: Hamiltonian,
        t: float,
        psi: ComplexField,
        absorbed: RealField | None = None,
    ) -> None:
        self.hamiltonian = hamiltonian
        self.t = t
        self.psi = psi
        # what each absorber took of Σ|ψ|²dV up to now
        self.absorbed = np.zeros(len(hamiltonian.absorbers)) if absorbed is None else absorbed
        self._fields: dict[int, _core.CarrierFields] = {}

    @functools.cached_property
    def density(self) -> RealField:
        """|ψ|²."""
        result: RealField = self.psi.real**2 + self.psi.imag**2
        return result

    @functools.cached_property
    def norm(self) -> float:
        """Σ|ψ|²dV."""
        return float(np.sum(self.density)) * self.hamiltonian.grid.cell_volume

    def marginal(self, axis: int) -> RealField:
        """|ψ|²dV/norm summed over all other axes."""
        others = tuple(k for k in range(self.psi.ndim) if k != axis)
        result: RealField = self.density.sum(axis=others)
        return result * (self.hamiltonian.grid.cell_volume / self.norm)

    def current(self, axis: int, order: int | None = None) -> RealField:
        """Probability current through the links of an axis, by the stencil of an order."""
        h = self._stencil(order)
        if h.given_matrix is not None:
            raise ValueError(
                "A Hamiltonian from a given matrix has no links: Current, CurrentThrough and "
                "Momentum need hg.Hamiltonian(grid, ...)."
            )
        flux = np.empty(h.grid.link_shape(axis))
        h.core.current(self._fields_of(h), self.psi, axis, flux)
        return flux

    def energy(self, order: int | None = None) -> float:
        """Σ Re ψ*Hψ dV, by the stencil of an order."""
        h = self._stencil(order)
        if h.given_matrix is not None:
            image = h.given_matrix.apply(self.psi)
        else:
            image = np.empty_like(self.psi)
            h.core.apply(self._fields_of(h), self.psi, image)
        return float(np.vdot(self.psi, image).real) * h.grid.cell_volume

    def _stencil(self, order: int | None) -> Hamiltonian:
        return self.hamiltonian if order is None else self.hamiltonian.at_order(order)

    def _fields_of(self, hamiltonian: Hamiltonian) -> _core.CarrierFields:
        """Potential and links at this time; the wall correction depends on the order."""
        if hamiltonian.order not in self._fields:
            self._fields[hamiltonian.order] = hamiltonian.fields(self.t)
        return self._fields[hamiltonian.order]
