"""Absorbers around the steps of a unitary method."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from heatgauge import _core
from heatgauge.arguments import ComplexField, RealField

if TYPE_CHECKING:
    from heatgauge.hamiltonian import Hamiltonian
    from heatgauge.method import Stepper


class AbsorbingStepper:
    """Steps e^{−Wτ/2ħ} · (a unitary step) · e^{−Wτ/2ħ}: 2nd order in time (Strang).

    What the two contractions take, (1 − e^{−Wτ/ħ})|ψ|² on every site, is booked, so that norm and
    loss add up to round-off at any τ. W is gauge invariant: covariance is that of the unitary step.
    """

    def __init__(self, unitary: Stepper, hamiltonian: Hamiltonian) -> None:
        self.dt = unitary.dt
        self._unitary = unitary
        self._hamiltonian = hamiltonian
        slabs = [layer.slab for layer in hamiltonian.absorbers]
        self._half = _core.Contraction(
            hamiltonian.grid.core, slabs, 0.5 * self.dt / hamiltonian.hbar
        )
        self._whole = _core.Contraction(hamiltonian.grid.core, slabs, self.dt / hamiltonian.hbar)

    @property
    def reason(self) -> str:
        """How steps are taken, and the layers."""
        layers = ", ".join(repr(layer) for layer in self._hamiltonian.absorbers)
        return f"{self._unitary.reason}; {layers} split off, order 2 in time"

    def advance(
        self, psi: ComplexField, start: float, first: int, count: int, taken: int = 0
    ) -> RealField:
        """Advance ψ in place by ``count`` steps, from t = start + first·dt on.

        Returns what each absorber took of Σ|ψ|², of several members one row for each.
        """
        grid = self._hamiltonian.grid
        members = psi.reshape(-1, *grid.shape)
        lost = _contracted(self._half, members)
        for step in range(first, first + count):
            self._unitary.advance(psi, start, step, 1, taken=taken)
            part = self._whole if step < first + count - 1 else self._half
            lost += _contracted(part, members)
        return lost.reshape(*psi.shape[: psi.ndim - grid.dimensions], -1)


def with_absorbers(unitary: Stepper, hamiltonian: Hamiltonian) -> Stepper:
    """Return the stepper, with the absorbers of the Hamiltonian around its steps if it has any."""
    return AbsorbingStepper(unitary, hamiltonian) if hamiltonian.absorbers else unitary


def _contracted(part: _core.Contraction, members: ComplexField) -> RealField:
    return np.array([part.apply(member) for member in members])
