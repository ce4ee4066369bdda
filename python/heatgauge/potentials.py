"""Heat potentials (V, A) on a grid: temporal and spatial link integrals, fields, gauge changes."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from heatgauge.arguments import RealField, real, real_array, require_finite
from heatgauge.fields import Field, Location
from heatgauge.gauge_function import GaugeFunction
from heatgauge.grid import Grid
from heatgauge.induction import InductionLinks


class HeatPotentials:
    """Scalar potential V on sites and vector potential A on links of a grid.

    The links are the primary variables: ``links(t)`` are the line integrals ∫A·dl and
    ``temporal(t0, t1)`` the time integrals ∫V dt, both by five Gauss–Legendre points. A carrier of
    charge s gets the phase exp(−i s/ħ ∫A·dl) on a link and exp(−i s/ħ ∫V dt) on a site.

    Parameters
    ----------
    grid : Grid
    scalar : field entry, optional
        V on sites [K].
    vector : sequence of field entries, one per axis, optional
        A on the links of each axis [K·s/m]; an array means the mean of A on each link.
        :func:`uniform_induction` makes such entries.
    charge : float
        Entropy per carrier s [J/K].

    A field entry is None, a number (uniform), an array, a callable ``f(*coordinates, t)`` with t
    last, an ``hg.Drive``, or a list of these, added.

    Examples
    --------
    >>> import numpy as np
    >>> import heatgauge as hg
    >>> grid = hg.Grid([hg.Axis(0, 1, 4)])
    >>> pots = hg.HeatPotentials(grid, scalar=lambda x, t: 2 * x, vector=[lambda x, t: 3 * t])
    >>> pots.heat_field(0.0)[0]          # E = −∇V − ∂ₜA
    array([-5., -5., -5.])
    """

    def __init__(
        self,
        grid: Grid,
        scalar: Any = None,
        vector: Any = None,
        charge: float = 1.0,
    ) -> None:
        if not isinstance(grid, Grid):
            raise TypeError(f"Argument `grid` must be a hg.Grid, but is {grid!r}.")
        self.grid = grid
        self.charge = real("charge", charge)
        self.scalar = Field("scalar", scalar, Location.sites(grid))
        entries = _entries_per_axis(grid, vector)
        self.vector = tuple(
            Field(f"vector[{a}]", _plain(entry), Location.links(grid, a))
            for a, entry in enumerate(entries)
        )
        self.total_flux = _total_flux(grid, entries)
        self._gauges: tuple[Field | GaugeFunction, ...] = ()
        self._static_gauge: RealField | None = None

    @property
    def is_static(self) -> bool:
        """Whether neither V nor A depends on time."""
        return self.scalar.is_static and all(f.is_static for f in self.vector) and not self._gauges

    @property
    def has_vector(self) -> bool:
        """Whether any link may carry a phase."""
        transformed = bool(self._gauges) or self._static_gauge is not None
        return transformed or not all(f.is_zero for f in self.vector)

    @property
    def breakpoints(self) -> tuple[float, ...]:
        """Times at which V or A has a kink; a propagation never steps across one."""
        fields = (self.scalar, *self.vector)
        return tuple(sorted(set(itertools.chain.from_iterable(f.breakpoints for f in fields))))

    @property
    def gauges(self) -> tuple[Callable[[float], RealField], ...]:
        """The time-dependent gauge functions χ(t) that were applied, as fields on sites."""
        return tuple(chi.at for chi in self._gauges)

    def without_gauge(self) -> HeatPotentials:
        """Return the potentials as they were before any :meth:`transform`."""
        if not self._gauges and self._static_gauge is None:
            return self
        result = HeatPotentials.__new__(HeatPotentials)
        result.__dict__.update(self.__dict__)
        result._gauges, result._static_gauge = (), None
        return result

    def gauge(self, t: float) -> RealField | None:
        """Return the sum of all gauge functions χ(t) [K·s] that were applied, or None."""
        return self._gauge(t)

    def links(self, t: float) -> tuple[RealField, ...]:
        """Return ∫A·dl [K·s] over the links of each axis at time ``t``."""
        t = real("t", t)
        chi = self._gauge(t)
        return tuple(
            _with_gradient(self.grid, a, field.mean(t) * self.grid.spacing[a], chi)
            for a, field in enumerate(self.vector)
        )

    def link_rates(self, t: float) -> tuple[RealField, ...]:
        """Return d/dt ∫A·dl [K] over the links of each axis at ``t`` (from the right at kinks)."""
        t = real("t", t)
        chi: RealField | None = None
        for gauge in self._gauges:
            chi = gauge.rate(t) if chi is None else chi + gauge.rate(t)
        return tuple(
            _with_gradient(self.grid, a, field.rate(t) * self.grid.spacing[a], chi)
            for a, field in enumerate(self.vector)
        )

    def static_links(self) -> tuple[RealField, ...]:
        """Return the part of ∫A·dl that does not depend on time."""
        zero = (np.zeros(self.grid.link_shape(a)) for a in range(self.grid.dimensions))
        return tuple(
            _with_gradient(
                self.grid,
                a,
                nothing if field.static is None else field.static * self.grid.spacing[a],
                self._static_gauge,
            )
            for (a, field), nothing in zip(enumerate(self.vector), zero, strict=True)
        )

    def temporal(self, t0: float, t1: float) -> RealField:
        """Return ∫V dt [K·s] on the sites from ``t0`` to ``t1``."""
        t0, t1 = real("t0", t0), real("t1", t1)
        total = self.scalar.integral(t0, t1)
        for chi in self._gauges:
            total -= chi.at(t1) - chi.at(t0)
        return total

    def at(self, t: float) -> tuple[RealField, tuple[RealField, ...]]:
        """Return (V on sites, (A on link midpoints of each axis)) at time ``t``.

        After :meth:`transform` with a callable χ, V − ∂ₜχ is found by numerical differentiation of
        χ (some 1e-12 of its variation); ``temporal`` is exact.
        """
        t = real("t", t)
        scalar = self.scalar.at(t)
        for chi in self._gauges:
            scalar -= chi.rate(t)
        chi_now = self._gauge(t)
        vector = tuple(
            _with_gradient(self.grid, a, field.at(t), chi_now, self.grid.spacing[a])
            for a, field in enumerate(self.vector)
        )
        return scalar, vector

    def heat_field(self, t: float) -> tuple[RealField, ...]:
        """Return E = −∇V − ∂ₜA [K/m] on the links of each axis.

        Gauge changes cancel in E exactly, so they are left out of both terms.
        """
        t = real("t", t)
        scalar = self.scalar.at(t)
        return tuple(
            -differences(self.grid, a, scalar) / self.grid.spacing[a] - field.rate(t)
            for a, field in enumerate(self.vector)
        )

    def induction(self, t: float) -> RealField | tuple[RealField, ...]:
        """Return B = ∇×A [K·s/m²] as means over the plaquettes.

        1D: an empty tuple; 2D: one array, along z; 3D: (B_x, B_y, B_z). A plaquette array has the
        number of links along the two axes that span it and of sites along the third.
        """
        fluxes = self.plaquettes(t)
        areas = [self.grid.spacing[a] * self.grid.spacing[b] for a, b in planes(self.grid)]
        fields = tuple(flux / area for flux, area in zip(fluxes, areas, strict=True))
        return fields[0] if self.grid.dimensions == 2 else fields

    def plaquettes(self, t: float) -> tuple[RealField, ...]:
        """Return ∮A·dl [K·s] around each plaquette of every plane, (y,z), (z,x), (x,y) in 3D.

        On a torus the links of a uniform induction enclose zero flux in all; the total flux,
        a whole number of quanta, is put back into the last plaquette, where the seams meet.
        """
        result = []
        for plane, flux in zip(
            planes(self.grid), circulations(self.grid, self.links(t)), strict=True
        ):
            a, b = plane
            total = self.total_flux.get(plane, 0.0)
            if total != 0.0:
                corner: list[Any] = [slice(None)] * self.grid.dimensions
                corner[a] = corner[b] = -1
                flux[tuple(corner)] += total
            result.append(flux)
        return tuple(result)

    def transform(self, chi: Any) -> HeatPotentials:
        """Return the potentials after the gauge change V → V − ∂ₜχ, A → A + ∇χ.

        Parameters
        ----------
        chi : array on sites [K·s], callable ``chi(*coordinates, t)``, or GaugeFunction
            Periodic or not. Spatial and temporal links change by exact differences of χ, so
            plaquettes in space and space–time do not change beyond round-off.
        """
        result = HeatPotentials.__new__(HeatPotentials)
        result.__dict__.update(self.__dict__)
        driven = gauge_of(self.grid, chi)
        if driven is not None:
            result._gauges = (*self._gauges, driven)
        else:
            static = real_array("chi", chi, self.grid.shape)
            old = self._static_gauge
            result._static_gauge = static if old is None else old + static
        return result

    def _gauge(self, t: float) -> RealField | None:
        chi = self._static_gauge
        for gauge in self._gauges:
            chi = gauge.at(t) if chi is None else chi + gauge.at(t)
        return chi

    def __repr__(self) -> str:
        kind = "static" if self.is_static else "driven"
        return f"HeatPotentials({self.grid!r}, {kind}, charge={self.charge!r})"


def gauge_of(grid: Grid, chi: Any) -> Field | GaugeFunction | None:
    """Return a gauge function that depends on time, made ready; None for arrays."""
    if isinstance(chi, GaugeFunction):
        if chi.grid != grid:
            raise ValueError(
                f"Argument `chi` must live on {grid!r}, but lives on the sites of {chi.grid!r}."
            )
        return None if chi.is_static else chi
    return Field("chi", chi, Location.sites(grid)) if callable(chi) else None


def planes(grid: Grid) -> tuple[tuple[int, int], ...]:
    """Return the pairs of axes that span the planes: (0, 1) in 2D, cyclic pairs in 3D."""
    return ((), ((0, 1),), ((1, 2), (2, 0), (0, 1)))[grid.dimensions - 1]


def circulations(grid: Grid, links: Sequence[RealField]) -> list[RealField]:
    """Return the sum of ``links`` around each plaquette of every plane, seams as they are."""
    return [
        at_start(grid, b, links[a])
        + at_end(grid, a, links[b])
        - at_end(grid, b, links[a])
        - at_start(grid, a, links[b])
        for a, b in planes(grid)
    ]


def differences(grid: Grid, axis: int, field: RealField) -> RealField:
    """Return field(end) − field(start) over the links of ``axis``."""
    return at_end(grid, axis, field) - at_start(grid, axis, field)


def at_start(grid: Grid, axis: int, field: RealField) -> RealField:
    """Return the values at the start of each link of ``axis``."""
    return np.take(field, np.arange(grid.axes[axis].links), axis=axis)


def at_end(grid: Grid, axis: int, field: RealField) -> RealField:
    """Return the values at the end of each link of ``axis``; the seam ends at site 0."""
    ends = (np.arange(grid.axes[axis].links) + 1) % grid.axes[axis].points
    return np.take(field, ends, axis=axis)


def _with_gradient(
    grid: Grid, axis: int, values: RealField, chi: RealField | None, length: float = 1.0
) -> RealField:
    return values if chi is None else values + differences(grid, axis, chi) / length


def _entries_per_axis(grid: Grid, vector: Any) -> tuple[Any, ...]:
    if vector is None:
        return (None,) * grid.dimensions
    if not isinstance(vector, Sequence) or isinstance(vector, str):
        raise TypeError(
            f"Argument `vector` must be a sequence of {grid.dimensions} field entries, "
            f"one per axis, but is {type(vector).__name__}."
        )
    if len(vector) != grid.dimensions:
        raise ValueError(
            f"Argument `vector` must hold {grid.dimensions} field entries, one per axis, "
            f"but holds {len(vector)}."
        )
    return tuple(vector)


def _parts(entry: Any) -> list[Any]:
    return list(entry) if isinstance(entry, list | tuple) else [entry]


def _plain(entry: Any) -> Any:
    if not any(isinstance(part, InductionLinks) for part in _parts(entry)):
        return entry
    return [part.values if isinstance(part, InductionLinks) else part for part in _parts(entry)]


def _total_flux(grid: Grid, entries: tuple[Any, ...]) -> dict[tuple[int, int], float]:
    """Flux of uniform inductions through each periodic plane; both links of a plane must agree."""
    shares: list[dict[tuple[int, int], float]] = []
    for a, entry in enumerate(entries):
        shares.append({})
        for part in _parts(entry):
            if not isinstance(part, InductionLinks):
                continue
            if part.grid != grid or part.axis != a:
                raise ValueError(
                    f"Argument `vector[{a}]` must be the entry that uniform_induction made for "
                    f"axis {a} of this grid, but was made for axis {part.axis} of {part.grid!r}."
                )
            for plane, flux in part.flux.items():
                shares[a][plane] = shares[a].get(plane, 0.0) + flux
    total: dict[tuple[int, int], float] = {}
    for plane in planes(grid):
        first, second = (shares[a].get(plane, 0.0) for a in plane)
        require_finite("vector", np.array([first, second]))
        if first != second:
            raise ValueError(
                f"Argument `vector` must hold the entries of uniform_induction for both axes of "
                f"the periodic plane {plane}: their fluxes are {first!r} and {second!r}."
            )
        if first != 0.0:
            total[plane] = first
    return total
