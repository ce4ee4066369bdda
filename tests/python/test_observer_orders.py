"""Observers by a stencil of another order than that of H: closed forms, signs, gauges, refusals."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from test_crank_nicolson import grid_of, random_hamiltonian, random_state
from test_observers import divergence

import heatgauge as hg
from systems import GaussianPacket

ORDERS = (2, 4, 6, 8)
# weights of ψ(x ± nh) in −h²∂ₓ², n = 1, 2, …
HOPS = {
    2: (1.0,),
    4: (4 / 3, -1 / 12),
    6: (3 / 2, -3 / 20, 1 / 90),
    8: (8 / 5, -1 / 5, 8 / 315, -1 / 560),
}
MASS, CHARGE, HBAR = 1.3, -0.8, 0.9


def lattice_momentum(order: int, h: float, p: float, width: float) -> float:
    """⟨(im/ħ)[H, x]⟩ of a Gaussian: ħ/h·Σ n c_n ⟨sin nkh⟩, k normal around p/ħ, spread 1/2width."""
    return sum(
        HBAR / h * n * c * math.sin(n * p * h / HBAR) * math.exp(-0.5 * (0.5 * n * h / width) ** 2)
        for n, c in enumerate(HOPS[order], start=1)
    )


def lattice_kinetic_energy(order: int, h: float, p: float, width: float) -> float:
    """⟨ħ²/mh²·Σ c_n(1 − cos nkh)⟩ of the same Gaussian."""
    return sum(
        HBAR**2 / (MASS * h**2) * c
        * (1 - math.cos(n * p * h / HBAR) * math.exp(-0.5 * (0.5 * n * h / width) ** 2))
        for n, c in enumerate(HOPS[order], start=1)
    )  # fmt: skip


def observers(order: int | None) -> dict[str, Any]:
    return {
        "p": hg.Momentum(0, order),
        "E": hg.Energy(order),
        "j": hg.Current(0, order=order),
        "through": hg.CurrentThrough(0, 0.3, order=order),
    }


@pytest.mark.parametrize("order", ORDERS)
def test_momentum_and_energy_of_a_swept_packet_are_those_of_the_order(order: int) -> None:
    # the sweeps leave the waves of a free packet as they are (to 1e-10 here), so the lattice's own
    # means do not change; A and a gauge function turn the links. 2e-9: waves kh around 0.5 under
    # m = 4 factors, (kh)^16; the momentum of order 2 is off by 4 %
    grid = hg.Grid([hg.Axis(-14.0, 16.0, 200)])
    h, p, width, A = grid.spacing[0], 2.6, 0.9, 0.7
    (x,) = grid.coordinates()
    potentials = hg.HeatPotentials(grid, None, [A], CHARGE).transform(np.sin(1.1 * x) + 0.2 * x**2)
    H = hg.Hamiltonian(grid, potentials, MASS, hbar=HBAR)
    chi = CHARGE / HBAR * (np.sin(1.1 * x) + 0.2 * x**2)
    psi = hg.gaussian_packet(grid, -2.0, p + CHARGE * A, width, HBAR) * np.exp(1j * chi)
    run = hg.propagate(
        H, psi, [0.0, 1.0], dt=0.1, method=hg.CayleySweeps(factors=4), observe=observers(order)
    )
    expected = lattice_momentum(order, h, p, width)
    assert np.abs(run.records["p"] - expected).max() < 2e-9
    energy = lattice_kinetic_energy(order, h, p, width)
    assert np.abs(run.records["E"] - energy).max() < 2e-9
    # the first neglected term, p(ph/ħ)^order/6, /30, /140, /630, over all momenta; the next is < 0
    nodes, weights = np.polynomial.hermite_e.hermegauss(20)
    momenta = p + HBAR / (2 * width) * nodes
    power = weights @ momenta ** (order + 1) / weights.sum()
    bar = power * (h / HBAR) ** order / (6, 30, 140, 630)[order // 2 - 1]
    assert 0.6 * bar < p - expected < bar


@pytest.mark.parametrize("order", ORDERS)
def test_outflow_of_the_current_is_the_change_of_the_density_to_the_order(order: int) -> None:
    # ∂ₜ|ψ|² of the exact packet by sixth-order differences in time, 1e-13; fit over four levels
    packet = GaussianPacket((0.3,), (0.8,), (1.4,), MASS, CHARGE, HBAR, vector=lambda t: 0.5)
    weights, dt, errors = np.array([-1, 9, -45, 0, 45, -9, 1]) / 60, 0.01, []
    steps = np.array([0.08, 0.1, 0.125, 0.16])
    for h in steps.tolist():
        points = 2 * round(13.0 / h)
        grid = hg.Grid([hg.Axis(-0.5 * points * h, 0.5 * points * h, points)])
        H = hg.Hamiltonian(grid, hg.HeatPotentials(grid, None, [0.5], CHARGE), MASS, hbar=HBAR)
        states = [packet.on(grid, 0.5 + k * dt) for k in range(-3, 4)]
        change = sum(w * abs(s) ** 2 for w, s in zip(weights, states, strict=True)) / dt
        run = hg.propagate(H, states[3], [0.5], observe={"j": hg.Current(0, order=order)})
        errors.append(np.abs(change + divergence(grid, [run.records["j"][0]])).max())
    fitted = np.polyfit(np.log(steps), np.log(errors), 1)[0]
    assert abs(fitted - order) < 0.05


@pytest.mark.parametrize("kind", ["w", "p", "wp", "ppp"])
@pytest.mark.parametrize("order", [4, 6, 8])
def test_they_are_those_of_the_hamiltonian_of_that_order(kind: str, order: int) -> None:
    # to the last bit: links, twists, walls and their correction, drives, masses, every gauge
    grid = grid_of(kind, ((19,), (10, 9), (9, 9, 9))[len(kind) - 1])
    H, psi = random_hamiltonian(grid, order), random_state(grid)
    low = hg.Hamiltonian(grid, H.potentials, H.mass, hbar=H.hbar, order=2)
    low.external = H.external
    middle = 0.5 * (grid.axes[0].lower + grid.axes[0].upper)
    kinds = (hg.Momentum(0), hg.Energy(), hg.Current(0), hg.CurrentThrough(0, middle))
    other = (
        hg.Momentum(0, order=order),
        hg.Energy(order=order),
        hg.Current(0, order=order),
        hg.CurrentThrough(0, middle, order=order),
    )
    own = hg.propagate(H, psi, [0.3], observe={str(k): o for k, o in enumerate(kinds)})
    asked = hg.propagate(low, psi, [0.3], observe={str(k): o for k, o in enumerate(other)})
    plain = hg.propagate(low, psi, [0.3], observe={str(k): o for k, o in enumerate(kinds)})
    for name, record in own.records.items():
        assert np.array_equal(asked.records[name], record)
        assert not np.array_equal(plain.records[name], record)


def test_a_run_says_which_observers_are_of_a_lower_order_than_its_method() -> None:
    grid = hg.Grid([hg.Axis(-6.0, 6.0, 80)])
    psi = hg.gaussian_packet(grid, 0.0, 1.0, 0.8)

    def told(order: int, method: Any, **observe: Any) -> bool:
        H = hg.Hamiltonian(grid, order=order)
        run = hg.propagate(H, psi, [0.0, 0.1], dt=0.1, method=method, observe=observe)
        return f"p, j measured to order {order} in space" in str(run)

    mixed = {"n": hg.Norm(), "p": hg.Momentum(0), "j": hg.Current(0), "E": hg.Energy(order=8)}
    assert told(2, hg.CayleySweeps(), **mixed)
    assert told(8, hg.SpectralSweeps(), **mixed)
    assert not told(4, hg.CayleySweeps(order=2, factors=1), **mixed)
    assert not told(2, hg.CrankNicolson(), **mixed)
    assert not told(2, hg.Chebyshev(), **mixed)
    assert not told(2, hg.CayleySweeps(), p=hg.Momentum(0, order=8), n=hg.Norm())


@pytest.mark.parametrize(
    ("order", "kind"), [(3, ValueError), (0, ValueError), (True, TypeError), ("8", TypeError)]
)
def test_orders_that_do_not_exist_are_refused(order: Any, kind: type[Exception]) -> None:
    grid = hg.Grid([hg.Axis(-1.0, 1.0, 16)])
    for observer in observers(order).values():
        with pytest.raises(kind, match="`order`"):
            observer.bind(hg.Hamiltonian(grid))


def test_stencils_that_do_not_fit_are_refused() -> None:
    short = hg.Hamiltonian(hg.Grid([hg.Axis(-1.0, 1.0, 6)]))
    uneven = hg.Hamiltonian(hg.Grid([hg.Axis(-1.0, 1.0, 16)]), mass=1.0 + np.arange(16.0))
    given = hg.Hamiltonian.from_sparse(short.grid, short.to_scipy())
    for H, text in ((short, "6 points"), (uneven, "mass field"), (given, "given matrix")):
        for observer in observers(8).values():
            with pytest.raises(ValueError, match=f"`order`.*{text}"):
                observer.bind(H)
    hg.Energy(order=2).bind(uneven)
