"""Kinetic flows along lines by Fourier and sine transforms, under the same compositions."""

from __future__ import annotations

import dataclasses
import functools
import math
from typing import TYPE_CHECKING, ClassVar

from heatgauge import _core
from heatgauge.absorbing_steps import with_absorbers
from heatgauge.arguments import ComplexField, RealField, choice
from heatgauge.cayley_sweeps import CayleySweeps, planned, refusal
from heatgauge.composition import Composition, Motion, nystrom
from heatgauge.kinetic_coupling import Coupling
from heatgauge.method import Plan, Stepper
from heatgauge.single_precision import (
    drift_bar_single,
    require_no_absorbers,
    require_precision,
)
from heatgauge.sweep_generator import GeneratorOf
from heatgauge.sweep_stepper import SweepStepper

if TYPE_CHECKING:
    from heatgauge.hamiltonian import Hamiltonian

_COMPOSITIONS = ("auto", "strang", "force-gradient", "blanes-moan", "nystrom")


@dataclasses.dataclass(frozen=True)
class SpectralLines:
    """Transforms along lines, in the gauge in which the links of a line are alike."""

    method: str = "SpectralSweeps"
    refine: bool = False

    def add(self, program: _core.SweepProgram, axis: int, strength: float, link_slot: int) -> None:
        """Add the transform along an axis."""
        if strength != 0.0:
            program.transform(_core.StepPart.body, axis, strength, link_slot)


