"""From a composition to the compiled program that carries it out on states."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

import numpy as np

from heatgauge import _core
from heatgauge.arguments import ComplexField, RealField
from heatgauge.composition import Composition, Flow, Kinetic
from heatgauge.errors import NumericalError, StepTooLong
from heatgauge.step_phases import LinkKey, link_keys

_MOST_PHASE = 2.0**52  # rad: the spacing of doubles is 1 from there on

if TYPE_CHECKING:
    from heatgauge.hamiltonian import Hamiltonian
    from heatgauge.separable_phases import Table

Factors = list[tuple[complex, complex]]


class LinePropagator(Protocol):
    """How exp(−i·strength·(kh)²) is made along the lines of an axis."""

    @property
    def method(self) -> str:
        """Name of the method that asks for it."""

    @property
    def refine(self) -> bool:
        """Whether sweeps are refined."""

    def add(self, program: _core.SweepProgram, axis: int, strength: float, link_slot: int) -> None:
        """Add a stage to the body of a program; strength = ħτ/2mh², of either sign."""


@dataclasses.dataclass(frozen=True)
class Lines:
    """Sweeps of Cayley factors: their number, and whether they are refined."""

    factors: int
    refine: bool
    method: str = "CayleySweeps"

    def add(self, program: _core.SweepProgram, axis: int, strength: float, link_slot: int) -> None:
        """Add the sweep along an axis."""
        factors = self.cayley(strength)
        if factors:
            program.sweep(_core.StepPart.body, axis, factors, link_slot)

    def cayley(self, strength: float) -> Factors:
        """(zero, pole) of exp(−i·strength·φ(S)), strength = ħτ/2mh²; of either sign."""
        if strength == 0.0:
            return []
        listed = _core.cayley_factors(abs(strength), self.factors)
        if strength > 0:
            return listed
        return [(zero.conjugate(), pole.conjugate()) for zero, pole in listed]


@dataclasses.dataclass(frozen=True)
class Alike:
    """What need be kept only once, as fields do not change.

    ``links``: those of an axis, at all times of a step. ``ends``: the first flow and the last.
    """

    links: bool = False
    ends: bool = False


class StageProgram:
    """A composition on a grid with given kinetic times, ready to advance states in place.

    One site slot per flow and one that joins the last flow of a step to the first of the next; one
    link slot per axis and time, but for what is alike.
    """

    def __init__(
        self,
        hamiltonian: Hamiltonian,
        composition: Composition,
        strengths: Sequence[float],
        lines: LinePropagator,
        kinds: Mapping[int, str],
        members: int,
        threads: int,
        alike: Alike,
    ) -> None:
        part, kind = _core.StepPart, _core.LinkKind
        program = _core.SweepProgram(hamiltonian.grid.core, members, threads, lines.refine)
        named = {"none": kind.none, "uniform": kind.uniform, "array": kind.array}
        self._keys = link_keys(composition)
        self._kinds = [kinds[key.axis] for key in self._keys]
        first: dict[int, int] = {}
        self._links = []
        for key in self._keys:
            if not (alike.links and key.axis in first):
                first[key.axis] = program.link_slot(key.axis, named[kinds[key.axis]])
            self._links.append(first[key.axis])
        self._flows = [program.site_slot() for _ in composition.flows]
        if alike.ends:
            self._flows[-1] = self._flows[0]
        self._joint = program.site_slot()
        program.phase(part.prologue, self._flows[0])
        flows, sweeps = iter(self._flows[1:]), iter(strengths)
        for stage in composition.stages[1:-1]:
            if isinstance(stage, Flow):
                program.phase(part.body, next(flows))
                continue
            slot = self._links[self._keys.index(LinkKey.of(stage))]
            lines.add(program, stage.axis, next(sweeps), slot)
        program.phase(part.joint, self._joint)
        program.phase(part.epilogue, self._flows[-1])
        self._program = program
        self._profiles: object = None
        self._sizes = np.zeros(0)

    def set_flows(self, phases: Sequence[RealField]) -> None:
        """Set the phase of every flow; steps are then taken one by one."""
        for slot, phase in zip(self._flows, phases, strict=True):
            self._set_phase(slot, phase)

    def set_steady_flows(self, phases: Iterator[RealField], turn: RealField | None) -> None:
        """Set the phases of flows as they are formed, and of the joint of one step and the next.

        ``turn``: the gauge function of the frame that a run enters and leaves.
        """
        first = next(phases)
        self._set_phase(self._flows[0], first if turn is None else first - turn)
        for slot in self._flows[1:-1]:
            self._set_phase(slot, next(phases))
        # where its slot is that of the first flow, the last differs by the rounding of its times
        last = first if self._flows[-1] == self._flows[0] else next(phases)
        self._set_phase(self._joint, last + first)
        if self._flows[-1] != self._flows[0]:
            self._set_phase(self._flows[-1], last if turn is None else last + turn)

    def _set_phase(self, slot: int, phase: RealField) -> None:
        _require_digits(phase)
        self._program.set_phase(slot, np.ascontiguousarray(phase))

    def set_links(self, phases: Sequence[RealField | None]) -> None:
        """Set the links of every key."""
        known: set[int] = set()
        for slot, kind, phase in zip(self._links, self._kinds, phases, strict=True):
            if kind == "none" or phase is None or slot in known:
                continue
            known.add(slot)
            if kind == "uniform":
                self._program.set_uniform_link(slot, float(phase.flat[0]))
            else:
                _require_digits(phase)
                self._program.set_links(slot, np.ascontiguousarray(phase))

    def advance_table(self, psi: ComplexField, table: Table) -> None:
        """Advance ψ by the steps of a table, whose arrays are handed over once."""
        if self._profiles is not table.site_arrays:
            links = [list(map(np.ascontiguousarray, arrays)) for arrays in table.link_arrays]
            sites = [np.ascontiguousarray(array) for array in table.site_arrays]
            self._program.set_profiles(sites, links)
            self._profiles = table.site_arrays
            self._sizes = np.array([np.max(np.abs(array)) for array in sites])
        flows = table.flow_rows
        _require_digits(np.abs(flows) @ self._sizes)
        joint = flows[:, :1] + np.concatenate([flows[:1, -1:], flows[:-1, -1:]])
        site_rows = np.concatenate([flows, joint], axis=1)
        link_rows = np.concatenate(table.link_rows, axis=1)
        self._program.advance_driven(
            psi, len(flows), np.ascontiguousarray(site_rows), np.ascontiguousarray(link_rows)
        )

    def advance(self, psi: ComplexField, steps: int) -> None:
        """Advance ψ by ``steps`` steps with the slots as they are."""
        self._program.advance(psi, steps)


def _require_digits(phase: RealField) -> None:
    largest = max(float(np.max(phase)), -float(np.min(phase)))
    if not largest < _MOST_PHASE:
        raise NumericalError(
            f"A link turns ψ by {largest:.3g} rad, which is beyond double precision: no digit is "
            f"left. Take a constant out of the potentials, or look at the units.",
            residual=largest,
        )


def strengths(
    hamiltonian: Hamiltonian,
    composition: Composition,
    dt: float,
    omegas: Mapping[float, float],
) -> list[float]:
    """Return ħτ/2mh² of every kinetic part; ``omegas``: sB/√(m_x m_y) at the times of the links.

    Raises
    ------
    StepTooLong
        Where an orbit turns by π or more within a kinetic part: the shears then have a pole.
    """
    result = []
    for part in composition.kinetics:
        omega = omegas.get(part.at, 0.0)
        _require_less_than_half_a_turn(part, omega, dt)
        mass = float(np.asarray(hamiltonian.mass)[part.axis])
        spacing = hamiltonian.grid.spacing[part.axis]
        result.append(hamiltonian.hbar * part.time(dt, omega) / (2 * mass * spacing**2))
    return result


def _require_less_than_half_a_turn(part: Kinetic, omega: float, dt: float) -> None:
    angle = abs(omega * part.share * dt)
    if part.rule != "plain" and not angle < math.pi:
        raise StepTooLong(
            f"Argument `dt` must be below {math.pi / abs(omega * part.share):.6g}, where orbits in "
            f"the induction turn by π within one kinetic part of a step, but is {dt!r}."
        )
