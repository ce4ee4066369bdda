"""The frozen result of a propagation."""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Mapping
from typing import Any

import numpy.typing as npt

from heatgauge.arguments import ComplexField, RealField


@dataclasses.dataclass(frozen=True, eq=False)
class Evolution:
    """What :func:`heatgauge.propagate` found out.

    Attributes
    ----------
    times : array (nt,)
        Output times that were reached.
    records : mapping of str to array
        One array per observer; first axis = times, first row = the initial state.
    final : complex array of the grid's shape
        The state at the last time.
    states : complex array (nt, *shape), or None
        All states at output times, with store="all".
    steps : int
        Number of steps taken from the first to the last time.
    dt : float
        The longest step.
    method : str
        What was used, and why.
    error_estimate : float or None
        Estimated time error ‖ψ − ψ_exact‖/‖ψ‖ at the last time; None where dt was given.

    Examples
    --------
    >>> import heatgauge as hg
    >>> grid = hg.Grid([hg.Axis(-8, 8, 128)])
    >>> psi = hg.gaussian_packet(grid, center=0, momentum=0, width=1)
    >>> run = hg.propagate(hg.Hamiltonian(grid), psi, [0, 1], dt=0.1, observe={"norm": hg.Norm()})
    >>> run.steps, run.records["norm"].shape, run.states is None
    (10, (2,), True)
    """

    times: RealField
    records: Mapping[str, npt.NDArray[Any]] = dataclasses.field(repr=False)
    final: ComplexField = dataclasses.field(repr=False)
    states: ComplexField | None = dataclasses.field(repr=False)
    steps: int
    dt: float
    method: str
    error_estimate: float | None

    def __getstate__(self) -> dict[str, Any]:
        """For pickle and copy, which take no mapping proxy."""
        return self.__dict__ | {"records": dict(self.records)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state | {"records": types.MappingProxyType(state["records"])})
        for array in (self.times, self.final, self.states, *self.records.values()):
            if array is not None:
                array.flags.writeable = False

    def __str__(self) -> str:
        lines = [
            f"Evolution of a state of shape {self.final.shape} "
            f"from t = {self.times[0]:g} to {self.times[-1]:g}",
            f"  method: {self.method}",
            f"  steps: {self.steps}, dt <= {self.dt:.6g}",
        ]
        if self.error_estimate is not None:
            lines.append(f"  estimated error of ψ at the end: {self.error_estimate:.2e}")
        for name, record in self.records.items():
            last = record[-1]
            shown = f"{last:.6g} at the end" if last.ndim == 0 else f"shape {record.shape}"
            lines.append(f"  {name}: {shown}")
        return "\n".join(lines)
