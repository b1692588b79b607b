"""Worker processes end with the process that started them, and one that crashes or hangs costs its own task only."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from support.faulty import make_work

from ksdiff.errors import InputError
from ksdiff.tasks.pool import run_tasks
from ksdiff.tasks.work import Watch
from ksdiff.tasks.workers import Workers

PROGRAM = """
import multiprocessing, sys, threading, time
from ksdiff.tasks.pool import run_tasks

def make_work():
    return lambda task, report: time.sleep(task)

def report():
    while len(multiprocessing.active_children()) < 2:
        time.sleep(0.05)
    time.sleep(float(sys.argv[1]))
    print(*(child.pid for child in multiprocessing.active_children()), flush=True)

if __name__ == "__main__":
    threading.Thread(target=report, daemon=True).start()
    list(run_tasks(make_work, (), [600, 600], 2))
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
def test_workers_do_not_outlive_a_parent_that_is_killed(
    number: signal.Signals, into_the_work: float, tmp_path: Path
) -> None:
    program = tmp_path / "program.py"  # a file, so that the workers can import its function
    program.write_text(PROGRAM)
    with subprocess.Popen([sys.executable, program, str(into_the_work)], stdout=subprocess.PIPE, text=True) as parent:
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


def test_each_task_gets_its_own_result(tmp_path: Path) -> None:
    tasks = ["one", "crash", "fails", "breaks", "killed", "full", "two"]
    events = list(run_tasks(make_work, (tmp_path,), tasks, 2, Watch(60.0, tmp_path), retries=1))
    ends = {event.index: event for event in events if event.kind != "progress"}
    assert len(ends) == len(events) - sum(event.kind == "progress" for event in events) == 7
    assert [ends[index].kind for index in range(7)] == ["done", *["failed"] * 3, "done", "failed", "done"]
    assert [ends[index].value for index in (0, 4, 6)] == [("one", "1"), ("killed", "1"), ("two", "1")]
    assert ends[1].value == "its process crashed (Segmentation fault)"
    assert "string_at" in ends[1].stack
    assert (ends[2].value, ends[2].error, ends[2].stack) == ("as it must", "InputError", "")
    assert (ends[3].error, ends[5].error) == ("ZeroDivisionError", "WriteError")
    assert "of all things" in ends[3].stack
    assert [path.name for path in tmp_path.iterdir()] == ["killed"]  # no stack is left behind


def test_a_task_that_hangs_is_given_up_at_once(tmp_path: Path) -> None:
    watch = Watch(3.0, tmp_path)
    ends = [
        event for event in run_tasks(make_work, (tmp_path,), ["hang"], 1, watch, retries=5) if event.kind == "failed"
    ]
    assert [event.value for event in ends] == ["it took longer than 3 s, so its process was ended"]
    assert "misbehave" in ends[0].stack


def test_one_process_is_this_one(tmp_path: Path) -> None:
    here = Workers(1).run(lambda: lambda task, report: (os.getpid(), task), (), ["a", "b"])
    assert [event.value for event in here] == [(os.getpid(), "a"), (os.getpid(), "b")]


@pytest.mark.parametrize("wrong", [{"processes": 0}, {"processes": 257}, {"seconds": 0.5}, {"seconds": float("nan")}])
def test_senseless_workers_are_refused(wrong: dict) -> None:
    with pytest.raises(InputError, match="it must be 1 to"):
        Workers(**wrong)
