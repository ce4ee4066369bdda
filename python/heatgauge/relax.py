"""Low states by relaxation in imaginary time."""

from __future__ import annotations

import dataclasses
import math

import numpy as np

from heatgauge.arguments import ComplexField, RealField, integer, real
from heatgauge.chebyshev import series
from heatgauge.errors import NumericalError
from heatgauge.hamiltonian import Hamiltonian
from heatgauge.memory import require_memory
from heatgauge.method_choice import resolved_threads
from heatgauge.spectrum import require_hermitian, spectral_bounds

_EPS = float(np.finfo(float).eps)
# The lowest state grows by this much in a step: more would hide the others of the block below its
# rounding.
_GROWTH = 1e7
_MOST_TERMS = 20000
_MOST_STEPS = 300


def relax(
    H: Hamiltonian, k: int = 1, tol: float = 1e-10, t: float = 0.0
) -> tuple[RealField, ComplexField]:
    """Return the k lowest energies and states of H(t), by relaxation in imaginary time.

    A block of states is propagated by ħ∂ₜψ = −Hψ, which leaves the slowest to decay, and H is
    diagonalised within the block after every step (Rayleigh–Ritz), so that degenerate levels and
    excited states come out together. A step is not exp(−Hτ/ħ) itself but the Chebyshev polynomial
    of H that lets everything above the block grow least against what is below: some
    √(range/gap)·ln(1/tol)/2 products Hψ per state in all, no matrix, no factors. Exactly covariant
    with the links of H, with and without induction.

    Parameters
    ----------
    H : Hamiltonian
    k : int
        Number of states; a few more are carried along. Of a degenerate level that k cuts, any
        states of that level are returned.
    tol : float
        ‖Hψ − Eψ‖ ≤ tol·(E_top − E_min), E_top the highest energy of the block and E_min the lower
        bound of the spectrum, min(sV + U); or 50·eps·‖H‖ where that is more: rounding leaves no
        less. The error of an energy is of the order of the square of it, over the gap.
    t : float
        The time at which H is taken.

    Returns
    -------
    energies : array (k,)
        Ascending.
    states : complex array (k, *grid.shape)
        Orthonormal, Σ|ψ|²dV = 1.

    Raises
    ------
    ValueError, TypeError
        For bad arguments, more than a quarter of the sites as states, or an H with absorbers.
    NumericalError
        If the residual does not get there, with the residual and what to try.

    Source: Y. Zhou, Y. Saad, M. Tiago, J. Chelikowsky, *J. Comput. Phys.* 219, 172 (2006).

    Examples
    --------
    >>> import heatgauge as hg
    >>> grid = hg.Grid([hg.Axis(-8, 8, 64)] * 2)
    >>> x, y = grid.coordinates()
    >>> H = hg.Hamiltonian(grid, external=0.5 * (x**2 + y**2), order=8)
    >>> energies, states = hg.relax(H, 3)
    >>> [round(float(e), 5) for e in energies]                   # 1, 2, 2
    [1.0, 2.0, 2.0]
    """
    if not isinstance(H, Hamiltonian):
        raise TypeError(f"Argument `H` must be a hg.Hamiltonian, but is {H!r}.")
    require_hermitian(H, "relax")
    size = H.grid.size
    k = integer("k", k, least=1, most=max(1, size // 4))
    tol = real("tol", tol, least=1e-15, most=0.1)
    block = _Block(H, real("t", t), min(k + max(4, k // 4), size))
    fell = math.inf
    for step in range(_MOST_STEPS):
        block.diagonalise()
        bar = max(tol * block.scale, 50 * _EPS * block.norm)
        residual = float(np.max(block.residuals[:k]))
        if residual <= bar:
            states = block.states[:k].reshape(k, *H.grid.shape)
            return block.energies[:k], states / math.sqrt(H.grid.cell_volume)
        if step % 8 == 7:  # a gap that slow is inside the level structure: carry more of it
            if residual > 0.1 * fell:
                block.widen()
            fell = residual
        block.decay(k)
    raise NumericalError(
        f"After {_MOST_STEPS} steps in imaginary time the residual is {residual:.3g}, not "
        f"{bar:.3g}: the levels above E = {block.energies[k - 1]:.6g} are too close. Ask for a k "
        f"that ends at a gap, a larger tol, or use H.lowest.",
        step=_MOST_STEPS,
        residual=residual,
    )


@dataclasses.dataclass(frozen=True)
class _Filter:
    """The polynomial of one step: T_m, [cut, high] being mapped to [−1, 1]."""

    degree: int
    cut: float
    high: float

    def rate(self, energy: float) -> float:
        """ln of the growth of a state per degree."""
        half = 0.5 * (self.high - self.cut)
        return math.acosh(max(1.0, 1.0 + (self.cut - energy) / half))


class _Block:
    """Some states, ascending in energy once diagonalised."""

    def __init__(self, hamiltonian: Hamiltonian, t: float, width: int) -> None:
        estimate = hamiltonian.estimate()
        require_memory(estimate.applied_bytes + 6 * width * estimate.state_bytes, estimate)
        self._hamiltonian = hamiltonian
        self._time = t
        self._series = series(hamiltonian, t, resolved_threads(None, hamiltonian.grid.size))
        self._low, self._high = spectral_bounds(hamiltonian, t)
        self.norm = max(abs(self._low), abs(self._high))
        self._rng = np.random.default_rng(20260117)
        self._widest = min(8 * width, hamiltonian.grid.size)
        self.states: ComplexField = self._random(width)
        self.energies: RealField = np.zeros(width)
        self.residuals: RealField = np.zeros(width)

    @property
    def scale(self) -> float:
        """E_top − E_min."""
        return float(self.energies[-1]) - self._low

    def _random(self, width: int) -> ComplexField:
        shape = (width, self._hamiltonian.grid.size)
        return self._rng.normal(size=shape) + 1j * self._rng.normal(size=shape)

    def diagonalise(self) -> None:
        """Replace the states by those of H within their span."""
        shape = self._hamiltonian.grid.shape
        # twice: the states of a filtered block are nearly parallel
        basis = np.linalg.qr(np.linalg.qr(self.states.T)[0])[0].T
        image = np.array(
            [self._hamiltonian.apply(s.reshape(shape), self._time).ravel() for s in basis]
        )
        projected = basis.conj() @ image.T
        self.energies, rotation = np.linalg.eigh(0.5 * (projected + projected.conj().T))
        self.states = np.ascontiguousarray(rotation.T @ basis)
        image = rotation.T @ image
        self.residuals = np.linalg.norm(image - self.energies[:, None] * self.states, axis=1)

    def _filter(self, k: int) -> _Filter:
        """The polynomial for a block whose lowest k states are wanted."""
        wanted, top = float(self.energies[k - 1]), float(self.energies[-1])
        # Within a degenerate level the block has no gap of its own: look for it above.
        cut = max(top, wanted + 0.1 * (top - self._low))
        cut = min(cut, 0.5 * (self._low + self._high) + 0.5 * (top - self._low))
        cut = min(cut, self._high - 1e-3 * (self._high - self._low))
        shape = _Filter(1, cut, self._high)
        degree = math.acosh(_GROWTH) / max(shape.rate(float(self.energies[0])), 1e-12)
        return dataclasses.replace(shape, degree=max(2, min(_MOST_TERMS, int(degree))))

    def decay(self, k: int) -> None:
        """One step in imaginary time for all states."""
        chosen = self._filter(k)
        coefficients = np.zeros(chosen.degree + 1, np.complex128)
        coefficients[-1] = 1.0
        centre, half_width = 0.5 * (chosen.cut + chosen.high), 0.5 * (chosen.high - chosen.cut)
        for state in self.states:
            self._series.sum(state, coefficients, centre, half_width)

    def widen(self) -> None:
        """Double the block by random states, up to 8 times what it was."""
        width = min(2 * self.states.shape[0], self._widest)
        more = self._random(width - self.states.shape[0])
        self.states = np.concatenate([self.states, more])
        self.diagonalise()
