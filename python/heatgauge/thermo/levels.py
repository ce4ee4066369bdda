"""Enthalpy and entropy levels, of the lattice and of the continuum it stands for."""

from __future__ import annotations

import dataclasses
import itertools
import math
import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np

from heatgauge.arguments import RealField, integer, real
from heatgauge.errors import AccuracyWarning
from heatgauge.hamiltonian import Hamiltonian


@dataclasses.dataclass(frozen=True)
class Multiplet:
    """Levels that cannot be told apart: one energy, g states, the entropy k_B ln g.

    Examples
    --------
    >>> import heatgauge as hg
    >>> ring = hg.Hamiltonian(hg.Grid([hg.Axis(0.0, 1.0, 32, "periodic")]))
    >>> found = hg.thermo.levels(ring, 4, T_ref=1.0).multiplets
    >>> [(m.degeneracy, m.complete) for m in found]    # ±n belong together; the last one is cut
    [(1, True), (2, True), (1, False)]
    """

    first: int
    """Index of its lowest level."""
    degeneracy: int
    energy: float
    """Mean of its levels."""
    uncertainty: float
    """Of the energy; a splitting smaller than twice this could not be seen."""
    entropy: float
    """k_B ln g."""
    separation: float
    """Gap to the nearest other multiplet over the uncertainty of that gap."""
    complete: bool
    """Whether a level above it was found: the topmost multiplet may go on."""


@dataclasses.dataclass(frozen=True)
class Levels:
    """Lowest levels of a Hamiltonian as enthalpies E_n and entropies S_n = E_n/T_ref.

    Examples
    --------
    >>> import heatgauge as hg
    >>> H = hg.Hamiltonian(hg.Grid([hg.Axis(0.0, 1.0, 40)]), order=8)
    >>> print(hg.thermo.levels(H, 3, T_ref=2.0))
    3 levels of the lattice, T_ref = 2
      E = 4.93480 +- 1e-11  g = 1  S = 2.46740
      E = 19.7392 +- 1e-11  g = 1  S = 9.86960
      E = 44.4132 +- 1e-11  g = 1 or more  S = 22.2066
    """

    energies: RealField
    uncertainties: RealField
    multiplets: tuple[Multiplet, ...]
    T_ref: float
    spacing: RealField
    """Grid spacing along axis 0, coarse to fine."""
    lattice_energies: RealField
    """Shape (grids, k): what each lattice has."""
    order: int | None
    """Order in h by which the energies were extrapolated; None for the levels of one lattice."""
    measured_orders: RealField
    """Per level, from the three finest grids; NaN with fewer or where rounding hides it."""

    @property
    def entropies(self) -> RealField:
        """S_n = E_n/T_ref: exchanged when the level's enthalpy is, reversibly at T_ref."""
        return self.energies / self.T_ref

    @property
    def spacings(self) -> RealField:
        """E_{n+1} − E_n."""
        return np.diff(self.energies)

    @property
    def degeneracies(self) -> tuple[int, ...]:
        """States in each multiplet."""
        return tuple(m.degeneracy for m in self.multiplets)

    def __str__(self) -> str:
        kind = "the lattice" if self.order is None else f"the continuum, order {self.order} in h"
        lines = [f"{self.energies.size} levels of {kind}, T_ref = {self.T_ref:.6g}"]
        for m in self.multiplets:
            more = "" if m.complete else " or more"
            scale = 10.0 ** math.ceil(math.log10(max(m.uncertainty, 1e-300)))
            lines.append(
                f"  E = {m.energy:#.6g} +- {scale:.0e}  g = {m.degeneracy}{more}  "
                f"S = {m.energy / self.T_ref:#.6g}"
            )
        return "\n".join(lines)


