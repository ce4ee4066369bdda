"""The time loop of a propagation."""

from __future__ import annotations

import math
import types
import warnings
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from heatgauge.arguments import (
    ComplexField,
    RealField,
    choice,
    complex_array,
    increasing_times,
    integer,
    real,
)
from heatgauge.crank_nicolson import CrankNicolson
from heatgauge.drive_features import missed_share
from heatgauge.errors import AccuracyWarning, AliasingWarning, Interrupted, NumericalError
from heatgauge.evolution import Evolution
from heatgauge.hamiltonian import Hamiltonian
from heatgauge.method import Method, Plan, require_method
from heatgauge.observers import Measurement, Snapshot
from heatgauge.progress import Progress
from heatgauge.time_steps import Interval, Steppers, intervals


def propagate(
    H: Hamiltonian,
    psi0: Any,
    times: Any,
    *,
    method: Method | None = None,
    dt: float | None = None,
    rtol: float | None = None,
    observe: Mapping[str, Any] | None = None,
    store: str = "final",
    callback: Callable[[float, ComplexField], Any] | None = None,
    breakpoints: Any = (),
    progress: bool = False,
    threads: int | None = None,
) -> Evolution:
    """Solve iħ∂ₜψ = H(t)ψ from times[0] on, and record at all ``times``.

    Parameters
    ----------
    H : Hamiltonian
    psi0 : complex array of the grid's shape
        State at times[0]; never normalised. Its norm must lie in [1e-150, 1e150].
    times : sequence of float
        Output times, strictly increasing.
    method : hg.CrankNicolson(...), …, optional
        None chooses, and ``run.method`` says what and why.
    dt : float, optional
        Longest step; each interval between outputs and breakpoints is cut into ceil(Δ/dt) equal
        steps, t = t₀ + n·dt.
    rtol : float, optional
        Asked time error of ψ at the last time, relative to ‖ψ‖ (with respect to the exact evolution
        of the same lattice). Neither dt nor rtol: 1e-6.
    observe : mapping of str to observer, optional
        hg.Norm(), hg.Position(0), … or any ``f(t, psi)``, called at every output time with a
        read-only view.
    store : {"final", "all"}
        Whether ``run.states`` holds the states at all output times.
    callback : callable, optional
        ``callback(t, psi)`` at every output time, psi a read-only view. What it raises surfaces as
        it is.
    breakpoints : sequence of float
        Times that no step may cross: where a drive jumps or has a kink.
    progress : bool
        Show progress on stderr.
    threads : int, optional
        Accepted for later; Crank–Nicolson runs on one thread. The result does not depend on it.

    Returns
    -------
    Evolution

    Raises
    ------
    ValueError, TypeError
        For bad arguments, both dt and rtol among them.
    NumericalError
        With step and time: a state or a potential that is not finite, a solve that does not
        converge, a norm that drifts by more than 1e-9.
    Interrupted
        On Ctrl-C; ``.partial`` is the Evolution up to the last output time that was reached, or
        None while the arguments were still being read.

    Examples
    --------
    >>> import numpy as np, heatgauge as hg
    >>> grid = hg.Grid([hg.Axis(-12, 12, 256)])
    >>> x, = grid.coordinates()
    >>> H = hg.Hamiltonian(grid, external=0.5 * x**2, order=8)     # oscillator, period 2π
    >>> psi = hg.gaussian_packet(grid, center=2.0, momentum=0.0, width=0.5**0.5)
    >>> run = hg.propagate(H, psi, [0, np.pi, 2 * np.pi], rtol=1e-4, observe={"x": hg.Position(0)})
    >>> [round(float(v), 3) for v in run.records["x"]]
    [2.0, -2.0, 2.0]
    """
    recorder: _Recorder | None = None
    try:
        if not isinstance(H, Hamiltonian):
            raise TypeError(f"Argument `H` must be a hg.Hamiltonian, but is {H!r}.")
        used, why = _method(method, H)
        _check_flags(store, callback, progress, threads)
        state = _initial_state(psi0, H)
        output_times = increasing_times("times", times)
        knots = _breakpoints(breakpoints, H)
        recorder = _Recorder(H, observe, store == "all", callback)
        recorder.record(float(output_times[0]), state)
        _warn_of_aliasing(H, state, float(output_times[0]))
        plan = _plan(used, H, state, output_times, knots, dt, rtol)
        if plan.error is None and knots.size == 0:
            _warn_of_missed_pulses(H, plan.cut)
        solver = _run(plan, H, state, recorder, progress)
    except KeyboardInterrupt as stop:
        partial = None
        if recorder is not None:
            partial = recorder.evolution(f"{used!r}, {why}; interrupted", None)
        raise Interrupted(
            "Interrupted; `.partial` holds what was recorded at the output times reached.", partial
        ) from stop
    return recorder.evolution(f"{used!r}, {why}; {solver}", plan.error)


