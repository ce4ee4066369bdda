"""What observers may return: finite numbers, always of the same shape."""

from __future__ import annotations

import reprlib
from typing import Any

import numpy as np
import numpy.typing as npt

from heatgauge.errors import ObserverError


def require_same_shape(
    name: str, value: npt.NDArray[Any], before: list[npt.NDArray[Any]], t: float, step: int
) -> None:
    """Refuse an observer whose results change their shape."""
    if before and before[0].shape != value.shape:
        raise _refused(
            name, value, t, step, f"returned shape {value.shape}", f", but {before[0].shape} before"
        )


def numbers_of(name: str, value: Any, t: float, step: int) -> npt.NDArray[Any]:
    """What an observer returned as a new array of finite numbers, which can be averaged."""
    try:
        result = np.array(value)
    except ValueError as error:  # ragged
        raise _refused(
            name, value, t, step, "must return arrays of one shape, but did not", f": {error}"
        ) from None
    if result.dtype.kind not in "biufc":
        what = f"must return numbers, but returned {reprlib.repr(value)}"
        raise _refused(name, value, t, step, what)
    finite = np.isfinite(result) & ~np.ma.getmaskarray(value)
    if not finite.all():
        index = tuple(int(i) for i in np.argwhere(~finite)[0])
        shown = "a masked one" if np.isfinite(result[index]) else repr(result[index].item())
        where = f" at index {index}" if index else ""
        what = f"must return finite numbers, but returned {shown}{where}"
        raise _refused(name, value, t, step, what)
    return result


def _refused(
    name: str, value: Any, t: float, step: int, what: str, more: str = ""
) -> ObserverError:
    return ObserverError(
        f"Argument `observe`: {name!r} {what} at t = {t!r} (step {step}){more}.",
        name=name,
        value=value,
        step=step,
        time=t,
    )
