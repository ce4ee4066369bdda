"""What conducts the heat: conductivity, heat capacity, relaxation time, nonlocal length."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from heatgauge.arguments import RealField, real, real_array

_NAMES = ("conductivity", "capacity", "relaxation", "nonlocal_length")

Law = Callable[[RealField], Any]  # of a coefficient: from T on sites


class Medium:
    """The coefficients of a heat-conduction law: uniform, one value per site, or functions of T.

    They enter C ∂ₜT + ∇·q = Q and, for Guyer–Krumhansl, the most general of the laws,
    τ∂ₜq + q = −κ∇T + ℓ²(∇²q + 2∇(∇·q)); ℓ = 0 is Maxwell–Cattaneo–Vernotte, τ = 0 too is Fourier.
    Immutable: a changed coefficient is a new medium.

    Parameters
    ----------
    conductivity : float, array, callable, or one of these per axis
        κ > 0 (:class:`GreenNaghdi` alone conducts with κ = 0). One value per axis (a conductor
        whose principal axes are those of the grid): a tuple such as ``(2.0, 0.1)``, or an array of
        shape (d,) or (d, *shape). SI: W/(m·K); any consistent set of units will do.
    capacity : float, array or callable
        C > 0, heat capacity per volume. SI: J/(m³·K).
    relaxation : float, array or callable
        τ >= 0, the time in which a heat flux decays (in a crystal the resistive time τ_R, never
        the normal time τ_N). SI: s.
    nonlocal_length : float or array
        ℓ >= 0. SI: m.

        Arrays hold one value per site, all of one shape; they are copied. A callable takes T (an
        array of any shape) and returns the coefficient there, element by element.

    Raises
    ------
    TypeError
        For anything but real numbers and functions of T.
    ValueError
        For values that are not finite or out of range, and arrays of different shapes.

    Examples
    --------
    >>> import heatgauge as hg
    >>> medium = hg.Medium(conductivity=2.0, capacity=0.5, relaxation=4.0)
    >>> medium.diffusivity, medium.wave_speed, medium.inductance
    (4.0, 1.0, 2.0)

    A Debye crystal well below its Debye temperature, C ∝ T³:

    >>> debye = hg.Medium(conductivity=2.0, capacity=lambda T: 0.5 * T**3)
    >>> debye.frozen(2.0).diffusivity
    0.5
    """

    __slots__ = ("_capacity", "_conductivity", "_nonlocal_length", "_relaxation")

    def __init__(
        self,
        conductivity: Any,
        capacity: Any,
        relaxation: Any = 0.0,
        nonlocal_length: Any = 0.0,
    ) -> None:
        self._conductivity = _conductivity(conductivity)
        self._capacity = coefficient("capacity", capacity, positive=True)
        self._relaxation = coefficient("relaxation", relaxation)
        self._nonlocal_length = coefficient("nonlocal_length", nonlocal_length)
        if callable(nonlocal_length):
            raise TypeError(
                "Argument `nonlocal_length` must be a number or an array of numbers on sites, but "
                "is a function: only conductivity, capacity and relaxation may depend on "
                "temperature."
            )
        self._require_one_shape()
        if self.depends_on_temperature:
            return
        with np.errstate(over="ignore", under="ignore"):
            diffusivity = np.asarray(self._over_sites(self._conductivity, np.divide, "capacity"))
        vanished = (diffusivity == 0) & (self._over_sites(self._conductivity, np.multiply) > 0)
        if not np.isfinite(diffusivity).all() or vanished.any():
            raise ValueError(
                "Argument `capacity` must leave a diffusivity conductivity/capacity that is a "
                f"finite number > 0, but is {self._capacity!r} for conductivity "
                f"{self._conductivity!r}."
            )

    @property
    def conductivity(self) -> Any:
        """κ, a float or a read-only array on sites, per axis perhaps; or a function of T."""
        return self._conductivity

    @property
    def capacity(self) -> Any:
        """C per volume, a float or a read-only array on sites; or a function of T."""
        return self._capacity

    @property
    def relaxation(self) -> Any:
        """τ, a float or a read-only array on sites; or a function of T."""
        return self._relaxation

    @property
    def nonlocal_length(self) -> Any:
        """ℓ, a float or a read-only array on sites."""
        return self._nonlocal_length

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of the site arrays; () for a uniform medium."""
        own = [np.shape(getattr(self, name)) for name in _NAMES[1:]]
        if np.ndim(self.conductivity) != 1 or not any(own):
            own.append(np.shape(self.conductivity))
        return max(own, key=len)

    @property
    def depends_on_temperature(self) -> bool:
        """Whether a coefficient is a function of T."""
        return any(callable(c) for c in self._flat())

    def frozen(self, temperature: Any) -> Medium:
        """Return the medium with the coefficients it has at ``temperature`` (a number or array)."""
        T = np.asarray(temperature, dtype=np.float64)
        entries = {name: self.value(name, T) for name in _NAMES}
        quick = all(_plainly_positive(entries[n]) for n in ("conductivity", "capacity"))
        if not quick or type(self) is not Medium:
            return Medium(**entries)
        medium = object.__new__(Medium)  # spares a step of many the checks of a first look
        for name, entry in entries.items():
            setattr(medium, f"_{name}", entry)
        return medium

    def value(self, name: str, temperature: RealField) -> Any:
        """Return the coefficient ``name`` at T: a number or an array, per axis perhaps."""
        entry = getattr(self, name)
        if isinstance(entry, tuple):
            parts = [_evaluated(name, e, temperature) if callable(e) else e for e in entry]
            return np.stack(np.broadcast_arrays(*parts))
        return _evaluated(name, entry, temperature) if callable(entry) else entry

    @property
    def diffusivity(self) -> float | RealField:
        """D = κ/C. SI: m²/s."""
        self._require_numbers("diffusivity")
        return _result(self._over_sites(self.conductivity, np.divide, "capacity"))

    @property
    def wave_speed(self) -> float | RealField:
        """v = √(κ/(Cτ)), infinite where τ = 0. SI: m/s."""
        self._require_numbers("wave_speed")
        with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
            return _result(np.sqrt(self._over_sites(self.diffusivity, np.divide, "relaxation")))

    @property
    def inductance(self) -> float | RealField:
        """Thermal inductance Λ = τ/κ, of A = Λq. SI: K·m·s/W."""
        self._require_numbers("inductance")
        with np.errstate(over="ignore", under="ignore", divide="ignore", invalid="ignore"):
            return _result(
                self._over_sites(self.conductivity, lambda k, tau: np.divide(tau, k), "relaxation")
            )

    def _over_sites(self, kappa: Any, operation: Any, other: str = "capacity") -> Any:
        """Combine a value per axis with one per site: the axes come first."""
        site = getattr(self, other)
        if np.ndim(kappa) == 1 and np.ndim(site) > 1:
            kappa = np.reshape(kappa, (-1,) + (1,) * np.ndim(site))
        return operation(kappa, site)

    def _require_numbers(self, name: str) -> None:
        if self.depends_on_temperature:
            raise TypeError(
                f"A medium whose coefficients depend on temperature has no one {name}: "
                "ask medium.frozen(temperature)."
            )

    def _flat(self) -> list[Any]:
        kappa = self.conductivity
        rest = [getattr(self, name) for name in _NAMES[1:]]
        return [*(kappa if isinstance(kappa, tuple) else (kappa,)), *rest]

    def _require_one_shape(self) -> None:
        own = {name: np.shape(getattr(self, name)) for name in _NAMES[1:]}
        kappa = () if isinstance(self.conductivity, tuple) else np.shape(self.conductivity)
        site = max((kappa, *own.values()) if len(kappa) > 1 else own.values(), key=len)
        if len(kappa) > 1 and len(site) == len(kappa) and any(own.values()):
            largest = max(own.values(), key=len)
            site = largest if kappa == (len(largest), *largest) else site
        for name, shape in own.items():
            if shape not in ((), site):
                raise ValueError(
                    f"Argument `{name}` must be a number or have the shape {site} of the other "
                    f"coefficients, but has shape {shape}."
                )
        per_axis = ((len(site),), (len(site), *site)) if site else (kappa,)
        if kappa not in ((), site, *per_axis):
            name, shape, wanted = ("conductivity", kappa, site)
            if len(site) == 1:  # a shorter or longer line: the last one given is named
                name = max(own, key=lambda n: len(own[n]))
                shape, wanted = site, kappa
            raise ValueError(
                f"Argument `{name}` must be a number or have the shape {wanted} of the other "
                f"coefficients, but has shape {shape}."
            )

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return all(np.array_equal(getattr(self, n), getattr(other, n)) for n in _NAMES)

    def __hash__(self) -> int:
        # −0.0 == 0.0 must hash alike, hence the + 0.0.
        entries = self._flat()
        arrays = [c if callable(c) else np.asarray(c) + 0.0 for c in entries]
        return hash(tuple(a if callable(a) else (a.shape, a.tobytes()) for a in arrays))

    def __reduce__(self) -> tuple[Any, ...]:
        return (Medium, tuple(getattr(self, n) for n in _NAMES))

    def __repr__(self) -> str:
        return f"Medium({', '.join(f'{n}={_shown(getattr(self, n))}' for n in _NAMES)})"


