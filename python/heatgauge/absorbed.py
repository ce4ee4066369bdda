"""The probability that absorbing layers took."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from heatgauge.absorber import checked_side
from heatgauge.hamiltonian import Hamiltonian

if TYPE_CHECKING:
    from heatgauge.observers import Measurement


@dataclasses.dataclass(frozen=True)
class Absorbed:
    """What the absorber at one side, or all of them, took of Σ|ψ|²dV since the first time.

    Booked within the steps as they are taken, (2/ħ)∫⟨W⟩dt with W in the mid state of each
    Crank–Nicolson step, so that norm + absorbed stays what it was to round-off, at any dt. In the
    corners of two layers each gets the share of its W.

    Parameters
    ----------
    axis : int, optional
    side : {"lower", "upper"}, optional
        Neither: all absorbers together.

    Examples
    --------
    >>> import heatgauge as hg
    >>> ends = [hg.Absorber(0, side, 1e-3, (2.0, 6.0)) for side in ("lower", "upper")]
    >>> H = hg.Hamiltonian(hg.Grid([hg.Axis(-10, 10, 300)]), external=ends)
    >>> psi = hg.gaussian_packet(H.grid, center=0, momentum=4.0, width=0.7)
    >>> run = hg.propagate(H, psi, [0, 6], dt=0.01, observe={
    ...     "all": hg.Absorbed(), "left": hg.Absorbed(0, "lower"), "right": hg.Absorbed(0, "+")})
    >>> [round(float(run.records[name][-1]), 2) for name in ("all", "left", "right")]
    [1.0, 0.0, 1.0]
    """

    axis: int | None = None
    side: str | None = None

    def bind(self, hamiltonian: Hamiltonian) -> Measurement:
        """Return what measures a snapshot."""
        if not hamiltonian.absorbers:
            raise ValueError(
                "Argument `observe`: hg.Absorbed() needs a Hamiltonian with an hg.Absorber in "
                "`external`, but this one has none."
            )
        if self.axis is None and self.side is None:
            return lambda snapshot: float(snapshot.absorbed.sum())
        if self.axis is None or self.side is None:
            raise ValueError("Arguments `axis` and `side` must be given both or neither.")
        axis, side = hamiltonian.grid.check_axis(self.axis), checked_side(self.side)
        for index, layer in enumerate(hamiltonian.absorbers):
            if (layer.absorber.axis, layer.absorber.side) == (axis, side):
                return lambda snapshot: float(snapshot.absorbed[index])
        raise ValueError(
            f"Argument `observe`: hg.Absorbed({axis}, {side!r}) must name one of the absorbers "
            f"{[(la.absorber.axis, la.absorber.side) for la in hamiltonian.absorbers]}."
        )
