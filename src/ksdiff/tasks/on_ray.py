"""Tasks on a Ray cluster."""

import os
import re
import socket
from collections import Counter, deque
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from ksdiff.errors import InputError
from ksdiff.extras import require
from ksdiff.tasks.work import Event, MakeWork, Watch, Work, answer
from ksdiff.version import __version__

AHEAD = 1.5  # tasks that are handed out for each processor: one is ready when another ends
LOOK_AGAIN = 5.0  # s after which the size of the cluster is looked at again

_made: dict[str, Work] = {}  # of the newest run, in a worker process


def run_on_ray(
    make_work: MakeWork,
    given: tuple[Any, ...],
    tasks: Sequence[Any],
    address: str,
    watch: Watch | None = None,
    retries: int = 2,
    wants_gpu: bool = False,
) -> Generator[Event, None, None]:
    """Do tasks on a Ray cluster, one processor each; see `ksdiff.tasks.pool.run_tasks`.

    Only so many tasks are handed out as the cluster can take, so memory grows with the cluster and not with the work.
    Nodes may join and leave. Files that tasks read and write must lie where all nodes see them.

    Args:
        make_work: Called once in each worker process, gives what answers tasks.
        given: What it is given.
        tasks: What to do; handed out in order.
        address: Of the cluster, as Ray takes it; empty for the one that is running here, or a new one of this machine.
        watch: Guards each task.
        retries: How often a task whose process or node died is given to another.
        wants_gpu: Give each task a GPU, on a cluster that has some.

    Yields:
        What happens, as it happens, but no progress within a task.

    Raises:
        InputError: There is no cluster, it was lost, or a node cannot run this ksdiff.
    """
    ray = connect(address)
    watch, died = watch or Watch(), Counter[int]()
    unit = "GPU" if wants_gpu and ray.cluster_resources().get("GPU", 0) else "CPU"
    remote = ray.remote(_answer).options(num_cpus=1, num_gpus=int(unit == "GPU"), max_retries=0)
    shared = ray.put(_Shared(uuid4().hex, __version__, Path.cwd(), make_work, given, watch))
    waiting = deque(range(len(tasks)))
    running: dict[Any, int] = {}
    try:
        while waiting or running:
            most = max(1, round(AHEAD * ray.cluster_resources().get(unit, 0)))
            while waiting and len(running) < most:
                index = waiting.popleft()
                running[remote.remote(shared, index, tasks[index])] = index
            for reference in ray.wait(list(running), timeout=LOOK_AGAIN)[0]:
                index = running.pop(reference)
                try:
                    yield Event(index, *ray.get(reference))
                except ray.exceptions.RayTaskError as error:
                    reason = str(error).strip().splitlines()[-1]
                    raise InputError(
                        f"a node of the Ray cluster cannot do this work ({reason}): install ksdiff {__version__} with "
                        f"the same extras on all of them, and let all see the same folders"
                    ) from error
                except ray.exceptions.RayError:  # its process or its node died
                    reason, stack, again = watch.post_mortem(index)
                    if again and died[index] < retries:
                        died[index] += 1
                        waiting.appendleft(index)
                    else:
                        yield Event(index, "failed", reason, stack=stack)
    except (ConnectionError, ray.exceptions.RaySystemError) as error:
        raise InputError(f"the Ray cluster was lost ({error}): run again, it goes on where it stopped") from error
    finally:
        for reference in running:
            ray.cancel(reference, force=True)


def connect(address: str) -> Any:
    """Join a Ray cluster, or start one of this machine; gives the module ``ray``.

    Raises:
        InputError: Ray is not installed, or there is no cluster at the address.
    """
    ray = require("ray", "cluster")
    if ray.is_initialized():
        return ray
    try:
        if match := re.fullmatch(r"(?:ray://)?(.+):(\d+)", address):
            # Ray itself would wait for minutes.
            socket.create_connection((match[1].strip("[]"), int(match[2])), timeout=10).close()
        ray.init(
            address=address or None, include_dashboard=False if address in ("", "local") else None,
            log_to_driver=False, logging_level="ERROR",
        )  # fmt: skip
    except (ValueError, RuntimeError, OSError, OverflowError) as error:
        said = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise InputError(
            f"cannot join the Ray cluster {address or 'of this machine'} ({said}): give the address that ray start "
            f"printed, or local to start one here"
        ) from error
    return ray


@dataclass(frozen=True)
class _Shared:
    """What all tasks of a run share; `run` tells runs apart."""

    run: str
    version: str
    folder: Path
    make_work: MakeWork
    given: tuple[Any, ...]
    watch: Watch

    def check(self) -> None:
        """See that this process can do the work: has this version, and sees the folders."""
        if self.version != __version__:
            raise RuntimeError(f"it has ksdiff {__version__}, not {self.version}")
        for folder in (self.folder, self.watch.stacks):
            if folder is not None and not folder.is_dir():
                raise RuntimeError(f"it does not see the folder {folder}")


def _answer(shared: _Shared, index: int, task: Any) -> tuple[str, Any, str, str]:
    """What a worker process does for a task."""

    def work() -> Work:
        if shared.run not in _made:
            _made.clear()
            _made[shared.run] = shared.make_work(*shared.given)
        return _made[shared.run]

    shared.check()
    os.chdir(shared.folder)  # paths are as they were given
    with shared.watch.over(index):
        return answer(work, task, lambda stage, done: None)
