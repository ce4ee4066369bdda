"""Ensembles of dephased carriers against exact laws and the density matrix.

Statistical bars are 4.5 standard errors, 7e-6 false alarms each for a normal estimate; seeds are
fixed, so that a test that passes keeps passing.
"""

from __future__ import annotations

import concurrent.futures
import hashlib
import multiprocessing
import os
import signal
import threading
import time
from typing import Any

import numpy as np
import pytest
from test_haken_strobl import X2, X4, chain, mean_square

import heatgauge as hg

BARS = 4.5


def deviation(run: Any, name: str, exact: Any) -> Any:
    """(record − exact) in standard errors at all times but the first."""
    return (run.records[name] - exact)[1:] / run.records[f"{name}_stderr"][1:]


def digest(run: hg.Evolution) -> str:
    parts = [np.ascontiguousarray(run.records[name]).tobytes() for name in sorted(run.records)]
    return hashlib.sha256(b"".join([*parts, run.final.tobytes()])).hexdigest()


@pytest.mark.parametrize(("rate", "seed"), [(0.4, 1), (1.0, 2), (3.0, 3)])
def test_the_mean_square_displacement_is_exact(rate: float, seed: int) -> None:
    """(4J²a²/ħ²Γ²)(Γt − 1 + e^{−Γt}); a rate wrong by a factor 1.3 would be seen."""
    H, psi = chain(64)
    times = np.array([0.0, 1.0, 2.5, 5.0])
    run = hg.dephase(H, psi, times, rate, 1200, seed, observe={"x2": X2})
    assert np.abs(deviation(run, "x2", mean_square(times, rate))).max() < BARS
    for factor in (1 / 1.3, 1.3, 2.0):
        assert np.abs(deviation(run, "x2", mean_square(times, factor * rate))).max() > 2 * BARS


def test_averages_are_those_of_the_density_matrix() -> None:
    """Profile, fourth moment, entropy, purity, coherence length and energy, with V, A and ħ."""
    rng = np.random.default_rng(8)
    grid = hg.Grid([hg.Axis(0.0, 24.0, 24, "periodic", twist=0.5)])
    x = grid.coordinates()[0]
    pots = hg.HeatPotentials(grid, scalar=np.cos(x), vector=[0.4 * rng.normal(size=24)], charge=0.7)
    H = hg.Hamiltonian(grid, pots, mass=0.8, hbar=1.3)
    psi = hg.gaussian_packet(grid, center=12.0, momentum=0.4, width=1.5, hbar=1.3)
    observe = {
        "x4": hg.Moment(0, 4, about=12.0),
        "energy": hg.Energy(),
        "current": hg.Current(0),
        "amplitude": lambda t, psi: psi[12],
    }
    times = [0.0, 0.7, 2.0]
    run = hg.dephase(H, psi, times, 0.9, 2400, 11, observe=observe)
    del observe["amplitude"]
    exact = hg.haken_strobl(H, psi, times, 0.9, observe=observe)
    for name in ("density", "energy", "x4", "current", "entropy", "purity", "coherence_length"):
        assert np.abs(deviation(run, name, exact.records[name])).max() < BARS, name
    # the average amplitude decays by half the rate: the phase of each site is random
    free = hg.propagate(H, psi, times, method=hg.Chebyshev(), observe={"a": hg.Probe([12.1])})
    amplitude = free.records["a"][:, 0] * np.exp(-0.45 * np.array(times))
    assert np.abs(deviation(run, "amplitude", amplitude)).max() < BARS
    assert abs(run.final[12] - run.records["amplitude"][-1]) < 1e-14


def qubit(distance: int = 1) -> tuple[hg.Hamiltonian, Any, Any]:
    """Uncoupled sites, |+⟩ on two of them, and what measures their coherence."""
    grid = hg.Grid([hg.Axis(0, distance + 2, distance + 2)])
    psi = np.zeros(distance + 2)
    psi[[0, -2]] = 0.5**0.5
    return hg.Hamiltonian(grid, mass=1e30), psi, lambda t, psi: 2 * psi[0].conj() * psi[-2]


def test_a_qubit_loses_coherence_at_the_rate_asked() -> None:
    """e^{−Γt}, and the entropies .191331, .495842, .623864, .691907 at Γt = .1, .5, 1, 3."""
    H, psi, coherence = qubit()
    times = np.array([0.0, 0.1, 0.5, 1.0, 3.0]) / 2
    run = hg.dephase(H, psi, times, 2.0, 4000, 5, observe={"c": coherence}, dt=0.05)
    assert np.abs(deviation(run, "c", np.exp(-2 * times))).max() < BARS
    listed = np.array([0.0, 0.191331, 0.495842, 0.623864, 0.691907])
    assert np.abs(deviation(run, "entropy", listed)).max() < BARS
    assert (run.records["entropy_stderr"] < 0.01).all()
    for wrong in (1.0, 2.5, 4.0):
        assert np.abs(deviation(run, "c", np.exp(-wrong * times))).max() > BARS


