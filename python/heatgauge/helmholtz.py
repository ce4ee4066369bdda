"""The Helmholtz split of A on links: gradient, divergence-free and uniform parts."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from heatgauge.arguments import RealField, real
from heatgauge.lattice_laplacian import LatticeLaplacian, link_divergence
from heatgauge.potentials import HeatPotentials, differences


class HelmholtzSplit(NamedTuple):
    """A = ∇φ + curl part + uniform part on the links of each axis.

    Attributes
    ----------
    potential : array on sites
        φ [K·s], of zero mean.
    gradient, solenoidal, harmonic : tuples of arrays on links
        [K·s/m], one per axis. They add up to A and are orthogonal to each other. The harmonic part
        is uniform along periodic axes and zero along the others; only Wilson loops see it.

    Examples
    --------
    >>> import heatgauge as hg
    >>> grid = hg.Grid([hg.Axis(0, 1, 4, "periodic")])
    >>> split = hg.gauge.helmholtz(hg.HeatPotentials(grid, vector=[0.5]))
    >>> split.harmonic, split.potential
    ((array([0.5, 0.5, 0.5, 0.5]),), array([0., 0., 0., 0.]))
    """

    potential: RealField
    gradient: tuple[RealField, ...]
    solenoidal: tuple[RealField, ...]
    harmonic: tuple[RealField, ...]


def helmholtz(potentials: HeatPotentials, t: float = 0.0) -> HelmholtzSplit:
    """Split A at ``t`` into a gradient, a divergence-free part and a uniform part.

    Exact on the lattice: ∇·(solenoidal) = 0 with no link ending on a wall, the gradient has no
    plaquette, the harmonic part has neither.

    Examples
    --------
    >>> import numpy as np
    >>> import heatgauge as hg
    >>> grid = hg.Grid([hg.Axis(-1, 1, 8), hg.Axis(-1, 1, 8)])
    >>> pots = hg.HeatPotentials(grid, vector=hg.uniform_induction(grid, 1.0, "landau-x"))
    >>> split = hg.gauge.helmholtz(pots.transform(lambda x, y, t: x * y))
    >>> flux = hg.gauge.plaquettes(hg.HeatPotentials(grid, vector=split.solenoidal))[0]
    >>> bool(abs(flux - 0.0625).max() < 1e-15)             # all of B is in the solenoidal part
    True
    """
    if not isinstance(potentials, HeatPotentials):
        raise TypeError(f"Argument `potentials` must be hg.HeatPotentials, but is {potentials!r}.")
    grid = potentials.grid
    links = potentials.links(real("t", t))
    phi = LatticeLaplacian(grid).solve(link_divergence(grid, links))
    gradient, solenoidal, harmonic = [], [], []
    for a, axis in enumerate(grid.axes):
        h = grid.spacing[a]
        mean = float(links[a].mean()) if axis.periodic else 0.0
        gradient.append(differences(grid, a, phi) / h)
        harmonic.append(np.full(grid.link_shape(a), mean / h))
        solenoidal.append((links[a] - mean) / h - gradient[a])
    return HelmholtzSplit(phi, tuple(gradient), tuple(solenoidal), tuple(harmonic))
