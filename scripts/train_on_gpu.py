"""Train runs on one GPU, several at the same time: each step is one CUDA graph, on a stream of its run.

    python scripts/train_on_gpu.py CORPUS --out RUNS --rows regression-features
    python scripts/train_on_gpu.py CORPUS --out RUNS --rows full diffspeaker --folds 3 --steps 1500

Writes RUNS/ROW/model.safetensors, with folds RUNS/fold-K/ROW/model.safetensors, as `ksdiff train` does, and calibrates
them; `ksdiff ablate CORPUS --out RUNS` then only scores them. What is there already is left out. Unlike `ksdiff train`,
a run that was killed begins anew, and two runs are not the same to the last bit. See docs/training.md.
"""

import argparse
import json
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any, TextIO

import gpu_windows
import numpy as np
import torch
from gpu_step import Constants, Losses, Traced
from gpu_windows import DeviceCorpus, Layout, Source, longest_text, outlined
from torch import Tensor

from ksdiff.corpus.dataset import Corpus, Split, load_corpus, split_speakers
from ksdiff.errors import InputError, suggest
from ksdiff.experiments.rows import REGRESSION, RETRIEVAL, ROWS, finished
from ksdiff.files import atomic_write, make_folder
from ksdiff.model.checkpoint import load_model, save_model
from ksdiff.model.condition import FrameGrid
from ksdiff.model.config import ModelConfig, model_config
from ksdiff.model.ksdiff import KSDiff
from ksdiff.model.sampling import SamplingOptions
from ksdiff.model.torch_network import TorchNetwork
from ksdiff.training.augmentation import augmented
from ksdiff.training.batches import Batches
from ksdiff.training.calibrate import calibrate
from ksdiff.training.config import TRAINING_PRESETS, TrainingConfig, learning_rate
from ksdiff.training.overrides import override, parse_overrides
from ksdiff.training.statistics import fit_statistics
from ksdiff.training.trainer import HELD_OUT, MODEL_FILE, autocast_type

CHUNK = 100  # steps of which the rows are drawn and copied at once
AHEAD = 3  # chunks of a run that are asked for
QUEUE = 6  # rounds that the host may be ahead of the device
WARM_UP = 3  # steps before the capture, which allocate what it must not
# Its tokens are picked by lists of the host, which a graph cannot hold.
NOT_CAPTURED = ("kdtalker",)
TRAINED = tuple(
    name for name, row in ROWS.items() if row.weights is None and name not in (REGRESSION, RETRIEVAL, *NOT_CAPTURED)
)

Log = Callable[[str], None]


@dataclass(frozen=True)
class Job:
    """One run that is to be trained.

    Attributes:
        row: Name in `ROWS`.
        model: The network.
        config: The training.
        split: Its speakers.
        out: The model's file.
    """

    row: str
    model: ModelConfig
    config: TrainingConfig
    split: Split
    out: Path

    @property
    def name(self) -> str:
        """For the log, unique."""
        return f"{self.row}.{self.config.fold}" if self.config.folds else self.row

    @property
    def styles(self) -> dict[str, int]:
        """Number of each training speaker."""
        return {speaker: index for index, speaker in enumerate(self.split.train)}

    @property
    def trained(self) -> bool:
        """Whether the file is there, calibrated or not.

        Raises:
            InputError: It is there, of another training.
        """
        if not self.out.exists():
            return False
        facts = load_model(self.out).facts
        if facts.get("training") != asdict(self.config):
            raise InputError(f"{self.out} holds weights of another training: choose another --out, or delete it")
        return facts.get("step") == self.config.steps


