"""heatgauge: heat as a gauge theory, classical and quantum."""

from typing import TYPE_CHECKING, Any

from heatgauge import gauge
from heatgauge._version import __version__
from heatgauge.about import about
from heatgauge.absorbed import Absorbed
from heatgauge.absorber import Absorber
from heatgauge.boundaries import Flux, Insulated, Robin, Temperature
from heatgauge.cayley_sweeps import CayleySweeps
from heatgauge.chebyshev import Chebyshev
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
    ObserverError,
)
from heatgauge.evolution import Evolution
from heatgauge.fields import Drive
from heatgauge.green_naghdi import GreenNaghdi
from heatgauge.grid import Axis, Grid
from heatgauge.guyer_krumhansl import GuyerKrumhansl
from heatgauge.haken_strobl import haken_strobl
from heatgauge.hamiltonian import Hamiltonian
from heatgauge.heat_flow import HeatFlow
from heatgauge.induction import uniform_induction
from heatgauge.laws import Cattaneo, Fourier
from heatgauge.medium import Medium
from heatgauge.moment import Moment
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
from heatgauge.permission import Permission, classify
from heatgauge.potentials import HeatPotentials
from heatgauge.propagate import propagate
from heatgauge.relax import relax
from heatgauge.spectral_sweeps import SpectralSweeps
from heatgauge.temperature_noise import dephasing_rate
from heatgauge.two_fluid import TwoFluid

if TYPE_CHECKING:
    from heatgauge import crossover, isomorphism, thermo
    from heatgauge.dephasing import DephasedEvolution, dephase
    from heatgauge.records.catalogue import materials

__all__ = [
    "Absorbed",
    "Absorber",
    "AccuracyWarning",
    "AliasingWarning",
    "Axis",
    "Cattaneo",
    "CayleySweeps",
    "Chebyshev",
    "CrankNicolson",
    "Current",
    "CurrentThrough",
    "Density",
    "DephasedEvolution",
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
    "Moment",
    "Momentum",
    "Norm",
    "NumericalError",
    "ObserverError",
    "Overlap",
    "Permission",
    "Position",
    "Probe",
    "Robin",
    "SpectralSweeps",
    "Temperature",
    "TwoFluid",
    "Width",
    "__version__",
    "about",
    "classify",
    "conduct",
    "crossover",
    "dephase",
    "dephasing_rate",
    "gauge",
    "gaussian_packet",
    "h",
    "haken_strobl",
    "hbar",
    "isomorphism",
    "k_B",
    "materials",
    "propagate",
    "relax",
    "thermo",
    "uniform_induction",
]


# Where to find what few scripts need: an import of everything would be felt.
_WHEN_ASKED = {
    "crossover": "crossover",
    "isomorphism": "isomorphism",
    "thermo": "thermo",
    "DephasedEvolution": "dephasing",
    "dephase": "dephasing",
    "materials": "records.catalogue",
}


def __getattr__(name: str) -> Any:
    """Import what is asked for, if it is one of those that wait for it."""
    if name not in _WHEN_ASKED:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import importlib

    module = importlib.import_module(f"heatgauge.{_WHEN_ASKED[name]}")
    found = getattr(module, name, module)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    """Names meant for users: modules that the package imports for itself are left out."""
    return sorted({*__all__, *(name for name in globals() if name.startswith("__"))})
