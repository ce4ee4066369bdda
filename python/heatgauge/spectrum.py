"""Lowest eigenstates of a Hamiltonian, and bounds of its spectrum."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from heatgauge.arguments import ComplexField, RealField
from heatgauge.errors import NumericalError

if TYPE_CHECKING:
    from heatgauge.hamiltonian import Hamiltonian

_DENSE = 1200  # sites up to which a dense diagonalisation is faster
_BLOCKS = 8  # of the Krylov space, before it is restarted with the best states


def require_hermitian(hamiltonian: Hamiltonian, what: str) -> None:
    """Raise ValueError where absorbers make the energies complex."""
    if hamiltonian.absorbers:
        raise ValueError(
            f"A Hamiltonian with absorbers has no real energies: build it without hg.Absorber for "
            f"`{what}`."
        )


def lowest_states(hamiltonian: Hamiltonian, k: int, t: float) -> tuple[RealField, ComplexField]:
    """Return the k lowest energies and normalised states of H(t); see Hamiltonian.lowest."""
    matrix = hamiltonian.to_scipy(t)
    size = hamiltonian.grid.size
    if size <= _DENSE or k > size // 3:
        import scipy.linalg

        energies, vectors = scipy.linalg.eigh(matrix.toarray(), subset_by_index=[0, k - 1])
    else:
        energies, vectors = _sparse_lowest(hamiltonian, matrix, k, t)
    norm = float(abs(matrix).sum(axis=1).max())
    residual = float(np.max(np.linalg.norm(matrix @ vectors - vectors * energies, axis=0)))
    if not residual <= 1e-9 * max(norm, np.finfo(float).tiny):
        raise NumericalError(
            f"The eigenvalue search left a residual of {residual:.3g}, ‖H‖ being {norm:.3g}. "
            f"Ask for fewer levels or use a smaller grid.",
            residual=residual,
        )
    states = vectors.T.reshape(k, *hamiltonian.grid.shape)
    return energies, states / np.sqrt(hamiltonian.grid.cell_volume)


# Largest value of each stencil, c₀ + 2Σ|c_k|, taken at two sites per wave; the smallest is 0.
_STENCIL_MAXIMA = {2: 4.0, 4: 16 / 3, 6: 272 / 45, 8: 2048 / 315}


def spectral_bounds(hamiltonian: Hamiltonian) -> tuple[float, float]:
    """Return (low, high) with every eigenvalue of a static H in between; proved, not estimated.

    The stencil of an axis is a function of the unitary covariant shift along its lines (at walls:
    of the shift on the odd states of a ring of twice the length), so that its eigenvalues are
    values of its symbol, between 0 and the maximum. Sums of Hermitian matrices add their bounds
    (Weyl). With masses on sites, and for a given matrix: Gershgorin's circles. A few eps are added
    for the rounding of H.
    """
    given = hamiltonian.given_matrix
    if given is not None:
        matrix = hamiltonian.to_scipy()
        low, high = _gershgorin(matrix)
    else:
        potential = hamiltonian.site_potential(0.0)
        low = float(potential.min())
        if isinstance(hamiltonian.mass, np.ndarray):
            diagonal = np.empty(hamiltonian.grid.shape)
            hamiltonian.core.diagonal(hamiltonian.fields(0.0), diagonal)
            # ‖uψ' − ψ‖² <= 2(‖ψ'‖² + ‖ψ‖²) on every link
            high = float((2 * diagonal - potential).max())
        else:
            maximum = _STENCIL_MAXIMA[hamiltonian.order]
            high = float(potential.max()) + sum(
                maximum * (hamiltonian.hbar / axis.spacing) ** 2 / (2 * mass)
                for axis, mass in zip(hamiltonian.grid.axes, hamiltonian.mass, strict=True)
            )
    slack = 16 * float(np.finfo(float).eps) * max(abs(low), abs(high))
    return low - slack, high + slack


def _gershgorin(matrix: Any) -> tuple[float, float]:
    diagonal = matrix.diagonal().real
    radius = np.asarray(abs(matrix).sum(axis=1)).ravel() - np.abs(diagonal)
    return float(np.min(diagonal - radius)), float(np.max(diagonal + radius))


def _sparse_lowest(
    hamiltonian: Hamiltonian, matrix: Any, k: int, t: float
) -> tuple[RealField, ComplexField]:
    """Block Krylov space of (H − σ)⁻¹ with σ below the spectrum; H diagonalised within it.

    A Krylov space of one vector holds one state of each degenerate level; a block of more than k
    vectors holds as many as any level among the lowest k can have.
    """
    import scipy.sparse
    import scipy.sparse.linalg

    size = hamiltonian.grid.size
    shifted = matrix - _below_spectrum(hamiltonian, matrix, t) * scipy.sparse.eye_array(size)
    factors = scipy.sparse.linalg.splu(
        scipy.sparse.csc_array(shifted),
        permc_spec="MMD_AT_PLUS_A",
        options={"SymmetricMode": True},
    )
    rng = np.random.default_rng(20250331)
    width = min(k + 4, size // _BLOCKS)
    block, _ = np.linalg.qr(rng.normal(size=(size, width)) + 1j * rng.normal(size=(size, width)))
    norm = float(abs(matrix).sum(axis=1).max())
    before = np.inf
    while True:
        basis = _block_krylov_basis(factors, block)
        image = matrix @ basis
        energies, rotation = np.linalg.eigh(basis.conj().T @ image)
        block = basis @ rotation[:, :width]
        residuals = image @ rotation[:, :k] - block[:, :k] * energies[:k]
        residual = float(np.max(np.linalg.norm(residuals, axis=0)))
        if (
            residual <= 1e-14 * norm or not residual < 0.5 * before
        ):  # converged, or as far as it goes
            return energies[:k], block[:, :k]
        before = residual


def _block_krylov_basis(factors: Any, block: ComplexField) -> ComplexField:
    """Orthonormal basis of block, (H − σ)⁻¹block, …"""
    basis = block
    for _ in range(_BLOCKS - 1):
        block = factors.solve(np.ascontiguousarray(block))
        for _ in range(2):  # once is not enough: what is left may be small against what was removed
            block = block - basis @ (basis.conj().T @ block)
            block, _ = np.linalg.qr(block)
        basis = np.concatenate([basis, block], axis=1)
    return basis


def _below_spectrum(hamiltonian: Hamiltonian, matrix: Any, t: float) -> float:
    """A number a little below the lowest energy: near it, the inverse tells levels apart best."""
    if hamiltonian.given_matrix is not None:
        diagonal = matrix.diagonal().real
        lowest = _gershgorin(matrix)[0]
        return lowest - 1e-3 * max(abs(lowest), float(np.max(np.abs(diagonal))), 1e-300)
    # The kinetic energy of every stencil is positive; one box level keeps σ off the spectrum.
    mass = float(np.max(hamiltonian.mass))
    box = sum((np.pi / axis.length) ** 2 for axis in hamiltonian.grid.axes)
    return float(hamiltonian.site_potential(t).min()) - hamiltonian.hbar**2 * box / (2 * mass)
