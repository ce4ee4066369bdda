"""Absorbing layers at the walls of a grid."""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING, Any

import numpy as np

from heatgauge.absorber_design import Design, designed
from heatgauge.arguments import RealField, choice, integer, real
from heatgauge.grid import Grid
from heatgauge.lattice_scattering import lattice_reflection

if TYPE_CHECKING:
    from heatgauge.hamiltonian import Hamiltonian

_SIDES = {"lower": "lower", "-": "lower", "upper": "upper", "+": "upper"}


@dataclasses.dataclass(frozen=True)
class Absorber:
    """A layer before a wall that swallows what runs into it: U → U − iW, W ≥ 0.

    Goes into ``hg.Hamiltonian(..., external=[U, hg.Absorber(...)])``, which designs the layer for
    its lattice: the thinnest one, and its strength, for which no wave of the asked range comes back
    with more than ``reflection``. W is Manolopoulos's transmission-free profile
    W = W₀[ax − bx³ + 4/(c−x)² − 4/(c+x)²], cut at four times ħ²k²/2m of the largest k, or (for
    narrow ranges and tiny reflections) W₀x³, whichever is thinner; thickness is about one to three
    of the longest waves. The reflection is then measured: the scattering problem of the layer is
    solved with the stencil of H, wall included, for 25 waves across the range. ``H.absorbers``
    holds the layers with what they reach.

    Crank–Nicolson has the scattering states of H itself and reflects the same at any dt. Sweeps
    split W off to their own order in time, 2 or 4; of order 2, at dt·ħk²/2m = 0.05, their
    reflection differs by some 1 %. Both book what is absorbed to round-off.
    ``rtol`` counts relative to the norm at the first time; it holds for ψ at up to eight of the
    output times and for what was absorbed by each of them, not only at the end, where little is
    left to be wrong.

    The design is for waves that meet the layer head on, in a potential that is constant there; k is
    the wavenumber along the axis, kinetic momentum over ħ.
    Slower waves, waves at a grazing angle and potentials that change within the layer are reflected
    more.

    Parameters
    ----------
    axis : int
        A wall axis.
    side : {"lower", "upper"}
        Or "-", "+".
    reflection : float
        Largest probability |r|² that may come back, in [1e-12, 0.5].
    wavenumbers : (float, float)
        Smallest and largest k, in rad per length; the largest at most 2/h. The smallest sets the
        thickness.

    Raises
    ------
    ValueError
        When H is built: a periodic axis, a layer that leaves fewer than order + 1 sites free (what
        the longest possible layer would reach is said), a mass on sites.

    Source: D. E. Manolopoulos, *J. Chem. Phys.* 117, 9552 (2002).

    Examples
    --------
    >>> import heatgauge as hg
    >>> grid = hg.Grid([hg.Axis(-20, 20, 400)])
    >>> H = hg.Hamiltonian(grid, external=[hg.Absorber(0, "upper", 1e-4, (1.0, 4.0))], order=4)
    >>> bool(H.absorbers[0].achieved <= 1e-4)
    True
    >>> psi = hg.gaussian_packet(grid, center=0, momentum=2.5, width=2)
    >>> run = hg.propagate(H, psi, [0, 7, 14], dt=0.02,
    ...                    observe={"norm": hg.Norm(), "gone": hg.Absorbed(0, "upper")})
    >>> bool(run.records["gone"][-1] > 0.9)
    True
    >>> bool(abs(run.records["norm"] + run.records["gone"] - 1).max() < 1e-12)
    True
    """

    axis: int
    side: str
    reflection: float
    wavenumbers: tuple[float, float]

    def __post_init__(self) -> None:
        object.__setattr__(self, "axis", integer("axis", self.axis, least=0, most=2))
        object.__setattr__(self, "side", checked_side(self.side))
        object.__setattr__(
            self, "reflection", real("reflection", self.reflection, least=1e-12, most=0.5)
        )
        pair: Any = self.wavenumbers
        if isinstance(pair, np.ndarray):
            pair = pair.tolist()
        if not isinstance(pair, tuple | list) or len(pair) != 2:
            raise ValueError(
                f"Argument `wavenumbers` must be two numbers, the smallest and the largest, "
                f"but is {self.wavenumbers!r}."
            )
        low = real("wavenumbers", pair[0], above=0.0)
        high = real("wavenumbers", pair[1], least=low)
        object.__setattr__(self, "wavenumbers", (low, high))

    def layer(self, hamiltonian: Hamiltonian) -> AbsorbingLayer:
        """Return this absorber as designed for the lattice of a Hamiltonian."""
        grid = hamiltonian.grid
        axis = grid.axes[grid.check_axis(self.axis)]
        if axis.periodic:
            raise ValueError(
                f"Argument `external`: an Absorber needs an axis with walls, but axis {self.axis} "
                f"is periodic."
            )
        if isinstance(hamiltonian.mass, np.ndarray):
            raise ValueError(
                "Argument `mass` must not be an array on sites with an Absorber: the layer is "
                "designed for one mass per axis."
            )
        low, high = (k * axis.spacing for k in self.wavenumbers)
        if high > 2.0:
            raise ValueError(
                f"Argument `wavenumbers` must be at most 2/h = {2 / axis.spacing:.6g} on axis "
                f"{self.axis}, but goes up to {self.wavenumbers[1]!r}: use at least "
                f"{math.ceil(axis.points * high / 2)} points."
            )
        design = designed(
            hamiltonian.order, low, high, self.reflection, _most_sites(self, hamiltonian)
        )
        room = design.absorption.size
        if design.achieved > self.reflection:
            raise ValueError(
                f"Argument `external`: an Absorber on axis {self.axis} of {axis.points} points has "
                f"room for {room} sites ({room * axis.spacing:.4g} long), which reflect "
                f"{design.achieved:.2g} of the waves from k = {self.wavenumbers[0]:.4g} to "
                f"{self.wavenumbers[1]:.4g}, more than the {self.reflection:.2g} asked. Use a "
                f"longer axis, a larger smallest k, or ask for less."
            )
        unit = hamiltonian.hbar**2 / (2 * hamiltonian.mass[self.axis] * axis.spacing**2)
        return AbsorbingLayer(self, grid, hamiltonian.order, design, unit)


