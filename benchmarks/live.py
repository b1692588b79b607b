"""What streaming costs in time, and what it loses against whole sounds.

    python benchmarks/live.py [--voice FILE] [--seconds 60] [--corpus CORPUS]

Compute is the wall time of one core, in this process, with onnxruntime limited to one thread. The latencies
are those of a real client of `ksdiff serve` on this machine, who sends 20 ms at a time as a microphone does. With a
corpus, its validation speakers (of `--held-out 0.3`) are moved both ways, and compared with how they were tracked.
"""

import argparse
import asyncio
import itertools
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import websockets

from ksdiff.animator import AnimateOptions, animate
from ksdiff.corpus.dataset import Corpus, load_corpus, speech_of, split_speakers
from ksdiff.evaluation.clips import EvalClip, eval_clips
from ksdiff.evaluation.predictions import Predictions, perform
from ksdiff.evaluation.score import score_clip
from ksdiff.live.settings import StreamSettings
from ksdiff.live.streamer import Engine, Streamer, StreamOptions
from ksdiff.model.condition import FrameGrid
from ksdiff.model.sampling import Generated, generate_all
from ksdiff.motion import MOTION_RATE
from ksdiff.motion.space import ARKIT, EXPRESSION, HEAD, PATHS
from ksdiff.speech.audio import SAMPLE_RATE, load
from ksdiff.sync_expert.features import log_mel
from ksdiff.sync_expert.model import load_expert

VOICE = Path(__file__).parents[1] / "tests/data/obama_speech.mp4"
PIECE = SAMPLE_RATE // 50  # 20 ms
JAW = ARKIT.index("jawOpen")
FIGURES = ("lve", "lip_distance", "jaw_r", "mouth_r", "closure", "mtm", "jerk_ratio", "stillness")

