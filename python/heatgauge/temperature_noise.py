"""Fluctuations of the temperature: their correlations in space and time, and what they dephase."""

from __future__ import annotations

import dataclasses
import functools
import math

import numpy as np

from heatgauge import _core
from heatgauge.arguments import RealField, choice, real
from heatgauge.constants import hbar as _HBAR
from heatgauge.constants import k_B
from heatgauge.grid import Axis, Grid

_ROUNDING = 1e-10  # of a spectrum that must not be negative
_SHORTEST, _LONGEST = 1e-150, 1e150  # correlation times whose products stay in double precision
_FROZEN = 1e-90  # steps in units of the time constant in which slow noise hardly moves
_SMALL = 48  # points of an axis up to which a matrix is applied as fast as a transform
_GAUSSIAN_REACH = 9.0  # in correlation lengths: e^{−40} there
_ONE_IN_ALL = (
    5.0  # correlation lengths in units of a ring from which its images add up to a constant
)

Law = tuple[float, float, float, float, float]


def dephasing_rate(
    temperature_variance: float,
    correlation_time: float,
    charge: float = k_B,
    hbar: float = _HBAR,
) -> float:
    """Return Γ = s²⟨δT²⟩τ_c/ħ², the rate at which coherences between distant sites decay.

    Parameters
    ----------
    temperature_variance : float
        ⟨δT²⟩ on a site [K²].
    correlation_time : float
        τ_c = ∫c(t)dt/c(0) over all times, negative ones too [s]: twice the time constant of an
        exponential c.
    charge : float
        Entropy per carrier s [J/K].
    hbar : float
        [J·s]; any other consistent units will do.

    Returns
    -------
    float
        Γ [1/s], the ``rate`` of :func:`dephase`.

    Examples
    --------
    >>> import heatgauge as hg
    >>> rate = hg.dephasing_rate(0.01**2, 1e-12)            # 10 mK, correlated over a picosecond
    >>> f"{rate:.3e} /s, MCV relaxation time {1 / rate:.2e} s"
    '1.714e+06 /s, MCV relaxation time 5.83e-07 s'
    >>> hg.dephasing_rate(4.0, 0.5, charge=1.0, hbar=1.0)
    2.0
    """
    variance = real("temperature_variance", temperature_variance, least=0.0)
    tau = real("correlation_time", correlation_time, least=0.0)
    ratio = real("charge", charge) / real("hbar", hbar, above=0.0)
    rate = ratio * variance * (ratio * tau)
    if not math.isfinite(rate):
        raise ValueError(
            f"Argument `temperature_variance` must give a finite s²⟨δT²⟩τ_c/ħ², but is "
            f"{temperature_variance!r} with the correlation time {tau!r}, the charge {charge!r} "
            f"and hbar {hbar!r}."
        )
    return rate


