"""Python processes in which packages are missing, as where an extra is not installed."""

import os
import subprocess
import sys
from pathlib import Path

import ksdiff

# Prints how many frames come of three seconds of the sound that the first argument names.
STREAM = """
import sys
import ksdiff
from ksdiff.speech.audio import load
streamer = ksdiff.Streamer()
samples = load(sys.argv[1])[:48000]
made = sum(len(streamer.push(samples[at : at + 4000])) for at in range(0, len(samples), 4000))
print(made + len(streamer.flush()))
"""


def environment(folder: Path, block: str) -> dict[str, str]:
    """An environment whose Python processes, and their children, first run ``block``; it is kept in ``folder``."""
    (folder / "sitecustomize.py").write_text(block)
    path = os.pathsep.join([str(folder), str(Path(ksdiff.__file__).parents[1]), os.environ.get("PYTHONPATH", "")])
    return {**os.environ, "PYTHONPATH": path}


def run(environment: dict[str, str], *command: str | Path, code: int = 0) -> str:
    """What a Python process prints, or its errors on one line if it is to end with another code than 0."""
    done = subprocess.run([sys.executable, *map(str, command)], capture_output=True, text=True, env=environment)
    assert done.returncode == code, done.stderr
    return done.stdout if code == 0 else " ".join(done.stderr.split())
