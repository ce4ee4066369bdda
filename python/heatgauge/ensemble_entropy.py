"""Entropy, purity and coherence length of an average over pure states, and of a density matrix."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from heatgauge.arguments import ComplexField, RealField
from heatgauge.grid import Grid

_EPS = float(np.finfo(float).eps)


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
    norms = np.sum(psi.real**2 + psi.imag**2, axis=1)
    psi = psi / np.sqrt(np.mean(norms))
    positions = _positions(grid)
    few = count < grid.size
    sums = _sums_by_overlaps(psi, positions) if few else _sums_by_matrix(psi, positions)
    pairs, share = count * (count - 1.0), 1.0 / count
    purity = (count**2 * sums.purity - np.sum((norms / np.mean(norms)) ** 2)) / pairs
    spread = (count**2 * sums.spread - _own_spread(psi, positions)) / pairs
    error = 2 * np.std(sums.overlaps) * share**0.5 + np.sqrt(2.0) * (1.0 - purity) * purity * share
    error = float(abs(error) + 4 * _EPS * min(count, grid.size))
    length = float(np.sqrt(max(spread, 0.0) / purity)) if purity > 0 else np.nan
    entropy, doubt = _corrected_entropy(sums.weights, sums.shares)
    doubt += float(np.max(np.abs(norms / norms[0] - 1.0))) + 40 * _EPS * min(count, grid.size)
    return Mixedness(
        (entropy, doubt), (float(purity), error), (length, length * error / (2 * abs(purity)))
    )


def of_matrix(rho: ComplexField, grid: Grid) -> Mixedness:
    """Return the measures of a density matrix (size, size); the errors are those of rounding."""
    rounding = 40 * len(rho) * _EPS
    weights = np.linalg.eigvalsh(rho)
    kept = weights[weights > len(rho) * _EPS]
    square = np.abs(rho) ** 2
    purity = float(square.sum())
    length = float(np.sqrt(_spread_of(square, _positions(grid)) / purity))
    entropy = float(-np.sum(kept * np.log(kept)))
    return Mixedness((entropy, rounding), (purity, rounding), (length, rounding * length))


@dataclasses.dataclass(frozen=True, eq=False)
class _Sums:
    """Over all R² pairs, each with itself included: what follows from the mean ρ̂."""

    purity: float
    spread: float
    overlaps: RealField  # ⟨a|ρ̂|a⟩ of each realisation
    weights: RealField  # λ of ρ̂
    shares: RealField  # |⟨λ|a⟩|², (R, number of λ)


def _sums_by_matrix(psi: ComplexField, positions: Sequence[npt.NDArray[np.complex128]]) -> _Sums:
    rho = psi.T @ psi.conj() / len(psi)
    weights, vectors = np.linalg.eigh(rho)
    shares = np.abs(psi.conj() @ vectors) ** 2
    square = np.abs(rho) ** 2
    return _Sums(
        float(square.sum()), _spread_of(square, positions), shares @ weights, weights, shares
    )


def _sums_by_overlaps(psi: ComplexField, positions: Sequence[npt.NDArray[np.complex128]]) -> _Sums:
    count = len(psi)
    gram = psi.conj() @ psi.T  # ⟨a|b⟩
    weights, vectors = np.linalg.eigh(gram / count)
    # |⟨λ|a⟩|² of the eigenvector Σ_b v_b|b⟩/√(Rλ) of ρ̂
    shares = count * weights * np.abs(vectors) ** 2
    square = np.abs(gram) ** 2
    spread = 0.0
    for f in positions:
        first = (psi.conj() * f) @ psi.T
        second = (psi.conj() * np.abs(f) ** 2) @ psi.T
        spread += 2 * float(np.sum((second * gram.conj()).real - np.abs(first) ** 2))
    return _Sums(
        float(square.sum()) / count**2, spread / count**2, square.mean(axis=1), weights, shares
    )


def _own_spread(psi: ComplexField, positions: Sequence[npt.NDArray[np.complex128]]) -> float:
    """The terms of pairs of a realisation with itself."""
    density = psi.real**2 + psi.imag**2
    total = 0.0
    for f in positions:
        total += 2 * float(
            np.sum(density.sum(axis=1) * (density @ np.abs(f) ** 2) - np.abs(density @ f) ** 2)
        )
    return total


def _positions(grid: Grid) -> list[npt.NDArray[np.complex128]]:
    """Per axis numbers f on all sites such that |f_i − f_j| is the distance: x, or on a ring a
    point on its circle, so that the distance is the chord."""
    result = []
    for axis, x in zip(grid.axes, grid.coordinates(), strict=True):
        middle = 0.5 * (axis.lower + axis.upper)
        f = (x - middle).astype(np.complex128)
        if axis.periodic:
            f = axis.length / (2 * np.pi) * np.exp(2j * np.pi * f / axis.length)
        result.append(np.broadcast_to(f, grid.shape).ravel())
    return result


def _spread_of(square: RealField, positions: Sequence[npt.NDArray[np.complex128]]) -> float:
    """Σ_ij |ρ_ij|² d_ij²."""
    total = 0.0
    for f in positions:
        total += float(np.sum(square * np.abs(f[:, None] - f) ** 2))
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