class Run:
    """A run on the device: model, average, optimiser, and the graph of its step."""

    def __init__(
        self, job: Job, corpus: Corpus, data: DeviceCorpus, source: Source, pool: Executor, constants: Constants
    ) -> None:
        """Set the run up and ask for its first rows."""
        self.job, self.config, self.data, self.layout = job, job.config, data, source.layout
        self.device, self.pool = data.device, pool
        self.cuda = self.device.type == "cuda"
        torch.manual_seed(self.config.seed)
        given = job.model, corpus.space, corpus.feature_width, len(job.styles)
        self.model = KSDiff(*given)
        fit_statistics(self.model, corpus.of(job.styles), job.styles)
        self.model.to(self.device).train()
        self.average = KSDiff(*given).to(self.device)
        self.average.load_state_dict(self.model.state_dict())
        self.average.requires_grad_(False).eval()
        self.weights, self.averages = list(self.model.parameters()), list(self.average.parameters())
        self.losses = Losses(self.model, self.config, constants)
        self.traced: Traced | None = None
        self.precision = autocast_type(self.config.precision, self.device)
        self.rate, self.pull = (torch.tensor(0.0, device=self.device) for _ in range(2))
        self.optimizer = torch.optim.AdamW(
            self.weights, lr=self.rate if self.cuda else self.config.learning_rate,
            weight_decay=self.config.weight_decay, fused=True, capturable=self.cuda,
        )  # fmt: skip
        steps = range(self.config.steps)
        pulls = [1 - min(self.config.ema_decay, (step + 1) / (step + 11)) for step in steps]
        plan = np.stack([[learning_rate(step, self.config) for step in steps], pulls], axis=1)
        self.plan = torch.from_numpy(plan.astype(np.float32)).to(self.device)
        self.row = torch.zeros(self.layout.size, dtype=torch.uint8, device=self.device)
        self.chunks = [torch.zeros(CHUNK, self.layout.size, dtype=torch.uint8, device=self.device) for _ in range(2)]
        self.stream = torch.cuda.Stream() if self.cuda else None
        self.graph: Any = None
        self.made: Tensor | None = None
        self.names: list[str] = []
        self.step, self.asked = 0, 0
        self.pending: deque[Future[np.ndarray]] = deque()
        self.copying: deque[Tensor] = deque(maxlen=2)  # what a copy reads must live until it is done
        self.ask()
        self.first = self.fetch()

    @property
    def done(self) -> bool:
        """Whether all steps are."""
        return self.step >= self.config.steps

    def ask(self) -> None:
        """Ask for rows ahead of the steps."""
        while len(self.pending) < AHEAD and self.asked < self.config.steps:
            count = min(CHUNK, self.config.steps - self.asked)
            self.pending.append(self.pool.submit(gpu_windows.rows_of, self.job.name, self.asked, count))
            self.asked += count

    def fetch(self) -> Tensor:
        """The next rows, where the device can copy them from while the host goes on."""
        rows = torch.from_numpy(self.pending.popleft().result())
        self.ask()
        self.copying.append(rows.pin_memory() if self.cuda else rows)
        return self.copying[-1]

    def load(self) -> None:
        """Put what the step needs where it reads it."""
        chunk, place = divmod(self.step, CHUNK)
        if place == 0:
            rows = self.fetch() if chunk else self.first
            self.chunks[chunk % 2][: len(rows)].copy_(rows, non_blocking=True)
        self.row.copy_(self.chunks[chunk % 2][place])
        self.rate.copy_(self.plan[self.step, 0])
        self.pull.copy_(self.plan[self.step, 1])
        if not self.cuda:
            self.optimizer.param_groups[0]["lr"] = float(self.rate)

    def compute(self) -> Tensor:
        """One step from what is loaded: forward, backward, clipping, AdamW, moving average. Gives the losses."""
        windows = self.data.gather(self.row, self.layout)
        if self.traced is not None:
            values, self.names = self.traced(windows), self.traced.names
        else:
            self.optimizer.zero_grad(set_to_none=True)
            # Weights that were cast once would be kept outside of the graph's memory.
            with torch.autocast(
                self.device.type, self.precision or torch.bfloat16, enabled=self.precision is not None,
                cache_enabled=False,
            ):  # fmt: skip
                losses = self.losses(*windows)
            losses["total"].backward()
            self.names = sorted(losses)
            values = torch.stack([losses[name].detach().float() for name in self.names])
        torch.nn.utils.clip_grad_norm_(self.weights, self.config.max_grad_norm)
        self.optimizer.step()
        with torch.no_grad():
            change = torch._foreach_sub(self.weights, self.averages)
            torch._foreach_mul_(change, self.pull)
            torch._foreach_add_(self.averages, change)
        return values

    def trace(self, compiled: bool, log: Log) -> None:
        """Make one graph of operations of the losses and their gradients, and compile it."""
        self.load()
        self.traced = Traced(self.losses, self.data.gather(self.row, self.layout), self.precision, compiled, log)
        if self.cuda:
            torch.cuda.synchronize()

    def capture(self) -> None:
        """Make a CUDA graph of the step; weights and optimiser are afterwards as before."""
        assert self.stream is not None
        self.stream.wait_stream(torch.cuda.current_stream())
        before = [
            (module, {name: value.clone() for name, value in module.state_dict().items()})
            for module in (self.model, self.average)
        ]
        with torch.cuda.stream(self.stream):
            self.load()
            for _ in range(WARM_UP):
                self.compute()
            torch.cuda.synchronize()
            for module, state in before:
                module.load_state_dict(state)
            for state in self.optimizer.state.values():
                for value in state.values():
                    value.zero_()
            self.optimizer.zero_grad(set_to_none=True)
        torch.cuda.synchronize()
        self.graph = torch.cuda.CUDAGraph()
        # Only this thread is held to what a capture allows.
        with torch.cuda.graph(self.graph, stream=self.stream, capture_error_mode="thread_local"):
            self.made = self.compute()
        torch.cuda.synchronize()

    def one_step(self) -> None:
        """Queue one step."""
        if self.graph is None:
            self.load()
            self.made = self.compute()
        else:
            with torch.cuda.stream(self.stream):
                self.load()
                self.graph.replay()
        self.step += 1

    def figures(self) -> dict[str, float]:
        """Losses of the last step; waits for it."""
        assert self.made is not None
        if self.stream is not None:
            self.stream.synchronize()
        return dict(zip(self.names, self.made.tolist(), strict=True))

    def export(self, corpus: Corpus) -> None:
        """Write the averaged model, not calibrated yet."""
        speakers = {part: list(names) for part, names in asdict(self.job.split).items()}
        facts = {"step": self.step, "training": asdict(self.config), "speakers": speakers}
        save_model(self.average, self.job.out, corpus.encoder, list(self.job.styles), facts)


