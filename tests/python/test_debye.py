"""Debye solids: constants, heat capacity, and the elastic constants behind them.

Expected numbers are rounded ones, published or computed independently; they may differ by half a
unit in the last digit written.
"""

import mpmath
import numpy as np
import pytest

import heatgauge as hg
from heatgauge.records import debye
from rounding import close

DEBYE = [
    # name, sample, Θ, c_D, c_D/√3, C/T³
    ("NaF", None, 466, "3616", "2088", "2.59"),
    ("NaF", None, 492, "3817", "2204", "2.20"),
    ("NaI", None, 164, "1783", "1029", "21.6"),
    ("sapphire", None, 1042, "7145", "4125", "0.335"),
    ("SrTiO3", None, 413, "3.17e3", "1.83e3", "3.8"),
    ("SrTiO3", None, 513, "3935", "2.27e3", "2.0"),
    ("Bi", None, 120, "1324", "764", "52.7"),
    ("Ge", None, 374, "3555", "2052", "2.72"),
    ("solid 4He", "20.97 cm3/mol", 26, "285", "165", "5.27e3"),
    ("solid 4He", "17.0 cm3/mol", 42, "430", "248", "1.54e3"),
]


@pytest.mark.parametrize(("name", "sample", "theta", "speed", "second", "cubic"), DEBYE)
def test_debye_constants(name, sample, theta, speed, second, cubic):
    temperature = theta / 60
    if name == "solid 4He":
        temperature = 0.4
    state = hg.materials[name].at(temperature, sample=sample, debye_temperature=theta)
    assert close(state.debye_speed, speed)
    assert close(state.second_sound_predicted, second)
    assert close(state.capacity / temperature**3, cubic)
    assert "T³ law" in state.quantity("capacity").note


# Both sides of each change of formula, at T/Θ = 1/50 and 1/6, and all scales between.
@pytest.mark.parametrize("t", [*np.geomspace(1e-3, 1e3, 25), 0.01999, 0.02001, 0.03, 0.166, 0.167])
def test_the_debye_capacity_is_the_integral_to_round_off(t):
    """Against mpmath in 30 digits; below Θ/50 the T³ law is the integral to 50⁴e^−50 ≈ 1e-15."""
    with mpmath.workdps(30):
        integral = mpmath.quad(
            lambda x: x**4 * mpmath.exp(x) / (mpmath.exp(x) - 1) ** 2,
            mpmath.linspace(0, min(1 / t, 200), 9),
        )
        exact = float(9 * integral * mpmath.mpf(t) ** 3)
    n = 1e28
    assert debye.debye_capacity(300.0, n, 300.0 * t) / (n * hg.k_B) == pytest.approx(
        exact, rel=1e-12
    )


def test_the_debye_capacity_goes_to_dulong_petit():
    # C/(3nk) = 1 − (Θ/T)²/20 + O((Θ/T)⁴): 5e-8 at T = 1000 Θ, the next term is 1e-15.
    assert debye.debye_capacity(1.0, 1.0, 1e3) / (3 * hg.k_B) == pytest.approx(1 - 5e-8, rel=1e-13)


def test_which_debye_formula_was_used_is_stated():
    nai = hg.materials["NaI"]
    assert "T³ law" in nai.at(164 / 51).quantity("capacity").note
    assert "Debye integral" in nai.at(164 / 49).quantity("capacity").note


def test_entropy_per_phonon_and_its_flux_quantum():
    assert close(debye.ENTROPY_PER_PHONON / hg.k_B, "3.6016")
    state = hg.materials["NaI"].at(2.0)
    assert close(state.flux_quantum.value, "1.3325e-11")
    assert "(2π⁴/45ζ(3))" in state.quantity("entropy_charge").note
    assert "Debye integrals" in hg.materials["NaI"].at(20.0).quantity("entropy_charge").note


