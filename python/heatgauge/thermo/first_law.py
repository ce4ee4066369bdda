"""Work and heat of density matrices, also of those with coherence between the levels."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

import numpy as np

from heatgauge.arguments import ComplexField, RealField, array_shape, complex_array, real
from heatgauge.hamiltonian import Hamiltonian
from heatgauge.thermo.entropies import density_matrix, shannon, spectrum_of


@dataclasses.dataclass(frozen=True)
class FirstLaw:
    """Two splits of dU = δQ + δW, one value per step; both into the medium.

    Examples
    --------
    >>> import numpy as np, heatgauge as hg
    >>> plus, mixed = np.full((2, 2), 0.5), np.eye(2) / 2         # a qubit dephases
    >>> law = hg.thermo.first_law([np.diag([0.0, 1.0])] * 2, [plus, mixed])
    >>> law.heat + law.work == np.diff(law.enthalpy), float(law.heat[0])
    (array([ True]), 0.0)
    """

    enthalpy: RealField
    """Tr ρH at every point."""
    entropy: RealField
    """−k_B Tr ρ ln ρ at every point."""
    work: RealField
    """Tr ρ dH (Alicki)."""
    heat: RealField
    """Tr H dρ (Alicki)."""
    entropy_work: RealField
    """Σ r d⟨r|H|r⟩, ρ = Σ r|r⟩⟨r|: what changes at constant entropy."""
    entropy_heat: RealField
    """Σ ⟨r|H|r⟩ dr: what changes with the entropy."""


def first_law(hamiltonians: Any, states: Any, *, k_B: float = 1.0) -> FirstLaw:
    """Split the change of enthalpy of given ρ under given H into work and heat, in two ways.

    Alicki: δW = Tr ρ̄ ΔH, δQ = Tr H̄ Δρ. By entropy: with ρ = Σ r|r⟩⟨r|, δQ = Σ ⟨r|H|r⟩ Δr and
    δW = Σ r Δ⟨r|H|r⟩, which counts as work what turns the eigenvectors of ρ at constant entropy,
    such as loss of coherence against H. The two agree where ρ and H commute all along (a Gibbs
    path), and both give no heat in a unitary evolution. dU = δQ + δW to round-off in every step;
    the sums converge with order 2.

    Parameters
    ----------
    hamiltonians : sequence of Hermitian matrices of shape (n, n), or of Hamiltonians
        One per state.
    states : sequence of density matrices of shape (n, n)
        In the same basis; for Hamiltonians that of the sites, Tr ρ = 1.
    k_B : float
        See :func:`partition`.

    Raises
    ------
    ValueError
        If there are not as many Hamiltonians as states, at least two, all of one shape.

    Notes
    -----
    R. Alicki, J. Phys. A 12, L103 (1979); S. Alipour et al., Phys. Rev. A 105, L040201 (2022).
    From step to step an eigenvector of ρ is followed by its overlap.

    Examples
    --------
    A qubit turned by a pulse does work, at constant entropy:

    >>> import numpy as np, heatgauge as hg
    >>> down, up = np.diag([1.0, 0.0]), np.diag([0.0, 1.0])
    >>> half = np.full((2, 2), 0.5)
    >>> law = hg.thermo.first_law([up] * 3, [down, half, up])
    >>> [round(float(w), 12) for w in law.entropy_work]
    [0.5, 0.5]
    """
    k = real("k_B", k_B, above=0.0)
    for name, value in (("hamiltonians", hamiltonians), ("states", states)):
        if not isinstance(value, Sequence | np.ndarray) or isinstance(value, str):
            raise TypeError(f"Argument `{name}` must be a sequence of matrices, but is {value!r}.")
    rhos = [density_matrix("states", rho) for rho in states]
    energies = [_matrix(H) for H in hamiltonians]
    if len(rhos) != len(energies) or len(rhos) < 2 or len({m.shape for m in rhos + energies}) > 1:
        raise ValueError(
            f"Arguments `hamiltonians` and `states` must hold at least two matrices each, equally "
            f"many and of one shape, but hold {len(energies)} and {len(rhos)} of "
            f"{sorted({m.shape for m in rhos + energies})}."
        )
    enthalpy = np.array([_trace(H, rho) for H, rho in zip(energies, rhos, strict=True)])
    spectra = [spectrum_of("states", rho) for rho in rhos]
    rows = []
    for n in range(len(rhos) - 1):
        mean_H, mean_rho = (energies[n] + energies[n + 1]) / 2, (rhos[n] + rhos[n + 1]) / 2
        work = _trace(energies[n + 1] - energies[n], mean_rho)
        heat = _trace(mean_H, rhos[n + 1] - rhos[n])
        rows.append((work, heat, *_entropy_split(energies[n : n + 2], spectra[n : n + 2])))
    entropy = np.array([k * shannon(weights) for weights, _ in spectra])
    work, heat, entropy_work, entropy_heat = np.array(rows).T
    return FirstLaw(enthalpy, entropy, work, heat, entropy_work, entropy_heat)


def _entropy_split(
    energies: list[ComplexField], spectra: list[tuple[RealField, ComplexField]]
) -> tuple[float, float]:
    from scipy.optimize import linear_sum_assignment

    (before, vectors), (after, turned) = spectra
    order = linear_sum_assignment(-(np.abs(vectors.conj().T @ turned) ** 2))[1]
    after, turned = after[order], turned[:, order]
    level, next_level = (
        np.einsum("ij,ik,kj->j", v.conj(), H, v, optimize=True).real
        for v, H in zip((vectors, turned), energies, strict=True)
    )
    work = np.sum((before + after) / 2 * (next_level - level))
    return float(work), float(np.sum((level + next_level) / 2 * (after - before)))


def _trace(a: ComplexField, b: ComplexField) -> float:
    return float(np.sum(a * b.T).real)


def _matrix(H: Any) -> ComplexField:
    if isinstance(H, Hamiltonian):
        return np.asarray(H.to_scipy().toarray(), np.complex128)
    matrix = complex_array("hamiltonians", H, array_shape("hamiltonians", H))
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1]:
        raise ValueError(
            f"Argument `hamiltonians` must hold square matrices, but one has shape {matrix.shape}."
        )
    defect = float(np.abs(matrix - matrix.conj().T).max())
    if defect > 1e-13 * max(1e-300, float(np.abs(matrix).max())):
        raise ValueError(f"Argument `hamiltonians` must be Hermitian, but one is off by {defect}.")
    return matrix
