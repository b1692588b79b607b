"""The training loop: exact resume, safe stop, validation on held-out speakers."""

import json
import math
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from types import FrameType
from typing import Any

import numpy as np
import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor

from ksdiff.corpus.dataset import Clip, Corpus, split_speakers
from ksdiff.errors import InputError
from ksdiff.extras import require
from ksdiff.files import atomic_write, make_folder
from ksdiff.model.checkpoint import save_model
from ksdiff.model.condition import FrameGrid
from ksdiff.model.config import ModelConfig
from ksdiff.model.diffusion import Diffusion
from ksdiff.model.ksdiff import KSDiff
from ksdiff.model.sampling import SamplingOptions, keyframe_input
from ksdiff.motion.space import EXPRESSION, HEAD, PATHS
from ksdiff.training.augmentation import with_speeds
from ksdiff.training.batches import Batch, Batches
from ksdiff.training.calibrate import calibrate
from ksdiff.training.config import TrainingConfig
from ksdiff.training.losses import diffusion_loss, keyframe_loss, spectral_loss
from ksdiff.training.validation import Validation, validate

STATE_FILE = "state.safetensors"
MODEL_FILE = "model.safetensors"
SAVE_EVERY = 100  # steps
MIN_DEVIATION = {
    EXPRESSION: 0.02,
    HEAD: 0.002,
}  # weight; rad and m: a channel that hardly moves is not blown up
# How much an expression channel counts: speech says little about brows, nothing about eyes.
MOUTH_WEIGHT, EYE_WEIGHT, OTHER_WEIGHT = 1.0, 0.05, 0.3


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


def learning_rate(step: int, config: TrainingConfig) -> float:
    """Linear warm-up, then a cosine down to a tenth of the greatest rate."""
    if step < config.warm_up:
        return config.learning_rate * (step + 1) / config.warm_up
    done = (step - config.warm_up) / max(1, config.steps - config.warm_up)
    return config.learning_rate * (0.1 + 0.9 * (0.5 + 0.5 * math.cos(math.pi * min(1.0, done))))


def autocast_type(precision: str, device: torch.device) -> torch.dtype | None:
    """The type to compute in, or None for fp32. ``auto`` takes bf16 where the hardware multiplies it faster."""
    if precision == "auto":
        faster = device.type == "cuda" or (device.type == "cpu" and torch.cpu._is_amx_tile_supported())
        return torch.bfloat16 if faster else None
    return torch.bfloat16 if precision == "bf16" else None


def channel_weights(model: KSDiff) -> dict[str, Tensor]:
    """How much each channel counts in the losses."""
    expression = [
        MOUTH_WEIGHT if name in model.space.mouth else EYE_WEIGHT if name.startswith("eye") else OTHER_WEIGHT
        for name in model.space.expression
    ]
    return {EXPRESSION: torch.tensor(expression), HEAD: torch.ones(model.channels[HEAD])}


def fit_statistics(model: KSDiff, clips: list[Clip], styles: dict[str, int]) -> None:
    """Set the model's normalisation and neutral faces from the training clips."""
    for path in PATHS:
        known = np.concatenate([clip.motion[path][clip.mask[path]] for clip in clips])
        weight = np.ones_like(known)
        if path == EXPRESSION:
            weight = np.concatenate([np.tile(clip.channel_mask, (clip.mask[path].sum(), 1)) for clip in clips])
        total = np.maximum(weight.sum(axis=0), 1)
        mean = (known * weight).sum(axis=0) / total
        std = np.sqrt((((known - mean) ** 2) * weight).sum(axis=0) / total)
        getattr(model, f"{path}_mean").copy_(torch.from_numpy(mean))
        getattr(model, f"{path}_std").copy_(torch.from_numpy(np.maximum(std, MIN_DEVIATION[path])))
    for speaker, style in styles.items():
        own = [torch.from_numpy(clip.neutral) for clip in clips if clip.speaker == speaker]
        model.neutrals[style] = torch.stack(own).mean(dim=0)
    model.neutrals[len(styles)] = model.neutrals[: len(styles)].mean(dim=0)


