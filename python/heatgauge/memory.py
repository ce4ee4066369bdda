"""What a Hamiltonian will cost, known before anything is allocated."""

from __future__ import annotations

import dataclasses
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from heatgauge.hamiltonian import Hamiltonian


@dataclasses.dataclass(frozen=True)
class Estimate:
    """Sizes of the parts of a computation, in bytes unless said otherwise.

    Attributes
    ----------
    sites, nonzeros : int
        Unknowns, and stored entries of the matrix.
    state_bytes : int
        One state, complex128.
    links_bytes : int
        All link variables.
    stencil_bytes : int
        Tables of hops along each axis, and the fields on sites and links while H is evaluated.
    matrix_bytes : int
        Values and 64-bit pattern of the matrix.
    work_bytes : int
        What a Crank–Nicolson step with an iterative or banded solve needs beside these.
    product_flops : int
        Floating-point operations of one product Hψ; a step costs 4 to 60 of them.
    """

    sites: int
    nonzeros: int
    state_bytes: int
    links_bytes: int
    stencil_bytes: int
    matrix_bytes: int
    work_bytes: int
    product_flops: int

    @property
    def total_bytes(self) -> int:
        """Everything together."""
        return self.applied_bytes + self.matrix_bytes + self.work_bytes

    @property
    def applied_bytes(self) -> int:
        """What Hψ needs without a matrix."""
        return 2 * self.state_bytes + self.links_bytes + self.stencil_bytes

    @staticmethod
    def of(hamiltonian: Hamiltonian) -> Estimate:
        """Return the estimate for a Hamiltonian."""
        grid, reach = hamiltonian.grid, hamiltonian.reach
        sites = grid.size
        given = hamiltonian.given_matrix
        nonzeros = sites if given is None else int(given.inner.size)
        links = 0
        for axis in grid.axes:
            lines = sites // axis.points
            links += lines * axis.links
            if given is None:
                per_line = sum(
                    2 * (axis.points if axis.periodic else axis.points - k)
                    for k in range(1, reach + 1)
                )
                nonzeros += lines * (2 if axis.periodic and axis.points == 2 else per_line)
        return Estimate(
            sites=sites,
            nonzeros=nonzeros,
            state_bytes=16 * sites,
            links_bytes=16 * links,
            # a hop takes 40 bytes and two entries of rows of 24; fields are summed in float64
            stencil_bytes=sum(a.points * (16 + 88 * reach) for a in grid.axes)
            + 8 * (4 * sites + 2 * links),
            matrix_bytes=24 * nonzeros + 8 * (sites + 1),
            work_bytes=6 * 16 * sites,
            product_flops=8 * nonzeros,
        )

    def __str__(self) -> str:
        return (
            f"{self.sites} sites, {self.nonzeros} entries: state {_human(self.state_bytes)}, "
            f"links {_human(self.links_bytes)}, matrix {_human(self.matrix_bytes)}, "
            f"work {_human(self.work_bytes)}"
        )


def require_memory(needed: int, estimate: Estimate) -> None:
    """Raise MemoryError if the machine cannot hold the bytes that are about to be allocated."""
    available = available_memory()
    if available is not None and needed > available:
        raise MemoryError(
            f"This needs {_human(needed)}, but the machine has "
            f"{_human(available)} available ({estimate}). Use fewer points or a lower order."
        )


def available_memory() -> int | None:
    """Return the bytes that can still be allocated, or None where the system does not tell."""
    try:
        with open("/proc/meminfo", encoding="ascii") as file:
            for line in file:
                if line.startswith("MemAvailable:"):
                    return 1024 * int(line.split()[1])
    except (OSError, ValueError):
        pass
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, OSError, ValueError):  # not a POSIX system
        return None


def _human(size: int) -> str:
    value = float(size)
    for unit in ("B", "kB", "MB", "GB", "TB"):
        if value < 1000:
            return f"{value:.3g} {unit}"
        value /= 1000
    return f"{value:.3g} PB"
