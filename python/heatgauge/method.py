"""What a propagation asks of a method: small immutable objects that make steppers."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from heatgauge.arguments import ComplexField, RealField
from heatgauge.intervals import Interval

if TYPE_CHECKING:
    from heatgauge.hamiltonian import Hamiltonian


class Stepper(Protocol):
    """Knows H and dt, and advances states; holds no state itself.

    ``dt`` is the step, ``reason`` says how and why steps are taken as they are.
    """

    dt: float

    @property
    def reason(self) -> str:
        """How and why steps are taken as they are."""

    def advance(
        self, psi: ComplexField, start: float, first: int, count: int, taken: int = 0
    ) -> RealField | None:
        """Advance ψ in place by ``count`` steps, from t = start + first·dt on.

        ``taken``: number of steps before ``start``, for what an error says. Returns what each
        absorber of the Hamiltonian took from Σ|ψ|²dV, or None where there are none.
        """


@dataclasses.dataclass(frozen=True)
class Plan:
    """The steps of a run, what takes them, and the error expected of ψ at the last time.

    ``method`` may be the one that was asked, tightened or loosened for the accuracy asked.
    ``error`` is relative to ‖ψ‖; None under a given dt.
    """

    method: Method
    cut: list[Interval]
    error: float | None


@runtime_checkable
class Method(Protocol):
    """What ``hg.propagate(..., method=)`` takes."""

    @property
    def precision(self) -> str:
        """How states are kept: "double" or "single"."""

    @property
    def advances_gaps(self) -> bool:
        """Whether states may have gaps between their lines, which spares sweeps a copy."""

    def require(self, hamiltonian: Hamiltonian) -> None:
        """Raise ValueError, naming what to use instead, for an H this method cannot propagate."""

    def stepper(
        self, hamiltonian: Hamiltonian, dt: float, steps: int, members: int = 1, threads: int = 1
    ) -> Stepper:
        """Return what advances states by steps of ``dt``; about ``steps`` of them are expected.

        With ``members`` > 1 the states have the shape (members, *grid.shape).
        """

    def plan(
        self,
        hamiltonian: Hamiltonian,
        psi0: ComplexField,
        times: RealField,
        breakpoints: RealField,
        rtol: float,
        threads: int = 1,
    ) -> Plan:
        """Return the steps with which ψ ends within ``rtol``·‖ψ‖ of the exact evolution."""

    def space_order(self, hamiltonian: Hamiltonian) -> float:
        """Order in space of what is solved; infinity where no error falls as a power of h."""

    def drift_bar(self, steps: int) -> float:
        """Relative change of the norm after ``steps`` steps that means a run has failed."""


def require_method(method: Any) -> Method:
    """Return ``method`` if it is one; TypeError otherwise."""
    if isinstance(method, type) or not isinstance(method, Method):
        raise TypeError(
            f"Argument `method` must be a method such as hg.CrankNicolson(...), but is {method!r}."
        )
    return method
