"""Runs ``ksdiff`` commands, each in a process forked from a warm one: quick, and apart from pytest and from each other.

Reads a JSON object a line, ``{"arguments": [...], "folder": ..., "seconds": ...}``, and answers with a `Result`. The
shape checks of the tests are off here: what they would catch must be caught by the package itself.
"""

import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from support.files import REPOSITORY

MEMORY = 4 << 30  # bytes that a command may take beyond what a Python with torch has mapped already
WARM = (
    "torch", "onnxruntime", "scipy.signal", "scipy.spatial.transform", "av", "ksdiff.animator", "ksdiff.cli",
    "ksdiff.corpus.prepare", "ksdiff.editing", "ksdiff.evaluation", "ksdiff.output.formats", "ksdiff.study.analysis",
    "ksdiff.training.train", "mediapipe", "cv2", "PIL.ImageCms", "ksdiff.photo.speak",
)  # fmt: skip


@dataclass(frozen=True)
class Result:
    """How a command ended.

    Attributes:
        code: Exit code; minus the number of the signal that killed it.
        out: Its standard output.
        err: Its standard error.
        seconds: Of processor time.
        peak: Greatest resident memory, bytes.
        late: Whether it was killed because it did not end.
    """

    code: int
    out: str
    err: str
    seconds: float
    peak: int
    late: bool


class Server:
    """The process, from the side of the tests."""

    def __init__(self) -> None:
        paths = [str(REPOSITORY / "tests"), *filter(None, [os.environ.get("PYTHONPATH")])]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "NO_COLOR": "1", "OMP_NUM_THREADS": "1"}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "support.fuzzing.server"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment,
        )  # fmt: skip

    def run(self, arguments: list[str], folder: Path, seconds: float = 90.0) -> Result:
        """Run a command in a folder."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        job = {"arguments": arguments, "folder": str(folder), "seconds": seconds}
        self._process.stdin.write(json.dumps(job) + "\n")
        self._process.stdin.flush()
        return Result(**json.loads(self._process.stdout.readline()))

    def close(self) -> None:
        """End it."""
        self._process.communicate(timeout=30)


def _command(job: dict[str, Any], mapped: int) -> int:
    """In the forked process: run the command, and say how it ended."""
    from ksdiff.cli import main

    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (mapped + MEMORY, hard))
    os.chdir(job["folder"])
    code = 0
    try:
        main(job["arguments"])
    except SystemExit as stop:
        code = stop.code if isinstance(stop.code, int) else int(stop.code is not None)
    except BaseException:
        traceback.print_exc()
        code = 1
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError:
        code = 1
    return code


def _run(job: dict[str, Any], mapped: int) -> Result:
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        child = os.fork()
        if child == 0:
            os.setpgid(0, 0)
            for number, file in ((1, out), (2, err)):
                os.dup2(file.fileno(), number)
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
            os._exit(_command(job, mapped))
        deadline, late = time.monotonic() + job["seconds"], False
        while True:
            pid, status, usage = os.wait4(child, os.WNOHANG)
            if pid:
                break
            if time.monotonic() > deadline:
                late, deadline = True, float("inf")
                os.killpg(child, signal.SIGKILL)
            time.sleep(0.005)
        texts = []
        for file in (out, err):
            file.seek(0)
            texts.append(file.read(1 << 20).decode("utf-8", "replace"))
        return Result(
            os.waitstatus_to_exitcode(status), *texts, usage.ru_utime + usage.ru_stime, usage.ru_maxrss << 10, late
        )


def _serve() -> None:
    import importlib

    import torch

    torch.set_num_threads(1)
    for name in WARM:
        importlib.import_module(name)
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what a library prints must not mix with the answers
    mapped = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    for line in sys.stdin:
        answers.write(json.dumps(asdict(_run(json.loads(line), mapped))) + "\n")
        answers.flush()


if __name__ == "__main__":
    _serve()
