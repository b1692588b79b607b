"""Whole works side by side; each of them, where its operations are small, is computed by one thread."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Made = TypeVar("Made")
MOST_THREADS = 4


def available_cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def thread_count() -> int:
    """Threads to compute with: ``OMP_NUM_THREADS``, or the number of cores, at most 4."""
    given = os.environ.get("OMP_NUM_THREADS", "")
    return int(given) if given.isdigit() and int(given) > 0 else min(os.cpu_count() or 1, MOST_THREADS)


def side_by_side(works: Sequence[Callable[[], Made]]) -> list[Made]:
    """What each of some works gives, in their order: the first computed by the caller, the others by other threads.

    For work that lets go of the interpreter while it computes, as onnxruntime does. Where only one thread may compute,
    one follows the other.

    Raises:
        Exception: What one of them raised. Those that have not begun then never do.
    """
    threads = min(len(works), thread_count())
    if threads < 2:
        return [work() for work in works]
    with ThreadPoolExecutor(threads - 1) as pool:
        others = [pool.submit(work) for work in works[1:]]
        try:
            return [works[0](), *(other.result() for other in others)]
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
