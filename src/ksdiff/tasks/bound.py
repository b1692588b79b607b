"""Processes that do not outlive the process that started them, however that ends."""

import multiprocessing
import os
import signal
from multiprocessing.connection import wait
from threading import Thread


def stay_bound_to_parent() -> None:
    """End this process when its parent ends, by whatever signal; leave an interrupt to the parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])  # becomes ready when the parent's end of a pipe is closed, which every exit does
        os._exit(1)
