"""The time loop of a propagation."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from heatgauge.arguments import (
    ComplexField,
    RealField,
    choice,
    increasing_times,
    integer,
    real,
)
from heatgauge.drive_features import missed_share, pulse_step
from heatgauge.errors import (
    AccuracyWarning,
    AliasingWarning,
    Interrupted,
    NumericalError,
    ObserverError,
)
from heatgauge.evolution import Evolution
from heatgauge.hamiltonian import Hamiltonian
from heatgauge.intervals import Interval, intervals
from heatgauge.method import Method, Plan, require_method
from heatgauge.method_choice import choose_method, resolved_threads
from heatgauge.observers import of_lower_order
from heatgauge.progress import Progress
from heatgauge.recorder import Recorder
from heatgauge.time_steps import Steppers
from heatgauge.working_state import initial_values, member_norms, widened, working_state

_BAND = 1 << 17  # numbers of a state that are looked at together


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
    psi0 : complex array of the grid's shape, or (members, *shape)
        State at times[0], or several that are advanced together; never normalised. Norms must lie
        in [1e-150, 1e150]. With members every record has (times, members, …) as first axes;
        functions f(t, psi) see all members; each member ends where it would alone, to rounding.
    times : sequence of float
        Output times, strictly increasing.
    method : hg.CayleySweeps(...), hg.CrankNicolson(...), …, optional
        None chooses, and ``run.method`` says what and why: sweeps where ψ is resolved by the grid
        (they take the kinetic energy of the continuum, whatever ``H.order``), the matrix of H
        with Crank–Nicolson where psi0 changes from site to site, so that the lattice itself is
        the model, and for site masses and given matrices.
    dt : float, optional
        Longest step; each interval between outputs and breakpoints is cut into ceil(Δ/dt) equal
        steps, t = t₀ + n·dt.
    rtol : float, optional
        Asked time error of ψ at the last time, relative to ‖ψ‖, with respect to the exact evolution
        of the same lattice: of the matrix of H for Crank–Nicolson, of
        ``hg.CayleySweeps.generator(H)`` for sweeps. With absorbers, through which errors leave with
        ψ, it holds as well for up to seven output times before the last, and for what absorbers
        took at every output time, relative to ‖psi0‖². Neither dt nor rtol: 1e-6.
    observe : mapping of str to observer, optional
        hg.Norm(), hg.Position(0), … or any ``f(t, psi)``, called at every output time with a
        read-only view; it returns finite numbers, or an array of them, of one shape.
        Energy, Momentum and Current belong to the matrix of H: their error in space is of H.order
        whatever the method, and ``run.method`` says so where the method is of a higher one. With
        order=8 they take that stencil, and show the accuracy of sweeps.
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
        Of the sweeps, and of Chebyshev in 2D and 3D; None: all processors once there are enough
        sites. Crank–Nicolson runs on one thread. The result does not depend on it.

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
    ObserverError
        What an observer returned is no finite number, or of another shape than before: with its
        name, the value, step, time, and ``.partial``, the Evolution up to the output before.
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
    recorder: Recorder | None = None
    try:
        if not isinstance(H, Hamiltonian):
            raise TypeError(f"Argument `H` must be a hg.Hamiltonian, but is {H!r}.")
        _check_flags(store, callback, progress, threads)
        precision = "double" if method is None else require_method(method).precision
        given = initial_values(psi0, H.grid, precision)
        output_times = increasing_times("times", times)
        used, why = _method(method, H, given, output_times)
        state = _state(used, H, given)
        del given  # it may be a copy
        workers = resolved_threads(threads, state.size)
        knots = _breakpoints(breakpoints, H)
        recorder = Recorder(H, observe, output_times.size if store == "all" else None, callback)
        note = of_lower_order(observe, H, used.space_order(H))
        recorder.record(float(output_times[0]), state)
        for member in state if state.ndim > H.grid.dimensions else (state,):
            _warn_of_aliasing(H, member, float(output_times[0]))
        plan = _plan(used, H, state, output_times, knots, dt, rtol, workers)
        if plan.error is None and knots.size == 0:
            _warn_of_missed_pulses(H, plan.cut)
        solver = _run(plan, H, state, recorder, progress, workers)
    except KeyboardInterrupt as stop:
        partial = None
        if recorder is not None:
            partial = recorder.evolution(f"{used!r}, {why}; interrupted", None)
        raise Interrupted(
            "Interrupted; `.partial` holds what was recorded at the output times reached.", partial
        ) from stop
    except ObserverError as error:
        if recorder is not None and recorder.started:
            error.partial = recorder.evolution(f"{used!r}, {why}; stopped by an observer", None)
        raise
    return recorder.evolution(f"{used!r}, {why}; {solver}{note}", plan.error)


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
    recorder: Recorder,
    progress: bool,
    threads: int,
) -> str:
    """Advance ψ through all intervals and record; return how the systems were solved."""
    total = sum(piece.steps for piece in plan.cut)
    steppers = Steppers(plan.method, H, total, psi, threads)
    norms = member_norms(psi, H.grid.dimensions)
    with Progress(total, progress, psi.size) as bar:
        for piece in plan.cut:
            stepper = steppers.get(piece)
            for first, count in bar.portions(piece.steps):
                recorder.book(stepper.advance(psi, piece.start, first, count, taken=recorder.steps))
                bar.advance(count)
            recorder.steps += piece.steps
            recorder.longest = max(recorder.longest, piece.dt)
            _require_unitarity(psi, norms, plan.method.drift_bar(recorder.steps), recorder, piece)
            if piece.output:
                recorder.record(piece.end, psi)
    return steppers.reason


def _state(method: Method, H: Hamiltonian, given: ComplexField) -> ComplexField:
    """A new array for the run: with gaps where the method advances such states."""
    gaps = method.advances_gaps and not H.absorbers
    return working_state(given, H.grid, method.precision, gaps)


def _breakpoints(breakpoints: Any, H: Hamiltonian) -> RealField:
    given = np.atleast_1d(np.asarray(breakpoints, dtype=object)).ravel()
    listed = [real("breakpoints", value) for value in given]
    if H.given_matrix is None:
        listed += [*H.potentials.breakpoints, *H.external.breakpoints]
    return np.unique(np.array(listed, dtype=np.float64))


def _method(
    method: Any, H: Hamiltonian, psi0: ComplexField, times: RealField
) -> tuple[Method, str]:
    if method is None:
        return choose_method(H, widened(psi0), float(times[0]), float(times[-1]))
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
    threads: int,
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
    return method.plan(H, psi0, times, knots, asked, threads)


def _require_unitarity(
    psi: ComplexField, norms: RealField, bar: float, recorder: Recorder, piece: Interval
) -> None:
    """A drift beyond rounding means that the linear systems were not solved: say so.

    What absorbers took is part of the balance.
    """
    left = (member_norms(psi, psi.ndim - norms.ndim) / norms) ** 2
    absorbed = recorder.absorbed.sum(axis=-1) / recorder.volume / norms**2
    drift = float(np.max(np.abs(np.sqrt(left + absorbed) - 1.0)))
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
            # a quarter of the steps that get all of a pulse wrong
            passes = dt > 4 * pulse_step(field.probe, start, end)
        except NumericalError:
            return  # not finite somewhere: the run will meet it, and name the step
        if share > 0.5 or passes:
            lost = f"{100 * share:.0f} % of the area under" if share > 0.5 else "a narrow pulse in"
            warnings.warn(
                f"Steps of {dt:.3g} miss {lost} the time dependence of `{field.name}`: a pulse or "
                f"an oscillation falls between them. Use a smaller dt, rtol, or breakpoints at the "
                f"edges of the pulse.",
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
        weight, mean = 0.0, 0.0 + 0.0j
        for part, phase in _bands(psi, phases[a], a):
            here = np.take(part, np.arange(axis.links), a)
            turn = np.take(part, (np.arange(axis.links) + 1) % axis.points, a)
            turn = here.conj() * turn
            if phase is not None:
                turn = turn * np.exp(-1j * phase)
            weight += float(np.sum(np.abs(turn)))
            mean += complex(np.sum(turn))
        if weight > 0 and abs(mean) > 0.9 * weight and abs(np.angle(mean)) > np.pi / 4:
            warnings.warn(
                f"psi0 turns by {abs(np.angle(mean)):.2f} rad per link of axis {a}, more than π/4: "
                f"its momentum is poorly resolved. Use at least "
                f"{int(np.ceil(axis.points * abs(np.angle(mean)) / (np.pi / 4)))} points.",
                AliasingWarning,
                stacklevel=3,
            )


def _bands(
    psi: ComplexField, phases: RealField | None, axis: int
) -> Iterator[tuple[ComplexField, RealField | None]]:
    """Whole lines of an axis at a time, with their link phases: no copy of the state is made."""
    across = 1 if axis == 0 else 0
    if psi.ndim == 1:
        yield widened(psi), phases
        return
    step = max(1, _BAND * psi.shape[across] // psi.size)
    for k in range(0, psi.shape[across], step):
        band = (slice(None),) * across + (slice(k, k + step),)
        yield widened(psi[band]), None if phases is None else phases[band]
