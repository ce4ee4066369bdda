"""The dual-phase-lag law of first order."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

from heatgauge import _core
from heatgauge.arguments import RealField, real, real_array
from heatgauge.coefficients import on_sites, require_constants, require_medium
from heatgauge.grid import Grid
from heatgauge.law import Law
from heatgauge.medium import Medium


@dataclasses.dataclass(frozen=True, eq=False)
class DualPhaseLag(Law):
    """The dual-phase-lag law of first order τ_q∂ₜq + q = −κ(∇T + τ_T∂ₜ∇T), 0 <= τ_T <= τ_q.

    It is a Fourier conductor κ_F = κτ_T/τ_q beside one of Cattaneo's with κ_M = κ − κ_F and the
    time τ_q: q = q_F + q_M. That is how it is solved, and why it loses
    ∫(q_F²/κ_F + q_M²/κ_M) of ∫½(CδT² + (τ_q/κ_M) q_M²): a positive amount as long as τ_T <= τ_q,
    which is therefore required. τ_T = 0 is :class:`Cattaneo`, τ_T = τ_q has Fourier's temperature.

    Parameters
    ----------
    medium : Medium
        κ, C and τ_q (its relaxation), uniform or one value per site, κ also per axis.
    gradient_lag : float or array (*grid.shape)
        τ_T. SI: s.

    Raises
    ------
    TypeError
        If ``medium`` is no :class:`Medium`.
    ValueError
        If τ_T is negative or exceeds τ_q somewhere; if τ_q = 0 everywhere; if coefficients depend
        on temperature.

    Notes
    -----
    Source: D. Y. Tzou, J. Heat Transfer 117, 8 (1995). Initially q is ``q0``, or 0: a body at rest.

    Examples
    --------
    >>> import numpy as np
    >>> import heatgauge as hg
    >>> grid = hg.Grid([hg.Axis(0, 1, 40)])
    >>> law = hg.DualPhaseLag(hg.Medium(1.0, 1.0, relaxation=0.1), gradient_lag=0.05)
    >>> flow = hg.conduct(law, grid, 0.0, [0, 3], boundary={"x-": hg.Temperature(1.0)})
    >>> bool(flow.temperature[-1].min() > 0.99)
    True
    """

    medium: Medium
    gradient_lag: Any

    def __post_init__(self) -> None:
        require_medium(self.medium)
        require_constants(self.medium, "DualPhaseLag")
        if not np.any(np.asarray(self.medium.relaxation) > 0):
            raise ValueError(
                "Argument `medium` must have a relaxation time > 0 somewhere, but has none: "
                "without one the law is hg.Fourier."
            )
        lag: Any = self.gradient_lag
        if np.ndim(lag) == 0:
            lag = real("gradient_lag", lag, least=0.0)
        else:
            lag = real_array("gradient_lag", lag, np.shape(lag))
        relaxation = np.asarray(self.medium.relaxation)
        if relaxation.ndim and np.ndim(lag) and relaxation.shape != np.shape(lag):
            raise ValueError(
                f"Argument `gradient_lag` must be a number or have the shape {relaxation.shape} of "
                f"the relaxation time, but has shape {np.shape(lag)}."
            )
        if not ((lag >= 0) & (lag <= relaxation)).all():
            raise ValueError(
                "Argument `gradient_lag` must be >= 0 and at most the relaxation time τ_q "
                f"(beyond it the second law fails), but is {self.gradient_lag!r} for "
                f"τ_q = {self.medium.relaxation!r}."
            )
        object.__setattr__(self, "gradient_lag", lag)

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        same = np.array_equal(self.gradient_lag, other.gradient_lag)
        return bool(same and self.medium == other.medium)

    def __hash__(self) -> int:
        return hash((self.medium, np.asarray(self.gradient_lag).tobytes()))

    def circuit(self, grid: Grid) -> _core.FaceCircuit:
        """Fourier's and Cattaneo's branch of every face of ``grid``."""
        circuit = super().circuit(grid)
        lag = on_sites("gradient_lag", self.gradient_lag, grid, "gradient_lag")
        circuit.split_lag(grid.core, np.ascontiguousarray(lag / self.conductivity(grid)))
        return circuit

    def smoothing(self, grid: Grid) -> RealField:
        """D τ_T/τ_q."""
        relaxation = on_sites("relaxation", self.medium.relaxation, grid)
        with np.errstate(divide="ignore", invalid="ignore"):
            share = np.where(relaxation > 0, np.divide(self.gradient_lag, relaxation), 1.0)
        return np.asarray(share * self.conductivity(grid) / self.capacity(grid))
