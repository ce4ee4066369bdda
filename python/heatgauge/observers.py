"""What is measured along a propagation."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from heatgauge.arguments import complex_array, real, shape_of
from heatgauge.grid import Grid
from heatgauge.hamiltonian import Hamiltonian
from heatgauge.snapshot import Snapshot

Measurement = Callable[[Snapshot], Any]


@dataclasses.dataclass(frozen=True)
class Norm:
    """Σ|ψ|²dV.

    Examples
    --------
    >>> import heatgauge as hg
    >>> grid = hg.Grid([hg.Axis(-8, 8, 64)])
    >>> psi = hg.gaussian_packet(grid, center=0, momentum=0, width=1)
    >>> run = hg.propagate(hg.Hamiltonian(grid), psi, [0, 1], dt=0.1, observe={"n": hg.Norm()})
    >>> bool(abs(run.records["n"] - 1).max() < 1e-14)
    True
    """

    def bind(self, hamiltonian: Hamiltonian) -> Measurement:
        """Return what measures a snapshot."""
        return lambda snapshot: snapshot.norm


@dataclasses.dataclass(frozen=True)
class Energy:
    """Σ Re ψ*Hψ dV with H at that time; not divided by the norm.

    Depends on the gauge where χ depends on time: V is part of H.

    Parameters
    ----------
    order : {2, 4, 6, 8}, optional
        Order in space of the stencil of H that is taken. None: that of the Hamiltonian itself,
        whatever the method. Sweeps are of a higher order than the default, 2; order=8 shows it.

    Examples
    --------
    >>> import heatgauge as hg
    >>> grid = hg.Grid([hg.Axis(0, 1, 64)])
    >>> H = hg.Hamiltonian(grid)
    >>> energies, states = H.lowest(1)
    >>> run = hg.propagate(H, states[0], [0, 1], dt=0.1, observe={"E": hg.Energy()})
    >>> bool(abs(run.records["E"] - energies[0]).max() < 1e-11)
    True
    >>> run = hg.propagate(H, states[0], [0], observe={"E": hg.Energy(order=8)})
    >>> round(float(run.records["E"][0]), 6)        # π²/2; the lattice's own is 4.933811
    4.934802
    """

    order: int | None = None

    def bind(self, hamiltonian: Hamiltonian) -> Measurement:
        """Return what measures a snapshot."""
        _require_order(hamiltonian, self.order)
        return lambda snapshot: snapshot.energy(self.order)


@dataclasses.dataclass(frozen=True)
class Position:
    """⟨x⟩ along an axis, divided by the norm.

    On a periodic axis the circular mean, in [lower, upper): the angle of Σρ exp(2πi(x−lower)/L).
    The more evenly ρ is spread around the axis, the less it means: rounding errors of ρ turn it by
    Σρ over the magnitude of that sum.

    Examples
    --------
    >>> import heatgauge as hg
    >>> grid = hg.Grid([hg.Axis(-8, 8, 64)])
    >>> psi = hg.gaussian_packet(grid, center=1.5, momentum=0, width=1)
    >>> run = hg.propagate(hg.Hamiltonian(grid), psi, [0, 1], dt=0.1, observe={"x": hg.Position(0)})
    >>> round(float(run.records["x"][0]), 9)
    1.5
    """

    axis: int

    def bind(self, hamiltonian: Hamiltonian) -> Measurement:
        """Return what measures a snapshot."""
        axis = hamiltonian.grid.check_axis(self.axis)
        return lambda snapshot: _mean_position(snapshot, axis)


@dataclasses.dataclass(frozen=True)
class Width:
    """Standard deviation of the position along an axis.

    On a periodic axis distances are taken the short way around from the circular mean.

    Examples
    --------
    >>> import heatgauge as hg
    >>> grid = hg.Grid([hg.Axis(-8, 8, 128)])
    >>> psi = hg.gaussian_packet(grid, center=0, momentum=0, width=0.75)
    >>> run = hg.propagate(hg.Hamiltonian(grid), psi, [0, 1], dt=0.1, observe={"w": hg.Width(0)})
    >>> round(float(run.records["w"][0]), 6)
    0.75
    """

    axis: int

    def bind(self, hamiltonian: Hamiltonian) -> Measurement:
        """Return what measures a snapshot."""
        axis = hamiltonian.grid.check_axis(self.axis)
        line = hamiltonian.grid.axes[axis]

        def measure(snapshot: Snapshot) -> float:
            distance = line.sites() - _mean_position(snapshot, axis)
            if line.periodic:
                distance -= line.length * np.round(distance / line.length)
            weight = snapshot.marginal(axis)
            variance = float(weight @ distance**2) - float(weight @ distance) ** 2
            return float(np.sqrt(max(variance, 0.0)))

        return measure


@dataclasses.dataclass(frozen=True)
class Momentum:
    """Kinetic momentum ⟨(im/ħ)[H, x]⟩ = ⟨−iħ∇ − sA⟩ along an axis, divided by the norm.

    Gauge invariant; m d⟨x⟩/dt exactly, on the lattice of H too: a wave sin(kh)/h·ħ at order 2,
    less than ħk by a share (kh)²/6; see ``order``.

    Parameters
    ----------
    axis : int
    order : {2, 4, 6, 8}, optional
        Order in space of the stencil of H whose commutator is taken, with the same links. None:
        that of the Hamiltonian itself, whatever the method. Sweeps are of a higher order than the
        default, 2, so give order=8 to see their accuracy.

    Examples
    --------
    >>> import heatgauge as hg
    >>> grid = hg.Grid([hg.Axis(-8, 8, 256)])
    >>> psi = hg.gaussian_packet(grid, center=0, momentum=2.0, width=1)
    >>> observe = {"p": hg.Momentum(0), "p8": hg.Momentum(0, order=8)}
    >>> run = hg.propagate(hg.Hamiltonian(grid), psi, [0, 1], dt=0.1, observe=observe)
    >>> round(float(run.records["p"][0]), 6), round(float(run.records["p8"][0]), 6)
    (1.993822, 2.0)
    """

    axis: int
    order: int | None = None

    def bind(self, hamiltonian: Hamiltonian) -> Measurement:
        """Return what measures a snapshot."""
        axis = hamiltonian.grid.check_axis(self.axis)
        _require_order(hamiltonian, self.order)
        mass = _link_masses(hamiltonian, axis)
        volume = hamiltonian.grid.cell_volume

        def measure(snapshot: Snapshot) -> float:
            current = snapshot.current(axis, self.order)
            return float(np.sum(mass * current)) * volume / snapshot.norm

        return measure


@dataclasses.dataclass(frozen=True)
class Density:
    """|ψ|² on the sites; the record has shape (nt, *shape).

    Examples
    --------
    >>> import heatgauge as hg
    >>> grid = hg.Grid([hg.Axis(-8, 8, 64)])
    >>> psi = hg.gaussian_packet(grid, center=0, momentum=0, width=1)
    >>> run = hg.propagate(hg.Hamiltonian(grid), psi, [0, 1], dt=0.1, observe={"d": hg.Density()})
    >>> run.records["d"].shape
    (2, 64)
    """

    def bind(self, hamiltonian: Hamiltonian) -> Measurement:
        """Return what measures a snapshot."""
        return lambda snapshot: snapshot.density


@dataclasses.dataclass(frozen=True)
class Current:
    """Probability current through the links of an axis; the record has shape (nt, *link_shape).

    All hops of the stencil that straddle a link are summed, so that ∂ₜ|ψ|² + ∇·j = 0 holds to
    round-off at every order, for a state that moves by the H of that order.

    Parameters
    ----------
    axis : int
    order : {2, 4, 6, 8}, optional
        Order in space of the stencil whose hops are summed, with the same links. None: that of the
        Hamiltonian itself, whatever the method.

    Examples
    --------
    >>> import heatgauge as hg
    >>> grid = hg.Grid([hg.Axis(-8, 8, 64)])
    >>> psi = hg.gaussian_packet(grid, center=0, momentum=1, width=1)
    >>> run = hg.propagate(hg.Hamiltonian(grid), psi, [0, 1], dt=0.1, observe={"j": hg.Current(0)})
    >>> run.records["j"].shape
    (2, 63)
    """

    axis: int
    order: int | None = None

    def bind(self, hamiltonian: Hamiltonian) -> Measurement:
        """Return what measures a snapshot."""
        axis = hamiltonian.grid.check_axis(self.axis)
        _require_order(hamiltonian, self.order)
        return lambda snapshot: snapshot.current(axis, self.order)


@dataclasses.dataclass(frozen=True)
class CurrentThrough:
    """Probability per time through the plane of links nearest to ``position`` across an axis.

    Parameters
    ----------
    axis : int
    position : float
    order : {2, 4, 6, 8}, optional
        As for :class:`Current`.

    Examples
    --------
    >>> import heatgauge as hg
    >>> grid = hg.Grid([hg.Axis(-8, 8, 64)])
    >>> psi = hg.gaussian_packet(grid, center=0, momentum=1, width=1)
    >>> run = hg.propagate(hg.Hamiltonian(grid), psi, [0, 1], dt=0.1,
    ...                    observe={"j": hg.CurrentThrough(0, position=0.0)})
    >>> bool(abs(run.records["j"][0] - 0.396) < 0.01)      # p/m·|ψ(0)|² = 0.399, less the lattice's
    True
    """

    axis: int
    position: float
    order: int | None = None

    def bind(self, hamiltonian: Hamiltonian) -> Measurement:
        """Return what measures a snapshot."""
        grid = hamiltonian.grid
        axis = grid.check_axis(self.axis)
        line = grid.axes[axis]
        position = real("position", self.position, least=line.lower, most=line.upper)
        midpoints = line.link_midpoints()
        distance = np.abs(midpoints - position)
        if line.periodic:
            distance = np.minimum(distance, line.length - distance)
        link = int(np.argmin(distance))
        area = grid.cell_volume / line.spacing
        _require_order(hamiltonian, self.order)

        def measure(snapshot: Snapshot) -> float:
            return float(np.take(snapshot.current(axis, self.order), link, axis).sum()) * area

        return measure


@dataclasses.dataclass(frozen=True, eq=False)
class Overlap:
    """⟨φ|ψ⟩ = Σ φ*ψ dV, complex.

    Examples
    --------
    >>> import heatgauge as hg
    >>> grid = hg.Grid([hg.Axis(-8, 8, 64)])
    >>> psi = hg.gaussian_packet(grid, center=0, momentum=0, width=1)
    >>> run = hg.propagate(hg.Hamiltonian(grid), psi, [0, 1], dt=0.1,
    ...                    observe={"o": hg.Overlap(psi)})
    >>> bool(abs(run.records["o"][0] - 1) < 1e-14)
    True
    """

    phi: Any

    def bind(self, hamiltonian: Hamiltonian) -> Measurement:
        """Return what measures a snapshot."""
        phi = complex_array("phi", self.phi, hamiltonian.grid.shape)
        volume = hamiltonian.grid.cell_volume
        return lambda snapshot: complex(np.vdot(phi, snapshot.psi)) * volume


@dataclasses.dataclass(frozen=True, eq=False)
class Probe:
    """ψ at the sites nearest to given points; the record has shape (nt, number of points).

    Nothing is interpolated, so that gauge changes act on the values as on ψ.

    Examples
    --------
    >>> import heatgauge as hg
    >>> grid = hg.Grid([hg.Axis(0, 1, 4), hg.Axis(0, 1, 4)])
    >>> psi = hg.gaussian_packet(grid, center=[0.5, 0.5], momentum=[0, 0], width=[0.2, 0.2])
    >>> run = hg.propagate(hg.Hamiltonian(grid), psi, [0, 1], dt=0.5,
    ...                    observe={"p": hg.Probe([(0.1, 0.1), (0.6, 0.9)])})
    >>> bool(run.records["p"][0, 1] == psi[2, 3])
    True
    """

    points: Any

    def bind(self, hamiltonian: Hamiltonian) -> Measurement:
        """Return what measures a snapshot."""
        grid = hamiltonian.grid
        sites = [_nearest_site(grid, point) for point in _points(grid, self.points)]
        indices = tuple(zip(*sites, strict=True))
        return lambda snapshot: snapshot.psi[indices]


def of_lower_order(
    observe: Mapping[str, Any] | None, hamiltonian: Hamiltonian, order: float
) -> str:
    """Say which observers take the stencil of H where the method is of a higher order in space."""
    kinds = (Energy, Momentum, Current, CurrentThrough)
    taken = [n for n, o in (observe or {}).items() if isinstance(o, kinds) and o.order is None]
    if not taken or order <= hamiltonian.order:
        return ""
    return (
        f"; {', '.join(taken)} measured to order {hamiltonian.order} in space, that of H "
        f"(order= of the observer raises it)"
    )


def _require_order(hamiltonian: Hamiltonian, order: int | None) -> None:
    """Refuse a stencil that the Hamiltonian cannot have."""
    if order is not None:
        hamiltonian.at_order(order)


def _points(grid: Grid, points: Any) -> Sequence[Sequence[float]]:
    dimensions = len(shape_of("points", points))
    listed = [[p] if np.ndim(p) == 0 else list(p) for p in np.atleast_1d(points)]
    if grid.dimensions > 1 and dimensions == 1:
        listed = [list(points)]
    if not listed:
        raise ValueError("Argument `points` must hold at least one point, but is empty.")
    return listed


def _nearest_site(grid: Grid, point: Sequence[float]) -> tuple[int, ...]:
    if len(point) != grid.dimensions:
        raise ValueError(
            f"Argument `points` must hold {grid.dimensions} coordinates each, but has {point!r}."
        )
    site = []
    for value, axis in zip(point, grid.axes, strict=True):
        x = real("points", value, least=axis.lower, most=axis.upper)
        site.append(min(int((x - axis.lower) / axis.spacing), axis.points - 1))
    return tuple(site)


def _mean_position(snapshot: Snapshot, axis: int) -> float:
    line = snapshot.hamiltonian.grid.axes[axis]
    weight = snapshot.marginal(axis)
    if not line.periodic:
        return float(weight @ line.sites())
    turn = 2 * np.pi * (line.sites() - line.lower) / line.length
    angle = float(np.angle(weight @ np.exp(1j * turn))) % (2 * np.pi)
    return line.lower + line.length * angle / (2 * np.pi)


def _link_masses(hamiltonian: Hamiltonian, axis: int) -> Any:
    mass = hamiltonian.mass
    if not isinstance(mass, np.ndarray):
        return mass[axis]
    line = hamiltonian.grid.axes[axis]
    starts = np.arange(line.links)
    ends = (starts + 1) % line.points
    return 0.5 * (np.take(mass, starts, axis) + np.take(mass, ends, axis))
