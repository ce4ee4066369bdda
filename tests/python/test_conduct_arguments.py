"""Steps, tolerances, callables, refusals and interruption of hg.conduct."""

import os
import signal
import threading
import time

import numpy as np
import pytest

import heatgauge as hg

GRID = hg.Grid([hg.Axis(0, 1, 8)])
SQUARE = hg.Grid([hg.Axis(0, 1, 4), hg.Axis(0, 2, 5)])
LAW = hg.Fourier(hg.Medium(1.0, 1.0))
WAVE = hg.Cattaneo(hg.Medium(1.0, 1.0, 0.1))


def run(law=LAW, grid=GRID, T0=1.0, times=(0, 1), **kwargs):
    if "dt" not in kwargs and "rtol" not in kwargs:
        kwargs["dt"] = 0.25
    return hg.conduct(law, grid, T0, times, **kwargs)


def test_intervals_are_cut_into_whole_steps_in_spite_of_rounding():
    flow = run(times=[0, 0.1 + 0.2, 0.6, 1.0], dt=0.1)
    np.testing.assert_array_equal(flow.steps_per_interval, [3, 3, 4])
    assert flow.steps == 10
    np.testing.assert_array_equal(run(times=[0, 0.35, 1.0], dt=0.1).steps_per_interval, [4, 7])
    np.testing.assert_array_equal(run(times=[0, 0.5], dt=1e308).steps_per_interval, [1])
    late = run(times=1e6 + np.array([0, 0.1, 0.2, 0.3]), dt=0.1)
    np.testing.assert_array_equal(late.steps_per_interval, [1, 1, 1])


@pytest.mark.parametrize("method", ["midpoint", "l-stable", "backward-euler"])
@pytest.mark.parametrize("rtol", [1e-2, 1e-4])
def test_rtol_is_reached_and_not_by_far(method, rtol):
    x = GRID.coordinates()[0]
    start = np.cos(np.pi * x)
    rate = (2 * np.sin(np.pi / 16) * 8) ** 2
    truth = start * np.exp(-0.2 * rate)
    flow = run(T0=start, times=[0, 0.05, 0.2], method=method, rtol=rtol)
    error = np.linalg.norm(flow.temperature[-1] - truth) / np.linalg.norm(truth - start)
    assert rtol / 20 < error <= 1.1 * rtol
    assert error == pytest.approx(flow.error_estimate, rel=0.3)


def test_the_default_tolerance_is_recorded():
    flow = hg.conduct(LAW, GRID, np.cos(np.pi * GRID.coordinates()[0]), [0, 0.1])
    assert 0 < flow.error_estimate <= 1e-4
    constant = hg.conduct(LAW, GRID, 1.0, [0, 0.1])
    assert constant.error_estimate == 0.0
    np.testing.assert_allclose(constant.temperature, 1.0, rtol=1e-14)


def test_boundary_callables_take_t_or_face_coordinates_and_t():
    y = SQUARE.coordinates()[1]
    expected = None
    for value in (
        2.0 + y[0],
        lambda y, t: 2.0 + y,
        lambda x, y, t: 2.0 + y + x,
        lambda *args: 2.0 + args[1] + args[0],
    ):
        flow = run(grid=SQUARE, boundary={"x-": hg.Temperature(value)})
        expected = flow.temperature if expected is None else expected
        np.testing.assert_array_equal(flow.temperature, expected)
    ramps = [lambda t: 3 * t, lambda x, t: 3 * t, lambda t, slope=3: slope * t, np.poly1d([3, 0])]
    expected = None
    for value in ramps:
        flow = run(boundary={"x+": hg.Temperature(value)})
        expected = flow.temperature if expected is None else expected
        np.testing.assert_allclose(flow.temperature, expected, rtol=1e-14)
    with pytest.raises(TypeError, match=r"boundary\['x-'\].value.*1 or 2 positional arguments.*3"):
        run(boundary={"x-": hg.Temperature(lambda x, y, t: t)})


def test_source_kinds_add_up():
    profile = np.linspace(0, 1, 8)
    drive = hg.Drive(profile, np.sin)
    together = run(source=[profile, drive, lambda x, t: x * t])
    apart = [run(T0=0.0, source=s).temperature for s in (profile, drive, lambda x, t: x * t)]
    np.testing.assert_allclose(together.temperature - 1.0, sum(apart), atol=1e-14)


