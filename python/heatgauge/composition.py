"""Compositions in time: a step as potential flows and kinetic sweeps, one after another.

Time flows with the potential part, D = sV + U − iħ∂ₜ: its exponential over [a, b] multiplies ψ by
the temporal link exp(−i/ħ ∫(sV + U)dt) from a to b, and the kinetic parts between two flows take
the links of the time reached. A step of any composition is then covariant under χ(x, t), exactly.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from typing import Literal

Rule = Literal["plain", "outer", "inner"]


@dataclasses.dataclass(frozen=True)
class Flow:
    """Temporal link from t + start·τ to t + end·τ.

    ``gradient`` g adds the phase of the force, +(g τ³/ħ) Σ F_μ²/m_μ, F = sE − ∇U the mean over
    the same time.
    """

    start: float
    end: float
    gradient: float = 0.0


@dataclasses.dataclass(frozen=True)
class Kinetic:
    """exp(−i·(time)·Π²/2mħ) along one axis, with the links of t + at·τ.

    The time is ``share``·τ ("plain"), or with ω of a uniform induction in the plane of the axis
    tan(ω·share·τ/2)/ω ("outer") or sin(ω·share·τ)/ω ("inner"). ``shift`` c moves sA by c·τ²·∂ₜF.
    """

    axis: int
    share: float
    at: float
    rule: Rule = "plain"
    shift: float = 0.0

    def time(self, dt: float, omega: float) -> float:
        """Return the time over which the axis moves in a step of ``dt``."""
        plain = self.share * dt
        angle = omega * plain
        if self.rule == "plain" or angle == 0.0:
            return plain
        if self.rule == "outer":
            return plain * math.tan(0.5 * angle) / angle
        return plain * math.sin(angle) / angle


Stage = Flow | Kinetic


@dataclasses.dataclass(frozen=True)
class Composition:
    """Stages in the order in which they act; the first and the last are flows."""

    name: str
    order: int
    stages: tuple[Stage, ...]

    @property
    def flows(self) -> tuple[Flow, ...]:
        """The flows among the stages."""
        return tuple(s for s in self.stages if isinstance(s, Flow))

    @property
    def kinetics(self) -> tuple[Kinetic, ...]:
        """The kinetic parts among the stages."""
        return tuple(s for s in self.stages if isinstance(s, Kinetic))

    @property
    def distance(self) -> float:
        """Time between the middles of the first and the last flow, in steps."""
        first, last = self.flows[0], self.flows[-1]
        return 0.5 * (last.start + last.end - first.start - first.end)

    @property
    def jumps(self) -> tuple[float, ...]:
        """Shift c of the kinetic part after each flow less that of the part before it."""
        shifts = [0.0, *(s.shift if isinstance(s, Kinetic) else math.nan for s in self.stages), 0.0]
        found = []
        for k, shift in enumerate(shifts):
            if math.isnan(shift):
                found.append(shifts[k + 1] - shifts[k - 1])
        return tuple(found)

    @property
    def needs_force(self) -> bool:
        """Whether any stage takes the force or its rate."""
        return any(f.gradient != 0.0 for f in self.flows) or any(
            k.shift != 0.0 for k in self.kinetics
        )


@dataclasses.dataclass(frozen=True)
class Motion:
    """How the axes are coupled, and in which order they move.

    ``plane``: the pair of axes that a uniform induction couples, or None. ``coupled``: axes that
    do not commute otherwise. ``axes``: all axes, in the order of the sweeps.
    """

    axes: tuple[int, ...]
    plane: tuple[int, int] | None = None
    coupled: bool = False

    def whole(self, share: float, at: float, shift: float = 0.0) -> tuple[Kinetic, ...]:
        """exp(−iT·share·τ/ħ): exact where the axes commute or a uniform induction couples two.

        With [Π_x, Π_y] = iħsB, exp(−iTτ) = X(tan(ωτ/2)/ω)·Y(sin(ωτ)/ω)·X(tan(ωτ/2)/ω),
        ω = sB/√(m_x m_y): both sides turn Π by the same matrix of SL(2), the shear matrices being
        X and Y. Where axes are coupled otherwise, the symmetric product X/2·Y/2·Z·Y/2·X/2.
        """
        if self.plane is not None:
            outer, inner = self.plane
            rest = tuple(a for a in self.axes if a not in self.plane)
            shear = (
                Kinetic(outer, share, at, "outer", shift),
                Kinetic(inner, share, at, "inner", shift),
                Kinetic(outer, share, at, "outer", shift),
            )
            return shear + tuple(Kinetic(a, share, at, "plain", shift) for a in rest)
        if not self.coupled:
            return tuple(Kinetic(a, share, at, "plain", shift) for a in self.axes)
        halves = tuple(Kinetic(a, 0.5 * share, at, "plain", shift) for a in self.axes[:-1])
        middle = Kinetic(self.axes[-1], share, at, "plain", shift)
        return (*halves, middle, *reversed(halves))


def strang(motion: Motion) -> Composition:
    """Second order: half a flow, all axes with the links of the middle, half a flow."""
    stages: tuple[Stage, ...] = (Flow(0.0, 0.5), *motion.whole(1.0, 0.5), Flow(0.5, 1.0))
    return Composition("Strang", 2, stages)


def force_gradient(motion: Motion) -> Composition:
    """Fourth order with positive times: D/6 · T/2 · ⅔D̃ · T/2 · D/6.

    D̃ holds the phase of [D, [T, D]] = −ħ²ΣF²/m (Suzuki 1995; Chin 1997), and because time flows
    with D, sA is shifted by (τ²/72)∂ₜF in both kinetic parts. Needs a T whose exponential over τ/2
    is exact: axes that commute, or a uniform induction.
    """
    if motion.coupled:
        raise ValueError("Argument `motion` must have an exact kinetic exponential.")
    first, last = 1.0 / 6.0, 5.0 / 6.0
    shift = 1.0 / 72.0
    stages: tuple[Stage, ...] = (
        Flow(0.0, first),
        *motion.whole(0.5, first, shift),
        Flow(first, last, gradient=1.0 / 72.0),
        *reversed(motion.whole(0.5, last, shift)),
        Flow(last, 1.0),
    )
    return Composition("force-gradient", 4, stages)


# Blanes & Moan, J. Comput. Appl. Math. 142, 313 (2002), Table 2, S6: six stages, order 4.
_S6_A = (0.0792036964311957, 0.353172906049774, -0.0420650803577195)
_S6_B = (0.209515106613362, -0.143851773179818)


def blanes_moan(motion: Motion) -> Composition:
    """Fourth order for axes that do not commute, whatever couples them.

    The splitting of two parts with coefficients a_i, b_i becomes a composition of the first-order
    step χ = D·X·Y·… and its adjoint with times α_i: a_1 = α_1, b_1 = α_1 + α_2, … and keeps its
    order for any number of parts (McLachlan, SIAM J. Sci. Comput. 16, 151 (1995)).
    """
    b = (*_S6_B, 0.5 - sum(_S6_B))
    a = (*_S6_A, 1.0 - 2.0 * sum(_S6_A))
    chain = _interleaved((*a, *reversed(a[:-1])), (*b, *reversed(b)))
    times = [chain[0]]
    for value in chain[1:-1]:
        times.append(value - times[-1])
    return _composed("Blanes–Moan", 4, times, motion.axes)


# The same paper, Table 3, SRKN_6^b: weights of the flows and of T.
_NYSTROM_B = (0.0829844064174052, 0.396309801498368, -0.0390563049223486)
_NYSTROM_A = (0.245298957184271, 0.604872665711080)


def nystrom(motion: Motion) -> Composition:
    """Fourth order where [D, [D, [D, T]]] = 0: for forces that do not change in time.

    Six kinetic parts and no gradient; with a force that changes, terms ∂ₜF·Π are left in the
    commutator and the order falls. Needs a T whose exponential is exact.
    """
    if motion.coupled:
        raise ValueError("Argument `motion` must have an exact kinetic exponential.")
    b = (*_NYSTROM_B, 1.0 - 2.0 * sum(_NYSTROM_B), *reversed(_NYSTROM_B))
    a = (*_NYSTROM_A, 0.5 - sum(_NYSTROM_A))
    now = b[0]
    stages: list[Stage] = [Flow(0.0, now)]
    for k, (share, flow) in enumerate(zip((*a, *reversed(a)), b[1:], strict=True)):
        whole = motion.whole(share, now)
        stages += whole if k < 3 else whole[::-1]
        stages.append(Flow(now, now + flow))
        now += flow
    return Composition("Nyström", 4, _rounded(stages))


def _interleaved(a: Sequence[float], b: Sequence[float]) -> list[float]:
    """a₁, b₁, a₂, …, b_s, a_{s+1}."""
    return [x for pair in zip(a, b, strict=False) for x in pair] + [a[-1]]


def _composed(name: str, order: int, times: Sequence[float], axes: tuple[int, ...]) -> Composition:
    """χ(α₁)* and χ(α₂) in turn; neighbouring flows and sweeps of the same axis become one."""
    stages: list[Stage] = []
    now = 0.0
    for k, alpha in enumerate(times):
        # The flow is the outermost part: first in one kind of step, last in the other.
        sweeps = [Kinetic(a, alpha, now, "plain") for a in axes]
        if k % 2 == 0:
            later = now + alpha
            _append(stages, Flow(now, later))
            now = later
            for sweep in sweeps:
                _append(stages, dataclasses.replace(sweep, at=now))
        else:
            for sweep in reversed(sweeps):
                _append(stages, sweep)
            later = now + alpha
            _append(stages, Flow(now, later))
            now = later
    return Composition(name, order, _rounded(stages))


def _append(stages: list[Stage], new: Stage) -> None:
    last = stages[-1] if stages else None
    if isinstance(new, Flow) and isinstance(last, Flow):
        stages[-1] = Flow(last.start, new.end)
    elif isinstance(new, Kinetic) and isinstance(last, Kinetic) and last.axis == new.axis:
        stages[-1] = dataclasses.replace(last, share=last.share + new.share)
    else:
        stages.append(new)


def _rounded(stages: list[Stage]) -> tuple[Stage, ...]:
    """The last flow ends at 1 to the last bit, so that consecutive steps join."""
    last = stages[-1]
    if isinstance(last, Flow):
        stages[-1] = Flow(last.start, 1.0)
    return tuple(stages)
