"""The gauge-covariant Hamiltonian of a heat carrier."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from heatgauge import _core
from heatgauge.absorber import AbsorbingLayer, absorbing_layers, split_absorbers
from heatgauge.arguments import (
    ComplexField,
    RealField,
    choice,
    complex_array,
    integer,
    real,
)
from heatgauge.carrier_fields import assembly_threads, static_fields
from heatgauge.fields import Field, Location
from heatgauge.grid import Grid
from heatgauge.hamiltonian_arguments import (
    masses,
    require_finite_kinetic,
    require_points,
    require_whole_flux,
)
from heatgauge.memory import Estimate, require_memory
from heatgauge.potentials import HeatPotentials
from heatgauge.sparse_operator import CsrArrays, checked_hermitian, csr_view, shared_pattern
from heatgauge.wall_correction import wall_correction

if TYPE_CHECKING:
    import scipy.sparse


class Hamiltonian:
    """H = (−iħ∇ − sA)²/2m + sV + U on a grid.

    Second difference along each axis by the covariant stencil of the given order: the hop over k
    links carries the product of their phases exp(−i s/ħ ∫A·dl). At a wall ψ is continued oddly.
    The matrix is Hermitian to the last bit.

    Parameters
    ----------
    grid : Grid
        At least order + 1 points per axis (two periodic points are allowed at order 2).
    potentials : HeatPotentials, optional
        V, A and the charge s. None: no potentials.
    mass : float, sequence with one float per axis, or array on sites
        A site array needs order 2; a link takes the mean of its two masses, so that the current
        is right where the mass jumps.
    external : field entry, optional
        U, any other real potential energy on sites. A list may hold hg.Absorber(...), too.
    hbar : float
    order : {2, 4, 6, 8}
        Order of accuracy in the spacing. It holds at walls too where ψ continues oddly. With a
        force normal to a wall, orders 6 and 8 give 6 (the wall sites carry the correction
        δV = −(7/240)·h·n·F); with induction at a wall the order there is at most 4.

    Raises
    ------
    ValueError
        Wrong shapes or ranges; too few points for the order; on a torus, a total flux of the
        induction that is not a whole number of quanta h/s (the nearest allowed B is named).

    Examples
    --------
    >>> import heatgauge as hg
    >>> grid = hg.Grid([hg.Axis(0.0, 1.0, 200)])
    >>> energies, states = hg.Hamiltonian(grid, order=8).lowest(2)
    >>> [round(float(e), 6) for e in energies]        # (πn)²/2
    [4.934802, 19.739209]
    """

    def __init__(
        self,
        grid: Grid,
        potentials: HeatPotentials | None = None,
        mass: Any = 1.0,
        external: Any = None,
        hbar: float = 1.0,
        order: int = 2,
    ) -> None:
        if not isinstance(grid, Grid):
            raise TypeError(f"Argument `grid` must be a hg.Grid, but is {grid!r}.")
        if potentials is None:
            potentials = HeatPotentials(grid)
        elif not isinstance(potentials, HeatPotentials):
            raise TypeError(
                f"Argument `potentials` must be hg.HeatPotentials, but is {potentials!r}."
            )
        elif potentials.grid != grid:
            raise ValueError(
                f"Argument `potentials` must live on the grid of the Hamiltonian, {grid!r}, "
                f"but lives on {potentials.grid!r}."
            )
        self.grid = grid
        self.potentials = potentials
        self.hbar = real("hbar", hbar, above=0.0)
        self.order = int(choice("order", order, (2, 4, 6, 8)))
        real_part, absorbers = split_absorbers(external)
        self.external = Field("external", real_part, Location.sites(grid))
        self.mass = masses(mass, grid, self.order)
        self._matrix: CsrArrays | None = None
        self._at_orders: dict[int, Hamiltonian] = {}
        require_points(grid, self.order)
        require_finite_kinetic(self)
        require_whole_flux(grid, potentials, self.hbar)
        self.absorbers: tuple[AbsorbingLayer, ...] = absorbing_layers(absorbers, self)

    @classmethod
    def from_sparse(cls, grid: Grid, matrix: Any, hbar: float = 1.0) -> Hamiltonian:
        """Return a Hamiltonian given by a Hermitian sparse matrix of one's own.

        Parameters
        ----------
        grid : Grid
            Gives the order of the sites (last axis fastest) and the cell volume.
        matrix : scipy sparse matrix or array of shape (size, size)
            Copied; duplicates are summed, rows sorted. Hermitian to 1e-13·max|H|.
        hbar : float

        Examples
        --------
        >>> import heatgauge as hg, scipy.sparse as sp
        >>> grid = hg.Grid([hg.Axis(0.0, 4.0, 4)])
        >>> H = hg.Hamiltonian.from_sparse(grid, sp.diags_array([1.0, 2.0, 3.0, 4.0]))
        >>> [float(e) for e in H.lowest(2)[0]]
        [1.0, 2.0]
        """
        result = cls(grid, hbar=hbar)
        result._matrix = checked_hermitian(matrix, grid.size)
        return result

    def with_potentials(self, potentials: HeatPotentials) -> Hamiltonian:
        """Return the same Hamiltonian in other potentials, such as those of another gauge.

        Examples
        --------
        >>> import numpy as np
        >>> import heatgauge as hg
        >>> H = hg.Hamiltonian(hg.Grid([hg.Axis(0.0, 1.0, 8)]), mass=2.0)
        >>> moved = H.with_potentials(H.potentials.transform(np.arange(8.0)))
        >>> bool(abs(moved.lowest(3)[0] - H.lowest(3)[0]).max() < 1e-12)
        True
        """
        if self._matrix is not None:
            raise ValueError("A Hamiltonian of one's own matrix has no potentials to replace.")
        return self._alike(potentials, self.order)

    def at_order(self, order: int) -> Hamiltonian:
        """Return the Hamiltonian in the same fields by a stencil of another order in space.

        Made once for each order; without the absorbers, which are designed for one stencil.

        Examples
        --------
        >>> import heatgauge as hg
        >>> H = hg.Hamiltonian(hg.Grid([hg.Axis(0.0, 1.0, 50)]))
        >>> [round(float(h.lowest(1)[0][0]), 5) for h in (H, H.at_order(8))]    # π²/2 = 4.93480
        [4.93318, 4.9348]
        """
        order = int(choice("order", order, (2, 4, 6, 8)))
        if order == self.order and self._matrix is None:
            return self
        if self._matrix is not None or isinstance(self.mass, np.ndarray):
            which = "a given matrix" if self._matrix is not None else "a mass field on sites"
            raise ValueError(f"Argument `order` must be None with {which}, but is {order!r}.")
        if order not in self._at_orders:
            self._at_orders[order] = self._alike(self.potentials, order)
        return self._at_orders[order]

    def _alike(self, potentials: HeatPotentials, order: int) -> Hamiltonian:
        changed = Hamiltonian(self.grid, potentials, hbar=self.hbar, order=order)
        changed.external, changed.mass = self.external, self.mass
        return changed

    @property
    def is_static(self) -> bool:
        """Whether H does not depend on time."""
        return self._matrix is not None or (self.potentials.is_static and self.external.is_static)

    @property
    def has_static_fields(self) -> bool:
        """Whether U, V and A are static up to a gauge change: no force depends on time."""
        fields = (self.external, self.potentials.scalar, *self.potentials.vector)
        return self._matrix is None and all(f.is_static for f in fields)

    @property
    def is_separable(self) -> bool:
        """Whether H is a static part plus drives, so that no Python runs within a step."""
        fields = (self.external, self.potentials.scalar, *self.potentials.vector)
        return all(f.is_separable for f in fields) and not self.potentials.gauges

    @property
    def driven_fields(self) -> list[Field]:
        """Those of U, V and A that drives or callables make depend on time."""
        fields = (self.external, self.potentials.scalar, *self.potentials.vector)
        return [f for f in fields if f.drives or f.callables]

    @property
    def given_matrix(self) -> CsrArrays | None:
        """The matrix of :meth:`from_sparse`, or None."""
        return self._matrix

    @property
    def absorption(self) -> RealField | None:
        """W of all absorbers on the sites, H being what it is minus iW; None without them."""
        if not self.absorbers:
            return None
        return sum((layer.on_sites() for layer in self.absorbers), np.zeros(self.grid.shape))

    @functools.cached_property
    def core(self) -> _core.Hamiltonian:
        """The stencils as the compiled core sees them."""
        estimate = self.estimate()
        require_memory(estimate.applied_bytes, estimate)
        if isinstance(self.mass, np.ndarray):
            return _core.Hamiltonian(self.grid.core, self.mass, self.hbar)
        return _core.Hamiltonian(self.grid.core, list(self.mass), self.hbar, self.order)

    @property
    def reach(self) -> int:
        """Half width of the stencil in links."""
        return self.order // 2

    def site_potential(self, t: float) -> RealField:
        """Return sV + U on sites at ``t``, with the wall-site correction of orders 6 and 8."""
        charge = self.potentials.charge
        with np.errstate(all="ignore"):  # what overflows is refused right below
            total: RealField = charge * self.potentials.at(t)[0] + self.external.at(t)
            if self._corrects_walls:
                rates = [charge * field.rate(t) for field in self.potentials.vector]
                total += wall_correction(self.grid, total, rates)
        return _without_overflow("sV + U", total, t)

    def static_site_potential(self) -> RealField:
        """Return the part of sV + U that does not depend on time, correction included."""
        return self.with_wall_correction(self.bare_site_potential())

    def bare_site_potential(self) -> RealField:
        """Return the part of sV + U that does not depend on time, without the correction."""
        scalar, external = self.potentials.scalar.static, self.external.static
        total = np.zeros(self.grid.shape)
        if scalar is not None:
            total += self.potentials.charge * scalar
        if external is not None:
            total += external
        return total

    def with_wall_correction(self, potential: RealField) -> RealField:
        """Return a static site potential with the wall-site correction of orders 6 and 8."""
        if not self._corrects_walls:
            return potential
        rates = [np.zeros(self.grid.link_shape(a)) for a in range(self.grid.dimensions)]
        return potential + wall_correction(self.grid, potential, rates)

    @property
    def _corrects_walls(self) -> bool:
        return self.order >= 6 and not all(self.grid.periodic)

    def link_phases(self, t: float) -> tuple[RealField | None, ...]:
        """Return (s/ħ)∫A·dl on the links of each axis at ``t``; None where A = 0."""
        factor = self.potentials.charge / self.hbar
        if not self.potentials.has_vector:
            return (None,) * self.grid.dimensions
        with np.errstate(all="ignore"):  # what overflows is refused right below
            phases = [factor * link for link in self.potentials.links(t)]
        return tuple(_without_overflow("(s/ħ)∫A·dl", phase, t) for phase in phases)

    def static_link_phases(self) -> tuple[RealField | None, ...]:
        """Return the part of the phases that does not depend on time."""
        factor = self.potentials.charge / self.hbar
        if not self.potentials.has_vector:
            return (None,) * self.grid.dimensions
        return tuple(factor * link for link in self.potentials.static_links())

    def fields(self, t: float) -> _core.CarrierFields:
        """Return potential and link variables at ``t`` as the compiled core sees them."""
        return self._static_fields if self.is_static else self._fields_at(t)

    @functools.cached_property
    def _static_fields(self) -> _core.CarrierFields:
        if self._corrects_walls or self.potentials.gauge(0.0) is not None:
            return self._fields_at(0.0)
        fields = static_fields(self)
        return fields if fields.is_finite else self._fields_at(0.0)  # which names what overflows

    def _fields_at(self, t: float) -> _core.CarrierFields:
        return _core.CarrierFields(
            self.grid.core, self.site_potential(t), list(self.link_phases(t))
        )

    @functools.cached_property
    def pattern(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Row starts and columns of the matrix, read-only."""
        if self._matrix is not None:
            return self._matrix.outer, self._matrix.inner
        estimate = self.estimate()
        require_memory(estimate.total_bytes, estimate)
        key = (self.grid.shape, self.grid.periodic, self.order)
        threads = assembly_threads(self.grid.size)
        return shared_pattern(key, lambda: self.core.pattern(threads))

    def values(self, t: float, out: ComplexField | None = None) -> ComplexField:
        """Return the Hermitian entries at ``t``, in the order of :attr:`pattern`: no absorbers."""
        if self._matrix is not None:
            return self._matrix.values
        self.pattern  # noqa: B018 - refuses what does not fit in memory before anything is made
        if out is None:
            return self.core.values(self.fields(t), assembly_threads(self.grid.size))
        self.core.fill(self.fields(t), out)
        return out

    def to_scipy(self, t: float = 0.0) -> scipy.sparse.csr_array:
        """Return H(t) as a csr_array: the pattern is shared, the values are fresh and read-only.

        Absorbers are in it: −iW on the diagonal. Grids of 65 536 sites and more are assembled on
        all processors, with the same bits as on one. Arrays of 2 MB and more live in blocks that
        are recycled: the process keeps up to 64 MB of freed ones for the next Hamiltonian.

        Examples
        --------
        >>> import heatgauge as hg
        >>> hg.Hamiltonian(hg.Grid([hg.Axis(0.0, 3.0, 3)])).to_scipy().toarray().real
        array([[ 1.5, -0.5,  0. ],
               [-0.5,  1. , -0.5],
               [ 0. , -0.5,  1.5]])
        """
        values, absorption = self.values(real("t", t)), self.absorption
        return csr_view(self.pattern, values, None if absorption is None else absorption.ravel())

    def apply(self, psi: Any, t: float = 0.0) -> ComplexField:
        """Return H(t)ψ without a matrix; equal to ``to_scipy(t) @ psi`` to round-off."""
        state = complex_array("psi", psi, self.grid.shape)
        if self._matrix is not None:
            return self._matrix.apply(state)
        out = np.empty_like(state)
        self.core.apply(self.fields(real("t", t)), state, out)
        absorption = self.absorption
        return out if absorption is None else out - 1j * absorption * state

    def __matmul__(self, psi: Any) -> ComplexField:
        return self.apply(psi)

    def lowest(self, k: int, t: float = 0.0) -> tuple[RealField, ComplexField]:
        """Return the k lowest energies, and the states with Σ|ψ|²dV = 1, shape (k, *grid.shape).

        Dense up to 1200 sites, else in a block Krylov space of (H − σ)⁻¹ with σ below the
        spectrum. The block is wider than k, so that degenerate levels are found completely.

        Raises
        ------
        NumericalError
            If an eigenpair leaves a residual ‖Hψ − Eψ‖ above 1e-9·‖H‖.
        """
        from heatgauge.spectrum import lowest_states, require_hermitian

        require_hermitian(self, "lowest")
        k = integer("k", k, least=1, most=self.grid.size)
        return lowest_states(self, k, real("t", t))

    def estimate(self) -> Estimate:
        """Return memory and cost of the matrix and of a step, before anything is allocated.

        Examples
        --------
        >>> import heatgauge as hg
        >>> grid = hg.Grid([hg.Axis(0, 1, 512)] * 2)
        >>> hg.Hamiltonian(grid, order=4).estimate().nonzeros
        2353152
        """
        return Estimate.of(self)

    def __repr__(self) -> str:
        kind = "static" if self.is_static else "driven"
        what = "given matrix" if self._matrix is not None else f"order {self.order}"
        return f"Hamiltonian({self.grid!r}, {kind}, {what}, hbar={self.hbar!r})"

    def __getstate__(self) -> dict[str, Any]:
        made_again = ("core", "pattern", "_static_fields")
        return {k: v for k, v in self.__dict__.items() if k not in made_again}


def _without_overflow(what: str, values: RealField, t: float) -> RealField:
    if values.size and not np.isfinite([values.min(), values.max()]).all():
        raise ValueError(
            f"Argument `potentials` must leave {what} finite, wall correction included, but it "
            f"overflows at t = {t!r}."
        )
    return values
