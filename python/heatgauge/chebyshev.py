"""The exponential of a static Hamiltonian as a sum of Chebyshev polynomials."""

from __future__ import annotations

import dataclasses
import math
import warnings
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from heatgauge import _core
from heatgauge.arguments import ComplexField, RealField, real
from heatgauge.errors import AccuracyWarning, NumericalError
from heatgauge.intervals import intervals
from heatgauge.memory import require_memory
from heatgauge.method import Plan
from heatgauge.spectrum import spectral_bounds

if TYPE_CHECKING:
    from heatgauge.hamiltonian import Hamiltonian

_EPS = float(np.finfo(float).eps)
_MOST_TERMS = 1e7  # 160 MB of coefficients, and phases that keep eight digits


@dataclasses.dataclass(frozen=True)
class Chebyshev:
    """ψ(t + dt) = Σ c_k T_k(H̃) ψ(t) with H̃ = (H − E₀)/ΔE in [−1, 1]: static H, any dt.

    c_k = (2 − δ_k0)(−i)^k J_k(z) e^{−iE₀dt/ħ}, z = ΔE·dt/ħ. [E₀ − ΔE, E₀ + ΔE] holds the spectrum
    for certain: the range of the site potential plus the largest value of each stencil, or
    Gershgorin's circles for a given matrix. Terms beyond z fall faster than any power of it, so a
    step of any length is as accurate as asked and costs z + O(z^{1/3}) products Hψ, without a
    matrix; one step per output interval costs least. The error is a bound: the sum of the Bessel
    functions left out.

    With ``rtol`` the terms left out of all steps add up to less than it, and with them the change
    of the norm; with ``dt`` each step keeps all terms above 1e-17. The norm is never corrected:
    rounding changes ‖ψ‖² by some 1e-16·√z per step.

    A Hamiltonian with a hard core makes ΔE large and the method slow: use CrankNicolson there, and
    for everything that depends on time.

    Parameters
    ----------
    angle : float in [0, π/2]
        Time is rotated, t → e^{−i·angle}t: 0 is Schrödinger's equation, π/2 diffusion (imaginary
        time, ħ∂ₜψ = −Hψ), anything between damps high energies while they turn. The polynomials are
        accurate at every angle. Norm and energy then fall; nothing is rescaled. Needs ``dt``.
    tolerance : float
        The terms left out of a step, relative to ‖ψ‖. ``rtol`` replaces it.

    Source: H. Tal-Ezer and R. Kosloff, *J. Chem. Phys.* 81, 3967 (1984).

    Examples
    --------
    >>> import numpy as np, heatgauge as hg
    >>> grid = hg.Grid([hg.Axis(-12, 12, 256)])
    >>> x, = grid.coordinates()
    >>> H = hg.Hamiltonian(grid, external=0.5 * x**2, order=8)     # oscillator, period 2π
    >>> psi = hg.gaussian_packet(grid, center=2.0, momentum=0.0, width=0.5**0.5)
    >>> run = hg.propagate(H, psi, [0, 2 * np.pi], rtol=1e-9, method=hg.Chebyshev())
    >>> run.steps, bool(abs(run.final + psi).max() < 1e-5)         # ψ(2π) = −ψ(0)
    (1, True)
    """

    angle: float = 0.0
    tolerance: float = 1e-17
    precision: ClassVar[str] = "double"
    advances_gaps: ClassVar[bool] = False

    def __post_init__(self) -> None:
        real("angle", self.angle, least=0.0, most=math.pi / 2)
        real("tolerance", self.tolerance, least=1e-30, most=1.0)

    def require(self, hamiltonian: Hamiltonian) -> None:
        """Raise ValueError for an H that depends on time or has absorbers."""
        if not hamiltonian.is_static:
            raise ValueError(
                "Argument `method` must not be hg.Chebyshev() for an H that depends on time: its "
                "polynomials are those of one H. Use hg.CrankNicolson(), or method=None."
            )
        if hamiltonian.absorbers:
            raise ValueError(
                "Argument `method` must not be hg.Chebyshev() for an H with absorbers: its "
                "polynomials stay bounded for real energies only. Use hg.CrankNicolson()."
            )

    def stepper(
        self, hamiltonian: Hamiltonian, dt: float, steps: int, members: int = 1, threads: int = 1
    ) -> ChebyshevStepper:
        """Return what advances states by steps of ``dt``; about ``steps`` of them are expected."""
        return ChebyshevStepper(hamiltonian, dt, self.angle, self.tolerance, threads)

    def plan(
        self,
        hamiltonian: Hamiltonian,
        psi0: ComplexField,
        times: RealField,
        breakpoints: RealField,
        rtol: float,
        threads: int = 1,
    ) -> Plan:
        """Return one step per interval, with tails that add up to less than ``rtol``."""
        if self.angle != 0.0:
            raise ValueError(
                "Argument `dt` must be given for rotated time: `rtol` needs a norm that stays. "
                "Steps of a few ħ over the energy that the state may lose are good."
            )
        span = float(times[-1] - times[0])
        cut = intervals(times, breakpoints, span)
        low, high = spectral_bounds(hamiltonian)
        # H is known to a few eps of its range, and so is the phase of every state.
        rounding = 4 * _EPS * (1 + len(cut)) + _EPS * (high - low) * span / hamiltonian.hbar
        if rounding > rtol:
            warnings.warn(
                f"Rounding alone leaves an error of about {rounding:.1e} after t·‖H‖/ħ = "
                f"{(high - low) * span / hamiltonian.hbar:.1e}, above rtol = {rtol:g}.",
                AccuracyWarning,
                stacklevel=4,
            )
        tail = max(rtol - rounding, _EPS) / len(cut)
        return Plan(dataclasses.replace(self, tolerance=tail), cut, len(cut) * tail + rounding)

    def space_order(self, hamiltonian: Hamiltonian) -> float:
        """That of the stencil of H."""
        return float(hamiltonian.order)

    def drift_bar(self, steps: int) -> float:
        """Relative change of the norm after ``steps`` steps that means a run has failed."""
        if self.angle != 0.0:
            return math.inf
        return 1e-9 * max(1.0, steps * 1e-6) + 2 * steps * self.tolerance