def _conductivity(value: Any) -> Any:
    """One coefficient, or a tuple of them where they differ in kind from axis to axis."""
    if isinstance(value, tuple) and any(callable(v) or _depth(v) for v in value):
        if not 1 <= len(value) <= 3:
            raise ValueError(
                "Argument `conductivity` must have one entry per axis, 1 to 3, "
                f"but has {len(value)}."
            )
        entries = tuple(coefficient(f"conductivity[{k}]", v) for k, v in enumerate(value))
        if any(callable(e) for e in entries):
            return entries
        try:
            return coefficient("conductivity", np.stack(np.broadcast_arrays(*entries)))
        except ValueError:
            shapes = ", ".join(str(np.shape(e)) for e in entries)
            raise ValueError(
                "Argument `conductivity` must have numbers or arrays of one shape per axis, "
                f"but has shapes {shapes}."
            ) from None
    return coefficient("conductivity", value)


def _depth(value: Any) -> bool:
    return isinstance(value, np.ndarray | list | tuple) and len(np.shape(value)) > 0


def _evaluated(name: str, function: Law, temperature: RealField) -> Any:
    """Values of a coefficient at T, checked like values given."""
    values = function(temperature)
    if np.ndim(values) == 0 and temperature.ndim:
        values = np.full(temperature.shape, values)
    if np.shape(values) == temperature.shape and _plainly_positive(values):
        return values
    try:
        checked = coefficient(name, values, positive=name == "capacity")
        if np.shape(checked) != temperature.shape:
            raise ValueError(
                f"Argument `{name}` must give one value per temperature, shape "
                f"{temperature.shape}, but gives shape {np.shape(checked)}."
            )
        return checked
    except (TypeError, ValueError) as error:
        low, high = float(np.min(temperature)), float(np.max(temperature))
        raise type(error)(
            f"{error} It was returned for temperatures from {low:.6g} to {high:.6g}."
        ) from None


def _plainly_positive(values: Any) -> bool:
    if not isinstance(values, float | np.ndarray) or np.asarray(values).dtype != np.float64:
        return False
    return bool(np.min(values) > 0 and np.max(values) < np.inf)


def coefficient(name: str, value: Any, *, positive: bool = False) -> Any:
    if callable(value):
        return value
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


def _shown(value: Any) -> str:
    if isinstance(value, tuple):
        return f"({', '.join(_shown(v) for v in value)})"
    if callable(value):
        return "<function of T>"
    if isinstance(value, float):
        return repr(value)
    return f"<array {value.shape}, {value.min():g} to {value.max():g}>"
