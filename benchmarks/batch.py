"""What a line of a list takes, by one process and by as many as there are cores.

    python benchmarks/batch.py [--voice FILE] [--lines 50] [--seconds 4] [--formats npz csv glb] [--workers 1 2]

The lines are consecutive pieces of the voice, each with a seed of its own. Each row is a command of its own, its start
included; the load of the computer stands beside it. Rounds take turns, so that a change of load meets all rows.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from ksdiff.batch.animate_lines import default_workers
from ksdiff.speech.audio import SAMPLE_RATE, load, write_flac

VOICE = Path(__file__).parents[1] / "tests/data/obama_speech.mp4"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--voice", type=Path, default=VOICE)
    parser.add_argument("--lines", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--formats", nargs="*", default=[], help="by default those of ksdiff animate")
    parser.add_argument("--workers", type=int, nargs="*", default=None)
    parser.add_argument("--rounds", type=int, default=1)
    arguments = parser.parse_args()
    workers = arguments.workers or sorted({1, default_workers(arguments.lines)})
    samples = load(arguments.voice)
    length = round(arguments.seconds * SAMPLE_RATE)
    samples = np.tile(samples, 1 + 2 * length // len(samples))
    taken: dict[int, list[float]] = {count: [] for count in workers}
    with tempfile.TemporaryDirectory() as folder:
        rows = ["sound,seed"]
        for number in range(arguments.lines):
            start = (number * length) % (len(samples) - length + 1)
            write_flac(samples[start : start + length], Path(folder) / f"{number:03}.flac")
            rows.append(f"{number:03}.flac,{number}")
        source = Path(folder) / "lines.csv"
        source.write_text("\n".join(rows), encoding="utf-8")
        for turn in range(arguments.rounds):
            for count in workers:
                out = f"{folder}/out_{turn}_{count}"
                command = [sys.executable, "-m", "ksdiff.cli", "animate", str(source), "--out", out]
                command += ["--workers", str(count)]
                command += ["--formats", *arguments.formats] if arguments.formats else []
                load_before, began = os.getloadavg()[0], time.perf_counter()
                subprocess.run(command, check=True, capture_output=True)
                taken[count].append((time.perf_counter() - began) / arguments.lines)
                print(f"{count} processes: {taken[count][-1]:.2f} s a line, load before {load_before:.1f}", flush=True)
    reference = min(taken[workers[0]])
    for count in workers[1:]:
        print(f"{count} processes take {min(taken[count]) / reference:.2f} of the time of {workers[0]}")


if __name__ == "__main__":
    main()
