"""Absorbers around the steps of a unitary method."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from heatgauge import _core
from heatgauge.arguments import ComplexField, RealField
from heatgauge.heat_force import site_force
from heatgauge.potentials import differences

if TYPE_CHECKING:
    from heatgauge.hamiltonian import Hamiltonian
    from heatgauge.method import Stepper

Maker = Callable[[float], "Stepper"]


class AbsorbingStepper:
    """Unitary steps U between contractions by W.

    Order 2 (Strang): e^{−Wτ/2ħ}·U(τ)·e^{−Wτ/2ħ}.
    Order 4: e^{−Wτ/6ħ}·U(τ/2)·e^{−2Wτ/3ħ − iτ³Σ|∂W|²/72mħ}·U(τ/2)·e^{−Wτ/6ħ}, all times positive;
    the phase is that of [W, [H, W]] = −ħ²Σ|∂W|²/m, whatever else is in H (Suzuki 1995; Chin 1997
    with the potential −iW).

    What the contractions take, (1 − e^{−2γ})|ψ|² on every site, is booked, so that norm and loss
    add up to round-off at any τ. W is gauge invariant: covariance is that of the unitary steps.
    """

    def __init__(self, make: Maker, hamiltonian: Hamiltonian, dt: float, order: int) -> None:
        self.dt = dt
        self._hamiltonian = hamiltonian
        self._order = order
        self._parts = 2 if order == 4 else 1
        self._unitary = make(dt / self._parts)
        edge = 1.0 / 6.0 if order == 4 else 0.5
        self._edge, self._joint, self._middle = (
            self._contraction(share * dt) for share in (edge, 2 * edge, 2.0 / 3.0)
        )
        self._sites, self._turn = self._gradient_phase()

    @property
    def reason(self) -> str:
        """How steps are taken, and the layers."""
        layers = ", ".join(repr(layer) for layer in self._hamiltonian.absorbers)
        return f"{self._unitary.reason}; {layers} split off, order {self._order} in time"

    def advance(
        self, psi: ComplexField, start: float, first: int, count: int, taken: int = 0
    ) -> RealField:
        """Advance ψ in place by ``count`` steps, from t = start + first·dt on.

        Returns what each absorber took of Σ|ψ|², of several members one row for each.
        """
        grid = self._hamiltonian.grid
        members = psi.reshape(-1, *grid.shape)
        lost = _contracted(self._edge, members)
        for step in range(first, first + count):
            for part in range(self._parts):
                if part > 0:
                    lost += _contracted(self._middle, members)
                    members.reshape(len(members), -1)[:, self._sites] *= self._turn
                number = self._parts * step + part
                self._unitary.advance(psi, start, number, 1, taken=taken)
            between = self._joint if step < first + count - 1 else self._edge
            lost += _contracted(between, members)
        return lost.reshape(*psi.shape[: psi.ndim - grid.dimensions], -1)

    def _contraction(self, time: float) -> _core.Contraction:
        h = self._hamiltonian
        slabs = [layer.slab for layer in h.absorbers]
        return _core.Contraction(h.grid.core, slabs, time / h.hbar)

    def _gradient_phase(self) -> tuple[Any, ComplexField]:
        """Sites where W has a slope, and e^{−iτ³Σ|∂W|²/72mħ} there."""
        h, W = self._hamiltonian, self._hamiltonian.absorption
        assert W is not None  # there are absorbers
        total = np.zeros(h.grid.shape)
        for axis, mass in enumerate(h.mass):
            total += site_force(h.grid, axis, differences(h.grid, axis, W)) ** 2 / mass
        sites = np.flatnonzero(total)
        turn: ComplexField = np.exp(-1j * self.dt**3 / (72 * h.hbar) * total.ravel()[sites])
        return sites, turn


def with_absorbers(make: Maker, hamiltonian: Hamiltonian, dt: float, order: int) -> Stepper:
    """Return a stepper of ``make``, between contractions if the Hamiltonian has absorbers."""
    if not hamiltonian.absorbers:
        return make(dt)
    return AbsorbingStepper(make, hamiltonian, dt, order)


def _contracted(part: _core.Contraction, members: ComplexField) -> RealField:
    return np.array([part.apply(member) for member in members])
