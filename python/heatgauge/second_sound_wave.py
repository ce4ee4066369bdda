"""The classical half of the second-sound job: heat pulse, arrival, Lorenz condition."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

from heatgauge.arguments import RealField
from heatgauge.boundaries import Flux, Insulated, Robin
from heatgauge.conduct import conduct
from heatgauge.configuration_tables import Configuration
from heatgauge.grid import Axis, Grid
from heatgauge.heat_flow import HeatFlow
from heatgauge.laws import Cattaneo, Fourier
from heatgauge.medium import Medium
from heatgauge.potentials import HeatPotentials


@dataclasses.dataclass(frozen=True)
class HeatPulse:
    """q(t) = ½ q₀ (1 − cos 2πt/d) for 0 <= t <= d, with its derivative continuous.

    Examples
    --------
    >>> from heatgauge.second_sound_wave import HeatPulse
    >>> pulse = HeatPulse(peak=2.0, duration=1.0)
    >>> pulse(0.0), pulse(0.5), pulse(1.5)
    (0.0, 2.0, 0.0)
    """

    peak: float
    duration: float

    def __call__(self, t: float) -> float:
        if not 0.0 <= t <= self.duration:
            return 0.0
        return 0.5 * self.peak * (1.0 - float(np.cos(2 * np.pi * t / self.duration)))


@dataclasses.dataclass(frozen=True, eq=False)
class Wave:
    """A pulse through the crystal by either law, on the same grid and at the same times.

    Attributes
    ----------
    cattaneo, fourier : HeatFlow
    predicted_speed : float
        v = √(κ/(Cτ)) [m/s].
    far_cattaneo, far_fourier : arrays (nt,)
        Rise of the far face over T₀ [K].
    arrival : float
        Time at which the Cattaneo signal less the Fourier background is largest at the far face,
        from a parabola through the three samples around the peak [s].
    arrival_uncertainty : float
        A third of the change of ``arrival`` from half the resolution: the error of a second-order
        scheme [s].
    speed, speed_uncertainty : float
        length/(arrival − ½ pulse duration): crest to crest [m/s].
    """

    cattaneo: HeatFlow
    fourier: HeatFlow
    predicted_speed: float
    far_cattaneo: RealField
    far_fourier: RealField
    arrival: float
    arrival_uncertainty: float
    speed: float
    speed_uncertainty: float

    @property
    def signal(self) -> RealField:
        """The wave at the far face: Cattaneo less the Fourier background [K]."""
        return self.far_cattaneo - self.far_fourier

    def potentials(self, charge: float) -> HeatPotentials:
        """The heat potentials in the thermal gauge, the reference temperature taken out."""
        return self.cattaneo.potentials(charge=charge, reference=self.cattaneo.temperature[0, 0])


def send_pulse(configuration: Configuration, medium: Medium) -> Wave:
    """Solve both laws at the asked resolution and at half of it, and time the arrival."""
    grid, pulse = configuration.grid, configuration.pulse
    fine = _flows(configuration, medium, grid.points)
    coarse = _flows(configuration, medium, grid.points // 2)
    far = [_far_face(flow) for flow in fine]
    arrival = arrival_time(fine[0].times, far[0] - far[1])
    other = arrival_time(coarse[0].times, _far_face(coarse[0]) - _far_face(coarse[1]))
    uncertainty = abs(arrival - other) / 3
    travel = arrival - 0.5 * pulse.duration
    return Wave(
        cattaneo=fine[0],
        fourier=fine[1],
        predicted_speed=float(medium.wave_speed),
        far_cattaneo=far[0],
        far_fourier=far[1],
        arrival=arrival,
        arrival_uncertainty=uncertainty,
        speed=grid.length / travel,
        speed_uncertainty=grid.length / travel**2 * uncertainty,
    )


def arrival_time(times: RealField, signal: RealField) -> float:
    """Return the time of the largest value, refined by the parabola through three samples.

    Raises
    ------
    RuntimeError
        If the largest value is the first or last one: nothing has arrived within ``times``.

    Examples
    --------
    >>> import numpy as np
    >>> from heatgauge.second_sound_wave import arrival_time
    >>> t = np.linspace(0.0, 1.0, 21)
    >>> round(arrival_time(t, 1 - (t - 0.51) ** 2), 12)
    0.51
    """
    k = int(np.argmax(signal))
    if not 0 < k < times.size - 1 or not signal[k] > 0:
        raise RuntimeError(
            f"No wave reaches the far face within {times[-1]:.3g} s: Cattaneo's signal has no "
            f"peak above Fourier's background. Try a longer `duration` in [grid] or "
            "a longer `relaxation`."
        )
    before, peak, after = (float(v) for v in signal[k - 1 : k + 2])
    shift = 0.5 * (before - after) / (before - 2 * peak + after)
    return float(times[k] + shift * (times[k + 1] - times[k]))


def lorenz_residual(flow: HeatFlow, potentials: HeatPotentials) -> tuple[float, RealField]:
    """Return the Lorenz condition ∇·A + v⁻²∂ₜT = 0, from the links, as (relative size, profile).

    Both terms at the middle of each output interval, on the sites between two links: the mean of
    ∇·A at its ends and the difference of T = V + T₀. The profile is the largest residual at each
    site over the largest term anywhere. One midpoint step per interval makes it round-off.
    """
    grid = flow.grid
    h = grid.spacing[0]
    slowness = flow.law.medium.capacity * flow.law.medium.inductance  # v⁻² = CΛ
    residual, largest = np.zeros(grid.shape[0] - 2), 0.0
    before: Any = None
    for t in flow.times:
        link = potentials.links(float(t))[0] / h
        now = (float(t), np.diff(link) / h, potentials.at(float(t))[0][1:-1])
        if before is not None:
            divergence = 0.5 * (before[1] + now[1])
            rate = slowness * (now[2] - before[2]) / (now[0] - before[0])
            residual = np.maximum(residual, np.abs(divergence + rate))
            largest = max(largest, float(np.max(np.abs(divergence))), float(np.max(np.abs(rate))))
        before = now
    profile: RealField = residual / largest
    return float(np.max(profile)), profile


def _flows(configuration: Configuration, medium: Medium, points: int) -> tuple[HeatFlow, HeatFlow]:
    table, pulse = configuration.grid, configuration.pulse
    grid = Grid([Axis(0.0, table.length, points)])
    speed, capacity = float(medium.wave_speed), float(medium.capacity)
    assert table.duration is not None  # made explicit before
    steps = int(np.ceil(table.duration * speed / (grid.spacing[0] * table.courant)))
    times = table.duration * np.arange(steps + 1) / steps
    peak = pulse.rise * capacity * speed
    temperature = configuration.material.temperature
    behind = Robin(capacity * speed, temperature) if table.far_face == "matched" else Insulated()
    boundary = {"x-": Flux(HeatPulse(peak, pulse.duration)), "x+": behind}
    # One midpoint step per output interval: then ∂ₜT and the mean of ∇·q over the interval, and so
    # the Lorenz condition, hold to round-off.
    step = 1.01 * float(times[1])
    uniform = Medium(float(medium.conductivity), capacity, float(medium.relaxation))
    cattaneo, fourier = (
        conduct(
            law(uniform), grid, temperature, times, boundary=boundary, method="midpoint", dt=step
        )
        for law in (Cattaneo, Fourier)
    )
    return cattaneo, fourier


def _far_face(flow: HeatFlow) -> RealField:
    """Rise of the temperature at the far face, extrapolated over half a cell: error O(h²)."""
    last, inner = flow.temperature[:, -1], flow.temperature[:, -2]
    face: RealField = 1.5 * last - 0.5 * inner - flow.temperature[0, -1]
    return face
