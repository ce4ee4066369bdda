"""Steps of a composition on a Hamiltonian: static, separable in time, or anything else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from heatgauge.arguments import ComplexField, RealField
from heatgauge.axial_frame import axial_frame, same_links
from heatgauge.composition import Composition
from heatgauge.errors import NumericalError
from heatgauge.kinetic_coupling import Coupling, coupling_of_links
from heatgauge.separable_phases import SeparablePhases, is_separable
from heatgauge.step_phases import LinkKey, StepPhases
from heatgauge.step_samples import StepSamples
from heatgauge.sweep_stages import Alike, LinePropagator, Lines, StageProgram, strengths

if TYPE_CHECKING:
    from heatgauge.hamiltonian import Hamiltonian

_STEPS_AT_ONCE = 1024  # driven: how many steps are laid out at once

Composer = Callable[[Coupling, int], Composition]


class SweepStepper:
    """Knows H and dt, and advances states; holds no state itself."""

    def __init__(
        self,
        hamiltonian: Hamiltonian,
        dt: float,
        composer: Composer,
        lines: LinePropagator,
        members: int,
        threads: int,
    ) -> None:
        self.hamiltonian = hamiltonian
        self.dt = dt
        self._composer = composer
        self._method = lines.method
        self._programs = _Programs(hamiltonian, dt, lines, members, threads)
        self._steady: Coupling | None = None
        if hamiltonian.is_static:
            hamiltonian.site_potential(0.0)  # these two refuse what overflows
            hamiltonian.link_phases(0.0)
        if _has_steady_induction(hamiltonian):
            self._steady = _steady_coupling(hamiltonian)
        self._separable = self._steady is not None and is_separable(hamiltonian)
        # Refined steps keep their links: a turn and back would round more than they do.
        self._unlinks = isinstance(lines, Lines) and not lines.refine and members == 1
        self._static: StageProgram | None = None
        self._phases: SeparablePhases | None = None
        self._samples: StepSamples | None = None
        if hamiltonian.is_static:
            self._static = self._prepared()

    @property
    def reason(self) -> str:
        """Which composition is used, and why."""
        return self._programs.reason

    def advance(
        self, psi: ComplexField, start: float, first: int, count: int, taken: int = 0
    ) -> None:
        """Advance ψ in place by ``count`` steps, from t = start + first·dt on.

        ``taken``: number of steps before ``start``, for what an error says.
        """
        done = 0
        try:
            if self._static is not None:
                self._static.advance(psi, count)
                return
            while done < count:
                part = min(count - done, _STEPS_AT_ONCE)
                numbers = np.arange(first + done, first + done + part, dtype=np.float64)
                starts = start + numbers * self.dt
                with np.errstate(all="ignore"):  # what overflows is refused where it is set
                    if self._separable:
                        self._advance_separable(psi, starts)
                    else:
                        self._advance_general(psi, starts)
                done += part
        except NumericalError as error:
            step = first + done + (error.step or 0)
            raise self._located(error, taken + step, start + step * self.dt) from error

    def _prepared(self) -> StageProgram:
        """The program of a static Hamiltonian, its slots set once."""
        h, coupling = self.hamiltonian, self._steady
        assert coupling is not None  # what does not change is steady
        composition = self._composer(coupling, h.grid.dimensions)
        phases = StepPhases(h, composition)
        with np.errstate(all="ignore"):  # what overflows is refused where it is set
            links = phases.links(0.0, self.dt)
        frame = axial_frame(h.grid, composition, phases.keys, links) if self._unlinks else None
        links = links if frame is None else frame.links
        turn = None if frame is None else frame.turn
        del frame
        kinds = _kinds((key.axis, [link]) for key, link in zip(phases.keys, links, strict=True))
        alike = Alike(links=_links_alike(phases.keys, links), ends=turn is None)
        program = self._programs.get(composition, coupling, {}, kinds, alike)
        program.set_links(links)
        del links
        with np.errstate(all="ignore"):
            program.set_steady_flows(phases.each_flow(0.0, self.dt), turn)
        return program

    def _advance_separable(self, psi: ComplexField, starts: RealField) -> None:
        h, coupling = self.hamiltonian, self._steady
        assert coupling is not None  # see __init__
        composition = self._composer(coupling, h.grid.dimensions)
        if self._phases is None or self._phases.has_samples:
            last = float(starts[-1]) + self.dt
            self._phases = SeparablePhases(h, composition, float(starts[0]), last)
        phases = self._phases
        try:
            table = phases.table(starts, self.dt)
        except NumericalError:
            self._one_by_one(psi, starts)
            raise  # not reached: what fails for all steps fails for one of them
        program = self._programs.get(
            composition, coupling, {}, _kinds(enumerate(table.link_arrays))
        )
        program.advance_table(psi, table)

    def _one_by_one(self, psi: ComplexField, starts: RealField) -> None:
        """Steps laid out singly, so that the first one whose fields fail is the one named."""
        if starts.size == 1:
            return
        for step in range(starts.size):
            try:
                self._advance_separable(psi, starts[step : step + 1])
            except NumericalError as error:
                error.step = step
                raise

    def _advance_general(self, psi: ComplexField, starts: RealField) -> None:
        if self._samples is None:
            self._samples = StepSamples(self.hamiltonian)
        self._samples.expect(starts, self.dt)
        for step, t in enumerate(starts.tolist()):
            try:
                program = self._prepared_at(t)
            except NumericalError as error:
                error.step = step
                raise
            _one_step(program, psi, step)

    def _prepared_at(self, t: float) -> StageProgram:
        """The program of the step from ``t``: fields, and the coupling where A may change it."""
        h, dimensions = self.hamiltonian, self.hamiltonian.grid.dimensions
        coupling = self._steady
        omegas: dict[float, float] = {}
        phases: StepPhases | None = None
        guess: Composition | None = None
        if coupling is None:
            guess = self._composer(Coupling("uniform", (0, 1)), dimensions)
            phases = StepPhases(h, guess, self._samples)
            coupling, omegas = _coupling_of_step(h, phases, t, self.dt)
        composition = self._composer(coupling, dimensions)
        if phases is None or composition != guess:
            phases = StepPhases(h, composition, self._samples)
        flows, links = phases.flows(t, self.dt), phases.links(t, self.dt)
        kinds = _kinds((key.axis, [link]) for key, link in zip(phases.keys, links, strict=True))
        arrays = {axis: "none" if kind == "none" else "array" for axis, kind in kinds.items()}
        program = self._programs.get(composition, coupling, omegas, arrays)
        program.set_flows(flows)
        program.set_links(links)
        return program

    def _located(self, error: NumericalError, step: int, time: float) -> NumericalError:
        return NumericalError(
            f"{self._method} failed in step {step} at t = {time:.6g} (dt = {self.dt:.3g}): {error} "
            f"Look at the potentials at that time.",
            step=step,
            residual=error.residual,
            time=time,
        )


class _Programs:
    """Makes programs for steps of one length, and keeps the last one."""

    def __init__(
        self, hamiltonian: Hamiltonian, dt: float, lines: LinePropagator, members: int, threads: int
    ) -> None:
        self._hamiltonian = hamiltonian
        self._dt = dt
        self._lines = lines
        self._members = members
        self._threads = threads
        self._program: StageProgram | None = None
        self._made_for: tuple[Any, ...] = ()
        self.reason = "no step was taken"

    def get(
        self,
        composition: Composition,
        coupling: Coupling,
        omegas: Mapping[float, float],
        kinds: Mapping[int, str],
        alike: Alike | None = None,
    ) -> StageProgram:
        """Return a program; ``omegas`` (time of the links → ω) where the induction varies.

        ``alike``: see StageProgram.
        """
        alike = Alike() if alike is None else alike
        h = self._hamiltonian
        at = dict(omegas) or {part.at: coupling.omega for part in composition.kinetics}
        wanted = (composition, tuple(at.items()), tuple(sorted(kinds.items())), alike)
        if self._program is None or wanted != self._made_for:
            times = strengths(h, composition, self._dt, at)
            self._program = StageProgram(
                h, composition, times, self._lines, kinds, self._members, self._threads, alike
            )
            self._made_for = wanted
            self.reason = _reason(composition, coupling)
        return self._program


def _reason(composition: Composition, coupling: Coupling) -> str:
    text = f"{composition.name} composition, order {composition.order} in time"
    if any(part.rule != "plain" for part in composition.kinetics):
        return f"{text}, exact shears: {coupling.reason or 'the induction is uniform'}"
    return f"{text}: {coupling.reason}" if coupling.reason else text


def _steady_coupling(h: Hamiltonian) -> Coupling:
    """The coupling where what changes with time has no curl: no field is asked at any time."""
    plain = h.potentials.without_gauge()
    factor = plain.charge / h.hbar
    links: list[RealField | None] = []
    with np.errstate(all="ignore"):
        for axis, static in enumerate(plain.static_links()):
            first = sum(
                (sample.values[0] * h.grid.spacing[axis] for sample in plain.vector[axis].samples),
                start=static,
            )
            links.append(factor * first)
        return coupling_of_links(h, links)


def _has_steady_induction(h: Hamiltonian) -> bool:
    """Whether no part of A that changes with time has a curl."""
    if h.grid.dimensions == 1 or all(field.is_static for field in h.potentials.vector):
        return True
    if any(field.callables for field in h.potentials.vector):
        return False
    zero = [np.zeros(h.grid.link_shape(a)) for a in range(h.grid.dimensions)]
    for axis, field in enumerate(h.potentials.vector):
        # Each by its own size: an envelope may make anything of the profile of a drive.
        parts = [(profile, float(np.max(np.abs(profile)))) for profile, _ in field.drives]
        for sample in field.samples:
            size = float(np.max(np.abs(sample.values)))
            parts += [(row - sample.values[0], size) for row in sample.values[1:]]
        for array, size in parts:
            links = [*zero]
            links[axis] = array / size if size > 0 else array
            if coupling_of_links(h, links).kind != "none":
                return False
    return True


def _coupling_of_step(
    h: Hamiltonian, phases: StepPhases, t: float, dt: float
) -> tuple[Coupling, dict[float, float]]:
    """The coupling over a step, and ω at the times of its links where one plane has one."""
    links: dict[float, list[RealField | None]] = {}
    for key, phase in zip(phases.keys, phases.bare_links(t, dt), strict=True):
        links.setdefault(key.at, [None] * h.grid.dimensions)[key.axis] = phase
    found = {at: coupling_of_links(h, list(axes)) for at, axes in links.items()}
    kinds = {c.kind for c in found.values()}
    planes = {c.plane for c in found.values() if c.kind == "uniform"}
    if "general" in kinds:
        return next(c for c in found.values() if c.kind == "general"), {}
    if len(planes) > 1:
        return Coupling("general", reason="the induction turns within a step"), {}
    if not planes:
        return Coupling("none"), {}
    coupling = next(c for c in found.values() if c.kind == "uniform")
    return coupling, {at: c.omega for at, c in found.items()}


def _kinds(links: Iterable[tuple[int, Sequence[RealField | None]]]) -> dict[int, str]:
    """How the links of each axis are kept: "none", "uniform" (one number) or "array"."""
    rank = {"none": 0, "uniform": 1, "array": 2}
    result: dict[int, str] = {}
    for axis, arrays in links:
        kind = "none"
        for array in arrays:
            if array is None or not np.any(array):
                continue
            same = bool(np.all(array == array.flat[0]))
            kind = max(kind, "uniform" if same else "array", key=rank.__getitem__)
        result[axis] = max(result.get(axis, "none"), kind, key=rank.__getitem__)
    return result


def _links_alike(keys: Sequence[LinkKey], links: Sequence[RealField | None]) -> bool:
    """Whether the links of an axis are the same at all times of a step."""
    of_axis: dict[int, RealField | None] = {}
    return all(
        same_links(of_axis.setdefault(key.axis, phase), phase)
        for key, phase in zip(keys, links, strict=True)
    )


def _one_step(program: StageProgram, psi: ComplexField, step: int) -> None:
    try:
        program.advance(psi, 1)
    except NumericalError as error:
        error.step = step
        raise
