"""The phases of one step of a composition: temporal links, force, and links at its times."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from heatgauge.arguments import RealField
from heatgauge.composition import Composition, Flow, Kinetic
from heatgauge.heat_force import site_force
from heatgauge.potentials import differences

_MOST_KNOWN = 32

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


def inside(flow: Flow) -> tuple[float, float]:
    """Return the ends of a flow between which A changes smoothly.

    At the very ends of a step, which may be breakpoints, A may have jumped already or not yet.
    """
    edge = 1e-6
    return max(flow.start, edge), min(flow.end, 1.0 - edge)


class StepPhases:
    """Phases of the flows and links of any step, whatever U, V, A and χ are made of.

    Temporal links are ∫(sV + U)dt/ħ by Gauss–Legendre, changed by exact differences of χ. The force
    comes from space–time plaquettes, in which χ cancels; it is formed from the fields as they were
    before any gauge change, so that it does not change by a bit.
    """

    def __init__(self, hamiltonian: Hamiltonian, composition: Composition) -> None:
        self._hamiltonian = hamiltonian
        self._flows = composition.flows
        self._jumps = composition.jumps
        self._distance = composition.distance
        self.keys = link_keys(composition)
        self._plain = hamiltonian.potentials.without_gauge()
        self._moved = any(not field.is_static for field in self._plain.vector)
        self._known: dict[tuple[str, int, float, float], RealField] = {}  # of the last step

    def flows(self, t: float, dt: float) -> list[RealField]:
        """Return the phase of each flow of the step from ``t``."""
        h = self._hamiltonian
        result = []
        slope = self._potential_rate(t, dt)
        for flow, jump in zip(self._flows, self._jumps, strict=True):
            integral = self._action(t, dt, flow)
            phase = integral / h.hbar
            if jump != 0.0 and slope is not None:
                phase -= jump * dt**2 / h.hbar * slope
            if flow.gradient != 0.0:
                phase -= flow.gradient * dt**3 / h.hbar * self._square(t, dt, flow, integral)
            start, end = (h.potentials.gauge(t + x * dt) for x in (flow.start, flow.end))
            if start is not None and end is not None:
                phase -= h.potentials.charge / h.hbar * (end - start)
            result.append(phase)
        return result

    def links(self, t: float, dt: float) -> list[RealField | None]:
        """Return (s/ħ)∫A·dl for each key of the composition; None where no link turns."""
        h = self._hamiltonian
        result: list[RealField | None] = []
        for key, phase in zip(self.keys, self.bare_links(t, dt), strict=True):
            chi = h.potentials.gauge(t + key.at * dt)
            if chi is not None:
                turn = h.potentials.charge / h.hbar * differences(h.grid, key.axis, chi)
                phase = turn if phase is None else phase + turn
            result.append(phase)
        return result

    def bare_links(self, t: float, dt: float) -> list[RealField | None]:
        """The same before any gauge change: what the induction is read from."""
        h = self._hamiltonian
        rates: dict[int, RealField] = {}
        result: list[RealField | None] = []
        for key in self.keys:
            phase: RealField | None = None
            if not self._plain.vector[key.axis].is_zero:
                phase = self._momentum(key.axis, t + key.at * dt) / h.hbar
            if key.shift != 0.0 and self._moved:
                if key.axis not in rates:
                    rates[key.axis] = self._impulse_rate(t, dt, key.axis)
                moved = key.shift * dt**2 / h.hbar * rates[key.axis]
                phase = moved if phase is None else phase + moved
            result.append(phase)
        return result

    def _action(self, t: float, dt: float, flow: Flow) -> RealField:
        """∫(sV + U)dt over a flow."""
        h = self._hamiltonian
        ends = t + flow.start * dt, t + flow.end * dt

        def integral() -> RealField:
            result: RealField = h.potentials.charge * self._plain.scalar.integral(*ends)
            result += h.external.integral(*ends)
            return result

        return self._once(("action", 0, *ends), integral)

    def _momentum(self, axis: int, t: float) -> RealField:
        """∫sA·dl over the links of an axis."""
        h = self._hamiltonian
        factor = h.potentials.charge * h.grid.spacing[axis]
        field = self._plain.vector[axis]
        return self._once(("momentum", axis, t, t), lambda: factor * field.mean(t))

    def _once(
        self, key: tuple[str, int, float, float], value: Callable[[], RealField]
    ) -> RealField:
        """Fields are asked for several times within a step; functions of the user may be slow."""
        if key not in self._known:
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            self._known[key] = value()
        return self._known[key]

    def _impulse(self, t: float, dt: float, flow: Flow, axis: int, action: RealField) -> RealField:
        """Mean of F over the links and the time of a flow, times h."""
        span = (flow.end - flow.start) * dt
        rise = differences(self._hamiltonian.grid, axis, action)
        if self._moved:
            first, last = inside(flow)
            change = self._momentum(axis, t + last * dt) - self._momentum(axis, t + first * dt)
            rise = rise + change * ((flow.end - flow.start) / (last - first))
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
            first, last = inside(flow)
            change = self._momentum(axis, t + last * dt) - self._momentum(axis, t + first * dt)
            rates.append(change / (-(last - first) * dt))
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
        rates = []
        for flow in (self._flows[0], self._flows[-1]):
            rates.append(self._action(t, dt, flow) / ((flow.end - flow.start) * dt))
        result: RealField = (rates[1] - rates[0]) / (self._distance * dt)
        return result
