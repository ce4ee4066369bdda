"""The exact density matrix of a dephased carrier, for small systems."""

from __future__ import annotations

import types
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from heatgauge import _core, ensemble_entropy
from heatgauge.arguments import (
    ComplexField,
    RealField,
    choice,
    complex_array,
    increasing_times,
    shape_of,
)
from heatgauge.errors import NumericalError
from heatgauge.evolution import Evolution
from heatgauge.hamiltonian import Hamiltonian
from heatgauge.moment import Moment
from heatgauge.observed_values import numbers_of, require_same_shape
from heatgauge.recorder import bind_all
from heatgauge.snapshot import Snapshot
from heatgauge.spectrum import require_hermitian
from heatgauge.temperature_noise import NoiseSpectrum

_MOST_SITES = 2048  # six matrices of that size take 400 MB
_MEASURES = ("entropy", "purity", "coherence_length")


def haken_strobl(
    H: Hamiltonian,
    rho0: Any,
    times: Any,
    rate: float,
    correlation_length: float = 0.0,
    observe: Mapping[str, Any] | None = None,
    *,
    correlation: str = "gaussian",
    store: str = "final",
) -> Evolution:
    """Solve dρ_ij/dt = −(i/ħ)[H, ρ]_ij − rate·(1 − g(x_i − x_j)) ρ_ij to round-off.

    What :func:`dephase` with white noise estimates by realisations. exp(tL) is summed as a Taylor
    series to round-off, so that no step is chosen; ρ stays Hermitian to the last bit and its trace
    changes by rounding only. Costs (sites)²·‖L‖t·20: for some hundred sites.

    Parameters
    ----------
    H : Hamiltonian
        Static, without absorbers, of at most 2048 sites.
    rho0 : complex array (size, size), or of the grid's shape
        ρ of trace 1 with rows and columns in the order of the sites, or a pure state ψ with
        Σ|ψ|²dV = 1: then ρ_ij = ψ_iψ_j*·dV.
    times : sequence of float
    rate, correlation_length, correlation
        Of white noise, as for :func:`dephase`.
    observe : mapping of str to observer, optional
        ``hg.Moment``, functions f(t, rho), or observers of states, which are averaged over the
        eigenstates of ρ: exact for what is quadratic in ψ, such as Energy and Current.
    store : {"final", "all"}

    Returns
    -------
    Evolution
        ``final`` and ``states`` hold ρ; ``records``: "density" ρ_ii/dV, "entropy", "purity",
        "coherence_length" as in :func:`dephase`, the errors those of rounding, and
        "entropy_production" σ = Σ_ij Γ_ij ρ_ij (ln ρ)_ji, which is dS/dt by the noise alone (it
        diverges like −ln t from a pure state on; eigenvalues below rounding are left out).

    Raises
    ------
    ValueError, TypeError
        For bad arguments.
    NumericalError
        If ρ stops being finite, or its trace changes by more than 1e-9.

    Examples
    --------
    >>> import numpy as np, heatgauge as hg
    >>> grid = hg.Grid([hg.Axis(-50.5, 50.5, 101)])
    >>> psi = np.zeros(101); psi[50] = 1.0
    >>> run = hg.haken_strobl(hg.Hamiltonian(grid, mass=0.5), psi, [0, 2.5, 5], rate=1.0,
    ...                       observe={"x2": hg.Moment(0, 2, about=0.0)})
    >>> [round(float(v), 6) for v in run.records["x2"]]            # 4(t − 1 + e^{−t})
    [0.0, 6.32834, 16.026952]
    """
    if not isinstance(H, Hamiltonian):
        raise TypeError(f"Argument `H` must be a hg.Hamiltonian, but is {H!r}.")
    require_hermitian(H, "haken_strobl")
    choice("store", store, ("final", "all"))
    if not H.is_static or H.grid.size > _MOST_SITES:
        raise ValueError(
            f"Argument `H` must be static and have at most {_MOST_SITES} sites, but is {H!r}."
        )
    spectrum = NoiseSpectrum(rate, correlation_length, 0.0, correlation)
    outputs = increasing_times("times", times)
    rho = _matrix(rho0, H)
    rates = np.ascontiguousarray(spectrum.rate * (1.0 - spectrum.between(H.grid)))
    np.fill_diagonal(rates, 0.0)
    measure = _Measures(H, observe, rates)
    rows, states, trace = [measure(float(outputs[0]), rho, 0)], [rho.copy()], np.trace(rho).real
    for start, end in zip(outputs[:-1].tolist(), outputs[1:].tolist(), strict=True):
        _core.advance_density_matrix(*H.pattern, H.values(0.0), H.hbar, rates, rho, end - start)
        drift = abs(np.trace(rho).real / trace - 1.0)
        if not drift <= 1e-9:
            raise NumericalError(
                f"The trace of ρ changed by {drift:.3g} up to t = {end:.6g}.",
                residual=float(drift),
                time=end,
            )
        rows.append(measure(end, rho, len(rows)))
        if store == "all":
            states.append(rho.copy())
    records = {name: np.array([row[name] for row in rows]) for name in rows[0]}
    for array in (*records.values(), rho):
        array.flags.writeable = False
    longest = float(np.diff(outputs).max(initial=0.0))
    return Evolution(
        outputs,
        types.MappingProxyType(records),
        rho,
        np.array(states) if store == "all" else None,
        outputs.size - 1,
        longest,
        f"exp(tL) of the density matrix as a Taylor series, {spectrum!r}",
        None,
    )


