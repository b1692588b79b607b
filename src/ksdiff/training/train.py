"""The training loop: safe stop, validation on held-out speakers, calibration at the end."""

import json
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from types import FrameType
from typing import Any, TextIO

from ksdiff.corpus.dataset import Corpus
from ksdiff.errors import InputError, Interrupted
from ksdiff.extras import require
from ksdiff.files import atomic_write
from ksdiff.model.config import ModelConfig
from ksdiff.model.sampling import SamplingOptions
from ksdiff.training.calibrate import calibrate
from ksdiff.training.config import TrainingConfig
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
        validation: The newest figures on held-out speakers, if any.
    """

    step: int
    steps: int
    losses: dict[str, float]
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
    speed_cache: Path | None = None,
    stop: Callable[[], bool] = lambda: False,
) -> Path:
    """Train a model, or resume a run that was stopped.

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
        speed_cache: Folder that keeps the clips at other speeds, which runs on one corpus can share; in ``out`` by
            default.
        stop: Asked before each step; True ends the run as ``minutes`` does.

    Returns:
        The path of the model.

    Raises:
        InputError: The corpus or the folder cannot be used, or the disk is full.
        Interrupted: SIGINT or SIGTERM came; what is done is saved, and the same call resumes it.
    """
    if minutes is not None and not minutes > 0:
        raise InputError(f"minutes is {minutes}; it must be greater than 0")
    tensorboard = require("torch.utils.tensorboard", "train")
    trainer = Trainer(corpus, model_config, config, out, progress=stage, speed_cache=speed_cache)
    trainer.resume()
    with atomic_write(out / "config.json") as temporary:
        temporary.write_text(
            json.dumps({"model": model_config.to_dict(), "training": asdict(config)}, indent=1, sort_keys=True)
        )
    began = time.monotonic()

    def ended() -> bool:
        return stop() or (minutes is not None and time.monotonic() - began > 60 * minutes)

    try:
        with (
            closing(tensorboard.SummaryWriter(str(out / "tensorboard"), purge_step=trainer.step)) as writer,
            (out / "log.jsonl").open("a") as log,
            stop_requests() as requested,
        ):
            _steps(trainer, writer, log, report, lambda: requested() is not None or ended())
            trainer.save()

            def interrupt() -> None:
                if (number := requested()) is not None:
                    raise Interrupted(f"stopped after step {trainer.step} of {config.steps}", number)

            def calibrating(name: str, done: float) -> None:
                interrupt()
                stage(name, done)

            if trainer.step < config.steps:
                interrupt()
            elif trainer.held_out:
                options = calibrate(
                    trainer.ema_model, trainer.held_out, trainer.clips, trainer.batches.grid, SamplingOptions(),
                    calibrating,
                )  # fmt: skip
                trainer.export(out / MODEL_FILE, sampling=asdict(options))
    except OSError as error:
        raise InputError(f"cannot write to {out}: {error.strerror or error}; free space and run again") from error
    return out / MODEL_FILE


def _steps(
    trainer: Trainer, writer: Any, log: TextIO, report: Callable[[Progress], None], ended: Callable[[], bool]
) -> None:
    config, newest = trainer.config, None
    while trainer.step < config.steps and not ended():
        losses = trainer.one_step()
        for name, value in losses.items():
            writer.add_scalar(name, value, trainer.step)
        entry: dict[str, Any] = {"step": trainer.step, **losses}
        if trainer.held_out and (trainer.step % config.validate_every == 0 or trainer.step == config.steps):
            plot = trainer.out / f"samples-{trainer.step}.png"
            newest = validate(trainer.ema_model, trainer.held_out, trainer.batches.grid, plot)
            for name, value in newest.figures.items():
                writer.add_scalar(f"validation/{name}", value, trainer.step)
            entry["validation"] = newest.figures
        log.write(json.dumps(entry) + "\n")
        log.flush()
        if trainer.step % SAVE_EVERY == 0:
            trainer.save()
        report(Progress(trainer.step, config.steps, losses, newest))
