"""Sparse matrices: of Hamiltonians, their patterns shared, and those that a user brings along."""

from __future__ import annotations

import dataclasses
import weakref
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from heatgauge.arguments import ComplexField, RealField

if TYPE_CHECKING:
    import scipy.sparse

Pattern = tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]

# Row starts and columns that are in use: Hamiltonians of one stencil on alike grids share them.
_PATTERNS: tuple[weakref.WeakValueDictionary[Any, npt.NDArray[np.int64]], ...] = (
    weakref.WeakValueDictionary(),
    weakref.WeakValueDictionary(),
)


@dataclasses.dataclass(frozen=True, eq=False)
class CsrArrays:
    """Row starts, columns and values of a Hermitian matrix, read-only."""

    outer: npt.NDArray[np.int64]
    inner: npt.NDArray[np.int64]
    values: ComplexField

    def apply(self, psi: ComplexField) -> ComplexField:
        """Return the product with a state of any shape."""
        import scipy.sparse

        n = self.outer.size - 1
        matrix = scipy.sparse.csr_array((self.values, self.inner, self.outer), shape=(n, n))
        result: ComplexField = (matrix @ psi.ravel()).reshape(psi.shape)
        return result


def shared_pattern(key: Any, make: Callable[[], Pattern]) -> Pattern:
    """Return row starts and columns, read-only: those in use under ``key``, or new ones."""
    outer, inner = (arrays.get(key) for arrays in _PATTERNS)
    if outer is None or inner is None:
        outer, inner = make()
        outer.flags.writeable = inner.flags.writeable = False
        _PATTERNS[0][key], _PATTERNS[1][key] = outer, inner
    return outer, inner


def csr_view(
    pattern: Pattern, values: ComplexField, absorption: RealField | None
) -> scipy.sparse.csr_array:
    """Return a csr_array of these arrays, none of them copied; −i·absorption on its diagonal."""
    import scipy.sparse

    outer, inner = pattern
    size = outer.size - 1
    values = values.view()
    if absorption is not None:
        rows = np.repeat(np.arange(size), np.diff(outer))
        values[inner == rows] -= 1j * absorption
    values.flags.writeable = False
    matrix = scipy.sparse.csr_array((size, size), dtype=np.complex128)
    # Set one by one: the constructor would copy 64-bit indices into 32-bit ones.
    matrix.data = values
    matrix.indptr, matrix.indices = outer, inner
    matrix.has_sorted_indices = True
    matrix.has_canonical_format = True
    return matrix


def checked_hermitian(matrix: Any, size: int) -> CsrArrays:
    """Return a copy of ``matrix`` as CSR: sorted, 64-bit indices, Hermitian to the last bit.

    Raises
    ------
    TypeError
        For anything but a scipy sparse matrix of numbers.
    ValueError
        For a wrong shape, indices out of range, non-finite entries, or |H_ij − H_ji*| above
        1e-13·max|H|, naming the worst entry.
    """
    import scipy.sparse

    if not scipy.sparse.issparse(matrix):
        raise TypeError(
            f"Argument `matrix` must be a scipy sparse matrix, but is {type(matrix).__name__}."
        )
    if matrix.shape != (size, size):
        raise ValueError(
            f"Argument `matrix` must have shape {(size, size)}, but has shape {matrix.shape}."
        )
    if matrix.dtype.kind not in "fiuc":
        raise TypeError(f"Argument `matrix` must hold numbers, but has dtype {matrix.dtype}.")
    _require_indices(matrix, size)
    csr = scipy.sparse.csr_array(matrix.astype(np.complex128), copy=True)
    csr.sum_duplicates()
    if not np.isfinite(csr.data).all():
        raise ValueError("Argument `matrix` must be finite, but holds NaN or infinity.")
    adjoint = csr.conj().T.tocsr()
    worst, largest = abs(csr - adjoint), float(np.max(np.abs(csr.data), initial=0.0))
    if worst.nnz and worst.max() > 1e-13 * largest:
        coo = worst.tocoo()
        k = int(np.argmax(coo.data))
        i, j = int(coo.coords[0][k]), int(coo.coords[1][k])
        raise ValueError(
            f"Argument `matrix` must be Hermitian to 1e-13·max|H| = {1e-13 * largest:.3g}, but "
            f"H[{i}, {j}] = {csr[i, j]!r} and H[{j}, {i}] = {csr[j, i]!r}."
        )
    # The mean with the adjoint is Hermitian to the last bit.
    csr = scipy.sparse.csr_array((csr + adjoint) * 0.5)
    csr.sort_indices()
    arrays = CsrArrays(
        csr.indptr.astype(np.int64), csr.indices.astype(np.int64), csr.data.astype(np.complex128)
    )
    for array in (arrays.outer, arrays.inner, arrays.values):
        array.flags.writeable = False
    return arrays


def _require_indices(matrix: Any, size: int) -> None:
    """scipy builds matrices with indices out of range without a word, and then reads there."""
    pointers = getattr(matrix, "indptr", None)
    coordinates = getattr(matrix, "coords", None) if pointers is None else (matrix.indices,)
    for indices in coordinates or ():
        if indices.size and not (indices.min() >= 0 and indices.max() < size):
            bad = indices.min() if indices.min() < 0 else indices.max()
            raise ValueError(f"Argument `matrix` must have indices in [0, {size}), but has {bad}.")
    if pointers is None or matrix.format == "bsr":
        return
    if (
        pointers.size != size + 1
        or pointers[0] != 0
        or (np.diff(pointers) < 0).any()
        or pointers[-1] > matrix.indices.size
    ):
        raise ValueError(
            f"Argument `matrix` must have {size + 1} row starts that ascend from 0 to its size."
        )
