"""Lowest states: exact spectra, degeneracy, the Aharonov–Bohm ring and the Bloch ladder."""

from __future__ import annotations

import math

import numpy as np
import pytest
import scipy.sparse

import heatgauge as hg
from systems import bloch_probability, box_levels, ring_levels

MASS, CHARGE, HBAR = 1.4, -0.8, 0.9


def ring_hamiltonian(
    radius: float, by_links: float, twist: float, points: int = 48, order: int = 8
) -> hg.Hamiltonian:
    """A ring with flux ``by_links`` (∮A·dl) in its links and a twist."""
    length = 2 * math.pi * radius
    grid = hg.Grid([hg.Axis(0, length, points, "periodic", twist)])
    potentials = hg.HeatPotentials(grid, None, [by_links / length], CHARGE)
    return hg.Hamiltonian(grid, potentials, MASS, None, HBAR, order)


@pytest.mark.parametrize("quanta", [0.0, 0.17, -0.3, 0.5, 1.0, 2.3])
def test_aharonov_bohm_levels_by_links_and_by_twist(quanta: float) -> None:
    # E_n = ħ²(n − Φ/Φ₀)²/2mR², Φ₀ = h/s with its sign; a ring with Φ equals twist −2πΦ/Φ₀
    radius = 0.7
    quantum = 2 * math.pi * HBAR / CHARGE
    n = np.arange(-4, 5)
    exact = HBAR**2 / (2 * MASS * radius**2) * (n - quanta) ** 2
    assert np.allclose(
        exact, ring_levels(2 * math.pi * radius, -2 * math.pi * quanta, n, MASS, HBAR)
    )
    exact = np.sort(exact)[:3]
    for H in (
        ring_hamiltonian(radius, quanta * quantum, 0.0),
        ring_hamiltonian(radius, 0.0, -2 * math.pi * quanta),
    ):
        # order 8 on 48 points: (n h)^8/3150·E, below 1e-8
        assert np.abs(H.lowest(3)[0] - exact).max() < 1e-7


def test_links_and_twist_cancel_only_with_the_right_sign() -> None:
    radius, quantum = 0.7, 2 * math.pi * HBAR / CHARGE
    exact = HBAR**2 / (2 * MASS * radius**2)
    cancelled = ring_hamiltonian(radius, 0.3 * quantum, 2 * math.pi * 0.3)
    assert abs(cancelled.lowest(1)[0][0]) < 1e-10
    doubled = ring_hamiltonian(radius, 0.3 * quantum, -2 * math.pi * 0.3)
    assert abs(doubled.lowest(1)[0][0] - 0.16 * exact) < 1e-7


@pytest.mark.parametrize("quanta", [0.2, -0.2])
def test_the_persistent_current_flows_against_the_flux(quanta: float) -> None:
    # ground state n = 0: momentum −ħ(Φ/Φ₀)/R, and I = −∂E/∂Φ is s times the current
    radius, quantum = 0.7, 2 * math.pi * HBAR / CHARGE
    for links, twist in ((quanta * quantum, 0.0), (0.0, -2 * math.pi * quanta)):
        H = ring_hamiltonian(radius, links, twist)
        state = H.lowest(1)[1][0]
        observe = {"p": hg.Momentum(0), "j": hg.CurrentThrough(0, 1.0)}
        run = hg.propagate(
            H, state, [0.0, 0.1], dt=0.05, observe=observe, method=hg.CrankNicolson()
        )
        expected = -HBAR * quanta / radius
        assert np.abs(run.records["p"] - expected).max() < 1e-9
        current = expected / MASS / (2 * math.pi * radius)
        assert np.abs(run.records["j"] - current).max() < 1e-9
    step = 1e-3
    energies = [
        ring_hamiltonian(radius, (quanta + d) * quantum, 0.0).lowest(1)[0][0] for d in (step, -step)
    ]
    slope = (energies[0] - energies[1]) / (2 * step * quantum)
    assert abs(-slope / CHARGE - current) < 1e-8


def test_a_chain_in_a_gradient_has_the_bloch_ladder_and_its_oscillation() -> None:
    # hopping J = ħ²/2mh², step F = s·G·h; P_n(t) = J_n², ⟨n²⟩ = 8(J/F)² sin²(Ft/2ħ)
    points, middle, h, gradient = 81, 40, 0.5, 0.5
    hopping = HBAR**2 / (2 * MASS * h**2)
    step = CHARGE * gradient * h
    grid = hg.Grid([hg.Axis(0, points * h, points)])
    (x,) = grid.coordinates()
    by_v = hg.Hamiltonian(
        grid, hg.HeatPotentials(grid, gradient * x, None, CHARGE), MASS, hbar=HBAR
    )
    by_a = hg.Hamiltonian(
        grid,
        hg.HeatPotentials(grid, None, [hg.Drive(lambda x: 1.0, lambda t: gradient * t)], CHARGE),
        MASS,
        hbar=HBAR,
    )
    ladder = np.linalg.eigvalsh(by_v.to_scipy().toarray())[30:50]
    assert np.abs(np.diff(ladder) - abs(step)).max() < 1e-10
    psi = np.zeros(points, complex)
    psi[middle] = 1 / math.sqrt(h)
    period = 2 * math.pi * HBAR / abs(step)
    times = np.array([0, 0.2, 0.5, 1.0]) * period
    n = np.arange(points) - middle
    for H in (by_v, by_a):
        run = hg.propagate(H, psi, times, rtol=1e-5, observe={"d": hg.Density()})
        for t, density in zip(times, run.records["d"], strict=True):
            assert np.abs(density * h - bloch_probability(hopping, step, t, n, HBAR)).max() < 2e-5
            spread = 8 * (hopping / step) ** 2 * math.sin(step * t / (2 * HBAR)) ** 2
            assert abs(density * h @ n**2 - spread) < 1e-3