@pytest.mark.parametrize("shape", ["gaussian", "exponential"])
def test_correlated_noise_dephases_near_sites_less(shape: str) -> None:
    """Γ∞(1 − g(r)): two uncoupled sites r apart, and the chain's law with r = a."""
    length = 2.0
    for r in (1, 3):
        g = np.exp(-0.5 * (r / length) ** 2) if shape == "gaussian" else np.exp(-r / length)
        H, psi, coherence = qubit(r)
        run = hg.dephase(
            H, psi, [0, 0.8], 1.5, 1600, 9, observe={"c": coherence}, dt=0.1,
            correlation_length=length, correlation=shape,
        )  # fmt: skip
        exact = np.array([1.0, np.exp(-1.5 * (1 - g) * 0.8)])
        assert np.abs(deviation(run, "c", exact)).max() < BARS
    H, psi = chain(64)
    g = np.exp(-0.5 / length**2) if shape == "gaussian" else np.exp(-1 / length)
    times = np.array([0.0, 2.0, 5.0])
    run = hg.dephase(
        H, psi, times, 3.0, 320, 10, observe={"x2": X2}, correlation_length=length,
        correlation=shape,
    )  # fmt: skip
    assert np.abs(deviation(run, "x2", mean_square(times, 3 * (1 - g)))).max() < BARS


def test_coloured_noise_dephases_after_its_memory() -> None:
    """e^{−Γ(t − θ(1 − e^{−t/θ}))}, θ = τ_c/2, of a qubit; white where τ_c is short."""
    H, psi, coherence = qubit()
    times = np.array([0.0, 0.3, 1.0, 3.0])
    for tau, dt in ((1.6, 0.1), (1.6, 1.0), (0.01, 0.1)):
        run = hg.dephase(
            H, psi, times, 1.2, 1600, 4, observe={"c": coherence}, dt=dt, correlation_time=tau
        )
        memory = tau / 2 * -np.expm1(-2 * times / tau)
        assert np.abs(deviation(run, "c", np.exp(-1.2 * (times - memory)))).max() < BARS
    chained, start = chain(64)
    run = hg.dephase(
        chained, start, [0, 2, 5], 1.0, 320, 6, observe={"x2": X2}, correlation_time=0.01
    )
    assert np.abs(deviation(run, "x2", mean_square(np.array([0, 2, 5]), 1.0))).max() < BARS


def test_two_dimensions_spread_alike_and_move_alone() -> None:
    """⟨x²⟩ and ⟨y²⟩ each obey the chain's law with the hopping of their axis."""
    grid = hg.Grid([hg.Axis(-10, 10, 20), hg.Axis(-10, 10, 20, "periodic")])
    H = hg.Hamiltonian(grid, mass=[0.5, 1.0])
    psi = np.zeros(grid.shape)
    psi[10, 10] = 1.0  # at (0.5, 0.5)
    observe = {"x2": hg.Moment(0, 2, about=0.5), "y2": hg.Moment(1, 2, about=0.5)}
    times = np.array([0.0, 0.7, 1.4])
    run = hg.dephase(H, psi, times, 1.5, 240, 21, observe=observe)
    assert np.abs(deviation(run, "x2", mean_square(times, 1.5))).max() < BARS
    assert np.abs(deviation(run, "y2", mean_square(times, 1.5) / 4)).max() < BARS
    assert run.records["density"].shape == (3, 20, 20)


def test_a_longer_chain_and_shorter_steps_change_nothing_beyond_the_errors() -> None:
    times, runs = [0.0, 1.5, 4.0], []
    for points, dt, seed in ((48, 0.05, 1), (96, 0.05, 2), (48, 0.025, 3)):
        H, psi = chain(points)
        runs.append(hg.dephase(H, psi, times, 1.0, 480, seed, observe={"x2": X2, "x4": X4}, dt=dt))
    for other in runs[1:]:
        for name in ("x2", "x4", "entropy", "purity"):
            error = np.hypot(runs[0].records[f"{name}_stderr"], other.records[f"{name}_stderr"])[1:]
            change = np.abs(other.records[name] - runs[0].records[name])[1:]
            assert (change < BARS * error).all(), name


