"""Gauge covariance measured: how far observables move when the gauge is changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from heatgauge.arguments import ComplexField, RealField, complex_array, increasing_times
from heatgauge.constants import k_B
from heatgauge.evolution import Evolution
from heatgauge.fields import Field, Location
from heatgauge.hamiltonian import Hamiltonian
from heatgauge.heat_flow import HeatFlow
from heatgauge.observers import Current, Density, Energy, Momentum, Norm, Position, Width
from heatgauge.potentials import HeatPotentials, gauge_of
from heatgauge.propagate import propagate
from heatgauge.thermal_displacement import displaced


def covariance_error(
    H: Any,
    psi0: Any = None,
    chi: Any = None,
    times: Any = None,
    method: Any = None,
    dt: Any = None,
) -> dict[str, float]:
    """Return how far each observable moves under a gauge change by χ: zero if all is covariant.

    A Hamiltonian and a state are changed, V → V − ∂ₜχ, A → A + ∇χ, ψ → exp(i s χ/ħ)ψ, both
    versions are carried through ``times`` by the same steps, and what must not depend on the gauge
    is compared at all of them. For a heat flow, T, q, E and B are computed again from the changed
    potentials and thermal displacement.

    Parameters
    ----------
    H : Hamiltonian or HeatFlow
        A Hamiltonian of one's own matrix (``from_sparse``) is changed as U H U†, with s = 1.
    psi0 : complex array of the grid's shape
        State at times[0]; None for a flow.
    chi : array on sites, callable ``chi(*coordinates, t)`` or GaugeFunction
        The gauge function [K·s].
    times : array
        Output times. For a flow: where to compare (None: all its times).
    method, dt
        Of :func:`propagate`. With ``dt=None`` both run on the steps that rtol = 1e-6 asks for,
        each its own; their error is then part of the result.

    Returns
    -------
    dict of str to float
        The largest deviation of each observable at any time. "state" ‖ψ' − exp(isχ/ħ)ψ‖/‖ψ‖;
        "norm" relative; "density", "current i" relative to their largest value; "position i" to the
        largest coordinate, "width i" to the length of the axis, "momentum i" to ħ/spacing;
        "energy" to ‖H‖, without sV − U where χ depends on time (V is gauge dependent then).
        For a flow: "temperature", "flux i" relative to their largest value, "heat field",
        "plaquettes" to the largest term of their sums.

    Notes
    -----
    Rounding alone gives a few eps·(1 + max|sχ/ħ|). Crank–Nicolson steps are covariant to rounding
    under static χ; under χ(x, t) to the order of the scheme only, and "state" shows it.

    Raises
    ------
    TypeError, ValueError
        For other objects, and for a χ that depends on time with a matrix of one's own.

    Examples
    --------
    >>> import numpy as np
    >>> import heatgauge as hg
    >>> grid = hg.Grid([hg.Axis(-8, 8, 64)])
    >>> psi = hg.gaussian_packet(grid, center=0, momentum=1, width=1)
    >>> chi = np.random.default_rng(0).normal(size=64)
    >>> error = hg.gauge.covariance_error(hg.Hamiltonian(grid), psi, chi, [0, 1], dt=0.01)
    >>> bool(max(error.values()) < 1e-13), sorted(error)[:3]
    (True, ['current 0', 'density', 'energy'])
    """
    if isinstance(H, HeatFlow):
        for name, value in (("psi0", psi0), ("method", method), ("dt", dt)):
            if value is not None:
                raise ValueError(f"Argument `{name}` must be None for a heat flow, not {value!r}.")
        return _flow_deviations(H, chi, times)
    if not isinstance(H, Hamiltonian):
        raise TypeError(f"Argument `H` must be hg.Hamiltonian or hg.HeatFlow, but is {H!r}.")
    return _carrier_deviations(H, psi0, chi, increasing_times("times", times), method, dt)


def _carrier_deviations(
    H: Hamiltonian, psi0: Any, chi: Any, times: RealField, method: Any, dt: Any
) -> dict[str, float]:
    state = complex_array("psi0", psi0, H.grid.shape)
    charge = 1.0 if H.given_matrix is not None else H.potentials.charge
    static = gauge_of(H.grid, chi) is None
    field = Field("chi", chi if callable(chi) else np.asarray(chi), Location.sites(H.grid))

    def turn(t: float) -> ComplexField:
        phase: ComplexField = np.exp(1j * (charge / H.hbar) * field.at(t))
        return phase

    def run(hamiltonian: Hamiltonian, psi: ComplexField) -> Evolution:
        observe = _observers(H, static)
        return propagate(
            hamiltonian, psi, times, method=method, dt=dt, observe=observe, store="all"
        )

    start = turn(float(times[0]))
    one, two = run(H, state), run(_changed(H, chi, turn), start * state)
    result = {"state": _state_deviation(one, two, times, turn)}
    for name, values in one.records.items():
        difference = float(np.abs(two.records[name] - values).max())
        result[name] = difference / _unit(H, name, values)
    return result


def _observers(H: Hamiltonian, static: bool) -> dict[str, Any]:
    observers: dict[str, Any] = {"norm": Norm(), "density": Density()}
    observers["energy"] = Energy() if static else _KineticEnergy()
    for axis in range(H.grid.dimensions):
        observers |= {f"position {axis}": Position(axis), f"width {axis}": Width(axis)}
        if H.given_matrix is None:
            observers |= {f"momentum {axis}": Momentum(axis), f"current {axis}": Current(axis)}
    return observers


class _KineticEnergy:
    """⟨H − sV⟩: what is left of the energy when χ may depend on time."""

    def bind(self, hamiltonian: Hamiltonian) -> Callable[[Any], float]:
        whole = Energy().bind(hamiltonian)

        def measure(snapshot: Any) -> float:
            V = hamiltonian.potentials.at(snapshot.t)[0]
            share = float(np.sum(V * snapshot.density)) * hamiltonian.grid.cell_volume
            return float(whole(snapshot)) - hamiltonian.potentials.charge * share

        return measure


def _changed(H: Hamiltonian, chi: Any, turn: Callable[[float], ComplexField]) -> Hamiltonian:
    if H.given_matrix is None:
        return H.with_potentials(H.potentials.transform(chi))
    if gauge_of(H.grid, chi) is not None:
        raise ValueError(
            "Argument `chi` must be an array for a Hamiltonian of one's own matrix, which does not "
            "depend on time, but depends on t."
        )
    import scipy.sparse

    phases = scipy.sparse.diags_array(turn(0.0).ravel())
    return Hamiltonian.from_sparse(H.grid, phases @ H.to_scipy() @ phases.conj(), H.hbar)


def _state_deviation(
    one: Evolution, two: Evolution, times: RealField, turn: Callable[[float], ComplexField]
) -> float:
    assert one.states is not None
    assert two.states is not None
    return max(
        float(np.linalg.norm(b - turn(float(t)) * a) / np.linalg.norm(a))
        for t, a, b in zip(times, one.states, two.states, strict=True)
    )


def _unit(H: Hamiltonian, name: str, values: Any) -> float:
    """What a deviation of an observable is measured in."""
    if name in ("norm", "density") or name.startswith("current"):
        return float(np.abs(values).max()) or 1.0
    if name == "energy":
        return float(abs(H.to_scipy(0.0)).sum(axis=1).max())
    axis = int(name[-1])
    if name.startswith("position"):
        return float(np.abs(H.grid.axes[axis].sites()).max())
    if name.startswith("width"):
        return H.grid.axes[axis].length
    return H.hbar / H.grid.spacing[axis]


def _flow_deviations(flow: HeatFlow, chi: Any, times: Any) -> dict[str, float]:
    where = flow.times if times is None else increasing_times("times", times)
    heat = displaced(flow, k_B, float(flow.temperature[0].mean()))
    moved = heat.transform(chi)
    inertial = all((values > 0).all() for values in heat.inductance_at(float(where[0])))
    largest = {"temperature": 0.0, "heat field": 0.0, "plaquettes": 0.0}
    size = dict(largest)
    for t in (float(t) for t in where):
        pairs = {"temperature": ([heat.temperature(t)], [moved.temperature(t)])}
        if inertial:
            fluxes = heat.flux(t), moved.flux(t)
            pairs |= {f"flux {a}": ([q], [r]) for a, (q, r) in enumerate(zip(*fluxes, strict=True))}
        pairs["heat field"] = _fields(heat.potentials, t), _fields(moved.potentials, t)
        plaquettes = heat.potentials.plaquettes(t), moved.potentials.plaquettes(t)
        pairs["plaquettes"] = list(plaquettes[0]), list(plaquettes[1])
        for name, (before, after) in pairs.items():
            for x, y in zip(before, after, strict=True):
                largest[name] = max(largest.get(name, 0.0), float(np.abs(y - x).max()))
        for name, scale in _sizes(pairs, moved.potentials, t).items():
            size[name] = max(size.get(name, 0.0), scale)
    return {name: value / (size[name] or 1.0) for name, value in largest.items()}


def _fields(potentials: HeatPotentials, t: float) -> list[RealField]:
    """E on links from V and ∂ₜA themselves, gauge parts included."""
    V, rates, grid = potentials.at(t)[0], potentials.link_rates(t), potentials.grid
    ends = (np.roll(V, -1, axis=a) - V for a in range(grid.dimensions))
    return [
        -(np.take(end, range(grid.axes[a].links), axis=a) + rates[a]) / grid.spacing[a]
        for a, end in enumerate(ends)
    ]


def _sizes(pairs: dict[str, Any], potentials: HeatPotentials, t: float) -> dict[str, float]:
    sizes = {name: max(float(np.abs(x).max()) for x in before) for name, (before, _) in
             pairs.items() if name not in ("plaquettes", "heat field")}  # fmt: skip
    spacing = min(potentials.grid.spacing)
    rates = max(float(np.abs(rate).max()) for rate in potentials.link_rates(t))
    sizes["heat field"] = max(float(np.abs(potentials.at(t)[0]).max()), rates) / spacing
    sizes["plaquettes"] = max(float(np.abs(link).max()) for link in potentials.links(t))
    return sizes
