"""Crank–Nicolson on the assembled Hamiltonian."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from heatgauge import _core
from heatgauge.arguments import ComplexField, RealField, choice
from heatgauge.errors import NumericalError
from heatgauge.fields import Sampled, envelope_value
from heatgauge.method import Plan
from heatgauge.time_steps import choose_steps

if TYPE_CHECKING:
    from heatgauge.hamiltonian import Hamiltonian

# Bounds below which a direct factorisation is worth while, and may be kept in memory.
_MOST_FACTOR_BYTES = 2e9
_FLOPS_PER_SECOND = 3e9
_BYTES_PER_SECOND = 6e9
_SECONDS_PER_ENTRY = 3e-9  # of one Krylov iteration
_SMALL = 2000  # unknowns that Eigen's sparse LU factors in some 10 ms
_Placed = Sequence[tuple[int, RealField]]
_STEPS_AT_ONCE = 1024  # driven: how many middle times are laid out at once


@dataclasses.dataclass(frozen=True)
class CrankNicolson:
    """(1 + i dt H/2ħ) ψ' = (1 − i dt H/2ħ) ψ with H at the middle of the step.

    Unitary, time reversible, 2nd order in dt, covariant under gauge functions χ(x) that do not
    depend on time. A step solves for the increment ψ' − ψ; with ``refine`` (the default) the
    residual is solved for once more, and the norm stays within 1e-12 over 1e6 steps. Without, the
    drift is at most 5e-16 per step and a step costs half.

    Parameters
    ----------
    solver : {"auto", "banded", "direct", "iterative"}
        "banded": (cyclic) banded elimination, 1D. "direct": sparse factors, kept while H and dt
        stay the same; 2D and 3D. "iterative": Lanczos iteration to round-off, its true residual
        checked, for large or driven problems; its Galerkin condition conserves the norm by itself.
        "auto" takes banded in 1D, else whatever is expected to be faster.
    refine : bool

    Examples
    --------
    >>> import heatgauge as hg
    >>> grid = hg.Grid([hg.Axis(-10, 10, 256)])
    >>> psi = hg.gaussian_packet(grid, center=0, momentum=1, width=1)
    >>> run = hg.propagate(hg.Hamiltonian(grid), psi, [0, 1, 2], dt=0.01,
    ...                    method=hg.CrankNicolson(refine=True), observe={"x": hg.Position(0)})
    >>> [round(abs(float(x)), 2) for x in run.records["x"]]
    [0.0, 1.0, 2.0]
    """

    solver: str = "auto"
    refine: bool = True
    precision: ClassVar[str] = "double"
    advances_gaps: ClassVar[bool] = False

    def __post_init__(self) -> None:
        choice("solver", self.solver, ("auto", "banded", "direct", "iterative"))
        if not isinstance(self.refine, bool):
            raise TypeError(f"Argument `refine` must be True or False, but is {self.refine!r}.")

    def stepper(
        self, hamiltonian: Hamiltonian, dt: float, steps: int, members: int = 1, threads: int = 1
    ) -> CrankNicolsonStepper:
        """Return what advances states by steps of ``dt``; about ``steps`` of them are expected.

        Members are advanced one after another, on one thread.
        """
        solver, reason = _choose(self.solver, hamiltonian, dt, steps)
        return CrankNicolsonStepper(hamiltonian, dt, solver, reason, self.refine)

    def require(self, hamiltonian: Hamiltonian) -> None:
        """Any Hamiltonian will do."""

    def plan(
        self,
        hamiltonian: Hamiltonian,
        psi0: ComplexField,
        times: RealField,
        breakpoints: RealField,
        rtol: float,
        threads: int = 1,
    ) -> Plan:
        """Return the steps with which ψ ends within ``rtol``·‖ψ‖ of the exact evolution."""
        return Plan(self, *choose_steps(self, hamiltonian, psi0, times, breakpoints, rtol))

    def space_order(self, hamiltonian: Hamiltonian) -> float:
        """That of the stencil of H."""
        return float(hamiltonian.order)

    def drift_bar(self, steps: int) -> float:
        """Relative change of the norm after ``steps`` steps that means a run has failed."""
        return 1e-9 * max(1.0, steps * 1e-6)


class CrankNicolsonStepper:
    """Knows H and dt, and advances states; holds no state itself."""

    def __init__(
        self,
        hamiltonian: Hamiltonian,
        dt: float,
        solver: _core.CayleySolver,
        reason: str,
        refine: bool,
    ) -> None:
        self.hamiltonian = hamiltonian
        self.dt = dt
        self.reason = reason
        self._solver = solver
        self._refine = refine
        self._core: _core.CrankNicolson | None = None
        self._values: ComplexField | None = None
        self._drives: _Drives | None = None
        self._absorption: _core.Absorption | None = None
        if hamiltonian.absorbers:
            slabs = [layer.slab for layer in hamiltonian.absorbers]
            alpha = 0.5 * dt / hamiltonian.hbar
            self._absorption = _core.Absorption(hamiltonian.grid.core, slabs, alpha)
            self.reason += "; " + ", ".join(repr(layer) for layer in hamiltonian.absorbers)
        if hamiltonian.is_static:
            self._prepare(0.0)
        elif _has_no_callables(hamiltonian) and not _has_driven_wall_force(hamiltonian):
            self._drives = _Drives(hamiltonian)

    def advance(
        self, psi: ComplexField, start: float, first: int, count: int, taken: int = 0
    ) -> RealField | None:
        """Advance ψ in place by ``count`` steps, from t = start + first·dt on.

        ``taken``: number of steps before ``start``, for what an error says. Returns what each
        absorber took of Σ|ψ|², of several members one row for each.
        """
        grid = self.hamiltonian.grid
        lost = [
            self._advance_one(member, start, first, count, taken)
            for member in psi.reshape(-1, *grid.shape)
        ]
        if not self.hamiltonian.absorbers:
            return None
        return np.array(lost).reshape(*psi.shape[: psi.ndim - grid.dimensions], -1)

    def _advance_one(
        self, psi: ComplexField, start: float, first: int, count: int, taken: int
    ) -> RealField:
        done, lost = 0, np.zeros(len(self.hamiltonian.absorbers))
        try:
            if self.hamiltonian.is_static:
                lost += self._prepare(0.0).advance(psi, count, self._absorption)
                done = count
            while done < count:
                part = min(count - done, _STEPS_AT_ONCE)
                middles = np.arange(first + done, first + done + part, dtype=np.float64) + 0.5
                lost += self._advance_driven(psi, start + middles * self.dt)
                done += part
        except NumericalError as error:
            step = first + done + (error.step or 0)
            time = start + step * self.dt
            raise _located(error, taken + step, time, self.dt) from error
        return lost

    def _advance_driven(self, psi: ComplexField, middles: RealField) -> RealField:
        """One step for each of the times, at the middles of the steps; returns the losses."""
        if self._drives is not None and self._drives.separable(middles):
            core = self._prepare(float(middles[0]))
            fields, rows = self._drives.fields(middles), self._drives.envelopes(middles)
            return np.array(
                core.advance_driven(psi, self.hamiltonian.core, fields, rows, self._absorption)
            )
        lost = np.zeros(len(self.hamiltonian.absorbers))
        for step, middle in enumerate(middles):
            try:
                lost += self._refill(float(middle)).advance(psi, 1, self._absorption)
            except NumericalError as error:
                error.step = step
                raise
        return lost

    def _prepare(self, t: float) -> _core.CrankNicolson:
        if self._core is None:
            h = self.hamiltonian
            self._values = h.values(t)
            if self._absorption is not None:
                self._absorption.scale(*h.pattern, self._values)
            self._core = _core.CrankNicolson(
                h.grid.core,
                h.reach,
                *h.pattern,
                self._values,
                0.5 * self.dt / h.hbar,
                self._solver,
                self._refine,
            )
        return self._core

    def _refill(self, t: float) -> _core.CrankNicolson:
        if self._core is None:
            return self._prepare(t)
        values = self.hamiltonian.values(t, out=self._values)
        if self._absorption is not None:
            self._absorption.scale(*self.hamiltonian.pattern, values)
        self._core.update()
        return self._core


class _Drives:
    """The time dependence of a Hamiltonian without callables, as the core evaluates it.

    Between two sampling times a sampled field is a constant part plus a profile that grows linearly
    with time: over a few steps it is one more drive.
    """

    def __init__(self, h: Hamiltonian) -> None:
        self._hamiltonian = h
        charge, link = h.potentials.charge, h.potentials.charge / h.hbar
        # -1: sites; else the axis of the links, whose phases are (s/ħ)·h·A
        placed = [(-1, charge, h.potentials.scalar), (-1, 1.0, h.external)]
        for axis, field in enumerate(h.potentials.vector):
            placed.append((axis, link * h.grid.spacing[axis], field))
        self._profiles: list[tuple[int, RealField]] = []
        self._envelopes: list[tuple[str, Callable[[float], Any]]] = []
        self._samples: list[tuple[int, float, Sampled]] = []
        for axis, scale, field in placed:
            for profile, envelope in field.drives:
                self._profiles.append((axis, self._on_lattice(axis, scale * profile)))
                self._envelopes.append((field.name, envelope))
            self._samples += [(axis, scale, sample) for sample in field.samples]
        self._potential = h.static_site_potential()
        self._phases = h.static_link_phases()
        self._fields = None if self._samples else self._assembled((), ())

    def separable(self, times: RealField) -> bool:
        """Whether no sampling time lies between the first and the last of ``times``."""
        ends = times[[0, -1]]
        return all(
            int(np.diff(sample.times.searchsorted(ends, side="right"))[0]) == 0
            for _, _, sample in self._samples
        )

    def fields(self, times: RealField) -> _core.DrivenFields:
        """Return the fields for the row of envelopes of each of ``times``."""
        if self._fields is not None:
            return self._fields
        first, last = float(times[0]), float(times[-1])
        starts = [(axis, scale * sample.at(first)) for axis, scale, sample in self._samples]
        ends = [(axis, scale * sample.at(last)) for axis, scale, sample in self._samples]
        return self._assembled(starts, ends)

    def envelopes(self, times: RealField) -> RealField:
        """Return the values of all envelopes, one row per time; samples come last."""
        rows = np.empty((times.size, len(self._envelopes) + len(self._samples)))
        for row, t in enumerate(times):
            try:
                for column, (name, envelope) in enumerate(self._envelopes):
                    rows[row, column] = envelope_value(name, envelope, float(t))
            except NumericalError as error:
                error.step = row
                raise
        if self._samples:
            span = times[-1] - times[0]
            ramp = (times - times[0]) / span if span > 0 else np.zeros(times.size)
            rows[:, len(self._envelopes) :] = ramp[:, None]
        return rows

    def _assembled(self, starts: _Placed, ends: _Placed) -> _core.DrivenFields:
        potential, phases = self._potential, list(self._phases)
        profiles = list(self._profiles)
        for (axis, start), (_, end) in zip(starts, ends, strict=True):
            if axis < 0:
                potential = potential + self._on_lattice(axis, start)
            else:
                before = phases[axis]
                phases[axis] = start if before is None else before + start
            profiles.append((axis, self._on_lattice(axis, end - start)))
        return _core.DrivenFields(self._hamiltonian.grid.core, potential, phases, profiles)

    def _on_lattice(self, axis: int, values: RealField) -> RealField:
        return self._hamiltonian.with_wall_correction(values) if axis < 0 else values


def _has_no_callables(h: Hamiltonian) -> bool:
    """Whether all fields are static, drives or samples, so that no Python runs within a step."""
    fields = (h.external, h.potentials.scalar, *h.potentials.vector)
    return not any(field.callables for field in fields) and not h.potentials.gauges


def _has_driven_wall_force(h: Hamiltonian) -> bool:
    """Whether ∂ₜA enters the wall correction of orders 6 and 8, which then is not separable."""
    driven = any(not field.is_static for field in h.potentials.vector)
    return h.order >= 6 and driven and not all(h.grid.periodic)


def _choose(solver: str, h: Hamiltonian, dt: float, steps: int) -> tuple[_core.CayleySolver, str]:
    kinds = _core.CayleySolver
    fits = h.given_matrix is None and _core.banded_fits(h.grid.core, h.reach)
    if solver == "banded":
        if not fits:
            raise ValueError(
                "Argument `solver` must not be 'banded' here: banded elimination needs one axis "
                "with at least 3·order/2 points (2·order on a ring) and hg.Hamiltonian's own "
                "stencils. Use solver='auto'."
            )
        return kinds.banded, "banded elimination, as asked"
    if solver == "iterative":
        return kinds.krylov, "Lanczos iteration, as asked"
    if solver == "auto" and fits:
        return kinds.banded, "banded elimination: one axis"
    if h.grid.size <= _SMALL and (solver == "direct" or h.is_static):
        return kinds.sparse_lu, "sparse LU: few sites"
    if solver == "direct":
        if h.given_matrix is not None:
            raise ValueError(
                f"Argument `solver` must not be 'direct' for a given matrix of more than {_SMALL} "
                f"rows, but is, with {h.grid.size}: use 'iterative' or 'auto'."
            )
        return kinds.dissection, "nested dissection, as asked"
    return _by_cost(h, dt, steps)


def _by_cost(h: Hamiltonian, dt: float, steps: int) -> tuple[_core.CayleySolver, str]:
    kinds = _core.CayleySolver
    if not h.is_static:
        return kinds.krylov, "Lanczos iteration: H changes at every step"
    if h.given_matrix is not None:
        return kinds.krylov, "Lanczos iteration: a given matrix"
    factor_bytes, flops = _core.dissection_cost(h.grid.core, h.reach)
    if factor_bytes > _MOST_FACTOR_BYTES:
        return kinds.krylov, f"Lanczos iteration: factors would take {factor_bytes / 1e9:.2g} GB"
    # Lanczos needs some dt·‖H‖/ħ iterations for what a state excites of H; a quarter is typical.
    norm = _norm_estimate(h)
    iterations = 12 + 0.25 * dt * norm / h.hbar
    iterative = steps * iterations * _SECONDS_PER_ENTRY * h.estimate().nonzeros
    direct = flops / _FLOPS_PER_SECOND + 2 * steps * factor_bytes / _BYTES_PER_SECOND
    if direct < iterative:
        return kinds.dissection, "nested dissection: factors pay for the number of steps"
    return kinds.krylov, "Lanczos iteration: few iterations per step expected"


def _norm_estimate(h: Hamiltonian) -> float:
    mass = float(np.min(h.mass))
    kinetic = sum((np.pi * h.hbar / a.spacing) ** 2 / (2 * mass) for a in h.grid.axes)
    return float(kinetic + np.max(np.abs(h.site_potential(0.0))))


def _located(error: NumericalError, step: int, time: float, dt: float) -> NumericalError:
    """The same error with the step of the run, its time, and what to try."""
    return NumericalError(
        f"Crank–Nicolson failed in step {step} at t = {time:.6g} (dt = {dt:.3g}): {error} "
        f"Try a smaller dt, and look at the potentials at that time.",
        step=step,
        residual=error.residual,
        time=time,
    )
