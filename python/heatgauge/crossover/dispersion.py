"""Which of the two modes of transport a wavenumber belongs to: wave-like or diffusive."""

from __future__ import annotations

import math
from typing import Any, Self

import numpy as np

from heatgauge.arguments import real
from heatgauge.errors import MissingData
from heatgauge.guyer_krumhansl import GuyerKrumhansl
from heatgauge.laws import Cattaneo, Fourier
from heatgauge.medium import Medium
from heatgauge.records.state import MaterialState

WAVE, DIFFUSIVE = "wave", "diffusive"


class Mode(str):
    """The kind of a mode, "wave" or "diffusive", with its frequencies.

    T ∝ exp(i(kx − ωt)), so that a mode decays with the rate −Im ω.

    Attributes
    ----------
    wavenumber : float
        k [1/m].
    roots : tuple of complex
        ω [rad/s]: of a wave the one that runs along +x and the one along −x; of diffusion the
        slow one and the fast one (the only one where τ = 0).
    speed : float
        Phase speed |Re ω|/k [m/s]; 0 for diffusion.
    damping : float
        −Im ω of the mode that lasts longest [1/s].
    cutoff : float
        k_c = 1/(2vτ) [1/m], above which modes are wave-like; inf where τ = 0.

    Examples
    --------
    >>> import heatgauge as hg
    >>> medium = hg.Medium(conductivity=1.0, capacity=1.0, relaxation=1.0)
    >>> short = hg.crossover.mode(1.0, medium)
    >>> print(short, short.roots[0], short.damping)
    wave (0.8660254037844386-0.5j) 0.5
    """

    wavenumber: float
    roots: tuple[complex, ...]
    cutoff: float

    def __new__(
        cls,
        kind: str,
        wavenumber: float = math.nan,
        roots: tuple[complex, ...] = (),
        cutoff: float = math.nan,
    ) -> Self:
        self = super().__new__(cls, kind)
        self.wavenumber, self.roots, self.cutoff = wavenumber, roots, cutoff
        return self

    @property
    def kind(self) -> str:
        """ "wave" or "diffusive"."""
        return str(self)

    @property
    def speed(self) -> float:
        """Phase speed |Re ω|/k [m/s]; 0 for diffusion."""
        return abs(self.roots[0].real) / self.wavenumber if self.wavenumber else 0.0

    @property
    def damping(self) -> float:
        """−Im ω of the mode that lasts longest [1/s]."""
        return min(-root.imag for root in self.roots) + 0.0


def mode(k: float, medium: Any) -> Mode:
    """Return the kind of mode and its roots of τω² + iω(1 + Kk²) − Dk² = 0.

    K = 0 for the law of Maxwell, Cattaneo and Vernotte: ω = −i/(2τ) ± √(v²k² − 1/(4τ²)), wave-like
    above k_c = 1/(2vτ), diffusive at and below it. K = 3ℓ² for Guyer–Krumhansl; τ = 0 is Fourier.

    Parameters
    ----------
    k : float
        Wavenumber [1/m], > 0.
    medium : Medium, MaterialState or law
        A uniform medium (taken with Cattaneo's law), or `Fourier`, `Cattaneo` or `GuyerKrumhansl`
        of one. A state of He II, which has neither κ nor τ, has undamped waves of its two-fluid
        speed.

    Returns
    -------
    Mode
        A str, "wave" or "diffusive", with ``roots``, ``speed``, ``damping`` and ``cutoff``.

    Raises
    ------
    ValueError, TypeError
        For k that is no number > 0, and media that are not uniform.
    MissingData
        Where the record of a material lacks κ, C or τ.

    Examples
    --------
    >>> import heatgauge as hg
    >>> medium = hg.Medium(conductivity=1.0, capacity=1.0, relaxation=1.0)
    >>> hg.crossover.mode(0.5, medium).roots  # Dk²τ = ¼: the double root
    (-0.5j, -0.5j)
    >>> print(hg.crossover.mode(1e4, hg.materials["NaF"].at(temperature=14.5)))
    wave
    """
    k = real("k", k, above=0.0, most=1e150)
    if isinstance(medium, MaterialState):
        try:
            D, tau = medium.diffusivity, medium.relaxation
        except MissingData:
            if medium.record.model != "two-fluid":
                raise
            omega = medium.wave_speed * k
            return Mode(WAVE, k, (complex(omega), complex(-omega)), 0.0)
        return _solved(k, D, tau, 0.0)
    nonlocal_length = 0.0
    if isinstance(medium, Fourier | Cattaneo | GuyerKrumhansl):
        law, medium = medium, medium.medium
        if isinstance(law, Fourier):
            medium = Medium(medium.conductivity, medium.capacity)
        if isinstance(law, GuyerKrumhansl):
            nonlocal_length = medium.nonlocal_length
    if not isinstance(medium, Medium):
        raise TypeError(
            "Argument `medium` must be a Medium, a state of a material, or the law Fourier, "
            f"Cattaneo or GuyerKrumhansl, but is {medium!r} ({type(medium).__name__})."
        )
    if medium.depends_on_temperature or medium.shape or np.ndim(nonlocal_length):
        raise ValueError(
            "Argument `medium` must be uniform (see Medium.frozen), but has coefficients that vary."
        )
    D, tau = float(medium.diffusivity), float(medium.relaxation)
    return _solved(k, D, tau, 3.0 * float(nonlocal_length) ** 2)


def _solved(k: float, D: float, tau: float, K: float) -> Mode:
    """Roots without cancellation: the slow one from the product of both."""
    loss = 1.0 + K * k * k
    if tau == 0.0:
        return Mode(DIFFUSIVE, k, (complex(0.0, -D * k * k / loss),), math.inf)
    cutoff = 0.5 / math.sqrt(D * tau)  # vτ = √(Dτ)
    discriminant = loss * loss - 4.0 * tau * D * k * k
    if discriminant < 0.0:
        omega = math.sqrt(-discriminant) / (2 * tau)
        decay = -loss / (2 * tau)
        return Mode(WAVE, k, (complex(omega, decay), complex(-omega, decay)), cutoff)
    sum_ = loss + math.sqrt(discriminant)
    slow, fast = 2 * D * k * k / sum_, sum_ / (2 * tau)
    return Mode(DIFFUSIVE, k, (complex(0.0, -slow), complex(0.0, -fast)), cutoff)
