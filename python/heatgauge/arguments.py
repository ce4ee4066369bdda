"""Checks of arguments: every refusal names the argument, its value and what is allowed."""

from __future__ import annotations

import inspect
import math
import numbers
import operator
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from heatgauge import _core

RealField = npt.NDArray[np.float64]
ComplexField = npt.NDArray[np.complex128]

_LARGE_PAGE = 1 << 18  # numbers in 2 MB, the least that is recycled
# Times beyond which steps, their quotients and their squares leave double precision.
_SHORTEST, _LONGEST = 1e-290, 1e290


def real(
    name: str,
    value: Any,
    *,
    above: float | None = None,
    least: float | None = None,
    most: float | None = None,
) -> float:
    """Return ``value`` as a float: finite, > ``above``, >= ``least``, <= ``most``.

    Raises TypeError for anything but a real number (True, "0.1", None and 1j are none) and
    ValueError outside the range.
    """
    if isinstance(value, np.ndarray) and value.ndim == 0:
        value = value[()]
    if isinstance(value, bool | np.bool_) or not isinstance(value, numbers.Real):
        raise TypeError(
            f"Argument `{name}` must be a real number, but is {value!r} ({type(value).__name__})."
        )
    try:
        result = float(value)
    except OverflowError:
        result = math.inf
    allowed = ["finite"]
    if above is not None:
        allowed.append(f"> {above:g}")
    if least is not None:
        allowed.append(f">= {least:g}")
    if most is not None:
        allowed.append(f"<= {most:g}")
    if (
        not math.isfinite(result)
        or (above is not None and not result > above)
        or (least is not None and not result >= least)
        or (most is not None and not result <= most)
    ):
        raise ValueError(f"Argument `{name}` must be {' and '.join(allowed)}, but is {value!r}.")
    return result


def integer(name: str, value: Any, *, least: int, most: int) -> int:
    """Return ``value`` as an int in [least, most]; TypeError unless it is an integer."""
    if isinstance(value, bool | np.bool_):
        raise TypeError(f"Argument `{name}` must be an integer, but is {value!r} (bool).")
    try:
        result = operator.index(value)
    except TypeError:
        raise TypeError(
            f"Argument `{name}` must be an integer, but is {value!r} ({type(value).__name__})."
        ) from None
    if not least <= result <= most:
        raise ValueError(f"Argument `{name}` must be in [{least}, {most}], but is {result}.")
    return result


def choice(name: str, value: Any, allowed: tuple[Any, ...]) -> Any:
    """Return ``value`` if it is one of ``allowed``; integers and strings of numpy as Python's."""
    if not allowed:
        raise ValueError(f"Argument `{name}` must be None, as there is none, but is {value!r}.")
    if isinstance(value, np.integer | np.str_):
        value = value.item()
    if isinstance(value, bool) or not any(
        value is a or (type(value) is type(a) and value == a) for a in allowed
    ):
        listed = ", ".join(repr(a) for a in allowed)
        kind = ValueError if any(type(value) is type(a) for a in allowed) else TypeError
        raise kind(f"Argument `{name}` must be one of {listed}, but is {value!r}.")
    return value


def real_array(name: str, value: Any, shape: tuple[int, ...], *, positive: bool = False) -> Any:
    """Return ``value`` as a C-contiguous, native float64 array of exactly ``shape``, all finite.

    Integer and real types are converted; complex, object, string and masked arrays are refused.
    The result is read-only and never shares memory with a writeable ``value``.
    """
    array = _plain(name, value)
    if array.dtype.kind not in "fiu":
        raise TypeError(f"Argument `{name}` must be real, but has dtype {array.dtype}.")
    _same_shape(name, array, shape)
    with np.errstate(over="ignore"):  # longdouble beyond float64 becomes inf, refused right below
        result = _copied(array)
    require_finite(name, result)
    if positive and not (result > 0).all():
        index = tuple(int(i) for i in np.argwhere(~(result > 0))[0])
        raise ValueError(f"Argument `{name}` must be > 0, but is {result[index]!r} at {index}.")
    result.flags.writeable = False
    return result


def _copied(array: npt.NDArray[Any]) -> RealField:
    """Return a C-contiguous float64 copy; the first touch of new pages costs more than to copy."""
    if array.size < _LARGE_PAGE // 2:
        return np.array(array, dtype=np.float64, order="C", copy=True)
    block = _core.unset_numbers(max(array.size, _LARGE_PAGE))
    copy: RealField = block[: array.size].reshape(array.shape)
    np.copyto(copy, array, casting="unsafe")
    return copy


