"""Directional sweeps of covariant Cayley factors: the fast method on Cartesian grids."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from heatgauge.absorbing_steps import with_absorbers
from heatgauge.arguments import ComplexField, RealField, choice, integer
from heatgauge.composition import (
    Composition,
    Motion,
    blanes_moan,
    force_gradient,
    strang,
)
from heatgauge.intervals import intervals
from heatgauge.kinetic_coupling import Coupling
from heatgauge.method import Plan, Stepper
from heatgauge.roughness import has_short_axis, is_rough
from heatgauge.single_precision import (
    drift_bar_single,
    planned_single,
    require_no_absorbers,
    require_precision,
)
from heatgauge.sweep_generator import GeneratorOf
from heatgauge.sweep_stages import Lines
from heatgauge.sweep_stepper import SweepStepper
from heatgauge.time_steps import resolved_step, trials
from heatgauge.trial_runs import choose_by_trials

if TYPE_CHECKING:
    from heatgauge.hamiltonian import Hamiltonian
    from heatgauge.spectral_sweeps import SpectralSweeps

_COMPOSITIONS = ("auto", "strang", "force-gradient", "blanes-moan")


@dataclasses.dataclass(frozen=True)
class CayleySweeps:
    """Sweeps of Cayley factors along the axes between temporal links.

    Along every line of an axis exp(−iτT/ħ) is a product of m = ``factors`` covariant Cayley
    factors (1 − z̄S)/(1 − zS), S = 2 − uT − (uT)† the second difference with its links u; between
    the sweeps the whole site potential acts as temporal links exp(−i/ħ ∫(sV + U)dt). Unitary,
    time reversible, and covariant under gauge functions χ(x, t), exactly: also in time.

    Parameters
    ----------
    order : {2, 4}
        Order in time. 2: Strang. 4: the force-gradient composition with positive times, where
        axes commute or a uniform induction couples two of them (three exact shears); Blanes and
        Moan's six stages where the induction is not uniform or tilted. ``run.method`` tells.
        4 needs two factors or more: a remainder τ²h² would stay. Where ψ meets a wall with a
        force normal to it, or an induction across it, the order in time falls to 2: rtol sees it.
    factors : {1, 2, 3, 4}
        m. The order in space is 4m for resolved states (4 where a force or an induction acts
        across a wall), whatever ``order`` the Hamiltonian has: that belongs to its matrix. As
        τ → 0 the sweeps solve iħ∂ₜψ = Gψ with G of :meth:`generator`; rtol counts from there.
    refine : bool
        Solve for the increment with one refinement: |norm² − 1| <= 1e-12 after 1e6 steps at twice
        the cost; without at most 5e-16 per factor and step.
    composition : {"auto", "strang", "force-gradient", "blanes-moan"}
        "auto" chooses as described under ``order``.
    precision : {"double", "single"}
        "single" keeps ψ in complex64, in half the memory; the arithmetic stays in double, and ψ is
        rounded where it is stored, once per sweep. That moves it by some 2.4e-8·√stores of ‖ψ‖,
        and the norm by less. States of a run, and ψ as callbacks and functions see it, are then
        complex64, records of observers float64. Not with rtol below 1e-5, absorbers or refine;
        norms of ψ in [1e-25, 1e30]. Never taken because psi0 is complex64.

    Raises
    ------
    ValueError
        order = 4 with one factor; a composition of another order; refine in single precision.

    References
    ----------
    Chin, Phys. Lett. A 226, 344 (1997); Blanes & Moan, J. Comput. Appl. Math. 142, 313 (2002).

    Examples
    --------
    >>> import numpy as np, heatgauge as hg
    >>> grid = hg.Grid([hg.Axis(-8, 8, 128)])
    >>> x, = grid.coordinates()
    >>> H = hg.Hamiltonian(grid, external=0.5 * x**2)
    >>> psi = hg.gaussian_packet(grid, center=1.0, momentum=0.0, width=0.5**0.5)
    >>> run = hg.propagate(H, psi, [0, np.pi], dt=np.pi / 20,
    ...                    method=hg.CayleySweeps(order=4, factors=3),
    ...                    observe={"x": hg.Position(0)})
    >>> round(float(run.records["x"][-1]), 5)
    -1.0
    """

    order: int = 4
    factors: int = 3
    refine: bool = False
    composition: str = "auto"
    precision: str = "double"

    advances_gaps: ClassVar[bool] = True
    generator = GeneratorOf()

    def __post_init__(self) -> None:
        object.__setattr__(self, "order", choice("order", self.order, (2, 4)))
        object.__setattr__(self, "factors", integer("factors", self.factors, least=1, most=4))
        if not isinstance(self.refine, bool):
            raise TypeError(f"Argument `refine` must be True or False, but is {self.refine!r}.")
        object.__setattr__(
            self, "composition", choice("composition", self.composition, _COMPOSITIONS)
        )
        require_precision(self.precision, self.refine)
        if self.order == 4 and self.factors == 1:
            raise ValueError(
                "Argument `factors` must be at least 2 with order = 4, but is 1: one factor leaves "
                "an error τ²h². Use order=2 or factors=3."
            )
        if (self.composition == "strang") != (self.order == 2) and self.composition != "auto":
            raise ValueError(
                f"Argument `composition` must be of the order asked, {self.order}, but is "
                f"{self.composition!r}."
            )

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
        lines = Lines(self.factors, self.refine)

        def sweeps(dt: float) -> Stepper:
            return SweepStepper(hamiltonian, dt, self.composed, lines, members, threads)

        return with_absorbers(sweeps, hamiltonian, dt, self.order)

    def require(self, hamiltonian: Hamiltonian) -> None:
        """Refuse what only the assembled matrix describes."""
        require_sweepable(hamiltonian)
        if self.precision == "single":
            require_no_absorbers(hamiltonian)

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
        """Order in space for resolved states away from forces on walls."""
        return 4.0 * self.factors

    def drift_bar(self, steps: int) -> float:
        """Relative change of the norm after ``steps`` steps that means a run has failed."""
        if self.precision == "single":
            return drift_bar_single(self, steps)
        return 1e-9 * max(1.0, steps * 1e-6)

    def composed(self, coupling: Coupling, dimensions: int) -> Composition:
        """Return the composition for axes coupled in this way."""
        axes = tuple(range(dimensions))
        motion = Motion(axes, coupling.plane, coupled=coupling.kind == "general")
        if self.order == 2:
            return strang(motion)
        if self.composition == "blanes-moan":
            return blanes_moan(motion)
        if motion.coupled and self.composition == "force-gradient":
            raise ValueError(
                f"Argument `composition` must not be 'force-gradient' where {coupling.reason}, but "
                f"is. Use 'auto'."
            )
        return blanes_moan(motion) if motion.coupled else force_gradient(motion)


def planned(
    method: CayleySweeps | SpectralSweeps,
    hamiltonian: Hamiltonian,
    psi0: ComplexField,
    times: RealField,
    breakpoints: RealField,
    rtol: float,
    threads: int,
) -> Plan:
    """Return the steps with which ψ ends within ``rtol``·‖ψ‖ of the evolution by its generator.

    In a rough potential no order above 2 is believed; on axes of few sites, where everything is
    rough, trials are checked by one of a number of steps that no doubling gives.
    """
    if method.precision == "single":
        return planned_single(method, hamiltonian, psi0, times, breakpoints, rtol, threads)
    run, distance = trials(method, hamiltonian, psi0, threads)
    choice = choose_by_trials(
        run,
        intervals(times, breakpoints, resolved_step(hamiltonian, times)),
        rtol,
        2.0 if is_rough(hamiltonian, times) else float(method.order),
        distance,
        wary=has_short_axis(hamiltonian),
    )
    return Plan(method, choice.cut, choice.error)


def refusal(hamiltonian: Hamiltonian) -> str | None:
    """Say why the sweeps do not apply to a Hamiltonian, or None."""
    if hamiltonian.given_matrix is not None:
        return "a given matrix has no lines to sweep along"
    if isinstance(hamiltonian.mass, np.ndarray):
        return "the mass varies from site to site"
    return None


def require_sweepable(hamiltonian: Hamiltonian) -> None:
    """Refuse what only the assembled matrix describes."""
    reason = refusal(hamiltonian)
    if reason is not None:
        raise ValueError(
            f"Argument `method` must be hg.CrankNicolson() here, but is hg.CayleySweeps: {reason}."
        )
