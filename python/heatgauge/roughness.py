"""Whether a potential jumps from site to site, so that splitting in time is of 2nd order."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from heatgauge.hamiltonian import Hamiltonian

# A wave of angle θ per site has 4th differences θ³ times its first ones: ½ is eight sites to a
# wave. A jump has three times its height, white noise ten times its steps.
_ROUGH = 0.5


def is_rough(hamiltonian: Hamiltonian) -> bool:
    """Return whether the static part of sV + U changes within fewer than eight sites.

    It then couples states to the fastest modes of the lattice. Compositions of order 4 fall to
    order 2 once steps follow those, and errors may fall by four powers of two before.
    """
    potential = hamiltonian.bare_site_potential()
    steepest, sharpest = 0.0, 0.0
    with np.errstate(over="ignore", invalid="ignore"):  # what overflows is refused elsewhere
        for axis in range(potential.ndim):
            if potential.shape[axis] >= 5:
                steepest = max(steepest, float(np.abs(np.diff(potential, axis=axis)).max()))
                sharpest = max(sharpest, float(np.abs(np.diff(potential, 4, axis=axis)).max()))
    # differences of a constant are its rounding, up to 16 eps for the fourth
    noise = 16 * np.finfo(float).eps * float(np.abs(potential).max(initial=0.0))
    return sharpest > max(_ROUGH * steepest, noise)
