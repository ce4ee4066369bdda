"""The result of a heat-conduction run: temperature, flux, and what follows from them."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from heatgauge import _core
from heatgauge.arguments import RealField, choice, increasing_times, real, real_array
from heatgauge.constants import k_B
from heatgauge.enthalpy import Enthalpy
from heatgauge.entropy_balance import (
    EntropyBalance,
    entropy_balance,
    entropy_density,
    entropy_flux,
)
from heatgauge.entropy_production import entropy_production, require_positive
from heatgauge.fields import Sampled
from heatgauge.grid import Grid
from heatgauge.law import Law
from heatgauge.laws import check_law
from heatgauge.potentials import HeatPotentials


@dataclasses.dataclass(frozen=True, eq=False)
class HeatFlow:
    """Temperature on sites and heat flux on faces at the output times of a run. Immutable.

    Attributes
    ----------
    law, grid
        What was asked for.
    times : array (nt,)
    temperature : array (nt, *grid.shape)
        With ``store="final"`` one row only, for times[-1].
    flux : tuple of arrays (nt, *grid.face_shape(axis))
        One per axis, positive along +axis.
    method : str
        Time scheme and linear solver, and why they were chosen.
    steps : int
        Number of time steps.
    steps_per_interval : array (nt − 1,)
    error_estimate : float or None
        Estimated error of T at the last time relative to ‖T(last) − T(first)‖, from runs with
        different steps; None when ``dt`` was given. It counts what the spreading of jumps changes
        (see ``method`` of :func:`conduct`), and then refers to the data as they were given.
    records : dict
        Name → array, first axis = times, of the observers.
    surface_temperature : dict
        (axis, end) → T on the outer faces, (nt, *faces), where the boundary determines it.
    surface_stress : dict
        (axis, end) → 3μQ there, of a nonlocal law where the boundary determines T.
    boundary_energy, source_energy, throughput : arrays (nt − 1,)
        Energy that entered in each output interval through the outer faces and from sources, and
        the sum of the magnitudes of both over steps and sides.
    source : array (nt − 1, *grid.shape) or None
        Q on sites, mean of each output interval; None without sources.
    spread : array (nt − 1,) of bool or None
        Output intervals in which jumps were spread (``method`` of :func:`conduct`), where σ holds
        what that did; None for flows from arrays.

    Examples
    --------
    >>> import heatgauge as hg
    >>> grid = hg.Grid([hg.Axis(0, 1, 20)])
    >>> law = hg.Fourier(hg.Medium(conductivity=1.0, capacity=2.0))
    >>> flow = hg.conduct(law, grid, 0.0, [0, 1, 5], boundary={"x-": hg.Flux(0.5)}, dt=0.1)
    >>> flow.temperature.shape, flow.flux[0].shape
    ((3, 20), (3, 21))
    >>> [round(float(T.mean()), 12) for T in flow.temperature]      # heat that came in, over C
    [0.0, 0.25, 1.25]
    """

    law: Law
    grid: Grid
    times: RealField
    temperature: RealField
    flux: tuple[RealField, ...]
    method: str
    steps: int
    steps_per_interval: RealField
    error_estimate: float | None
    records: Mapping[str, Any]
    surface_temperature: Mapping[tuple[int, int], RealField]
    surface_stress: Mapping[tuple[int, int], RealField]
    boundary_energy: RealField
    source_energy: RealField
    throughput: RealField
    source: RealField | None = None
    spread: Any = None

    @staticmethod
    def from_arrays(
        law: Any, grid: Grid, times: Any, temperature: Any, flux: Any, source: Any = None
    ) -> HeatFlow:
        """Return a flow made of measured or foreign data.

        Parameters
        ----------
        law : a law of heat conduction, as in :func:`conduct`
        grid : Grid
        times : array (nt,)
        temperature : array (nt, *grid.shape)
        flux : sequence of arrays (nt, *grid.face_shape(axis)), or the array itself in 1D
        source : array (nt − 1, *grid.shape), optional
            Q, mean of each interval between ``times``.

        Notes
        -----
        The energy that passes the outer faces is integrated by the trapezium rule over ``times``;
        the surface temperature, of which nothing is known, is the one that the law gives.

        Examples
        --------
        >>> import numpy as np
        >>> import heatgauge as hg
        >>> grid = hg.Grid([hg.Axis(0, 1, 4)])
        >>> law = hg.Fourier(hg.Medium(1.0, 1.0))
        >>> flow = hg.HeatFlow.from_arrays(law, grid, [0, 1], np.ones((2, 4)), [np.zeros((2, 5))])
        >>> flow.energy_balance()
        array([0.])
        """
        check_law("law", law)
        if not isinstance(grid, Grid):
            raise TypeError(f"Argument `grid` must be an hg.Grid, but is {grid!r}.")
        t = increasing_times("times", times, least=2)
        values: RealField = real_array("temperature", temperature, (t.size, *grid.shape))
        if isinstance(flux, np.ndarray) and grid.dimensions == 1 and flux.ndim == 2:
            flux = (flux,)
        if not isinstance(flux, list | tuple) or len(flux) != grid.dimensions:
            raise TypeError(
                f"Argument `flux` must hold {grid.dimensions} array(s), one per axis, "
                f"but is {type(flux).__name__}."
            )
        fluxes = tuple(
            real_array(f"flux[{k}]", q, (t.size, *grid.face_shape(k))) for k, q in enumerate(flux)
        )
        power, magnitude = _boundary_power(grid, fluxes)
        step = np.diff(t)
        heat: RealField | None = None
        given = np.zeros(t.size - 1)
        if source is not None:
            heat = real_array("source", source, (t.size - 1, *grid.shape))
            given = heat.reshape(t.size - 1, -1).sum(axis=1) * step * grid.cell_volume
        return HeatFlow(
            law=law,
            grid=grid,
            times=t,
            temperature=values,
            flux=fluxes,
            method="from arrays",
            steps=0,
            steps_per_interval=np.zeros(t.size - 1, dtype=np.int64),
            error_estimate=None,
            records={},
            surface_temperature={},
            surface_stress={},
            boundary_energy=0.5 * step * (power[1:] + power[:-1]),
            source_energy=given,
            throughput=0.5 * step * (magnitude[1:] + magnitude[:-1]) + np.abs(given),
            source=heat,
        )

    def energy_balance(self) -> RealField:
        """Return the relative defect of the energy balance in each output interval, (nt − 1,).

        [∫∫C dT dV, from T(t_k) to T(t_{k+1}), − energy that entered] / scale, where the energy that
        entered was added up from the fluxes and sources of every step, and the scale is the largest
        of ∫C|T|dV at any time and the energy exchanged in any interval.

        Raises
        ------
        ValueError
            If only the final state was stored.
        """
        self._require_all("energy_balance")
        volume = self.grid.cell_volume
        enthalpy = Enthalpy(self.law.medium, self.temperature[0])
        axes = tuple(range(1, self.grid.dimensions + 1))
        change = np.diff(enthalpy(self.temperature), axis=0).sum(axis=axes) * volume
        capacity = enthalpy.capacity(self.temperature)
        content = (capacity * np.abs(self.temperature)).sum(axis=axes) * volume
        scale = max(float(content.max()), float(self.throughput.max(initial=0.0)))
        defect: RealField = change - self.boundary_energy - self.source_energy
        return defect / scale if scale > 0 else defect

    def entropy_production(self, form: str = "quadratic") -> RealField:
        """Return σ at mid-times on sites, (nt − 1, *shape), computed from the stored T and q.

        By differences of neighbouring times and sites, never from q²/κ. With E = −∇T − ∂ₜ(Λq):

        - "quadratic": q·E for Fourier and Cattaneo, the production of −∫½(CδT² + Λq²) about a
          uniform temperature; for the other laws what docs/physics.md lists. SI: K·W/m³.
        - "local": −q·∇T/T², of the local-equilibrium entropy. SI: W/(K·m³).
        - "extended": q·E/T² + Λq²∂ₜT/T³, of S_eq − Λq²/(2T²); for laws of which only a part q_M of
          the flux has inertia, with that. SI: W/(K·m³).

        Each face's product goes half to either cell, so that sums over sites are sums over faces.
        T² on a face is T_left·T_right, which makes −∇T/T² the difference of 1/T. The quadratic form
        is never negative beyond rounding, for every law (midpoint steps of one output interval,
        sides that do not jump during the run; for Guyer and Krumhansl's law with temperatures that
        are constant or linear in time), nor is q·E/T² of Fourier and Cattaneo.
        The local and the extended form may have either sign, which says nothing against the second
        law. At an outer face the path is half a cell from the surface, whose temperature the
        boundary gives; behind a given flux only the law knows it, and the half cell contributes its
        q²/κ. Second order in the distance of the output times and in the spacing, first order in
        the cells at walls.

        Raises
        ------
        ValueError
            For another form, for T <= 0 in the forms that divide by T, and if only the final
            state was stored.
        """
        choice("form", form, ("quadratic", "local", "extended"))
        self._require_all("entropy_production")
        return entropy_production(self, form)

    def entropy_balance(self, form: str = "quadratic", reference: Any = None) -> EntropyBalance:
        """Return ∂ₜS + ∇·J = σ + source, each term on sites at mid-times.

        - "quadratic": S = −½(CδT² + Λq²), J = −q δT, source −δT Q, about the uniform ``reference``
          T₀, δT = T − T₀ (T₀² times the second-order part of the entropy). Holds to rounding on
          the grid for midpoint steps of one output interval, any coefficients, any sources, and
          sides that do not jump during the run (else, and for given temperatures of Guyer and
          Krumhansl's law that are not linear in time or, where τ = 0, jump against T0, to second
          order).
        - "local": S = ∫C dT/T, J = q/T, source Q/T.
        - "extended": the same less Λq²/(2T²), J = q/T, source Q/T.

        For laws beyond Cattaneo's see docs/physics.md. The quadratic form needs coefficients that
        do not depend on temperature. The last two hold to second order in the output interval,
        without any error in space.

        Parameters
        ----------
        form : {"quadratic", "local", "extended"}
        reference : float, optional
            T₀ of the quadratic form; None is the mean of T at the first time. The balance of the
            others does not depend on it.

        Raises
        ------
        ValueError
            As for :meth:`entropy_production`.
        """
        choice("form", form, ("quadratic", "local", "extended"))
        self._require_all("entropy_balance")
        return entropy_balance(self, form, self._reference(form, reference))

    def entropy_density(self, form: str = "quadratic", reference: Any = None) -> RealField:
        """Return S on sites at the output times, (nt, *shape); see :meth:`entropy_balance`.

        The logarithms are of T/reference, so that S is measured from the reference.
        """
        choice("form", form, ("quadratic", "local", "extended"))
        self._require_all("entropy_density")
        return entropy_density(self, form, self._reference(form, reference))

    def entropy_flux(self, form: str = "quadratic", reference: Any = None) -> tuple[RealField, ...]:
        """Return J on faces at mid-times, (nt − 1, *face_shape); see :meth:`entropy_balance`."""
        choice("form", form, ("quadratic", "local", "extended"))
        self._require_all("entropy_flux")
        return entropy_flux(self, form, self._reference(form, reference))

    def _reference(self, form: str, reference: Any) -> float:
        if reference is None:
            reference = float(self.temperature[0].mean())
        if form == "quadratic":
            return real("reference", reference)
        require_positive(self, form)  # a better reason than that the mean is not
        return real("reference", reference, above=0.0)

    def potentials(self, charge: Any = k_B, reference: Any = 0.0) -> HeatPotentials:
        """Return the heat potentials of this flow in the thermal gauge: V = T − reference, A = Λq.

        The reference is taken out by the gauge function χ = reference·t. Both potentials are
        linear in time between the stored times, which become breakpoints; outside them they are
        not defined (ValueError).

        Parameters
        ----------
        charge : float
            Entropy per carrier s. The default is k_B in SI, J/K: give s in any other units, such as
            1.0 where ħ = 1, as a carrier would hardly feel 1e-23.
        reference : float
            Temperature that is taken out of V. SI: K.
        """
        self._require_all("potentials")
        origin = real("reference", reference)
        vector = []
        for axis in range(self.grid.dimensions):
            linkage = self.face_linkage(axis) / self.grid.spacing[axis]
            inner = slice(None) if self.grid.axes[axis].periodic else slice(1, -1)
            links = linkage[(slice(None),) * (axis + 1) + (inner,)]
            vector.append(Sampled(self.times, links))
        scalar = Sampled(self.times, self.temperature - origin)
        return HeatPotentials(self.grid, scalar=scalar, vector=tuple(vector), charge=charge)

    def face_resistance(self, axis: int) -> RealField:
        """Return ∫dl/κ along the path through every face (half cells of the body only).

        Where coefficients depend on temperature, at each output time: (nt, *faces).
        """
        return self._of_circuits(axis, lambda law: law.circuit(self.grid).resistance(axis))

    def face_inductance(self, axis: int) -> RealField:
        """Return ∫Λ dl along the path through every face (half cells of the body only).

        Where coefficients depend on temperature, at each output time: (nt, *faces).
        """
        infinite = np.full(self.grid.shape, np.inf)

        def along_paths(law: Law) -> RealField:
            circuit = _core.FaceCircuit(self.grid.core, infinite, law.inductance(self.grid))
            values: RealField = circuit.inductance(axis)
            return values

        return self._of_circuits(axis, along_paths)

    def face_linkage(self, axis: int) -> RealField:
        """Return ∫A·dl = ∫Λ dl q of every face at the output times, (nt, *faces)."""
        return self.face_inductance(axis) * self.flux[axis]

    def face_branch(self, axis: int) -> tuple[RealField, RealField]:
        """Return L and G of every face: q = q_M + G ΔT, where ½Lq_M² is stored (see the law)."""
        return (
            self._of_circuits(axis, lambda law: law.circuit(self.grid).inductance(axis)),
            self._of_circuits(axis, lambda law: law.circuit(self.grid).shunt(axis)),
        )

    def _of_circuits(self, axis: int, of: Callable[[Law], RealField]) -> RealField:
        """What ``of`` gives for the law; for the law at each output time where that differs."""
        shape = self.grid.face_shape(axis)
        if not self.law.medium.depends_on_temperature:
            return of(self.law).reshape(shape)
        return np.array([of(self.law.frozen(T)).reshape(shape) for T in self.temperature])

    def _require_all(self, what: str) -> None:
        if self.temperature.shape[0] != self.times.size:
            raise ValueError(
                f"Argument `store` must be 'all' in hg.conduct for {what}, but was 'final'."
            )

    def __repr__(self) -> str:
        error = "" if self.error_estimate is None else f", error ≈ {self.error_estimate:.1e}"
        return (
            f"HeatFlow({type(self.law).__name__} on {self.grid.shape}, t = {self.times[0]:g} to "
            f"{self.times[-1]:g} at {self.times.size} times, {self.steps} steps of {self.method}"
            f"{error})"
        )


def _boundary_power(grid: Grid, flux: tuple[RealField, ...]) -> tuple[RealField, RealField]:
    """Heat that enters through all outer faces, and the sum of magnitudes over the sides."""
    power = np.zeros(flux[0].shape[0])
    magnitude = np.zeros_like(power)
    for k, q in enumerate(flux):
        if grid.axes[k].periodic:
            continue
        area = grid.cell_volume / grid.spacing[k]
        for end, inward in ((0, 1.0), (-1, -1.0)):
            side = np.take(q, end, axis=k + 1).reshape(q.shape[0], -1).sum(axis=1)
            power += inward * area * side
            magnitude += np.abs(area * side)
    return power, magnitude
