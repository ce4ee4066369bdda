"""The levels of a working medium as a function of its parameter λ."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

from heatgauge.arguments import RealField, array_shape, integer, real_array
from heatgauge.errors import AccuracyWarning
from heatgauge.hamiltonian import Hamiltonian
from heatgauge.thermo.partition import Equilibrium, partition

_ALL = 1200  # sites up to which all levels are taken: one dense diagonalisation
_NEGLIGIBLE = 1e-6  # population of the highest level kept, above which those left out matter


class Medium:
    """Levels E_n(λ), from H(λ) or from a formula; each λ is diagonalised once."""

    def __init__(self, H_of: Callable[[float], Any], levels: int | None, k_B: float) -> None:
        if not callable(H_of):
            raise TypeError(
                f"Argument `H_of` must be a function of the parameter that returns a "
                f"hg.Hamiltonian or the levels, but is {H_of!r}."
            )
        self._H_of = H_of
        self._count = None if levels is None else integer("levels", levels, least=1, most=10**9)
        self._known: dict[float, RealField] = {}
        self._cut = False
        self._warned = False
        self.k_B = k_B

    def energies(self, parameter: float) -> RealField:
        """Return the levels at λ, ascending if they come from a Hamiltonian."""
        if parameter not in self._known:
            self._known[parameter] = self._checked(self._H_of(parameter), parameter)
        return self._known[parameter]

    def equilibrium(self, parameter: float, temperature: float) -> Equilibrium:
        """Return the Gibbs state at λ and T; warn where levels left out would be populated."""
        result = partition(self.energies(parameter), temperature, k_B=self.k_B)
        top = float(result.populations[-1])
        if self._cut and top > _NEGLIGIBLE and not self._warned:
            self._warned = True
            warnings.warn(
                f"The highest of {self._count} levels holds {top:.2g} of the population at "
                f"parameter {parameter:.6g} and T = {temperature:.6g}: those left out matter. "
                f"Use more levels.",
                AccuracyWarning,
                stacklevel=4,
            )
        return result

    def _checked(self, value: Any, parameter: float) -> RealField:
        if isinstance(value, Hamiltonian):
            energies = self._diagonalised(value)
        else:
            shape = array_shape("H_of", value)
            if len(shape) != 1 or shape[0] == 0:
                raise ValueError(
                    f"Argument `H_of` must return a hg.Hamiltonian or a 1D array of levels, but "
                    f"returned an array of shape {shape} at {parameter!r}."
                )
            energies = real_array("H_of", value, shape)
            if self._count is not None:
                self._cut = self._cut or self._count < energies.size
                energies = energies[: self._count]
        for other in self._known.values():
            if other.size != energies.size:
                raise ValueError(
                    f"Argument `H_of` must return the same number of levels everywhere, but "
                    f"returned {energies.size} at {parameter!r} and {other.size} before."
                )
        return energies

    def _diagonalised(self, H: Hamiltonian) -> RealField:
        size = H.grid.size
        if self._count is None and size > _ALL:
            raise ValueError(
                f"Argument `levels` must be given for more than {_ALL} sites, but is None for "
                f"{size}."
            )
        count = size if self._count is None else min(self._count, size)
        self._cut = self._cut or count < size
        return H.lowest(count)[0]