class AbsorbingLayer:
    """An :class:`Absorber` on the lattice of a Hamiltonian.

    Attributes
    ----------
    absorber : Absorber
    sites, thickness : int, float
        How many sites have W > 0, and their length.
    first : int
        The first of them along the axis.
    strengths : array (sites,)
        W on them, by ascending coordinate [energy].
    shape : str
        "transmission-free" or "cubic".
    achieved : float
        The largest reflection measured in the range asked.
    """

    def __init__(
        self, absorber: Absorber, grid: Grid, order: int, design: Design, unit: float
    ) -> None:
        axis = grid.axes[absorber.axis]
        upper = absorber.side == "upper"
        self.absorber = absorber
        self.sites = design.absorption.size
        self.thickness = self.sites * axis.spacing
        self.first = axis.points - self.sites if upper else 0
        inward = unit * design.absorption
        self.strengths: RealField = inward if upper else inward[::-1].copy()
        self.strengths.flags.writeable = False
        self.shape = design.shape
        self.achieved = design.achieved
        self._grid = grid
        self._order = order
        self._design = design

    @property
    def profile(self) -> RealField:
        """W along the whole axis."""
        result = np.zeros(self._grid.axes[self.absorber.axis].points)
        result[self.first : self.first + self.sites] = self.strengths
        return result

    @property
    def slab(self) -> tuple[int, int, list[float]]:
        """Axis, first position and W from there on, as the compiled core takes them."""
        return self.absorber.axis, self.first, self.strengths.tolist()

    def on_sites(self) -> RealField:
        """W, broadcastable to the grid."""
        shape = [1] * self._grid.dimensions
        shape[self.absorber.axis] = -1
        return self.profile.reshape(shape)

    def reflection(self, wavenumbers: Any) -> RealField:
        """Return |r|² of the layer and its wall for waves of any k in (0, π/h), measured.

        Solves the scattering problem on the lattice with the stencil of H (see
        ``heatgauge.lattice_scattering``).
        """
        spacing = self._grid.axes[self.absorber.axis].spacing
        k = np.atleast_1d(np.asarray(wavenumbers, dtype=np.float64))
        for value in k.ravel():
            real("wavenumbers", value, above=0.0, most=(1 - 1e-6) * math.pi / spacing)
        return lattice_reflection(
            self._order, k.ravel() * spacing, self._design.absorption
        ).reshape(k.shape)

    def __repr__(self) -> str:
        a = self.absorber
        return (
            f"AbsorbingLayer(axis {a.axis} {a.side}: {self.sites} sites, "
            f"{self.thickness:.4g} long, {self.shape}, reflects at most {self.achieved:.2g} "
            f"for k in [{a.wavenumbers[0]:.4g}, {a.wavenumbers[1]:.4g}])"
        )


def checked_side(side: Any) -> str:
    """Return "lower" or "upper"; "-" and "+" mean the same."""
    return _SIDES[str(choice("side", side, tuple(_SIDES)))]


def split_absorbers(external: Any) -> tuple[Any, list[Absorber]]:
    """Return (the real field entry, the absorbers) of what was given as ``external``."""
    if isinstance(external, Absorber):
        return None, [external]
    if not isinstance(external, list | tuple):
        return external, []
    absorbers = [part for part in external if isinstance(part, Absorber)]
    return [part for part in external if not isinstance(part, Absorber)], absorbers


def absorbing_layers(
    absorbers: list[Absorber], hamiltonian: Hamiltonian
) -> tuple[AbsorbingLayer, ...]:
    """Return the layers; ValueError where two of them meet."""
    layers: list[AbsorbingLayer] = []
    for absorber in absorbers:
        layer = absorber.layer(hamiltonian)
        for other in layers:
            if other.absorber.axis != absorber.axis:
                continue
            if other.absorber.side == absorber.side:
                raise ValueError(
                    f"Argument `external` must have one Absorber per side, but has two on the "
                    f"{absorber.side} side of axis {absorber.axis}."
                )
            points = hamiltonian.grid.axes[absorber.axis].points
            free = points - layer.sites - other.sites
            if free <= hamiltonian.order:
                raise ValueError(
                    f"Argument `external`: the Absorbers on axis {absorber.axis} take "
                    f"{layer.sites} and {other.sites} of its {points} sites, and leave "
                    f"{max(free, 0)} free. Use a longer axis, a larger smallest k, or ask for less."
                )
        layers.append(layer)
    return tuple(layers)


def _most_sites(absorber: Absorber, hamiltonian: Hamiltonian) -> int:
    points = hamiltonian.grid.axes[absorber.axis].points
    return max(points - hamiltonian.order - 1, hamiltonian.order // 2)
