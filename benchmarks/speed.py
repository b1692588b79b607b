"""How long the main job takes, process start included.

    python benchmarks/speed.py [--voice FILE] [--seconds 60]

The voice is repeated to the length wanted. Each row is a process of its own; real time is the reference.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from ksdiff.speech.audio import SAMPLE_RATE, load, write_flac

VOICE = Path(__file__).parents[1] / "tests/data/obama_speech.mp4"
ROWS = {
    "coefficients (npz)": ["--formats", "npz"],
    "coefficients, transcribed": ["--formats", "npz", "--transcribe"],
    "all outputs but MP4": ["--formats", "npz", "csv", "glb", "timeline", "html", "keyframes"],
    "all outputs": [],
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--voice", type=Path, default=VOICE)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--model", default="base")
    arguments = parser.parse_args()
    samples = load(arguments.voice)
    wanted = round(arguments.seconds * SAMPLE_RATE)
    samples = np.tile(samples, wanted // len(samples) + 1)[:wanted]
    print(f"{arguments.seconds:g} s of speech, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as folder:
        sound = Path(folder) / "voice.flac"
        write_flac(samples, sound)
        for name, extra in ROWS.items():
            began = time.perf_counter()
            command = [sys.executable, "-m", "ksdiff.cli", "animate", str(sound), "--out", f"{folder}/out"]
            subprocess.run([*command, "--model", arguments.model, *extra], check=True, capture_output=True)
            seconds = time.perf_counter() - began
            print(f"{name:<28} {seconds:6.1f} s   {arguments.seconds / seconds:5.1f} x real time")


if __name__ == "__main__":
    main()
