"""Dephasing: averages over realisations of a carrier in a fluctuating temperature."""

from __future__ import annotations

import collections
import dataclasses
import itertools
import types
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from heatgauge import ensemble_entropy
from heatgauge.arguments import RealField, complex_array, increasing_times, integer, real
from heatgauge.dephasing_batches import Batch, Moments, Task, run_alone, run_batch
from heatgauge.dephasing_steps import (
    MEMBERS,
    default_step,
    describe,
    require_dephasable,
    require_short,
)
from heatgauge.errors import Interrupted
from heatgauge.evolution import Evolution
from heatgauge.hamiltonian import Hamiltonian
from heatgauge.intervals import Interval, intervals
from heatgauge.method_choice import available_threads
from heatgauge.observers import Density
from heatgauge.recorder import bind_all
from heatgauge.stop_file import StopFile
from heatgauge.temperature_noise import NoiseSpectrum

if TYPE_CHECKING:  # imported where it is used: that takes longer than all of this module
    import concurrent.futures

_MOST_STATE_BYTES = 2.5e8  # of the realisations kept for entropy and purity
_MOST_OVERLAPS = 256  # realisations whose overlaps are all taken, for more sites than that
_PARTIAL_OVERLAPS = 16  # the same after Ctrl-C, which should not wait
_EARLY_STEPS = 16  # at least so many up to any output time
_AHEAD = 64  # batches that may be under way
_RESERVED = ("entropy", "purity", "coherence_length")


@dataclasses.dataclass(frozen=True, eq=False)
class DephasedEvolution(Evolution):
    """What :func:`dephase` found out: an :class:`Evolution` of averages.

    Attributes
    ----------
    records : mapping of str to array
        Averages; standard errors under ``name + "_stderr"``.
    final : complex array of the grid's shape
        The average amplitude ⟨ψ⟩ at the last time, which decays: it is no state.
    realisations : int
    entropy : int or sequence of int
        Of the seed: ``SeedSequence(run.entropy).spawn(run.realisations)`` are those of the
        realisations.

    Examples
    --------
    >>> import numpy as np, heatgauge as hg
    >>> H = hg.Hamiltonian(hg.Grid([hg.Axis(-16, 16, 32)]))
    >>> psi = np.zeros(32); psi[16] = 1.0
    >>> run = hg.dephase(H, psi, [0, 1, 2], rate=0.5, realisations=40, seed=1)
    >>> one = run.replay(17)                         # bit for bit what it was among the others
    >>> one.records["density"].shape, run.entropy
    ((3, 32), 1)
    """

    realisations: int = 0
    entropy: Any = None
    _task: Task | None = None

    def replay(self, number: int) -> Evolution:
        """Return one realisation again, bit for bit: its own records and its state at the end."""
        assert self._task is not None
        n = integer("number", number, least=0, most=self.realisations - 1)
        records, states = run_alone(self._task, n)
        return Evolution(
            self.times,
            types.MappingProxyType(records),
            states[-1],
            states,
            self.steps,
            self.dt,
            f"realisation {n} of {self.realisations}: {self.method}",
            None,
        )