def levels(
    H: Hamiltonian | Sequence[Hamiltonian],
    k: int,
    T_ref: float,
    *,
    order: int | None = None,
    t: float = 0.0,
    k_B: float = 1.0,
) -> Levels:
    """Return the k lowest enthalpy levels E_n and entropy levels S_n = E_n/T_ref, with g.

    One Hamiltonian gives the levels of its lattice, each right to the residual ‖Hψ − Eψ‖ plus the
    rounding of H. The same H on two or more grids gives the levels of the continuum: with
    E(h) = E + c₁hᵖ + c₂hᵖ⁺² + … every further grid removes a term (Richardson), and the
    uncertainty is what the coarsest grid still changed (with two grids: the whole correction).
    Levels that lie within their uncertainties of each other form a multiplet.

    Parameters
    ----------
    H : Hamiltonian, or sequence of Hamiltonians
        The sequence: one problem on grids of the same box, all axes refined alike, in any order.
    k : int
        Levels asked for.
    T_ref : float
        Temperature of the reversible exchange.
    order : int, optional
        Order in h of the energies, if it is not the order of H: 6 for order 8 at walls with a
        normal force, 4 at walls with induction; needed for matrices of one's own. Levels that are
        farther than 0.5 from it on three grids warn.
    t : float
        Time at which a driven H is taken.
    k_B : float
        See :func:`partition`.

    Returns
    -------
    Levels

    Raises
    ------
    ValueError
        Grids of different boxes, orders or ratios of spacings.
    NumericalError
        As ``Hamiltonian.lowest``.

    Examples
    --------
    >>> import heatgauge as hg
    >>> boxes = [hg.Hamiltonian(hg.Grid([hg.Axis(0.0, 1.0, n)])) for n in (20, 30, 45)]
    >>> found = hg.thermo.levels(boxes, 2, T_ref=1.0)
    >>> [round(float(E), 6) for E in found.energies]          # (πn)²/2, though h = 1/45
    [4.934802, 19.7392...]
    """
    grids = _sorted_by_spacing(H)
    size = min(each.grid.size for each in grids)
    k = integer("k", k, least=1, most=size)
    reference = real("T_ref", T_ref, above=0.0)
    boltzmann = real("k_B", k_B, above=0.0)
    found = [_lattice_levels(each, k, real("t", t)) for each in grids]
    lattice = np.array([energies for energies, _ in found])
    rounding = np.array([errors for _, errors in found])
    spacing = np.array([each.grid.spacing[0] for each in grids])
    used, measured = None, np.full(k, np.nan)
    if len(grids) == 1:
        energies, errors = lattice[0], rounding[0]
    else:
        used = _order(grids, order)
        measured = _measured_orders(spacing, lattice, rounding)
        _warn_of_other_order(measured, used)
        energies, errors = _extrapolate(spacing, lattice, rounding, used)
        ascending = np.argsort(energies, kind="stable")  # levels of a multiplet may change places
        energies, errors = energies[ascending], errors[ascending]
        lattice, measured = lattice[:, ascending], measured[ascending]
    complete = k == size and len(grids) == 1
    groups = _multiplets(energies, errors, boltzmann, complete)
    for array in (energies, errors, spacing, lattice, measured):
        array.flags.writeable = False
    return Levels(energies, errors, groups, reference, spacing, lattice, used, measured)


def _lattice_levels(H: Hamiltonian, k: int, t: float) -> tuple[RealField, RealField]:
    """Energies, and a bound on their error: |E − E_n| <= ‖Hψ − Eψ‖ for Hermitian H (Weyl)."""
    energies, states = H.lowest(k, t)
    vectors = states.reshape(k, -1).T * math.sqrt(H.grid.cell_volume)
    matrix = H.to_scipy(t)
    residuals = np.linalg.norm(matrix @ vectors - vectors * energies, axis=0)
    norm = float(abs(matrix).sum(axis=1).max())
    return np.array(energies), residuals + np.finfo(float).eps * norm


def _extrapolate(
    spacing: RealField, lattice: RealField, rounding: RealField, order: int
) -> tuple[RealField, RealField]:
    weights = _richardson(spacing, order)
    energies = weights @ lattice
    fewer = _richardson(spacing[1:], order) @ lattice[1:]
    return energies, np.abs(energies - fewer) + np.abs(weights) @ rounding


def _richardson(spacing: RealField, order: int) -> RealField:
    """Weights w with Σ w E(h) free of hᵖ, hᵖ⁺², …: one term less than there are grids."""
    powers = np.array([0, *(order + 2 * j for j in range(spacing.size - 1))])
    return np.asarray(np.linalg.inv((spacing[:, None] / spacing[-1]) ** powers)[0])


