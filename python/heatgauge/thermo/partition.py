"""Equilibrium at a temperature: partition function and what follows from it."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

from heatgauge.arguments import RealField, array_shape, real, real_array, require_finite

_SPLITTER = 134217729.0  # 2**27 + 1, halves a mantissa of 53 bits (Dekker 1971)


@dataclasses.dataclass(frozen=True)
class Equilibrium:
    """Gibbs state of a set of levels, at one temperature or several.

    Every field has the shape of ``temperature``; the populations carry the levels as a further,
    last axis. Units: those of the energies and of k_B.

    Examples
    --------
    >>> import heatgauge as hg
    >>> print(hg.thermo.partition([0.0, 1.0], 0.5))
    Equilibrium at T = 0.5: F = -0.0634640, H = 0.119203, S = 0.365334, C = 0.419974
    """

    temperature: Any
    log_Z: Any
    """ln Z."""
    free_energy: Any
    """F = −k_B T ln Z."""
    enthalpy: Any
    """⟨E⟩ = ΣpE."""
    entropy: Any
    """S = −k_B Σp ln(p/g)."""
    heat_capacity: Any
    """C = (⟨E²⟩ − ⟨E⟩²)/k_B T²."""
    log_populations: RealField
    """ln p of every level, its degeneracy included."""

    @property
    def Z(self) -> Any:
        """Σ g exp(−E/k_B T); inf or 0 beyond double precision, where ``log_Z`` still serves."""
        with np.errstate(over="ignore", under="ignore"):
            return np.exp(self.log_Z)

    @property
    def populations(self) -> RealField:
        """Share p of every level, its degeneracy included."""
        return np.asarray(np.exp(self.log_populations))

    def __str__(self) -> str:
        if np.ndim(self.temperature):
            return f"Equilibrium at {np.size(self.temperature)} temperatures"
        return (
            f"Equilibrium at T = {self.temperature:.6g}: F = {self.free_energy:#.6g}, "
            f"H = {self.enthalpy:#.6g}, S = {self.entropy:#.6g}, C = {self.heat_capacity:#.6g}"
        )


def partition(energies: Any, T: Any, *, degeneracies: Any = None, k_B: float = 1.0) -> Equilibrium:
    """Return the Gibbs state of given levels: Z = Σ g exp(−E/k_B T) and what follows from it.

    F = −k_B T ln Z, ⟨E⟩ = Σ p E, S = −k_B Σ p ln(p/g), C = (⟨E²⟩ − ⟨E⟩²)/k_B T². Each is a sum of
    terms of one sign, taken from the lowest level (C from the mean) and with exponents to twice the
    working precision: S and C are right to 1e-13 of themselves, ⟨E⟩ to 1e-13 of |E₀| + ⟨E − E₀⟩,
    F to 1e-13 of |E₀| + k_B T ln Σ g exp(−(E−E₀)/k_B T) and log_Z to that over k_B T (they may
    cancel against E₀), down to results of 1e-300.

    Parameters
    ----------
    energies : array of shape (levels,)
        In any order; the lowest need not be 0.
    T : float or array
        Temperatures > 0.
    degeneracies : array of shape (levels,), optional
        g >= 1 of every level; None: 1 (levels listed once for each state).
    k_B : float
        Boltzmann's constant in the units of the energies and temperatures. 1.0 goes with the
        default ``hbar=1.0`` and ``charge=1.0`` of a Hamiltonian; ``hg.k_B`` with SI.

    Returns
    -------
    Equilibrium

    Raises
    ------
    ValueError, TypeError
        Wrong shapes or ranges, values that are not finite.

    Examples
    --------
    >>> import heatgauge as hg
    >>> two = hg.thermo.partition([0.0, 1.0], [0.1, 1e3])       # one level filled, both alike
    >>> [round(float(S), 6) for S in two.entropy]               # 0 and ln 2 are the limits
    [0.000499, 0.693147]
    """
    k = real("k_B", k_B, above=0.0)
    levels = _levels(energies)
    weights = _degeneracies(degeneracies, levels.size)
    temperatures = real_array("T", T, array_shape("T", T), positive=True)
    tau, tau_low = _product(np.full(temperatures.shape, k), temperatures)
    _require_thermal_energy(tau, temperatures)
    ground = levels.min()
    high, low = _quotient(levels - ground, _difference_error(levels, ground), tau, tau_low)
    with np.errstate(under="ignore"):
        boltzmann = weights * np.exp(-high) * (1 - low)
    lowest = levels == ground
    ground_weight = weights[lowest].sum()
    log_sum = np.log(ground_weight) + np.log1p(boltzmann[..., ~lowest].sum(-1) / ground_weight)
    p = boltzmann / boltzmann.sum(-1, keepdims=True)
    reduced = np.where(p > 0, high, 0.0)  # 0 · inf where a level is out of reach
    mean = np.sum(p * reduced, -1)
    return Equilibrium(
        temperatures[()],
        (log_sum - ground / tau)[()],
        (ground - tau * log_sum)[()],
        (ground + tau * mean)[()],
        (k * (log_sum + mean))[()],
        (k * _variance(levels, p, tau))[()],
        np.log(weights) - high - log_sum[..., None],
    )


def _variance(levels: RealField, p: RealField, tau: RealField) -> RealField:
    """⟨(E − ⟨E⟩)²⟩/τ²; from the fullest level, where differences of energies are exact enough."""
    fullest = levels[np.argmax(p, axis=-1)]
    with np.errstate(over="ignore"):
        offset = np.where(p > 0, (levels - fullest[..., None]) / tau[..., None], 0.0)
    mean = np.sum(p * offset, -1, keepdims=True)
    return np.asarray(np.sum(p * (offset - mean) ** 2, -1))


def _product(a: RealField, b: RealField) -> tuple[RealField, RealField]:
    """a·b as high + low, exactly (Dekker 1971); low is 0 where it would leave double precision."""
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        high = a * b
        a_high, b_high = (v * _SPLITTER - (v * _SPLITTER - v) for v in (a, b))
        a_low, b_low = a - a_high, b - b_high
        low = ((a_high * b_high - high) + a_high * b_low + a_low * b_high) + a_low * b_low
    return high, np.where(np.isfinite(low), low, 0.0)


def _difference_error(levels: RealField, ground: Any) -> RealField:
    """What rounding takes from levels − ground (Knuth's two-sum)."""
    difference = levels - ground
    back = difference - levels
    return np.asarray((levels - (difference - back)) - (ground + back))


def _quotient(
    above: RealField, above_low: RealField, tau: RealField, tau_low: RealField
) -> tuple[RealField, RealField]:
    """(E − E₀)/k_B T as high + low: exp(−700) would lose 700 times the rounding of its exponent."""
    # Powers of two take k_B T to [½, 1), so that the exact products neither overflow nor vanish.
    exponent = np.frexp(tau)[1]
    unit, unit_low = np.ldexp(tau, -exponent)[..., None], np.ldexp(tau_low, -exponent)[..., None]
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        scaled = np.ldexp(above, -exponent[..., None])
        scaled_low = np.ldexp(above_low, -exponent[..., None])
        high = scaled / unit
        back, back_low = _product(high, np.broadcast_to(unit, high.shape))
        low = (((scaled - back) - back_low) + scaled_low - high * unit_low) / unit
    return high, np.where(np.isfinite(low), low, 0.0)


def _levels(energies: Any) -> RealField:
    shape = array_shape("energies", energies)
    if len(shape) != 1 or shape[0] == 0:
        raise ValueError(
            f"Argument `energies` must be a 1D array of at least one level, but has shape {shape}."
        )
    levels: RealField = real_array("energies", energies, shape)
    with np.errstate(over="ignore"):
        require_finite("energies", levels - levels.min(), " above the lowest")
    return levels


def _degeneracies(degeneracies: Any, count: int) -> RealField:
    if degeneracies is None:
        return np.ones(count)
    weights: RealField = real_array("degeneracies", degeneracies, (count,))
    if not (weights >= 1).all():
        raise ValueError(
            f"Argument `degeneracies` must be >= 1, but is {float(weights.min())!r} at "
            f"({int(np.argmin(weights))},)."
        )
    return weights


def _require_thermal_energy(tau: RealField, temperatures: RealField) -> None:
    if not ((tau >= 1e-300) & (tau <= 1e300)).all():
        worst = temperatures.ravel()[np.argmin(((tau >= 1e-300) & (tau <= 1e300)).ravel())]
        raise ValueError(
            f"Argument `T` must give k_B·T in [1e-300, 1e300], but is {float(worst)!r}."
        )
