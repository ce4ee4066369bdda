"""Matrices of one's own: what is taken, and what is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import scipy.sparse as sp
from test_crank_nicolson import grid_of, random_state

import heatgauge as hg

GRID = grid_of("w", (30,))


def hermitian(seed: int = 0) -> Any:
    rng = np.random.default_rng(seed)
    half = sp.random_array((30, 30), density=0.1, rng=rng) + 1j * sp.random_array(
        (30, 30), density=0.1, rng=rng
    )
    return sp.csr_array(half + half.conj().T)


@pytest.mark.parametrize("form", ["csr", "csc", "coo", "lil", "dok", "bsr", "dia"])
def test_every_sparse_format_is_taken(form: str) -> None:
    matrix = hermitian()
    H = hg.Hamiltonian.from_sparse(GRID, matrix.asformat(form))
    assert np.abs(H.to_scipy().toarray() - matrix.toarray()).max() < 1e-15
    psi = random_state(GRID)
    assert np.linalg.norm(H @ psi - matrix @ psi) < 1e-14


def test_unsorted_and_duplicated_entries_are_summed_and_sorted() -> None:
    matrix = hermitian()
    coo = matrix.tocoo()
    rng = np.random.default_rng(1)
    order = rng.permutation(2 * coo.nnz)
    row, column = (np.tile(c, 2)[order] for c in coo.coords)
    data = np.tile(coo.data / 2, 2)[order]
    starts = np.zeros(31, np.int64)
    np.add.at(starts, row + 1, 1)
    by_row = np.argsort(row, kind="stable")
    messy = sp.csr_array((data[by_row], column[by_row], np.cumsum(starts)), shape=(30, 30))
    assert not messy.has_canonical_format
    H = hg.Hamiltonian.from_sparse(GRID, messy)
    assert np.abs(H.to_scipy().toarray() - matrix.toarray()).max() < 1e-15
    assert (np.diff(H.to_scipy().indices.reshape(-1)[: H.to_scipy().indptr[1]]) > 0).all()
    assert not messy.has_canonical_format  # the user's matrix is left alone


@pytest.mark.parametrize("dtype", [np.int32, np.int64])
def test_indices_of_both_widths_are_taken(dtype: Any) -> None:
    matrix = hermitian()
    moved = sp.csr_array((30, 30), dtype=complex)
    moved.data, moved.indices = matrix.data, matrix.indices.astype(dtype)
    moved.indptr = matrix.indptr.astype(dtype)
    H = hg.Hamiltonian.from_sparse(GRID, moved)
    assert np.array_equal(H.to_scipy().toarray(), matrix.toarray())
    assert H.to_scipy().indices.dtype == np.int64


@pytest.mark.parametrize("dtype", ["f4", "f8", "i4", "c8", "c16"])
def test_every_number_type_is_taken(dtype: str) -> None:
    matrix = sp.diags_array(np.arange(30.0)).astype(dtype)
    assert hg.Hamiltonian.from_sparse(GRID, matrix).lowest(2)[0].tolist() == [0.0, 1.0]


@pytest.mark.parametrize(("off", "refused"), [(1e-12, True), (2e-13, True), (5e-14, False)])
def test_a_matrix_off_hermitian_is_refused_with_its_worst_entry(off: float, refused: bool) -> None:
    dense = hermitian().toarray()
    dense /= np.abs(dense).max()
    dense[3, 17] += 0.5
    dense[17, 3] += 0.5 + off
    dense[5, 6] += off / 10
    scale = float(np.abs(dense).max())
    dense /= scale
    if not refused:
        matrix = hg.Hamiltonian.from_sparse(GRID, sp.csr_array(dense)).to_scipy().toarray()
        assert np.array_equal(matrix, matrix.conj().T)
        return
    with pytest.raises(ValueError, match=r"`matrix` must be Hermitian") as caught:
        hg.Hamiltonian.from_sparse(GRID, sp.csr_array(dense))
    assert "H[3, 17]" in str(caught.value)
    assert "H[17, 3]" in str(caught.value)


def test_an_imaginary_diagonal_is_refused() -> None:
    matrix = sp.diags_array(np.where(np.arange(30) == 4, 1 + 1e-12j, 1.0))
    with pytest.raises(ValueError, match=r"H\[4, 4\]"):
        hg.Hamiltonian.from_sparse(GRID, matrix)


def out_of_range(index: int) -> Any:
    matrix = sp.csr_array(np.eye(30))
    matrix.indices = matrix.indices.astype(np.int64)
    matrix.indices[7] = index
    return matrix


def broken_rows(indptr: Any) -> Any:
    matrix = sp.csr_array(np.eye(30))
    matrix.indptr = np.asarray(indptr)
    return matrix


FALLING = np.arange(31)
FALLING[10] = 20
REFUSED = [
    (out_of_range(30), ValueError),
    (out_of_range(-1), ValueError),
    (out_of_range(2**40), ValueError),
    (out_of_range(2**32 + 7), ValueError),
    (broken_rows(np.arange(31) + 1), ValueError),
    (broken_rows(np.arange(30)), ValueError),
    (broken_rows(FALLING), ValueError),
    (sp.csr_array((29, 30)), ValueError),
    (sp.csr_array((29, 29)), ValueError),
    (sp.csr_array(np.diag(np.full(30, np.nan))), ValueError),
    (sp.csr_array(np.diag(np.full(30, np.inf))), ValueError),
    (sp.csr_array(np.eye(30, dtype=bool)), TypeError),
    (np.eye(30), TypeError),
    (None, TypeError),
    ("H", TypeError),
    ([[1.0]], TypeError),
]


@pytest.mark.parametrize(("matrix", "kind"), REFUSED)
def test_a_matrix_that_does_not_fit_is_refused(matrix: Any, kind: type[Exception]) -> None:
    with pytest.raises(kind, match="`matrix`"):
        hg.Hamiltonian.from_sparse(GRID, matrix)


def test_a_csc_or_coo_matrix_with_indices_out_of_range_is_refused() -> None:
    coo = sp.coo_array(np.eye(30))
    coo.coords = (coo.coords[0], np.where(np.arange(30) == 4, 77, coo.coords[1]))
    csc = sp.csc_array(np.eye(30))
    csc.indices[3] = 99
    for matrix in (coo, csc):
        with pytest.raises(ValueError, match="`matrix`"):
            hg.Hamiltonian.from_sparse(GRID, matrix)


def test_hbar_of_a_given_matrix_is_refused_where_it_is_none() -> None:
    for hbar in (0.0, -1.0, None, "1", True):
        with pytest.raises((TypeError, ValueError), match="`hbar`"):
            hg.Hamiltonian.from_sparse(GRID, hermitian(), hbar)  # type: ignore[arg-type]


def test_an_empty_matrix_leaves_the_state_alone() -> None:
    psi = random_state(GRID)
    run = hg.propagate(hg.Hamiltonian.from_sparse(GRID, sp.csr_array((30, 30))), psi, [0, 1])
    assert np.array_equal(run.final, psi)


def test_the_result_shares_nothing_with_the_matrix() -> None:
    matrix = hermitian()
    H = hg.Hamiltonian.from_sparse(GRID, matrix)
    before = H.to_scipy().toarray()
    matrix.data[:] = 0
    assert np.array_equal(H.to_scipy().toarray(), before)
    with pytest.raises(ValueError, match="read-only"):
        H.to_scipy().data[0] = 1