def _check_flags(store: Any, callback: Any, progress: Any, threads: Any) -> None:
    choice("store", store, ("final", "all"))
    if callback is not None and not callable(callback):
        raise TypeError(f"Argument `callback` must be callable, but is {callback!r}.")
    if not isinstance(progress, bool):
        raise TypeError(f"Argument `progress` must be True or False, but is {progress!r}.")
    if threads is not None:
        integer("threads", threads, least=1, most=1024)


def _run(
    plan: Plan,
    H: Hamiltonian,
    psi: ComplexField,
    recorder: _Recorder,
    progress: bool,
) -> str:
    """Advance ψ through all intervals and record; return how the systems were solved."""
    total = sum(piece.steps for piece in plan.cut)
    steppers = Steppers(plan.method, H, total)
    norm = float(np.linalg.norm(psi))
    with Progress(total, enabled=progress) as bar:
        for piece in plan.cut:
            stepper = steppers.get(piece)
            for first, count in bar.portions(piece.steps):
                lost = stepper.advance(psi, piece.start, first, count, taken=recorder.steps)
                if lost is not None:
                    recorder.absorbed += lost * H.grid.cell_volume
                bar.advance(count)
            recorder.steps += piece.steps
            recorder.longest = max(recorder.longest, piece.dt)
            _require_unitarity(psi, norm, plan.method.drift_bar(recorder.steps), recorder, piece)
            if piece.output:
                recorder.record(piece.end, psi)
    return steppers.reason


class _Recorder:
    """Collects what is asked for at output times."""

    def __init__(
        self,
        H: Hamiltonian,
        observe: Mapping[str, Any] | None,
        keep_states: bool,
        callback: Callable[[float, ComplexField], Any] | None,
    ) -> None:
        self._hamiltonian = H
        self._measurements = _bind_all(observe, H)
        self._callback = callback
        self._times: list[float] = []
        self._rows: dict[str, list[Any]] = {name: [] for name in self._measurements}
        self._states: list[ComplexField] | None = [] if keep_states else None
        self._last: ComplexField | None = None
        self.absorbed = np.zeros(len(H.absorbers))
        self.volume = H.grid.cell_volume
        self.steps = 0
        self.longest = 0.0

    def record(self, t: float, psi: ComplexField) -> None:
        """Measure ψ at an output time, then call back."""
        view = psi.view()
        view.flags.writeable = False
        snapshot = Snapshot(self._hamiltonian, t, view, self.absorbed.copy())
        row = {name: np.array(f(snapshot)) for name, f in self._measurements.items()}
        for name, value in row.items():
            before = self._rows[name]
            if before and before[0].shape != value.shape:
                raise ValueError(
                    f"Argument `observe`: {name!r} returned shape {value.shape} at t = {t!r}, "
                    f"but {before[0].shape} before."
                )
        for name, value in row.items():
            self._rows[name].append(value)
        self._times.append(t)
        if self._states is not None:
            self._states.append(psi.copy())
        self._last = psi.copy() if self._states is None else self._states[-1]
        if self._callback is not None:
            self._callback(t, view)

    def evolution(self, method: str, error: float | None) -> Evolution:
        """Return everything recorded so far, frozen; ``final`` is the last recorded state."""
        records: dict[str, npt.NDArray[Any]] = {k: np.array(v) for k, v in self._rows.items()}
        times = np.array(self._times)
        states = None if self._states is None else np.array(self._states)
        final = np.zeros(self._hamiltonian.grid.shape, np.complex128)
        if self._last is not None:
            final = self._last.copy()
        for array in (times, final, *records.values(), *(() if states is None else (states,))):
            array.flags.writeable = False
        return Evolution(
            times,
            types.MappingProxyType(records),
            final,
            states,
            self.steps,
            self.longest,
            method,
            error,
        )


def _bind_all(observe: Mapping[str, Any] | None, H: Hamiltonian) -> dict[str, Measurement]:
    if observe is None:
        return {}
    if not isinstance(observe, Mapping):
        raise TypeError(
            f"Argument `observe` must map names to observers, as in {{'x': hg.Position(0)}}, "
            f"but is {observe!r}."
        )
    bound: dict[str, Measurement] = {}
    for name, observer in observe.items():
        if not isinstance(name, str):
            raise TypeError(f"Argument `observe` must have names as keys, but has {name!r}.")
        if isinstance(observer, type):
            raise TypeError(
                f"Argument `observe`: {name!r} must be an observer, but is the class "
                f"{observer.__name__}; write hg.{observer.__name__}(...)."
            )
        if hasattr(observer, "bind"):
            bound[name] = observer.bind(H)
        elif callable(observer):
            bound[name] = _call_with(observer)
        else:
            raise TypeError(
                f"Argument `observe`: {name!r} must be an observer or a function f(t, psi), "
                f"but is {observer!r}."
            )
    return bound


def _call_with(f: Callable[[float, ComplexField], Any]) -> Measurement:
    return lambda snapshot: f(snapshot.t, snapshot.psi)


