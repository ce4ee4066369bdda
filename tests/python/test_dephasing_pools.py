"""Ctrl-C while realisations run in a pool of processes."""

from __future__ import annotations

import concurrent.futures
import multiprocessing
import os
import signal
import threading
import time

import pytest
from test_dephasing import chain

import heatgauge as hg


@pytest.mark.parametrize("start", ["fork", "spawn"])
def test_ctrl_c_to_the_parent_alone_stops_a_pool_of_processes(start: str) -> None:
    """Each batch would take half a minute: the pool would wait for all that it has begun."""
    H, psi = chain(1024)
    context = multiprocessing.get_context(start)
    with concurrent.futures.ProcessPoolExecutor(2, mp_context=context) as pool:
        hg.dephase(H, psi, [0, 0.1], 1.0, 32, 1, executor=pool)  # both processes are there
        threading.Timer(1.0, os.kill, (os.getpid(), signal.SIGINT)).start()
        with pytest.raises(hg.Interrupted):
            hg.dephase(H, psi, [0, 1e4], 1.0, 10**4, 1, dt=0.01, executor=pool)
        started = time.perf_counter()
        again = hg.dephase(H, psi, [0, 0.1], 1.0, 32, 1, executor=pool)  # free, and alive
        assert time.perf_counter() - started < 2.0  # 0.2 s on an idle machine
        assert again.realisations == 32
