"""Sweeps of states in single precision: what rounding does to ψ, and what is refused."""

from __future__ import annotations

import dataclasses
import math
from typing import Any

import numpy as np
import pytest
from test_cayley_sweeps import smooth_hamiltonian

import heatgauge as hg
from heatgauge import _core
from heatgauge.kinetic_coupling import Coupling
from heatgauge.working_state import working_state

# One store moves ψ by 2.34e-8 of ‖ψ‖ in the root mean square (docs/numerics.md), within 6 % for the
# mantissas of these states; a step stores ψ once per sweep that another axis follows.
STORE = 2.34e-8
METHODS = [hg.CayleySweeps(), hg.SpectralSweeps(), hg.CayleySweeps(order=2, factors=2)]
KINDS = ["w", "p", "ww", "wp", "pp", "wpw", "ppp"]


def single(method: Any) -> Any:
    return dataclasses.replace(method, precision="single")


def deviation(one: Any, other: Any) -> float:
    return float(np.linalg.norm(one.astype(complex) - other) / np.linalg.norm(other))


def most_stores(kind: str, method: Any, steps: int) -> int:
    """Stores of a run that begins and ends once: an upper bound from the composition."""
    sweeps = len(method.composed(Coupling("none"), len(kind)).kinetics)
    return steps * sweeps + 2 if len(kind) > 1 else steps + 2


@pytest.mark.parametrize("driven", ["static", "drive", "function"])
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("kind", KINDS)
def test_states_move_by_their_rounding_alone(kind: str, method: Any, driven: str) -> None:
    H, psi = smooth_hamiltonian(kind, driven)
    steps = 40
    times = [0.0, 0.5, 1.0]
    exact = hg.propagate(H, psi, times, dt=1.0 / steps, method=method, store="all")
    rounded = hg.propagate(H, psi, times, dt=1.0 / steps, method=single(method), store="all")
    assert rounded.final.dtype == rounded.states.dtype == np.complex64
    assert np.array_equal(rounded.states[-1], rounded.final)
    assert np.array_equal(rounded.states[0], psi.astype(np.complex64))
    # independent roundings add up in squares; twice that for their scatter and for mantissas
    bar = 2 * STORE * math.sqrt(most_stores(kind, method, steps))
    assert STORE / 4 < deviation(rounded.final, exact.final) < bar


def test_psi0_of_complex64_does_not_ask_for_it() -> None:
    H, psi = smooth_hamiltonian("ww", "static")
    run = hg.propagate(H, psi.astype(np.complex64), [0, 0.1], dt=0.05, method=hg.CayleySweeps())
    assert run.final.dtype == np.complex128
    wide = hg.propagate(
        H, psi.astype(np.complex64).astype(complex), [0, 0.1], dt=0.05, method=hg.CayleySweeps()
    )
    assert np.array_equal(run.final, wide.final)
    assert hg.propagate(H, psi.astype(np.complex64), [0, 0.1], dt=0.05).final.dtype == complex


@pytest.mark.parametrize("driven", ["static", "drive"])
@pytest.mark.parametrize("kind", ["w", "p", "ww", "pp", "wpw"])
@pytest.mark.parametrize("method", [hg.CayleySweeps(), hg.SpectralSweeps()])
def test_the_number_of_threads_does_not_change_a_bit(kind: str, method: Any, driven: str) -> None:
    H, psi = smooth_hamiltonian(kind, driven)
    runs = [
        hg.propagate(H, psi, [0, 0.2], dt=0.02, method=single(method), threads=n) for n in (1, 2)
    ]
    assert np.array_equal(runs[0].final, runs[1].final)
    again = hg.propagate(H, psi, [0, 0.2], dt=0.02, method=single(method), progress=False)
    assert np.array_equal(runs[0].final, again.final)


@pytest.mark.parametrize("driven", ["static", "drive"])
@pytest.mark.parametrize("kind", ["w", "pp", "wpw"])
def test_members_are_rounded_as_if_alone(kind: str, driven: str) -> None:
    H, psi = smooth_hamiltonian(kind, driven)
    members = np.array([psi, 1j * psi, psi[::-1], -2 * psi, psi.conj(), 0.5 * psi, psi])
    method = hg.CayleySweeps(precision="single")
    run = hg.propagate(
        H, members, [0, 0.2], dt=0.02, method=method, observe={"n": hg.Norm()}, store="all"
    )
    assert run.final.shape == members.shape
    assert run.final.dtype == np.complex64
    assert run.records["n"].shape == (2, len(members))
    assert run.records["n"].dtype == np.float64
    exact = hg.propagate(H, members, [0, 0.2], dt=0.02, method=hg.CayleySweeps())
    for mine, other in zip(run.final, exact.final, strict=True):
        assert deviation(mine, other) < 2 * STORE * math.sqrt(12 * len(kind))


