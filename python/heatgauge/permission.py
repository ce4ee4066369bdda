"""Which process is permitted: the sign of the entropy production, beyond its uncertainty."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import numpy.typing as npt

from heatgauge.arguments import RealField
from heatgauge.evolution import Evolution
from heatgauge.heat_flow import HeatFlow
from heatgauge.production_uncertainty import energy_runs_backwards, production_uncertainty

_ROUNDING = 16 * float(np.finfo(float).eps)


@dataclasses.dataclass(frozen=True, eq=False, repr=False)
class Permission:
    """What :func:`classify` found out.

    Attributes
    ----------
    verdict : {"quantum-permitted", "classical-permitted", "forbidden"}
    sigma : array
        Entropy production at mid-times: (nt − 1, *shape) for a flow, (nt − 1,) for an evolution.
    total : float
        ∫∫σ dV dt.
    uncertainty : float
        Of ``total``.
    where : integer array, as ``sigma``
        Where gauge symmetry is broken beyond uncertainty: +1 for σ > 0, −1 for σ < 0, else 0.
    sigma_uncertainty : array, as ``sigma``
    reason : str

    Examples
    --------
    >>> import heatgauge as hg
    >>> grid = hg.Grid([hg.Axis(-8, 8, 64)])
    >>> psi = hg.gaussian_packet(grid, center=0, momentum=0, width=1)
    >>> print(hg.classify(hg.propagate(hg.Hamiltonian(grid), psi, [0, 1, 2], dt=0.1)))
    quantum-permitted: ∫∫σ = 0 ± 3.6e-15 (a pure state evolves by a unitary)
    """

    verdict: str
    sigma: RealField
    total: float
    uncertainty: float
    where: npt.NDArray[np.int8]
    sigma_uncertainty: RealField
    reason: str

    def __repr__(self) -> str:
        return f"Permission({self})"  # arrays of the whole flow would bury the verdict

    def __str__(self) -> str:
        return f"{self.verdict}: ∫∫σ = {self.total:.4g} ± {self.uncertainty:.2g} ({self.reason})"


def classify(process: Any) -> Permission:
    """Say whether a process is isentropic, produces entropy, or destroys it.

    Gauge symmetry of W = ∫∫(J·A − SV) holds if and only if the process is isentropic, and σ
    measures its violation (:func:`heatgauge.gauge.noether_defect`):

    - "quantum-permitted": σ is zero within its uncertainty; symmetry holds, as for a unitary;
    - "classical-permitted": σ > 0; the second law permits what breaks the symmetry;
    - "forbidden": σ < 0 beyond its uncertainty.

    A flow is judged by σ of the quadratic form, computed from T, q and Λ by differences. Sources
    and boundary power are no part of it, so the sign of dS/dt does not matter; nor does that of
    −q·∇T/T², the production of local equilibrium, which Cattaneo's law may turn negative.

    The uncertainty of σ is its change when every second output time is left out, which for
    second-order differences is three times the error: the factor of safety for two grids (Roache,
    J. Fluids Eng. 116, 405 (1994)). Flows from arrays add the change for differences of T over
    three links, scaled likewise; all add rounding. Where jumps were spread (``flow.spread``)
    σ holds what that did, and all of it is uncertain. Each output interval counts by ∫σ dV against
    ∫(uncertainty) dV; beyond that, a flow is forbidden where cells of negative σ outweigh the
    uncertainty of the total. Flows from arrays are forbidden, too, if heat gathers where T falls:
    they run against the energy balance (a body that is heated within needs its ``source``).

    Parameters
    ----------
    process : HeatFlow or Evolution
        At three times or more. An evolution of a pure state has σ = 0; one with a record "entropy"
        (von Neumann, in k_B; "entropy_stderr" its standard error) has that of the record.

    Raises
    ------
    TypeError
        For anything else than a HeatFlow or an Evolution.
    ValueError
        For fewer than three stored times.

    Examples
    --------
    >>> import numpy as np
    >>> import heatgauge as hg
    >>> grid = hg.Grid([hg.Axis(0, 1, 20)])
    >>> law = hg.Fourier(hg.Medium(1.0, 1.0))
    >>> start = np.cos(np.pi * grid.coordinates()[0])
    >>> flow = hg.conduct(law, grid, start, np.linspace(0, 0.1, 21), dt=0.005)
    >>> hg.classify(flow).verdict
    'classical-permitted'
    >>> T, q = flow.temperature[::-1], -flow.flux[0][::-1]         # run backwards
    >>> hg.classify(hg.HeatFlow.from_arrays(law, grid, flow.times, T, [q])).verdict
    'forbidden'
    """
    if isinstance(process, HeatFlow):
        return _classify_flow(process)
    if isinstance(process, Evolution):
        return _classify_evolution(process)
    raise TypeError(f"Argument `process` must be hg.HeatFlow or hg.Evolution, but is {process!r}.")


def _classify_flow(flow: HeatFlow) -> Permission:
    sigma = flow.entropy_production()
    if flow.times.size < 3:
        raise ValueError(
            f"Argument `process` must hold at least 3 times, to tell how certain σ is, "
            f"but holds {flow.times.size}."
        )
    doubt = production_uncertainty(flow, sigma)
    weight = np.diff(flow.times) * flow.grid.cell_volume
    gains, doubts = (weight * x.reshape(weight.size, -1).sum(axis=1) for x in (sigma, doubt))
    # Where σ − its coarser value crosses zero the neighbours tell how large the error may be.
    wide = _largest_around(doubt)
    negative = np.maximum(-sigma - wide, 0).reshape(weight.size, -1).sum(axis=1)
    verdict, reason = _verdict(gains, doubts, float(weight @ negative), float(doubts.sum()))
    if flow.method == "from arrays" and energy_runs_backwards(flow):
        verdict = "forbidden"
        reason = "heat gathers where T falls: against the energy balance, or no source given"
    return Permission(
        verdict=verdict,
        sigma=sigma,
        total=float(gains.sum()),
        uncertainty=float(doubts.sum()),
        where=_beyond(sigma, wide),
        sigma_uncertainty=doubt,
        reason=reason,
    )


def _classify_evolution(run: Evolution) -> Permission:
    record = run.records.get("entropy")
    if run.times.size < 2:
        raise ValueError(
            f"Argument `process` must hold at least 2 times, but holds {run.times.size}."
        )
    step = np.diff(run.times)
    entropy = np.zeros(run.times.size) if record is None else np.asarray(record, dtype=float)
    error = np.asarray(run.records.get("entropy_stderr", np.zeros_like(entropy)), dtype=float)
    # Three standard errors of a difference, and the rounding of S.
    doubts = 3 * np.hypot(error[1:], error[:-1]) + _ROUNDING * (1 + np.abs(entropy[1:]))
    gains = np.diff(entropy)
    total, doubt = entropy[-1] - entropy[0], 3 * np.hypot(error[-1], error[0])
    doubt += _ROUNDING * (1 + abs(entropy[-1]))
    negative = float(np.maximum(-gains - doubts, 0).sum())
    verdict, reason = _verdict(gains, doubts, negative, float(doubt))
    if record is None:
        reason = "a pure state evolves by a unitary"
    return Permission(
        verdict=verdict,
        sigma=gains / step,
        total=float(total),
        uncertainty=float(doubt),
        where=_beyond(gains, doubts),
        sigma_uncertainty=doubts / step,
        reason=reason,
    )


def _verdict(gains: RealField, doubts: RealField, negative: float, doubt: float) -> tuple[str, str]:
    """Judge the productions of the intervals, and what cells of negative σ add up to.

    ``doubt`` is that of the total: where it exceeds the total the reason names the intervals, as
    "total ± doubt" beside it would seem to deny the verdict.
    """
    more = float(np.maximum(gains - doubts, 0).sum())
    less = float(np.maximum(-gains - doubts, 0).sum())
    if less > more or negative > float(doubts.sum()):
        return "forbidden", "σ < 0 beyond its uncertainty: entropy is destroyed"
    if more > 0 and gains.sum() <= doubt:
        count = f"{int((gains > doubts).sum())} of {gains.size}"
        return "classical-permitted", f"σ > 0 beyond its uncertainty in {count} output intervals"
    if more > 0:
        return "classical-permitted", "σ > 0: gauge symmetry is broken, the second law kept"
    return "quantum-permitted", "σ = 0 within its uncertainty: gauge symmetry is kept"


def _beyond(sigma: RealField, doubt: RealField) -> npt.NDArray[np.int8]:
    where: npt.NDArray[np.int8] = np.where(np.abs(sigma) > doubt, np.sign(sigma), 0).astype(np.int8)
    return where


def _largest_around(doubt: RealField) -> RealField:
    """The largest value of a cell and its neighbours in time and along every axis of the grid."""
    result = doubt
    for axis in range(doubt.ndim):
        padded = np.pad(result, [(1, 1) if k == axis else (0, 0) for k in range(doubt.ndim)])
        n = doubt.shape[axis]
        shifted = [np.take(padded, range(j, j + n), axis=axis) for j in range(3)]
        result = np.maximum.reduce(shifted)
    return result