def test_the_method_says_why():
    x = GRID.coordinates()[0]
    assert run(T0=np.cos(np.pi * x)).method == "midpoint (smooth data), tridiagonal"
    assert run(T0=np.where(x < 0.5, 0.0, 1.0)).method.startswith("l-stable (T0 jumps between")
    assert run(boundary={"x+": hg.Temperature(3.0)}).method.startswith("l-stable (T0 jumps against")
    late = run(boundary={"x+": hg.Temperature(lambda t: 1.0 if t < 0.7 else 2.0)})
    assert late.method.startswith("l-stable (the temperature of side x+ jumps at t = 0.7)")
    ramp = run(boundary={"x+": hg.Temperature(lambda t: 1.0 + t)})
    assert ramp.method.startswith("midpoint")
    pushed = run(law=WAVE, boundary={"x-": hg.Flux(1.0)})
    assert pushed.method.startswith("l-stable (the flux given on side x-")
    assert run(method="backward-euler").method.startswith("backward-euler (as asked)")


def test_an_initial_flux_is_kept_where_it_is_a_state():
    ring = hg.Grid([hg.Axis(0, 1, 8, "periodic")])
    q0 = np.ones(8)
    flow = run(law=WAVE, grid=ring, q0=[q0], times=[0, 0.1], dt=1e-3)
    np.testing.assert_array_equal(flow.flux[0][0], q0)
    np.testing.assert_allclose(flow.flux[0][1], np.exp(-1), rtol=1e-4)  # τ q̇ + q = 0
    rest = run(law=WAVE, grid=ring, T0=np.cos(2 * np.pi * ring.coordinates()[0]))
    np.testing.assert_array_equal(rest.flux[0][0], 0.0)
    start = np.linspace(0, 1, 8)
    fourier = run(T0=start)
    np.testing.assert_allclose(fourier.flux[0][0][1:-1], -np.diff(start) * 8, rtol=1e-14)


BAD = [
    ({"law": 3}, TypeError, "law"),
    ({"grid": "x"}, TypeError, "grid"),
    ({"T0": np.ones(7)}, ValueError, "T0"),
    ({"T0": np.full(8, np.nan)}, ValueError, "T0"),
    ({"T0": "1.0"}, TypeError, "T0"),
    ({"T0": None}, TypeError, "T0"),
    ({"T0": True}, TypeError, "T0"),
    ({"T0": 1j}, TypeError, "T0"),
    ({"T0": np.ones(8) * 1j}, TypeError, "T0"),
    ({"T0": np.ma.masked_array(np.ones(8))}, TypeError, "T0"),
    ({"times": [0]}, ValueError, "times"),
    ({"times": [0, 0]}, ValueError, "times"),
    ({"times": [0, np.inf]}, ValueError, "times"),
    ({"dt": 0}, ValueError, "dt"),
    ({"dt": -1.0}, ValueError, "dt"),
    ({"dt": np.nan}, ValueError, "dt"),
    ({"dt": True}, TypeError, "dt"),
    ({"dt": "0.1"}, TypeError, "dt"),
    ({"dt": 0.1 + 1j}, TypeError, "dt"),
    ({"dt": 5e-324}, ValueError, "dt"),
    ({"rtol": 0.0}, ValueError, "rtol"),
    ({"rtol": 2.0}, ValueError, "rtol"),
    ({"rtol": 1e-3, "dt": 0.1}, ValueError, "rtol"),
    ({"method": "euler"}, ValueError, "method"),
    ({"method": 1}, TypeError, "method"),
    ({"store": "none"}, ValueError, "store"),
    ({"observe": [1]}, TypeError, "observe"),
    ({"observe": {"x": 3}}, TypeError, "observe"),
    ({"q0": [np.zeros(9)]}, ValueError, "q0"),
    ({"law": WAVE, "q0": [np.zeros(8)]}, ValueError, "q0"),
    ({"law": WAVE, "q0": np.zeros(9)}, TypeError, "q0"),
    ({"alpha0": np.zeros(8)}, ValueError, "alpha0"),
    ({"boundary": hg.Temperature(1.0)}, TypeError, "boundary"),
    ({"boundary": {"left": hg.Temperature(1.0)}}, ValueError, "boundary"),
    ({"boundary": {"y-": hg.Temperature(1.0)}}, ValueError, "boundary"),
    ({"boundary": {"x-": 1.0}}, TypeError, "boundary"),
    ({"boundary": {"x-": hg.Temperature(np.inf)}}, ValueError, "boundary"),
    ({"boundary": {"x-": hg.Flux("a")}}, TypeError, "boundary"),
    ({"boundary": {"x-": hg.Robin(-1.0, 0.0)}}, ValueError, "coefficient"),
    ({"boundary": {"x-": hg.Robin(0.0, 0.0)}}, ValueError, "coefficient"),
    ({"grid": SQUARE, "boundary": {"x-": hg.Flux(np.ones(4))}}, ValueError, "boundary"),
    ({"source": np.ones(7)}, ValueError, "source"),
    ({"source": "x"}, TypeError, "source"),
    ({"source": lambda x, t: np.ones(5)}, ValueError, "source"),
    ({"boundary": {"x-": hg.Flux(lambda t: np.ones(2))}}, ValueError, "boundary"),
    ({"boundary": {"x-": hg.Flux(lambda t: "a")}}, TypeError, "boundary"),
    ({"law": hg.Fourier(hg.Medium(np.ones(7), 1.0))}, ValueError, "medium"),
]