def test_a_stored_state_continues_a_run_bit_by_bit() -> None:
    H, psi = smooth_hamiltonian("wp", "drive")
    method = hg.CayleySweeps(precision="single")
    whole = hg.propagate(H, psi, [0, 0.5, 1.0], dt=0.125, method=method, store="all")
    rest = hg.propagate(H, whole.states[1], [0.5, 1.0], dt=0.125, method=method)
    assert np.array_equal(whole.final, rest.final)


def test_observers_measure_in_doubles_and_functions_see_the_state_as_it_is() -> None:
    H, psi = smooth_hamiltonian("ww", "static")
    seen: list[Any] = []

    def look(t: float, state: Any) -> float:
        assert state.dtype == np.complex64
        assert not state.flags.writeable
        seen.append(state.copy())
        return float(np.abs(state[3, 3]))

    run = hg.propagate(
        H,
        psi,
        [0, 0.1, 0.2],
        dt=0.05,
        method=hg.CayleySweeps(precision="single"),
        observe={
            "n": hg.Norm(),
            "e": hg.Energy(),
            "j": hg.Current(0),
            "x": hg.Position(1),
            "f": look,
        },
        callback=lambda t, state: seen.append(state.copy()),
    )
    for name in ("n", "e", "j", "x"):
        assert run.records[name].dtype == np.float64
    assert len(seen) == 6
    assert np.array_equal(seen[-1], run.final)
    dV = H.grid.cell_volume
    norm = math.fsum((np.abs(run.final.astype(complex)) ** 2).ravel()) * dV
    assert run.records["n"][-1] == pytest.approx(norm, rel=1e-14)  # no sum in single precision


@pytest.mark.parametrize("moving", [False, True])
@pytest.mark.parametrize("kind", ["w", "p", "ww", "pp", "wpw"])
def test_gauge_covariance_to_the_rounding_of_single_precision(kind: str, moving: bool) -> None:
    """χ of many turns, links left in place: the phases at which ψ is rounded are others."""
    H, psi = smooth_hamiltonian(kind, "drive")
    one, two = 300 * np.random.default_rng(5).normal(size=(2, *H.grid.shape))
    chi: Any = (lambda *xt: one + two * np.sin(2 * xt[-1])) if moving else one
    potentials = H.potentials.transform(chi)
    there = hg.Hamiltonian(H.grid, potentials, H.mass, H.external.at(0.0), H.hbar)
    end, method = 0.5, hg.CayleySweeps(precision="single")
    plain = hg.propagate(H, psi, [0, end], dt=end / 20, method=method).final
    turned = hg.gauge.transform_state(psi, chi, H.potentials, 0.0, H.hbar)
    moved = hg.propagate(there, turned, [0, end], dt=end / 20, method=method).final
    expected = hg.gauge.transform_state(plain, chi, H.potentials, end, H.hbar)
    # two runs, and two roundings of the start
    bar = 2 * STORE * math.sqrt(2 * most_stores(kind, hg.CayleySweeps(), 20) + 2)
    assert deviation(moved, expected) < bar
    assert deviation(moved, plain.astype(complex)) > 0.1  # ψ does see χ


@pytest.mark.parametrize("kind", ["w", "ww", "pp"])
def test_the_norm_walks_and_does_not_drift(kind: str) -> None:
    """No side is preferred: over n stores of N sites the norm moves by ≲ √n·2.4e-8·√(1/N_eff)."""
    H, psi = smooth_hamiltonian(kind, "static")
    steps = 4000
    run = hg.propagate(H, psi, [0, 8.0], dt=8.0 / steps, method=hg.CayleySweeps(precision="single"))
    weight = np.abs(psi.ravel()) ** 2 / np.sum(np.abs(psi) ** 2)
    sites = 1 / np.sum(weight**2)  # that hold ψ
    stores = most_stores(kind, hg.CayleySweeps(), steps)
    norms = [
        float(np.linalg.norm(p.astype(complex))) for p in (psi.astype(np.complex64), run.final)
    ]
    assert abs(norms[1] / norms[0] - 1) < 5 * STORE * math.sqrt(stores / sites)


