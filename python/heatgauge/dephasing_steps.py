"""Steps of many realisations: kinetic steps of the lattice between random temporal links."""

from __future__ import annotations

import dataclasses
import functools
import math
from typing import TYPE_CHECKING, Protocol

import numpy as np

from heatgauge import _core
from heatgauge.arguments import ComplexField
from heatgauge.chebyshev import Chebyshev
from heatgauge.composition import Composition, Motion, strang
from heatgauge.intervals import Interval
from heatgauge.kinetic_coupling import Coupling, kinetic_coupling
from heatgauge.method import Stepper
from heatgauge.spectrum import spectral_bounds
from heatgauge.sweep_stages import strengths
from heatgauge.sweep_stepper import SweepStepper
from heatgauge.temperature_noise import NoiseSpectrum

if TYPE_CHECKING:
    import numpy.typing as npt

    from heatgauge.hamiltonian import Hamiltonian

MEMBERS = 16
"""Realisations that advance together: the lanes of a bundle. Part of what fixes their bits."""

# Largest relative error of a lattice energy as the Padé approximants take it.
_LATTICE_ERROR = 1e-5
# (4λ)^(2m)/c is that error for m factors.
_PADE = {1: 12.0, 2: 720.0, 3: 100800.0, 4: 25401600.0}
# Up to this 4λ four factors do; beyond it the exponential is a product of shorter ones.
_LARGEST_TURN = (_LATTICE_ERROR * _PADE[4]) ** (1 / 8)
_MOST_PIECES = 4096  # of them, in a kinetic step
_DENOMINATORS = {
    1: (1.0, 1 / 2),
    2: (1.0, 1 / 2, 1 / 12),
    3: (1.0, 1 / 2, 1 / 10, 1 / 120),
    4: (1.0, 1 / 2, 3 / 28, 1 / 84, 1 / 1680),
}
# Of the default step: rate·dt, width of the spectrum of an axis or of V times dt/ħ, and the turn by
# slow noise. Strang's error in ⟨x²⟩ is (rate·dt)²/12 of it.
_RATE_STEP, _ENERGY_STEP, _TURN_STEP = 0.05, 0.5, 0.25


@dataclasses.dataclass(frozen=True)
class LatticeLines:
    """exp(−iλS) along lines, S = 2 − uT − (uT)†: the lattice of order 2 itself.

    Diagonal Padé approximants of the exponential, factored: unitary and covariant as every product
    of Cayley factors is.
    """

    method: str = "dephase"
    refine: bool = False

    def add(self, program: _core.SweepProgram, axis: int, strength: float, link_slot: int) -> None:
        """Add the sweep along an axis to the body of a program."""
        if strength != 0.0:
            program.sweep(_core.StepPart.body, axis, lattice_factors(strength), link_slot)


@functools.lru_cache(maxsize=64)
def lattice_factors(strength: float) -> list[tuple[complex, complex]]:
    """(zero, pole) of exp(−i·strength·S), to a relative 1e-5 of every energy of the lattice."""
    pieces = max(1, math.ceil(4 * abs(strength) / _LARGEST_TURN))  # 1 up to dt·width/ħ = 2
    strength /= pieces
    z = 4 * abs(strength)
    count = next((m for m, c in _PADE.items() if z ** (2 * m) / c <= _LATTICE_ERROR), 4)
    # Π(1 − z/r) is the numerator of [m/m]; with z = −i·strength·s its roots make poles i·strength/r
    roots = np.roots(_DENOMINATORS[count][::-1])
    poles = [complex(1j * strength / r) for r in roots]
    factors = [(pole.conjugate(), pole) for pole in poles]
    return factors * int(pieces)


class NoisySteps(Protocol):
    """Advances ``MEMBERS`` states by the steps of one length."""

    def advance(
        self,
        psi: ComplexField,
        piece: Interval,
        noise: _core.TemperatureNoise,
        first: int,
        stop: npt.NDArray[np.uint8],
    ) -> None:
        """All steps of an interval, the first of which has the number ``first``."""


