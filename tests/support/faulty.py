"""Work that crashes, hangs, fails or is killed, as tasks and as videos do; importable by worker processes."""

import ctypes
import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ksdiff.corpus.sources.source import Recording
from ksdiff.corpus.sources.tracked import VideoSource
from ksdiff.errors import InputError
from ksdiff.files import WriteError


def misbehave(name: str, memory: Path) -> None:
    """Do what a name says; ``memory`` is a folder that remembers what was done once."""
    if "crash" in name:
        ctypes.string_at(0)
    if "hang" in name:
        time.sleep(3600)
    if "breaks" in name:
        raise ZeroDivisionError("of all things")
    if "fails" in name:
        raise InputError("as it must")
    if "full" in name:
        raise WriteError("cannot write it: No space left on device")
    if "killed" in name and not (memory / name).exists():
        (memory / name).touch()
        os.kill(os.getpid(), signal.SIGKILL)


def make_work(memory: Path) -> Any:
    def work(name: str, report: Any) -> tuple[str, str | None]:
        report("half", 0.5)
        misbehave(name, memory)
        return name, os.environ.get("OMP_NUM_THREADS")

    return work


def make_where() -> Any:
    def work(seconds: float, report: Any) -> str:
        import ray

        time.sleep(seconds)
        return ray.get_runtime_context().get_node_id()

    return work


@dataclass(frozen=True)
class FaultyVideos(VideoSource):
    """Videos of which some do to the decoder what their name says."""

    def track(self, recording: Recording) -> None:
        misbehave(recording.path.stem, self.videos)
        super().track(recording)
