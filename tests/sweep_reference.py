"""The stages of a composition by transforms along lines: an independent stand-in for the kernel.

Along a line the links are gathered into the Wilson line, after which S is diagonal in sines
(walls) or plane waves (rings): s = 4 sin²(kh/2), φ(s) = (kh)².
"""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.fft

import heatgauge as hg
from heatgauge.composition import Composition, Flow
from heatgauge.step_phases import LinkKey, StepPhases, link_keys


def line_wavenumbers(axis: hg.Axis, holonomy: Any) -> Any:
    """k·h of the modes of a line, in [−π, π]; ``holonomy``: phase of its links, seam included."""
    if not axis.periodic:
        return np.pi * np.arange(1, axis.points + 1) / axis.points
    turn = (axis.twist - holonomy)[..., None] / axis.points
    k = 2 * np.pi * np.arange(axis.points) / axis.points + turn
    return k - 2 * np.pi * np.round(k / (2 * np.pi))


def function_of_line(psi: Any, axis: int, line: hg.Axis, phases: Any, f: Any) -> Any:
    """f(k·h) ψ along one axis, in the gauge of the links."""
    psi = np.moveaxis(psi, axis, -1)
    wilson, holonomy = np.zeros(psi.shape), np.zeros(psi.shape[:-1])
    if phases is not None:
        moved = np.moveaxis(np.broadcast_to(phases, phases.shape), axis, -1)
        wilson[..., 1:] = np.cumsum(moved[..., : line.points - 1], axis=-1)
        if line.periodic:
            holonomy = moved.sum(axis=-1)
    k = line_wavenumbers(line, holonomy)
    psi = psi * np.exp(-1j * wilson)
    if line.periodic:
        turn = (line.twist - holonomy)[..., None] / line.points
        bloch = np.exp(1j * turn * np.arange(line.points))
        psi = bloch * scipy.fft.ifft(f(k) * scipy.fft.fft(psi / bloch, axis=-1), axis=-1)
    else:
        real, imaginary = (scipy.fft.dst(x, 2, axis=-1) for x in (psi.real, psi.imag))
        modes = f(k) * (real + 1j * imaginary)
        psi = sum(c * scipy.fft.idst(x, 2, axis=-1) for c, x in ((1, modes.real), (1j, modes.imag)))
    return np.moveaxis(psi * np.exp(1j * wilson), -1, axis)


def symbol(factors: int) -> Any:
    """kh → φ: the generator of the sweeps as τ → 0."""
    if factors == 1:
        return lambda k: 1.0 / (1.0 / (4 * np.sin(k / 2) ** 2) - 1.0 / 12.0)
    return lambda k: k**2


def reference_step(
    H: hg.Hamiltonian, composition: Composition, psi: Any, t: float, dt: float, omega: float = 0.0
) -> Any:
    """One step with exact exponentials of φ along lines."""
    phases = StepPhases(H, composition)
    flows = iter(phases.flows(t, dt))
    links = dict(zip(link_keys(composition), phases.links(t, dt), strict=True))
    for stage in composition.stages:
        if isinstance(stage, Flow):
            psi = psi * np.exp(-1j * next(flows))
            continue
        line = H.grid.axes[stage.axis]
        rate = H.hbar * stage.time(dt, omega) / (2 * H.mass[stage.axis] * line.spacing**2)
        psi = function_of_line(
            psi,
            stage.axis,
            line,
            links[LinkKey.of(stage)],
            lambda k, r=rate: np.exp(-1j * r * k**2),
        )
    return psi
