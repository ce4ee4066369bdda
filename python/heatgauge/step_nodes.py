"""Times within a step at which fields are taken, and what follows from the values there.

A field that changes in time is asked for at the five Gauss–Legendre points of the whole step; its
integrals over parts of the step and its values in between are those of the polynomial of degree 4
through the five. Integrals over a whole step are exact to degree 9, over parts of it and values to
degree 4: the error of a step is O(τ⁶), beyond every order in time offered. All points lie inside
the step, whose ends may be breakpoints.
"""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
from numpy.polynomial import legendre

from heatgauge.arguments import RealField

_POINTS, _WEIGHTS = legendre.leggauss(5)
# Where in a step the fields are taken, from 0 to 1.
NODES: RealField = 0.5 * (1.0 + _POINTS)


@functools.lru_cache(maxsize=256)
def value_weights(at: float) -> RealField:
    """Weights of the five values in the value at t + at·τ."""
    return _frozen(legendre.legval(2.0 * at - 1.0, _coefficients()), 1.0)


@functools.lru_cache(maxsize=256)
def mean_weights(start: float, end: float) -> RealField:
    """Weights of the five values in the mean from t + start·τ to t + end·τ."""
    integral = legendre.legint(_coefficients())
    rise = legendre.legval(2.0 * end - 1.0, integral) - legendre.legval(2.0 * start - 1.0, integral)
    return _frozen(rise / (2.0 * (end - start)), 1.0)


@functools.lru_cache(maxsize=256)
def rise_weights(start: float, end: float) -> RealField:
    """Weights of the five values in the rise from t + start·τ to t + end·τ."""
    return _frozen(value_weights(end) - value_weights(start), 0.0)


def _coefficients() -> RealField:
    """Legendre coefficients (degree, node) of the polynomials that are 1 at one node.

    The five points integrate products of degree 4 exactly: c_k = (k + ½) w_i P_k(x_i).
    """
    degrees = np.arange(_POINTS.size)
    return (degrees[:, None] + 0.5) * _WEIGHTS * legendre.legvander(_POINTS, 4).T


def _frozen(weights: Any, total: float) -> RealField:
    """Read-only, with the sum that a constant field asks for to the last bit but one."""
    result: RealField = np.asarray(weights, dtype=np.float64)
    result = result + (total - result.sum()) / result.size
    result.flags.writeable = False
    return result
