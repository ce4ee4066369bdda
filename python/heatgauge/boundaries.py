"""What happens at the outer faces of a conducting body."""

from __future__ import annotations

import dataclasses
from typing import Any


@dataclasses.dataclass(frozen=True)
class Temperature:
    """The outer face is held at a temperature: T = v on the face (not at the first site).

    Parameters
    ----------
    value : float, array or callable
        A number, one value per face of the side (shape of the grid without that axis), ``f(t)``,
        or ``f(*face coordinates, t)`` with all coordinates of the grid (t last). With all but the
        one normal to the side it works too.

    Examples
    --------
    >>> import heatgauge as hg
    >>> {"x-": hg.Temperature(1.0), "x+": hg.Temperature(lambda t: 2.0 * t)}["x-"].value
    1.0
    """

    value: Any


@dataclasses.dataclass(frozen=True)
class Flux:
    """The heat flux through the outer face is given, positive INTO the body on either side.

    Parameters
    ----------
    value : float, array or callable
        As for :class:`Temperature`. SI: W/m².

    Examples
    --------
    >>> import heatgauge as hg
    >>> heater = {"x-": hg.Flux(2.0), "x+": hg.Flux(-2.0)}  # heat enters left and leaves right
    """

    value: Any


@dataclasses.dataclass(frozen=True)
class Insulated:
    """No heat passes the outer face: q = 0. What a side does when nothing is said.

    Examples
    --------
    >>> import heatgauge as hg
    >>> hg.Insulated()
    Insulated()
    """


@dataclasses.dataclass(frozen=True)
class Robin:
    """Heat exchange with surroundings: the flux into the body is h_c (T_ambient − T_surface).

    Parameters
    ----------
    coefficient : float or array
        h_c > 0, a number or one value per face. SI: W/(m²·K). For h_c = 0 say :class:`Insulated`.
    ambient : float, array or callable
        Temperature of the surroundings, as for :class:`Temperature`.

    Examples
    --------
    >>> import heatgauge as hg
    >>> hg.Robin(coefficient=10.0, ambient=300.0).ambient
    300.0
    """

    coefficient: Any
    ambient: Any


Boundary = Temperature | Flux | Insulated | Robin
