"""The time loop: exact times, what is recorded and called, failures, threads and processes."""

from __future__ import annotations

import concurrent.futures
import copy
import hashlib
import math
import multiprocessing
import pickle
import subprocess
import sys
from typing import Any

import numpy as np
import pytest
from test_crank_nicolson import cayley, grid_of, random_hamiltonian, random_state

import heatgauge as hg

LINE = hg.Grid([hg.Axis(-4.0, 4.0, 32)])


def trapped(grid: hg.Grid = LINE) -> hg.Hamiltonian:
    (x,) = grid.coordinates()
    return hg.Hamiltonian(grid, external=0.5 * x**2)


def packet(grid: hg.Grid = LINE) -> Any:
    return hg.gaussian_packet(grid, 0.5, 0.3, 0.7)


def test_records_have_one_row_per_time_and_the_first_is_the_initial_state() -> None:
    psi, times = packet(), [0.0, 0.1, 0.4]
    observe = {"d": hg.Density(), "j": hg.Current(0), "n": hg.Norm(), "o": hg.Overlap(psi)}
    run = hg.propagate(trapped(), psi, times, dt=0.05, observe=observe, store="all")
    assert run.times.tolist() == times
    assert {k: v.shape for k, v in run.records.items()} == {
        "d": (3, 32),
        "j": (3, 31),
        "n": (3,),
        "o": (3,),
    }
    assert run.records["o"].dtype == np.complex128
    assert run.states is not None
    assert np.array_equal(run.states[0], psi)
    assert np.array_equal(run.states[-1], run.final)
    assert np.array_equal(run.records["d"][1], run.states[1].real ** 2 + run.states[1].imag ** 2)
    assert run.error_estimate is None
    assert "CayleySweeps" in run.method
    assert hg.propagate(trapped(), psi, times, dt=0.05).states is None
    for array in (run.times, run.final, run.states, *run.records.values()):
        assert not array.flags.writeable
    with pytest.raises((AttributeError, TypeError)):
        run.steps = 3  # type: ignore[misc]
    with pytest.raises(TypeError):
        run.records["new"] = psi  # type: ignore[index]


def test_one_time_gives_the_initial_state_and_takes_no_step() -> None:
    psi = packet()
    for arguments in ({}, {"dt": 0.1}, {"rtol": 1e-3}):
        run = hg.propagate(trapped(), psi, [0.7], **arguments)  # type: ignore[arg-type]
        assert run.steps == 0
        assert np.array_equal(run.final, psi)


def test_intermediate_outputs_do_not_change_the_result() -> None:
    # the same equal steps: bit for bit; sweeps join half phases between outputs, 8 roundings
    psi = packet()
    for method, bar in ((hg.CrankNicolson(), 0.0), (hg.CayleySweeps(), 8 * 2.3e-16)):
        whole = hg.propagate(trapped(), psi, [0.0, 1.0], dt=0.125, method=method)
        parts = hg.propagate(trapped(), psi, [0.0, 0.25, 0.5, 1.0], dt=0.125, method=method)
        assert np.abs(whole.final - parts.final).max() <= bar


def test_psi0_is_left_alone_and_never_normalised() -> None:
    psi = 3.0 * packet()
    kept = psi.copy()
    run = hg.propagate(trapped(), psi, [0, 1.0], dt=0.1, observe={"n": hg.Norm()})
    assert np.array_equal(psi, kept)
    assert np.abs(run.records["n"] - 9.0).max() < 1e-12


def test_the_callback_sees_output_times_and_a_read_only_view() -> None:
    seen = []

    def look(t: float, psi: Any) -> None:
        seen.append((t, psi.copy()))
        with pytest.raises(ValueError, match="read-only"):
            psi[0] = 1

    times = [0.0, 0.3, 0.5]
    run = hg.propagate(trapped(), packet(), times, dt=0.1, callback=look, store="all")
    assert [t for t, _ in seen] == times
    assert run.states is not None
    assert np.array_equal(np.array([psi for _, psi in seen]), run.states)


