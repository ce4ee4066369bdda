"""Values and signs of all entropies of all laws, against their exact modes.

S, J and σ of the library are fitted by the terms that theory gives them, computed by hand from the
closed forms of T and q: every term must come out with the factor 1. A factor is wrong by h² and
dt² on one grid; what two grids leave of that, extrapolated, is below 1e-3, and below 4e-3 with
walls, whose cells are wrong by h. A term that is missing, has the wrong sign or is off by 1 % is
beyond that.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import heatgauge as hg
from heat_modes import NAMES, Mode, density_terms, flux_terms, production_terms


def flow_of(mode: Mode, n: int) -> hg.HeatFlow:
    """From the exact T and q at first, in n steps of the midpoint rule, all stored."""
    grid = mode.grid(n)
    x = np.broadcast_arrays(*grid.coordinates())
    axes = range(mode.dimensions)
    q0 = [mode.at(0.0, grid.face_coordinates(j)).flux[j][0] for j in axes]
    times = np.linspace(0, mode.end, n + 1)
    return hg.conduct(
        mode.law(),
        grid,
        mode.at(0.0, x).temperature[0],
        times,
        q0=None if mode.name == "Fourier" else q0,
        boundary=mode.sides(),
        source=mode.source * mode.wave(x),
        dt=times[1],
        method="midpoint",
    )


def deviations(found: Any, terms: list[Any]) -> list[float]:
    """Of the factors of the terms, by least squares, from what they ought to be.

    Where two cancel (q·∇T and q·Λ∂ₜq of a law without losses) the first shall not be there.
    """
    flat = [np.broadcast_to(term, found.shape).ravel() for term in terms]
    largest = max(np.abs(term).max() for term in flat)
    flat = [term for term in flat if np.abs(term).max() > 1e-12 * largest]
    wanted = [1.0] * len(flat)
    if len(flat) > 1 and np.abs(flat[0] + flat[1]).max() < 1e-12 * largest:
        del flat[1], wanted[1]
        wanted[0] = 0.0
    return list(np.linalg.lstsq(np.array(flat).T, found.ravel(), rcond=None)[0] - wanted)


def all_deviations(flow: hg.HeatFlow, mode: Mode, form: str) -> Any:
    """Of all terms of S, then J along each axis, then σ, and of the whole σ of the body."""
    x, amid = flow.grid.coordinates(), 0.5 * (flow.times[1:] + flow.times[:-1])
    terms = density_terms(mode, form, mode.at(flow.times, x))
    found = deviations(flow.entropy_density(form, mode.mean), terms)
    for axis, flux in enumerate(flow.entropy_flux(form, mode.mean)):
        faces = flow.grid.face_coordinates(axis)
        found += deviations(flux, flux_terms(mode, form, axis, mode.at(amid, faces)))
    sigma = flow.entropy_production(form)
    fields = mode.at(amid, x)
    terms = [t for t in production_terms(mode, form, fields) if np.any(t)]
    power = sum(abs(q * slope) for q, slope in zip(fields.flux, fields.gradient, strict=True))
    if not terms:  # the quadratic form of a law without losses
        return np.array([*found, sigma.sum() / power.sum()])
    size = sum(abs(term) for term in terms).sum()
    found.append((sigma - sum(terms)).sum() / size)
    if mode.walls:
        inner = (slice(None), *[slice(1, -1)] * mode.dimensions)
        sigma, terms = sigma[inner], [t[inner] for t in terms]
    return np.array(found + deviations(sigma, terms))


@pytest.mark.parametrize("dimensions", [1, 2])
@pytest.mark.parametrize("walls", [False, True])
@pytest.mark.parametrize("name", NAMES)
def test_every_term_of_every_entropy_has_its_factor(
    name: str, walls: bool, dimensions: int
) -> None:
    mode = Mode(name, dimensions, walls)
    n = 64 if dimensions == 1 else 32
    flows = [flow_of(mode, k * n) for k in (1, 2)]
    for form in ("local", "extended", "quadratic"):
        coarse, fine = (all_deviations(flow, mode, form) for flow in flows)
        rest = (4 * fine - coarse) / 3
        assert np.abs(rest).max() < (4e-3 if walls else 1e-3), (form, rest)


def deviations_where_coefficients_vary(n: int) -> Any:
    """Of the extended S and σ of Cattaneo's law with C, κ and τ of T, for fields of no law."""
    law = hg.Cattaneo(
        hg.Medium(lambda T: 1 + 0.3 * T, lambda T: 0.4 * T**2, lambda T: 0.3 + 0.05 * T**3)
    )
    grid = hg.Grid([hg.Axis(0, 1, n, "periodic")])
    times, k = np.linspace(0, 1, n + 1), 2 * np.pi
    amid, x = 0.5 * (times[1:] + times[:-1]), grid.coordinates()[0]

    def heat(t: Any, x: Any) -> Any:
        return 2 + 0.8 * np.sin(k * x + t) + 0.3 * t

    def flux(t: Any, x: Any) -> Any:
        return 1.5 * np.cos(k * x - 3 * t) + 0.4 * t**2

    flow = hg.HeatFlow.from_arrays(
        law, grid, times, heat(times[:, None], x), flux(times[:, None], grid.face_coordinates(0)[0])
    )
    t = times[:, None]
    T, q = heat(t, x), flux(t, x)
    inertia = (0.3 + 0.05 * T**3) / (1 + 0.3 * T)  # Λ = τ/κ
    entropy = [0.4 * (T**2 - 1) / 2, -inertia * q**2 / (2 * T**2)]  # ∫C dT/T from 1
    found = deviations(flow.entropy_density("extended", 1.0), entropy)
    t = amid[:, None]
    T, q = heat(t, x), flux(t, x)
    slope, rate = 0.8 * k * np.cos(k * x + t), 0.8 * np.cos(k * x + t) + 0.3
    growth = 4.5 * np.sin(k * x - 3 * t) + 0.8 * t
    inertia = (0.3 + 0.05 * T**3) / (1 + 0.3 * T)
    change = (0.15 * T**2 - 0.3 * inertia) / (1 + 0.3 * T)  # dΛ/dT
    terms = [-q * slope / T**2, -q * inertia * growth / T**2]
    terms += [inertia * q**2 * rate / T**3, -change * q**2 * rate / (2 * T**2)]
    return np.array(found + deviations(flow.entropy_production("extended"), terms))


def test_every_term_of_the_extended_entropy_where_coefficients_depend_on_temperature() -> None:
    """q·E/T² + (2Λ + TΛ')q²∂ₜT/2T³ with E = −∇T − ∂ₜ(Λq): of ½q²∂ₜΛ/T² − q²∂ₜΛ/T² half stays."""
    coarse, fine = (deviations_where_coefficients_vary(n) for n in (64, 128))
    assert np.abs((4 * fine - coarse) / 3).max() < 1e-3, (coarse, fine)
