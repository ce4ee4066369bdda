"""Peers that work on a sparse matrix or a PDE text: scipy, QuTiP, py-pde, hand-written numba."""

from __future__ import annotations

import importlib.util
import math
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import scipy.sparse as sp
from scipy.sparse.linalg import expm_multiply, splu
from scipy.special import jv

Stepper = Callable[[Any, int], Any]


def available(package: str) -> bool:
    """Whether a peer of the bench extra is installed."""
    return importlib.util.find_spec(package) is not None


def csr(H: Any) -> Any:
    """The matrix of a Hamiltonian with 32-bit indices, which scipy multiplies faster."""
    matrix = H.to_scipy()
    short = sp.csr_array(
        (matrix.data, matrix.indices.astype(np.int32), matrix.indptr.astype(np.int32)),
        shape=matrix.shape,
    )
    short.has_sorted_indices = True
    return short


def best_factors(matrix: Any) -> Any:
    """splu with the ordering whose solve is fastest here."""
    rhs = np.ones(matrix.shape[0], complex)
    best = None
    for ordering in ("COLAMD", "MMD_AT_PLUS_A", "NATURAL"):
        if ordering == "NATURAL" and matrix.nnz > 4 * matrix.shape[0]:
            continue  # fills the whole band in 2D
        options = {"SymmetricMode": True} if ordering == "MMD_AT_PLUS_A" else {}
        lu = splu(matrix, permc_spec=ordering, options=options)
        start = time.perf_counter()
        for _ in range(5):
            lu.solve(rhs)
        took = time.perf_counter() - start
        if best is None or took < best[0]:
            best = (took, lu)
    return best[1]


def crank_nicolson(H: Any, dt: float) -> Stepper:
    """Stored factors; ψ' = 2(1 + iτH/2)⁻¹ψ − ψ needs no product with H."""
    one = sp.identity(H.grid.size, dtype=complex, format="csc")
    lu = best_factors(sp.csc_array(one + 0.5j * dt * sp.csc_array(csr(H))))

    def run(psi: Any, steps: int) -> Any:
        for _ in range(steps):
            psi = 2 * lu.solve(psi) - psi
        return psi

    return run


def numba_thomas(H: Any, dt: float) -> Stepper:
    """Crank–Nicolson on a line by Thomas' algorithm with stored pivots, compiled by numba."""
    import numba

    matrix = H.to_scipy()
    diagonal = 1 + 0.5j * dt * matrix.diagonal()
    lower, upper = (0.5j * dt * matrix.diagonal(k) for k in (-1, 1))
    n = diagonal.size
    inverse, ratio = np.empty(n, complex), np.empty(n, complex)
    inverse[0] = 1 / diagonal[0]
    for i in range(1, n):
        ratio[i - 1] = upper[i - 1] * inverse[i - 1]
        inverse[i] = 1 / (diagonal[i] - lower[i - 1] * ratio[i - 1])
    scaled = lower * inverse[1:]  # y_i = ψ_i/pivot − (lower/pivot)·y_{i−1}

    @numba.njit(fastmath=True)
    def run(psi: Any, steps: int) -> Any:
        y = np.empty_like(psi)
        for _ in range(steps):
            last = psi[0] * inverse[0]
            y[0] = last
            for i in range(1, n):
                last = psi[i] * inverse[i] - scaled[i - 1] * last
                y[i] = last
            psi[n - 1] = 2 * last - psi[n - 1]
            for i in range(n - 2, -1, -1):
                last = y[i] - ratio[i] * last
                psi[i] = 2 * last - psi[i]
        return psi

    run(np.ones(n, complex), 1)  # compiles
    return run


def exponential(H: Any, end: float) -> Callable[[Any], Any]:
    """scipy.sparse.linalg.expm_multiply (Al-Mohy & Higham), with the trace it would look for."""
    generator = -1j * end * csr(H)
    trace = generator.diagonal().sum()
    return lambda psi: expm_multiply(generator, psi.ravel(), traceA=trace)


def chebyshev(H: Any, end: float, tolerance: float) -> Callable[[Any], Any]:
    """Chebyshev's series of exp(−iHt) on scipy's CSR.

    Bounds of the spectrum: the least potential, as kinetic energy is positive; Lanczos above.
    """
    from scipy.sparse.linalg import eigsh

    matrix = csr(H)
    low = float(H.site_potential(0.0).min())
    high = eigsh(matrix, 1, which="LA", return_eigenvectors=False, tol=1e-3)[0]
    middle, radius = 0.5 * (high + low), 0.505 * (high - low)
    scaled = (matrix - middle * sp.identity(matrix.shape[0], format="csr")) * (2 / radius)
    scaled = sp.csr_array(scaled)
    argument = radius * end
    terms = int(argument + 12 * argument ** (1 / 3)) + 40  # J falls over (Rt)^(1/3) beyond Rt
    while np.abs(jv(terms, argument)) < tolerance * 1e-2:
        terms -= 1
    weights = [2 * (-1j) ** k * jv(k, argument) for k in range(terms + 2)]

    def run(psi: Any) -> Any:
        before = psi.ravel().astype(complex)
        now = 0.5 * (scaled @ before)
        total = 0.5 * weights[0] * before + weights[1] * now
        for weight in weights[2:]:
            later = scaled @ now
            later -= before
            before, now = now, later
            total += weight * now
        return total * np.exp(-1j * middle * end)

    return run


def qutip(H: Any, end: float, method: str, tolerance: float) -> Callable[[Any], Any]:
    """QuTiP's sesolve with the given integrator, normalisation off."""
    import qutip as qt

    operator = qt.Qobj(csr(H))
    options = {
        "method": method,
        "atol": tolerance * 1e-3,
        "rtol": tolerance,
        "nsteps": 10**8,
        "progress_bar": "",
        "normalize_output": False,
        "store_states": False,
        "store_final_state": True,
    }

    def run(psi: Any) -> Any:
        norm = np.linalg.norm(psi)
        start = qt.Qobj(psi.reshape(-1, 1) / norm)
        result = qt.sesolve(operator, start, [0.0, end], options=options)
        return norm * result.final_state.full().ravel()

    return run


def py_pde(problem: Any, n: int, tolerance: float) -> Callable[[Any], Any]:
    """py-pde on ½i∇²ψ + Bx∂_yψ − iUψ, explicit Runge–Kutta with its own step control."""
    import pde

    half, B, w = problem.half, problem.induction, problem.trap
    grid = pde.CartesianGrid([[-half, half]] * 2, n, periodic=False)
    equation = pde.PDE(
        {
            "u": f"0.5*I*laplace(u) + {B}*x*d_dy(u) "
            f"- I*(0.5*{B**2}*x**2 + 0.5*{w**2}*(x**2 + y**2))*u"
        },
        bc={"value": 0},
    )

    solver = pde.RungeKuttaSolver(equation, adaptive=True, tolerance=tolerance)
    first = pde.ScalarField(grid, np.zeros((n, n)), dtype=complex)
    advance = solver.make_stepper(first, dt=0.1 * (2 * half / n) ** 2)  # compiles at first use

    def run(psi: Any) -> Any:
        field = pde.ScalarField(grid, psi.copy(), dtype=complex)
        advance(field, 0.0, problem.end)
        return field.data

    return run


def seconds_of(run: Callable[[], Any]) -> float:
    """Wall time of one call."""
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def steps_for(end: float, dt: float) -> int:
    """Number of equal steps of at most dt."""
    return math.ceil(end / dt - 1e-9)