def _matrix(rho0: Any, H: Hamiltonian) -> ComplexField:
    size = H.grid.size
    if shape_of("rho0", rho0) == H.grid.shape:
        psi = complex_array("rho0", rho0, H.grid.shape).ravel() * np.sqrt(H.grid.cell_volume)
        with np.errstate(over="ignore"):
            norm = float(np.sum(np.abs(psi) ** 2))
        if not abs(norm - 1.0) <= 1e-10:
            raise ValueError(f"Argument `rho0` must have Σ|ψ|²dV = 1, but has {norm!r}.")
        return np.outer(psi, psi.conj())
    from heatgauge.thermo.entropies import spectrum_of

    rho = complex_array("rho0", rho0, (size, size))
    spectrum_of("rho0", rho)  # refuses what is no density matrix
    return np.ascontiguousarray(0.5 * (rho + rho.conj().T))


class _Measures:
    """What is recorded of ρ at a time."""

    def __init__(self, H: Hamiltonian, observe: Mapping[str, Any] | None, rates: RealField) -> None:
        self._hamiltonian, self._rates = H, rates
        bind_all(observe, H)  # refuses what is no observer
        self._observe = dict(observe or {})
        self._before: dict[str, list[Any]] = {name: [] for name in self._observe}
        for name in ("density", "entropy_production", *_MEASURES):
            if name in self._observe or f"{name}_stderr" in self._observe:
                raise ValueError(
                    f"Argument `observe` must not use the name {name!r}: it is recorded anyway."
                )

    def __call__(self, t: float, rho: ComplexField, step: int) -> dict[str, Any]:
        h = self._hamiltonian
        density: RealField = np.diag(rho).real.reshape(h.grid.shape) / h.grid.cell_volume
        row: dict[str, Any] = {"density": density}
        for name, observer in self._observe.items():
            if isinstance(observer, Moment):
                row[name] = _diagonal(observer, h, t, density)
            elif hasattr(observer, "bind"):
                row[name] = _over_eigenstates(observer.bind(h), h, t, rho)
            else:
                view = rho.view()
                view.flags.writeable = False
                row[name] = observer(t, view)
            row[name] = numbers_of(name, row[name], t, step)
            require_same_shape(name, row[name], self._before[name], t, step)
            self._before[name][:] = [row[name]]
        found = ensemble_entropy.of_matrix(rho, h.grid)
        for name in _MEASURES:
            row[name], row[f"{name}_stderr"] = getattr(found, name)
        row["entropy_production"] = self._production(rho)
        return row

    def _production(self, rho: ComplexField) -> float:
        weights, vectors = np.linalg.eigh(rho)
        kept = weights > len(rho) * np.finfo(float).eps
        logarithm = (vectors[:, kept] * np.log(weights[kept])) @ vectors[:, kept].conj().T
        return float(np.sum(self._rates * (rho * logarithm.conj()).real))


def _diagonal(observer: Moment, h: Hamiltonian, t: float, density: RealField) -> float:
    """A moment needs |ψ|² only: that of the state √density. Rounding may leave a −1e-18."""
    psi = np.sqrt(np.abs(density)).astype(np.complex128)
    return float(observer.bind(h)(Snapshot(h, t, psi)))


def _over_eigenstates(
    measure: Any, h: Hamiltonian, t: float, rho: ComplexField
) -> npt.NDArray[Any]:
    weights, vectors = np.linalg.eigh(rho)
    kept = weights > len(weights) * np.finfo(float).eps
    states = vectors.T[kept].reshape(-1, *h.grid.shape) / np.sqrt(h.grid.cell_volume)
    values = np.array([measure(Snapshot(h, t, np.ascontiguousarray(s))) for s in states])
    total: npt.NDArray[Any] = np.tensordot(weights[kept], values, axes=(0, 0))
    return total
