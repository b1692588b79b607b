"""Worker processes end with the process that started them, however that ends."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ksdiff.corpus.workers import in_workers
from ksdiff.errors import InputError

PROGRAM = """
import multiprocessing, sys, threading, time
from ksdiff.corpus.workers import in_workers

def report():
    while len(multiprocessing.active_children()) < 2:
        time.sleep(0.05)
    time.sleep(float(sys.argv[1]))
    print(*(child.pid for child in multiprocessing.active_children()), flush=True)

threading.Thread(target=report, daemon=True).start()
list(in_workers(time.sleep, [(600,), (600,)], 2))
"""


def is_running(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc")
@pytest.mark.parametrize(
    ("number", "into_the_work"), [(signal.SIGKILL, 2.0), (signal.SIGTERM, 2.0), (signal.SIGKILL, 0.0)]
)
def test_workers_do_not_outlive_a_parent_that_is_killed(number: signal.Signals, into_the_work: float) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(into_the_work)], stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        workers = [int(word) for word in parent.stdout.readline().split()]
        assert len(workers) == 2
        assert all(is_running(worker) for worker in workers)
        os.kill(parent.pid, number)
        assert parent.wait(timeout=60) == -number
    deadline = time.monotonic() + 60
    while any(is_running(worker) for worker in workers) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(is_running(worker) for worker in workers)


def test_results_come_in_order() -> None:
    assert list(in_workers(abs, [(-3,), (2,), (-1,)], 2)) == [3, 2, 1]


def test_a_worker_that_dies_is_reported() -> None:
    with pytest.raises(InputError, match=r"a worker process died.*fewer --workers"):
        list(in_workers(os._exit, [(1,), (1,)], 2))
