"""Into how many equal steps intervals of time are cut."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from heatgauge.arguments import RealField

_EPS = float(np.finfo(float).eps)
_MOST_STEPS = 2**53  # beyond it, numbers of steps are no longer exact in double precision


def step_counts(knots: RealField, dt: float) -> npt.NDArray[np.int64]:
    """Return ceil(Δ/dt), at least 1, for the interval Δ between each two neighbouring knots.

    A quotient above a whole number by no more than the rounding of the knots and of the quotient
    itself counts as that number: 0.3 − 0.2 is cut by 0.1 into one step, not two.

    Examples
    --------
    >>> import numpy as np
    >>> from heatgauge.step_counts import step_counts
    >>> step_counts(np.array([0.0, 0.2, 0.3, 0.35]), 0.1)
    array([2, 1, 1])
    """
    latest = np.maximum(np.abs(knots[1:]), np.abs(knots[:-1]))
    with np.errstate(over="ignore"):
        quotient = np.diff(knots) / dt
        slack = 4 * _EPS * (quotient + latest / dt)
        total = float(quotient.sum())
    if not total < _MOST_STEPS:
        k = int(np.argmax(quotient))
        raise ValueError(
            f"Argument `dt` must cut the run into fewer than 2**53 steps, but is {dt!r}, which "
            f"cuts [{float(knots[k])!r}, {float(knots[k + 1])!r}] into {float(quotient[k]):.3g}."
        )
    counts: npt.NDArray[np.int64] = np.maximum(np.ceil(quotient - slack), 1).astype(np.int64)
    return counts
