"""heatgauge: heat as a gauge theory, classical and quantum."""

from heatgauge._version import __version__
from heatgauge.constants import h, hbar, k_B
from heatgauge.errors import (
    AccuracyWarning,
    AliasingWarning,
    Interrupted,
    MissingData,
    NumericalError,
)
from heatgauge.grid import Axis, Grid

__all__ = [
    "AccuracyWarning",
    "AliasingWarning",
    "Axis",
    "Grid",
    "Interrupted",
    "MissingData",
    "NumericalError",
    "__version__",
    "h",
    "hbar",
    "k_B",
]
