"""Moments of the position, which averages over states inherit."""

from __future__ import annotations

import dataclasses

import numpy as np

from heatgauge.arguments import integer, real
from heatgauge.hamiltonian import Hamiltonian
from heatgauge.observers import Measurement


@dataclasses.dataclass(frozen=True)
class Moment:
    """⟨(x − about)^power⟩ along an axis, divided by the norm; quadratic in ψ, unlike Width.

    On a periodic axis distances are taken the short way around.

    Examples
    --------
    >>> import heatgauge as hg
    >>> grid = hg.Grid([hg.Axis(-8, 8, 128)])
    >>> psi = hg.gaussian_packet(grid, center=0, momentum=0, width=0.75)
    >>> observe = {"x2": hg.Moment(0, 2, about=0.0), "x4": hg.Moment(0, 4, about=0.0)}
    >>> run = hg.propagate(hg.Hamiltonian(grid), psi, [0, 1], dt=0.1, observe=observe)
    >>> x2, x4 = (float(run.records[name][0]) for name in observe)
    >>> round(x2, 6), round(x4 / x2**2, 6)
    (0.5625, 3.0)
    """

    axis: int
    power: int
    about: float

    def bind(self, hamiltonian: Hamiltonian) -> Measurement:
        """Return what measures a snapshot."""
        axis = hamiltonian.grid.check_axis(self.axis)
        power = integer("power", self.power, least=1, most=20)
        line = hamiltonian.grid.axes[axis]
        distance = line.sites() - real("about", self.about)
        if line.periodic:
            distance -= line.length * np.round(distance / line.length)
        with np.errstate(over="ignore"):
            values = distance**power
        if not np.isfinite(values).all():
            raise ValueError(
                f"Argument `about` must be so near that (x − about)^{power} is finite, but is "
                f"{self.about!r}."
            )
        return lambda snapshot: float(snapshot.marginal(axis) @ values)
