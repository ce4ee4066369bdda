"""The main job on coarse grids: arrival, Lorenz condition, Ehrenfest, gauge, what moves them."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest

import heatgauge as hg
from heatgauge.configuration import ConfigurationError, load
from heatgauge.second_sound import resolve, run_second_sound
from heatgauge.second_sound_report import summary
from heatgauge.second_sound_results import result_arrays
from heatgauge.second_sound_wave import arrival_time, lorenz_residual, send_pulse
from second_sound_systems import far_temperature

EXAMPLE = load(Path(__file__).parents[2] / "examples" / "second_sound.toml")


def with_keys(**tables):
    """The example on 400 cells, with keys of some tables replaced."""
    tables = {"grid": {}, **tables}
    tables["grid"] = {"points": 400, **tables["grid"]}
    parts = {k: dataclasses.replace(getattr(EXAMPLE, k), **v) for k, v in tables.items()}
    return dataclasses.replace(EXAMPLE, **parts)


def wave_of(**tables):
    return send_pulse(*resolve(with_keys(**tables)))


@pytest.fixture(scope="module")
def run():
    return run_second_sound(with_keys())


def exact_far_faces(configuration, medium, times):
    """Cattaneo's and Fourier's far face without a grid."""
    c = configuration
    peak = c.pulse.rise * medium.capacity * medium.wave_speed
    crystal = (c.grid.length, c.pulse.duration, peak, medium.conductivity, medium.capacity)
    robin = medium.capacity * medium.wave_speed if c.grid.far_face == "matched" else 0.0
    return [far_temperature(times, *crystal, tau, robin) for tau in (medium.relaxation, 0.0)]


@pytest.mark.parametrize("far_face", ["insulated", "matched"])
def test_arrival_is_exact_within_its_uncertainty(far_face):
    configuration, medium = resolve(with_keys(grid={"points": 1000, "far_face": far_face}))
    wave = send_pulse(configuration, medium)
    cattaneo, fourier = exact_far_faces(configuration, medium, wave.cattaneo.times)
    exact = arrival_time(wave.cattaneo.times, cattaneo - fourier)
    assert abs(wave.arrival - exact) <= wave.arrival_uncertainty
    assert wave.arrival_uncertainty < 1e-3 * wave.arrival
    # The wake of a pulse this long holds the crest back by half a per cent.
    assert wave.speed == pytest.approx(medium.wave_speed, rel=0.01)
    # The second derivative of the pulse jumps where it begins and ends: a second-order scheme
    # follows that with h^(4/3) in the maximum norm, (1/74)^(4/3)·2π at 74 cells per pulse.
    assert np.abs(wave.far_cattaneo - cattaneo).max() < 0.03 * cattaneo.max()


def test_fourier_background_converges_to_second_order():
    points = np.array([450, 640, 900, 1270])
    errors = []
    for n in points:
        configuration, medium = resolve(with_keys(grid={"points": int(n)}))
        wave = send_pulse(configuration, medium)
        exact = exact_far_faces(configuration, medium, wave.cattaneo.times)[1]
        errors.append(np.abs(wave.far_fourier - exact).max())
    order = -np.polyfit(np.log(points), np.log(errors), 1)[0]
    assert order == pytest.approx(2.0, abs=0.05)


def test_the_crest_is_the_front_for_a_short_pulse():
    # The crest lags behind the front by the wake: Cattaneo's wave has a tail of relative strength
    # d·t/(8τ²), which vanishes with the duration d of the pulse.
    lags = []
    for duration in (4e-7, 2e-7, 1e-7):
        configuration, medium = resolve(
            with_keys(grid={"points": 1000}, pulse={"duration": duration})
        )
        times = np.linspace(0.0, configuration.grid.duration, 20001)
        cattaneo, fourier = exact_far_faces(configuration, medium, times)
        travel = arrival_time(times, cattaneo - fourier) - duration / 2
        lags.append(travel * medium.wave_speed / configuration.grid.length - 1)
    assert lags[0] > 2 * lags[1] > 4 * lags[2] > 0


def test_lorenz_condition_holds_to_the_rounding_of_the_temperature(run):
    # δT of some 1e-4 K, rounded to eps·14.5 K, over the smaller difference of one interval
    assert run.lorenz < 1e-9
    wrong = hg.HeatPotentials(
        run.wave.cattaneo.grid,
        scalar=run.wave.potentials(hg.k_B).scalar.samples[0],
        vector=[None],
    )
    assert lorenz_residual(run.wave.cattaneo, wrong)[0] == pytest.approx(1.0)


def test_carrier_obeys_ehrenfest_keeps_its_norm_and_does_not_see_the_gauge(run):
    carrier = run.carrier
    assert carrier.displacement > 1e-4  # it moves: the wave pushes it by a tenth of its width
    assert carrier.ehrenfest_deviation < 1e-2
    assert carrier.norm_drift < 1e-12
    assert carrier.step_uncertainty < 1e-2
    for name, deviation in carrier.gauge_deviation.items():
        assert deviation <= carrier.gauge_bound[name], name


def test_ten_percent_more_conductivity_moves_the_arrival():
    before = wave_of()
    after = wave_of(material={"conductivity": 1.1 * EXAMPLE.material.conductivity})
    # v ∝ √κ: the time of flight goes down by 4.65 %
    half = 0.5 * EXAMPLE.pulse.duration
    ratio = (after.arrival - half) / (before.arrival - half)
    assert ratio == pytest.approx(1.1**-0.5, abs=2e-3)


def test_twice_the_mass_halves_the_motion(run):
    heavy = run_second_sound(with_keys(carrier={"mass": 2 * EXAMPLE.carrier.mass})).carrier
    # The same force acts on nearly the same place.
    assert heavy.displacement == pytest.approx(run.carrier.displacement / 2, rel=0.05)


def test_the_sign_of_the_force_is_that_of_the_heat_flow(run):
    # E = q/κ > 0 while the pulse passes towards +x, and s > 0.
    assert run.carrier.evolution.records["momentum"][-1] > 0


def test_values_of_the_record_are_used_where_the_file_gives_none():
    c = with_keys(material={"conductivity": None, "relaxation": None})
    explicit, medium = resolve(c)
    assert explicit.material.conductivity == hg.materials["NaF"].at(14.5).conductivity
    assert medium.quantity("relaxation").status == "unverified"


def test_summary_is_short_and_says_what_is_unverified(run):
    lines = summary(run).splitlines()
    assert len(lines) < 60
    assert max(map(len, lines)) <= 100
    assert "[unverified]" in summary(run)
    assert "780 ± 50 [verified]" in summary(run)


def test_arrays_are_documented_and_agree_with_each_other(run):
    arrays = result_arrays(run)
    names = arrays["contents"][1:, 0].tolist()
    assert sorted(names) == sorted(set(arrays) - {"contents"})
    np.testing.assert_allclose(
        arrays["A"], arrays["inductance"] * arrays["q"][:, 1:-1], rtol=1e-12, atol=1e-25
    )
    np.testing.assert_allclose(arrays["V"], arrays["T"] - arrays["temperature"], atol=1e-12)


@pytest.mark.parametrize(
    ("tables", "message"),
    [
        ({"material": {"temperature": 9.0}}, r"no data.*10–18.5 K"),
        ({"material": {"temperature": 20.0}}, r"no data.*10–18.5 K"),
        ({"material": {"temperature": 10.0, "conductivity": None}}, r"no data.*`conductivity`"),
        ({"material": {"name": "NaFl"}}, r"`name` in \[material\].*did you mean 'NaF'"),
        ({"material": {"sample": "best"}}, r"\[material\].*sample"),
        ({"grid": {"duration": 1e-6}}, r"`duration` in \[grid\] must be in \["),
        ({"grid": {"points": 300}}, r"`points` in \[grid\] must be at least"),
        ({"carrier": {"width": 1e-6}}, r"`width` in \[carrier\] must be in \["),
        ({"carrier": {"start": 0.0}}, r"`start` in \[carrier\] must be in \["),
        ({"carrier": {"momentum": 1e-20}}, r"`momentum` in \[carrier\] must be in \["),
        ({"carrier": {"charge": 1e-19}}, r"must be at (least|most)"),
    ],
)
def test_values_that_do_not_fit_are_refused(tables, message):
    with pytest.raises((ConfigurationError, hg.MissingData), match=message):
        resolve(with_keys(**tables))


def test_a_signal_without_a_peak_is_refused():
    with pytest.raises(RuntimeError, match="No wave reaches the far face"):
        arrival_time(np.arange(5.0), np.arange(5.0))


def test_an_interrupted_run_keeps_the_wave():
    def stop(text):
        if "carrier" in text:
            raise KeyboardInterrupt

    with pytest.raises(hg.Interrupted) as stopped:
        run_second_sound(with_keys(), stop)
    arrays = result_arrays(stopped.value.partial)
    assert not arrays["complete"]
    assert "far_temperature_cattaneo" in arrays
