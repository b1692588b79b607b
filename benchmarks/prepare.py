"""What `ksdiff prepare` takes beyond the face tracker: a ratio, for videos of the kind of yours.

    python benchmarks/prepare.py [--video tests/data/obama_speech.mp4] [--rounds 5] [--transcribe]

In turns, so that what else the machine does falls on both: the tracker alone on the video (decode and find the face),
and both steps of `prepare` on it (hash, track, hear, fit, write). Prints the ratio of the processor time of each step
to that of the tracker. Hearing costs the same for each second of sound, tracking for each frame: a video of few frames
a second has the larger ratio.
"""

import argparse
import shutil
import statistics
import tempfile
import time
from itertools import pairwise
from pathlib import Path

from ksdiff.corpus.pipeline import Job, first_step, second_step
from ksdiff.corpus.settings import PrepareSettings
from ksdiff.corpus.sources.tracked import VideoSource
from ksdiff.corpus.tracker import track_face
from ksdiff.speech.encoder import load_encoder

ROOT = Path(__file__).parents[1]


def turn(video: Path, out: Path, settings: PrepareSettings) -> tuple[float, float, float]:
    """Processor time of all threads, s: of the tracker alone, of the first and the second step of `prepare`."""
    shutil.rmtree(out, ignore_errors=True)
    for name in ("tracks", "speech", "clips"):
        (out / name).mkdir(parents=True)
    source = VideoSource(video, out)
    job = Job(out, settings, {"encoder": load_encoder(settings.encoder).record}, source)
    (recording,) = source.find(settings)
    instants = [time.process_time()]
    track_face(video, "")
    instants.append(time.process_time())
    heard = first_step(job)(recording, lambda stage, done: None)
    instants.append(time.process_time())
    made = second_step(job)((heard,), lambda stage, done: None)
    instants.append(time.process_time())
    assert made.made == 1, made
    alone, first, second = (after - before for before, after in pairwise(instants))
    return alone, first, second


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--video", type=Path, default=ROOT / "tests/data/obama_speech.mp4")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--transcribe", action="store_true")
    options = parser.parse_args()
    settings = PrepareSettings(transcribe=options.transcribe)
    with tempfile.TemporaryDirectory(prefix="ksdiff-") as folder:
        out = Path(folder) / "corpus"
        turns = [turn(options.video, out, settings) for _ in range(options.rounds + 1)][1:]  # models load in the first
    shares = {
        "track and hear": [first / alone for alone, first, _ in turns],
        "fit and write": [second / alone for alone, _, second in turns],
        "prepare": [(first + second) / alone for alone, first, second in turns],
    }
    print("| processor time, over that of the tracker | median | least to greatest |")
    print("|---|---|---|")
    for name, values in shares.items():
        print(f"| {name} | {statistics.median(values):.2f} | {min(values):.2f} to {max(values):.2f} |")


if __name__ == "__main__":
    main()
