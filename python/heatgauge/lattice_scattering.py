"""Reflection of lattice waves from a layer in front of a wall."""

from __future__ import annotations

import numpy as np

from heatgauge.arguments import ComplexField, RealField

# −h²∂² of order 2r as coefficients of its neighbours, and as a polynomial in x = 2 − μ − 1/μ, the
# value of the second difference on a wave ψ_j = μ^j: x + x²/12 + x³/90 + x⁴/560, cut after x^r.
_NEIGHBOURS = {
    2: (2.0, -1.0),
    4: (5 / 2, -4 / 3, 1 / 12),
    6: (49 / 18, -3 / 2, 3 / 20, -1 / 90),
    8: (205 / 72, -8 / 5, 1 / 5, -8 / 315, 1 / 560),
}
_POWERS = (1.0, 1 / 12, 1 / 90, 1 / 560)


def lattice_reflection(order: int, phases: RealField, absorption: RealField) -> RealField:
    """Return |r|² for waves that meet a layer with a wall behind it.

    Solves (S − iW − E)ψ = 0 on the sites of the layer and those whose stencil reaches into it. In
    front the state is e^{iθj} + r e^{−iθj} plus the order/2 − 1 waves that decay away from the
    layer; E is the stencil's own energy of the incoming wave.

    Parameters
    ----------
    order : {2, 4, 6, 8}
        Of the stencil S of −h²∂².
    phases : array
        θ = kh of the incoming waves, in (0, π).
    absorption : array
        W in units of ħ²/2mh² on the sites of the layer, the wall half a spacing behind the last.
    """
    return np.array([abs(_amplitude(order, float(t), absorption)) ** 2 for t in phases])


def _amplitude(order: int, phase: float, absorption: RealField) -> complex:
    import scipy.linalg

    reach, size = order // 2, absorption.size
    weights = _NEIGHBOURS[order]
    energy, modes = _lead(order, phase)
    width = order - 1  # of the band on either side: the modes meet the first `reach` rows
    band = np.zeros((2 * width + 1, size + reach), np.complex128)
    incoming = np.zeros(size + reach, np.complex128)
    for row in range(size + reach):
        site = row - reach
        for hop in range(-reach, reach + 1):
            value: complex = weights[abs(hop)]
            if hop == 0:
                value -= energy + (1j * absorption[site] if site >= 0 else 0.0)
            there = site + hop
            if there >= size:  # ψ is odd about the wall
                there, value = 2 * size - 1 - there, -value
            if there >= 0:
                band[width + row - reach - there, reach + there] += value
                continue
            for column, mode in enumerate(modes):
                band[width + row - column, column] += value * mode**there
            incoming[row] -= value * np.exp(1j * phase * there)
    return complex(scipy.linalg.solve_banded((width, width), band, incoming)[0])


def _lead(order: int, phase: float) -> tuple[float, ComplexField]:
    """Energy of the wave, and μ of the waves ψ_j = μ^j that leave the layer: e^{−iθ} first."""
    x = 4 * np.sin(phase / 2) ** 2
    powers = _POWERS[: order // 2]
    energy = float(sum(c * x ** (k + 1) for k, c in enumerate(powers)))
    roots = np.roots([*powers[::-1], -energy])
    others = np.delete(roots, np.argmin(np.abs(roots - x)))
    b = 2 - others.astype(np.complex128)
    mu = 0.5 * (b + np.sqrt(b * b - 4))
    mu = np.where(np.abs(mu) > 1, mu, 1 / mu)  # decays towards j = −∞
    return energy, np.concatenate([[np.exp(-1j * phase)], mu])
