"""What the sweeps conserve: the lattice generator of their kinetic factors, and the potential."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from heatgauge import _core
from heatgauge.arguments import ComplexField, RealField, complex_array, real
from heatgauge.grid import Axis

if TYPE_CHECKING:
    import scipy.sparse

    from heatgauge.hamiltonian import Hamiltonian
    from heatgauge.observers import Measurement

_MOST_MATRIX_ENTRIES = 5e7


class SweepGenerator:
    """G = Σ_μ ħ²/(2m_μh_μ²)·φ(S_μ) + sV + U: with dt → 0 sweeps solve iħ∂ₜψ = Gψ.

    S = 2 − uT − (uT)† along the lines of an axis, links in place, ψ odd at walls, with eigenvalues
    s = 4 sin²(kh/2). φ(s) is what m Cayley factors make of the continuum's (kh)²: s/(1 − s/12) for
    one, rational of degree m and right up to s^(2m) for more, so that plane waves have an error
    (kh)^(4m) in their energy.

    For a static H the sweeps keep the mean of G up to an oscillation of their order in dt that does
    not grow; ``hg.Energy()`` is the mean of the stencil of H instead, whose order in space is that
    of H. ``G @ psi`` or ``G.apply(psi, t)`` work by transforms along lines; as an observer G
    records Σψ*Gψ dV.

    Parameters
    ----------
    hamiltonian : Hamiltonian
    factors : int or None
        m; None for the continuum's (kh)² up to the end of the band.

    Examples
    --------
    >>> import numpy as np, heatgauge as hg
    >>> grid = hg.Grid([hg.Axis(-8, 8, 64)])
    >>> x, = grid.coordinates()
    >>> H = hg.Hamiltonian(grid, external=0.5 * x**2)
    >>> G = hg.CayleySweeps(factors=3).generator(H)
    >>> psi = hg.gaussian_packet(grid, center=0, momentum=0, width=0.5**0.5)    # the ground state
    >>> bool(np.linalg.norm(G @ psi - 0.5 * psi) < 1e-9)
    True
    """

    def __init__(self, hamiltonian: Hamiltonian, factors: int | None) -> None:
        self.hamiltonian = hamiltonian
        self.factors = factors

    def apply(self, psi: Any, t: float = 0.0) -> ComplexField:
        """Return G(t)ψ."""
        h, t = self.hamiltonian, real("t", t)
        state = complex_array("psi", psi, h.grid.shape)
        result: ComplexField = self._potential(t) * state
        for axis, phases in enumerate(h.link_phases(t)):
            line = h.grid.axes[axis]
            scale = h.hbar**2 / (2 * float(np.asarray(h.mass)[axis]) * line.spacing**2)
            result += scale * _along_lines(state, axis, line, phases, self._symbol)
        return result

    def __matmul__(self, psi: Any) -> ComplexField:
        return self.apply(psi)

    def bind(self, hamiltonian: Hamiltonian) -> Measurement:
        """Return what measures ⟨G⟩ of a snapshot."""
        volume = hamiltonian.grid.cell_volume
        return lambda snapshot: (
            float(np.vdot(snapshot.psi, self.apply(snapshot.psi, snapshot.t)).real) * volume
        )

    def to_scipy(self, t: float = 0.0) -> scipy.sparse.csr_array:
        """Return G(t) as a csr_array: dense along every line, so for small grids.

        Raises
        ------
        ValueError
            If it would hold more than 5e7 entries.
        """
        import scipy.sparse

        grid = self.hamiltonian.grid
        entries = grid.size * sum(grid.shape)
        if entries > _MOST_MATRIX_ENTRIES:
            raise ValueError(
                f"Argument `hamiltonian` must be small for a matrix that is dense along lines, but "
                f"needs {entries:.2g} entries. Use `apply`."
            )
        blocks = [self._column(site, t) for site in range(grid.size)]
        matrix = scipy.sparse.csr_array(scipy.sparse.hstack(blocks, format="csr"))
        half = 0.5 * (matrix + matrix.conj().T)
        return scipy.sparse.csr_array(half)

    def _column(self, site: int, t: float) -> scipy.sparse.csc_array:
        import scipy.sparse

        grid = self.hamiltonian.grid
        unit = np.zeros(grid.size, np.complex128)
        unit[site] = 1.0
        image = self.apply(unit.reshape(grid.shape), t).reshape(grid.size, 1)
        image[np.abs(image) < 1e-300] = 0.0
        return scipy.sparse.csc_array(image)

    def _potential(self, t: float) -> RealField:
        h = self.hamiltonian
        result: RealField = h.potentials.charge * h.potentials.at(t)[0] + h.external.at(t)
        return result

    def _symbol(self, k: RealField) -> RealField:
        if self.factors is None:
            return k**2
        return symbol(4.0 * np.sin(0.5 * k) ** 2, self.factors)

    def __repr__(self) -> str:
        return f"SweepGenerator({self.hamiltonian!r}, factors={self.factors})"


def symbol(s: RealField, factors: int) -> RealField:
    """Return φ(s) of m Cayley factors as their time goes to 0.

    The phase of the factors is λφ + O(λ³), so two small λ give φ to 1e-10 of its change with λ.
    """
    small = 2e-3
    coarse, fine = (_phase(s, factors, strength) / strength for strength in (small, 0.5 * small))
    result: RealField = (4.0 * fine - coarse) / 3.0
    return result


def _phase(s: RealField, factors: int, strength: float) -> RealField:
    listed = _core.cayley_factors(strength, factors)
    result: RealField = sum(
        (np.angle(1.0 - pole * s) - np.angle(1.0 - zero * s) for zero, pole in listed),
        np.zeros(s.shape),
    )
    return result


class GeneratorOf:
    """Makes ``generator`` work on a method object and on the class with its default factors."""

    def __get__(self, instance: Any, owner: Any) -> Callable[[Hamiltonian], SweepGenerator]:
        method = owner() if instance is None else instance

        def generator(hamiltonian: Hamiltonian) -> SweepGenerator:
            """Return the generator of the sweeps for ``hamiltonian``."""
            method.require(hamiltonian)
            return SweepGenerator(hamiltonian, method.factors)

        return generator


def _along_lines(
    psi: ComplexField,
    axis: int,
    line: Axis,
    phases: RealField | None,
    symbol: Callable[[RealField], RealField],
) -> npt.NDArray[np.complex128]:
    """φ(S)ψ along the lines of an axis: S is diagonal once the Wilson line is taken out.

    Walls: sines sin(πn(j + ½)/N), kh = πn/N. Rings: plane waves with kh = (2πn + twist − Σphases)/N
    brought into [−π, π].
    """
    import scipy.fft

    state = np.moveaxis(psi, axis, -1)
    turn = np.zeros(state.shape)
    total = np.zeros(state.shape[:-1])
    if phases is not None:
        links = np.moveaxis(phases, axis, -1)
        turn[..., 1:] = np.cumsum(links[..., : line.points - 1], axis=-1)
        if line.periodic:
            total = links.sum(axis=-1)
    if line.periodic:
        bloch = (line.twist - total)[..., None] / line.points
        turn = turn + bloch * np.arange(line.points)
        k = bloch + 2 * np.pi * np.arange(line.points) / line.points
        k = k - 2 * np.pi * np.round(k / (2 * np.pi))
        modes = scipy.fft.fft(state * np.exp(-1j * turn), axis=-1)
        image = scipy.fft.ifft(symbol(k) * modes, axis=-1)
    else:
        k = np.pi * np.arange(1, line.points + 1) / line.points
        still = state * np.exp(-1j * turn)
        parts = (scipy.fft.dst(part, 2, axis=-1) for part in (still.real, still.imag))
        real_part, imaginary = (scipy.fft.idst(symbol(k) * p, 2, axis=-1) for p in parts)
        image = real_part + 1j * imaginary
    result: ComplexField = np.moveaxis(image * np.exp(1j * turn), -1, axis)
    return result
