"""How many threads compute: whole works side by side, and those of small operations by one thread each."""

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

Made = TypeVar("Made")
MOST_THREADS = 4

_lock = threading.Lock()
_nested = threading.local()
_inside = 0  # threads of the process inside `single_thread`
_outside = 1  # torch's threads before the first of them entered


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


@contextmanager
def single_thread() -> Iterator[None]:
    """Let torch compute with one thread, and restore the caller's setting afterwards; also a decorator.

    The operations of the sampler take some 10 µs each. Threads that share so little work gain a quarter on an idle
    machine, but wait for each other at every operation, and beside busy processes take many times as long.

    Torch keeps the number per thread of the program, and a thread that first uses torch takes the number set last.
    Threads may overlap: one that takes its number while another is inside gets the number from before that.
    Do not hold it across a ``yield``, which would hand the limit to the caller.
    """
    import torch  # only who has loaded it needs this

    global _inside, _outside
    if getattr(_nested, "entered", False):
        yield
        return
    with _lock:
        before = torch.get_num_threads()
        if _inside == 0:
            _outside = before
        elif before == 1:
            before = _outside
        _inside += 1
        if torch.get_num_threads() != 1:
            torch.set_num_threads(1)
    _nested.entered = True
    try:
        yield
    finally:
        _nested.entered = False
        with _lock:
            _inside -= 1
            if before != torch.get_num_threads():
                torch.set_num_threads(before)
