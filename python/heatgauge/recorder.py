"""What a propagation records at its output times."""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from heatgauge.arguments import ComplexField, RealField
from heatgauge.evolution import Evolution
from heatgauge.hamiltonian import Hamiltonian
from heatgauge.observed_values import numbers_of, require_same_shape
from heatgauge.observers import Measurement
from heatgauge.snapshot import Snapshot
from heatgauge.working_state import widened


class Recorder:
    """Collects what is asked for at output times.

    Of several members every library observer measures each; a function f(t, psi) gets them all.
    """

    def __init__(
        self,
        H: Hamiltonian,
        observe: Mapping[str, Any] | None,
        kept: int | None,
        callback: Callable[[float, ComplexField], Any] | None,
    ) -> None:
        self._hamiltonian = H
        self._measurements = bind_all(observe, H)
        self._functions = {n for n, f in (observe or {}).items() if not hasattr(f, "bind")}
        self._callback = callback
        self._times: list[float] = []
        self._rows: dict[str, list[Any]] = {name: [] for name in self._measurements}
        # The states of so many output times, or the last alone.
        self._kept = kept
        self._states: ComplexField | None = None
        self._last: ComplexField | None = None
        # what each absorber took of Σ|ψ|²dV, of several members one row for each
        self.absorbed: RealField = np.zeros(len(H.absorbers))
        self.volume = H.grid.cell_volume
        self.steps = 0
        self._recorded_steps = 0  # up to the last output time
        self.longest = 0.0

    @property
    def started(self) -> bool:
        """Whether an output time is complete."""
        return bool(self._times)

    def book(self, lost: RealField | None) -> None:
        """Add what each absorber took of Σ|ψ|²."""
        if lost is not None:
            self.absorbed = self.absorbed + lost * self.volume

    def record(self, t: float, psi: ComplexField) -> None:
        """Measure ψ at an output time, then call back.

        What is measured, handed out and kept is one copy of ψ, which the run leaves alone. The
        one before stays as it is until this record is complete: it is the last state if Ctrl-C
        comes in between.
        """
        if self._kept is None:
            copy = np.empty(psi.shape, psi.dtype)
        else:
            if self._states is None:
                self._states = np.empty((self._kept, *psi.shape), psi.dtype)
            copy = self._states[len(self._times)]
        np.copyto(copy, psi)
        view = copy.view()
        view.flags.writeable = False
        row = self._measured(t, view)
        for name, value in row.items():
            require_same_shape(name, value, self._rows[name], t, self.steps)
        for name, value in row.items():
            self._rows[name].append(value)
        self._times.append(t)
        self._recorded_steps = self.steps
        self._last = copy
        if self._callback is not None:
            self._callback(t, view)

    def _measured(self, t: float, view: ComplexField) -> dict[str, npt.NDArray[Any]]:
        h = self._hamiltonian
        whole = Snapshot(h, t, view, self.absorbed)
        if view.ndim == h.grid.dimensions:
            one = whole
            if view.dtype != np.complex128 and len(self._functions) < len(self._measurements):
                one = Snapshot(h, t, widened(view), self.absorbed)
            return {
                name: numbers_of(name, f(whole if name in self._functions else one), t, self.steps)
                for name, f in self._measurements.items()
            }
        absorbed = np.broadcast_to(self.absorbed, (len(view), len(h.absorbers)))
        members = [Snapshot(h, t, widened(m), a) for m, a in zip(view, absorbed, strict=True)]
        return {
            name: numbers_of(
                name,
                f(whole) if name in self._functions else [f(m) for m in members],
                t,
                self.steps,
            )
            for name, f in self._measurements.items()
        }

    def evolution(self, method: str, error: float | None) -> Evolution:
        """Return everything recorded so far, frozen; ``final`` is the last recorded state."""
        records: dict[str, npt.NDArray[Any]] = {k: np.array(v) for k, v in self._rows.items()}
        times = np.array(self._times)
        states = None if self._states is None else self._states[: len(times)]
        final: ComplexField = np.zeros(self._hamiltonian.grid.shape, np.complex128)
        if self._last is not None:
            final = self._last if states is None else self._last.copy()
        for array in (times, final, *records.values(), *(() if states is None else (states,))):
            array.flags.writeable = False
        return Evolution(
            times,
            types.MappingProxyType(records),
            final,
            states,
            self._recorded_steps,
            self.longest,
            method,
            error,
        )


def bind_all(observe: Mapping[str, Any] | None, H: Hamiltonian) -> dict[str, Measurement]:
    if observe is None:
        return {}
    if not isinstance(observe, Mapping):
        raise TypeError(
            f"Argument `observe` must map names to observers, as in {{'x': hg.Position(0)}}, "
            f"but is {observe!r}."
        )
    bound: dict[str, Measurement] = {}
    for name, observer in observe.items():
        if not isinstance(name, str):
            raise TypeError(f"Argument `observe` must have names as keys, but has {name!r}.")
        if isinstance(observer, type):
            raise TypeError(
                f"Argument `observe`: {name!r} must be an observer, but is the class "
                f"{observer.__name__}; write hg.{observer.__name__}(...)."
            )
        if hasattr(observer, "bind"):
            bound[name] = observer.bind(H)
        elif callable(observer):
            bound[name] = _call_with(observer)
        else:
            raise TypeError(
                f"Argument `observe`: {name!r} must be an observer or a function f(t, psi), "
                f"but is {observer!r}."
            )
    return bound


def _call_with(f: Callable[[float, ComplexField], Any]) -> Measurement:
    return lambda snapshot: f(snapshot.t, snapshot.psi)