def dephase(
    H: Hamiltonian,
    psi0: Any,
    times: Any,
    rate: float,
    realisations: int,
    seed: Any,
    observe: Mapping[str, Any] | None = None,
    dt: float | None = None,
    correlation_length: float = 0.0,
    correlation_time: float = 0.0,
    executor: concurrent.futures.Executor | None = None,
    *,
    correlation: str = "gaussian",
    threads: int | None = None,
) -> DephasedEvolution:
    """Average over carriers whose temperature fluctuates from site to site.

    In every realisation the temporal links turn at random, ψ_i → e^{−iφ_i}ψ_i with
    φ_i = (s/ħ)∫δT_i dt: each is unitary and gauge covariant. Without memory ⟨φ_i²⟩ = rate·dt, and
    the averages follow dρ_ij/dt = −(i/ħ)[H, ρ]_ij − rate·(1 − g(x_i − x_j)) ρ_ij (Haken and
    Strobl). On an infinite chain of order 2 with J = ħ²/2ma², started on one site, they obey
    exactly ⟨x²⟩ = (2Ja/ħΓ)²(Γt − 1 + e^{−Γt}), Γ = rate·(1 − g(a)): the law of Cattaneo's heat.

    Steps are symmetric, half a kinetic step before and after the temporal link: 2nd order in dt.
    H of order 2 with one mass per axis moves by sweeps of the lattice's own exponential; others, if
    static, by Chebyshev polynomials of their matrix.

    Parameters
    ----------
    H : Hamiltonian
        Without absorbers; the lattice is the model.
    psi0 : complex array of the grid's shape
        The state at times[0].
    times : sequence of float
        Output times, strictly increasing.
    rate : float
        Γ∞ = s²⟨δT²⟩τ_c/ħ² (:func:`dephasing_rate`), the rate at which coherences between sites
        far apart decay.
    realisations : int
        Standard errors need 2; they are not numbers for 1.
    seed : int, sequence of int, or numpy.random.SeedSequence
        Realisation n uses child n of ``SeedSequence(seed).spawn``: its noise depends on nothing
        else, ``run.replay(n)`` brings it back.
    observe : mapping of str to observer, optional
        As in :func:`propagate`, measured in every realisation and averaged; functions f(t, psi) get
        one realisation at a time and return finite numbers. The average of a ``Width`` is no width
        of the average: use ``hg.Moment``.
    dt : float, optional
        Longest step. None: rate·dt <= 0.05, dt·(widest range of an axis or of V)/ħ <= 0.5, and 16
        steps or more up to each output time; averages are then right to some 2e-4. Longer steps
        err by (rate·dt)²/12 of ⟨x²⟩ and by the splitting from V; the free motion stays right to
        1e-5 of its energies.
    correlation_length : float
        ξ of g; 0: independent sites.
    correlation_time : float
        Two-sided τ_c of an Ornstein–Uhlenbeck process; 0: white noise.
    executor : concurrent.futures.Executor, optional
        Where batches of 16 realisations run; for processes H and the observers must be picklable.
    correlation : {"gaussian", "exponential"}
        g = exp(−r²/2ξ²), or the product of exp(−|x_a|/ξ) over the axes; on periodic axes summed
        over images, with g(0) = 1.
    threads : int, optional
        Without an executor; None: all processors. Neither they nor the executor change a bit.

    Returns
    -------
    DephasedEvolution
        ``records``: what was asked for, "density" (nt, *shape), "entropy" (von Neumann, in k_B),
        "purity" Tr ρ² and "coherence_length" √(Σ|ρ_ij|²d_ij²/Tr ρ²) (d on a ring: the chord), each
        with its standard error as ``name + "_stderr"``. The last three are estimated from the first
        realisations, as many as take 250 MB; purity without bias, the entropy with its bias of
        first order removed and counted into its error.

    Raises
    ------
    ValueError, TypeError
        For bad arguments.
    NumericalError, ObserverError
        Where a state stops being finite, or what an observer returns is not.
    Interrupted
        On Ctrl-C; ``.partial`` averages the batches that were done.

    Examples
    --------
    >>> import numpy as np, heatgauge as hg
    >>> grid = hg.Grid([hg.Axis(-20.5, 20.5, 41)])                       # a = 1, J = ½
    >>> psi = np.zeros(41); psi[20] = 1.0
    >>> run = hg.dephase(hg.Hamiltonian(grid), psi, [0.0, 4.0], rate=1.0, realisations=400, seed=3,
    ...                  observe={"x2": hg.Moment(0, 2, about=0.0)})
    >>> exact = 4.0 - 1.0 + np.exp(-4.0)
    >>> bool(abs(run.records["x2"][-1] - exact) < 4 * run.records["x2_stderr"][-1])
    True

    References
    ----------
    H. Haken and G. Strobl, Z. Phys. 262, 135 (1973).
    """
    task, longest = _task(
        H, psi0, times, NoiseSpectrum(rate, correlation_length, correlation_time, correlation),
        realisations, seed, observe, dt,
    )  # fmt: skip
    if executor is not None:
        _require_executor(executor)
    workers = (
        available_threads() if threads is None else integer("threads", threads, least=1, most=1024)
    )
    total = _Averages(task, longest)
    try:
        for batch in _batches(task, executor, min(workers, task.batches)):
            total.add(batch)
    except KeyboardInterrupt as stop:
        raise Interrupted(
            "Interrupted; `.partial` averages the realisations that were complete.",
            total.evolution(_PARTIAL_OVERLAPS) if total.realisations > 1 else None,
        ) from stop
    return total.evolution()


