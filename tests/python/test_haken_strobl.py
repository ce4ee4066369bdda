"""The density matrix under dephasing against exact laws."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

import heatgauge as hg


def chain(points: int, boundary: str = "wall", **options: Any) -> tuple[hg.Hamiltonian, Any]:
    """A chain of spacing 1 with hopping 1, and the state on its middle site, at x = 0."""
    half = 0.5 * points
    shift = 0.5 if points % 2 == 0 else 0.0
    grid = hg.Grid([hg.Axis(-half - shift, half - shift, points, boundary)])
    psi = np.zeros(points, complex)
    psi[int(np.argmin(abs(grid.coordinates()[0])))] = 1.0
    return hg.Hamiltonian(grid, mass=0.5, **options), psi


def mean_square(t: Any, rate: float) -> Any:
    """⟨x²⟩ of the infinite chain, J = a = ħ = 1."""
    return 4 / rate**2 * (rate * t + np.expm1(-rate * t))


X2, X4 = hg.Moment(0, 2, about=0.0), hg.Moment(0, 4, about=0.0)


def test_the_mean_square_displacement_is_that_of_haken_and_strobl() -> None:
    """6.328340, 16.026952, 26.002212, 36.000182 at t = 2.5 … 10; tails beyond the chain < 1e-15."""
    H, psi = chain(101)
    times = [0.0, 2.5, 5.0, 7.5, 10.0]
    run = hg.haken_strobl(H, psi, times, rate=1.0, observe={"x2": X2})
    listed = [0.0, 6.328340, 16.026952, 26.002212, 36.000182]
    np.testing.assert_allclose(run.records["x2"], listed, atol=6e-7)
    np.testing.assert_allclose(run.records["x2"], mean_square(np.array(times), 1.0), rtol=1e-11)


def test_the_fourth_moment_is_not_that_of_the_telegraph() -> None:
    """5.33, 90.8, 643 at Γt = 1, 2.5, 5 (telegraph: 2.73, 64.7, 523)."""
    H, psi = chain(61)
    run = hg.haken_strobl(H, psi, [0.0, 1.0, 2.5, 5.0], rate=1.0, observe={"x4": X4})
    np.testing.assert_allclose(run.records["x4"][1:], [5.33, 90.8, 643], rtol=1e-3)
    assert (run.records["x4"][1:] > 1.2 * np.array([2.73, 64.7, 523])).all()


@pytest.mark.parametrize("shape", ["gaussian", "exponential"])
def test_correlated_noise_keeps_the_law_with_the_rate_of_neighbours(shape: str) -> None:
    H, psi = chain(61)
    g = math.exp(-0.5 / 1.5**2) if shape == "gaussian" else math.exp(-1 / 1.5)
    times = np.array([0.0, 2.0, 5.0])
    run = hg.haken_strobl(
        H, psi, times, 2.0, correlation_length=1.5, observe={"x2": X2}, correlation=shape
    )
    np.testing.assert_allclose(run.records["x2"], mean_square(times, 2 * (1 - g)), rtol=1e-10)


def test_a_dephased_qubit_has_the_listed_entropies() -> None:
    """|+⟩ with coherence e^{−γt}: S = .191331 … .691907; purity (1 + e^{−2γt})/2."""
    grid = hg.Grid([hg.Axis(0, 3, 3)])
    H = hg.Hamiltonian(grid, mass=1e30)
    gt = np.array([0.0, 0.1, 0.5, 1.0, 3.0])
    run = hg.haken_strobl(H, np.array([1.0, 1.0, 0.0]) * 0.5**0.5, gt / 2.0, rate=2.0)
    listed = [0.0, 0.191331, 0.495842, 0.623864, 0.691907]
    np.testing.assert_allclose(run.records["entropy"], listed, atol=6e-7)
    purity = 0.5 * (1 + np.exp(-2 * gt))
    np.testing.assert_allclose(run.records["purity"], purity, rtol=1e-13)
    # |ρ₁₂|² = e^{−2γt}/4 at the distance 1
    length = np.sqrt(0.5 * np.exp(-2 * gt) / purity)
    np.testing.assert_allclose(run.records["coherence_length"], length, rtol=1e-12)


def test_it_is_the_exponential_of_the_superoperator() -> None:
    """2D ring and wall with links, V and ħ: against scipy's expm of the whole matrix."""
    import scipy.linalg

    rng = np.random.default_rng(5)
    grid = hg.Grid([hg.Axis(0, 3, 3, "periodic", twist=0.4), hg.Axis(0, 2, 3)])
    links = [rng.normal(size=grid.link_shape(a)) * 0.3 for a in range(2)]
    pots = hg.HeatPotentials(grid, scalar=rng.normal(size=grid.shape), vector=links, charge=0.7)
    H = hg.Hamiltonian(grid, pots, mass=[0.7, 1.1], hbar=1.3)
    psi = rng.normal(size=(4, 9)) + 1j * rng.normal(size=(4, 9))
    rho0 = psi.T @ psi.conj()
    rho0 /= np.trace(rho0).real
    run = hg.haken_strobl(H, rho0, [1.0, 1.9], rate=0.8, correlation_length=0.9)
    h = H.to_scipy().toarray()
    x, y = (np.broadcast_to(c, grid.shape).ravel() for c in grid.coordinates())
    dx, dy = x[:, None] - x, y[:, None] - y
    images = sum(np.exp(-((dx + 3 * n) ** 2) / (2 * 0.81)) for n in range(-9, 10))
    images /= sum(np.exp(-((3 * n) ** 2) / (2 * 0.81)) for n in range(-9, 10))
    rates = 0.8 * (1 - images * np.exp(-(dy**2) / (2 * 0.81)))
    one = np.eye(9)
    L = -1j / 1.3 * (np.kron(h, one) - np.kron(one, h.T)) - np.diag(rates.ravel())
    exact = (scipy.linalg.expm(0.9 * L) @ rho0.ravel()).reshape(9, 9)
    np.testing.assert_allclose(run.final, exact, atol=1e-14)
    assert (run.final == run.final.conj().T).all()
    assert abs(np.trace(run.final) - 1) < 1e-15 * 20