def test_bloch_numbers_from_the_literature() -> None:
    # J = 1, F = 0.2: ⟨n²⟩ = 45.969769 at t = 5, 200 at half a period
    n = np.arange(-60, 61)
    assert abs(bloch_probability(1.0, 0.2, 5.0, n) @ n**2 - 45.969769) < 5e-7
    assert abs(bloch_probability(1.0, 0.2, math.pi / 0.2, n) @ n**2 - 200) < 1e-6


def test_rabi_oscillation_between_two_wells() -> None:
    # two sites: H = J(2 − σ_x) + Δσ_z; P = (J²/Ω²) sin²(Ωt/ħ), Ω² = J² + Δ²
    pair = hg.Grid([hg.Axis(0.0, 2.0, 2, "periodic")])
    wall = hg.HeatPotentials(pair, np.array([0.3, -0.3]), None, CHARGE)
    H = hg.Hamiltonian(pair, wall, MASS, None, HBAR)
    hopping = 2 * HBAR**2 / (2 * MASS)  # both links join the pair
    rate = math.hypot(hopping, 0.3 * CHARGE)
    times = np.linspace(0, 6, 7)
    run = hg.propagate(H, [1.0, 0.0], times, rtol=1e-6, observe={"d": hg.Density()})
    exact = (hopping / rate) ** 2 * np.sin(rate * times / HBAR) ** 2
    assert np.abs(run.records["d"][:, 1] - exact).max() < 4e-6


def test_landau_zener_with_a_swept_tilt() -> None:
    # iħċ = ((at/2, g), (g, −at/2))c from −T to T, against a Runge–Kutta solution of that
    # equation; the probability tends to exp(−2πg²/ħa), .207880 for g = .5, a = 1
    from scipy.integrate import solve_ivp

    coupling, sweep, end = 0.5, 1.0, 20.0
    mass = 1.0 / coupling  # 2·1/2m = g on two periodic points with h = 1
    pair = hg.Grid([hg.Axis(0.0, 2.0, 2, "periodic")])
    tilt = hg.Drive(np.array([1.0, -1.0]), lambda t: 0.5 * sweep * t)
    H = hg.Hamiltonian(pair, hg.HeatPotentials(pair, tilt), mass)

    def rates(t: float, c: np.ndarray) -> np.ndarray:
        a = 0.5 * sweep * t
        return -1j * np.array([a * c[0] - coupling * c[1], -coupling * c[0] - a * c[1]])

    exact = solve_ivp(rates, (-end, end), [1.0 + 0j, 0j], "DOP853", rtol=1e-11, atol=1e-12)
    run = hg.propagate(H, [1.0, 0.0], [-end, end], rtol=1e-3)
    stay = abs(run.final[0]) ** 2
    assert abs(stay - abs(exact.y[0, -1]) ** 2) < 2e-3
    # the finite sweep still rings by about g/(aT)
    assert abs(stay - 0.207880) < 2 * coupling / (sweep * end)


@pytest.mark.parametrize("points", [20, 60])
def test_degenerate_levels_are_all_found(points: int) -> None:
    # a square box: E_12 = E_21; dense at 400 sites, Lanczos at 3600
    grid = hg.Grid([hg.Axis(0, 1, points), hg.Axis(0, 1, points)])
    energies, states = hg.Hamiltonian(grid, order=4).lowest(6)
    ladder = box_levels(1.0, 3)
    exact = np.sort([a + b for a in ladder for b in ladder])[:6]
    assert np.allclose(energies, exact, rtol=2e-3 if points == 20 else 3e-5)
    assert abs(energies[1] - energies[2]) < 1e-10 * energies[1]
    gram = states.reshape(6, -1).conj() @ states.reshape(6, -1).T * grid.cell_volume
    assert np.abs(gram - np.eye(6)).max() < 1e-10


def test_the_levels_of_a_given_matrix() -> None:
    grid = hg.Grid([hg.Axis(0, 1, 1500)])
    values = np.random.default_rng(1).permutation(1500).astype(float)
    H = hg.Hamiltonian.from_sparse(grid, scipy.sparse.diags_array(values))
    assert np.allclose(H.lowest(4)[0], [0, 1, 2, 3], atol=1e-9)