def _initial_state(psi0: Any, H: Hamiltonian) -> ComplexField:
    state = complex_array("psi0", psi0, H.grid.shape)
    largest = float(np.max(np.abs(state)))
    # scaled, so that squares neither overflow nor vanish; next to the smallest number 1/x overflows
    norm = largest * float(np.linalg.norm(state / largest)) if largest > 1e-300 else largest
    if not 1e-150 <= norm <= 1e150:
        raise ValueError(f"Argument `psi0` must have a norm in [1e-150, 1e150], but has {norm!r}.")
    return state


def _breakpoints(breakpoints: Any, H: Hamiltonian) -> RealField:
    given = np.atleast_1d(np.asarray(breakpoints, dtype=object)).ravel()
    listed = [real("breakpoints", value) for value in given]
    if H.given_matrix is None:
        listed += [*H.potentials.breakpoints, *H.external.breakpoints]
    return np.unique(np.array(listed, dtype=np.float64))


def _method(method: Any, H: Hamiltonian) -> tuple[Method, str]:
    if method is None:
        return CrankNicolson(), "the default"
    used = require_method(method)
    used.require(H)
    return used, "as asked"


def _plan(
    method: Method,
    H: Hamiltonian,
    psi0: ComplexField,
    times: RealField,
    knots: RealField,
    dt: float | None,
    rtol: float | None,
) -> Plan:
    if dt is not None and rtol is not None:
        raise ValueError(
            f"Arguments `dt` and `rtol` must not both be given, but are {dt!r} and {rtol!r}."
        )
    if dt is not None:
        return Plan(method, intervals(times, knots, real("dt", dt, above=0.0)), None)
    asked = 1e-6 if rtol is None else real("rtol", rtol, least=1e-13, most=1.0)
    if times.size == 1:
        return Plan(method, [], 0.0)
    return method.plan(H, psi0, times, knots, asked)


def _require_unitarity(
    psi: ComplexField, norm: float, bar: float, recorder: _Recorder, piece: Interval
) -> None:
    """A drift beyond rounding means that the linear systems were not solved: say so.

    What absorbers took is part of the balance.
    """
    left = (float(np.linalg.norm(psi)) / norm) ** 2
    absorbed = float(recorder.absorbed.sum()) / recorder.volume / norm**2
    drift = abs(math.sqrt(left + absorbed) - 1.0)
    if not drift <= bar:
        raise NumericalError(
            f"The norm changed by {drift:.3g} of itself up to step {recorder.steps} at "
            f"t = {piece.end:.6g}: dt·‖H‖/ħ is too large for double precision. "
            f"Try a smaller dt than {piece.dt:.3g}.",
            step=recorder.steps,
            residual=drift,
            time=piece.end,
        )


def _warn_of_missed_pulses(H: Hamiltonian, cut: list[Interval]) -> None:
    """Warn if steps of the given dt get more than half the area of a drive wrong."""
    if H.given_matrix is not None or not cut:
        return
    start, end, dt = cut[0].start, cut[-1].end, max(piece.dt for piece in cut)
    for field in H.driven_fields:
        try:
            share = missed_share(field.probe, start, end, dt)
        except NumericalError:
            return  # not finite somewhere: the run will meet it, and name the step
        if share > 0.5:
            warnings.warn(
                f"Steps of {dt:.3g} miss {100 * share:.0f} % of the area under the time dependence "
                f"of `{field.name}`: a pulse or an oscillation falls between them. Use a smaller "
                f"dt, rtol, or breakpoints at the edges of the pulse.",
                AccuracyWarning,
                stacklevel=3,
            )


def _warn_of_aliasing(H: Hamiltonian, psi: ComplexField, t: float) -> None:
    """Warn if a smooth state turns by more than π/4 from site to site, its links included.

    Gauge invariant: the phase of Σψ*uψ over links. Only states whose link phases agree, so that the
    sum is above 0.9 of Σ|ψ||ψ|, are smooth enough to have one; a random state has none.
    """
    if H.given_matrix is not None:
        return
    phases = H.link_phases(t)
    for a, axis in enumerate(H.grid.axes):
        here = np.take(psi, np.arange(axis.links), a)
        there = np.take(psi, (np.arange(axis.links) + 1) % axis.points, a)
        turn = here.conj() * there
        phase = phases[a]
        if phase is not None:
            turn = turn * np.exp(-1j * phase)
        weight = float(np.sum(np.abs(turn)))
        mean = complex(np.sum(turn))
        if weight > 0 and abs(mean) > 0.9 * weight and abs(np.angle(mean)) > np.pi / 4:
            warnings.warn(
                f"psi0 turns by {abs(np.angle(mean)):.2f} rad per link of axis {a}, more than π/4: "
                f"its momentum is poorly resolved. Use at least "
                f"{int(np.ceil(axis.points * abs(np.angle(mean)) / (np.pi / 4)))} points.",
                AliasingWarning,
                stacklevel=3,
            )
