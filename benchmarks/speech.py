"""How fast the speech side is: times real time, in wall-clock time on an idle machine.

python benchmarks/speech.py SOUND
"""

import argparse
import time
from collections.abc import Callable
from pathlib import Path

from ksdiff.speech.audio import SAMPLE_RATE, load
from ksdiff.speech.encoder import load_encoder
from ksdiff.speech.prosody import prosody
from ksdiff.speech.transcript import recognise, transcribe


def measure(name: str, seconds: float, work: Callable[[], object]) -> None:
    work()  # loads what it needs
    started, used = time.perf_counter(), time.process_time()
    work()
    wall, cpu = time.perf_counter() - started, time.process_time() - used
    print(f"| {name} | {seconds / wall:.1f} | {seconds / cpu:.1f} |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description="How fast the speech side is.")
    parser.add_argument("sound", type=Path)
    path = parser.parse_args().sound
    samples = load(path)
    seconds = len(samples) / SAMPLE_RATE
    encoder = load_encoder()
    text = " ".join(piece.text for piece in recognise(samples))
    times = encoder.frame_times(encoder.frame_count(len(samples)))
    print(f"{seconds:.1f} s of sound\n\n| step | × real time | × real time of processor time |\n|---|---|---|")
    measure("decode and resample", seconds, lambda: load(path))
    measure("encode", seconds, lambda: encoder.encode(samples))
    measure("prosody", seconds, lambda: prosody(samples, times))
    measure("transcribe", seconds, lambda: recognise(samples))
    measure("align a given text", seconds, lambda: transcribe(samples, text))
    measure("transcribe and align", seconds, lambda: transcribe(samples))


if __name__ == "__main__":
    main()
