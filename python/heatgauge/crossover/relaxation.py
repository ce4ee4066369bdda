"""Laws τ(T) of a relaxation time, from measured quantities or from a formula.

Each is called with T in K, a number or an array, and returns τ in s. Rates of independent causes
add: `Matthiessen`.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable
from typing import Any

import numpy as np

from heatgauge.arguments import real
from heatgauge.constants import hbar, k_B

Curve = Callable[[Any], Any]


@dataclasses.dataclass(frozen=True)
class PowerLaw:
    """τ = time · (T/reference)^(−exponent); an exponent of 0 is a constant time.

    Parameters
    ----------
    time : float
        τ at the reference temperature [s], > 0.
    exponent : float
    reference : float
        K, > 0.

    Examples
    --------
    >>> import heatgauge as hg
    >>> law = hg.crossover.PowerLaw(1 / 4.49e4, exponent=4)  # 1/τ = 4.49e4 T⁴ s⁻¹
    >>> print(f"{law(2.0):.3e}")
    1.392e-06
    """

    time: float
    exponent: float = 0.0
    reference: float = 1.0

    def __post_init__(self) -> None:
        _checked(self, time=0.0, exponent=None, reference=0.0)

    def __call__(self, temperature: Any) -> Any:
        with np.errstate(over="ignore", under="ignore"):  # inf: nothing decays
            scaled = np.asarray(temperature, dtype=np.float64) / self.reference
            return _number(self.time * scaled**-self.exponent)


@dataclasses.dataclass(frozen=True)
class Umklapp:
    """τ = time · (T/reference)^power · exp(activation/T): quasi-momentum lost in Umklapp processes.

    Parameters
    ----------
    time : float
        Prefactor [s], > 0.
    activation : float
        Θ/b [K], > 0.
    power, reference : float
        Of the prefactor; reference in K.

    Examples
    --------
    >>> import heatgauge as hg
    >>> law = hg.crossover.Umklapp(1e-9, activation=10.0)
    >>> print(f"{law(2.0) / law(10.0):.4f}")  # e⁵/e¹
    54.5982
    """

    time: float
    activation: float
    power: float = 0.0
    reference: float = 1.0

    def __post_init__(self) -> None:
        _checked(self, time=0.0, activation=0.0, power=None, reference=0.0)

    def __call__(self, temperature: Any) -> Any:
        with np.errstate(over="ignore"):  # an infinite time is no error: nothing decays
            growth = np.exp(self.activation / np.asarray(temperature, dtype=np.float64))
            scaled = (np.asarray(temperature, dtype=np.float64) / self.reference) ** self.power
            return (self.time * scaled * growth)[()]


@dataclasses.dataclass(frozen=True)
class FromRate:
    """τ = 1/Γ, of a rate that is a number or a function of T [1/s], such as one of dephasing.

    Examples
    --------
    >>> import heatgauge as hg
    >>> print(hg.crossover.FromRate(lambda T: 2.0 * T)(5.0))
    0.1
    """

    rate: float | Curve

    def __post_init__(self) -> None:
        if not callable(self.rate):
            _checked(self, rate=0.0)

    def __call__(self, temperature: Any) -> Any:
        rate = self.rate(temperature) if callable(self.rate) else self.rate
        with np.errstate(divide="ignore", over="ignore"):  # without decay the time is infinite
            return (1.0 / (rate + 0.0 * np.asarray(temperature, dtype=np.float64)))[()]


@dataclasses.dataclass(frozen=True)
class Planckian:
    """τ = factor · ħ/(k_B T), 7.638e-12 s at 1 K: the shortest time temperature itself defines.

    Examples
    --------
    >>> import heatgauge as hg
    >>> print(f"{hg.crossover.Planckian()(1.0):.4e}")
    7.6382e-12
    """

    factor: float = 1.0

    def __post_init__(self) -> None:
        _checked(self, factor=0.0)

    def __call__(self, temperature: Any) -> Any:
        return self.factor * hbar / (k_B * temperature)


@dataclasses.dataclass(frozen=True)
class Boundary:
    """τ = size/speed: phonons that cross a specimen at the sound speed and lose heat at its faces.

    This is τ_boundary: it bounds τ_R from above, and is no property of the crystal.

    Examples
    --------
    >>> import heatgauge as hg
    >>> print(f"{hg.crossover.Boundary(size=9.0e-3, speed=1.5e3)(2.0):.3g}")
    6e-06
    """

    size: float
    speed: float

    def __post_init__(self) -> None:
        _checked(self, size=0.0, speed=0.0)

    def __call__(self, temperature: Any) -> Any:
        return (self.size / self.speed + 0.0 * np.asarray(temperature, dtype=np.float64))[()]


@dataclasses.dataclass(frozen=True)
class Kinetic:
    """τ from measured κ(T) and C(T): κ/(C v²), or 3κ/(C c²) where one time rules and v = c/√3.

    Exactly one of the two speeds is given. In the boundary regime, where c·τ reaches the size of
    the specimen, κ is set by its faces and this is τ_boundary, not τ_R: see `boundary_limited`.

    Parameters
    ----------
    conductivity, capacity : float or callable of T
        κ [W/(m·K)] and C [J/(m³·K)].
    wave_speed : float or callable of T, optional
        v of second sound [m/s].
    sound_speed : float or callable of T, optional
        c of the phonons [m/s].
    size : float, optional
        Of the specimen [m].

    Raises
    ------
    TypeError
        Unless exactly one speed is given.

    Examples
    --------
    >>> import heatgauge as hg
    >>> slow = hg.crossover.Kinetic(12.0, capacity=1.0, sound_speed=6.0)
    >>> fast = hg.crossover.Kinetic(12.0, capacity=1.0, wave_speed=6.0)
    >>> round(slow(1.0), 12), round(fast(1.0), 12)
    (1.0, 0.333333333333)
    """

    conductivity: float | Curve
    capacity: float | Curve
    wave_speed: float | Curve | None = None
    sound_speed: float | Curve | None = None
    size: float | None = None

    def __post_init__(self) -> None:
        if (self.wave_speed is None) == (self.sound_speed is None):
            raise TypeError("Give exactly one of the arguments `wave_speed` and `sound_speed`.")
        for name in ("conductivity", "capacity", "wave_speed", "sound_speed", "size"):
            value = getattr(self, name)
            needed = value is not None or name in ("conductivity", "capacity")
            if needed and (name == "size" or not callable(value)):
                _checked(self, **{name: 0.0})

    def __call__(self, temperature: Any) -> Any:
        with np.errstate(all="ignore"):  # a speed whose square leaves double precision
            diffusivity = _at(self.conductivity, temperature) / _at(self.capacity, temperature)
            speed = np.asarray(self._wave_speed(temperature), dtype=np.float64)
            return _number(diffusivity / speed / speed)

    def boundary_limited(self, temperature: Any) -> Any:
        """Whether phonons cross the specimen freely: c·τ >= size, so that τ is τ_boundary."""
        if self.size is None:
            raise ValueError("Argument `size` was not given: it decides what limits κ.")
        c = math.sqrt(3.0) * self._wave_speed(temperature)
        return c * self(temperature) >= self.size

    def _wave_speed(self, temperature: Any) -> Any:
        if self.wave_speed is not None:
            return _at(self.wave_speed, temperature)
        return _at(self.sound_speed, temperature) / math.sqrt(3.0)


class Matthiessen:
    """1/τ = Σ 1/τ_i, of causes that act independently.

    Examples
    --------
    >>> import heatgauge as hg
    >>> both = hg.crossover.Matthiessen(hg.crossover.PowerLaw(3.0), hg.crossover.PowerLaw(6.0))
    >>> both(1.0)
    2.0
    """

    def __init__(self, *laws: Curve) -> None:
        if not laws:
            raise TypeError("Give at least one law τ(T).")
        for law in laws:
            if not callable(law):
                raise TypeError(f"Argument `laws` must be functions τ(T), but has {law!r}.")
        self.laws = laws

    def __call__(self, temperature: Any) -> Any:
        return 1.0 / sum(1.0 / law(temperature) for law in self.laws)

    def __repr__(self) -> str:
        return f"Matthiessen({', '.join(map(repr, self.laws))})"


def _number(result: Any) -> Any:
    """A float of a single temperature, an array of several."""
    return float(result) if np.ndim(result) == 0 else result


def _at(value: Any, temperature: Any) -> Any:
    return value(temperature) if callable(value) else value


def _checked(law: Any, **least: float | None) -> None:
    for name, above in least.items():
        object.__setattr__(law, name, real(name, getattr(law, name), above=above))
