"""Von Neumann, diagonal and relative entropy."""

from __future__ import annotations

from typing import Any

import numpy as np

from heatgauge.arguments import (
    ComplexField,
    RealField,
    array_shape,
    complex_array,
    real,
    real_array,
)

_TOLERANCE = 1e-10
"""How far a density matrix may be from Hermitian, positive and of trace 1: what the rounding of a
long propagation leaves. Nothing is repaired, a larger defect is refused."""


def entropy(rho: Any, *, k_B: float = 1.0) -> float:
    """Return the von Neumann entropy −k_B Tr ρ ln ρ.

    Unitary evolution keeps it; dephasing raises it.

    Parameters
    ----------
    rho : complex array of shape (n, n)
        Density matrix in an orthonormal basis: Hermitian, positive, of trace 1 (to 1e-10).
    k_B : float
        See :func:`partition`.

    Raises
    ------
    ValueError
        If ρ is not a density matrix. Eigenvalues that rounding makes negative contribute nothing.

    Examples
    --------
    >>> import numpy as np, heatgauge as hg
    >>> coherence = 0.5 * np.exp(-0.5)                        # a qubit dephased to γt = 0.5
    >>> rho = np.array([[0.5, coherence], [coherence, 0.5]])
    >>> round(hg.thermo.entropy(rho), 6)
    0.495842
    """
    k = real("k_B", k_B, above=0.0)
    return k * shannon(spectrum_of("rho", rho)[0])


def diagonal_entropy(rho: Any, basis: Any, *, k_B: float = 1.0) -> float:
    """Return −k_B Σ p ln p with p_n = ⟨n|ρ|n⟩ in a given basis, that of the energy as a rule.

    Kept by constant populations. A unitary change cannot lower it if ρ was diagonal in the basis
    before; in general it goes either way. It is never below the von Neumann entropy.

    Parameters
    ----------
    rho : complex array of shape (n, n)
        Density matrix, see :func:`entropy`.
    basis : complex array of shape (states, …), n values per state
        Orthogonal states as ``H.lowest`` returns them, normalised to any common norm (so that
        Σ|ψ|²dV = 1 serves). They must hold all of ρ: Σp = 1 to 1e-10.
    k_B : float
        See :func:`partition`.

    Raises
    ------
    ValueError
        If ρ is no density matrix, or the basis is not orthogonal or too small for it.

    Examples
    --------
    >>> import numpy as np, heatgauge as hg
    >>> plus = np.full((2, 2), 0.5)                           # pure, but spread over two levels
    >>> hg.thermo.entropy(plus) < 1e-15, round(hg.thermo.diagonal_entropy(plus, np.eye(2)), 6)
    (True, 0.693147)
    """
    k = real("k_B", k_B, above=0.0)
    matrix = density_matrix("rho", rho)
    size = matrix.shape[0]
    shape = array_shape("basis", basis)
    if len(shape) < 2 or int(np.prod(shape[1:])) != size:
        raise ValueError(
            f"Argument `basis` must hold states of {size} values each, but has shape {shape}."
        )
    states = complex_array("basis", basis, shape).reshape(shape[0], size)
    gram = states.conj() @ states.T
    norm = float(np.mean(np.diag(gram).real))
    if not norm > 0 or np.abs(gram / norm - np.eye(shape[0])).max() > _TOLERANCE:
        raise ValueError("Argument `basis` must hold orthogonal states of one norm, but does not.")
    p = np.einsum("ni,ij,nj->n", states.conj(), matrix, states, optimize=True).real / norm
    if abs(p.sum() - 1) > _TOLERANCE:
        raise ValueError(
            f"Argument `basis` must hold all of rho, but its {shape[0]} states hold "
            f"{float(p.sum())!r} of it."
        )
    return k * shannon(p)


def shannon(p: RealField) -> float:
    """−Σ p ln p; 0 ln 0 = 0, and what rounding makes negative counts as 0."""
    filled = p[p > 0]
    return float(-np.sum(filled * np.log(filled)))


def relative_entropy(p: RealField, log_q: RealField) -> float:
    """Σ p (ln p − ln q) >= 0: what relaxing from p to q produces at the bath of q, over k_B.

    Right to the rounding of ln q: equal distributions may give −1e-16.
    """
    filled = p > 0
    return float(np.sum(p[filled] * (np.log(p[filled]) - log_q[filled])))


def distribution(name: str, value: Any, count: int) -> RealField:
    """Return populations of ``count`` levels: >= 0, of sum 1 to 1e-10."""
    p: RealField = real_array(name, value, (count,))
    if not (p >= 0).all():
        raise ValueError(f"Argument `{name}` must be >= 0, but is {float(p.min())!r}.")
    if abs(p.sum() - 1) > _TOLERANCE:
        raise ValueError(f"Argument `{name}` must have the sum 1, but has {float(p.sum())!r}.")
    return p


def density_matrix(name: str, rho: Any) -> ComplexField:
    """Return ρ as a square array: Hermitian and of trace 1."""
    shape = array_shape(name, rho)
    if len(shape) != 2 or shape[0] != shape[1] or shape[0] == 0:
        raise ValueError(f"Argument `{name}` must be a square matrix, but has shape {shape}.")
    matrix = complex_array(name, rho, shape)
    defect = float(np.abs(matrix - matrix.conj().T).max())
    if defect > _TOLERANCE:
        raise ValueError(f"Argument `{name}` must be Hermitian, but is off by {defect:.3g}.")
    trace = float(np.trace(matrix).real)
    if abs(trace - 1) > _TOLERANCE:
        raise ValueError(f"Argument `{name}` must have the trace 1, but has {trace!r}.")
    return matrix


def spectrum_of(name: str, rho: Any) -> tuple[RealField, ComplexField]:
    """Return eigenvalues and eigenvectors (in columns) of a density matrix."""
    weights, vectors = np.linalg.eigh(density_matrix(name, rho))
    if weights[0] < -_TOLERANCE:
        raise ValueError(
            f"Argument `{name}` must be positive, but has the eigenvalue {float(weights[0])!r}."
        )
    return weights, vectors
