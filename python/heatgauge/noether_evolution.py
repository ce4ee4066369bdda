"""The Noether identity of a carrier's average: the entropy of its state against its production."""

from __future__ import annotations

from typing import Any

import numpy as np

from heatgauge.arguments import real
from heatgauge.evolution import Evolution


def evolution_defect(run: Evolution, chi: Any) -> tuple[float, float]:
    """Return ∫S∂ₜχ dt and −∫χσ dt + [χS] for a χ that depends on time alone.

    S is the record "entropy"; a pure state has none. σ is the record "entropy_production" where
    there is one, as :func:`heatgauge.haken_strobl` keeps it, at second order in the distance of the
    output times; else ΔS/Δt, and the two sides agree by partial summation.
    """
    if not callable(chi):
        raise TypeError(
            f"Argument `chi` must be a function chi(t) for an evolution, but is {chi!r}."
        )
    times = run.times
    values = np.array([real("chi", chi(float(t))) for t in times])
    entropy = np.asarray(run.records.get("entropy", np.zeros(times.size)), dtype=float)
    action = float(np.sum(0.5 * (entropy[1:] + entropy[:-1]) * np.diff(values)))
    middle = 0.5 * (values[1:] + values[:-1])
    produced = np.diff(entropy)
    rate = run.records.get("entropy_production")
    if rate is not None:
        produced = np.diff(times) * 0.5 * (rate[1:] + rate[:-1])
    balance = -float(middle @ produced) + float(values[-1] * entropy[-1] - values[0] * entropy[0])
    return action, balance