@pytest.mark.parametrize("case", ["ring", "walls", "plane", "order", "masses", "matrix", "driven"])
def test_without_noise_each_realisation_is_the_unitary_of_the_matrix(case: str) -> None:
    """Second order in dt, towards exp(−iHt/ħ) of H's own lattice; driven: towards Crank–Nicolson
    with a hundred times as many steps. The pole of a wrong λ would leave an error of order 1."""
    rng = np.random.default_rng(3)
    options: dict[str, Any] = {"mass": 0.8, "hbar": 1.2}
    axes = [hg.Axis(0, 9, 18, "periodic", twist=0.3)]
    if case == "walls":
        axes = [hg.Axis(0, 9, 18)]
    if case == "plane":
        axes = [hg.Axis(0, 6, 8, "periodic"), hg.Axis(0, 4, 5)]
        options["mass"] = [0.8, 1.5]
    grid = hg.Grid(axes)
    V = rng.normal(size=grid.shape)
    vector = [0.5 * rng.normal(size=grid.link_shape(a)) for a in range(grid.dimensions)]
    scalar: Any = V
    if case == "driven":
        scalar = [V, hg.Drive(V[::-1].copy(), lambda t: np.sin(3 * t))]
    if case == "order":
        options["order"] = 6
    if case == "masses":
        options["mass"] = 0.5 + rng.random(grid.shape)
    H = hg.Hamiltonian(grid, hg.HeatPotentials(grid, scalar, vector, charge=0.9), **options)
    if case == "matrix":
        H = hg.Hamiltonian.from_sparse(grid, H.to_scipy(), hbar=1.2)
    psi = rng.normal(size=grid.shape) + 1j * rng.normal(size=grid.shape)
    times = [0.0, 0.3, 0.8]
    if case == "driven":
        exact = hg.propagate(H, psi, times, method=hg.CrankNicolson(), dt=2e-4).final
    else:
        exact = hg.propagate(H, psi, times, method=hg.Chebyshev(), rtol=1e-13).final
    errors = []
    for dt in (0.02, 0.01, 0.005):
        run = hg.dephase(H, psi, times, 0.0, 2, 1, dt=dt).replay(1)
        errors.append(np.abs(run.final - exact).max() / np.abs(exact).max())
    if case in ("order", "masses", "matrix"):
        assert max(errors) < 1e-12  # Chebyshev steps of the whole H have no splitting error
    else:
        slopes = np.log2(np.array(errors[:-1]) / errors[1:])
        assert np.abs(slopes - 2).max() < 0.15
        assert errors[-1] < 2e-3


def test_realisations_replay_bit_for_bit() -> None:
    H, psi = chain(40)
    options: dict[str, Any] = {"correlation_length": 1.0, "correlation_time": 0.3}
    for extra in ({}, options):
        few = hg.dephase(H, psi, [0, 1, 2], 0.8, 20, 7, observe={"x2": X2}, **extra)
        many = hg.dephase(H, psi, [0, 1, 2], 0.8, 37, 7, observe={"x2": X2}, **extra)
        alone = [many.replay(n) for n in range(37)]
        # realisation n is the same however many there are
        for n in (0, 3, 15, 16, 19):
            again = few.replay(n)
            assert digest(again) == digest(alone[n])
        # and their mean is the average: they are the ones that were averaged
        mean = np.mean([one.records["x2"] for one in alone], axis=0)
        np.testing.assert_allclose(many.records["x2"], mean, rtol=1e-13)
        error = np.std([one.records["x2"] for one in alone], axis=0, ddof=1) / 37**0.5
        np.testing.assert_allclose(many.records["x2_stderr"], error, rtol=1e-10, atol=1e-15)
        amplitude = np.mean([one.final for one in alone], axis=0)
        np.testing.assert_allclose(many.final, amplitude, atol=1e-14)
        assert np.abs(alone[0].final - alone[1].final).max() > 0.01
    children = np.random.SeedSequence(7).spawn(3)
    key = int(children[2].generate_state(1, np.uint64)[0])
    assert many._task is not None
    assert many._task.key(2) == key