def test_entropy_rises_under_dephasing_and_keeps_without() -> None:
    """And the verdicts: unitary quantum-permitted, dephased classical-permitted."""
    H, psi = chain(41)
    times = np.linspace(0, 4, 9)
    for rate, verdict in ((0.0, "quantum-permitted"), (0.3, "classical-permitted")):
        run = hg.haken_strobl(H, psi, times, rate)
        found = hg.classify(run)
        assert found.verdict == verdict
        gains = np.diff(run.records["entropy"])
        if rate == 0.0:
            assert np.abs(run.records["entropy"]).max() <= run.records["entropy_stderr"].max()
            np.testing.assert_allclose(run.records["purity"], 1.0, rtol=1e-13)
        else:
            assert (gains > 0).all()
            assert (np.diff(run.records["purity"]) < 0).all()


def test_the_production_of_the_noise_is_the_rise_of_the_entropy() -> None:
    """Noether: ∫S∂ₜχ dt = −∫χσ dt for χ that vanishes at both ends, S from the spectrum of ρ and σ
    from the dissipator: second order in the output times. Zero without noise."""
    H, _ = chain(24)
    rng = np.random.default_rng(4)
    psi = rng.normal(size=(30, 24)) + 1j * rng.normal(size=(30, 24))
    rho0 = psi.T @ psi.conj() * (1 + np.arange(24))  # of full rank, far from diagonal
    rho0 = rho0 @ rho0.conj().T
    rho0 /= np.trace(rho0).real

    def chi(t: float) -> float:
        return math.sin(math.pi * t) ** 2

    errors = []
    for outputs in (41, 81, 161, 321):
        run = hg.haken_strobl(H, rho0, np.linspace(0, 1, outputs), 0.8, correlation_length=0.7)
        action, balance = hg.gauge.noether_defect(run, chi)
        assert balance < -0.01
        errors.append(abs(action - balance) / abs(balance))
    slopes = np.log2(np.array(errors[:-1]) / errors[1:])
    assert np.abs(slopes[1:] - 2).max() < 0.05
    assert errors[-1] < 1e-3
    still = hg.haken_strobl(H, rho0, np.linspace(0, 1, 21), 0.0)
    assert np.abs(hg.gauge.noether_defect(still, chi)).max() < 1e-13
    pure = hg.propagate(H, psi[0], [0, 0.5, 1], dt=0.1)
    assert hg.gauge.noether_defect(pure, chi) == (0.0, 0.0)
    with pytest.raises(TypeError, match="`chi`"):
        hg.gauge.noether_defect(still, np.zeros(21))


