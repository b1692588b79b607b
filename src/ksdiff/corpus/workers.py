"""Worker processes that do not outlive the process that started them, however that ends."""

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.connection import wait
from threading import Thread
from typing import Any, TypeVar

from ksdiff.errors import InputError

Result = TypeVar("Result")


def in_workers(function: Callable[..., Result], arguments: Sequence[tuple[Any, ...]], workers: int) -> Iterator[Result]:
    """Call a function in other processes; yields the results in the order of the arguments.

    Args:
        function: Of a module, so that it can be imported there.
        arguments: Of each call.
        workers: Number of processes.

    Raises:
        InputError: A process died.
        Exception: What the function raised.
    """
    others = set(multiprocessing.active_children())
    # "spawn": a fork would copy locks that threads of onnxruntime and torch hold.
    pool = ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"), stay_bound_to_parent)
    try:
        yield from pool.map(function, *zip(*arguments, strict=True))
    except BaseException as error:
        pool.shutdown(wait=False, cancel_futures=True)
        for process in set(multiprocessing.active_children()) - others:
            process.terminate()
        if isinstance(error, BrokenProcessPool):
            raise InputError(
                "a worker process died, perhaps for want of memory: run again with fewer --workers"
            ) from error
        raise
    pool.shutdown()


def stay_bound_to_parent() -> None:
    """End this process when its parent ends, by whatever signal; leave an interrupt to the parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])  # becomes ready when the parent's end of a pipe is closed, which every exit does
        os._exit(1)
