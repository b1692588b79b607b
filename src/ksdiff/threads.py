"""Torch's threads, limited around small work without changing the caller's setting."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import torch

_lock = threading.Lock()
_nested = threading.local()
_inside = 0  # threads of the process inside `single_thread`
_outside = 1  # torch's threads before the first of them entered


@contextmanager
def single_thread() -> Iterator[None]:
    """Let torch compute with one thread, and restore the caller's setting afterwards; also a decorator.

    The operations of the sampler take some 10 µs each. Threads that share so little work gain a quarter on an idle
    machine, but wait for each other at every operation, and beside busy processes take many times as long.

    Torch keeps the number per thread of the program, and a thread that first uses torch takes the number set last.
    Threads may overlap: one that takes its number while another is inside gets the number from before that.
    Do not hold it across a ``yield``, which would hand the limit to the caller.
    """
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