Row = tuple[str, str, str]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--voice", type=Path, default=VOICE)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--model", default="base")
    parser.add_argument("--corpus", type=Path)
    parser.add_argument("--clips", type=int, help="of the corpus, the first so many")
    arguments = parser.parse_args()
    voice = load(arguments.voice)
    samples = np.tile(voice, int(arguments.seconds * SAMPLE_RATE) // len(voice) + 1)
    samples = np.array(samples[: int(arguments.seconds * SAMPLE_RATE)])
    engine = Engine(arguments.model)
    print(f"{arguments.seconds:g} s of speech, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}\n")
    print("| | measured | target |\n|---|---|---|")
    parts = (look_ahead(engine), compute(engine, samples), service(arguments.model, samples), agreement(engine, voice))
    for row in itertools.chain(*parts):
        print("| " + " | ".join(row) + " |", flush=True)
    if arguments.corpus is not None:
        print("\n| on validation speakers | whole sounds | streamed |\n|---|---|---|")
        for row in quality(engine, arguments.corpus, arguments.clips):
            print("| " + " | ".join(row) + " |", flush=True)


def look_ahead(engine: Engine) -> Iterator[Row]:
    """What the design says."""
    yield "look-ahead, at most", f"{1000 * engine.settings.delay:.0f} ms", "240 ms"


def compute(engine: Engine, samples: np.ndarray) -> Iterator[Row]:
    """Time of hops, alone and in batches of four."""
    for count, target in ((1, "60 ms"), (4, "200 ms")):
        streamers = [Streamer(engine, StreamOptions(seed=seed)) for seed in range(count)]
        for seed, streamer in enumerate(streamers):
            streamer.feed(np.roll(samples, seed * SAMPLE_RATE))
        seconds = []
        while all(streamer.ready for streamer in streamers):
            began = time.perf_counter()
            engine.advance(streamers)
            seconds.append(time.perf_counter() - began)
        scaled = np.array(seconds[2:]) * 1000 * 0.2 * MOTION_RATE / engine.settings.hop
        name = "one session" if count == 1 else "four sessions at once"
        figures = f"{np.percentile(scaled, 50):.0f}, {np.percentile(scaled, 99):.0f} ms"
        yield f"compute for 200 ms of sound, {name}: p50, p99", figures, target


def service(model: str, samples: np.ndarray) -> Iterator[Row]:
    """Latencies through `ksdiff serve`."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "ksdiff.cli", "serve", "--port", str(port), "--model", model]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, "OMP_NUM_THREADS": "1"})
    try:
        assert server.stdout is not None
        address = server.stdout.readline().split()[2]
        asyncio.run(client(address, samples[: 3 * SAMPLE_RATE]))  # warms it up
        first, latencies, _ = asyncio.run(client(address, samples[: 20 * SAMPLE_RATE]))
        yield "first frame, after its sound", f"{1000 * first:.0f} ms", "300 ms"
        yield "any frame, after its sound: p50, p99", _percentiles(latencies), "300 ms"
        found = asyncio.run(four(address, samples[: 20 * SAMPLE_RATE]))
        yield "the same with four sessions at once", _percentiles(np.concatenate([one[1] for one in found])), "300 ms"
        answers = [asyncio.run(client(address, samples[: 3 * SAMPLE_RATE], True))[2] for _ in range(5)]
        yield "answer to an interruption, greatest of 5", f"{1000 * max(answers):.0f} ms", "100 ms"
    finally:
        server.terminate()
        server.wait()


async def four(address: str, samples: np.ndarray) -> list[tuple[float, np.ndarray, float]]:
    return await asyncio.gather(*(client(address, np.roll(samples, n * SAMPLE_RATE)) for n in range(4)))


async def client(address: str, samples: np.ndarray, cut: bool = False) -> tuple[float, np.ndarray, float]:
    """A microphone: delays of the first frame and of all, and of the answer to an interruption at the end, s."""
    data = (samples * 32767).astype("<i2").tobytes()
    delays: list[float] = []
    async with websockets.connect(address, max_size=None) as stream:
        await stream.send(json.dumps({"type": "start", "output": "binary", "idle": False, "rate": SAMPLE_RATE}))
        await stream.recv()
        began = time.perf_counter()

        async def speak() -> None:
            for index in range(0, len(data), 2 * PIECE):
                wait = began + (index / 2 + PIECE) / SAMPLE_RATE - time.perf_counter()  # when the piece is complete
                await asyncio.sleep(max(wait, 0))
                await stream.send(data[index : index + 2 * PIECE])

        async def listen() -> None:
            async for message in stream:
                now = time.perf_counter() - began
                if isinstance(message, str):
                    return
                first, count = int.from_bytes(message[4:8], "little"), int.from_bytes(message[2:4], "little")
                delays.extend(now - (first + index) / MOTION_RATE for index in range(count))

        listening = asyncio.ensure_future(listen())
        await speak()
        asked = time.perf_counter()
        await stream.send(json.dumps({"type": "interrupt" if cut else "flush"}))
        await listening
        answered = time.perf_counter() - asked
    return delays[0], np.array(delays), answered


def agreement(engine: Engine, voice: np.ndarray) -> Iterator[Row]:
    """How near the streamed mouth is to that of the whole sound, and how well both go with it."""
    options = AnimateOptions(eyes=None)
    whole = animate(voice, model=engine.checkpoint, options=options)
    other = animate(voice, model=engine.checkpoint, options=AnimateOptions(eyes=None, seed=1))
    streamer = Streamer(engine, StreamOptions(eyes=None))
    frames = [streamer.push(voice), streamer.flush()]
    streamed = np.concatenate([part.expression for part in frames])[: len(whole)]
    a, b = whole.expression[:, JAW], streamed[:, JAW]
    yield (
        "jawOpen, r with the whole sound's (two seeds of that)",
        (f"{np.corrcoef(a, b)[0, 1]:.2f} ({np.corrcoef(a, other.expression[:, JAW])[0, 1]:.2f})"),
        "",
    )
    shifts = range(-8, 9)
    r = [np.corrcoef(a[8:-8], b[8 + s : len(b) - 8 + s])[0, 1] for s in shifts]
    yield "lag of the jaw behind the whole sound's", f"{1000 * shifts[int(np.argmax(r))] / MOTION_RATE:.0f} ms", "40 ms"
    expert, mel, known = load_expert(), log_mel(voice), np.ones(len(whole), dtype=bool)
    scores = [expert.score(mel, np.asarray(e, np.float32), known) for e in (whole.expression, streamed)]
    values = ", ".join(f"{score.confidence:.2f}" for score in scores)
    yield "lip sync confidence (docs/sync.md), whole, streamed", values, "within 10 %"


def quality(engine: Engine, path: Path, count: int | None) -> Iterator[Row]:
    """The figures of docs/metrics.md for both."""
    corpus = load_corpus(path)
    clips = eval_clips(corpus, split_speakers(corpus, 0.3).validation)[:count]
    expert = load_expert()

    def sync(predictions: Predictions) -> str:
        pairs = zip(clips, perform(clips, predictions), strict=True)
        found = [expert.score(one.mel, p.expression, p.known[EXPRESSION]).confidence for one, p in pairs]
        return f"{np.mean(found):.3f}"

    whole, streamed = _whole(engine, corpus, clips, {}), _streamed(engine, corpus, clips)
    yield "sync_m_c", sync(whole), sync(streamed)
    for steps in (1, 4):
        settings = StreamSettings(steps={EXPRESSION: steps, HEAD: 2})
        other = _streamed(Engine(engine.checkpoint, settings), corpus, clips)
        same = _whole(engine, corpus, clips, {"expression_steps": steps})
        yield f"sync_m_c, steps of the expression: {steps}", sync(same), sync(other)
    scores = [[score_clip(p) for p in perform(clips, predictions)] for predictions in (whole, streamed)]
    for name in FIGURES:
        yield name, *(f"{_mean([clip[name] for clip in found]):.4g}" for found in scores)
    for name, make in (("head, deviation of its rotation, rad", np.std), ("head, mean speed, rad/s", _speed)):
        yield (
            name,
            *(
                f"{np.mean([make(one.motion[HEAD][:, :3], axis=0).mean() for one in found.values()]):.3g}"
                for found in (whole, streamed)
            ),
        )


def _whole(engine: Engine, corpus: Corpus, clips: Sequence[EvalClip], changes: dict[str, int]) -> Predictions:
    grid, checkpoint = FrameGrid.of(corpus.encoder), engine.checkpoint
    sampling, found = replace(checkpoint.sampling, **changes), {}
    for one in clips:
        speech = replace(speech_of(one.clip, grid, len(one.clip)), words=())
        found[one.clip.name] = generate_all(checkpoint.model, speech, sampling, checkpoint.model.num_styles)
    return found


def _streamed(engine: Engine, corpus: Corpus, clips: Sequence[EvalClip]) -> Predictions:
    neutral, found = engine.checkpoint.model.statistics.neutrals[-1], {}
    for one in clips:
        streamer = Streamer(engine, StreamOptions(eyes=None, rest=False))
        sound = np.asarray(corpus.sound(one.clip), np.float32)
        frames = [streamer.push(sound), streamer.push(np.zeros(SAMPLE_RATE, np.float32))]
        expression = np.concatenate([part.expression for part in frames])[: len(one.clip)] - neutral
        head = np.concatenate([part.head for part in frames])[: len(one.clip)]
        nothing = {path: np.zeros(len(head), np.float32) for path in PATHS}
        found[one.clip.name] = Generated({EXPRESSION: expression, HEAD: head}, nothing)
    return found


def _speed(rotation: np.ndarray, axis: int) -> np.ndarray:
    return np.abs(np.diff(rotation, axis=axis)).mean(axis=axis) * MOTION_RATE


def _mean(values: list[tuple[float, float]]) -> float:
    known = [(value, weight) for value, weight in values if weight > 0]
    return sum(value * weight for value, weight in known) / max(sum(weight for _, weight in known), 1e-9)


def _percentiles(seconds: np.ndarray) -> str:
    return f"{1000 * np.percentile(seconds, 50):.0f}, {1000 * np.percentile(seconds, 99):.0f} ms"


if __name__ == "__main__":
    main()