def _task(
    H: Hamiltonian,
    psi0: Any,
    times: Any,
    spectrum: NoiseSpectrum,
    realisations: Any,
    seed: Any,
    observe: Mapping[str, Any] | None,
    dt: float | None,
) -> tuple[Task, float]:
    """Check the arguments; return all that the batches need, and the longest step."""
    if not isinstance(H, Hamiltonian):
        raise TypeError(f"Argument `H` must be a hg.Hamiltonian, but is {H!r}.")
    require_dephasable(H)
    state = complex_array("psi0", psi0, H.grid.shape)
    with np.errstate(over="ignore"):
        norm = float(np.linalg.norm(state))
    if not 1e-70 <= norm <= 1e70:  # variances of densities take its fourth power
        raise ValueError(f"Argument `psi0` must have a norm in [1e-70, 1e70], but has {norm!r}.")
    outputs = increasing_times("times", times)
    count = integer("realisations", realisations, least=1, most=2**31)
    cut = _cut(H, spectrum, outputs, None if dt is None else real("dt", dt, above=0.0))
    longest = max((piece.dt for piece in cut), default=0.0)
    require_short(H, longest)
    sequence = _seed_sequence(seed)
    names = _observers(observe, H)
    room = int(_MOST_STATE_BYTES / (16 * H.grid.size * outputs.size))
    most = max(room, 2) if H.grid.size <= _MOST_OVERLAPS else min(max(room, 2), _MOST_OVERLAPS)
    task = Task(
        H, state, outputs, cut, spectrum, sequence.entropy, tuple(sequence.spawn_key),
        sequence.pool_size, names, count, min(count, most),
    )  # fmt: skip
    return task, longest


def _observers(observe: Mapping[str, Any] | None, H: Hamiltonian) -> dict[str, Any]:
    """What is measured of each realisation, by names that no other record uses."""
    bind_all(observe, H)  # refuses what is no observer
    own = dict(observe or {})
    if isinstance(own.get("density"), Density):
        del own["density"]
    names = {"density": Density(), **own}
    for name in ("density", *_RESERVED, *own):
        taken = f"{name}_stderr" in names or (name in own and name in ("density", *_RESERVED))
        if taken:
            raise ValueError(
                f"Argument `observe` must not use the names {name!r} and '{name}_stderr' itself: "
                f"they are recorded anyway."
            )
    return names


def _cut(
    H: Hamiltonian, spectrum: NoiseSpectrum, times: RealField, dt: float | None
) -> list[Interval]:
    """The steps between output times and breakpoints.

    A chosen step is at most 1/16 of the time since the start: of ⟨x²⟩ Strang's error is
    Γdt²/6t as long as Γt < 1, where the standard error falls with Γt.
    """
    own = H.given_matrix is None
    listed = [*H.potentials.breakpoints, *H.external.breakpoints] if own else []
    knots = np.unique(np.array(listed, float))
    start = float(times[0])
    longest = default_step(H, spectrum, start) if dt is None else dt
    cut: list[Interval] = []
    for one, two in itertools.pairwise(times):
        early = (float(two) - start) / _EARLY_STEPS if dt is None else longest
        step = min(longest, early, float(two - one))
        cut += intervals(np.array([one, two]), knots, step)
    return cut


