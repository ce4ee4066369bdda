"""The strokes that cycles are made of: isotherms, isochores, adiabats, contacts, a regenerator."""

from __future__ import annotations

import dataclasses

from heatgauge.arguments import RealField
from heatgauge.thermo.entropies import relative_entropy, shannon
from heatgauge.thermo.regenerator import Regenerator
from heatgauge.thermo.spectra import Medium


@dataclasses.dataclass(frozen=True)
class Stroke:
    """One stroke of a cycle. Work and heat count into the medium.

    Examples
    --------
    >>> import heatgauge as hg
    >>> run = hg.thermo.cycle("otto", lambda w: [0.0, w], (1.0, 2.0), (3.0, 1.0))
    >>> for stroke in run.strokes:
    ...     print(stroke)
    compression     work  0.268941  heat         0  production         0
    hot isochore    work         0  heat  0.140604  production 0.0114613
    expansion       work -0.339244  heat         0  production         0
    cold isochore   work         0  heat -0.0703022  production 0.0119728
    """

    name: str
    start: float
    """Parameter at its start."""
    end: float
    work: float
    heat: float
    heat_hot: float
    """Part of the heat that comes from the hot bath."""
    heat_cold: float
    """Part of the heat that comes from the cold bath; the rest comes from the regenerator."""
    entropy: float
    """Change of the entropy of the medium."""
    production: float
    """Entropy produced in medium and bath together, from relative entropies; >= 0."""
    populations: RealField
    """At its end."""

    def __str__(self) -> str:
        return (
            f"{self.name:15s} work {self.work:9.6g}  heat {self.heat:9.6g}  "
            f"production {self.production:9.6g}"
        )


@dataclasses.dataclass(frozen=True)
class Bath:
    """A heat bath and which of the two it is."""

    temperature: float
    hot: bool

    @property
    def name(self) -> str:
        """As it appears in the names of strokes."""
        return "hot" if self.hot else "cold"


def adiabat(medium: Medium, name: str, start: float, end: float, p: RealField) -> Stroke:
    """Levels move, populations stay: the quantum adiabatic limit."""
    work = float(p @ (medium.energies(end) - medium.energies(start)))
    return Stroke(name, start, end, work, 0.0, 0.0, 0.0, 0.0, 0.0, p)


def contact(medium: Medium, name: str, parameter: float, bath: Bath, p: RealField) -> Stroke:
    """The bath takes the medium from p to its Gibbs state at fixed levels."""
    state = medium.equilibrium(parameter, bath.temperature)
    heat = float(medium.energies(parameter) @ (state.populations - p))
    produced = medium.k_B * relative_entropy(p, state.log_populations)
    gained = float(state.entropy) - medium.k_B * shannon(p)
    return _bathed(name, parameter, parameter, 0.0, heat, bath, gained, produced, state.populations)


def isotherm(medium: Medium, start: float, end: float, bath: Bath, steps: int | None) -> Stroke:
    """From Gibbs state to Gibbs state at the temperature of the bath.

    steps None: reversibly, work ΔF and heat TΔS. Else in N jumps at fixed populations, each
    followed by contact with the bath.
    """
    first, last = (medium.equilibrium(x, bath.temperature) for x in (start, end))
    name = f"{bath.name} isotherm"
    gained = float(last.entropy - first.entropy)
    if steps is None:
        work = float(last.free_energy - first.free_energy)
        heat = bath.temperature * gained
        return _bathed(name, start, end, work, heat, bath, gained, 0.0, last.populations)
    work = heat = produced = 0.0
    here, p = start, first.populations
    for n in range(1, steps + 1):
        there = end if n == steps else start + (end - start) * n / steps
        jump = adiabat(medium, name, here, there, p)
        settle = contact(medium, name, there, bath, p)
        work, heat, produced = (
            work + jump.work,
            heat + settle.heat,
            produced + settle.production,
        )
        here, p = there, settle.populations
    return _bathed(name, start, end, work, heat, bath, gained, produced, p)


def _bathed(
    name: str,
    start: float,
    end: float,
    work: float,
    heat: float,
    bath: Bath,
    gained: float,
    produced: float,
    p: RealField,
) -> Stroke:
    hot, cold = (heat, 0.0) if bath.hot else (0.0, heat)
    return Stroke(name, start, end, work, heat, hot, cold, gained, produced, p)


def regenerated_isochores(
    medium: Medium, warm: float, cool: float, hot: Bath, cold: Bath, share: float
) -> tuple[Stroke, Stroke]:
    """Cool at one parameter and heat at another through a store of heat: (cooling, heating).

    ``share`` of the heat passes the store at the temperature at which it is exchanged, the rest
    comes straight from the baths. The store keeps nothing over a cycle and lets heat flow only
    down: what heating still needs above T, G(T) = ∫_T^{T_h}(C_warm − C_cool)dT, the hot bath must
    supply, so that it gives max G(T); Q − G(T) >= 0 flows down through T and produces
    ∫(Q − G)dT/T². Booking only the sums of the heats would break the second law.
    """
    heated = contact(medium, "", warm, hot, medium_at(medium, warm, cold))
    cooled = contact(medium, "", cool, cold, medium_at(medium, cool, hot))
    store = Regenerator(medium, warm, cool, hot.temperature, cold.temperature)
    extra = store.extra()
    production = store.production(extra)
    rejected = extra - (heated.heat + cooled.heat)
    # The store's production is booked where the hot bath feeds it: at the heating.
    heating = dataclasses.replace(
        heated,
        name="heating",
        heat_hot=share * extra + (1 - share) * heated.heat,
        heat_cold=0.0,
        production=share * production + (1 - share) * heated.production,
    )
    cooling = dataclasses.replace(
        cooled,
        name="cooling",
        heat_cold=-share * rejected + (1 - share) * cooled.heat,
        heat_hot=0.0,
        production=(1 - share) * cooled.production,
    )
    return cooling, heating


def medium_at(medium: Medium, parameter: float, bath: Bath) -> RealField:
    """Populations in equilibrium with a bath."""
    return medium.equilibrium(parameter, bath.temperature).populations
