"""U, V and A at the nodes of steps, several steps at once, and what follows within a step."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from heatgauge.arguments import RealField
from heatgauge.errors import NumericalError
from heatgauge.fields import Field, envelope_value
from heatgauge.many_times import ManyTimes
from heatgauge.step_nodes import NODES, mean_weights, rise_weights, value_weights

if TYPE_CHECKING:
    from heatgauge.hamiltonian import Hamiltonian

_SITES = -1
# Values of one field that are laid out at once: beyond the cache nothing is gained.
_MOST_VALUES = 1 << 16


class StepSamples:
    """Integrals over parts of a step and values within it, of the fields before any gauge change.

    In units of action: ∫(sV + U)dt on sites, ∫sA·dl on links.
    """

    def __init__(self, hamiltonian: Hamiltonian) -> None:
        h = hamiltonian
        plain = h.potentials.without_gauge()
        charge = plain.charge
        fields: dict[int, list[tuple[float, Field]]] = {
            _SITES: [(charge, plain.scalar), (1.0, h.external)]
        }
        for axis, field in enumerate(plain.vector):
            fields[axis] = [(charge * h.grid.spacing[axis], field)]
        self._static = {where: _static_sum(listed) for where, listed in fields.items()}
        # drives: a profile and its envelope, at the nodes of all steps that are expected
        self._drives = {
            where: [
                (factor * profile, envelope_at(field.name, envelope))
                for factor, field in listed
                for profile, envelope in field.drives
            ]
            for where, listed in fields.items()
        }
        self._strengths: dict[int, list[RealField]] = {}
        self._varying = {
            where: [
                (factor, VaryingPart(field))
                for factor, field in listed
                if field.callables or field.samples
            ]
            for where, listed in fields.items()
        }
        self._shapes = {where: listed[0][1].location.shape for where, listed in fields.items()}
        self._singly = False
        self._steps: tuple[dict[float, int], float] = ({}, 0.0)
        self._laid_out: dict[int, tuple[int, RealField]] = {}

    def expect(self, starts: RealField, dt: float) -> None:
        """Say which steps come, so that several of them can be laid out at once."""
        # steps shorter than the last place of t begin at the same time
        self._steps = ({t: k for k, t in enumerate(dict.fromkeys(starts.tolist()))}, dt)
        self._laid_out, self._strengths = {}, {}

    def action(self, t: float, dt: float, start: float, end: float) -> RealField:
        """Return ∫(sV + U)dt from t + start·dt to t + end·dt."""
        span = (end - start) * dt
        return self._combined(_SITES, t, dt, span * mean_weights(start, end), span)

    def potential_rise(
        self, t: float, dt: float, first: tuple[float, float], last: tuple[float, float]
    ) -> RealField:
        """Return the mean of sV + U over one part of a step less that over another."""
        return self._combined(_SITES, t, dt, mean_weights(*last) - mean_weights(*first), 0.0)

    def momentum(self, axis: int, t: float, dt: float, at: float) -> RealField:
        """Return ∫sA·dl on the links of an axis at t + at·dt."""
        return self._combined(axis, t, dt, value_weights(at), 1.0)

    def momentum_rise(self, axis: int, t: float, dt: float, start: float, end: float) -> RealField:
        """Return by how much ∫sA·dl grows from t + start·dt to t + end·dt."""
        return self._combined(axis, t, dt, rise_weights(start, end), 0.0)

    def _combined(
        self, where: int, t: float, dt: float, weights: RealField, static: float
    ) -> RealField:
        base, shape = self._static[where], self._shapes[where]
        result = np.zeros(shape) if base is None or static == 0.0 else static * base
        if self._drives[where]:
            step = self._step(t, dt)
            for (profile, _), strengths in zip(
                self._drives[where], self._envelopes(where, step, dt), strict=True
            ):
                result += float(weights @ strengths[step]) * profile
        if self._varying[where]:
            values = self._values(where, self._step(t, dt), dt)
            result += (weights @ values.reshape(NODES.size, -1)).reshape(shape)
        return result

    def _step(self, t: float, dt: float) -> int:
        """The number of the step among those expected."""
        numbers, expected = self._steps
        if dt != expected or t not in numbers:
            self.expect(np.array([t]), dt)
            return 0
        return numbers[t]

    def _envelopes(self, where: int, step: int, dt: float) -> list[RealField]:
        """The envelopes of all drives at the nodes of the steps expected, (steps, 5) each."""
        if where not in self._strengths:
            starts = np.array(list(self._steps[0]))
            times = (starts[:, None] + dt * NODES).ravel()
            try:
                found = [envelope(times) for _, envelope in self._drives[where]]
            except NumericalError:
                if starts.size == 1:
                    raise
                # so that the step that fails is the one under way
                self.expect(starts[step : step + 1], dt)
                return [np.tile(row, (step + 1, 1)) for row in self._envelopes(where, 0, dt)]
            self._strengths[where] = [values.reshape(-1, NODES.size) for values in found]
        return self._strengths[where]

    def _values(self, where: int, step: int, dt: float) -> RealField:
        """Callables and samples at the nodes of a step, (5, *shape)."""
        first, values = self._laid_out.get(where, (0, np.empty((0, 0))))
        if not first <= step < first + len(values):
            first, values = step, self._evaluated(where, step, dt)
            self._laid_out[where] = (first, values)
        result: RealField = values[step - first]
        return result

    def _evaluated(self, where: int, step: int, dt: float) -> RealField:
        """Values of the step and those after it, (steps, 5, *shape)."""
        shape = self._shapes[where]
        most = max(1, _MOST_VALUES // (NODES.size * max(1, math.prod(shape))))
        count = 1 if self._singly else most
        starts = np.array(list(self._steps[0])[step : step + count])
        try:
            return self._sum(where, starts, dt)
        except NumericalError:
            if starts.size == 1:
                raise
            self._singly = True  # so that the step that fails is the one under way
            return self._sum(where, starts[:1], dt)

    def _sum(self, where: int, starts: RealField, dt: float) -> RealField:
        times = (starts[:, None] + dt * NODES).ravel()
        parts = [(factor, part(times)) for factor, part in self._varying[where]]
        for factor, values in parts:
            if factor != 1.0:
                values *= factor
        total = parts[0][1]
        for _, values in parts[1:]:
            total += values
        return total.reshape(starts.size, NODES.size, *self._shapes[where])


class VaryingPart:
    """The callables and samples of a field, on sites or as means over links, at many times."""

    def __init__(self, field: Field) -> None:
        self._field = field
        self._callables = [
            ManyTimes(functools.partial(field.mean_of, f), functools.partial(field.spread_of, f))
            for f in field.callables
        ]

    def __call__(self, times: RealField) -> RealField:
        """Return an array (times, *shape)."""
        parts = [f(times) for f in self._callables]
        parts += [
            np.array([sample.at(t) for t in times.tolist()]) for sample in self._field.samples
        ]
        for more in parts[1:]:
            parts[0] += more
        return parts[0]


def envelope_at(name: str, envelope: Callable[[Any], Any]) -> ManyTimes:
    """Return the envelope of a Drive as a function of an array of times."""
    return ManyTimes(functools.partial(envelope_value, name, envelope), envelope)


def _static_sum(fields: list[tuple[float, Field]]) -> RealField | None:
    parts = [factor * field.static for factor, field in fields if field.static is not None]
    return sum(parts[1:], start=parts[0]) if parts else None
