"""Whether a potential jumps from site to site, so that splitting in time is of 2nd order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from heatgauge.arguments import RealField
from heatgauge.errors import NumericalError

if TYPE_CHECKING:
    from heatgauge.hamiltonian import Hamiltonian

# A wave of angle θ per site has 4th differences θ³ times its first ones: ½ is eight sites to a
# wave. A jump has three times its height, white noise ten times its steps.
_ROUGH = 0.5
_LOOKS = 9  # at functions of x and t


def is_rough(hamiltonian: Hamiltonian, times: Sequence[float] | RealField = (0.0, 0.0)) -> bool:
    """Return whether sV + U, or the profile of a drive in it, changes within eight sites.

    It then couples states to the fastest modes of the lattice. Compositions of order 4 fall to
    order 2 once steps follow those, and errors may fall by four powers of two before. Functions of
    x and t are looked at nine times between the first and the last of ``times``.
    """
    with np.errstate(over="ignore", invalid="ignore"):  # what overflows is refused elsewhere
        return any(_changes_fast(part) for part in _parts(hamiltonian, times))


def has_short_axis(hamiltonian: Hamiltonian) -> bool:
    """Return whether an axis has fewer than eight sites: all that acts along it is rough."""
    return min(hamiltonian.grid.shape) < 8


def _parts(hamiltonian: Hamiltonian, times: Sequence[float] | RealField) -> Iterator[RealField]:
    yield hamiltonian.bare_site_potential()
    fields = (hamiltonian.potentials.scalar, hamiltonian.external)
    for field in fields:
        yield from (profile for profile, _ in field.drives)
        for t in np.linspace(float(times[0]), float(times[-1]), _LOOKS).tolist():
            try:
                yield from (field.mean_of(f, t) for f in field.callables)
            except NumericalError:
                break  # the run will meet it, and name the step
        for sample in field.samples:
            yield from sample.values[:: max(1, len(sample.times) // _LOOKS)]


def _changes_fast(potential: RealField) -> bool:
    steepest, sharpest = 0.0, 0.0
    for axis in range(potential.ndim):
        if potential.shape[axis] >= 5:
            steepest = max(steepest, float(np.abs(np.diff(potential, axis=axis)).max()))
            sharpest = max(sharpest, float(np.abs(np.diff(potential, 4, axis=axis)).max()))
    # differences of a constant are its rounding, up to 16 eps for the fourth
    noise = 16 * np.finfo(float).eps * float(np.abs(potential).max(initial=0.0))
    return sharpest > max(_ROUGH * steepest, noise)