def complex_array(name: str, value: Any, shape: tuple[int, ...]) -> ComplexField:
    """Return a new C-contiguous complex128 copy of ``value``, of exactly ``shape``, all finite."""
    array = _complex_shaped(name, value, shape)
    with np.errstate(over="ignore"):
        result = np.array(array, dtype=np.complex128, order="C", copy=True)
    require_finite(name, result)
    return result


def plain_complex(name: str, value: Any, shape: tuple[int, ...]) -> npt.NDArray[Any]:
    """Return ``value`` as an array of exactly ``shape``, all finite; copied only where it must be.

    Native complex64 and complex128 are kept as they are, all else becomes complex128.
    """
    array = _complex_shaped(name, value, shape)
    if array.dtype not in (np.dtype(np.complex64), np.dtype(np.complex128)):
        with np.errstate(over="ignore"):
            array = array.astype(np.complex128)
    require_finite(name, array)
    return array


def _complex_shaped(name: str, value: Any, shape: tuple[int, ...]) -> npt.NDArray[Any]:
    array = _plain(name, value)
    if array.dtype.kind not in "fiuc":
        raise TypeError(f"Argument `{name}` must be complex, but has dtype {array.dtype}.")
    _same_shape(name, array, shape)
    return array


def require_finite(name: str, array: npt.NDArray[Any], where: str = "") -> None:
    """ValueError with the index of the first NaN or infinity."""
    if not np.isfinite(array).all():
        index = tuple(int(i) for i in np.argwhere(~np.isfinite(array))[0])
        raise ValueError(
            f"Argument `{name}` must be finite, but is {array[index]!r} at {index}{where}."
        )


def increasing_times(name: str, value: Any, least: int = 1) -> RealField:
    """Return ``value`` as a 1D float64 array, finite and strictly increasing."""
    array = _plain(name, value)
    if array.ndim != 1 or array.size < least:
        raise ValueError(
            f"Argument `{name}` must be a 1D array of at least {least} times, "
            f"but has shape {array.shape}."
        )
    times: RealField = real_array(name, array, array.shape)
    with np.errstate(over="ignore"):
        intervals = np.diff(times)
        span = float(times[-1] - times[0]) if times.size else 0.0
    if not (intervals > 0).all():
        k = int(np.argmin(intervals > 0))
        raise ValueError(
            f"Argument `{name}` must be strictly increasing, but has {times[k]!r} at {k} "
            f"and {times[k + 1]!r} at {k + 1}."
        )
    if times.size > 1 and not (intervals.min() >= _SHORTEST and span <= _LONGEST):
        raise ValueError(
            f"Argument `{name}` must have intervals of at least {_SHORTEST:g} and a span of at "
            f"most {_LONGEST:g}, but spans {span!r} with a shortest interval of "
            f"{float(intervals.min())!r}."
        )
    return times


def shape_of(name: str, value: Any) -> tuple[int, ...]:
    """Return the shape of a number or of nested lists; ValueError where they are ragged."""
    try:
        return np.shape(value)
    except ValueError:
        raise ValueError(
            f"Argument `{name}` must be a rectangular array, but is {value!r}."
        ) from None


def array_shape(name: str, value: Any) -> tuple[int, ...]:
    """Return the shape of an array argument; ragged lists and what is no array are refused."""
    return _plain(name, value).shape


def _plain(name: str, value: Any) -> npt.NDArray[Any]:
    if value is None or isinstance(value, str | bytes | dict | set):
        raise TypeError(f"Argument `{name}` must be an array, but is {value!r}.")
    if isinstance(value, np.ma.MaskedArray):
        raise TypeError(f"Argument `{name}` must be a plain array, but is a masked one.")
    try:
        return np.asarray(value)
    except (ValueError, TypeError) as error:  # a ragged list
        raise ValueError(
            f"Argument `{name}` must be a rectangular array, but is not: {error}"
        ) from None


def _same_shape(name: str, array: npt.NDArray[Any], shape: tuple[int, ...]) -> None:
    if array.shape != shape:
        raise ValueError(f"Argument `{name}` must have shape {shape}, but has shape {array.shape}.")


def require_signature(name: str, f: Callable[..., Any], coordinates: int) -> None:
    """Refuse a callable that cannot be called as ``f(*coordinates, t)``, as far as it tells.

    Found when it is given: the TypeError of a call in the midst of a run names no argument.
    """
    try:  # of the callable itself: a wrapper may take other arguments than what it wraps
        signature = inspect.signature(f, follow_wrapped=False)
    except (TypeError, ValueError):  # compiled functions that do not tell
        return
    try:
        signature.bind(*range(coordinates + 1))
    except TypeError:
        raise TypeError(
            f"Argument `{name}` must take {coordinates + 1} arguments if it is callable, "
            f"f(*coordinates, t) with t last, but takes {signature}."
        ) from None