def test_rtol_is_met_with_rounding_counted() -> None:
    H, psi = smooth_hamiltonian("ww", "static")
    times = [0.0, 1.0]
    run = hg.propagate(H, psi, times, rtol=2e-5, method=hg.CayleySweeps(precision="single"))
    fine = hg.propagate(H, psi, times, rtol=1e-9, method=hg.CayleySweeps())
    assert run.error_estimate is not None
    assert deviation(run.final, fine.final) < run.error_estimate <= 2e-5


def test_what_makes_no_sense_is_refused() -> None:
    H, psi = smooth_hamiltonian("ww", "static")
    method = hg.CayleySweeps(precision="single")
    with pytest.raises(
        ValueError, match="`precision` must be one of 'double', 'single', but is 'half'"
    ):
        hg.CayleySweeps(precision="half")
    with pytest.raises(TypeError, match="`precision` must be one of"):
        hg.SpectralSweeps(precision=np.complex64)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="`refine` must be False with precision='single'"):
        hg.CayleySweeps(refine=True, precision="single")
    with pytest.raises(ValueError, match="`rtol` must be at least 1e-05 with precision='single'"):
        hg.propagate(H, psi, [0, 1], rtol=1e-6, method=method)
    with pytest.raises(ValueError, match="Give dt, or use precision='double'"):
        hg.propagate(H, psi, [0, 1], method=method)
    for size in (1e-30, 1e32):
        with pytest.raises(ValueError, match=r"`psi0` must have a norm in \[1e-25, 1e30\]"):
            hg.propagate(H, size * psi, [0, 1], dt=0.1, method=method)
    open_ended = hg.Hamiltonian(H.grid, external=hg.Absorber(0, "upper", 1e-2, (2.0, 4.0)))
    with pytest.raises(ValueError, match="`precision` must be 'double' for a Hamiltonian with abs"):
        hg.propagate(open_ended, psi, [0, 1], dt=0.1, method=method)


def test_too_many_steps_for_an_asked_accuracy_are_refused() -> None:
    grid = hg.Grid([hg.Axis(-6, 6, 40)])
    (x,) = grid.coordinates()
    H = hg.Hamiltonian(grid, external=0.5 * x**2)
    psi = hg.gaussian_packet(grid, center=1.0, momentum=0.0, width=0.7)
    method = hg.CayleySweeps(order=2, factors=2, precision="single")
    with pytest.raises(ValueError, match="`precision` must be 'double' for rtol = 1e-05 here"):
        hg.propagate(H, psi, [0, 400.0], rtol=1e-5, method=method)


@pytest.mark.parametrize("precision", ["double", "single"])
@pytest.mark.parametrize("members", [None, 3])
@pytest.mark.parametrize("shape", [(50,), (64, 128), (8, 64, 64)])
def test_states_with_gaps_are_advanced_as_without(
    shape: tuple[int, ...], members: int | None, precision: str
) -> None:
    grid = hg.Grid([hg.Axis(0, 1, n) for n in shape])
    rng = np.random.default_rng(1)
    whole = shape if members is None else (members, *shape)
    values = rng.normal(size=whole) + 1j * rng.normal(size=whole)
    H = hg.Hamiltonian(grid, external=rng.normal(size=shape))
    stepper = hg.CayleySweeps(precision=precision).stepper(H, 1e-5, 3, members or 1, 2)
    states = [working_state(values, grid, precision, gaps) for gaps in (False, True)]
    assert np.array_equal(*states)
    assert states[1].flags.c_contiguous == (shape == (50,))
    for state in states:
        stepper.advance(state, 0.0, 0, 3)
    assert np.array_equal(*states)


def test_the_core_refuses_states_it_does_not_know() -> None:
    grid = hg.Grid([hg.Axis(0, 1, 64), hg.Axis(0, 1, 64)])
    program = _core.SweepProgram(grid.core)
    state = np.zeros((64, 64), complex)
    with pytest.raises(ValueError, match="unset_states"):
        program.advance(state.T, 1)
    with pytest.raises(TypeError, match="complex128 or complex64"):
        program.advance(state.real.copy(), 1)
    with pytest.raises(ValueError, match="wrong size"):
        program.advance(state[:32], 1)
    state.flags.writeable = False
    with pytest.raises(ValueError, match="not writeable"):
        program.advance(state, 1)
