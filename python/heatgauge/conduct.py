"""Classical heat conduction: from a law, initial data and boundaries to a heat flow."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from heatgauge.arguments import RealField, choice, increasing_times, real, real_array, shape_of
from heatgauge.breakpoints import breakpoints
from heatgauge.drive_features import Probe, resolving_step
from heatgauge.errors import Interrupted, ObserverError
from heatgauge.fields import Field, Location
from heatgauge.grid import Grid
from heatgauge.guyer_krumhansl import GuyerKrumhansl
from heatgauge.heat_flow import HeatFlow
from heatgauge.heat_problem import HeatRecord, Problem
from heatgauge.heat_run import HeatRun
from heatgauge.heat_steps import RingingModes, relative_difference, steps_for
from heatgauge.initial_flux import initial_flux
from heatgauge.jumps import flux_off_balance, jump_at_start, jump_in_time
from heatgauge.law import Law
from heatgauge.laws import check_law
from heatgauge.progress import Progress
from heatgauge.side_values import sides_of
from heatgauge.step_counts import step_counts

_ORDER = {"midpoint": 2, "l-stable": 2, "backward-euler": 1, "directional": 2}
_MAY_RING = ("midpoint", "directional")
_DEFAULT_RTOL = 1e-4
_FEW_STEPS = 1 << 10  # such runs may not have settled yet, and twice as many steps cost little
_HOTTEST = 1e300  # differences of temperatures stay finite


def conduct(
    law: Any,
    grid: Any,
    T0: Any,
    times: Any,
    *,
    q0: Any = None,
    alpha0: Any = None,
    boundary: Any = None,
    source: Any = None,
    method: str | None = None,
    dt: Any = None,
    rtol: Any = None,
    observe: Any = None,
    store: str = "all",
    progress: bool = False,
) -> HeatFlow:
    """Solve C ∂ₜT + ∇·q = Q with the flux of a law, such as q = κE, E = −∇T − ∂ₜ(Λq).

    On a grid of 1 to 3 axes T lives on sites and q on faces. On each face the law is a circuit,
    L dq/dt + r q = T_left − T_right for Cattaneo's, with the resistance and inductance of half a
    cell on either side, so that jumps of κ and τ at faces are met exactly; second order in space.

    Parameters
    ----------
    law : Fourier, Cattaneo, GuyerKrumhansl, DualPhaseLag, GreenNaghdi or TwoFluid
    grid : Grid
    T0 : float or array (*grid.shape)
        Temperature at times[0].
    times : array (nt,), nt >= 2
        Output times, strictly increasing.
    q0 : sequence of arrays (*grid.face_shape(axis)), one per axis, optional
        Heat flux at times[0]. None: no flux (a body at rest); the constitutive flux for Fourier,
        which takes no other; that of ``alpha0`` for GreenNaghdi and TwoFluid. Where a law has no
        inertia and on sides of given flux the flux is no initial datum, and what is given there is
        replaced. A wall whose flux is 0 was at rest until times[0]: if its temperature jumps then,
        the part of the flux that follows ∇T at once jumps along.
    alpha0 : float or array (*grid.shape), optional
        Thermal displacement α at times[0], of GreenNaghdi and TwoFluid: q = −k*∇α − κ∇T. None: 0.
        At walls of given temperature it is continued from the three cells next to them. SI: K·s.
    boundary : dict, optional
        Keys "x-", "x+", "y-", …; values :class:`Temperature`, :class:`Flux`, :class:`Robin` or
        :class:`Insulated` (what is left out). Periodic axes have no sides.
    source : field entry on sites, optional
        Q: None, a number, an array, ``f(*coordinates, t)``, a :class:`Drive`, or a list of these,
        added. SI: W/m³.
    method : {None, "midpoint", "l-stable", "backward-euler", "directional"}
        "midpoint": second order; conserves the quadratic entropy balance exactly; jumps ring. So
        does T0 beside walls of given T, if weakly: there the grid's own profile is h²/8·∂²T0 off
        what is given, and steps with dt κ ≫ C h² leave that for long. T is of second order all the
        same, but the part of q at such walls that follows ∇T at once is of first order at the
        output times (x(1 − x)e^{−t} on 160 cells, dt = h/2: q off by 3e-3 of itself at first, by
        2e-4 at t = 0.5); its mean over two output times a step apart (5e-6), q where ∂²T0 = 0 at
        the walls, and q of "l-stable" (5e-6) are of second order.
        "l-stable": second order, three stages, A- and L-stable. For Fourier's law the stability
        function is positive on the negative axis, and steps do not overshoot at any dt. For
        the laws with heat waves, jumps that send out a front are first spread over as many cells
        as a grid of second order needs to carry the front without ripples: σ = 1.7 (N/8)^(1/3)
        cells for N crossed ones, 2 for 4 to 13, none below 1 (wider by (0.74 dt v/h)^(2/3) for
        steps of more than 1.35 h/v). N counts those crossed in the run, or in 2τ, in which a front
        decays; ``method`` of the flow tells both. A front then overshoots by less than 1 % of its
        height, with dt as with rtol, in runs of any length (measured: 0.5 to 80 cells, dt = h/4v to
        4h/v, also by rtol; undamped fronts up to 1100 cells and dt = 16 h/v), and is where the
        exact one is, to a quarter of a cell (dt <= h/v). It counts as a jump when T0 or q0 jumps,
        T0 against a wall, q0 against the flux of a side or its exchange with surroundings, a source
        has an edge, or one of these values jumps during the run (the largest within each 64th).
        What is not promised: a front that meets a material in which it crosses less than 8 cells
        until the end (2 % measured at 1 cell); surroundings behind a resistance, for
        GuyerKrumhansl; jumps smaller than a fifth of the range where none is larger. Runs in which
        fronts cross less than 4 cells show neither their place nor their shape (T there is off by
        a third of the height): they give an :class:`AccuracyWarning`. What spreading does to
        the entropy is the defect of the first output interval; the production is that of the front
        as spread (5 % below the sharp one's at 80 cells, 2 % at 320).
        "backward-euler": first order; monotone for Fourier's law; Cattaneo's fronts overshoot by
        1.4 % at dt = h/v and 0.2 % at 2h/v.
        "directional": midpoint steps of one direction after the other, (C + s∂x-part) C⁻¹
        (C + s∂y-part), s = dt/2 (Peaceman–Rachford; Douglas), on grids of two axes, for local laws
        with coefficients that do not depend on T. Second order, stable at any dt, and a fixed
        cost of a few nanoseconds per point; a steady state is not changed by it and the energy
        balance closes to rounding, but the entropy balance only at the order of the scheme. The
        error of splitting is (dt/2)²∂ₜ(AₓA_y T): at dt·D/h² ≫ 1 that is large where T is rough,
        and jumps ring. Good for smooth T, and never chosen unasked.
        None: "l-stable" when T0 or boundary values jump, under laws with waves also q0 or a source
        in space, or where midpoint steps would leave
        modes ringing that have long decayed (under rtol: seen by comparing runs; under dt: long
        steps of Fourier's law, and a flux through a side that starts away from −κ∇T0); else
        "midpoint".
    dt : float, optional
        Each output interval is cut into ceil(Δ/dt) equal steps; under "l-stable" it is first cut
        at jumps that send out fronts.
    rtol : float, optional
        Largest time error of T at the output times (with store="final": at the last) relative to
        the largest ‖T − T0‖ at these times, reached by comparing runs:
        how far T is from the exact evolution of the same grid and the data as they are spread under
        "l-stable". What the spreading changes is added to ``error_estimate``, which may then be
        larger than rtol; "midpoint" follows the jumps themselves, ripples included. Steps then end
        where sides or sources jump (found between 65 moments of the run and the output times, one
        jump between neighbours). When neither dt nor rtol is given they are compared to 1e-4.
    observe : dict of name → callable(t, T), optional
        Recorded at the output times with a read-only T; finite numbers of one shape.
    store : {"all", "final"}
    progress : bool
        Tell on stderr, at output times, how far the run is.

    Returns
    -------
    HeatFlow

    Raises
    ------
    TypeError, ValueError
        Naming the argument, its value and what is allowed.
    NumericalError
        When T or a value from a callable is not finite: with step and time.
    ObserverError
        What an observer returned is no finite number, or of another shape than before: ``partial``
        is the flow up to the output before.
    Interrupted
        On Ctrl-C, with the flow up to the last output time as ``partial`` (None during set-up).

    Warns
    -----
    AccuracyWarning
        Fronts cross less than 4 cells in the whole run.

    Examples
    --------
    A bar whose left end is suddenly warm:

    >>> import numpy as np
    >>> import heatgauge as hg
    >>> grid = hg.Grid([hg.Axis(0, 1, 50)])
    >>> law = hg.Fourier(hg.Medium(conductivity=1.0, capacity=1.0))
    >>> flow = hg.conduct(law, grid, 0.0, [0, 0.01, 2], boundary={"x-": hg.Temperature(1.0)})
    >>> flow.method
    'l-stable (T0 jumps against the boundary temperature of side x-), tridiagonal'
    >>> bool(abs(flow.energy_balance()).max() < 1e-12), round(float(flow.temperature[-1, -1]), 2)
    (True, 0.99)
    """
    problem = _problem(law, grid, T0, times, q0, alpha0, boundary, source)
    choice("store", store, ("all", "final"))
    if not isinstance(progress, bool):
        raise TypeError(f"Argument `progress` must be True or False, but is {progress!r}.")
    observers = _observers(observe)
    if dt is not None and rtol is not None:
        raise ValueError(f"Argument `rtol` must be None when dt is given, but is {rtol!r}.")
    step = None if dt is None else real("dt", dt, above=0.0)
    tolerance = _DEFAULT_RTOL if rtol is None else real("rtol", rtol, least=1e-13, most=1.0)
    if method == "directional":
        _check_directions(law, grid)
    if step is None:  # compared runs would agree on a jump that both meet amid a step
        problem = dataclasses.replace(problem, cuts=breakpoints(problem))
    name, why = _method(method, problem)
    steps = np.zeros(0, dtype=np.int64) if step is None else step_counts(problem.times, step)
    longest = 0.0 if step is None else float((np.diff(problem.times) / steps).max())
    run = HeatRun(problem, name, spread=True, dt=longest)
    if run.spread is not None:
        run.spread.warn_of_short_run()
    record, error = HeatRecord([], [], {}, {}, {}, []), None
    try:
        if step is not None:
            if method is None and (ringing := _ringing(run, steps)) is not None:
                name, why = "l-stable", ringing
                run = HeatRun(problem, name)
        else:
            try:
                steps, error = _steps_for(run, tolerance, store, patient=method is not None)
            except RingingModes:
                name, why = "l-stable", "fast modes, which midpoint steps would leave ringing"
                run = HeatRun(problem, name)
                steps, error = _steps_for(run, tolerance, store, patient=True)
        with Progress(int(steps.sum()), progress) as shown:
            tick = shown.advance
            run.advance(steps, keep_all=store == "all", observe=observers, tick=tick, into=record)
    except KeyboardInterrupt as stop:
        partial = _flow(problem, record, None, f"{name} ({why})") if record.flux else None
        raise Interrupted("Interrupted; `partial` holds the flow so far.", partial) from stop
    except ObserverError as stop:
        if record.flux:
            stop.partial = _flow(problem, record, None, f"{name} ({why})")
        raise
    words = "" if run.spread is None else f"{run.spread.words()}, "
    return _flow(problem, record, error, f"{name} ({why}), {words}{record.solver}")


def _problem(
    law: Any, grid: Any, T0: Any, times: Any, q0: Any, alpha0: Any, boundary: Any, source: Any
) -> Problem:
    check_law("law", law)
    if not isinstance(grid, Grid):
        raise TypeError(f"Argument `grid` must be an hg.Grid, but is {grid!r}.")
    if not law.medium.depends_on_temperature:
        law.circuit(grid)  # refuses a medium of another shape before anything else is looked at
    if shape_of("T0", T0) == () and not isinstance(T0, str | bytes | dict | set) and T0 is not None:
        temperature: RealField = np.full(grid.shape, real("T0", T0))
    else:
        temperature = real_array("T0", T0, grid.shape)
    largest = float(np.max(np.abs(temperature)))
    if largest > _HOTTEST:
        raise ValueError(
            f"Argument `T0` must be at most {_HOTTEST:g} in magnitude, but reaches {largest!r}."
        )
    law.frozen(temperature).circuit(grid)
    output = increasing_times("times", times, least=2)
    sides = sides_of(boundary, grid, float(output[0]))
    heat = Field("source", source, Location.sites(grid))
    flux, whole = initial_flux(law, grid, q0, alpha0, sides)
    return Problem(law, grid, temperature, flux, output, sides, heat, whole)


def _method(method: Any, problem: Problem) -> tuple[str, str]:
    """Name of the method, and why."""
    choice("method", method, (None, *_ORDER))
    if method is not None:
        return method, "as asked"
    jump = jump_at_start(problem) or jump_in_time(problem)
    return ("midpoint", "smooth data") if jump is None else ("l-stable", jump)


def _check_directions(law: Law, grid: Grid) -> None:
    """Refuse what the split of directions is not proven, or not built, for."""
    if len(grid.shape) != 2:
        raise ValueError(
            "Argument `method` may be 'directional' on a grid of 2 axes only, "
            f"but `grid` has {len(grid.shape)}: try method='midpoint'."
        )
    if law.medium.depends_on_temperature or isinstance(law, GuyerKrumhansl):
        raise ValueError(
            "Argument `method` may be 'directional' for local laws whose coefficients do not "
            f"depend on T only, but `law` is {law!r}: try method='midpoint'."
        )


def _observers(observe: Any) -> Mapping[str, Callable[..., Any]]:
    if observe is None:
        return {}
    if not isinstance(observe, dict):
        raise TypeError(
            f"Argument `observe` must be a dict of name → callable(t, T), but is {observe!r}."
        )
    for key, value in observe.items():
        if not isinstance(key, str) or not callable(value):
            raise TypeError(
                f"Argument `observe` must map names to callables f(t, T), "
                f"but has {key!r}: {value!r}."
            )
    return observe


def _steps_for(run: HeatRun, rtol: float, store: str, patient: bool) -> tuple[Any, float]:
    problem = run.problem
    judged = functools.partial(_judged, every=store == "all")
    chosen = steps_for(
        problem.times,
        rtol,
        _ORDER[run.method],
        problem.temperature,
        functools.partial(judged, run),
        _first_step(problem),
        None if run.method not in _MAY_RING else _ringing_guard(run, rtol, store == "all"),
        patient,
    )
    if run.spread is None:
        return chosen.steps, chosen.error
    # All runs compared spread jumps alike, whatever their steps: that too is an error like any.
    # Runs that leave them ring, are farther from the grid's solution, and show it by two of them.
    spread, plain = judged(run, chosen.steps), HeatRun(problem, run.method)
    times = 2 if chosen.steps.sum() < _FEW_STEPS else 1
    rough, fine = (judged(plain, times * k * chosen.steps) for k in (1, 2))
    start = problem.temperature
    change = relative_difference(fine, spread, start) + relative_difference(fine, rough, start)
    return chosen.steps, chosen.error + change


def _judged(run: HeatRun, steps: Any, every: bool) -> RealField:
    """T at the output times after the first, or at the last alone: where errors are judged."""
    temperature = run.advance(steps, keep_all=every).temperature
    return np.stack(temperature[1:] if every else temperature[-1:])


def _ringing(run: HeatRun, steps: Any) -> str | None:
    """What midpoint steps of the length asked for would leave ringing; None where nothing is."""
    if run.method != "midpoint" or run.inertial or not run.may_ring(steps, _DEFAULT_RTOL):
        return None
    if run.problem.law.medium.depends_on_temperature:
        return None  # its conductances are not those of T0 for long: nothing to compare with
    return flux_off_balance(run.problem)


def _ringing_guard(run: HeatRun, rtol: float, every: bool) -> Callable[[Any], RealField | None]:
    judge = HeatRun(run.problem, "l-stable")
    return lambda steps: (
        _judged(judge, steps, every) if run.may_ring(steps, rtol, on_the_way=every) else None
    )


def _first_step(problem: Problem) -> float:
    """A sixteenth of the run, or less where boundary values or sources vary faster."""
    start, end = float(problem.times[0]), float(problem.times[-1])
    probes: list[Probe] = [s.values.at for s in problem.sides if s.values.constant is None]
    if not problem.source.is_static:
        probes.append(problem.source.probe)
    return min((end - start) / 16, resolving_step(probes, start, end))


def _flow(problem: Problem, record: HeatRecord, error: float | None, method: str) -> HeatFlow:
    done = len(record.energy)
    steps = np.array(record.steps[:done], dtype=np.int64)
    energy = np.array(record.energy).reshape(-1, 3)
    return HeatFlow(
        law=problem.law,
        grid=problem.grid,
        times=problem.times[: done + 1],
        temperature=_frozen(record.temperature),
        flux=tuple(_frozen(q) for q in zip(*record.flux, strict=True)),
        method=method,
        steps=int(steps.sum()),
        steps_per_interval=_frozen(steps),
        error_estimate=error,
        records={name: _frozen(values) for name, values in record.observed.items()},
        surface_temperature={k: _frozen(v) for k, v in record.surface.items()},
        surface_stress={k: _frozen(v) for k, v in record.stress.items()},
        boundary_energy=_frozen(energy[:, 0]),
        source_energy=_frozen(energy[:, 1]),
        throughput=_frozen(energy[:, 2]),
        spread=_frozen(np.array(record.spread[:done], dtype=bool)),
        source=_mean_source(problem.source, problem.times[: len(record.temperature)], steps),
    )


def _mean_source(source: Field, times: RealField, steps: Any) -> RealField | None:
    """Q in each output interval: its mean, and in an interval of one step its value amid the step.

    That is the value which a midpoint step uses, so that its entropy balance closes to rounding.
    """
    if source.is_zero or times.size < 2:  # nothing, or nothing stored to balance it with
        return None
    if source.is_static:
        return np.broadcast_to(source.at(0.0), (times.size - 1, *source.location.shape))
    rows = []
    for start, end, count in zip(times[:-1], times[1:], steps, strict=True):
        start, end = float(start), float(end)
        if count == 1:
            rows.append(source.at(start + 0.5 * (end - start)))
        else:
            rows.append(source.integral(start, end) / (end - start))
    mean: RealField = _frozen(rows)
    return mean


def _frozen(values: Any) -> Any:
    array = np.array(values)
    array.flags.writeable = False
    return array
