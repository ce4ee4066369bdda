"""The thinnest absorbing layer that reflects no more than asked."""

from __future__ import annotations

import dataclasses
import functools
import itertools

import numpy as np

from heatgauge.arguments import RealField
from heatgauge.lattice_scattering import lattice_reflection

# Manolopoulos's potential in units of its strength on [0, c): a x − b x³ + 4/(c−x)² − 4/(c+x)²,
# which solves the inverse problem of no transmission and small WKB reflection.
_C = 2.6220575542921198
_A, _B = 1 - 16 / _C**3, (1 - 17 / _C**3) / _C**2
# W ends at this many times the energy of the fastest wave, where hardly anything is left of any:
# the profile diverges at the wall, and steps that split W off would need to be as short as that.
_CAP = 4.0


@dataclasses.dataclass(frozen=True)
class Design:
    """W on the sites of a layer from its front on, in units of ħ²/2mh², and its worst |r|²."""

    shape: str
    absorption: RealField
    achieved: float


def transmission_free(sites: int) -> RealField:
    """Manolopoulos's profile, strength 1 (*J. Chem. Phys.* 117, 9552 (2002))."""
    x = _C * (np.arange(sites) + 0.5) / sites
    result: RealField = _A * x - _B * x**3 + 4 / (_C - x) ** 2 - 4 / (_C + x) ** 2
    return result


def cubic(sites: int) -> RealField:
    """(depth/thickness)³."""
    result: RealField = ((np.arange(sites) + 0.5) / sites) ** 3
    return result


_SHAPES = {"transmission-free": transmission_free, "cubic": cubic}


@functools.lru_cache(maxsize=64)
def designed(order: int, low: float, high: float, reflection: float, most: int) -> Design:
    """Return the thinnest layer of at most ``most`` sites, or the best of ``most`` sites.

    low, high: kh of the slowest and the fastest wave. Thickness and strength are searched with the
    second-difference lattice, which a recursion solves for all strengths and waves at once; the
    result is then measured with the stencil itself, and thickened until that is below the target.
    """
    phases = np.geomspace(low, high, 25)
    sites = _thinnest(phases, reflection, most)
    while True:
        design = min(
            (_measured(order, phases, shape, sites) for shape in _SHAPES), key=lambda d: d.achieved
        )
        if design.achieved <= reflection or sites >= most:
            return design
        sites = min(most, sites + 1 + sites // 20)


def _thinnest(phases: RealField, reflection: float, most: int) -> int:
    def worst(sites: int) -> float:
        return min(_best_strength(phases, shape, sites)[1] for shape in _SHAPES)

    least = 2
    for sites in itertools.accumulate(itertools.repeat(1.3), lambda n, f: n * f, initial=8.0):
        tried = min(int(sites), most)
        if worst(tried) <= reflection or tried == most:
            break
        least = tried
    while tried - least > 1 + least // 50:
        middle = (least + tried) // 2
        if worst(middle) <= reflection:
            tried = middle
        else:
            least = middle
    return tried


def _measured(order: int, phases: RealField, shape: str, sites: int) -> Design:
    strength, _ = _best_strength(phases, shape, sites)
    absorption = np.minimum(strength * _SHAPES[shape](sites), _CAP * phases[-1] ** 2)
    return Design(shape, absorption, float(lattice_reflection(order, phases, absorption).max()))


@functools.lru_cache(maxsize=512)
def _best(phases: tuple[float, ...], shape: str, sites: int) -> tuple[float, float]:
    waves, profile = np.array(phases), _SHAPES[shape](sites)
    grid = np.geomspace(1e-3, 1e3, 61) * waves[0] ** 2
    for _ in range(2):  # coarse, then between the neighbours of the best
        worst = _recursion(waves, grid, profile).max(axis=1)
        k = int(np.argmin(worst))
        grid, strength, value = (
            np.geomspace(grid[max(k - 1, 0)], grid[min(k + 1, grid.size - 1)], 13),
            float(grid[k]),
            float(worst[k]),
        )
    return strength, value


def _best_strength(phases: RealField, shape: str, sites: int) -> tuple[float, float]:
    """The strength with the smallest worst reflection, and that reflection; order 2."""
    return _best(tuple(phases.tolist()), shape, sites)


def _recursion(phases: RealField, strengths: RealField, profile: RealField) -> RealField:
    """|r|² for each strength (rows) and wave: the ratio ρ_j = ψ_j/ψ_{j−1}, from the wall outwards.

    (2 − E − iW_j)ψ_j = ψ_{j−1} + ψ_{j+1} gives ρ_j = 1/(2 − E − iW_j − ρ_{j+1}), and ρ = −1 behind
    the last site: ψ is odd about the wall.
    """
    free = (2 * np.cos(phases))[None, :]  # 2 − E
    cap = _CAP * float(phases[-1]) ** 2
    ratio = np.full((strengths.size, phases.size), -1.0 + 0j)
    for value in profile[::-1]:
        ratio = 1 / (free - 1j * np.minimum(value * strengths, cap)[:, None] - ratio)
    turn = np.exp(1j * phases)[None, :]
    result: RealField = np.abs((ratio / turn - 1) / (1 - ratio * turn)) ** 2
    return result
