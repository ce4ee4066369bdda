"""Phases of many steps at once where fields are static or drives: coefficients times profiles."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from heatgauge.arguments import RealField
from heatgauge.composition import Composition, Flow
from heatgauge.fields import Field
from heatgauge.heat_force import site_force
from heatgauge.potentials import differences
from heatgauge.step_nodes import NODES, mean_weights, rise_weights, value_weights
from heatgauge.step_phases import link_keys
from heatgauge.step_samples import envelope_at

if TYPE_CHECKING:
    from heatgauge.hamiltonian import Hamiltonian

# Products of forces are kept as profiles; beyond so many sources they would take too much memory.
_MOST_SOURCES = 5

Envelope = Callable[[RealField], RealField]
# of each source, by its id: envelope at the nodes of the steps, (steps, nodes)
NodeValues = Mapping[int, RealField]


@dataclasses.dataclass(frozen=True)
class Source:
    """envelope(t)·profile on sites [J] (axis −1) or on the links of an axis [momentum·h]."""

    axis: int
    profile: RealField
    envelope: Envelope


@dataclasses.dataclass(frozen=True)
class Table:
    """Phases as Σ coefficient·array; a row of coefficients per step.

    ``flow_rows`` has the shape (steps, flows, len(site_arrays)), ``link_rows[i]`` for the i-th
    link key (steps, len(link_arrays[axis])).
    """

    site_arrays: tuple[RealField, ...]
    link_arrays: tuple[tuple[RealField, ...], ...]
    flow_rows: RealField
    link_rows: tuple[RealField, ...]


def is_separable(hamiltonian: Hamiltonian) -> bool:
    """Whether the phases of a step are a few profiles times numbers."""
    h = hamiltonian
    fields = (h.external, h.potentials.scalar, *h.potentials.vector)
    if h.potentials.gauges or any(field.callables for field in fields):
        return False
    return sum(len(f.drives) + len(f.samples) for f in fields) <= _MOST_SOURCES


class SeparablePhases:
    """The same phases as :class:`StepPhases`, linear in rows of numbers.

    Sampled fields are linear in time between their times; an object serves steps within [first,
    last] between two of them.
    """

    def __init__(
        self, hamiltonian: Hamiltonian, composition: Composition, first: float, last: float
    ) -> None:
        h = hamiltonian
        self._hamiltonian = h
        self._composition = composition
        self.keys = link_keys(composition)
        self._site = _sources(h, -1, first, last)
        self._link = [_sources(h, axis, first, last) for axis in range(h.grid.dimensions)]
        base = h.bare_site_potential() + _sample_base(h, -1, first)
        self._site_arrays = [base, *(s.profile for s in self._site)]
        del base
        self._pairs: list[tuple[int, int]] = []
        if any(flow.gradient != 0.0 for flow in composition.flows):
            self._add_squares()
        link_arrays = [self._links_of(axis, first) for axis in range(h.grid.dimensions)]
        # From here on only the envelopes of the sources are needed: each array is kept once.
        self._site = [dataclasses.replace(s, profile=np.zeros(0)) for s in self._site]
        self._link = [
            [dataclasses.replace(s, profile=np.zeros(0)) for s in own] for own in self._link
        ]
        self._site_table = _divided(self._site_arrays, h.hbar)
        self._link_table = tuple(_divided(arrays, h.hbar) for arrays in link_arrays)

    @property
    def has_samples(self) -> bool:
        """Whether an object serves only between two times of sampled fields."""
        h = self._hamiltonian
        return any(f.samples for f in (h.external, h.potentials.scalar, *h.potentials.vector))

    def table(self, starts: RealField, dt: float) -> Table:
        """Return the phases of the steps of length ``dt`` from each of ``starts``."""
        times = (starts[:, None] + dt * NODES).ravel()
        values = {
            id(source): source.envelope(times).reshape(starts.size, NODES.size)
            for sources in (self._site, *self._link)
            for source in sources
        }
        return Table(
            self._site_table,
            self._link_table,
            self._flow_rows(values, starts.size, dt),
            tuple(self._link_row(k, values, starts.size, dt) for k in range(len(self.keys))),
        )

    def _add_squares(self) -> None:
        """Profiles Σ_μ F_i F_j/m of all pairs of sources, the static part first."""
        h = self._hamiltonian
        forces: list[list[RealField | None]] = []
        for array in self._site_arrays:
            rises = (-differences(h.grid, a, array) for a in range(h.grid.dimensions))
            forces.append([site_force(h.grid, a, rise) for a, rise in enumerate(rises)])
        for axis, sources in enumerate(self._link):
            for source in sources:
                own: list[RealField | None] = [None] * h.grid.dimensions
                own[axis] = site_force(h.grid, axis, -source.profile)
                forces.append(own)
        for i, j in itertools.combinations_with_replacement(range(len(forces)), 2):
            total = np.zeros(h.grid.shape)
            for axis, (one, two) in enumerate(zip(forces[i], forces[j], strict=True)):
                if one is not None and two is not None:
                    total += one * two / h.mass[axis]
            if np.any(total):
                self._pairs.append((i, j))
                self._site_arrays.append(total)

    def _links_of(self, axis: int, first: float) -> list[RealField]:
        """Static links and driven links."""
        h = self._hamiltonian
        base = h.potentials.charge * h.potentials.static_links()[axis]
        return [base + _sample_base(h, axis, first), *(s.profile for s in self._link[axis])]

    def _flow_rows(self, values: NodeValues, steps: int, dt: float) -> RealField:
        flows = self._composition.flows
        plain = 1 + len(self._site)
        rows = np.zeros((steps, len(flows), len(self._site_table)))
        rises = [self._rise(values[id(source)], dt) for source in self._site]
        for f, (flow, jump) in enumerate(zip(flows, self._composition.jumps, strict=True)):
            span = (flow.end - flow.start) * dt
            rows[:, f, 0] = span
            for k, source in enumerate(self._site):
                rows[:, f, 1 + k] = span * (values[id(source)] @ mean_weights(flow.start, flow.end))
                # The potential's part of a shift of the links is a gauge change: see StepPhases.
                rows[:, f, 1 + k] -= jump * dt**2 * rises[k]
            if flow.gradient == 0.0:
                continue
            strengths = self._strengths(values, steps, dt, flow)
            for p, (i, j) in enumerate(self._pairs):
                twice = 1.0 if i == j else 2.0
                product = strengths[:, i] * strengths[:, j]
                rows[:, f, plain + p] = -flow.gradient * dt**3 * twice * product
        return rows

    def _link_row(self, number: int, values: NodeValues, steps: int, dt: float) -> RealField:
        key = self.keys[number]
        own = self._link[key.axis]
        row = np.zeros((steps, len(self._link_table[key.axis])))
        row[:, 0] = 1.0
        for k, source in enumerate(own):
            row[:, 1 + k] = values[id(source)] @ value_weights(key.at)
        if key.shift == 0.0:
            return row
        first, last = self._composition.flows[0], self._composition.flows[-1]
        factor = key.shift * dt / self._composition.distance  # shift·τ²/(distance·τ)
        for k, source in enumerate(own):
            at_nodes = values[id(source)]
            row[:, 1 + k] -= factor * (_slope(at_nodes, dt, last) - _slope(at_nodes, dt, first))
        return row

    def _rise(self, values: RealField, dt: float) -> RealField:
        """∂ₜ of a potential at mid-step: between its means over the first and the last flow."""
        first, last = self._composition.flows[0], self._composition.flows[-1]
        weights = mean_weights(last.start, last.end) - mean_weights(first.start, first.end)
        result: RealField = values @ weights / (self._composition.distance * dt)
        return result

    def _strengths(self, values: NodeValues, steps: int, dt: float, flow: Flow) -> RealField:
        """How strong each source of force is over a flow: 1, means of V's, slopes of A's."""
        columns = [np.ones(steps)]
        columns += [values[id(s)] @ mean_weights(flow.start, flow.end) for s in self._site]
        for sources in self._link:
            columns += [_slope(values[id(source)], dt, flow) for source in sources]
        return np.stack(columns, axis=1)


def _divided(arrays: list[RealField], divisor: float) -> tuple[RealField, ...]:
    """Return array/divisor of each, letting go of one after the other."""
    result = []
    arrays.reverse()
    while arrays:
        array = arrays.pop()
        result.append(array if divisor == 1.0 else array / divisor)
    return tuple(result)


def _slope(values: RealField, dt: float, flow: Flow) -> RealField:
    rise = values @ rise_weights(flow.start, flow.end)
    result: RealField = rise / ((flow.end - flow.start) * dt)
    return result


def _placed(h: Hamiltonian, axis: int) -> Sequence[tuple[float, Field]]:
    """(factor, field) of what acts on sites (axis −1) or on the links of an axis."""
    charge = h.potentials.charge
    if axis < 0:
        return ((charge, h.potentials.scalar), (1.0, h.external))
    return ((charge * h.grid.spacing[axis], h.potentials.vector[axis]),)


def _sources(h: Hamiltonian, axis: int, first: float, last: float) -> list[Source]:
    result = []
    for factor, field in _placed(h, axis):
        for profile, envelope in field.drives:
            result.append(Source(axis, factor * profile, envelope_at(field.name, envelope)))
        for sample in field.samples:
            rise = sample.at(last) - sample.at(first)
            result.append(Source(axis, factor * rise, _ramp(first, last)))
    return result


def _sample_base(h: Hamiltonian, axis: int, first: float) -> RealField | float:
    parts = [f * sample.at(first) for f, field in _placed(h, axis) for sample in field.samples]
    return sum(parts, start=0.0)


def _ramp(first: float, last: float) -> Envelope:
    return lambda times: (times - first) / (last - first)
