"""The exceptions and warnings that heatgauge raises beside ValueError and TypeError."""

from __future__ import annotations

from typing import Any


class NumericalError(RuntimeError):
    """A computation that failed: a non-finite state, a solve that did not converge.

    Attributes
    ----------
    step : int or None
        Step in which it failed, counted from the first time of the run.
    time : float or None
        Time at the start of that step.
    residual : float
        What was left of the equation that could not be solved (NaN where there is none).
    """

    def __init__(
        self,
        message: str,
        step: int | None = None,
        residual: float = float("nan"),
        time: float | None = None,
    ) -> None:
        super().__init__(message)
        self.step = step
        self.residual = residual
        self.time = time

    def __reduce__(self) -> tuple[Any, ...]:
        return (type(self), (str(self), self.step, self.residual, self.time))


class ObserverError(NumericalError, ValueError):
    """An observer returned what is no finite number, or another shape than before.

    None and text would make a record of objects, and NaN or inf would spoil every average of it
    without a word. What an observer has nothing to say about at some times is said by a finite
    number of its own choice; a function that only watches belongs into ``callback``.

    Attributes
    ----------
    name : str
        The observer's name in ``observe``.
    value : object
        What it returned.
    step, time : int, float
        Of the run, at the output time at which it did.
    partial : Evolution, HeatFlow or None
        Everything recorded at the output times before, None where there is none.
    """

    def __init__(
        self,
        message: str,
        name: str = "",
        value: Any = None,
        step: int | None = None,
        time: float | None = None,
        partial: Any = None,
    ) -> None:
        super().__init__(message, step, time=time)
        self.name, self.value, self.partial = name, value, partial

    def __reduce__(self) -> tuple[Any, ...]:
        given = (str(self), self.name, self.value, self.step, self.time, self.partial)
        return (type(self), given)


class StepTooLong(ValueError):
    """A step of this length does not exist, shorter ones do: trials of an ``rtol`` go on from it.

    Every other refusal holds for all steps, and surfaces from the first trial.
    """


class Interrupted(KeyboardInterrupt):
    """Ctrl-C during a run. ``partial`` holds everything recorded up to then."""

    def __init__(self, message: str, partial: Any = None) -> None:
        super().__init__(message)
        self.partial = partial


class MissingData(LookupError):
    """A material record holds no value for the quantity, or not at this temperature."""


class AliasingWarning(UserWarning):
    """The phase of a smooth state turns by more than π/4 from one site to the next."""


class AccuracyWarning(UserWarning):
    """A result may be less accurate than it looks, for the reason given."""
