"""The command line: parses arguments; alone prints and sets exit codes."""

import os
import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> None:
    """Entry point.

    Exit code 2 and one message for anything that the user can correct, 130 after Ctrl+C.
    """
    # Idle threads sleep: spinning ones would starve their neighbours where cores are shared. Read when torch is loaded.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    # Those of numpy's OpenBLAS always spin, and its products are small: two threads took twice the time of one. Read
    # when numpy is loaded.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        # Within the block, since loading takes some tenths of a second in which Ctrl+C may come.
        from ksdiff.cli.commands import run

        run(arguments)
    except KeyboardInterrupt:
        sys.exit(130)