def test_observers_of_states_and_of_the_matrix() -> None:
    """d⟨H⟩/dt = −Γ⟨hopping⟩ under white noise: ⟨H⟩ − 2J and the current decay by e^{−Γt}."""
    H, _ = chain(40, "periodic")
    x = H.grid.coordinates()[0]
    psi = np.exp(-((x - 0.5) ** 2) / 8 + 0.3j * x)
    psi /= np.linalg.norm(psi)
    times = np.array([0.0, 0.5, 2.0])
    observe = {
        "energy": hg.Energy(),
        "direct": lambda t, rho: np.trace(H.to_scipy() @ rho).real,
        "current": hg.Current(0),
        "norm": hg.Norm(),
    }
    run = hg.haken_strobl(H, psi, times, rate=0.7, observe=observe, store="all")
    start = run.records["energy"][0]
    exact = 2 + (start - 2) * np.exp(-0.7 * times)
    np.testing.assert_allclose(run.records["energy"], exact, rtol=1e-12)
    np.testing.assert_allclose(run.records["direct"], exact, rtol=1e-12)
    np.testing.assert_allclose(run.records["norm"], 1.0, rtol=1e-13)
    current = run.records["current"].sum(axis=1)
    np.testing.assert_allclose(current, current[0] * np.exp(-0.7 * times), rtol=1e-11)
    assert run.states is not None
    assert run.states.shape == (3, 40, 40)


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"rho0": np.ones((41, 41))}, "rho0"),
        ({"rho0": 2 * np.eye(41)[0]}, "rho0"),
        ({"rho0": np.eye(40)}, "rho0"),
        ({"rho0": np.diag([1.5, -0.5] + [0.0] * 39)}, "rho0"),
        ({"rho0": np.full(41, 1e200)}, "rho0"),
        ({"rho0": np.full(41, np.longdouble("1e400"))}, "rho0"),
        ({"observe": {"f": lambda t, rho: np.inf}}, "observe"),
        ({"observe": {"f": lambda t, rho: None}}, "observe"),
        ({"observe": {"f": lambda t, rho: rho[: 3 if t > 0 else 2]}}, "observe"),
        ({"rate": -1.0}, "rate"),
        ({"times": [0, 0]}, "times"),
        ({"observe": {"entropy": X2}}, "observe"),
        ({"correlation": "lorentzian"}, "correlation"),
        ({"store": "none"}, "store"),
    ],
)
def test_malformed_arguments_are_refused(change: dict[str, Any], name: str) -> None:
    H, psi = chain(41)
    given: dict[str, Any] = {"rho0": psi, "times": [0, 1], "rate": 1.0} | change
    with pytest.raises((ValueError, TypeError), match=f"`{name}`"):
        hg.haken_strobl(H, given.pop("rho0"), **given)


def test_a_run_of_too_many_pieces_says_what_to_change() -> None:
    H, psi = chain(41)
    with pytest.raises(hg.NumericalError, match=r"‖L‖t = 2e\+12.*nearer times.*smaller rate"):
        hg.haken_strobl(H, psi, [0, 1], rate=2e12)


def test_driven_and_large_systems_are_refused() -> None:
    grid = hg.Grid([hg.Axis(0, 1, 8)])
    driven = hg.Hamiltonian(grid, external=lambda x, t: x * t)
    with pytest.raises(ValueError, match="static"):
        hg.haken_strobl(driven, np.eye(8) / 8, [0, 1], 1.0)
    large = hg.Hamiltonian(hg.Grid([hg.Axis(0, 1, 2049)]))
    with pytest.raises(ValueError, match="2048"):
        hg.haken_strobl(large, np.zeros(2049), [0, 1], 1.0)