class ChebyshevStepper:
    """Knows H and dt, and advances states; holds no state itself."""

    def __init__(
        self,
        hamiltonian: Hamiltonian,
        dt: float,
        angle: float,
        tolerance: float,
        threads: int = 1,
    ) -> None:
        low, high = spectral_bounds(hamiltonian)
        self.dt = dt
        self._shape = hamiltonian.grid.shape
        self._centre, self._half_width = 0.5 * (low + high), 0.5 * (high - low)
        z = self._half_width * dt / hamiltonian.hbar
        if not z < _MOST_TERMS:
            raise ValueError(
                f"Argument `dt` must make a Chebyshev step of fewer than {_MOST_TERMS:.0g} terms, "
                f"but {dt!r} makes {z:.3g}: give a smaller dt, or more output times."
            )
        # The series is that of exp(−iz(x + 1)): the rest is the phase of the lower bound.
        exponent = -1j * np.exp(-1j * angle) * low * dt / hamiltonian.hbar
        with np.errstate(over="ignore", invalid="ignore"):
            factor = np.exp(exponent)
        if not np.isfinite(factor):
            raise NumericalError(
                f"exp(−H·dt/ħ) is beyond double precision for the lowest energy {low:.3g}: "
                f"add a constant to the potential, or give a smaller dt than {dt:.3g}."
            )
        self._coefficients = factor * _core.exponential_coefficients(z, angle, tolerance)
        self._series = series(hamiltonian, threads=threads)
        self.reason = (
            f"{self._coefficients.size} terms per step of {dt:.3g}, "
            f"spectrum within [{low:.6g}, {high:.6g}]"
        )

    def advance(
        self, psi: ComplexField, start: float, first: int, count: int, taken: int = 0
    ) -> None:
        """Advance ψ in place by ``count`` steps, from t = start + first·dt on."""
        for member in psi.reshape(-1, *self._shape):
            self._series.sum(member, self._coefficients, self._centre, self._half_width, count)
        if not np.isfinite(psi).all():
            time = start + first * self.dt
            raise NumericalError(
                f"The state stopped being finite in the {count} Chebyshev steps from t = "
                f"{time:.6g} (dt = {self.dt:.3g}) on. In rotated time states below zero energy "
                f"grow: add a constant to the potential.",
                step=taken + first,
                time=time,
            )


def series(hamiltonian: Hamiltonian, t: float = 0.0, threads: int = 1) -> _core.ChebyshevSeries:
    """Return what sums Chebyshev polynomials of H(t); threads share rows, in 2D and 3D."""
    estimate = hamiltonian.estimate()
    require_memory(estimate.applied_bytes + estimate.links_bytes, estimate)
    given = hamiltonian.given_matrix
    if given is not None:
        return _core.ChebyshevSeries(given.outer, given.inner, given.values)
    return _core.ChebyshevSeries(hamiltonian.core, hamiltonian.fields(t), threads)
