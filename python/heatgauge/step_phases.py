"""The phases of one step of a composition: temporal links, force, and links at its times."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from heatgauge.arguments import RealField
from heatgauge.composition import Composition, Flow, Kinetic
from heatgauge.heat_force import site_force
from heatgauge.potentials import differences
from heatgauge.step_samples import StepSamples

if TYPE_CHECKING:
    from heatgauge.hamiltonian import Hamiltonian


@dataclasses.dataclass(frozen=True)
class LinkKey:
    """Which links a kinetic part takes: those of an axis at t + at·τ, sA moved by shift·τ²·∂ₜF."""

    axis: int
    at: float
    shift: float

    @staticmethod
    def of(part: Kinetic) -> LinkKey:
        """The key of a kinetic part."""
        return LinkKey(part.axis, part.at, part.shift)


def link_keys(composition: Composition) -> tuple[LinkKey, ...]:
    """Return the distinct keys of a composition, in order of appearance."""
    return tuple(dict.fromkeys(LinkKey.of(part) for part in composition.kinetics))


class StepPhases:
    """Phases of the flows and links of any step, whatever U, V, A and χ are made of.

    Temporal links are ∫(sV + U)dt/ħ by Gauss–Legendre, changed by exact differences of χ. The force
    comes from space–time plaquettes, in which χ cancels; it is formed from the fields as they were
    before any gauge change, so that it does not change by a bit. ``samples``: of the same
    Hamiltonian, where several compositions ask for the same fields.
    """

    def __init__(
        self,
        hamiltonian: Hamiltonian,
        composition: Composition,
        samples: StepSamples | None = None,
    ) -> None:
        self._hamiltonian = hamiltonian
        self._flows = composition.flows
        self._jumps = composition.jumps
        self._distance = composition.distance
        self.keys = link_keys(composition)
        self._plain = hamiltonian.potentials.without_gauge()
        self._moved = any(not field.is_static for field in self._plain.vector)
        self._samples = StepSamples(hamiltonian) if samples is None else samples

    def flows(self, t: float, dt: float) -> list[RealField]:
        """Return the phase of each flow of the step from ``t``."""
        return list(self.each_flow(t, dt))

    def each_flow(self, t: float, dt: float) -> Iterator[RealField]:
        """Yield the phase of each flow of the step from ``t``."""
        h = self._hamiltonian
        slope = self._potential_rate(t, dt)
        for flow, jump in zip(self._flows, self._jumps, strict=True):
            integral = self._samples.action(t, dt, flow.start, flow.end)
            phase = integral / h.hbar
            if jump != 0.0 and slope is not None:
                phase -= jump * dt**2 / h.hbar * slope
            if flow.gradient != 0.0:
                phase -= flow.gradient * dt**3 / h.hbar * self._square(t, dt, flow, integral)
            start, end = (h.potentials.gauge(t + x * dt) for x in (flow.start, flow.end))
            if start is not None and end is not None:
                phase -= h.potentials.charge / h.hbar * (end - start)
            yield phase

    def links(self, t: float, dt: float) -> list[RealField | None]:
        """Return (s/ħ)∫A·dl for each key of the composition; None where no link turns."""
        h = self._hamiltonian
        result: list[RealField | None] = []
        of_axis: dict[int, RealField | None] = {}
        for key, phase in zip(self.keys, self.bare_links(t, dt), strict=True):
            if h.is_static and key.axis in of_axis:
                result.append(of_axis[key.axis])
                continue
            chi = h.potentials.gauge(t + key.at * dt)
            if chi is not None:
                turn = h.potentials.charge / h.hbar * differences(h.grid, key.axis, chi)
                phase = turn if phase is None else phase + turn
            of_axis[key.axis] = phase
            result.append(phase)
        return result

    def bare_links(self, t: float, dt: float) -> list[RealField | None]:
        """The same before any gauge change: what the induction is read from."""
        h = self._hamiltonian
        rates: dict[int, RealField] = {}
        result: list[RealField | None] = []
        steady: dict[int, RealField | None] = {}  # one array for all times
        for key in self.keys:
            if not self._moved and key.axis in steady:
                result.append(steady[key.axis])
                continue
            phase: RealField | None = None
            if not self._plain.vector[key.axis].is_zero:
                phase = self._samples.momentum(key.axis, t, dt, key.at) / h.hbar
            if key.shift != 0.0 and self._moved:
                if key.axis not in rates:
                    rates[key.axis] = self._impulse_rate(t, dt, key.axis)
                moved = key.shift * dt**2 / h.hbar * rates[key.axis]
                phase = moved if phase is None else phase + moved
            steady[key.axis] = phase
            result.append(phase)
        return result

    def _impulse(self, t: float, dt: float, flow: Flow, axis: int, action: RealField) -> RealField:
        """Mean of F over the links and the time of a flow, times h."""
        span = (flow.end - flow.start) * dt
        rise = differences(self._hamiltonian.grid, axis, action)
        if self._moved:
            rise = rise + self._samples.momentum_rise(axis, t, dt, flow.start, flow.end)
        result: RealField = rise / -span
        return result

    def _square(self, t: float, dt: float, flow: Flow, action: RealField) -> RealField:
        """Σ F_μ²/m_μ on the sites."""
        h = self._hamiltonian
        total = np.zeros(h.grid.shape)
        for axis in range(h.grid.dimensions):
            force = site_force(h.grid, axis, self._impulse(t, dt, flow, axis, action))
            total += force**2 / h.mass[axis]
        return total

    def _impulse_rate(self, t: float, dt: float, axis: int) -> RealField:
        """The part of A in ∂ₜF·h on the links at mid-step."""
        rates = []
        for flow in (self._flows[0], self._flows[-1]):
            change = self._samples.momentum_rise(axis, t, dt, flow.start, flow.end)
            rates.append(change / (-(flow.end - flow.start) * dt))
        result: RealField = (rates[1] - rates[0]) / (self._distance * dt)
        return result

    def _potential_rate(self, t: float, dt: float) -> RealField | None:
        """∂ₜ(sV + U) on the sites at mid-step.

        Its part in the shift of sA, −cτ²∇∂ₜ(sV + U), is the gradient of a function on the sites:
        K[a + ∇g] = e^{ig}K[a]e^{−ig}, exactly so on the lattice. The flows before and after a
        kinetic part take the factors, and the links stay as they are.
        """
        h = self._hamiltonian
        if not any(self._jumps) or (self._plain.scalar.is_static and h.external.is_static):
            return None
        first, last = ((flow.start, flow.end) for flow in (self._flows[0], self._flows[-1]))
        rise = self._samples.potential_rise(t, dt, first, last)
        result: RealField = rise / (self._distance * dt)
        return result
