"""What all tests need of the process they run in."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest

# Before numpy is imported: the matrices of tests are small, and on a busy machine the threads of a
# BLAS wait for each other longer than the work takes. What is tested does not depend on it.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


@pytest.fixture(autouse=True, scope="session")
def ctrl_c_is_heard() -> Iterator[None]:
    """Shells start background jobs with SIGINT ignored, and Python then leaves it so."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)