@pytest.mark.parametrize("error", [KeyError("mine"), ZeroDivisionError("mine"), SystemExit(3)])
def test_what_a_callback_or_observer_raises_surfaces_as_it_is(error: BaseException) -> None:
    def fail(t: float, psi: Any) -> float:
        if t > 0:
            raise error
        return 0.0

    def drive(t: float) -> float:
        raise error

    driven = hg.Hamiltonian(LINE, external=hg.Drive(1.0, drive))
    called = hg.Hamiltonian(LINE, external=lambda x, t: drive(t))
    for H, arguments in (
        (trapped(), {"callback": fail}),
        (trapped(), {"observe": {"f": fail}}),
        (driven, {}),
        (called, {}),
    ):
        with pytest.raises(type(error)) as caught:
            hg.propagate(H, packet(), [0, 1], dt=0.1, **arguments)  # type: ignore[arg-type]
        assert caught.value is error


def test_an_observer_that_changes_its_shape_is_refused() -> None:
    with pytest.raises(ValueError, match=r"`observe`: 'f' returned shape \(2,\)"):
        hg.propagate(
            trapped(),
            packet(),
            [0, 0.5, 1],
            dt=0.1,
            observe={"f": lambda t, psi: np.ones(2) if t > 0.6 else 1.0},
        )


def masked() -> Any:
    return np.ma.array([1.0, 2.0], mask=[False, True])


@pytest.mark.parametrize(
    "value", [np.nan, -np.inf, 1j * np.inf, None, "text", {}, [[1], [1, 2]], masked(), np.ones(2)]
)
def test_an_observer_ends_the_run_with_what_is_no_finite_number(value: Any) -> None:
    """In that step, with all that was recorded before: no average of it would be a number."""

    def late(t: float, field: Any) -> Any:
        return value if t > 0.6 else 1.0

    law = hg.Fourier(hg.Medium(conductivity=1.0, capacity=1.0))
    for run in (
        lambda: hg.propagate(trapped(), packet(), [0, 0.5, 1], dt=0.1, observe={"f": late}),
        lambda: hg.propagate(
            trapped(), np.array([packet()] * 2), [0, 0.5, 1], dt=0.1, observe={"f": late}
        ),
        lambda: hg.conduct(law, LINE, 1.0, [0, 0.5, 1], dt=0.1, observe={"f": late}),
    ):
        with pytest.raises(
            hg.ObserverError, match=r"`observe`: 'f' .* t = 1\.0 \(step 10\)"
        ) as got:
            run()
        error = got.value
        assert (error.name, error.step, error.time) == ("f", 10, 1.0)
        assert repr(error.value) == repr(value)
        assert error.partial.times.tolist() == [0.0, 0.5]
        assert set(error.partial.records["f"].ravel().tolist()) == {1.0}
        assert error.partial.steps == 5


def test_an_observer_that_fails_at_once_leaves_nothing() -> None:
    with pytest.raises(hg.ObserverError, match=r"returned nan at t = 0\.0 \(step 0\)") as got:
        hg.propagate(trapped(), packet(), [0, 1], observe={"f": lambda t, psi: np.nan})
    assert got.value.partial is None


def test_an_evolution_survives_pickle_and_copy() -> None:
    run = hg.propagate(trapped(), packet(), [0, 1], dt=0.1, observe={"n": hg.Norm()}, store="all")
    stopped = hg.ObserverError("no", "n", 1.0, 2, 3.0, run)
    for again in (
        pickle.loads(pickle.dumps(run)),
        copy.copy(run),
        copy.deepcopy(run),
        pickle.loads(pickle.dumps(stopped)).partial,
        pickle.loads(pickle.dumps(hg.Interrupted("no", run))).partial,
    ):
        assert str(again) == str(run)
        assert again.final.tobytes() == run.final.tobytes()
        assert again.records["n"].tobytes() == run.records["n"].tobytes()
        with pytest.raises(TypeError):
            again.records["n"] = 0
        with pytest.raises(ValueError, match="read-only"):
            again.states[0, 0] = 0


def test_a_callback_may_run_another_propagation() -> None:
    inner: list[Any] = []
    H = trapped()

    def again(t: float, psi: Any) -> None:
        inner.append(hg.propagate(H, psi, [0, 0.1], dt=0.1).final)

    outer = hg.propagate(H, packet(), [0, 0.1, 0.2], dt=0.1, callback=again, store="all")
    assert outer.states is not None
    assert np.array_equal(inner[0], outer.states[1])
    assert np.array_equal(inner[1], outer.states[2])


