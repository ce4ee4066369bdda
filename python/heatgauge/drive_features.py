"""How short steps must be so that no pulse of a drive falls between them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from heatgauge.arguments import RealField

_SAMPLES = 4096
_FEW_SAMPLES = 1024  # where only long steps are checked
# A step that takes the drive at its middle may get this share of the drive's area wrong.
_SHARE = 0.2

Probe = Callable[[float], Any]


def resolving_step(probes: Sequence[Probe], start: float, end: float) -> float:
    """Return the longest step span/2ᵏ, k >= 2, that sees what the drives do in [start, end].

    Each probe is sampled at 4096 times. A step that takes a drive at its middle gets its area
    wrong; the errors of all steps, added, must stay below a fifth of ∫|f − median f|dt. A pulse
    narrower than span/4096 may still be missed: give its edges as breakpoints.

    Parameters
    ----------
    probes : sequence of callable
        ``probe(t)`` returns a number or a small array that varies as a drive does.

    Examples
    --------
    >>> import math
    >>> from heatgauge.drive_features import resolving_step
    >>> resolving_step([lambda t: math.exp(-((t - 3.3) / 0.05) ** 2)], 0.0, 16.0)
    0.0625
    """
    span = end - start
    step = span / 4
    for probe in probes:
        samples = _samples(probe, start, end)
        # The half step must do as well: a single step may hit the right area by chance.
        while step > 4 * span / _SAMPLES and _SHARE < max(  # noqa: SIM300
            _missed_share(samples, step / span), _missed_share(samples, 0.5 * step / span)
        ):
            step /= 2
    return step


def missed_share(probe: Probe, start: float, end: float, dt: float) -> float:
    """Return the share of a drive's area that steps of ``dt`` get wrong; 0 if too short to tell."""
    if dt < 4 * (end - start) / _FEW_SAMPLES:
        return 0.0
    return _missed_share(_samples(probe, start, end, _FEW_SAMPLES), dt / (end - start))


def _samples(probe: Probe, start: float, end: float, count: int = _SAMPLES) -> RealField:
    times = start + (np.arange(count) + 0.5) * ((end - start) / count)
    values = np.array([np.ravel(probe(float(t))) for t in times], dtype=np.float64)
    return values - np.median(values, axis=0)


def _missed_share(samples: RealField, step: float) -> float:
    """``step``: as a fraction of the span, rounded to a power of two."""
    count = 2 ** max(0, round(np.log2(1 / step)))
    blocks = samples.reshape(count, samples.shape[0] // count, -1)
    half = blocks.shape[1] // 2
    middle = 0.5 * (blocks[:, half - 1] + blocks[:, half]) if half else blocks[:, 0]
    wrong = np.abs(blocks.mean(axis=1) - middle).sum(axis=0) / count
    area = np.abs(samples).mean(axis=0)
    largest = float(area.max(initial=0.0))
    counted = area > 1e-9 * largest
    return float(np.max(wrong[counted] / area[counted], initial=0.0)) if largest > 0 else 0.0
