"""The heat–electricity isomorphism: the table as data, and the circuit of a conducting body."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

from heatgauge.arguments import RealField, real, real_array
from heatgauge.grid import Grid
from heatgauge.law import Law
from heatgauge.medium import Medium

__all__ = ["Correspondence", "Line", "line", "medium", "table"]


@dataclasses.dataclass(frozen=True)
class Correspondence:
    """One line of the table: a quantity of electromagnetism and that of heat.

    Attributes
    ----------
    electrical, electrical_symbol, electrical_unit : str
    thermal, thermal_symbol, thermal_unit : str
        Units in SI.
    kind : {"exact", "structural"}
        "exact": every equation that holds for one holds for the other, symbol by symbol.
        "structural": the same place in the theory, but not all equations carry over.
    note : str

    Examples
    --------
    >>> import heatgauge as hg
    >>> [c.thermal for c in hg.isomorphism.table if c.thermal_symbol == "Λ"]
    ['thermal inductance τ/κ']
    """

    electrical: str
    electrical_symbol: str
    electrical_unit: str
    thermal: str
    thermal_symbol: str
    thermal_unit: str
    kind: str
    note: str = ""


def _row(*columns: str) -> Correspondence:
    return Correspondence(*columns)


table: tuple[Correspondence, ...] = (
    _row("charge", "q", "C", "entropy per carrier", "s", "J/K", "exact",
         "in H = (p − sA)²/2m + sV; k_B by default, always a parameter"),
    _row("scalar potential", "φ", "V", "thermal scalar potential", "V", "K", "exact"),
    _row("vector potential", "A", "V·s/m", "heat vector potential", "A", "K·s/m", "exact"),
    _row("phase ħθ/q of the order parameter", "ħθ/q", "V·s", "thermal displacement", "α", "K·s",
         "exact", "α → α + χ"),
    _row("gauge function", "χ", "V·s", "gauge function", "χ", "K·s", "exact",
         "V → V − ∂ₜχ, A → A + ∇χ, ψ → exp(i s χ/ħ)ψ"),
    _row("electric field −∇φ − ∂ₜA", "E", "V/m", "heat field −∇V − ∂ₜA", "E", "K/m", "exact"),
    _row("magnetic induction ∇×A", "B", "V·s/m²", "caloric induction ∇×A", "B", "K·s/m²", "exact",
         "Faraday's law holds; Maxwell's other two have no counterpart"),
    _row("gauge-invariant scalar φ + ∂ₜ(ħθ/q)", "μ/q", "V", "temperature V + ∂ₜα", "T", "K",
         "exact"),
    _row("gauge-invariant momentum A − ∇(ħθ/q)", "A − ∇(ħθ/q)", "V·s/m",
         "heat flux (A − ∇α)/Λ", "q", "W/m²", "structural",
         "sign as for flux linkage, A = LI; London's constant has the other sign"),
    _row("kinetic inductance", "L", "H·m", "thermal inductance τ/κ", "Λ", "K·m·s/W", "exact",
         "in L dI/dt + RI = −∂V/∂x"),
    _row("Ohm's law J = σE", "σ", "S/m", "law of Fourier and Cattaneo q = κE", "κ", "W/(m·K)",
         "exact", "laws beyond Cattaneo's have other circuits, Guyer and Krumhansl's has none"),
    _row("capacitance per volume", "C", "F/m³", "heat capacity per volume", "C", "J/(K·m³)",
         "exact", "in C ∂V/∂t + ∂I/∂x = 0"),
    _row("charge density", "ρ", "C/m³", "entropy density", "S", "J/(K·m³)", "structural",
         "charge is conserved, entropy is produced: where it is, gauge symmetry is broken"),
    _row("current density", "j", "A/m²", "entropy flux q/T", "J", "W/(K·m²)", "structural",
         "see charge density"),
    _row("energy qφ", "qφ", "J", "enthalpy sV", "sV", "J", "exact", "dH = T dS"),
    _row("field momentum qA", "qA", "kg·m/s", "momentum sA", "sA", "kg·m/s", "exact",
         "of a Debye phonon gas: quasi-momentum"),
    _row("speed of light", "c", "m/s", "speed of second sound √(κ/(Cτ))", "v", "m/s", "structural",
         "of longitudinal waves only: B is damped, ∂ₜB = −B/τ"),
    _row("flux quantum h/q", "Φ₀", "V·s", "heat-flux quantum h/s", "Φ₀", "K·s", "exact"),
)  # fmt: skip
"""The isomorphism, line by line."""


@dataclasses.dataclass(frozen=True, eq=False)
class Line:
    """A transmission line with kinetic inductance: L ∂I/∂t + RI = −∂V/∂x, C ∂V/∂t + ∂I/∂x = 0.

    It is the electrical twin of a bar that conducts heat by Fourier's or Cattaneo's law: V is T
    and I the heat that flows through the cross section, each times a scale. In two and three
    dimensions: of every row of cells, with nodes in common.

    Attributes
    ----------
    inductance, resistance, capacitance : float or array on sites
        Per length: H/m, Ω/m, F/m.
    area : float
        Cross section of the body [m²].
    volts_per_kelvin, amperes_per_watt : float
        The scales of V and I.

    Examples
    --------
    >>> import heatgauge as hg
    >>> naf = hg.Medium(conductivity=2.0, capacity=0.5, relaxation=4.0)
    >>> twin = hg.isomorphism.line(naf)
    >>> twin.inductance, twin.resistance, twin.capacitance
    (2.0, 0.5, 0.5)
    >>> twin.speed == naf.wave_speed, twin.impedance
    (True, 2.0)
    """

    inductance: float | RealField
    resistance: float | RealField
    capacitance: float | RealField
    area: float = 1.0
    volts_per_kelvin: float = 1.0
    amperes_per_watt: float = 1.0

    def __post_init__(self) -> None:
        for name in ("area", "volts_per_kelvin", "amperes_per_watt"):
            object.__setattr__(self, name, real(name, getattr(self, name), above=0.0))
        shape = max((np.shape(getattr(self, name)) for name in _PER_LENGTH), key=len)
        for name in _PER_LENGTH:
            object.__setattr__(self, name, _per_length(name, getattr(self, name), shape))

    @property
    def speed(self) -> float | RealField:
        """1/√(LC) of a wave [m/s], infinite without inductance; that of second sound."""
        with np.errstate(divide="ignore"):
            return _as_given(1 / np.sqrt(np.multiply(self.inductance, self.capacitance)))

    @property
    def impedance(self) -> float | RealField:
        """√(L/C) of a wave [Ω]; T/q of second sound, times area and scales."""
        return _as_given(np.sqrt(np.divide(self.inductance, self.capacitance)))

    @property
    def damping(self) -> float | RealField:
        """R/L, the rate at which a current dies [1/s]; 1/τ of heat."""
        with np.errstate(divide="ignore"):
            return _as_given(np.divide(self.resistance, self.inductance))

    def voltage(self, temperature: Any) -> Any:
        """Return V [V] for T [K]."""
        return np.multiply(self.volts_per_kelvin, temperature)

    def current(self, flux: Any) -> Any:
        """Return I [A] for q [W/m²]."""
        return np.multiply(self.amperes_per_watt * self.area, flux)

    def temperature(self, voltage: Any) -> Any:
        """Return T [K] for V [V]."""
        return np.divide(voltage, self.volts_per_kelvin)

    def flux(self, current: Any) -> Any:
        """Return q [W/m²] for I [A]."""
        return np.divide(current, self.amperes_per_watt * self.area)


_PER_LENGTH = ("inductance", "resistance", "capacitance")


def line(
    medium: Medium | Law,
    grid: Grid | None = None,
    area: Any = 1.0,
    volts_per_kelvin: Any = 1.0,
    amperes_per_watt: Any = 1.0,
) -> Line:
    """Return the transmission line that is the electrical twin of a medium.

    Per length L = Λ/a, R = 1/(κa), C = C_heat·a for the cross section a; with the scales
    u = V/T and i = I/(qa), L and R times u/i and C times i/u.

    Parameters
    ----------
    medium : Medium, Fourier or Cattaneo
        Without nonlocal length, and κ the same along all axes; a Fourier law has no inductance.
    grid : Grid, optional
        Lays the coefficients out on its sites. None: as they are.
    area, volts_per_kelvin, amperes_per_watt : float
        > 0.

    Raises
    ------
    TypeError, ValueError
        For a medium that no such line has as its twin: nonlocal, anisotropic, dependent on T.

    Examples
    --------
    >>> import heatgauge as hg
    >>> grid = hg.Grid([hg.Axis(0, 1, 3)])
    >>> hg.isomorphism.line(hg.Medium(2.0, 0.5, 4.0), grid, area=0.1).resistance
    array([5., 5., 5.])
    """
    from heatgauge.laws import Cattaneo, Fourier

    inertial = not isinstance(medium, Fourier)
    if isinstance(medium, Fourier | Cattaneo):
        medium = medium.medium
    if not isinstance(medium, Medium):
        raise TypeError(
            f"Argument `medium` must be hg.Medium, hg.Fourier or hg.Cattaneo, but is {medium!r}."
        )
    _require_line(medium)
    a = real("area", area, above=0.0)
    u = real("volts_per_kelvin", volts_per_kelvin, above=0.0)
    i = real("amperes_per_watt", amperes_per_watt, above=0.0)
    kappa = np.asarray(medium.conductivity)
    values = [
        np.asarray(medium.relaxation) / kappa * (u / (i * a)) * float(inertial),
        1 / kappa * (u / (i * a)),
        np.asarray(medium.capacity) * (i * a / u),
    ]
    if grid is not None:
        if not isinstance(grid, Grid):
            raise TypeError(f"Argument `grid` must be an hg.Grid, but is {grid!r}.")
        if medium.shape not in ((), grid.shape):
            raise ValueError(
                f"Argument `medium` must have coefficients of shape {grid.shape}, the sites of the "
                f"grid, but has {medium.shape}."
            )
        values = [np.broadcast_to(v, grid.shape) for v in values]
    L, R, C = (_as_given(v) for v in values)
    return Line(L, R, C, a, u, i)


def medium(line: Line) -> Medium:
    """Return the medium whose electrical twin a line is: κ = 1/(Ra), τ = L/R, C_heat = C/a.

    With the scales of the line taken out.

    Examples
    --------
    >>> import heatgauge as hg
    >>> naf = hg.Medium(conductivity=2.0, capacity=0.5, relaxation=4.0)
    >>> hg.isomorphism.medium(hg.isomorphism.line(naf)) == naf
    True
    """
    if not isinstance(line, Line):
        raise TypeError(f"Argument `line` must be hg.isomorphism.Line, but is {line!r}.")
    scale = line.volts_per_kelvin / (line.amperes_per_watt * line.area)
    return Medium(
        _as_given(scale / np.asarray(line.resistance)),
        _as_given(np.asarray(line.capacitance) * scale),
        _as_given(np.divide(line.inductance, line.resistance)),
    )


def _require_line(medium: Medium) -> None:
    if medium.depends_on_temperature:
        raise ValueError(
            "Argument `medium` must not depend on temperature: freeze it at one, medium.frozen(T)."
        )
    if np.any(np.asarray(medium.nonlocal_length) > 0):
        raise ValueError(
            f"Argument `medium` must have nonlocal length 0, but has {medium.nonlocal_length!r}: "
            "no line of resistors, inductors and capacitors is its twin."
        )
    if np.shape(medium.conductivity) not in ((), medium.shape):
        raise ValueError(
            "Argument `medium` must conduct alike along all axes: take the line of one axis."
        )
    if not np.all(np.asarray(medium.conductivity) > 0):
        raise ValueError("Argument `medium` must have a conductivity > 0 everywhere.")


def _per_length(name: str, value: Any, shape: tuple[int, ...]) -> float | RealField:
    if np.ndim(value) == 0:
        given = real(name, value, least=0.0)
        if given == 0 and name != "inductance":
            raise ValueError(f"Argument `{name}` must be > 0, but is {value!r}.")
        return given
    array: RealField = real_array(name, value, shape, positive=name != "inductance")
    if (array < 0).any():
        raise ValueError(f"Argument `{name}` must be >= 0, but is {float(array.min())!r}.")
    return array


def _as_given(values: Any) -> float | RealField:
    if np.ndim(values) == 0:
        return float(values)
    array: RealField = np.asarray(values, dtype=np.float64)
    return array
