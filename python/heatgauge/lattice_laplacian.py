"""The divergence of links, the Laplacian that belongs to it, and its inverse."""

from __future__ import annotations

import functools
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from heatgauge.arguments import RealField
from heatgauge.grid import Grid


def link_divergence(grid: Grid, links: Sequence[RealField]) -> RealField:
    """Return ∇·A on sites from the link integrals ∫A·dl; A·n = 0 on walls.

    Σ over axes of (link after the site − link before it)/h². On a wall no link ends, hence the sum
    over all sites is zero.
    """
    total = np.zeros(grid.shape)
    for axis, line in enumerate(grid.axes):
        outgoing = links[axis] / grid.spacing[axis] ** 2
        if line.periodic:
            total += outgoing - np.roll(outgoing, 1, axis=axis)
        else:
            zero = np.zeros([1 if k == axis else n for k, n in enumerate(grid.shape)])
            total += np.diff(np.concatenate([zero, outgoing, zero], axis=axis), axis=axis)
    return total


class LatticeLaplacian:
    """∇·∇ between sites and links: Neumann at walls, cyclic on periodic axes; diagonal in cosines.

    On cell centres the cosines cos(πk(i+½)/n) are the exact eigenvectors between walls, and plane
    waves on rings, with eigenvalue −(2 sin(πk/2n)/h)² and −(2 sin(πk/n)/h)².

    Examples
    --------
    >>> import numpy as np
    >>> import heatgauge as hg
    >>> from heatgauge.lattice_laplacian import LatticeLaplacian
    >>> LatticeLaplacian(hg.Grid([hg.Axis(0, 3, 3)])).solve(np.array([1.0, 0.0, -1.0]))
    array([-1., 0., 1.])
    """

    def __init__(self, grid: Grid) -> None:
        self._walls = [k for k, axis in enumerate(grid.axes) if not axis.periodic]
        self._rings = [k for k, axis in enumerate(grid.axes) if axis.periodic]
        total = np.zeros(grid.shape)
        for k, axis in enumerate(grid.axes):
            turn = np.pi * np.arange(axis.points) / axis.points * (1.0 if axis.periodic else 0.5)
            shape = [-1 if j == k else 1 for j in range(grid.dimensions)]
            total = total - ((2 * np.sin(turn) / axis.spacing) ** 2).reshape(shape)
        self.eigenvalues: RealField = total

    @functools.cached_property
    def _inverse(self) -> RealField:
        inverse = np.zeros_like(self.eigenvalues)
        inverse.ravel()[1:] = 1 / self.eigenvalues.ravel()[1:]
        return inverse

    def modes(self, field: RealField) -> npt.NDArray[np.complexfloating] | RealField:
        """Return the amplitudes of the eigenvectors in a field on sites."""
        import scipy.fft

        if self._walls:
            field = scipy.fft.dctn(field, type=2, axes=self._walls, norm="ortho")
        return scipy.fft.fftn(field, axes=self._rings) if self._rings else field

    def field(self, modes: npt.NDArray[np.complexfloating] | RealField) -> RealField:
        """Return the real field on sites that has these amplitudes."""
        import scipy.fft

        result = scipy.fft.ifftn(modes, axes=self._rings).real if self._rings else modes
        if self._walls:
            result = scipy.fft.idctn(result, type=2, axes=self._walls, norm="ortho")
        return np.ascontiguousarray(result, dtype=np.float64)

    def solve(self, divergence: RealField) -> RealField:
        """Return the χ of zero mean with ∇²χ = ``divergence``, less the mean of that."""
        return self.field(self._inverse * self.modes(divergence))
