"""Lowest eigenstates of a Hamiltonian."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from heatgauge.arguments import ComplexField, RealField
from heatgauge.errors import NumericalError

if TYPE_CHECKING:
    from heatgauge.hamiltonian import Hamiltonian

_DENSE = 1200


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


def _sparse_lowest(
    hamiltonian: Hamiltonian, matrix: Any, k: int, t: float
) -> tuple[RealField, ComplexField]:
    """Shift-invert Lanczos, repeated in the complement of what was found.

    One Lanczos run sees one vector of each degenerate level exactly; the others come in by
    rounding, and may be missed. Each further run starts orthogonal to all states found and shifts
    them up by more than the width of the levels asked for; it ends the search when its lowest level
    lies above the k-th one found.
    """
    import scipy.sparse
    import scipy.sparse.linalg as linalg

    size = hamiltonian.grid.size
    sigma = _below_spectrum(hamiltonian, matrix, t)
    shifted = scipy.sparse.csc_array(matrix - sigma * scipy.sparse.eye_array(size))
    factors = linalg.splu(shifted, permc_spec="MMD_AT_PLUS_A", options={"SymmetricMode": True})
    rng = np.random.default_rng(20250331)
    found: ComplexField = np.empty((size, 0), np.complex128)
    energies: RealField = np.empty(0)
    for _ in range(k + 1):

        def complement(x: ComplexField, known: ComplexField = found) -> ComplexField:
            result: ComplexField = x - known @ (known.conj().T @ x)
            return result

        def inverse(x: ComplexField, project: Any = complement) -> ComplexField:
            result: ComplexField = project(factors.solve(project(x.ravel().astype(complex))))
            return result

        operator = linalg.LinearOperator((size, size), matvec=inverse, dtype=np.complex128)
        start = complement(rng.normal(size=size) + 1j * rng.normal(size=size))
        count = k if energies.size == 0 else max(1, min(k, 4))
        _, vectors = linalg.eigsh(operator, k=count, which="LM", v0=start, tol=0)
        vectors, _ = np.linalg.qr(complement(vectors))
        new = np.real(np.einsum("ij,ij->j", vectors.conj(), matrix @ vectors))
        complete = energies.size >= k and new.min() >= energies[k - 1] * (1 - 1e-12)
        basis, _ = np.linalg.qr(np.concatenate([found, vectors], axis=1))
        energies, rotation = np.linalg.eigh(basis.conj().T @ (matrix @ basis))
        found = basis @ rotation
        if complete:
            break
    return energies[:k], found[:, :k]


def _below_spectrum(hamiltonian: Hamiltonian, matrix: Any, t: float) -> float:
    """A number a little below the lowest energy: near it, the inverse tells levels apart best."""
    if hamiltonian.given_matrix is not None:
        diagonal = matrix.diagonal().real
        radius = np.asarray(abs(matrix).sum(axis=1)).ravel() - np.abs(diagonal)
        lowest = float(np.min(diagonal - radius))
        return lowest - 1e-3 * max(abs(lowest), float(np.max(np.abs(diagonal))), 1e-300)
    # The kinetic energy of every stencil is positive; one box level keeps σ off the spectrum.
    mass = float(np.max(hamiltonian.mass))
    box = sum((np.pi / axis.length) ** 2 for axis in hamiltonian.grid.axes)
    return float(hamiltonian.site_potential(t).min()) - hamiltonian.hbar**2 * box / (2 * mass)
