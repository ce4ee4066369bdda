"""heatgauge: heat as a gauge theory, classical and quantum."""

from heatgauge import gauge, thermo
from heatgauge._version import __version__
from heatgauge.about import about
from heatgauge.boundaries import Flux, Insulated, Robin, Temperature
from heatgauge.conduct import conduct
from heatgauge.constants import h, hbar, k_B
from heatgauge.crank_nicolson import CrankNicolson
from heatgauge.dual_phase_lag import DualPhaseLag
from heatgauge.errors import (
    AccuracyWarning,
    AliasingWarning,
    Interrupted,
    MissingData,
    NumericalError,
)
from heatgauge.evolution import Evolution
from heatgauge.fields import Drive
from heatgauge.green_naghdi import GreenNaghdi
from heatgauge.grid import Axis, Grid
from heatgauge.guyer_krumhansl import GuyerKrumhansl
from heatgauge.hamiltonian import Hamiltonian
from heatgauge.heat_flow import HeatFlow
from heatgauge.induction import uniform_induction
from heatgauge.laws import Cattaneo, Fourier
from heatgauge.medium import Medium
from heatgauge.observers import (
    Current,
    CurrentThrough,
    Density,
    Energy,
    Momentum,
    Norm,
    Overlap,
    Position,
    Probe,
    Width,
)
from heatgauge.packets import gaussian_packet
from heatgauge.potentials import HeatPotentials
from heatgauge.propagate import propagate
from heatgauge.records.catalogue import materials
from heatgauge.two_fluid import TwoFluid

__all__ = [
    "AccuracyWarning",
    "AliasingWarning",
    "Axis",
    "Cattaneo",
    "CrankNicolson",
    "Current",
    "CurrentThrough",
    "Density",
    "Drive",
    "DualPhaseLag",
    "Energy",
    "Evolution",
    "Flux",
    "Fourier",
    "GreenNaghdi",
    "Grid",
    "GuyerKrumhansl",
    "Hamiltonian",
    "HeatFlow",
    "HeatPotentials",
    "Insulated",
    "Interrupted",
    "Medium",
    "MissingData",
    "Momentum",
    "Norm",
    "NumericalError",
    "Overlap",
    "Position",
    "Probe",
    "Robin",
    "Temperature",
    "TwoFluid",
    "Width",
    "__version__",
    "about",
    "conduct",
    "gauge",
    "gaussian_packet",
    "h",
    "hbar",
    "k_B",
    "materials",
    "propagate",
    "thermo",
    "uniform_induction",
]
