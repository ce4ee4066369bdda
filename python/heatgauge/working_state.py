"""States as a run keeps them in memory, and sums over them that need no second one."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from heatgauge import _core
from heatgauge.arguments import ComplexField, RealField, plain_complex, shape_of
from heatgauge.grid import Grid

# Numbers that are looked at together: few enough for the cache, many enough for numpy.
_PORTION = 1 << 15
_NORMS = {"double": ("1e-150", "1e150"), "single": ("1e-25", "1e30")}
"""In single precision what lies 1e-13 below a norm must not vanish (1.2e-38 is the least that
does not), nor a site hold more than 3.4e38."""


def initial_values(psi0: Any, grid: Grid, precision: str) -> npt.NDArray[Any]:
    """Return psi0 as an array of the shape of one state or several, finite, with norms in range.

    No copy of an array: it is only read until :func:`working_state` has taken it.
    """
    shape = grid.shape
    given = shape_of("psi0", psi0)
    if len(given) == len(shape) + 1 and given[0] > 0:
        shape = (given[0], *shape)
    values = plain_complex("psi0", psi0, shape)
    least, most = _NORMS[precision]
    for member in values if values.ndim > grid.dimensions else (values,):
        largest = max(float(np.max(np.abs(part))) for part in portions(member))
        # scaled, so that squares neither overflow nor vanish; next to the smallest number 1/x
        # overflows
        norm = largest
        if largest > 1e-300:
            sums = [float(np.sum(_squares(part / largest))) for part in portions(member)]
            norm = largest * math.sqrt(math.fsum(sums))
        if not float(least) <= norm <= float(most):
            raise ValueError(
                f"Argument `psi0` must have a norm in [{least}, {most}], but has {norm!r}."
            )
    return values


def working_state(values: npt.NDArray[Any], grid: Grid, precision: str, gaps: bool) -> ComplexField:
    """Return a new array with ``values``: complex64 for "single"; with ``gaps`` as sweeps like it.

    Columns of a grid of 2^k points meet in a few sets of the cache; gaps between the rows avoid
    that. Such an array is not contiguous.
    """
    single = precision == "single"
    if gaps:
        members = values.shape[0] if values.ndim > grid.dimensions else None
        state: ComplexField = _core.unset_states(grid.core, members, single)
    else:
        state = np.empty(values.shape, np.complex64 if single else np.complex128)
    np.copyto(state, values, casting="same_kind")
    return state


def portions(array: npt.NDArray[Any]) -> Iterator[npt.NDArray[Any]]:
    """Cut an array into views along its first axis, of about as many numbers as the cache holds."""
    step = max(1, _PORTION // max(array[0].size, 1))
    for k in range(0, len(array), step):
        yield array[k : k + step]


def member_norms(psi: ComplexField, dimensions: int) -> RealField:
    """Return ‖ψ‖ of each member, or of the one state, over its last ``dimensions`` axes.

    Summed in doubles whatever the precision of ψ.
    """
    lead = psi.shape[: psi.ndim - dimensions]
    members = psi if len(lead) == 1 else psi.reshape(-1, *psi.shape[len(lead) :])
    if members[0].size > _PORTION:
        sums = [math.fsum(float(np.sum(_squares(p))) for p in portions(m)) for m in members]
        squares = np.array(sums)
    else:
        axes = tuple(range(1, members.ndim))
        squares = np.concatenate([np.sum(_squares(part), axis=axes) for part in portions(members)])
    result: RealField = np.sqrt(squares).reshape(lead)
    return result


def widened(psi: ComplexField) -> ComplexField:
    """Return ψ in complex128, itself where it is."""
    return psi.astype(np.complex128, copy=False)


def _squares(values: npt.NDArray[Any]) -> RealField:
    wide = np.asarray(values, dtype=np.complex128 if values.dtype.kind == "c" else np.float64)
    result: RealField = wide.real**2 + wide.imag**2
    return result