def _measured_orders(spacing: RealField, lattice: RealField, rounding: RealField) -> RealField:
    """p from (h₁ᵖ − h₂ᵖ)/(h₂ᵖ − h₃ᵖ) = (E₁ − E₂)/(E₂ − E₃), level by level."""
    orders = np.full(lattice.shape[1], np.nan)
    if spacing.size < 3:
        return orders
    from scipy.optimize import brentq

    first, second = spacing[-3] / spacing[-1], spacing[-2] / spacing[-1]
    for n in range(orders.size):
        coarse, fine = -np.diff(lattice[-3:, n])
        if abs(fine) < 100 * rounding[-3:, n].max() or not coarse / fine > 0:
            continue

        def excess(p: float, ratio: float = coarse / fine) -> float:
            return float(np.log((first**p - second**p) / (second**p - 1)) - np.log(ratio))

        if excess(0.1) < 0 < excess(20.0):
            orders[n] = brentq(excess, 0.1, 20.0)
    return orders


def _warn_of_other_order(measured: RealField, order: int) -> None:
    off = np.abs(measured - order) > 0.5
    if off.any():
        n = int(np.argmax(off))
        warnings.warn(
            f"Level {n} converges with order {measured[n]:.2f} in h, not {order}: the "
            f"extrapolation removes the wrong term. Use finer grids, or pass the order.",
            AccuracyWarning,
            stacklevel=3,
        )


def _multiplets(
    energies: RealField, errors: RealField, k_B: float, complete: bool
) -> tuple[Multiplet, ...]:
    together = np.diff(energies) <= errors[:-1] + errors[1:]
    starts = np.flatnonzero(np.concatenate([[True], ~together]))
    ends = np.append(starts[1:], energies.size)
    found = []
    for start, end in zip(starts, ends, strict=True):
        gaps = [
            (energies[above] - energies[above - 1]) / (errors[above] + errors[above - 1])
            for above in (start, end)
            if 0 < above < energies.size
        ]
        found.append(
            Multiplet(
                int(start),
                int(end - start),
                float(energies[start:end].mean()),
                float(errors[start:end].max()),
                k_B * math.log(end - start),
                float(min(gaps, default=math.inf)),
                bool(complete or end < energies.size),
            )
        )
    return tuple(found)


def _order(grids: list[Hamiltonian], order: int | None) -> int:
    if order is not None:
        return integer("order", order, least=1, most=16)
    if any(each.given_matrix is not None for each in grids):
        raise ValueError("Argument `order` must be given for matrices of one's own, but is None.")
    return grids[0].order


def _sorted_by_spacing(H: Any) -> list[Hamiltonian]:
    """The Hamiltonians from coarse to fine, checked to be one problem."""
    grids = [H] if isinstance(H, Hamiltonian) else H
    if not isinstance(grids, Sequence) or isinstance(grids, str) or not grids:
        raise TypeError(f"Argument `H` must be a hg.Hamiltonian or a sequence of them, not {H!r}.")
    for each in grids:
        if not isinstance(each, Hamiltonian):
            raise TypeError(f"Argument `H` must hold hg.Hamiltonian only, but holds {each!r}.")
    ordered = sorted(grids, key=lambda each: -each.grid.spacing[0])
    first = ordered[0]
    for coarse, fine in itertools.pairwise(ordered):
        if not _same_box(first, fine):
            raise ValueError(
                f"Argument `H` must be one problem on several grids, but {first!r} and {fine!r} "
                f"differ in box, boundaries, order or hbar."
            )
        ratios = np.divide(coarse.grid.spacing, fine.grid.spacing)
        if not ratios[0] > 1 + 1e-9 or np.ptp(ratios) > 1e-9:
            raise ValueError(
                f"Argument `H` must refine all axes alike from grid to grid, but the spacings go "
                f"from {coarse.grid.spacing} to {fine.grid.spacing}."
            )
    return ordered


def _same_box(a: Hamiltonian, b: Hamiltonian) -> bool:
    def box(H: Hamiltonian) -> tuple[Any, ...]:
        return tuple((x.lower, x.upper, x.periodic, x.twist) for x in H.grid.axes)

    return box(a) == box(b) and a.order == b.order and a.hbar == b.hbar
