"""Where tasks are done."""

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ksdiff.concurrency import available_cores
from ksdiff.errors import InputError
from ksdiff.tasks.on_ray import run_on_ray
from ksdiff.tasks.pool import run_tasks
from ksdiff.tasks.work import Event, MakeWork, Watch, Work, answer

MAX_PROCESSES = 256
MAX_SECONDS = 1e6


@dataclass(frozen=True)
class Workers:
    """Where tasks are done, and what is done about those that crash or hang.

    Attributes:
        processes: Of this machine. One is this process itself, in which nothing guards against a crash.
        ray: Address of a Ray cluster to use instead, empty for one that is running here or is started; None for none.
        seconds: After so long a task is given up; None for never.
        retries: How often a task whose process died is tried again.
    """

    processes: int = 1
    ray: str | None = None
    seconds: float | None = None
    retries: int = 1

    def __post_init__(self) -> None:
        if not 1 <= self.processes <= MAX_PROCESSES:
            raise InputError(f"workers is {self.processes}; it must be 1 to {MAX_PROCESSES}")
        if self.seconds is not None and not 1 <= self.seconds <= MAX_SECONDS:
            raise InputError(f"patience is {self.seconds} s; it must be 1 to {MAX_SECONDS:g}")

    def run(
        self, make_work: MakeWork, given: tuple[Any, ...], tasks: Sequence[Any], stacks: Path | None = None
    ) -> Generator[Event, None, None]:
        """Do tasks; events come as they happen.

        Args:
            make_work: Of a module: called once where tasks are done, gives what answers them.
            given: What it is given.
            tasks: What to do.
            stacks: A folder that all workers see, where those that crash or hang say where they were.
        """
        watch = Watch(self.seconds, stacks)
        if self.ray is not None:
            return run_on_ray(make_work, given, tasks, self.ray, watch, self.retries)
        if self.processes > 1 and tasks:
            return run_tasks(make_work, given, tasks, min(self.processes, len(tasks)), watch, self.retries)
        return _run_here(make_work, given, tasks)


def processors() -> int:
    """How many processors this process may use."""
    return min(available_cores(), MAX_PROCESSES)


def _run_here(make_work: MakeWork, given: tuple[Any, ...], tasks: Sequence[Any]) -> Generator[Event, None, None]:
    made: list[Work] = []

    def work() -> Work:
        if not made:
            made.append(make_work(*given))
        return made[0]

    for index, task in enumerate(tasks):
        yield Event(index, *answer(work, task, lambda stage, done: None))
