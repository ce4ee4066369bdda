"""The second-sound job: heat pulse → heat potentials → quantum carrier → result."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np

from heatgauge.configuration import ConfigurationError
from heatgauge.configuration_tables import Configuration
from heatgauge.constants import hbar
from heatgauge.errors import Interrupted, MissingData
from heatgauge.records.catalogue import UnknownMaterial, materials
from heatgauge.records.quantity import Quantity
from heatgauge.records.second_sound import SecondSound
from heatgauge.records.state import MaterialState
from heatgauge.second_sound_carrier import Carrier, drive_carrier
from heatgauge.second_sound_wave import Wave, lorenz_residual, send_pulse

Stage = Callable[[str], None]
# Below this the error of the arrival is no longer of second order, so that its uncertainty, which
# assumes that, would be too small (against the exact solution: right at 37 cells, half at 18).
_CELLS_PER_PULSE = 24
_MOST_STEPS = 2_000_000  # of the carrier: some ten minutes
_MOST_NUMBERS = 50_000_000  # in a profile over space and time: 400 MB


@dataclasses.dataclass(frozen=True, eq=False)
class SecondSoundRun:
    """What the job found. Immutable.

    Attributes
    ----------
    configuration : Configuration
        Every default made explicit.
    medium : MaterialState
    wave : Wave
    lorenz : float
        Largest residual of ∇·A + v⁻²∂ₜT = 0 over the largest of its terms.
    lorenz_profile : array (points − 2,)
    recorded_speed : Quantity
        Second-sound speed of the record, measured or fitted, with its status.
    carrier : Carrier or None
        None if the run was interrupted before.
    comparisons : tuple of SecondSound
        Predicted against measured speeds of the materials that have one.
    """

    configuration: Configuration
    medium: MaterialState
    wave: Wave
    lorenz: float
    lorenz_profile: Any
    recorded_speed: Quantity
    carrier: Carrier | None
    comparisons: tuple[SecondSound, ...]


def run_second_sound(
    configuration: Configuration, stage: Stage = lambda text: None
) -> SecondSoundRun:
    """Do the whole job.

    Parameters
    ----------
    configuration : Configuration
    stage : callable
        Told in words what is done next.

    Raises
    ------
    ConfigurationError
        Where values do not fit together, naming key and range.
    MissingData
        Where the record of the material lacks what is needed at this temperature.
    Interrupted
        On Ctrl-C; ``partial`` is the SecondSoundRun without its carrier, or None.
    """
    explicit, medium = resolve(configuration)
    stage("the heat pulse, by Cattaneo's law and by Fourier's")
    wave = send_pulse(explicit, medium)
    potentials = wave.potentials(explicit.carrier.charge)
    lorenz, profile = lorenz_residual(wave.cattaneo, potentials)
    run = SecondSoundRun(
        configuration=explicit,
        medium=medium,
        wave=wave,
        lorenz=lorenz,
        lorenz_profile=profile,
        recorded_speed=medium.second_sound_measured,
        carrier=None,
        comparisons=materials.second_sound_table(),
    )
    try:
        carrier = drive_carrier(explicit.carrier, potentials, wave.cattaneo.times, stage)
    except KeyboardInterrupt as stop:
        raise Interrupted("Interrupted; `partial` holds the heat wave.", run) from stop
    return dataclasses.replace(run, carrier=carrier)


def resolve(configuration: Configuration) -> tuple[Configuration, MaterialState]:
    """Look the material up, make every default explicit, check what depends on several keys."""
    table = configuration.material
    medium = _medium(configuration)
    material = dataclasses.replace(
        table,
        name=medium.record.name,
        sample=medium.sample,
        conductivity=medium.conductivity,
        capacity=medium.capacity,
        relaxation=medium.relaxation,
    )
    grid, carrier = configuration.grid, configuration.carrier
    crossing = grid.length / medium.wave_speed
    if grid.duration is None:
        grid = dataclasses.replace(grid, duration=1.4 * crossing + configuration.pulse.duration)
    if carrier.start is None:
        carrier = dataclasses.replace(carrier, start=0.5 * grid.length)
    explicit = dataclasses.replace(configuration, material=material, grid=grid, carrier=carrier)
    _check_wave(explicit, medium, crossing)
    _check_carrier(explicit, medium)
    return explicit, medium


def _medium(configuration: Configuration) -> MaterialState:
    table = configuration.material
    names = ("conductivity", "capacity", "relaxation")
    given = {name: getattr(table, name) for name in names if getattr(table, name) is not None}
    try:
        record = materials[table.name]
    except UnknownMaterial as error:
        raise ConfigurationError(f"`name` in [material]: {error}") from None
    if record.model == "two-fluid":
        raise ConfigurationError(
            f"`name` in [material] must be a crystal, in which the wave decays within a relaxation "
            f"time, but is {record.name!r}: the waves of a superfluid are those of hg.TwoFluid"
        )
    try:
        medium = record.at(table.temperature, sample=table.sample, **given)
    except (TypeError, ValueError) as error:
        raise ConfigurationError(f"[material]: {error}") from None
    try:
        _ = medium.second_sound_measured  # what the job compares with; its range is that of the job
    except MissingData as error:
        raise MissingData(
            f"no data: `temperature` in [material] is {table.temperature:g} K, where there is no "
            f"second-sound speed to compare with. {error}"
        ) from None
    for name in names:
        try:
            medium.quantity(name)
        except MissingData as error:
            raise MissingData(f"no data: {error} Give `{name}` in [material].") from None
    return medium


def _check_wave(c: Configuration, medium: MaterialState, crossing: float) -> None:
    duration, pulse = c.grid.duration, c.pulse.duration
    assert duration is not None
    least, most = crossing + pulse, 20 * (crossing + pulse)
    _require("`duration` in [grid]", duration, least, most, "s", "for the wave to be seen crossing")
    cell = c.grid.length / c.grid.points
    longest = medium.wave_speed * pulse / _CELLS_PER_PULSE
    if cell > longest:
        points = int(np.ceil(c.grid.length / longest))
        raise ConfigurationError(
            f"`points` in [grid] must be at least {points}, so that the pulse, "
            f"{medium.wave_speed * pulse:.3g} m long, covers {_CELLS_PER_PULSE} cells, "
            f"but is {c.grid.points}"
        )
    numbers = c.grid.points * duration * medium.wave_speed / (cell * c.grid.courant)
    if numbers > _MOST_NUMBERS:
        raise ConfigurationError(
            f"`points` in [grid] must give at most {_MOST_NUMBERS:g} values in space and time with "
            f"this `duration` and `courant`, but {c.grid.points} give {numbers:.2g}"
        )


def _check_carrier(c: Configuration, medium: MaterialState) -> None:
    table, length = c.carrier, c.grid.length
    cell = length / c.grid.points
    assert table.start is not None
    assert c.grid.duration is not None
    _require("`width` in [carrier]", table.width, 4 * cell, length / 8, "m", "on this grid")
    margin = 4 * table.width
    _require(
        "`start` in [carrier]",
        table.start,
        margin,
        length - margin,
        "m",
        "(4 widths off the walls)",
    )
    fastest = 0.25 * np.pi * hbar / cell
    _require("`momentum` in [carrier]", table.momentum, -fastest, fastest, "kg·m/s", "on this grid")
    quantum = table.charge / hbar
    peak = c.pulse.rise * medium.capacity * medium.wave_speed
    link = quantum * medium.inductance * peak * cell
    if link > np.pi:
        raise ConfigurationError(
            f"`points` in [grid] must be at least {int(np.ceil(c.grid.points * link / np.pi))}, so "
            f"that no link turns the carrier's phase s·A·h/ħ by more than π, "
            f"but is {c.grid.points}"
        )
    steps = quantum * c.pulse.rise * c.grid.duration / table.phase_per_step
    if steps > _MOST_STEPS:
        raise ConfigurationError(
            f"`charge` in [carrier] must be at most {table.charge * _MOST_STEPS / steps:.3g} J/K "
            f"with this `rise`, `duration` and `phase_per_step`, but is {table.charge:g} J/K: it "
            f"would take {steps:.2g} steps"
        )


def _require(what: str, value: float, least: float, most: float, unit: str, why: str) -> None:
    if not least <= value <= most:
        raise ConfigurationError(
            f"{what} must be in [{least:.4g}, {most:.4g}] {unit} {why}, but is {value:g} {unit}"
        )
