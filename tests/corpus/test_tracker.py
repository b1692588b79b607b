"""The face tracker keeps to itself: it opens no connection."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from support.files import SPEECH_VIDEO

from ksdiff.corpus import tracker
from ksdiff.errors import InputError

PROGRAM = """
import sys, time
from pathlib import Path
from ksdiff.corpus.tracker import track_face

assert len(track_face(Path(sys.argv[1]), "source").times) > 10
time.sleep(1)
"""


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
def test_tracking_uses_no_network(tmp_path: Path) -> None:
    tracker.fetch_model()
    trace = tmp_path / "trace"
    command = ["strace", "-f", "--seccomp-bpf", "-qq", "-o", str(trace), "-e", "trace=%network"]
    subprocess.run([*command, sys.executable, "-c", PROGRAM, str(SPEECH_VIDEO)], check=True, capture_output=True)
    lines = trace.read_text(errors="replace").splitlines()
    assert [line for line in lines if "AF_INET" in line and not re.search(r'"(127\.|::1")', line)] == []


def test_a_mediapipe_that_reports_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    mediapipe = tracker.load_mediapipe()
    for version in ("0.10.35", "1.2.3"):
        monkeypatch.setattr(mediapipe, "__version__", version)
        with pytest.raises(InputError, match=rf"mediapipe {version} sends reports.*ksdiff\[track\]"):
            tracker.load_mediapipe()
