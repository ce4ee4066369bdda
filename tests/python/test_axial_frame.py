"""Steps in the gauge without links along one axis are the steps with the links left in place."""

from __future__ import annotations

import numpy as np
import pytest

import heatgauge as hg
from heatgauge import sweep_stepper
from heatgauge.axial_frame import axial_frame
from heatgauge.composition import Motion, strang
from heatgauge.potentials import differences
from heatgauge.step_phases import link_keys

EPS = np.finfo(float).eps


def random_links(grid: hg.Grid, size: float, seed: int = 0) -> list[np.ndarray]:
    """Links that turn ψ by up to ``size``."""
    rng = np.random.default_rng(seed)
    return [size * rng.uniform(-1, 1, grid.link_shape(a)) for a in range(grid.dimensions)]


def hamiltonian(kinds: str, size: float) -> hg.Hamiltonian:
    """Random links, walls ("w") and rings ("p")."""
    words = {"w": "wall", "p": "periodic"}
    lengths = (19, 37, 18)
    grid = hg.Grid(
        [hg.Axis(0.0, n * 0.5, n, words[k]) for n, k in zip(lengths, kinds, strict=False)]
    )
    vector = [link / 0.5 for link in random_links(grid, size)]
    external = np.random.default_rng(1).normal(0, 1, grid.shape)
    return hg.Hamiltonian(grid, hg.HeatPotentials(grid, vector=vector), external=external)


@pytest.mark.parametrize("size", [1.0, 1e4])
def test_plaquettes_stay_and_links_along_the_axis_vanish(size: float) -> None:
    # both by the definition of a gauge change; every phase is rounded to size·ε once, then to 2π·ε
    grid = hamiltonian("ww", size).grid
    links = random_links(grid, size)
    composition = strang(Motion((0, 1), None, coupled=True))
    frame = axial_frame(grid, composition, link_keys(composition), links)
    assert frame is not None
    assert frame.links[0] is None  # swept twice
    moved = frame.links[1]
    assert moved is not None
    bar = 8 * EPS * (size + 2 * np.pi)
    rest = links[0] + differences(grid, 0, frame.turn)
    assert np.max(np.abs(np.exp(1j * rest) - 1)) < bar
    around = links[0][:, 1:] - links[0][:, :-1] - links[1][1:] + links[1][:-1]
    assert np.max(np.abs(np.exp(1j * (moved[:-1] - moved[1:])) - np.exp(1j * around))) < bar
    for phase in (frame.turn, moved):
        assert np.max(np.abs(phase)) <= np.pi * (1 + EPS)


@pytest.mark.parametrize("kinds", ["ww", "wp", "pw", "www", "pwp"])
@pytest.mark.parametrize("steps", [1, 3])
def test_steps_are_those_with_links_left_in_place(
    kinds: str, steps: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    # same steps, rounded otherwise: a few ε per stage; a wrong sign anywhere gives differences of 1
    H = hamiltonian(kinds, 2.0)
    rng = np.random.default_rng(2)
    psi = rng.normal(size=H.grid.shape) + 1j * rng.normal(size=H.grid.shape)
    results = []
    for frame in (axial_frame, lambda *_: None):
        monkeypatch.setattr(sweep_stepper, "axial_frame", frame)
        state = psi.copy()
        hg.CayleySweeps(order=4, factors=2).stepper(H, 0.1, 10).advance(state, 0.0, 0, steps)
        results.append(state)
    assert not np.array_equal(*results)  # or nothing was tested
    assert np.linalg.norm(results[0] - results[1]) < 200 * steps * EPS * np.linalg.norm(psi)


def test_links_stay_where_nothing_is_spared() -> None:
    composition = strang(Motion((0, 1), None, coupled=True))
    keys = link_keys(composition)
    ring = hamiltonian("pp", 1.0).grid
    assert axial_frame(ring, composition, keys, random_links(ring, 1.0)) is None
    walls = hamiltonian("ww", 1.0).grid
    first, second = random_links(walls, 1.0)
    assert axial_frame(walls, composition, keys, [first, None]) is None
    assert axial_frame(walls, composition, keys, [np.full_like(first, 0.3), second]) is None
    assert axial_frame(walls, composition, keys, [1e7 * first, second]) is None