def test_an_observer_may_return_a_view_of_the_state() -> None:
    run = hg.propagate(
        trapped(), packet(), [0, 0.5, 1], dt=0.1, observe={"v": lambda t, psi: psi}, store="all"
    )
    assert np.array_equal(run.records["v"], run.states)


@pytest.mark.parametrize("kind", ["drive", "function"])
@pytest.mark.parametrize("bad", [math.nan, math.inf])
@pytest.mark.parametrize(
    ("method", "step"), [(hg.CrankNicolson(), 6), (hg.CayleySweeps(), 5), (hg.CayleySweeps(2), 5)]
)
def test_a_potential_that_fails_stops_in_that_step(
    kind: str, bad: float, method: Any, step: int
) -> None:
    def value(t: float) -> float:
        return bad if t > 0.55 else 0.0

    entry = hg.Drive(1.0, value) if kind == "drive" else lambda x, t: value(t)
    H = hg.Hamiltonian(LINE, external=entry)
    with pytest.raises(hg.NumericalError, match="`external`") as caught:
        hg.propagate(H, packet(), [0.0, 1.0], dt=0.1, method=method)
    # found at the middle, 0.65, of the step from 0.6, or by the temporal link from 0.5 to 0.6
    assert caught.value.step == step
    assert caught.value.time == pytest.approx(0.1 * step)


def require_norm_or_error(H: hg.Hamiltonian, psi: Any, dt: float, solver: str) -> None:
    """Three steps keep the norm, or fail with their step and time."""
    error, final = None, psi
    try:
        final = hg.propagate(H, psi, [0, 3 * dt], dt=dt, method=hg.CrankNicolson(solver)).final
    except hg.NumericalError as caught:
        error = caught
    assert error is None or (error.step is not None and error.time is not None)
    assert abs(np.linalg.norm(final) / np.linalg.norm(psi) - 1) < 1e-9


def test_a_state_beyond_double_precision_stops() -> None:
    H = hg.Hamiltonian(LINE, external=np.full(32, 1e300))
    with pytest.raises((hg.NumericalError, ValueError)):
        hg.propagate(H, packet(), [0.0, 1.0])
    require_norm_or_error(H, packet(), 0.1, "auto")


@pytest.mark.parametrize("size", [1e4, 1e8, 1e12])
@pytest.mark.parametrize(("kind", "points"), [("w", (24,)), ("p", (24,)), ("wp", (7, 8))])
@pytest.mark.parametrize("solver", ["auto", "iterative", "direct"])
def test_a_huge_step_keeps_the_norm_or_fails_with_a_type(
    kind: str, points: Any, size: float, solver: str
) -> None:
    grid = grid_of(kind, points)
    H, psi = random_hamiltonian(grid), random_state(grid)
    dt = size * H.hbar / float(abs(H.to_scipy()).sum(axis=1).max())
    require_norm_or_error(H, psi, dt, solver)


@pytest.mark.parametrize("exponent", [-200, -149, -100, 100, 149, 200])
@pytest.mark.parametrize("solver", ["auto", "iterative", "direct"])
def test_any_norm_is_propagated_or_refused(exponent: int, solver: str) -> None:
    grid = grid_of("w", (16,))
    H = random_hamiltonian(grid)
    psi = random_state(grid)
    scaled = psi * 10.0**exponent
    method = hg.CrankNicolson(solver)
    if abs(exponent) > 150:
        with pytest.raises(ValueError, match="`psi0` must have a norm"):
            hg.propagate(H, scaled, [0, 1], dt=0.1, method=method)
        return
    run = hg.propagate(H, scaled, [0, 1], dt=0.1, method=method)
    plain = hg.propagate(H, psi, [0, 1], dt=0.1, method=method)
    assert np.abs(run.final / 10.0**exponent - plain.final).max() < 1e-12


def final_bits(seed: int) -> str:
    """SHA-256 of the states of three runs: banded, sparse LU and Lanczos, static and driven."""
    digest = hashlib.sha256()
    for kind, points, driven in (("p", (64,), True), ("wp", (9, 8), False), ("pw", (9, 8), True)):
        grid = grid_of(kind, points)
        H = random_hamiltonian(grid, 4, driven, seed)
        digest.update(hg.propagate(H, random_state(grid), [0, 0.5], dt=0.01).final.tobytes())
    return digest.hexdigest()


def test_runs_are_reproducible_to_the_bit() -> None:
    assert final_bits(1) == final_bits(1)
    assert final_bits(1) != final_bits(2)


