"""What a cluster costs: the overhead of Ray for each clip, and a model on paper of large corpora.

    python benchmarks/cluster.py [--clips 20000] [--video tests/data/obama_speech.mp4] [--price-gpu 2.5] [--mfu 0.1]

1. **Overhead.** Small synthetic clips go through the same task runner as `ksdiff prepare --ray`, on a local cluster of
   two nodes, and, in turns of the same size, through a plain loop. What Ray takes for each clip beyond the work is
   compared with the time that the first step of a real clip takes, measured in between: that share is the overhead.
2. **Model.** Rates measured here (tracking and hearing, seconds of a core for each second of video; FLOPs of a window)
   and assumptions that are printed give core hours, GPU hours and days for 1 000 h and 100 000 h.

Run it on an idle machine: rates are those of the machine as it is.
"""

import argparse
import shutil
import statistics
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from ksdiff.corpus.pipeline import Job, first_step
from ksdiff.corpus.settings import PrepareSettings
from ksdiff.corpus.sources.tracked import VideoSource
from ksdiff.motion import MOTION_RATE
from ksdiff.motion.keyframe_targets import EXPRESSION_SMOOTHING, keyframe_targets
from ksdiff.speech import audio
from ksdiff.speech.encoder import load_encoder
from ksdiff.tasks.on_ray import connect, run_on_ray

ROOT = Path(__file__).parents[1]
TURNS = 5
HOURS = (1_000, 100_000)
GPUS = (1, 8, 64)
NODES = (1, 8, 64)


def make_small() -> Any:
    """What makes a small synthetic clip: a second of motion, and its keyframes."""

    def work(seed: int, report: Any) -> float:
        motion = np.random.default_rng(seed).standard_normal(MOTION_RATE).cumsum()
        return float(keyframe_targets(np.abs(motion), MOTION_RATE, EXPRESSION_SMOOTHING).sum())

    return work


def first_steps(video: Path, folder: Path) -> float:
    """Seconds of the first step (hash, track, hear, without the transcript) of a real clip, in this process."""
    out = folder / "corpus"
    shutil.rmtree(out, ignore_errors=True)
    for name in ("tracks", "speech", "clips"):
        (out / name).mkdir(parents=True)
    settings = PrepareSettings(transcribe=False)
    source = VideoSource(video, out)
    work = first_step(Job(out, settings, {"encoder": load_encoder(settings.encoder).record}, source))
    (recording,) = source.find(settings)
    began = time.perf_counter()
    work(recording, lambda stage, done: None)
    return time.perf_counter() - began


def overhead(clips: int, video: Path, folder: Path) -> tuple[float, float]:
    """Seconds of a core that Ray takes for a clip beyond the work; and those of the first step of a real clip."""
    from ray.cluster_utils import Cluster

    nodes = Cluster(initialize_head=True, head_node_args={"num_cpus": 1, "include_dashboard": False})
    nodes.add_node(num_cpus=1)
    ray = connect(nodes.address)
    extra: list[float] = []
    real: list[float] = []
    here = make_small()
    try:
        list(run_on_ray(make_small, (), range(100), ""))  # workers start
        first_steps(video, folder)  # models load
        for turn in range(TURNS):
            seeds = range(turn * clips // TURNS, (turn + 1) * clips // TURNS)
            began = time.perf_counter()
            values = {event.index: event.value for event in run_on_ray(make_small, (), seeds, "")}
            there = 2 * (time.perf_counter() - began)
            began = time.perf_counter()
            assert [here(seed, None) for seed in seeds] == [values[index] for index in range(len(seeds))]
            extra.append((there - (time.perf_counter() - began)) / len(seeds))
            real.append(first_steps(video, folder))
    finally:
        ray.shutdown()
        nodes.shutdown()
    return statistics.median(extra), statistics.median(real)


def window_flops(preset: str) -> tuple[float, float]:
    """FLOPs of a training window of a preset, forward and backward, and its length, s."""
    import sys

    sys.path.insert(0, str(ROOT / "tests"))
    from support.corpora import make_corpus
    from torch.utils.flop_counter import FlopCounterMode

    from ksdiff.corpus.dataset import load_corpus
    from ksdiff.model.config import model_config
    from ksdiff.training.config import TRAINING_PRESETS
    from ksdiff.training.trainer import Trainer

    with tempfile.TemporaryDirectory(prefix="ksdiff-") as temporary:
        corpus = load_corpus(make_corpus(Path(temporary) / "corpus", seconds=12.0))
        config = replace(TRAINING_PRESETS[preset], batch_size=2, speed_perturbation=False, precision="fp32")
        trainer = Trainer(corpus, model_config(preset), config, Path(temporary) / "run")
        with FlopCounterMode(display=False) as counter:
            trainer.objective(trainer.batches.draw(0))["total"].backward()
        return counter.get_total_flops() / config.batch_size, config.frames / MOTION_RATE


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clips", type=int, default=20_000)
    parser.add_argument("--video", type=Path, default=ROOT / "tests/data/obama_speech.mp4")
    parser.add_argument("--preset", default="base")
    parser.add_argument("--passes", type=float, default=20, help="windows drawn, in lengths of the corpus")
    parser.add_argument("--peak", type=float, default=9.89e14, help="FLOP/s of a GPU: H100 SXM, dense bf16")
    parser.add_argument("--mfu", type=float, default=0.1, help="assumed: nothing has been measured on a GPU")
    parser.add_argument("--cores", type=int, default=64, help="of a CPU node")
    parser.add_argument("--price-gpu", type=float, default=2.5, help="of a GPU hour")
    parser.add_argument("--price-core", type=float, default=0.04, help="of a core hour")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="ksdiff-") as folder:
        extra, real = overhead(options.clips, options.video, Path(folder))
    seconds = len(audio.load(options.video)) / audio.SAMPLE_RATE
    print(f"Ray beyond the work: {1000 * extra:.2f} ms of a core for a clip ({options.clips} clips, two nodes)")
    print(f"first step of a real clip of {seconds:.1f} s: {real:.2f} s; overhead {extra / real:.2%}\n")
    flops, window = window_flops(options.preset)
    print(f"| {options.preset} | core hours | days on {', '.join(map(str, NODES))} nodes of {options.cores} cores | "
          f"GPU hours | days on {', '.join(map(str, GPUS))} GPUs | price |")  # fmt: skip
    print("|---|---|---|---|---|---|")
    for hours in HOURS:
        cores = hours * real / seconds * (1 + extra / real)
        gpus = hours * 3600 / window * options.passes * flops / (options.peak * options.mfu) / 3600
        on_nodes = ", ".join(f"{cores / options.cores / count / 24:.2g}" for count in NODES)
        on_gpus = ", ".join(f"{gpus / count / 24:.2g}" for count in GPUS)
        price = cores * options.price_core + gpus * options.price_gpu
        print(f"| {hours:,} h | {cores:,.0f} | {on_nodes} | {gpus:,.1f} | {on_gpus} | {price:,.0f} |")
    print(
        f"\nAssumed: {options.passes:g} passes, {flops / 1e9:.2f} GFLOPs for a window of {window:.2f} s, "
        f"{options.peak:.3g} FLOP/s, MFU {options.mfu:.0%}, no transcripts, videos of the same rate and size; "
        f"{options.price_gpu:g} for a GPU hour, {options.price_core:g} for a core hour; scaling without loss."
    )


if __name__ == "__main__":
    main()
