"""The heat pulse for which potentials are quoted."""

from __future__ import annotations

import dataclasses

from heatgauge.arguments import real


@dataclasses.dataclass(frozen=True)
class Pulse:
    """q(t) = ½ q₀ (1 − cos 2πt/d), whose wave has its crest δT above the rest: q₀ = C v δT.

    Then A₀ = Λq₀ = δT/v, and along the pulse ∫A dx = ½ δT d, however fast it runs.

    Parameters
    ----------
    rise : float
        δT [K], > 0.
    duration : float
        d [s], > 0.

    Examples
    --------
    >>> import heatgauge as hg
    >>> pulse = hg.crossover.Pulse(rise=1e-3, duration=1e-6)
    >>> helium = hg.crossover.mode_table("He II", temperatures=[1.8], pulse=pulse)[0]
    >>> A, v = helium["vector_potential"], helium["wave_speed"]
    >>> round(float(A) * float(v), 12)
    0.001
    """

    rise: float = 1e-3
    duration: float = 1e-6

    def __post_init__(self) -> None:
        for name in ("rise", "duration"):
            object.__setattr__(self, name, real(name, getattr(self, name), above=0.0))