@dataclasses.dataclass(frozen=True)
class NoiseSpectrum:
    """Noise of ω = sδT/ħ with ∫⟨ω_i(t)ω_j(0)⟩dt = rate·g(x_i − x_j), g a product over the axes.

    ``shape``: "gaussian", g = exp(−r²/2ξ²), isotropic; "exponential", g = Π exp(−|x_a|/ξ). On a
    periodic axis the sum over all images, divided by its value at 0. White in time, or for
    correlation_time τ_c > 0 an Ornstein–Uhlenbeck process with ⟨ω²⟩ = rate/τ_c and the time
    constant τ_c/2.
    """

    rate: float
    correlation_length: float = 0.0
    correlation_time: float = 0.0
    shape: str = "gaussian"

    def __post_init__(self) -> None:
        real("rate", self.rate, least=0.0, most=_LONGEST)
        real("correlation_length", self.correlation_length, least=0.0)
        tau = real("correlation_time", self.correlation_time, least=0.0, most=_LONGEST)
        if 0.0 < tau < _SHORTEST:
            raise ValueError(
                f"Argument `correlation_time` must be 0 (white noise) or >= {_SHORTEST:g}, but is "
                f"{tau!r}."
            )
        choice("correlation", self.shape, ("gaussian", "exponential"))

    @property
    def deviation(self) -> float:
        """√⟨ω²⟩; 0 for white noise, where it has no meaning."""
        tau = self.correlation_time
        return math.sqrt(self.rate / tau) if tau > 0 else 0.0

    def core(self, grid: Grid, keys: list[int]) -> _core.TemperatureNoise:
        """Return what draws the phases of the realisations with these keys."""
        filters = []
        if self.correlation_length > 0:
            filters = [_filter(self, axis) for axis in grid.axes]
        return _core.TemperatureNoise(grid.core, keys, filters, self.deviation)

    def law(self, dt: float) -> Law:
        """Return (spread, passed, kept, joint, fresh) of a step, exact for any dt.

        With θ = τ_c/2, a = e^{−dt/θ} and σ² = ⟨ω²⟩ the pair (φ = ∫ω dt, ω') is Gaussian about
        (θ(1 − a)ω, aω) with the variances σ²θ²(2dt/θ − 3 + 4a − a²), σ²(1 − a²) and the covariance
        σ²θ(1 − a)² (Gillespie, Phys. Rev. E 54, 2084 (1996)).
        """
        if self.deviation == 0.0:
            return (math.sqrt(self.rate * dt), 0.0, 0.0, 0.0, 0.0)
        theta, sigma = 0.5 * self.correlation_time, self.deviation
        u = dt / theta
        if u < _FROZEN:  # the limit, before u³ vanishes
            half = math.sqrt(0.5 * u)
            return (
                sigma * theta * u * 2 * half / math.sqrt(3),
                dt,
                1.0,
                sigma * math.sqrt(3) * half,
                sigma * half,
            )
        b = -math.expm1(-u)
        spread = sigma * theta * math.sqrt(_integrated_variance(u, b))
        joint = sigma**2 * theta * b**2 / spread
        fresh = math.sqrt(max(sigma**2 * b * (2.0 - b) - joint**2, 0.0))
        return (spread, theta * b, 1.0 - b, joint, fresh)

    def correlation(self, axis: Axis) -> RealField:
        """g between the first site of an axis and each of its sites."""
        r: RealField = axis.spacing * np.arange(axis.points, dtype=float)
        if self.correlation_length == 0.0:
            none: RealField = np.where(r == 0.0, 1.0, 0.0)
            return none
        return self._images(r, axis.length) if axis.periodic else self._plain(r)

    def between(self, grid: Grid) -> RealField:
        """g(x_i − x_j) between all pairs of sites, (size, size)."""
        result = np.ones((1, 1))
        for axis in grid.axes:
            g, i = self.correlation(axis), np.arange(axis.points)
            distance = (i[:, None] - i) % axis.points if axis.periodic else abs(i[:, None] - i)
            result = np.kron(result, g[distance])
        return result

    def _plain(self, r: RealField) -> RealField:
        with np.errstate(over="ignore"):
            x = np.abs(r) / self.correlation_length
            result: RealField = np.exp(-0.5 * x**2) if self.shape == "gaussian" else np.exp(-x)
        return result

    def _images(self, r: RealField, length: float) -> RealField:
        if self.correlation_length > _ONE_IN_ALL * length and self.shape == "gaussian":
            return np.ones_like(r)
        if self.shape == "exponential":  # a geometric series
            decay = math.exp(-length / self.correlation_length)
            series: RealField = (self._plain(r) + self._plain(length - r)) / (1.0 + decay)
            return series
        most = 1 + math.ceil(_GAUSSIAN_REACH * self.correlation_length / length)
        images: RealField = length * np.arange(-most, most + 1, dtype=float)
        total: RealField = self._plain(r[:, None] + images).sum(axis=1)
        total /= float(self._plain(images).sum())
        return total

    def ring(self, axis: Axis) -> int | None:
        """Sites of a ring, to be transformed, on which g between the sites of a line is kept."""
        n = axis.points
        if n <= _SMALL:
            return None
        if axis.periodic:
            return n if _smooth(n) == n else None
        if self.shape == "exponential":
            return _smooth(2 * n)  # convex: the circulant of the shorter way around is positive
        beyond = _GAUSSIAN_REACH * self.correlation_length / axis.spacing
        return _smooth(n + math.ceil(beyond)) if beyond < 3 * n else None

    def spectrum(self, axis: Axis, ring: int) -> RealField:
        """√ of the eigenvalues of g on a ring."""
        r: RealField = axis.spacing * np.arange(ring, dtype=float)
        length = ring * axis.spacing
        if axis.periodic:
            g = self._images(r, length)
        elif self.shape == "exponential":
            g = self._plain(np.minimum(r, length - r))
        else:
            g = self._plain(r) + self._plain(length - r)
        root: RealField = np.sqrt(_not_negative(np.fft.fft(g).real))
        return root


@functools.lru_cache(maxsize=16)
def _filter(noise: NoiseSpectrum, axis: Axis) -> _core.NoiseFilter:
    """What correlates numbers along an axis: by transforms, or by the root of the matrix of g."""
    n, ring = axis.points, noise.ring(axis)
    if ring is not None:
        return _core.NoiseFilter(n, noise.spectrum(axis, ring).tolist())
    g, i = noise.correlation(axis), np.arange(n)
    distance = (i[:, None] - i) % n if axis.periodic else abs(i[:, None] - i)
    weights, vectors = np.linalg.eigh(g[distance])
    root = vectors * np.sqrt(_not_negative(weights)) @ vectors.T
    return _core.NoiseFilter(np.ascontiguousarray(root))


def _integrated_variance(u: float, b: float) -> float:
    """2u − 2b − b² with b = 1 − e^{−u}; its series where the terms cancel."""
    if u > 1.0:
        return 2.0 * u - 2.0 * b - b**2
    return math.fsum((-u) ** k * (4.0 - 2.0**k) / math.factorial(k) for k in range(3, 26))


def _not_negative(spectrum: RealField) -> RealField:
    """The spectrum of a correlation; what rounding made negative is 0."""
    assert spectrum.min() >= -_ROUNDING * spectrum.max()  # g is positive definite by construction
    return np.maximum(spectrum, 0.0)


def _smooth(least: int) -> int:
    """The smallest 2^a·3^b·5^c that is not below ``least``."""
    n = least
    while not _core.transforms_lines(n):
        n += 1
    return n