class Here(Executor):
    """Does at once what it is given."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """What ``fn`` gives."""
        future: Future[Any] = Future()
        future.set_result(fn(*args, **kwargs))
        return future


def train_all(
    jobs: Sequence[Job], corpus: Corpus, cache: Path, device: torch.device, at_once: int, workers: int, compiled: bool,
    log: Log,
) -> list[str]:  # fmt: skip
    """Train jobs of one preset and batch, so many at once.

    Returns:
        Names of those that failed: their loss was not finite.
    """
    config = jobs[0].config
    corpus = corpus.beginning(config.seconds)
    clips = corpus.of({speaker for job in jobs for speaker in job.split.train})
    clips = augmented(corpus, clips, cache, config, lambda name, done: None)
    log(f"{len(clips)} clips")
    grid = FrameGrid.of(corpus.encoder)
    layout = Layout(config.batch_size, config.frames, longest_text(clips, config.frames), corpus.space)
    outlines = [outlined(clip) for clip in clips]
    sources: dict[str, Source] = {}
    for job in jobs:
        numbers = tuple(number for number, clip in enumerate(clips) if clip.speaker in job.styles)
        batches = Batches(
            [outlines[number] for number in numbers], corpus.space, grid, job.styles, config.batch_size, config.frames,
            config.seed, config.mirror, config.shift, config.speaker_balance,
        )  # fmt: skip
        sources[job.name] = Source(batches, numbers, job.config, layout)
    failed: list[str] = []
    constants = Constants(device)
    with ExitStack() as stack:
        if workers:
            pool: Executor = ProcessPoolExecutor(workers, get_context("spawn"), gpu_windows.serve, (sources,))
            stack.callback(pool.shutdown, cancel_futures=True)
        else:
            gpu_windows.serve(sources)
            pool = Here()
        data = DeviceCorpus(clips, corpus.space, grid, device)
        stack.enter_context(constants.in_place(grid.spacing))
        for first in range(0, len(jobs), at_once):
            runs: list[Run] = []
            for job in jobs[first : first + at_once]:
                runs.append(Run(job, corpus, data, sources[job.name], pool, constants))
                if compiled:
                    runs[-1].trace(device.type == "cuda", log)
                if device.type == "cuda":
                    runs[-1].capture()
                log(f"{job.name}: ready")
            failed += train_together(runs, corpus, log)
    return failed


def train_together(runs: Sequence[Run], corpus: Corpus, log: Log) -> list[str]:
    """Do all steps of some runs, a step of each in turn; see `train_all`."""
    failed: list[str] = []
    rounds: deque[Any] = deque()
    with ExitStack() as stack:
        logs = {run.job.name: stack.enter_context(_records(run.job)) for run in runs}
        active = list(runs)
        while active:
            for run in list(active):
                run.one_step()
                if not run.done and run.step % run.config.validate_every:
                    continue
                figures = run.figures()
                logs[run.job.name].write(json.dumps({"step": run.step, **figures}) + "\n")
                log(f"{run.job.name}: step {run.step}/{run.config.steps} loss {figures['total']:.3f}")
                sound = np.isfinite(figures["total"])
                if not sound:
                    failed.append(run.job.name)
                elif run.done:
                    run.export(corpus)
                if run.done or not sound:
                    active.remove(run)
            if active and active[-1].stream is not None:
                rounds.append(active[-1].stream.record_event())
                if len(rounds) > QUEUE:
                    rounds.popleft().synchronize()
    return failed


def _records(job: Job) -> TextIO:
    """The run's log; its settings are written beside it."""
    settings = {"model": job.model.to_dict(), "training": asdict(job.config)}
    with atomic_write(job.out.parent / "config.json") as temporary:
        temporary.write_text(json.dumps(settings, indent=1, sort_keys=True))
    return (job.out.parent / "log.jsonl").open("w")


