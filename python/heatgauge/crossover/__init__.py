"""From waves of heat to diffusion: modes, critical temperatures, regime maps of real materials.

Heat of wavelength L in a medium of resistive time τ_R and wave speed v is wave-like for
L < 4πvτ_R (k > k_c = 1/(2vτ_R)) and diffusive above; below c τ_N, τ_N the normal time, phonons fly
freely. Both times change with temperature, and so the wave lives in a window of temperature.
"""

from heatgauge.crossover.dispersion import Mode, mode
from heatgauge.crossover.mode_export import csv_text, markdown_text
from heatgauge.crossover.mode_listing import full_listing, short_listing
from heatgauge.crossover.mode_quantities import MODE_QUANTITIES, ModeQuantity
from heatgauge.crossover.mode_table import ModeRow, mode_table
from heatgauge.crossover.observed import Comparison, compare_windows, observed_window
from heatgauge.crossover.pulse import Pulse
from heatgauge.crossover.regimes import REGIMES, RegimeMap, regime_map
from heatgauge.crossover.relaxation import (
    Boundary,
    FromRate,
    Kinetic,
    Matthiessen,
    Planckian,
    PowerLaw,
    Umklapp,
)
from heatgauge.crossover.scenarios import scenarios
from heatgauge.crossover.transport import Transport, transport
from heatgauge.crossover.wave_window import Crossing, WaveWindow, critical_temperature

__all__ = [
    "MODE_QUANTITIES",
    "REGIMES",
    "Boundary",
    "Comparison",
    "Crossing",
    "FromRate",
    "Kinetic",
    "Matthiessen",
    "Mode",
    "ModeQuantity",
    "ModeRow",
    "Planckian",
    "PowerLaw",
    "Pulse",
    "RegimeMap",
    "Transport",
    "Umklapp",
    "WaveWindow",
    "compare_windows",
    "critical_temperature",
    "csv_text",
    "full_listing",
    "markdown_text",
    "mode",
    "mode_table",
    "observed_window",
    "regime_map",
    "scenarios",
    "short_listing",
    "transport",
]
