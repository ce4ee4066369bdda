"""heatgauge: heat as a gauge theory, classical and quantum."""

from heatgauge import gauge
from heatgauge._version import __version__
from heatgauge.constants import h, hbar, k_B
from heatgauge.errors import (
    AccuracyWarning,
    AliasingWarning,
    Interrupted,
    MissingData,
    NumericalError,
)
from heatgauge.fields import Drive
from heatgauge.grid import Axis, Grid
from heatgauge.induction import uniform_induction
from heatgauge.medium import Medium
from heatgauge.potentials import HeatPotentials
from heatgauge.records.catalogue import materials

__all__ = [
    "AccuracyWarning",
    "AliasingWarning",
    "Axis",
    "Drive",
    "Grid",
    "HeatPotentials",
    "Interrupted",
    "Medium",
    "MissingData",
    "NumericalError",
    "__version__",
    "gauge",
    "h",
    "hbar",
    "k_B",
    "materials",
    "uniform_induction",
]