@dataclasses.dataclass(frozen=True)
class SpectralSweeps:
    """Fourier or sine transforms along the axes between temporal links.

    Along every line of an axis exp(−iτħk²/2m) acts on the waves that the line holds, in the gauge
    in which its links are alike:

    - periodic: k = (2πn + twist − (s/ħ)∮A·dl)/L, the nearest of all waves that the sites do not
      tell apart,
    - walls: ψ is a sum of sin(πj(x − lower)/L), j = 1 … N.

    Everything else is as in :class:`CayleySweeps`: temporal links exp(−i/ħ ∫(sV + U)dt) and the
    same compositions. Unitary to rounding (below 5e-16 of norm² per step), time reversible, and
    covariant under gauge functions χ(x, t), exactly. There is no error of order h^p: a state whose
    waves the grid holds is propagated as in the continuum. A potential or a state that jumps from
    site to site excites the waves at the end of the band, which the lattice does not describe: use
    hg.CayleySweeps there, or hg.CrankNicolson.

    Parameters
    ----------
    order : {2, 4}
        Order in time; see :class:`CayleySweeps`, also on how walls lower it.
    composition : {"auto", "strang", "force-gradient", "blanes-moan", "nystrom"}
        "auto" as for :class:`CayleySweeps`. "nystrom", for forces that do not change in time and
        an exact kinetic exponential: six kinetic parts a step instead of two. In a nearly harmonic
        trap its error is so much smaller that fewer are needed in all from 1e-5 on; in others it
        needs more, or as many.
    precision : {"double", "single"}
        As for :class:`CayleySweeps`.

    Raises
    ------
    ValueError
        A composition of another order; a grid with a number of points that has a prime factor
        above 5 (96, 100, 108, 120, 125, 128, 144, 150, 160, … are fine).

    References
    ----------
    Feit, Fleck & Steiger, J. Comput. Phys. 47, 412 (1982); Makhoul, IEEE Trans. ASSP 28, 27 (1980).

    Examples
    --------
    >>> import numpy as np, heatgauge as hg
    >>> grid = hg.Grid([hg.Axis(-8, 8, 64, "periodic"), hg.Axis(-8, 8, 64, "periodic")])
    >>> x, y = grid.coordinates()
    >>> H = hg.Hamiltonian(grid, external=0.5 * (x**2 + y**2))
    >>> psi = hg.gaussian_packet(grid, center=[1, 0], momentum=[0, 1], width=[0.5**0.5] * 2)
    >>> run = hg.propagate(H, psi, [0, np.pi], rtol=1e-8, method=hg.SpectralSweeps(),
    ...                    observe={"x": hg.Position(0)})
    >>> round(float(run.records["x"][-1]), 8)
    -1.0
    """

    order: int = 4
    composition: str = "auto"
    precision: str = "double"

    advances_gaps: ClassVar[bool] = True
    generator = GeneratorOf()

    def __post_init__(self) -> None:
        named = choice("composition", self.composition, _COMPOSITIONS)
        object.__setattr__(self, "composition", named)
        object.__setattr__(self, "order", self._sweeps().order)  # refuses what it refuses
        require_precision(self.precision, refine=False)
        if self.composition == "nystrom" and self.order != 4:
            raise ValueError(
                f"Argument `composition` must be of the order asked, {self.order}, but is "
                "'nystrom'."
            )

    @property
    def factors(self) -> None:
        """No Cayley factors: the symbol is (kh)²."""

    def _sweeps(self) -> CayleySweeps:
        composition = "auto" if self.composition == "nystrom" else self.composition
        return CayleySweeps(self.order, composition=composition)

    def composed(self, coupling: Coupling, dimensions: int, steady: bool = False) -> Composition:
        """Return the composition for axes coupled in this way; ``steady``: no force changes."""
        exact = steady and coupling.kind != "general"
        if self.composition == "nystrom" and not exact:
            reason = coupling.reason if steady else "forces change in time"
            raise ValueError(
                f"Argument `composition` must not be 'nystrom' where {reason}, but is. Use 'auto'."
            )
        if self.composition == "nystrom":
            return nystrom(Motion(tuple(range(dimensions)), coupling.plane))
        return self._sweeps().composed(coupling, dimensions)

    def require(self, hamiltonian: Hamiltonian) -> None:
        """Refuse what has no lines, or lines that cannot be transformed."""
        reason = refusal(hamiltonian)
        if reason is not None:
            raise ValueError(
                "Argument `method` must be hg.CrankNicolson() here, but is hg.SpectralSweeps: "
                f"{reason}."
            )
        reason = untransformable(hamiltonian)
        if reason is not None:
            raise ValueError(
                "Argument `method` must be hg.CayleySweeps() here, but is hg.SpectralSweeps: "
                f"{reason}."
            )
        if self.precision == "single":
            require_no_absorbers(hamiltonian)

    def stepper(
        self,
        hamiltonian: Hamiltonian,
        dt: float,
        steps: int,
        members: int = 1,
        threads: int = 1,
    ) -> Stepper:
        """Return what advances ``members`` states by steps of ``dt``."""
        self.require(hamiltonian)
        composer = functools.partial(self.composed, steady=hamiltonian.has_static_fields)

        def sweeps(dt: float) -> Stepper:
            return SweepStepper(hamiltonian, dt, composer, SpectralLines(), members, threads)

        return with_absorbers(sweeps, hamiltonian, dt, self.order)

    def plan(
        self,
        hamiltonian: Hamiltonian,
        psi0: ComplexField,
        times: RealField,
        breakpoints: RealField,
        rtol: float,
        threads: int = 1,
    ) -> Plan:
        """Return the steps with which ψ ends within ``rtol``·‖ψ‖ of the evolution by G."""
        return planned(self, hamiltonian, psi0, times, breakpoints, rtol, threads)

    def space_order(self, hamiltonian: Hamiltonian) -> float:
        """Waves that the grid holds have no error in space."""
        return math.inf

    def drift_bar(self, steps: int) -> float:
        """Relative change of the norm after ``steps`` steps that means a run has failed."""
        if self.precision == "single":
            return drift_bar_single(self, steps)
        return 1e-9 * max(1.0, steps * 1e-6)


def untransformable(hamiltonian: Hamiltonian) -> str | None:
    """Say which axis cannot be transformed, or None."""
    for a, axis in enumerate(hamiltonian.grid.axes):
        if not _core.transforms_lines(axis.points):
            return f"axis {a} has {axis.points} points, a number with a prime factor above 5"
    return None