def step_losses(
    model: KSDiff, batch: Batch, diffusion: Diffusion, config: TrainingConfig, weights: dict[str, Tensor]
) -> dict[str, Tensor]:
    """All losses of one batch, and ``total`` (eq. 7)."""
    size, frames = batch.mask[HEAD].shape
    device = batch.mask[HEAD].device

    def dropped(share: float) -> Tensor:
        return torch.rand(size, device=device) < share

    condition = corrupt(batch.condition, config)
    condition = model.without(
        condition, dropped(config.drop_speech), dropped(config.drop_text), dropped(config.drop_style)
    )
    encoded = model.encode(condition, frames)
    target = {path: model.normalise(batch.motion[path], path) for path in PATHS}
    weight = {path: batch.mask[path].unsqueeze(-1) * weights[path] for path in PATHS}
    weight[EXPRESSION] = weight[EXPRESSION] * batch.channel_mask.unsqueeze(1)
    steps = (torch.rand(size, device=device) ** config.noise_skew * diffusion.train_steps).long()
    noisy = {path: diffusion.add_noise(target[path], torch.randn_like(target[path]), steps) for path in PATHS}
    known = ~dropped(config.drop_keyframes).unsqueeze(-1)
    keyframes = {path: keyframe_input(batch.keyframes[path], known) for path in PATHS}
    predicted = model.denoise(noisy, steps, encoded, keyframes)
    logits = model.keyframe_logits(encoded, {path: (batch.keyframes[path] > 0).long() for path in PATHS})
    losses: dict[str, Tensor] = {}
    total = torch.zeros((), device=device)
    for path in model.paths:
        position, velocity = diffusion_loss(predicted[path].float(), target[path], weight[path])
        spectral = spectral_loss(predicted[path].float(), target[path], weight[path])
        losses |= {f"{path}/position": position, f"{path}/velocity": velocity, f"{path}/spectral": spectral}
        total = total + config.lambda_diffusion * (position + velocity) + config.lambda_spectral * spectral
        if path in logits:
            losses[f"{path}/keyframes"] = keyframe_loss(
                logits[path].float(), (batch.keyframes[path] > 0).float(), batch.mask[path]
            )
            total = total + config.lambda_keyframe * losses[f"{path}/keyframes"]
    if encoded.anchor is not None:
        position, velocity = diffusion_loss(encoded.anchor.float(), target[EXPRESSION], weight[EXPRESSION])
        losses["anchor/position"] = position
        total = total + config.lambda_diffusion * (position + velocity)
    return {"total": total, **losses}


