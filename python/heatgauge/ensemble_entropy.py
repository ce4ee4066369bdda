"""Entropy, purity and coherence length of an average over pure states, and of a density matrix."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from heatgauge.arguments import ComplexField, RealField
from heatgauge.grid import Grid

_EPS = float(np.finfo(float).eps)
_TAIL = 1e-60  # far tails whose products are denormal numbers, on which processors are slow
_FEW = 16  # realisations whose overlaps are taken without a BLAS
_PAIRED = 128  # realisations whose overlaps tell how much those of pairs vary


@dataclasses.dataclass(frozen=True)
class Mixedness:
    """Values and standard errors of the three measures at one time."""

    entropy: tuple[float, float]
    purity: tuple[float, float]
    coherence_length: tuple[float, float]


def of_states(states: ComplexField, grid: Grid) -> Mixedness:
    """Estimate the measures of ρ = ⟨|ψ⟩⟨ψ|⟩/Tr from R realisations, shape (R, *grid.shape).

    Purity: the mean of |⟨a|b⟩|² over pairs of different realisations, unbiased. Coherence length
    squared: the mean over such pairs of Σ_ij ρᵃ_ij ρᵇ_ji d_ij² over the purity; numerator and
    denominator are unbiased, the quotient to O(1/R). Entropy: −Tr ρ̂ ln ρ̂ of the mean ρ̂ of all R,
    which is too low by O(rank/2R), plus the estimate of just that by perturbation theory,
    ½ Σ_ij var(ρ̂_ij)(ln λ_i − ln λ_j)/(λ_i − λ_j). Its standard error is that of ⟨ψ|ln ρ̂|ψ⟩, with
    the correction in quadrature: a rank that is not small against R cannot be known from R states.
    """
    count = len(states)
    psi = states.reshape(count, -1) * np.sqrt(grid.cell_volume)
    parts = psi.view(np.float64)
    parts[np.abs(parts) < _TAIL * np.abs(parts).max()] = 0.0
    norms = np.sum(psi.real**2 + psi.imag**2, axis=1)
    psi = psi / np.sqrt(np.mean(norms))
    positions = _positions(grid)
    if count == 1:
        return _of_one(psi, positions)
    few = count < grid.size
    sums = _sums_by_overlaps(psi, positions) if few else _sums_by_matrix(psi, positions)
    own = (np.sum(psi.real**2 + psi.imag**2, axis=1) ** 2, _own_spreads(psi, positions))
    # of each realisation with all others
    overlaps, spreads = (
        (count * each - alone) / (count - 1.0)
        for each, alone in zip((sums.overlaps, sums.spreads), own, strict=True)
    )
    purity, spread = float(np.mean(overlaps)), float(np.mean(spreads))
    sample = _pair_values(psi[:_PAIRED], positions)
    rounding = 40 * _EPS * min(count, grid.size)
    length = float(np.sqrt(max(spread, 0.0) / purity)) if purity > 0 else np.nan
    ratio = length**2
    error = _pair_error(overlaps, sample[0]) + rounding
    ratio_error = _pair_error(spreads - ratio * overlaps, sample[1] - ratio * sample[0])
    entropy, doubt = _corrected_entropy(sums.weights, sums.shares)
    doubt += float(np.max(np.abs(norms / norms[0] - 1.0))) + rounding
    spacing = min(grid.spacing)
    return Mixedness(
        (entropy, doubt),
        (purity, error),
        (length, ratio_error / (2 * abs(purity) * max(length, 0.1 * spacing)) + rounding * spacing),
    )


def _of_one(psi: ComplexField, positions: Sequence[npt.NDArray[np.complex128]]) -> Mixedness:
    """A single state is pure."""
    rounding = 40 * psi.size * _EPS
    length = float(np.sqrt(max(float(_own_spreads(psi, positions)[0]), 0.0)))
    return Mixedness((0.0, rounding), (1.0, rounding), (length, rounding * length))


def _pair_error(each: RealField, pairs: RealField) -> float:
    """Standard error of a mean over all pairs of R: √(4ζ₁/R + 2ζ₂/R²) (Hoeffding).

    The means over the others vary by ζ₁ and, as they are over R only, by ζ₂/R more.
    """
    count = len(each)
    second = 2 * float(np.var(pairs)) / count**2
    return float(np.sqrt(max(4 * float(np.var(each)) / count - second, second)))


def _pair_values(
    psi: ComplexField, positions: Sequence[npt.NDArray[np.complex128]]
) -> tuple[RealField, RealField]:
    """|⟨a|b⟩|² and Σ_ij ρᵃ_ij ρᵇ_ji d_ij² of the pairs a < b."""
    overlap, spread = _pair_matrices(psi, positions)
    upper = np.triu_indices(len(psi), 1)
    return overlap[upper], spread[upper]


def of_matrix(rho: ComplexField, grid: Grid) -> Mixedness:
    """Return the measures of a density matrix (size, size); the errors are those of rounding."""
    rounding = 40 * len(rho) * _EPS
    weights = np.linalg.eigvalsh(rho)
    kept = weights[weights > len(rho) * _EPS]
    square = np.abs(rho) ** 2
    purity = float(square.sum())
    length = float(np.sqrt(np.sum(square * _square_distances(_positions(grid))) / purity))
    entropy = float(-np.sum(kept * np.log(kept)))
    return Mixedness((entropy, rounding), (purity, rounding), (length, rounding * length))


@dataclasses.dataclass(frozen=True, eq=False)
class _Sums:
    """Over all R² pairs, each with itself included: what follows from the mean ρ̂."""

    overlaps: RealField  # ⟨a|ρ̂|a⟩ of each realisation
    spreads: RealField  # Σ_ij ρᵃ_ij ρ̂_ji d_ij² of each
    weights: RealField  # λ of ρ̂
    shares: RealField  # |⟨λ|a⟩|², (R, number of λ)


def _sums_by_matrix(psi: ComplexField, positions: Sequence[npt.NDArray[np.complex128]]) -> _Sums:
    rho = psi.T @ psi.conj() / len(psi)
    weights, vectors = np.linalg.eigh(rho)
    shares = np.abs(psi.conj() @ vectors) ** 2
    far = rho * _square_distances(positions)
    spreads = np.sum((psi.conj() @ far) * psi, axis=1).real
    return _Sums(shares @ weights, spreads, weights, shares)


def _sums_by_overlaps(psi: ComplexField, positions: Sequence[npt.NDArray[np.complex128]]) -> _Sums:
    count = len(psi)
    weights, vectors = np.linalg.eigh(_products(psi.conj(), psi) / count)
    # |⟨λ|a⟩|² of the eigenvector Σ_b v_b|b⟩/√(Rλ) of ρ̂
    shares = count * weights * np.abs(vectors) ** 2
    overlap, spread = _pair_matrices(psi, positions)
    return _Sums(overlap.mean(axis=1), spread.mean(axis=1), weights, shares)


def _pair_matrices(
    psi: ComplexField, positions: Sequence[npt.NDArray[np.complex128]]
) -> tuple[RealField, RealField]:
    """|⟨a|b⟩|² and Σ_ij ρᵃ_ij ρᵇ_ji d_ij², which with d_ij = |f_i − f_j| is
    2 Re⟨a||f|²|b⟩⟨b|a⟩ − |⟨a|f|b⟩|² − |⟨b|f|a⟩|²."""
    bra = psi.conj()
    gram = _products(bra, psi)
    spread = np.zeros(gram.shape)
    for f in positions:
        first = _square(_products(bra * f, psi))
        second = _products(bra * _square(f), psi)
        spread += 2 * (second.real * gram.real + second.imag * gram.imag) - first - first.T
    return _square(gram), spread


def _products(one: ComplexField, two: ComplexField) -> ComplexField:
    """Σ_i one_ai two_bi. A few rows by one's own thread: on busy processors the threads of a BLAS
    wait for each other for longer than such a product takes, and Ctrl-C waits for it."""
    few = len(one) <= _FEW
    result: ComplexField = np.einsum("ai,bi->ab", one, two) if few else one @ two.T
    return result


def _square(z: ComplexField) -> RealField:
    result: RealField = z.real**2 + z.imag**2
    return result


def _own_spreads(psi: ComplexField, positions: Sequence[npt.NDArray[np.complex128]]) -> RealField:
    """The same of each realisation with itself."""
    density = psi.real**2 + psi.imag**2
    total = np.zeros(len(psi))
    for f in positions:
        total += 2 * density.sum(axis=1) * (density @ np.abs(f) ** 2)
        total -= 2 * np.abs(density @ f) ** 2
    return total


def _positions(grid: Grid) -> list[npt.NDArray[np.complex128]]:
    """Per axis numbers f on all sites such that |f_i − f_j| is the distance: x, or on a ring a
    point on its circle, so that the distance is the chord."""
    result = []
    for axis, x in zip(grid.axes, grid.coordinates(), strict=True):
        middle = 0.5 * (axis.lower + axis.upper)
        f: npt.NDArray[np.complex128] = (x - middle).astype(np.complex128)
        if axis.periodic:
            radius = axis.length / (2 * np.pi)
            f = radius * (np.cos(f.real / radius) + 1j * np.sin(f.real / radius))
        result.append(np.broadcast_to(f, grid.shape).ravel())
    return result


def _square_distances(positions: Sequence[npt.NDArray[np.complex128]]) -> RealField:
    """d_ij² between all sites."""
    total: RealField = np.zeros((positions[0].size, positions[0].size))
    for f in positions:
        total += np.abs(f[:, None] - f) ** 2
    return total


def _corrected_entropy(weights: RealField, shares: RealField) -> tuple[float, float]:
    """−Σ λ ln λ with its bias of first order taken out, and its standard error."""
    count = len(shares)
    kept = weights > max(weights.size, count) * _EPS
    p, each = weights[kept], shares[:, kept]
    log = np.log(p)
    variance = (each.T @ each / count - np.diag(p**2)) / count
    gap = p[:, None] - p
    close = np.abs(gap) < 1e-6 * (p[:, None] + p)
    slope = np.where(close, 2 / (p[:, None] + p), (log[:, None] - log) / np.where(close, 1.0, gap))
    correction = 0.5 * float(np.sum(np.maximum(variance, 0.0) * slope))
    error = float(np.std(each @ log)) / np.sqrt(count)
    return float(-p @ log) + correction, float(np.hypot(error, correction))