def test_threads_in_parallel_give_the_same_bits() -> None:
    seeds = [1, 2, 3, 4, 1, 2, 3, 4]
    alone = {seed: final_bits(seed) for seed in set(seeds)}
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        assert list(pool.map(final_bits, seeds)) == [alone[seed] for seed in seeds]


def test_threads_may_share_a_hamiltonian() -> None:
    grid = grid_of("wp", (12, 11))
    H, psi = random_hamiltonian(grid, 2, driven=True), random_state(grid)

    def final(_: int) -> bytes:
        return hg.propagate(H, psi, [0, 0.5], dt=0.01).final.tobytes()

    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(final, range(8)))) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot fork")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_forked_and_spawned_processes_give_the_same_bits() -> None:
    expected = final_bits(1)
    with multiprocessing.get_context("fork").Pool(2) as pool:
        assert pool.map_async(final_bits, [1, 1]).get(timeout=60) == [expected] * 2
    code = (
        f"import sys; sys.path[:0] = {sys.path!r}; import test_propagate as t;"
        "print(t.final_bits(1))"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    assert result.stdout.split()[-1] == expected


def test_the_threads_argument_changes_nothing() -> None:
    finals = {
        hg.propagate(trapped(), packet(), [0, 1], dt=0.1, threads=n).final.tobytes()
        for n in (None, 1, 2, 1024)
    }
    assert len(finals) == 1


def test_progress_goes_to_stderr_and_changes_nothing(capsys: Any) -> None:
    quiet = hg.propagate(trapped(), packet(), [0, 1], dt=0.001)
    assert capsys.readouterr() == ("", "")
    told = hg.propagate(trapped(), packet(), [0, 1], dt=0.001, progress=True)
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "100.0 %" in shown.err
    assert np.array_equal(quiet.final, told.final)


def test_a_fast_packet_warns_of_aliasing_in_any_gauge() -> None:
    psi = hg.gaussian_packet(LINE, 0.0, 5.0, 1.0)  # 5·h = 1.25 rad per site
    with pytest.warns(hg.AliasingWarning, match="axis 0"):
        hg.propagate(hg.Hamiltonian(LINE), psi, [0.0])
    (x,) = LINE.coordinates()
    potentials = hg.HeatPotentials(LINE).transform(5.0 * x)
    boosted = hg.gauge.transform_state(packet(), 5.0 * x, potentials)
    hg.propagate(hg.Hamiltonian(LINE, potentials), boosted, [0.0])  # the same state: no warning


def test_a_given_matrix_propagates_as_its_cayley_matrix() -> None:
    grid = grid_of("wp", (7, 8))
    H, psi = random_hamiltonian(grid), random_state(grid)
    given = hg.Hamiltonian.from_sparse(grid, H.to_scipy(), H.hbar)
    expected = (cayley(H, 0.0, 0.05) @ psi.ravel()).reshape(grid.shape)
    for solver in ("auto", "direct", "iterative"):
        run = hg.propagate(given, psi, [0, 0.05], dt=0.05, method=hg.CrankNicolson(solver))
        assert np.linalg.norm(run.final - expected) < 1e-13
    with pytest.raises(ValueError, match="no links"):
        hg.propagate(given, psi, [0, 1], dt=0.1, observe={"j": hg.Current(0)})


@pytest.mark.parametrize("observe", [None, {"norm": hg.Norm()}])
def test_states_that_a_callback_keeps_stay_those_of_their_times(observe: Any) -> None:
    """Each is a copy of its own: one written over would turn into the next, exactly."""
    grid = hg.Grid([hg.Axis(-5.0, 5.0, 64)])
    H = hg.Hamiltonian(grid, external=0.5 * grid.coordinates()[0] ** 2)
    psi = hg.gaussian_packet(grid, center=1.0, momentum=0.0, width=1.0)
    times, kept = np.linspace(0.0, 1.0, 4), []
    how = {"dt": 0.05, "method": hg.CayleySweeps()}
    hg.propagate(H, psi, times, callback=lambda t, psi: kept.append(psi), observe=observe, **how)
    states = hg.propagate(H, psi, times, store="all", **how).states
    np.testing.assert_array_equal(kept, states)
    assert np.abs(np.diff(states, axis=0)).max(axis=1).min() > 1e-3
