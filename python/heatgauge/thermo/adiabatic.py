"""The adiabatic theorem: how far a sweep of finite duration is from isentropic."""

from __future__ import annotations

import dataclasses
import math
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from heatgauge.arguments import RealField, array_shape, integer, real, real_array
from heatgauge.crank_nicolson import CrankNicolson
from heatgauge.errors import AliasingWarning
from heatgauge.hamiltonian import Hamiltonian
from heatgauge.propagate import propagate
from heatgauge.thermo.entropies import distribution, shannon
from heatgauge.thermo.partition import partition


@dataclasses.dataclass(frozen=True)
class Sweep:
    """Transitions between the levels at the start and at the end, one row per duration.

    Examples
    --------
    >>> import numpy as np, heatgauge as hg
    >>> pair = hg.Grid([hg.Axis(0.0, 2.0, 2, "periodic")])          # a qubit, gap 2 to 6.3
    >>> tilt = lambda tau: hg.Drive(np.array([3.0, -3.0]), lambda t: t / tau)
    >>> H_of = lambda tau: hg.Hamiltonian(pair, external=tilt(tau))
    >>> print(hg.thermo.adiabatic_sweep(H_of, [0.1, 10.0], k=2, T=2.0, rtol=1e-4))
    sweep of 2 levels: deviation 0.16 in 0.1, 0.0028 in 10
    """

    durations: RealField
    transitions: RealField
    """Shape (durations, k, k): from level n (last axis) to level m."""
    populations: RealField
    """Shape (durations, k): after the sweep."""
    start: RealField
    """Populations before it, shape (k,)."""
    entropy: RealField
    """Diagonal entropy after the sweep, −k_B Σ p ln p over the k levels."""
    start_entropy: float
    """Before it: the von Neumann entropy, which the sweep keeps."""

    @property
    def deviation(self) -> RealField:
        """Largest change of a population, for every duration."""
        return np.asarray(np.abs(self.populations - self.start).max(axis=1))

    @property
    def left(self) -> RealField:
        """Population that ended outside of the k levels."""
        return np.asarray(1 - self.populations.sum(axis=1))

    def __str__(self) -> str:
        listed = ", ".join(
            f"{d:.2g} in {t:.3g}" for d, t in zip(self.deviation, self.durations, strict=True)
        )
        return f"sweep of {self.start.size} levels: deviation {listed}"


def adiabatic_sweep(
    H_of: Callable[[float], Hamiltonian],
    durations: Any,
    k: int,
    *,
    populations: Any = None,
    T: float | None = None,
    dt: float | None = None,
    rtol: float | None = None,
    method: Any = None,
    k_B: float = 1.0,
) -> Sweep:
    """Sweep H(t) in several durations τ and measure the transitions P_mn = |⟨m,τ|U|n,0⟩|².

    Without crossings P → 1 as τ → ∞ and the process is isentropic (Born & Fock 1928). To first
    order the amplitude is ∫⟨m|∂ₜH|n⟩/(E_m − E_n) exp(i∫(E_m − E_n)dt/ħ) dt: a ramp with corners at
    its ends leaves 1 − P ~ τ⁻², one with continuous slope τ⁻⁴. Populations that start diagonal
    change by p' = Pp, so that the diagonal entropy cannot fall.

    Parameters
    ----------
    H_of : callable
        ``H_of(duration)`` returns the driven Hamiltonian of 0 <= t <= duration.
    durations : array of shape (n,)
        All > 0.
    k : int
        Levels followed; every one is propagated for every duration.
    populations : array of shape (k,), optional
        At the start. None: the Gibbs state of the k levels at T, or the lowest level alone.
    T : float, optional
        Temperature of the start.
    dt, rtol, method : optional
        Of each propagation, as in :func:`heatgauge.propagate`; method None is hg.CrankNicolson(),
        on the matrix whose levels are followed. The default rtol, 1e-6, bounds the
        error of P by 2e-6. With dt all levels take the same steps and P of all levels is doubly
        stochastic to round-off, with rtol to the error of ψ.
    k_B : float
        See :func:`partition`.

    Returns
    -------
    Sweep

    Raises
    ------
    ValueError, TypeError
        Bad arguments, populations and T together among them.
    NumericalError
        As ``heatgauge.propagate``.

    Examples
    --------
    Too fast to follow, the state stays as it is and is read in the new levels:

    >>> import numpy as np, heatgauge as hg
    >>> pair = hg.Grid([hg.Axis(0.0, 2.0, 2, "periodic")])
    >>> tilt = lambda tau: hg.Drive(np.array([3.0, -3.0]), lambda t: t / tau)
    >>> H_of = lambda tau: hg.Hamiltonian(pair, external=tilt(tau))
    >>> fast = hg.thermo.adiabatic_sweep(H_of, [1e-6], k=2)
    >>> before, after = (H_of(1e-6).lowest(1, t)[1][0] for t in (0.0, 1e-6))
    >>> bool(abs(fast.transitions[0, 0, 0] - abs(np.vdot(after, before)) ** 2) < 1e-6)
    True
    """
    if not callable(H_of):
        raise TypeError(f"Argument `H_of` must be a function of the duration, but is {H_of!r}.")
    count = math.prod(array_shape("durations", durations))
    times = real_array("durations", durations, (count,), positive=True)
    boltzmann = real("k_B", k_B, above=0.0)
    start: RealField | None = None
    transitions = []
    # the levels are those of the matrix of H: so is the evolution, unless another one is named
    used = CrankNicolson() if method is None else method
    for duration in times:
        H = _hamiltonian(H_of, float(duration))
        followed = integer("k", k, least=1, most=H.grid.size)
        energies, before = H.lowest(followed, 0.0)
        after = H.lowest(followed, float(duration))[1].reshape(followed, -1)
        if start is None:
            start = _start(populations, T, energies, boltzmann)
        with warnings.catch_warnings():
            # Every state is a level of this lattice; whether that resolves the continuum is
            # a question for `levels`.
            warnings.simplefilter("ignore", AliasingWarning)
            runs = [
                propagate(H, psi, [0.0, float(duration)], dt=dt, rtol=rtol, method=used)
                for psi in before
            ]
        evolved = np.array([run.final.ravel() for run in runs])
        amplitudes = after.conj() @ evolved.T * H.grid.cell_volume
        transitions.append(np.abs(amplitudes) ** 2)
    if start is None:
        raise ValueError("Argument `durations` must hold at least one duration, but is empty.")
    matrix = np.array(transitions)
    reached = matrix @ start
    entropy = np.array([boltzmann * shannon(p) for p in reached])
    return Sweep(times, matrix, reached, start, entropy, boltzmann * shannon(start))


def _hamiltonian(H_of: Callable[[float], Hamiltonian], duration: float) -> Hamiltonian:
    H = H_of(duration)
    if not isinstance(H, Hamiltonian):
        raise TypeError(f"Argument `H_of` must return a hg.Hamiltonian, but returned {H!r}.")
    return H


def _start(populations: Any, T: float | None, energies: RealField, k_B: float) -> RealField:
    if populations is not None and T is not None:
        raise ValueError("Arguments `populations` and `T` must not both be given, but are.")
    if populations is not None:
        return distribution("populations", populations, energies.size)
    if T is not None:
        return partition(energies, T, k_B=k_B).populations
    return np.asarray(np.eye(energies.size)[0])
