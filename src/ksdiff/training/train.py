"""The training loop: safe stop, validation on held-out speakers, calibration at the end."""

import json
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from types import FrameType
from typing import Any, TextIO

from ksdiff.corpus.dataset import Corpus
from ksdiff.errors import InputError, Interrupted
from ksdiff.extras import require
from ksdiff.files import atomic_write
from ksdiff.model.checkpoint import Checkpoint
from ksdiff.model.config import ModelConfig
from ksdiff.model.sampling import SamplingOptions
from ksdiff.training.calibrate import calibrate
from ksdiff.training.config import TrainingConfig
from ksdiff.training.fine_tuning import Init
from ksdiff.training.processes import greatest
from ksdiff.training.throughput import Throughput
from ksdiff.training.trainer import MODEL_FILE, Trainer
from ksdiff.training.validation import Validation, validate

SAVE_EVERY = 100  # steps


@dataclass(frozen=True)
class Progress:
    """Where a run is.

    Attributes:
        step: Steps done.
        steps: Steps in all.
        losses: Of the last step, by name.
        throughput: Of the newest steps.
        validation: The newest figures on held-out speakers, if any.
    """

    step: int
    steps: int
    losses: dict[str, float]
    throughput: Throughput
    validation: Validation | None


@contextmanager
def stop_requests() -> Iterator[Callable[[], int | None]]:
    """Note SIGINT and SIGTERM instead of ending by them; gives a function that tells which came, if any.

    Only the main thread is told of signals; in any other one, none ever comes.
    """
    seen: list[int] = []
    if threading.current_thread() is not threading.main_thread():
        yield lambda: None
        return

    def note(number: int, frame: FrameType | None) -> None:
        seen.append(number)

    before = {number: signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield lambda: seen[0] if seen else None
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def train(
    corpus: Corpus,
    out: Path,
    model_config: ModelConfig,
    config: TrainingConfig,
    report: Callable[[Progress], None] = lambda progress: None,
    minutes: float | None = None,
    stage: Callable[[str, float], None] = lambda name, done: None,
    cache: Path | None = None,
    stop: Callable[[], bool] = lambda: False,
    parts: int | None = None,
    loaders: int = 0,
    first_stage_of: Checkpoint | None = None,
    init: Init | None = None,
) -> Path:
    """Train a model, or resume a run that was stopped.

    Under ``accelerate launch`` or ``torchrun`` each process calls this with the same arguments; the first one writes.

    SIGINT and SIGTERM end the run safely where it is called from the main thread; ``stop`` does so from any.

    Args:
        corpus: A prepared corpus.
        out: Folder of the run; gets ``config.json``, ``log.jsonl``, TensorBoard events, plots, the state to resume
            from and ``model.safetensors``.
        model_config: The network.
        config: The training.
        report: Called after each step.
        minutes: Stop after so long, as if asked to; None for no limit.
        stage: Called with the name of what is done before and after the steps, and how much of it.
        cache: Folder that keeps the copies of clips, which runs on one corpus can share; in ``out`` by default.
        stop: Asked before each step; True ends the run as ``minutes`` does.
        parts: Equal parts that a batch is computed in, one after the other where there are more of them than processes.
            By default those that the run began with, and for a new one as many as there are processes.
        loaders: Processes, for each of the run's, that draw batches ahead; 0 draws them between the steps.
        first_stage_of: Weights that torch computes, which stay as they are: only generators of poses are trained for
            them (`ksdiff.model.pose_generator`). Their settings take the place of ``model_config``.
        init: Weights to begin from, and what of them to train; ``model_config`` is theirs, or differs by what changes
            no shape. If the corpus has all their speakers, these are split as they were.

    Returns:
        The path of the model.

    Raises:
        InputError: The corpus or the folder cannot be used, or the disk is full.
        Interrupted: SIGINT or SIGTERM came; what is done is saved, and the same call resumes it.
    """
    if minutes is not None and not minutes > 0:
        raise InputError(f"minutes is {minutes}; it must be greater than 0")
    if not 0 <= loaders <= 256:
        raise InputError(f"loaders is {loaders}; it must be 0 to 256")
    if first_stage_of is not None and init is not None:
        raise InputError("a first stage is trained for weights that stay as they are: give it no others to begin from")
    if parts is not None and parts < 1:
        raise InputError(f"parts is {parts}; it must be at least 1")
    require("torch.utils.tensorboard", "train")
    if first_stage_of is not None:
        model_config = replace(first_stage_of.model.config, pose_generators=True)
    trainer = Trainer(corpus, model_config, config, out, stage, cache, parts, loaders, first_stage_of, init)
    trainer.resume()
    began = time.monotonic()
    try:
        with _records(trainer) as records, stop_requests() as requested:

            def ended() -> int:
                """0 to go on; else a signal that some process was sent, or 1: all stop after the same step."""
                mine = requested() or int(stop() or (minutes is not None and time.monotonic() - began > 60 * minutes))
                return greatest(trainer.accelerator, mine)

            ending = _steps(trainer, records, report, ended)
            trainer.save()

            def interrupt() -> None:
                if (number := requested() or ending) > 1:
                    raise Interrupted(f"stopped after step {trainer.step} of {config.steps}", number)

            def calibrating(name: str, done: float) -> None:
                interrupt()
                stage(name, done)

            if trainer.step < config.steps:
                interrupt()
            elif trainer.held_out and trainer.is_first and first_stage_of is None:
                sampling = SamplingOptions() if init is None else init.checkpoint.sampling
                options = calibrate(
                    trainer.ema_model, trainer.held_out, trainer.clips, trainer.batches.grid, sampling, calibrating
                )
                trainer.export(out / MODEL_FILE, sampling=asdict(options))
    except OSError as error:
        raise InputError(f"cannot write to {out}: {error.strerror or error}; free space and run again") from error
    return out / MODEL_FILE


@dataclass(frozen=True)
class _Records:
    """Where a run writes what happens: its log, and TensorBoard's."""

    writer: Any
    log: TextIO

    def add(self, step: int, entry: Mapping[str, Any]) -> None:
        """Write the figures of a step; those of a group, such as ``validation``, under its name."""
        for name, value in entry.items():
            for inner, each in value.items() if isinstance(value, Mapping) else [("", value)]:
                self.writer.add_scalar(f"{name}/{inner}" if inner else name, each, step)
        self.log.write(json.dumps({"step": step, **entry}) + "\n")
        self.log.flush()


@contextmanager
def _records(trainer: Trainer) -> Iterator[_Records | None]:
    """The records of a run, and its ``config.json``; None for all processes but the first."""
    if not trainer.is_first:
        yield None
        return
    out = trainer.out
    settings = {"model": trainer.model.config.to_dict(), "training": asdict(trainer.config)}
    with atomic_write(out / "config.json") as temporary:
        temporary.write_text(json.dumps(settings, indent=1, sort_keys=True))
    writer = require("torch.utils.tensorboard", "train").SummaryWriter(
        str(out / "tensorboard"), purge_step=trainer.step
    )
    with closing(writer), (out / "log.jsonl").open("a") as log:
        yield _Records(writer, log)


def _steps(
    trainer: Trainer, records: _Records | None, report: Callable[[Progress], None], ended: Callable[[], int]
) -> int:
    """Do the steps that are left, until ``ended`` gives another number than 0, which is returned."""
    config, newest = trainer.config, None
    while trainer.step < config.steps:
        if ending := ended():
            return ending
        losses = trainer.one_step()
        if records is not None:
            throughput = trainer.meter.read()
            entry: dict[str, Any] = {**losses, "throughput": throughput.figures}
            if trainer.held_out and (trainer.step % config.validate_every == 0 or trainer.step == config.steps):
                plot = trainer.out / f"samples-{trainer.step}.png"
                newest = validate(
                    trainer.ema_model, trainer.held_out, trainer.batches.grid, plot, trainer.validation_sampling
                )
                entry["validation"] = newest.figures
            records.add(trainer.step, entry)
            report(Progress(trainer.step, config.steps, losses, throughput, newest))
        if trainer.step % SAVE_EVERY == 0:
            trainer.save()
    return 0