def test_threads_and_executors_do_not_change_a_bit() -> None:
    H, psi = chain(40)
    given: dict[str, Any] = {"observe": {"x2": X2}, "correlation_length": 1.5}
    runs = [hg.dephase(H, psi, [0, 1], 1.0, 70, 5, threads=n, **given) for n in (1, 2, 3)]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        runs.append(hg.dephase(H, psi, [0, 1], 1.0, 70, 5, executor=pool, **given))
    context = multiprocessing.get_context("forkserver")
    with concurrent.futures.ProcessPoolExecutor(2, mp_context=context) as processes:
        runs.append(hg.dephase(H, psi, [0, 1], 1.0, 70, 5, executor=processes, **given))
    assert len({digest(run) for run in runs}) == 1
    other = hg.dephase(H, psi, [0, 1], 1.0, 70, 6, **given)
    assert digest(other) != digest(runs[0])


def test_a_single_realisation_is_pure() -> None:
    H, psi = chain(40)
    run = hg.dephase(H, psi, [0, 1, 2], 0.8, 1, 7, observe={"x2": X2})
    one = run.replay(0)
    assert digest(one) == digest(
        hg.dephase(H, psi, [0, 1, 2], 0.8, 30, 7, observe={"x2": X2}).replay(0)
    )
    np.testing.assert_array_equal(run.records["x2"], one.records["x2"])
    assert np.isnan(run.records["x2_stderr"]).all()
    assert (run.records["entropy"] == 0).all()
    spread = run.records["x2"] - (run.records["density"] @ H.grid.coordinates()[0]) ** 2
    np.testing.assert_allclose(run.records["coherence_length"] ** 2, 2 * spread, atol=1e-12)
    assert hg.classify(run).verdict == "quantum-permitted"


def test_a_static_gauge_function_changes_nothing_while_the_average_loses_coherence() -> None:
    """Each realisation is covariant: densities, currents and ψe^{isχ/ħ} keep to round-off; the
    off-diagonals of the average decay in either gauge, and all the entropy is that of the noise."""
    rng = np.random.default_rng(2)
    grid = hg.Grid([hg.Axis(0, 8, 8, "periodic"), hg.Axis(0, 7, 7)])
    links = [0.3 * rng.normal(size=grid.link_shape(a)) for a in range(2)]
    pots = hg.HeatPotentials(grid, scalar=rng.normal(size=grid.shape), vector=links, charge=0.6)
    H = hg.Hamiltonian(grid, pots, mass=0.7, hbar=1.1)
    psi = hg.gaussian_packet(grid, [4, 3.5], [0.5, 0], [1, 1], hbar=1.1)
    chi = 3 * rng.normal(size=grid.shape)
    turn = np.exp(1j * 0.6 * chi / 1.1)
    moved = H.with_potentials(pots.transform(chi))
    observe = {"j": hg.Current(0), "y": hg.Moment(1, 1, about=3.5)}
    one, two = (
        hg.dephase(h, start, [0, 1, 2], 0.5, 32, 4, observe=observe)
        for h, start in ((H, psi), (moved, turn * psi))
    )
    bar = 20 * 2.3e-16 * (1 + np.abs(0.6 * chi / 1.1).max()) * 10  # ‖H‖dt/ħ of a few
    for name in ("density", "j", "y", "entropy", "purity"):
        scale = np.abs(one.records[name]).max()
        assert np.abs(one.records[name] - two.records[name]).max() < bar * max(scale, 1), name
    for n in (0, 31):
        a, b = one.replay(n).final, two.replay(n).final
        assert np.abs(turn * a - b).max() < bar
    assert one.records["purity"][2] < 0.7
    assert np.abs(turn * one.final - two.final).max() < bar


def test_verdicts_along_the_bridge() -> None:
    """Unitary: quantum-permitted; any dephasing that shows: classical-permitted."""
    H, psi = chain(40)
    times = np.linspace(0, 2, 6)
    totals = []
    for rate in (0.0, 0.1, 1.0):
        run = hg.dephase(H, psi, times, rate, 320, 3)
        found = hg.classify(run)
        assert found.verdict == ("quantum-permitted" if rate == 0 else "classical-permitted")
        exact = hg.haken_strobl(H, psi, times, rate).records["entropy"][-1]
        assert abs(found.total - exact) <= max(1.5 * found.uncertainty, 1e-11)
        totals.append(found.total)
    assert totals[0] < 1e-11 < totals[1] < totals[2]


def test_a_few_states_of_many_dimensions_say_so_in_their_error() -> None:
    """Purity stays unbiased; the entropy's error covers what few states cannot know."""
    H, psi = chain(80)
    exact = hg.haken_strobl(H, psi, [0, 5.0], 2.0)
    for realisations in (24, 200):
        run = hg.dephase(H, psi, [0, 5.0], 2.0, realisations, 13)
        for name in ("entropy", "purity", "coherence_length"):
            assert np.abs(deviation(run, name, exact.records[name])).max() < BARS