def noisy_steps(hamiltonian: Hamiltonian, spectrum: NoiseSpectrum, dt: float) -> NoisySteps:
    """Return what takes steps of ``dt`` with this noise."""
    if not swept(hamiltonian):
        return _BetweenSteps(spectrum, dt, *(_Exponential(hamiltonian, x * dt) for x in (0.5, 1.0)))
    if hamiltonian.is_static:
        return _SweptSteps(hamiltonian, spectrum, dt)
    return _BetweenSteps(spectrum, dt, *(_driven(hamiltonian, x * dt) for x in (0.5, 1.0)))


def swept(hamiltonian: Hamiltonian) -> bool:
    """Whether the kinetic part is that of lines of order 2."""
    return (
        hamiltonian.given_matrix is None
        and hamiltonian.order == 2
        and not isinstance(hamiltonian.mass, np.ndarray)
    )


def describe(hamiltonian: Hamiltonian) -> str:
    """Which kinetic steps are taken."""
    if not swept(hamiltonian):
        return "Strang steps of exp(−iH·dt/ħ) (Chebyshev) and random temporal links"
    return "Strang steps of exp(−iK·dt/ħ) of the lattice (Padé sweeps) and random temporal links"


def require_dephasable(hamiltonian: Hamiltonian) -> None:
    """Refuse what neither kind of step covers."""
    if hamiltonian.absorbers:
        raise ValueError("Argument `H` must have no absorbers here: realisations are unitary.")
    if not hamiltonian.is_static and not swept(hamiltonian):
        raise ValueError(
            "Argument `H` must be static, or of order 2 with one mass per axis, but depends on "
            "time and is not."
        )


def require_short(hamiltonian: Hamiltonian, dt: float) -> None:
    """Refuse steps in which the lattice turns so often that each would take for ever."""
    if swept(hamiltonian):
        longest = _MOST_PIECES * _LARGEST_TURN * hamiltonian.hbar / _widest_axis(hamiltonian)
        if dt > longest:
            raise ValueError(
                f"Argument `dt` must be at most {longest:.6g} on this lattice, but steps are "
                f"{dt!r} long: give a smaller one."
            )


def _widest_axis(hamiltonian: Hamiltonian) -> float:
    """Range of the kinetic energies of an axis, 2ħ²/mh², the largest of them."""
    masses = np.asarray(hamiltonian.mass)
    spacings = np.array(hamiltonian.grid.spacing)
    return float(np.max(2 * hamiltonian.hbar**2 / (masses * spacings**2)))


def default_step(hamiltonian: Hamiltonian, spectrum: NoiseSpectrum, t: float) -> float:
    """Return dt with which splitting errors stay below 1e-3 of the averages."""
    if swept(hamiltonian):
        width = _widest_axis(hamiltonian)
        potential = hamiltonian.site_potential(t)
        width = max(width, float(np.ptp(potential)))
    else:
        low, high = spectral_bounds(hamiltonian, t)
        width = high - low
    bounds = [_ENERGY_STEP * hamiltonian.hbar / width if width > 0 else np.inf]
    if spectrum.rate > 0:
        bounds.append(_RATE_STEP / spectrum.rate)
    if spectrum.deviation > 0:
        # white noise would turn by √(rate·dt): slow noise never does more than that
        bounds[-1] = max(bounds[-1], _TURN_STEP / spectrum.deviation)
    return float(min(bounds))