def corrupt(condition: Any, config: TrainingConfig) -> Any:
    """Noise and short gaps in the speech features, so that a small corpus is not learned by heart."""
    features = condition.features
    if config.feature_noise:
        features = features + config.feature_noise * features.std() * torch.randn_like(features)
    if config.feature_mask:
        run = 8  # speech frames, about 0.2 s
        size, frames = features.shape[:2]
        starts = torch.rand(size, frames, device=features.device) < config.feature_mask / run
        hidden = torch.nn.functional.max_pool1d(starts.float()[:, None], run, 1, run // 2)[:, 0, :frames] > 0
        features = features.masked_fill(hidden.unsqueeze(-1), 0.0)
    return replace(condition, features=features)


class Trainer:
    """A run: its model, its optimiser, its place in time."""

    def __init__(
        self,
        corpus: Corpus,
        model_config: ModelConfig,
        config: TrainingConfig,
        out: Path,
        device: str | None = None,
        progress: Callable[[str, float], None] = lambda name, done: None,
        speeds: Path | None = None,
    ) -> None:
        """Set a run up; `resume` continues one that is in ``out``. ``speeds``: as in `train`.

        Raises:
            InputError: The corpus has no speaker left to train on, or the folder cannot be written.
        """
        self.corpus, self.config, self.out = corpus.beginning(config.seconds), config, make_folder(out)
        self.device = torch.device(device or ("cuda" if torch.cuda.is_available() else "cpu"))
        self.split = split_speakers(corpus, config.held_out, config.folds, config.fold)
        self.styles = {speaker: index for index, speaker in enumerate(self.split.train)}
        self.clips = [clip for clip in self.corpus.clips if clip.speaker in self.styles]
        torch.manual_seed(config.seed)
        self.model = KSDiff(model_config, corpus.space, corpus.feature_width, len(self.styles))
        fit_statistics(self.model, self.clips, self.styles)
        clips = self.clips
        if config.speeds:
            clips = with_speeds(corpus, clips, speeds or self.out / "speeds", progress)
        self.model.to(self.device)
        self.average = KSDiff(model_config, corpus.space, corpus.feature_width, len(self.styles)).to(self.device)
        self.average.load_state_dict(self.model.state_dict())
        self.average.requires_grad_(False).eval()
        self.diffusion = Diffusion(model_config.train_steps, model_config.schedule)
        self.optimiser = torch.optim.AdamW(
            self.model.parameters(), lr=config.learning_rate, weight_decay=config.weight_decay, fused=True
        )
        self.batches = Batches(
            clips, corpus.space, FrameGrid.of(corpus.encoder), self.styles, config.batch, config.frames, config.seed,
            config.mirror, config.shift,
        )  # fmt: skip
        self.weights = {path: weight.to(self.device) for path, weight in channel_weights(self.model).items()}
        self.precision = autocast_type(config.precision, self.device)
        self.step = 0

    def one_step(self) -> dict[str, float]:
        """One optimiser step. What is random depends on the seed and the number of the step alone."""
        torch.manual_seed(self.config.seed * 1_000_003 + self.step)
        rate = learning_rate(self.step, self.config)
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        batch = self.batches.draw(self.step).to(self.device)
        self.model.train()
        with torch.autocast(self.device.type, self.precision or torch.bfloat16, enabled=self.precision is not None):
            losses = step_losses(self.model, batch, self.diffusion, self.config, self.weights)
        if not torch.isfinite(losses["total"]):
            raise RuntimeError(f"the loss is {losses['total']} at step {self.step}")
        self.optimiser.zero_grad(set_to_none=True)
        losses["total"].backward()
        norm = torch.nn.utils.clip_grad_norm_(self.model.parameters(), self.config.clip)
        self.optimiser.step()
        self.step += 1
        decay = min(self.config.ema, self.step / (self.step + 10))
        with torch.no_grad():
            weights = list(self.model.parameters())
            torch._foreach_lerp_(list(self.average.parameters()), weights, 1 - decay)  # type: ignore[reportPrivateImportUsage]
        return {name: value.item() for name, value in losses.items()} | {
            "gradient": float(norm),
            "rate": rate,
        }

    def save(self) -> None:
        """Write everything that resuming needs, and the model as it would ship."""
        tensors = {f"model.{name}": value for name, value in self.model.state_dict().items()}
        tensors |= {f"average.{name}": value for name, value in self.average.state_dict().items()}
        for index, state in self.optimiser.state_dict()["state"].items():
            tensors |= {f"optimiser.{index}.{name}": value for name, value in state.items()}
        with atomic_write(self.out / STATE_FILE) as temporary:
            save_file(
                {name: value.detach().contiguous().cpu().clone() for name, value in tensors.items()},
                temporary,
                {"step": str(self.step), "settings": self._settings()},
            )
        self.export(self.out / MODEL_FILE)

    def export(self, path: Path, **facts: Any) -> None:
        """Write the averaged model with all that it needs to run."""
        save_model(
            self.average,
            path,
            encoder=self.corpus.encoder,
            styles=list(self.styles),
            facts={
                "step": self.step,
                "training": asdict(self.config),
                "speakers": {name: list(value) for name, value in asdict(self.split).items()},
                **facts,
            },
        )

    def resume(self) -> bool:
        """Continue the run in the folder, if there is one.

        Returns:
            Whether there was one.

        Raises:
            InputError: It was started with other settings.
        """
        path = self.out / STATE_FILE
        if not path.exists():
            return False
        with safe_open(path, "pt", device=str(self.device)) as file:
            facts = file.metadata()
            if facts["settings"] != self._settings():
                raise InputError(
                    f"{self.out} holds a run with other settings or another corpus; choose another --out, or the "
                    f"settings in its config.json"
                )
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 (not a mapping)
        for prefix, module in (("model.", self.model), ("average.", self.average)):
            module.load_state_dict({k[len(prefix) :]: v for k, v in tensors.items() if k.startswith(prefix)})
        state: dict[int, dict[str, Tensor]] = {}
        for name, value in tensors.items():
            if name.startswith("optimiser."):
                _, index, key = name.split(".")
                state.setdefault(int(index), {})[key] = value
        self.optimiser.load_state_dict({**self.optimiser.state_dict(), "state": state})
        self.step = int(facts["step"])
        return True

    def _settings(self) -> str:
        settings = asdict(self.config)
        settings.pop("validate_every")
        names = [[clip.name, clip.facts.get("recipe")] for clip in self.corpus.clips]
        return json.dumps(
            {
                "training": settings,
                "model": self.model.config.to_dict(),
                "clips": names,
                "encoder": self.corpus.encoder,
            },
            sort_keys=True,
        )


@contextmanager
def stop_requests() -> Iterator[Callable[[], bool]]:
    """Note SIGINT and SIGTERM instead of dying by them; gives a function that tells whether one came."""
    seen: list[int] = []

    def note(number: int, frame: FrameType | None) -> None:
        seen.append(number)

    before = {number: signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield lambda: bool(seen)
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
    speeds: Path | None = None,
) -> Path:
    """Train a model, or go on with a run that was stopped.

    Args:
        corpus: A prepared corpus.
        out: Folder of the run; gets ``config.json``, ``log.jsonl``, TensorBoard events, plots, the state to resume
            from and ``model.safetensors``.
        model_config: The network.
        config: The training.
        report: Called after each step.
        minutes: Stop after so long, as if asked to; None for no limit.
        stage: Called with the name of what is done before and after the steps, and how much of it.
        speeds: Folder that keeps the clips at other speeds, which runs on one corpus can share; in ``out`` by default.

    Returns:
        The path of the model.

    Raises:
        InputError: The corpus or the folder cannot be used.
    """
    tensorboard = require("torch.utils.tensorboard", "train")
    trainer = Trainer(corpus, model_config, config, out, progress=stage, speeds=speeds)
    trainer.resume()
    with atomic_write(out / "config.json") as temporary:
        temporary.write_text(
            json.dumps({"model": model_config.to_dict(), "training": asdict(config)}, indent=1, sort_keys=True)
        )
    writer = tensorboard.SummaryWriter(str(out / "tensorboard"), purge_step=trainer.step)
    newest: Validation | None = None
    began = time.monotonic()
    held_out = [clip for clip in trainer.corpus.clips if clip.speaker in trainer.split.validation]
    with stop_requests() as stopping, (out / "log.jsonl").open("a") as log:
        while trainer.step < config.steps and not stopping():
            if minutes is not None and time.monotonic() - began > 60 * minutes:
                break
            losses = trainer.one_step()
            for name, value in losses.items():
                writer.add_scalar(name, value, trainer.step)
            entry: dict[str, Any] = {"step": trainer.step, **losses}
            if held_out and (trainer.step % config.validate_every == 0 or trainer.step == config.steps):
                newest = validate(trainer.average, held_out, trainer.batches.grid, out / f"samples-{trainer.step}.png")
                for name, value in newest.figures.items():
                    writer.add_scalar(f"validation/{name}", value, trainer.step)
                entry["validation"] = newest.figures
            log.write(json.dumps(entry) + "\n")
            log.flush()
            if trainer.step % SAVE_EVERY == 0:
                trainer.save()
            report(Progress(trainer.step, config.steps, losses, newest))
        trainer.save()
        if held_out and trainer.step >= config.steps:
            options = calibrate(
                trainer.average, held_out, trainer.clips, trainer.batches.grid, SamplingOptions(), stage
            )
            trainer.export(out / MODEL_FILE, sampling=asdict(options))
    writer.close()
    return out / MODEL_FILE