@pytest.mark.parametrize(("arguments", "error", "name"), BAD)
def test_bad_input_is_refused_by_name_at_once(arguments, error, name):
    begin = time.thread_time()
    with pytest.raises(error, match=rf"Argument `[^`]*{name}"):
        run(**arguments)
    assert time.thread_time() - begin < 0.1


@pytest.mark.parametrize("medium", [None, 1.0, "NaF"])
def test_a_law_wants_a_medium(medium):
    with pytest.raises(TypeError, match="medium"):
        hg.Fourier(medium)
    with pytest.raises(TypeError, match="medium"):
        hg.Cattaneo(medium)


def test_cattaneo_without_relaxation_is_refused():
    with pytest.raises(ValueError, match="relaxation"):
        hg.Cattaneo(hg.Medium(1.0, 1.0))


def test_values_that_are_not_finite_stop_the_run_with_step_time_and_index():
    def late_nan(t):
        return np.nan if t > 0.6 else 1.0

    with pytest.raises(hg.NumericalError, match=r"boundary\['x-'\].value") as caught:
        run(boundary={"x-": hg.Flux(late_nan)}, dt=0.1, method="midpoint")
    assert caught.value.step == 6
    assert caught.value.time == pytest.approx(0.65)

    def nan_inside(x, t):
        return np.where(x > 0.5, np.nan if t > 0.3 else 0.0, 0.0)

    with pytest.raises(hg.NumericalError, match=r"index \(4,\)") as caught:
        run(source=nan_inside, dt=0.1, method="midpoint")
    assert (caught.value.step, caught.value.time) == (3, pytest.approx(0.35))
    with pytest.raises(hg.NumericalError, match="no longer finite") as caught:
        run(source=np.full(8, 1e307), times=[0, 100.0], dt=1.0)
    assert caught.value.step is not None


def test_an_exception_of_a_callable_surfaces_as_itself():
    def broken(t):
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        run(boundary={"x-": hg.Flux(broken)})


def test_inputs_of_other_layouts_are_taken_by_value():
    data = np.arange(20.0).reshape(5, 4)
    expected = run(grid=SQUARE, T0=np.ascontiguousarray(data.T)).temperature
    for other in (data.T, np.asfortranarray(data.T), data.T.astype(">f8"), data.T.astype(int)):
        np.testing.assert_array_equal(run(grid=SQUARE, T0=other).temperature, expected)
    start = np.ones(8)
    run(T0=start, boundary={"x-": hg.Temperature(5.0)})
    np.testing.assert_array_equal(start, 1.0)


@pytest.mark.parametrize("points", [(400_000,), (300, 300), (40, 40, 40)])
def test_control_c_stops_a_long_run_and_hands_over_what_there_is(points):
    grid = hg.Grid([hg.Axis(0, 1, n) for n in points])
    sent = []

    first_output = threading.Event()

    def interrupt():
        first_output.wait(60)
        time.sleep(0.3)
        sent.append(time.process_time())
        os.kill(os.getpid(), signal.SIGINT)

    thread = threading.Thread(target=interrupt)
    start = np.ones(grid.shape)
    start[points[0] // 2] = 2.0
    thread.start()
    with pytest.raises(hg.Interrupted) as caught:
        hg.conduct(
            LAW,
            grid,
            start,
            [0, 1e-12, 1e4],
            dt=1e-3,
            method="midpoint",
            observe={"late": lambda t, T: float(t > 0 and first_output.set() is None)},
        )
    thread.join()
    # Time of this process: a busy machine may keep both of us waiting.
    assert time.process_time() - sent[0] < 0.2
    partial = caught.value.partial
    assert isinstance(partial, hg.HeatFlow)
    assert partial.times.size == partial.temperature.shape[0] == 2
    assert np.abs(partial.energy_balance()).max() < 1e-12


def test_threads_give_the_same_bits():
    x = np.cos(np.pi * GRID.coordinates()[0])
    results = [None] * 4

    def work(k):
        results[k] = run(law=WAVE, T0=x, times=np.linspace(0, 1, 5), dt=1e-4).temperature

    threads = [threading.Thread(target=work, args=(k,)) for k in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for other in results[1:]:
        np.testing.assert_array_equal(other, results[0])
