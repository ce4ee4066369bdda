"""The quantum half of the second-sound job: a carrier packet driven by the heat potentials."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from heatgauge import gauge
from heatgauge.arguments import ComplexField, RealField
from heatgauge.configuration_tables import CarrierTable
from heatgauge.constants import hbar
from heatgauge.crank_nicolson import CrankNicolson
from heatgauge.evolution import Evolution
from heatgauge.hamiltonian import Hamiltonian
from heatgauge.observers import Current, Density, Momentum, Norm, Position, Width
from heatgauge.packets import gaussian_packet
from heatgauge.potentials import HeatPotentials
from heatgauge.propagate import propagate

_EPS = float(np.finfo(float).eps)
_OBSERVERS: Mapping[str, Any] = {
    "norm": Norm(),
    "position": Position(0),
    "width": Width(0),
    "momentum": Momentum(0),
    "density": Density(),
    "current": Current(0),
}


@dataclasses.dataclass(frozen=True, eq=False)
class Carrier:
    """A driven packet, and three checks of it.

    Attributes
    ----------
    evolution : Evolution
        Records "norm", "position", "width", "momentum" (kinetic), "density", "current" at the
        times of the heat flow.
    ehrenfest : array (nt,)
        ⟨x⟩ by m d²⟨x⟩/dt² = s⟨E⟩ from the recorded densities and the heat field [m].
    displacement : float
        Largest |⟨x⟩ − ⟨x⟩₀| [m].
    ehrenfest_deviation : float
        Largest |⟨x⟩ − ehrenfest| over ``displacement``.
    norm_drift : float
        Largest |norm − 1|.
    step_uncertainty : float
        A third of the change of ⟨x⟩ from steps twice as long, over ``displacement``.
    gauge_deviation : mapping of str to float
        Largest deviation of every observable in a random gauge, over its largest value.
    gauge_bound : mapping of str to float
        What rounding of phases that large may do: 20 eps (1 + max|sχ/ħ|) per 1000 steps, and
        (1 + dt‖H‖/ħ) times that for the local observables, density and current.
    link_phase, step_phase, wave_phase : float
        Largest s·A·h/ħ, s·V·dt/ħ and p·h/ħ (p kinetic) [rad].
    """

    hamiltonian: Hamiltonian
    evolution: Evolution
    ehrenfest: RealField
    displacement: float
    ehrenfest_deviation: float
    norm_drift: float
    step_uncertainty: float
    gauge_deviation: Mapping[str, float]
    gauge_bound: Mapping[str, float]
    link_phase: float
    step_phase: float
    wave_phase: float


def drive_carrier(
    table: CarrierTable,
    potentials: HeatPotentials,
    times: RealField,
    stage: Callable[[str], None] = lambda text: None,
) -> Carrier:
    """Propagate the packet of ``table`` in ``potentials`` by Crank–Nicolson, and check it.

    ``times`` are those of the heat flow; the potentials are linear in between, and every one of
    them starts a new step. ``stage`` is told what is done next.
    """
    grid = potentials.grid
    assert table.start is not None  # made explicit before
    h = Hamiltonian(grid, potentials, mass=table.mass, hbar=hbar, order=table.order)
    psi0 = gaussian_packet(grid, table.start, table.momentum, table.width, hbar=hbar)
    # A(0) = 0: the momentum of the packet is the kinetic one.
    dt = carrier_step(table, potentials, times)
    stage("the carrier, by Crank–Nicolson")
    run = _run(h, psi0, times, dt)
    stage("the carrier once more, with steps twice as long")
    rough = propagate(h, psi0, times, method=CrankNicolson(), dt=2 * dt, observe={"x": Position(0)})
    stage("the carrier once more, in a random gauge")
    deviation = _covariance(table, h, psi0, run, times, dt)
    position = run.records["position"]
    ehrenfest = ehrenfest_path(run, potentials, table.mass)
    displacement = float(np.max(np.abs(position - position[0])))
    return Carrier(
        hamiltonian=h,
        evolution=run,
        ehrenfest=ehrenfest,
        displacement=displacement,
        ehrenfest_deviation=float(np.max(np.abs(position - ehrenfest))) / displacement,
        norm_drift=float(np.max(np.abs(run.records["norm"] - 1.0))),
        step_uncertainty=float(np.max(np.abs(rough.records["x"] - position))) / 3 / displacement,
        gauge_deviation=deviation,
        gauge_bound=_covariance_bound(table, h, run),
        link_phase=table.charge
        / hbar
        * max(float(np.max(np.abs(potentials.links(float(t))[0]))) for t in times),
        step_phase=largest_potential(potentials, times) * table.charge * run.dt / hbar,
        wave_phase=float(np.max(np.abs(run.records["momentum"]))) * grid.spacing[0] / hbar,
    )


def carrier_step(table: CarrierTable, potentials: HeatPotentials, times: RealField) -> float:
    """Return the step in which sV turns the phase by ``phase_per_step`` where V is largest."""
    largest = largest_potential(potentials, times)
    interval = float(times[1] - times[0])
    phase = table.phase_per_step
    return interval if largest == 0 else min(interval, phase * hbar / (table.charge * largest))


def largest_potential(potentials: HeatPotentials, times: RealField) -> float:
    """Return max|V| over sites and times [K]."""
    return max(float(np.max(np.abs(potentials.at(float(t))[0]))) for t in times)


def ehrenfest_path(run: Evolution, potentials: HeatPotentials, mass: float) -> RealField:
    """Integrate m d²⟨x⟩/dt² = s⟨E⟩ from the recorded densities; ⟨x⟩₀ and its rate as recorded.

    E lives on links and is weighted with the mean of ρ on both sites, E and ρ at the middle of
    every output interval: second order in the interval, which is far shorter than the pulse.
    """
    density, times = run.records["density"], run.times
    volume = potentials.grid.cell_volume
    force = np.empty(times.size - 1)
    for k in range(times.size - 1):
        middle = 0.25 * (density[k] + density[k + 1])
        field = potentials.heat_field(0.5 * float(times[k] + times[k + 1]))[0]
        force[k] = potentials.charge * volume * float(field @ (middle[1:] + middle[:-1]))
    step = np.diff(times)
    momentum = run.records["momentum"][0] + np.concatenate([[0.0], np.cumsum(force * step)])
    # Constant force within an interval: x grows by the mean of the momenta at its ends.
    path = np.concatenate([[0.0], np.cumsum(0.5 * (momentum[1:] + momentum[:-1]) * step)]) / mass
    result: RealField = run.records["position"][0] + path
    return result


def _run(h: Hamiltonian, psi0: ComplexField, times: RealField, dt: float) -> Evolution:
    return propagate(h, psi0, times, method=CrankNicolson(), dt=dt, observe=_OBSERVERS)


def _covariance(
    table: CarrierTable,
    h: Hamiltonian,
    psi0: ComplexField,
    run: Evolution,
    times: RealField,
    dt: float,
) -> dict[str, float]:
    """Deviation of every observable in a random static gauge, over its largest value."""
    seed = np.random.default_rng(table.gauge_seed)
    phase = table.gauge_phase * seed.uniform(-1.0, 1.0, h.grid.shape)
    chi = phase * hbar / table.charge
    other = Hamiltonian(
        h.grid, h.potentials.transform(chi), mass=table.mass, hbar=hbar, order=table.order
    )
    turned = gauge.transform_state(psi0, chi, h.potentials, hbar=hbar)
    moved = _run(other, turned, times, dt)
    return {
        name: float(np.max(np.abs(moved.records[name] - record)) / np.max(np.abs(record)))
        for name, record in run.records.items()
    }


def _covariance_bound(table: CarrierTable, h: Hamiltonian, run: Evolution) -> dict[str, float]:
    bound = 20 * _EPS * (1 + table.gauge_phase) * max(1.0, run.steps / 1000)
    start = float(run.times[0])
    rows = np.add.reduceat(np.abs(h.values(start)), h.pattern[0][:-1])
    size = float(np.max(rows)) + table.charge * largest_potential(h.potentials, run.times)
    local = bound * (1 + run.dt * size / hbar)
    return {name: local if name in ("density", "current") else bound for name in run.records}