@pytest.mark.parametrize("t", [0.019, 0.021, 0.1, 0.5, 2.0, 50.0])
def test_the_entropy_per_phonon_is_that_of_the_modes_over_their_quanta(t):
    """Against mpmath in 30 digits, from Σ[(1 + n) ln(1 + n) − n ln n]/Σn, not by parts."""
    with mpmath.workdps(30):
        nodes = mpmath.linspace(0, min(1 / t, 100), 9)

        def entropy(x):
            n = 1 / mpmath.expm1(x)
            return x**2 * ((1 + n) * mpmath.log(1 + n) - n * mpmath.log(n))

        ratio = mpmath.quad(entropy, nodes) / mpmath.quad(lambda x: x**2 / mpmath.expm1(x), nodes)
    assert debye.entropy_per_phonon(300.0, 300.0 * t) / hg.k_B == pytest.approx(
        float(ratio), rel=1e-12
    )


def test_constants():
    assert close(hg.h / hg.k_B, "4.799243073e-11")
    assert close(hg.hbar / hg.k_B, "7.6382e-12")
    assert close(np.pi**2 * hg.k_B**2 / (3 * hg.h), "9.46431e-13")


def _mean_speed(stiffness, density):
    """c_D of a crystal: 3/c_D³ is the mean over directions of Σ 1/v³ (Christoffel)."""
    pairs = {(0, 0): 0, (1, 1): 1, (2, 2): 2, (1, 2): 3, (0, 2): 4, (0, 1): 5}
    index = np.array([[pairs[min(i, j), max(i, j)] for j in range(3)] for i in range(3)])
    tensor = stiffness[index[:, :, None, None], index[None, None]]
    cosines, weights = np.polynomial.legendre.leggauss(40)
    angles = 2 * np.pi * np.arange(80) / 80
    sine = np.sqrt(1 - cosines**2)[:, None]
    n = np.stack(
        [sine * np.cos(angles), sine * np.sin(angles), cosines[:, None] + 0 * angles], axis=-1
    )
    christoffel = np.einsum("ijkl,abj,abl->abik", tensor, n, n) * 1e9 / density
    slowness = (np.linalg.eigvalsh(christoffel) ** -1.5).sum(axis=-1).mean(axis=1)
    return (3 / (weights @ slowness / 2)) ** (1 / 3)


def _elastic(name):
    return {
        e.name[-3:]: e.parameters["value"]
        for e in hg.materials[name].quantities
        if e.name.startswith("elastic")
    }


def test_debye_temperature_of_germanium_follows_from_its_elastic_constants():
    c = _elastic("Ge")
    stiffness = np.diag([c["C11"]] * 3 + [c["C44"]] * 3)
    stiffness[:3, :3] += c["C12"] * (1 - np.eye(3))
    state = hg.materials["Ge"].at(5.0, debye_temperature=1.0)
    theta = _mean_speed(stiffness, state.density.value) / state.debye_speed.value
    assert close(theta, "371")


def test_debye_speed_of_sapphire_follows_from_its_elastic_constants():
    c = _elastic("sapphire")
    stiffness = np.diag([c["C11"], c["C11"], c["C33"], c["C44"], c["C44"], 0.0])
    stiffness[0, 1] = stiffness[1, 0] = c["C12"]
    stiffness[2, :2] = stiffness[:2, 2] = c["C13"]
    stiffness[0, 3] = stiffness[3, 0] = stiffness[4, 5] = stiffness[5, 4] = c["C14"]
    stiffness[1, 3] = stiffness[3, 1] = -c["C14"]
    stiffness[5, 5] = (c["C11"] - c["C12"]) / 2
    state = hg.materials["sapphire"].at(10.0, debye_temperature=1.0)
    speed = _mean_speed(stiffness, state.density.value)
    assert close(speed, "7086")
    assert close(speed / state.debye_speed.value, "1033")


def test_debye_speed_of_sapphire_from_isotropic_speeds():
    record = hg.materials["sapphire"]
    long, trans = (
        record.entries(f"sound_{kind}")[0].parameters["value"]
        for kind in ("longitudinal", "transverse")
    )
    assert close((3 / (long**-3 + 2 * trans**-3)) ** (1 / 3), "6742")
