"""Where sites, links and faces lie, and pickling."""

from __future__ import annotations

import itertools
import pickle
from typing import Any

import numpy as np
import pytest

import heatgauge as hg


def test_sites_are_cell_centres_for_both_boundaries() -> None:
    for boundary in ("wall", "periodic"):
        axis = hg.Axis(-1.0, 3.0, 8, boundary)
        assert axis.spacing == 0.5
        assert axis.sites().tolist() == [-0.75 + 0.5 * k for k in range(8)]


def test_links_and_faces_between_walls_and_around_a_ring() -> None:
    wall, ring = hg.Axis(0.0, 2.0, 4), hg.Axis(0.0, 2.0, 4, "periodic")
    assert wall.link_midpoints().tolist() == [0.5, 1.0, 1.5]
    assert wall.face_positions().tolist() == [0.0, 0.5, 1.0, 1.5, 2.0]
    assert ring.link_midpoints().tolist() == [0.5, 1.0, 1.5, 2.0]  # the seam last
    assert ring.face_positions().tolist() == ring.link_midpoints().tolist()


@pytest.mark.parametrize("boundaries", list(itertools.product(["wall", "periodic"], repeat=3)))
def test_shapes_in_3d(boundaries: Any) -> None:
    points = (3, 4, 5)
    grid = hg.Grid([hg.Axis(0, 1, n, b) for n, b in zip(points, boundaries, strict=True)])
    assert grid.shape == points
    assert grid.size == 60
    assert abs(grid.cell_volume - 1 / 60) < 1e-17
    for a, boundary in enumerate(boundaries):
        links, faces = list(points), list(points)
        links[a] += -1 if boundary == "wall" else 0
        faces[a] += 1 if boundary == "wall" else 0
        assert grid.link_shape(a) == tuple(links)
        assert grid.face_shape(a) == tuple(faces)
        for k, x in enumerate(grid.link_coordinates(a)):
            expected = grid.axes[k].link_midpoints() if k == a else grid.axes[k].sites()
            assert np.array_equal(x.ravel(), expected)
            assert x.ndim == 3
        assert np.broadcast_shapes(*(x.shape for x in grid.link_coordinates(a))) == tuple(links)
    assert np.broadcast_shapes(*(x.shape for x in grid.coordinates())) == points


@pytest.mark.parametrize("axis", [-1, 2, 2**63, 0.0, "0", None, True])
def test_an_axis_number_is_refused(axis: Any) -> None:
    grid = hg.Grid([hg.Axis(0, 1, 4)] * 2)
    for method in (grid.link_shape, grid.face_shape, grid.link_coordinates):
        with pytest.raises((TypeError, ValueError), match="`axis`"):
            method(axis)


def test_grids_are_equal_by_value_and_survive_pickling() -> None:
    grid = hg.Grid([hg.Axis(0, 1, 4), hg.Axis(0, 2, 5, "periodic", 0.3)])
    copy = pickle.loads(pickle.dumps(grid))
    assert copy == grid
    assert hash(copy) == hash(grid)
    assert copy.core.size == grid.core.size == 20
    assert grid != hg.Grid([hg.Axis(0, 1, 4), hg.Axis(0, 2, 5, "periodic", 0.31)])
