"""Split-step Fourier methods as an expert writes them by hand: FFTW plans, tables, in place.

pyfftw where it is installed (planned beforehand, unnormalised, in place, aligned), else scipy.fft,
which serves smoke runs only. ħ = m = s = 1.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from problems import DrivenSpace, InductionTrap, TravellingWave

try:
    import pyfftw
except ImportError:
    pyfftw = None

HAVE_FFTW = pyfftw is not None
EFFORT = "FFTW_MEASURE"

Factor = Callable[[float], None]  # acts on the array; takes the time at which it starts
Shares = tuple[tuple[float, ...], tuple[float, ...]]  # of drifts and kicks; kicks at both ends

STRANG: Shares = ((1.0,), (0.5, 0.5))
_A = (0.245298957184271, 0.604872665711080)
_B = (0.0829844064174052, 0.396309801498368, -0.0390563049223486)
_HALF = (*_A, 0.5 - sum(_A))
# SRKN_6^b of Blanes & Moan (2002), order 4: for [B,[B,[B,A]]] = 0, A the drift.
BLANES_MOAN: Shares = ((*_HALF, *reversed(_HALF)), (*_B, 1 - 2 * sum(_B), *reversed(_B)))


class Transform:
    """Transforms of one array along some axes, in place and unnormalised."""

    def __init__(self, array: Any, axes: tuple[int, ...], threads: int = 1) -> None:
        self.size = math.prod(array.shape[a] for a in axes)
        if HAVE_FFTW:
            kept = array.copy()
            how: dict[str, Any] = {"axes": axes, "flags": (EFFORT,), "threads": threads}
            plans = [
                pyfftw.FFTW(array, array, direction=f"FFTW_{way}", **how)
                for way in ("FORWARD", "BACKWARD")
            ]
            array[...] = kept  # planning overwrites
            self.forward, self.backward = plans[0].execute, plans[1].execute
            return
        import scipy.fft

        def forward() -> None:
            array[...] = scipy.fft.fftn(array, axes=axes)

        def backward() -> None:
            array[...] = scipy.fft.ifftn(array, axes=axes, norm="forward")

        self.forward, self.backward = forward, backward


class Splitting:
    """Steps of drifts and kicks; the last kick of a step joins the first of the next.

    ``drift(share)`` and ``kick(share)`` make the factors, once for every share. Time runs with the
    drifts.
    """

    def __init__(
        self,
        psi: Any,
        tau: float,
        shares: Shares,
        drift: Callable[[float], Factor],
        kick: Callable[[float], Factor],
    ) -> None:
        drifts, kicks = shares
        self.psi, self._tau = psi, tau
        made_drifts = {share: drift(share) for share in set(drifts)}
        made_kicks = {share: kick(share) for share in {*kicks, kicks[0] + kicks[-1]}}
        self._first, self._last = made_kicks[kicks[0]], made_kicks[kicks[-1]]
        self._joint = made_kicks[kicks[0] + kicks[-1]]
        times = np.concatenate([[0.0], np.cumsum(drifts)]) * tau
        self._body: list[tuple[Factor, float]] = []
        for n, share in enumerate(drifts):
            self._body.append((made_drifts[share], float(times[n])))
            if n + 1 < len(drifts):
                self._body.append((made_kicks[kicks[n + 1]], float(times[n + 1])))

    def run(self, psi0: Any, steps: int) -> Any:
        """Return the state after so many steps from t = 0."""
        self.psi[...] = psi0
        self.advance(steps)
        return self.psi

    def advance(self, steps: int) -> None:
        """Advance the array by so many steps."""
        self._first(0.0)
        for n in range(steps):
            for factor, offset in self._body:
                factor(n * self._tau + offset)
            if n + 1 < steps:
                self._joint((n + 1) * self._tau)
        self._last(steps * self._tau)


def empty(shape: tuple[int, ...]) -> Any:
    """A complex array, aligned for FFTW."""
    return pyfftw.zeros_aligned(shape, "complex128") if HAVE_FFTW else np.zeros(shape, complex)


def wavenumbers(grid: Any) -> list[Any]:
    """k of every axis, in shapes that broadcast."""
    d = grid.dimensions
    return [
        (2 * np.pi * np.fft.fftfreq(n, h)).reshape([-1 if b == a else 1 for b in range(d)])
        for a, (n, h) in enumerate(zip(grid.shape, grid.spacing, strict=True))
    ]


def multiplication(psi: Any, table: Any) -> Factor:
    """psi *= table."""

    def act(t: float) -> None:
        np.multiply(psi, table, out=psi)

    return act


def conjugated(transform: Transform, psi: Any, table: Any) -> Factor:
    """Transform, multiply by the table, transform back."""
    scaled = np.ascontiguousarray(np.broadcast_to(table / transform.size, psi.shape))

    def act(t: float) -> None:
        transform.forward()
        np.multiply(psi, scaled, out=psi)
        transform.backward()

    return act


def static(grid: Any, potential: Any, tau: float, shares: Shares, threads: int = 1) -> Splitting:
    """p²/2 by one transform along all axes, V on sites."""
    psi = empty(grid.shape)
    transform = Transform(psi, tuple(range(psi.ndim)), threads)
    square = sum(k**2 for k in wavenumbers(grid))
    return Splitting(
        psi,
        tau,
        shares,
        lambda share: conjugated(transform, psi, np.exp(-0.5j * tau * share * square)),
        lambda share: multiplication(psi, np.exp(-1j * tau * share * potential)),
    )


def induction(problem: InductionTrap, grid: Any, tau: float, shares: Shares) -> Splitting:
    """(p_x² + ω²y²)/2 in (k, y) and ((p_y − Bx)² + ω²x²)/2 in (x, k): two exact halves.

    (x, p_y) commute, so that the Runge–Kutta–Nyström scheme applies.
    """
    psi = empty(grid.shape)
    along_x, along_y = Transform(psi, (0,)), Transform(psi, (1,))
    (x, y), (kx, ky) = grid.coordinates(), wavenumbers(grid)
    first = 0.5 * (kx**2 + (problem.trap * y) ** 2)
    second = 0.5 * ((ky - problem.induction * x) ** 2 + (problem.trap * x) ** 2)
    return Splitting(
        psi,
        tau,
        shares,
        lambda share: conjugated(along_x, psi, np.exp(-1j * tau * share * first)),
        lambda share: conjugated(along_y, psi, np.exp(-1j * tau * share * second)),
    )


def exact_shear(problem: InductionTrap, grid: Any, tau: float) -> Splitting:
    """Force gradient V/6·T/2·⅔(V − τ²|∇V|²/48)·T/2·V/6 with the exact flow of the induction.

    exp(−iTτ/2) = X(tan(ωτ/4)/ω)·Y(sin(ωτ/2)/ω)·X(tan(ωτ/4)/ω).
    """
    psi = empty(grid.shape)
    along_x, along_y = Transform(psi, (0,)), Transform(psi, (1,))
    (x, y), (kx, ky) = grid.coordinates(), wavenumbers(grid)
    omega = problem.induction
    outer = conjugated(along_x, psi, np.exp(-0.5j * np.tan(omega * tau / 4) / omega * kx**2))
    sheared = np.exp(-0.5j * np.sin(omega * tau / 2) / omega * (ky - omega * x) ** 2)
    inner = conjugated(along_y, psi, sheared)
    potential = 0.5 * problem.trap**2 * (x**2 + y**2)
    corrected = potential - tau**2 / 48 * problem.trap**4 * (x**2 + y**2)

    def drift(share: float) -> Factor:
        def act(t: float) -> None:
            for factor in (outer, inner, outer):
                factor(t)

        return act

    def kick(share: float) -> Factor:
        table = corrected if share == 2 / 3 else potential
        return multiplication(psi, np.exp(-1j * tau * share * table))

    return Splitting(psi, tau, ((0.5, 0.5), (1 / 6, 2 / 3, 1 / 6)), drift, kick)


def wave(problem: TravellingWave, grid: Any, tau: float, shares: Shares) -> Splitting:
    """p²/2 by one transform along both axes; the phase of V(x, t) is one line, broadcast."""
    psi = empty(grid.shape)
    transform = Transform(psi, (0, 1))
    x = grid.axes[0].sites()
    square = sum(k**2 for k in wavenumbers(grid))

    def kick(share: float) -> Factor:
        def act(t: float) -> None:
            phase = np.exp(-1j * tau * share * problem.potential(x, t))
            np.multiply(psi, phase[:, None], out=psi)

        return act

    return Splitting(
        psi,
        tau,
        shares,
        lambda share: conjugated(transform, psi, np.exp(-0.5j * tau * share * square)),
        kick,
    )


def driven(problem: DrivenSpace, grid: Any, tau: float) -> Splitting:
    """Strang in 3D: p²/2 in one table, A_z at mid-step in one line, the trap on sites."""
    psi = empty(grid.shape)
    transform = Transform(psi, (0, 1, 2))
    k = wavenumbers(grid)
    table = np.exp(-0.5j * tau * sum(kk**2 for kk in k)) / psi.size
    trap = 0.5 * problem.trap**2 * sum(x**2 for x in grid.coordinates())

    def drift(share: float) -> Factor:
        def act(t: float) -> None:
            push = problem.push * math.sin(problem.frequency * (t + 0.5 * tau))
            transform.forward()
            np.multiply(psi, table, out=psi)
            np.multiply(psi, np.exp(1j * tau * (k[2] * push - 0.5 * push**2)), out=psi)
            transform.backward()

        return act

    return Splitting(
        psi, tau, STRANG, drift, lambda s: multiplication(psi, np.exp(-1j * tau * s * trap))
    )
