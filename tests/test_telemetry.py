"""No library calls home, traced from outside: no connection but within this machine, and no files of collectors."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from support.files import SPEECH_VIDEO

pytestmark = pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")

_ANIMATE = "from ksdiff.cli import main; main(['animate', {audio!r}, '--out', {out!r}, '--formats', 'npz', 'html'])"
_IDLE = """
import multiprocessing, time, numpy as np, ksdiff
if __name__ == "__main__":
    ksdiff.animate(np.zeros(8000, np.float32))
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        pool.apply(ksdiff.animate, (np.zeros(8000, np.float32),))
    time.sleep(2)
"""


def traced(script: str, folder: Path) -> str:
    """What a Python script with a home of its own opens, connects and sends to."""
    (folder / "script.py").write_text(script)
    trace, home = folder / "trace", folder / "home"
    home.mkdir()
    environment = {name: value for name, value in os.environ.items() if name != "ORT_DISABLE_TELEMETRY"}
    subprocess.run(
        ["strace", "-f", "-qq", "-o", trace, "-e", "trace=connect,sendto,sendmsg,sendmmsg,openat", "--",
         sys.executable, folder / "script.py"],
        env=environment | {"HOME": str(home), "XDG_CACHE_HOME": str(home / ".cache")},
        check=True, timeout=500, capture_output=True,
    )  # fmt: skip
    return trace.read_text(errors="replace")


def assert_silent(trace: str) -> None:
    assert ".onnx" in trace  # the speech encoder has run
    sent = [line for line in trace.splitlines() if re.search(r"\b(connect|send\w+)\(", line)]
    abroad = [line for line in sent if re.search(r"AF_INET", line) and not re.search(r'"(127\.|::1")', line)]
    assert abroad == []
    assert "Microsoft" not in trace


def test_animate_calls_nobody(tmp_path: Path) -> None:
    assert_silent(traced(_ANIMATE.format(audio=str(SPEECH_VIDEO), out=str(tmp_path / "out")), tmp_path))


@pytest.mark.slow
def test_an_idle_process_and_its_workers_call_nobody(tmp_path: Path) -> None:
    assert_silent(traced(_IDLE, tmp_path))