def calibrate_file(path: Path, corpus_path: Path) -> str:
    """Calibrate a model on the validation speakers of its split, as `ksdiff train` does at its end."""
    torch.set_num_threads(1)
    checkpoint = load_model(path, device="cpu")
    assert isinstance(checkpoint.model, TorchNetwork)
    corpus = load_corpus(corpus_path).beginning(checkpoint.facts["training"]["seconds"])
    validation, trained = (corpus.of(checkpoint.facts["speakers"][part]) for part in ("validation", "train"))
    count = min(len(validation), HELD_OUT)
    held_out = [validation[index * len(validation) // count] for index in range(count)]
    if not held_out:
        return f"{path}: not calibrated, no speaker validates"
    model = checkpoint.model.module
    options = calibrate(model, held_out, trained, FrameGrid.of(corpus.encoder), SamplingOptions())
    facts = {**checkpoint.facts, "sampling": asdict(options)}
    save_model(model, path, checkpoint.encoder, list(checkpoint.styles), facts)
    return f"{path}: calibrated"


def jobs_of(arguments: argparse.Namespace, corpus: Corpus) -> list[Job]:
    """The runs that are asked for.

    Raises:
        InputError: A row is unknown or has no training here, or a number is not allowed.
    """
    for row in arguments.rows:
        if row not in TRAINED:
            raise InputError(f"the row {row!r} cannot be trained here: {suggest(row, TRAINED)}")
    if arguments.preset not in TRAINING_PRESETS:
        raise InputError(f"unknown preset {arguments.preset!r}: {suggest(arguments.preset, tuple(TRAINING_PRESETS))}")
    for name, least in (("at_once", 1), ("workers", 0)):
        if getattr(arguments, name) < least:
            raise InputError(f"{name} is {getattr(arguments, name)}; it must be at least {least}")
    if arguments.folds < 0:
        raise InputError(f"folds is {arguments.folds}; it must be 0 or from 2")
    given = {"steps": arguments.steps, "batch_size": arguments.batch, "held_out": arguments.held_out}
    config = replace(
        TRAINING_PRESETS[arguments.preset],
        **{name: value for name, value in given.items() if value is not None},
        seed=arguments.seed,
        folds=arguments.folds,
        precision=arguments.precision or ("bf16" if arguments.compile else "fp32"),
    )
    config = replace(config, warmup_steps=min(config.warmup_steps, config.steps))
    of_training, of_model = parse_overrides(arguments.set)
    config = override(config, of_training)
    corpus = corpus.beginning(config.seconds)
    jobs: list[Job] = []
    for row in dict.fromkeys(arguments.rows):
        model = override(model_config(arguments.preset, row), of_model)
        for fold in range(max(1, arguments.folds)):
            folder = arguments.out / f"fold-{fold}" if arguments.folds else arguments.out
            split = split_speakers(corpus, config.held_out, config.folds, fold)
            path = folder / row / MODEL_FILE
            jobs.append(Job(row, model, replace(config, fold=fold), split, path))
    return jobs


def train_jobs(arguments: argparse.Namespace, log: Log) -> list[str]:
    """Train and calibrate what is asked for and not there yet; gives the names of what failed."""
    device = torch.device(arguments.device or ("cuda" if torch.cuda.is_available() else "cpu"))
    corpus = load_corpus(arguments.corpus)
    jobs = jobs_of(arguments, corpus)
    left = [job for job in jobs if not job.trained]
    for job in left:
        make_folder(job.out.parent)
    if device.type == "cuda":
        torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = True
        torch.set_num_threads(1)
        log(f"{torch.cuda.get_device_name()}, torch {torch.__version__}")
    failed: list[str] = []
    if left:
        cache = arguments.cache or arguments.out / "augmented"
        failed = train_all(
            left, corpus, cache, device, arguments.at_once, arguments.workers, arguments.compile, log
        )  # fmt: skip
    rest = [job.out for job in jobs if job.name not in failed and not finished(job.out)]
    with ProcessPoolExecutor(arguments.workers, get_context("spawn")) if arguments.workers else Here() as pool:
        for future in [pool.submit(calibrate_file, path, arguments.corpus) for path in rest]:
            log(future.result())
    return failed


def main(words: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path, help="made by ksdiff prepare")
    parser.add_argument("--out", type=Path, required=True, help="folder of the runs")
    parser.add_argument("--rows", nargs="+", default=["regression-features"], help=", ".join(TRAINED))
    parser.add_argument("--preset", default="base", help=", ".join(TRAINING_PRESETS))
    parser.add_argument("--folds", type=int, default=0, help="train a run for each fold, for ksdiff ablate; 0 for one")
    parser.add_argument("--steps", type=int, help="of each run")
    parser.add_argument("--batch", type=int, help="windows of a step")
    parser.add_argument("--held-out", type=float, help="share of speakers that is not trained on")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--set",
        nargs="+",
        default=[],
        metavar="NAME=VALUE",
        help="of TrainingConfig or ModelConfig, in place of the preset's",
    )
    parser.add_argument("--precision", choices=("fp32", "bf16"), help="fp32 (with TF32), with --compile bf16")
    parser.add_argument("--compile", action="store_true", help="fuse the operations of a step; takes two minutes a run")
    parser.add_argument("--at-once", type=int, default=9, help="runs that train at the same time")
    parser.add_argument("--workers", type=int, default=8, help="processes that draw windows; 0 draws between the steps")
    parser.add_argument("--cache", type=Path, help="folder of the copies of clips; OUT/augmented by default")
    parser.add_argument("--device", choices=("cuda", "cpu"), help="cpu trains without graphs, to try the rest")
    arguments = parser.parse_args(words)
    start = time.monotonic()

    def log(text: str) -> None:
        print(f"[{time.monotonic() - start:7.1f}] {text}", flush=True)

    try:
        failed = train_jobs(arguments, log)
    except InputError as error:
        parser.error(str(error))
    if failed:
        raise SystemExit(f"the loss was not finite: {', '.join(failed)}")


if __name__ == "__main__":
    main()
