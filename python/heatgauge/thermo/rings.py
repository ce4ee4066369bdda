"""Levels of a ring against the flux through it: periodic in the flux quantum h/s."""

from __future__ import annotations

import dataclasses
import math
from typing import Any

import numpy as np

from heatgauge.arguments import RealField, array_shape, integer, real, real_array
from heatgauge.errors import NumericalError
from heatgauge.hamiltonian import Hamiltonian


@dataclasses.dataclass(frozen=True)
class FluxLevels:
    """Levels of a ring for several fluxes, and the currents of its levels.

    Examples
    --------
    >>> import heatgauge as hg
    >>> ring = hg.Hamiltonian(hg.Grid([hg.Axis(0.0, 1.0, 32, "periodic")]), order=8)
    >>> hg.thermo.flux_levels(ring, [0.0], k=1).quantum          # h/s = 2πħ/s
    6.283185307179586
    """

    fluxes: RealField
    quantum: float
    """Φ₀ = h/s."""
    energies: RealField
    """Shape (fluxes, k)."""
    currents: RealField
    """−∂E/∂Φ (Hellmann–Feynman), shape (fluxes, k); entropy current s·j of the level. Where levels
    cross, those of the states that do not mix as the flux changes."""


def flux_levels(
    H: Hamiltonian, fluxes: Any, k: int, *, axis: int = 0, t: float = 0.0
) -> FluxLevels:
    """Return the k lowest levels of a ring threaded by additional fluxes Φ.

    Every link of the periodic axis gets the phase (s/ħ)Φ/points on top of its own. E_n(Φ) has the
    period Φ₀ = h/s exactly, on any lattice and for any other potential: the flux through a ring is
    quantised in the sense that h/s can be gauged away. A free ring has E_n = ħ²(n − Φ/Φ₀)²/2mR².

    Parameters
    ----------
    H : Hamiltonian
        The axis periodic, longer than the reach of H to both sides.
    fluxes : array of shape (n,)
        Φ = ∮A·dl added [K·s].
    k : int
    axis : int
        Axis that closes to the ring.
    t : float
        Time at which a driven H is taken.

    Returns
    -------
    FluxLevels

    Raises
    ------
    ValueError
        If the axis has walls or is too short, or the charge is 0.

    Examples
    --------
    >>> import numpy as np, heatgauge as hg
    >>> ring = hg.Hamiltonian(hg.Grid([hg.Axis(0.0, 1.0, 32, "periodic")]), order=8)
    >>> found = hg.thermo.flux_levels(ring, [0.0, 0.25 * 2 * np.pi, 2 * np.pi], k=2)
    >>> [[round(float(E) / (2 * np.pi**2), 6) + 0.0 for E in row] for row in found.energies]
    [[0.0, 1.0], [0.0625, 0.5625], [0.0, 1.0]]
    """
    if not isinstance(H, Hamiltonian):
        raise TypeError(f"Argument `H` must be a hg.Hamiltonian, but is {H!r}.")
    ring = integer("axis", axis, least=0, most=H.grid.dimensions - 1)
    values = real_array("fluxes", fluxes, (math.prod(array_shape("fluxes", fluxes)),))
    charge = H.potentials.charge
    if charge == 0:
        raise ValueError("Argument `H` must have a charge, but has 0: no flux acts on it.")
    matrix = H.to_scipy(real("t", t)).tocoo()
    turns = _turns(H, ring, matrix.row, matrix.col)
    energies, currents = [], []
    for flux in values:
        angle = charge / H.hbar * float(flux)
        threaded = matrix.copy()
        threaded.data = matrix.data * np.exp(-1j * angle * turns)
        slope = threaded.copy()
        slope.data = threaded.data * (1j * charge / H.hbar * turns)  # −∂H/∂Φ
        level = Hamiltonian.from_sparse(H.grid, threaded.tocsr(), H.hbar)
        found, states = level.lowest(integer("k", k, least=1, most=H.grid.size))
        vectors = states.reshape(len(found), -1).T * math.sqrt(H.grid.cell_volume)
        norm = float(abs(threaded).sum(axis=1).max())
        energies.append(found)
        currents.append(_currents(found, vectors, slope.tocsr(), norm))
    return FluxLevels(
        values, 2 * math.pi * H.hbar / abs(charge), np.array(energies), np.array(currents)
    )


def _turns(H: Hamiltonian, axis: int, rows: Any, columns: Any) -> RealField:
    """Share of the ring that each entry ⟨i|H|j⟩ hops over, from i to j, by the shorter way."""
    ring = H.grid.axes[axis]
    if not ring.periodic:
        raise ValueError(f"Argument `axis` must be a periodic axis, but axis {axis} has walls.")
    here, there = (np.unravel_index(sites, H.grid.shape)[axis] for sites in (rows, columns))
    hop = (there - here + ring.points // 2) % ring.points - ring.points // 2
    if 2 * int(np.abs(hop).max()) >= ring.points:
        raise ValueError(
            f"Argument `H` must have more points on axis {axis} than twice the longest hop, but "
            f"has {ring.points}."
        )
    return np.asarray(hop / ring.points)


def _currents(energies: RealField, vectors: Any, slope: Any, norm: float) -> RealField:
    """⟨ψ|−∂H/∂Φ|ψ⟩; within a degenerate level in the basis in which it is diagonal."""
    block = vectors.conj().T @ (slope @ vectors)
    defect = float(np.abs(block - block.conj().T).max())
    if not defect <= 1e-9 * max(norm, float(np.abs(slope).max())):
        raise NumericalError(f"The current of the ring is not real: off by {defect:.3g}.")
    together = np.abs(energies[:, None] - energies[None, :]) <= 1e-12 * norm
    values = np.empty(energies.size)
    done = np.zeros(energies.size, bool)
    for n in range(energies.size):
        if not done[n]:
            members = np.flatnonzero(together[n] & ~done)
            part = block[np.ix_(members, members)]
            values[members] = np.linalg.eigvalsh((part + part.conj().T) / 2)
            done[members] = True
    return values
