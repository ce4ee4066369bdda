"""A line on stderr that tells how far a run is."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from types import TracebackType

_LEAST_WORK = 1 << 23  # numbers times steps between two looks at the clock: some 50 ms


class Progress:
    """Counts steps; writes at most five times a second, and nothing at all unless enabled."""

    def __init__(self, total: int, enabled: bool, size: int = 1) -> None:
        """``total`` steps of states with ``size`` numbers."""
        self._total = max(total, 1)
        # The same pieces whether anything is written or not: where runs are cut, methods round.
        self._piece = max(self._total // 100, _LEAST_WORK // size, 1)
        self._enabled = enabled
        self._done = 0
        self._written = 0.0
        self._started = time.monotonic()

    def portions(self, steps: int) -> Iterator[tuple[int, int]]:
        """Cut ``steps`` into (first, count) pieces of a hundredth of the run, or of some time."""
        for first in range(0, steps, self._piece):
            yield first, min(self._piece, steps - first)

    def advance(self, steps: int) -> None:
        """Count steps that were taken."""
        self._done += steps
        now = time.monotonic()
        if self._enabled and (now - self._written > 0.2 or self._done >= self._total):
            self._written = now
            elapsed = now - self._started
            left = elapsed * (self._total - self._done) / max(self._done, 1)
            sys.stderr.write(
                f"\r{100 * self._done / self._total:5.1f} %  step {self._done} of {self._total}  "
                f"{elapsed:.0f} s, {left:.0f} s left "
            )
            sys.stderr.flush()

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._enabled:
            sys.stderr.write("\n")
            sys.stderr.flush()
