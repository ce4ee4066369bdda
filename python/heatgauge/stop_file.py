"""A flag that the processes of a pool see: one byte of a file that all of them map."""

from __future__ import annotations

import contextlib
import os
import platform
import tempfile

import numpy as np
import numpy.typing as npt


class StopFile:
    """Tells work in other processes of this machine to stop; picklable.

    Ctrl-C may reach the parent of a pool alone, and a running call cannot be cancelled: without the
    flag the pool would wait for it. Processes of other machines do not see it and run to the end.

    Examples
    --------
    >>> stop = StopFile()
    >>> flag = stop.attach()                 # in another process
    >>> before = int(flag[0])
    >>> stop.end()
    >>> before, int(flag[0])
    (0, 1)
    """

    def __init__(self) -> None:
        self._machine = platform.node()
        handle, self._path = tempfile.mkstemp(prefix="heatgauge-stop-")
        os.write(handle, b"\0")
        os.close(handle)

    def end(self) -> None:
        """Raise the flag and remove the file: work that starts later stops for want of it."""
        self.attach()[0] = 1
        with contextlib.suppress(OSError):  # gone with its folder
            os.unlink(self._path)

    def attach(self) -> npt.NDArray[np.uint8]:
        """Return the flag, a byte of shared memory, as this process sees it."""
        if platform.node() != self._machine:
            return np.zeros(1, np.uint8)
        try:
            return np.asarray(np.memmap(self._path, np.uint8, "r+", shape=(1,)))
        except OSError:  # whoever gave the work is done with it
            return np.ones(1, np.uint8)