class _SweptSteps:
    """Static H: all steps of an interval in one call."""

    def __init__(self, hamiltonian: Hamiltonian, spectrum: NoiseSpectrum, dt: float) -> None:
        self._law = spectrum.law(dt)
        action = hamiltonian.site_potential(0.0) * (dt / hamiltonian.hbar)
        links = hamiltonian.link_phases(0.0)
        composition = _lattice_strang(kinetic_coupling(hamiltonian, 0.0), len(links))
        quarter = None if not action.any() else np.ascontiguousarray(0.25 * action)
        self._steady = None if quarter is None else [k * quarter for k in (3.0, 4.0, 2.0)]
        half = strengths(hamiltonian, composition, 0.5 * dt, {})
        whole = strengths(hamiltonian, composition, dt, {})
        axes = [part.axis for part in composition.kinetics]
        part = _core.StepPart
        self._programs, self._slots = [], []
        for sweeps, noisy in ((half, False), (whole, True), (half, True)):
            program = _core.SweepProgram(hamiltonian.grid.core, MEMBERS, 1, False)
            if noisy:
                self._slots.append(program.site_slot(own_of_member=True))
                program.phase(part.prologue, self._slots[-1])
            elif quarter is not None:
                program.phase(part.prologue, program.site_slot())
            slots = [_link_slot(program, axis, phase) for axis, phase in enumerate(links)]
            for axis, strength in zip(axes, sweeps, strict=True):
                LatticeLines().add(program, axis, strength, slots[axis])
            if noisy and sweeps is half and quarter is not None:
                self._last_quarter = program.site_slot()
                program.phase(part.epilogue, self._last_quarter)
            self._programs.append(program)
            for slot, phase in zip(slots, links, strict=True):
                if phase is not None:
                    program.set_links(slot, np.ascontiguousarray(phase))
        if quarter is not None:
            self._programs[0].set_phase(0, quarter)
            self._programs[2].set_phase(self._last_quarter, quarter)

    def advance(
        self,
        psi: ComplexField,
        piece: Interval,
        noise: _core.TemperatureNoise,
        first: int,
        stop: npt.NDArray[np.uint8],
    ) -> None:
        _core.advance_noisy(
            self._programs, self._slots, self._steady, noise, self._law, first, piece.steps, psi,
            stop,
        )  # fmt: skip


class _BetweenSteps:
    """Steps of any stepper, ½ first and last, with temporal links in between."""

    def __init__(self, spectrum: NoiseSpectrum, dt: float, half: Stepper, whole: Stepper) -> None:
        self._law, self._dt, self._half, self._whole = spectrum.law(dt), dt, half, whole

    def advance(
        self,
        psi: ComplexField,
        piece: Interval,
        noise: _core.TemperatureNoise,
        first: int,
        stop: npt.NDArray[np.uint8],
    ) -> None:
        middle = piece.start + 0.5 * self._dt
        self._half.advance(psi, piece.start, 0, 1, taken=first)
        for k in range(piece.steps):
            if stop[0]:
                raise KeyboardInterrupt
            psi *= np.exp(-1j * noise.phases(first + k, self._law)).reshape(psi.shape)
            if k < piece.steps - 1:
                self._whole.advance(psi, middle, k, 1, taken=first + k)
        last = middle + (piece.steps - 1) * self._dt
        self._half.advance(psi, last, 0, 1, taken=first + piece.steps - 1)


def _Exponential(hamiltonian: Hamiltonian, dt: float) -> Stepper:
    return Chebyshev().stepper(hamiltonian, dt, 1)


def _driven(hamiltonian: Hamiltonian, dt: float) -> Stepper:
    return SweepStepper(hamiltonian, dt, _lattice_strang, LatticeLines(), MEMBERS, 1)


def _lattice_strang(coupling: Coupling, dimensions: int) -> Composition:
    """Exact shears are of the continuum: coupled axes of a lattice move in a symmetric product."""
    return strang(Motion(tuple(range(dimensions)), None, coupled=coupling.kind != "none"))


def _link_slot(program: _core.SweepProgram, axis: int, phase: object) -> int:
    kind = _core.LinkKind.none if phase is None else _core.LinkKind.array
    return program.link_slot(axis, kind)
