"""Split-step Fourier methods as an expert writes them by hand: FFTW plans, tables, in place.

pyfftw where it is installed (plans made beforehand, unnormalised, in place), else scipy.fft, which
serves smoke runs only.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

try:
    import pyfftw
except ImportError:
    pyfftw = None

HAVE_FFTW = pyfftw is not None

# (drift, kick) shares of a step that begins and ends with a kick.
STRANG = ((1.0,), (0.5, 0.5))


def _blanes_moan(a: list[float], b: list[float]) -> tuple[tuple[float, ...], tuple[float, ...]]:
    return (*a, *reversed(a)), (*b[:-1], b[-1], *reversed(b[:-1]))


_A = [0.245298957184271, 0.604872665711080]
_B = [0.0829844064174052, 0.396309801498368, -0.0390563049223486]
# SRKN_6^b of Blanes & Moan (2002), order 4, for [B,[B,[B,A]]] = 0.
BLANES_MOAN = _blanes_moan([*_A, 0.5 - sum(_A)], [*_B, 1 - 2 * sum(_B)])


class Transform:
    """Forward and backward transforms of one array along some axes, in place."""

    def __init__(self, array: Any, axes: tuple[int, ...], threads: int, effort: str) -> None:
        self.size = math.prod(array.shape[a] for a in axes)
        if HAVE_FFTW:
            kept = array.copy()
            how: dict[str, Any] = {"axes": axes, "flags": (effort,), "threads": threads}
            there = pyfftw.FFTW(array, array, direction="FFTW_FORWARD", **how)
            back = pyfftw.FFTW(array, array, direction="FFTW_BACKWARD", **how)
            array[...] = kept  # planning overwrites
            self.forward: Callable[[], Any] = there.execute
            self.backward: Callable[[], Any] = back.execute
        else:
            import scipy.fft

            def forward() -> None:
                array[...] = scipy.fft.fftn(array, axes=axes)

            def backward() -> None:
                array[...] = scipy.fft.ifftn(array, axes=axes, norm="forward")

            self.forward, self.backward = forward, backward


def empty(shape: tuple[int, ...]) -> Any:
    """An array aligned for FFTW."""
    if HAVE_FFTW:
        return pyfftw.zeros_aligned(shape, dtype="complex128")
    return np.zeros(shape, complex)


def wavenumbers(n: int, spacing: float) -> Any:
    """k of an FFT."""
    return 2 * np.pi * np.fft.fftfreq(n, spacing)


class Splitting:
    """Steps of alternating factors; tables are made once for every share of a step.

    ``drift(share)`` and ``kick(share)`` return functions that act on the array; a kick at the end
    of a step joins the one at the start of the next.
    """

    def __init__(
        self,
        shares: tuple[tuple[float, ...], tuple[float, ...]],
        drift: Callable[[float], Callable[[], None]],
        kick: Callable[[float], Callable[[], None]],
    ) -> None:
        drifts, kicks = shares
        tables: dict[float, Callable[[], None]] = {}
        self._first, self._last = kick(kicks[0]), kick(kicks[-1])
        self._joint = kick(kicks[0] + kicks[-1])
        for share in dict.fromkeys(drifts):
            tables[share] = drift(share)
        middle = {share: kick(share) for share in dict.fromkeys(kicks[1:-1])}
        self._body: list[Callable[[], None]] = []
        for n, share in enumerate(drifts):
            self._body.append(tables[share])
            if n + 1 < len(drifts):
                self._body.append(middle[kicks[n + 1]])

    def run(self, steps: int) -> None:
        """Advance the array by so many steps."""
        self._first()
        for n in range(steps):
            for factor in self._body:
                factor()
            if n + 1 < steps:
                self._joint()
        self._last()


def multiplication(array: Any, table: Any) -> Callable[[], None]:
    """array *= table."""
    return lambda: np.multiply(array, table, out=array) and None if False else _times(array, table)


def _times(array: Any, table: Any) -> None:
    np.multiply(array, table, out=array)


def between(transform: Transform, array: Any, table: Any) -> Callable[[], None]:
    """Transform, multiply by the table (normalisation included), transform back."""
    scaled = table / transform.size

    def act() -> None:
        transform.forward()
        np.multiply(array, scaled, out=array)
        transform.backward()

    return act


def static_plane(
    psi0: Any,
    spacing: float,
    potential: Any,
    tau: float,
    shares: Any,
    threads: int = 1,
    effort: str = "FFTW_MEASURE",
) -> tuple[Any, Splitting]:
    """exp(−iτp²/2) by a transform along all axes, exp(−iτV) on sites."""
    psi = empty(psi0.shape)
    psi[...] = psi0
    transform = Transform(psi, tuple(range(psi.ndim)), threads, effort)
    k = [wavenumbers(n, spacing) for n in psi0.shape]
    square = sum(np.meshgrid(*(kk**2 for kk in k), indexing="ij", sparse=True))
    return psi, Splitting(
        shares,
        lambda share: between(transform, psi, np.exp(-0.5j * tau * share * square)),
        lambda share: _multiplier(psi, np.exp(-1j * tau * share * potential)),
    )


def _multiplier(array: Any, table: Any) -> Callable[[], None]:
    return lambda: _times(array, table)
