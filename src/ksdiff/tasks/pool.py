"""Processes that take task after task, each with what it loaded once. One that dies costs its own task only."""

import multiprocessing
import os
import sys
from collections import Counter, deque
from collections.abc import Generator, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection, wait
from typing import Any

from ksdiff.tasks.bound import stay_bound_to_parent
from ksdiff.tasks.work import Event, MakeWork, Watch, Work, answer


def run_tasks(
    make_work: MakeWork,
    given: tuple[Any, ...],
    tasks: Sequence[Any],
    workers: int,
    watch: Watch | None = None,
    retries: int = 0,
) -> Generator[Event, None, None]:
    """Do tasks in other processes, each of one thread.

    When the generator is closed, or interrupted by Ctrl+C, the processes are ended at once.

    Args:
        make_work: Of a module, so that it can be imported there: called once in each process, gives what answers tasks.
        given: What it is given.
        tasks: What to do; handed out in order.
        workers: Number of processes.
        watch: Guards each task.
        retries: How often a task whose process died is given to another.

    Yields:
        What happens, as it happens.
    """
    # "spawn": a fork would copy locks that threads of onnxruntime and torch hold.
    context = multiprocessing.get_context("spawn")
    watch, died = watch or Watch(), Counter[int]()
    waiting = deque(enumerate(tasks))
    running: dict[Connection, _Worker] = {}
    try:
        while waiting or running:
            while waiting and len(running) < workers:
                worker = _Worker(context, make_work, given, watch)
                running[worker.connection] = worker
                worker.give(*waiting.popleft())
            for connection in wait(list(running)):
                assert isinstance(connection, Connection)
                worker = running[connection]
                event = worker.receive()
                if event is None:
                    reason, stack, again = watch.post_mortem(worker.index)
                    if again and died[worker.index] < retries:
                        died[worker.index] += 1
                        waiting.appendleft((worker.index, tasks[worker.index]))
                    else:
                        yield Event(worker.index, "failed", reason, stack=stack)
                else:
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
    def __init__(self, context: Any, make_work: MakeWork, given: tuple[Any, ...], watch: Watch) -> None:
        self.connection, theirs = context.Pipe()
        self.alive = True
        self.index = 0
        self._process = context.Process(target=_serve, args=(theirs, make_work, given, watch), daemon=True)
        self._process.start()
        theirs.close()

    def give(self, index: int, task: Any) -> None:
        self.index = index
        with suppress(OSError):  # a process that has died is seen when its answer is awaited
            self.connection.send((index, task))

    def receive(self) -> Event | None:
        """What the process says; None where it has died."""
        try:
            return Event(self.index, *self.connection.recv())
        except (EOFError, OSError):
            self.alive = False
            return None

    def end(self, kill: bool = False) -> None:
        if kill:
            self._process.kill()
        self.connection.close()  # which ends the other side
        self._process.join()


def _serve(connection: Connection, make_work: MakeWork, given: tuple[Any, ...], watch: Watch) -> None:
    """What a process does: answers until there is nothing more to do."""
    stay_bound_to_parent()
    os.environ["OMP_NUM_THREADS"] = "1"  # as many processes as cores: read by onnxruntime's sessions, and by torch
    if (torch := sys.modules.get("torch")) is not None:  # which the program's own module has loaded
        torch.set_num_threads(1)
    made: list[Work] = []

    def work() -> Work:
        if not made:
            made.append(make_work(*given))
        return made[0]

    def report(stage: str, done: float) -> None:
        connection.send(("progress", (stage, done)))

    with suppress(EOFError, OSError):
        while True:
            index, task = connection.recv()
            with watch.over(index):
                result = answer(work, task, report)
            connection.send(result)
