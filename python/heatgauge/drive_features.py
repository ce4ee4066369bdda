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
# A pulse of this share of the area is looked for, at places with this share of the largest one.
_LEAST_PULSE = 1e-5
_LEAST_PLACE = 1e-6
_MOST_PLACES = 64
# Steps that see a pulse, of those that all of it is missed by: 3 to 10 σ.
_FINER = 1.0 / 16.0
# Where steps of a partition begin; not at halves and quarters, where pulses may be put.
_PARTITIONS = (0.07, 0.32, 0.57, 0.82)

Probe = Callable[[float], Any]


def resolving_step(probes: Sequence[Probe], start: float, end: float) -> float:
    """Return the longest step span/2ᵏ, k >= 2, that sees what the drives do in [start, end].

    Each probe is sampled at 4096 times. A step that takes a drive at its middle gets its area
    wrong; the errors of all steps, added, must stay below a fifth of ∫|f − median f|dt. They must
    also fall as steps get shorter, which they do for all that is smooth, has kinks or jumps: where
    they stay, a pulse is narrower than the steps, also on a drive of a hundred times its area. A
    pulse narrower than span/4096 may still be missed: give its edges as breakpoints.

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
        step = min(step, span * _share_of_pulses(samples, step / span))
    return step


def missed_share(probe: Probe, start: float, end: float, dt: float) -> float:
    """Return the share of a drive's area that steps of ``dt`` get wrong; 0 if too short to tell."""
    if dt < 4 * (end - start) / _FEW_SAMPLES:
        return 0.0
    return _missed_share(_samples(probe, start, end, _FEW_SAMPLES), dt / (end - start))


def pulse_step(probe: Probe, start: float, end: float) -> float:
    """Return a step that sees all pulses of a drive on top of what changes slowly, or the span."""
    samples = _samples(probe, start, end, _FEW_SAMPLES)
    return (end - start) * _share_of_pulses(samples, 1.0)


def _share_of_pulses(samples: RealField, step: float) -> float:
    """The longest step, from ``step`` down, below which what steps get wrong falls with them.

    Both as fractions of the span. A pulse of variance σ² makes errors stay down to 40σ to 160σ.
    """
    size, area = np.abs(samples), np.abs(samples).sum(axis=0)
    counted = np.flatnonzero(area > _LEAST_PLACE * area.max(initial=0.0))
    if counted.size == 0:
        return step
    sharpness = size[:, counted].max(axis=0) / area[counted]
    sharpest = counted[np.argsort(-sharpness)[:_MOST_PLACES]]
    samples, area = samples[:, sharpest], area[sharpest]
    levels = [k for k in range(1, samples.shape[0].bit_length()) if samples.shape[0] >> k >= 4]
    wrong = [_wrong_areas(samples, 2**k) for k in levels]
    for k in reversed(range(len(levels) - 2)):
        stays = (wrong[k] > _LEAST_PULSE * area) & (wrong[k + 2] > 0.5 * wrong[k])
        if np.any(stays):
            return min(step, _FINER / float(2 ** levels[k]))
    return step


def _wrong_areas(samples: RealField, count: int) -> RealField:
    """Σ|mean − quadrature| over steps, of all samples.

    The quadrature takes the ends and the middle of a step with the weights that make it exact for
    cubics on the samples, as Simpson's does in the continuum: what is smooth falls with the fourth
    power of the step and does not cover pulses, kinks fall with the second, jumps with the first.
    The mean of four partitions, so that it matters little where in a step a jump lies; without the
    largest, in which a node may hit a pulse and make it much more than it is.
    """
    size = samples.shape[0] // count
    half = size // 2
    inner, outer, moment = 0.25, 0.25 * (size - 1) ** 2, (size**2 - 1) / 12  # squares, in samples
    ends = (moment - inner) / (outer - inner)
    before = 2 * samples[0] - samples[size:0:-1]  # continued oddly, so that ends count in full
    after = 2 * samples[-1] - samples[-2 : -size - 2 : -1]
    longer = np.concatenate([before, samples, after])
    found = []
    for part in _PARTITIONS:
        first = int(part * size)
        blocks = longer[first : first + (count + 1) * size].reshape(-1, size, samples.shape[1])
        middle = 0.5 * (blocks[:, half - 1] + blocks[:, half])
        taken = (1 - ends) * middle + 0.5 * ends * (blocks[:, 0] + blocks[:, -1])
        found.append(size * np.abs(blocks.mean(axis=1) - taken).sum(axis=0))
    result: RealField = (np.sum(found, axis=0) - np.max(found, axis=0)) / (len(found) - 1)
    return result


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
