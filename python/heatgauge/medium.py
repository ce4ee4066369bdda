"""What conducts the heat: conductivity, heat capacity, relaxation time, nonlocal length."""

from __future__ import annotations

from typing import Any

import numpy as np

from heatgauge.arguments import RealField, real, real_array

_NAMES = ("conductivity", "capacity", "relaxation", "nonlocal_length")


class Medium:
    """The coefficients of a heat-conduction law, uniform or one value per site.

    They enter C ∂ₜT + ∇·q = Q and, for Guyer–Krumhansl, the most general of the laws,
    τ∂ₜq + q = −κ∇T + ℓ²(∇²q + 2∇(∇·q)); ℓ = 0 is Maxwell–Cattaneo–Vernotte, τ = 0 too is Fourier.
    Immutable: a changed coefficient is a new medium.

    Parameters
    ----------
    conductivity : float or array
        κ > 0. SI: W/(m·K); any consistent set of units will do.
    capacity : float or array
        C > 0, heat capacity per volume. SI: J/(m³·K).
    relaxation : float or array
        τ >= 0, the time in which a heat flux decays (in a crystal the resistive time τ_R, never
        the normal time τ_N). SI: s.
    nonlocal_length : float or array
        ℓ >= 0. SI: m.

        Arrays hold one value per site, all of one shape; they are copied.

    Raises
    ------
    TypeError
        For anything but real numbers; also for functions of temperature, which are not supported.
    ValueError
        For values that are not finite or out of range, and arrays of different shapes.

    Examples
    --------
    >>> import heatgauge as hg
    >>> medium = hg.Medium(conductivity=2.0, capacity=0.5, relaxation=4.0)
    >>> medium.diffusivity, medium.wave_speed, medium.inductance
    (4.0, 1.0, 2.0)
    """

    __slots__ = ("_capacity", "_conductivity", "_nonlocal_length", "_relaxation")

    def __init__(
        self,
        conductivity: Any,
        capacity: Any,
        relaxation: Any = 0.0,
        nonlocal_length: Any = 0.0,
    ) -> None:
        self._conductivity = _coefficient("conductivity", conductivity, positive=True)
        self._capacity = _coefficient("capacity", capacity, positive=True)
        self._relaxation = _coefficient("relaxation", relaxation)
        self._nonlocal_length = _coefficient("nonlocal_length", nonlocal_length)
        self._require_one_shape()
        with np.errstate(over="ignore", under="ignore"):
            diffusivity = np.divide(self._conductivity, self._capacity)
        if not ((diffusivity > 0) & np.isfinite(diffusivity)).all():
            raise ValueError(
                "Argument `capacity` must leave a diffusivity conductivity/capacity that is a "
                f"finite number > 0, but is {self._capacity!r} for conductivity "
                f"{self._conductivity!r}."
            )

    @property
    def conductivity(self) -> float | RealField:
        """κ, a float or a read-only array on sites."""
        return self._conductivity

    @property
    def capacity(self) -> float | RealField:
        """C per volume, a float or a read-only array on sites."""
        return self._capacity

    @property
    def relaxation(self) -> float | RealField:
        """τ, a float or a read-only array on sites."""
        return self._relaxation

    @property
    def nonlocal_length(self) -> float | RealField:
        """ℓ, a float or a read-only array on sites."""
        return self._nonlocal_length

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of the site arrays; () for a uniform medium."""
        return max((np.shape(getattr(self, name)) for name in _NAMES), key=len)

    @property
    def diffusivity(self) -> float | RealField:
        """D = κ/C. SI: m²/s."""
        return _result(np.divide(self.conductivity, self.capacity))

    @property
    def wave_speed(self) -> float | RealField:
        """v = √(κ/(Cτ)), infinite where τ = 0. SI: m/s."""
        with np.errstate(divide="ignore", over="ignore"):
            return _result(np.sqrt(np.divide(self.diffusivity, self.relaxation)))

    @property
    def inductance(self) -> float | RealField:
        """Thermal inductance Λ = τ/κ, of A = Λq. SI: K·m·s/W."""
        with np.errstate(over="ignore", under="ignore"):
            return _result(np.divide(self.relaxation, self.conductivity))

    def _require_one_shape(self) -> None:
        shape = self.shape
        for name in _NAMES:
            own = np.shape(getattr(self, name))
            if own not in ((), shape):
                raise ValueError(
                    f"Argument `{name}` must be a number or have the shape {shape} of the other "
                    f"coefficients, but has shape {own}."
                )

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return all(np.array_equal(getattr(self, n), getattr(other, n)) for n in _NAMES)

    def __hash__(self) -> int:
        # −0.0 == 0.0 must hash alike, hence the + 0.0.
        arrays = [np.asarray(getattr(self, n)) + 0.0 for n in _NAMES]
        return hash(tuple((a.shape, a.tobytes()) for a in arrays))

    def __reduce__(self) -> tuple[Any, ...]:
        return (Medium, tuple(getattr(self, n) for n in _NAMES))

    def __repr__(self) -> str:
        return f"Medium({', '.join(f'{n}={_shown(getattr(self, n))}' for n in _NAMES)})"


def _coefficient(name: str, value: Any, *, positive: bool = False) -> float | RealField:
    if callable(value):
        raise TypeError(
            f"Argument `{name}` must be a number or an array of numbers on sites, but is a "
            "function: coefficients that depend on temperature are not supported in this version."
        )
    if not isinstance(value, np.ndarray | list | tuple) or (
        isinstance(value, np.ndarray) and value.ndim == 0
    ):
        return real(name, value, above=0.0) if positive else real(name, value, least=0.0)
    try:
        shape = np.shape(value)
    except ValueError:  # a ragged list, which real_array refuses by name
        shape = ()
    array: RealField = real_array(name, value, shape, positive=positive)
    if array.size == 0:
        raise ValueError(f"Argument `{name}` must hold at least one site, but is empty.")
    if (array < 0).any():
        index = tuple(int(i) for i in np.argwhere(array < 0)[0])
        raise ValueError(f"Argument `{name}` must be >= 0, but is {array[index]!r} at {index}.")
    return array


def _result(values: Any) -> float | RealField:
    if np.ndim(values) == 0:
        return float(values)
    array: RealField = np.asarray(values)
    array.flags.writeable = False
    return array


def _shown(value: float | RealField) -> str:
    if isinstance(value, float):
        return repr(value)
    return f"<array {value.shape}, {value.min():g} to {value.max():g}>"
