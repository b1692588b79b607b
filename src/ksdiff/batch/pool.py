"""Processes that take task after task, each with what it loaded once. One that dies costs its own task only."""

import multiprocessing
import os
from collections import deque
from collections.abc import Callable, Generator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from typing import Any

from ksdiff.corpus.workers import stay_bound_to_parent
from ksdiff.errors import InputError

Report = Callable[[str, float], None]  # name of a stage; how much of it is done, 0..1
Work = Callable[[Any, Report], Any]  # answers a task

NO_MEMORY = "there is not enough memory for this: give a shorter sound, or fewer --workers"
DIED = "its process died, perhaps for want of memory: run again with fewer --workers"


@dataclass(frozen=True)
class Event:
    """What happened to a task.

    Attributes:
        index: Which task.
        kind: ``progress``, ``done`` or ``failed``; nothing follows the last two.
        value: Stage and share of it that is done; the result; or why there is none.
    """

    index: int
    kind: str
    value: Any


def run_tasks(
    make_work: Callable[..., Work], given: tuple[Any, ...], tasks: Sequence[Any], workers: int
) -> Generator[Event, None, None]:
    """Do tasks in other processes, each of one thread.

    When the generator is closed, or interrupted by Ctrl+C, the processes are ended at once.

    Args:
        make_work: Of a module, so that it can be imported there: called once in each process, gives what answers tasks.
        given: What it is given.
        tasks: What to do; handed out in order.
        workers: Number of processes.

    Yields:
        What happens, as it happens.
    """
    # "spawn": a fork would copy locks that threads of onnxruntime and torch hold.
    context = multiprocessing.get_context("spawn")
    waiting = deque(enumerate(tasks))
    running: dict[Connection, _Worker] = {}
    try:
        while waiting or running:
            while waiting and len(running) < workers:
                worker = _Worker(context, make_work, given)
                running[worker.connection] = worker
                worker.give(*waiting.popleft())
            for connection in wait(list(running)):
                assert isinstance(connection, Connection)
                worker = running[connection]
                event = worker.receive()
                yield event
                if event.kind == "progress":
                    continue
                if worker.alive and waiting:
                    worker.give(*waiting.popleft())
                else:
                    del running[connection]
                    worker.end()
    finally:
        for worker in running.values():
            worker.end(kill=True)


class _Worker:
    def __init__(self, context: Any, make_work: Callable[..., Work], given: tuple[Any, ...]) -> None:
        self.connection, theirs = context.Pipe()
        self.alive = True
        self._index = 0
        self._process = context.Process(target=_serve, args=(theirs, make_work, given), daemon=True)
        self._process.start()
        theirs.close()

    def give(self, index: int, task: Any) -> None:
        self._index = index
        with suppress(OSError):  # a process that has died is seen when its answer is awaited
            self.connection.send(task)

    def receive(self) -> Event:
        try:
            kind, value = self.connection.recv()
        except (EOFError, OSError):
            self.alive = False
            kind, value = "failed", DIED
        return Event(self._index, kind, value)

    def end(self, kill: bool = False) -> None:
        if kill:
            self._process.kill()
        self.connection.close()  # which ends the other side
        self._process.join()


def _serve(connection: Connection, make_work: Callable[..., Work], given: tuple[Any, ...]) -> None:
    """What a process does: answers until there is nothing more to do."""
    stay_bound_to_parent()
    os.environ["OMP_NUM_THREADS"] = "1"  # as many processes as cores: read by onnxruntime's sessions, and by torch

    def report(stage: str, done: float) -> None:
        connection.send(("progress", (stage, done)))

    work: Work | None = None
    with suppress(EOFError, OSError):
        while True:
            task = connection.recv()
            try:
                work = work or make_work(*given)
                result = work(task, report)
            except InputError as error:
                connection.send(("failed", str(error)))
            except MemoryError:
                connection.send(("failed", NO_MEMORY))
            except Exception as error:  # one line must not end the others
                connection.send(("failed", f"unexpected error: {type(error).__name__}: {error}"))
            else:
                connection.send(("done", result))
