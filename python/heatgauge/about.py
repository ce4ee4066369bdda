"""What is installed and how it was built."""

from __future__ import annotations

import dataclasses
import platform

import numpy as np

from heatgauge import _core
from heatgauge._version import __version__
from heatgauge.method_choice import available_threads


@dataclasses.dataclass(frozen=True)
class About:
    """Versions, build, instruction set of the kernels, and the threads that large runs take.

    Examples
    --------
    >>> import heatgauge as hg
    >>> hg.about().threads >= 1
    True
    """

    heatgauge: str
    python: str
    numpy: str
    scipy: str
    eigen: str
    compiler: str
    instructions: str
    threads: int

    def __str__(self) -> str:
        return "\n".join(f"{k}: {v}" for k, v in dataclasses.asdict(self).items())


def about() -> About:
    """Return versions, build, instruction set in use and number of threads.

    Examples
    --------
    >>> import heatgauge as hg
    >>> hg.about().heatgauge == hg.__version__
    True
    """
    from importlib.metadata import version

    return About(
        heatgauge=__version__,
        python=platform.python_version(),
        numpy=np.__version__,
        scipy=version("scipy"),
        eigen=_core.build["eigen"],
        compiler=_core.build["compiler"],
        instructions=_core.instruction_set(),
        threads=available_threads(),
    )