def _require_executor(executor: Any) -> None:
    import concurrent.futures

    if not isinstance(executor, concurrent.futures.Executor):
        raise TypeError(
            f"Argument `executor` must be a concurrent.futures.Executor, but is {executor!r}."
        )


def _seed_sequence(seed: Any) -> np.random.SeedSequence:
    if isinstance(seed, np.random.SeedSequence):
        return seed
    if isinstance(seed, bool | float | str) or seed is None:
        raise TypeError(
            f"Argument `seed` must be an integer, a sequence of integers or a SeedSequence, but is "
            f"{seed!r}."
        )
    try:
        return np.random.SeedSequence(seed)
    except (TypeError, ValueError) as error:
        raise type(error)(
            f"Argument `seed` must be integers >= 0 or a SeedSequence, but is {seed!r}: {error}"
        ) from None


def _batches(
    task: Task, executor: concurrent.futures.Executor | None, workers: int
) -> Iterator[Batch]:
    """Yield the batches in their order, wherever and whenever they are computed."""
    stop = np.zeros(1, np.uint8)
    if executor is None and workers == 1:
        yield from (run_batch(task, batch, stop) for batch in range(task.batches))
        return
    import concurrent.futures

    pool = executor or concurrent.futures.ThreadPoolExecutor(workers)
    shared = None if isinstance(pool, concurrent.futures.ThreadPoolExecutor) else StopFile()
    pending: collections.deque[concurrent.futures.Future[Batch]] = collections.deque()
    upcoming = iter(range(task.batches))
    try:
        while True:
            for batch in itertools.islice(upcoming, _AHEAD - len(pending)):
                pending.append(pool.submit(run_batch, task, batch, shared or stop))
            if not pending:
                return
            yield pending.popleft().result()
    finally:
        stop[0] = 1
        if shared is not None:
            shared.end()
        for future in pending:
            future.cancel()
        if executor is None:
            pool.shutdown(wait=True, cancel_futures=True)


class _Averages:
    """Sums up batches in the order in which they come."""

    def __init__(self, task: Task, longest: float) -> None:
        self._task, self._longest = task, longest
        self._records: dict[str, Moments] = {}
        self._amplitude: Moments | None = None
        self._states: list[npt.NDArray[np.complex128]] = []
        self.realisations = 0

    def add(self, batch: Batch) -> None:
        """Take in the next batch."""
        for name, moments in batch.records.items():
            if name in self._records:
                self._records[name].add(moments)
            else:
                self._records[name] = moments
        if self._amplitude is None:
            self._amplitude = batch.amplitude
        else:
            self._amplitude.add(batch.amplitude)
        if batch.states.shape[1]:
            self._states.append(batch.states)
        self.realisations = self._amplitude.count

    def evolution(self, most: int | None = None) -> DephasedEvolution:
        """Return the averages, frozen; ``most``: states that entropy and purity are taken from."""
        task = self._task
        assert self._amplitude is not None
        records: dict[str, npt.NDArray[Any]] = {}
        for name, moments in self._records.items():
            records[name], records[f"{name}_stderr"] = moments.mean, moments.standard_error
        records.update(self._mixedness(most))
        for array in records.values():
            array.flags.writeable = False
        steps = sum(piece.steps for piece in task.cut)
        method = f"{describe(task.hamiltonian)}, {self.realisations} realisations in lots of "
        return DephasedEvolution(
            task.times,
            types.MappingProxyType(records),
            self._amplitude.mean,
            None,
            steps,
            self._longest,
            f"{method}{MEMBERS}, {task.spectrum!r}",
            None,
            self.realisations,
            task.entropy,
            task,
        )

    def _mixedness(self, most: int | None) -> dict[str, RealField]:
        """Entropy, purity and coherence length of the realisations that were kept."""
        states = np.concatenate(self._states, axis=1)[:, :most]
        found = [ensemble_entropy.of_states(row, self._task.hamiltonian.grid) for row in states]
        records = {}
        for name in _RESERVED:
            values = np.array([getattr(one, name) for one in found])
            records[name], records[f"{name}_stderr"] = values.T.copy()
        return records