def test_interrupted_runs_stop_soon_and_keep_what_was_done() -> None:
    H, psi = chain(1024)
    times = np.linspace(0, 1, 11)
    threading.Timer(0.6, os.kill, (os.getpid(), signal.SIGINT)).start()
    started = time.perf_counter()
    with pytest.raises(hg.Interrupted) as caught:
        hg.dephase(H, psi, times, 1.0, 10**6, 1, dt=0.01, threads=2)
    assert time.perf_counter() - started < 0.6 + 2.0  # 0.2 s on an idle machine
    partial = caught.value.partial
    assert partial is None or 2 <= partial.realisations < 10**6


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"psi0": np.zeros(40)}, "psi0"),
        ({"psi0": np.ones(39)}, "psi0"),
        ({"rate": -1.0}, "rate"),
        ({"rate": np.nan}, "rate"),
        ({"realisations": 0}, "realisations"),
        ({"realisations": 2.5}, "realisations"),
        ({"seed": None}, "seed"),
        ({"seed": -1}, "seed"),
        ({"seed": 1.5}, "seed"),
        ({"dt": 0.0}, "dt"),
        ({"times": [1, 0]}, "times"),
        ({"executor": 4}, "executor"),
        ({"threads": 0}, "threads"),
        ({"correlation": "box"}, "correlation"),
        ({"correlation_length": -1.0}, "correlation_length"),
        ({"correlation_time": np.inf}, "correlation_time"),
        ({"observe": {"purity": X2}}, "observe"),
        ({"observe": {"density": X2}}, "observe"),
        ({"observe": {"density_stderr": X2}}, "observe"),
        ({"observe": {"a": X2, "a_stderr": X2}}, "observe"),
        ({"observe": [X2]}, "observe"),
        ({"observe": {"f": lambda t, psi: np.nan}}, "observe"),
        ({"observe": {"f": lambda t, psi: np.array([0.0, np.inf])}}, "observe"),
        ({"observe": {"f": lambda t, psi: None}}, "observe"),
        ({"observe": {"f": lambda t, psi: [[1], [1, 2]]}}, "observe"),
        ({"observe": {"f": lambda t, psi: psi[: 3 if t > 0 else 2]}}, "observe"),
        ({"observe": {"f": lambda t, psi: "text"}}, "observe"),
        ({"observe": {"x": hg.Moment(0, 2, about=1e308)}}, "about"),
        ({"psi0": np.full(40, 1e200)}, "psi0"),
        ({"psi0": np.full(40, 1e120)}, "psi0"),
        ({"rate": 1e300}, "rate"),
        ({"correlation_time": 5e-324}, "correlation_time"),
        ({"correlation_time": 1e308}, "correlation_time"),
        ({"times": [0.0, 1e9], "dt": 1e8}, "dt"),
        ({"observe": {"x": hg.Moment}}, "observe"),
        ({"H": 3}, "H"),
    ],
)
def test_malformed_arguments_are_refused(change: dict[str, Any], name: str) -> None:
    H, psi = chain(40)
    given = {"H": H, "psi0": psi, "times": [0, 1], "rate": 1.0, "realisations": 20, "seed": 1}
    with pytest.raises((ValueError, TypeError), match=f"`{name}`"):
        hg.dephase(**(given | change))


def test_seeds_of_any_pool_are_those_of_their_children() -> None:
    """The key of realisation n is drawn from child n of the sequence, whatever its pool."""
    H, psi = chain(40)
    runs = [
        hg.dephase(H, psi, [0, 1], 1.0, 4, np.random.SeedSequence(7, pool_size=size))
        for size in (4, 8)
    ]
    assert digest(runs[0]) != digest(runs[1])
    with np.testing.assert_raises(AssertionError):
        np.testing.assert_array_equal(*(run.replay(2).final for run in runs))


def test_what_no_step_covers_is_refused() -> None:
    grid = hg.Grid([hg.Axis(0, 8, 40)])
    psi = hg.gaussian_packet(grid, 4, 0, 1)
    driven = hg.Hamiltonian(grid, external=lambda x, t: x * t, order=4)
    with pytest.raises(ValueError, match="order 2"):
        hg.dephase(driven, psi, [0, 1], 1.0, 4, 1)


def test_an_observer_that_raises_surfaces() -> None:
    H, psi = chain(40)

    def broken(t: float, psi: Any) -> float:
        raise RuntimeError("broken")

    with pytest.raises(RuntimeError, match="broken"):
        hg.dephase(H, psi, [0, 1], 1.0, 40, 1, observe={"f": broken}, threads=2)
