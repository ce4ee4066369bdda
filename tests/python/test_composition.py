"""Compositions: what their stages add up to, and their orders with exact exponentials of φ."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

import heatgauge as hg
from heatgauge.composition import (
    Composition,
    Flow,
    Kinetic,
    Motion,
    blanes_moan,
    force_gradient,
    strang,
)
from sweep_reference import reference_step
from systems import fitted_order

MOTIONS = [
    Motion((0,)),
    Motion((0, 1)),
    Motion((0, 1), plane=(0, 1)),
    Motion((0, 1, 2), plane=(0, 2)),
    Motion((0, 1, 2), coupled=True),
]
CASES = [
    (build, motion)
    for build, motion in itertools.product((strang, force_gradient, blanes_moan), MOTIONS)
    if not (build is force_gradient and motion.coupled)
]


@pytest.mark.parametrize(("build", "motion"), CASES)
def test_every_part_moves_for_the_whole_step_and_time_flows_once(build: Any, motion: Any) -> None:
    composition = build(motion)
    now = 0.0
    total = dict.fromkeys(motion.axes, 0.0)
    for stage in composition.stages:
        if isinstance(stage, Flow):
            assert stage.start == pytest.approx(now, abs=1e-15)
            now = stage.end
        else:
            assert stage.at == pytest.approx(now, abs=1e-15)  # links of the time reached
            total[stage.axis] += stage.share
    assert now == 1.0
    for axis, share in total.items():
        # the outer shear moves twice, each for about half the time
        twice = composition.name != "Blanes–Moan" and motion.plane and axis == motion.plane[0]
        assert share == pytest.approx(2.0 if twice else 1.0, abs=1e-14)


@pytest.mark.parametrize(("build", "motion"), CASES)
def test_a_step_read_backwards_is_the_same_step(build: Any, motion: Any) -> None:
    def mirrored(stage: Any) -> Any:
        if isinstance(stage, Flow):
            return ("flow", 1 - stage.end, 1 - stage.start, stage.gradient)
        return (stage.axis, stage.share, 1 - stage.at, stage.rule, stage.shift)

    def plain(stage: Any) -> Any:
        if isinstance(stage, Flow):
            return ("flow", stage.start, stage.end, stage.gradient)
        return (stage.axis, stage.share, stage.at, stage.rule, stage.shift)

    composition = build(motion)
    # Strang moves axes that commute in one order: read backwards they move in the other
    if composition.order == 2 and not motion.coupled:
        return
    for one, two in zip(composition.stages, reversed(composition.stages), strict=True):
        for a, b in zip(plain(one), mirrored(two), strict=True):
            assert a == (b if isinstance(b, str) else pytest.approx(b, abs=1e-14))


@pytest.mark.parametrize("angle", [0.0, 1e-9, 0.3, 2.0, -2.0])
def test_three_shears_turn_the_momentum(angle: float) -> None:
    # X turns (p_x, p_y) by p_y += ω t_x p_x and Y by p_x −= ω t_y p_y: together a rotation by ωτ
    omega, dt = angle / 0.7, 0.7
    outer = Kinetic(0, 1.0, 0.0, "outer").time(dt, omega) * omega
    inner = Kinetic(0, 1.0, 0.0, "inner").time(dt, omega) * omega
    x, y = np.array([[1, 0], [outer, 1]]), np.array([[1, -inner], [0, 1]])
    turn = [[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]
    assert np.abs(x @ y @ x - turn).max() < 1e-14
    if angle == 0.0:
        assert Kinetic(0, 0.5, 0.0, "outer").time(0.2, 0.0) == 0.1


def test_force_gradient_refuses_axes_that_do_not_commute() -> None:
    with pytest.raises(ValueError, match="exact kinetic exponential"):
        force_gradient(Motion((0, 1), coupled=True))


def errors(
    H: hg.Hamiltonian, composition: Composition, psi0: Any, end: float, steps: Any, omega: float
) -> list[float]:
    """Distances from the run with four times the most steps."""
    finals = []
    for count in (*steps, 4 * steps[-1]):
        psi, dt = psi0.copy(), end / count
        for n in range(count):
            psi = reference_step(H, composition, psi, n * dt, dt, omega)
        finals.append(psi)
    return [float(np.linalg.norm(psi - finals[-1])) for psi in finals[:-1]]


LINE = hg.Grid([hg.Axis(-8.0, 8.0, 96)])
PLANE = hg.Grid([hg.Axis(-7.0, 7.0, 48), hg.Axis(-7.0, 7.0, 48)])


def well(*xt: Any) -> Any:
    return 0.5 * xt[0] ** 2 + 0.04 * xt[0] ** 4


def driven_well() -> hg.Hamiltonian:
    V = [well, hg.Drive(np.sin, lambda t: np.sin(2 * t))]
    A = [hg.Drive(lambda x: 1 + 0.3 * np.sin(x), lambda t: np.sin(2 * t + 0.5))]
    return hg.Hamiltonian(LINE, hg.HeatPotentials(LINE, V, A, 0.8), 1.3, hbar=0.9)


@pytest.mark.parametrize(("build", "order"), [(strang, 2), (force_gradient, 4), (blanes_moan, 4)])
def test_orders_in_a_driven_well(build: Any, order: int) -> None:
    # the last point lacks 4^−order of its error: an order too high by less than 0.03
    psi = hg.gaussian_packet(LINE, 0.7, 0.3, 0.7, hbar=0.9)
    steps = [12, 24, 48, 96] if order == 4 else [40, 80, 160, 320]
    found = errors(driven_well(), build(Motion((0,))), psi, 1.5, steps, 0.0)
    assert fitted_order(1 / np.array(steps), found) == pytest.approx(order, abs=0.05)


def test_without_the_shift_of_the_links_a_drive_spoils_the_order() -> None:
    composition = force_gradient(Motion((0,)))
    bare = Composition(
        "bare",
        4,
        tuple(
            Kinetic(s.axis, s.share, s.at) if isinstance(s, Kinetic) else s
            for s in composition.stages
        ),
    )
    psi = hg.gaussian_packet(LINE, 0.7, 0.3, 0.7, hbar=0.9)
    found = errors(driven_well(), bare, psi, 1.5, [24, 48, 96], 0.0)
    assert fitted_order([4, 2, 1], found) == pytest.approx(2, abs=0.1)


@pytest.mark.parametrize("kind", ["uniform", "not uniform", "uniform, growing"])
def test_orders_with_induction(kind: str) -> None:
    def trap(x: Any, y: Any, t: float) -> Any:
        return 0.5 * x**2 + 0.4 * y**2 + 0.3 * np.sin(x + 0.4 * y) * np.sin(2 * t)

    A: Any = list(hg.uniform_induction(PLANE, 0.8))
    motion, omega = Motion((0, 1), plane=(0, 1)), 0.8 * 0.8 / np.sqrt(1.3)
    build: Any = force_gradient
    if kind == "not uniform":
        A = [lambda x, y, t: -0.4 * y - 0.2 * np.sin(y) * x * np.cos(t), lambda x, y, t: 0.4 * x]
        motion, build = Motion((0, 1), coupled=True), blanes_moan
    elif kind == "uniform, growing":  # the shears follow B(t): see the stepper
        motion, build = Motion((0, 1), coupled=True), blanes_moan
        A = [lambda x, y, t: -0.4 * y * np.sin(t), lambda x, y, t: 0.4 * x * np.sin(t)]
    H = hg.Hamiltonian(PLANE, hg.HeatPotentials(PLANE, None, A, 0.8), [1.3, 1.0], trap, 0.9)
    psi = hg.gaussian_packet(PLANE, [0.7, -0.3], [0.3, 0.2], [0.7, 0.8], hbar=0.9)
    found = errors(H, build(motion), psi, 0.8, [4, 8, 16, 32], omega)
    assert fitted_order([8, 4, 2, 1], found) == pytest.approx(4, abs=0.05)
