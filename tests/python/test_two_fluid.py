"""Second sound of He II."""

import numpy as np
import pytest

import heatgauge as hg


@pytest.mark.parametrize("temperature", [1.6, 1.7, 1.8, 1.9, 2.0, 2.1, 2.15])
def test_a_pulse_of_second_sound_travels_with_the_measured_speed(temperature):
    """Timed between two probes 4 cm apart: within 1 % of the measured u₂ from 1.6 to 2.15 K."""
    law = hg.TwoFluid(temperature)
    measured = hg.materials["He II"].at(temperature=temperature).second_sound_measured.value
    grid = hg.Grid([hg.Axis(0, 0.08, 400)])
    x = grid.coordinates()[0]
    start = temperature + 1e-4 * np.exp(-(((x - 0.012) / 3e-3) ** 2))
    times = np.linspace(0, 0.06 / law.speed, 401)
    flow = hg.conduct(law, grid, start, times, dt=times[1], method="midpoint")
    seen = [float(times[np.argmax(flow.temperature[:, k])]) for k in (120, 320)]
    found = (x[320] - x[120]) / (seen[1] - seen[0])
    assert found == pytest.approx(law.speed, rel=0.004)  # (kh)²/8 at this width: 0.3 %
    assert law.speed == pytest.approx(measured, rel=0.01)


def test_below_the_range_the_formula_is_off_as_it_is_known_to_be():
    for temperature in (1.0, 1.2):
        measured = hg.materials["He II"].at(temperature=temperature).second_sound_measured.value
        assert 0.03 < abs(hg.TwoFluid(temperature).speed / measured - 1) < 0.06


def test_the_stiffness_is_that_of_the_record():
    """κ/τ = (ρ_s/ρ_n)ρs²T = 1.67e8 W/(m·K·s) at 1.8 K."""
    assert hg.TwoFluid(1.8).stiffness == pytest.approx(1.67e8, rel=3e-3)
    state = hg.materials["He II"].at(temperature=1.8)
    assert hg.TwoFluid(1.8).stiffness == pytest.approx(state.stiffness.value, rel=1e-12)


def test_mutual_friction_damps_a_standing_wave_by_half_its_rate():
    law = hg.TwoFluid(1.8, mutual_friction=40.0)
    grid = hg.Grid([hg.Axis(0, 0.1, 64, "periodic")])
    wave = np.cos(2 * np.pi * grid.coordinates()[0] / 0.1)
    k = 2 * np.sin(np.pi / 64) * 64 / 0.1
    omega = np.sqrt((law.speed * k) ** 2 - 20.0**2)
    t = 0.02
    flow = hg.conduct(law, grid, 1.8 + 1e-4 * wave, [0, t], dt=t / 2000, method="midpoint")
    amplitude = np.exp(-20.0 * t) * (np.cos(omega * t) + 20.0 * np.sin(omega * t) / omega)
    found = 2 * ((flow.temperature[-1] - 1.8) * wave).mean() / 1e-4
    assert found == pytest.approx(amplitude, abs=2e-4)  # ωt(ω dt)²/12, of the phase
    assert hg.TwoFluid(1.8).medium.conductivity == 0.0


def test_the_vector_potential_is_a_pure_gauge():
    """E = −∇V − ∂ₜA vanishes in loss-free counterflow, and A = q/k*."""
    law = hg.TwoFluid(1.8)
    grid = hg.Grid([hg.Axis(0, 0.1, 32, "periodic")])
    start = 1.8 + 1e-4 * np.cos(2 * np.pi * grid.coordinates()[0] / 0.1)
    times = 1e-5 * np.arange(11)
    flow = hg.conduct(law, grid, start, times, dt=1e-5, method="midpoint")
    pots = flow.potentials(reference=1.8)
    scale = np.abs(np.diff(start)).max() / grid.spacing[0]
    assert np.abs(pots.heat_field(2.5e-5)[0]).max() < 1e-9 * scale
    np.testing.assert_allclose(pots.at(1e-4)[1][0], flow.flux[0][-1] / law.stiffness, rtol=1e-12)


def test_temperatures_outside_the_record_are_refused():
    for bad in (0.5, 2.3):
        with pytest.raises(hg.MissingData):
            hg.TwoFluid(bad)
    with pytest.raises(ValueError, match=r"`mutual_friction` must be .*>= 0"):
        hg.TwoFluid(1.8, mutual_friction=-1.0)
    with pytest.raises(TypeError, match=r"`temperature`"):
        hg.TwoFluid("1.8")
