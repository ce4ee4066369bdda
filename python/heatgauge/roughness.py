"""Whether a potential jumps from site to site, so that splitting in time is of 2nd order."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from heatgauge.arguments import RealField

if TYPE_CHECKING:
    from heatgauge.hamiltonian import Hamiltonian

# A wave of angle θ per site has 4th differences θ³ times its first ones: ½ is eight sites to a
# wave. A jump has three times its height, white noise ten times its steps.
_ROUGH = 0.5
_MOMENTS = 5  # times at which a function of space and time, or samples of it, are looked at


def is_rough(hamiltonian: Hamiltonian, times: RealField) -> bool:
    """Return whether a part of sV + U changes within fewer than eight sites at some of ``times``.

    It then couples states to the fastest modes of the lattice. Compositions of order 4 fall to
    order 2 once steps follow those, and errors may fall by four powers of two before. Parts are
    what is static, the profile of every drive, and all the rest at five times of the run.
    """
    with np.errstate(over="ignore", invalid="ignore"):  # what overflows is refused elsewhere
        return any(_jumps(part) for part in _parts(hamiltonian, times))


def _parts(hamiltonian: Hamiltonian, times: RealField) -> Iterator[RealField]:
    yield hamiltonian.bare_site_potential()
    for field in (hamiltonian.potentials.without_gauge().scalar, hamiltonian.external):
        yield from (profile for profile, _ in field.drives)
        if field.callables or field.samples:
            for t in np.linspace(times[0], times[-1], _MOMENTS):
                yield field.at(float(t))


def _jumps(potential: RealField) -> bool:
    steepest, sharpest = 0.0, 0.0
    for axis in range(potential.ndim):
        if potential.shape[axis] >= 5:
            steepest = max(steepest, float(np.abs(np.diff(potential, axis=axis)).max()))
            sharpest = max(sharpest, float(np.abs(np.diff(potential, 4, axis=axis)).max()))
    # differences of a constant are its rounding, up to 16 eps for the fourth
    noise = 16 * np.finfo(float).eps * float(np.abs(potential).max(initial=0.0))
    return sharpest > max(_ROUGH * steepest, noise)
